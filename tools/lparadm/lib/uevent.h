/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of LPARs as it happens: its uevents.
 */
#ifndef LPARADM_UEVENT_H
#define LPARADM_UEVENT_H

#include <stdbool.h>
#include <linux/lpar.h>

struct uevent {
	char action[16];	/* add, change, remove */
	char name[LPAR_NAME_LEN];
	char state[16];		/* "" where it is not told */
	char changed[64];
};

/* Return: a descriptor, or -errno. */
int uevent_open(void);

/*
 * The next of lpar. Return: 1, 0 for one of somebody else, or -errno:
 * -ENOBUFS when some were lost, -EINTR after a signal, -EAGAIN when there is
 * none and @wait is false.
 */
int uevent_read(int fd, struct uevent *e, bool wait);

#endif
