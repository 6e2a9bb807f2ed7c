// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of an integration, by the numbers of the patent's Fig. 2.
 *
 * What must hold of them, and how it is brought about:
 *
 * All or nothing. 201 to 208 change the inventory, the block table, shares and
 * run states, and each of these changes has an exact reverse. The donor's
 * storage and its machine are left as they are until 208 has been done: the
 * donor is only stopped and has shares of 0 percent. So up to the end of 208
 * everything can be undone, down to the donor going on where it stood. That is
 * the point of no return.
 *
 * No byte of the donor reaches the receiver. The blocks are the receiver's
 * from 205 on, but its stage 2 does not map them before they have been cleared,
 * in 209. Nothing misses them until then: the guest does not know of them
 * before 209 tells it, and touching them earlier ends it as touching any other
 * storage does that is not there.
 *
 * The receiver's stop, 204 to 208, does not depend on how large anything is:
 * lists of frames are made in 203, clearing and mapping is done in 209, and
 * between is nothing but numbers of areas, channels and LIPs.
 *
 * Whatever can fail is done beforehand, in integrate_reserve(). part.lock is
 * held from the plan to the end of 208, so that nobody takes what is released
 * and not yet reassigned. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/mm.h>
#include <linux/slab.h>

#include "io/es.h"
#include "host/pages.h"
#include "part/channels.h"
#include "part/res_es.h"
#include "part/integrate.h"
#include "vdev/layout.h"

static bool operating(struct lpar *lpar)
{
	return part_state(lpar) == LPAR_OPERATING;
}

/*
 * Reserve.
 */
static int reserve_frames(struct integrate *ig)
{
	ig->blocks = ig->receiver->frames.nr;
	return frames_extend(&ig->frames, &ig->receiver->frames, ig->donor->frames.nr);
}

/* Expanded storage of the donor's goes to the end of the receiver's. */
static int reserve_es(struct integrate *ig)
{
	const struct lpar_frames *now = &ig->receiver->es, *more = &ig->donor->es;
	int err;

	if (!more->nr)
		return 0;
	err = frames_extend(&ig->es, now, more->nr);
	if (!err)
		memcpy(ig->es.pfn + now->nr, more->pfn, more->nr * sizeof(*more->pfn));
	return err;
}

static int reserve_lips(struct integrate *ig)
{
	const struct plan_move *m;
	u32 i;
	int err;

	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		if (m->kind != PLAN_NEW_LIP)
			continue;
		err = machine_prepare_lip(ig->receiver->machine, m->lip,
					  m->pcpu);
		if (err)
			return err;
		ig->lips |= BIT_ULL(m->lip);
		ig->receiver->lips |= BIT_ULL(m->lip);
	}
	return 0;
}

/* The next free slot behind *@slot: integrate_room() has counted them for the plan. */
static int reserve_slot(struct integrate *ig, int *slot)
{
	*slot = machine_free_slot(ig->receiver->machine, *slot + 1);
	return min(*slot, 0);
}

static int reserve_channel(struct integrate *ig, u32 id)
{
	struct slot_dev *dev = channel_device(part.channel[id], ig->receiver->machine);

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ig->chan[id] = dev;
	return 0;
}

/* The receiver has not had any so far. */
static int reserve_es_device(struct integrate *ig, int slot)
{
	struct slot_dev *dev;
	int err;

	if (!ig->es.nr || ig->receiver->es_dev)
		return 0;
	err = reserve_slot(ig, &slot);
	if (err)
		return err;
	dev = es_device(ig->receiver->machine, &ig->receiver->es);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	ig->es_dev = dev;
	ig->es_slot = slot;
	return 0;
}

/* A device for each channel that comes, in a slot that is free. */
static int reserve_devices(struct integrate *ig)
{
	const struct plan_move *move;
	int err, slot = 0;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		move = &ig->plan.move[i];
		if (move->kind != PLAN_CHANNEL)
			continue;
		err = reserve_slot(ig, &slot);
		if (!err)
			err = reserve_channel(ig, move->id);
		if (err)
			return err;
		ig->chan_slot[move->id] = slot;
	}
	return reserve_es_device(ig, slot);
}

