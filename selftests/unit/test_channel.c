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

TEST(channel_verify_sees_nonsense)
{
	channel_init(&t);
	CHECK(channel_verify(&t));
	t.ch[1].owner = 2;	/* owned, but there is no such channel */
	CHECK(!channel_verify(&t));
	t.ch[1].exists = 1;
	CHECK(channel_verify(&t));
	t.ch[1].owner = LPAR_MAX_PARTS;
	CHECK(!channel_verify(&t));
	t.ch[1].owner = CHANNEL_FREE;
	t.ch[1].online = 1;
	CHECK(!channel_verify(&t));
}
