/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration of the monitor and its LPARs, as save writes and restore applies it.
 */
#ifndef LPARADM_MACHINE_H
#define LPARADM_MACHINE_H

#include <limits.h>

#include "lib/channels.h"
#include "lib/cmd.h"
#include "lib/lpars.h"

#define VALUE_MAX 2048

/* The default file, which is restored at boot. */
#define MACHINE_FILE "/etc/lpar/machine.yaml"

enum {
	A_ORIGIN, A_SIZE, A_EXPANSION, A_ES, A_SHARES, A_CHANNELS, A_CAPPED,
	A_NRESOURCES,	/* those before it are fixed while it owns resources, except channels */
	A_NOTIFY = A_NRESOURCES, A_MEMORY_BLOCK, A_ON_RESET, A_ON_TRIPLE_FAULT,
	A_ON_PANIC,
	A_UUID,
	A_KERNEL, A_INITRD, A_CMDLINE,	/* not while its guest runs */
	A_COUNT,
};

enum { P_SIZE, P_ES, P_ONLINE, P_PERIOD, P_COUNT };

/* The saved states. The contents of a guest are not saved, so there is no "stopped". */
enum power { POWER_DEFINED, POWER_ACTIVE, POWER_OPERATING, POWER_COUNT };

/* A value and its line in the file; line 0: not in the file. */
struct value {
	char *text;
	unsigned int line;
};

struct partition {
	char name[LPAR_NAME_LEN];
	unsigned int line;
	struct value attr[A_COUNT];
	enum power power;
	unsigned int power_line;
	char state[16];		/* as read from the kernel */
	char from[LPAR_NAME_LEN];		/* the donor of its last integration */
	bool left_out;		/* skipped because of an error */
};

struct machine {
	struct value pool[P_COUNT];
	struct partition v[LPAR_MAX_PARTS];
	int n;
	struct channel *channels;
	int nchannels;
	bool channel_left_out[LPAR_MAX_CHANNELS];	/* by id, skipped because of an error */
};

struct machine_key {
	const char *name;
	const char *dir;	/* of the host; NULL: an LPAR's */
	const char *usual;	/* default; NULL: what the kernel has given it */
};

extern const struct machine_key machine_attrs[A_COUNT];
extern const struct machine_key machine_pool[P_COUNT];
extern const char * const machine_powers[POWER_COUNT];

/* Read the current configuration. Return: 0 or the exit code. machine_free() always. */
int machine_read(const struct ctx *ctx, struct machine *m);
void machine_free(struct machine *m);

const struct partition *machine_find(const struct machine *m, const char *name);

/* Set to @text in normalized form; NULL: the default. */
void machine_set(struct value *v, const struct machine_key *key,
		 const char *text);

bool machine_owns(const struct partition *p);

/* Does the LPAR @p differ from the wanted @w in attribute i? "" keeps what has no default. */
bool machine_attr_differs(const struct partition *p, const struct partition *w, int i);

/* Do these two LPARs differ in the attributes [from, to)? */
bool machine_differs(const struct partition *a, const struct partition *b,
		     int from, int to);
bool machine_pool_differs(const struct machine *a, const struct machine *b);

/* Can the attribute @name of @c be set, and is it therefore saved and restored? */
bool machine_channel_has(const struct channel *c, const char *name);

/* Does the channel @now differ from @want in an attribute that @want has? */
bool machine_channel_differs(const struct channel *now,
			     const struct channel *want);

/*
 * The channels that @p keeps unchanged when it becomes @w. The caller frees the text.
 */
char *machine_channels_kept(const struct machine *now,
			    const struct machine *want,
			    const struct partition *p,
			    const struct partition *w);

/* Remove, add and set channels; no LPAR owns those that differ. */
int machine_make_channels(const struct ctx *ctx, const struct machine *now,
			  struct machine *want);

/* Errors in a configuration file. */
struct mistakes {
	const char *file;
	int nr;
};

/* Print an error with its line, and count it. */
__printf(3, 4)
void mistakes_add(struct mistakes *bad, size_t line, const char *fmt, ...);

/* Write and read a file. Print errors. Return: 0 or the exit code. */
int machine_write_file(const struct machine *m, const char *file);
int machine_read_file(struct machine *m, const char *file);

/* The path of MACHINE_FILE. Prints errors. Return: 0 or the exit code. */
int machine_usual_file(const struct ctx *ctx, char path[PATH_MAX]);

/* Read MACHINE_FILE. Return: false if there is none or it has errors, which are printed. */
bool machine_read_usual(const struct ctx *ctx, struct machine *m);

/*
 * Which integration changed this attribute, or with @attr -1 the state? Return: the
 * receiver, whose ->from is the donor, or NULL.
 */
const struct partition *machine_changed_by(const struct machine *now,
					   const struct partition *p, int attr);

bool machine_power_differs(const struct partition *p, const struct partition *w);

/* "same", "differs", "new", or the integration that changed it. */
#define SAVED_TEXT 80
void machine_tell_saved(const struct machine *now, const struct machine *want,
			const char *name, char text[SAVED_TEXT]);

/*
 * Check @want, which was read from @file. Prints every error with its line. With
 * ctx->keep_going, LPARs and channels with errors are skipped.
 * Return: 0 or LPARADM_FAILED.
 */
int machine_verify(const struct ctx *ctx, const struct machine *now,
		   struct machine *want, const char *file);

/* Check the channels; those with errors are skipped. */
void machine_verify_channels(const struct machine *now, struct machine *want,
			     struct mistakes *bad);

/* Print the LPARs and channels that were skipped. Return: their number. */
int machine_tell_left_out(const struct machine *want);

/* Must this LPAR be deactivated before @want can be applied? */
bool machine_gives_up(const struct machine *now, const struct machine *want,
		      const struct partition *p);

/*
 * Apply @want, up to the first failure; with ctx->keep_going, an LPAR or a channel that
 * fails is skipped. Return: 0 or the exit code.
 */
int machine_make(const struct ctx *ctx, struct machine *want);

#endif
