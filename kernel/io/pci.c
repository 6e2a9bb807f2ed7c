// SPDX-License-Identifier: GPL-2.0
/*
 * io/pci.c - a physical PCI function in a machine. See pci.h.
 *
 * Config space is emulated by the model. MMIO is emulated at first; a thread then maps
 * the BARs in stage 2, except pages with the MSI-X table, so that the guest accesses
 * them directly. DMA uses an IOMMU domain that maps the machine's storage at
 * guest-physical addresses. Host interrupts are forwarded as the guest's MSIs.
 * Layer L2.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "machine/slot.h"
#include "io/pci.h"
#include "machine/machine.h"
#include "host/pcidev.h"
#include "vdev/pci_pass.h"

/* Timeout of a reset by pci_drain() */
#define PCI_RESET_TIME	(5 * HZ)

/**
 * struct pci_channel - a PCI channel in a machine
 * @dev: common part
 * @pd: the function
 * @domain: IOMMU domain of the machine
 * @worker: the thread
 * @arrange: update stage 2 after a change of the BARs
 * @pass: the model (devs_lock)
 * @connected: the function is connected to this machine (devs_lock to change it)
 * @mapped: guest-physical address of each BAR in stage 2, or 0 (the thread)
 */
struct pci_channel {
	struct slot_dev dev;
	struct pcidev *pd;
	struct iommu_domain *domain;
	struct kthread_worker *worker;
	struct kthread_work arrange;
	struct pci_pass pass;
	bool connected;
	gpa_t mapped[PCI_STD_NUM_BARS];
};

/* Serialises changes of the BAR window by the threads of a machine's functions. */
static DEFINE_MUTEX(pci_window_mutex);

static struct pci_channel *to_pci(struct slot_dev *dev)
{
	return container_of(dev, struct pci_channel, dev);
}

/*
 * Stage 2.
 */

/* Whether the guest's accesses reach the function. devs_lock is held. */
static bool pci_live(const struct pci_channel *c)
{
	return c->connected && !c->dev.quiet && !c->dev.ejected;
}

/* Address at which to map the BAR: page-aligned and in the window, else 0. */
static gpa_t pci_bar_target(struct pci_channel *c, u32 bar)
{
	u64 size = c->pass.func.bar_size[bar], at;

	guard(raw_spinlock_irqsave)(&c->dev.m->devs_lock);
	at = pci_live(c) ? pci_func_bar_at(&c->pass.func, bar) : 0;
	if (at < LAYOUT_PCI_MMIO || at + size > LAYOUT_PCI_MMIO + LAYOUT_PCI_MMIO_SIZE)
		return 0;
	return IS_ALIGNED(at | size | pcidev_bar(c->pd, bar), PCI_PASS_PAGE) ? at : 0;
}

/* If the guest places two BARs at the same address, the second one is not mapped. */
static void pci_map_bar(struct pci_channel *c, u32 bar, gpa_t gpa)
{
	u32 size = c->pass.func.bar_size[bar], from, len;
	hpa_t hpa = pcidev_bar(c->pd, bar);

	for (from = 0; from < size; from += len) {
		from = pci_pass_run(&c->pass, bar, from, &len);
		if (from < size)
			machine_map_device(c->dev.m, gpa + from, hpa + from, len);
	}
}

/* Unmap all BARs that have moved before mapping any. */
static void pci_arrange(struct kthread_work *work)
{
	struct pci_channel *c = container_of(work, struct pci_channel, arrange);
	gpa_t at[PCI_STD_NUM_BARS];
	u32 i;

	guard(mutex)(&pci_window_mutex);
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		at[i] = c->pass.func.bar_size[i] ? pci_bar_target(c, i) : 0;
		if (!c->mapped[i] || c->mapped[i] == at[i])
			continue;
		machine_unmap_device(c->dev.m, c->mapped[i], c->pass.func.bar_size[i]);
		c->mapped[i] = 0;
	}
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!at[i] || c->mapped[i])
			continue;
		pci_map_bar(c, i, at[i]);
		c->mapped[i] = at[i];
	}
}

/*
 * Callbacks of the model. devs_lock is held.
 */

/* Apply the guest's command register and BARs. */
static void pci_follow(struct pci_channel *c)
{
	pcidev_master(c->pd, pci_live(c) && c->pass.func.cfg[PCI_COMMAND] & PCI_COMMAND_MASTER);
	kthread_queue_work(c->worker, &c->arrange);
}

static void pci_on_moved(void *dev)
{
	struct pci_channel *c = dev;

	if (c->connected)
		pci_follow(c);
}

static u32 pci_on_read(void *dev, u32 bar, u32 offset, u32 size)
{
	struct pci_channel *c = dev;

	if (!pci_live(c))
		return U32_MAX;
	return pci_pass_hidden(&c->pass, bar, offset, size) ? 0 :
	       pcidev_read(c->pd, bar, offset, size);
}

