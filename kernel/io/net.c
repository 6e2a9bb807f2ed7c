// SPDX-License-Identifier: GPL-2.0
/*
 * io/net.c - threads of a net channel, between the pure model vdev/virtio_net and
 * host/netio. See machine/slot.h. Layer L2.
 *
 * The thread of a queue pair moves a batch from the guest and a batch to it, and then
 * notifies it once. Frames are copied once in each direction, without a lock; devs_lock
 * is held for ring accesses only. The first thread also executes the driver's commands,
 * and keeps the interface informed of the driver's state.
 */
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "machine/slot.h"
#include "io/net.h"
#include "machine/machine.h"
#include "host/netio.h"
#include "vdev/virtio_net.h"

/* Maximum number of frames in one direction before the other's turn */
#define NET_BATCH	64
/* Maximum number of tries when the guest adds buffers, but not enough */
#define NET_ROOM_TURNS	4
/* Frames are dropped after the guest has not provided buffers for this time. */
#define NET_STALL	HZ
/* Maximum number of pieces of a frame: a segment may cross a boundary of storage. */
#define NET_VECS	(2 * VIRTQ_MAX_SIZE)

static_assert(VNET_PAIRS == NETIO_QUEUES && VNET_PAIRS <= SLOT_DEV_TASKS);
static_assert(sizeof(struct virtio_net_hdr_v1) == NETIO_HEADER_LEN);
static_assert(VNET_ROOM_SEGS <= VIRTQ_MAX_SIZE);
static_assert(VNET_TAKES_CSUM == NETIO_CSUM && VNET_TAKES_ECN == NETIO_ECN &&
	      VNET_TAKES_TSO4 == NETIO_TSO4 && VNET_TAKES_TSO6 == NETIO_TSO6);

struct net_channel;

/**
 * struct net_pair - a queue pair; accessed by its thread only
 * @ch: the device
 * @nr: number of the pair
 * @worker: the thread
 * @work: serve the queues
 * @stall: drop waiting frames after NET_STALL
 * @hush: drop waiting frames; the device is quiet
 * @done: @hush is done
 * @waiting: frames to the guest
 * @stuck: the guest has no room for the first of them
 * @frame: frame being received from the guest
 * @room: buffers for the frame being sent to the guest
 * @vec: host mapping of either
 */
struct net_pair {
	struct net_channel *ch;
	u32 nr;
	struct kthread_worker *worker;
	struct kthread_work work;
	struct kthread_delayed_work stall;
	struct kthread_work hush;
	struct completion done;
	struct sk_buff_head waiting;
	bool stuck;
	struct vnet_frame frame;
	struct vnet_room room;
	struct kvec vec[NET_VECS];
};

/**
 * struct net_channel - a net channel in a machine
 * @dev: common part
 * @io: the host's interface
 * @user: its registration with @io
 * @net: the model (devs_lock)
 * @pair: queue pairs
 */
struct net_channel {
	struct slot_dev dev;
	struct netio *io;
	struct netio_user user;
	struct virtio_net net;
	struct net_pair pair[VNET_PAIRS];
};

static struct net_channel *to_net(struct slot_dev *dev)
{
	return container_of(dev, struct net_channel, dev);
}

static void net_wake_pair(struct net_pair *p)
{
	kthread_queue_work(p->worker, &p->work);
}

/* Append guest memory to @p->vec. Return: new number of entries, or -EFAULT. */
static int net_add_vecs(struct net_pair *p, u32 nr, u64 gpa, u32 len)
{
	size_t part;
	void *va;

	for (; len; gpa += part, len -= part) {
		va = machine_va(p->ch->dev.m, gpa, &part);
		if (!va || nr == NET_VECS)
			return -EFAULT;
		part = min_t(size_t, part, len);
		p->vec[nr++] = (struct kvec){ .iov_base = va, .iov_len = part };
	}
	return nr;
}

/*
 * From the guest.
 */

/* Give back the previous frame and take the next one. */
static bool net_next_frame(struct net_pair *p, bool give, bool take)
{
	struct net_channel *ch = p->ch;

	guard(raw_spinlock_irqsave)(&ch->dev.m->devs_lock);
	if (give)
		virtio_net_give(&ch->net, p->nr, &p->frame);
	return take && !ch->dev.quiet && virtio_net_take(&ch->net, p->nr, &p->frame);
}