int integrate_reserve(struct integrate *ig)
{
	int err;

	lockdep_assert_held(&part.lock);
	if (WARN_ON_ONCE(ig->plan.ms_len !=
			 ig->donor->frames.nr * HOST_BLOCK_SIZE))
		return -EINVAL;
	ig->before = part.inv;
	err = reserve_frames(ig);
	if (!err)
		err = storage_reserve(ig->receiver->machine,
				      ig->blocks * HOST_BLOCK_SIZE,
				      ig->plan.ms_len);
	if (!err)
		err = reserve_lips(ig);
	if (!err)
		err = reserve_es(ig);
	if (!err)
		err = reserve_devices(ig);
	if (err)
		integrate_unreserve(ig);
	return err;
}

void integrate_unreserve(struct integrate *ig)
{
	u32 id;

	frames_free(&ig->frames);
	if (ig->es_dev)
		slot_dev_destroy(ig->es_dev);
	ig->es_dev = NULL;
	frames_free(&ig->es);
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (ig->lips & BIT_ULL(id))
			lips_drop(ig->receiver, id);
	ig->lips = 0;
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (ig->chan[id])
			slot_dev_destroy(ig->chan[id]);
		ig->chan[id] = NULL;
	}
}

/*
 * The moves that the plan has for a step.
 */
static void move_lip(struct integrate *ig, const struct plan_move *m,
		     u32 percent)
{
	struct lpar *lpar = m->slot == ig->donor->slot ? ig->donor :
							 ig->receiver;

	machine_set_share(lpar->machine, m->lip, percent, lpar->want.capped);
}

/* [0024], [0030]: it has no task, so it is not dispatched for now. */
static void move_new_lip(struct integrate *ig, const struct plan_move *m)
{
	machine_add_lip(ig->receiver->machine, m->lip, m->after,
			ig->receiver->want.capped);
	ig->lips &= ~BIT_ULL(m->lip);
}

void integrate_quiet(struct integrate *ig)
{
	unsigned long end = jiffies + CHANNEL_QUIESCE;
	struct lpar_channel *ch;
	u32 id;

	lockdep_assert_held(&ig->donor->lock);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		ch = channel_of(id, ig->donor->slot) ? part.channel[id] : NULL;
		if (!ch || !ch->dev || !ch->type->slow)
			continue;
		__set_bit(id, ig->quiet);
		ig->quiet_err[id] = slot_dev_quiesce(ch->dev,
							max_t(long, end - jiffies, 1));
		if (ig->quiet_err[id])
			return;
	}
}

void integrate_loud(struct integrate *ig)
{
	u32 id;

	lockdep_assert_held(&ig->donor->lock);
	guard(mutex)(&part.lock);
	for_each_set_bit(id, ig->quiet, LPAR_MAX_CHANNELS)
		channel_serve(part.channel[id]);
}

/*
 * Nothing new is taken from the donor's rings, what was taken is ended, and all
 * that its guest was told is written is stable. The donor is not asked: a dead or
 * wild one does not hold it up; only the host's own device can.
 */
static int quiet_channel(struct integrate *ig, u32 id)
{
	struct lpar_channel *ch = part.channel[id];
	int err = test_bit(id, ig->quiet) ? ig->quiet_err[id] :
					    slot_dev_quiesce(ch->dev, CHANNEL_QUIESCE);

	if (!err)
		return 0;
	channel_serve(ch);
	if (err != -EINTR)
		scnprintf(ig->text, sizeof(ig->text),
			  "channel %u of %s could not be made stable (errno %d)", id,
			  ig->donor->name, -err);
	return err;
}

/* From the donor's device to the receiver's, or back. */
static void swap_channel(struct integrate *ig, u32 id)
{
	swap(part.channel[id]->dev, ig->chan[id]);
}

static int move_channel(struct integrate *ig, const struct plan_move *m)
{
	struct slot_dev *dev = ig->chan[m->id];
	int err = slot_dev_connect(dev);

	if (err) {
		scnprintf(ig->text, sizeof(ig->text),
			  "channel %u could not be connected to %s (errno %d)", m->id,
			  ig->receiver->name, -err);
		return err;
	}
	swap_channel(ig, m->id);
	slot_dev_plug(dev, ig->chan_slot[m->id], !m->after);
	channel_serve(part.channel[m->id]);
	return 0;
}

