// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/lapic.c - local APIC: interrupts, IPIs and timer.
 *
 * Follows the SDM, chapter "Advanced Programmable Interrupt Controller (APIC)", except
 * that LINT0/LINT1, thermal, performance and SMI have no source, and there is no
 * directed EOI. The timer is in lapic_timer.c, the routing of messages in
 * lapic_route.c.
 * L0: calls only the callbacks in struct lapic_env.
 */
#include "pure.h"

#include "vdev/lapic.h"
#include "vdev/lapic_regs.h"

/* A bit of IRR, ISR or TMR: 32 in every fourth register. */
static u32 *lapic_vector_reg(struct lapic *l, u32 reg, u8 vector)
{
	return &l->regs[(reg + vector / 32 * 16) / 4];
}

static void lapic_set_vector(struct lapic *l, u32 reg, u8 vector)
{
	*lapic_vector_reg(l, reg, vector) |= BIT(vector % 32);
}

static void lapic_clear_vector(struct lapic *l, u32 reg, u8 vector)
{
	*lapic_vector_reg(l, reg, vector) &= ~BIT(vector % 32);
}

static int lapic_highest_vector(const struct lapic *l, u32 reg)
{
	int i;

	for (i = 7; i >= 0; i--) {
		u32 bits = lapic_get(l, reg + i * 16);

		if (bits)
			return i * 32 + fls(bits) - 1;
	}
	return -1;
}

/* An error, and the interrupt that reports it. */
static void lapic_raise_error(struct lapic *l, u32 error)
{
	u32 lvt = lapic_get(l, LREG_LVT_ERROR);

	l->esr_pending |= error;
	if (!(lvt & LVT_MASKED) && (lvt & LVT_VECTOR) >= 16)
		lapic_set_vector(l, LREG_IRR, lvt & LVT_VECTOR);
}

/**
 * lapic_set_irr() - a fixed interrupt arrives
 * @l: the local APIC
 * @vector: its vector
 * @level: level triggered: its EOI goes to the IO-APIC
 *
 * Context: the owner's thread.
 * Return: true when the APIC accepted it; false when it is disabled or the
 * vector is one of the reserved ones.
 */
bool lapic_set_irr(struct lapic *l, u8 vector, bool level)
{
	if (!lapic_hw_on(l) || !lapic_sw_on(l))
		return false;
	if (vector < 16) {
		lapic_raise_error(l, ESR_RECEIVE_VECTOR);
		return false;
	}
	if (level)
		lapic_set_vector(l, LREG_TMR, vector);
	else
		lapic_clear_vector(l, LREG_TMR, vector);
	lapic_set_vector(l, LREG_IRR, vector);
	return true;
}

/**
 * lapic_highest_irr() - highest vector requested
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the vector, or -1 when there is none.
 */
int lapic_highest_irr(const struct lapic *l)
{
	return lapic_highest_vector(l, LREG_IRR);
}

/**
 * lapic_highest_isr() - highest vector in service
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the vector, or -1 when there is none.
 */
int lapic_highest_isr(const struct lapic *l)
{
	return lapic_highest_vector(l, LREG_ISR);
}

/**
 * lapic_ppr() - processor priority
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the Processor Priority Register.
 */
u8 lapic_ppr(const struct lapic *l)
{
	int isr = lapic_highest_isr(l);
	u8 tpr = lapic_get(l, LREG_TPR);
	u8 isrv = isr < 0 ? 0 : isr & 0xf0;

	return (tpr & 0xf0) >= isrv ? tpr : isrv;
}

/**
 * lapic_pending() - interrupt that the LIP is to take next
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the highest vector requested if its priority is above the
 * processor's, else -1.
 */
int lapic_pending(const struct lapic *l)
{
	int irr = lapic_highest_irr(l);

	if (irr < 0 || !lapic_hw_on(l))
		return -1;
	return (irr & 0xf0) > (lapic_ppr(l) & 0xf0) ? irr : -1;
}