static void net_receive(struct net_pair *p, struct list_head *list)
{
	const struct vnet_frame *f = &p->frame;
	struct netio *io = p->ch->io;
	u32 done, len;
	int nr = 0;
	u64 gpa;

	for (done = 0; done < f->len && nr >= 0; done += len) {
		len = min(virtio_net_piece(f, done, &gpa), f->len - done);
		nr = len ? net_add_vecs(p, nr, gpa, len) : -EFAULT;
	}
	if (nr > 0)
		netio_receive(io, p->nr, &f->header, p->vec, nr, f->len, list);
	else
		netio_bad(io);
}

/* True: there may be more. */
static bool net_from_guest(struct net_pair *p)
{
	bool have = false;
	LIST_HEAD(list);
	u32 n;

	for (n = 0; ; n++) {
		have = net_next_frame(p, have, n < NET_BATCH);
		if (!have)
			break;
		net_receive(p, &list);
	}
	netio_deliver(p->ch->io, &list);
	return n == NET_BATCH;
}

/*
 * To the guest.
 */

/* Try virtio_net_room() once. @again: the guest has added buffers meanwhile. */
static int net_look_for_room(struct net_pair *p, const struct sk_buff *skb, u32 *takes,
			     bool *again)
{
	struct net_channel *ch = p->ch;
	u32 len = netio_frame_len(skb);
	int ret;

	*again = false;
	guard(raw_spinlock_irqsave)(&ch->dev.m->devs_lock);
	if (ch->dev.quiet)
		return 0;
	if (!virtio_pci_live(&ch->net.pci))
		return -ENOTCONN;
	if (!virtio_net_may_send(&ch->net, len, netio_is_gso(skb)))
		return -EMSGSIZE;
	*takes = virtio_net_takes(&ch->net);
	ret = virtio_net_room(&ch->net, p->nr, len, &p->room);
	if (!ret)
		*again = virtio_net_ask_room(&ch->net, p->nr);
	return ret;
}

/*
 * As virtio_net_room(); -ENOTCONN: no driver is running; -EAGAIN: the guest keeps
 * changing its ring. The lock is dropped between tries, to limit the time with
 * interrupts off.
 */
static int net_find_room(struct net_pair *p, const struct sk_buff *skb, u32 *takes)
{
	bool again;
	int ret, turn;

	for (turn = 0; turn < NET_ROOM_TURNS; turn++) {
		ret = net_look_for_room(p, skb, takes, &again);
		if (ret || !again)
			return ret;
	}
	return -EAGAIN;
}

static int net_copy(struct net_pair *p, const struct sk_buff *skb, u32 takes)
{
	const struct vnet_room *r = &p->room;
	struct virtio_net_hdr_v1 header;
	size_t len = 0;
	int nr = 0, err;
	u32 i;

	err = netio_header(skb, takes, &header);
	for (i = 0; i < r->nr_segs && !err; i++) {
		nr = net_add_vecs(p, nr, r->seg[i].gpa, r->seg[i].len);
		len += r->seg[i].len;
		err = min(nr, 0);
	}
	return err ?: netio_copy(skb, &header, r->nr, p->vec, nr, len);
}

static void net_end_room(struct net_pair *p, bool filled)
{
	struct net_channel *ch = p->ch;

	guard(raw_spinlock_irqsave)(&ch->dev.m->devs_lock);
	if (filled)
		virtio_net_fill(&ch->net, p->nr, &p->room);
	else
		virtio_net_cancel(&ch->net, p->nr, &p->room);
}

/* 1: sent; 0: no room; -EAGAIN: try again soon; other errors: drop the frame. */
static int net_send(struct net_pair *p, const struct sk_buff *skb)
{
	u32 takes;
	int ret = net_find_room(p, skb, &takes);

	if (ret <= 0)
		return ret;
	ret = net_copy(p, skb, takes);
	net_end_room(p, !ret);
	return ret ?: 1;
}

