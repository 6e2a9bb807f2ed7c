// SPDX-License-Identifier: GPL-2.0
/*
 * The LPAR frame: handling keys, and dialogs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame/frame.h"

const struct frame_verb frame_verbs[FRAME_VERBS] = {
	{ K_F1, 'h', "Help", NULL, "this text" },
	{ K_F2, 'a', "Activ.", "activate", "claim storage, shares, channels" },
	{ K_F3, 'i', "IPL", "ipl", "load the kernel and start the guest" },
	{ K_F4, 's', "Stop", "stop", "pause the guest" },
	{ K_F5, 'g', "Start", "start", "continue the guest" },
	{ K_F6, 'p', "Shutdn", "shutdown", "press the guest's power button" },
	{ K_F7, 'r', "Reset", "reset", "IPL again; the guest restarts" },
	{ K_F8, 'd', "Deact.", "deactivate", "release everything; the guest ends" },
	{ K_F9, 'f', "Integ.", "integrate", "integrate it into another LPAR" },
	{ K_F10, 'q', "Quit", NULL, "quit; the LPARs are not affected" },
};

static const char * const legend[] = {
	"",
	"Up, Down: select an LPAR. Left, Right: other CPUs.",
	"Each verb shows what it will do, and asks before it does.",
	"CPU cells: share/used in percent. Bars stand for one CPU:",
	"# used, - unused part of the share, + used beyond the share.",
	"In the storage, a number (NR) stands for a name without room.",
};

/* Lines of text in a dialog. */
static int text_room(int h)
{
	return h - 7;
}

static void set_text(struct frame *f, enum frame_mode mode, char *text)
{
	free(f->text);
	f->text = text;
	f->mode = mode;
	f->scroll = 0;
}

static void dialog_close(struct frame *f)
{
	set_text(f, FRAME_MAIN, NULL);
}

static int count_lines(const char *text)
{
	int n = 0;

	for (; text && *text; text += *text == '\n') {
		text += strcspn(text, "\n");
		n++;
	}
	return n;
}

/* An LPAR of the dialog that no longer exists, or NULL. */
static const char *dialog_missing(const struct frame *f, const struct snap *s)
{
	if (!snap_find(s, f->target))
		return f->target;
	return f->receiver[0] && !snap_find(s, f->receiver) ? f->receiver : NULL;
}

void frame_settle(struct frame *f, const struct snap *s)
{
	bool asks = f->mode == FRAME_PICK || f->mode == FRAME_PLAN;
	const char *name = asks ? dialog_missing(f, s) : NULL;
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus);

	if (name) {
		snprintf(f->note, sizeof(f->note), "%s no longer exists: %s is cancelled", name,
			 f->verb);
		dialog_close(f);
	}
	if (!snap_find(s, f->lpar))
		snprintf(f->lpar, sizeof(f->lpar), "%s",
			 s->nlpars ? s->lpars[0].name : "");
	if (f->cpu >= n)
		f->cpu = n ? n - 1 : 0;
}

/* The next LPAR in that direction, except @skip; NULL: none. */
static const char *next_lpar(const struct snap *s, const char *from, int by,
			     const char *skip)
{
	const struct lpar *l = snap_find(s, from);
	int i = l ? (int)(l - s->lpars) : by > 0 ? -1 : s->nlpars;

	for (i += by; i >= 0 && i < s->nlpars; i += by)
		if (strcmp(s->lpars[i].name, skip))
			return s->lpars[i].name;
	return NULL;
}

static void move_selection(char name[LPAR_NAME_LEN], const struct snap *s, int key,
			   const char *skip)
{
	const char *to = NULL;

	if (key == K_UP)
		to = next_lpar(s, name, -1, skip);
	else if (key == K_DOWN)
		to = next_lpar(s, name, 1, skip);
	else if (key == K_HOME)
		to = next_lpar(s, "", 1, skip);
	else if (key == K_END)
		to = next_lpar(s, "", -1, skip);
	if (to)
		snprintf(name, LPAR_NAME_LEN, "%s", to);
}