/**
 * lapic_lowest_taken() - the lowest vector that would be delivered now
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the lowest vector that is above the processor's priority, 256 while
 * the APIC is disabled.
 */
unsigned int lapic_lowest_taken(const struct lapic *l)
{
	if (!lapic_hw_on(l) || !lapic_sw_on(l))
		return 256;
	return (lapic_ppr(l) & 0xf0) + 0x10;
}

/**
 * lapic_ack() - the LIP takes an interrupt
 * @l: the local APIC
 * @vector: from lapic_pending()
 *
 * Context: the owner's thread.
 */
void lapic_ack(struct lapic *l, u8 vector)
{
	lapic_clear_vector(l, LREG_IRR, vector);
	lapic_set_vector(l, LREG_ISR, vector);
}

/**
 * lapic_eoi_done() - hardware has performed an EOI
 * @l: the local APIC
 * @vector: its vector, already out of ISR
 *
 * For processors that virtualise EOI and report level-triggered ones.
 *
 * Context: the owner's thread.
 */
void lapic_eoi_done(struct lapic *l, u8 vector)
{
	if (*lapic_vector_reg(l, LREG_TMR, vector) & BIT(vector % 32))
		l->env->eoi(l->ctx, vector);
}

static void lapic_write_eoi(struct lapic *l)
{
	int vector = lapic_highest_isr(l);

	if (vector < 0)
		return;
	lapic_clear_vector(l, LREG_ISR, vector);
	lapic_eoi_done(l, vector);
}

/**
 * lapic_get_cr8() - the guest reads CR8
 * @l: the local APIC
 *
 * Context: the owner's thread.
 * Return: the upper four bits of TPR.
 */
u8 lapic_get_cr8(const struct lapic *l)
{
	return lapic_get(l, LREG_TPR) >> 4 & 0xf;
}

/**
 * lapic_set_cr8() - the guest writes CR8
 * @l: the local APIC
 * @cr8: the value; the caller has refused reserved bits
 *
 * Context: the owner's thread.
 */
void lapic_set_cr8(struct lapic *l, u8 cr8)
{
	lapic_set(l, LREG_TPR, (cr8 & 0xf) << 4);
}

/* ---- interprocessor interrupts ---- */

/* SDM, "Valid Combinations for the ... Local xAPIC Interrupt Command Register" */
static bool lapic_ipi_valid(const struct apic_msg *msg)
{
	switch (msg->delivery) {
	case APIC_FIXED:
		return true;
	case APIC_LOWEST:
	case APIC_NMI:
	case APIC_INIT:
	case APIC_STARTUP:
		return msg->shorthand == APIC_TO_DEST ||
		       msg->shorthand == APIC_TO_OTHERS;
	default:
		return false;
	}
}

static void lapic_send_ipi(struct lapic *l, u32 icr, u32 dest)
{
	struct apic_msg msg = {
		.dest = dest,
		.vector = icr & ICR_VECTOR,
		.delivery = icr >> ICR_DELIVERY & 7,
		.shorthand = icr >> ICR_SHORTHAND & 3,
		.logical = icr & ICR_LOGICAL,
		.assert = true,
	};

	/* INIT level de-assert is ignored since the Pentium 4. */
	if (msg.delivery == APIC_INIT && icr & ICR_LEVEL && !(icr & ICR_ASSERT))
		return;
	if (!lapic_ipi_valid(&msg))
		return;
	if (msg.delivery <= APIC_LOWEST && msg.vector < 16) {
		lapic_raise_error(l, ESR_SEND_VECTOR);
		return;
	}
	if (msg.shorthand == APIC_TO_SELF)
		lapic_set_irr(l, msg.vector, false);
	else
		l->env->ipi(l->ctx, &msg);
}

static void lapic_write_icr(struct lapic *l, u32 val)
{
	u32 dest = lapic_get(l, LREG_ICR2) >> 24;

	val &= ICR_WRITABLE;
	lapic_set(l, LREG_ICR, val);
	lapic_send_ipi(l, val, dest == 0xff ? APIC_BROADCAST : dest);
}

