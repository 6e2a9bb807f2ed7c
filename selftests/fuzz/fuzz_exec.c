// SPDX-License-Identifier: GPL-2.0
/* sources: emul/insn.c emul/insn_exec.c */

/*
 * The emulator's results compared with those of this computer's processor: the same
 * instruction runs in a small routine with the same registers, flags and memory. Its
 * memory operand is addressed relative to RIP, so that every register can have any value.
 *
 * Input: an opcode of the list, prefixes, registers, memory.
 */
#include "pure.h"
#include "fuzz.h"

#include <cpuid.h>
#include <sys/mman.h>

#include <asm/processor-flags.h>

#include "emul/insn.h"

#define ARITH	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
		 X86_EFLAGS_SF | X86_EFLAGS_OF)
#define OPERAND	64	/* offset of the memory operand in @mem */

/* Code and data are on neighbouring pages. */
struct machine {
	u8 code[4096];
	u64 gpr[16];
	u64 flags;
	u64 host_rsp;
	u8 mem[192];
};

static struct machine *machine;

/* Opcode bytes, and flags of the form */
struct form {
	u8 len;
	u8 op[3];
	u8 imm;		/* 0, 1: a byte, 4: as the operand size, at most 4 */
	s8 ext;		/* opcode extension in ModRM.reg, or -1: a register */
	u8 no66;	/* 66 is no prefix of operand size here */
};

#define FORM1(op, imm, ext)	{ 1, { op }, imm, ext, 0 }
#define FORM2(op, imm, ext)	{ 2, { 0x0f, op }, imm, ext, 0 }

static const struct form forms[] = {
	FORM1(0x00, 0, -1), FORM1(0x01, 0, -1), FORM1(0x02, 0, -1), FORM1(0x03, 0, -1),
	FORM1(0x08, 0, -1), FORM1(0x0b, 0, -1), FORM1(0x10, 0, -1), FORM1(0x11, 0, -1),
	FORM1(0x12, 0, -1), FORM1(0x13, 0, -1), FORM1(0x18, 0, -1), FORM1(0x19, 0, -1),
	FORM1(0x1a, 0, -1), FORM1(0x1b, 0, -1), FORM1(0x21, 0, -1), FORM1(0x22, 0, -1),
	FORM1(0x28, 0, -1), FORM1(0x29, 0, -1), FORM1(0x2a, 0, -1), FORM1(0x2b, 0, -1),
	FORM1(0x31, 0, -1), FORM1(0x32, 0, -1), FORM1(0x38, 0, -1), FORM1(0x39, 0, -1),
	FORM1(0x3a, 0, -1), FORM1(0x3b, 0, -1), FORM1(0x63, 0, -1),
	FORM1(0x80, 1, 0), FORM1(0x80, 1, 2), FORM1(0x80, 1, 3), FORM1(0x80, 1, 5),
	FORM1(0x80, 1, 7), FORM1(0x81, 4, 0), FORM1(0x81, 4, 1), FORM1(0x81, 4, 2),
	FORM1(0x81, 4, 3), FORM1(0x81, 4, 4), FORM1(0x81, 4, 5), FORM1(0x81, 4, 6),
	FORM1(0x81, 4, 7), FORM1(0x83, 1, 0), FORM1(0x83, 1, 2), FORM1(0x83, 1, 3),
	FORM1(0x83, 1, 4), FORM1(0x83, 1, 5), FORM1(0x83, 1, 7),
	FORM1(0x84, 0, -1), FORM1(0x85, 0, -1), FORM1(0x86, 0, -1), FORM1(0x87, 0, -1),
	FORM1(0x88, 0, -1), FORM1(0x89, 0, -1), FORM1(0x8a, 0, -1), FORM1(0x8b, 0, -1),
	FORM1(0xc6, 1, 0), FORM1(0xc7, 4, 0), FORM1(0xf6, 1, 0), FORM1(0xf7, 4, 0),
	FORM1(0xf6, 0, 2), FORM1(0xf7, 0, 2), FORM1(0xf6, 0, 3), FORM1(0xf7, 0, 3),
	FORM1(0xfe, 0, 0), FORM1(0xff, 0, 0), FORM1(0xfe, 0, 1), FORM1(0xff, 0, 1),
	FORM2(0xa3, 0, -1), FORM2(0xab, 0, -1), FORM2(0xb3, 0, -1), FORM2(0xbb, 0, -1),
	FORM2(0xba, 1, 4), FORM2(0xba, 1, 5), FORM2(0xba, 1, 6), FORM2(0xba, 1, 7),
	FORM2(0xb0, 0, -1), FORM2(0xb1, 0, -1), FORM2(0xb6, 0, -1), FORM2(0xb7, 0, -1),
	FORM2(0xbe, 0, -1), FORM2(0xbf, 0, -1), FORM2(0xc0, 0, -1), FORM2(0xc1, 0, -1),
	FORM2(0x40, 0, -1), FORM2(0x90, 0, -1), { 2, { 0x0f, 0xc7 }, 0, 1, 1 },
	{ 2, { 0x0f, 0xc3 }, 0, -1, 1 },
	{ 3, { 0x0f, 0x38, 0xf0 }, 0, -1, 0 }, { 3, { 0x0f, 0x38, 0xf1 }, 0, -1, 0 },
};

