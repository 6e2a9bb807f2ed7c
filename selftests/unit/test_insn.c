// SPDX-License-Identifier: GPL-2.0
/* sources: emul/insn.c emul/insn_exec.c */

/*
 * MMIO instructions: lengths and operands checked by hand, results compared with those
 * of this machine's processor for the same bytes.
 */
#include "pure.h"
#include "tap.h"
#include "emul/insn.h"

#include <sys/mman.h>

static const struct emul_mode m64 = { .code64 = true };
static const struct emul_mode m32 = { .def32 = true };
static const struct emul_mode m16;

/* Decode exactly these bytes in the given mode; evaluates to 0 or the error. */
#define DECODE(mode, ...)						\
	({								\
		const u8 bytes_[] = { __VA_ARGS__ };			\
									\
		memset(&in, 0xa5, sizeof(in));				\
		n = sizeof(bytes_);					\
		emul_decode(bytes_, n, mode, &in);			\
	})

static struct emul_insn in;
static size_t n;

TEST(instructions_linux_uses_for_the_apic)
{
	/* mov %eax,(%rdi) as writel() may be compiled */
	CHECK_EQ(DECODE(m64, 0x89, 0x07), 0);
	CHECK_EQ(in.len, 2);
	CHECK_EQ(in.size, 4);
	CHECK_EQ(in.reg, 0);
	CHECK(emul_writes(&in) && !emul_reads(&in));
	/* mov %esi,-0xa02000(%rdi) : native_apic_mem_write */
	CHECK_EQ(DECODE(m64, 0x89, 0xb7, 0x00, 0xd0, 0x5f, 0xff), 0);
	CHECK_EQ(in.len, n);
	CHECK_EQ(in.reg, 6);
	/* mov -0xa02000(%rdi),%eax : native_apic_mem_read */
	CHECK_EQ(DECODE(m64, 0x8b, 0x87, 0x00, 0xd0, 0x5f, 0xff), 0);
	CHECK_EQ(in.len, n);
	CHECK(emul_reads(&in) && !emul_writes(&in));
	/* movl $0,0xffffffffff5fd0b0 : EOI; absolute by SIB */
	CHECK_EQ(DECODE(m64, 0xc7, 0x04, 0x25, 0xb0, 0xd0, 0x5f, 0xff,
			0, 0, 0, 0), 0);
	CHECK_EQ(in.len, n);
	CHECK(in.has_imm && !in.imm);
	/* xchg %eax,0xffffffffff5fd300 : the P54C work-around */
	CHECK_EQ(DECODE(m64, 0x87, 0x04, 0x25, 0, 0xd3, 0x5f, 0xff), 0);
	CHECK(emul_reads(&in) && emul_writes(&in));
}

TEST(instruction_length_with_every_addressing_form)
{
	CHECK_EQ(DECODE(m64, 0x8b, 0x05, 1, 2, 3, 4), 0);	/* rip + d32 */
	CHECK_EQ(in.len, 6);
	CHECK_EQ(DECODE(m64, 0x8b, 0x44, 0x24, 0x10), 0);	/* sib + d8 */
	CHECK_EQ(in.len, 4);
	CHECK_EQ(DECODE(m64, 0x8b, 0x84, 0x88, 1, 2, 3, 4), 0);	/* sib + d32 */
	CHECK_EQ(in.len, 7);
	CHECK_EQ(DECODE(m64, 0x8b, 0x04, 0x8d, 1, 2, 3, 4), 0);	/* no base */
	CHECK_EQ(in.len, 7);
	CHECK_EQ(DECODE(m64, 0x8b, 0x44, 0x8d, 1), 0);		/* rbp, d8 */
	CHECK_EQ(in.len, 4);
	CHECK_EQ(DECODE(m64, 0x67, 0x8b, 0x44, 0x8d, 1), 0);
	CHECK_EQ(in.len, 5);
	CHECK_EQ(DECODE(m16, 0x8b, 0x06, 1, 2), 0);		/* d16 */
	CHECK_EQ(in.len, 4);
	CHECK_EQ(in.size, 2);
	CHECK_EQ(DECODE(m16, 0x8b, 0x44, 1), 0);		/* si + d8 */
	CHECK_EQ(in.len, 3);
	CHECK_EQ(DECODE(m16, 0x8b, 0x87, 1, 2), 0);		/* bx + d16 */
	CHECK_EQ(in.len, 4);
	CHECK_EQ(DECODE(m16, 0x66, 0x67, 0x8b, 0x04, 0x25, 1, 2, 3, 4), 0);
	CHECK_EQ(in.len, 9);
	CHECK_EQ(in.size, 4);
	CHECK_EQ(DECODE(m32, 0x67, 0x8b, 0x06, 1, 2), 0);
	CHECK_EQ(in.len, 5);
	CHECK_EQ(in.size, 4);
}

