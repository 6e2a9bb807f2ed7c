// SPDX-License-Identifier: GPL-2.0
/*
 * emul/insn.c - decoder for one instruction with a memory operand (SDM volume 2,
 * "Instruction Format" and "Opcode Map").
 *
 * The processor has made all checks that come before the access, so illegal prefixes
 * need not be checked. Not decoded are instructions that no driver uses on device
 * registers: x87, MMX, EVEX, vector arithmetic, shifts, multiplication, stack
 * operations. L0: calls nothing.
 */
#include "pure.h"

#include "emul/insn.h"

#define REX_W 8
#define REX_R 4

/**
 * struct insn_cursor - decoder state
 * @bytes: the instruction
 * @len: number of bytes available
 * @pos: next byte
 * @error: first error; insn_fetch() returns zeros after it
 * @rex: REX prefix, 0 = none
 * @opsize: operand size in bytes: 2, 4 or 8
 * @addrsize: address size in bytes: 2, 4 or 8
 * @rep: the last of F2 and F3, 0 = none
 * @seg: the last segment prefix, or DS
 * @op66: an operand-size prefix is present
 * @pp: VEX.pp or equivalent: 0, or 1 to 3 for 66, F3, F2
 * @wide: VEX.L: 256 bits
 */
struct insn_cursor {
	const u8 *bytes;
	size_t len;
	size_t pos;
	int error;
	u8 rex;
	u8 opsize;
	u8 addrsize;
	u8 rep;
	u8 seg;
	bool op66;
	u8 pp;
	bool wide;
};

static u8 insn_fetch(struct insn_cursor *c)
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
static u64 fetch_imm(struct insn_cursor *c, unsigned int size)
{
	unsigned int i, unused = 64 - size * 8;
	u64 val = 0;

	for (i = 0; i < size; i++)
		val |= (u64)insn_fetch(c) << (i * 8);
	return (s64)(val << unused) >> unused;
}

static void insn_skip(struct insn_cursor *c, unsigned int size)
{
	while (size--)
		insn_fetch(c);
}

static u8 seg_of(u8 byte)
{
	switch (byte) {
	case 0x26: case 0x2e: case 0x36: case 0x3e:
		return byte >> 3 & 3;
	default:
		return EMUL_FS + (byte & 1);
	}
}

/* False: not a prefix. */
static bool decode_prefix(struct insn_cursor *c, u8 byte, bool *addr)
{
	switch (byte) {
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
		c->seg = seg_of(byte);
		return true;
	case 0x66:
		c->op66 = true;
		return true;
	case 0x67:
		*addr = true;
		return true;
	case 0xf0:
		return true;
	case 0xf2: case 0xf3:
		c->rep = byte;
		return true;
	default:
		return false;
	}
}

/* Decode the prefixes. Return: the first byte of the opcode. */
static u8 fetch_prefixes(struct insn_cursor *c, struct emul_mode mode)
{
	bool addr = false;
	u8 byte;

	for (byte = insn_fetch(c); !c->error; byte = insn_fetch(c)) {
		if (mode.code64 && (byte & 0xf0) == 0x40) {
			c->rex = byte;
			continue;
		}
		if (!decode_prefix(c, byte, &addr))
			break;
		/* REX is only valid immediately before the opcode. */
		c->rex = 0;
	}
	if (c->rex & REX_W)
		c->opsize = 8;
	else
		c->opsize = (mode.code64 || mode.def32) != c->op66 ? 4 : 2;
	if (mode.code64)
		c->addrsize = addr ? 4 : 8;
	else
		c->addrsize = mode.def32 != addr ? 4 : 2;
	return byte;
}

/* Skip SIB and displacement: only their length matters. */
static void skip_address(struct insn_cursor *c, u8 modrm)
{
	u8 mod = modrm >> 6, rm = modrm & 7;
	unsigned int wide = c->addrsize == 2 ? 2 : 4;
	u8 base = rm;

	if (c->addrsize != 2 && rm == 4)
		base = insn_fetch(c) & 7;
	if (mod == 1)
		insn_skip(c, 1);
	else if (mod == 2)
		insn_skip(c, wide);
	else if (base == (c->addrsize == 2 ? 6 : 5))
		insn_skip(c, wide);
}

