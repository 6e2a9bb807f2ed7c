// SPDX-License-Identifier: GPL-2.0
/*
 * A list of names for a message.
 */
#include <stdio.h>
#include <string.h>

#include "lib/names.h"

void names_add(char text[NAMES_MAX], const char *name)
{
	static const char more[] = "...";
	size_t len = strlen(text);
	const char *comma = len && text[len - 1] != ' ' ? ", " : "";

	if (len >= strlen(more) && !strcmp(text + len - strlen(more), more))
		return;
	if (len + strlen(comma) + strlen(name) + sizeof(", ...") > NAMES_MAX)
		name = more;
	snprintf(text + len, NAMES_MAX - len, "%s%s", comma, name);
}
