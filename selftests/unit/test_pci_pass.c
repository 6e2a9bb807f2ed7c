// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pci_pass.c vdev/pci.c vdev/vdev.c */

/* A passed-through function as a guest sees it: what is shown and what is hidden. */
#include "pure.h"
#include "tap.h"
#include "vdev/pci_pass.h"

#define MSIX	0x40
#define POWER	0x50
#define VENDOR	0x60
#define PCIE	0x80
#define TABLE	0x2000
#define PBA	0x3000
#define BASE	0xc0000000

#define BAR_FLAGS	(PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)

static struct pci_pass_facts facts;
static struct pci_pass pass;
static struct pci_bus bus;
static u32 reads, writes, moves, msis, last_bar, last_offset;

static void on_msi(void *ctx, u64 addr, u32 data)
{
	msis++;
}

static bool on_present(void *ctx, u32 slot)
{
	return true;
}

static const struct pci_env env = { .msi = on_msi, .present = on_present };

static u32 on_read(void *dev, u32 bar, u32 offset, u32 size)
{
	CHECK(bar < PCI_STD_NUM_BARS);
	CHECK((u64)offset + size <= pass.func.bar_size[bar]);
	CHECK(size == 1 || size == 2 || size == 4);
	reads++;
	last_bar = bar;
	last_offset = offset;
	return 0x12345678;
}

static void on_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	on_read(dev, bar, offset, size);
	writes++;
}

static void on_moved(void *dev)
{
	moves++;
}

static const struct pci_ops ops = { .read = on_read, .write = on_write, .moved = on_moved };

static void set(u32 at, u32 size, u32 val)
{
	for (; size--; val >>= 8)
		facts.cfg[at++] = val;
}

static void cap(u32 at, u8 id, u8 next)
{
	facts.cfg[at] = id;
	facts.cfg[at + 1] = next;
}

/* Like an NVMe disk with one 64-bit BAR, and an additional 32-bit BAR. */
static void make_facts(void)
{
	memset(&facts, 0, sizeof(facts));
	set(PCI_VENDOR_ID, 4, 0x00101b36);
	set(PCI_COMMAND, 2, 0x0406);
	set(PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	set(PCI_CLASS_PROG, 3, 0x010802);
	set(PCI_BASE_ADDRESS_0, 4, 0xfebf0000 | BAR_FLAGS);
	set(PCI_BASE_ADDRESS_0 + 8, 4, 0xfebe0000);
	set(PCI_CAPABILITY_LIST, 1, POWER);
	cap(POWER, 0x01, PCIE);
	cap(PCIE, 0x10, MSIX);
	cap(MSIX, PCI_CAP_ID_MSIX, VENDOR);
	cap(VENDOR, PCI_CAP_ID_VNDR, 0);
	set(PCIE + 2, 2, 0x0002);
	set(PCIE + 4, 4, 0x10008025);
	set(MSIX + 2, 2, 64);
	set(MSIX + 4, 4, TABLE);
	set(MSIX + 8, 4, PBA);
	set(VENDOR + 2, 1, 16);
	set(VENDOR + 4, 4, 0xcafe);
	facts.bar_size[0] = 0x4000;
	facts.bar_size[2] = 0x10000;
	facts.vectors = 8;
}

static void start(void)
{
	make_facts();
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_OK);
	pci_bus_init(&bus, &env, NULL);
	pci_pass_init(&pass, &facts, &ops, NULL);
	pci_plug(&bus, 4, &pass.func);
	reads = 0;
	writes = 0;
	moves = 0;
	msis = 0;
}

static u32 cfg(u32 at, u32 size)
{
	return pci_cfg_read(&bus, 4, at, size);
}

static void cfg_write(u32 at, u32 size, u32 val)
{
	pci_cfg_write(&bus, 4, at, size, val);
}

