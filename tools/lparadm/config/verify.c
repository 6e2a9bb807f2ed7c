// SPDX-License-Identifier: GPL-2.0
/*
 * Checking a configuration file: every error is printed with its line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "config/machine.h"

#define MIN_BLOCK	(2ULL << 20)
#define MAX_BLOCK	(2ULL << 30)

struct verify {
	const struct machine *m;
	u64 block, pool;		/* bytes; pool 0: unknown */
	u64 es;				/* bytes of expanded storage not given */
	struct cpulist online;
	unsigned int given[MAX_CPUS];	/* percent, by LPARs that own them */
	struct mistakes bad;
};

static u64 verify_size(struct verify *v, const char *who,
		       const struct value *val)
{
	char below[SIZE_TEXT], above[SIZE_TEXT];
	u64 size;

	if (parse_size(val->text, &size)) {
		mistakes_add(&v->bad, val->line, "%s: \"%s\" is not a size, e.g. 256M", who,
			     val->text);
		return 0;
	}
	if (v->block && size % v->block) {
		format_size(below, size - size % v->block);
		format_size(above, size - size % v->block + v->block);
		mistakes_add(&v->bad, val->line,
			     "%s: %s is not a multiple of the block size; use %s or %s",
			     who, val->text, below, above);
	}
	return size;
}

/* A size, or a hexadecimal number as the kernel prints it. */
static bool is_address(const char *text)
{
	char *end;
	u64 val;

	if (strncmp(text, "0x", 2) || !isxdigit((unsigned char)text[2]))
		return !parse_size(text, &val);
	errno = 0;
	val = strtoull(text, &end, 16);
	return val && !errno && !*end;
}

/* "1G", or "1G@0x100000000". */
static u64 verify_pool_size(struct verify *v)
{
	const struct value *val = &v->m->pool[P_SIZE];
	const char *at = strchr(val->text, '@');
	struct value size = *val;
	u64 bytes;

	if (!at)
		return verify_size(v, "storage", val);
	if (!is_address(at + 1))
		mistakes_add(&v->bad, val->line,
			     "storage: \"%s\" is not an address, e.g. 1G@0x100000000", at + 1);
	size.text = strndup(val->text, (size_t)(at - val->text));
	bytes = size.text ? verify_size(v, "storage", &size) : 0;
	free(size.text);
	return bytes;
}

static void verify_pool(struct verify *v, const struct ctx *ctx)
{
	const struct value *online = &v->m->pool[P_ONLINE];
	const struct value *period = &v->m->pool[P_PERIOD];
	struct cpulist available = { 0 };
	char *text = NULL;
	u64 us;

	v->pool = verify_pool_size(v);
	v->es = verify_size(v, "storage", &v->m->pool[P_ES]);
	if (parse_cpulist(online->text, &v->online))
		mistakes_add(&v->bad, online->line, "\"%s\" is not a list of CPUs, e.g. 1-4,7",
			     online->text);
	cfs_read(ctx, &text, CFS_DIR "/processors/available");
	if (text && !parse_cpulist(text, &available))
		for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++)
			if (v->online.has[cpu] && !available.has[cpu])
				mistakes_add(&v->bad, online->line,
					     "CPU %u is not available; available: %s",
					     cpu, text);
	free(text);
	if (parse_u64(period->text, &us) || us < 1000 || us > 1000000)
		mistakes_add(&v->bad, period->line,
			     "period_us %s: must be 1000 to 1000000", period->text);
}

static void verify_entry(struct verify *v, const struct partition *p,
			 const char *entry)
{
	unsigned int line = p->attr[A_SHARES].line;
	unsigned int cpu = 0, percent = 0;
	char of[8], share[8], end;
	bool good = sscanf(entry, "%7[0-9]:%7[0-9]%c", of, share, &end) == 2;

	if (good) {
		cpu = (unsigned int)strtoul(of, NULL, 10);
		percent = (unsigned int)strtoul(share, NULL, 10);
	}
	if (!good || cpu >= MAX_CPUS || percent < 1 || percent > 100) {
		mistakes_add(&v->bad, line, "%s: \"%s\" is not a share; use CPU:PERCENT, e.g. 2:50",
			     p->name, entry);
		return;
	}
	if (!machine_owns(p))
		return;
	if (!v->online.has[cpu])
		mistakes_add(&v->bad, line, "%s: CPU %u is not in processors/online, %s",
			     p->name, cpu, v->m->pool[P_ONLINE].text);
	if (v->given[cpu] + percent > 100)
		mistakes_add(&v->bad, line, "%s: CPU %u has %u percent left, not %u",
			     p->name, cpu, 100 - v->given[cpu], percent);
	else
		v->given[cpu] += percent;
}

