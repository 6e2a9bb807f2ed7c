// SPDX-License-Identifier: GPL-2.0
/*
 * emul/insn_exec.c - execute a decoded instruction (SDM volume 2).
 * L0: calls nothing.
 */
#include "pure.h"
#include <asm/processor-flags.h>

#include "emul/insn.h"

#define RFLAGS_ARITH	((u64)(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | \
			       X86_EFLAGS_ZF | X86_EFLAGS_SF | X86_EFLAGS_OF))

/**
 * emul_is_string() - whether it is a string instruction
 * @i: the instruction
 *
 * emul_exec() does not execute these; emul_compare() computes the result of CMPS
 * and SCAS.
 *
 * Context: any.
 */
bool emul_is_string(const struct emul_insn *i)
{
	return i->op >= EMUL_MOVS;
}

/**
 * emul_reads() - whether the memory operand is read
 * @i: the instruction
 *
 * Context: any.
 * Return: true if the device must be read before emul_exec().
 */
bool emul_reads(const struct emul_insn *i)
{
	switch (i->op) {
	case EMUL_MOV:
	case EMUL_MOVBE:
	case EMUL_VEC:
		return !i->to_mem;
	case EMUL_SETCC:
	case EMUL_FLUSH:
		return false;
	default:
		return true;
	}
}

/**
 * emul_writes() - whether the memory operand is written
 * @i: the instruction
 *
 * Context: any.
 * Return: true if the device must be written after emul_exec().
 */
bool emul_writes(const struct emul_insn *i)
{
	return i->to_mem && i->op != EMUL_CMP && i->op != EMUL_TEST && i->op != EMUL_BT;
}

static u64 size_mask(unsigned int size)
{
	return size >= 8 ? U64_MAX : (1ULL << (size * 8)) - 1;
}

static u64 read_reg(const struct emul_insn *i, const u64 *gprs)
{
	return gprs[i->reg] >> (i->high ? 8 : 0) & size_mask(i->reg_size);
}

/* 32-bit results clear the upper half; narrower ones keep the other bits. */
static void write_reg(const struct emul_insn *i, u64 *gprs, u64 val)
{
	u64 mask = size_mask(i->reg_size);
	unsigned int shift = i->high ? 8 : 0;

	val &= mask;
	if (i->reg_size >= 4)
		gprs[i->reg] = val;
	else
		gprs[i->reg] = (gprs[i->reg] & ~(mask << shift)) | val << shift;
}

/* SF, ZF and PF are the same for all operations. */
static u64 result_flags(u64 res, u64 sign)
{
	u64 flags = 0;

	if (!res)
		flags |= X86_EFLAGS_ZF;
	if (res & sign)
		flags |= X86_EFLAGS_SF;
	if (!(hweight32(res & 0xff) & 1))
		flags |= X86_EFLAGS_PF;
	return flags;
}

/* @dst + @src + @carry, or with @sub @dst - @src - @carry */
static u64 add_sub(u64 dst, u64 src, bool carry, bool sub, unsigned int size,
		   u64 *flags)
{
	u64 mask = size_mask(size), sign = mask ^ mask >> 1;
	u64 a = sub ? ~dst & mask : dst;
	/* a - b = ~(~a + b), with the carry as the borrow */
	u64 sum = (a + src + carry) & mask;
	u64 res = sub ? ~sum & mask : sum;

	*flags = result_flags(res, sign);
	if (((a & src) | ((a | src) & ~sum)) & sign)
		*flags |= X86_EFLAGS_CF;
	if ((a ^ sum) & (src ^ sum) & sign)
		*flags |= X86_EFLAGS_OF;
	if ((dst ^ src ^ res) & 0x10)
		*flags |= X86_EFLAGS_AF;
	return res;
}

static u64 emul_arith(u8 op, u64 dst, u64 src, unsigned int size, u64 *rflags)
{
	u64 mask = size_mask(size), sign = mask ^ mask >> 1;
	bool carry = *rflags & X86_EFLAGS_CF;
	u64 res, flags;

	switch (op) {
	case EMUL_ADD:
	case EMUL_XADD:
		res = add_sub(dst, src, false, false, size, &flags);
		break;
	case EMUL_ADC:
		res = add_sub(dst, src, carry, false, size, &flags);
		break;
	case EMUL_SBB:
		res = add_sub(dst, src, carry, true, size, &flags);
		break;
	case EMUL_SUB:
	case EMUL_CMP:
		res = add_sub(dst, src, false, true, size, &flags);
		break;
	case EMUL_INC:
	case EMUL_DEC:
		res = add_sub(dst, 1, false, op == EMUL_DEC, size, &flags);
		flags = (flags & ~X86_EFLAGS_CF) | (*rflags & X86_EFLAGS_CF);
		break;
	case EMUL_NEG:
		res = add_sub(0, dst, false, true, size, &flags);
		break;
	case EMUL_NOT:
		return ~dst & mask;
	default:
		if (op == EMUL_OR)
			res = dst | src;
		else if (op == EMUL_XOR)
			res = dst ^ src;
		else
			res = dst & src;
		flags = result_flags(res, sign);
		break;
	}
	*rflags = (*rflags & ~RFLAGS_ARITH) | flags;
	return res;
}