/* Wait until the guest provides buffers, or NET_STALL has passed. */
static void net_wait_for_room(struct net_pair *p)
{
	if (p->stuck)
		return;
	p->stuck = true;
	kthread_mod_delayed_work(p->worker, &p->stall, NET_STALL);
}

static struct sk_buff *net_next_waiting(struct net_pair *p)
{
	if (skb_queue_empty(&p->waiting))
		netio_fetch(p->ch->io, p->nr, &p->waiting);
	return skb_peek(&p->waiting);
}

/* True: there may be more frames, and room for them now or soon. */
static bool net_to_guest(struct net_pair *p)
{
	struct sk_buff *skb;
	int ret;
	u32 n;

	for (n = 0; n < NET_BATCH; n++) {
		skb = net_next_waiting(p);
		if (!skb)
			return false;
		ret = net_send(p, skb);
		if (!ret || ret == -EAGAIN) {
			net_wait_for_room(p);
			return ret == -EAGAIN;
		}
		p->stuck = false;
		__skb_unlink(skb, &p->waiting);
		netio_sent(p->ch->io, skb, ret > 0);
	}
	return true;
}

static void net_drop_waiting(struct net_pair *p)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&p->waiting)))
		netio_sent(p->ch->io, skb, false);
	p->stuck = false;
}

static void net_stalled(struct kthread_work *work)
{
	struct net_pair *p = container_of(work, struct net_pair, stall.work);

	if (!p->stuck)
		return;
	netio_fetch(p->ch->io, p->nr, &p->waiting);
	net_drop_waiting(p);
}

/*
 * Both directions.
 */

/* Execute commands, and report the driver's state to the interface. */
static bool net_control(struct net_channel *ch)
{
	bool more = false, live;
	u32 active, takes;

	scoped_guard(raw_spinlock_irqsave, &ch->dev.m->devs_lock) {
		if (!ch->dev.quiet)
			more = virtio_net_control(&ch->net);
		live = virtio_pci_live(&ch->net.pci);
		active = ch->net.active;
		takes = virtio_net_takes(&ch->net);
	}
	netio_set_state(ch->io, &ch->user, live, active, takes);
	return more;
}

/* Send one interrupt per queue for the whole batch. True: there is more. */
static bool net_end_batch(struct net_pair *p)
{
	struct net_channel *ch = p->ch;

	guard(raw_spinlock_irqsave)(&ch->dev.m->devs_lock);
	/* While quiet do not write to guest memory, which may be being loaded. */
	return !ch->dev.quiet && virtio_net_tell(&ch->net, p->nr);
}

static void net_serve(struct kthread_work *work)
{
	struct net_pair *p = container_of(work, struct net_pair, work);
	bool more = !p->nr && net_control(p->ch);

	more |= net_from_guest(p);
	more |= net_to_guest(p);
	more |= net_end_batch(p);
	/* Queue the work again instead of looping, so that @hush gets its turn. */
	if (more)
		net_wake_pair(p);
}

static void net_hush(struct kthread_work *work)
{
	struct net_pair *p = container_of(work, struct net_pair, hush);

	net_drop_waiting(p);
	complete(&p->done);
}

/*
 * Callbacks of the model. devs_lock is held.
 */
static void net_kick(void *ctx, u32 pair)
{
	struct net_channel *ch = ctx;

	net_wake_pair(&ch->pair[pair]);
}

static void *net_va(void *ctx, u64 gpa, u32 len)
{
	struct net_channel *ch = ctx;
	size_t part;
	void *va = machine_va(ch->dev.m, gpa, &part);

	return va && part >= len ? va : NULL;
}

static const struct vnet_env net_env = {
	.kick = net_kick,
	.memory = { .va = net_va },
};

/*
 * Callbacks of the interface.
 */
static void net_wake(void *ctx, u32 queue)
{
	struct net_channel *ch = ctx;

	net_wake_pair(&ch->pair[queue]);
}

static void net_link(void *ctx, bool up)
{
	struct net_channel *ch = ctx;

	guard(raw_spinlock_irqsave)(&ch->dev.m->devs_lock);
	virtio_net_set_link(&ch->net, up);
}

