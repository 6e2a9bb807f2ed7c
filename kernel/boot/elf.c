// SPDX-License-Identifier: GPL-2.0
/*
 * Parser of an ELF64 vmlinux (ELF-64 Object File Format). Linux has physical
 * addresses in its program headers and a physical entry point, which is the
 * 64-bit entry of the Linux/x86 Boot Protocol.
 *
 * L0: includes L0 and UAPI headers only. The image is untrusted: sums must not
 * overflow, and offsets must be within the file.
 */
#include "pure.h"
#include <linux/elf.h>

#include "boot/elf.h"
#include "vdev/layout.h"

#define XEN_NOTE_PHYS32_ENTRY	18

#define SEGMENTS_MAX		128	/* program headers; Linux has about five */
#define NOTES_MAX		4096	/* notes examined; Linux has about ten */

#define CMDLINE_MAX		2047	/* COMMAND_LINE_SIZE - 1 of x86 Linux */
#define INITRD_MAX		0x7fffffff
#define PROTOCOL		0x020f

static int elf_refuse(struct lpar_reason *why, enum boot_flaw flaw)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_BAD, NULL, flaw, 0, 0);
	return -ENOEXEC;
}

static int elf_truncated(struct lpar_reason *why, u64 have, u64 want)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_TRUNCATED, NULL, have, want, want - have);
	return -ENOEXEC;
}

bool elf_probe(const void *data, size_t len)
{
	return len >= sizeof(struct elf64_hdr) && !memcmp(data, ELFMAG, SELFMAG);
}

static int check_file(const struct elf64_hdr *f, u64 len, struct lpar_reason *why)
{
	u64 end;

	if (f->e_ident[EI_CLASS] != ELFCLASS64)
		return elf_refuse(why, BOOT_FLAW_32BIT);
	if (f->e_ident[EI_DATA] != ELFDATA2LSB || f->e_machine != EM_X86_64)
		return elf_refuse(why, BOOT_FLAW_MACHINE);
	if ((f->e_type != ET_EXEC && f->e_type != ET_DYN) ||
	    f->e_phentsize != sizeof(struct elf64_phdr) || !f->e_phnum)
		return elf_refuse(why, BOOT_FLAW_SEGMENTS);
	if (f->e_phnum > SEGMENTS_MAX)
		return elf_refuse(why, BOOT_FLAW_MANY_SEGMENTS);
	if (check_add_overflow((u64)f->e_phoff, (u64)f->e_phnum * f->e_phentsize, &end))
		return elf_refuse(why, BOOT_FLAW_SEGMENTS);
	if (end > len)
		return elf_truncated(why, len, end);
	return 0;
}

static int add_segment(struct boot_image *image, const struct elf64_phdr *s,
		       u64 len, struct lpar_reason *why)
{
	u64 offset = s->p_offset, paddr = s->p_paddr, filesz = s->p_filesz;
	u64 memsz = s->p_memsz, file_end, mem_end;
	struct boot_segment *seg;

	if (!memsz)
		return 0;
	if (image->nr_segments == BOOT_MAX_SEGMENTS || filesz > memsz ||
	    check_add_overflow(offset, filesz, &file_end))
		return elf_refuse(why, BOOT_FLAW_SEGMENTS);
	if (check_add_overflow(paddr, memsz, &mem_end) ||
	    paddr < LAYOUT_HIGHRAM || mem_end > LAYOUT_HOLE_START)
		return elf_refuse(why, BOOT_FLAW_ADDRESS);
	if (file_end > len)
		return elf_truncated(why, len, file_end);
	seg = &image->seg[image->nr_segments++];
	seg->offset = offset;
	seg->gpa = paddr;
	seg->filesz = filesz;
	seg->memsz = memsz;
	return 0;
}

/* If @n is the note with the PVH entry, set image->pvh_entry. 0 or -errno. */
static int read_pvh(const struct boot_file *file, const struct elf64_note *n, u64 at,
		    struct boot_image *image)
{
	char name[4];
	u32 entry;
	int err;