TEST(accumulator_moves_with_absolute_address)
{
	/* as 32-bit compilers read the APIC: mov 0xfee00020,%eax */
	CHECK_EQ(DECODE(m32, 0xa1, 0x20, 0, 0xe0, 0xfe), 0);
	CHECK_EQ(in.len, 5);
	CHECK_EQ(in.reg, 0);
	CHECK(!in.to_mem);
	CHECK_EQ(DECODE(m32, 0xa3, 0xb0, 0, 0xe0, 0xfe), 0);
	CHECK(in.to_mem);
	CHECK_EQ(DECODE(m64, 0xa1, 1, 2, 3, 4, 5, 6, 7, 8), 0);
	CHECK_EQ(in.len, 9);
	CHECK_EQ(DECODE(m64, 0x48, 0xa3, 1, 2, 3, 4, 5, 6, 7, 8), 0);
	CHECK_EQ(in.size, 8);
	CHECK_EQ(DECODE(m64, 0x67, 0xa2, 1, 2, 3, 4), 0);
	CHECK_EQ(in.size, 1);
	CHECK_EQ(in.len, 6);
	CHECK_EQ(DECODE(m16, 0xa1, 1, 2), 0);
	CHECK_EQ(in.len, 3);
}

TEST(prefixes_select_the_operand_size)
{
	CHECK_EQ(DECODE(m64, 0x4c, 0x89, 0x3f), 0);	/* mov %r15,(%rdi) */
	CHECK_EQ(in.reg, 15);
	CHECK_EQ(in.size, 8);
	CHECK_EQ(DECODE(m64, 0x66, 0x89, 0x07), 0);
	CHECK_EQ(in.size, 2);
	CHECK_EQ(DECODE(m64, 0x66, 0x48, 0x89, 0x07), 0);
	CHECK_EQ(in.size, 8);
	/* a REX in the wrong place has no effect */
	CHECK_EQ(DECODE(m64, 0x48, 0x66, 0x89, 0x07), 0);
	CHECK_EQ(in.size, 2);
	/* with REX, register 4 is SPL; without, AH */
	CHECK_EQ(DECODE(m64, 0x88, 0x27), 0);
	CHECK(in.high && in.reg == 0);
	CHECK_EQ(DECODE(m64, 0x40, 0x88, 0x27), 0);
	CHECK(!in.high && in.reg == 4);
	/* 0x48 is DEC in 32-bit code */
	CHECK_EQ(DECODE(m32, 0x48, 0x89, 0x07), -EOPNOTSUPP);
	/* immediates: 16 bits with 66, 32 sign-extended with REX.W */
	CHECK_EQ(DECODE(m64, 0x66, 0xc7, 0x07, 0x34, 0x92), 0);
	CHECK_EQ(in.len, 5);
	CHECK_EQ(in.imm, (s64)(s16)0x9234);
	CHECK_EQ(DECODE(m64, 0x48, 0xc7, 0x07, 0, 0, 0, 0x80), 0);
	CHECK_EQ(in.imm, -0x80000000LL);
	CHECK_EQ(DECODE(m64, 0xf0, 0x83, 0x0f, 0xff), 0);	/* lock orl */
	CHECK_EQ(in.op, EMUL_OR);
	CHECK_EQ(in.imm, -1);
}

TEST(movnti_is_never_16_bits_wide)
{
	CHECK_EQ(DECODE(m16, 0x0f, 0xc3, 0x07), 0);
	CHECK_EQ(in.size, 4);
	CHECK_EQ(DECODE(m64, 0x0f, 0xc3, 0x07), 0);
	CHECK_EQ(in.size, 4);
	CHECK_EQ(DECODE(m64, 0x48, 0x0f, 0xc3, 0x07), 0);
	CHECK_EQ(in.size, 8);
}