static const struct netio_user_ops net_user_ops = {
	.wake = net_wake,
	.link = net_link,
};

/*
 * slot_dev_ops
 */
static void net_reset(struct slot_dev *dev)
{
	struct net_channel *ch = to_net(dev);

	virtio_net_reset(&ch->net, netio_mtu(ch->io));
}

static int net_resume(struct slot_dev *dev)
{
	struct net_channel *ch = to_net(dev);
	u32 i;

	netio_attach(ch->io, &ch->user);
	for (i = 0; i < ch->net.cfg.pairs; i++)
		net_wake_pair(&ch->pair[i]);
	return 0;
}

static void net_drain(struct slot_dev *dev)
{
	struct net_channel *ch = to_net(dev);
	u32 i;

	for (i = 0; i < ch->net.cfg.pairs; i++)
		kthread_flush_worker(ch->pair[i].worker);
}

static int net_quiesce(struct slot_dev *dev, unsigned long timeout)
{
	struct net_channel *ch = to_net(dev);
	u32 i;

	netio_detach(ch->io, &ch->user);
	for (i = 0; i < ch->net.cfg.pairs; i++) {
		reinit_completion(&ch->pair[i].done);
		kthread_queue_work(ch->pair[i].worker, &ch->pair[i].hush);
	}
	for (i = 0; i < ch->net.cfg.pairs; i++) {
		timeout = wait_for_completion_timeout(&ch->pair[i].done, timeout);
		if (!timeout)
			return -ETIMEDOUT;
	}
	return 0;
}

static void net_end_pair(struct net_pair *p)
{
	if (IS_ERR_OR_NULL(p->worker))
		return;
	kthread_flush_worker(p->worker);
	kthread_cancel_delayed_work_sync(&p->stall);
	kthread_destroy_worker(p->worker);
	net_drop_waiting(p);
}

static void net_destroy(struct slot_dev *dev)
{
	struct net_channel *ch = to_net(dev);
	u32 i;

	netio_detach(ch->io, &ch->user);
	for (i = 0; i < ch->net.cfg.pairs; i++)
		net_end_pair(&ch->pair[i]);
	kvfree(ch);
}

static const struct slot_dev_ops net_ops = {
	.reset = net_reset,
	.resume = net_resume,
	.drain = net_drain,
	.quiesce = net_quiesce,
	.destroy = net_destroy,
};

static int net_init_pair(struct net_channel *ch, u32 nr, u32 id)
{
	struct net_pair *p = &ch->pair[nr];

	p->ch = ch;
	p->nr = nr;
	kthread_init_work(&p->work, net_serve);
	kthread_init_work(&p->hush, net_hush);
	kthread_init_delayed_work(&p->stall, net_stalled);
	init_completion(&p->done);
	__skb_queue_head_init(&p->waiting);
	p->worker = kthread_create_worker(0, "lpar-ch%u/%u", id, nr);
	if (IS_ERR(p->worker))
		return PTR_ERR(p->worker);
	ch->dev.task[nr] = p->worker->task;
	return 0;
}

struct slot_dev *io_net_create(struct machine *m, struct netio *io, u32 id,
			       const u8 *mac)
{
	struct net_channel *ch = kvzalloc(sizeof(*ch), GFP_KERNEL);
	struct vnet_config cfg = {
		.pairs = min_t(u32, m->max_lips, VNET_PAIRS),
		.mtu = netio_mtu(io),
	};
	int err = 0;
	u32 i;

	if (!ch)
		return ERR_PTR(-ENOMEM);
	ch->io = io;
	ch->user = (struct netio_user){
		.ops = &net_user_ops, .ctx = ch, .queues = cfg.pairs,
	};
	memcpy(cfg.mac, mac, sizeof(cfg.mac));
	virtio_net_init(&ch->net, &cfg, &net_env, ch);
	slot_dev_init(&ch->dev, &net_ops, m, &ch->net.pci.func, id);
	for (i = 0; i < cfg.pairs && !err; i++)
		err = net_init_pair(ch, i, id);
	if (!err)
		return &ch->dev;
	net_destroy(&ch->dev);
	return ERR_PTR(err);
}
