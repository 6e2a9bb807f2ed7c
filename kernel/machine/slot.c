// SPDX-License-Identifier: GPL-2.0
/*
 * machine/slot.c - common part of channels as devices of a machine: slots and
 * quiescing. See slot.h. Layer L2.
 */
#include <linux/cleanup.h>

#include "machine/slot.h"
#include "machine/machine.h"

void slot_dev_init(struct slot_dev *dev, const struct slot_dev_ops *ops,
		   struct machine *m, struct pci_func *func, u32 id)
{
	dev->ops = ops;
	dev->m = m;
	dev->func = func;
	dev->id = id;
	dev->quiet = true;
}

/* Accept no more requests; earlier ones may be in progress. */
static void slot_dev_set_quiet(struct slot_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	dev->quiet = true;
}

void slot_dev_destroy(struct slot_dev *dev)
{
	slot_dev_set_quiet(dev);
	slot_dev_unplug(dev);
	dev->ops->destroy(dev);
}

int slot_dev_connect(struct slot_dev *dev)
{
	return dev->ops->connect ? dev->ops->connect(dev) : 0;
}

void slot_dev_plug(struct slot_dev *dev, u32 slot, bool standby)
{
	struct machine *m = dev->m;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	dev->slot = slot;
	dev->ejected = standby;
	m->slots[slot] = dev;
	pci_plug(&m->pci, slot, dev->func);
}

void slot_dev_unplug(struct slot_dev *dev)
{
	struct machine *m = dev->m;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	if (!dev->slot)
		return;
	pci_unplug(&m->pci, dev->slot);
	ged_drop_pci(&m->ged, dev->slot);
	m->slots[dev->slot] = NULL;
	dev->slot = 0;
}

void slot_dev_return(struct slot_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	dev->ejected = false;
}

bool slot_dev_ejected(struct slot_dev *dev)
{
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	return dev->ejected;
}

/*
 * Quiescing.
 */
int slot_dev_quiesce(struct slot_dev *dev, unsigned long timeout)
{
	slot_dev_set_quiet(dev);
	return dev->ops->quiesce(dev, timeout);
}

int slot_dev_resume(struct slot_dev *dev)
{
	scoped_guard(raw_spinlock_irqsave, &dev->m->devs_lock)
		dev->quiet = false;
	return dev->ops->resume(dev);
}

/*
 * Slots.
 */
int machine_slot_id(struct machine *m, u32 slot)
{
	return m->slots[slot] ? (int)m->slots[slot]->id : -1;
}

int machine_free_slot(struct machine *m, u32 from)
{
	guard(raw_spinlock_irqsave)(&m->devs_lock);
	return pci_free_slot(&m->pci, from);
}

u32 machine_free_slots(struct machine *m)
{
	int slot = 0;
	u32 nr = 0;

	guard(raw_spinlock_irqsave)(&m->devs_lock);
	while ((slot = pci_free_slot(&m->pci, slot + 1)) > 0)
		nr++;
	return nr;
}

void machine_quiet_slots(struct machine *m)
{
	u32 i;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++) {
		if (!m->slots[i])
			continue;
		slot_dev_set_quiet(m->slots[i]);
		m->slots[i]->ops->drain(m->slots[i]);
	}
}

/* The caller of machine_map() also serialises plugging. */
int machine_slots_storage(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	struct slot_dev *dev;
	u32 i;
	int err;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++) {
		dev = m->slots[i];
		err = dev && dev->ops->storage ? dev->ops->storage(dev, gpa, hpa, len) : 0;
		if (err)
			return err;
	}
	return 0;
}

u32 machine_slots_reset(struct machine *m)
{
	u32 i, used = 0;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++) {
		if (!m->slots[i])
			continue;
		m->slots[i]->ops->reset(m->slots[i]);
		m->slots[i]->quiet = false;
		m->slots[i]->ejected = false;
		used |= BIT(i);
	}
	return used;
}

void machine_slot_ejected(struct machine *m, u32 slot)
{
	if (!m->slots[slot])
		return;
	m->slots[slot]->ejected = true;
	m->slots[slot]->ops->reset(m->slots[slot]);
}
