// SPDX-License-Identifier: GPL-2.0
/*
 * host/pcidev_check.c - check that a physical function can be given to an LPAR: its
 * DMA, interrupts and state must be isolated. Layer L1.
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
 * Without interrupt remapping a device can send any vector to any CPU of the host by
 * a DMA write.
 */
static bool unsafe_interrupts;
module_param(unsafe_interrupts, bool, 0600);
MODULE_PARM_DESC(unsafe_interrupts,
		 "Give PCI functions to LPARs without interrupt remapping: a guest can then inject interrupts into the host");

/**
 * struct pcidev_check - arguments and state of a check
 * @pdev: the function
 * @group: its IOMMU group
 * @facts: gets its properties
 * @why: gets the reason of a refusal
 * @size: of @why
 */
struct pcidev_check {
	struct pci_dev *pdev;
	struct iommu_group *group;
	struct pci_pass_facts *facts;
	char *why;
	size_t size;
};

static __printf(3, 4) int refuse(struct pcidev_check *c, int err, const char *fmt, ...)
{
	int n = c->pdev ? scnprintf(c->why, c->size, "%s ", pci_name(c->pdev)) : 0;
	va_list args;

	va_start(args, fmt);
	vscnprintf(c->why + n, c->size - n, fmt, args);
	va_end(args);
	return err;
}

static int find_bars(struct pcidev_check *c)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		flags = pci_resource_flags(c->pdev, i);
		c->facts->bar_size[i] = 0;
		if (!(flags & IORESOURCE_MEM))
			continue;
		if (flags & IORESOURCE_UNSET || !pci_resource_start(c->pdev, i))
			return refuse(c, -EINVAL, "has no address for BAR %u", i);
		c->facts->bar_size[i] = pci_resource_len(c->pdev, i);
	}
	return 0;
}

static void read_config(struct pcidev_check *c)
{
	u32 at, val;

	for (at = 0; at < PCI_CFG_SPACE_SIZE; at += 4) {
		pci_read_config_dword(c->pdev, at, &val);
		*(__le32 *)(c->facts->cfg + at) = cpu_to_le32(val);
	}
	/* these read as FFFFh in a virtual function (SR-IOV) */
	*(__le16 *)(c->facts->cfg + PCI_VENDOR_ID) = cpu_to_le16(c->pdev->vendor);
	*(__le16 *)(c->facts->cfg + PCI_DEVICE_ID) = cpu_to_le16(c->pdev->device);
}

static int check_kind(struct pcidev_check *c)
{
	int err = find_bars(c);

	if (err)
		return err;
	read_config(c);
	switch (pci_pass_check(c->facts)) {
	case PCI_PASS_OK:
		return 0;
	case PCI_PASS_NOT_ENDPOINT:
		return refuse(c, -EINVAL, "is a bridge");
	case PCI_PASS_NO_MSIX:
		return refuse(c, -EINVAL, "has no MSI-X: other interrupts are not supported");
	case PCI_PASS_BAR_SIZE:
		return refuse(c, -EFBIG, "has a BAR larger than %u MiB", PCI_PASS_MAX_BAR >> 20);
	default:
		return refuse(c, -EINVAL, "has invalid capabilities or BARs");
	}
}

static int check_reset(struct pcidev_check *c)
{
	if (c->pdev->reset_methods[0])
		return 0;
	return refuse(c, -EOPNOTSUPP,
		      "cannot be reset: the next LPAR could read what this one leaves in it");
}

static int check_driver(struct pcidev_check *c)
{
	const struct device_driver *drv = READ_ONCE(c->pdev->dev.driver);
	const char *name = pci_name(c->pdev);

	if (!drv)
		return 0;
	if (pcidev_is_ours(c->pdev))
		return refuse(c, -EBUSY, "belongs to another channel's LPAR");
	return refuse(c, -EBUSY, "is used by %s: echo %s > /sys/bus/pci/drivers/%s/unbind",
		      drv->name, name, drv->name);
}

struct neighbours {
	const struct device *self, *other;
	int nr;
};

