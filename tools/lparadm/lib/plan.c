// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's plan of an integration or of a move, and its effect on the maps.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/request.h"
#include "lib/plan.h"

int plan_ask_for(const struct ctx *ctx, const char *action, const char *receiver,
		 const char *text, char **plan)
{
	char attr[32];
	int ret;

	*plan = NULL;
	snprintf(attr, sizeof(attr), "%s_check", action);
	ret = lpar_check(ctx, receiver);
	if (!ret)
		ret = lpar_command(ctx, receiver, action, attr, text);
	if (!ret && cfs_read(ctx, plan, CFS_DIR "/partitions/%s/%s", receiver, attr))
		ret = fail(receiver, attr, "cannot be read");
	return ret;
}

int plan_ask(const struct ctx *ctx, const char *donor, const char *receiver,
	     char **plan)
{
	int ret;

	*plan = NULL;
	ret = lpar_name_check(donor);
	return ret ? ret : plan_ask_for(ctx, "integrate", receiver, donor, plan);
}

bool plan_ends_guest(const char *plan)
{
	return strstr(plan, "\nthe guest of ");
}

void plan_free(char *plan)
{
	free(plan);
}

static struct extent *find_area(struct maps *m, const char *name)
{
	for (int i = 0; i < m->nms; i++)
		if (!strcmp(m->ms[i].name, name))
			return &m->ms[i];
	return NULL;
}

static u64 plan_bytes(unsigned long long n, const char *unit)
{
	return n << (*unit == 'M' ? 20 : *unit == 'K' ? 10 : 0);
}

/* "relocate LPAR3: 256 MB, from 256 MB to 384 MB" */
static bool plan_relocate(struct maps *m, const char *move)
{
	unsigned long long size, from, to;
	char name[64], su[8], fu[8], tu[8];
	struct extent *e;

	if (sscanf(move, "relocate %63[^:]: %llu %7[A-Z], from %llu %7s to %llu %7s",
		   name, &size, su, &from, fu, &to, tu) != 7)
		return false;
	e = find_area(m, name);
	/* The address of free frames does not matter. */
	if (e)
		e->origin = plan_bytes(to, tu);
	return e || !strncmp(name, "free frames of ", 15);
}

/* "<prefix> LPAR1: 128 MB at 256 MB": the area of that LPAR, or NULL. */
static struct extent *find_piece(struct maps *m, const char *move, const char *prefix, u64 *len,
				 u64 *at)
{
	unsigned long long size, origin;
	char name[32], su[8], ou[8];
	size_t n = strlen(prefix);

	if (strncmp(move, prefix, n) ||
	    sscanf(move + n, " %31[^:]: %llu %7s at %llu %7s", name, &size, su, &origin, ou) != 5)
		return NULL;
	*len = plan_bytes(size, su);
	*at = plan_bytes(origin, ou);
	return find_area(m, name);
}

/* "storage for LPAR1: 128 MB at 256 MB" */
static bool plan_grow(struct maps *m, const char *move)
{
	u64 len, at;
	struct extent *e = find_piece(m, move, "storage for", &len, &at);

	if (!e || at != e->origin + e->size)
		return false;
	e->size += len;
	e->expansion -= len < e->expansion ? len : e->expansion;
	return true;
}

/* "LIP 1 of LPAR1 on CPU 2: 50% -> 100%" */
static bool raise_share(struct maps *m, const char *move)
{
	unsigned int lip, cpu, before, after;
	char name[32];

	if (sscanf(move, "LIP %u of %31s on CPU %u: %u%% -> %u%%", &lip, name,
		   &cpu, &before, &after) != 5)
		return false;
	for (int i = 0; i < m->nlips; i++) {
		if (m->lips[i].lip != lip || strcmp(m->lips[i].name, name))
			continue;
		m->lips[i].percent = after;
		return true;
	}
	return false;
}

/* "new LIP 2 of LPAR1 on CPU 3: 50%" */
static bool new_lip(struct maps *m, const char *move)
{
	struct lip *l = &m->lips[m->nlips];

	if (m->nlips == LIPS_MAX ||
	    sscanf(move, "new LIP %u of %31s on CPU %u: %u%%", &l->lip, l->name,
		   &l->pcpu, &l->percent) != 4 || l->pcpu >= MAX_CPUS)
		return false;
	m->nlips++;
	return true;
}

