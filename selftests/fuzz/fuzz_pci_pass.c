// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pci_pass.c vdev/pci.c */

/*
 * Physical functions with any config space. What is accepted gives a function that a guest
 * can read: capabilities that end and do not overlap, a vector table within its BAR, and BAR
 * pages that contain no vector of the host.
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/pci_pass.h"

static struct pci_pass_facts facts;
static struct pci_pass pass;
static struct pci_bus bus;

static u32 no_read(void *dev, u32 bar, u32 offset, u32 size)
{
	return 0;
}

static void no_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
}

static const struct pci_ops ops = { .read = no_read, .write = no_write };

static bool on_present(void *ctx, u32 slot)
{
	return true;
}

static const struct pci_env env = { .present = on_present };

/* A likely function, then some bytes of it changed. */
static void any_facts(void)
{
	static const u8 ids[] = { PCI_CAP_ID_MSIX, PCI_CAP_ID_VNDR, PCI_CAP_ID_EXP, PCI_CAP_ID_PM,
				  PCI_CAP_ID_MSIX };
	u32 i, n = fuzz_below(6), at = 0x34, size;

	memset(&facts, 0, sizeof(facts));
	facts.cfg[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	facts.vectors = 1 + fuzz_below(80);
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		size = fuzz_byte();
		if (size & 0xc0)
			facts.bar_size[i] = 1ULL << (4 + (size & 15));
		facts.cfg[PCI_BASE_ADDRESS_0 + 4 * i] = fuzz_byte() & 0xc;
	}
	for (i = 0; i < n; i++) {
		u8 *c = facts.cfg + 0x40 + 4 * fuzz_below(48);

		facts.cfg[at] = c - facts.cfg;
		at = c - facts.cfg + 1;
		c[0] = ids[fuzz_below(ARRAY_SIZE(ids))];
		c[2] = fuzz_below(0x40);
		c[4] = fuzz_byte();
		c[5] = fuzz_byte();
		c[8] = fuzz_byte();
		c[9] = fuzz_byte();
	}
	for (n = fuzz_rarely(4) ? fuzz_below(8) : 0; n--;)
		facts.cfg[fuzz_below(256)] = fuzz_byte();
	if (fuzz_rarely(16))
		facts.bar_size[fuzz_below(PCI_STD_NUM_BARS)] = fuzz_number();
}

/* Walk the capabilities as a guest does. */
static void check_caps(void)
{
	bool used[256] = { false };
	u32 at = pci_cfg_read(&bus, 1, PCI_CAPABILITY_LIST, 1), n = 0, msix = 0, i, len;

	for (; at; at = pci_cfg_read(&bus, 1, at + 1, 1)) {
		u8 id = pci_cfg_read(&bus, 1, at, 1);

		FUZZ_CHECK(at >= 0x40 && at % 4 == 0 && n++ < 48, "capability at %x", at);
		FUZZ_CHECK(id == PCI_CAP_ID_MSIX || id == PCI_CAP_ID_VNDR ||
			   id == PCI_CAP_ID_EXP, "capability %x", id);
		FUZZ_EQ(id, facts.cfg[at], "capability");
		len = id == PCI_CAP_ID_MSIX ? 12 : id == PCI_CAP_ID_VNDR ? facts.cfg[at + 2] : 3;
		for (i = at; i < at + max(len, 2U); i++) {
			FUZZ_CHECK(i < 256 && !used[i], "byte %x is in two capabilities", i);
			used[i] = true;
		}
		msix += id == PCI_CAP_ID_MSIX;
	}
	FUZZ_EQ(msix, 1, "MSI-X capabilities");
}

static void check_msix(void)
{
	u32 flags = pci_cfg_read(&bus, 1, pass.func.msix_cap + 2, 2), table, pba;

	FUZZ_EQ((flags & 0x7ff) + 1, pass.func.msix_count, "vectors");
	FUZZ_CHECK(pass.func.msix_count <= facts.vectors && pass.func.msix_count <= PCI_MSIX_MAX,
		   "%u vectors", pass.func.msix_count);
	table = pci_cfg_read(&bus, 1, pass.func.msix_cap + 4, 4);
	pba = pci_cfg_read(&bus, 1, pass.func.msix_cap + 8, 4);
	FUZZ_CHECK((table & 7) < 6 && (table & ~7U) + 16ULL * pass.func.msix_count <=
		   facts.bar_size[table & 7], "table %x", table);
	FUZZ_CHECK((pba & 7) < 6 && (pba & ~7U) + 8ULL <= facts.bar_size[pba & 7], "PBA %x", pba);
	/* The host's table is larger, or as large. */
	FUZZ_CHECK(pci_pass_hidden(&pass, table & 7, table & ~7U, 4), "the table can be reached");
	FUZZ_CHECK(pci_pass_hidden(&pass, table & 7, (table & ~7U) + pass.table_len - 1, 1),
		   "the table's end can be reached");
	FUZZ_CHECK(pci_pass_hidden(&pass, pba & 7, pba & ~7U, 8), "the PBA can be reached");
}

/* Sizing as a guest does it, and what may be mapped of it */
static void check_bar(u32 nr)
{
	u64 size = facts.bar_size[nr];
	u32 reg, from, len, at = 0x10 + 4 * nr, guard = 0;

	pci_cfg_write(&bus, 1, at, 4, U32_MAX);
	reg = pci_cfg_read(&bus, 1, at, 4);
	if (size)
		FUZZ_EQ(-(reg & ~15U), size, "size of a BAR");
	FUZZ_EQ(pass.func.bar_size[nr], size, "size of a BAR");
	for (from = 0; size && guard < 64; from += len, guard++) {
		from = pci_pass_run(&pass, nr, from, &len);
		if (from == size)
			break;
		FUZZ_CHECK(len && len % 4096 == 0 && from % 4096 == 0 && from + len <= size,
			   "run of %x at %x", len, from);
		FUZZ_CHECK(!pci_pass_hidden(&pass, nr, from, len), "run of %x at %x with vectors",
			   len, from);
	}
	FUZZ_CHECK(guard < 8, "%u runs", guard);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	enum pci_pass_fault fault;
	u32 i;

	fuzz_start(data, size);
	any_facts();
	fault = pci_pass_check(&facts);
	FUZZ_CHECK(fault <= PCI_PASS_BAR_SIZE, "%u", fault);
	if (fault)
		return 0;
	pci_pass_init(&pass, &facts, &ops, NULL);
	pci_bus_init(&bus, &env, NULL);
	pci_plug(&bus, 1, &pass.func);
	check_caps();
	check_msix();
	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		check_bar(i);
	return 0;
}
