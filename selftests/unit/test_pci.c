// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pci.c vdev/vdev.c */

/* PCI bus 0: config space through ports and ECAM, BARs, MSI-X. */
#include "pure.h"
#include "tap.h"
#include "vdev/pci.h"

#define BAR	0x8000
#define TABLE	0x4000
#define PBA	0x5000

static struct pci_bus bus;
static struct pci_func func;
static struct vdev_table pio, mmio;
static u32 visible, msis, bar_last, bar_size, win_last;
static u64 msi_addr;
static u32 msi_data;

static void on_msi(void *ctx, u64 addr, u32 data)
{
	msis++;
	msi_addr = addr;
	msi_data = data;
}

static bool on_present(void *ctx, u32 slot)
{
	return visible >> slot & 1;
}

static u32 resets;

static void on_reset(void *ctx)
{
	resets++;
}

static const struct pci_env env = {
	.msi = on_msi, .present = on_present, .reset = on_reset,
};

static u32 bar_rd(void *dev, u32 bar, u32 offset, u32 size)
{
	CHECK(offset + size <= BAR);
	CHECK(offset % size == 0);
	bar_last = offset;
	bar_size = size;
	return 0xabcd0000 + offset;
}

static void bar_wr(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	bar_rd(dev, bar, offset, size);
}

static u32 win_rd(void *dev, u32 offset, u32 size)
{
	CHECK(offset + size <= 4);
	return 0x77;
}

static void win_wr(void *dev, u32 offset, u32 size, u32 val)
{
	CHECK(offset + size <= 4);
	win_last = val;
}

static const struct pci_ops ops = {
	.read = bar_rd, .write = bar_wr, .window_read = win_rd, .window_write = win_wr,
};

static void start(u32 slot)
{
	const struct pci_identity id = {
		.vendor = 0x1af4, .device = 0x1042, .subsystem_vendor = 0x1af4,
		.subsystem = 0x1042, .revision = 1, .class = 0x018000,
	};

	memset(&pio, 0, sizeof(pio));
	memset(&mmio, 0, sizeof(mmio));
	pci_bus_init(&bus, &env, NULL);
	vdev_add(&pio, LAYOUT_PCI_PORT, LAYOUT_PCI_PORTS, &pci_port_ops, &bus);
	vdev_add(&mmio, LAYOUT_PCI_ECAM, LAYOUT_PCI_ECAM_SIZE, &pci_ecam_ops, &bus);
	vdev_add(&mmio, LAYOUT_PCI_MMIO, LAYOUT_PCI_MMIO_SIZE, &pci_mmio_ops, &bus);
	pci_func_init(&func, &id, &ops, NULL);
	pci_func_bar(&func, 0, BAR, 0);
	func.window = pci_func_cap(&func, PCI_CAP_ID_VNDR, 20) + 16;
	pci_func_msix(&func, pci_func_cap(&func, PCI_CAP_ID_MSIX, 12), 3,
		      (struct pci_place){ .offset = TABLE },
		      (struct pci_place){ .offset = PBA });
	pci_plug(&bus, slot, &func);
	visible = BIT(slot);
	msis = 0;
}

static u32 cf8(u32 slot, u32 reg, u32 size)
{
	vdev_write(&pio, 0xcf8, 4, BIT(31) | slot << 11 | (reg & 0xfc));
	return vdev_read(&pio, 0xcfc + (reg & 3), size);
}

static void cf8_write(u32 slot, u32 reg, u32 size, u32 val)
{
	vdev_write(&pio, 0xcf8, 4, BIT(31) | slot << 11 | (reg & 0xfc));
	vdev_write(&pio, 0xcfc + (reg & 3), size, val);
}

static u32 ecam(u32 slot, u32 reg, u32 size)
{
	return vdev_read(&mmio, LAYOUT_PCI_ECAM + (slot << 15) + reg, size);
}

