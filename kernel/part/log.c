// SPDX-License-Identifier: GPL-2.0
/*
 * part/log.c - the record of who requested what. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/cred.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "part/log.h"
#include "trace.h"

void part_log_request(const char *name, const char *what, int err)
{
	u32 uid = from_kuid(&init_user_ns, current_uid());

	trace_lpar_request(name, what, uid, err);
	if (!err)
		pr_info("%s: %s, by uid %u, pid %d (%s)\n", name, what, uid,
			task_tgid_nr(current), current->comm);
}