static void verify_shares(struct verify *v, const struct partition *p)
{
	char *text = strdup(p->attr[A_SHARES].text), *rest = text, *entry;
	int n = 0;

	while (text && (entry = next_word(&rest))) {
		verify_entry(v, p, entry);
		n++;
	}
	free(text);
	if (n > LPAR_MAX_LIPS)
		mistakes_add(&v->bad, p->attr[A_SHARES].line,
			     "%s: %d shares; the maximum is %d", p->name, n, LPAR_MAX_LIPS);
	if (machine_owns(p) && !*p->attr[A_SHARES].text)
		mistakes_add(&v->bad, p->line, "%s: an LPAR without shares cannot be %s",
			     p->name, machine_powers[p->power]);
}

/* The line of an LPAR's area. */
static unsigned int area_line(const struct partition *p)
{
	return p->attr[A_ORIGIN].line ? p->attr[A_ORIGIN].line :
	       p->attr[A_SIZE].line ? p->attr[A_SIZE].line : p->line;
}

static void verify_overlap(struct verify *v, const struct partition *p,
			   u64 origin, u64 size)
{
	for (const struct partition *o = v->m->v; o < p; o++) {
		u64 at, len;

		if (!machine_owns(o) || parse_size(o->attr[A_ORIGIN].text, &at) ||
		    parse_size(o->attr[A_SIZE].text, &len))
			continue;
		if (origin >= at ? origin - at < len : at - origin < size)
			mistakes_add(&v->bad, area_line(p),
				     "%s: its storage overlaps that of %s, %s at %s",
				     p->name, o->name, o->attr[A_SIZE].text,
				     o->attr[A_ORIGIN].text);
	}
}

static void verify_es(struct verify *v, const struct partition *p)
{
	const struct value *val = &p->attr[A_ES];
	u64 size = verify_size(v, p->name, val);
	char left[SIZE_TEXT];

	if (!machine_owns(p))
		return;
	format_size(left, v->es);
	if (size > v->es)
		mistakes_add(&v->bad, val->line,
			     "%s: %s of expanded storage is left, not %s", p->name,
			     left, val->text);
	else
		v->es -= size;
}

static void verify_storage(struct verify *v, const struct partition *p)
{
	u64 origin = verify_size(v, p->name, &p->attr[A_ORIGIN]);
	u64 size = verify_size(v, p->name, &p->attr[A_SIZE]);

	verify_size(v, p->name, &p->attr[A_EXPANSION]);
	if (!machine_owns(p))
		return;
	if (!size)
		mistakes_add(&v->bad, p->line, "%s: an LPAR without ms_size cannot be %s",
			     p->name, machine_powers[p->power]);
	if (size > v->pool || origin > v->pool - size)
		mistakes_add(&v->bad, area_line(p), "%s: %s at %s is outside the pool of %s",
			     p->name, p->attr[A_SIZE].text, p->attr[A_ORIGIN].text,
			     v->m->pool[P_SIZE].text);
	else
		verify_overlap(v, p, origin, size);
}

/* An earlier LPAR that owns the channel, too. */
static const struct partition *other_owner(const struct machine *m,
					   const struct partition *p,
					   unsigned int id)
{
	for (const struct partition *o = m->v; o < p; o++)
		if (machine_owns(o) &&
		    channel_listed(o->attr[A_CHANNELS].text, id))
			return o;
	return NULL;
}

static void verify_channels(struct verify *v, const struct partition *p)
{
	unsigned int line = p->attr[A_CHANNELS].line, id;
	char *text = strdup(p->attr[A_CHANNELS].text), *rest = text, *word;
	const struct partition *o;

	while (text && (word = next_word(&rest))) {
		if (channel_id(word, &id)) {
			mistakes_add(&v->bad, line,
				     "%s: \"%s\" is not a channel id (0-%d)",
				     p->name, word, LPAR_MAX_CHANNELS - 1);
			continue;
		}
		if (!machine_owns(p))
			continue;
		o = other_owner(v->m, p, id);
		if (!channels_find(v->m->channels, v->m->nchannels, id))
			mistakes_add(&v->bad, line,
				     "%s: channel %u is not in this file",
				     p->name, id);
		else if (o)
			mistakes_add(&v->bad, line, "%s: channel %u is already used by %s",
				     p->name, id, o->name);
	}
	free(text);
}

