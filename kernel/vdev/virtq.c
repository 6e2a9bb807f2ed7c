// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtq.c - walks a split virtqueue that a guest has written. L0: calls only
 * the callback in struct virtq_env.
 */
#include "pure.h"
#include "vdev/virtq.h"

struct vq_desc {
	__le64 addr;
	__le32 len;
	__le16 flags;
	__le16 next;
};

#define DESC_NEXT	1
#define DESC_WRITE	2
#define DESC_INDIRECT	4

static_assert(sizeof(struct vq_desc) == 16);

/* Parts of the rings: flags, idx, entries, event. */
#define RING_IDX	2
#define RING_ENTRIES	4
#define AVAIL_ENTRY	2
#define USED_ENTRY	8
#define AVAIL_NO_INTERRUPT 1

/* An aligned half-word never lies in two pieces, and is read or written as one. */
static bool read16(const struct virtq *q, u64 gpa, u16 *val)
{
	const __le16 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (!p)
		return false;
	*val = le16_to_cpu(READ_ONCE(*p));
	return true;
}

static bool write16(const struct virtq *q, u64 gpa, u16 val)
{
	__le16 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (p)
		WRITE_ONCE(*p, cpu_to_le16(val));
	return p;
}

static bool write32(const struct virtq *q, u64 gpa, u32 val)
{
	__le32 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (p)
		WRITE_ONCE(*p, cpu_to_le32(val));
	return p;
}

static bool copy(const struct virtq *q, u64 gpa, void *buf, u32 len, bool to_guest)
{
	void *p = q->env->va(q->ctx, gpa, len);
	u32 i;

	if (!p && len > 1) {
		/* Perhaps in two pieces of storage. */
		for (i = 0; i < len; i++)
			if (!copy(q, gpa + i, (u8 *)buf + i, 1, to_guest))
				return false;
		return true;
	}
	if (p && to_guest)
		memcpy(p, buf, len);
	else if (p)
		memcpy(buf, p, len);
	/* Read once: what the guest makes of it later is of no account. */
	barrier();
	return p;
}

static int broken(struct virtq *q)
{
	q->broken = true;
	return -EIO;
}

void virtq_reset(struct virtq *q)
{
	const struct virtq_env *env = q->env;
	void *ctx = q->ctx;

	*q = (struct virtq){ .env = env, .ctx = ctx, .size = VIRTQ_MAX_SIZE };
}

bool virtq_enable(struct virtq *q)
{
	bool ok = q->size && q->size <= VIRTQ_MAX_SIZE && is_power_of_2(q->size) &&
		  IS_ALIGNED(q->desc, 16) && IS_ALIGNED(q->avail, 2) &&
		  IS_ALIGNED(q->used, 4);

	q->enabled = ok;
	q->broken = false;
	q->last_avail = 0;
	q->used_idx = 0;
	q->told_idx = 0;
	return ok;
}

/*
 * A chain. @table is the ring's or an indirect one of @size entries.
 */
static bool add_seg(struct virtq_chain *c, u64 gpa, u32 len, bool in)
{
	/* What is read stands before what is written. */
	if (c->nr == VIRTQ_MAX_SIZE || (!in && c->nr_out != c->nr))
		return false;
	c->seg[c->nr++] = (struct virtq_seg){ gpa, len };
	if (in) {
		c->in_len += len;
	} else {
		c->out_len += len;
		c->nr_out++;
	}
	return true;
}

/* 0, -EIO: the chain makes no sense, or -E2BIG: @budget descriptors were not enough. */
static int walk(const struct virtq *q, struct virtq_chain *c, u64 table, u32 size,
		u32 i, bool indirect, u32 *budget)
{
	struct vq_desc d;
	u32 steps, len;
	u16 flags;

	for (steps = 0; steps < size; steps++) {
		if (!*budget)
			return -E2BIG;
		--*budget;
		if (i >= size || !copy(q, table + i * sizeof(d), &d, sizeof(d), false))
			return -EIO;
		flags = le16_to_cpu(d.flags);
		len = le32_to_cpu(d.len);
		if (flags & DESC_INDIRECT) {
			if (indirect || flags & DESC_NEXT || !len || len % sizeof(d) ||
			    len / sizeof(d) > VIRTQ_MAX_SIZE)
				return -EIO;
			return walk(q, c, le64_to_cpu(d.addr), len / sizeof(d), 0, true,
				    budget);
		}
		if (!add_seg(c, le64_to_cpu(d.addr), len, flags & DESC_WRITE))
			return -EIO;
		if (!(flags & DESC_NEXT))
			return 0;
		i = le16_to_cpu(d.next);
	}
	return -EIO;	/* a loop */
}

