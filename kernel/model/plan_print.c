// SPDX-License-Identifier: GPL-2.0
/* L0: the text of a plan's steps and moves. Calls nothing. */
#include "pure.h"
#include "model/plan.h"

static const char *const step_names[] = {
	[PLAN_STEP_STOP_DONOR - 201] = "stop-donor",
	[PLAN_STEP_RELEASE - 201] = "release",
	[PLAN_STEP_REASSIGN - 201] = "reassign",
	[PLAN_STEP_STOP_RECEIVER - 201] = "stop-receiver",
	[PLAN_STEP_STORAGE - 201] = "storage",
	[PLAN_STEP_CHANNELS - 201] = "channels",
	[PLAN_STEP_PROCESSORS - 201] = "processors",
	[PLAN_STEP_RESTART - 201] = "restart",
	[PLAN_STEP_REPORT - 201] = "report",
};

const char *plan_step_name(enum plan_step step)
{
	unsigned int i = (unsigned int)step - PLAN_STEP_STOP_DONOR;

	return i < ARRAY_SIZE(step_names) ? step_names[i] : "?";
}

struct size_text {
	char s[24];
};

static struct size_text size_text(u64 bytes)
{
	struct size_text t;

	if (IS_ALIGNED(bytes, SZ_1M))
		scnprintf(t.s, sizeof(t.s), "%llu MB", bytes / SZ_1M);
	else
		scnprintf(t.s, sizeof(t.s), "%llu KB", bytes / SZ_1K);
	return t;
}

static int print_ms(const struct plan_move *m, const char *who, char *buf, size_t size)
{
	struct size_text from = size_text(m->from), to = size_text(m->to);
	struct size_text len = size_text(m->len);

	switch (m->kind) {
	case PLAN_RELEASE_MS:
	case PLAN_SHRINK:
		return scnprintf(buf, size, "%u release storage of %s: %s at %s", m->step, who,
				 len.s, from.s);
	case PLAN_RELOCATE:
		return scnprintf(buf, size, "%u relocate %s: %s, from %s to %s", m->step, who,
				 len.s, from.s, to.s);
	case PLAN_FRAMES:
		return scnprintf(buf, size, "%u relocate free frames of %s: %s, from %s to %s",
				 m->step, who, len.s, from.s, to.s);
	case PLAN_RELEASE_ES:
		return scnprintf(buf, size, "%u release expanded storage of %s: %s", m->step,
				 who, len.s);
	case PLAN_GROW_ES:
		return scnprintf(buf, size, "%u expanded storage for %s: %s, beside %s", m->step,
				 who, len.s, from.s);
	default:
		return scnprintf(buf, size, "%u storage for %s: %s at %s", m->step, who, len.s,
				 from.s);
	}
}

int plan_print(const struct plan *p, u32 i, char *buf, size_t size)
{
	const struct plan_move *m = &p->move[i];
	const char *who = p->after.lpar[m->slot].name;

	switch (m->kind) {
	case PLAN_RELEASE_CHANNEL:
		return scnprintf(buf, size, "%u release channel %u of %s", m->step, m->id, who);
	case PLAN_RELEASE_LIP:
		return scnprintf(buf, size, "%u release LIP %u of %s: %u%% of CPU %u", m->step,
				 m->lip, who, m->before - m->after, m->pcpu);
	case PLAN_CHANNEL:
		return scnprintf(buf, size, "%u channel %u for %s", m->step, m->id, who);
	case PLAN_SHARE:
		return scnprintf(buf, size, "%u LIP %u of %s on CPU %u: %u%% -> %u%%", m->step,
				 m->lip, who, m->pcpu, m->before, m->after);
	case PLAN_NEW_LIP:
		return scnprintf(buf, size, "%u new LIP %u of %s on CPU %u: %u%%", m->step,
				 m->lip, who, m->pcpu, m->after);
	default:
		return print_ms(m, who, buf, size);
	}
}
