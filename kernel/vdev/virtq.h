/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/virtq.h - the device's side of a split virtqueue (virtio 1.2, "Split
 * Virtqueues"), with indirect descriptors and event indexes.
 *
 * Everything in guest memory is the guest's and may change at any time: each
 * value is read once, checked, and then used. A ring that makes no sense breaks
 * its queue, never more. The caller serialises. L0: calls only struct virtq_env.
 */
#ifndef LPAR_VDEV_VIRTQ_H
#define LPAR_VDEV_VIRTQ_H

#include "pure.h"

#define VIRTQ_MAX_SIZE	128	/* entries; and so of a chain */
/* Descriptors that any valid chain needs at most: the ring's and an indirect table's. */
#define VIRTQ_MAX_WALK	(2 * VIRTQ_MAX_SIZE)

/**
 * struct virtq_env - how guest memory is reached
 * @va: where [@gpa, @gpa + @len) is, or NULL where that is not storage of the
 *	guest or does not lie in one piece
 */
struct virtq_env {
	void *(*va)(void *ctx, u64 gpa, u32 len);
};

/**
 * struct virtq - one queue
 * @env: guest memory
 * @ctx: first argument of the callback in @env
 * @size: entries, as the driver wants it
 * @enabled: the driver said so, and its addresses can be used
 * @broken: the ring made no sense; nothing is taken from it any more
 * @event_idx: the driver knows VIRTIO_F_EVENT_IDX
 * @desc: addresses of the three parts
 * @avail: likewise
 * @used: likewise
 * @last_avail: next entry of the available ring to be taken
 * @used_idx: entries put into the used ring
 * @told_idx: @used_idx when the driver was last thought to be told
 */
struct virtq {
	const struct virtq_env *env;
	void *ctx;
	u16 size;
	bool enabled;
	bool broken;
	bool event_idx;
	u64 desc;
	u64 avail;
	u64 used;
	u16 last_avail;
	u16 used_idx;
	u16 told_idx;
};

struct virtq_seg {
	u64 gpa;
	u32 len;
};

/**
 * struct virtq_chain - one request: what the device reads, then what it writes
 * @head: its name in the used ring
 * @nr: pieces
 * @nr_out: how many of them the device may only read; the others it may only write
 * @out_len: bytes of these
 * @in_len: bytes of the others
 */
struct virtq_chain {
	u16 head;
	u32 nr;
	u32 nr_out;
	u64 out_len;
	u64 in_len;
	struct virtq_seg seg[VIRTQ_MAX_SIZE];
};

/* What the driver is told of a request: its name, and how much was written. */
struct virtq_used {
	u16 head;
	u32 len;
};

/* Not enabled, and all that the driver says forgotten. */
void virtq_reset(struct virtq *q);
/* The driver enables it. False: size or addresses cannot be used. */
bool virtq_enable(struct virtq *q);

/**
 * virtq_next() - take the next request
 * @q: the queue
 * @c: gets it
 * @budget: how many descriptors may be read, VIRTQ_MAX_WALK for any chain; reduced by
 *	those that were
 *
 * Context: the caller's lock.
 * Return: 1; 0 when there is none; -EIO: the ring makes no sense, broken from now on;
 * -E2BIG: the chain has more descriptors than @budget, and was not taken.
 */
int virtq_next(struct virtq *q, struct virtq_chain *c, u32 *budget);

/* The last @n that were taken were not: the next virtq_next() has them again. */
void virtq_untake(struct virtq *q, u32 n);

/* Give a request back; @len: bytes that were written into its second part. */
void virtq_done(struct virtq *q, const struct virtq_chain *c, u32 len);
/* Likewise @n at once: the driver sees all of them or none. */
void virtq_done_all(struct virtq *q, const struct virtq_used *used, u32 n);

/* Does the driver want to hear of what was given back since the last time? */
bool virtq_must_tell(struct virtq *q);

/* Ask to be told of the next request; true: there is one already. */
bool virtq_ask(struct virtq *q);

/* Ask to be told of requests beyond those that are there; true: some have come. */
bool virtq_ask_beyond(struct virtq *q);

/**
 * virtq_piece() - guest memory behind an offset of a chain
 * @c: the chain
 * @in: of the part that the device writes
 * @offset: bytes from the part's start, less than its length
 * @gpa: gets the address
 *
 * Return: how many bytes follow in one segment; 0 beyond the end.
 */
u32 virtq_piece(const struct virtq_chain *c, bool in, u64 offset, u64 *gpa);

/* Copy from the part that is read, and to the part that is written. */
bool virtq_copy_out(const struct virtq *q, const struct virtq_chain *c,
		    u64 offset, void *to, u32 len);
bool virtq_copy_in(const struct virtq *q, const struct virtq_chain *c,
		   u64 offset, const void *from, u32 len);

#endif /* LPAR_VDEV_VIRTQ_H */
