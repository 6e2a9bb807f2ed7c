// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/pci.c */

/*
 * Config space, BARs and MSI-X of a made-up function through ports, ECAM and memory,
 * compared with a table of the writable bits and a list of pending vectors. A vector that was
 * raised is sent once, at once or as soon as nothing masks it.
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/pci.h"

#define SLOT	3
#define VECTORS	5
#define TABLE	0x200
#define PBA	0x300
#define BAR0	0x1000	/* bytes, 32 bits: vectors and registers */
#define BAR2	0x4000	/* bytes, 64 bits */

static struct pci_bus bus;
static struct pci_func func;
static u8 cap;

static u8 cfg[256], writable[256];	/* as they should be */
static struct pci_msix_entry entry[VECTORS];
static bool pending[VECTORS];
static u32 sent[VECTORS], want_sent[VECTORS], unknown;
static u64 last;			/* access to a BAR: bar, offset, size */
static u32 resets;

static void on_msi(void *ctx, u64 addr, u32 data)
{
	u32 i;

	for (i = 0; i < VECTORS; i++)
		if (entry[i].addr == addr && entry[i].data == data) {
			sent[i]++;
			return;
		}
	unknown++;
}

static bool on_present(void *ctx, u32 slot)
{
	return slot == SLOT;
}

static void on_reset(void *ctx)
{
	resets++;
}

static const struct pci_env env = { .msi = on_msi, .present = on_present, .reset = on_reset };

static u32 bar_read(void *dev, u32 bar, u32 offset, u32 size)
{
	FUZZ_CHECK(size == 1 || size == 2 || size == 4, "size %u", size);
	FUZZ_CHECK(offset % size == 0 && offset + size <= (bar ? BAR2 : BAR0), "offset %x of %u",
		   offset, bar);
	last = bar << 24 | offset << 4 | size;
	return 0x1000000 * bar + offset;
}

static void bar_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	bar_read(dev, bar, offset, size);
}

static const struct pci_ops ops = { .read = bar_read, .write = bar_write };

static void start(void)
{
	static const struct pci_identity id = { .vendor = 0x1234, .device = 0x5678 };
	u32 i;

	pci_bus_init(&bus, &env, NULL);
	pci_func_init(&func, &id, &ops, NULL);
	pci_func_bar(&func, 0, BAR0, 0);
	pci_func_bar(&func, 2, BAR2, PCI_BASE_ADDRESS_MEM_TYPE_64);
	cap = pci_func_cap(&func, PCI_CAP_ID_MSIX, 12);
	pci_func_msix(&func, cap, VECTORS, (struct pci_place){ 0, TABLE },
		      (struct pci_place){ 0, PBA });
	pci_plug(&bus, SLOT, &func);
	memcpy(cfg, func.cfg, sizeof(cfg));
	memset(writable, 0, sizeof(writable));
	writable[PCI_COMMAND] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	writable[PCI_COMMAND + 1] = PCI_COMMAND_INTX_DISABLE >> 8;
	writable[PCI_INTERRUPT_LINE] = 0xff;
	memcpy(writable + 0x10, &(u32){ ~(BAR0 - 1) }, 4);
	memcpy(writable + 0x18, &(u32){ ~(BAR2 - 1) }, 4);
	memcpy(writable + 0x1c, &(u32){ U32_MAX }, 4);
	writable[cap + 3] = 0xc0;
	memset(pending, 0, sizeof(pending));
	memset(sent, 0, sizeof(sent));
	memset(want_sent, 0, sizeof(want_sent));
	for (i = 0; i < VECTORS; i++)
		entry[i] = (struct pci_msix_entry){ .masked = true };
	unknown = 0;
	resets = 0;
}

static bool msix_on(void)
{
	return cfg[cap + 3] & 0x80;
}

