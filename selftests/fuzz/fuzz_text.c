// SPDX-License-Identifier: GPL-2.0
/* sources: model/share.c model/channel.c model/inventory.c model/ms.c model/range.c */
/* sources: model/es.c model/state.c model/reason.c */

/*
 * The parsers of text compared with others that split it into words first, and the text
 * of reasons in buffers of every size.
 */
#include "pure.h"
#include "fuzz.h"

#include <ctype.h>

#include "model/inventory.h"

#define MAX_TEXT	1024

static char text[MAX_TEXT + 1];
static struct lpar_reason why;

/* The next word, from @at on; 0: none. */
static size_t word_at(const char **at)
{
	*at += strspn(*at, " \t\n,");
	return strcspn(*at, " \t\n,");
}

/* @len digits as a number, at most @max; -1: something else. */
static long digits(const char *s, size_t len, size_t most, long max)
{
	long val = 0;
	size_t i;

	if (!len || len > most || strspn(s, "0123456789") < len)
		return -1;
	for (i = 0; i < len && val <= max; i++)
		val = val * 10 + (s[i] - '0');
	return val < max ? val : max;
}

/* "1:100 2:50"; returns the number of LIPs, or -1. */
static int expect_shares(struct share_lip *lip, u32 max)
{
	const char *at = text;
	size_t len, colon;
	u32 n = 0;

	for (; (len = word_at(&at)); at += len) {
		long pcpu, percent;

		colon = strcspn(at, ":");
		if (colon >= len)
			return -1;
		pcpu = digits(at, colon, 5, 99999);
		percent = digits(at + colon + 1, len - colon - 1, 5, 99999);
		if (pcpu < 0 || pcpu >= LPAR_MAX_PCPUS || percent < 1 || percent > 100 ||
		    n == max)
			return -1;
		lip[n++] = (struct share_lip){ .pcpu = pcpu, .percent = percent };
	}
	return n;
}

static void check_shares(void)
{
	struct share_set set = { .max_lips = fuzz_below(LPAR_MAX_LIPS + 1) }, was = set, again;
	struct share_lip lip[LPAR_MAX_LIPS] = { 0 };
	int want = expect_shares(lip, set.max_lips ?: LPAR_MAX_LIPS);
	int got = share_parse(text, &set, &why);
	char out[1024];

	if (want < 0) {
		FUZZ_EQ(got, -EINVAL, "wrong shares");
		FUZZ_CHECK(!memcmp(&set, &was, sizeof(set)), "changed");
		FUZZ_CHECK(why.code != LPAR_REASON_NONE, "no reason");
		return;
	}
	FUZZ_EQ(got, want, "LIPs");
	FUZZ_CHECK(!memcmp(set.lip, lip, sizeof(lip)), "shares");
	FUZZ_EQ(share_count(&set), want, "count");
	FUZZ_EQ(share_print(&set, out, sizeof(out)), strlen(out), "length of the text");
	again = (struct share_set){ .max_lips = set.max_lips };
	FUZZ_EQ(share_parse(out, &again, NULL), want, "shares printed and read");
	FUZZ_CHECK(!memcmp(&set, &again, sizeof(set)), "shares printed and read");
}

static int expect_channels(u64 *ids)
{
	const char *at = text;
	size_t len;
	long id;

	for (; (len = word_at(&at)); at += len) {
		id = digits(at, len, MAX_TEXT, LPAR_MAX_CHANNELS);
		if (id < 0)
			return -EINVAL;
		if (id >= LPAR_MAX_CHANNELS)
			return -ERANGE;
		ids[id / 64] |= 1ULL << id % 64;
	}
	return 0;
}

static void check_channels(void)
{
	u64 want[LPAR_MAX_CHANNELS / 64] = { 0 }, got[LPAR_MAX_CHANNELS / 64] = { 1 };
	u64 again[LPAR_MAX_CHANNELS / 64];
	int ret = expect_channels(want);
	char out[LPAR_MAX_CHANNELS * 5];

	FUZZ_EQ(channel_parse(text, got, &why), ret, "channels");
	if (ret) {
		FUZZ_EQ(got[0], 1, "changed");
		FUZZ_CHECK(why.code != LPAR_REASON_NONE, "no reason");
		return;
	}
	FUZZ_CHECK(!memcmp(got, want, sizeof(want)), "channels");
	FUZZ_EQ(channel_print(got, out, sizeof(out)), strlen(out), "length of the text");
	FUZZ_EQ(channel_parse(out, again, NULL), 0, "channels printed and read");
	FUZZ_CHECK(!memcmp(got, again, sizeof(again)), "channels printed and read");
}

