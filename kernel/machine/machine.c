// SPDX-License-Identifier: GPL-2.0
/*
 * machine/machine.c - the guest's machine: storage, LIPs, stop and start.
 *
 * What changes a LIP is handed to the LIP's own dispatcher as work, and waited
 * for. See machine.h for who calls what when. Layer L2.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "compat.h"
#include "machine/slot.h"
#include "cpu/dispatch.h"
#include "machine/machine.h"
#include "cpu/run_queue.h"
#include "emul/kvmclock.h"
#include "host/pages.h"
#include "model/state.h"

#define MACHINE_CPUID_OPTIONS (CPUID_OPT_STEAL_TIME | CPUID_OPT_KVMCLOCK)
#define MACHINE_MSR_OPTIONS (MSR_OPT_STEAL_TIME | MSR_OPT_KVMCLOCK | MSR_OPT_HW_PAT)

/* What a piece of work on a dispatcher needs to know. */
struct lip_work {
	struct dispatch_work work;
	struct lip *lip;
	u32 percent;
	bool capped;
	int err;
	const struct boot_cpu_state *boot;
};

static void machine_host_cpuid(u32 leaf, u32 subleaf, struct cpuid_val *out)
{
	cpuid_count(leaf, subleaf, &out->eax, &out->ebx, &out->ecx, &out->edx);
}

static void machine_policy_init(struct machine *m)
{
	m->cpuid.options = MACHINE_CPUID_OPTIONS;
	m->cpuid.max_lips = m->max_lips;
	m->cpuid.tsc_khz = tsc_khz;
	m->cpuid.tsc_per_tick = lapic_tsc_per_tick(tsc_khz);
	m->cpuid.xcr0 = hw_fpu_mask();
	cpuid_policy_init(&m->cpuid, machine_host_cpuid);
	m->msr.options = MACHINE_MSR_OPTIONS;
	m->msr.vendor = m->cpuid.vendor;
	m->msr.phys_bits = m->cpuid.phys_bits;
	m->msr.microcode = boot_cpu_data.microcode;
}

/**
 * machine_init() - a machine without storage and without LIPs
 * @m: zeroed
 * @ops: words up to the owner
 * @owner: first argument of @ops
 * @number: the LPAR's number, for trace events
 * @max_lips: LIP numbers that the guest will be told of
 *
 * Context: sleeps.
 * Return: 0 or -ENOMEM.
 */
int machine_init(struct machine *m, const struct machine_owner_ops *ops, void *owner,
		 u32 number, u32 max_lips)
{
	int err;

	m->works = kcalloc(LPAR_MAX_LIPS, sizeof(*m->works), GFP_KERNEL);
	if (!m->works)
		return -ENOMEM;
	err = s2_init(&m->s2, lpar_hw->s2, &host_s2_pages, NULL, S2_2M);
	if (err) {
		kfree(m->works);
		return err;
	}
	m->ops = ops;
	m->owner = owner;
	m->number = number;
	m->max_lips = max_lips;
	raw_spin_lock_init(&m->devs_lock);
	machine_policy_init(m);
	machine_devices_init(m);
	return 0;
}

/**
 * machine_destroy() - end it
 * @m: stopped; the LIPs that are left are dropped
 *
 * On return no CPU holds a translation of its storage.
 *
 * Context: sleeps.
 */
void machine_destroy(struct machine *m)
{
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		machine_drop_lip(m, id);
	lpar_hw->flush_stage2(s2_root(&m->s2, false), dispatch_cpus());
	s2_destroy(&m->s2);
	kfree(m->works);
}

/* Only how large the leaves can be depends on hpa: 2 MiB frames, so 0 will do. */
int machine_reserve_map(struct machine *m, gpa_t gpa, u64 len)
{
	return s2_reserve(&m->s2, gpa, 0, len);
}