/* The receiver's guest was not told of it: nothing of it is under way, or unstable. */
static void unmove_channel(struct integrate *ig, u32 id)
{
	swap_channel(ig, id);
	slot_dev_destroy(ig->chan[id]);
	ig->chan[id] = NULL;
}

/* All copying comes to an end: memory only, so this cannot take long or fail. */
static void quiet_es(struct integrate *ig)
{
	slot_dev_quiesce(ig->donor->es_dev, CHANNEL_QUIESCE);
}

/* Its guest, and the device, see no more than before until 209. */
static void move_es(struct integrate *ig)
{
	struct lpar *receiver = ig->receiver;

	swap(receiver->es, ig->es);
	if (!ig->es_dev)
		return;
	swap(receiver->es_dev, ig->es_dev);
	slot_dev_plug(receiver->es_dev, ig->es_slot, false);
	slot_dev_resume(receiver->es_dev);
}

static void unmove_es(struct integrate *ig)
{
	struct lpar *receiver = ig->receiver;

	swap(receiver->es, ig->es);
	if (!ig->es_slot)
		return;
	slot_dev_unplug(receiver->es_dev);
	swap(receiver->es_dev, ig->es_dev);
}

static int move_apply(struct integrate *ig, u32 i)
{
	const struct plan_move *m = &ig->plan.move[i];
	int err = plan_move_apply(&part.inv, &ig->plan, i);

	if (err)
		return err;
	err = plan_blocks_apply(&part.blocks, HOST_BLOCK_SIZE, &ig->plan, i);
	if (err) {
		plan_move_undo(&part.inv, &ig->plan, i);
		return err;
	}
	if (m->kind == PLAN_RELEASE_LIP || m->kind == PLAN_SHARE)
		move_lip(ig, m, m->after);
	else if (m->kind == PLAN_NEW_LIP)
		move_new_lip(ig, m);
	else if (m->kind == PLAN_CHANNEL)
		err = move_channel(ig, m);
	else if (m->kind == PLAN_RELEASE_CHANNEL)
		err = quiet_channel(ig, m->id);
	else if (m->kind == PLAN_RELEASE_ES)
		quiet_es(ig);
	else if (m->kind == PLAN_GROW_ES)
		move_es(ig);
	if (err)
		plan_move_undo(&part.inv, &ig->plan, i);
	return err;
}

static void move_undo(struct integrate *ig, u32 i)
{
	const struct plan_move *m = &ig->plan.move[i];

	if (m->kind == PLAN_RELEASE_LIP || m->kind == PLAN_SHARE)
		move_lip(ig, m, m->before);
	else if (m->kind == PLAN_NEW_LIP)
		lips_drop(ig->receiver, m->lip);
	else if (m->kind == PLAN_CHANNEL)
		unmove_channel(ig, m->id);
	else if (m->kind == PLAN_RELEASE_CHANNEL)
		channel_serve(part.channel[m->id]);
	else if (m->kind == PLAN_RELEASE_ES)
		slot_dev_resume(ig->donor->es_dev);
	else if (m->kind == PLAN_GROW_ES)
		unmove_es(ig);
	WARN_ON_ONCE(plan_blocks_undo(&part.blocks, HOST_BLOCK_SIZE, &ig->plan,
				      i));
	WARN_ON_ONCE(plan_move_undo(&part.inv, &ig->plan, i));
}

/* The LIPs of one step change at the same time, each on its own pCPU. */
static void sync_shares(struct integrate *ig)
{
	machine_sync_shares(ig->donor->machine);
	machine_sync_shares(ig->receiver->machine);
}

/* Those of @step among the first @nr moves, backwards. */
static void moves_undo(struct integrate *ig, enum plan_step step, u32 nr)
{
	while (nr--)
		if (ig->plan.move[nr].step == step)
			move_undo(ig, nr);
	sync_shares(ig);
}

/* All of @step or none. */
static int moves_apply(struct integrate *ig, enum plan_step step)
{
	int done = 0, err;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		if (ig->plan.move[i].step != step)
			continue;
		err = move_apply(ig, i);
		if (err) {
			moves_undo(ig, step, i);
			return err;
		}
		done++;
	}
	sync_shares(ig);
	return done ? 0 : TXN_NOTHING;
}

/*
 * 201: the donor's guest stands still.
 */