TEST(string_instructions_are_decoded)
{
	CHECK_EQ(DECODE(m64, 0xa4), 0);
	CHECK(emul_is_string(&in) && in.op == EMUL_MOVS && in.size == 1 && in.addr_size == 8);
	CHECK(in.rep == EMUL_REP_NONE && in.seg == EMUL_DS && in.len == 1);
	CHECK_EQ(DECODE(m64, 0xf3, 0x48, 0xa5), 0);
	CHECK(in.op == EMUL_MOVS && in.size == 8 && in.rep == EMUL_REP);
	CHECK_EQ(DECODE(m64, 0x64, 0x67, 0xf3, 0xa5), 0);
	CHECK(in.seg == EMUL_FS && in.addr_size == 4 && in.size == 4 && in.len == 4);
	CHECK_EQ(DECODE(m32, 0x26, 0xac), 0);
	CHECK(in.op == EMUL_LODS && in.seg == EMUL_ES);
	CHECK_EQ(DECODE(m16, 0x2e, 0x66, 0xa7), 0);
	CHECK(in.op == EMUL_CMPS && in.seg == EMUL_CS && in.size == 4 && in.addr_size == 2);
	CHECK_EQ(DECODE(m64, 0xf2, 0xaf), 0);
	CHECK(in.op == EMUL_SCAS && in.rep == EMUL_REPNE);
	CHECK_EQ(DECODE(m64, 0x65, 0xaa), 0);
	CHECK(in.op == EMUL_STOS && in.size == 1 && in.seg == EMUL_GS);
	CHECK_EQ(DECODE(m64, 0xf3, 0x48, 0x6d), 0);
	CHECK(in.op == EMUL_INS && in.size == 4);
	CHECK_EQ(DECODE(m64, 0x66, 0x6f), 0);
	CHECK(in.op == EMUL_OUTS && in.size == 2);
}

TEST(vector_moves_are_decoded)
{
	static const struct { u8 b[6], len, size, reg, to_mem, vex, wide; } t[] = {
		{ { 0x0f, 0x10, 0x0f }, 3, 16, 1, 0, 0, 0 },		/* movups */
		{ { 0x44, 0x0f, 0x29, 0x0f }, 4, 16, 9, 1, 0, 0 },	/* movaps */
		{ { 0xf3, 0x0f, 0x10, 0x07 }, 4, 4, 0, 0, 0, 0 },	/* movss */
		{ { 0xf2, 0x0f, 0x11, 0x07 }, 4, 8, 0, 1, 0, 0 },	/* movsd */
		{ { 0x66, 0x0f, 0x6f, 0x07 }, 4, 16, 0, 0, 0, 0 },	/* movdqa */
		{ { 0xf3, 0x0f, 0x7f, 0x07 }, 4, 16, 0, 1, 0, 0 },	/* movdqu */
		{ { 0x66, 0x0f, 0xe7, 0x07 }, 4, 16, 0, 1, 0, 0 },	/* movntdq */
		{ { 0x66, 0x0f, 0x6e, 0x07 }, 4, 4, 0, 0, 0, 0 },	/* movd */
		{ { 0x66, 0x48, 0x0f, 0x7e, 0x07 }, 5, 8, 0, 1, 0, 0 },	/* movq */
		{ { 0xf3, 0x0f, 0x7e, 0x07 }, 4, 8, 0, 0, 0, 0 },
		{ { 0x66, 0x0f, 0xd6, 0x07 }, 4, 8, 0, 1, 0, 0 },
		{ { 0xf2, 0x0f, 0xf0, 0x07 }, 4, 16, 0, 0, 0, 0 },	/* lddqu */
		{ { 0x66, 0x0f, 0x38, 0x2a, 0x07 }, 5, 16, 0, 0, 0, 0 }, /* movntdqa */
		{ { 0xc5, 0xfa, 0x7f, 0x07 }, 4, 16, 0, 1, 1, 0 },	/* vmovdqu */
		{ { 0xc5, 0x7e, 0x6f, 0x07 }, 4, 32, 8, 0, 1, 1 },
		{ { 0xc4, 0xe1, 0xf9, 0x6e, 0x07 }, 5, 8, 0, 0, 1, 0 },	/* vmovq */
		{ { 0xc4, 0xe2, 0x7d, 0x2a, 0x07 }, 5, 32, 0, 0, 1, 1 }, /* vmovntdqa */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		int err = emul_decode(t[i].b, t[i].len, m64, &in);

		if (err || in.op != EMUL_VEC || in.len != t[i].len || in.size != t[i].size ||
		    in.reg != t[i].reg || in.to_mem != t[i].to_mem || in.vex != t[i].vex ||
		    in.reg_size != (t[i].wide ? 32 : 16))
			tap_fail(__FILE__, __LINE__, "%zu: %d size %d reg %d", i, err, in.size,
				 in.reg);
		CHECK_EQ(emul_reads(&in), !t[i].to_mem);
		CHECK_EQ(emul_writes(&in), t[i].to_mem);
	}
}

