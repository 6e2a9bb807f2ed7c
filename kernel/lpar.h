/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address types, limits and reason codes shared by all layers. Limits that are
 * also part of the user interface are in include/uapi/linux/lpar.h.
 * Includes that and pure.h only.
 */
#ifndef LPAR_H
#define LPAR_H

#include <linux/lpar.h>
#include "pure.h"

#define LPAR_MAX_PCPUS		512

typedef u64 gpa_t;	/* guest-physical address */
typedef u64 hpa_t;	/* host-physical address */

/*
 * Why a request was refused or an LPAR ended. The comments give the meaning of
 * a, b, c; `who` is the name of the LPAR concerned ("" = none). Storage in bytes.
 */
enum lpar_reason_code {
	LPAR_REASON_NONE,

	/* names, states, requests */
	LPAR_REASON_UNKNOWN_LPAR,	/* who */
	LPAR_REASON_BAD_NAME,		/* who (may be truncated) */
	LPAR_REASON_NAME_TAKEN,		/* who */
	LPAR_REASON_TOO_MANY_LPARS,	/* a = limit */
	LPAR_REASON_STATE,		/* who, a = enum lpar_state, b = enum lpar_verb */
	LPAR_REASON_SAME_LPAR,		/* who is both donor and receiver */
	LPAR_REASON_BUSY,		/* who: another operation is in progress */
	LPAR_REASON_SYNTAX,		/* a = column (from 1) in the value written */
	LPAR_REASON_VALUE,		/* a = value, b = lowest, c = highest allowed */

	/* storage */
	LPAR_REASON_MS_NO_POOL,		/* no pool has been created */
	LPAR_REASON_MS_NO_SIZE,		/* who: size is 0 */
	LPAR_REASON_MS_UNALIGNED,	/* who, a = value, b = block size */
	LPAR_REASON_MS_RANGE,		/* who, a = origin, b = size, c = pool size */
	LPAR_REASON_MS_OVERLAP,		/* who owns [a, a + b) */
	LPAR_REASON_MS_EXPANSION,	/* who, a = needed, b = its expansion */
	LPAR_REASON_MS_NO_ROOM,		/* who, a = needed, b = free */
	LPAR_REASON_MS_POOL_USED,	/* a = bytes of the pool in use */
	LPAR_REASON_MS_SHRINK,		/* who, a = bytes that it has */
	LPAR_REASON_ES_NO_ROOM,		/* who, a = needed, b = free */
	LPAR_REASON_ES_POOL_USED,	/* a = bytes of the pool in use */
	LPAR_REASON_ES_SHRINK,		/* who, a = bytes that it has */

	/* processors */
	LPAR_REASON_SHARE_NONE,		/* who has no LIP */
	LPAR_REASON_SHARE_PCPU,		/* a = pcpu that the monitor does not have */
	LPAR_REASON_SHARE_PERCENT,	/* a = percent requested */
	LPAR_REASON_SHARE_SUM,		/* a = pcpu, b = assigned, c = requested */
	LPAR_REASON_PCPU_OFFLINE,	/* a = pcpu that the host does not have online */
	LPAR_REASON_PCPU_USED,		/* a = pcpu, b = percent assigned */
	LPAR_REASON_LIPS,		/* who, a = LIPs it has, b = its limit */
	LPAR_REASON_SHARE_FEWER,	/* who, a = LIPs it has, b = LIPs requested */
	LPAR_REASON_SHARE_MOVED,	/* who, a = LIP, b = its pcpu, c = the requested one */

	/* channels */
	LPAR_REASON_CHANNEL_UNKNOWN,	/* a = id */
	LPAR_REASON_CHANNEL_OWNED,	/* a = id, who = owner */
	LPAR_REASON_CHANNEL_SOURCE,	/* a = id, b = errno (positive) */
	LPAR_REASON_CHANNEL_FULL,	/* who, a = slots needed, b = slots free */

