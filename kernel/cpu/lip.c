// SPDX-License-Identifier: GPL-2.0
/*
 * cpu/lip.c - run a LIP for a slice, and update it between slices.
 *
 * Preemption is off during a slice, because the guest's FPU registers and MSRs are
 * loaded. Interrupts are off except briefly after each exit for a host interrupt. A
 * slice ends when the LIP's share is used up, the host needs the CPU, or the guest is
 * idle. Layer L2.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/apicdef.h>
#include <asm/fpu/api.h>
#include <asm/tsc.h>

#include "cpu/dispatch.h"
#include "cpu/lip.h"
#include "cpu/run_queue.h"
#include "trace.h"

/* Minimum period of a guest's timer, to limit the rate of exits */
#define LIP_MIN_TIMER_US 200

/**
 * lip_alloc() - allocate a LIP
 * @config: its configuration; copied
 * @id: its number
 * @pcpu: the pCPU it will run on
 *
 * Context: sleeps.
 * Return: the LIP, not attached to its dispatcher yet; NULL: no memory.
 */
struct lip *lip_alloc(const struct lip_config *config, u32 id, int pcpu)
{
	struct lip *lip = kzalloc(sizeof(*lip), GFP_KERNEL);

	if (!lip)
		return NULL;
	lip->machine = config->machine;
	lip->ops = config->ops;
	lip->msr = config->msr;
	lip->lpar = config->lpar;
	lip->tsc_per_tick = config->tsc_per_tick;
	lip->tsc_offset = config->tsc_offset;
	lip->disp = dispatch_of(pcpu);
	lip->id = id;
	lip->pcpu = pcpu;
	lip->stopped = true;
	lip->apic_page = hw_page_alloc(pcpu);
	lip->hw = lpar_hw->lip_alloc(config->s2_root, pcpu);
	if (!lip->apic_page || !lip->hw) {
		lip_free(lip);
		return NULL;
	}
	return lip;
}

void lip_free(struct lip *lip)
{
	if (lip->hw)
		lpar_hw->lip_free(lip->hw);
	hw_page_free(lip->apic_page);
	/* It holds the guest's registers. */
	kfree_sensitive(lip);
}

u64 lip_guest_tsc(const struct lip *lip)
{
	return rdtsc() + lip->tsc_offset + lip->tsc_adjust;
}

/* Convert a future guest TSC to host TSC; saturates at U64_MAX. */
static u64 lip_host_tsc(const struct lip *lip, u64 guest)
{
	u64 now = rdtsc(), guest_now;

	if (guest == LAPIC_NO_DEADLINE)
		return U64_MAX;
	guest_now = now + lip->tsc_offset + lip->tsc_adjust;
	if (guest <= guest_now)
		return now;
	return guest - guest_now > U64_MAX - now ? U64_MAX :
						   now + (guest - guest_now);
}

void lip_set_mode(struct lip *lip, enum lip_mode mode)
{
	WRITE_ONCE(lip->mode, mode);
}

/**
 * lip_halt() - emulate HLT
 * @lip: the running LIP
 * @irqs_off: RFLAGS.IF is clear: only an NMI, INIT or SIPI ends the HLT
 *
 * Context: dispatcher's thread.
 */
void lip_halt(struct lip *lip, bool irqs_off)
{
	lip->deaf = irqs_off;
	if (lip->nmis || (!irqs_off && lapic_pending(&lip->lapic) >= 0))
		return;
	WRITE_ONCE(lip->wakes_from, irqs_off ? 256 : lapic_lowest_taken(&lip->lapic));
	smp_wmb();	/* before the mode, see lip_wakes_by() */
	lip_set_mode(lip, LIP_MODE_HALTED);
}

/*
 * Update interrupt delivery after a change of the local APIC's mode or of the
 * processor's control state: in x2APIC mode the processor delivers interrupts if it can.
 */
void lip_apic_mode(struct lip *lip)
{
	bool x2apic = lip->lapic.base & X2APIC_ENABLE;

	lip->apic_hw = lpar_hw->apic_page(lip->hw, x2apic ? lip->apic_page : NULL);
	lip->recheck = true;
}

