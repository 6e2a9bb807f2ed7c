// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_ms.c - main storage as a resource: map an LPAR's blocks to its guest.
 *
 * An LPAR's area is contiguous in the MS address space. Its frames need not be
 * contiguous in the host, and the guest has a hole below 4 GiB. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "host/pages.h"
#include "machine/slot.h"
#include "part/integrate.h"
#include "part/resource.h"
#include "trace.h"
#include "vdev/acpi.h"
#include "vdev/layout.h"

#define BLOCK_PAGES	(HOST_BLOCK_SIZE / PAGE_SIZE)

/**
 * struct ms_own - main storage of one LPAR (its lock)
 * @frames: its host frames, by block of its area. A relocation permutes the pool's block
 *	table along with the areas and does not change this, so no LPAR has to stop
 */
struct ms_own {
	struct lpar_frames frames;
};

/**
 * struct ms_integrate - main storage in an integration
 * @frames: the receiver's new list; from 205 on its old one
 * @blocks: number of the receiver's blocks before
 */
struct ms_integrate {
	struct lpar_frames frames;
	u64 blocks;
};

static struct ms_own *ms_of(const struct lpar *lpar)
{
	return lpar->own[PART_MS];
}

static struct ms_integrate *ms_integrate(const struct integrate *ig)
{
	return ig->own[PART_MS];
}

/* Copy a part of the pool's block table. */
static void ms_copy(struct lpar_frames *frames, u64 first, u64 ms_origin, u64 nr)
{
	lockdep_assert_held(&part.lock);
	memcpy(frames->pfn + first,
	       part.blocks.frame + ms_origin / HOST_BLOCK_SIZE,
	       nr * sizeof(*frames->pfn));
}

/*
 * Activation.
 */
static int ms_claim(struct lpar *lpar, struct lpar_reason *why)
{
	const struct ms_area *area = &part.inv.ms.area[lpar->slot];
	struct lpar_frames *frames = &ms_of(lpar)->frames;
	int err = frames_alloc(frames, area->size / HOST_BLOCK_SIZE);

	if (!err)
		ms_copy(frames, 0, area->origin, frames->nr);
	return err;
}

static void ms_clean(struct lpar *lpar)
{
	if (lpar->dirty)
		frames_clear(&ms_of(lpar)->frames);
}

/* All that there is now will be in the firmware's tables. */
static void ms_wipe(struct lpar *lpar)
{
	ms_clean(lpar);
	part_hotadd_ipl(lpar, ms_of(lpar)->frames.nr * HOST_BLOCK_SIZE);
}

static void ms_give_back(struct lpar *lpar)
{
	frames_free(&ms_of(lpar)->frames);
}

/* Number of blocks from @i on that are contiguous for both the host and the guest. */
static u64 ms_run_length(const struct lpar_frames *frames, u64 i)
{
	u64 gpa = layout_gpa_of_ms(i * HOST_BLOCK_SIZE);
	u64 n;

	for (n = 1; i + n < frames->nr; n++) {
		if (frames->pfn[i + n] != frames->pfn[i] + n * BLOCK_PAGES)
			break;
		if (layout_gpa_of_ms((i + n) * HOST_BLOCK_SIZE) !=
		    gpa + n * HOST_BLOCK_SIZE)
			break;
	}
	return n;
}

/*
 * Map the blocks from @first to the end. Goes on after an error, which means that
 * physical devices cannot access a block; returns the first one.
 */
static int ms_map(struct lpar *lpar, u64 first)
{
	const struct lpar_frames *frames = &ms_of(lpar)->frames;
	int err, failed = 0;
	u64 i, n;

	for (i = first; i < frames->nr; i += n) {
		n = ms_run_length(frames, i);
		err = machine_map(lpar->machine, layout_gpa_of_ms(i * HOST_BLOCK_SIZE),
				  PFN_PHYS(frames->pfn[i]),
				  n * HOST_BLOCK_SIZE);
		failed = failed ?: err;
	}
	return failed;
}

