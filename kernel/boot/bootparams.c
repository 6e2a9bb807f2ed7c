// SPDX-License-Identifier: GPL-2.0
/*
 * Zero page, boot GDT, identity page tables and the first LIP's registers for the
 * 64-bit entry of the Linux/x86 Boot Protocol.
 *
 * L0: includes L0 and UAPI headers only; guest memory through struct boot_mem.
 */
#include "pure.h"
#include <asm/processor-flags.h>

#include "boot/bootparams.h"
#include "boot/setup_header.h"
#include "vdev/layout.h"

static_assert(sizeof(struct boot_params) == SZ_4K);
static_assert(offsetof(struct boot_params, hdr) == SETUP_HEADER_OFFSET);
static_assert(sizeof(struct setup_header) <= BOOT_MAX_HEADER);
static_assert(BOOT_E820_NEEDED <= E820_MAX_ENTRIES_ZEROPAGE);

/* Selectors required by the boot protocol (__BOOT_CS, __BOOT_DS), and a TSS. */
#define SEL_CODE	0x10
#define SEL_DATA	0x18
#define SEL_TSS		0x20
#define GDT_ENTRIES	6

/* Access rights as in struct boot_segment_reg */
#define ATTR_CODE_64	0xa09b		/* 4K units, long, present, execute/read */
#define ATTR_DATA	0xc093		/* 4K units, 32-bit, present, read/write */
#define ATTR_TSS	0x008b		/* present, busy 64-bit TSS */
#define TSS_LIMIT	0x67

/* IA32_EFER.LME and .LMA */
#define EFER_LONG_MODE	(BIT_ULL(8) | BIT_ULL(10))

#define PTE_TABLE	0x03		/* present, writable */
#define PTE_LARGE	0x83		/* and a 2 MiB page */
#define PTES_PER_PAGE	512
#define PTE_CHUNK	64

static int boot_put(const struct boot_mem *mem, u64 gpa, const void *src, u64 len)
{
	return len ? mem->write(mem->ctx, gpa, src, len) : 0;
}

/* The setup header for an ELF kernel, which has none. */
static void elf_header(struct setup_header *h, const struct boot_image *image)
{
	h->boot_flag = SETUP_BOOT_FLAG;
	h->header = SETUP_HEADER_MAGIC;
	h->version = (u16)image->protocol;
	h->loadflags = LOADED_HIGH;
	h->xloadflags = XLF_KERNEL_64;
	h->kernel_alignment = SZ_2M;
	h->cmdline_size = image->cmdline_max;
	h->initrd_addr_max = (u32)image->initrd_max;
	h->pref_address = image->start;
	h->init_size = (u32)image->size;
}

static void fill_header(struct setup_header *h, const struct boot_plan *plan)
{
	h->type_of_loader = SETUP_LOADER_UNDEFINED;
	h->code32_start = (u32)plan->kernel;
	h->ramdisk_image = (u32)plan->initrd;
	h->ramdisk_size = (u32)plan->initrd_size;
	h->cmd_line_ptr = (u32)plan->cmdline;
	/* Do not take a pointer from the image. */
	h->setup_data = 0;
}

int boot_zero_page_build(struct boot_params *zp, const struct boot_image *image,
			 const struct boot_plan *plan, u64 rsdp)
{
	int n;

	memset(zp, 0, sizeof(*zp));
	n = e820_build(plan->ram_size, zp->e820_table);
	if (n < 0)
		return n;
	zp->e820_entries = (u8)n;
	zp->acpi_rsdp_addr = rsdp;
	if (image->kind == BOOT_ELF)
		elf_header(&zp->hdr, image);
	else
		memcpy(&zp->hdr, image->header,
		       min_t(size_t, image->header_len, sizeof(zp->hdr)));
	fill_header(&zp->hdr, plan);
	return 0;
}

int boot_load_kernel(const struct boot_mem *mem, const struct boot_image *image)
{
	const struct boot_segment *s;
	u32 i;
	int err;

	for (i = 0; i < image->nr_segments; i++) {
		s = &image->seg[i];
		err = s->filesz ? mem->copy(mem->ctx, s->gpa, s->offset, s->filesz) : 0;
		if (err)
			return err;
		err = boot_put(mem, s->gpa + s->filesz, NULL, s->memsz - s->filesz);
		if (err)
			return err;
	}
	return 0;
}

