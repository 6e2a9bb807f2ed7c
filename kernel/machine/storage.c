// SPDX-License-Identifier: GPL-2.0
/*
 * machine/storage.c - the guest's memory: stage 2, and the host's view of it. See
 * machine.h for who calls what when. Layer L2.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "cpu/dispatch.h"
#include "host/pages.h"
#include "machine/machine.h"
#include "machine/slot.h"
#include "vdev/layout.h"

/* Only how large the leaves can be depends on hpa: 2 MiB frames, so 0 will do. */
int machine_reserve_map(struct machine *m, gpa_t gpa, u64 len)
{
	int err = s2_reserve(&m->s2, gpa, 0, len);

	return err || !m->nx ? err : s2_reserve(&m->fine, gpa, 0, len);
}

/* No LIP has been told to forget the large page: it may be read through it for a while. */
int machine_allow_fetch(struct machine *m, gpa_t gpa)
{
	return m->nx ? s2_lend(&m->s2, &m->fine, gpa) : -ENOENT;
}

int machine_map(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	bool flush = false;
	int err;

	/* Not mapped before, so nothing is cached that would have to go. */
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

/* Blocks are 2 MiB and aligned, for the guest as well as for the host. */
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
	/* A target that is not aligned to more makes tables for the smallest pages. */
	return s2_reserve(&m->s2, LAYOUT_PCI_MMIO, S2_PAGE_SIZE, LAYOUT_PCI_MMIO_SIZE);
}

/*
 * Reads of a device's memory can bring up what buffers of the processor hold (MMIO
 * stale data), so they are emptied at each entry from now on. All LIPs have left the
 * guest since they were told when this returns.
 */
static void machine_mark_device(struct machine *m)
{
	u32 id;

	if (m->device)
		return;
	/* Pairs with machine_prepare_lip(): one of the two marks a LIP that is new. */
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

/* Storage at @gpa, and how many bytes follow; not that of a physical device. */
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
 * machine_va() - host's view of guest memory
 * @m: the machine
 * @gpa: guest-physical address
 * @len: gets the bytes that follow @gpa without a break
 *
 * Context: any.
 * Return: pointer, NULL where there is no storage (or that of a physical device).
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

/* Copy between @data and guest memory, piece by piece where it is not in one. */
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