static void map(void)
{
	cfg_write(PCI_BASE_ADDRESS_0, 4, BASE);
	cfg_write(PCI_BASE_ADDRESS_0 + 4, 4, 0);
	cfg_write(PCI_BASE_ADDRESS_0 + 8, 4, BASE + 0x10000);
	cfg_write(PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static u64 mem(u64 at, u32 size)
{
	return pci_mmio_ops.read(&bus, at - LAYOUT_PCI_MMIO, size);
}

static void mem_write(u64 at, u32 size, u64 val)
{
	pci_mmio_ops.write(&bus, at - LAYOUT_PCI_MMIO, size, val);
}

TEST(config_space_shows_what_guests_may_see)
{
	u32 at, seen = 0, n = 0;

	start();
	CHECK_EQ(cfg(0, 4), 0x00101b36);
	CHECK_EQ(cfg(PCI_CLASS_PROG, 1), 2);
	CHECK_EQ(cfg(PCI_COMMAND, 2), 0);
	for (at = cfg(PCI_CAPABILITY_LIST, 1); at && n < 10; at = cfg(at + 1, 1)) {
		seen |= BIT(cfg(at, 1));
		n++;
	}
	CHECK_EQ(n, 3);
	CHECK_EQ(seen, BIT(0x09) | BIT(0x10) | BIT(0x11));	/* no power management */
	CHECK_EQ(cfg(VENDOR + 4, 2), 0xcafe);
	CHECK_EQ(cfg(MSIX + 2, 2), 7);			/* vectors the host allocated */
	CHECK_EQ(cfg(PCIE + 2, 2), 0x0092);		/* root complex integrated: no link */
	CHECK_EQ(cfg(PCIE + 4, 4), 0);
	CHECK_EQ(cfg(POWER, 4), 0);
	/* The host's BAR address is not shown. */
	CHECK_EQ(cfg(PCI_BASE_ADDRESS_0, 4), BAR_FLAGS);
}

TEST(bars_can_be_sized_and_placed)
{
	start();
	cfg_write(PCI_BASE_ADDRESS_0, 4, U32_MAX);
	cfg_write(PCI_BASE_ADDRESS_0 + 4, 4, U32_MAX);
	CHECK_EQ(cfg(PCI_BASE_ADDRESS_0, 4), 0xffffc000 | BAR_FLAGS);
	CHECK_EQ(cfg(PCI_BASE_ADDRESS_0 + 4, 4), U32_MAX);
	cfg_write(PCI_BASE_ADDRESS_0 + 8, 4, U32_MAX);
	CHECK_EQ(cfg(PCI_BASE_ADDRESS_0 + 8, 4), 0xffff0000);
	cfg_write(PCI_BASE_ADDRESS_0 + 12, 4, U32_MAX);
	CHECK_EQ(cfg(PCI_BASE_ADDRESS_0 + 12, 4), 0);
	map();
	CHECK(moves > 0);
	CHECK_EQ(pci_func_bar_at(&pass.func, 0), BASE);
	CHECK_EQ(mem(BASE + 0x1004, 4), 0x12345678);
	CHECK_EQ(last_bar * 0x10000 + last_offset, 0x1004);
	mem_write(BASE + 0x1fff0, 2, 1);
	CHECK_EQ(last_bar * 0x10000 + last_offset, 0x2fff0);
	/* There is no window above 4 GiB. */
	cfg_write(PCI_BASE_ADDRESS_0 + 4, 4, 1);
	CHECK_EQ(pci_func_bar_at(&pass.func, 0), 0x100000000 + BASE);
	CHECK_EQ(mem(BASE + 0x1004, 4), U64_MAX);
}

TEST(msix_table_is_emulated)
{
	u32 size, at, n;

	start();
	map();
	n = reads;
	mem_write(BASE + TABLE, 4, 0xfee00000);
	mem_write(BASE + TABLE + 8, 4, 0x41);
	mem_write(BASE + TABLE + 12, 4, 0);
	cfg_write(MSIX + 2, 2, 0x8000);
	pci_msix_raise(&pass.func, 0);
	CHECK_EQ(msis, 1);
	CHECK_EQ(mem(BASE + PBA, 8), 0);
	CHECK_EQ(reads, n);
	/* The device's own table is longer, and has to be hidden for every access width. */
	for (size = 1; size <= 4; size *= 2)
		for (at = 0; at < 0x4000; at += size)
			CHECK_EQ(pci_pass_hidden(&pass, 0, at, size),
				 (at >= TABLE && at < TABLE + 65 * 16) ||
				 (at >= PBA && at < PBA + 16));
	CHECK(!pci_pass_hidden(&pass, 2, TABLE, 4));
}

TEST(mappable_pages_exclude_the_msix_table)
{
	u32 len;

	start();
	CHECK_EQ(pci_pass_run(&pass, 0, 0, &len), 0);
	CHECK_EQ(len, 0x2000);
	CHECK_EQ(pci_pass_run(&pass, 0, 0x2000, &len), 0x4000);
	CHECK_EQ(len, 0);
	CHECK_EQ(pci_pass_run(&pass, 2, 0, &len), 0);
	CHECK_EQ(len, 0x10000);
	/* A BAR smaller than a page is never mapped. */
	facts.bar_size[2] = 0x800;
	pci_pass_init(&pass, &facts, &ops, NULL);
	CHECK_EQ(pci_pass_run(&pass, 2, 0, &len), 0x800);
}

TEST(unsupported_functions_are_refused)
{
	make_facts();
	facts.cfg[0xe] = 1;
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_NOT_ENDPOINT);
	make_facts();
	facts.cfg[PCI_CLASS_PROG + 2] = 6;
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_NOT_ENDPOINT);
	make_facts();
	facts.cfg[MSIX] = 5;
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_NO_MSIX);
	make_facts();
	facts.bar_size[2] = SZ_512M;
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAR_SIZE);
	make_facts();
	facts.bar_size[2] = 0x3000;
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	facts.bar_size[1] = 0x1000;		/* in the upper half of BAR 0 */
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	set(MSIX + 4, 4, 0x3ff8);		/* past the BAR's end */
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	set(MSIX + 4, 4, TABLE | 7);
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	cap(VENDOR, PCI_CAP_ID_VNDR, MSIX);	/* a loop */
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	set(VENDOR + 2, 1, 0xa1);		/* past the end; then overlapping another */
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	set(VENDOR + 2, 1, 0x21);
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
	make_facts();
	cap(VENDOR, PCI_CAP_ID_MSIX, 0);	/* two vector tables */
	set(VENDOR + 4, 4, 2);
	set(VENDOR + 8, 4, 2);
	CHECK_EQ(pci_pass_check(&facts), PCI_PASS_BAD_CAPS);
}

