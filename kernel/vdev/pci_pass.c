// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pci_pass.c - a physical function as a guest sees it. See pci_pass.h. L0: calls
 * vdev/pci only.
 */
#include "pure.h"
#include "vdev/pci_pass.h"

#define HEADER_TYPE	0x0e
#define HEADER_KIND	0x7f
#define CLASS_BRIDGE	0x06
#define CAP_MAX		48	/* as many as there is room for */
#define CAP_PCIE	0x10
#define MSIX_LEN	12
#define MSIX_COUNT	0x7ff
#define MSIX_ENTRY	16
#define PLACE_BAR	7U

/* PCI Express Capabilities: the version, and what kind of function it is. */
#define PCIE_VERSION	0xf
#define PCIE_LEN_1	20
#define PCIE_LEN_2	60
#define PCIE_RCIEP	0x90	/* Root Complex Integrated Endpoint */

/*
 * Capabilities that a guest sees. The others are for the host alone: power, MSI,
 * vital product data, and whatever is not known here.
 */
enum cap_show { CAP_HIDE, CAP_COPY, CAP_MAKE };

static enum cap_show policy(u8 id)
{
	switch (id) {
	case PCI_CAP_VENDOR:	/* says where in the BARs things are (virtio) */
		return CAP_COPY;
	case PCI_CAP_MSIX:
	case CAP_PCIE:
		return CAP_MAKE;
	default:
		return CAP_HIDE;
	}
}

static u32 get(const struct pci_pass_facts *facts, u32 at, u32 size)
{
	u32 val = 0;

	while (size--)
		val = val << 8 | facts->cfg[at + size];
	return val;
}

/*
 * The function's own capabilities.
 */
static u32 cap_len(const struct pci_pass_facts *facts, u32 at)
{
	switch (facts->cfg[at]) {
	case PCI_CAP_MSIX:
		return MSIX_LEN;
	case CAP_PCIE:
		return (facts->cfg[at + 2] & PCIE_VERSION) < 2 ? PCIE_LEN_1 : PCIE_LEN_2;
	case PCI_CAP_VENDOR:
		return max(facts->cfg[at + 2], (u8)3);
	default:
		return 2;
	}
}

/* The next one behind @at, 0: none, or -EINVAL. */
static int next_cap(const struct pci_pass_facts *facts, u32 at)
{
	u32 next = get(facts, at, 1) & ~3;

	if (!next)
		return 0;
	if (next < PCI_CFG_FIRST_CAP || next + cap_len(facts, next) > PCI_CFG_SPACE)
		return -EINVAL;
	return next;
}

static int first_cap(const struct pci_pass_facts *facts)
{
	if (!(facts->cfg[PCI_CFG_STATUS] & PCI_STATUS_CAPS))
		return 0;
	return next_cap(facts, PCI_CFG_CAPS);
}

/* Where they stand, in ascending order: bit n is offset 4 * n. -EINVAL: a loop. */
static int find_caps(const struct pci_pass_facts *facts, u64 *caps)
{
	int at, n = 0;

	*caps = 0;
	for (at = first_cap(facts); at > 0; at = next_cap(facts, at + 1)) {
		if (n++ == CAP_MAX || *caps >> at / 4 & 1)
			return -EINVAL;
		*caps |= BIT_ULL(at / 4);
	}
	return at;
}

static u32 find_cap(const struct pci_pass_facts *facts, u64 caps, u8 id)
{
	u32 i;

	for (i = 0; i < 64; i++)
		if (caps >> i & 1 && facts->cfg[4 * i] == id)
			return 4 * i;
	return 0;
}

/* No two that are shown may overlap. */
static bool apart(const struct pci_pass_facts *facts, u64 caps)
{
	u32 i, end = 0;

	for (i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		if (4 * i < end)
			return false;
		if (policy(facts->cfg[4 * i]) != CAP_HIDE)
			end = 4 * i + cap_len(facts, 4 * i);
	}
	return true;
}

/*
 * MSI-X.
 */
static struct pci_place get_place(const struct pci_pass_facts *facts, u32 at)
{
	u32 val = get(facts, at, 4);

	return (struct pci_place){ .bar = val & PLACE_BAR, .offset = val & ~PLACE_BAR };
}

static u32 own_vectors(const struct pci_pass_facts *facts, u32 cap)
{
	return (get(facts, cap + 2, 2) & MSIX_COUNT) + 1;
}

static u32 pba_len(u32 vectors)
{
	return DIV_ROUND_UP(vectors, 64) * 8;
}

static bool fits(const struct pci_pass_facts *facts, struct pci_place at, u32 len)
{
	return at.bar < PCI_BARS && (u64)at.offset + len <= facts->bar_size[at.bar];
}

static enum pci_pass_fault check_msix(const struct pci_pass_facts *facts, u64 caps)
{
	u32 cap = find_cap(facts, caps, PCI_CAP_MSIX), n;

