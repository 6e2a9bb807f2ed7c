// SPDX-License-Identifier: GPL-2.0
/* sources: model/inventory.c model/ms.c model/es.c model/range.c model/share.c model/channel.c */
/* sources: model/state.c model/reason.c */

#include "pure.h"
#include "tap.h"
#include "model/inventory.h"

#define MB ((u64)SZ_1M)

static struct inventory inv, was;
static struct inventory_want want;
static struct lpar_reason why;

static const char *reason_text(void)
{
	static char buf[256];

	lpar_reason_text(&why, buf, sizeof(buf));
	return buf;
}

static void set_want(u64 origin, u64 size, u64 expansion, const char *shares)
{
	memset(&want, 0, sizeof(want));
	want.ms = (struct ms_area){ origin * MB, size * MB, expansion * MB };
	CHECK(share_parse(shares, &want.shares, NULL) >= 0);
}

static void start(void)
{
	unsigned int i;

	inventory_init(&inv);
	CHECK_EQ(inventory_set_pool(&inv, 640 * MB, SZ_2M, NULL), 0);
	CHECK_EQ(inventory_set_es(&inv, 64 * MB, SZ_2M, NULL), 0);
	for (i = 1; i <= 4; i++)
		CHECK_EQ(inventory_set_pcpu(&inv, i, true, NULL), 0);
	for (i = 0; i < 4; i++)
		CHECK_EQ(channel_add(&inv.channels, i), 0);
}

TEST(names_are_checked_and_unique)
{
	char name[LPAR_NAME_LEN];
	int i;

	start();
	CHECK_EQ(inventory_add(&inv, "LPAR1", &why), 0);
	CHECK_EQ(inventory_add(&inv, "LPAR1", &why), -EEXIST);
	CHECK_STR(reason_text(), "an LPAR \"LPAR1\" already exists");
	CHECK_EQ(inventory_add(&inv, "", &why), -EINVAL);
	CHECK_EQ(inventory_add(&inv, "a b", &why), -EINVAL);
	CHECK_EQ(inventory_add(&inv, "../x", &why), -EINVAL);
	CHECK_EQ(inventory_add(&inv, ".x", &why), -EINVAL);
	CHECK_EQ(inventory_add(&inv, "a23456789012345678901234567890ab", &why), -EINVAL);
	CHECK_EQ(inventory_add(&inv, "a23456789012345678901234567890a", &why), 1);
	CHECK_EQ(inventory_find(&inv, "LPAR1\n", &why), 0);
	CHECK_EQ(inventory_find(&inv, "LPAR", &why), -ENOENT);
	CHECK_EQ(inventory_find(&inv, "LPAR1\nx", &why), -ENOENT);
	CHECK_EQ(inventory_find(&inv, "\n", &why), -ENOENT);
	CHECK_EQ(inventory_find(&inv, "LPAR9\n", &why), -ENOENT);
	CHECK_STR(reason_text(), "there is no LPAR \"LPAR9\"");
	CHECK_EQ(inventory_remove(&inv, 0, &why), 0);
	CHECK_EQ(inventory_remove(&inv, 0, &why), -ENOENT);
	CHECK_EQ(inventory_add(&inv, "again", &why), 0);
	for (i = 2; i < LPAR_MAX_PARTS; i++) {
		scnprintf(name, sizeof(name), "n%d", i);
		CHECK_EQ(inventory_add(&inv, name, &why), i);
	}
	CHECK_EQ(inventory_add(&inv, "more", &why), -ENOSPC);
	CHECK_STR(reason_text(), "there are already 64 LPARs, the maximum");
}

/* A refusal changes nothing, and its text names the LPAR and the numbers. */
static void check_refused(int slot, int err, const char *expect)
{
	was = inv;
	CHECK_EQ(inventory_activate(&inv, slot, &want, &why), err);
	CHECK_STR(reason_text(), expect);
	CHECK(!memcmp(&was, &inv, sizeof(inv)));
}