/* Random config space: either refused or shown without harm. */
static void make_random_facts(void)
{
	static const u8 ids[] = { 0x01, 0x05, 0x09, 0x10, 0x11, 0xff };
	u32 n;

	make_facts();
	for (n = tap_below(6); n; n--)
		facts.cfg[tap_below(256)] = tap_rand();
	for (n = tap_below(3); n; n--)
		cap(0x40 + 4 * tap_below(48), ids[tap_below(6)], tap_rand());
	if (!tap_below(4))
		facts.bar_size[tap_below(6)] = 1ULL << tap_below(40);
	facts.vectors = 1 + tap_below(64);
}

TEST(random_functions_are_refused_or_harmless)
{
	u32 i, j, at, shown = 0;

	for (i = 0; i < 30000; i++) {
		make_random_facts();
		if (pci_pass_check(&facts) != PCI_PASS_OK)
			continue;
		shown++;
		pci_bus_init(&bus, &env, NULL);
		pci_pass_init(&pass, &facts, &ops, NULL);
		pci_plug(&bus, 4, &pass.func);
		for (j = 0, at = cfg(PCI_CAPABILITY_LIST, 1); at; at = cfg(at + 1, 1))
			CHECK(j++ < 48);
		CHECK(pass.func.msix_count - 1 < facts.vectors);
		map();
		for (j = 0; j < 30; j++) {
			at = tap_below(0x24000);
			mem_write(BASE + at, 1 << tap_below(4), tap_rand());
			mem(BASE + at, 1 << tap_below(4));
			cfg_write(tap_below(256), 1 << tap_below(3), tap_rand());
			pci_msix_raise(&pass.func, tap_below(80));
		}
	}
	CHECK(shown > 1000);
}
