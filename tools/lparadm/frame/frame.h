/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The LPAR frame: drawing and key handling, independent of a terminal.
 */
#ifndef LPARADM_FRAME_H
#define LPARADM_FRAME_H

#include "lib/event-row.h"
#include "frame/grid.h"
#include "frame/snap.h"

/* Keys that have no character. */
enum {
	KEY_FRAME = 0x110000,	/* beyond Unicode */
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END,
	K_ESC, K_ENTER,
};

enum frame_mode {
	FRAME_MAIN,
	FRAME_HELP,
	FRAME_PICK,	/* choosing a receiver */
	FRAME_PLAN,	/* showing the plan and asking */
	FRAME_WORK,	/* in progress */
	FRAME_RESULT,	/* showing the output */
};

/* What the caller of frame_key() has to do. */
enum frame_request {
	FRAME_NOTHING,
	FRAME_QUIT,
	FRAME_PREPARE,	/* find the plan of verb, then frame_plan() */
	FRAME_ACT,	/* do it, then frame_result() */
	FRAME_STOP,	/* interrupt what is being done */
};

#define FRAME_EVENTS 64

struct frame {
	enum frame_mode mode;
	char lpar[LPAR_NAME_LEN];		/* selected */
	/* The subject of a dialog, independent of the selection. */
	const char *verb;	/* its name in lparadm */
	char target[LPAR_NAME_LEN];		/* the donor of an integration */
	char receiver[LPAR_NAME_LEN];		/* "": no integration */
	char *text;		/* of PLAN, WORK and RESULT */
	int scroll;		/* lines of it, or of help */
	int cpu;		/* first column of CPUs */
	char note[160];		/* one line for the operator */
	struct event_row events[FRAME_EVENTS];	/* a ring */
	int nevents;		/* in total */
};

#define FRAME_MIN_W 60
#define FRAME_MIN_H 16

/* Draw all of it into a grid of any size. */
void frame_draw(struct grid *g, const struct snap *s, const struct frame *f);
void frame_draw_storage(struct grid *g, const struct snap *s);

/* Compute the areas of a strip of @w columns. Return: false without storage. */
struct strip {
	int x[EXTENTS_MAX], end[EXTENTS_MAX];
	bool to_scale;
};

bool frame_strip(const struct snap *s, int w, struct strip *strip);

/* Does the strip show numbers instead of names, so that the table needs them? */
bool frame_needs_numbers(const struct snap *s, const struct strip *strip);

void frame_draw_dialog(struct grid *g, const struct snap *s, const struct frame *f);
unsigned int frame_look(const struct snap *s, const char *name);

/* What a key does, in a window of @h lines. */
enum frame_request frame_key(struct frame *f, const struct snap *s, int key, int h);

/* The answer to FRAME_PREPARE; takes @text. @possible: ask for confirmation. */
void frame_plan(struct frame *f, char *text, bool possible);

/* The result of FRAME_ACT; takes @text. */
void frame_result(struct frame *f, char *text, int status);

/* Move the selection to an existing LPAR; close a dialog about one that is gone. */
void frame_settle(struct frame *f, const struct snap *s);

/* A verb on a key. */
struct frame_verb {
	int key, letter;
	const char *label;	/* six letters at most */
	const char *verb;	/* NULL: of the frame itself */
	const char *help;
};

#define FRAME_VERBS 10
extern const struct frame_verb frame_verbs[FRAME_VERBS];

#endif