static void verify_file(struct verify *v, const struct partition *p, int i)
{
	const struct value *val = &p->attr[i];

	if (!*val->text) {
		if (i == A_KERNEL && p->power == POWER_OPERATING)
			mistakes_add(&v->bad, p->line,
				     "%s: an LPAR without a kernel cannot be operating",
				     p->name);
	} else if (*val->text != '/') {
		mistakes_add(&v->bad, val->line, "%s: %s %s is not an absolute path", p->name,
			     machine_attrs[i].name, val->text);
	} else if (p->power == POWER_OPERATING && access(val->text, R_OK)) {
		mistakes_add(&v->bad, val->line, "%s: %s %s cannot be read", p->name,
			     machine_attrs[i].name, val->text);
	}
}

static void verify_word(struct verify *v, const struct partition *p, int i,
			const char *a, const char *b)
{
	const struct value *val = &p->attr[i];

	if (strcmp(val->text, a) && strcmp(val->text, b))
		mistakes_add(&v->bad, val->line, "%s: %s %s: must be %s or %s", p->name,
			     machine_attrs[i].name, val->text, a, b);
}

static void verify_block(struct verify *v, const struct partition *p)
{
	const struct value *val = &p->attr[A_MEMORY_BLOCK];
	u64 size;

	if (!strcmp(val->text, "auto"))
		return;
	if (parse_size(val->text, &size) || (size & (size - 1)) || size < MIN_BLOCK ||
	    size > MAX_BLOCK)
		mistakes_add(&v->bad, val->line,
			     "%s: memory_block %s: must be auto, or a power of two from 2M to 2G",
			     p->name, val->text);
}

static void verify_reaction(struct verify *v, const struct partition *p, int i)
{
	const struct value *val = &p->attr[i];

	if (strcmp(val->text, "restart") && strcmp(val->text, "keep") && strcmp(val->text, "fail"))
		mistakes_add(&v->bad, val->line, "%s: %s %s: must be restart, keep or fail",
			     p->name, machine_attrs[i].name, val->text);
}

static void verify_uuid(struct verify *v, const struct partition *p)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const struct value *val = &p->attr[A_UUID];
	bool good = strlen(val->text) == strlen(form) && strspn(val->text, "0-") < strlen(form);

	for (size_t i = 0; good && form[i]; i++)
		good = form[i] == 'x' ? isxdigit((unsigned char)val->text[i]) != 0 :
					val->text[i] == form[i];
	if (*val->text && !good)
		mistakes_add(&v->bad, val->line,
			     "%s: uuid %s: must be as 7d444840-9dc0-11d1-b245-5ffdce74fad2",
			     p->name, val->text);
}

static void verify_partition(struct verify *v, const struct partition *p)
{
	verify_storage(v, p);
	verify_es(v, p);
	verify_shares(v, p);
	verify_channels(v, p);
	verify_word(v, p, A_CAPPED, "0", "1");
	verify_word(v, p, A_NOTIFY, "auto", "manual");
	verify_block(v, p);
	verify_reaction(v, p, A_ON_RESET);
	verify_reaction(v, p, A_ON_TRIPLE_FAULT);
	verify_reaction(v, p, A_ON_PANIC);
	verify_uuid(v, p);
	verify_file(v, p, A_KERNEL);
	verify_file(v, p, A_INITRD);
}

int machine_tell_left_out(const struct machine *want)
{
	int n = 0;

	for (int i = 0; i < want->n; i++) {
		if (!want->v[i].left_out)
			continue;
		fail(want->v[i].name, "restore", "skipped for the reason above");
		n++;
	}
	for (int id = 0; id < LPAR_MAX_CHANNELS; id++) {
		char who[32];

		if (!want->channel_left_out[id])
			continue;
		snprintf(who, sizeof(who), "channel %d", id);
		fail(who, "restore", "skipped for the reason above");
		n++;
	}
	return n;
}

int machine_verify(const struct ctx *ctx, const struct machine *now,
		   struct machine *want, const char *file)
{
	struct verify v = { .m = want, .bad.file = file };
	int whole;

	if (cfs_read_size(ctx, &v.block, CFS_DIR "/storage/block_size"))
		v.block = 0;
	verify_pool(&v, ctx);
	whole = v.bad.nr;
	machine_verify_channels(now, want, &v.bad);
	for (int i = 0; i < want->n; i++) {
		int before = v.bad.nr;

		verify_partition(&v, &want->v[i]);
		want->v[i].left_out = v.bad.nr > before;
	}
	return whole || (v.bad.nr && !ctx->keep_going) ? LPARADM_FAILED : LPARADM_OK;
}
