// SPDX-License-Identifier: GPL-2.0
/*
 * emul/insn.c - decoder for one instruction with a memory operand, and what
 * it computes (SDM volume 2, "Instruction Format" and "Opcode Map").
 *
 * Hardware has executed all checks that come before the access, so prefixes
 * that would be illegal are not looked at twice. VEX, EVEX, string, x87 and
 * SSE instructions do not touch device registers in any known guest.
 * L0: calls nothing.
 */
#include "pure.h"

#include "emul/insn.h"

#define REX_W 8
#define REX_R 4

#define RFLAGS_CF	BIT_ULL(0)
#define RFLAGS_PF	BIT_ULL(2)
#define RFLAGS_AF	BIT_ULL(4)
#define RFLAGS_ZF	BIT_ULL(6)
#define RFLAGS_SF	BIT_ULL(7)
#define RFLAGS_OF	BIT_ULL(11)
#define RFLAGS_ARITH	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | \
			 RFLAGS_SF | RFLAGS_OF)

/**
 * struct cursor - the bytes and what the prefixes said
 * @bytes: the instruction
 * @len: bytes there
 * @pos: next byte
 * @error: first error; fetch() gives zeros after it
 * @rex: REX prefix, 0 = none
 * @opsize: operand size in bytes: 2, 4 or 8
 * @addrsize: address size in bytes: 2, 4 or 8
 */
struct cursor {
	const u8 *bytes;
	size_t len;
	size_t pos;
	int error;
	u8 rex;
	u8 opsize;
	u8 addrsize;
};

static u8 fetch(struct cursor *c)
{
	if (c->error)
		return 0;
	if (c->pos >= EMUL_INSN_MAX)
		c->error = -EOPNOTSUPP;
	else if (c->pos >= c->len)
		c->error = -ENODATA;
	else
		return c->bytes[c->pos++];
	return 0;
}

/* Little endian, sign-extended. */
static u64 fetch_imm(struct cursor *c, unsigned int size)
{
	unsigned int i, unused = 64 - size * 8;
	u64 val = 0;

	for (i = 0; i < size; i++)
		val |= (u64)fetch(c) << (i * 8);
	return (s64)(val << unused) >> unused;
}

static void skip(struct cursor *c, unsigned int size)
{
	while (size--)
		fetch(c);
}

static bool is_prefix(u8 byte)
{
	switch (byte) {
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
	case 0x66: case 0x67:
	case 0xf0: case 0xf2: case 0xf3:
		return true;
	default:
		return false;
	}
}

/* Take the prefixes; gives the first byte of the opcode. */
static u8 fetch_prefixes(struct cursor *c, struct emul_mode mode)
{
	bool op = false, addr = false;
	u8 byte;

	for (byte = fetch(c); !c->error; byte = fetch(c)) {
		if (mode.code64 && (byte & 0xf0) == 0x40) {
			c->rex = byte;
			continue;
		}
		if (!is_prefix(byte))
			break;
		/* A REX counts only directly before the opcode. */
		c->rex = 0;
		op |= byte == 0x66;
		addr |= byte == 0x67;
	}
	if (c->rex & REX_W)
		c->opsize = 8;
	else
		c->opsize = (mode.code64 || mode.def32) != op ? 4 : 2;
	if (mode.code64)
		c->addrsize = addr ? 4 : 8;
	else
		c->addrsize = mode.def32 != addr ? 4 : 2;
	return byte;
}

/* Displacement of a ModRM form, and SIB: only their length matters. */
static void skip_address(struct cursor *c, u8 modrm)
{
	u8 mod = modrm >> 6, rm = modrm & 7;
	unsigned int wide = c->addrsize == 2 ? 2 : 4;
	u8 base = rm;

	if (c->addrsize != 2 && rm == 4)
		base = fetch(c) & 7;
	if (mod == 1)
		skip(c, 1);
	else if (mod == 2)
		skip(c, wide);
	else if (base == (c->addrsize == 2 ? 6 : 5))
		skip(c, wide);
}