static int count_neighbour(struct device *dev, void *arg)
{
	struct neighbours *n = arg;

	if (dev != n->self) {
		n->other = dev;
		n->nr++;
	}
	return 0;
}

static int check_group(struct pcidev_check *c)
{
	struct neighbours n = { .self = &c->pdev->dev };

	iommu_group_for_each_dev(c->group, &n, count_neighbour);
	if (!n.nr)
		return 0;
	return refuse(c, -EXDEV,
		      "shares its IOMMU group %d with %d other%s (%s): they cannot be isolated from each other",
		      iommu_group_id(c->group), n.nr, n.nr > 1 ? "s" : "", dev_name(n.other));
}

/* Does it cover addresses where a guest can have storage, which DMA then cannot reach? */
static bool region_blocks_storage(const struct iommu_resv_region *r)
{
	u64 last = r->start + r->length - 1;

	if (r->type == IOMMU_RESV_DIRECT || r->start < LAYOUT_HOLE_START)
		return true;
	return last >= LAYOUT_HOLE_END && r->start < PCIDEV_DMA_END;
}

static int check_regions(struct pcidev_check *c)
{
	struct iommu_resv_region *r, *next;
	bool bad = false;
	LIST_HEAD(list);
	int err = iommu_get_group_resv_regions(c->group, &list);

	list_for_each_entry_safe(r, next, &list, list) {
		bad |= r->type != IOMMU_RESV_DIRECT_RELAXABLE && region_blocks_storage(r);
		kfree(r);
	}
	if (err)
		return refuse(c, err, "has reserved regions that cannot be read (errno %d)", -err);
	return bad ? refuse(c, -EOPNOTSUPP, "needs DMA at fixed addresses (RMRR or IVMD)") : 0;
}

static int check_isolation(struct pcidev_check *c)
{
	struct device *dev = &c->pdev->dev;

	if (!device_iommu_capable(dev, IOMMU_CAP_CACHE_COHERENCY))
		return refuse(c, -EOPNOTSUPP,
			      "is behind an IOMMU that does not keep caches coherent");
	if (!compat_isolated_msi(c->group, dev) && !unsafe_interrupts)
		return refuse(c, -EPERM,
			      "could send any interrupt to the host: no interrupt remapping (lpar.unsafe_interrupts=1 accepts the risk)");
	return 0;
}

static int check_iommu(struct pcidev_check *c)
{
	int err;

	c->group = iommu_group_get(&c->pdev->dev);
	if (!c->group)
		return refuse(c, -ENXIO,
			      "is not behind an IOMMU: it could write to all of the host's memory (BIOS: VT-d, AMD-Vi; kernel: intel_iommu=on)");
	err = check_group(c);
	if (err)
		goto out;
	err = check_isolation(c);
	if (err)
		goto out;
	err = check_regions(c);
out:
	iommu_group_put(c->group);
	return err;
}

static int check_all(struct pcidev_check *c)
{
	int err = check_kind(c);

	if (err)
		return err;
	err = check_iommu(c);
	if (err)
		return err;
	err = check_reset(c);
	if (err)
		return err;
	return check_driver(c);
}

static int find_by_name(struct pcidev_check *c, const char *name)
{
	unsigned int domain = 0, bus = 0, slot = 0, func = 0;
	char again[16] = "";

	/* accept the canonical form only */
	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) == 4)
		scnprintf(again, sizeof(again), "%04x:%02x:%02x.%u", domain, bus, slot, func);
	if (strcmp(name, again) || bus > U8_MAX || slot > 31 || func > 7)
		return refuse(c, -EINVAL,
			      "\"%.40s\" is not a PCI function's name, like 0000:00:04.0", name);
	c->pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
	return c->pdev ? 0 : refuse(c, -ENODEV, "there is no PCI function %.40s", name);
}

struct pci_dev *pcidev_find(const char *name, struct pci_pass_facts *facts, char *why,
			    size_t size)
{
	struct pcidev_check c = { .facts = facts, .why = why, .size = size };
	int err = find_by_name(&c, name);

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
