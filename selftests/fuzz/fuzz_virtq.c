// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtq.c */
/* max_len: 512 */

/*
 * Virtqueues that a driver has written at random, compared with a walk that collects the
 * descriptors of a chain first and judges them afterwards (virtio 1.2, "Split Virtqueues").
 */
#include "pure.h"
#include "fuzz.h"
#include "vmem.h"

#define NEXT	1
#define WRITE	2
#define INDIRECT 4
#define HELD	8

static struct virtq q;
static struct virtq_chain held[HELD];
static u32 nr_held;
static u16 used_idx, told_idx, taken;

static const struct virtq_env env = { .va = vmem_va };

struct desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

/* A chain as the driver has written it */
struct want {
	int ret;
	u32 descs;		/* that have to be read, in both tables */
	u16 head;
	u32 nr, nr_out;
	struct desc d[2 * VIRTQ_MAX_SIZE];
};

static bool read_at(u64 gpa, void *to, u32 len)
{
	/* Each byte may be in another piece. */
	if (gpa >= VMEM_SIZE || len > VMEM_SIZE - gpa)
		return false;
	memcpy(to, vmem + gpa, len);
	return true;
}

/* Collect the chain of one table; a descriptor that comes again is a loop. */
static int collect(struct want *w, u64 table, u32 size, u32 i, bool indirect)
{
	bool seen[VIRTQ_MAX_SIZE] = { false };
	struct desc d;

	for (;;) {
		if (i >= size || seen[i] || !read_at(table + 16ULL * i, &d, 16))
			return -EIO;
		seen[i] = true;
		w->descs++;
		if (d.flags & INDIRECT) {
			if (indirect || d.flags & NEXT || !d.len || d.len % 16 ||
			    d.len > 16 * VIRTQ_MAX_SIZE)
				return -EIO;
			return collect(w, d.addr, d.len / 16, 0, true);
		}
		w->d[w->nr++] = d;
		if (!(d.flags & NEXT))
			return 0;
		i = d.next;
	}
}

static void judge(struct want *w)
{
	u32 i;

	if (w->nr > VIRTQ_MAX_SIZE)
		w->ret = -EIO;
	while (w->nr_out < w->nr && !(w->d[w->nr_out].flags & WRITE))
		w->nr_out++;
	for (i = w->nr_out; i < w->nr; i++)
		if (!(w->d[i].flags & WRITE))
			w->ret = -EIO;
}

static struct want expect(void)
{
	static struct want w;
	u16 idx;

	memset(&w, 0, offsetof(struct want, d));
	if (!q.enabled || q.broken)
		return w;
	w.ret = -EIO;
	if (!read_at(q.avail + 2, &idx, 2) || (u16)(idx - taken) > q.size)
		return w;
	w.ret = idx != taken;
	if (!w.ret)
		return w;
	if (!read_at(q.avail + 4 + 2 * (taken % q.size), &w.head, 2) || w.head >= q.size ||
	    collect(&w, q.desc, q.size, w.head, false))
		w.ret = -EIO;
	judge(&w);
	return w;
}

static void check_chain(const struct virtq_chain *c, const struct want *w)
{
	u64 out = 0, in = 0, gpa;
	u32 i;

	FUZZ_EQ(c->head, w->head, "head");
	FUZZ_EQ(c->nr, w->nr, "segments");
	FUZZ_EQ(c->nr_out, w->nr_out, "readable segments");
	for (i = 0; i < w->nr; i++) {
		u64 *at = w->d[i].flags & WRITE ? &in : &out;

		FUZZ_EQ(c->seg[i].gpa, w->d[i].addr, "address of a segment");
		FUZZ_EQ(c->seg[i].len, w->d[i].len, "length of a segment");
		if (w->d[i].len) {
			FUZZ_EQ(virtq_piece(c, w->d[i].flags & WRITE, *at, &gpa), w->d[i].len,
				"piece");
			FUZZ_EQ(gpa, w->d[i].addr, "address of a piece");
		}
		*at += w->d[i].len;
	}
	FUZZ_EQ(c->out_len, out, "readable bytes");
	FUZZ_EQ(c->in_len, in, "writable bytes");
	FUZZ_EQ(virtq_piece(c, true, in, &gpa), 0, "piece at the end");
}

static void take(void)
{
	u32 budget = fuzz_flip() ? VIRTQ_MAX_WALK : fuzz_below(24), was = budget;
	struct want w = expect();
	int ret;

	if (nr_held == HELD)
		return;
	ret = virtq_next(&q, &held[nr_held], &budget);
	if (ret == -E2BIG) {
		FUZZ_CHECK(budget == 0 && w.ret && (w.descs > was || w.ret < 0), "%u of %u",
			   w.descs, was);
		FUZZ_CHECK(!q.broken, "a small budget is no error");
		return;
	}
	FUZZ_EQ(ret, w.ret, "result");
	FUZZ_EQ(q.broken, w.ret < 0 || (q.broken && !w.ret), "broken");
	if (ret > 0) {
		FUZZ_EQ(was - budget, w.descs, "descriptors read");
		check_chain(&held[nr_held++], &w);
		taken++;
	}
}