static void scroll_text(struct frame *f, int key, int lines, int room)
{
	int last = lines > room ? lines - room : 0;

	if (key == K_UP)
		f->scroll--;
	else if (key == K_DOWN)
		f->scroll++;
	else if (key == K_PAGE_UP)
		f->scroll -= room;
	else if (key == K_PAGE_DOWN)
		f->scroll += room;
	else if (key == K_HOME)
		f->scroll = 0;
	else if (key == K_END)
		f->scroll = last;
	if (f->scroll > last)
		f->scroll = last;
	if (f->scroll < 0)
		f->scroll = 0;
}

static bool is_move(int key)
{
	return key >= K_UP && key <= K_END;
}

static enum frame_request dialog_begin(struct frame *f, const struct snap *s,
				       const struct frame_verb *v)
{
	const char *first;

	f->note[0] = '\0';
	f->verb = v->verb;
	if (!snap_find(s, f->lpar)) {
		snprintf(f->note, sizeof(f->note),
			 "%s: no LPAR is defined; use \"lparadm define\"", v->verb);
		return FRAME_NOTHING;
	}
	snprintf(f->target, sizeof(f->target), "%s", f->lpar);
	f->receiver[0] = '\0';
	if (strcmp(v->verb, "integrate"))
		return FRAME_PREPARE;
	first = next_lpar(s, "", 1, f->lpar);
	if (!first) {
		snprintf(f->note, sizeof(f->note),
			 "%s: integrate: no other LPAR can receive it",
			 f->lpar);
		return FRAME_NOTHING;
	}
	snprintf(f->receiver, sizeof(f->receiver), "%s", first);
	set_text(f, FRAME_PICK, NULL);
	return FRAME_NOTHING;
}

static enum frame_request key_main(struct frame *f, const struct snap *s,
				   int key)
{
	unsigned int cpus[MAX_CPUS];
	int n = (int)maps_cpus(&s->m, cpus);

	if (key == K_LEFT && f->cpu > 0)
		f->cpu--;
	else if (key == K_RIGHT && f->cpu < n - 1)
		f->cpu++;
	move_selection(f->lpar, s, key, "");
	if (key == '?')
		key = K_F1;
	for (int i = 0; i < FRAME_VERBS; i++) {
		const struct frame_verb *v = &frame_verbs[i];

		if (key != v->key && key != v->letter)
			continue;
		if (v->verb)
			return dialog_begin(f, s, v);
		if (v->key == K_F10)
			return FRAME_QUIT;
		set_text(f, FRAME_HELP, NULL);
	}
	return FRAME_NOTHING;
}

static enum frame_request key_pick(struct frame *f, const struct snap *s,
				   int key)
{
	move_selection(f->receiver, s, key, f->target);
	if (key == K_ENTER && snap_find(s, f->receiver))
		return FRAME_PREPARE;
	if (key == K_ESC || key == 'n' || key == 'q' || key == K_F10)
		dialog_close(f);
	return FRAME_NOTHING;
}

static enum frame_request key_plan(struct frame *f, int key)
{
	if (key == 'y' || key == 'Y') {
		set_text(f, FRAME_WORK, NULL);
		return FRAME_ACT;
	}
	if (key == K_ESC || key == 'n' || key == 'N' || key == 'q' ||
	    key == K_F10) {
		snprintf(f->note, sizeof(f->note), "%s: %s: not done", f->target,
			 f->verb);
		dialog_close(f);
	}
	return FRAME_NOTHING;
}

enum frame_request frame_key(struct frame *f, const struct snap *s, int key,
			     int h)
{
	/* Ignore keys if the window is too small to show anything. */
	if (h < FRAME_MIN_H)
		return f->mode != FRAME_WORK && (key == 'q' || key == K_F10) ?
		       FRAME_QUIT : FRAME_NOTHING;
	if (f->mode != FRAME_MAIN && f->mode != FRAME_PICK && is_move(key)) {
		scroll_text(f, key, count_lines(f->text), text_room(h));
		return FRAME_NOTHING;
	}
	switch (f->mode) {
	case FRAME_MAIN:
		return key_main(f, s, key);
	case FRAME_PICK:
		return key_pick(f, s, key);
	case FRAME_PLAN:
		return key_plan(f, key);
	case FRAME_WORK:
		return key == K_ESC ? FRAME_STOP : FRAME_NOTHING;
	default:
		dialog_close(f);
		return FRAME_NOTHING;
	}
}

