// SPDX-License-Identifier: GPL-2.0
/* sources: model/share.c model/reason.c model/state.c */

#include "pure.h"
#include "tap.h"
#include "model/share.h"

static struct share_matrix m;
static struct share_set set;

static int parse(const char *text)
{
	set = (struct share_set){ .max_lips = 8 };
	return share_parse(text, &set, NULL);
}

TEST(share_parse_and_print)
{
	char buf[64];

	CHECK_EQ(parse("1:100 2:50"), 2);
	CHECK_EQ(set.lip[0].pcpu, 1);
	CHECK_EQ(set.lip[0].percent, 100);
	CHECK_EQ(set.lip[1].pcpu, 2);
	CHECK_EQ(set.lip[1].percent, 50);
	CHECK_EQ(share_count(&set), 2);
	CHECK_EQ(share_print(&set, buf, sizeof(buf)), 10);
	CHECK_STR(buf, "1:100 2:50");
	CHECK_EQ(share_print(&set, buf, 4), 3);
	CHECK_STR(buf, "1:1");
	CHECK_EQ(parse("  511:1,\t3:2 ,3:4\n"), 3);
	CHECK_EQ(share_on(&set, 3), 6);
	CHECK_EQ(parse(""), 0);
	CHECK_EQ(parse("\n"), 0);
	CHECK_EQ(share_print(&set, buf, sizeof(buf)), 0);
	CHECK_STR(buf, "");
}

TEST(share_parse_refuses_bad_syntax_and_values)
{
	static const struct {
		const char *text;
		enum lpar_reason_code code;
		u64 a;
	} bad[] = {
		{ "1", LPAR_REASON_SYNTAX, 2 },
		{ "1:", LPAR_REASON_SYNTAX, 3 },
		{ ":1", LPAR_REASON_SYNTAX, 1 },
		{ "1:50 x", LPAR_REASON_SYNTAX, 6 },
		{ "1:50%", LPAR_REASON_SYNTAX, 5 },
		{ "1 :50", LPAR_REASON_SYNTAX, 2 },
		{ "-1:50", LPAR_REASON_SYNTAX, 1 },
		{ "123456:50", LPAR_REASON_SYNTAX, 6 },
		{ "1:4294967396", LPAR_REASON_SYNTAX, 8 },
		{ "1:0", LPAR_REASON_SHARE_PERCENT, 0 },
		{ "1:101", LPAR_REASON_SHARE_PERCENT, 101 },
		{ "512:10", LPAR_REASON_SHARE_PCPU, 512 },
		{ "1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1", LPAR_REASON_LIPS, 8 },
	};
	struct lpar_reason why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		parse("7:77");
		CHECK_EQ(share_parse(bad[i].text, &set, &why), -EINVAL);
		CHECK_EQ(why.code, bad[i].code);
		CHECK_EQ(why.a, bad[i].a);
		CHECK_EQ(share_on(&set, 7), 77);	/* unchanged */
	}
}

/* Random text is harmless; what is accepted prints to the same set. */
TEST(share_parse_random)
{
	static const char some[] = "0123456789:: ,\n1";
	char text[24], buf[128];
	struct share_set again;
	int i, k, n, taken = 0;

	for (i = 0; i < 200000; i++) {
		n = tap_below(sizeof(text));
		for (k = 0; k < n; k++)
			text[k] = some[tap_below(sizeof(some) - 1)];
		text[n] = '\0';
		if (parse(text) <= 0)
			continue;
		taken++;
		share_print(&set, buf, sizeof(buf));
		again = (struct share_set){ .max_lips = 8 };
		REQUIRE(share_parse(buf, &again, NULL) == (int)share_count(&set));
		REQUIRE(!memcmp(&again, &set, sizeof(set)));
	}
	CHECK(taken > 1000);
}

TEST(share_check_sums)
{
	struct lpar_reason why;

	memset(&m, 0, sizeof(m));
	parse("1:100 2:50");
	CHECK_EQ(share_check(&m, 0, &set, &why), 0);
	m.set[0] = set;
	CHECK_EQ(share_check(&m, 0, &set, &why), 0);	/* its own shares do not count */
	CHECK_EQ(share_sum(&m, 2, -1), 50);
	CHECK_EQ(share_sum(&m, 2, 0), 0);
	parse("2:50 3:50");
	CHECK_EQ(share_check(&m, 1, &set, &why), 0);
	parse("2:51");
	CHECK_EQ(share_check(&m, 1, &set, &why), -ENOSPC);
	CHECK_EQ(why.code, LPAR_REASON_SHARE_SUM);
	CHECK_EQ(why.a, 2);
	CHECK_EQ(why.b, 50);
	CHECK_EQ(why.c, 51);
	parse("2:30 2:30");
	CHECK_EQ(share_check(&m, 1, &set, &why), -ENOSPC);
	parse("");
	CHECK_EQ(share_check(&m, 1, &set, &why), -EINVAL);
	CHECK_EQ(why.code, LPAR_REASON_SHARE_NONE);
	parse("3:1 3:1 3:1");
	set.max_lips = 2;
	CHECK_EQ(share_check(&m, 1, &set, &why), -EINVAL);
	set.max_lips = LPAR_MAX_LIPS + 1;
	CHECK_EQ(share_check(&m, 1, &set, &why), -EINVAL);
	set.max_lips = 8;
	set.lip[0].percent = 101;
	CHECK_EQ(share_check(&m, 1, &set, &why), -EINVAL);
}

TEST(share_merge_follows_the_patent)
{
	struct share_merge did;

	parse("1:100 2:50");
	CHECK_EQ(share_merge(&set, 2, 50, &did), 0);	/* [0023] */
	CHECK(did.lip == 1 && did.pcpu == 2 && did.before == 50 && did.after == 100);
	CHECK_EQ(share_merge(&set, 3, 50, &did), 0);	/* [0024] */
	CHECK(did.lip == 2 && did.pcpu == 3 && did.before == 0 && did.after == 50);
	CHECK_EQ(set.lip[1].percent, 100);
	CHECK_EQ(set.lip[2].pcpu, 3);
	CHECK_EQ(share_merge(&set, 1, 1, &did), -ERANGE);
	set.lip[0].percent = 0;				/* the lowest unused LIP number is taken */
	CHECK_EQ(share_merge(&set, 4, 5, &did), 0);
	CHECK_EQ(did.lip, 0);
	set.max_lips = 3;
	CHECK_EQ(share_merge(&set, 5, 5, &did), -ENOSPC);
	CHECK_EQ(share_count(&set), 3);
}