/* Calls @fn for the guest-physical pieces of the LPAR's [offset, offset+len). */
static int ms_each_piece(struct machine *m, u64 offset, u64 len,
			 int (*fn)(struct machine *m, gpa_t gpa, u64 len))
{
	struct layout_range piece[LAYOUT_MAX_SPLIT];
	int n = layout_split(offset, len, piece);
	int i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = fn(m, piece[i].start, piece[i].len);
	return err;
}

/* Limit of later growth: the expansion, and what other storage there is. */
static u64 ms_room_to_grow(const struct lpar *lpar)
{
	const struct ms_area *area = &part.inv.ms.area[lpar->slot];

	guard(mutex)(&part.lock);
	return min(area->expansion, part.inv.ms.pool_size - area->size);
}

/* Map the storage, and reserve page tables for later growth. */
static int ms_attach(struct lpar *lpar, struct lpar_reason *why)
{
	int err = ms_map(lpar, 0);

	return err ?: ms_each_piece(lpar->machine, ms_of(lpar)->frames.nr * HOST_BLOCK_SIZE,
				    ms_room_to_grow(lpar), machine_reserve_map);
}

/*
 * IPL.
 */
static void ms_build(struct lpar *lpar, struct acpi_config *config)
{
	guard(mutex)(&part.lock);
	config->ram_size = part.inv.ms.area[lpar->slot].size;
	config->hotplug_size = part.inv.ms.area[lpar->slot].expansion;
}

/*
 * Integration.
 */
static void ms_room(const struct integrate *ig, struct part_room *need)
{
	if (ig->plan.ms_len)
		need->memory += part_hotadd_need(ig);
}

/* Number of blocks that the donor gives, from the end of its list; and that it keeps. */
static u64 ms_given(const struct integrate *ig)
{
	return ig->plan.ms_len / HOST_BLOCK_SIZE;
}

static u64 ms_kept(const struct integrate *ig)
{
	return ms_of(ig->donor)->frames.nr - ms_given(ig);
}

static int ms_reserve(struct integrate *ig)
{
	const struct lpar_frames *now = &ms_of(ig->receiver)->frames;
	struct ms_integrate *mi = ms_integrate(ig);
	int err;

	if (!ig->plan.ms_len)
		return 0;
	if (ig->donor && WARN_ON_ONCE(ms_given(ig) > ms_of(ig->donor)->frames.nr))
		return -EINVAL;
	mi->blocks = now->nr;
	err = frames_extend(&mi->frames, now, ms_given(ig));
	if (err)
		return err;
	err = ms_each_piece(ig->receiver->machine, mi->blocks * HOST_BLOCK_SIZE,
			    ig->plan.ms_len, machine_reserve_map);
	if (err || !ig->part)
		return err;
	return ms_each_piece(ig->donor->machine, ms_kept(ig) * HOST_BLOCK_SIZE,
			     ig->plan.ms_len, machine_reserve_unmap);
}

static void ms_unreserve(struct integrate *ig)
{
	frames_free(&ms_integrate(ig)->frames);
}

/* Takes the same time for any size: the list was made in 203. */
static void ms_swap(struct integrate *ig)
{
	swap(ms_of(ig->receiver)->frames, ms_integrate(ig)->frames);
}

static int ms_apply(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_GROW)
		ms_swap(ig);
	return 0;
}

static void ms_undo(struct integrate *ig, const struct plan_move *m)
{
	if (m->kind == PLAN_GROW)
		ms_swap(ig);
}

/* 203: the block table is final, so the list can be made. */
static void ms_settle(struct integrate *ig, enum plan_step step)
{
	struct ms_integrate *mi = ms_integrate(ig);
	u64 nr = ms_given(ig);

	if (step != PLAN_STEP_REASSIGN || !nr)
		return;
	ms_copy(&mi->frames, mi->blocks, ig->plan.ms_start, nr);
	/* free storage is clean */
	ig->torn = ig->donor && memcmp(mi->frames.pfn + mi->blocks,
			  ms_of(ig->donor)->frames.pfn + ms_kept(ig),
			  nr * sizeof(*mi->frames.pfn));
}

