// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pci.c - PCI bus 0: routes accesses to config space and BARs to functions, and
 * implements their configuration registers and MSI-X. L0: calls only callbacks of the
 * bus and of functions.
 */
#include "pure.h"
#include "vdev/pci.h"

#define ADDRESS_PORT	0	/* CONFIG_ADDRESS, from LAYOUT_PCI_PORT */
#define RESET_PORT	1	/* reset control, one byte within CONFIG_ADDRESS */
#define DATA_PORT	4	/* CONFIG_DATA */
#define ADDRESS_ENABLE	BIT(31)
#define ADDRESS_BITS	0x80fffffc

/* Bits of the reset control register: a rising RESET_CPU resets the machine. */
#define RESET_SYSTEM	BIT(1)
#define RESET_CPU	BIT(2)
#define RESET_FULL	BIT(3)

/* A generic host bridge. No driver binds to it. */
static const struct pci_identity bridge_identity = {
	.vendor = 0x1b36, .device = 0x0008, .class = 0x060000,
};

static u32 pci_get(const u8 *p, u32 size)
{
	u32 val = 0;

	while (size--)
		val = val << 8 | p[size];
	return val;
}

static void pci_put(u8 *p, u32 size, u32 val)
{
	for (; size--; val >>= 8)
		*p++ = val;
}

/*
 * Construction of functions.
 */