/* Buffers that are too small get the beginning. */
static void check_sizes(const struct share_set *set, const u64 *ids)
{
	char all[LPAR_MAX_CHANNELS * 5], part[64];
	size_t size = 1 + fuzz_below(sizeof(part) - 1), len;

	share_print(set, all, sizeof(all));
	len = share_print(set, part, size);
	FUZZ_CHECK(len < size && strlen(part) == len && !strncmp(part, all, len), "%s", part);
	channel_print(ids, all, sizeof(all));
	len = channel_print(ids, part, size);
	FUZZ_CHECK(len < size && strlen(part) == len && !strncmp(part, all, len), "%s", part);
}

static void check_verb(void)
{
	int i, want = -EINVAL;
	char line[32];

	for (i = LPAR_ACTIVATE; i <= LPAR_DEACTIVATE; i++) {
		snprintf(line, sizeof(line), "%s\n", state_verb_name(i));
		if (!strcmp(text, line) || !strcmp(text, state_verb_name(i)))
			want = i;
	}
	FUZZ_EQ(state_verb_parse(text), want, "verb");
}

static void check_name(void)
{
	static struct inventory inv;
	size_t len = strlen(text), i;
	bool good = len && len < LPAR_NAME_LEN && text[0] != '.';
	int slot;

	for (i = 0; i < len; i++)
		good = good && (isalnum((u8)text[i]) || strchr("-_.", text[i]));
	inventory_init(&inv);
	slot = inventory_add(&inv, text, &why);
	FUZZ_EQ(slot, good ? 0 : -EINVAL, "name");
	FUZZ_CHECK(inventory_find(&inv, text, &why) == (good ? 0 : -ENOENT) ||
		   text[strcspn(text, "\n")], "find");
	if (!good)
		return;
	FUZZ_EQ(inventory_add(&inv, text, &why), -EEXIST, "the same name");
	text[len] = '\n';
	text[len + 1] = '\0';
	FUZZ_EQ(inventory_find(&inv, text, NULL), 0, "with a newline");
	text[len] = '\0';
}

static void check_reason(void)
{
	struct lpar_reason r = {
		.code = fuzz_below(LPAR_NR_REASONS + 2),
		.a = fuzz_number(), .b = fuzz_number(), .c = fuzz_number(),
	};
	char all[256], part[256];
	size_t size, len;

	/* Also a name that does not end. */
	memcpy(r.who, text, sizeof(r.who));
	len = lpar_reason_text(&r, all, sizeof(all));
	FUZZ_CHECK(len && len == strlen(all) && len < sizeof(all) - 1, "%zu: %s", len, all);
	FUZZ_CHECK(!strchr(all, '%') || strchr(text, '%'), "%s", all);
	size = fuzz_below(sizeof(part));
	len = lpar_reason_text(&r, part, size);
	FUZZ_CHECK(len <= size && (!size || (strlen(part) == len && !strncmp(part, all, len))),
		   "%s", part);
}

/* Words that parsers know, and such that they almost know */
static void any_words(void)
{
	static const u16 numbers[] = { 0, 1, 50, 99, 100, 101, 127, 128, 255, 256, 511, 512,
				       65535 };
	static const char * const between[] = { ":", ":", " ", ",", "\n", "\t", "", "x", "-" };
	const char *verb;
	size_t len = 0;
	u8 how;

	do {
		how = fuzz_byte();
		verb = state_verb_name(how % LPAR_NR_VERBS);
		if (how & 0x80)
			len += scnprintf(text + len, 64, "%s", verb);
		else
			len += scnprintf(text + len, 64, "%s%u", how & 0x40 ? "" : "0",
					 how & 0x20 ? how : numbers[how % ARRAY_SIZE(numbers)]);
		len += scnprintf(text + len, 64, "%s", between[fuzz_below(ARRAY_SIZE(between))]);
	} while (fuzz_more() && len < MAX_TEXT - 128);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct share_set set = { .max_lips = LPAR_MAX_LIPS };
	u64 ids[LPAR_MAX_CHANNELS / 64];
	size_t len = size > 24 ? min_t(size_t, size - 24, MAX_TEXT - 2) : 0;
	u32 i;

	/* The text ends the input, so that it can be read; choices come first. */
	fuzz_start(data, size - len);
	memset(text, 0, sizeof(text));
	memcpy(text, data + size - len, len);
	if (!len || !(data[0] & 1)) {
		fuzz_start(data, size);
		memset(text, 0, sizeof(text));
		any_words();
	}
	check_shares();
	check_channels();
	check_verb();
	check_reason();
	check_name();
	for (i = 0; i < LPAR_MAX_LIPS; i++)
		set.lip[i] = (struct share_lip){ fuzz_byte(), fuzz_below(101) };
	for (i = 0; i < ARRAY_SIZE(ids); i++)
		ids[i] = fuzz_number();
	check_sizes(&set, ids);
	return 0;
}
