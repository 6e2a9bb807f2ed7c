// SPDX-License-Identifier: GPL-2.0
/*
 * The counter's values with their time stamps (TSC), from the command "gap" to the
 * command "samples". When the buffer is full, every second sample is dropped, and the
 * sampling rate is halved. The longest gap between two counts is kept exactly.
 *
 * The counting child writes, init reads after it has told the child to stop.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <x86intrin.h>

#include "guest.h"

#define SAMPLES_MAX	600
#define SAMPLES_LINE	10	/* per line, which must fit into say()'s buffer */

struct sample {
	uint64_t tsc, ns, count;
};

struct samples {
	volatile uint32_t stopped;
	volatile uint32_t used;
	uint32_t every, skip;
	struct sample last, gap_from, gap_to;
	struct sample at[SAMPLES_MAX];
};

/* Return: NULL if there is no memory; then no samples are taken. */
struct samples *samples_new(void)
{
	struct samples *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	samples_clear(s);
	return s;
}

void samples_clear(struct samples *s)
{
	if (!s)
		return;
	s->used = 0;
	s->skip = 0;
	s->every = 1;
	s->last = (struct sample) { };
	s->gap_from = s->last;
	s->gap_to = s->last;
	s->stopped = 0;
}

static void halve(struct samples *s)
{
	uint32_t i;

	for (i = 0; i < SAMPLES_MAX / 2; i++)
		s->at[i] = s->at[2 * i];
	s->used = SAMPLES_MAX / 2;
	s->every *= 2;
}

void samples_add(struct samples *s, uint64_t ns, uint64_t count)
{
	struct sample now = { __rdtsc(), ns, count };

	if (!s || s->stopped)
		return;
	if (s->last.tsc && ns - s->last.ns > s->gap_to.ns - s->gap_from.ns) {
		s->gap_from = s->last;
		s->gap_to = now;
	}
	s->last = now;
	if (s->skip++ % s->every)
		return;
	if (s->used == SAMPLES_MAX)
		halve(s);
	s->at[s->used] = now;
	s->used++;
}

#define U(x) ((unsigned long long)(x))

static void print_values(const struct samples *s, uint32_t from)
{
	char line[512];
	uint32_t i;
	int len = 0;

	for (i = from; i < s->used && i < from + SAMPLES_LINE; i++)
		len += snprintf(line + len, sizeof(line) - len, " %llu %llu",
				U(s->at[i].tsc), U(s->at[i].count));
	say("SAMPLE%s", line);
}

/* "SAMPLES <n> TSC <first> <last> NS <first> <last> GAP <from> <to>", then "SAMPLE" lines. */
void samples_print(struct samples *s)
{
	uint32_t i;

	if (s)
		s->stopped = 1;
	if (s && s->used) {
		/* Let the child finish one that it is just adding. */
		usleep(10000);
		say("SAMPLES %u TSC %llu %llu NS %llu %llu GAP %llu %llu",
		    s->used, U(s->at[0].tsc), U(s->last.tsc), U(s->at[0].ns),
		    U(s->last.ns), U(s->gap_from.tsc), U(s->gap_to.tsc));
		for (i = 0; i < s->used; i += SAMPLES_LINE)
			print_values(s, i);
	}
	say("SAMPLES end");
}
