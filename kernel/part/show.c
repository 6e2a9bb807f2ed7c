// SPDX-License-Identifier: GPL-2.0
/*
 * What iface/ shows of an LPAR. Nothing here takes an LPAR's mutex, so readers do not
 * wait for an operation in progress. Layer L3.
 */
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "part/channel.h"
#include "part/part.h"

static int show_result(struct lpar *lpar, enum part_report of, char *buf, size_t size)
{
	int len;

	guard(mutex)(&part.lock);
	len = scnprintf(buf, size, "%s", lpar->result[of]);
	/* The guest answers after the integration, so this is as of now. */
	return len ? len + part_hotadd_show(lpar, buf + len, size - len) : 0;
}

static int show_plan(struct lpar *lpar, enum part_report of, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", lpar->plan[of] ?: "");
}

int lpar_show_integrate(struct lpar *lpar, char *buf, size_t size)
{
	return show_result(lpar, PART_REPORT_INTEGRATE, buf, size);
}

int lpar_show_integrate_check(struct lpar *lpar, char *buf, size_t size)
{
	return show_plan(lpar, PART_REPORT_INTEGRATE, buf, size);
}

int lpar_show_move(struct lpar *lpar, char *buf, size_t size)
{
	return show_result(lpar, PART_REPORT_MOVE, buf, size);
}

int lpar_show_move_check(struct lpar *lpar, char *buf, size_t size)
{
	return show_plan(lpar, PART_REPORT_MOVE, buf, size);
}

int lpar_show_last_error(struct lpar *lpar, char *buf, size_t size)
{
	int len;

	spin_lock(&lpar->text_lock);
	len = scnprintf(buf, size, "%s", lpar->last_error);
	spin_unlock(&lpar->text_lock);
	return len;
}

u64 lpar_generation(struct lpar *lpar)
{
	u64 generation;

	spin_lock(&lpar->text_lock);
	generation = lpar->generation;
	spin_unlock(&lpar->text_lock);
	return generation;
}

const char *lpar_state_word(struct lpar *lpar)
{
	return state_name(part_state(lpar));
}

s64 lpar_tsc_offset(struct lpar *lpar)
{
	struct machine *m;
	unsigned long flags;
	s64 offset = 0;

	m = part_machine_get(lpar, &flags);
	if (m)
		offset = m->tsc_offset;
	part_machine_put(lpar, flags);
	return offset;
}

static int show_exit_counts(const u64 counts[LIP_NR_EXITS], char *buf, size_t size)
{
	int kind, len = 0;

	for (kind = 0; kind < LIP_NR_EXITS; kind++)
		len += scnprintf(buf + len, size - len, "%s %llu\n",
				 lip_exit_name(kind), counts[kind]);
	return len;
}

int lpar_show_exits(struct lpar *lpar, char *buf, size_t size)
{
	u64 counts[LIP_NR_EXITS] = {};
	struct machine *m;
	unsigned long flags;

	m = part_machine_get(lpar, &flags);
	if (m)
		machine_exit_counts(m, counts);
	part_machine_put(lpar, flags);
	return show_exit_counts(counts, buf, size);
}

int lpar_show_lip_exits(struct lpar *lpar, u32 id, char *buf, size_t size)
{
	u64 counts[LIP_NR_EXITS] = {};
	struct machine *m;
	unsigned long flags;

	m = part_machine_get(lpar, &flags);
	if (m && id < LPAR_MAX_LIPS)
		machine_lip_exit_counts(m, id, counts);
	part_machine_put(lpar, flags);
	return show_exit_counts(counts, buf, size);
}

/*
 * Console.
 */
size_t lpar_console_input(struct lpar *lpar, const u8 *bytes, size_t len)
{
	struct machine *m;
	unsigned long flags;
	size_t taken = 0;

	m = part_machine_get(lpar, &flags);
	if (m)
		taken = machine_console_input(m, bytes, len);
	part_machine_put(lpar, flags);
	return taken;
}

bool lpar_console_break(struct lpar *lpar)
{
	struct machine *m;
	unsigned long flags;
	bool taken = true;

	m = part_machine_get(lpar, &flags);
	if (m)
		taken = machine_console_break(m);
	part_machine_put(lpar, flags);
	return taken;
}

size_t lpar_console_room(struct lpar *lpar)
{
	struct machine *m;
	unsigned long flags;
	size_t room = 0;

	m = part_machine_get(lpar, &flags);
	if (m)
		room = machine_console_room(m);
	part_machine_put(lpar, flags);
	return room;
}
