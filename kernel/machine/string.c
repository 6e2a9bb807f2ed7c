// SPDX-License-Identifier: GPL-2.0
/*
 * machine/string.c - emulate string instructions: MOVS, CMPS, STOS, LODS, SCAS on MMIO,
 * INS and OUTS on ports.
 *
 * Registers are updated after each element, as by the processor, so that a fault, an
 * interrupt or the end of the slice may come between two elements; the guest then
 * executes the instruction again for the rest. SDM volume 2, "REP/REPE/REPZ/REPNE/
 * REPNZ". Layer L2.
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "emul/insn.h"
#include "machine/exit.h"
#include "machine/machine.h"
#include "machine/operand.h"

/* Maximum number of elements per exit: interrupts are off meanwhile. */
#define STRING_MAX 64

/**
 * struct string - an instruction in progress
 * @lip: the LIP
 * @insn: the instruction
 * @pg: the LIP's control state
 * @port: of INS and OUTS
 * @flags: RFLAGS
 */
struct string {
	struct lip *lip;
	const struct emul_insn *insn;
	struct lip_paging pg;
	u16 port;
	u64 flags;
};

static u64 string_mask(unsigned int size)
{
	return size >= 8 ? U64_MAX : BIT_ULL(size * 8) - 1;
}

static u64 string_reg(const struct string *s, enum lip_gpr reg)
{
	return s->lip->hw->regs[reg] & string_mask(s->insn->addr_size);
}

/* A 32-bit register is zero-extended; a 16-bit one keeps its upper bits. */
static void string_add(const struct string *s, enum lip_gpr reg, s64 delta)
{
	u64 mask = string_mask(s->insn->addr_size), *val = &s->lip->hw->regs[reg];
	u64 sum = (*val + delta) & mask;

	*val = s->insn->addr_size == 2 ? (*val & ~mask) | sum : sum;
}

static u64 string_accumulator(const struct string *s)
{
	return s->lip->hw->regs[LIP_RAX] & string_mask(s->insn->size);
}

static void string_load(const struct string *s, u64 val)
{
	u64 mask = string_mask(s->insn->size), *rax = &s->lip->hw->regs[LIP_RAX];

	*rax = s->insn->size >= 4 ? val : (*rax & ~mask) | val;
}

static bool string_has_source(u8 op)
{
	return op == EMUL_MOVS || op == EMUL_CMPS || op == EMUL_LODS || op == EMUL_OUTS;
}

static bool string_has_target(u8 op)
{
	return op != EMUL_LODS && op != EMUL_OUTS;
}

static bool string_writes(u8 op)
{
	return op == EMUL_MOVS || op == EMUL_STOS || op == EMUL_INS;
}

/* Complete the operation for an element with source value @val. */
static int string_finish(struct string *s, u64 val, const struct operand *target)
{
	const struct emul_insn *i = s->insn;
	u64 other;
	int err;

	switch (i->op) {
	case EMUL_LODS:
		string_load(s, val);
		return 0;
	case EMUL_OUTS:
		machine_pio_write(s->lip->machine, s->port, i->size, val);
		return 0;
	case EMUL_CMPS:
	case EMUL_SCAS:
		err = operand_read(s->lip, target, &other);
		if (!err)
			emul_compare(val, other, i->size, &s->flags);
		return err;
	default:
		return operand_write(s->lip, target, val);
	}
}

/* One element. Translate both operands first: reading a device may have side effects. */
static int string_element(struct string *s)
{
	const struct emul_insn *i = s->insn;
	s64 step = s->flags & X86_EFLAGS_DF ? -(s64)i->size : i->size;
	bool source = string_has_source(i->op), target = string_has_target(i->op);
	struct operand from, to;
	u64 val;
	int err = 0;

	if (source)
		err = operand_find(s->lip, &s->pg, i->seg, string_reg(s, LIP_RSI), i->size,
				   false, &from);
	if (!err && target)
		err = operand_find(s->lip, &s->pg, EMUL_ES, string_reg(s, LIP_RDI), i->size,
				   string_writes(i->op), &to);
	if (err)
		return err;
	if (source)
		err = operand_read(s->lip, &from, &val);
	else if (i->op == EMUL_INS)
		val = machine_pio_read(s->lip->machine, s->port, i->size);
	else
		val = string_accumulator(s);
	err = err ?: string_finish(s, val, &to);
	if (err)
		return err;
	if (source)
		string_add(s, LIP_RSI, step);
	if (target)
		string_add(s, LIP_RDI, step);
	return 0;
}

/* Called after an element. True: the instruction is complete. */
static bool string_is_done(const struct string *s)
{
	const struct emul_insn *i = s->insn;
	bool equal = s->flags & X86_EFLAGS_ZF;

	if (!i->rep)
		return true;
	string_add(s, LIP_RCX, -1);
	if (!string_reg(s, LIP_RCX))
		return true;
	return (i->op == EMUL_CMPS || i->op == EMUL_SCAS) && equal == (i->rep == EMUL_REPNE);
}

/*
 * If the instruction will be continued, set RF to suppress its breakpoint. Single-step
 * traps occur after each element.
 */
static void string_end(struct string *s, bool done, bool fault)
{
	bool step = !fault && s->flags & X86_EFLAGS_TF;

	if (!done && !step)
		s->flags |= X86_EFLAGS_RF;
	lpar_hw->set_rflags(s->lip->hw, s->flags);
	if (done || step)
		static_call(hw_skip)(s->lip->hw, done ? s->insn->len : 0);
}

/**
 * lip_string() - emulate a string instruction, or a part of it
 * @lip: the LIP
 * @insn: the instruction
 * @port: of INS and OUTS
 *
 * Context: dispatcher's thread, after an exit.
 */
void lip_string(struct lip *lip, const struct emul_insn *insn, u16 port)
{
	struct string s = { .lip = lip, .insn = insn, .port = port };
	unsigned int left = STRING_MAX;
	bool done, more = true;
	int err = 0;

	lpar_hw->paging(lip->hw, &s.pg);
	s.flags = lpar_hw->get_rflags(lip->hw);
	done = insn->rep && !string_reg(&s, LIP_RCX);
	while (more && !done && !err) {
		err = string_element(&s);
		done = !err && string_is_done(&s);
		more = --left && !(s.flags & X86_EFLAGS_TF);
	}
	string_end(&s, done, err);
}