/* Called once, first, on the dispatcher's thread. */
int lip_init(struct lip *lip)
{
	int err = lpar_hw->lip_init(lip->hw);

	lapic_init(&lip->lapic, lip->apic_page, lip->id, !lip->id,
		   lip->tsc_per_tick, lip->ops->lapic, lip);
	lip->lapic.base_bits = GENMASK_ULL(lip->msr->phys_bits - 1, PAGE_SHIFT);
	lip->lapic.min_period = (u64)tsc_khz * LIP_MIN_TIMER_US / USEC_PER_MSEC;
	msr_init(&lip->msrs, lip->msr);
	hw_fpu_reset(lip->hw);
	return err;
}

/**
 * lip_reset() - reset to power-on state
 * @lip: stopped
 * @boot: initial registers; NULL: wait for SIPI
 * @tsc_offset: guest TSC = host TSC + this from now on
 *
 * Context: dispatcher's thread, preemption off.
 */
void lip_reset(struct lip *lip, const struct boot_cpu_state *boot, u64 tsc_offset)
{
	lip->requests = 0;
	bitmap_zero(lip->posted, 256);
	bitmap_zero(lip->posted_level, 256);
	lip->nmis = 0;
	atomic_set(&lip->posted_nmis, 0);
	lip->recheck = true;
	lip->apic_hw = false;
	lip->tsc_offset = tsc_offset;
	lip->tsc_adjust = 0;
	lip->waiting_since = 0;
	lip->stolen = 0;
	lapic_power_on(&lip->lapic, !lip->id);
	msr_init(&lip->msrs, lip->msr);
	hw_fpu_reset(lip->hw);
	if (boot) {
		lpar_hw->lip_boot(lip->hw, boot);
		lpar_hw->set_tsc_offset(lip->hw, tsc_offset);
	}
	lip_set_mode(lip, boot ? LIP_MODE_RUNNABLE : LIP_MODE_WAITING);
}

/* Move posted vectors to the IRR. */
static void lip_take_vectors(struct lip *lip)
{
	unsigned int i, bit;

	if (!test_and_clear_bit(LIP_REQ_VECTORS, &lip->requests))
		return;
	for (i = 0; i < BITS_TO_LONGS(256); i++) {
		unsigned long word = xchg(&lip->posted[i], 0);

		for_each_set_bit(bit, &word, BITS_PER_LONG) {
			u8 vector = i * BITS_PER_LONG + bit;
			bool level = test_and_clear_bit(vector, lip->posted_level);

			lapic_set_irr(&lip->lapic, vector, level);
			if (level && lip->apic_hw)
				lpar_hw->apic_level(lip->hw, vector);
		}
	}
	lip->recheck = true;
}

static void lip_take_nmis(struct lip *lip)
{
	if (!test_and_clear_bit(LIP_REQ_NMI, &lip->requests))
		return;
	lip->nmis = min(lip->nmis + atomic_xchg(&lip->posted_nmis, 0), LIP_MAX_NMIS);
	lip->recheck = true;
}

static void lip_init_sipi(struct lip *lip)
{
	if (test_and_clear_bit(LIP_REQ_INIT, &lip->requests)) {
		lapic_reset(&lip->lapic);
		lip_set_mode(lip, LIP_MODE_WAITING);
	}
	if (!test_and_clear_bit(LIP_REQ_SIPI, &lip->requests) ||
	    lip->mode != LIP_MODE_WAITING)
		return;
	lpar_hw->lip_sipi(lip->hw, READ_ONCE(lip->sipi_vector));
	lip_apic_mode(lip);
	lpar_hw->set_tsc_offset(lip->hw, lip->tsc_offset + lip->tsc_adjust);
	lip->recheck = true;
	lip_set_mode(lip, LIP_MODE_RUNNABLE);
}

static void lip_expire_timer(struct lip *lip)
{
	if (lapic_timer_expire(&lip->lapic, lip_guest_tsc(lip)))
		lip->recheck = true;
}

/**
 * lip_update() - handle requests and timer of a LIP that is not running
 * @lip: any LIP of the calling dispatcher
 * @now: host TSC
 *
 * Context: dispatcher's thread, preemption off.
 */
