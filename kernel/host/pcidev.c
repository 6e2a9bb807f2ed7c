// SPDX-License-Identifier: GPL-2.0
/*
 * host/pcidev.c - physical PCI functions: taken from the host, reset, connected and
 * given back. See pcidev.h; pcidev_check.c says which can be taken. Layer L1.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "compat.h"
#include "host/pcidev.h"
#include "host/pcidev_check.h"

/* More than a device commonly wants for other things than its queues. */
#define FEW_VECTORS	8U

/**
 * struct pcidev_vector - argument of an interrupt handler
 * @pd: whose
 * @nr: of MSI-X
 */
struct pcidev_vector {
	struct pcidev *pd;
	u32 nr;
};

/**
 * struct pcidev - an open function
 * @pdev: the host's view
 * @group: its IOMMU group, which is ours
 * @facts: what it is
 * @bar: where its memory BARs are mapped
 * @host_state: its config space as the host left it
 * @domain: that it is connected to, or NULL
 * @lock: @irq and @ctx, and is held while @irq is called
 * @irq: who hears its interrupts, or NULL
 * @ctx: first argument of @irq
 * @nr_irqs: handlers that are there
 * @vector: their arguments
 * @clean: nothing has used it since it was reset
 * @leaving: whoever removes it has the device's lock, and waits for @closed
 * @closed: the host may have it back
 */
struct pcidev {
	struct pci_dev *pdev;
	struct iommu_group *group;
	struct pci_pass_facts facts;
	void __iomem *bar[PCI_BARS];
	struct pci_saved_state *host_state;
	struct iommu_domain *domain;
	raw_spinlock_t lock;
	pcidev_irq irq;
	void *ctx;
	u32 nr_irqs;
	struct pcidev_vector vector[PCI_MSIX_MAX];
	bool clean;
	bool leaving;
	struct completion closed;
};

/* One at a time is opened: the one that our driver's probe accepts. */
static DEFINE_MUTEX(open_mutex);
static struct pcidev *opening;

/*
 * The driver. It takes only what is being opened, so that the host's own drivers get
 * everything else. Whoever removes the device waits. An id added for each device when
 * it is opened would not do: the kernel then looks at every device that it fits, and
 * waits for one that is being removed.
 */
static const struct pci_device_id lpar_pci_ids[] = {
	{ PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID) },
	{}
};

static int lpar_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pcidev *pd = READ_ONCE(opening);

	if (!pd || pd->pdev != pdev)
		return -ENODEV;
	pci_set_drvdata(pdev, pd);
	return 0;
}

static void lpar_remove(struct pci_dev *pdev)
{
	struct pcidev *pd = pci_get_drvdata(pdev);

	if (!pd)
		return;
	pr_warn("%s is to be removed: waiting for the LPAR that owns it to be deactivated\n",
		pci_name(pdev));
	WRITE_ONCE(pd->leaving, true);
	wait_for_completion(&pd->closed);
}