/* "release storage of LPAR2: 128 MB at 768 MB" */
static void release_ms(struct maps *m, const char *move)
{
	u64 len, at;
	struct extent *e = find_piece(m, move, "release storage of", &len, &at);

	if (!e || e->size <= len)
		return;
	e->size -= len;
	e->expansion += len;
}

/* "release LIP 1 of LPAR2: 25% of CPU 2" */
static void release_lip(struct maps *m, const char *move)
{
	unsigned int lip, percent;
	char name[32];
	int n = 0;

	if (sscanf(move, "release LIP %u of %31[^:]: %u%%", &lip, name, &percent) != 3)
		return;
	for (int i = 0; i < m->nlips; i++) {
		struct lip *l = &m->lips[i];

		if (l->lip == lip && !strcmp(l->name, name))
			l->percent -= percent < l->percent ? percent : l->percent;
		if (l->percent)
			m->lips[n++] = *l;
	}
	m->nlips = n;
}

/* Of a donor that is not in the maps any more there is nothing to release. */
static bool plan_release(struct maps *m, const char *move)
{
	if (strncmp(move, "release ", 8))
		return false;
	release_ms(m, move);
	release_lip(m, move);
	return true;
}

/*
 * "channel 3 for LPAR1", "expanded storage for LPAR1: 64 MB, beside 32 MB":
 * neither main storage nor a share.
 */
static bool plan_other(struct maps *m, const char *move)
{
	unsigned int id;

	(void)m;
	return sscanf(move, "channel %u for", &id) == 1 ||
	       !strncmp(move, "expanded storage for ", 21);
}

static bool plan_move(struct maps *m, const char *move)
{
	static bool (* const kinds[])(struct maps *m, const char *move) = {
		plan_relocate, plan_grow, raise_share, new_lip, plan_other, plan_release,
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i](m, move))
			return true;
	return false;
}

static void remove_donor(struct maps *m, const char *donor)
{
	struct extent *e = find_area(m, donor);
	int n = 0;

	if (e)
		e->name[0] = '\0';
	for (int i = 0; i < m->nlips; i++)
		if (strcmp(m->lips[i].name, donor))
			m->lips[n++] = m->lips[i];
	m->nlips = n;
}

static int by_origin(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

/* Areas have moved: compute the free areas between them again. */
static void find_holes(struct maps *m)
{
	struct extent areas[EXTENTS_MAX];
	u64 end = 0, at = 0;
	int n = 0, k = 0;

	for (int i = 0; i < m->nms; i++) {
		if (m->ms[i].name[0])
			areas[n++] = m->ms[i];
		if (m->ms[i].origin + m->ms[i].size > end)
			end = m->ms[i].origin + m->ms[i].size;
	}
	qsort(areas, (size_t)n, sizeof(*areas), by_origin);
	for (int i = 0; i <= n; i++) {
		u64 next = i < n ? areas[i].origin : end;

		if (next > at && k < EXTENTS_MAX)
			m->ms[k++] = (struct extent){ .origin = at,
						      .size = next - at };
		if (i < n && k < EXTENTS_MAX)
			m->ms[k++] = areas[i];
		if (i < n)
			at = areas[i].origin + areas[i].size;
	}
	m->nms = k;
}

/* Keep the end of the pool, which may be free. */
static void pool_end(struct maps *m, const struct maps *before)
{
	const struct extent *last = before->nms ?
				    &before->ms[before->nms - 1] : NULL;

	if (last && m->nms < EXTENTS_MAX)
		m->ms[m->nms++] = (struct extent){
			.origin = last->origin + last->size };
}

int plan_apply(struct maps *m, const char *plan, const char *donor,
	       const char *receiver)
{
	char *text = strdup(plan), *rest = text, *line;
	struct maps before = *m;
	int ret = LPARADM_OK;

	if (!text)
		return fail(NULL, NULL, "out of memory");
	if (donor)
		remove_donor(m, donor);
	while (!ret && (line = next_line(&rest))) {
		unsigned int step;
		int at = 0;

		if (!isdigit((unsigned char)*line))
			continue;
		if (sscanf(line, "%u %n", &step, &at) != 1 ||
		    !plan_move(m, line + at))
			ret = fail(receiver, donor ? "integrate_check" : "move_check",
				   "\"%s\" is not a move that this lparadm knows",
				   line);
	}
	pool_end(m, &before);
	find_holes(m);
	free(text);
	return ret;
}