void lip_update(struct lip *lip, u64 now)
{
	bool runnable;

	if (!lip->stopped && lip->mode != LIP_MODE_DEAD) {
		if (READ_ONCE(lip->requests))
			lip_init_sipi(lip);
		lip_take_vectors(lip);
		lip_take_nmis(lip);
		lip_expire_timer(lip);
		if (lip->mode == LIP_MODE_HALTED &&
		    (lip->nmis ||
		     (!lip->deaf && lapic_pending(&lip->lapic) >= 0)))
			lip_set_mode(lip, LIP_MODE_RUNNABLE);
	}
	runnable = !lip->stopped && lip->mode == LIP_MODE_RUNNABLE;
	if (runnable == lip->share.runnable)
		return;
	if (runnable)
		share_wake(&lip->share, now);
	else
		share_block(&lip->share, now);
	lip->waiting_since = runnable ? now : 0;
}

/**
 * lip_wants() - whether lip_update() has something to do
 * @lip: a LIP that is not running
 * @now: host TSC
 *
 * Context: dispatcher's thread.
 */
bool lip_wants(const struct lip *lip, u64 now)
{
	if (lip->stopped || lip->mode == LIP_MODE_DEAD)
		return false;
	return READ_ONCE(lip->requests) || lip_next_timer(lip) <= now;
}

/* Host TSC at which the timer of a halted LIP expires. */
u64 lip_next_timer(const struct lip *lip)
{
	if (lip->stopped || lip->mode != LIP_MODE_HALTED || lip->deaf ||
	    !lapic_timer_wakes(&lip->lapic))
		return U64_MAX;
	return lip_host_tsc(lip, lapic_timer_deadline(&lip->lapic));
}

/*
 * While NMIs are blocked at most one stays pending, further ones are lost (SDM,
 * "Handling Multiple NMIs").
 */
static void lip_inject_nmi(struct lip *lip)
{
	if (lpar_hw->nmi_blocked(lip->hw))
		lip->nmis = 1;
	if (!lpar_hw->nmi_ready(lip->hw))
		return;
	lpar_hw->inject_nmi(lip->hw);
	lip->nmis--;
}

/* Inject the next event if the guest can take it, else request a window exit. */
static void lip_inject(struct lip *lip)
{
	int vector;

	lip->recheck = false;
	if (lip->nmis)
		lip_inject_nmi(lip);
	if (lip->apic_hw) {
		lpar_hw->apic_irr(lip->hw, lapic_highest_irr(&lip->lapic));
		lpar_hw->request_window(lip->hw, false, lip->nmis);
		return;
	}
	vector = lapic_pending(&lip->lapic);
	if (vector >= 0 && lpar_hw->irq_ready(lip->hw)) {
		lpar_hw->inject_irq(lip->hw, vector);
		lapic_ack(&lip->lapic, vector);
		vector = lapic_pending(&lip->lapic);
	}
	lpar_hw->request_window(lip->hw, vector >= 0, lip->nmis);
}

/* Update deadline and events before the next entry. */
static void lip_prepare(struct lip *lip)
{
	u64 timer = lip_host_tsc(lip, lapic_timer_deadline(&lip->lapic));

	lip->deadline = min(lip->slice_end, timer);
	lip_inject(lip);
}

/*
 * Set in_guest, then check for requests: whoever sets a request later sees in_guest
 * and sends an interrupt. False: something has to be done first.
 */
static bool lip_enter(struct lip *lip)
{
	dispatch_enter_guest(lip->disp);
	if (likely(!READ_ONCE(lip->requests) && !READ_ONCE(lip->disp->kicked) &&
		   !need_resched()))
		return true;
	dispatch_leave_guest(lip->disp);
	return false;
}

/* Handle requests. False: others remain, and the slice ends. */
static bool lip_attend(struct lip *lip)
{
	lip_take_vectors(lip);
	lip_take_nmis(lip);
	return !READ_ONCE(lip->requests) && !READ_ONCE(lip->disp->kicked) &&
	       !need_resched();
}

/*
 * A short interrupt, such as the host's tick, is charged to the LIP: where shares add
 * up to 100 % there is no time to compensate for it. Longer ones are not charged.
 */
static void lip_host_irqs(struct lip *lip)
{
	u64 cost, from = rdtsc();

	hw_host_irqs(lip->hw);
	cost = rdtsc() - from;
	if (cost > lip->share.own) {
		lip->taken += cost;
		cost = 0;
	}
	lip->kick_cost = cost;
}

