// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_lips.c - shares of CPUs as a resource: the LIPs of an LPAR. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/string.h>

#include "part/integrate.h"
#include "part/resource.h"
#include "trace.h"
#include "vdev/acpi.h"
#include "vdev/layout.h"

/**
 * struct lips_own - LIPs of one LPAR (its lock)
 * @have: LIPs in its machine, bit n = LIP n
 * @untold: LIPs still to be announced to the guest, bit n = LIP n
 */
struct lips_own {
	u64 have;
	u64 untold;
};

/**
 * struct lips_integrate - LIPs in an integration
 * @prepared: prepared for the receiver and not added yet, bit n = LIP n
 */
struct lips_integrate {
	u64 prepared;
};

static struct lips_own *lips_of(const struct lpar *lpar)
{
	return lpar->own[PART_LIPS];
}

static struct lips_integrate *lips_integrate(const struct integrate *ig)
{
	return ig->own[PART_LIPS];
}

/*
 * Activation.
 */

/*
 * The firmware lists every LIP that the guest may ever have: the present ones, and one
 * on each CPU where it has none, since an integration may add one there (patent [0024]).
 */
static void lips_wish(const struct lpar *lpar, struct inventory_want *want)
{
	unsigned int n = share_count(&want->shares), pcpu;

	for_each_cpu(pcpu, &part.cpus)
		n += share_lip_on(&want->shares, pcpu) < 0;
	want->shares.max_lips = min_t(unsigned int, n, LPAR_MAX_LIPS);
}

static int lips_prepare(struct lpar *lpar, u32 id, int pcpu)
{
	int err = machine_prepare_lip(lpar->machine, id, pcpu);

	if (!err)
		lips_of(lpar)->have |= BIT_ULL(id);
	return err;
}

/* Drop a prepared or added LIP. Readers may be using the machine. */
static void lips_drop(struct lpar *lpar, u32 id)
{
	struct machine *seen = lpar->seen;

	/* hide the machine: machine_drop_lip() sleeps, so it cannot be under machine_lock */
	lpar_publish(lpar, NULL);
	machine_drop_lip(lpar->machine, id);
	lips_of(lpar)->have &= ~BIT_ULL(id);
	lpar_publish(lpar, seen);
}

static int lips_attach(struct lpar *lpar, struct lpar_reason *why)
{
	/* does not change while lpar->lock is held */
	const struct share_set *shares = &part.inv.shares.set[lpar->slot];
	u32 id;
	int err;

	for (id = 0; id < LPAR_MAX_LIPS; id++) {
		if (!shares->lip[id].percent)
			continue;
		err = lips_prepare(lpar, id, shares->lip[id].pcpu);
		if (err)
			return err;
		machine_add_lip(lpar->machine, id, shares->lip[id].percent,
				lpar->want.capped);
	}
	return 0;
}

static void lips_detach(struct lpar *lpar)
{
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (lips_of(lpar)->have & BIT_ULL(id))
			lips_drop(lpar, id);
}

static void lips_build(struct lpar *lpar, struct acpi_config *config)
{
	config->present_lips = lips_of(lpar)->have;
	config->max_lips = lpar->machine->max_lips;
}

/*
 * Integration.
 */
static int lips_reserve(struct integrate *ig)
{
	const struct plan_move *m;
	u32 i;
	int err;

	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		if (m->kind != PLAN_NEW_LIP)
			continue;
		err = lips_prepare(ig->receiver, m->lip, m->pcpu);
		if (err)
			return err;
		lips_integrate(ig)->prepared |= BIT_ULL(m->lip);
	}
	return 0;
}

static void lips_unreserve(struct integrate *ig)
{
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (lips_integrate(ig)->prepared & BIT_ULL(id))
			lips_drop(ig->receiver, id);
	lips_integrate(ig)->prepared = 0;
}

static void lips_set_share(struct integrate *ig, const struct plan_move *m, u32 percent)
{
	struct lpar *lpar = m->slot == ig->receiver->slot ? ig->receiver : ig->donor;

	machine_set_share(lpar->machine, m->lip, percent, lpar->want.capped);
}

static int lips_apply(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind != PLAN_NEW_LIP) {
		lips_set_share(ig, m, m->after);
		return 0;
	}
	/* [0024], [0030]: without a task it is not dispatched yet */
	machine_add_lip(ig->receiver->machine, m->lip, m->after, ig->receiver->want.capped);
	lips_integrate(ig)->prepared &= ~BIT_ULL(m->lip);
	return 0;
}

static void lips_undo(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_NEW_LIP)
		lips_drop(ig->receiver, m->lip);
	else
		lips_set_share(ig, m, m->before);
}

/* Wait once for all LIPs of a step, which change concurrently on their pCPUs. */
static void lips_settle(struct integrate *ig, enum plan_step step)
{
	if (ig->donor)
		machine_sync_shares(ig->donor->machine);
	machine_sync_shares(ig->receiver->machine);
}