static void lapic_write_x2apic_icr(struct lapic *l, u64 val)
{
	u32 icr = val & ICR_WRITABLE;

	lapic_set(l, LREG_ICR, icr);
	lapic_set(l, LREG_ICR2, upper_32_bits(val));
	lapic_send_ipi(l, icr, upper_32_bits(val));
}

/* ---- registers ---- */

static const u32 lvt_regs[] = {
	LREG_LVT_TIMER, LREG_LVT_THERMAL, LREG_LVT_PERF,
	LREG_LVT_LINT0, LREG_LVT_LINT1, LREG_LVT_ERROR,
};

static u32 lapic_lvt_writable(u32 reg)
{
	switch (reg) {
	case LREG_LVT_TIMER:
		return LVT_VECTOR | LVT_MASKED | LVT_TIMER_MODE;
	case LREG_LVT_ERROR:
		return LVT_VECTOR | LVT_MASKED;
	case LREG_LVT_LINT0:
	case LREG_LVT_LINT1:
		return LVT_VECTOR | LVT_MASKED | LVT_DELIVERY | LVT_POLARITY |
		       LVT_LEVEL;
	default:
		return LVT_VECTOR | LVT_MASKED | LVT_DELIVERY;
	}
}

static void lapic_write_lvt(struct lapic *l, u32 reg, u32 val, u64 now)
{
	val &= lapic_lvt_writable(reg);
	if (!lapic_sw_on(l))
		val |= LVT_MASKED;
	if (reg == LREG_LVT_TIMER)
		lapic_write_lvt_timer(l, val, now);
	else
		lapic_set(l, reg, val);
}

static void lapic_write_svr(struct lapic *l, u32 val, u64 now)
{
	bool was = lapic_sw_on(l);
	size_t i;

	lapic_timer_expire(l, now);
	lapic_set(l, LREG_SVR, val & SVR_WRITABLE);
	if (lapic_sw_on(l) == was)
		return;
	/* Software disable masks all LVT entries. */
	if (was)
		for (i = 0; i < ARRAY_SIZE(lvt_regs); i++)
			lapic_set(l, lvt_regs[i], lapic_get(l, lvt_regs[i]) | LVT_MASKED);
	l->env->id_changed(l->ctx);
}

static void lapic_write_esr(struct lapic *l)
{
	lapic_set(l, LREG_ESR, l->esr_pending);
	l->esr_pending = 0;
}

static void lapic_reg_write(struct lapic *l, u32 reg, u32 val, u64 now)
{
	switch (reg) {
	case LREG_TPR:
		lapic_set(l, LREG_TPR, val & 0xff);
		break;
	case LREG_EOI:
		lapic_write_eoi(l);
		break;
	case LREG_LDR:
		lapic_set(l, LREG_LDR, val & 0xff000000);
		l->env->id_changed(l->ctx);
		break;
	case LREG_DFR:
		lapic_set(l, LREG_DFR, val | 0x0fffffff);
		l->env->id_changed(l->ctx);
		break;
	case LREG_SVR:
		lapic_write_svr(l, val, now);
		break;
	case LREG_ESR:
		lapic_write_esr(l);
		break;
	case LREG_ICR:
		lapic_write_icr(l, val);
		break;
	case LREG_ICR2:
		lapic_set(l, LREG_ICR2, val & 0xff000000);
		break;
	case LREG_TMICT:
		lapic_write_tmict(l, val, now);
		break;
	case LREG_TDCR:
		lapic_write_tdcr(l, val, now);
		break;
	default:
		lapic_write_lvt(l, reg, val, now);
		break;
	}
}

static u32 lapic_reg_read(const struct lapic *l, u32 reg, u64 now)
{
	switch (reg) {
	case LREG_PPR:
		return lapic_ppr(l);
	case LREG_TMCCT:
		return lapic_timer_count(l, now);
	default:
		return lapic_get(l, reg);
	}
}

/* Permitted accesses: by RDMSR and WRMSR, and in the register page. */
enum { ACC_R = 1, ACC_W = 2, ACC_PAGE_R = 4, ACC_PAGE_W = 8 };