static bool msix_masked(u32 i)
{
	return entry[i].masked || cfg[cap + 3] & 0x40 || !(cfg[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

/* Send what is pending and not masked. */
static void settle(void)
{
	u32 i;

	for (i = 0; i < VECTORS; i++) {
		if (!msix_on())
			pending[i] = false;
		if (!pending[i] || msix_masked(i))
			continue;
		pending[i] = false;
		want_sent[i]++;
	}
}

static void check(void)
{
	u32 i, sum = unknown, want = 0;
	u64 bits = 0;

	settle();
	FUZZ_CHECK(!memcmp(cfg, func.cfg, sizeof(cfg)), "config space");
	for (i = 0; i < VECTORS; i++) {
		bits |= (u64)pending[i] << i;
		sum += sent[i];
		want += want_sent[i];
	}
	FUZZ_EQ(sum, want, "messages sent");
	FUZZ_EQ(unknown, 0, "messages that no entry has");
	FUZZ_EQ(func.pending, bits, "pending bits");
}

/* The model of a write to config space. */
static void want_write(u32 at, u32 size, u32 val)
{
	for (; size--; at++, val >>= 8)
		cfg[at] = (cfg[at] & ~writable[at]) | (val & writable[at]);
}

static u32 want_read(u32 at, u32 size)
{
	u32 val = 0;

	while (size--)
		val = val << 8 | cfg[at + size];
	return val;
}

static void access_config(void)
{
	static const u8 places[] = { 4, 6, 0x10, 0x18, 0x1c, 0x24, 0x34, 0x3c };
	u32 size = 1 << fuzz_below(3), slot = fuzz_rarely(8) ? fuzz_below(40) : SLOT;
	u32 at = fuzz_flip() ? places[fuzz_below(8)] : fuzz_flip() ? cap + fuzz_below(12) :
		 fuzz_below(0x120);
	bool write = fuzz_flip(), ecam = fuzz_flip();
	u32 val = fuzz_number(), want = U32_MAX, got, mask = vdev_mask(size);
	bool there = slot == SLOT && at % size == 0;

	if (ecam) {
		if (at + size > 256 && there)
			want = 0;
	} else {
		at &= 0xff;
		there = slot == SLOT && at % size == 0 && (at & 3) + size <= 4;
		pci_port_ops.write(&bus, 0, 4, 0x80000000 | slot << 11 | (at & 0xfc));
		if (slot > 31)
			return;
	}
	if (there && at + size <= 256)
		want = want_read(at, size);
	if (slot == 0)
		return;
	if (write && there && at + size <= 256)
		want_write(at, size, val);
	if (ecam && write) {
		pci_ecam_ops.write(&bus, slot << 15 | at, size, val);
	} else if (ecam) {
		got = pci_ecam_ops.read(&bus, slot << 15 | at, size);
		FUZZ_EQ(got & mask, want & mask, "config space by ECAM");
	} else if (write) {
		pci_port_ops.write(&bus, 4 + (at & 3), size, val);
	} else {
		got = pci_port_ops.read(&bus, 4 + (at & 3), size);
		FUZZ_EQ(got & mask, want & mask, "config space by ports");
	}
}

static void access_table(void)
{
	u32 i = fuzz_below(VECTORS), reg = fuzz_below(4), val = fuzz_number();
	struct pci_msix_entry *e = &entry[i];

	if (reg == 0)
		e->addr = (e->addr >> 32 << 32) | (val & ~3U);
	else if (reg == 1)
		e->addr = (u32)e->addr | (u64)val << 32;
	else if (reg == 2)
		e->data = val;
	else
		e->masked = val & 1;
	pci_bar_write(&func, 0, TABLE + 16 * i + 4 * reg, 4, val);
	val = reg == 0 ? (u32)e->addr : reg == 1 ? e->addr >> 32 : reg == 2 ? e->data : e->masked;
	FUZZ_EQ(pci_bar_read(&func, 0, TABLE + 16 * i + 4 * reg, 4), val, "vector table");
}

/* Any address in the window: which BAR has it, if any? */
static void access_memory(void)
{
	u64 base0 = cfg[PCI_COMMAND] & PCI_COMMAND_MEMORY ? want_read(0x10, 4) & ~15U : 0;
	u64 base2 = cfg[PCI_COMMAND] & PCI_COMMAND_MEMORY ?
		    (want_read(0x18, 4) & ~15U) | (u64)want_read(0x1c, 4) << 32 : 0;
	u32 size = 1 << fuzz_below(3), offset = fuzz_below(BAR2) & ~(size - 1);
	u64 at = (fuzz_flip() ? base0 : base2) + offset, got;
	bool in0 = base0 && at - base0 < BAR0, in2 = base2 && at - base2 < BAR2;

	if (at < LAYOUT_PCI_MMIO || (in0 && size == 4 && (at - base0) / 0x100 * 0x100 == TABLE) ||
	    (in0 && at - base0 >= PBA && at - base0 < PBA + 8))
		return;
	last = 0;
	got = pci_mmio_ops.read(&bus, at - LAYOUT_PCI_MMIO, size);
	if (in0)
		FUZZ_EQ(last, (at - base0) << 4 | size, "access to BAR 0");
	else if (in2)
		FUZZ_EQ(last, 2 << 24 | (at - base2) << 4 | size, "access to BAR 2");
	else
		FUZZ_CHECK(!last && (u32)got == U32_MAX, "%llx is in no BAR", at);
}

static void raise(void)
{
	u32 i = fuzz_below(VECTORS + 1);

	pci_msix_raise(&func, i);
	if (i < VECTORS && msix_on())
		pending[i] = true;
}

static void reset_register(void)
{
	u8 val = fuzz_byte(), was = pci_port_ops.read(&bus, 1, 1);
	u32 before = resets;

	pci_port_ops.write(&bus, 1, 1, val);
	FUZZ_EQ(resets - before, val & 4 && !(was & 4), "resets");
	FUZZ_EQ(pci_port_ops.read(&bus, 1, 1), val & 0xe, "reset control");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	fuzz_start(data, size);
	start();
	while (fuzz_more()) {
		switch (fuzz_below(8)) {
		case 0 ... 2:
			access_config();
			break;
		case 3 ... 4:
			access_table();
			break;
		case 5:
			raise();
			break;
		case 6:
			access_memory();
			break;
		default:
			reset_register();
		}
		check();
	}
	pci_bus_reset(&bus);
	FUZZ_EQ(pci_func_bar_at(&func, 0), 0, "BAR after a reset");
	FUZZ_CHECK(!pci_msix_on(&func) && !func.pending && func.msix[0].masked, "MSI-X");
	return 0;
}