	/* moving a part; who = the donor */
	LPAR_REASON_PART_NOTHING,	/* nothing is named */
	LPAR_REASON_PART_SELF,		/* it is the receiver, too */
	LPAR_REASON_PART_MS,		/* a = requested, b = what it has, c = block size */
	LPAR_REASON_PART_ES,		/* a = requested, b = what it has */
	LPAR_REASON_PART_SHARE,		/* a = pcpu, b = requested, c = what it has */
	LPAR_REASON_PART_LIP0,		/* a = pcpu, b = requested, c = what it can give */
	LPAR_REASON_PART_CHANNEL,	/* a = id of a channel that is not its own */
	LPAR_REASON_PART_RUNS,		/* its guest runs and would have to give back */

	/* image and IPL */
	LPAR_REASON_NO_KERNEL,		/* who: attribute "kernel" is empty */
	LPAR_REASON_IMAGE_BAD,		/* who, a = enum boot_flaw, b = its detail */
	LPAR_REASON_IMAGE_TRUNCATED,	/* who, a = actual, b = expected bytes, c = b - a */
	LPAR_REASON_IMAGE_SIZE,		/* who, a = needed, b = available */
	LPAR_REASON_IMAGE_FILE,		/* who, a = errno (positive) */
	LPAR_REASON_INITRD,		/* who, a = errno (positive) */
	LPAR_REASON_CMDLINE,		/* who, a = length, b = limit */

	/* host */
	LPAR_REASON_NO_MEMORY,		/* a = bytes, 0 = unknown */
	LPAR_REASON_HOST_ROOM,		/* a = requested, b = available, c = kept for host */
	LPAR_REASON_NOT_RAM,		/* [a, a + b) */
	LPAR_REASON_HOST,		/* who, a = errno (positive) */
	LPAR_REASON_HW_USED,		/* who = VMX or SVM, a = pcpu */
	LPAR_REASON_HW_OFF,		/* likewise */
	LPAR_REASON_HW_FAILED,		/* likewise */
	LPAR_REASON_TIMEOUT,		/* who, a = ms waited */
	LPAR_REASON_CANCELLED,		/* who */
	LPAR_REASON_INJECTED,		/* a = step: fault injection */

	/* guest errors; a = LIP if known */
	LPAR_REASON_TRIPLE_FAULT,	/* who, a = lip, b = rip */
	LPAR_REASON_MEMORY_ERROR,	/* who, a = lip, b = rip */
	LPAR_REASON_NO_STORAGE,		/* who, a = lip, b = rip, c = gpa */
	LPAR_REASON_NOT_EMULATED,	/* who, a = lip, b = rip, c = gpa */
	LPAR_REASON_ENTRY,		/* who, a = lip, b = hardware error, c = exit reason */
	LPAR_REASON_EXIT,		/* who, a = lip, b = exit reason, c = rip */
	LPAR_REASON_RESET,		/* who: requested a reset that is not allowed */
	LPAR_REASON_PANIC,		/* who: its kernel reported a panic */
	LPAR_REASON_INTERNAL,		/* who, a = line or code */

	LPAR_NR_REASONS
};

struct lpar_reason {
	enum lpar_reason_code code;
	u64 a;
	u64 b;
	u64 c;
	char who[LPAR_NAME_LEN];
};

/**
 * lpar_reason_set() - fill in a reason
 * @why: the reason; may be NULL
 * @code: its code
 * @who: name of the LPAR, or NULL
 * @a: see enum lpar_reason_code
 * @b: see enum lpar_reason_code
 * @c: see enum lpar_reason_code
 *
 * Context: any.
 */
void lpar_reason_set(struct lpar_reason *why, enum lpar_reason_code code, const char *who,
		     u64 a, u64 b, u64 c);

/**
 * lpar_reason_errno() - the reason of an error of the host, unless there is one already
 * @why: the reason; may be NULL
 * @err: -errno
 *
 * Context: any.
 */
void lpar_reason_errno(struct lpar_reason *why, int err);

/**
 * lpar_reason_text() - format a reason as one English line without a newline
 * @why: the reason
 * @buf: output; truncated to @size
 * @size: of @buf; 256 is always enough
 *
 * Context: any.
 * Return: length of the text in @buf.
 */
int lpar_reason_text(const struct lpar_reason *why, char *buf, size_t size);

#endif /* LPAR_H */