TEST(bit_number_in_register_is_taken_modulo_the_size)
{
	u64 gprs[16] = { 32 + 5 }, flags = 2, mem = 0x20;

	CHECK_EQ(DECODE(m64, 0x0f, 0xab, 0x07), 0);		/* bts %eax */
	CHECK(emul_reads(&in) && emul_writes(&in));
	emul_exec(&in, gprs, &flags, &mem);
	CHECK(flags & 1 && mem == 0x20);
	CHECK_EQ(DECODE(m64, 0x0f, 0xa3, 0x07), 0);		/* bt */
	CHECK(emul_reads(&in) && !emul_writes(&in));
	CHECK_EQ(DECODE(m64, 0x0f, 0xae, 0x3f), 0);		/* clflush */
	CHECK(!emul_reads(&in) && !emul_writes(&in));
}

TEST(unknown_and_truncated_instructions_are_refused)
{
	CHECK_EQ(DECODE(m64, 0x8b, 0xc7), -EOPNOTSUPP);		/* register */
	CHECK_EQ(DECODE(m64, 0xff, 0x17), -EOPNOTSUPP);		/* call */
	CHECK_EQ(DECODE(m64, 0xf7, 0x27), -EOPNOTSUPP);		/* mul */
	CHECK_EQ(DECODE(m64, 0xc7, 0x0f, 0, 0, 0, 0), -EOPNOTSUPP);
	CHECK_EQ(DECODE(m64, 0x0f, 0x0b), -EOPNOTSUPP);
	CHECK_EQ(DECODE(m64, 0x62, 0xf1, 0x7c, 0x48, 0x10, 0x07), -EOPNOTSUPP);
	CHECK_EQ(DECODE(m64, 0xf2, 0x0f, 0x38, 0xf0, 0x07), -EOPNOTSUPP); /* crc32 */
	CHECK_EQ(DECODE(m64, 0x0f, 0x6f, 0x07), -EOPNOTSUPP);	/* mmx */
	CHECK_EQ(DECODE(m64, 0x48, 0x0f, 0xc7, 0x0f), -EOPNOTSUPP); /* cmpxchg16b */
	CHECK_EQ(DECODE(m64, 0x0f, 0xae, 0x2f), -EOPNOTSUPP);	/* xrstor */
	CHECK_EQ(DECODE(m64, 0x0f, 0xba, 0x1f, 1), -EOPNOTSUPP);
	CHECK_EQ(DECODE(m32, 0xc5, 0x7a, 0x7f), -EOPNOTSUPP);	/* lds */
	CHECK_EQ(DECODE(m32, 0x63, 0x07), -EOPNOTSUPP);
	CHECK_EQ(DECODE(m64, 0x8b), -ENODATA);
	CHECK_EQ(DECODE(m64, 0xc7, 0x07, 0, 0, 0), -ENODATA);
	CHECK_EQ(DECODE(m64, 0x66), -ENODATA);
	CHECK_EQ(emul_decode(NULL, 0, m64, &in), -ENODATA);
	/* longer than 15 bytes */
	CHECK_EQ(DECODE(m64, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x8b, 0x07),
		 -EOPNOTSUPP);
	CHECK_EQ(DECODE(m64, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			0x66, 0x66, 0x66, 0x66, 0x66, 0x8b, 0x07, 0x90), 0);
	CHECK_EQ(in.len, 15);
	CHECK_EQ(DECODE(m64, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x8b, 0x07),
		 -EOPNOTSUPP);
}

/* ---- compared with the processor ---- */

#define ARITH 0x8d5ULL

/* RAX, RCX, RDX, RBX, flags and memory operand; RDI holds the operand's address. */
struct state {
	u64 gpr[4];
	u64 flags;
	u64 mem;
};

