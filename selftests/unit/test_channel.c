// SPDX-License-Identifier: GPL-2.0
/* sources: model/channel.c model/reason.c model/state.c */

#include "pure.h"
#include "tap.h"
#include "model/channel.h"

static struct channel_table t;

TEST(channel_has_one_owner)
{
	struct lpar_reason why;

	channel_init(&t);
	CHECK_EQ(channel_check(&t, 3, 0, &why), -ENOENT);
	CHECK_EQ(why.code, LPAR_REASON_CHANNEL_UNKNOWN);
	CHECK_EQ(channel_add(&t, 3), 0);
	CHECK_EQ(channel_add(&t, 3), -EEXIST);
	CHECK_EQ(channel_add(&t, LPAR_MAX_CHANNELS), -EINVAL);
	CHECK_EQ(channel_check(&t, 3, 0, &why), 0);
	channel_set(&t, 3, 0, true);
	CHECK_EQ(channel_check(&t, 3, 0, &why), 0);
	CHECK_EQ(channel_check(&t, 3, 1, &why), -EBUSY);
	CHECK_EQ(why.b, 0);
	CHECK_EQ(channel_remove(&t, 3), -EBUSY);
	CHECK_EQ(channel_count(&t, 0), 1);
	CHECK_EQ(channel_count(&t, CHANNEL_FREE), 0);
	CHECK(channel_verify(&t));
	channel_set(&t, 3, CHANNEL_FREE, true);
	CHECK(!t.ch[3].online);
	CHECK_EQ(channel_remove(&t, 3), 0);
	CHECK_EQ(channel_remove(&t, 3), -ENOENT);
}

TEST(channel_verify_detects_inconsistencies)
{
	channel_init(&t);
	CHECK(channel_verify(&t));
	t.ch[1].owner = 2;	/* owned, but the channel does not exist */
	CHECK(!channel_verify(&t));
	t.ch[1].exists = 1;
	CHECK(channel_verify(&t));
	t.ch[1].owner = LPAR_MAX_PARTS;
	CHECK(!channel_verify(&t));
	t.ch[1].owner = CHANNEL_FREE;
	t.ch[1].online = 1;
	CHECK(!channel_verify(&t));
}

TEST(channel_lists_are_parsed_and_printed)
{
	static const struct { const char *text, *printed; int ret; u32 at; } row[] = {
		{ "", "", 0, 0 },
		{ "3\n", "3", 0, 0 },
		{ " 127, 0\t64 64", "0 64 127", 0, 0 },
		{ "1 x", "9", -EINVAL, 3 },
		{ "1-3", "9", -EINVAL, 2 },
		{ "-1", "9", -EINVAL, 1 },
		{ "128", "9", -ERANGE, 128 },
		{ "99999999999999999999", "9", -ERANGE, 128 },
	};
	u64 ids[LPAR_MAX_CHANNELS / 64];
	struct lpar_reason why;
	char buf[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		memset(&why, 0, sizeof(why));
		REQUIRE(!channel_parse("9", ids, NULL));
		CHECK_EQ(channel_parse(row[i].text, ids, &why), row[i].ret);
		CHECK_EQ(why.a, row[i].at);
		CHECK_EQ(channel_print(ids, buf, sizeof(buf)), (int)strlen(row[i].printed));
		CHECK_STR(buf, row[i].printed);
	}
	memset(ids, 0xff, sizeof(ids));
	CHECK_EQ(channel_print(ids, buf, sizeof(buf)), 10 * 2 + 90 * 3 + 28 * 4 - 1);
	channel_print(ids, buf, 8);
	CHECK_STR(buf, "0 1 2 3");
}
