// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pci_pass.c - a physical function as a guest sees it. See pci_pass.h. L0: calls
 * vdev/pci only.
 */
#include "pure.h"
#include "vdev/pci_pass.h"

#define PCI_PASS_HEADER_KIND	0x7f	/* PCI_HEADER_TYPE without the multi-function bit */
#define PCI_PASS_CLASS_BRIDGE	0x06
#define PCI_PASS_MAX_CAPS	48	/* as many as config space has room for */

/* Length of the PCI Express Capability, version 2 */
#define PCI_PASS_EXP_LEN_2	60

/*
 * Which capabilities a guest sees. Power management, MSI, vital product data and unknown
 * ones are hidden.
 */
enum cap_show { CAP_HIDE, CAP_COPY, CAP_MAKE };

static enum cap_show pci_pass_policy(u8 id)
{
	switch (id) {
	case PCI_CAP_ID_VNDR:	/* says where in the BARs things are (virtio) */
		return CAP_COPY;
	case PCI_CAP_ID_MSIX:
	case PCI_CAP_ID_EXP:
		return CAP_MAKE;
	default:
		return CAP_HIDE;
	}
}

static u32 pci_pass_get(const struct pci_pass_facts *facts, u32 at, u32 size)
{
	u32 val = 0;

	while (size--)
		val = val << 8 | facts->cfg[at + size];
	return val;
}

/*
 * The function's own capabilities.
 */
static u32 pci_pass_cap_len(const struct pci_pass_facts *facts, u32 at)
{
	switch (facts->cfg[at]) {
	case PCI_CAP_ID_MSIX:
		return PCI_CAP_MSIX_SIZEOF;
	case PCI_CAP_ID_EXP:
		return (facts->cfg[at + PCI_EXP_FLAGS] & PCI_EXP_FLAGS_VERS) < 2 ?
		       PCI_CAP_EXP_ENDPOINT_SIZEOF_V1 : PCI_PASS_EXP_LEN_2;
	case PCI_CAP_ID_VNDR:
		return max(facts->cfg[at + 2], (u8)3);
	default:
		return 2;
	}
}

/* The capability that the pointer at @at refers to; 0: none, or -EINVAL. */
static int pci_pass_next_cap(const struct pci_pass_facts *facts, u32 at)
{
	u32 next = pci_pass_get(facts, at, 1) & ~3;

	if (!next)
		return 0;
	if (next < PCI_STD_HEADER_SIZEOF ||
	    next + pci_pass_cap_len(facts, next) > PCI_CFG_SPACE_SIZE)
		return -EINVAL;
	return next;
}