static u8 *code;

static void run_native(struct state *s)
{
	void *entry = code;

	__asm__ volatile("push %%rbx\n\t"
			 "mov %[s], %%r12\n\t"
			 "mov %[entry], %%r13\n\t"
			 "lea 40(%%r12), %%rdi\n\t"
			 "push 32(%%r12)\n\t"
			 "mov 0(%%r12), %%rax\n\t"
			 "mov 8(%%r12), %%rcx\n\t"
			 "mov 16(%%r12), %%rdx\n\t"
			 "mov 24(%%r12), %%rbx\n\t"
			 "popfq\n\t"
			 "call *%%r13\n\t"
			 "pushfq\n\t"
			 "mov %%rax, 0(%%r12)\n\t"
			 "mov %%rcx, 8(%%r12)\n\t"
			 "mov %%rdx, 16(%%r12)\n\t"
			 "mov %%rbx, 24(%%r12)\n\t"
			 "pop 32(%%r12)\n\t"
			 "pop %%rbx\n\t"
			 : : [s] "r" (s), [entry] "r" (entry)
			 : "rax", "rcx", "rdx", "rdi", "rsi", "r8", "r9", "r10",
			   "r11", "r12", "r13", "memory", "cc");
}

static void run_emul(struct state *s)
{
	u64 gprs[16] = { s->gpr[0], s->gpr[1], s->gpr[2], s->gpr[3] };
	u64 mask = in.size == 8 ? U64_MAX : BIT_ULL(in.size * 8) - 1;
	/* garbage above the operand's size must not matter */
	u64 mem = emul_reads(&in) ? s->mem | ~mask : tap_rand();

	emul_exec(&in, gprs, &s->flags, &mem);
	if (emul_writes(&in))
		s->mem = (s->mem & ~mask) | (mem & mask);
	memcpy(s->gpr, gprs, sizeof(s->gpr));
	CHECK(!gprs[5] && !gprs[15]);
}

/* Half of the values are those at which carry and sign change. */
static u64 value(void)
{
	static const u64 edge[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
		0xffff, 0x7fffffff, 0x80000000, 0xffffffff, S64_MAX,
		1ULL << 63, U64_MAX };

	return tap_below(2) ? tap_rand() : edge[tap_below(ARRAY_SIZE(edge))];
}

static void compare(const u8 *bytes, size_t len)
{
	struct state native, emul;
	int i;

	if (emul_decode(bytes, len, m64, &in)) {
		tap_fail(__FILE__, __LINE__, "opcode %#x %#x not decoded",
			 bytes[0], bytes[1]);
		return;
	}
	CHECK_EQ(in.len, len);
	memcpy(code, bytes, len);
	code[len] = 0xc3;
	for (i = 0; i < 4; i++)
		native.gpr[i] = value();
	native.mem = value();
	native.flags = 0x202 | (tap_rand() & ARITH);
	emul = native;
	run_native(&native);
	run_emul(&emul);
	/* AF is undefined after a logical operation: do not compare it */
	if (in.op == EMUL_AND || in.op == EMUL_OR || in.op == EMUL_XOR ||
	    in.op == EMUL_TEST)
		emul.flags = (emul.flags & ~0x10ULL) | (native.flags & 0x10);
	/* after a bit test only CF and ZF are defined */
	if (in.op >= EMUL_BT && in.op <= EMUL_BTC)
		emul.flags = (emul.flags & 0x41) | (native.flags & ~0x41ULL);
	if (memcmp(&native, &emul, sizeof(native)))
		tap_fail(__FILE__, __LINE__,
			 "%02x %02x %02x: op %d size %d: mem %llx/%llx flags %llx/%llx rax %llx/%llx",
			 bytes[0], bytes[1], bytes[2], in.op, in.size,
			 native.mem, emul.mem, native.flags & ARITH,
			 emul.flags & ARITH, native.gpr[0], emul.gpr[0]);
}