#define ACC_READ	(ACC_R | ACC_PAGE_R)
#define ACC_WRITE	(ACC_W | ACC_PAGE_W)
#define ACC_BOTH	(ACC_READ | ACC_WRITE)

static const u8 reg_access[LREG_END / 16] = {
	[LREG_ID / 16] = ACC_READ,
	[LREG_VERSION / 16] = ACC_READ,
	[LREG_TPR / 16] = ACC_BOTH,
	[LREG_APR / 16] = ACC_PAGE_R,
	[LREG_PPR / 16] = ACC_READ,
	[LREG_EOI / 16] = ACC_WRITE,
	[LREG_RRD / 16] = ACC_PAGE_R,
	[LREG_LDR / 16] = ACC_READ | ACC_PAGE_W,
	[LREG_DFR / 16] = ACC_PAGE_R | ACC_PAGE_W,
	[LREG_SVR / 16] = ACC_BOTH,
	[LREG_ISR / 16 ... LREG_ESR / 16 - 1] = ACC_READ,
	[LREG_ESR / 16] = ACC_BOTH,
	[LREG_ICR / 16] = ACC_BOTH,
	[LREG_ICR2 / 16] = ACC_PAGE_R | ACC_PAGE_W,
	[LREG_LVT_TIMER / 16 ... LREG_LVT_ERROR / 16] = ACC_BOTH,
	[LREG_TMICT / 16] = ACC_BOTH,
	[LREG_TMCCT / 16] = ACC_READ,
	[LREG_TDCR / 16] = ACC_BOTH,
	[LREG_SELF_IPI / 16] = ACC_W,
};

/* The index comes from the guest: clamp it under speculation. */
static u8 lapic_register_access(u32 index)
{
	if (index >= ARRAY_SIZE(reg_access))
		return 0;
	return reg_access[array_index_nospec(index, ARRAY_SIZE(reg_access))];
}

/* In the page a register is the first 4 of 16 bytes. */
static bool lapic_page_access(struct lapic *l, u32 offset, u8 access)
{
	u32 index = offset / 16;

	if (lapic_register_access(index) & access)
		return !(offset & 0xc);
	lapic_raise_error(l, ESR_REGISTER);
	return false;
}

/**
 * lapic_mmio_active() - is an address within the register page?
 * @l: the local APIC
 * @gpa: guest-physical address
 *
 * Context: the owner's thread.
 * Return: true in xAPIC mode, for addresses within the page.
 */
bool lapic_mmio_active(const struct lapic *l, u64 gpa)
{
	return lapic_hw_on(l) && !lapic_x2apic_on(l) &&
	       gpa - (l->base & ~APIC_BASE_FLAGS) < LAPIC_PAGE_SIZE;
}

/**
 * lapic_mmio_read() - the guest reads the register page
 * @l: the local APIC; lapic_mmio_active() held
 * @offset: in the page
 * @now: guest TSC
 *
 * Context: the owner's thread.
 * Return: the register, shifted so that the byte at @offset is the lowest.
 */
u32 lapic_mmio_read(struct lapic *l, u32 offset, u64 now)
{
	if (!lapic_page_access(l, offset, ACC_PAGE_R))
		return 0;
	return lapic_reg_read(l, offset & ~0xfU, now) >> (offset & 3) * 8;
}

/**
 * lapic_mmio_write() - the guest writes the register page
 * @l: the local APIC; lapic_mmio_active() held
 * @offset: in the page; what is not aligned to a register is ignored
 * @val: the value
 * @now: guest TSC
 *
 * Context: the owner's thread. Callbacks may be made.
 */
void lapic_mmio_write(struct lapic *l, u32 offset, u32 val, u64 now)
{
	if (lapic_page_access(l, offset, ACC_PAGE_W) && !(offset & 3))
		lapic_reg_write(l, offset, val, now);
}

/* ---- mode, MSRs ---- */