static bool has_movbe(void)
{
	u32 a, b, c = 0, d;

	return __get_cpuid(1, &a, &b, &c, &d) && c & bit_MOVBE;
}

/*
 * The routine: registers and flags from @machine, the instruction, and back.
 */
static u8 *put(u8 *at, const void *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

/* An instruction of two opcode bytes that refers to @target relative to RIP */
static u8 *put_rip(u8 *at, u8 first, u8 second, u8 modrm, const void *target)
{
	const u8 bytes[] = { first, second, modrm };
	u8 skip = first ? 0 : 1;
	s32 disp;

	at = put(at, bytes + skip, sizeof(bytes) - skip);
	disp = (s32)((const u8 *)target - (at + 4));
	return put(at, &disp, 4);
}

static u8 *put_gprs(u8 *at, u8 opcode)
{
	u32 i;

	for (i = 0; i < 16; i++)
		at = put_rip(at, i < 8 ? 0x48 : 0x4c, opcode, 5 | (i & 7) << 3, &machine->gpr[i]);
	return at;
}

static void build(const u8 *insn, size_t len)
{
	static const u8 save[] = { 0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57 };
	static const u8 restore[] = { 0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b,
				      0xc3 };
	u8 *at = put(machine->code, save, sizeof(save));

	at = put_rip(at, 0x48, 0x89, 0x25, &machine->host_rsp);	/* mov %rsp, ... */
	at = put_rip(at, 0, 0xff, 0x35, &machine->flags);		/* push ... */
	*at++ = 0x9d;							/* popf */
	at = put_gprs(at, 0x8b);
	at = put(at, insn, len);
	at = put_gprs(at, 0x89);
	at = put_rip(at, 0x48, 0x8b, 0x25, &machine->host_rsp);
	*at++ = 0x9c;							/* pushf */
	at = put_rip(at, 0, 0x8f, 0x05, &machine->flags);		/* pop ... */
	put(at, restore, sizeof(restore));
}

/* Where the instruction will be, for its operand's address. */
static const u8 *insn_place(void)
{
	return machine->code + 10 + 7 + 6 + 1 + 16 * 7;
}

static size_t make_insn(const struct form *f, u8 *insn)
{
	bool op66 = fuzz_flip() && !f->no66;
	u8 rex = fuzz_byte(), modrm = fuzz_byte();
	size_t len = 0, imm;
	s32 disp;

	if (op66)
		insn[len++] = 0x66;
	if (rex & 0x80)
		insn[len++] = 0x40 | (rex & (f->op[1] == 0xc7 && f->len == 2 ? 0x7 : 0xf));
	len += put(insn + len, f->op, f->len) - (insn + len);
	if (f->len == 2 && (f->op[1] == 0x40 || f->op[1] == 0x90))
		insn[len - 1] |= fuzz_byte() & 15;
	insn[len++] = 5 | (f->ext < 0 ? modrm & 0x38 : f->ext << 3);
	imm = f->imm == 4 && op66 && !(rex & 0x80 && rex & 8) ? 2 : f->imm;
	disp = (s32)(machine->mem + OPERAND - (insn_place() + len + 4 + imm));
	len += put(insn + len, &disp, 4) - (insn + len);
	for (; imm; imm--)
		insn[len++] = fuzz_byte();
	return len;
}

static u64 undefined_flags(const struct emul_insn *in)
{
	switch (in->op) {
	case EMUL_AND: case EMUL_OR: case EMUL_XOR: case EMUL_TEST:
		return X86_EFLAGS_AF;
	case EMUL_BT: case EMUL_BTS: case EMUL_BTR: case EMUL_BTC:
		return ARITH & ~(X86_EFLAGS_CF | X86_EFLAGS_ZF);
	default:
		return 0;
	}
}

static void compare(const struct emul_insn *in)
{
	u64 gpr[16], flags = machine->flags & ARITH, val = 0, undefined = undefined_flags(in);
	u8 mem[sizeof(machine->mem)];
	u32 i;

	memcpy(gpr, machine->gpr, sizeof(gpr));
	memcpy(mem, machine->mem, sizeof(mem));
	if (emul_reads(in))
		memcpy(&val, mem + OPERAND, in->size);
	emul_exec(in, gpr, &flags, &val);
	if (emul_writes(in))
		memcpy(mem + OPERAND, &val, in->size);
	((void (*)(void))machine->code)();
	for (i = 0; i < 16; i++)
		FUZZ_CHECK(gpr[i] == machine->gpr[i], "op %u, size %u: register %u: %llx, not %llx",
			   in->op, in->size, i, gpr[i], machine->gpr[i]);
	FUZZ_CHECK(!memcmp(mem, machine->mem, sizeof(mem)), "op %u, size %u: memory", in->op,
		   in->size);
	flags ^= machine->flags & ARITH;
	FUZZ_CHECK(!(flags & ~undefined), "op %u, size %u: flags differ: %llx", in->op, in->size,
		   flags);
}

/* CMPS and SCAS: emul_compare() has the flags. */
static void compare_string(void)
{
	static const u8 opcodes[] = { 0xa6, 0xa7, 0xae, 0xaf };
	u8 opcode = opcodes[fuzz_below(4)], rex = fuzz_flip() ? 0x48 : 0x40;
	u8 insn[] = { fuzz_flip() ? 0x66 : 0x3e, rex, opcode };
	u64 first = 0, second = 0, flags = machine->flags & ARITH;
	u32 size = !(opcode & 1) ? 1 : rex == 0x48 ? 8 : insn[0] == 0x66 ? 2 : 4;

	machine->gpr[6] = (u64)(uintptr_t)machine->mem;
	machine->gpr[7] = (u64)(uintptr_t)(machine->mem + OPERAND);
	first = machine->gpr[0];
	if (opcode < 0xa8)
		memcpy(&first, machine->mem, 8);
	memcpy(&second, machine->mem + OPERAND, 8);
	build(insn, sizeof(insn));
	((void (*)(void))machine->code)();
	emul_compare(first, second, size, &flags);
	FUZZ_EQ(flags, machine->flags & ARITH, "flags of a comparison");
}

static void any_state(void)
{
	u32 i;

	for (i = 0; i < 16; i++)
		machine->gpr[i] = fuzz_number();
	/* A signal may come before RSP is restored. */
	machine->gpr[4] = (u64)(uintptr_t)__builtin_frame_address(0) - 65536;
	machine->flags = 0x202 | (fuzz_bytes(2) & ARITH);
	for (i = 0; i < sizeof(machine->mem); i += 8)
		memset(machine->mem + i, i, 8);
	for (i = 0; i < 2; i++) {
		u64 val = fuzz_number();

		memcpy(machine->mem + i * OPERAND, &val, 8);
	}
	/* So that comparisons are also equal */
	if (fuzz_flip())
		memcpy(machine->mem + OPERAND, &machine->gpr[0], 4);
	if (fuzz_flip())
		memcpy(machine->mem + OPERAND + 4, &machine->gpr[2], 4);
	if (fuzz_flip())
		memcpy(machine->mem, machine->mem + OPERAND, 8);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct emul_mode mode = { .code64 = true };
	struct emul_insn in;
	u8 insn[EMUL_INSN_MAX + 1];
	const struct form *f;
	size_t len;

	if (!machine)
		machine = mmap(NULL, sizeof(*machine), PROT_READ | PROT_WRITE | PROT_EXEC,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fuzz_start(data, size);
	f = &forms[fuzz_below(ARRAY_SIZE(forms))];
	if (f->len == 3 && !has_movbe())
		return 0;
	any_state();
	if (fuzz_rarely(16)) {
		compare_string();
		return 0;
	}
	len = make_insn(f, insn);
	FUZZ_EQ(emul_decode(insn, len, mode, &in), 0, "decode");
	FUZZ_EQ(in.len, len, "length");
	/* With a register, the processor has added the bit's byte to the address. */
	if (in.op >= EMUL_BT && in.op <= EMUL_BTC && !in.has_imm) {
		if (in.reg == 4)
			return 0;
		machine->gpr[in.reg] &= in.size * 8 - 1;
	}
	build(insn, len);
	compare(&in);
	return 0;
}