/* Make a random instruction with operand [rdi]; returns its length. */
static size_t make_insn(u8 *b)
{
	static const u8 eg[] = { 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b };
	static const u8 group1[] = { 0x80, 0x81, 0x83 };
	static const u8 two[] = { 0xb6, 0xb7, 0xbe, 0xbf, 0xc0, 0xc1, 0xb0, 0xb1, 0x40, 0x90,
		0xba, 0xc7 };
	size_t len = 0, imm = 0;
	bool word = !tap_below(3), rex_w = !tap_below(3);
	u8 op, reg = tap_below(4);
	unsigned int i;

	/* without REX the other four byte registers are AH to BH */
	if (!rex_w && tap_below(2))
		reg += 4;
	if (word)
		b[len++] = 0x66;
	if (rex_w)
		b[len++] = 0x48;
	switch (tap_below(7)) {
	case 0:
		op = tap_below(8) * 8 + tap_below(4);
		break;
	case 1:
		op = eg[tap_below(ARRAY_SIZE(eg))];
		break;
	case 2:
		b[len++] = 0x0f;
		op = two[tap_below(ARRAY_SIZE(two))];
		if (op == 0x40 || op == 0x90)
			op += tap_below(16);
		if (op == 0xba) {
			reg = 4 + tap_below(4);
			imm = 1;
		} else if (op == 0xc7) {
			reg = 1;
			imm = 8;	/* no register operand: treated like an immediate form */
			b[0] = 0x0f;	/* CMPXCHG8B, without prefixes */
			len = 1;
			rex_w = false;
		} else if (op < 0xc0 && op != 0xb0) {
			reg &= 3;
		}
		break;
	case 3:
		op = group1[tap_below(ARRAY_SIZE(group1))];
		reg = tap_below(8);
		imm = op == 0x81 ? 4 : 1;
		break;
	case 4:
		op = 0xc6 + tap_below(2);
		reg = 0;
		imm = op & 1 ? 4 : 1;
		break;
	case 5:
		op = 0xf6 + tap_below(2);
		reg = tap_below(4);
		imm = reg > 1 ? 0 : op & 1 ? 4 : 1;
		break;
	default:
		op = 0xfe + tap_below(2);
		reg = tap_below(2);
		break;
	}
	/* RSP to RDI are not in struct state: byte registers only */
	if (!imm && op != 0xfe && op != 0xff && op != 0xf6 && op != 0xf7 &&
	    (op & 1 || rex_w))
		reg &= 3;
	if (imm == 4 && word && !rex_w)
		imm = 2;
	b[len++] = op;
	b[len++] = reg << 3 | 7;
	if (imm == 8)
		imm = 0;
	for (i = 0; i < imm; i++)
		b[len++] = tap_rand();
	return len;
}

TEST(results_match_the_processor)
{
	u8 bytes[EMUL_INSN_MAX];
	int i;

	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED)
		SKIP("no memory that is writable and executable");
	for (i = 0; i < 300000; i++)
		compare(bytes, make_insn(bytes));
	munmap(code, 4096);
}

/* Random bytes: no read past the end, a sane result, and emul_exec() is safe. */
TEST(random_bytes_are_harmless)
{
	static const struct emul_mode modes[] = {
		{ true, false }, { true, true }, { false, true }, { false, false },
	};
	u64 gprs[16] = { 0 }, flags = 2, mem;
	unsigned int i, j, known = 0;

	for (i = 0; i < 1000000; i++) {
		/* at the end of the array, where ASan catches a read too far */
		u8 bytes[20];
		size_t len = tap_below(sizeof(bytes) + 1);
		u8 *start = bytes + sizeof(bytes) - len;
		int ret;

		for (j = 0; j < len; j++)
			start[j] = tap_rand();
		ret = emul_decode(start, len, modes[i & 3], &in);
		CHECK(ret == 0 || ret == -ENODATA || ret == -EOPNOTSUPP);
		CHECK(in.len <= EMUL_INSN_MAX && in.len <= len);
		if (ret)
			continue;
		known++;
		CHECK(in.len >= (emul_is_string(&in) ? 1 : 2) && in.reg < 16);
		CHECK(is_power_of_2(in.size) && in.size <= 32);
		CHECK(is_power_of_2(in.reg_size) && in.reg_size <= 32);
		if (emul_is_string(&in) || in.op == EMUL_VEC)
			continue;
		CHECK(in.size <= 8 && in.reg_size <= 8);
		mem = tap_rand();
		emul_exec(&in, gprs, &flags, &mem);
		if (emul_writes(&in))
			CHECK(in.size == 8 || !(mem >> (in.size * 8)));
	}
	CHECK(known > 10000);
}
