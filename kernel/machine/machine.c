// SPDX-License-Identifier: GPL-2.0
/*
 * machine/machine.c - the guest's machine: its LIPs, stop and start.
 *
 * LIPs are changed by work posted to their dispatchers. See machine.h for the
 * functions' use. Layer L2.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "compat.h"
#include "cpu/dispatch.h"
#include "cpu/run_queue.h"
#include "emul/kvmclock.h"
#include "host/pages.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "model/state.h"

#define MACHINE_CPUID_OPTIONS (CPUID_OPT_STEAL_TIME | CPUID_OPT_KVMCLOCK)
#define MACHINE_MSR_OPTIONS (MSR_OPT_STEAL_TIME | MSR_OPT_KVMCLOCK | MSR_OPT_HW_PAT)

/* Work for a dispatcher, with its arguments */
struct lip_work {
	struct dispatch_work work;
	struct lip *lip;
	u32 percent;
	bool capped;
	int err;
	const struct boot_cpu_state *boot;
	u64 tsc_offset;
	struct core_cpu *registers;
};

/* enum msr_option bits for enum cpuid_option bits */
static u32 machine_msr_options(u32 cpuid)
{
	u32 options = MACHINE_MSR_OPTIONS;

	options |= cpuid & CPUID_OPT_SPEC_CTRL ? MSR_OPT_SPEC_CTRL : 0;
	options |= cpuid & CPUID_OPT_PRED_CMD ? MSR_OPT_PRED_CMD : 0;
	options |= cpuid & CPUID_OPT_FLUSH_CMD ? MSR_OPT_FLUSH_CMD : 0;
	options |= cpuid & CPUID_OPT_ARCH_CAPS ? MSR_OPT_ARCH_CAPS : 0;
	return options;
}

static void machine_policy_init(struct machine *m)
{
	m->cpuid.options = MACHINE_CPUID_OPTIONS | host_guest_options(&hw_host);
	m->cpuid.max_lips = m->max_lips;
	/* Read once, for all of the guest's clocks: the host refines tsc_khz after boot. */
	m->tsc_khz = tsc_khz;
	m->cpuid.tsc_khz = m->tsc_khz;
	m->cpuid.tsc_per_tick = lapic_tsc_per_tick(m->tsc_khz);
	m->cpuid.xcr0 = hw_fpu_mask();
	m->cpuid.cr4 = hw_guest_cr4;
	cpuid_policy_init(&m->cpuid, hw_host_cpuid);
	m->msr.options = machine_msr_options(m->cpuid.options);
	m->msr.arch_caps = host_guest_arch_caps(&hw_host);
	m->msr.vendor = m->cpuid.vendor;
	m->msr.phys_bits = m->cpuid.phys_bits;
	m->msr.microcode = boot_cpu_data.microcode;
}

static int machine_s2_init(struct machine *m)
{
	int err = s2_init(&m->s2, lpar_hw->s2, &host_s2_pages, NULL, S2_2M);

	m->nx = hw_nx_huge_pages();
	if (err || !m->nx)
		return err;
	err = s2_init(&m->fine, lpar_hw->s2, &host_s2_pages, NULL, S2_4K);
	if (err)
		s2_destroy(&m->s2);
	return err;
}

/**
 * machine_init() - initialise a machine without storage and LIPs
 * @m: zeroed
 * @ops: callbacks
 * @owner: first argument of @ops
 * @number: the LPAR's number, for trace events
 * @max_lips: maximum number of LIPs, as reported to the guest
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
	err = machine_s2_init(m);
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
 * machine_destroy() - destroy a machine
 * @m: stopped; remaining LIPs are dropped
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
	if (m->nx)
		s2_destroy(&m->fine);
	kfree(m->works);
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
	/* In an emulator slices often end milliseconds late: charge that to the LIP. */
	if (hw_is_emulated())
		lip->share.own = dispatch_period();
	dispatch_attach(lip->disp, lip);
	lip->attached = true;
}

static const struct lip_ops machine_lip_ops = {
	.handler = exit_handlers,
	.dispatch = lip_clock_dispatch,
	.lapic = &machine_lapic_env,
};

int machine_prepare_lip(struct machine *m, u32 id, int pcpu)
{
	const struct lip_config config = {
		.machine = m,
		.ops = &machine_lip_ops,
		.msr = &m->msr,
		.lpar = m->number,
		.tsc_per_tick = m->cpuid.tsc_per_tick,
		.tsc_offset = m->tsc_offset,
		.s2_root = s2_root(&m->s2, false),
	};
	struct lip_work w = { 0 };
	struct lip *lip;

	if (m->lips[id])
		return -EEXIST;
	if (!dispatch_of(pcpu))
		return -ENODEV;
	lip = lip_alloc(&config, id, pcpu);
	if (!lip)
		return -ENOMEM;
	lip_call(lip, work_attach, &w);
	if (w.err) {
		lip_free(lip);
		return w.err;
	}
	/* Publish the initialised LIP; pairs with machine_lip_used_ns() etc. */
	smp_store_release(&m->lips[id], lip);
	/* Pairs with machine_mark_device(). */
	smp_mb();
	if (READ_ONCE(m->device))
		WRITE_ONCE(lip->hw->device, true);
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
	/* Wait for devices that still use the LIP under devs_lock. */
	raw_spin_lock_irq(&m->devs_lock);
	raw_spin_unlock_irq(&m->devs_lock);
	if (lip->attached)
		lip_call(lip, work_drop, &w);
	WRITE_ONCE(m->lips[id], NULL);
	lip_free(lip);
}

/* Run @fn for all present LIPs: post all, then wait for all. */
static void machine_each_lip(struct machine *m, void (*fn)(void *arg),
			     const struct boot_cpu_state *boot)
{
	struct lip_work *works = m->works;
	u32 id;

	machine_sync_shares(m);
	for_each_set_bit(id, m->present, LPAR_MAX_LIPS) {
		works[id].lip = m->lips[id];
		works[id].boot = id ? NULL : boot;
		works[id].tsc_offset = m->tsc_offset;
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
	struct lip *lip = ((struct lip_work *)arg)->lip;

	if (lip->stopped)
		lip_clock_stopped(lip);
	lip->stopped = false;
}

static void work_reset(void *arg)
{
	struct lip_work *w = arg;

	lip_reset(w->lip, w->boot, w->tsc_offset);
}

static void work_get_cpu(void *arg)
{
	struct lip_work *w = arg;

	lip_get_cpu(w->lip, w->registers);
}

bool machine_lip_registers(struct machine *m, u32 id, struct core_cpu *out)
{
	struct lip_work w = { .registers = out };

	if (!m->lips[id])
		return false;
	lip_call(m->lips[id], work_get_cpu, &w);
	return true;
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
	m->crashed = 0;
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

/* Time that the LIP ran, in ns; 0 if there is no such LIP. */
u64 machine_lip_used_ns(struct machine *m, u32 id)
{
	/* Pairs with machine_prepare_lip(). */
	struct lip *lip = smp_load_acquire(&m->lips[id]);

	return lip ? cycles_to_ns(READ_ONCE(lip->share.used)) : 0;
}

/* Time that it was runnable but not running, likewise. */
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

/* Adds to @counts; nothing if there is no such LIP. */
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