/* The donor's LIPs that were given as a whole. */
static void lips_shed(struct integrate *ig)
{
	const struct plan_move *m;
	u32 i;

	for (i = 0; i < ig->plan.nr; i++) {
		m = &ig->plan.move[i];
		if (m->kind != PLAN_RELEASE_LIP || m->after)
			continue;
		lips_drop(ig->donor, m->lip);
		lips_of(ig->donor)->untold &= ~BIT_ULL(m->lip);
	}
}

static int lips_deliver(struct integrate *ig)
{
	u32 i;

	for (i = 0; i < ig->plan.nr; i++)
		if (ig->plan.move[i].kind == PLAN_NEW_LIP)
			lips_of(ig->receiver)->untold |= BIT_ULL(ig->plan.move[i].lip);
	return 0;
}

/*
 * Notify.
 */
static int lips_announce(struct lpar *lpar)
{
	int err, first = 0;
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++) {
		if (!(lips_of(lpar)->untold & BIT_ULL(id)))
			continue;
		trace_lpar_hotplug(lpar->name, "processor", id, 0);
		err = machine_notify_lip(lpar->machine, id);
		first = first ?: err;
	}
	return first;
}

static void lips_forget(struct lpar *lpar)
{
	lips_of(lpar)->untold = 0;
}

const struct part_resource res_lips = {
	.lpar_size = sizeof(struct lips_own),
	.integrate_size = sizeof(struct lips_integrate),
	.moves = BIT(PLAN_RELEASE_LIP) | BIT(PLAN_SHARE) | BIT(PLAN_NEW_LIP),
	.wish = lips_wish,
	.attach = lips_attach,
	.detach = lips_detach,
	.build = lips_build,
	.announce = lips_announce,
	.forget = lips_forget,
	.reserve = lips_reserve,
	.unreserve = lips_unreserve,
	.apply = lips_apply,
	.undo = lips_undo,
	.settle = lips_settle,
	.shed = lips_shed,
	.deliver = lips_deliver,
};

void lips_set_capped(struct lpar *lpar, bool capped)
{
	const struct share_set *shares = &part.inv.shares.set[lpar->slot];
	u32 id;

	lockdep_assert_held(&lpar->lock);
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (shares->lip[id].percent)
			machine_set_share(lpar->machine, id, shares->lip[id].percent, capped);
	machine_sync_shares(lpar->machine);
}

/*
 * Shown.
 */
u64 lpar_get_lip_mask(struct lpar *lpar)
{
	const struct share_set *set = &part.inv.shares.set[lpar->slot];
	u64 mask = 0;
	u32 id;

	guard(mutex)(&part.lock);
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (set->lip[id].percent)
			mask |= BIT_ULL(id);
	return mask;
}

int lpar_get_lip(struct lpar *lpar, u32 id, struct lpar_lip_info *info)
{
	struct machine *m;
	unsigned long flags;

	if (id >= LPAR_MAX_LIPS)
		return -ENOENT;
	memset(info, 0, sizeof(*info));
	scoped_guard(mutex, &part.lock) {
		const struct share_lip *lip;

		lip = &part.inv.shares.set[lpar->slot].lip[id];
		info->pcpu = lip->pcpu;
		info->share = lip->percent;
	}
	if (!info->share)
		return -ENOENT;
	info->id = id;
	info->state = "waiting";
	m = part_machine_get(lpar, &flags);
	if (m && m->lips[id]) {
		info->used_ns = machine_lip_used_ns(m, id);
		info->steal_ns = machine_lip_steal_ns(m, id);
		info->state = machine_lip_state(m, id);
	}
	part_machine_put(lpar, flags);
	return 0;
}

int lpar_show_processor_ost(struct lpar *lpar, char *buf, size_t size)
{
	return part_show_answers(lpar, GED_LIP, LAYOUT_GED_LIPS, buf, size);
}

static int lips_show_pcpu(unsigned int pcpu, char *buf, size_t size)
{
	unsigned int slot, id;
	int len = 0;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		const struct share_set *set = &part.inv.shares.set[slot];

		for (id = 0; id < LPAR_MAX_LIPS; id++) {
			if (!set->lip[id].percent || set->lip[id].pcpu != pcpu)
				continue;
			len += scnprintf(buf + len, size - len,
					 "%u %.*s %u %u\n", pcpu, LPAR_NAME_LEN,
					 part.inv.lpar[slot].name, id,
					 set->lip[id].percent);
		}
	}
	return len;
}

int lpar_system_show_processors(char *buf, size_t size)
{
	unsigned int pcpu;
	int len = 0;

	guard(mutex)(&part.lock);
	buf[0] = '\0';
	for_each_cpu(pcpu, &part.cpus)
		len += lips_show_pcpu(pcpu, buf + len, size - len);
	return len;
}