void pci_func_init(struct pci_func *f, const struct pci_identity *id,
		   const struct pci_ops *ops, void *dev)
{
	memset(f, 0, sizeof(*f));
	f->ops = ops;
	f->dev = dev;
	f->cap_end = PCI_STD_HEADER_SIZEOF;
	pci_put(f->cfg + PCI_VENDOR_ID, 4, (u32)id->device << 16 | id->vendor);
	f->cfg[PCI_REVISION_ID] = id->revision;
	pci_put(f->cfg + PCI_CLASS_PROG, 3, id->class);
	pci_put(f->cfg + PCI_SUBSYSTEM_VENDOR_ID, 4,
		(u32)id->subsystem << 16 | id->subsystem_vendor);
	pci_put(f->writable + PCI_COMMAND, 2,
		PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
	f->writable[PCI_INTERRUPT_LINE] = U8_MAX;
}

static u32 pci_bar_register(u32 nr)
{
	return PCI_BASE_ADDRESS_0 + 4 * nr;
}

void pci_func_bar(struct pci_func *f, u32 nr, u32 size, u32 flags)
{
	f->bar_size[nr] = size;
	pci_put(f->cfg + pci_bar_register(nr), 4, flags);
	pci_put(f->writable + pci_bar_register(nr), 4, ~(size - 1));
	if (flags & PCI_BASE_ADDRESS_MEM_TYPE_64)
		pci_put(f->writable + pci_bar_register(nr + 1), 4, U32_MAX);
}

/* A 64-bit BAR can be placed outside of the window, where it is not reached. */
u64 pci_func_bar_at(const struct pci_func *f, u32 nr)
{
	const u8 *reg = f->cfg + pci_bar_register(nr);
	u32 low = pci_get(reg, 4);
	u64 high = low & PCI_BASE_ADDRESS_MEM_TYPE_64 ? pci_get(reg + 4, 4) : 0;

	if (!f->bar_size[nr] || !(f->cfg[PCI_COMMAND] & PCI_COMMAND_MEMORY))
		return 0;
	return high << 32 | (low & PCI_BASE_ADDRESS_MEM_MASK);
}

void pci_func_cap_at(struct pci_func *f, u8 id, u8 at)
{
	f->cfg[at] = id;
	f->cfg[f->cap_last ? f->cap_last + 1 : PCI_CAPABILITY_LIST] = at;
	f->cfg[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	f->cap_last = at;
}

u8 pci_func_cap(struct pci_func *f, u8 id, u8 len)
{
	u8 at = f->cap_end;

	pci_func_cap_at(f, id, at);
	f->cap_end = ALIGN(at + len, 4);
	return at;
}

void pci_func_reset(struct pci_func *f)
{
	u32 i;

	for (i = 0; i < PCI_CFG_SPACE_SIZE; i++)
		f->cfg[i] &= ~f->writable[i];
	f->pending = 0;
	for (i = 0; i < PCI_MSIX_MAX; i++)
		f->msix[i] = (struct pci_msix_entry){ .masked = true };
}

/*
 * Config space.
 */
static struct pci_func *pci_func_at(struct pci_bus *bus, u32 slot)
{
	struct pci_func *f = NULL;

	if (slot < LAYOUT_PCI_SLOTS)
		f = bus->func[array_index_nospec(slot, LAYOUT_PCI_SLOTS)];
	if (!f || (slot && !bus->env->present(bus->ctx, slot)))
		return NULL;
	return f;
}

static bool pci_in_window(const struct pci_func *f, u32 offset)
{
	return f->window && offset - f->window < 4;
}

u32 pci_cfg_read(struct pci_bus *bus, u32 slot, u32 offset, u32 size)
{
	struct pci_func *f = pci_func_at(bus, slot);

	if (!f || offset % size)
		return U32_MAX;
	/* There are no extended capabilities. */
	if (offset + size > PCI_CFG_SPACE_SIZE)
		return 0;
	offset = array_index_nospec(offset, PCI_CFG_SPACE_SIZE);
	if (pci_in_window(f, offset))
		return f->ops->window_read(f->dev, offset - f->window, size);
	return pci_get(f->cfg + offset, size);
}

static void pci_msix_flush(struct pci_func *f);

void pci_cfg_write(struct pci_bus *bus, u32 slot, u32 offset, u32 size, u32 val)
{
	struct pci_func *f = pci_func_at(bus, slot);
	u32 i;

	if (!f || offset % size || offset + size > PCI_CFG_SPACE_SIZE)
		return;
	offset = array_index_nospec(offset, PCI_CFG_SPACE_SIZE);
	if (pci_in_window(f, offset)) {
		f->ops->window_write(f->dev, offset - f->window, size, val);
		return;
	}
	for (i = offset; i < offset + size; i++, val >>= 8)
		f->cfg[i] = (f->cfg[i] & ~f->writable[i]) | (val & f->writable[i]);
	/* Pending bits do not survive MSI-X being disabled. */
	if (!pci_msix_on(f))
		f->pending = 0;
	pci_msix_flush(f);
	if (offset < pci_bar_register(PCI_STD_NUM_BARS) && f->ops && f->ops->moved)
		f->ops->moved(f->dev);
}

/*
 * MSI-X.
 */
void pci_func_msix(struct pci_func *f, u8 cap, u32 count, struct pci_place table,
		   struct pci_place pba)
{
	f->msix_cap = cap;
	f->msix_count = count;
	f->msix_table = table;
	f->msix_pba = pba;
	pci_put(f->cfg + cap + PCI_MSIX_FLAGS, 2, count - 1);
	pci_put(f->cfg + cap + PCI_MSIX_TABLE, 4, table.offset | table.bar);
	pci_put(f->cfg + cap + PCI_MSIX_PBA, 4, pba.offset | pba.bar);
	pci_put(f->writable + cap + PCI_MSIX_FLAGS, 2,
		PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

bool pci_master(const struct pci_func *f)
{
	return f->cfg[PCI_COMMAND] & PCI_COMMAND_MASTER;
}

static u32 pci_msix_flags(const struct pci_func *f)
{
	return f->msix_cap ? pci_get(f->cfg + f->msix_cap + PCI_MSIX_FLAGS, 2) : 0;
}

bool pci_msix_on(const struct pci_func *f)
{
	return pci_msix_flags(f) & PCI_MSIX_FLAGS_ENABLE;
}

static void pci_msix_send(struct pci_func *f, u32 vector)
{
	const struct pci_msix_entry *e = &f->msix[vector];

	/* An MSI is a memory write, which needs bus mastering. */
	if (e->masked || pci_msix_flags(f) & PCI_MSIX_FLAGS_MASKALL || !pci_master(f)) {
		f->pending |= BIT_ULL(vector);
		return;
	}
	f->pending &= ~BIT_ULL(vector);
	f->bus->env->msi(f->bus->ctx, e->addr, e->data);
}

void pci_msix_raise(struct pci_func *f, u32 vector)
{
	if (f->bus && pci_msix_on(f) && vector < f->msix_count)
		pci_msix_send(f, vector);
}

/* Sends pending vectors that are not masked any more. */
static void pci_msix_flush(struct pci_func *f)
{
	u32 i;

	for (i = 0; f->pending && i < f->msix_count; i++)
		if (f->pending & BIT_ULL(i))
			pci_msix_raise(f, i);
}

static u32 pci_msix_read(const struct pci_func *f, u32 offset)
{
	const struct pci_msix_entry *e =
		&f->msix[array_index_nospec(offset / PCI_MSIX_ENTRY_SIZE, PCI_MSIX_MAX)];

	switch (offset % PCI_MSIX_ENTRY_SIZE) {
	case PCI_MSIX_ENTRY_LOWER_ADDR:
		return lower_32_bits(e->addr);
	case PCI_MSIX_ENTRY_UPPER_ADDR:
		return upper_32_bits(e->addr);
	case PCI_MSIX_ENTRY_DATA:
		return e->data;
	default:
		return e->masked;
	}
}

static void pci_msix_write(struct pci_func *f, u32 offset, u32 val)
{
	struct pci_msix_entry *e =
		&f->msix[array_index_nospec(offset / PCI_MSIX_ENTRY_SIZE, PCI_MSIX_MAX)];

	switch (offset % PCI_MSIX_ENTRY_SIZE) {
	case PCI_MSIX_ENTRY_LOWER_ADDR:
		e->addr = (e->addr & GENMASK_ULL(63, 32)) | (val & ~3U);
		break;
	case PCI_MSIX_ENTRY_UPPER_ADDR:
		e->addr = (u64)val << 32 | lower_32_bits(e->addr);
		break;
	case PCI_MSIX_ENTRY_DATA:
		e->data = val;
		break;
	default:
		e->masked = val & PCI_MSIX_ENTRY_CTRL_MASKBIT;
		pci_msix_flush(f);
		break;
	}
}

static bool pci_in_table(const struct pci_func *f, u32 bar, u32 offset, u32 size)
{
	return f->msix_cap && size == 4 && bar == f->msix_table.bar &&
	       offset - f->msix_table.offset < f->msix_count * PCI_MSIX_ENTRY_SIZE;
}

static bool pci_in_pba(const struct pci_func *f, u32 bar, u32 offset, u32 size)
{
	return f->msix_cap && size == 4 && bar == f->msix_pba.bar &&
	       offset - f->msix_pba.offset < sizeof(f->pending);
}

/*
 * Memory.
 */
u32 pci_bar_read(struct pci_func *f, u32 bar, u32 offset, u32 size)
{
	if (offset >= f->bar_size[bar] || offset % size)
		return U32_MAX;
	if (pci_in_table(f, bar, offset, size))
		return pci_msix_read(f, offset - f->msix_table.offset);
	if (pci_in_pba(f, bar, offset, size))
		return f->pending >> 8 * (offset - f->msix_pba.offset);
	return f->ops->read(f->dev, bar, offset, size);
}

void pci_bar_write(struct pci_func *f, u32 bar, u32 offset, u32 size, u32 val)
{
	if (offset >= f->bar_size[bar] || offset % size)
		return;
	if (pci_in_table(f, bar, offset, size))
		pci_msix_write(f, offset - f->msix_table.offset, val);
	else
		f->ops->write(f->dev, bar, offset, size, val);
}

/* Finds the BAR of @f that contains @addr, and the offset in it. */
static bool pci_in_bars(const struct pci_func *f, u64 addr, struct pci_place *at)
{
	u64 base;

	for (at->bar = 0; at->bar < PCI_STD_NUM_BARS; at->bar++) {
		base = pci_func_bar_at(f, at->bar);
		if (!base || addr < base || addr - base >= f->bar_size[at->bar])
			continue;
		at->offset = addr - base;
		return true;
	}
	return false;
}

static struct pci_func *pci_func_of(struct pci_bus *bus, u64 addr, struct pci_place *at)
{
	struct pci_func *f;
	u32 slot;

	for (slot = 0; slot < LAYOUT_PCI_SLOTS; slot++) {
		f = pci_func_at(bus, slot);
		if (f && pci_in_bars(f, addr, at))
			return f;
	}
	return NULL;
}

static u64 pci_mmio_read(void *dev, u64 offset, unsigned int size)
{
	struct pci_place at;
	struct pci_func *f = pci_func_of(dev, LAYOUT_PCI_MMIO + offset, &at);
	u64 low;

	if (!f)
		return U64_MAX;
	if (size < 8)
		return pci_bar_read(f, at.bar, at.offset, size);
	low = pci_bar_read(f, at.bar, at.offset, 4);
	return low | (u64)pci_bar_read(f, at.bar, at.offset + 4, 4) << 32;
}

static void pci_mmio_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct pci_place at;
	struct pci_func *f = pci_func_of(dev, LAYOUT_PCI_MMIO + offset, &at);

	if (!f)
		return;
	pci_bar_write(f, at.bar, at.offset, min(size, 4U), val);
	if (size == 8)
		pci_bar_write(f, at.bar, at.offset + 4, 4, upper_32_bits(val));
}

const struct vdev_ops pci_mmio_ops = { .read = pci_mmio_read, .write = pci_mmio_write };

/*
 * Config space by ECAM and by ports. Both select bus, device, function and register; only
 * bus 0 and function 0 exist.
 */
static u64 pci_ecam_read(void *dev, u64 offset, unsigned int size)
{
	if (offset >> 12 & 7 || size > 4)
		return U64_MAX;
	return pci_cfg_read(dev, offset >> 15, offset & 0xfff, size);
}

static void pci_ecam_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	if (!(offset >> 12 & 7) && size <= 4)
		pci_cfg_write(dev, offset >> 15, offset & 0xfff, size, val);
}

const struct vdev_ops pci_ecam_ops = { .read = pci_ecam_read, .write = pci_ecam_write };

/* The slot that CONFIG_ADDRESS selects; -1: none that can exist. */
static int pci_named_slot(const struct pci_bus *bus, u32 offset, u32 size)
{
	u32 addr = bus->address;

	if (!(addr & ADDRESS_ENABLE) || offset < DATA_PORT || offset + size > 8)
		return -1;
	return addr >> 16 & 0xff || addr >> 8 & 7 ? -1 : (int)(addr >> 11 & 31);
}

static u32 pci_named_register(const struct pci_bus *bus, u32 offset)
{
	return (bus->address & 0xfc) + offset - DATA_PORT;
}

static void pci_reset_write(struct pci_bus *bus, u8 val)
{
	bool rises = val & RESET_CPU && !(bus->reset_control & RESET_CPU);

	bus->reset_control = val & (RESET_SYSTEM | RESET_CPU | RESET_FULL);
	if (rises)
		bus->env->reset(bus->ctx);
}

static u64 pci_port_read(void *dev, u64 offset, unsigned int size)
{
	struct pci_bus *bus = dev;
	int slot = pci_named_slot(bus, offset, size);

	if (offset == ADDRESS_PORT && size == 4)
		return bus->address;
	if (offset == RESET_PORT && size == 1)
		return bus->reset_control;
	if (slot < 0)
		return U64_MAX;
	return pci_cfg_read(bus, slot, pci_named_register(bus, offset), size);
}

static void pci_port_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct pci_bus *bus = dev;
	int slot = pci_named_slot(bus, offset, size);

	if (offset == ADDRESS_PORT && size == 4)
		bus->address = val & ADDRESS_BITS;
	else if (offset == RESET_PORT && size == 1)
		pci_reset_write(bus, (u8)val);
	else if (slot >= 0)
		pci_cfg_write(bus, slot, pci_named_register(bus, offset), size, val);
}

const struct vdev_ops pci_port_ops = { .read = pci_port_read, .write = pci_port_write };

/*
 * The bus.
 */
void pci_bus_init(struct pci_bus *bus, const struct pci_env *env, void *ctx)
{
	memset(bus, 0, sizeof(*bus));
	bus->env = env;
	bus->ctx = ctx;
	pci_func_init(&bus->bridge, &bridge_identity, NULL, NULL);
	pci_plug(bus, 0, &bus->bridge);
}

void pci_bus_reset(struct pci_bus *bus)
{
	u32 slot;

	bus->address = 0;
	bus->reset_control = 0;
	for (slot = 0; slot < LAYOUT_PCI_SLOTS; slot++)
		if (bus->func[slot])
			pci_func_reset(bus->func[slot]);
}

void pci_plug(struct pci_bus *bus, u32 slot, struct pci_func *func)
{
	pci_func_reset(func);
	func->bus = bus;
	bus->func[slot] = func;
}

void pci_unplug(struct pci_bus *bus, u32 slot)
{
	if (bus->func[slot])
		bus->func[slot]->bus = NULL;
	bus->func[slot] = NULL;
}

int pci_free_slot(const struct pci_bus *bus, u32 from)
{
	for (; from < LAYOUT_PCI_SLOTS; from++)
		if (!bus->func[from])
			return (int)from;
	return -ENOSPC;
}
