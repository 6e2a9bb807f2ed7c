/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/virtq.h - the device's side of a split virtqueue (virtio 1.2, "Split
 * Virtqueues"), with indirect descriptors and event indexes.
 *
 * The guest may change its memory at any time: each value is read once, checked, and
 * then used. An invalid ring breaks its queue only. The caller serialises. L0: calls
 * only struct virtq_env.
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
 * @size: entries, as set by the driver
 * @enabled: by the driver, with valid addresses
 * @broken: the ring was invalid; nothing more is taken from it
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated
 * @desc: address of the descriptor table
 * @avail: of the available ring
 * @used: of the used ring
 * @last_avail: next entry of the available ring to be taken
 * @used_idx: entries put into the used ring
 * @told_idx: @used_idx at the last decision on an interrupt
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
 * struct virtq_chain - one request: segments to read, then segments to write
 * @head: its id in the used ring
 * @nr: segments
 * @nr_out: how many of them are device-readable; the others are device-writable
 * @out_len: bytes of the device-readable ones
 * @in_len: bytes of the device-writable ones
 */
struct virtq_chain {
	u16 head;
	u32 nr;
	u32 nr_out;
	u64 out_len;
	u64 in_len;
	struct virtq_seg seg[VIRTQ_MAX_SIZE];
};

/* An element of the used ring: the request's id, and the bytes written. */
struct virtq_used {
	u16 head;
	u32 len;
};

/* Power-on state: disabled, with no settings of the driver. */
void virtq_reset(struct virtq *q);
/* The driver enables it. False: size or addresses are invalid. */
bool virtq_enable(struct virtq *q);

/**
 * virtq_next() - take the next request
 * @q: the queue
 * @c: gets it
 * @budget: how many descriptors may be read, VIRTQ_MAX_WALK for any chain; reduced by
 *	those that were
 *
 * Context: the caller's lock.
 * Return: 1; 0 when there is none; -EIO: the ring is invalid, broken from now on;
 * -E2BIG: the chain has more descriptors than @budget, and was not taken.
 */
int virtq_next(struct virtq *q, struct virtq_chain *c, u32 *budget);

/* Undo the last @n virtq_next(): the next one returns the same requests. */
void virtq_untake(struct virtq *q, u32 n);

/* Return a request; @len: bytes that were written to it. */
void virtq_done(struct virtq *q, const struct virtq_chain *c, u32 len);
/* Return @n requests at once: the driver sees all of them or none. */
void virtq_done_all(struct virtq *q, const struct virtq_used *used, u32 n);

/* Does the driver want an interrupt for the requests returned since the last call? */
bool virtq_must_tell(struct virtq *q);

/* Request a notification for the next request; true: there is one already. */
bool virtq_ask(struct virtq *q);

/* Likewise for requests beyond the available ones; true: some have been added. */
bool virtq_ask_beyond(struct virtq *q);

/**
 * virtq_piece() - guest memory at an offset of a chain
 * @c: the chain
 * @in: of the device-writable part
 * @offset: bytes from the part's start, less than its length
 * @gpa: gets the address
 *
 * Return: how many bytes follow in one segment; 0 beyond the end.
 */
u32 virtq_piece(const struct virtq_chain *c, bool in, u64 offset, u64 *gpa);

/* Copy from the device-readable part, and to the device-writable part. */
bool virtq_copy_out(const struct virtq *q, const struct virtq_chain *c,
		    u64 offset, void *to, u32 len);
bool virtq_copy_in(const struct virtq *q, const struct virtq_chain *c,
		   u64 offset, const void *from, u32 len);

#endif /* LPAR_VDEV_VIRTQ_H */