/* Its devices stay quiet until its next IPL; its page tables stay for a later growth. */
static void ms_shed(struct integrate *ig)
{
	struct lpar_frames *frames = &ms_of(ig->donor)->frames;
	struct lpar_frames given = { .pfn = frames->pfn + ms_kept(ig), .nr = ms_given(ig) };

	if (!given.nr)
		return;
	machine_quiet_slots(ig->donor->machine);
	WARN_ON_ONCE(ms_each_piece(ig->donor->machine, ms_kept(ig) * HOST_BLOCK_SIZE,
				   ig->plan.ms_len, machine_unmap));
	if (ig->donor->dirty)
		frames_clear(&given);
	frames->nr -= given.nr;
}

/*
 * Page tables were reserved, but those of an IOMMU cannot be. Storage that a physical
 * device of the guest cannot access is not announced.
 */
static int ms_deliver(struct integrate *ig)
{
	u64 blocks = ms_integrate(ig)->blocks;
	int err;

	if (!ig->plan.ms_len)
		return 0;
	err = ms_map(ig->receiver, blocks);
	if (!err)
		part_hotadd_grow(ig->receiver, blocks * HOST_BLOCK_SIZE, ig->plan.ms_len);
	return err;
}

const struct part_resource res_ms = {
	.lpar_size = sizeof(struct ms_own),
	.integrate_size = sizeof(struct ms_integrate),
	.moves = BIT(PLAN_RELEASE_MS) | BIT(PLAN_SHRINK) | BIT(PLAN_RELOCATE) |
		 BIT(PLAN_FRAMES) | BIT(PLAN_GROW),
	.claim = ms_claim,
	.clean = ms_clean,
	.give_back = ms_give_back,
	.attach = ms_attach,
	.build = ms_build,
	.wipe = ms_wipe,
	.announce = part_hotadd_announce,
	.room = ms_room,
	.reserve = ms_reserve,
	.unreserve = ms_unreserve,
	.apply = ms_apply,
	.undo = ms_undo,
	.settle = ms_settle,
	.shed = ms_shed,
	.deliver = ms_deliver,
};

/*
 * Shown.
 */
void lpar_get_ms(struct lpar *lpar, struct lpar_ms_info *info)
{
	const struct ms_area *area = &part.inv.ms.area[lpar->slot];

	guard(mutex)(&part.lock);
	memset(info, 0, sizeof(*info));
	if (!area->size)
		return;
	info->origin = area->origin;
	info->size = area->size;
	info->expansion = area->expansion;
	info->free = ms_free_behind(&part.inv.ms, lpar->slot);
}

int lpar_show_memory_ost(struct lpar *lpar, char *buf, size_t size)
{
	return part_show_answers(lpar, GED_MEMORY, LAYOUT_GED_MEM_SLOTS, buf, size);
}

static int ms_show_extent(const struct ms_extent *ext, char *buf, size_t size)
{
	u64 expansion = 0;
	const char *name = "-free-";

	if (ext->owner != MS_FREE) {
		expansion = part.inv.ms.area[ext->owner].expansion;
		name = part.inv.lpar[ext->owner].name;
	}
	return scnprintf(buf, size, "%llu %llu %llu %.*s\n", ext->origin,
			 ext->size, expansion, LPAR_NAME_LEN, name);
}

int lpar_system_show_map(char *buf, size_t size)
{
	struct ms_extent ext;
	int len = 0;
	u64 pos = 0;

	guard(mutex)(&part.lock);
	buf[0] = '\0';
	while (ms_next(&part.inv.ms, &pos, &ext))
		len += ms_show_extent(&ext, buf + len, size - len);
	return len;
}
