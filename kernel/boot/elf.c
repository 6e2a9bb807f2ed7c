// SPDX-License-Identifier: GPL-2.0
/*
 * Parser of an ELF64 vmlinux (ELF-64 Object File Format). Linux gives physical
 * addresses in its program headers and a physical entry point, which is the
 * 64-bit entry of the Linux/x86 Boot Protocol.
 *
 * L0: includes L0 headers only. Every byte of the image is untrusted; no sum
 * of two fields may wrap, no offset may leave the file.
 */
#include "pure.h"
#include "boot/elf.h"
#include "vdev/layout.h"

struct elf64_file {
	u8 ident[16];
	u16 type;
	u16 machine;
	u32 version;
	u64 entry;
	u64 phoff;
	u64 shoff;
	u32 flags;
	u16 ehsize;
	u16 phentsize;
	u16 phnum;
	u16 shentsize;
	u16 shnum;
	u16 shstrndx;
} __packed;

struct elf64_segment {
	u32 type;
	u32 flags;
	u64 offset;
	u64 vaddr;
	u64 paddr;
	u64 filesz;
	u64 memsz;
	u64 align;
} __packed;

struct elf64_note {
	u32 namesz;
	u32 descsz;
	u32 type;
} __packed;

static_assert(sizeof(struct elf64_file) == 64);
static_assert(sizeof(struct elf64_segment) == 56);

#define ELF_CLASS_64		2
#define ELF_LITTLE_ENDIAN	1
#define ELF_EXECUTABLE		2
#define ELF_SHARED		3	/* a position-independent kernel */
#define ELF_X86_64		62
#define ELF_LOAD		1
#define ELF_NOTE		4
#define XEN_NOTE_PHYS32_ENTRY	18

#define SEGMENTS_MAX		128	/* program headers; Linux has about five */
#define NOTES_MAX		4096	/* looked at; Linux has about ten */

#define CMDLINE_MAX		2047	/* COMMAND_LINE_SIZE - 1 of x86 Linux */
#define INITRD_MAX		0x7fffffff
#define PROTOCOL		0x020f

static int refuse(struct lpar_reason *why, enum boot_flaw flaw)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_BAD, NULL, flaw, 0, 0);
	return -ENOEXEC;
}

static int truncated(struct lpar_reason *why, u64 have, u64 want)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_TRUNCATED, NULL, have, want, want - have);
	return -ENOEXEC;
}

bool elf_probe(const void *data, size_t len)
{
	return len >= sizeof(struct elf64_file) && !memcmp(data, "\177ELF", 4);
}

static int check_file(const struct elf64_file *f, u64 len, struct lpar_reason *why)
{
	u64 end;

	if (f->ident[4] != ELF_CLASS_64)
		return refuse(why, BOOT_FLAW_32BIT);
	if (f->ident[5] != ELF_LITTLE_ENDIAN || f->machine != ELF_X86_64)
		return refuse(why, BOOT_FLAW_MACHINE);
	if ((f->type != ELF_EXECUTABLE && f->type != ELF_SHARED) ||
	    f->phentsize != sizeof(struct elf64_segment) || !f->phnum)
		return refuse(why, BOOT_FLAW_SEGMENTS);
	if (f->phnum > SEGMENTS_MAX)
		return refuse(why, BOOT_FLAW_MANY_SEGMENTS);
	if (check_add_overflow(f->phoff, (u64)f->phnum * f->phentsize, &end))
		return refuse(why, BOOT_FLAW_SEGMENTS);
	if (end > len)
		return truncated(why, len, end);
	return 0;
}

static int add_segment(struct boot_image *image, const struct elf64_segment *s,
		       u64 len, struct lpar_reason *why)
{
	struct boot_segment *seg;
	u64 file_end, mem_end;

	if (!s->memsz)
		return 0;
	if (image->nr_segments == BOOT_MAX_SEGMENTS || s->filesz > s->memsz ||
	    check_add_overflow(s->offset, s->filesz, &file_end))
		return refuse(why, BOOT_FLAW_SEGMENTS);
	if (check_add_overflow(s->paddr, s->memsz, &mem_end) ||
	    s->paddr < LAYOUT_HIGHRAM || mem_end > LAYOUT_HOLE_START)
		return refuse(why, BOOT_FLAW_ADDRESS);
	if (file_end > len)
		return truncated(why, len, file_end);
	seg = &image->seg[image->nr_segments++];
	seg->offset = s->offset;
	seg->gpa = s->paddr;
	seg->filesz = s->filesz;
	seg->memsz = s->memsz;
	return 0;
}

/* Is this the note with the PVH entry? Then image->pvh_entry. 0 or -errno. */
static int read_pvh(const struct boot_file *file, const struct elf64_note *n, u64 at,
		    struct boot_image *image)
{
	char name[4];
	u32 entry;
	int err;

	if (n->type != XEN_NOTE_PHYS32_ENTRY || n->namesz != sizeof(name) ||
	    n->descsz < sizeof(entry))
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
 * Look for the PVH entry in @len bytes at @at, which are in the file; a note that
 * makes no sense ends the search, and so does one too many: @left, of all.
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
		size = sizeof(n) + ALIGN((u64)n.namesz, 4) + ALIGN((u64)n.descsz, 4);
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

static int read_segments(const struct boot_file *file, const struct elf64_file *f,
			 struct boot_image *image, struct lpar_reason *why)
{
	u32 i, notes = NOTES_MAX;
	struct elf64_segment s;
	int err;

	for (i = 0; i < f->phnum; i++) {
		err = file->read(file->ctx, f->phoff + i * sizeof(s), &s, sizeof(s));
		if (!err && s.type == ELF_NOTE && s.offset <= file->size &&
		    s.filesz <= file->size - s.offset)
			err = read_notes(file, s.offset, s.filesz, &notes, image);
		if (!err && s.type == ELF_LOAD)
			err = add_segment(image, &s, file->size, why);
		if (err)
			return err;
	}
	return image->nr_segments ? 0 : refuse(why, BOOT_FLAW_SEGMENTS);
}

static bool overlap(const struct boot_image *image)
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

static bool inside(const struct boot_image *image, u64 gpa)
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
	struct elf64_file f;
	int err;

	if (file->size < sizeof(f))
		return refuse(why, BOOT_FLAW_MAGIC);
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
	image->entry = f.entry;
	err = read_segments(file, &f, image, why);
	if (err)
		return err;
	if (overlap(image))
		return refuse(why, BOOT_FLAW_SEGMENTS);
	if (!inside(image, image->entry))
		return refuse(why, BOOT_FLAW_ENTRY);
	if (!inside(image, image->pvh_entry))
		image->pvh_entry = 0;
	set_extent(image);
	return 0;
}
