// SPDX-License-Identifier: GPL-2.0
/*
 * host/pcidev_check.c - which physical function can be given to an LPAR: one whose
 * DMA, interrupts and state cannot reach anybody else. Layer L1.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/stdarg.h>

#include "compat.h"
#include "host/pcidev.h"
#include "host/pcidev_check.h"
#include "vdev/layout.h"

/*
 * Without a table between a device's messages and the processors it can send any
 * vector to any CPU of the host.
 */
static bool unsafe_interrupts;
module_param(unsafe_interrupts, bool, 0600);
MODULE_PARM_DESC(unsafe_interrupts,
		 "give PCI functions to LPARs without interrupt remapping; a guest can then hurt the host");

/**
 * struct check - what is looked at, and where to say why not
 * @pdev: the function
 * @group: its IOMMU group
 * @facts: what it is
 * @why: where the line goes
 * @size: of @why
 */
struct check {
	struct pci_dev *pdev;
	struct iommu_group *group;
	struct pci_pass_facts *facts;
	char *why;
	size_t size;
};

static __printf(3, 4) int no(struct check *c, int err, const char *fmt, ...)
{
	int n = c->pdev ? scnprintf(c->why, c->size, "%s ", pci_name(c->pdev)) : 0;
	va_list args;

	va_start(args, fmt);
	vscnprintf(c->why + n, c->size - n, fmt, args);
	va_end(args);
	return err;
}

/*
 * What it is.
 */
static int find_bars(struct check *c)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < PCI_BARS; i++) {
		flags = pci_resource_flags(c->pdev, i);
		c->facts->bar_size[i] = 0;
		if (!(flags & IORESOURCE_MEM))
			continue;
		if (flags & IORESOURCE_UNSET || !pci_resource_start(c->pdev, i))
			return no(c, -EINVAL, "has no address for BAR %u", i);
		c->facts->bar_size[i] = pci_resource_len(c->pdev, i);
	}
	return 0;
}

static void read_config(struct check *c)
{
	u32 at, val;

	for (at = 0; at < PCI_CFG_SPACE; at += 4) {
		pci_read_config_dword(c->pdev, at, &val);
		*(__le32 *)(c->facts->cfg + at) = cpu_to_le32(val);
	}
	/* A virtual function (SR-IOV) reads FFFFh there; what it is the kernel knows. */
	*(__le16 *)(c->facts->cfg + PCI_VENDOR_ID) = cpu_to_le16(c->pdev->vendor);
	*(__le16 *)(c->facts->cfg + PCI_DEVICE_ID) = cpu_to_le16(c->pdev->device);
}

static int check_kind(struct check *c)
{
	int err = find_bars(c);

	if (err)
		return err;
	read_config(c);
	switch (pci_pass_check(c->facts)) {
	case PCI_PASS_OK:
		return 0;
	case PCI_PASS_NOT_ENDPOINT:
		return no(c, -EINVAL, "is a bridge");
	case PCI_PASS_NO_MSIX:
		return no(c, -EINVAL, "has no MSI-X: other interrupts are not supported");
	case PCI_PASS_BAR_SIZE:
		return no(c, -EFBIG, "has a BAR of more than %u MiB", PCI_PASS_MAX_BAR >> 20);
	default:
		return no(c, -EINVAL, "has capabilities or BARs that make no sense");
	}
}

static int check_reset(struct check *c)
{
	if (c->pdev->reset_methods[0])
		return 0;
	return no(c, -EOPNOTSUPP,
		  "cannot be reset: what one LPAR left in it would be seen by the next");
}

/*
 * Who has it.
 */
static int check_driver(struct check *c)
{
	const struct device_driver *drv = READ_ONCE(c->pdev->dev.driver);
	const char *name = pci_name(c->pdev);

	if (!drv)
		return 0;
	if (pcidev_is_ours(c->pdev))
		return no(c, -EBUSY, "belongs to another channel's LPAR");
	return no(c, -EBUSY, "is used by %s: echo %s > /sys/bus/pci/drivers/%s/unbind", drv->name,
		  name, drv->name);
}

/*
 * The IOMMU.
 */
struct neighbours {
	const struct device *self, *other;
	int nr;
};

