/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks whether this host can run lpar, from /proc and /sys.
 */
#ifndef LPARADM_HOSTCHECK_H
#define LPARADM_HOSTCHECK_H

#include "lib/cmd.h"
#include "lib/parse.h"

#define FINDINGS_MAX 64

enum verdict { HOST_PASS, HOST_WARN, HOST_FAIL };

struct finding {
	const char *check;
	enum verdict verdict;
	char found[240];
	const char *advice;	/* NULL: none */
};

struct host {
	const struct ctx *ctx;
	struct cpulist cpus;		/* that the monitor is to get */
	bool has_cpus;
	struct finding v[FINDINGS_MAX];
	int n;
};

__printf(5, 6)
void host_tell(struct host *h, const char *check, enum verdict verdict, const char *advice,
	       const char *fmt, ...);

/* Read a file as text, "" if there is none; the caller frees it. */
__printf(2, 3)
char *host_read(const struct host *h, const char *fmt, ...);

/* Is @word one of the words of @text? */
bool host_has_word(const char *text, const char *word);

/* Print @list as "1-3,7". */
void host_cpulist(char *text, size_t size, const struct cpulist *list);

/* Does the kernel require signed modules? */
bool host_wants_signature(const struct host *h);

/* Run all checks; ctx->cpus is a valid list, or NULL. */
void host_check(struct host *h, const struct ctx *ctx);
void host_check_processor(struct host *h);
void host_check_cpus(struct host *h);
void host_check_kernel(struct host *h);

#endif