TEST(activate_refuses_with_a_reason)
{
	start();
	inventory_add(&inv, "LPAR1", &why);
	inventory_add(&inv, "LPAR2", &why);
	set_want(0, 256, 256, "1:100 2:50");
	want.channels[0] = 1;
	CHECK_EQ(inventory_activate(&inv, 0, &want, &why), 0);
	CHECK(!inventory_verify(&inv));
	check_refused(0, -EINVAL, "LPAR1 is active: cannot activate");

	set_want(254, 128, 0, "2:50");
	check_refused(1, -EBUSY, "the storage overlaps that of LPAR1 (256 MB at origin 0 MB)");
	set_want(600, 128, 0, "2:50");
	check_refused(1, -ENOSPC,
		      "LPAR2: 128 MB at origin 600 MB does not fit in the storage pool of 640 MB");
	set_want(512, 129, 0, "2:50");
	check_refused(1, -EINVAL, "LPAR2: 129 MB is not a multiple of the block size, 2 MB");
	set_want(512, 0, 0, "2:50");
	check_refused(1, -EINVAL, "LPAR2 has no storage: set its ms_size");
	set_want(512, 128, 0, "2:51");
	check_refused(1, -ENOSPC,
		      "CPU 2 already has 50 percent assigned: 51 more would exceed 100");
	set_want(512, 128, 0, "0:10");
	check_refused(1, -EINVAL,
		      "CPU 0 does not belong to the monitor: add it to processors/online");
	set_want(512, 128, 0, "");
	check_refused(1, -EINVAL, "LPAR2 has no LIPs: set its shares");
	set_want(512, 128, 0, "2:50");
	want.channels[0] = 1;
	check_refused(1, -EBUSY, "channel 0 belongs to LPAR1");
	want.channels[0] = 1 << 9;
	check_refused(1, -ENOENT, "there is no channel 9");
	want.channels[0] = 0;
	want.es = 65 * MB;
	check_refused(1, -ENOSPC, "LPAR2 needs 65 MB of expanded storage, but only 64 MB is free");
	want.es = 3 * MB;
	check_refused(1, -EINVAL, "LPAR2: 3 MB is not a multiple of the block size, 2 MB");
	want.es = 64 * MB;
	want.channels[0] = 2;
	check_refused(7, -ENOENT, "there is no LPAR \"the LPAR\"");
	want.channels[0] = 2;
	CHECK_EQ(inventory_activate(&inv, 1, &want, &why), 0);
	CHECK(!inventory_verify(&inv));
	CHECK_EQ(es_free(&inv.es), 0);
}

TEST(pool_and_pcpus_in_use_cannot_be_removed)
{
	start();
	inventory_add(&inv, "LPAR1", &why);
	set_want(0, 256, 256, "1:100 2:50");
	want.es = 8 * MB;
	CHECK_EQ(inventory_activate(&inv, 0, &want, &why), 0);
	CHECK_EQ(inventory_set_pool(&inv, 0, SZ_2M, &why), -EBUSY);
	CHECK_STR(reason_text(), "256 MB of the storage pool is in use");
	CHECK_EQ(inventory_set_es(&inv, 0, SZ_2M, &why), -EBUSY);
	CHECK_STR(reason_text(), "8 MB of the expanded storage is in use");
	CHECK_EQ(inventory_set_pcpu(&inv, 2, false, &why), -EBUSY);
	CHECK_STR(reason_text(), "CPU 2 is in use: 50 percent are assigned to LPARs");
	CHECK_EQ(inventory_set_pcpu(&inv, 3, false, &why), 0);
	CHECK(!inventory_has_pcpu(&inv, 3));
	CHECK_EQ(inventory_set_pcpu(&inv, LPAR_MAX_PCPUS, true, &why), -EINVAL);
	CHECK_EQ(inventory_remove(&inv, 0, &why), -EBUSY);
	CHECK_EQ(inventory_deactivate(&inv, 0, &why), 0);
	CHECK_EQ(inventory_deactivate(&inv, 0, &why), -EINVAL);
	CHECK_EQ(inventory_set_pool(&inv, 0, SZ_2M, &why), 0);
	CHECK_EQ(inventory_set_es(&inv, 1 * MB, SZ_2M, &why), -EINVAL);
	CHECK_EQ(inventory_set_es(&inv, 0, SZ_2M, &why), 0);
	CHECK_EQ(inventory_remove(&inv, 0, &why), 0);
}

