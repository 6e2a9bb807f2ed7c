/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pcidev.h - the physical PCI function of a PCI channel, alone in its IOMMU group.
 * Layer L1: ordinary kernel APIs only.
 *
 * While it is open it is bound to lpar's driver, and its DMA can access only the
 * storage in the domain that it is connected to; nothing while not connected.
 *
 * Context: sleeps unless noted.
 */
#ifndef LPAR_HOST_PCIDEV_H
#define LPAR_HOST_PCIDEV_H

#include <linux/cpumask.h>
#include <linux/types.h>

#include "lpar.h"
#include "vdev/pci_facts.h"

struct iommu_domain;
struct pcidev;

/* Called in hard interrupt context or with interrupts off. */
typedef void (*pcidev_irq)(void *ctx, u32 vector);

int pcidev_init(void);
void pcidev_exit(void);

/**
 * pcidev_check() - can a function be given to an LPAR?
 * @name: "0000:00:04.0": domain, bus, device, function
 * @why: gets the reason, in one line, if not
 * @size: of @why
 *
 * Return: 0; -EINVAL: invalid name, not an endpoint, or no MSI-X; -ENODEV: no such
 * function; -ENXIO: no IOMMU; -EBUSY: used by a driver of the host or another channel;
 * -EXDEV: other devices are in its IOMMU group; -EPERM: its interrupts are not
 * isolated; -EOPNOTSUPP: it cannot be reset, or needs DMA at fixed addresses; -EFBIG:
 * a BAR is too large.
 */
int pcidev_check(const char *name, char *why, size_t size);

/**
 * pcidev_open() - take a function from the host
 * @name: as for pcidev_check()
 * @cpus: affinity of its interrupts
 * @why: gets the reason, in one line, if it fails
 * @size: of @why
 *
 * Resets it and sets up its interrupts, which are ignored until pcidev_connect().
 *
 * Return: the function, or ERR_PTR: as pcidev_check(), or an error of the host.
 */
struct pcidev *pcidev_open(const char *name, const struct cpumask *cpus, char *why, size_t size);
/* Reset it and return it, without a driver, to the host. It must not be connected. */
void pcidev_close(struct pcidev *pd);

const struct pci_pass_facts *pcidev_facts(const struct pcidev *pd);

/*
 * A domain holds the storage that DMA can access: initially none. ERR_PTR on error.
 * PCIDEV_DMA_END is below the address ranges that IOMMUs reserve.
 */
#define PCIDEV_DMA_END	BIT_ULL(39)
struct iommu_domain *pcidev_domain_create(struct pcidev *pd);
int pcidev_domain_map(struct iommu_domain *domain, gpa_t gpa, hpa_t hpa, u64 len);
void pcidev_domain_free(struct iommu_domain *domain);

/**
 * pcidev_connect() - attach a function to a domain and forward its interrupts
 * @pd: not connected
 * @domain: what its DMA can access, once pcidev_master() allows it
 * @irq: called for each interrupt
 * @ctx: first argument of @irq
 *
 * Return: 0; or, and it is not connected: -EIO: it was not reset since it was last
 * connected; -EOPNOTSUPP: its DMA could bypass the caches; or an error of the IOMMU.
 */
int pcidev_connect(struct pcidev *pd, struct iommu_domain *domain, pcidev_irq irq, void *ctx);
/* Afterwards its DMA can access nothing, and @irq is neither running nor called. */
void pcidev_disconnect(struct pcidev *pd);

/* Reset it, bus mastering off. -ETIMEDOUT after @timeout jiffies. */
int pcidev_reset(struct pcidev *pd, unsigned long timeout);

/* Switch bus mastering. Any context. */
void pcidev_master(struct pcidev *pd, bool on);
/* Access a BAR; aligned to @size, which is 1, 2 or 4. Any context. */
u32 pcidev_read(struct pcidev *pd, u32 bar, u32 offset, u32 size);
void pcidev_write(struct pcidev *pd, u32 bar, u32 offset, u32 size, u32 val);
/* Host-physical address of a BAR. */
hpa_t pcidev_bar(const struct pcidev *pd, u32 bar);

#endif