static int pci_pass_first_cap(const struct pci_pass_facts *facts)
{
	if (!(facts->cfg[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return 0;
	return pci_pass_next_cap(facts, PCI_CAPABILITY_LIST);
}

/* Offsets of all capabilities: bit n is offset 4 * n. -EINVAL: the list is a loop. */
static int pci_pass_find_caps(const struct pci_pass_facts *facts, u64 *caps)
{
	int at, n = 0;

	*caps = 0;
	for (at = pci_pass_first_cap(facts); at > 0; at = pci_pass_next_cap(facts, at + 1)) {
		if (n++ == PCI_PASS_MAX_CAPS || *caps >> at / 4 & 1)
			return -EINVAL;
		*caps |= BIT_ULL(at / 4);
	}
	return at;
}

static u32 pci_pass_find_cap(const struct pci_pass_facts *facts, u64 caps, u8 id)
{
	u32 i;

	for (i = 0; i < 64; i++)
		if (caps >> i & 1 && facts->cfg[4 * i] == id)
			return 4 * i;
	return 0;
}

/* Capabilities that are shown must not overlap. */
static bool pci_pass_caps_apart(const struct pci_pass_facts *facts, u64 caps)
{
	u32 i, end = 0;

	for (i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		if (4 * i < end)
			return false;
		if (pci_pass_policy(facts->cfg[4 * i]) != CAP_HIDE)
			end = 4 * i + pci_pass_cap_len(facts, 4 * i);
	}
	return true;
}

/*
 * MSI-X.
 */
static struct pci_place pci_pass_get_place(const struct pci_pass_facts *facts, u32 at)
{
	u32 val = pci_pass_get(facts, at, 4);

	return (struct pci_place){
		.bar = val & PCI_MSIX_TABLE_BIR,
		.offset = val & PCI_MSIX_TABLE_OFFSET,
	};
}

static u32 pci_pass_own_vectors(const struct pci_pass_facts *facts, u32 cap)
{
	return (pci_pass_get(facts, cap + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_QSIZE) + 1;
}

static u32 pci_pass_pba_len(u32 vectors)
{
	return DIV_ROUND_UP(vectors, 64) * 8;
}

static bool pci_pass_fits(const struct pci_pass_facts *facts, struct pci_place at, u32 len)
{
	return at.bar < PCI_STD_NUM_BARS && (u64)at.offset + len <= facts->bar_size[at.bar];
}

static enum pci_pass_fault pci_pass_check_msix(const struct pci_pass_facts *facts, u64 caps)
{
	u32 cap = pci_pass_find_cap(facts, caps, PCI_CAP_ID_MSIX), n;

	if (!cap)
		return PCI_PASS_NO_MSIX;
	/* With a second one, nothing says which table the function uses. */
	if (pci_pass_find_cap(facts, caps & ~BIT_ULL(cap / 4), PCI_CAP_ID_MSIX))
		return PCI_PASS_BAD_CAPS;
	n = pci_pass_own_vectors(facts, cap);
	if (!pci_pass_fits(facts, pci_pass_get_place(facts, cap + PCI_MSIX_TABLE),
			   n * PCI_MSIX_ENTRY_SIZE) ||
	    !pci_pass_fits(facts, pci_pass_get_place(facts, cap + PCI_MSIX_PBA),
			   pci_pass_pba_len(n)))
		return PCI_PASS_BAD_CAPS;
	return PCI_PASS_OK;
}

/*
 * BARs.
 */
static u32 pci_pass_bar_flags(const struct pci_pass_facts *facts, u32 nr)
{
	return pci_pass_get(facts, PCI_BASE_ADDRESS_0 + 4 * nr, 4) &
	       (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
}

static enum pci_pass_fault pci_pass_check_bars(const struct pci_pass_facts *facts)
{
	u64 size;
	u32 nr;

	for (nr = 0; nr < PCI_STD_NUM_BARS; nr++) {
		size = facts->bar_size[nr];
		if (!size)
			continue;
		if (size > PCI_PASS_MAX_BAR)
			return PCI_PASS_BAR_SIZE;
		if (size < 16 || !is_power_of_2(size))
			return PCI_PASS_BAD_CAPS;
		if (pci_pass_bar_flags(facts, nr) & PCI_BASE_ADDRESS_MEM_TYPE_64 &&
		    (nr + 1 == PCI_STD_NUM_BARS || facts->bar_size[nr + 1]))
			return PCI_PASS_BAD_CAPS;
	}
	return PCI_PASS_OK;
}

enum pci_pass_fault pci_pass_check(const struct pci_pass_facts *facts)
{
	enum pci_pass_fault fault;
	u64 caps;

	if (facts->cfg[PCI_HEADER_TYPE] & PCI_PASS_HEADER_KIND ||
	    facts->cfg[PCI_CLASS_DEVICE + 1] == PCI_PASS_CLASS_BRIDGE)
		return PCI_PASS_NOT_ENDPOINT;
	if (pci_pass_find_caps(facts, &caps) || !pci_pass_caps_apart(facts, caps))
		return PCI_PASS_BAD_CAPS;
	fault = pci_pass_check_bars(facts);
	return fault ?: pci_pass_check_msix(facts, caps);
}

/*
 * Construction.
 */
static void pci_pass_show_msix(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	u32 n = pci_pass_own_vectors(facts, cap);

	p->table = pci_pass_get_place(facts, cap + PCI_MSIX_TABLE);
	p->table_len = n * PCI_MSIX_ENTRY_SIZE;
	p->pba = pci_pass_get_place(facts, cap + PCI_MSIX_PBA);
	p->pba_len = pci_pass_pba_len(n);
	pci_func_msix(&p->func, cap, min3(n, facts->vectors, (u32)PCI_MSIX_MAX), p->table,
		      p->pba);
}

/*
 * Link, payload size and error registers belong to the host. The function is shown as a
 * Root Complex Integrated Endpoint, which has no link registers; the rest reads as 0.
 */
static void pci_pass_show_pcie(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	p->func.cfg[cap + PCI_EXP_FLAGS] = PCI_EXP_TYPE_RC_END << 4 |
		(facts->cfg[cap + PCI_EXP_FLAGS] & PCI_EXP_FLAGS_VERS);
}

static void pci_pass_show_cap(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	u8 id = facts->cfg[cap];
	enum cap_show show = pci_pass_policy(id);

	if (show == CAP_HIDE)
		return;
	pci_func_cap_at(&p->func, id, cap);
	if (show == CAP_COPY)
		memcpy(p->func.cfg + cap + 2, facts->cfg + cap + 2,
		       pci_pass_cap_len(facts, cap) - 2);
	else if (id == PCI_CAP_ID_MSIX)
		pci_pass_show_msix(p, facts, cap);
	else
		pci_pass_show_pcie(p, facts, cap);
}

static struct pci_identity pci_pass_identity(const struct pci_pass_facts *facts)
{
	return (struct pci_identity){
		.vendor = pci_pass_get(facts, PCI_VENDOR_ID, 2),
		.device = pci_pass_get(facts, PCI_VENDOR_ID + 2, 2),
		.subsystem_vendor = pci_pass_get(facts, PCI_SUBSYSTEM_VENDOR_ID, 2),
		.subsystem = pci_pass_get(facts, PCI_SUBSYSTEM_VENDOR_ID + 2, 2),
		.revision = pci_pass_get(facts, PCI_REVISION_ID, 1),
		.class = pci_pass_get(facts, PCI_CLASS_PROG, 3),
	};
}

void pci_pass_init(struct pci_pass *p, const struct pci_pass_facts *facts,
		   const struct pci_ops *ops, void *dev)
{
	const struct pci_identity id = pci_pass_identity(facts);
	u64 caps;
	u32 i;

	memset(p, 0, sizeof(*p));
	pci_func_init(&p->func, &id, ops, dev);
	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (facts->bar_size[i])
			pci_func_bar(&p->func, i, facts->bar_size[i], pci_pass_bar_flags(facts, i));
	if (pci_pass_find_caps(facts, &caps))
		return;
	for (i = 0; i < 64; i++)
		if (caps >> i & 1)
			pci_pass_show_cap(p, facts, 4 * i);
}

/*
 * BAR memory.
 */
static bool pci_pass_touches(struct pci_place place, u32 len, u32 bar, u32 offset, u32 size)
{
	return bar == place.bar && offset < place.offset + len && place.offset < offset + size;
}

bool pci_pass_hidden(const struct pci_pass *p, u32 bar, u32 offset, u32 size)
{
	return pci_pass_touches(p->table, p->table_len, bar, offset, size) ||
	       pci_pass_touches(p->pba, p->pba_len, bar, offset, size);
}

u32 pci_pass_run(const struct pci_pass *p, u32 bar, u32 from, u32 *len)
{
	u32 size = p->func.bar_size[bar], end;

	while (from + PCI_PASS_PAGE <= size && pci_pass_hidden(p, bar, from, PCI_PASS_PAGE))
		from += PCI_PASS_PAGE;
	for (end = from; end + PCI_PASS_PAGE <= size; end += PCI_PASS_PAGE)
		if (pci_pass_hidden(p, bar, end, PCI_PASS_PAGE))
			break;
	*len = end - from;
	return *len ? from : size;
}
