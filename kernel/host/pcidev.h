/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pcidev.h - what is behind a PCI channel: a physical function of the host,
 * alone in its IOMMU group. Layer L1: ordinary kernel APIs only.
 *
 * While it is open the host has no driver for it but lpar's, and its DMA reaches
 * nothing but the storage in the domain that it is connected to: at first, and
 * between two, nothing at all.
 *
 * Context: sleeps, where nothing else is said.
 */
#ifndef LPAR_HOST_PCIDEV_H
#define LPAR_HOST_PCIDEV_H

#include <linux/cpumask.h>
#include <linux/types.h>

#include "lpar.h"
#include "vdev/pci_facts.h"

struct iommu_domain;
struct pcidev;

/* In hard interrupt context, or with interrupts off. */
typedef void (*pcidev_irq)(void *ctx, u32 vector);

int pcidev_init(void);
void pcidev_exit(void);

/**
 * pcidev_check() - could a function be given to an LPAR?
 * @name: "0000:00:04.0": domain, bus, device, function
 * @why: gets one line, if not
 * @size: of @why
 *
 * Return: 0; -EINVAL: no such name, not an endpoint, or no MSI-X; -ENODEV: no such
 * function; -ENXIO: no IOMMU; -EBUSY: a driver of the host has it, or another channel;
 * -EXDEV: others are in its IOMMU group; -EPERM: its interrupts are not isolated;
 * -EOPNOTSUPP: it cannot be reset, or needs fixed addresses; -EFBIG: a BAR.
 */
int pcidev_check(const char *name, char *why, size_t size);

/**
 * pcidev_open() - take it from the host
 * @name: as for pcidev_check()
 * @cpus: where its interrupts are to come
 * @why: gets one line, if it could not be
 * @size: of @why
 *
 * It is reset, and its interrupts are set up, without anybody to hear them.
 *
 * Return: it, or ERR_PTR: as pcidev_check(), or what the host says.
 */
struct pcidev *pcidev_open(const char *name, const struct cpumask *cpus, char *why, size_t size);
/* Reset, and back to the host, which has no driver for it then. Not connected. */
void pcidev_close(struct pcidev *pd);

const struct pci_pass_facts *pcidev_facts(const struct pcidev *pd);

/*
 * Storage that its DMA can reach: nothing at first; ERR_PTR. Addresses end where
 * IOMMUs begin to have ranges of their own.
 */
#define PCIDEV_DMA_END	BIT_ULL(39)
struct iommu_domain *pcidev_domain_create(struct pcidev *pd);
int pcidev_domain_map(struct iommu_domain *domain, gpa_t gpa, hpa_t hpa, u64 len);
void pcidev_domain_free(struct iommu_domain *domain);

/**
 * pcidev_connect() - let it reach a domain, and somebody hear its interrupts
 * @pd: not connected
 * @domain: what its DMA reaches from now on, once pcidev_master() allows any
 * @irq: called for each interrupt
 * @ctx: first argument of @irq
 *
 * Return: 0; -EIO: it was not reset since it was connected; -EOPNOTSUPP: its DMA could
 * go past the caches; or what the IOMMU says. Then it is not connected.
 */
int pcidev_connect(struct pcidev *pd, struct iommu_domain *domain, pcidev_irq irq, void *ctx);
/* The reverse. Its DMA reaches nothing, and no call of @irq is under way. */
void pcidev_disconnect(struct pcidev *pd);

/* As at power-on, bus mastering off; within so many jiffies, or -ETIMEDOUT. */
int pcidev_reset(struct pcidev *pd, unsigned long timeout);

/* May it begin transactions? Any context. */
void pcidev_master(struct pcidev *pd, bool on);
/* Within its BARs, aligned by @size, which is 1, 2 or 4. Any context. */
u32 pcidev_read(struct pcidev *pd, u32 bar, u32 offset, u32 size);
void pcidev_write(struct pcidev *pd, u32 bar, u32 offset, u32 size, u32 val);
/* Where a BAR is for the host. */
hpa_t pcidev_bar(const struct pcidev *pd, u32 bar);

#endif
