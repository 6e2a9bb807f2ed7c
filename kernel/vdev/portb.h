/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/portb.h - a PC's system control port B (61h), of which only the NMI status bits
 * exist: they say that an NMI was not caused by the chipset. Without them Linux takes
 * each NMI for a PCI error. L0. It has no state.
 */
#ifndef LPAR_VDEV_PORTB_H
#define LPAR_VDEV_PORTB_H

#include "pure.h"
#include "vdev/vdev.h"

/* Access to LAYOUT_PORTB; dev is not used. */
extern const struct vdev_ops portb_vdev_ops;

#endif /* LPAR_VDEV_PORTB_H */