int machine_map(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	bool flush = false;
	int err;

	/* Not mapped before, so nothing is cached that would have to go. */
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

int machine_map_device(struct machine *m, gpa_t gpa, hpa_t hpa, u64 len)
{
	bool flush = false;

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
static bool storage_at(struct machine *m, gpa_t gpa, hpa_t *hpa, size_t *len)
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

	return storage_at(m, gpa, &hpa, len) ? host_va(hpa) : NULL;
}

struct page *machine_page(struct machine *m, gpa_t gpa, size_t *len)
{
	hpa_t hpa;

	return storage_at(m, gpa, &hpa, len) ? host_page(hpa) : NULL;
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

static void lip_call(struct lip *lip, void (*fn)(void *arg), struct lip_work *w)
{
	w->lip = lip;
	dispatch_call(lip->pcpu, fn, w);
}

static void work_attach(void *arg)
{
	struct lip_work *w = arg;
	struct lip *lip = w->lip;

	w->err = lip_init(lip);
	if (w->err)
		return;
	share_entity_init(&lip->share, 0, dispatch_period(), rdtsc());
	dispatch_attach(lip->disp, lip);
	lip->attached = true;
}

int machine_prepare_lip(struct machine *m, u32 id, int pcpu)
{
	struct lip_work w = { 0 };
	struct lip *lip;

	if (m->lips[id])
		return -EEXIST;
	if (!dispatch_of(pcpu))
		return -ENODEV;
	lip = lip_alloc(m, id, pcpu);
	if (!lip)
		return -ENOMEM;
	lip_call(lip, work_attach, &w);
	if (w.err) {
		lip_free(lip);
		return w.err;
	}
	/* Whoever sees the LIP sees all of it: machine_lip_used_ns(). */
	smp_store_release(&m->lips[id], lip);
	return 0;
}

static void work_share(void *arg)
{
	struct lip_work *w = arg;

	share_set_percent(&w->lip->share, w->percent, rdtsc());
	w->lip->share.capped = w->capped;
}

void machine_set_share(struct machine *m, u32 id, u32 percent, bool capped)
{
	struct lip_work *w = &m->works[id];

	if (m->shares_posted & BIT_ULL(id))
		machine_sync_shares(m);
	*w = (struct lip_work){
		.work = { .fn = work_share, .arg = w }, .lip = m->lips[id],
		.percent = percent, .capped = capped,
	};
	m->shares_posted |= BIT_ULL(id);
	dispatch_post(m->lips[id]->pcpu, &w->work);
}

void machine_sync_shares(struct machine *m)
{
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (m->shares_posted & BIT_ULL(id))
			dispatch_wait(&m->works[id].work);
	m->shares_posted = 0;
}

void machine_add_lip(struct machine *m, u32 id, u32 percent, bool capped)
{
	machine_set_share(m, id, percent, capped);
	set_bit(id, m->present);
}

static void work_drop(void *arg)
{
	struct lip *lip = ((struct lip_work *)arg)->lip;

	dispatch_detach(lip->disp, lip);
	lpar_hw->lip_retire(lip->hw);
}

void machine_drop_lip(struct machine *m, u32 id)
{
	struct lip *lip = m->lips[id];
	struct lip_work w = { 0 };

	if (!lip)
		return;
	machine_sync_shares(m);
	clear_bit(id, m->present);
	/* Devices that still saw it are done with it when they let go of this. */
	raw_spin_lock_irq(&m->devs_lock);
	raw_spin_unlock_irq(&m->devs_lock);
	if (lip->attached)
		lip_call(lip, work_drop, &w);
	WRITE_ONCE(m->lips[id], NULL);
	lip_free(lip);
}

/* Work on every LIP that is attached: hand all out, then wait for all. */
static void machine_each_lip(struct machine *m, void (*fn)(void *arg),
			     const struct boot_cpu_state *boot)
{
	struct lip_work *works = m->works;
	u32 id;

	machine_sync_shares(m);
	for_each_set_bit(id, m->present, LPAR_MAX_LIPS) {
		works[id].lip = m->lips[id];
		works[id].boot = id ? NULL : boot;
		works[id].work.fn = fn;
		works[id].work.arg = &works[id];
		dispatch_post(m->lips[id]->pcpu, &works[id].work);
	}
	for_each_set_bit(id, m->present, LPAR_MAX_LIPS)
		dispatch_wait(&works[id].work);
}

static void work_stop(void *arg)
{
	((struct lip_work *)arg)->lip->stopped = true;
}

static void work_start(void *arg)
{
	((struct lip_work *)arg)->lip->stopped = false;
}

static void work_reset(void *arg)
{
	struct lip_work *w = arg;

	lip_reset(w->lip, w->boot);
}

void machine_stop(struct machine *m)
{
	machine_each_lip(m, work_stop, NULL);
}

void machine_start(struct machine *m)
{
	machine_each_lip(m, work_start, NULL);
}

void machine_reset(struct machine *m, const struct boot_cpu_state *boot)
{
	m->dead = 0;
	m->tsc_offset = -rdtsc();
	m->boot_wall_ns = ktime_get_real_ns();
	machine_devices_reset(m);
	machine_each_lip(m, work_reset, boot);
}

static u64 cycles_to_ns(u64 cycles)
{
	u32 mul;
	s8 shift;

	kvmclock_scale(tsc_khz, &mul, &shift);
	return kvmclock_cycles_to_ns(cycles, mul, shift);
}

/* Time that the LIP had its pCPU, in ns; 0 for one that is not there. */
u64 machine_lip_used_ns(struct machine *m, u32 id)
{
	/* Pairs with machine_prepare_lip(). */
	struct lip *lip = smp_load_acquire(&m->lips[id]);

	return lip ? cycles_to_ns(READ_ONCE(lip->share.used)) : 0;
}

/* Time that it wanted its pCPU and another had it, likewise. */
u64 machine_lip_steal_ns(struct machine *m, u32 id)
{
	/* Pairs with machine_prepare_lip(). */
	struct lip *lip = smp_load_acquire(&m->lips[id]);

	return lip ? cycles_to_ns(READ_ONCE(lip->waited)) : 0;
}

const char *machine_lip_state(struct machine *m, u32 id)
{
	/* Pairs with machine_prepare_lip(). */
	struct lip *lip = smp_load_acquire(&m->lips[id]);

	if (!lip || READ_ONCE(lip->stopped))
		return state_lip_name(LIP_STOPPED);
	if (READ_ONCE(lip->mode) == LIP_MODE_WAITING)
		return state_lip_name(LIP_WAITING);
	return state_lip_name(LIP_RUNNING);
}

/* Adds to @counts; a LIP that is not there adds nothing. */
void machine_lip_exit_counts(struct machine *m, u32 id, u64 counts[LIP_NR_EXITS])
{
	/* Pairs with machine_prepare_lip(). */
	struct lip *lip = smp_load_acquire(&m->lips[id]);
	u32 kind;

	for (kind = 0; lip && kind < LIP_NR_EXITS; kind++)
		counts[kind] += READ_ONCE(lip->exits[kind]);
}

void machine_exit_counts(struct machine *m, u64 counts[LIP_NR_EXITS])
{
	u32 id;

	memset(counts, 0, LIP_NR_EXITS * sizeof(*counts));
	for_each_set_bit(id, m->present, LPAR_MAX_LIPS)
		machine_lip_exit_counts(m, id, counts);
}