/* Decode ModRM, which must have a memory operand. Return: the reg field. */
static u8 fetch_modrm(struct insn_cursor *c, struct emul_insn *out)
{
	u8 modrm = insn_fetch(c);
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

/* Operand size of an opcode whose bit 0 selects byte or full size. */
static void set_size(const struct insn_cursor *c, struct emul_insn *out, bool full)
{
	out->size = full ? c->opsize : 1;
	out->reg_size = out->size;
}

static void set_imm(struct insn_cursor *c, struct emul_insn *out, unsigned int size)
{
	out->has_imm = true;
	out->to_mem = true;
	out->imm = fetch_imm(c, min(size, 4U));
}

/* E and G operands, both given by ModRM */
static void decode_eg(struct insn_cursor *c, struct emul_insn *out, u8 op, u8 opcode,
		      bool to_mem)
{
	out->op = op;
	out->to_mem = to_mem;
	set_size(c, out, opcode & 1);
	fetch_modrm(c, out);
}

static void decode_widen(struct insn_cursor *c, struct emul_insn *out,
			 unsigned int size, bool sign)
{
	out->op = EMUL_MOV;
	out->size = size;
	out->reg_size = c->opsize;
	out->sign = sign;
	fetch_modrm(c, out);
}

/* 80, 81, 83: arithmetic with an immediate */
static void decode_group1(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
{
	set_size(c, out, opcode & 1);
	out->op = EMUL_ADD + fetch_modrm(c, out);
	set_imm(c, out, opcode == 0x81 ? out->size : 1);
}

/* C6, C7: MOV with an immediate */
static void decode_group11(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
{
	set_size(c, out, opcode & 1);
	out->op = EMUL_MOV;
	if (fetch_modrm(c, out))
		c->error = c->error ? c->error : -EOPNOTSUPP;
	set_imm(c, out, out->size);
}

/* F6, F7: TEST with an immediate, NOT, NEG */
static void decode_group3(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
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
static void decode_group45(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
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
static void decode_moffs(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
{
	out->op = EMUL_MOV;
	out->to_mem = opcode & 2;
	set_size(c, out, opcode & 1);
	insn_skip(c, c->addrsize);
}

static void insn_refuse(struct insn_cursor *c)
{
	c->error = c->error ? c->error : -EOPNOTSUPP;
}

/* Move between a vector register and @size bytes of memory. */
static void decode_vec(struct insn_cursor *c, struct emul_insn *out, unsigned int size,
		       bool to_mem)
{
	out->op = EMUL_VEC;
	out->size = size;
	out->reg_size = c->wide ? 32 : 16;
	out->to_mem = to_mem;
	fetch_modrm(c, out);
}

enum { PP_NONE, PP_66, PP_F3, PP_F2 };

/*
 * Moves of SSE, SSE2 and AVX whose memory operand is the whole register, or its
 * lowest part with the rest zeroed. Moves of MMX registers, and those that keep part
 * of the register, are not supported.
 */
static void decode_vec_move(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
{
	unsigned int full = c->wide ? 32 : 16, gpr = c->rex & REX_W ? 8 : 4;
	static const u8 scalar[] = { [PP_F3] = 4, [PP_F2] = 8 };

	switch (opcode << 4 | c->pp) {
	case 0x10 << 4 | PP_NONE:	/* MOVUPS, MOVUPD */
	case 0x10 << 4 | PP_66:
	case 0x11 << 4 | PP_NONE:
	case 0x11 << 4 | PP_66:
	case 0x28 << 4 | PP_NONE:	/* MOVAPS, MOVAPD */
	case 0x28 << 4 | PP_66:
	case 0x29 << 4 | PP_NONE:
	case 0x29 << 4 | PP_66:
		decode_vec(c, out, full, opcode & 1);
		break;
	case 0x10 << 4 | PP_F3:		/* MOVSS, MOVSD */
	case 0x10 << 4 | PP_F2:
	case 0x11 << 4 | PP_F3:
	case 0x11 << 4 | PP_F2:
		c->wide = false;
		decode_vec(c, out, scalar[c->pp], opcode & 1);
		break;
	case 0x2b << 4 | PP_NONE:	/* MOVNTPS, MOVNTPD, MOVNTDQ */
	case 0x2b << 4 | PP_66:
	case 0xe7 << 4 | PP_66:
	case 0x7f << 4 | PP_66:		/* MOVDQA, MOVDQU */
	case 0x7f << 4 | PP_F3:
		decode_vec(c, out, full, true);
		break;
	case 0x6f << 4 | PP_66:
	case 0x6f << 4 | PP_F3:
	case 0xf0 << 4 | PP_F2:		/* LDDQU */
		decode_vec(c, out, full, false);
		break;
	case 0x6e << 4 | PP_66:		/* MOVD, MOVQ */
	case 0x7e << 4 | PP_66:
		decode_vec(c, out, gpr, opcode & 0x10);
		break;
	case 0x7e << 4 | PP_F3:
	case 0xd6 << 4 | PP_66:
		decode_vec(c, out, 8, opcode == 0xd6);
		break;
	default:
		insn_refuse(c);
		break;
	}
}

/* 0F BA: BT, BTS, BTR, BTC with an immediate */
static void decode_group8(struct insn_cursor *c, struct emul_insn *out)
{
	u8 sub;

	set_size(c, out, true);
	sub = fetch_modrm(c, out);
	if (sub < 4)
		insn_refuse(c);
	set_imm(c, out, 1);
	out->op = EMUL_BT + (sub & 3);
}

/* 0F C7: CMPXCHG8B; not CMPXCHG16B */
static void decode_group9(struct insn_cursor *c, struct emul_insn *out)
{
	out->op = EMUL_CMPXCHG8B;
	out->to_mem = true;
	out->size = 8;
	out->reg_size = 8;
	if (fetch_modrm(c, out) != 1 || c->rex & REX_W)
		insn_refuse(c);
}

/* 0F AE: CLFLUSH, CLFLUSHOPT, CLWB */
static void decode_group15(struct insn_cursor *c, struct emul_insn *out)
{
	u8 sub;

	set_size(c, out, false);
	out->op = EMUL_FLUSH;
	sub = fetch_modrm(c, out);
	if (c->rep || (sub != 7 && !(sub == 6 && c->op66)))
		insn_refuse(c);
}

/* 0F 38 */
static void decode_three_byte(struct insn_cursor *c, struct emul_insn *out)
{
	u8 opcode = insn_fetch(c);

	switch (opcode) {
	case 0x2a:	/* MOVNTDQA */
		if (c->pp != PP_66)
			insn_refuse(c);
		decode_vec(c, out, 16, false);
		break;
	case 0xf0:
	case 0xf1:
		if (c->rep)		/* CRC32 */
			insn_refuse(c);
		decode_eg(c, out, EMUL_MOVBE, 1, opcode & 1);
		break;
	case 0xf9:	/* MOVDIRI */
		if (c->rep || c->op66)
			insn_refuse(c);
		c->opsize = max_t(u8, c->opsize, 4);
		decode_eg(c, out, EMUL_MOV, 1, true);
		break;
	default:
		insn_refuse(c);
		break;
	}
}

static void decode_two_byte(struct insn_cursor *c, struct emul_insn *out)
{
	u8 opcode = insn_fetch(c);

	c->pp = c->rep ? (c->rep == EMUL_REP ? PP_F3 : PP_F2) : c->op66;
	switch (opcode) {
	case 0x38:
		decode_three_byte(c, out);
		break;
	case 0x40 ... 0x4f:
		out->cond = opcode & 15;
		decode_eg(c, out, EMUL_CMOV, 1, false);
		break;
	case 0x90 ... 0x9f:
		out->cond = opcode & 15;
		decode_eg(c, out, EMUL_SETCC, 0, true);
		break;
	case 0xa3:
	case 0xab:
	case 0xb3:
	case 0xbb:
		decode_eg(c, out, EMUL_BT + (opcode >> 3 & 3), 1, true);
		break;
	case 0xae:
		decode_group15(c, out);
		break;
	case 0xb0:
	case 0xb1:
		decode_eg(c, out, EMUL_CMPXCHG, opcode, true);
		break;
	case 0xb6:
	case 0xbe:
		decode_widen(c, out, 1, opcode == 0xbe);
		break;
	case 0xb7:
	case 0xbf:
		decode_widen(c, out, 2, opcode == 0xbf);
		break;
	case 0xba:
		decode_group8(c, out);
		break;
	case 0xc0:
	case 0xc1:
		decode_eg(c, out, EMUL_XADD, opcode, true);
		break;
	case 0xc3:	/* MOVNTI: no 16-bit operand */
		c->opsize = max_t(u8, c->opsize, 4);
		decode_eg(c, out, EMUL_MOV, opcode, true);
		break;
	case 0xc7:
		decode_group9(c, out);
		break;
	default:
		decode_vec_move(c, out, opcode);
		break;
	}
}

/* C4, C5: VEX; may be LES or LDS outside 64-bit code. */
static void decode_vex(struct insn_cursor *c, struct emul_insn *out, u8 byte, bool code64)
{
	u8 first = insn_fetch(c), last = first, map = 1, opcode;

	if (!code64 && first < 0xc0)
		insn_refuse(c);
	if (byte == 0xc4) {
		map = first & 0x1f;
		last = insn_fetch(c);
	}
	c->rex = (first & 0x80 ? 0 : REX_R) | (byte == 0xc4 && last & 0x80 ? REX_W : 0);
	c->wide = last & 4;
	c->pp = last & 3;
	out->vex = true;
	opcode = insn_fetch(c);
	if (map == 1)
		decode_vec_move(c, out, opcode);
	else if (map == 2 && opcode == 0x2a && c->pp == PP_66)
		decode_vec(c, out, c->wide ? 32 : 16, false);
	else
		insn_refuse(c);
}

/* 6C to 6F, A4 to AF: implicit operands */
static void decode_string(struct insn_cursor *c, struct emul_insn *out, u8 opcode)
{
	static const u8 ops[] = {
		EMUL_MOVS, EMUL_CMPS, 0, EMUL_STOS, EMUL_LODS, EMUL_SCAS,
	};

	set_size(c, out, opcode & 1);
	if (opcode < 0x70) {
		out->op = opcode < 0x6e ? EMUL_INS : EMUL_OUTS;
		out->size = min_t(u8, out->size, 4);
	} else {
		out->op = ops[(opcode - 0xa4) / 2];
	}
	out->reg_size = out->size;
	out->rep = c->rep;
	out->seg = c->seg;
	out->addr_size = c->addrsize;
}

static void decode_opcode(struct insn_cursor *c, struct emul_insn *out, u8 opcode,
			  bool code64)
{
	/* 00 to 3B: eight operations with four ModRM forms each */
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
	case 0x6c ... 0x6f:
	case 0xa4 ... 0xa7:
	case 0xaa ... 0xaf:
		decode_string(c, out, opcode);
		break;
	case 0xa0:
	case 0xa1:
	case 0xa2:
	case 0xa3:
		decode_moffs(c, out, opcode);
		break;
	case 0xc4:
	case 0xc5:
		decode_vex(c, out, opcode, code64);
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
 * emul_decode() - decode an instruction with a memory operand
 * @bytes: the guest's code at its instruction pointer
 * @len: number of bytes; at most EMUL_INSN_MAX are used
 * @mode: mode of the code segment
 * @out: output
 *
 * Context: any.
 * Return: 0; -ENODATA if the instruction is longer than @len; -EOPNOTSUPP if it is
 * not supported.
 */
int emul_decode(const u8 *bytes, size_t len, struct emul_mode mode,
		struct emul_insn *out)
{
	struct insn_cursor c = { .bytes = bytes, .len = len, .seg = EMUL_DS };
	u8 opcode;

	*out = (struct emul_insn){ 0 };
	opcode = fetch_prefixes(&c, mode);
	if (!c.error)
		decode_opcode(&c, out, opcode, mode.code64);
	out->len = c.pos;
	return c.error;
}
