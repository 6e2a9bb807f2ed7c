// SPDX-License-Identifier: GPL-2.0
/*
 * ELF core of a guest: ELF-64 Object File Format, "Program Header"; the System V ABI for
 * x86-64 has the registers of NT_PRSTATUS.
 *
 * L0: includes L0 and UAPI headers only.
 */
#include "pure.h"
#include <linux/elf.h>

#include "boot/core.h"

#define CORE_PAGE	4096
#define CORE_NAME_LEN	8	/* of a note, padded: "CORE", "QEMU" */

/* struct elf_prstatus of x86-64, which no UAPI header has: @pid tells the LIPs apart. */
struct core_prstatus {
	u32 unused[8];
	u32 pid;
	u32 unused2[19];
	u64 gpr[15];	/* see core_status_order */
	u64 orig_rax, rip, cs, rflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;
	u32 fpvalid;
	u32 pad;
};

static_assert(sizeof(struct core_prstatus) == 336);

/* The note "QEMU" of QEMU's dump-guest-memory, version 1 */
struct core_qemu_seg {
	u32 selector;
	u32 limit;
	u32 flags;	/* bits 8-23 of the descriptor's upper half */
	u32 pad;
	u64 base;
};

struct core_qemu {
	u32 version;
	u32 size;
	u64 gpr[16];	/* see core_qemu_order */
	u64 rip, rflags;
	struct core_qemu_seg cs, ds, es, fs, gs, ss, ldt, tr, gdt, idt;
	u64 cr[5];
	u64 kernel_gs_base;
};

static_assert(sizeof(struct core_qemu) == 440);

struct core_note {
	struct elf64_note head;
	char name[CORE_NAME_LEN];
};

/* Registers in the order of the notes */
static const u8 core_status_order[] = {
	LIP_R15, LIP_R14, LIP_R13, LIP_R12, LIP_RBP, LIP_RBX, LIP_R11, LIP_R10,
	LIP_R9, LIP_R8, LIP_RAX, LIP_RCX, LIP_RDX, LIP_RSI, LIP_RDI,
};

static const u8 core_qemu_order[] = {
	LIP_RAX, LIP_RBX, LIP_RCX, LIP_RDX, LIP_RSI, LIP_RDI, LIP_RSP, LIP_RBP,
	LIP_R8, LIP_R9, LIP_R10, LIP_R11, LIP_R12, LIP_R13, LIP_R14, LIP_R15,
};

static size_t core_notes_size(const struct core_file *file)
{
	return file->nr_cpus * (2 * sizeof(struct core_note) +
				sizeof(struct core_prstatus) + sizeof(struct core_qemu));
}

/* The notes begin here. */
static size_t core_notes_offset(const struct core_file *file)
{
	return sizeof(struct elf64_hdr) + (1 + file->nr_ranges) * sizeof(struct elf64_phdr);
}

size_t core_header_size(const struct core_file *file)
{
	size_t size = core_notes_offset(file) + core_notes_size(file);

	return (size + CORE_PAGE - 1) / CORE_PAGE * CORE_PAGE;
}

static void core_fill_prstatus(struct core_prstatus *p, const struct core_cpu *c, u32 id)
{
	unsigned int i;

	p->pid = id + 1;
	for (i = 0; i < ARRAY_SIZE(core_status_order); i++)
		p->gpr[i] = c->gpr[core_status_order[i]];
	p->orig_rax = c->gpr[LIP_RAX];
	p->rip = c->rip;
	p->rflags = c->rflags;
	p->rsp = c->gpr[LIP_RSP];
	p->cs = c->seg[EMUL_CS].selector;
	p->ss = c->seg[EMUL_SS].selector;
	p->ds = c->seg[EMUL_DS].selector;
	p->es = c->seg[EMUL_ES].selector;
	p->fs = c->seg[EMUL_FS].selector;
	p->gs = c->seg[EMUL_GS].selector;
	p->fs_base = c->seg[EMUL_FS].base;
	p->gs_base = c->seg[EMUL_GS].base;
}

static void core_fill_seg(struct core_qemu_seg *to, const struct lip_segment *from)
{
	to->selector = from->selector;
	to->limit = from->limit;
	to->flags = (u32)from->attr << 8;
	to->base = from->base;
}

static void core_fill_table(struct core_qemu_seg *to, const struct core_table *from)
{
	to->limit = from->limit;
	to->base = from->base;
}

