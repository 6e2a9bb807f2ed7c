// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/pci.c - bus 0: who answers to a config access or to an address, and a
 * function's own registers. L0: calls only callbacks of the bus and functions.
 */
#include "pure.h"
#include "vdev/pci.h"

#define ADDRESS_PORT	0	/* CONFIG_ADDRESS, from LAYOUT_PCI_PORT */
#define DATA_PORT	4	/* CONFIG_DATA */
#define ADDRESS_ENABLE	BIT(31)
#define ADDRESS_BITS	0x80fffffc

/* A generic host bridge, without any driver that would want more of it. */
static const struct pci_identity bridge_identity = {
	.vendor = 0x1b36, .device = 0x0008, .class = 0x060000,
};

static u32 get(const u8 *p, u32 size)
{
	u32 val = 0;

	while (size--)
		val = val << 8 | p[size];
	return val;
}

static void put(u8 *p, u32 size, u32 val)
{
	for (; size--; val >>= 8)
		*p++ = val;
}

/*
 * Making a function.
 */
void pci_func_init(struct pci_func *f, const struct pci_identity *id,
		   const struct pci_ops *ops, void *dev)
{
	memset(f, 0, sizeof(*f));
	f->ops = ops;
	f->dev = dev;
	f->cap_end = PCI_CFG_FIRST_CAP;
	put(f->cfg + PCI_CFG_ID, 4, id->device << 16 | id->vendor);
	f->cfg[PCI_CFG_REVISION] = id->revision;
	put(f->cfg + PCI_CFG_CLASS, 3, id->class);
	put(f->cfg + PCI_CFG_SUBSYSTEM, 4,
	    (u32)id->subsystem << 16 | id->subsystem_vendor);
	put(f->writable + PCI_CFG_COMMAND, 2, PCI_CMD_MEMORY | PCI_CMD_MASTER | PCI_CMD_NO_INTX);
	f->writable[PCI_CFG_LINE] = U8_MAX;
}

void pci_func_bar(struct pci_func *f, u32 size)
{
	f->bar_size = size;
	put(f->writable + PCI_CFG_BAR0, 4, ~(size - 1));
}

u8 pci_func_cap(struct pci_func *f, u8 id, u8 len)
{
	u8 at = f->cap_end;

	f->cfg[at] = id;
	f->cfg[f->cap_last ? f->cap_last + 1 : PCI_CFG_CAPS] = at;
	f->cfg[PCI_CFG_STATUS] |= PCI_STATUS_CAPS;
	f->cap_last = at;
	f->cap_end = ALIGN(at + len, 4);
	return at;
}

void pci_func_reset(struct pci_func *f)
{
	u32 i;

	for (i = 0; i < PCI_CFG_SPACE; i++)
		f->cfg[i] &= ~f->writable[i];
	f->pending = 0;
	for (i = 0; i < PCI_MSIX_MAX; i++)
		f->msix[i] = (struct pci_msix_entry){ .masked = true };
}

/*
 * Config space.
 */
static struct pci_func *func_at(struct pci_bus *bus, u32 slot)
{
	struct pci_func *f = slot < LAYOUT_PCI_SLOTS ? bus->func[slot] : NULL;

	if (!f || (slot && !bus->env->present(bus->ctx, slot)))
		return NULL;
	return f;
}

static bool in_window(const struct pci_func *f, u32 offset)
{
	return f->window && offset - f->window < 4;
}

u32 pci_cfg_read(struct pci_bus *bus, u32 slot, u32 offset, u32 size)
{
	struct pci_func *f = func_at(bus, slot);

	if (!f || offset % size)
		return U32_MAX;
	/* No extended capabilities. */
	if (offset + size > PCI_CFG_SPACE)
		return 0;
	if (in_window(f, offset))
		return f->ops->window_read(f->dev, offset - f->window, size);
	return get(f->cfg + offset, size);
}

static void msix_flush(struct pci_func *f);