static struct pci_driver lpar_pci_driver = {
	.name = "lpar",
	.id_table = lpar_pci_ids,
	.probe = lpar_probe,
	.remove = lpar_remove,
	.driver_managed_dma = true,
	.driver = {
		.suppress_bind_attrs = true,
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

int pcidev_init(void)
{
	return pci_register_driver(&lpar_pci_driver);
}

void pcidev_exit(void)
{
	pci_unregister_driver(&lpar_pci_driver);
}

bool pcidev_is_ours(const struct pci_dev *pdev)
{
	return pdev->driver == &lpar_pci_driver;
}

static int bind(struct pcidev *pd)
{
	struct pci_dev *pdev = pd->pdev;
	int err;

	WRITE_ONCE(opening, pd);
	err = device_driver_attach(&lpar_pci_driver.driver, &pdev->dev);
	WRITE_ONCE(opening, NULL);
	if (err)
		return -EBUSY;
	return pci_get_drvdata(pdev) == pd && pcidev_is_ours(pdev) ? 0 : -EBUSY;
}

/* Whoever removes it meanwhile has the device's lock, and ends before this does. */
static void unbind(struct pcidev *pd)
{
	pci_set_drvdata(pd->pdev, NULL);
	complete_all(&pd->closed);
	device_release_driver(&pd->pdev->dev);
}

/*
 * Its registers.
 */
hpa_t pcidev_bar(const struct pcidev *pd, u32 bar)
{
	return pci_resource_start(pd->pdev, bar);
}

u32 pcidev_read(struct pcidev *pd, u32 bar, u32 offset, u32 size)
{
	void __iomem *at = pd->bar[bar] + offset;

	return size == 1 ? readb(at) : size == 2 ? readw(at) : readl(at);
}

void pcidev_write(struct pcidev *pd, u32 bar, u32 offset, u32 size, u32 val)
{
	void __iomem *at = pd->bar[bar] + offset;

	if (size == 1)
		writeb(val, at);
	else if (size == 2)
		writew(val, at);
	else
		writel(val, at);
}

void pcidev_master(struct pcidev *pd, bool on)
{
	u16 old, new;

	pci_read_config_word(pd->pdev, PCI_COMMAND, &old);
	new = on ? old | PCI_COMMAND_MASTER : old & ~PCI_COMMAND_MASTER;
	if (new != old)
		pci_write_config_word(pd->pdev, PCI_COMMAND, new);
}

static void unmap_bars(struct pcidev *pd)
{
	u32 i;

	for (i = 0; i < PCI_BARS; i++)
		if (pd->bar[i])
			iounmap(pd->bar[i]);
}

static int map_bars(struct pcidev *pd)
{
	u32 i;

	for (i = 0; i < PCI_BARS; i++) {
		if (!pd->facts.bar_size[i])
			continue;
		pd->bar[i] = ioremap(pcidev_bar(pd, i), pd->facts.bar_size[i]);
		if (!pd->bar[i]) {
			unmap_bars(pd);
			return -ENOMEM;
		}
	}
	return 0;
}

/*
 * Reset. Somebody who has the device's lock may wait for us, so it is only tried; who
 * removes the device has it for us.
 */
static int try_reset(struct pcidev *pd)
{
	pcidev_master(pd, false);
	return READ_ONCE(pd->leaving) ? pci_reset_function_locked(pd->pdev) :
					pci_try_reset_function(pd->pdev);
}

int pcidev_reset(struct pcidev *pd, unsigned long timeout)
{
	unsigned long end = jiffies + timeout;
	int err;

	pd->clean = false;
	while ((err = try_reset(pd)) == -EAGAIN) {
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		msleep(20);
	}
	pd->clean = !err;
	return err;
}

/*
 * Interrupts. There are as many as there can be at once from the beginning: whose
 * they are changes in an integration, and then nothing may fail.
 */
static irqreturn_t interrupt(int irq, void *arg)
{
	struct pcidev_vector *v = arg;

	guard(raw_spinlock_irqsave)(&v->pd->lock);
	if (v->pd->irq)
		v->pd->irq(v->pd->ctx, v->nr);
	return IRQ_HANDLED;
}

static void free_irqs(struct pcidev *pd)
{
	for (; pd->nr_irqs; pd->nr_irqs--)
		free_irq(pci_irq_vector(pd->pdev, pd->nr_irqs - 1),
			 &pd->vector[pd->nr_irqs - 1]);
	pci_free_irq_vectors(pd->pdev);
}

static int request_irqs(struct pcidev *pd, const struct cpumask *cpus)
{
	u32 most = clamp_t(u32, num_online_cpus() + 1, FEW_VECTORS, PCI_MSIX_MAX);
	int n = pci_alloc_irq_vectors(pd->pdev, 1, most, PCI_IRQ_MSIX);
	int i, err, irq;

	if (n < 0)
		return n;
	pd->facts.vectors = n;
	for (i = 0; i < n; i++) {
		irq = pci_irq_vector(pd->pdev, i);
		pd->vector[i] = (struct pcidev_vector){ .pd = pd, .nr = i };
		err = request_irq(irq, interrupt, IRQF_NO_THREAD, "lpar", &pd->vector[i]);
		if (err) {
			free_irqs(pd);
			return err;
		}
		pd->nr_irqs++;
		/* Elsewhere they come all the same, and cost an LPAR's time. */
		irq_set_affinity(irq, cpus);
	}
	return 0;
}

/*
 * What its DMA reaches.
 */
struct iommu_domain *pcidev_domain_create(struct pcidev *pd)
{
	struct iommu_domain *domain = compat_iommu_domain(&pd->pdev->dev);
	bool (*enforce)(struct iommu_domain *domain);

	if (IS_ERR(domain))
		return domain;
	/*
	 * Or a device that does not look into the caches would read what stood in
	 * memory before it was cleared.
	 */
	enforce = domain->ops->enforce_cache_coherency;
	if (enforce && enforce(domain))
		return domain;
	iommu_domain_free(domain);
	return ERR_PTR(-EOPNOTSUPP);
}

int pcidev_domain_map(struct iommu_domain *domain, gpa_t gpa, hpa_t hpa, u64 len)
{
	if (gpa + len > PCIDEV_DMA_END)
		return -ERANGE;
	return compat_iommu_map(domain, gpa, hpa, len, IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE);
}

void pcidev_domain_free(struct iommu_domain *domain)
{
	iommu_domain_free(domain);
}

static void set_irq(struct pcidev *pd, pcidev_irq irq, void *ctx)
{
	guard(raw_spinlock_irqsave)(&pd->lock);
	pd->irq = irq;
	pd->ctx = ctx;
}

int pcidev_connect(struct pcidev *pd, struct iommu_domain *domain, pcidev_irq irq, void *ctx)
{
	int err;

	if (!pd->clean)
		return -EIO;
	err = iommu_attach_group(domain, pd->group);
	/* The IOMMUs of some kernels find out only now, see pcidev_domain_create(). */
	if (err)
		return err == -EINVAL ? -EOPNOTSUPP : err;
	pd->clean = false;
	pd->domain = domain;
	set_irq(pd, irq, ctx);
	return 0;
}

void pcidev_disconnect(struct pcidev *pd)
{
	pcidev_master(pd, false);
	set_irq(pd, NULL, NULL);
	iommu_detach_group(pd->domain, pd->group);
	pd->domain = NULL;
}

/*
 * Open and close.
 */
static int take(struct pcidev *pd, const struct cpumask *cpus)
{
	struct pci_dev *pdev = pd->pdev;
	int err = pci_request_regions(pdev, "lpar");

	if (err)
		return err;
	err = map_bars(pd);
	if (err)
		goto out_regions;
	pci_save_state(pdev);
	pd->host_state = pci_store_saved_state(pdev);
	err = pcidev_reset(pd, HZ);
	if (!err)
		err = request_irqs(pd, cpus);
	if (!err)
		return 0;
	kfree(pd->host_state);
	unmap_bars(pd);
out_regions:
	pci_release_regions(pdev);
	return err;
}

static void give_back(struct pcidev *pd)
{
	struct pci_dev *pdev = pd->pdev;

	free_irqs(pd);
	/* It reaches nothing, so a device that cannot be reset harms nobody. */
	if (pcidev_reset(pd, HZ))
		pr_warn("%s could not be reset\n", pci_name(pdev));
	pci_load_and_free_saved_state(pdev, &pd->host_state);
	pci_restore_state(pdev);
	unmap_bars(pd);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

/* The owner of the group's DMA is this driver, whichever LPAR has the function. */
static int take_dma(struct pcidev *pd, const struct cpumask *cpus)
{
	int err = iommu_group_claim_dma_owner(pd->group, pd);

	if (err)
		return err;
	err = pci_enable_device(pd->pdev);
	if (!err) {
		err = take(pd, cpus);
		if (err)
			pci_disable_device(pd->pdev);
	}
	if (err)
		iommu_group_release_dma_owner(pd->group);
	return err;
}

static int open_bound(struct pcidev *pd, const struct cpumask *cpus)
{
	int err = bind(pd);

	if (err)
		return err;
	err = take_dma(pd, cpus);
	if (err)
		unbind(pd);
	return err;
}

static void forget(struct pcidev *pd)
{
	iommu_group_put(pd->group);
	pci_dev_put(pd->pdev);
	kfree(pd);
}

/* What was found to be good was so a moment ago: the host says if it is not. */
static struct pcidev *prepare(const char *name, char *why, size_t size)
{
	struct pcidev *pd = kzalloc(sizeof(*pd), GFP_KERNEL);
	int err = pd ? 0 : -ENOMEM;

	if (err)
		return ERR_PTR(err);
	pd->pdev = pcidev_find(name, &pd->facts, why, size);
	if (IS_ERR(pd->pdev)) {
		err = PTR_ERR(pd->pdev);
		kfree(pd);
		return ERR_PTR(err);
	}
	pd->group = iommu_group_get(&pd->pdev->dev);
	raw_spin_lock_init(&pd->lock);
	init_completion(&pd->closed);
	return pd;
}

struct pcidev *pcidev_open(const char *name, const struct cpumask *cpus, char *why, size_t size)
{
	struct pcidev *pd;
	int err;

	guard(mutex)(&open_mutex);
	pd = prepare(name, why, size);
	if (IS_ERR(pd))
		return pd;
	err = open_bound(pd, cpus);
	if (!err)
		return pd;
	scnprintf(why, size, "%s cannot be taken from the host (errno %d)%s", pci_name(pd->pdev),
		  -err, err == -EBUSY ? ": is another driver in its driver_override?" : "");
	forget(pd);
	return ERR_PTR(err);
}

void pcidev_close(struct pcidev *pd)
{
	guard(mutex)(&open_mutex);
	give_back(pd);
	iommu_group_release_dma_owner(pd->group);
	unbind(pd);
	forget(pd);
}

const struct pci_pass_facts *pcidev_facts(const struct pcidev *pd)
{
	return &pd->facts;
}