static void core_fill_qemu(struct core_qemu *q, const struct core_cpu *c)
{
	unsigned int i;

	q->version = 1;
	q->size = sizeof(*q);
	for (i = 0; i < ARRAY_SIZE(core_qemu_order); i++)
		q->gpr[i] = c->gpr[core_qemu_order[i]];
	q->rip = c->rip;
	q->rflags = c->rflags;
	core_fill_seg(&q->cs, &c->seg[EMUL_CS]);
	core_fill_seg(&q->ds, &c->seg[EMUL_DS]);
	core_fill_seg(&q->es, &c->seg[EMUL_ES]);
	core_fill_seg(&q->fs, &c->seg[EMUL_FS]);
	core_fill_seg(&q->gs, &c->seg[EMUL_GS]);
	core_fill_seg(&q->ss, &c->seg[EMUL_SS]);
	core_fill_seg(&q->ldt, &c->seg[SEGMENT_LDTR]);
	core_fill_seg(&q->tr, &c->seg[SEGMENT_TR]);
	core_fill_table(&q->gdt, &c->gdt);
	core_fill_table(&q->idt, &c->idt);
	q->cr[0] = c->cr0;
	q->cr[2] = c->cr2;
	q->cr[3] = c->cr3;
	q->cr[4] = c->cr4;
	q->kernel_gs_base = c->kernel_gs_base;
}

/* Notes are aligned to four bytes only. */
static void core_put_note(void **at, const char *name, u32 type, const void *desc, size_t size)
{
	struct core_note note = {
		.head = { .n_namesz = strlen(name) + 1, .n_descsz = size, .n_type = type },
	};

	memcpy(note.name, name, strlen(name));
	memcpy(*at, &note, sizeof(note));
	memcpy(*at + sizeof(note), desc, size);
	*at += sizeof(note) + size;
}

/* In QEMU's order, which crash expects: all notes of a kind one after another. */
static void core_put_notes(const struct core_file *file, const struct core_cpu *cpu, void *at)
{
	u32 i;

	for (i = 0; i < file->nr_cpus; i++) {
		struct core_prstatus status = {};

		core_fill_prstatus(&status, &cpu[i], i);
		core_put_note(&at, "CORE", NT_PRSTATUS, &status, sizeof(status));
	}
	for (i = 0; i < file->nr_cpus; i++) {
		struct core_qemu state = {};

		core_fill_qemu(&state, &cpu[i]);
		core_put_note(&at, "QEMU", 0, &state, sizeof(state));
	}
}

static void core_put_segments(const struct core_file *file, struct elf64_phdr *ph)
{
	u64 offset = core_header_size(file);
	u32 i;

	ph->p_type = PT_NOTE;
	ph->p_offset = core_notes_offset(file);
	ph->p_filesz = core_notes_size(file);
	for (i = 0; i < file->nr_ranges; i++) {
		ph++;
		ph->p_type = PT_LOAD;
		ph->p_flags = PF_R | PF_W | PF_X;
		ph->p_offset = offset;
		/* For gdb, which knows no physical addresses. */
		ph->p_vaddr = file->range[i].start;
		ph->p_paddr = file->range[i].start;
		ph->p_filesz = file->range[i].len;
		ph->p_memsz = file->range[i].len;
		offset += file->range[i].len;
	}
}

void core_header(const struct core_file *file, const struct core_cpu *cpu, void *buf)
{
	struct elf64_hdr *h = buf;

	memcpy(h->e_ident, ELFMAG, SELFMAG);
	h->e_ident[EI_CLASS] = ELFCLASS64;
	h->e_ident[EI_DATA] = ELFDATA2LSB;
	h->e_ident[EI_VERSION] = EV_CURRENT;
	h->e_type = ET_CORE;
	h->e_machine = EM_X86_64;
	h->e_version = EV_CURRENT;
	h->e_phoff = sizeof(*h);
	h->e_ehsize = sizeof(*h);
	h->e_phentsize = sizeof(struct elf64_phdr);
	h->e_phnum = 1 + file->nr_ranges;
	core_put_segments(file, (struct elf64_phdr *)(h + 1));
	core_put_notes(file, cpu, buf + core_notes_offset(file));
}

u64 core_find(const struct core_file *file, u64 pos, u64 *gpa)
{
	u64 offset = pos - core_header_size(file);
	u32 i;

	for (i = 0; i < file->nr_ranges; i++) {
		if (offset < file->range[i].len) {
			*gpa = file->range[i].start + offset;
			return file->range[i].len - offset;
		}
		offset -= file->range[i].len;
	}
	return 0;
}
