// SPDX-License-Identifier: GPL-2.0
/*
 * iface/move.c - parse what is written to move and move_check:
 * "LPAR2 ms=128M shares=2:25,3:50 channels=3,5 es=16M". Layer L4.
 */
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "iface/attr.h"
#include "iface/move.h"
#include "part/lpar.h"

#define MOVE_QUOTED	40

enum move_key { MOVE_MS, MOVE_ES, MOVE_SHARES, MOVE_CHANNELS };

static const char *const move_keys[] = {
	[MOVE_MS] = "ms",
	[MOVE_ES] = "es",
	[MOVE_SHARES] = "shares",
	[MOVE_CHANNELS] = "channels",
};

static int move_refuse(struct lpar *lpar, int err, const char *what, const char *word)
{
	char text[MOVE_QUOTED + 1];

	attr_printable(text, word, strnlen(word, MOVE_QUOTED));
	return lpar_refuse(lpar, err,
			   "%s \"%s\": write the donor's name and ms=SIZE, shares=CPU:PERCENT,..., channels=ID,... or es=SIZE",
			   what, text);
}

static int move_set(struct lpar_part *p, enum move_key key, const char *value)
{
	switch (key) {
	case MOVE_MS:
		return attr_parse_size(value, &p->ms);
	case MOVE_ES:
		return attr_parse_size(value, &p->es);
	case MOVE_SHARES:
		p->shares = value;
		return 0;
	default:
		p->channels = value;
		return 0;
	}
}

/* One "key=value"; @seen: bits of the keys before it. */
static int move_item(struct lpar *lpar, char *word, struct lpar_part *p, unsigned long *seen)
{
	size_t len = strcspn(word, "=");
	unsigned int key;
	int err;

	for (key = 0; key < ARRAY_SIZE(move_keys); key++)
		if (word[len] && strlen(move_keys[key]) == len &&
		    !strncmp(word, move_keys[key], len))
			break;
	if (key == ARRAY_SIZE(move_keys))
		return move_refuse(lpar, -EINVAL, "unknown item", word);
	if (__test_and_set_bit(key, seen))
		return move_refuse(lpar, -EINVAL, "named twice:", word);
	err = move_set(p, key, word + len + 1);
	return err ? move_refuse(lpar, err, "invalid size", word) : 0;
}

/* The next word of *@text, or NULL. */
static char *move_word(char **text)
{
	char *word;

	do {
		word = strsep(text, " \t\n");
	} while (word && !*word);
	return word;
}

static int move_words(struct lpar *lpar, char *text, struct lpar_part *p)
{
	unsigned long seen = 0;
	char *word = move_word(&text);
	int err = 0;

	if (!word || strchr(word, '='))
		return move_refuse(lpar, -EINVAL, "no donor in front of", word ?: "");
	p->donor = word;
	while (!err && (word = move_word(&text)))
		err = move_item(lpar, word, p, &seen);
	return err;
}

int move_parse(struct lpar *lpar, const char *text,
	       int (*what)(struct lpar *lpar, const struct lpar_part *p))
{
	char *copy __free(kfree) = kstrdup(text, GFP_KERNEL);
	struct lpar_part p = {};
	int err;

	if (!copy)
		return lpar_refuse(lpar, -ENOMEM, "not enough host memory");
	err = move_words(lpar, copy, &p);
	return err ?: what(lpar, &p);
}