void pci_cfg_write(struct pci_bus *bus, u32 slot, u32 offset, u32 size, u32 val)
{
	struct pci_func *f = func_at(bus, slot);
	u32 i;

	if (!f || offset % size || offset + size > PCI_CFG_SPACE)
		return;
	if (in_window(f, offset)) {
		f->ops->window_write(f->dev, offset - f->window, size, val);
		return;
	}
	for (i = offset; i < offset + size; i++, val >>= 8)
		f->cfg[i] = (f->cfg[i] & ~f->writable[i]) | (val & f->writable[i]);
	msix_flush(f);
}

/*
 * MSI-X. Message Control stands two bytes into the capability.
 */
#define MSIX_CONTROL		3	/* its upper byte */
#define MSIX_ENABLE		0x80
#define MSIX_MASK_ALL		0x40
#define MSIX_ENTRY		16

void pci_func_msix(struct pci_func *f, u32 count, u32 table, u32 pba)
{
	f->msix_cap = pci_func_cap(f, PCI_CAP_MSIX, 12);
	f->msix_count = count;
	f->msix_table = table;
	f->msix_pba = pba;
	put(f->cfg + f->msix_cap + 2, 2, count - 1);
	put(f->cfg + f->msix_cap + 4, 4, table);
	put(f->cfg + f->msix_cap + 8, 4, pba);
	f->writable[f->msix_cap + MSIX_CONTROL] = MSIX_ENABLE | MSIX_MASK_ALL;
}

bool pci_msix_on(const struct pci_func *f)
{
	return f->msix_cap && f->cfg[f->msix_cap + MSIX_CONTROL] & MSIX_ENABLE;
}

static void msix_send(struct pci_func *f, u32 vector)
{
	const struct pci_msix_entry *e = &f->msix[vector];

	if (e->masked || f->cfg[f->msix_cap + MSIX_CONTROL] & MSIX_MASK_ALL) {
		f->pending |= BIT(vector);
		return;
	}
	f->pending &= ~BIT(vector);
	f->bus->env->msi(f->bus->ctx, e->addr, e->data);
}

void pci_msix_raise(struct pci_func *f, u32 vector)
{
	if (f->bus && pci_msix_on(f) && vector < f->msix_count)
		msix_send(f, vector);
}

/* A mask may have gone. */
static void msix_flush(struct pci_func *f)
{
	u32 i;

	for (i = 0; f->pending && i < f->msix_count; i++)
		if (f->pending & BIT(i))
			pci_msix_raise(f, i);
}

static u32 msix_read(const struct pci_func *f, u32 offset)
{
	const struct pci_msix_entry *e = &f->msix[offset / MSIX_ENTRY];

	switch (offset % MSIX_ENTRY) {
	case 0:
		return lower_32_bits(e->addr);
	case 4:
		return upper_32_bits(e->addr);
	case 8:
		return e->data;
	default:
		return e->masked;
	}
}

static void msix_write(struct pci_func *f, u32 offset, u32 val)
{
	struct pci_msix_entry *e = &f->msix[offset / MSIX_ENTRY];

	switch (offset % MSIX_ENTRY) {
	case 0:
		e->addr = (e->addr & GENMASK_ULL(63, 32)) | (val & ~3U);
		break;
	case 4:
		e->addr = (u64)val << 32 | lower_32_bits(e->addr);
		break;
	case 8:
		e->data = val;
		break;
	default:
		e->masked = val & 1;
		msix_flush(f);
		break;
	}
}

static bool in_table(const struct pci_func *f, u32 offset, u32 size)
{
	return f->msix_cap && size == 4 &&
	       offset - f->msix_table < f->msix_count * MSIX_ENTRY;
}

/*
 * Memory.
 */
u32 pci_bar_read(struct pci_func *f, u32 offset, u32 size)
{
	if (offset >= f->bar_size || offset % size)
		return U32_MAX;
	if (in_table(f, offset, size))
		return msix_read(f, offset - f->msix_table);
	if (f->msix_cap && offset == f->msix_pba)
		return f->pending;
	return f->ops->read(f->dev, offset, size);
}

