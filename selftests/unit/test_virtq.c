// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtq.c */

/* The device side of a split virtqueue: valid rings, and anything that a guest may write. */
#include "pure.h"
#include "tap.h"
#include "vmem.h"

#define NEXT		1
#define WRITE		2
#define INDIRECT	4
#define SIZE		8

static const struct virtq_env env = { .va = vmem_va };
static struct virtq q;
static struct virtq_chain c;

/* With a budget that any chain can have */
static int next_chain(struct virtq *vq, struct virtq_chain *chain)
{
	u32 budget = VIRTQ_MAX_WALK;

	return virtq_next(vq, chain, &budget);
}

static void start(void)
{
	vmem_reset();
	memset(&q, 0, sizeof(q));
	q.env = &env;
	virtq_reset(&q);
	q.size = SIZE;
	q.desc = VMEM_DESC;
	q.avail = VMEM_AVAIL;
	q.used = VMEM_USED;
	REQUIRE(virtq_enable(&q));
}

TEST(chain_is_read_and_completed)
{
	u64 gpa;
	u8 b[8];

	start();
	CHECK_EQ(next_chain(&q, &c), 0);
	vmem_desc(VMEM_DESC, 3, VMEM_DATA, 16, NEXT, 5);
	vmem_desc(VMEM_DESC, 5, VMEM_DATA + 0x100, 4, NEXT, 0);
	vmem_desc(VMEM_DESC, 0, VMEM_DATA + 0x200, 512, NEXT | WRITE, 1);
	vmem_desc(VMEM_DESC, 1, VMEM_DATA + 0x800, 1, WRITE, 0);
	memcpy(vmem + VMEM_DATA + 14, "ab", 2);
	memcpy(vmem + VMEM_DATA + 0x100, "cdef", 4);
	vmem_offer(SIZE, 3);
	CHECK_EQ(next_chain(&q, &c), 1);
	CHECK_EQ(next_chain(&q, &(struct virtq_chain){}), 0);
	CHECK_EQ(c.nr, 4);
	CHECK_EQ(c.nr_out, 2);
	CHECK_EQ(c.out_len, 20);
	CHECK_EQ(c.in_len, 513);
	CHECK_EQ(virtq_piece(&c, false, 15, &gpa), 1);
	CHECK_EQ(gpa, VMEM_DATA + 15);
	CHECK_EQ(virtq_piece(&c, true, 512, &gpa), 1);
	CHECK_EQ(gpa, VMEM_DATA + 0x800);
	CHECK_EQ(virtq_piece(&c, true, 513, &gpa), 0);
	CHECK(virtq_copy_out(&q, &c, 14, b, 6));
	CHECK(!memcmp(b, "abcdef", 6));
	CHECK(!virtq_copy_out(&q, &c, 16, b, 5));
	CHECK(virtq_copy_in(&q, &c, 511, "xy", 2));
	CHECK_EQ(vmem[VMEM_DATA + 0x200 + 511], 'x');
	CHECK_EQ(vmem[VMEM_DATA + 0x800], 'y');
	virtq_done(&q, &c, 513);
	CHECK_EQ(vmem16(VMEM_USED + 2), 1);
	CHECK_EQ(vmem32(VMEM_USED + 4), 3);
	CHECK_EQ(vmem32(VMEM_USED + 8), 513);
	CHECK(virtq_must_tell(&q));
	CHECK(!virtq_must_tell(&q));
}

TEST(indirect_table_may_cross_pieces)
{
	u32 table = VMEM_INDIRECT + VMEM_PIECE - 24;	/* the second entry crosses */

	start();
	vmem_desc(VMEM_DESC, 2, table, 48, INDIRECT, 0);
	vmem_desc(table, 0, VMEM_DATA, 16, NEXT, 1);
	vmem_desc(table, 1, VMEM_DATA, 512, NEXT | WRITE, 2);
	vmem_desc(table, 2, VMEM_DATA, 1, WRITE, 0);
	vmem_offer(SIZE, 2);
	CHECK_EQ(next_chain(&q, &c), 1);
	CHECK_EQ(c.nr, 3);
	CHECK_EQ(c.head, 2);
	CHECK_EQ(c.in_len, 513);
}

/* The chain that begins with descriptor 0 must break the queue. */
static void check_broken(const char *what)
{
	vmem_offer(SIZE, 0);
	if (next_chain(&q, &c) != -EIO || !q.broken)
		tap_fail(__FILE__, __LINE__, "%s is accepted", what);
	CHECK_EQ(next_chain(&q, &c), 0);
	virtq_done(&q, &c, 1);
	CHECK_EQ(vmem16(VMEM_USED + 2), 0);
}