static void map(u32 slot, u32 addr)
{
	cf8_write(slot, PCI_BASE_ADDRESS_0, 4, addr);
	cf8_write(slot, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

TEST(ports_and_ecam_read_the_same)
{
	u32 reg;

	start(3);
	CHECK_EQ(cf8(0, PCI_CLASS_PROG + 1, 2), 0x0600);
	CHECK_EQ(cf8(3, 0, 4), 0x10421af4);
	CHECK_EQ(cf8(3, 2, 2), 0x1042);
	CHECK_EQ(cf8(3, 0xb, 1), 0x01);
	for (reg = 0; reg < 256; reg += 4)
		CHECK_EQ(ecam(3, reg, 4), cf8(3, reg, 4));
	CHECK_EQ(cf8(4, 0, 4), U32_MAX);
	CHECK_EQ(ecam(4, 0, 4), U32_MAX);
	CHECK_EQ(ecam(3, 0x100, 4), 0);		/* no extended capabilities */
	CHECK_EQ(vdev_read(&pio, 0xcf8, 4), BIT(31) | 4 << 11);
	/* Another bus, another function, enable bit clear */
	vdev_write(&pio, 0xcf8, 4, BIT(31) | 1 << 16 | 3 << 11);
	CHECK_EQ(vdev_read(&pio, 0xcfc, 4), U32_MAX);
	vdev_write(&pio, 0xcf8, 4, BIT(31) | 3 << 11 | 1 << 8);
	CHECK_EQ(vdev_read(&pio, 0xcfc, 4), U32_MAX);
	vdev_write(&pio, 0xcf8, 4, 3 << 11);
	CHECK_EQ(vdev_read(&pio, 0xcfc, 4), U32_MAX);
	CHECK_EQ(vdev_read(&mmio, LAYOUT_PCI_ECAM + (3 << 15) + 0x1000, 4), U32_MAX);
}

/* Port 0xcf9 is a separate register in the middle of CONFIG_ADDRESS. */
TEST(reset_control_resets_on_rst_cpu_rising_edge)
{
	start(3);
	resets = 0;
	vdev_write(&pio, 0xcf8, 4, BIT(31) | 0x0600);
	CHECK_EQ(vdev_read(&pio, 0xcf9, 1), 0);
	vdev_write(&pio, 0xcf9, 1, 0x02);
	CHECK_EQ(resets, 0);
	CHECK_EQ(vdev_read(&pio, 0xcf9, 1), 0x02);
	vdev_write(&pio, 0xcf9, 1, 0x06);
	CHECK_EQ(resets, 1);
	vdev_write(&pio, 0xcf9, 1, 0x0e);
	CHECK_EQ(resets, 1);			/* it was set already */
	vdev_write(&pio, 0xcf9, 1, 0xf1);
	CHECK_EQ(vdev_read(&pio, 0xcf9, 1), 0);
	vdev_write(&pio, 0xcf9, 1, 0x04);
	CHECK_EQ(resets, 2);
	CHECK_EQ(vdev_read(&pio, 0xcf8, 4), BIT(31) | 0x0600);
	vdev_write(&pio, 0xcf8, 2, 0x0600);	/* wrong width for either register */
	vdev_write(&pio, 0xcf9, 2, 0x0600);
	CHECK_EQ(resets, 2);
	pci_bus_reset(&bus);
	CHECK_EQ(vdev_read(&pio, 0xcf9, 1), 0);
}

TEST(absent_slot_reads_all_ones)
{
	start(3);
	map(3, 0xc0000000);
	visible = 0;
	CHECK_EQ(cf8(3, 0, 4), U32_MAX);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000, 4), U32_MAX);
	CHECK_EQ(cf8(0, 0, 2), 0x1b36);
	visible = BIT(3);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000, 4), 0xabcd0000);
	pci_unplug(&bus, 3);
	CHECK_EQ(cf8(3, 0, 4), U32_MAX);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000, 4), U32_MAX);
	pci_msix_raise(&func, 0);	/* unplugged */
	CHECK_EQ(msis, 0);
}