static int stop_donor(void *ctx)
{
	struct integrate *ig = ctx;

	if (!operating(ig->donor))
		return TXN_NOTHING;
	machine_stop(ig->donor->machine);
	return 0;
}

static void start_donor(void *ctx)
{
	struct integrate *ig = ctx;

	machine_start(ig->donor->machine);
}

/*
 * 202: all that the donor has is OFFLINE: channels, LIPs, storage.
 */
static int release(void *ctx)
{
	return moves_apply(ctx, PLAN_STEP_RELEASE);
}

static void unrelease(void *ctx)
{
	struct integrate *ig = ctx;

	moves_undo(ig, PLAN_STEP_RELEASE, ig->plan.nr);
}

/*
 * 203: room directly behind the receiver. Areas change their addresses in main
 * storage and the block table is permuted with them; the frames behind a
 * relocated area stay the same, and so does its LPAR's stage 2: it runs on.
 */
static int reassign(void *ctx)
{
	struct integrate *ig = ctx;
	int err = moves_apply(ig, PLAN_STEP_REASSIGN);

	if (err < 0)
		return err;
	frames_copy(&ig->frames, ig->blocks, ig->plan.ms_start,
		    ig->donor->frames.nr);
	ig->torn = memcmp(ig->frames.pfn + ig->blocks, ig->donor->frames.pfn,
			  ig->donor->frames.nr * sizeof(*ig->frames.pfn));
	/* Storage may stand right already: it is decided all the same. */
	return 0;
}

static void unreassign(void *ctx)
{
	struct integrate *ig = ctx;

	moves_undo(ig, PLAN_STEP_REASSIGN, ig->plan.nr);
}

/*
 * 204: the receiver's guest stands still, for the moment.
 */
static int stop_receiver(void *ctx)
{
	struct integrate *ig = ctx;

	if (!operating(ig->receiver))
		return TXN_NOTHING;
	machine_stop(ig->receiver->machine);
	return 0;
}

static void start_receiver(void *ctx)
{
	struct integrate *ig = ctx;

	machine_start(ig->receiver->machine);
}

/*
 * 205: the storage is the receiver's.
 */
static int give_storage(void *ctx)
{
	struct integrate *ig = ctx;
	int err = moves_apply(ig, PLAN_STEP_STORAGE);

	if (!err)
		swap(ig->receiver->frames, ig->frames);
	return err;
}

static void take_storage(void *ctx)
{
	struct integrate *ig = ctx;

	swap(ig->receiver->frames, ig->frames);
	moves_undo(ig, PLAN_STEP_STORAGE, ig->plan.nr);
}

/*
 * 206: the channels are the receiver's, and ONLINE if they were.
 */
static int give_channels(void *ctx)
{
	return moves_apply(ctx, PLAN_STEP_CHANNELS);
}

static void take_channels(void *ctx)
{
	struct integrate *ig = ctx;

	moves_undo(ig, PLAN_STEP_CHANNELS, ig->plan.nr);
}

/*
 * 207: the monitor dispatches by the new shares.
 */
static int give_shares(void *ctx)
{
	return moves_apply(ctx, PLAN_STEP_PROCESSORS);
}

static void take_shares(void *ctx)
{
	struct integrate *ig = ctx;

	moves_undo(ig, PLAN_STEP_PROCESSORS, ig->plan.nr);
}

/*
 * 208: the receiver's guest goes on where it stood.
 */
static int restart(void *ctx)
{
	struct integrate *ig = ctx;

	if (!operating(ig->receiver))
		return TXN_NOTHING;
	machine_start(ig->receiver->machine);
	return 0;
}

static void unrestart(void *ctx)
{
	struct integrate *ig = ctx;

	machine_stop(ig->receiver->machine);
}