static void lapic_set_id(struct lapic *l)
{
	if (lapic_x2apic_on(l)) {
		lapic_set(l, LREG_ID, l->id);
		lapic_set(l, LREG_LDR, x2apic_ldr(l->id));
	} else {
		lapic_set(l, LREG_ID, l->id << 24);
	}
}

static void lapic_reset_regs(struct lapic *l)
{
	size_t i;

	memset(l->regs, 0, LAPIC_PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(lvt_regs); i++)
		lapic_set(l, lvt_regs[i], LVT_MASKED);
	lapic_set(l, LREG_VERSION, VERSION_VALUE);
	lapic_set(l, LREG_DFR, 0xffffffff);
	lapic_set(l, LREG_SVR, 0xff);
	lapic_set_id(l);
	l->esr_pending = 0;
	lapic_timer_disarm(l);
}

/* SDM, "Local APIC State Transitions" */
static bool lapic_base_valid(const struct lapic *l, u64 val)
{
	bool was_on = lapic_hw_on(l), was_x2 = lapic_x2apic_on(l);
	bool on = val & APIC_BASE_ENABLE, x2 = val & APIC_BASE_X2APIC;

	if (val & ~APIC_BASE_FLAGS & ~l->base_bits)
		return false;
	if (x2 && (!on || !was_on))
		return false;
	return !(was_x2 && on && !x2);
}

static int lapic_write_base(struct lapic *l, u64 val)
{
	u64 written = APIC_BASE_ENABLE | APIC_BASE_X2APIC | l->base_bits;
	u64 was = l->base;

	if (!lapic_base_valid(l, val))
		return -EINVAL;
	l->base = (was & ~written) | (val & written);
	if (l->base == was)
		return 0;
	/* Registers have their power-on state after a disable. */
	if (!lapic_hw_on(l) || !(was & APIC_BASE_ENABLE))
		lapic_reset_regs(l);
	if (lapic_x2apic_on(l)) {
		lapic_set_id(l);
		lapic_set(l, LREG_ICR2, 0);
	}
	l->env->id_changed(l->ctx);
	return 0;
}

/**
 * lapic_owns_msr() - is this MSR one of the local APIC's?
 * @msr: MSR number
 *
 * Context: any.
 * Return: true for IA32_APIC_BASE, IA32_TSC_DEADLINE and the x2APIC range.
 */
bool lapic_owns_msr(u32 msr)
{
	return msr == MSR_APIC_BASE || msr == MSR_TSC_DEADLINE ||
	       (msr >= MSR_X2APIC && msr <= MSR_X2APIC_END);
}

/* Offset of a register that this MSR access may use, or -EINVAL. */
static int lapic_x2apic_reg(const struct lapic *l, u32 msr, u8 access)
{
	u32 index = msr - MSR_X2APIC;

	if (!lapic_x2apic_on(l) || !(lapic_register_access(index) & access))
		return -EINVAL;
	return index * 16;
}

/**
 * lapic_msr_read() - the guest reads an MSR that lapic_owns_msr()
 * @l: the local APIC
 * @msr: MSR number
 * @val: gets the value
 * @now: guest TSC
 *
 * Context: the owner's thread.
 * Return: 0, or -EINVAL: #GP.
 */
int lapic_msr_read(struct lapic *l, u32 msr, u64 *val, u64 now)
{
	int reg;

	if (msr == MSR_APIC_BASE) {
		*val = l->base;
		return 0;
	}
	if (msr == MSR_TSC_DEADLINE) {
		*val = lapic_read_tsc_deadline(l, now);
		return 0;
	}
	reg = lapic_x2apic_reg(l, msr, ACC_R);
	if (reg < 0)
		return reg;
	*val = lapic_reg_read(l, reg, now);
	if (reg == LREG_ICR)
		*val |= (u64)lapic_get(l, LREG_ICR2) << 32;
	return 0;
}