static int count(struct device *dev, void *arg)
{
	struct neighbours *n = arg;

	if (dev != n->self) {
		n->other = dev;
		n->nr++;
	}
	return 0;
}

static int check_group(struct check *c)
{
	struct neighbours n = { .self = &c->pdev->dev };

	iommu_group_for_each_dev(c->group, &n, count);
	if (!n.nr)
		return 0;
	return no(c, -EXDEV,
		  "shares its IOMMU group %d with %d other%s (%s): they cannot be kept apart",
		  iommu_group_id(c->group), n.nr, n.nr > 1 ? "s" : "", dev_name(n.other));
}

/* Addresses at which a guest could have storage, and DMA would not find it. */
static bool in_the_way(const struct iommu_resv_region *r)
{
	u64 last = r->start + r->length - 1;

	if (r->type == IOMMU_RESV_DIRECT || r->start < LAYOUT_HOLE_START)
		return true;
	return last >= LAYOUT_HOLE_END && r->start < PCIDEV_DMA_END;
}

static int check_regions(struct check *c)
{
	struct iommu_resv_region *r, *next;
	bool bad = false;
	LIST_HEAD(list);
	int err = iommu_get_group_resv_regions(c->group, &list);

	list_for_each_entry_safe(r, next, &list, list) {
		bad |= r->type != IOMMU_RESV_DIRECT_RELAXABLE && in_the_way(r);
		kfree(r);
	}
	if (err)
		return no(c, err, "does not tell which addresses it needs (errno %d)", -err);
	return bad ? no(c, -EOPNOTSUPP, "needs DMA at fixed addresses, for the firmware") : 0;
}

static int check_isolation(struct check *c)
{
	struct device *dev = &c->pdev->dev;

	if (!device_iommu_capable(dev, IOMMU_CAP_CACHE_COHERENCY))
		return no(c, -EOPNOTSUPP, "is behind an IOMMU that does not keep caches coherent");
	if (!compat_isolated_msi(c->group, dev) && !unsafe_interrupts)
		return no(c, -EPERM,
			  "could send any interrupt to the host: there is no interrupt remapping (lpar.unsafe_interrupts=1 takes the risk)");
	return 0;
}

static int check_iommu(struct check *c)
{
	int err;

	c->group = iommu_group_get(&c->pdev->dev);
	if (!c->group)
		return no(c, -ENXIO,
			  "is behind no IOMMU: it could write to all of the host's memory (BIOS: VT-d, AMD-Vi; kernel: intel_iommu=on)");
	err = check_group(c);
	if (!err)
		err = check_isolation(c);
	if (!err)
		err = check_regions(c);
	iommu_group_put(c->group);
	return err;
}

static int check_all(struct check *c)
{
	int err = check_kind(c);

	if (!err)
		err = check_iommu(c);
	if (!err)
		err = check_reset(c);
	if (!err)
		err = check_driver(c);
	return err;
}

static int find(struct check *c, const char *name)
{
	unsigned int domain = 0, bus = 0, slot = 0, func = 0;
	char again[16] = "";

	/* One way to write each. */
	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) == 4)
		scnprintf(again, sizeof(again), "%04x:%02x:%02x.%u", domain, bus, slot, func);
	if (strcmp(name, again) || bus > U8_MAX || slot > 31 || func > 7)
		return no(c, -EINVAL, "\"%.40s\" is no name of a PCI function, as 0000:00:04.0 is",
			  name);
	c->pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
	return c->pdev ? 0 : no(c, -ENODEV, "there is no PCI function %.40s", name);
}

struct pci_dev *pcidev_find(const char *name, struct pci_pass_facts *facts, char *why,
			    size_t size)
{
	struct check c = { .facts = facts, .why = why, .size = size };
	int err = find(&c, name);

	if (err)
		return ERR_PTR(err);
	err = check_all(&c);
	if (!err)
		return c.pdev;
	pci_dev_put(c.pdev);
	return ERR_PTR(err);
}

int pcidev_check(const char *name, char *why, size_t size)
{
	struct pci_pass_facts *facts = kzalloc(sizeof(*facts), GFP_KERNEL);
	struct pci_dev *pdev;

	if (!facts)
		return -ENOMEM;
	pdev = pcidev_find(name, facts, why, size);
	kfree(facts);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	pci_dev_put(pdev);
	return 0;
}
