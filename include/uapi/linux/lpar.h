/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * lpar: what programs may rely on beside the attributes themselves, which
 * Documentation/ABI/testing describes. There are no ioctls: everything is read and
 * written as files below configfs and /sys/class/lpar.
 */
#ifndef _UAPI_LINUX_LPAR_H
#define _UAPI_LINUX_LPAR_H

/* The group in configfs, the class in sysfs, and SUBSYSTEM of its uevents */
#define LPAR_SUBSYSTEM		"lpar"
/* Consoles: /dev/ttyLPAR<n>, n from the attribute "number" of the class's device */
#define LPAR_TTY		"ttyLPAR"

/* Limits */
#define LPAR_MAX_PARTS		64	/* LPARs */
#define LPAR_MAX_LIPS		64	/* LIPs of one LPAR */
#define LPAR_MAX_CHANNELS	128	/* ids are 0 to 127 */
#define LPAR_NAME_LEN		32	/* of an LPAR's name, with the final NUL */

/* What "state" reads, and STATE of a uevent; see states.rst */
#define LPAR_STATE_DEFINED	"defined"
#define LPAR_STATE_ACTIVE	"active"
#define LPAR_STATE_OPERATING	"operating"
#define LPAR_STATE_STOPPED	"stopped"
#define LPAR_STATE_RELEASED	"released"
#define LPAR_STATE_FAILED	"failed"

/*
 * Variables of the uevent "change" of an LPAR's device. CHANGED has words of which
 * there will be more: state, ms, lips, ost, integrate.
 */
#define LPAR_UEVENT_STATE	"STATE"
#define LPAR_UEVENT_CHANGED	"CHANGED"

#endif /* _UAPI_LINUX_LPAR_H */