TEST(bar_can_be_sized_and_moved)
{
	start(1);
	cf8_write(1, PCI_BASE_ADDRESS_0, 4, U32_MAX);
	CHECK_EQ(cf8(1, PCI_BASE_ADDRESS_0, 4), (u32)-BAR);
	cf8_write(1, PCI_BASE_ADDRESS_0 + 4, 4, U32_MAX);
	CHECK_EQ(cf8(1, PCI_BASE_ADDRESS_0 + 4, 4), 0);
	cf8_write(1, PCI_BASE_ADDRESS_0, 4, 0xd0000000);
	CHECK_EQ(vdev_read(&mmio, 0xd0000000, 4), U32_MAX);	/* memory decoding is off */
	cf8_write(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	CHECK_EQ(vdev_read(&mmio, 0xd0001234, 4), 0xabcd1234);
	CHECK_EQ(vdev_read(&mmio, 0xd0001230, 8), 0xabcd1234abcd1230LL);
	CHECK_EQ(vdev_read(&mmio, 0xd0001231, 2), 0xffff);	/* not aligned */
	CHECK_EQ(vdev_read(&mmio, 0xd0008000, 4), U32_MAX);
	/* At the end of 32 bits, and beyond the window: harmless. */
	map(1, 0xffff8000);
	CHECK_EQ(vdev_read(&mmio, 0xdffffff8, 8), U64_MAX);
	pci_bus_reset(&bus);
	CHECK_EQ(cf8(1, PCI_BASE_ADDRESS_0, 4), 0);
	CHECK_EQ(cf8(1, PCI_COMMAND, 2), 0);
	CHECK_EQ(cf8(1, 0, 4), 0x10421af4);
}

TEST(capabilities_are_linked)
{
	u32 at, n = 0;

	start(1);
	CHECK(cf8(1, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST);
	for (at = cf8(1, PCI_CAPABILITY_LIST, 1); at && n < 10; at = cf8(1, at + 1, 1))
		n++;
	CHECK_EQ(n, 2);
	CHECK_EQ(cf8(1, func.window, 1), 0x77);
	cf8_write(1, func.window, 2, 0x1234);
	CHECK_EQ(win_last, 0x1234);
}

static void set_vector(u32 i, u32 addr, u32 data, u32 mask)
{
	u32 at = 0xc0000000 + TABLE + i * 16;

	vdev_write(&mmio, at, 4, addr);
	vdev_write(&mmio, at + 4, 4, 0);
	vdev_write(&mmio, at + 8, 4, data);
	vdev_write(&mmio, at + 12, 4, mask);
}

TEST(msix_masks_and_keeps_pending_vectors)
{
	u32 control;

	start(1);
	control = func.msix_cap + 2;
	map(1, 0xc0000000);
	CHECK_EQ(cf8(1, control, 2), 2);	/* three vectors */
	set_vector(1, 0xfee01000, 0x41, 0);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + TABLE + 16, 8), 0xfee01000);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + TABLE + 24, 4), 0x41);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + TABLE + 12, 4), 1);	/* masked */
	pci_msix_raise(&func, 1);
	CHECK_EQ(msis, 0);			/* MSI-X is off */
	cf8_write(1, control, 2, 0x8000);
	CHECK(pci_msix_on(&func));
	pci_msix_raise(&func, 1);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_addr, 0xfee01000);
	CHECK_EQ(msi_data, 0x41);
	pci_msix_raise(&func, 0);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + PBA, 4), 1);
	set_vector(0, 0xfee00000, 0x55, 0);
	CHECK_EQ(msis, 2);
	CHECK_EQ(msi_data, 0x55);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + PBA, 4), 0);
	cf8_write(1, control, 2, 0xc000);
	pci_msix_raise(&func, 1);
	pci_msix_raise(&func, 1);
	CHECK_EQ(msis, 2);
	cf8_write(1, control, 2, 0x8000);
	CHECK_EQ(msis, 3);			/* only once */
	pci_msix_raise(&func, 3);
	pci_msix_raise(&func, 0xffff);
	CHECK_EQ(msis, 3);
}

/* An MSI is a memory write; pending bits do not survive MSI-X being disabled. */
TEST(msix_needs_bus_mastering)
{
	u32 control;

	start(1);
	control = func.msix_cap + 2;
	map(1, 0xc0000000);
	set_vector(0, 0xfee00000, 0x41, 0);
	cf8_write(1, control, 2, 0x8000);
	cf8_write(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	pci_msix_raise(&func, 0);
	CHECK_EQ(msis, 0);
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + PBA, 4), 1);
	cf8_write(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	CHECK_EQ(msis, 1);
	cf8_write(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	pci_msix_raise(&func, 0);
	cf8_write(1, control, 2, 0);		/* off */
	CHECK_EQ(vdev_read(&mmio, 0xc0000000 + PBA, 4), 0);
	cf8_write(1, control, 2, 0x8000);
	cf8_write(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	CHECK_EQ(msis, 1);
}

TEST(free_slot_is_found)
{
	u32 i;

	start(1);
	CHECK_EQ(pci_free_slot(&bus, 1), 2);
	for (i = 2; i < LAYOUT_PCI_SLOTS; i++)
		pci_plug(&bus, i, &func);
	CHECK_EQ(pci_free_slot(&bus, 1), -ENOSPC);
	pci_unplug(&bus, 31);
	CHECK_EQ(pci_free_slot(&bus, 1), 31);
	CHECK_EQ(pci_free_slot(&bus, 32), -ENOSPC);
}

/* Any access, of any width, with any value. */
TEST(random_accesses_are_harmless)
{
	static const u32 sizes[] = { 1, 2, 4, 8 };
	u32 i, size;
	u64 addr;

	start(7);
	for (i = 0; i < 300000; i++) {
		size = sizes[tap_below(4)];
		addr = tap_below(2) ? LAYOUT_PCI_ECAM + (7 << 15) + tap_below(300) :
		       tap_below(8) ? LAYOUT_PCI_MMIO + tap_below(0x10000) :
		       LAYOUT_PCI_MMIO + tap_below(LAYOUT_PCI_MMIO_SIZE + LAYOUT_PCI_ECAM_SIZE);
		if (tap_below(2)) {
			vdev_read(&mmio, addr, size);
			vdev_read(&pio, 0xcf8 + tap_below(8), size & 7 ?: 4);
		} else {
			vdev_write(&mmio, addr, size, tap_rand() >> tap_below(64));
			vdev_write(&pio, 0xcf8 + tap_below(8), size & 7 ?: 4, tap_rand());
		}
		if (!tap_below(32))
			map(7, LAYOUT_PCI_MMIO);
		pci_msix_raise(&func, tap_below(5));
	}
	CHECK_EQ(ecam(7, 0, 4), 0x10421af4);
}
