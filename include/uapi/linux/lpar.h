/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * lpar: constants for programs that use the attributes described in
 * Documentation/ABI/testing. There are no ioctls: all access is by files below
 * configfs and /sys/class/lpar.
 */
#ifndef _UAPI_LINUX_LPAR_H
#define _UAPI_LINUX_LPAR_H

/* configfs group, sysfs class, and SUBSYSTEM of uevents */
#define LPAR_SUBSYSTEM		"lpar"
/* Consoles: /dev/ttyLPAR<n>, where n is the device's attribute "number" */
#define LPAR_TTY		"ttyLPAR"

/* Limits */
#define LPAR_MAX_PARTS		64	/* LPARs */
#define LPAR_MAX_LIPS		64	/* LIPs per LPAR */
#define LPAR_MAX_CHANNELS	128	/* ids are 0 to 127 */
#define LPAR_NAME_LEN		32	/* LPAR name, including the final NUL */

/* Values of the attribute "state" and of STATE in a uevent; see states.rst */
#define LPAR_STATE_DEFINED	"defined"
#define LPAR_STATE_ACTIVE	"active"
#define LPAR_STATE_OPERATING	"operating"
#define LPAR_STATE_STOPPED	"stopped"
#define LPAR_STATE_RELEASED	"released"
#define LPAR_STATE_FAILED	"failed"

/*
 * Variables of an LPAR device's "change" uevent. CHANGED is one of state, ms, lips,
 * ost, integrate; more may be added.
 */
#define LPAR_UEVENT_STATE	"STATE"
#define LPAR_UEVENT_CHANGED	"CHANGED"

#endif /* _UAPI_LINUX_LPAR_H */
