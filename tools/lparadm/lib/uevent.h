/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's uevents of LPARs.
 */
#ifndef LPARADM_UEVENT_H
#define LPARADM_UEVENT_H

#include <stdbool.h>
#include <linux/lpar.h>

struct uevent {
	char action[16];	/* add, change, remove */
	char name[LPAR_NAME_LEN];
	char state[16];		/* "": none */
	char changed[64];
};

/* Return: a descriptor, or -errno. */
int uevent_open(void);

/*
 * Read the next uevent. Return: 1, 0 if it is not one of lpar, or -errno: -ENOBUFS if
 * some were lost, -EINTR after a signal, -EAGAIN if there is none and @wait is false.
 */
int uevent_read(int fd, struct uevent *e, bool wait);

#endif