static void give_back(u32 n)
{
	struct virtq_used used[HELD];
	u32 i;

	n = min(n, nr_held);
	if (!n || q.broken)
		return;
	for (i = 0; i < n; i++)
		used[i] = (struct virtq_used){ held[i].head, fuzz_byte() };
	virtq_done_all(&q, used, n);
	memmove(held, held + n, (nr_held - n) * sizeof(held[0]));
	nr_held -= n;
	if (q.used + 6 + 8 * q.size > VMEM_SIZE) {
		/* Perhaps a part of it is in memory. */
		used_idx = q.used_idx;
		return;
	}
	FUZZ_CHECK(!q.broken, "a used ring in memory");
	for (i = 0; i < n; i++, used_idx++) {
		u64 at = q.used + 4 + 8ULL * (used_idx % q.size);

		/* More than the ring has entries: later ones have replaced it. */
		if (i + q.size < n)
			continue;
		FUZZ_EQ(vmem32(at), used[i].head, "head in the used ring");
		FUZZ_EQ(vmem32(at + 4), used[i].len, "length in the used ring");
	}
	FUZZ_EQ(vmem16(q.used + 2), used_idx, "index of the used ring");
}

/* virtio 1.2, "Used Buffer Notification Suppression" */
static void tell(void)
{
	bool want = false, got;
	u16 event = 0, i;

	if (q.broken)
		return;
	if (!q.event_idx) {
		want = used_idx != told_idx && read_at(q.avail, &event, 2) && !(event & 1);
	} else if (read_at(q.avail + 4 + 2ULL * q.size, &event, 2)) {
		for (i = told_idx; i != used_idx; i++)
			want = want || i == event;
	}
	told_idx = used_idx;
	got = virtq_must_tell(&q);
	FUZZ_EQ(got, want, "interrupt");
}

static void ask(void)
{
	bool beyond = fuzz_flip(), got;
	u16 idx = 0;

	if (!read_at(q.avail + 2, &idx, 2))
		return;
	got = beyond ? virtq_ask_beyond(&q) : virtq_ask(&q);
	FUZZ_EQ(got, q.enabled && !q.broken && !beyond && idx != taken, "there is something");
	if (q.event_idx && q.enabled && !q.broken && q.used + 6 + 8 * q.size <= VMEM_SIZE)
		FUZZ_EQ(vmem16(q.used + 4 + 8ULL * q.size), beyond ? idx : taken,
			"avail_event");
}

static void any_desc(void)
{
	static const u64 tables[] = { VMEM_DESC, VMEM_DESC, VMEM_INDIRECT };
	u8 how = fuzz_byte();
	u64 addr = VMEM_DATA + 16 * fuzz_byte(), table;
	u32 len = fuzz_byte(), i;

	if (how & 64)
		addr = fuzz_number();
	if (how & 128)
		len = fuzz_number();
	if ((how & 7) == INDIRECT)
		addr = VMEM_INDIRECT, len = 16 * (len % 160);
	table = tables[fuzz_below(ARRAY_SIZE(tables))];
	i = fuzz_below(min_t(u32, q.size, 16));
	vmem_desc(table, i, addr, len, how & 7, fuzz_below(min_t(u32, q.size, 16) + 1));
}

/* A chain of many descriptors in a row */
static void long_chain(void)
{
	u64 table = fuzz_flip() ? VMEM_INDIRECT : VMEM_DESC;
	u32 n = 1 + fuzz_below(VIRTQ_MAX_SIZE), out = fuzz_below(n + 1), i;

	if (table == VMEM_DESC)
		n = min_t(u32, n, q.size);
	for (i = 0; i < n; i++)
		vmem_desc(table, i, VMEM_DATA + i, i, (i + 1 < n ? NEXT : 0) |
			  (i >= out ? WRITE : 0), i + 1);
}

static void step(void)
{
	u64 at;

	switch (fuzz_below(12)) {
	case 0:
		at = q.avail + 2 * fuzz_below(4 + q.size);
		vmem_put16(at, fuzz_number());
		break;
	case 1:
		long_chain();
		break;
	case 2:
		tell();
		break;
	case 3:
		ask();
		break;
	case 4 ... 5:
		give_back(1 + fuzz_below(HELD));
		break;
	case 6 ... 7:
		vmem_put16(q.avail + 4 + 2 * (vmem_idx % q.size), fuzz_below(q.size + 1));
		vmem_put16(q.avail + 2, ++vmem_idx);
		break;
	case 8 ... 9:
		take();
		break;
	case 10:
		if (nr_held) {
			virtq_untake(&q, 1);
			nr_held--;
			taken--;
		}
		break;
	default:
		any_desc();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u16 n;

	fuzz_start(data, size);
	memset(vmem + VMEM_DESC, 0, VMEM_DATA - VMEM_DESC);
	q = (struct virtq){ .env = &env };
	nr_held = 0;
	virtq_reset(&q);
	n = fuzz_byte();
	q.size = n & 128 ? n : 1 << n % 8;
	q.event_idx = fuzz_flip();
	q.desc = VMEM_DESC + (fuzz_rarely(8) ? fuzz_byte() : 0);
	q.avail = VMEM_AVAIL + (fuzz_rarely(8) ? fuzz_byte() : 0);
	q.used = fuzz_rarely(8) ? VMEM_SIZE - 4 * fuzz_below(64) : VMEM_USED;
	FUZZ_EQ(virtq_enable(&q), (!(n & 128) || n == 128) && !(q.desc % 16) &&
		!(q.avail % 2), "enable");
	if (!q.enabled)
		return 0;
	used_idx = fuzz_flip() ? fuzz_number() : 0;
	told_idx = used_idx;
	q.used_idx = used_idx;
	q.told_idx = used_idx;
	taken = fuzz_flip() ? fuzz_number() : 0;
	q.last_avail = taken;
	vmem_idx = taken;
	vmem_put16(q.avail + 2, taken);
	while (fuzz_more())
		step();
	return 0;
}