/* SDM volume 1, "EFLAGS Condition Codes" */
static bool emul_condition(u8 cond, u64 rflags)
{
	bool less = !!(rflags & X86_EFLAGS_SF) != !!(rflags & X86_EFLAGS_OF);
	bool is;

	switch (cond >> 1) {
	case 0:
		is = rflags & X86_EFLAGS_OF;
		break;
	case 1:
		is = rflags & X86_EFLAGS_CF;
		break;
	case 2:
		is = rflags & X86_EFLAGS_ZF;
		break;
	case 3:
		is = rflags & (X86_EFLAGS_CF | X86_EFLAGS_ZF);
		break;
	case 4:
		is = rflags & X86_EFLAGS_SF;
		break;
	case 5:
		is = rflags & X86_EFLAGS_PF;
		break;
	case 6:
		is = less;
		break;
	default:
		is = less || rflags & X86_EFLAGS_ZF;
		break;
	}
	return is != (cond & 1);
}

static u64 swap_bytes(u64 val, unsigned int size)
{
	u64 res = 0;

	for (; size; size--, val >>= 8)
		res = res << 8 | (val & 0xff);
	return res;
}

/* @val is the memory operand. */
static u64 exec_bit(const struct emul_insn *i, u64 val, u64 index, u64 *rflags)
{
	u64 bit = BIT_ULL(index & (i->size * 8 - 1));

	*rflags = (*rflags & ~X86_EFLAGS_CF) | (val & bit ? X86_EFLAGS_CF : 0);
	if (i->op == EMUL_BTS)
		return val | bit;
	if (i->op == EMUL_BTR)
		return val & ~bit;
	return i->op == EMUL_BTC ? val ^ bit : val;
}

/* Return: the value to write, which is the old one if the comparison fails. */
static u64 exec_cmpxchg(const struct emul_insn *i, u64 *gprs, u64 val, u64 other,
			u64 *rflags)
{
	struct emul_insn acc = { .reg_size = i->size };

	emul_arith(EMUL_CMP, read_reg(&acc, gprs), val, i->size, rflags);
	if (*rflags & X86_EFLAGS_ZF)
		return other;
	write_reg(&acc, gprs, val);
	return val;
}

enum { GPR_A, GPR_C, GPR_D, GPR_B };

static u64 exec_cmpxchg8b(u64 *gprs, u64 val, u64 *rflags)
{
	*rflags &= ~X86_EFLAGS_ZF;
	if (val != ((u32)gprs[GPR_A] | gprs[GPR_D] << 32)) {
		gprs[GPR_A] = (u32)val;
		gprs[GPR_D] = val >> 32;
		return val;
	}
	*rflags |= X86_EFLAGS_ZF;
	return (u32)gprs[GPR_B] | gprs[GPR_C] << 32;
}

static u64 emul_widen(const struct emul_insn *i, u64 val)
{
	unsigned int unused = 64 - i->size * 8;

	return i->sign ? (u64)((s64)(val << unused) >> unused) : val;
}

/* False: an arithmetic or logic operation, not executed here. */
static bool exec_special(const struct emul_insn *i, u64 *gprs, u64 *rflags, u64 val,
			 u64 other, u64 *mem)
{
	switch (i->op) {
	case EMUL_MOV:
		if (i->to_mem)
			*mem = other;
		else
			write_reg(i, gprs, emul_widen(i, val));
		return true;
	case EMUL_MOVBE:
		if (i->to_mem)
			*mem = swap_bytes(other, i->size);
		else
			write_reg(i, gprs, swap_bytes(val, i->size));
		return true;
	case EMUL_XCHG:
		write_reg(i, gprs, val);
		*mem = other;
		return true;
	case EMUL_CMPXCHG:
		*mem = exec_cmpxchg(i, gprs, val, other, rflags);
		return true;
	case EMUL_CMPXCHG8B:
		*mem = exec_cmpxchg8b(gprs, val, rflags);
		return true;
	case EMUL_BT:
	case EMUL_BTS:
	case EMUL_BTR:
	case EMUL_BTC:
		*mem = exec_bit(i, val, other, rflags);
		return true;
	case EMUL_SETCC:
		*mem = emul_condition(i->cond, *rflags);
		return true;
	case EMUL_CMOV:
		write_reg(i, gprs, emul_condition(i->cond, *rflags) ? val : other);
		return true;
	case EMUL_FLUSH:
		return true;
	default:
		return false;
	}
}

/**
 * emul_exec() - execute a decoded instruction
 * @i: the instruction, neither a string instruction nor EMUL_VEC
 * @gprs: 16 general registers in encoding order
 * @rflags: RFLAGS
 * @mem: in: the memory operand if emul_reads(); out: the value to write if
 *	emul_writes()
 *
 * Context: any.
 */
void emul_exec(const struct emul_insn *i, u64 *gprs, u64 *rflags, u64 *mem)
{
	u64 mask = size_mask(i->size);
	u64 val = *mem & mask;
	u64 other = (i->has_imm ? i->imm : read_reg(i, gprs)) & mask;

	if (exec_special(i, gprs, rflags, val, other, mem))
		return;
	if (i->op == EMUL_XADD)
		write_reg(i, gprs, val);
	if (i->to_mem) {
		*mem = emul_arith(i->op, val, other, i->size, rflags);
	} else {
		other = emul_arith(i->op, other, val, i->size, rflags);
		if (i->op != EMUL_CMP)
			write_reg(i, gprs, other);
	}
}

/**
 * emul_compare() - set the flags for CMPS and SCAS
 * @first: the element at RSI, or the accumulator
 * @second: the element at RDI
 * @size: size of both in bytes
 * @rflags: RFLAGS
 *
 * Context: any.
 * Return: true if they are equal.
 */
bool emul_compare(u64 first, u64 second, unsigned int size, u64 *rflags)
{
	u64 mask = size_mask(size);

	emul_arith(EMUL_CMP, first & mask, second & mask, size, rflags);
	return *rflags & X86_EFLAGS_ZF;
}
