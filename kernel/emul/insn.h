/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emul/insn.h - decode and carry out an instruction that touched a device's
 * memory-mapped register.
 *
 * The address comes from hardware, so only the length, the operation and the
 * register or immediate operand matter. A string instruction has its addresses in
 * registers and may have a second operand elsewhere: whoever carries it out walks
 * the guest's page tables. Input is the guest's: anything that is not known gives
 * -EOPNOTSUPP. L0: calls nothing.
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
	EMUL_FLUSH,	/* CLFLUSH and its like: no access */
	EMUL_VEC,	/* a move of an XMM or YMM register */
	EMUL_MOVS, EMUL_CMPS, EMUL_STOS, EMUL_LODS, EMUL_SCAS, EMUL_INS, EMUL_OUTS,
};

/* Repeat prefix of a string instruction, as it is encoded. */
enum emul_rep { EMUL_REP_NONE, EMUL_REPNE = 0xf2, EMUL_REP = 0xf3 };

/* Segment registers in encoding order. */
enum emul_seg { EMUL_ES, EMUL_CS, EMUL_SS, EMUL_DS, EMUL_FS, EMUL_GS };

/* What is known of the code segment. */
struct emul_mode {
	bool code64;	/* long mode and CS.L */
	bool def32;	/* CS.D: default operand and address size 32 */
};

/**
 * struct emul_insn - a decoded instruction with one memory operand
 * @len: bytes
 * @op: enum emul_op
 * @size: bytes of the memory operand: 1, 2, 4 or 8; of a vector also 16 or 32; of a
 *	string instruction of one element
 * @reg_size: bytes of the register operand; differs from @size in MOVZX, MOVSX; of
 *	a vector register 16 or 32
 * @reg: register operand in encoding order, RAX = 0; unused if @has_imm
 * @high: @reg is AH, CH, DH or BH (with @reg 0 to 3)
 * @sign: sign-extend the memory operand to @reg_size
 * @has_imm: the other operand is @imm
 * @to_mem: the memory operand is the destination
 * @vex: the register's upper part, of whatever width, becomes 0 by a load
 * @cond: condition of SETcc and CMOVcc, as it is encoded
 * @rep: enum emul_rep, of string instructions; likewise the next two
 * @seg: enum emul_seg of the source
 * @addr_size: bytes of RSI, RDI and RCX that count: 2, 4 or 8
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