static void pci_on_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	struct pci_channel *c = dev;

	if (pci_live(c) && !pci_pass_hidden(&c->pass, bar, offset, size))
		pcidev_write(c->pd, bar, offset, size, val);
}

static const struct pci_ops pass_ops = {
	.read = pci_on_read,
	.write = pci_on_write,
	.moved = pci_on_moved,
};

static void pci_on_interrupt(void *ctx, u32 vector)
{
	struct pci_channel *c = ctx;

	guard(raw_spinlock_irqsave)(&c->dev.m->devs_lock);
	if (pci_live(c))
		pci_msix_raise(&c->pass.func, vector);
}

/*
 * slot_dev_ops
 */
static void pci_reset(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);

	pci_func_reset(&c->pass.func);
	pci_on_moved(c);
}

static int pci_connect(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);
	int err = pcidev_connect(c->pd, c->domain, pci_on_interrupt, c);

	if (err)
		return err;
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	c->connected = true;
	return 0;
}

/* Connect again after a quiesce that was undone; the function has been reset. */
static int pci_resume(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);
	int err = c->connected ? 0 : pci_connect(dev);

	if (err)
		return err;
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	pci_follow(c);
	return 0;
}

/* Unmap, disable bus mastering and reset. The device is quiet. */
static int pci_silence(struct pci_channel *c, unsigned long timeout)
{
	scoped_guard(raw_spinlock_irqsave, &c->dev.m->devs_lock)
		pci_follow(c);
	kthread_flush_worker(c->worker);
	return pcidev_reset(c->pd, timeout);
}

static void pci_disconnect(struct pci_channel *c)
{
	pcidev_disconnect(c->pd);
	guard(raw_spinlock_irqsave)(&c->dev.m->devs_lock);
	c->connected = false;
}

/*
 * After the reset the function stays connected, with DMA limited to the LPAR's
 * storage. If the reset fails, the function may still use the old guest's queues:
 * disconnect it.
 */
static void pci_drain(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);
	int err = c->connected ? pci_silence(c, PCI_RESET_TIME) : 0;

	if (!err)
		return;
	pr_err("channel %u: PCI function could not be reset (error %d): disconnected from its LPAR\n",
	       dev->id, err);
	pci_disconnect(c);
}

static int pci_quiesce(struct slot_dev *dev, unsigned long timeout)
{
	struct pci_channel *c = to_pci(dev);
	int err = c->connected ? pci_silence(c, timeout) : 0;

	if (!err && c->connected)
		pci_disconnect(c);
	return err;
}

static void pci_destroy(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);

	pci_drain(dev);
	if (c->connected)
		pci_disconnect(c);
	kthread_destroy_worker(c->worker);
	pcidev_domain_free(c->domain);
	kvfree(c);
}

static int pci_storage(struct slot_dev *dev, gpa_t gpa, hpa_t hpa, u64 len)
{
	return pcidev_domain_map(to_pci(dev)->domain, gpa, hpa, len);
}

static const struct slot_dev_ops pci_channel_ops = {
	.reset = pci_reset,
	.connect = pci_connect,
	.storage = pci_storage,
	.resume = pci_resume,
	.drain = pci_drain,
	.quiesce = pci_quiesce,
	.destroy = pci_destroy,
};

static int pci_map_storage(void *ctx, gpa_t gpa, hpa_t hpa, u64 len)
{
	struct pci_channel *c = ctx;

	return pcidev_domain_map(c->domain, gpa, hpa, len);
}

static int pci_make_domain(struct pci_channel *c)
{
	int err;

	c->domain = pcidev_domain_create(c->pd);
	if (IS_ERR(c->domain))
		return PTR_ERR(c->domain);
	err = machine_each_storage(c->dev.m, pci_map_storage, c);
	if (!err)
		err = machine_reserve_window(c->dev.m);
	if (err)
		pcidev_domain_free(c->domain);
	return err;
}

static int pci_make_parts(struct pci_channel *c)
{
	int err;

	c->worker = kthread_create_worker(0, "lpar-ch%u", c->dev.id);
	if (IS_ERR(c->worker))
		return PTR_ERR(c->worker);
	c->dev.task[0] = c->worker->task;
	err = pci_make_domain(c);
	if (err)
		kthread_destroy_worker(c->worker);
	return err;
}

struct slot_dev *io_pci_create(struct machine *m, struct pcidev *pd, u32 id)
{
	struct pci_channel *c = kvzalloc(sizeof(*c), GFP_KERNEL);
	int err;

	if (!c)
		return ERR_PTR(-ENOMEM);
	c->pd = pd;
	kthread_init_work(&c->arrange, pci_arrange);
	pci_pass_init(&c->pass, pcidev_facts(pd), &pass_ops, c);
	slot_dev_init(&c->dev, &pci_channel_ops, m, &c->pass.func, id);
	err = pci_make_parts(c);
	if (!err)
		return &c->dev;
	kvfree(c);
	return ERR_PTR(err);
}