TEST(invalid_rings_break_the_queue)
{
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, NEXT, 0);
	check_broken("a loop");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, NEXT, SIZE);
	check_broken("a next index beyond the table");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 1, NEXT | WRITE, 1);
	vmem_desc(VMEM_DESC, 1, VMEM_DATA, 16, 0, 0);
	check_broken("a readable descriptor after a writable one");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 16, INDIRECT, 0);
	vmem_desc(VMEM_INDIRECT, 0, VMEM_INDIRECT, 16, INDIRECT, 0);
	check_broken("a nested indirect table");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 16, INDIRECT | NEXT, 1);
	check_broken("indirect with next");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 17, INDIRECT, 0);
	check_broken("an indirect table of fractional size");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 0, INDIRECT, 0);
	check_broken("an empty indirect table");
	start();
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 16 * (VIRTQ_MAX_SIZE + 1), INDIRECT, 0);
	check_broken("an indirect table with too many entries");
	start();
	vmem_desc(VMEM_DESC, 0, U64_MAX - 7, 16, INDIRECT, 0);
	check_broken("an indirect table at the end of the address space");
	start();
	vmem_put16(VMEM_AVAIL + 2, SIZE + 1);
	CHECK_EQ(next_chain(&q, &c), -EIO);
	start();
	vmem_offer(SIZE, SIZE);
	CHECK_EQ(next_chain(&q, &c), -EIO);
	start();
	q.avail = VMEM_SIZE;
	CHECK_EQ(next_chain(&q, &c), -EIO);
	start();
	q.desc = VMEM_SIZE * 16;
	vmem_offer(SIZE, 0);
	CHECK_EQ(next_chain(&q, &c), -EIO);
	start();
	q.used = VMEM_SIZE;
	vmem_offer(SIZE, 0);
	CHECK_EQ(next_chain(&q, &c), 1);
	virtq_done(&q, &c, 0);
	CHECK(q.broken);
	CHECK(!virtq_must_tell(&q));
}

TEST(only_valid_queues_are_enabled)
{
	static const struct { u16 size; u64 desc, avail, used; bool ok; } row[] = {
		{ 1, 0, 0, 0, true },
		{ VIRTQ_MAX_SIZE, 16, 2, 4, true },
		{ 0, 0, 0, 0, false },
		{ 3, 0, 0, 0, false },
		{ 2 * VIRTQ_MAX_SIZE, 0, 0, 0, false },
		{ 8, 8, 0, 0, false },
		{ 8, 0, 1, 0, false },
		{ 8, 0, 0, 2, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		start();
		q.size = row[i].size;
		q.desc = row[i].desc;
		q.avail = row[i].avail;
		q.used = row[i].used;
		CHECK_EQ(virtq_enable(&q), row[i].ok);
		CHECK_EQ(q.enabled, row[i].ok);
	}
}

TEST(driver_controls_interrupts)
{
	u32 i;

	start();
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, 0, 0);
	vmem_put16(VMEM_AVAIL, 1);		/* no interrupt */
	vmem_offer(SIZE, 0);
	CHECK_EQ(next_chain(&q, &c), 1);
	virtq_done(&q, &c, 0);
	CHECK(!virtq_must_tell(&q));
	start();
	q.event_idx = true;
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, 0, 0);
	vmem_put16(VMEM_AVAIL + 4 + 2 * SIZE, 3);	/* used_event: after the fourth */
	for (i = 0; i < 6; i++) {
		CHECK(!virtq_ask(&q));
		CHECK_EQ(vmem16(VMEM_USED + 4 + 8 * SIZE), i);
		vmem_offer(SIZE, 0);
		CHECK(virtq_ask(&q));
		CHECK_EQ(next_chain(&q, &c), 1);
		virtq_done(&q, &c, 0);
		CHECK_EQ(virtq_must_tell(&q), i == 3);
	}
}

TEST(ring_indexes_wrap)
{
	u32 i, told = 0;

	start();
	q.event_idx = true;
	vmem_desc(VMEM_DESC, 1, VMEM_DATA, 16, 0, 0);
	for (i = 0; i < 70000; i++) {
		vmem_put16(VMEM_AVAIL + 4 + 2 * SIZE, i);
		vmem_offer(SIZE, 1);
		CHECK_EQ(next_chain(&q, &c), 1);
		virtq_done(&q, &c, 0);
		told += virtq_must_tell(&q);
	}
	CHECK_EQ(told, 70000);
	CHECK_EQ(vmem16(VMEM_USED + 2), (u16)70000);
}

/* Any value anywhere in the rings; nothing outside vmem is touched. */
TEST(random_rings_are_harmless)
{
	u32 i, k, taken = 0;
	u64 gpa;
	u8 b[32];

	for (i = 0; i < 20000; i++) {
		start();
		for (k = 0; k < SIZE; k++) {
			vmem_desc(VMEM_DESC, k, tap_below(4) ? tap_below(VMEM_SIZE) : tap_rand(),
				  tap_rand() >> tap_below(64), tap_below(8), tap_below(SIZE + 1));
			vmem_desc(VMEM_INDIRECT, k, tap_rand() >> tap_below(64),
				  tap_below(600), tap_below(4), tap_below(SIZE));
		}
		for (k = 0; k < 4; k++)
			vmem_offer(SIZE, tap_below(SIZE + 1));
		q.event_idx = tap_below(2);
		while (next_chain(&q, &c) > 0) {
			taken++;
			CHECK(c.nr <= VIRTQ_MAX_SIZE && c.nr_out <= c.nr);
			virtq_copy_out(&q, &c, tap_below(600), b, sizeof(b));
			virtq_copy_in(&q, &c, tap_below(600), b, sizeof(b));
			virtq_piece(&c, tap_below(2), tap_rand() >> tap_below(64), &gpa);
			virtq_done(&q, &c, tap_rand());
			virtq_must_tell(&q);
		}
		virtq_ask(&q);
	}
	CHECK(taken > 1000);
}
