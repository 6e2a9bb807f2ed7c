// SPDX-License-Identifier: GPL-2.0
/*
 * The width of the output.
 */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/width.h"

int text_width(void)
{
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;
	struct winsize ws;

	if (width > 0)
		return width;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws))
		return ws.ws_col;
	return 0;
}
