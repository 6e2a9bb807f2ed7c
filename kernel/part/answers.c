// SPDX-License-Identifier: GPL-2.0
/*
 * part/answers.c - print the guest's answers to notifications (_OST). Layer L3.
 */
#include "machine/slot.h"
#include "part/part.h"

static int answer_unit_name(enum ged_kind kind, int id, char *buf, size_t size)
{
	if (kind == GED_PCI && id == SLOT_DEV_ES)
		return scnprintf(buf, size, "es");
	return scnprintf(buf, size, "%d", id);
}

static int answer_show(struct machine *m, enum ged_kind kind, u32 unit, char *buf, size_t size)
{
	struct machine_answer answer;
	char name[16];

	if (!machine_get_answer(m, kind, unit, &answer))
		return 0;
	answer_unit_name(kind, answer.id, name, sizeof(name));
	return scnprintf(buf, size, "%s %s %u\n", name, ged_answer_name(answer.answer),
			 answer.status);
}

int part_show_answers(struct lpar *lpar, enum ged_kind kind, u32 limit, char *buf, size_t size)
{
	struct machine *m;
	unsigned long flags;
	int len = 0;
	u32 i;

	buf[0] = '\0';
	m = part_machine_get(lpar, &flags);
	for (i = 0; m && i < limit; i++)
		len += answer_show(m, kind, i, buf + len, size - len);
	part_machine_put(lpar, flags);
	return len;
}
