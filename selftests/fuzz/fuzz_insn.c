// SPDX-License-Identifier: GPL-2.0
/* sources: emul/insn.c emul/insn_exec.c */
/* libs: Zydis */

/*
 * The MMIO instruction decoder compared with Zydis: every instruction that it decodes has
 * the same length, operation, memory operand and register there. Input: mode, then bytes.
 */
#include "pure.h"
#include "fuzz.h"

#include <Zydis/Zydis.h>

#include "emul/insn.h"

static const struct {
	struct emul_mode mode;
	ZydisMachineMode machine;
	ZydisStackWidth stack;
} modes[] = {
	{ { true, false }, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64 },
	{ { false, true }, ZYDIS_MACHINE_MODE_LONG_COMPAT_32, ZYDIS_STACK_WIDTH_32 },
	{ { false, false }, ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_STACK_WIDTH_16 },
};

/* Prefixes of the mnemonics of each operation. */
static const char *const names[] = {
	[EMUL_MOV] = "mov", [EMUL_ADD] = "add", [EMUL_OR] = "or", [EMUL_ADC] = "adc",
	[EMUL_SBB] = "sbb", [EMUL_AND] = "and", [EMUL_SUB] = "sub", [EMUL_XOR] = "xor",
	[EMUL_CMP] = "cmp", [EMUL_TEST] = "test", [EMUL_XCHG] = "xchg",
	[EMUL_XADD] = "xadd", [EMUL_INC] = "inc", [EMUL_DEC] = "dec", [EMUL_NOT] = "not",
	[EMUL_NEG] = "neg", [EMUL_CMPXCHG] = "cmpxchg", [EMUL_CMPXCHG8B] = "cmpxchg8b",
	[EMUL_BT] = "bt", [EMUL_BTS] = "bts", [EMUL_BTR] = "btr", [EMUL_BTC] = "btc",
	[EMUL_SETCC] = "set", [EMUL_CMOV] = "cmov", [EMUL_MOVBE] = "movbe",
	[EMUL_FLUSH] = "cl", [EMUL_MOVS] = "movs", [EMUL_CMPS] = "cmps",
	[EMUL_STOS] = "stos", [EMUL_LODS] = "lods", [EMUL_SCAS] = "scas",
	[EMUL_INS] = "ins", [EMUL_OUTS] = "outs",
};

/* In encoding order. */
static const char *const conditions[] = {
	"o", "no", "b", "nb", "z", "nz", "be", "nbe", "s", "ns", "p", "np", "l", "nl", "le",
	"nle",
};

static void check_name(const struct emul_insn *in, const char *name)
{
	const char *bare = in->vex && name[0] == 'v' ? name + 1 : name;

	if (in->op == EMUL_VEC) {
		FUZZ_CHECK(!strncmp(bare, "mov", 3) || !strcmp(bare, "lddqu"), "%s", name);
		return;
	}
	FUZZ_CHECK(!strncmp(name, names[in->op], strlen(names[in->op])), "%s as %s", name,
		   names[in->op]);
	if (in->op == EMUL_SETCC || in->op == EMUL_CMOV)
		FUZZ_CHECK(!strcmp(name + strlen(names[in->op]), conditions[in->cond]),
			   "%s as condition %u", name, in->cond);
}

static void check_memory(const struct emul_insn *in, const ZydisDecodedOperand *op)
{
	bool reads = op->actions & (ZYDIS_OPERAND_ACTION_READ | ZYDIS_OPERAND_ACTION_CONDREAD);
	bool writes = op->actions & (ZYDIS_OPERAND_ACTION_WRITE | ZYDIS_OPERAND_ACTION_CONDWRITE);

	if (in->op == EMUL_FLUSH)
		return;
	/* MOVSXD r16: the source is r/m16 in the SDM, 32 bits in Zydis. */
	if (in->op == EMUL_MOV && in->sign && in->size == 2 && op->size == 32)
		return;
	FUZZ_CHECK(op->size == in->size * 8, "%u bytes, not %u bits", in->size, op->size);
	FUZZ_CHECK(reads == emul_reads(in), "op %u reads", in->op);
	FUZZ_CHECK(writes == emul_writes(in), "op %u writes", in->op);
}

static void check_register(const struct emul_insn *in, const ZydisDecodedOperand *op)
{
	ZydisRegister reg = op->reg.value;
	bool high = reg >= ZYDIS_REGISTER_AH && reg <= ZYDIS_REGISTER_BH;
	int id = high ? (int)(reg - ZYDIS_REGISTER_AH) : (int)ZydisRegisterGetId(reg);

	/* SPL to DIL follow AH to BH in Zydis' register numbers. */
	if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B)
		id = 4 + (reg - ZYDIS_REGISTER_SPL);
	else if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_BL)
		id = reg - ZYDIS_REGISTER_AL;
	if (in->has_imm)
		return;
	FUZZ_CHECK(high == in->high, "register %u", in->reg);
	FUZZ_CHECK(id == in->reg, "register %u, not %d", in->reg, id);
	/* For a scalar move Zydis gives the size that is moved. */
	if (in->op == EMUL_VEC && op->size == in->size * 8)
		return;
	FUZZ_CHECK(op->size == in->reg_size * 8, "register of %u bytes, not %u bits",
		   in->reg_size, op->size);
}

/* Check all visible operands; of a string instruction only the element size. */
static void check_operands(const struct emul_insn *in, const ZydisDecodedInstruction *z,
			   const ZydisDecodedOperand *ops)
{
	bool memory = false;
	unsigned int i;

	for (i = 0; i < z->operand_count_visible; i++) {
		if (ops[i].type == ZYDIS_OPERAND_TYPE_MEMORY) {
			memory = true;
			if (!emul_is_string(in))
				check_memory(in, &ops[i]);
			else
				FUZZ_CHECK(ops[i].size == in->size * 8, "element of %u",
					   in->size);
		} else if (ops[i].type == ZYDIS_OPERAND_TYPE_REGISTER && !emul_is_string(in)) {
			check_register(in, &ops[i]);
		} else if (ops[i].type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
			FUZZ_CHECK(in->has_imm, "an immediate");
		}
	}
	FUZZ_CHECK(memory || emul_is_string(in), "no operand in memory");
}

static void compare(const u8 *bytes, size_t len, unsigned int mode, const struct emul_insn *in)
{
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction z;
	ZydisDecoder decoder;

	ZydisDecoderInit(&decoder, modes[mode].machine, modes[mode].stack);
	/* Zydis refuses what raises #UD before any exit: invalid LOCK, VEX with a 66 prefix. */
	if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, len, &z, ops)))
		return;
	FUZZ_CHECK(z.length == in->len, "%s: length %u, not %u",
		   ZydisMnemonicGetString(z.mnemonic), in->len, z.length);
	check_name(in, ZydisMnemonicGetString(z.mnemonic));
	check_operands(in, &z, ops);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u64 gprs[16] = { 0x1122334455667788 }, flags = 2, mem = 0x8877665544332211;
	struct emul_insn in;
	unsigned int mode;

	if (size < 2)
		return 0;
	mode = data[0] % ARRAY_SIZE(modes);
	if (emul_decode(data + 1, size - 1, modes[mode].mode, &in))
		return 0;
	compare(data + 1, size - 1, mode, &in);
	if (emul_is_string(&in) || in.op == EMUL_VEC)
		return 0;
	emul_exec(&in, gprs, &flags, &mem);
	FUZZ_CHECK(!(flags & ~0x8d7ULL), "flags %llx", flags);
	return 0;
}
