/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole machine as values: what save writes down and restore makes so.
 */
#ifndef LPARADM_MACHINE_H
#define LPARADM_MACHINE_H

#include <limits.h>

#include "lib/channels.h"
#include "lib/cmd.h"
#include "lib/lpars.h"

#define VALUE_MAX 2048

/* What is restored at boot, when no other file is named. */
#define MACHINE_FILE "/etc/lpar/machine.yaml"

enum {
	A_ORIGIN, A_SIZE, A_EXPANSION, A_ES, A_SHARES, A_CHANNELS, A_CAPPED,
	A_NRESOURCES,	/* up to here: fixed while it owns anything, but channels */
	A_NOTIFY = A_NRESOURCES, A_ON_RESET, A_ON_TRIPLE_FAULT,
	A_KERNEL, A_INITRD, A_CMDLINE,	/* not while its guest runs */
	A_COUNT,
};

enum { P_SIZE, P_ES, P_ONLINE, P_PERIOD, P_COUNT };

/* What a saved LPAR can be. A guest cannot be saved, so none is "stopped". */
enum power { POWER_DEFINED, POWER_ACTIVE, POWER_OPERATING, POWER_COUNT };

/* A text of the user's file and where it stands; line 0: it is not there. */
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
	char state[16];		/* the kernel's word, when it was read there */
	char from[LPAR_NAME_LEN];		/* whom it has swallowed by an integration */
	bool left_out;		/* it cannot be so, and is not touched */
};

struct machine {
	struct value pool[P_COUNT];
	struct partition v[LPAR_MAX_PARTS];
	int n;
	struct channel *channels;
	int nchannels;
	bool channel_left_out[LPAR_MAX_CHANNELS];	/* by id, as ->left_out */
};

struct machine_key {
	const char *name;
	const char *dir;	/* of the host; NULL: an LPAR's */
	const char *usual;	/* when nothing is said */
};

extern const struct machine_key machine_attrs[A_COUNT];
extern const struct machine_key machine_pool[P_COUNT];
extern const char * const machine_powers[POWER_COUNT];

/* The machine as it is. Return: 0 or the exit code. machine_free() always. */
int machine_read(const struct ctx *ctx, struct machine *m);
void machine_free(struct machine *m);

const struct partition *machine_find(const struct machine *m, const char *name);

/* Set to @text in the form that is compared; NULL: what is usual. */
void machine_set(struct value *v, const struct machine_key *key,
		 const char *text);

bool machine_owns(const struct partition *p);

/* Do these two LPARs differ in the attributes [from, to)? */
bool machine_differs(const struct partition *a, const struct partition *b,
		     int from, int to);
bool machine_pool_differs(const struct machine *a, const struct machine *b);

/* Can the attribute @name of @c be set, and so saved and restored? */
bool machine_channel_has(const struct channel *c, const char *name);

/* Is the channel @now as @want says? What that does not say may be anything. */
bool machine_channel_differs(const struct channel *now,
			     const struct channel *want);

/*
 * The channels of @p that stay its own when it becomes @w, as they are. The
 * caller frees the text.
 */
char *machine_channels_kept(const struct machine *now,
			    const struct machine *want,
			    const struct partition *p,
			    const struct partition *w);

/* Remove, make and set channels; nobody owns those that differ. */
int machine_make_channels(const struct ctx *ctx, const struct machine *now,
			  struct machine *want);

/* What is wrong with a user's file. */
struct mistakes {
	const char *file;
	int nr;
};

/* Prints one, with its place, and counts it. */
__printf(3, 4)
void mistake(struct mistakes *bad, size_t line, const char *fmt, ...);

/* As a file, and back. Prints what is wrong. Return: 0 or the exit code. */
int machine_write_file(const struct machine *m, const char *file);
int machine_read_file(struct machine *m, const char *file);

/* The path of MACHINE_FILE. Prints what is wrong. Return: 0 or the exit code. */
int machine_usual_file(const struct ctx *ctx, char path[PATH_MAX]);

/* Read it. False: there is none, or none without mistakes, which are told. */
bool machine_read_usual(const struct ctx *ctx, struct machine *m);

/*
 * Whose integration changed this attribute, or with @attr -1 the state? NULL:
 * none that could have; a receiver has its donor in ->from.
 */
const struct partition *machine_changed_by(const struct machine *now,
					   const struct partition *p, int attr);

bool machine_power_differs(const struct partition *p, const struct partition *w);

/* "same", "differs", "new", or the integration that changed it. */
#define SAVED_TEXT 80
void machine_tell_saved(const struct machine *now, const struct machine *want,
			const char *name, char text[SAVED_TEXT]);

/*
 * Can a machine that is as @now become so? Prints every mistake with its line.
 * With ctx->keep_going, LPARs and channels with mistakes are left out.
 * Return: 0 or LPARADM_FAILED.
 */
int machine_verify(const struct ctx *ctx, const struct machine *now,
		   struct machine *want, const char *file);

/* The part of it that is about what channels are; ones with mistakes are left out. */
void machine_verify_channels(const struct machine *now, struct machine *want,
			     struct mistakes *bad);

/* Names the LPARs and channels that are left out. Return: how many they are. */
int machine_tell_left_out(const struct machine *want);

/* Must this LPAR give up what it has before the machine can be @want? */
bool machine_gives_up(const struct machine *now, const struct machine *want,
		      const struct partition *p);

/*
 * Make it so, up to the first thing that fails; with ctx->keep_going, what fails for an
 * LPAR or a channel leaves that out. Return: 0 or the exit code.
 */
int machine_make(const struct ctx *ctx, struct machine *want);

#endif
