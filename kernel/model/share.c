// SPDX-License-Identifier: GPL-2.0
/*
 * L0: the share matrix: the percentage of each pCPU that each LIP has. Calls
 * lpar_reason_set() only.
 */
#include "pure.h"
#include "model/share.h"

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == '\n';
}

/* Parse a number of at most five digits and advance *p. */
static int parse_number(const char **p, unsigned int *val)
{
	const char *start = *p;
	unsigned int v = 0;

	while (**p >= '0' && **p <= '9' && *p - start < 5)
		v = v * 10 + (unsigned int)(*(*p)++ - '0');
	if (*p == start)
		return -EINVAL;
	*val = v;
	return 0;
}

/* Parse one "pcpu:percent" up to a separator. */
static int parse_entry(const char **p, unsigned int *pcpu, unsigned int *percent)
{
	if (parse_number(p, pcpu) || **p != ':')
		return -EINVAL;
	(*p)++;
	if (parse_number(p, percent))
		return -EINVAL;
	return **p && !is_separator(**p) ? -EINVAL : 0;
}

static int check_entry(unsigned int pcpu, unsigned int percent, struct lpar_reason *why)
{
	if (pcpu >= LPAR_MAX_PCPUS) {
		lpar_reason_set(why, LPAR_REASON_SHARE_PCPU, NULL, pcpu, 0, 0);
		return -EINVAL;
	}
	if (!percent || percent > 100) {
		lpar_reason_set(why, LPAR_REASON_SHARE_PERCENT, NULL, percent, 0, 0);
		return -EINVAL;
	}
	return 0;
}

int share_parse(const char *text, struct share_set *set, struct lpar_reason *why)
{
	struct share_set new = { .max_lips = set->max_lips ?: LPAR_MAX_LIPS };
	unsigned int pcpu, percent, n = 0;
	const char *p = text;

	for (;;) {
		while (is_separator(*p))
			p++;
		if (!*p)
			break;
		if (parse_entry(&p, &pcpu, &percent)) {
			lpar_reason_set(why, LPAR_REASON_SYNTAX, NULL, p - text + 1, 0, 0);
			return -EINVAL;
		}
		if (check_entry(pcpu, percent, why))
			return -EINVAL;
		if (n >= new.max_lips) {
			lpar_reason_set(why, LPAR_REASON_LIPS, NULL, n, new.max_lips, 0);
			return -EINVAL;
		}
		new.lip[n++] = (struct share_lip){ .pcpu = pcpu, .percent = percent };
	}
	*set = new;
	return n;
}

int share_print(const struct share_set *set, char *buf, size_t size)
{
	const struct share_lip *lip;
	size_t len = 0;

	if (size)
		buf[0] = '\0';
	for (lip = set->lip; lip < set->lip + LPAR_MAX_LIPS; lip++)
		if (lip->percent)
			len += scnprintf(buf + len, size - len, "%s%u:%u", len ? " " : "",
					 lip->pcpu, lip->percent);
	return len;
}

unsigned int share_count(const struct share_set *set)
{
	unsigned int i, n = 0;

	for (i = 0; i < LPAR_MAX_LIPS; i++)
		n += set->lip[i].percent != 0;
	return n;
}

unsigned int share_on(const struct share_set *set, unsigned int pcpu)
{
	unsigned int i, sum = 0;

	for (i = 0; i < min_t(unsigned int, set->max_lips, LPAR_MAX_LIPS); i++)
		if (set->lip[i].pcpu == pcpu)
			sum += set->lip[i].percent;
	return sum;
}

int share_lip_on(const struct share_set *set, unsigned int pcpu)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_LIPS; i++)
		if (set->lip[i].percent && set->lip[i].pcpu == pcpu)
			return i;
	return -1;
}

int share_free_lip(const struct share_set *set)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, set->max_lips, LPAR_MAX_LIPS); i++)
		if (!set->lip[i].percent)
			return i;
	return -1;
}

unsigned int share_sum(const struct share_matrix *m, unsigned int pcpu, int except)
{
	unsigned int sum = 0;
	int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++)
		if (i != except)
			sum += share_on(&m->set[i], pcpu);
	return sum;
}

static int check_lip(const struct share_set *set, unsigned int i, struct lpar_reason *why)
{
	if (i < set->max_lips)
		return check_entry(set->lip[i].pcpu, set->lip[i].percent, why);
	lpar_reason_set(why, LPAR_REASON_LIPS, NULL, i, set->max_lips, 0);
	return -EINVAL;
}

int share_check(const struct share_matrix *m, unsigned int slot, const struct share_set *want,
		struct lpar_reason *why)
{
	unsigned int i, given, asked;

	if (!want->max_lips || want->max_lips > LPAR_MAX_LIPS) {
		lpar_reason_set(why, LPAR_REASON_VALUE, NULL, want->max_lips, 1, LPAR_MAX_LIPS);
		return -EINVAL;
	}
	if (!share_count(want)) {
		lpar_reason_set(why, LPAR_REASON_SHARE_NONE, NULL, 0, 0, 0);
		return -EINVAL;
	}
	for (i = 0; i < LPAR_MAX_LIPS; i++) {
		const struct share_lip *lip = &want->lip[i];

		if (!lip->percent)
			continue;
		if (check_lip(want, i, why))
			return -EINVAL;
		given = share_sum(m, lip->pcpu, slot);
		asked = share_on(want, lip->pcpu);
		if (given + asked > 100) {
			lpar_reason_set(why, LPAR_REASON_SHARE_SUM, NULL, lip->pcpu, given, asked);
			return -ENOSPC;
		}
	}
	return 0;
}

int share_merge(struct share_set *set, unsigned int pcpu, unsigned int percent,
		struct share_merge *out)
{
	int lip = share_lip_on(set, pcpu);

	if (lip < 0)
		lip = share_free_lip(set);
	if (lip < 0)
		return -ENOSPC;
	if (set->lip[lip].percent + percent > 100)
		return -ERANGE;
	*out = (struct share_merge){
		.lip = lip,
		.pcpu = pcpu,
		.before = set->lip[lip].percent,
		.after = set->lip[lip].percent + percent,
	};
	set->lip[lip] = (struct share_lip){ .pcpu = pcpu, .percent = out->after };
	return 0;
}
