// SPDX-License-Identifier: GPL-2.0
/* vdev/portb.c - system control port B. L0: calls nothing. */
#include "pure.h"
#include "vdev/portb.h"

/* NMI sources: SERR# and IOCHK# */
#define PORTB_NMI_SOURCES	0xc0

/* The other bits read as without a device: kernels poll the output of the PIT in bit 5. */
static u64 portb_read(void *dev, u64 offset, unsigned int size)
{
	return 0xff & ~PORTB_NMI_SOURCES;
}

static void portb_write(void *dev, u64 offset, unsigned int size, u64 val)
{
}

const struct vdev_ops portb_vdev_ops = { .read = portb_read, .write = portb_write };