	if (!cap)
		return PCI_PASS_NO_MSIX;
	n = own_vectors(facts, cap);
	if (!fits(facts, get_place(facts, cap + 4), n * MSIX_ENTRY) ||
	    !fits(facts, get_place(facts, cap + 8), pba_len(n)))
		return PCI_PASS_BAD_CAPS;
	return PCI_PASS_OK;
}

/*
 * BARs.
 */
static u32 bar_flags(const struct pci_pass_facts *facts, u32 nr)
{
	return get(facts, PCI_CFG_BAR0 + 4 * nr, 4) & (PCI_BAR_64 | PCI_BAR_PREFETCH);
}

static enum pci_pass_fault check_bars(const struct pci_pass_facts *facts)
{
	u64 size;
	u32 nr;

	for (nr = 0; nr < PCI_BARS; nr++) {
		size = facts->bar_size[nr];
		if (!size)
			continue;
		if (size > PCI_PASS_MAX_BAR)
			return PCI_PASS_BAR_SIZE;
		if (size < 16 || !is_power_of_2(size))
			return PCI_PASS_BAD_CAPS;
		if (bar_flags(facts, nr) & PCI_BAR_64 &&
		    (nr + 1 == PCI_BARS || facts->bar_size[nr + 1]))
			return PCI_PASS_BAD_CAPS;
	}
	return PCI_PASS_OK;
}

enum pci_pass_fault pci_pass_check(const struct pci_pass_facts *facts)
{
	enum pci_pass_fault fault;
	u64 caps;

	if (facts->cfg[HEADER_TYPE] & HEADER_KIND || facts->cfg[PCI_CFG_CLASS + 2] == CLASS_BRIDGE)
		return PCI_PASS_NOT_ENDPOINT;
	if (find_caps(facts, &caps) || !apart(facts, caps))
		return PCI_PASS_BAD_CAPS;
	fault = check_bars(facts);
	return fault ?: check_msix(facts, caps);
}

/*
 * Making it.
 */
static void show_msix(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	u32 n = own_vectors(facts, cap);

	p->table = get_place(facts, cap + 4);
	p->table_len = n * MSIX_ENTRY;
	p->pba = get_place(facts, cap + 8);
	p->pba_len = pba_len(n);
	pci_func_msix(&p->func, cap, min3(n, facts->vectors, (u32)PCI_MSIX_MAX), p->table,
		      p->pba);
}

/*
 * Link, payload sizes and errors are the host's. An endpoint of the root complex has
 * no link, so nobody asks for it; all else reads 0.
 */
static void show_pcie(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	p->func.cfg[cap + 2] = PCIE_RCIEP | (facts->cfg[cap + 2] & PCIE_VERSION);
}

static void show_cap(struct pci_pass *p, const struct pci_pass_facts *facts, u32 cap)
{
	u8 id = facts->cfg[cap];
	enum cap_show show = policy(id);

	if (show == CAP_HIDE)
		return;
	pci_func_cap_at(&p->func, id, cap);
	if (show == CAP_COPY)
		memcpy(p->func.cfg + cap + 2, facts->cfg + cap + 2, cap_len(facts, cap) - 2);
	else if (id == PCI_CAP_MSIX)
		show_msix(p, facts, cap);
	else
		show_pcie(p, facts, cap);
}

static struct pci_identity identity(const struct pci_pass_facts *facts)
{
	return (struct pci_identity){
		.vendor = get(facts, PCI_CFG_ID, 2),
		.device = get(facts, PCI_CFG_ID + 2, 2),
		.subsystem_vendor = get(facts, PCI_CFG_SUBSYSTEM, 2),
		.subsystem = get(facts, PCI_CFG_SUBSYSTEM + 2, 2),
		.revision = get(facts, PCI_CFG_REVISION, 1),
		.class = get(facts, PCI_CFG_CLASS, 3),
	};
}

void pci_pass_init(struct pci_pass *p, const struct pci_pass_facts *facts,
		   const struct pci_ops *ops, void *dev)
{
	const struct pci_identity id = identity(facts);
	u64 caps;
	u32 i;

	memset(p, 0, sizeof(*p));
	pci_func_init(&p->func, &id, ops, dev);
	for (i = 0; i < PCI_BARS; i++)
		if (facts->bar_size[i])
			pci_func_bar(&p->func, i, facts->bar_size[i], bar_flags(facts, i));
	if (find_caps(facts, &caps))
		return;
	for (i = 0; i < 64; i++)
		if (caps >> i & 1)
			show_cap(p, facts, 4 * i);
}

/*
 * Its memory.
 */
static bool touches(struct pci_place place, u32 len, u32 bar, u32 offset, u32 size)
{
	return bar == place.bar && offset < place.offset + len && place.offset < offset + size;
}

bool pci_pass_hidden(const struct pci_pass *p, u32 bar, u32 offset, u32 size)
{
	return touches(p->table, p->table_len, bar, offset, size) ||
	       touches(p->pba, p->pba_len, bar, offset, size);
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
