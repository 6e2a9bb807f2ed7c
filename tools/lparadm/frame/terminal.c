// SPDX-License-Identifier: GPL-2.0
/*
 * Showing grids on a terminal, by ncurses.
 *
 * ncurses restores the terminal at the end. After a crash ncurses cannot be called; the
 * signal handler uses strings that were saved here.
 */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "lib/cmd.h"
#include "frame/frame.h"
#include "frame/terminal.h"

static struct {
	SCREEN *screen;
	bool colours, open;
	struct termios before;
	char leave[128];	/* sent by the handler of a crash */
} term;

static atomic_int ended_by;

static void on_signal(int sig)
{
	ended_by = sig;
}

/* Uses only async-signal-safe functions. */
static void on_crash(int sig)
{
	if (term.open) {
		ssize_t n = write(STDOUT_FILENO, term.leave,
				  strlen(term.leave));

		(void)n;
		tcsetattr(STDIN_FILENO, TCSANOW, &term.before);
	}
	/* The handler has been reset: this ends the program. */
	raise(sig);
}

static void term_keep(const char *name)
{
	char *text = tigetstr((char *)(uintptr_t)name);
	size_t len = strlen(term.leave);

	/* Skip strings with delays ("$<5>"), which only old terminals need. */
	if (text && text != (char *)-1 && !strchr(text, '$'))
		snprintf(term.leave + len, sizeof(term.leave) - len, "%s",
			 text);
}

static void catch_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	static const int crashes[] = {
		SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL,
	};
	struct sigaction sa = { .sa_handler = on_signal };
	struct sigaction crash = {
		.sa_handler = on_crash,
		.sa_flags = (int)SA_RESETHAND | SA_NODEFER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &sa, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++)
		sigaction(crashes[i], &crash, NULL);
}

static void set_colours(void)
{
	static const short colours[GRID_COLOURS] = {
		COLOR_CYAN, COLOR_YELLOW, COLOR_GREEN, COLOR_MAGENTA,
		COLOR_RED, COLOR_BLUE, COLOR_WHITE,
	};
	/* Of 256: those of lib/svg.c, as near as they come. */
	static const short many_colours[GRID_COLOURS] = { 81, 214, 36, 227, 32, 202, 175 };
	const char *no = getenv("NO_COLOR");

	term.colours = has_colors() && !(no && *no) &&
		       start_color() == OK;
	if (!term.colours)
		return;
	use_default_colors();
	for (short i = 0; i < GRID_COLOURS; i++)
		init_pair((short)(i + 1), (COLORS >= 256 ? many_colours : colours)[i], -1);
}

static int term_check(void)
{
	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return usage_error("frame: standard %s is not a terminal; use --print 80x24",
				   isatty(STDOUT_FILENO) ? "input" : "output");
	setlocale(LC_CTYPE, "");
	if (tcgetattr(STDIN_FILENO, &term.before))
		return fail("frame", NULL, "cannot read the terminal's settings");
	return LPARADM_OK;
}

int term_open(void)
{
	const char *name = getenv("TERM");
	int ret = term_check();

	if (ret)
		return ret;
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen)
		return fail("frame", NULL,
			    "TERM=%s: unknown terminal; try TERM=vt100",
			    name ? name : "");
	term_keep("sgr0");
	term_keep("cnorm");
	term_keep("rmkx");
	term_keep("rmcup");
	term.open = true;
	atexit(term_close);
	catch_signals();
	set_colours();
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(100);
	return LPARADM_OK;
}

void term_close(void)
{
	if (!term.open)
		return;
	term.open = false;
	endwin();
	delscreen(term.screen);
}

void term_size(int *w, int *h)
{
	struct winsize ws;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) && ws.ws_col && ws.ws_row &&
	    (ws.ws_col != COLS || ws.ws_row != LINES))
		resizeterm(ws.ws_row, ws.ws_col);
	*w = COLS;
	*h = LINES;
}

bool term_unicode(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static attr_t term_attributes(unsigned int look)
{
	return (look & LOOK_BOLD ? A_BOLD : 0) |
	       (look & LOOK_REVERSE ? A_REVERSE : 0);
}

void term_show(const struct grid *g)
{
	for (int y = 0; y < g->h; y++) {
		for (int x = 0; x < g->w; x++) {
			const struct cell *c = &g->v[y * g->w + x];
			wchar_t text[] = { c->ch, 0 };
			cchar_t cc;

			setcchar(&cc, text, term_attributes(c->look),
				 term.colours ?
				 (short)(c->look / LOOK_COLOUR) : 0, NULL);
			mvadd_wch(y, x, &cc);
		}
	}
	refresh();
}

static const struct {
	int theirs, ours;
} keys[] = {
	{ KEY_UP, K_UP }, { KEY_DOWN, K_DOWN }, { KEY_LEFT, K_LEFT },
	{ KEY_RIGHT, K_RIGHT }, { KEY_PPAGE, K_PAGE_UP },
	{ KEY_NPAGE, K_PAGE_DOWN }, { KEY_HOME, K_HOME }, { KEY_END, K_END },
	{ KEY_ENTER, K_ENTER },
};

int term_key(void)
{
	wint_t ch;
	int kind = get_wch(&ch);

	if (kind == OK)
		return ch == 27 ? K_ESC : ch == '\r' || ch == '\n' ? K_ENTER :
		       (int)ch;
	if (kind != KEY_CODE_YES)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if ((int)ch == keys[i].theirs)
			return keys[i].ours;
	for (int i = 0; i < FRAME_VERBS; i++)
		if (ch == (wint_t)KEY_F(i + 1))
			return K_F1 + i;
	return 0;
}

int term_signal(void)
{
	return ended_by;
}
