// SPDX-License-Identifier: GPL-2.0
/* sources: boot/core.c */

/* ELF core of a guest, read with the C library's structures. */
#include <elf.h>
#include <string.h>
#include <sys/procfs.h>
#include <sys/user.h>

#include "boot/core.h"
#include "emul/insn.h"
#include "pure.h"
#include "tap.h"

#define MB 1048576ULL

/* QEMU's dump-guest-memory, as crash declares it */
struct qemu_segment { u32 selector, limit, flags, pad; u64 base; };
struct qemu_state {
	u32 version, size;
	u64 rax, rbx, rcx, rdx, rsi, rdi, rsp, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rip, rflags;
	struct qemu_segment cs, ds, es, fs, gs, ss, ldt, tr, gdt, idt;
	u64 cr[5], kernel_gs_base;
};

static u8 buf[3 * 65536];
static struct core_cpu cpus[LPAR_MAX_LIPS];

/* Storage on both sides of the hole */
static const struct core_file two = {
	.range = { { 0, 3072 * MB }, { 4096 * MB, 512 * MB } },
	.nr_ranges = 2,
	.nr_cpus = 3,
};

static void build(const struct core_file *file)
{
	u32 i, k;

	for (i = 0; i < file->nr_cpus; i++) {
		struct core_cpu *c = &cpus[i];

		for (k = 0; k < 16; k++)
			c->gpr[k] = 0x100 * (i + 1) + k;
		c->rip = 0xffffffff81000000 + i;
		c->rflags = 0x246 + i;
		for (k = 0; k < SEGMENT_COUNT; k++)
			c->seg[k] = (struct lip_segment){
				8 * k + 8, 0xa09b, k + 1, 0x1000 * k + i,
			};
		c->gdt = (struct core_table){ 0xfffffe0000001000, 0x7f };
		c->idt = (struct core_table){ 0xfffffe0000000000, 0xfff };
		c->cr0 = 0x80050033;
		c->cr2 = 0x7000 + i;
		c->cr3 = 0x2000000;
		c->cr4 = 0x3506f0;
		c->kernel_gs_base = 0x5000 + i;
	}
	memset(buf, 0, sizeof(buf));
	core_header(file, cpus, buf);
}

static const Elf64_Phdr *segment(u32 i)
{
	const Elf64_Ehdr *h = (void *)buf;

	return (const Elf64_Phdr *)(buf + h->e_phoff) + i;
}

/* Contents of the n-th note with that name; NULL: there is none. */
static const void *note(const char *name, u32 type, u32 n, size_t *size)
{
	const u8 *at = buf + segment(0)->p_offset, *end = at + segment(0)->p_filesz;

	while (at < end) {
		Elf64_Nhdr head;

		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		if (!strcmp((const char *)at, name) && head.n_type == type && !n--) {
			*size = head.n_descsz;
			return at + (head.n_namesz + 3) / 4 * 4;
		}
		at += (head.n_namesz + 3) / 4 * 4 + (head.n_descsz + 3) / 4 * 4;
	}
	CHECK(at == end);
	return NULL;
}

TEST(a_core_file_for_x86_64)
{
	const Elf64_Ehdr *h = (void *)buf;

	build(&two);
	CHECK(!memcmp(h->e_ident, ELFMAG, SELFMAG));
	CHECK_EQ(h->e_ident[EI_CLASS], ELFCLASS64);
	CHECK_EQ(h->e_type, ET_CORE);
	CHECK_EQ(h->e_machine, EM_X86_64);
	CHECK_EQ(h->e_phentsize, sizeof(Elf64_Phdr));
	CHECK_EQ(h->e_phnum, 3);
	CHECK_EQ(segment(0)->p_type, PT_NOTE);
}