/* Descriptor with base 0 */
static u64 boot_descriptor(u32 limit, u16 attr)
{
	if (attr & 0x8000)	/* limit in units of 4 KiB */
		limit >>= 12;
	return (limit & 0xffffULL) | (u64)attr << 40 |
	       (u64)(limit & 0xf0000) << 32;
}

static int load_gdt(const struct boot_mem *mem)
{
	u64 gdt[GDT_ENTRIES] = { 0 };

	gdt[SEL_CODE / 8] = boot_descriptor(U32_MAX, ATTR_CODE_64);
	gdt[SEL_DATA / 8] = boot_descriptor(U32_MAX, ATTR_DATA);
	gdt[SEL_TSS / 8] = boot_descriptor(TSS_LIMIT, ATTR_TSS);
	return boot_put(mem, LAYOUT_BOOT_GDT, gdt, sizeof(gdt));
}

/* Map the first 4 GiB by 2 MiB pages, which all processors support. */
static int load_page_directories(const struct boot_mem *mem)
{
	u64 pte[PTE_CHUNK];
	u64 gpa = LAYOUT_BOOT_PD;
	u64 addr = 0;
	u32 n, i;
	int err;

	for (n = 0; n < LAYOUT_BOOT_PD_PAGES * PTES_PER_PAGE; n += PTE_CHUNK) {
		for (i = 0; i < PTE_CHUNK; i++, addr += SZ_2M)
			pte[i] = addr | PTE_LARGE;
		err = boot_put(mem, gpa, pte, sizeof(pte));
		if (err)
			return err;
		gpa += sizeof(pte);
	}
	return 0;
}

static int load_page_tables(const struct boot_mem *mem)
{
	u64 pml4 = LAYOUT_BOOT_PDPT | PTE_TABLE;
	u64 pdpt[LAYOUT_BOOT_PD_PAGES];
	u32 i;
	int err;

	for (i = 0; i < LAYOUT_BOOT_PD_PAGES; i++)
		pdpt[i] = (LAYOUT_BOOT_PD + i * SZ_4K) | PTE_TABLE;
	err = boot_put(mem, LAYOUT_BOOT_PML4, NULL, 2 * SZ_4K);
	if (!err)
		err = boot_put(mem, LAYOUT_BOOT_PML4, &pml4, sizeof(pml4));
	if (!err)
		err = boot_put(mem, LAYOUT_BOOT_PDPT, pdpt, sizeof(pdpt));
	if (!err)
		err = load_page_directories(mem);
	return err;
}

int boot_load_tables(const struct boot_mem *mem, const struct boot_params *zp,
		     const struct boot_plan *plan, const char *cmdline)
{
	int err;

	err = boot_put(mem, LAYOUT_ZERO_PAGE, zp, sizeof(*zp));
	if (!err)
		err = boot_put(mem, plan->cmdline, cmdline, plan->cmdline_len);
	if (!err)
		err = boot_put(mem, plan->cmdline + plan->cmdline_len, "", 1);
	if (!err)
		err = load_gdt(mem);
	if (!err)
		err = load_page_tables(mem);
	return err;
}

void boot_cpu_state(const struct boot_plan *plan, struct boot_cpu_state *state)
{
	*state = (struct boot_cpu_state) {
		.rip = plan->entry,
		.rsp = LAYOUT_BOOT_STACK_TOP,
		.rsi = LAYOUT_ZERO_PAGE,
		.rflags = X86_EFLAGS_FIXED,
		.cr0 = X86_CR0_PE | X86_CR0_ET | X86_CR0_NE | X86_CR0_PG,
		.cr3 = LAYOUT_BOOT_PML4,
		.cr4 = X86_CR4_PAE,
		.efer = EFER_LONG_MODE,
		.gdt_base = LAYOUT_BOOT_GDT,
		.gdt_limit = GDT_ENTRIES * 8 - 1,
		.cs = { SEL_CODE, ATTR_CODE_64, U32_MAX, 0 },
		.ds = { SEL_DATA, ATTR_DATA, U32_MAX, 0 },
		.tr = { SEL_TSS, ATTR_TSS, TSS_LIMIT, 0 },
	};
}
