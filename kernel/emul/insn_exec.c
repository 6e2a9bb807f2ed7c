// SPDX-License-Identifier: GPL-2.0
/*
 * emul/insn_exec.c - what a decoded instruction computes (SDM volume 2).
 * L0: calls nothing.
 */
#include "pure.h"

#include "emul/insn.h"

#define RFLAGS_CF	BIT_ULL(0)
#define RFLAGS_PF	BIT_ULL(2)
#define RFLAGS_AF	BIT_ULL(4)
#define RFLAGS_ZF	BIT_ULL(6)
#define RFLAGS_SF	BIT_ULL(7)
#define RFLAGS_OF	BIT_ULL(11)
#define RFLAGS_ARITH	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | \
			 RFLAGS_SF | RFLAGS_OF)

/**
 * emul_is_string() - are its operands at the addresses in RSI and RDI?
 * @i: the instruction
 *
 * Context: any.
 * Return: true for those that emul_exec() does not take; emul_compare() is what
 * CMPS and SCAS do with their operands.
 */
bool emul_is_string(const struct emul_insn *i)
{
	return i->op >= EMUL_MOVS;
}

/**
 * emul_reads() - does it need the memory operand's value?
 * @i: the instruction
 *
 * Context: any.
 * Return: true when the device is to be read before emul_exec().
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
 * emul_writes() - does it change the memory operand?
 * @i: the instruction
 *
 * Context: any.
 * Return: true when the device is to be written after emul_exec().
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

/* 32-bit results clear the upper half; narrower ones leave the rest alone. */
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
		flags |= RFLAGS_ZF;
	if (res & sign)
		flags |= RFLAGS_SF;
	if (!(hweight32(res & 0xff) & 1))
		flags |= RFLAGS_PF;
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
		*flags |= RFLAGS_CF;
	if ((a ^ sum) & (src ^ sum) & sign)
		*flags |= RFLAGS_OF;
	if ((dst ^ src ^ res) & 0x10)
		*flags |= RFLAGS_AF;
	return res;
}

static u64 arith(u8 op, u64 dst, u64 src, unsigned int size, u64 *rflags)
{
	u64 mask = size_mask(size), sign = mask ^ mask >> 1;
	bool carry = *rflags & RFLAGS_CF;
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
		flags = (flags & ~RFLAGS_CF) | (*rflags & RFLAGS_CF);
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
static bool condition(u8 cond, u64 rflags)
{
	bool less = !!(rflags & RFLAGS_SF) != !!(rflags & RFLAGS_OF);
	bool is;

	switch (cond >> 1) {
	case 0:
		is = rflags & RFLAGS_OF;
		break;
	case 1:
		is = rflags & RFLAGS_CF;
		break;
	case 2:
		is = rflags & RFLAGS_ZF;
		break;
	case 3:
		is = rflags & (RFLAGS_CF | RFLAGS_ZF);
		break;
	case 4:
		is = rflags & RFLAGS_SF;
		break;
	case 5:
		is = rflags & RFLAGS_PF;
		break;
	case 6:
		is = less;
		break;
	default:
		is = less || rflags & RFLAGS_ZF;
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

	*rflags = (*rflags & ~RFLAGS_CF) | (val & bit ? RFLAGS_CF : 0);
	if (i->op == EMUL_BTS)
		return val | bit;
	if (i->op == EMUL_BTR)
		return val & ~bit;
	return i->op == EMUL_BTC ? val ^ bit : val;
}

/* Return: what to write; hardware writes back what it read where they differ. */
static u64 exec_cmpxchg(const struct emul_insn *i, u64 *gprs, u64 val, u64 other,
			u64 *rflags)
{
	struct emul_insn acc = { .reg_size = i->size };

	arith(EMUL_CMP, read_reg(&acc, gprs), val, i->size, rflags);
	if (*rflags & RFLAGS_ZF)
		return other;
	write_reg(&acc, gprs, val);
	return val;
}

enum { GPR_A, GPR_C, GPR_D, GPR_B };

static u64 exec_cmpxchg8b(u64 *gprs, u64 val, u64 *rflags)
{
	*rflags &= ~RFLAGS_ZF;
	if (val != ((u32)gprs[GPR_A] | gprs[GPR_D] << 32)) {
		gprs[GPR_A] = (u32)val;
		gprs[GPR_D] = val >> 32;
		return val;
	}
	*rflags |= RFLAGS_ZF;
	return (u32)gprs[GPR_B] | gprs[GPR_C] << 32;
}

static u64 widen(const struct emul_insn *i, u64 val)
{
	unsigned int unused = 64 - i->size * 8;

	return i->sign ? (u64)((s64)(val << unused) >> unused) : val;
}

/* False: it is none of those that are more than a sum or a bit pattern. */
static bool exec_special(const struct emul_insn *i, u64 *gprs, u64 *rflags, u64 val,
			 u64 other, u64 *mem)
{
	switch (i->op) {
	case EMUL_MOV:
		if (i->to_mem)
			*mem = other;
		else
			write_reg(i, gprs, widen(i, val));
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
		*mem = condition(i->cond, *rflags);
		return true;
	case EMUL_CMOV:
		write_reg(i, gprs, condition(i->cond, *rflags) ? val : other);
		return true;
	case EMUL_FLUSH:
		return true;
	default:
		return false;
	}
}

/**
 * emul_exec() - carry out a decoded instruction
 * @i: the instruction, neither a string instruction nor EMUL_VEC
 * @gprs: 16 general registers in encoding order
 * @rflags: RFLAGS
 * @mem: in: the memory operand if emul_reads(); out: what to write if
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
		*mem = arith(i->op, val, other, i->size, rflags);
	} else {
		other = arith(i->op, other, val, i->size, rflags);
		if (i->op != EMUL_CMP)
			write_reg(i, gprs, other);
	}
}

/**
 * emul_compare() - the flags of CMPS and SCAS
 * @first: what is compared: the element at RSI, or the accumulator
 * @second: with what: the element at RDI
 * @size: bytes of both
 * @rflags: RFLAGS
 *
 * Context: any.
 * Return: they are equal.
 */
bool emul_compare(u64 first, u64 second, unsigned int size, u64 *rflags)
{
	u64 mask = size_mask(size);

	arith(EMUL_CMP, first & mask, second & mask, size, rflags);
	return *rflags & RFLAGS_ZF;
}