void integrate_commit(struct integrate *ig)
{
	struct lpar *lpar;
	unsigned int slot;

	lockdep_assert_held(&part.lock);
	WARN_ON_ONCE(inventory_verb(&part.inv, ig->donor->slot, LPAR_RELEASE,
				    NULL) < 0);
	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		lpar = part.lpar[slot];
		if (lpar && part.inv.ms.area[slot].size)
			lpar->want.ms = part.inv.ms.area[slot];
	}
	ig->receiver->want.es = part.inv.es.size[ig->receiver->slot];
	ig->receiver->want.shares = part.inv.shares.set[ig->receiver->slot];
	for (slot = 0; slot < LPAR_MAX_CHANNELS; slot++)
		if (channel_of(slot, ig->receiver->slot))
			ig->receiver->want.channels[slot / 64] |= BIT_ULL(slot % 64);
	/* The donor's devices end with its machine. */
	memset(ig->chan, 0, sizeof(ig->chan));
	/* What the module has done is what the pure model had computed. */
	WARN_ON_ONCE(memcmp(&part.inv.ms, &ig->plan.after.ms,
			    sizeof(part.inv.ms)));
	WARN_ON_ONCE(memcmp(&part.inv.es, &ig->plan.after.es,
			    sizeof(part.inv.es)));
	WARN_ON_ONCE(memcmp(&part.inv.shares, &ig->plan.after.shares,
			    sizeof(part.inv.shares)));
	WARN_ON_ONCE(memcmp(&part.inv.channels, &ig->plan.after.channels,
			    sizeof(part.inv.channels)));
	WARN_ON_ONCE(inventory_verify(&part.inv));
	/*
	 * Frames of the donor that are free now could be claimed by anybody as
	 * soon as part.lock is released: they must be clean by then.
	 */
	if (ig->torn)
		integrate_retire(ig);
}

void integrate_retire(struct integrate *ig)
{
	struct lpar *donor = ig->donor;

	if (!donor->machine)
		return;
	lifecycle_teardown(donor);
	if (donor->dirty) {
		frames_clear(&donor->frames);
		frames_clear(&donor->es);
	}
	donor->dirty = false;
	frames_free(&donor->frames);
	/* The list, that is: the frames are the receiver's. */
	frames_free(&donor->es);
}

/* What was the donor's is clean: it comes into reach of the receiver's guest. */
static void give_es(struct integrate *ig)
{
	struct lpar *receiver = ig->receiver;

	io_es_set(receiver->es_dev, receiver->es.pfn, receiver->es.nr);
	receiver->untold_es = true;
	if (ig->es_slot)
		receiver->untold_slots |= BIT(ig->es_slot);
}

/* What the guest is to be told of beside main storage. */
static void note_untold(struct integrate *ig)
{
	struct lpar *receiver = ig->receiver;
	const struct plan_move *m;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		if (m->kind == PLAN_NEW_LIP)
			receiver->untold_lips |= BIT_ULL(m->lip);
		else if (m->kind == PLAN_CHANNEL && m->after)
			receiver->untold_slots |= BIT(ig->chan_slot[m->id]);
		else if (m->kind == PLAN_GROW_ES)
			give_es(ig);
	}
}

/*
 * 209: nothing can go back any more. The donor ends, its storage is cleared and
 * comes into the receiver's view, and the guest is told.
 */
static int report(void *ctx)
{
	struct integrate *ig = ctx;
	struct lpar *receiver = ig->receiver;
	int err, told;

	integrate_retire(ig);
	/*
	 * Page tables were reserved; those of an IOMMU cannot be. What a physical
	 * device of the guest's could not reach it is not told of.
	 */
	err = storage_map(receiver->machine, &receiver->frames, ig->blocks);
	if (!err)
		receiver->untold_ms += ig->plan.ms_len;
	note_untold(ig);
	told = receiver->want.notify ? lpar_announce(receiver) : 0;
	return err ?: told;
}

#define STEP(n, nm, ap, un, ...) { .number = (n), .name = (nm), \
				   .apply = (ap), .undo = (un), __VA_ARGS__ }

const struct txn_step integrate_steps[INTEGRATE_STEPS] = {
	STEP(201, "stop-donor", stop_donor, start_donor, .cancel = true),
	STEP(202, "release", release, unrelease, .cancel = true),
	STEP(203, "reassign", reassign, unreassign, .cancel = true),
	STEP(204, "stop-receiver", stop_receiver, start_receiver,
	     .cancel = true),
	STEP(205, "storage", give_storage, take_storage),
	STEP(206, "channels", give_channels, take_channels),
	STEP(207, "processors", give_shares, take_shares),
	STEP(208, "restart", restart, unrestart, .final = true),
	STEP(209, "report", report, NULL),
};