void pci_bar_write(struct pci_func *f, u32 offset, u32 size, u32 val)
{
	if (offset >= f->bar_size || offset % size)
		return;
	if (in_table(f, offset, size))
		msix_write(f, offset - f->msix_table, val);
	else
		f->ops->write(f->dev, offset, size, val);
}

/* The function whose BAR holds an address; the offset in it. */
static struct pci_func *func_of(struct pci_bus *bus, u32 addr, u32 *offset)
{
	struct pci_func *f;
	u32 slot;

	for (slot = 0; slot < LAYOUT_PCI_SLOTS; slot++) {
		f = func_at(bus, slot);
		if (!f || !f->bar_size || !(f->cfg[PCI_CFG_COMMAND] & PCI_CMD_MEMORY))
			continue;
		*offset = addr - get(f->cfg + PCI_CFG_BAR0, 4);
		if (*offset < f->bar_size)
			return f;
	}
	return NULL;
}

static u64 mmio_read(void *dev, u64 offset, unsigned int size)
{
	u32 at, addr = LAYOUT_PCI_MMIO + offset;
	struct pci_func *f = func_of(dev, addr, &at);
	u64 low;

	if (!f)
		return U64_MAX;
	if (size < 8)
		return pci_bar_read(f, at, size);
	low = pci_bar_read(f, at, 4);
	return low | (u64)pci_bar_read(f, at + 4, 4) << 32;
}

static void mmio_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	u32 at, addr = LAYOUT_PCI_MMIO + offset;
	struct pci_func *f = func_of(dev, addr, &at);

	if (!f)
		return;
	pci_bar_write(f, at, min(size, 4U), val);
	if (size == 8)
		pci_bar_write(f, at + 4, 4, upper_32_bits(val));
}

const struct vdev_ops pci_mmio_ops = { .read = mmio_read, .write = mmio_write };

/*
 * The two ways to config space. Both name bus, device, function and register;
 * there are bus 0 and function 0 only.
 */
static u64 ecam_read(void *dev, u64 offset, unsigned int size)
{
	if (offset >> 12 & 7 || size > 4)
		return U64_MAX;
	return pci_cfg_read(dev, offset >> 15, offset & 0xfff, size);
}

static void ecam_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	if (!(offset >> 12 & 7) && size <= 4)
		pci_cfg_write(dev, offset >> 15, offset & 0xfff, size, val);
}

const struct vdev_ops pci_ecam_ops = { .read = ecam_read, .write = ecam_write };

/* CONFIG_ADDRESS names a function that may be there: its slot, else -1. */
static int named_slot(const struct pci_bus *bus, u32 offset, u32 size)
{
	u32 addr = bus->address;

	if (!(addr & ADDRESS_ENABLE) || offset < DATA_PORT || offset + size > 8)
		return -1;
	return addr >> 16 & 0xff || addr >> 8 & 7 ? -1 : (int)(addr >> 11 & 31);
}

static u32 named_register(const struct pci_bus *bus, u32 offset)
{
	return (bus->address & 0xfc) + offset - DATA_PORT;
}

static u64 port_read(void *dev, u64 offset, unsigned int size)
{
	struct pci_bus *bus = dev;
	int slot = named_slot(bus, offset, size);

	if (offset == ADDRESS_PORT && size == 4)
		return bus->address;
	if (slot < 0)
		return U64_MAX;
	return pci_cfg_read(bus, slot, named_register(bus, offset), size);
}

static void port_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	struct pci_bus *bus = dev;
	int slot = named_slot(bus, offset, size);

	if (offset == ADDRESS_PORT && size == 4)
		bus->address = val & ADDRESS_BITS;
	else if (slot >= 0)
		pci_cfg_write(bus, slot, named_register(bus, offset), size, val);
}

const struct vdev_ops pci_port_ops = { .read = port_read, .write = port_write };

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
