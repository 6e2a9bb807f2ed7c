// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtq.c - walks a split virtqueue that a guest has written. L0: calls only
 * the callback in struct virtq_env.
 */
#include "pure.h"
#include <linux/virtio_ring.h>

#include "vdev/virtq.h"

/* The fields of a virtio 1.x ring are little-endian, whatever the types of the header say. */
#define virtq_le16(x)	le16_to_cpu((__force __le16)(x))
#define virtq_le32(x)	le32_to_cpu((__force __le32)(x))
#define virtq_le64(x)	le64_to_cpu((__force __le64)(x))

#define VIRTQ_IDX	offsetof(struct vring_avail, idx)
#define VIRTQ_RING	offsetof(struct vring_avail, ring)
#define VIRTQ_USED	offsetof(struct vring_used, ring)

/* An aligned 16-bit value lies in one piece of storage and is accessed at once. */
static bool virtq_read16(const struct virtq *q, u64 gpa, u16 *val)
{
	const __le16 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (!p)
		return false;
	*val = le16_to_cpu(READ_ONCE(*p));
	return true;
}

static bool virtq_write16(const struct virtq *q, u64 gpa, u16 val)
{
	__le16 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (p)
		WRITE_ONCE(*p, cpu_to_le16(val));
	return p;
}

static bool virtq_write32(const struct virtq *q, u64 gpa, u32 val)
{
	__le32 *p = q->env->va(q->ctx, gpa, sizeof(*p));

	if (p)
		WRITE_ONCE(*p, cpu_to_le32(val));
	return p;
}

static bool virtq_copy(const struct virtq *q, u64 gpa, void *buf, u32 len, bool to_guest)
{
	void *p = q->env->va(q->ctx, gpa, len);
	u32 i;

	if (!p && len > 1) {
		/* It may span two pieces of storage. */
		for (i = 0; i < len; i++)
			if (!virtq_copy(q, gpa + i, (u8 *)buf + i, 1, to_guest))
				return false;
		return true;
	}
	if (p && to_guest)
		memcpy(p, buf, len);
	else if (p)
		memcpy(buf, p, len);
	/* Use the copy only: the guest may change its memory at any time. */
	barrier();
	return p;
}

static int virtq_break(struct virtq *q)
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
static bool virtq_add_seg(struct virtq_chain *c, u64 gpa, u32 len, bool in)
{
	/* Readable descriptors come before writable ones. */
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

/* 0, -EIO: the chain is invalid, or -E2BIG: @budget descriptors were not enough. */
static int virtq_walk(const struct virtq *q, struct virtq_chain *c, u64 table, u32 size,
		      u32 i, bool indirect, u32 *budget)
{
	struct vring_desc d;
	u32 steps, len;
	u16 flags;

	for (steps = 0; steps < size; steps++) {
		if (!*budget)
			return -E2BIG;
		--*budget;
		if (i >= size || !virtq_copy(q, table + i * sizeof(d), &d, sizeof(d), false))
			return -EIO;
		flags = virtq_le16(d.flags);
		len = virtq_le32(d.len);
		if (flags & VRING_DESC_F_INDIRECT) {
			if (indirect || flags & VRING_DESC_F_NEXT || !len || len % sizeof(d) ||
			    len / sizeof(d) > VIRTQ_MAX_SIZE)
				return -EIO;
			return virtq_walk(q, c, virtq_le64(d.addr), len / sizeof(d), 0, true,
				    budget);
		}
		if (!virtq_add_seg(c, virtq_le64(d.addr), len, flags & VRING_DESC_F_WRITE))
			return -EIO;
		if (!(flags & VRING_DESC_F_NEXT))
			return 0;
		i = virtq_le16(d.next);
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
	if (!virtq_read16(q, q->avail + VIRTQ_IDX, &idx))
		return virtq_break(q);
	if (idx == q->last_avail)
		return 0;
	if ((u16)(idx - q->last_avail) > q->size)
		return virtq_break(q);
	/* Pairs with the driver's barrier between entry and index. */
	smp_rmb();
	entry = q->avail + VIRTQ_RING + sizeof(__virtio16) * (q->last_avail % q->size);
	if (!virtq_read16(q, entry, &head) || head >= q->size)
		return virtq_break(q);
	c->head = head;
	c->nr = 0;
	c->nr_out = 0;
	c->out_len = 0;
	c->in_len = 0;
	err = virtq_walk(q, c, q->desc, q->size, head, false, budget);
	if (err)
		return err == -E2BIG ? err : virtq_break(q);
	q->last_avail++;
	return 1;
}

void virtq_untake(struct virtq *q, u32 n)
{
	q->last_avail -= n;
}

static bool virtq_write_used(const struct virtq *q, u16 idx, const struct virtq_used *u)
{
	u64 entry = q->used + VIRTQ_USED + sizeof(struct vring_used_elem) * (u64)(idx % q->size);

	return virtq_write32(q, entry, u->head) && virtq_write32(q, entry + 4, u->len);
}

void virtq_done_all(struct virtq *q, const struct virtq_used *used, u32 n)
{
	u32 i;

	if (q->broken)
		return;
	for (i = 0; i < n; i++) {
		if (!virtq_write_used(q, q->used_idx + i, &used[i])) {
			virtq_break(q);
			return;
		}
	}
	/* Data and entries before the index. */
	smp_wmb();
	q->used_idx += n;
	if (!virtq_write16(q, q->used + VIRTQ_IDX, q->used_idx))
		virtq_break(q);
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
	/* Write the index before reading the event: the driver does the reverse. */
	smp_mb();
	if (!q->event_idx)
		return virtq_read16(q, q->avail, &flags) && !(flags & VRING_AVAIL_F_NO_INTERRUPT);
	if (!virtq_read16(q, q->avail + VIRTQ_RING + sizeof(__virtio16) * q->size, &event))
		return false;
	/* Whether @event is among the entries @told .. @now - 1. */
	return (u16)(now - event - 1) < (u16)(now - told);
}

/* Request a notification when the driver's index passes @seen; true: it has. */
static bool virtq_request(struct virtq *q, u16 seen)
{
	u16 idx;

	if (q->event_idx)
		virtq_write16(q, q->used + VIRTQ_USED +
			      sizeof(struct vring_used_elem) * q->size, seen);
	/* Write the event before reading the index: the driver does the reverse. */
	smp_mb();
	return virtq_read16(q, q->avail + VIRTQ_IDX, &idx) && idx != seen;
}

bool virtq_ask(struct virtq *q)
{
	return q->enabled && !q->broken && virtq_request(q, q->last_avail);
}

bool virtq_ask_beyond(struct virtq *q)
{
	u16 idx;

	return q->enabled && !q->broken && virtq_read16(q, q->avail + VIRTQ_IDX, &idx) &&
	       virtq_request(q, idx);
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

static bool virtq_copy_part(const struct virtq *q, const struct virtq_chain *c, bool in,
			    u64 offset, void *buf, u32 len)
{
	u32 part;
	u64 gpa;

	while (len) {
		part = min(len, virtq_piece(c, in, offset, &gpa));
		if (!part || !virtq_copy(q, gpa, buf, part, in))
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
	return virtq_copy_part(q, c, false, offset, to, len);
}

bool virtq_copy_in(const struct virtq *q, const struct virtq_chain *c,
		   u64 offset, const void *from, u32 len)
{
	return virtq_copy_part(q, c, true, offset, (void *)from, len);
}