/* Handle an exit. False: the slice is over. Context: interrupts off. */
static bool lip_after_exit(struct lip *lip, struct lip_exit *exit)
{
	lip->exits[exit->kind]++;
	trace_lpar_exit(lip->lpar, lip->id, exit->kind);
	switch (exit->kind) {
	case LIP_EXIT_HOST_IRQ:
		lip_host_irqs(lip);
		return true;
	case LIP_EXIT_TIMER:
		/* May have expired before entry: open a window for host interrupts. */
		lip_host_irqs(lip);
		lip_expire_timer(lip);
		lip->recheck = true;
		return rdtsc() < lip->slice_end;
	default:
		lip->ops->handler[exit->kind].handle(lip, exit);
		return lip->mode == LIP_MODE_RUNNABLE;
	}
}

static void lip_loop(struct lip *lip)
{
	struct lip_exit exit;
	bool more = true;

	while (more) {
		if (lip->recheck)
			lip_prepare(lip);
		if (!lip_enter(lip)) {
			more = lip_attend(lip);
			continue;
		}
		static_call(hw_run)(lip->hw, lip->deadline, &exit);
		dispatch_leave_guest(lip->disp);
		more = lip_after_exit(lip, &exit);
	}
}

/**
 * lip_run_slice() - run the guest
 * @lip: runnable
 * @slice_end: host TSC
 *
 * Context: dispatcher's thread, preemption off.
 * Return: TSC cycles spent between loading and saving the guest's state.
 */
u64 lip_run_slice(struct lip *lip, u64 slice_end)
{
	u64 from;

	lip->slice_end = slice_end;
	lip->taken = 0;
	lip->kick_cost = 0;
	lip->recheck = true;
	kernel_fpu_begin_mask(0);
	lpar_hw->load(lip->hw);
	hw_fpu_load(lip->hw);
	from = rdtsc();
	lip->ops->dispatch(lip, from);
	local_irq_disable();
	lip_loop(lip);
	lpar_hw->to_host(lip->hw);
	local_irq_enable();
	from = rdtsc() - from;
	hw_fpu_put(lip->hw);
	lpar_hw->put(lip->hw);
	kernel_fpu_end();
	lip->waiting_since = rdtsc();
	return from;
}

/**
 * lip_get_cpu() - get the registers of the guest
 * @lip: stopped
 * @out: output
 *
 * Context: dispatcher's thread, preemption off.
 */
void lip_get_cpu(struct lip *lip, struct core_cpu *out)
{
	kernel_fpu_begin_mask(0);
	lpar_hw->load(lip->hw);
	hw_get_cpu(lip->hw, out);
	lpar_hw->put(lip->hw);
	kernel_fpu_end();
}

/*
 * Whether @req makes a LIP runnable that is not running. A runnable LIP checks its
 * requests when its turn comes. A halted one is not woken by an interrupt that it
 * cannot take, so that a guest cannot end the slices of others by such interrupts.
 */
static bool lip_wakes_by(const struct lip *lip, enum lip_request req, unsigned int vector)
{
	switch (READ_ONCE(lip->mode)) {
	case LIP_MODE_HALTED:
		smp_rmb();	/* the mode before wakes_from, see lip_halt() */
		return req != LIP_REQ_VECTORS || vector >= READ_ONCE(lip->wakes_from);
	case LIP_MODE_WAITING:
		return req == LIP_REQ_SIPI;
	default:
		return false;
	}
}

static void lip_ask(struct lip *lip, enum lip_request req, unsigned int vector)
{
	set_bit(req, &lip->requests);
	/* Set the request bits before reading running and the mode. */
	smp_mb();
	dispatch_kick_lip(lip, lip_wakes_by(lip, req, vector));
}

/**
 * lip_post_vector() - send an interrupt to a LIP
 * @lip: target
 * @vector: 16 to 255
 * @level: level triggered
 *
 * Context: any but NMI.
 */
void lip_post_vector(struct lip *lip, u8 vector, bool level)
{
	if (level)
		set_bit(vector, lip->posted_level);
	set_bit(vector, lip->posted);
	lip_ask(lip, LIP_REQ_VECTORS, vector);
}

/* Send an NMI to a LIP. Context: any but NMI. */
void lip_post_nmi(struct lip *lip)
{
	atomic_add_unless(&lip->posted_nmis, 1, LIP_MAX_NMIS);
	lip_request(lip, LIP_REQ_NMI);
}

void lip_request(struct lip *lip, enum lip_request req)
{
	lip_ask(lip, req, 0);
}
