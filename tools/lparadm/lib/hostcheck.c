// SPDX-License-Identifier: GPL-2.0
/*
 * check-host: the order of the checks, and shared helpers.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cfs.h"
#include "lib/hostcheck.h"

void host_tell(struct host *h, const char *check, enum verdict verdict, const char *advice,
	       const char *fmt, ...)
{
	struct finding *f = &h->v[h->n];
	va_list ap;

	if (h->n == FINDINGS_MAX)
		return;
	h->n++;
	f->check = check;
	f->verdict = verdict;
	f->advice = verdict == HOST_PASS ? NULL : advice;
	va_start(ap, fmt);
	vsnprintf(f->found, sizeof(f->found), fmt, ap);
	va_end(ap);
}

char *host_read(const struct host *h, const char *fmt, ...)
{
	char path[PATH_MAX], *text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	cfs_read(h->ctx, &text, "%s", path);
	return text ? text : calloc(1, 1);
}

bool host_has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text += *text != '\0') {
		size_t n = strcspn(text, " \t\n");

		if (n == len && !memcmp(text, word, len))
			return true;
		text += n;
	}
	return false;
}

void host_cpulist(char *text, size_t size, const struct cpulist *list)
{
	size_t len = 0;

	*text = '\0';
	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
		unsigned int last = cpu;

		if (!list->has[cpu])
			continue;
		while (last + 1 < MAX_CPUS && list->has[last + 1])
			last++;
		len += (size_t)snprintf(text + len, size - len, last > cpu ? "%s%u-%u" : "%s%u",
					len ? "," : "", cpu, last);
		if (len >= size)
			return;
		cpu = last;
	}
}

/* The CPUs of --cpus, else those that the monitor has, else the isolated ones. */
static void find_cpus(struct host *h)
{
	static const char * const files[] = {
		CFS_DIR "/processors/online", "/sys/devices/system/cpu/isolated",
	};

	if (h->ctx->cpus)
		h->has_cpus = !parse_cpulist(h->ctx->cpus, &h->cpus);
	for (size_t i = 0; i < ARRAY_SIZE(files) && !h->has_cpus; i++) {
		char *text = host_read(h, "%s", files[i]);

		h->has_cpus = *text && !parse_cpulist(text, &h->cpus);
		free(text);
	}
}

void host_check(struct host *h, const struct ctx *ctx)
{
	memset(h, 0, sizeof(*h));
	h->ctx = ctx;
	find_cpus(h);
	host_check_processor(h);
	host_check_cpus(h);
	host_check_kernel(h);
}
