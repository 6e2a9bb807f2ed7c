// SPDX-License-Identifier: GPL-2.0
/*
 * machine/storage.c - the guest's memory: stage 2, and access by the host. See
 * machine.h for the functions' use. Layer L2.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "cpu/dispatch.h"
#include "host/pages.h"
#include "machine/machine.h"
#include "machine/slot.h"
#include "vdev/layout.h"

/* hpa only determines the leaves' size; frames are 2 MiB, so 0 will do. */
int machine_reserve_map(struct machine *m, gpa_t gpa, u64 len)
{
	int err = s2_reserve(&m->s2, gpa, 0, len);

	return err || !m->nx ? err : s2_reserve(&m->fine, gpa, 0, len);
}

/* No flush is needed: translations of the large page remain valid for data. */
int machine_allow_fetch(struct machine *m, gpa_t gpa)
{
	return m->nx ? s2_lend(&m->s2, &m->fine, gpa) : -ENOENT;
}

int machine_map(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	bool flush = false;
	int err;

	/* Not mapped before, so no flush is needed. */
	if (m->nx)
		err = s2_map(&m->fine, gpa, hpa, len, S2_RWX, &flush) ?:
		      s2_map(&m->s2, gpa, hpa, len, S2_READ | S2_WRITE, &flush);
	else
		err = s2_map(&m->s2, gpa, hpa, len, S2_RWX, &flush);
	if (err)
		return err;
	m->storage_end = max(m->storage_end, gpa + len);
	return machine_slots_storage(m, gpa, hpa, len);
}

int machine_reserve_unmap(struct machine *m, gpa_t gpa, u64 len)
{
	int err = s2_reserve_unmap(&m->s2, gpa, len);

	return err || !m->nx ? err : s2_reserve_unmap(&m->fine, gpa, len);
}

/* First s2, which refers to tables of fine. */
int machine_unmap(struct machine *m, gpa_t gpa, u64 len)
{
	bool flush = false;
	int err = s2_unmap(&m->s2, gpa, len, &flush);

	if (!err && m->nx)
		err = s2_unmap(&m->fine, gpa, len, &flush);
	lpar_hw->flush_stage2(s2_root(&m->s2, false), dispatch_cpus());
	return err;
}

/* Blocks are 2 MiB and aligned, in guest and host. */
int machine_each_storage(struct machine *m, int (*fn)(void *ctx, gpa_t gpa, hpa_t hpa, u64 len),
			 void *ctx)
{
	struct s2_leaf leaf;
	u64 offset;
	gpa_t gpa;
	int err;

	for (gpa = 0; gpa < m->storage_end; gpa += HOST_BLOCK_SIZE) {
		if (!layout_ms_of_gpa(gpa, &offset) || s2_walk(&m->s2, gpa, &leaf))
			continue;
		err = fn(ctx, gpa, leaf.hpa, HOST_BLOCK_SIZE);
		if (err)
			return err;
	}
	return 0;
}

int machine_reserve_window(struct machine *m)
{
	/* A target aligned to 4 KiB only reserves tables down to 4 KiB pages. */
	return s2_reserve(&m->s2, LAYOUT_PCI_MMIO, S2_PAGE_SIZE, LAYOUT_PCI_MMIO_SIZE);
}

/*
 * MMIO reads can expose stale data in CPU buffers, so clear these at each entry from
 * now on. The flush makes all LIPs exit, so that this is in effect on return.
 */
static void machine_mark_device(struct machine *m)
{
	u32 id;

	if (m->device)
		return;
	/* Pairs with machine_prepare_lip(): a new LIP is marked by one of the two. */
	smp_store_mb(m->device, true);
	for (id = 0; id < LPAR_MAX_LIPS; id++) {
		/* Pairs with machine_prepare_lip(). */
		struct lip *lip = smp_load_acquire(&m->lips[id]);

		if (lip)
			WRITE_ONCE(lip->hw->device, true);
	}
	lpar_hw->flush_stage2(s2_root(&m->s2, false), dispatch_cpus());
}

int machine_map_device(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	bool flush = false;

	machine_mark_device(m);
	return s2_map(&m->s2, gpa, hpa, len, S2_READ | S2_WRITE | S2_UC, &flush);
}

void machine_unmap_device(struct machine *m, gpa_t gpa, u64 len)
{
	bool flush = false;

	s2_unmap(&m->s2, gpa, len, &flush);
	if (flush)
		lpar_hw->flush_stage2(s2_root(&m->s2, false), dispatch_cpus());
}

/* Storage at @gpa and the contiguous bytes from there; false for a device's MMIO. */
static bool machine_storage_at(struct machine *m, gpa_t gpa, hpa_t *hpa, size_t *len)
{
	struct s2_leaf leaf;

	if (s2_walk(&m->s2, gpa, &leaf) || leaf.prot & S2_UC)
		return false;
	*hpa = leaf.hpa;
	*len = s2_size(leaf.level) - (gpa & (s2_size(leaf.level) - 1));
	return true;
}

/**
 * machine_va() - host mapping of guest memory
 * @m: the machine
 * @gpa: guest-physical address
 * @len: output: contiguous bytes from @gpa on
 *
 * Context: any.
 * Return: pointer; NULL if there is no storage (or MMIO of a physical device).
 */
void *machine_va(struct machine *m, gpa_t gpa, size_t *len)
{
	hpa_t hpa;

	return machine_storage_at(m, gpa, &hpa, len) ? host_va(hpa) : NULL;
}

struct page *machine_page(struct machine *m, gpa_t gpa, size_t *len)
{
	hpa_t hpa;

	return machine_storage_at(m, gpa, &hpa, len) ? host_page(hpa) : NULL;
}

/* Copy between @data and guest memory, which need not be contiguous. */
static int machine_copy(struct machine *m, gpa_t gpa, void *data, size_t len, bool to_guest)
{
	while (len) {
		size_t part;
		void *va = machine_va(m, gpa, &part);

		if (!va)
			return -EFAULT;
		part = min(part, len);
		if (to_guest)
			memcpy(va, data, part);
		else
			memcpy(data, va, part);
		gpa += part;
		data += part;
		len -= part;
	}
	return 0;
}

int machine_write(struct machine *m, gpa_t gpa, const void *data, size_t len)
{
	return machine_copy(m, gpa, (void *)data, len, true);
}

int machine_read(struct machine *m, gpa_t gpa, void *data, size_t len)
{
	return machine_copy(m, gpa, data, len, false);
}