void frame_plan(struct frame *f, char *text, bool possible)
{
	set_text(f, possible ? FRAME_PLAN : FRAME_RESULT, text);
}

void frame_result(struct frame *f, char *text, int status)
{
	if (f->receiver[0])
		snprintf(f->note, sizeof(f->note), "%s into %s: %s", f->target,
			 f->receiver, !status ? "done" :
			 status == LPARADM_PARTIAL ? "partly done" : "not done");
	else
		snprintf(f->note, sizeof(f->note), "%s: %s: %s", f->target,
			 f->verb, status ? "not done" : "done");
	set_text(f, text && *text ? FRAME_RESULT : FRAME_MAIN, text);
}

static void draw_lines(struct grid *g, const char *text, int from, int room)
{
	for (int y = 0; text && *text && y < from + room; y++) {
		int len = (int)strcspn(text, "\n");

		if (y >= from)
			grid_put(g, 2, 3 + y - from, 0, "%.*s",
				 len < g->w - 4 ? len : g->w - 4, text);
		text += len + (text[len] == '\n');
	}
}

static void draw_text(struct grid *g, const struct frame *f, const char *title,
		      const char *question)
{
	int room = text_room(g->h), lines = count_lines(f->text);
	char heading[128];

	snprintf(heading, sizeof(heading), lines > room ?
		 "%s (%d to %d of %d lines)" : "%s", title, f->scroll + 1,
		 f->scroll + room < lines ? f->scroll + room : lines, lines);
	grid_box(g, 0, 1, g->w, g->h - 2, heading);
	draw_lines(g, f->text, f->scroll, room);
	grid_put(g, 2, g->h - 3, LOOK_BOLD, "%.*s", g->w - 4, question);
}

static void draw_help(struct grid *g)
{
	int y = 2;

	grid_box(g, 1, 1, g->w - 2, FRAME_VERBS + (int)ARRAY_SIZE(legend) + 2,
		 "Keys");
	for (int i = 0; i < FRAME_VERBS; i++)
		grid_put(g, 3, y++, 0, "F%-2d or %c  %-10s %.*s", i + 1,
			 frame_verbs[i].letter,
			 frame_verbs[i].verb ? frame_verbs[i].verb :
					       frame_verbs[i].label,
			 g->w - 26, frame_verbs[i].help);
	for (size_t i = 0; i < ARRAY_SIZE(legend); i++)
		grid_put(g, 3, y++, 0, "%.*s", g->w - 6, legend[i]);
}

static void draw_pick(struct grid *g, const struct snap *s,
		      const struct frame *f)
{
	const struct lpar *l = snap_find(s, f->receiver);
	int room = g->h - 8, first = 0, y = 3;
	char title[80];

	snprintf(title, sizeof(title), "Integrate %s into which LPAR?", f->target);
	if (l && l - s->lpars >= room)
		first = (int)(l - s->lpars) - room + 1;
	grid_box(g, 8, 2, g->w - 16, g->h - 4, title);
	for (int i = first; i < s->nlpars && y < 3 + room; i++) {
		if (!strcmp(s->lpars[i].name, f->target))
			continue;
		grid_put(g, 10, y++, &s->lpars[i] == l ? LOOK_REVERSE : 0,
			 " %-31s %-9s ", s->lpars[i].name, s->lpars[i].state);
	}
	grid_put(g, 10, g->h - 4, LOOK_BOLD,
		 "Enter: show the plan   Esc: cancel");
}

void frame_draw_dialog(struct grid *g, const struct snap *s,
		       const struct frame *f)
{
	char title[128];

	snprintf(title, sizeof(title), "%s %s%s%s", f->verb ? f->verb : "",
		 f->target, f->receiver[0] ? " into " : "", f->receiver);
	switch (f->mode) {
	case FRAME_HELP:
		draw_help(g);
		break;
	case FRAME_PICK:
		draw_pick(g, s, f);
		break;
	case FRAME_PLAN:
		draw_text(g, f, title, "Continue?   y: yes   n, Esc: no   arrows: scroll");
		break;
	case FRAME_WORK:
		draw_text(g, f, title, "In progress.   Esc: interrupt");
		break;
	default:
		draw_text(g, f, title, "Any key goes back   arrows: scroll");
		break;
	}
}
