// SPDX-License-Identifier: GPL-2.0
/*
 * io/pci.c - a physical PCI function in a machine. See pci.h.
 *
 * Config space is the model's alone. Memory: an access is carried out here at first;
 * a thread then puts the pages without interrupt vectors into stage 2, so that the
 * guest has them for itself. DMA goes through a domain of the IOMMU with the machine's
 * storage at the guest's addresses. Interrupts of the host become the guest's messages.
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

/* How long a reset may take when nobody says how long. */
#define RESET_TIME	(5 * HZ)

/**
 * struct pci_channel - a PCI channel in a machine
 * @dev: as any channel
 * @pd: the function
 * @domain: what its DMA can reach while it is connected
 * @worker: the thread
 * @arrange: stage 2 is to follow the BARs
 * @pass: the model (devs_lock)
 * @connected: the function serves this machine (devs_lock to change it)
 * @mapped: where in the guest each BAR is in stage 2, or 0 (the thread)
 */
struct pci_channel {
	struct slot_dev dev;
	struct pcidev *pd;
	struct iommu_domain *domain;
	struct kthread_worker *worker;
	struct kthread_work arrange;
	struct pci_pass pass;
	bool connected;
	gpa_t mapped[PCI_BARS];
};

/* The window of one machine is changed by the threads of all its functions. */
static DEFINE_MUTEX(window_mutex);

static struct pci_channel *to_pci(struct slot_dev *dev)
{
	return container_of(dev, struct pci_channel, dev);
}

/*
 * Stage 2.
 */

/* Do the guest's accesses reach the function? devs_lock is held. */
static bool pci_live(const struct pci_channel *c)
{
	return c->connected && !c->dev.quiet && !c->dev.ejected;
}

/* Where the BAR should be: page by page in the window, or not at all. */
static gpa_t wanted_at(struct pci_channel *c, u32 bar)
{
	u64 size = c->pass.func.bar_size[bar], at;

	guard(raw_spinlock_irqsave)(&c->dev.m->devs_lock);
	at = pci_live(c) ? pci_func_bar_at(&c->pass.func, bar) : 0;
	if (at < LAYOUT_PCI_MMIO || at + size > LAYOUT_PCI_MMIO + LAYOUT_PCI_MMIO_SIZE)
		return 0;
	return IS_ALIGNED(at | size | pcidev_bar(c->pd, bar), PCI_PASS_PAGE) ? at : 0;
}

/* Two in one place, by the guest's mistake: the second one's accesses do not come here. */
static void map_bar(struct pci_channel *c, u32 bar, gpa_t gpa)
{
	u32 size = c->pass.func.bar_size[bar], from, len;
	hpa_t hpa = pcidev_bar(c->pd, bar);

	for (from = 0; from < size; from += len) {
		from = pci_pass_run(&c->pass, bar, from, &len);
		if (from < size)
			machine_map_device(c->dev.m, gpa + from, hpa + from, len);
	}
}

/* All that has to go goes before anything comes into its place. */
static void pci_arrange(struct kthread_work *work)
{
	struct pci_channel *c = container_of(work, struct pci_channel, arrange);
	gpa_t at[PCI_BARS];
	u32 i;

	guard(mutex)(&window_mutex);
	for (i = 0; i < PCI_BARS; i++) {
		at[i] = c->pass.func.bar_size[i] ? wanted_at(c, i) : 0;
		if (!c->mapped[i] || c->mapped[i] == at[i])
			continue;
		machine_unmap_device(c->dev.m, c->mapped[i], c->pass.func.bar_size[i]);
		c->mapped[i] = 0;
	}
	for (i = 0; i < PCI_BARS; i++) {
		if (!at[i] || c->mapped[i])
			continue;
		map_bar(c, i, at[i]);
		c->mapped[i] = at[i];
	}
}

/*
 * The model's effects. devs_lock is held.
 */

/* What the guest has in its command register, when it matters. */
static void pci_follow(struct pci_channel *c)
{
	pcidev_master(c->pd, pci_live(c) && c->pass.func.cfg[PCI_CFG_COMMAND] & PCI_CMD_MASTER);
	kthread_queue_work(c->worker, &c->arrange);
}

static void on_moved(void *dev)
{
	struct pci_channel *c = dev;

	if (c->connected)
		pci_follow(c);
}

static u32 on_read(void *dev, u32 bar, u32 offset, u32 size)
{
	struct pci_channel *c = dev;

	if (!pci_live(c))
		return U32_MAX;
	return pci_pass_hidden(&c->pass, bar, offset, size) ? 0 :
	       pcidev_read(c->pd, bar, offset, size);
}

static void on_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	struct pci_channel *c = dev;

	if (pci_live(c) && !pci_pass_hidden(&c->pass, bar, offset, size))
		pcidev_write(c->pd, bar, offset, size, val);
}

static const struct pci_ops pass_ops = {
	.read = on_read,
	.write = on_write,
	.moved = on_moved,
};

static void on_interrupt(void *ctx, u32 vector)
{
	struct pci_channel *c = ctx;

	guard(raw_spinlock_irqsave)(&c->dev.m->devs_lock);
	if (pci_live(c))
		pci_msix_raise(&c->pass.func, vector);
}

/*
 * The device, as any channel.
 */
static void pci_reset(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);

	pci_func_reset(&c->pass.func);
	on_moved(c);
}

static int pci_connect(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);
	int err = pcidev_connect(c->pd, c->domain, on_interrupt, c);

	if (err)
		return err;
	guard(raw_spinlock_irqsave)(&dev->m->devs_lock);
	c->connected = true;
	return 0;
}

/* After a quiesce that was undone it comes back, as after a reset. */
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

/* It is quiet: the guest reaches nothing of it, and it begins nothing. */
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
 * Its DMA is of no use any more, but is still kept within the LPAR's storage. What
 * cannot be reset still has the old guest's queues: it reaches nothing from now on.
 */
static void pci_drain(struct slot_dev *dev)
{
	struct pci_channel *c = to_pci(dev);
	int err = c->connected ? pci_silence(c, RESET_TIME) : 0;

	if (!err)
		return;
	pr_err("channel %u: could not be reset (errno %d), and is cut off\n", dev->id, -err);
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

static int map_storage(void *ctx, gpa_t gpa, hpa_t hpa, u64 len)
{
	struct pci_channel *c = ctx;

	return pcidev_domain_map(c->domain, gpa, hpa, len);
}

static int make_domain(struct pci_channel *c)
{
	int err;

	c->domain = pcidev_domain_create(c->pd);
	if (IS_ERR(c->domain))
		return PTR_ERR(c->domain);
	err = machine_each_storage(c->dev.m, map_storage, c);
	if (!err)
		err = machine_reserve_window(c->dev.m);
	if (err)
		pcidev_domain_free(c->domain);
	return err;
}

static int make_parts(struct pci_channel *c)
{
	int err;

	c->worker = kthread_create_worker(0, "lpar-ch%u", c->dev.id);
	if (IS_ERR(c->worker))
		return PTR_ERR(c->worker);
	c->dev.task[0] = c->worker->task;
	err = make_domain(c);
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
	err = make_parts(c);
	if (!err)
		return &c->dev;
	kvfree(c);
	return ERR_PTR(err);
}
