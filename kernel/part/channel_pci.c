// SPDX-License-Identifier: GPL-2.0
/*
 * Channels of type "pci": a physical function of host/pcidev. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/err.h>

#include "io/pci.h"
#include "host/pcidev.h"
#include "part/channel.h"
#include "part/channels.h"

static int pci_probe(struct lpar_channel *ch, const char *source)
{
	char why[LPAR_TEXT_LEN];
	int err = pcidev_check(source, why, sizeof(why));

	return err ? lpar_channel_refuse(ch, err, "%s", why) : 0;
}

/* CPUs that do not belong to the monitor; all, if it has all. */
static bool host_cpus(cpumask_var_t *cpus)
{
	if (!alloc_cpumask_var(cpus, GFP_KERNEL))
		return false;
	guard(mutex)(&part.lock);
	if (!cpumask_andnot(*cpus, cpu_online_mask, &part.cpus))
		cpumask_copy(*cpus, cpu_online_mask);
	return true;
}

static int pci_open(struct lpar_channel *ch)
{
	char why[LPAR_TEXT_LEN] = "";
	struct pcidev *pd;
	cpumask_var_t cpus;

	if (!host_cpus(&cpus))
		return -ENOMEM;
	pd = pcidev_open(ch->source, cpus, why, sizeof(why));
	free_cpumask_var(cpus);
	if (IS_ERR(pd))
		return lpar_channel_refuse(ch, PTR_ERR(pd), "%s", why);
	ch->pci = pd;
	return 0;
}

static void pci_close(struct lpar_channel *ch)
{
	pcidev_close(ch->pci);
	ch->pci = NULL;
}

static struct slot_dev *pci_device(struct lpar_channel *ch, struct machine *m)
{
	return io_pci_create(m, ch->pci, ch->id);
}

/* A function can be open once. */
static bool pci_same(const struct lpar_channel *a, const struct lpar_channel *b)
{
	return a->pci == b->pci;
}

const struct channel_type channel_pci = {
	.name = "pci",
	.probe = pci_probe,
	.open = pci_open,
	.close = pci_close,
	.slow = true,
	.device = pci_device,
	.same = pci_same,
};