/* ModRM with a memory operand; gives the reg field. */
static u8 fetch_modrm(struct cursor *c, struct emul_insn *out)
{
	u8 modrm = fetch(c);
	u8 reg = modrm >> 3 & 7;

	if (c->error)
		return 0;
	if (modrm >> 6 == 3) {
		c->error = -EOPNOTSUPP;
		return 0;
	}
	skip_address(c, modrm);
	out->reg = reg | (c->rex & REX_R ? 8 : 0);
	if (out->reg_size == 1 && !c->rex && reg >= 4) {
		out->reg = reg - 4;
		out->high = true;
	}
	return reg;
}

/* Operand size of an opcode whose lowest bit tells byte from full size. */
static void set_size(const struct cursor *c, struct emul_insn *out, bool full)
{
	out->size = full ? c->opsize : 1;
	out->reg_size = out->size;
}

static void set_imm(struct cursor *c, struct emul_insn *out, unsigned int size)
{
	out->has_imm = true;
	out->to_mem = true;
	out->imm = fetch_imm(c, min(size, 4U));
}

/* E and G operands: ModRM names both. */
static void decode_eg(struct cursor *c, struct emul_insn *out, u8 op, u8 opcode,
		      bool to_mem)
{
	out->op = op;
	out->to_mem = to_mem;
	set_size(c, out, opcode & 1);
	fetch_modrm(c, out);
}

static void decode_widen(struct cursor *c, struct emul_insn *out,
			 unsigned int size, bool sign)
{
	out->op = EMUL_MOV;
	out->size = size;
	out->reg_size = c->opsize;
	out->sign = sign;
	fetch_modrm(c, out);
}

/* 80, 81, 83: arithmetic with an immediate */
static void decode_group1(struct cursor *c, struct emul_insn *out, u8 opcode)
{
	set_size(c, out, opcode & 1);
	out->op = EMUL_ADD + fetch_modrm(c, out);
	set_imm(c, out, opcode == 0x81 ? out->size : 1);
}

/* C6, C7: MOV with an immediate */
static void decode_group11(struct cursor *c, struct emul_insn *out, u8 opcode)
{
	set_size(c, out, opcode & 1);
	out->op = EMUL_MOV;
	if (fetch_modrm(c, out))
		c->error = c->error ? c->error : -EOPNOTSUPP;
	set_imm(c, out, out->size);
}

/* F6, F7: TEST with an immediate, NOT, NEG */
static void decode_group3(struct cursor *c, struct emul_insn *out, u8 opcode)
{
	u8 sub;

	set_size(c, out, opcode & 1);
	sub = fetch_modrm(c, out);
	out->to_mem = true;
	if (sub < 2) {
		out->op = EMUL_TEST;
		set_imm(c, out, out->size);
	} else if (sub < 4) {
		out->op = sub == 2 ? EMUL_NOT : EMUL_NEG;
	} else {
		c->error = c->error ? c->error : -EOPNOTSUPP;
	}
}

/* FE, FF: INC, DEC */
static void decode_group45(struct cursor *c, struct emul_insn *out, u8 opcode)
{
	u8 sub;

	set_size(c, out, opcode & 1);
	sub = fetch_modrm(c, out);
	out->to_mem = true;
	out->op = sub ? EMUL_DEC : EMUL_INC;
	if (sub > 1)
		c->error = c->error ? c->error : -EOPNOTSUPP;
}

/* A0 to A3: accumulator and an address without ModRM */
static void decode_moffs(struct cursor *c, struct emul_insn *out, u8 opcode)
{
	out->op = EMUL_MOV;
	out->to_mem = opcode & 2;
	set_size(c, out, opcode & 1);
	skip(c, c->addrsize);
}

