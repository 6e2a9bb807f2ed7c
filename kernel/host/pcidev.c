// SPDX-License-Identifier: GPL-2.0
/*
 * host/pcidev.c - take physical PCI functions from the host, reset, connect and return
 * them. See pcidev.h; pcidev_check.c decides which can be taken. Layer L1.
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

/* Also with few CPUs: devices have vectors for other things than queues. */
#define MIN_VECTORS	8U

/**
 * struct pcidev_vector - argument of an interrupt handler
 * @pd: the function
 * @nr: its MSI-X vector
 */
struct pcidev_vector {
	struct pcidev *pd;
	u32 nr;
};

/**
 * struct pcidev - an open function
 * @pdev: the host's device
 * @group: its IOMMU group, whose DMA lpar owns
 * @facts: its properties
 * @bar: mappings of its memory BARs
 * @host_state: config space as the host left it
 * @domain: the domain that it is connected to, or NULL
 * @lock: protects @irq and @ctx; held while @irq is called
 * @irq: handler of its interrupts, or NULL
 * @ctx: first argument of @irq
 * @nr_irqs: number of requested interrupts
 * @vector: arguments of their handlers
 * @clean: not used since the last reset
 * @leaving: lpar_remove() holds the device's lock and waits for @closed
 * @closed: the host can have it back
 */
struct pcidev {
	struct pci_dev *pdev;
	struct iommu_group *group;
	struct pci_pass_facts facts;
	void __iomem *bar[PCI_STD_NUM_BARS];
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

/* The function that is being opened: the only one that lpar_probe() accepts. */
static DEFINE_MUTEX(open_mutex);
static struct pcidev *opening;

/*
 * The driver. It matches every device but accepts only the one being opened; the
 * host's drivers get all others. A removal waits until the function is closed. Adding
 * an id for each opened device instead would not work: the kernel then probes every
 * device that matches, and would wait for one that is being removed.
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
	pr_warn("%s is being removed: waiting until the LPAR that owns it is deactivated\n",
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

static int bind_driver(struct pcidev *pd)
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

/* Completes lpar_remove(), which may hold the device's lock, before taking it. */
static void unbind_driver(struct pcidev *pd)
{
	pci_set_drvdata(pd->pdev, NULL);
	complete_all(&pd->closed);
	device_release_driver(&pd->pdev->dev);
}

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

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (pd->bar[i])
			iounmap(pd->bar[i]);
}

static int map_bars(struct pcidev *pd)
{
	u32 i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
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
 * The holder of the device's lock may be waiting for us, so only try to take it. While
 * lpar_remove() waits, its caller holds the lock for us.
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
 * Interrupts. All that can be needed are requested when the function is opened: an
 * integration gives them to another LPAR, and must not fail then.
 */
static irqreturn_t pcidev_interrupt(int irq, void *arg)
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
	u32 most = clamp_t(u32, num_online_cpus() + 1, MIN_VECTORS, PCI_MSIX_MAX);
	int n = pci_alloc_irq_vectors(pd->pdev, 1, most, PCI_IRQ_MSIX);
	int i, err, irq;

	if (n < 0)
		return n;
	pd->facts.vectors = n;
	for (i = 0; i < n; i++) {
		irq = pci_irq_vector(pd->pdev, i);
		pd->vector[i] = (struct pcidev_vector){ .pd = pd, .nr = i };
		err = request_irq(irq, pcidev_interrupt, IRQF_NO_THREAD, "lpar", &pd->vector[i]);
		if (err) {
			free_irqs(pd);
			return err;
		}
		pd->nr_irqs++;
		/* ignore errors: on other CPUs they work, but take an LPAR's time */
		irq_set_affinity(irq, cpus);
	}
	return 0;
}

struct iommu_domain *pcidev_domain_create(struct pcidev *pd)
{
	struct iommu_domain *domain = compat_iommu_domain(&pd->pdev->dev);
	bool (*enforce)(struct iommu_domain *domain);

	if (IS_ERR(domain))
		return domain;
	/*
	 * Otherwise a device that does not snoop the caches could read the contents
	 * of memory from before it was cleared.
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
	/* some kernels check cache coherency only here, see pcidev_domain_create() */
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

static int setup_function(struct pcidev *pd, const struct cpumask *cpus)
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
	if (err)
		goto out_state;
	err = request_irqs(pd, cpus);
	if (err)
		goto out_state;
	return 0;

out_state:
	kfree(pd->host_state);
	unmap_bars(pd);
out_regions:
	pci_release_regions(pdev);
	return err;
}

static void restore_function(struct pcidev *pd)
{
	struct pci_dev *pdev = pd->pdev;

	free_irqs(pd);
	/* its DMA can access nothing, so a failure is harmless */
	if (pcidev_reset(pd, HZ))
		pr_warn("cannot reset %s before returning it to the host\n", pci_name(pdev));
	pci_load_and_free_saved_state(pdev, &pd->host_state);
	pci_restore_state(pdev);
	unmap_bars(pd);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

/* The driver owns the group's DMA, whichever LPAR has the function. */
static int claim_function(struct pcidev *pd, const struct cpumask *cpus)
{
	int err = iommu_group_claim_dma_owner(pd->group, pd);

	if (err)
		return err;
	err = pci_enable_device(pd->pdev);
	if (err)
		goto release_dma;
	err = setup_function(pd, cpus);
	if (err)
		goto disable_device;
	return 0;

disable_device:
	pci_disable_device(pd->pdev);
release_dma:
	iommu_group_release_dma_owner(pd->group);
	return err;
}

static int open_bound(struct pcidev *pd, const struct cpumask *cpus)
{
	int err = bind_driver(pd);

	if (err)
		return err;
	err = claim_function(pd, cpus);
	if (err)
		unbind_driver(pd);
	return err;
}

static void free_pcidev(struct pcidev *pd)
{
	iommu_group_put(pd->group);
	pci_dev_put(pd->pdev);
	kfree(pd);
}

/* The check may be outdated when it returns; then binding or claiming fails. */
static struct pcidev *find_and_alloc(const char *name, char *why, size_t size)
{
	struct pcidev *pd = kzalloc(sizeof(*pd), GFP_KERNEL);
	int err;

	if (!pd)
		return ERR_PTR(-ENOMEM);
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
	pd = find_and_alloc(name, why, size);
	if (IS_ERR(pd))
		return pd;
	err = open_bound(pd, cpus);
	if (!err)
		return pd;
	scnprintf(why, size, "cannot take %s from the host (errno %d)%s", pci_name(pd->pdev),
		  -err, err == -EBUSY ? ": check its driver_override" : "");
	free_pcidev(pd);
	return ERR_PTR(err);
}

void pcidev_close(struct pcidev *pd)
{
	guard(mutex)(&open_mutex);
	restore_function(pd);
	iommu_group_release_dma_owner(pd->group);
	unbind_driver(pd);
	free_pcidev(pd);
}

const struct pci_pass_facts *pcidev_facts(const struct pcidev *pd)
{
	return &pd->facts;
}
