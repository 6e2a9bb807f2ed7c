/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pcidev_check.h - which physical function can be given to an LPAR, and why not.
 * Layer L1, for pcidev.c.
 */
#ifndef LPAR_HOST_PCIDEV_CHECK_H
#define LPAR_HOST_PCIDEV_CHECK_H

#include <linux/types.h>

#include "vdev/pci_facts.h"

struct pci_dev;

/**
 * pcidev_find() - find a function that can be given to an LPAR
 * @name: "0000:00:04.0"
 * @facts: gets what it is, but for the vectors
 * @why: gets one line, if there is none
 * @size: of @why
 *
 * Context: sleeps.
 * Return: it, with a reference; ERR_PTR as for pcidev_check().
 */
struct pci_dev *pcidev_find(const char *name, struct pci_pass_facts *facts, char *why,
			    size_t size);

/* In pcidev.c: does our driver have it? */
bool pcidev_is_ours(const struct pci_dev *pdev);

#endif