TEST(deactivate_restores_the_inventory)
{
	start();
	inventory_add(&inv, "LPAR1", &why);
	was = inv;
	set_want(0, 256, 256, "1:100 2:50");
	want.shares.lip[5].pcpu = 77;	/* not defined: not kept */
	want.channels[0] = 0xf;
	CHECK_EQ(inventory_activate(&inv, 0, &want, &why), 0);
	CHECK_EQ(inv.shares.set[0].lip[5].pcpu, 0);
	CHECK_EQ(inventory_verb(&inv, 0, LPAR_LOAD, &why), LPAR_OPERATING);
	CHECK_EQ(inventory_verb(&inv, 0, LPAR_START, &why), -EINVAL);
	CHECK(!inventory_verify(&inv));
	CHECK_EQ(inventory_deactivate(&inv, 0, &why), 0);
	CHECK(!memcmp(&was, &inv, sizeof(inv)));
}

TEST(verify_detects_inconsistencies)
{
	start();
	inventory_add(&inv, "LPAR1", &why);
	inventory_add(&inv, "LPAR2", &why);
	set_want(0, 256, 256, "1:60");
	CHECK_EQ(inventory_activate(&inv, 0, &want, &why), 0);
	set_want(256, 256, 0, "1:40");
	CHECK_EQ(inventory_activate(&inv, 1, &want, &why), 0);
	was = inv;
	CHECK(!inventory_verify(&inv));
	inv.ms.area[1].origin -= SZ_2M;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.shares.set[1].lip[0].percent++;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.lpar[0].state = LPAR_RELEASED;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.ms.area[0].size = 0;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.channels.ch[9].owner = 0;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.es.size[0] = 62 * MB;
	inv.es.size[1] = 4 * MB;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.es.size[5] = 2 * MB;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.pcpus[0] = 0;
	CHECK(inventory_verify(&inv));
	inv = was;
	inv.ms.area[9] = (struct ms_area){ .origin = 600 * MB, .size = SZ_2M };
	CHECK(inventory_verify(&inv));
}

/* The inventory stays consistent after any sequence of operations. */
TEST(random_operations_keep_the_inventory_consistent)
{
	char shares[32], name[LPAR_NAME_LEN];
	int i, slot, active = 0;

	start();
	for (i = 0; i < 30000; i++) {
		slot = tap_below(8);
		scnprintf(name, sizeof(name), "p%llu", tap_below(20));
		scnprintf(shares, sizeof(shares), "%llu:%llu %llu:%llu", tap_below(6),
			  1 + tap_below(70), tap_below(6), 1 + tap_below(70));
		set_want(tap_below(330) * 2, tap_below(150), tap_below(10) * 2, shares);
		want.channels[0] = tap_below(32) & tap_rand();
		want.es = tap_below(20) * MB;
		switch (tap_below(6)) {
		case 0:
			inventory_add(&inv, name, NULL);
			break;
		case 1:
			inventory_remove(&inv, slot, NULL);
			break;
		case 2:
			inventory_deactivate(&inv, slot, NULL);
			break;
		case 3:
			inventory_verb(&inv, slot, LPAR_LOAD + tap_below(5), NULL);
			break;
		default:
			active += !inventory_activate(&inv, slot, &want, NULL);
		}
		REQUIRE(!inventory_verify(&inv));
	}
	CHECK(active > 100);
}