TEST(storage_by_physical_address)
{
	build(&two);
	CHECK_EQ(core_header_size(&two) % 4096, 0);
	CHECK(segment(0)->p_offset + segment(0)->p_filesz <= core_header_size(&two));
	CHECK_EQ(segment(1)->p_type, PT_LOAD);
	CHECK_EQ(segment(1)->p_offset, core_header_size(&two));
	CHECK_EQ(segment(1)->p_paddr, 0);
	CHECK_EQ(segment(1)->p_filesz, 3072 * MB);
	CHECK_EQ(segment(2)->p_offset, core_header_size(&two) + 3072 * MB);
	CHECK_EQ(segment(2)->p_paddr, 4096 * MB);
	CHECK_EQ(segment(2)->p_memsz, 512 * MB);
}

TEST(registers_for_gdb)
{
	prstatus_t status;
	struct user_regs_struct *r = (void *)&status.pr_reg;
	const void *desc;
	size_t size;

	build(&two);
	desc = note("CORE", NT_PRSTATUS, 2, &size);
	REQUIRE(desc);
	REQUIRE(size == sizeof(status));
	memcpy(&status, desc, sizeof(status));
	CHECK_EQ(status.pr_pid, 3);
	CHECK_EQ(r->rax, 0x300);
	CHECK_EQ(r->rbx, 0x303);
	CHECK_EQ(r->rsp, 0x304);
	CHECK_EQ(r->rdi, 0x307);
	CHECK_EQ(r->r15, 0x30f);
	CHECK_EQ(r->rip, 0xffffffff81000002);
	CHECK_EQ(r->eflags, 0x248);
	CHECK_EQ(r->cs, 16);
	CHECK_EQ(r->ss, 24);
	CHECK_EQ(r->gs, 48);
	CHECK_EQ(r->gs_base, 0x5002);
	CHECK_EQ(r->fs_base, 0x4002);
	CHECK(!note("CORE", NT_PRSTATUS, 3, &size));
}

TEST(registers_for_crash)
{
	struct qemu_state state;
	const void *desc;
	size_t size;

	build(&two);
	desc = note("QEMU", 0, 1, &size);
	REQUIRE(desc);
	REQUIRE(size == sizeof(state));
	memcpy(&state, desc, sizeof(state));
	CHECK_EQ(state.version, 1);
	CHECK_EQ(state.size, sizeof(state));
	CHECK_EQ(state.rbx, 0x203);
	CHECK_EQ(state.rsp, 0x204);
	CHECK_EQ(state.r8, 0x208);
	CHECK_EQ(state.r15, 0x20f);
	CHECK_EQ(state.rflags, 0x247);
	CHECK_EQ(state.cs.selector, 16);
	CHECK_EQ(state.cs.flags, 0xa09b00);
	CHECK_EQ(state.tr.base, 0x7001);
	CHECK_EQ(state.gdt.limit, 0x7f);
	CHECK_EQ(state.idt.base, 0xfffffe0000000000);
	CHECK_EQ(state.cr[0], 0x80050033);
	CHECK_EQ(state.cr[2], 0x7001);
	CHECK_EQ(state.cr[3], 0x2000000);
	CHECK_EQ(state.cr[4], 0x3506f0);
	CHECK_EQ(state.kernel_gs_base, 0x5001);
}

TEST(storage_is_found_by_position)
{
	u64 first = core_header_size(&two), gpa;

	CHECK_EQ(core_find(&two, first, &gpa), 3072 * MB);
	CHECK_EQ(gpa, 0);
	CHECK_EQ(core_find(&two, first + 3072 * MB - 1, &gpa), 1);
	CHECK_EQ(gpa, 3072 * MB - 1);
	CHECK_EQ(core_find(&two, first + 3072 * MB, &gpa), 512 * MB);
	CHECK_EQ(gpa, 4096 * MB);
	CHECK_EQ(core_find(&two, first + 3584 * MB - 1, &gpa), 1);
	CHECK_EQ(core_find(&two, first + 3584 * MB, &gpa), 0);
}

TEST(most_lips_fit)
{
	struct core_file file = two;
	size_t size;

	file.nr_cpus = LPAR_MAX_LIPS;
	REQUIRE(core_header_size(&file) <= sizeof(buf));
	build(&file);
	CHECK(note("QEMU", 0, LPAR_MAX_LIPS - 1, &size));
}