static void decode_two_byte(struct cursor *c, struct emul_insn *out)
{
	u8 opcode = fetch(c);

	switch (opcode) {
	case 0xb6:
	case 0xbe:
		decode_widen(c, out, 1, opcode == 0xbe);
		break;
	case 0xb7:
	case 0xbf:
		decode_widen(c, out, 2, opcode == 0xbf);
		break;
	case 0xc0:
	case 0xc1:
		decode_eg(c, out, EMUL_XADD, opcode, true);
		break;
	case 0xc3:	/* MOVNTI */
		decode_eg(c, out, EMUL_MOV, opcode, true);
		break;
	default:
		c->error = c->error ? c->error : -EOPNOTSUPP;
		break;
	}
}

static void decode_opcode(struct cursor *c, struct emul_insn *out, u8 opcode,
			  bool code64)
{
	/* 00 to 3B: eight operations in four forms with ModRM */
	if (opcode < 0x40 && (opcode & 7) < 4) {
		decode_eg(c, out, EMUL_ADD + (opcode >> 3), opcode,
			  !(opcode & 2));
		return;
	}
	switch (opcode) {
	case 0x0f:
		decode_two_byte(c, out);
		break;
	case 0x63:	/* MOVSXD; ARPL outside 64-bit code */
		if (!code64)
			c->error = -EOPNOTSUPP;
		decode_widen(c, out, min_t(u8, c->opsize, 4), true);
		break;
	case 0x80:
	case 0x81:
	case 0x83:
		decode_group1(c, out, opcode);
		break;
	case 0x84:
	case 0x85:
		decode_eg(c, out, EMUL_TEST, opcode, true);
		break;
	case 0x86:
	case 0x87:
		decode_eg(c, out, EMUL_XCHG, opcode, true);
		break;
	case 0x88:
	case 0x89:
	case 0x8a:
	case 0x8b:
		decode_eg(c, out, EMUL_MOV, opcode, !(opcode & 2));
		break;
	case 0xa0:
	case 0xa1:
	case 0xa2:
	case 0xa3:
		decode_moffs(c, out, opcode);
		break;
	case 0xc6:
	case 0xc7:
		decode_group11(c, out, opcode);
		break;
	case 0xf6:
	case 0xf7:
		decode_group3(c, out, opcode);
		break;
	case 0xfe:
	case 0xff:
		decode_group45(c, out, opcode);
		break;
	default:
		c->error = -EOPNOTSUPP;
		break;
	}
}

/**
 * emul_decode() - decode the instruction that made an access
 * @bytes: the guest's code at its instruction pointer
 * @len: bytes there; more than EMUL_INSN_MAX are not looked at
 * @mode: what the code segment says
 * @out: gets the instruction
 *
 * Context: any.
 * Return: 0; -ENODATA when the instruction goes on behind @len;
 * -EOPNOTSUPP when it is none that this file knows.
 */
int emul_decode(const u8 *bytes, size_t len, struct emul_mode mode,
		struct emul_insn *out)
{
	struct cursor c = { .bytes = bytes, .len = len };
	u8 opcode;

	*out = (struct emul_insn){ 0 };
	opcode = fetch_prefixes(&c, mode);
	if (!c.error)
		decode_opcode(&c, out, opcode, mode.code64);
	out->len = c.pos;
	return c.error;
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
	return i->op != EMUL_MOV || !i->to_mem;
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
	return i->to_mem && i->op != EMUL_CMP && i->op != EMUL_TEST;
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

static u64 widen(const struct emul_insn *i, u64 val)
{
	unsigned int unused = 64 - i->size * 8;

	return i->sign ? (u64)((s64)(val << unused) >> unused) : val;
}

/**
 * emul_exec() - carry out a decoded instruction
 * @i: the instruction
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

	switch (i->op) {
	case EMUL_MOV:
		if (i->to_mem)
			*mem = other;
		else
			write_reg(i, gprs, widen(i, val));
		return;
	case EMUL_XCHG:
		write_reg(i, gprs, val);
		*mem = other;
		return;
	case EMUL_XADD:
		write_reg(i, gprs, val);
		break;
	}
	if (i->to_mem) {
		*mem = arith(i->op, val, other, i->size, rflags);
	} else {
		other = arith(i->op, other, val, i->size, rflags);
		if (i->op != EMUL_CMP)
			write_reg(i, gprs, other);
	}
}