int virtq_next(struct virtq *q, struct virtq_chain *c, u32 *budget)
{
	u16 idx, head;
	u64 entry;
	int err;

	if (!q->enabled || q->broken)
		return 0;
	if (!read16(q, q->avail + RING_IDX, &idx))
		return broken(q);
	if (idx == q->last_avail)
		return 0;
	if ((u16)(idx - q->last_avail) > q->size)
		return broken(q);
	/* The entry was written before the index. */
	smp_rmb();
	entry = q->avail + RING_ENTRIES + AVAIL_ENTRY * (q->last_avail % q->size);
	if (!read16(q, entry, &head) || head >= q->size)
		return broken(q);
	c->head = head;
	c->nr = 0;
	c->nr_out = 0;
	c->out_len = 0;
	c->in_len = 0;
	err = walk(q, c, q->desc, q->size, head, false, budget);
	if (err)
		return err == -E2BIG ? err : broken(q);
	q->last_avail++;
	return 1;
}

void virtq_untake(struct virtq *q, u32 n)
{
	q->last_avail -= n;
}

static bool write_used(const struct virtq *q, u16 idx, const struct virtq_used *u)
{
	u64 entry = q->used + RING_ENTRIES + USED_ENTRY * (u64)(idx % q->size);

	return write32(q, entry, u->head) && write32(q, entry + 4, u->len);
}

void virtq_done_all(struct virtq *q, const struct virtq_used *used, u32 n)
{
	u32 i;

	if (q->broken)
		return;
	for (i = 0; i < n; i++) {
		if (!write_used(q, q->used_idx + i, &used[i])) {
			broken(q);
			return;
		}
	}
	/* Data and entries before the index. */
	smp_wmb();
	q->used_idx += n;
	if (!write16(q, q->used + RING_IDX, q->used_idx))
		broken(q);
}

void virtq_done(struct virtq *q, const struct virtq_chain *c, u32 len)
{
	const struct virtq_used used = { c->head, len };

	virtq_done_all(q, &used, 1);
}

bool virtq_must_tell(struct virtq *q)
{
	u16 told = q->told_idx, now = q->used_idx, event, flags;

	if (q->broken || told == now)
		return false;
	q->told_idx = now;
	/* The index before what the driver wants: it does it the other way round. */
	smp_mb();
	if (!q->event_idx)
		return read16(q, q->avail, &flags) && !(flags & AVAIL_NO_INTERRUPT);
	if (!read16(q, q->avail + RING_ENTRIES + AVAIL_ENTRY * q->size, &event))
		return false;
	/* Whether @event is among the entries @told .. @now - 1. */
	return (u16)(now - event - 1) < (u16)(now - told);
}

/* Ask to be told when the driver goes beyond @seen; true: it has. */
static bool ask(struct virtq *q, u16 seen)
{
	u16 idx;

	if (q->event_idx)
		write16(q, q->used + RING_ENTRIES + USED_ENTRY * q->size, seen);
	/* The wish before the look: the driver does it the other way round. */
	smp_mb();
	return read16(q, q->avail + RING_IDX, &idx) && idx != seen;
}

bool virtq_ask(struct virtq *q)
{
	return q->enabled && !q->broken && ask(q, q->last_avail);
}

bool virtq_ask_beyond(struct virtq *q)
{
	u16 idx;

	return q->enabled && !q->broken && read16(q, q->avail + RING_IDX, &idx) &&
	       ask(q, idx);
}

u32 virtq_piece(const struct virtq_chain *c, bool in, u64 offset, u64 *gpa)
{
	u32 i = in ? c->nr_out : 0;
	u32 end = in ? c->nr : c->nr_out;

	for (; i < end; i++) {
		if (offset < c->seg[i].len) {
			*gpa = c->seg[i].gpa + offset;
			return c->seg[i].len - (u32)offset;
		}
		offset -= c->seg[i].len;
	}
	return 0;
}

static bool copy_part(const struct virtq *q, const struct virtq_chain *c, bool in,
		      u64 offset, void *buf, u32 len)
{
	u32 part;
	u64 gpa;

	while (len) {
		part = min(len, virtq_piece(c, in, offset, &gpa));
		if (!part || !copy(q, gpa, buf, part, in))
			return false;
		buf = (u8 *)buf + part;
		offset += part;
		len -= part;
	}
	return true;
}

bool virtq_copy_out(const struct virtq *q, const struct virtq_chain *c,
		    u64 offset, void *to, u32 len)
{
	return copy_part(q, c, false, offset, to, len);
}

bool virtq_copy_in(const struct virtq *q, const struct virtq_chain *c,
		   u64 offset, const void *from, u32 len)
{
	return copy_part(q, c, true, offset, (void *)from, len);
}
