/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/insn.h - decode and execute an instruction that accessed MMIO.
 *
 * The processor provides the address, so only the length, the operation and the
 * register or immediate operand are needed. A string instruction may have a second
 * memory operand, for which its caller walks the guest's page tables. The input is
 * untrusted: unknown instructions give -EOPNOTSUPP. L0: calls nothing.
 */
#ifndef LPAR_EMUL_INSN_H
#define LPAR_EMUL_INSN_H

#include "pure.h"

#define EMUL_INSN_MAX 15

enum emul_op {
	EMUL_MOV,	/* also MOVZX, MOVSX: see reg_size, sign */
	EMUL_ADD, EMUL_OR, EMUL_ADC, EMUL_SBB,
	EMUL_AND, EMUL_SUB, EMUL_XOR, EMUL_CMP,
	EMUL_TEST, EMUL_XCHG, EMUL_XADD,
	EMUL_INC, EMUL_DEC, EMUL_NOT, EMUL_NEG,
	EMUL_CMPXCHG, EMUL_CMPXCHG8B,
	EMUL_BT, EMUL_BTS, EMUL_BTR, EMUL_BTC,
	EMUL_SETCC, EMUL_CMOV, EMUL_MOVBE,
	EMUL_FLUSH,	/* CLFLUSH etc.: no access */
	EMUL_VEC,	/* move of an XMM or YMM register */
	EMUL_MOVS, EMUL_CMPS, EMUL_STOS, EMUL_LODS, EMUL_SCAS, EMUL_INS, EMUL_OUTS,
};

/* Repeat prefix of a string instruction */
enum emul_rep { EMUL_REP_NONE, EMUL_REPNE = 0xf2, EMUL_REP = 0xf3 };

/* General registers in the order of instruction encoding, RSP included */
enum lip_gpr {
	LIP_RAX, LIP_RCX, LIP_RDX, LIP_RBX, LIP_RSP, LIP_RBP, LIP_RSI, LIP_RDI,
	LIP_R8, LIP_R9, LIP_R10, LIP_R11, LIP_R12, LIP_R13, LIP_R14, LIP_R15,
	LIP_NR_GPRS
};

/* Segment registers in encoding order. */
enum emul_seg { EMUL_ES, EMUL_CS, EMUL_SS, EMUL_DS, EMUL_FS, EMUL_GS };

/* Mode of the code segment */
struct emul_mode {
	bool code64;	/* long mode and CS.L */
	bool def32;	/* CS.D: default operand and address size 32 */
};

/**
 * struct emul_insn - a decoded instruction with one memory operand
 * @len: length in bytes
 * @op: enum emul_op
 * @size: bytes of the memory operand: 1, 2, 4 or 8, for vectors also 16 or 32; for a
 *	string instruction the size of an element
 * @reg_size: bytes of the register operand; differs from @size for MOVZX and MOVSX;
 *	16 or 32 for a vector register
 * @reg: register operand in encoding order, RAX = 0; unused if @has_imm
 * @high: @reg is AH, CH, DH or BH (with @reg 0 to 3)
 * @sign: sign-extend the memory operand to @reg_size
 * @has_imm: the other operand is @imm
 * @to_mem: the memory operand is the destination
 * @vex: a load zeroes the upper part of the vector register
 * @cond: condition code of SETcc and CMOVcc
 * @rep: string instructions: enum emul_rep
 * @seg: string instructions: enum emul_seg of the source
 * @addr_size: string instructions: size of RSI, RDI and RCX in bytes: 2, 4 or 8
 * @imm: immediate, sign-extended to 64 bits
 */
struct emul_insn {
	u8 len;
	u8 op;
	u8 size;
	u8 reg_size;
	u8 reg;
	bool high;
	bool sign;
	bool has_imm;
	bool to_mem;
	bool vex;
	u8 cond;
	u8 rep;
	u8 seg;
	u8 addr_size;
	u64 imm;
};

int emul_decode(const u8 *bytes, size_t len, struct emul_mode mode,
		struct emul_insn *out);
bool emul_is_string(const struct emul_insn *i);
bool emul_reads(const struct emul_insn *i);
bool emul_writes(const struct emul_insn *i);
void emul_exec(const struct emul_insn *i, u64 *gprs, u64 *rflags, u64 *mem);
bool emul_compare(u64 first, u64 second, unsigned int size, u64 *rflags);

#endif
