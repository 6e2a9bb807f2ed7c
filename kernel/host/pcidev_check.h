/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host/pcidev_check.h - can a physical function be given to an LPAR? Layer L1, for
 * pcidev.c.
 */
#ifndef LPAR_HOST_PCIDEV_CHECK_H
#define LPAR_HOST_PCIDEV_CHECK_H

#include <linux/types.h>

#include "vdev/pci_facts.h"

struct pci_dev;

/**
 * pcidev_find() - find a function and check that it can be given to an LPAR
 * @name: "0000:00:04.0"
 * @facts: gets its properties, except the number of vectors
 * @why: gets the reason, in one line, on error
 * @size: of @why
 *
 * Context: sleeps.
 * Return: the function, with a reference; ERR_PTR as for pcidev_check().
 */
struct pci_dev *pcidev_find(const char *name, struct pci_pass_facts *facts, char *why,
			    size_t size);

/* In pcidev.c: is it bound to lpar's driver? */
bool pcidev_is_ours(const struct pci_dev *pdev);

#endif