	if (n->n_type != XEN_NOTE_PHYS32_ENTRY || n->n_namesz != sizeof(name) ||
	    n->n_descsz < sizeof(entry))
		return 0;
	err = file->read(file->ctx, at + sizeof(*n), name, sizeof(name));
	if (err || memcmp(name, "Xen", sizeof(name)))
		return err;
	err = file->read(file->ctx, at + sizeof(*n) + sizeof(name), &entry, sizeof(entry));
	if (!err)
		image->pvh_entry = entry;
	return err;
}

/*
 * Look for the PVH entry in @len bytes at @at, which are within the file. An invalid
 * note ends the search, and so do more than @left notes.
 */
static int read_notes(const struct boot_file *file, u64 at, u64 len, u32 *left,
		      struct boot_image *image)
{
	struct elf64_note n;
	u64 size;
	int err;

	for (; len >= sizeof(n) && *left && !image->pvh_entry; --*left) {
		err = file->read(file->ctx, at, &n, sizeof(n));
		if (err)
			return err;
		size = sizeof(n) + ALIGN((u64)n.n_namesz, 4) + ALIGN((u64)n.n_descsz, 4);
		if (size > len)
			return 0;
		err = read_pvh(file, &n, at, image);
		if (err)
			return err;
		at += size;
		len -= size;
	}
	return 0;
}

static int read_segments(const struct boot_file *file, const struct elf64_hdr *f,
			 struct boot_image *image, struct lpar_reason *why)
{
	u32 i, notes = NOTES_MAX;
	struct elf64_phdr s;
	int err;

	for (i = 0; i < f->e_phnum; i++) {
		err = file->read(file->ctx, f->e_phoff + i * sizeof(s), &s, sizeof(s));
		if (!err && s.p_type == PT_NOTE && s.p_offset <= file->size &&
		    s.p_filesz <= file->size - s.p_offset)
			err = read_notes(file, s.p_offset, s.p_filesz, &notes, image);
		if (!err && s.p_type == PT_LOAD)
			err = add_segment(image, &s, file->size, why);
		if (err)
			return err;
	}
	return image->nr_segments ? 0 : elf_refuse(why, BOOT_FLAW_SEGMENTS);
}

static bool elf_overlap(const struct boot_image *image)
{
	const struct boot_segment *a, *b;
	u32 i, j;

	for (i = 0; i < image->nr_segments; i++) {
		for (j = 0; j < i; j++) {
			a = &image->seg[i];
			b = &image->seg[j];
			if (a->gpa < b->gpa + b->memsz &&
			    b->gpa < a->gpa + a->memsz)
				return true;
		}
	}
	return false;
}

static bool elf_inside(const struct boot_image *image, u64 gpa)
{
	u32 i;

	for (i = 0; i < image->nr_segments; i++)
		if (gpa >= image->seg[i].gpa &&
		    gpa - image->seg[i].gpa < image->seg[i].filesz)
			return true;
	return false;
}

static void set_extent(struct boot_image *image)
{
	u64 start = U64_MAX, end = 0;
	u32 i;

	for (i = 0; i < image->nr_segments; i++) {
		start = min(start, image->seg[i].gpa);
		end = max(end, image->seg[i].gpa + image->seg[i].memsz);
	}
	image->start = start;
	image->size = end - start;
}

int elf_parse(const struct boot_file *file, struct boot_image *image,
	      struct lpar_reason *why)
{
	struct elf64_hdr f;
	int err;

	if (file->size < sizeof(f))
		return elf_refuse(why, BOOT_FLAW_MAGIC);
	err = file->read(file->ctx, 0, &f, sizeof(f));
	if (!err)
		err = check_file(&f, file->size, why);
	if (err)
		return err;
	memset(image, 0, sizeof(*image));
	image->kind = BOOT_ELF;
	image->protocol = PROTOCOL;
	image->cmdline_max = CMDLINE_MAX;
	image->initrd_max = INITRD_MAX;
	image->entry = f.e_entry;
	err = read_segments(file, &f, image, why);
	if (err)
		return err;
	if (elf_overlap(image))
		return elf_refuse(why, BOOT_FLAW_SEGMENTS);
	if (!elf_inside(image, image->entry))
		return elf_refuse(why, BOOT_FLAW_ENTRY);
	if (!elf_inside(image, image->pvh_entry))
		image->pvh_entry = 0;
	set_extent(image);
	return 0;
}
