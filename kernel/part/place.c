// SPDX-License-Identifier: GPL-2.0
/*
 * part/place.c - last_error of storage/, processors/, channels/ and partitions/. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "part/part.h"
#include "part/place.h"

static DEFINE_SPINLOCK(place_lock);		/* a leaf, for place_error */
static char place_error[LPAR_NR_PLACES][LPAR_TEXT_LEN];

static void place_set(enum lpar_place place, const char *text, bool keep)
{
	spin_lock(&place_lock);
	if (!keep || !place_error[place][0])
		strscpy(place_error[place], text, sizeof(place_error[place]));
	spin_unlock(&place_lock);
}

void lpar_place_begin(enum lpar_place place)
{
	place_set(place, "", false);
}

int lpar_place_refuse(enum lpar_place place, int err, const char *fmt, ...)
{
	char text[LPAR_TEXT_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pr_warn("%s\n", text);
	place_set(place, text, false);
	return err;
}

int lpar_place_end(enum lpar_place place, int err)
{
	struct lpar_reason why = {};
	char text[LPAR_TEXT_LEN];

	if (!err)
		return 0;
	lpar_reason_errno(&why, err);
	lpar_reason_text(&why, text, sizeof(text));
	place_set(place, text, true);
	return err;
}

int lpar_place_show_error(enum lpar_place place, char *buf, size_t size)
{
	int len;

	spin_lock(&place_lock);
	len = scnprintf(buf, size, "%s", place_error[place]);
	spin_unlock(&place_lock);
	return len;
}