static int lapic_x2apic_write(struct lapic *l, u32 reg, u64 val, u64 now)
{
	if (reg == LREG_ICR) {
		lapic_write_x2apic_icr(l, val);
		return 0;
	}
	/* EOI and ESR take zero only; all others have 32 bits. */
	if (upper_32_bits(val) || (val && (reg == LREG_EOI || reg == LREG_ESR)))
		return -EINVAL;
	if (reg != LREG_SELF_IPI) {
		lapic_reg_write(l, reg, val, now);
		return 0;
	}
	if (val & ~(u64)ICR_VECTOR)
		return -EINVAL;
	lapic_send_ipi(l, val | APIC_TO_SELF << ICR_SHORTHAND, 0);
	return 0;
}

/**
 * lapic_msr_write() - the guest writes an MSR that lapic_owns_msr()
 * @l: the local APIC
 * @msr: MSR number
 * @val: the value
 * @now: guest TSC
 *
 * Context: the owner's thread. Callbacks may be made.
 * Return: 0, or -EINVAL: #GP.
 */
int lapic_msr_write(struct lapic *l, u32 msr, u64 val, u64 now)
{
	int reg;

	if (msr == MSR_APIC_BASE)
		return lapic_write_base(l, val);
	if (msr == MSR_TSC_DEADLINE) {
		lapic_write_tsc_deadline(l, val, now);
		return 0;
	}
	reg = lapic_x2apic_reg(l, msr, ACC_W);
	return reg < 0 ? reg : lapic_x2apic_write(l, reg, val, now);
}

/* ---- life ---- */

/**
 * lapic_id() - the snapshot of this local APIC for senders
 * @l: the local APIC
 *
 * Context: the owner's thread, which publishes the word.
 * Return: the snapshot.
 */
struct lapic_id lapic_id(const struct lapic *l)
{
	u64 word = l->id;

	word |= (u64)(lapic_get(l, LREG_LDR) >> 24) << LAPIC_ID_LDR;
	if (lapic_get(l, LREG_DFR) >> 28 == 0xf)
		word |= LAPIC_ID_FLAT;
	if (lapic_x2apic_on(l))
		word |= LAPIC_ID_X2APIC;
	if (lapic_hw_on(l))
		word |= LAPIC_ID_HW_ON;
	if (lapic_sw_on(l))
		word |= LAPIC_ID_SW_ON;
	return (struct lapic_id){ .word = word };
}

/**
 * lapic_reset() - INIT: registers to their initial state, mode and id stay
 * @l: the local APIC
 *
 * Context: the owner's thread. Calls env->id_changed().
 */
void lapic_reset(struct lapic *l)
{
	lapic_reset_regs(l);
	l->env->id_changed(l->ctx);
}

/**
 * lapic_power_on() - state after power-on: xAPIC mode, disabled by software
 * @l: the local APIC
 * @bsp: this is the processor that boots
 *
 * Context: the owner's thread. Calls env->id_changed().
 */
void lapic_power_on(struct lapic *l, bool bsp)
{
	l->base = LAPIC_DEFAULT_BASE | APIC_BASE_ENABLE |
		  (bsp ? APIC_BASE_BSP : 0);
	lapic_reset(l);
}

/**
 * lapic_init() - set up a local APIC
 * @l: the local APIC
 * @regs: LAPIC_PAGE_SIZE bytes for the registers; must outlive @l
 * @id: APIC id
 * @bsp: this is the processor that boots
 * @tsc_per_tick: TSC cycles in one tick of the timer, lapic_tsc_per_tick()
 * @env: effects outside; must outlive @l
 * @ctx: first argument of the callbacks in @env
 *
 * Context: before @l is visible to others. Calls env->id_changed().
 */
void lapic_init(struct lapic *l, u32 *regs, u32 id, bool bsp, u32 tsc_per_tick,
		const struct lapic_env *env, void *ctx)
{
	*l = (struct lapic){
		.regs = regs, .env = env, .ctx = ctx, .id = id,
		.base_bits = GENMASK_ULL(31, 12),
		.tsc_per_tick = clamp(tsc_per_tick, 1U, LAPIC_MAX_RATIO),
	};
	lapic_power_on(l, bsp);
}
