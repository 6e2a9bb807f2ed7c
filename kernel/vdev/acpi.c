// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/acpi.c - builds the guest's ACPI tables (ACPI 6.3, "ACPI Software Programming
 * Model"). iasl compiles the DSDT from dsdt.asl at build time.
 *
 * L0: includes L0 headers only; writes nothing but the caller's buffer.
 */
#include "pure.h"
#include "vdev/acpi.h"
#include "vdev/checksum.h"

static const u8 dsdt_aml[] = {
#include "vdev/dsdt.aml.h"
};

struct acpi_header {
	char signature[4];
	u32 length;
	u8 revision;
	u8 checksum;
	char oem_id[6];
	char oem_table_id[8];
	u32 oem_revision;
	char creator_id[4];
	u32 creator_revision;
} __packed;

struct acpi_rsdp {
	char signature[8];
	u8 checksum;		/* of the first 20 bytes */
	char oem_id[6];
	u8 revision;
	u32 rsdt;
	u32 length;
	u64 xsdt;
	u8 ext_checksum;	/* of everything */
	u8 reserved[3];
} __packed;

#define RSDP_V1_LEN	20

struct acpi_xsdt {
	struct acpi_header h;
	u64 entry[4];		/* FADT, MADT, SRAT, MCFG */
} __packed;

/* Generic address structure */
struct acpi_gas {
	u8 space;		/* 1: system I/O */
	u8 bit_width;
	u8 bit_offset;
	u8 access;		/* 1: byte, 3: double word */
	u64 addr;
} __packed;

struct acpi_fadt {
	struct acpi_header h;
	u32 facs;
	u32 dsdt;
	u8 reserved1;
	u8 pm_profile;
	u8 pad1[76 - 46];	/* legacy hardware, not there */
	u32 pm_timer;
	u8 pad2[91 - 80];
	u8 pm_timer_len;
	u8 pad3[109 - 92];
	u16 boot_arch;
	u8 reserved2;
	u32 flags;
	struct acpi_gas reset_reg;
	u8 reset_value;
	u16 arm_boot_arch;
	u8 minor;
	u64 x_facs;
	u64 x_dsdt;
	struct acpi_gas pad4[5];	/* legacy hardware, not there */
	struct acpi_gas x_pm_timer;
	struct acpi_gas pad5[2];
	struct acpi_gas sleep_control;
	struct acpi_gas sleep_status;
	u64 hypervisor_id;
} __packed;

#define FADT_PROFILE_SERVER	4
#define FADT_WBINVD		BIT(0)
#define FADT_PROC_C1		BIT(2)
#define FADT_PWR_BUTTON		BIT(4)	/* a control-method device */
#define FADT_SLP_BUTTON		BIT(5)	/* no fixed one */
#define FADT_FIX_RTC		BIT(6)	/* no fixed RTC wake */
#define FADT_TIMER_32BIT	BIT(8)
#define FADT_RESET_REG_SUP	BIT(10)
#define FADT_HW_REDUCED		BIT(20)
#define FADT_BOOT_NO_VGA	BIT(2)
#define FADT_BOOT_NO_CMOS	BIT(5)

struct acpi_madt {
	struct acpi_header h;
	u32 lapic_addr;
	u32 flags;		/* bit 0 (PCAT_COMPAT) clear: no 8259 */
} __packed;

struct madt_lapic {
	u8 type, len;
	u8 uid;
	u8 apic_id;
	u32 flags;
} __packed;

#define MADT_LAPIC		0
#define MADT_IOAPIC		1
#define MADT_LAPIC_NMI		4
#define MADT_ENABLED		BIT(0)
#define MADT_ONLINE_CAPABLE	BIT(1)

struct madt_ioapic {
	u8 type, len;
	u8 id;
	u8 reserved;
	u32 addr;
	u32 gsi_base;
} __packed;

struct madt_nmi {
	u8 type, len;
	u8 uid;			/* 0xff: all processors */
	u16 flags;
	u8 lint;
} __packed;

struct acpi_srat {
	struct acpi_header h;
	u32 reserved1;		/* 1, ACPI says */
	u64 reserved2;
} __packed;

struct srat_lapic {
	u8 type, len;
	u8 domain_lo;
	u8 apic_id;
	u32 flags;
	u8 sapic_eid;
	u8 domain_hi[3];
	u32 clock_domain;
} __packed;

struct srat_memory {
	u8 type, len;
	u32 domain;
	u16 reserved1;
	u64 base;
	u64 length;
	u32 reserved2;
	u32 flags;
	u64 reserved3;
} __packed;

struct acpi_mcfg {
	struct acpi_header h;
	u64 reserved;
	u64 base;
	u16 segment;
	u8 first_bus;
	u8 last_bus;
	u32 reserved2;
} __packed;

#define SRAT_LAPIC		0
#define SRAT_MEMORY		1
#define SRAT_ENABLED		BIT(0)
#define SRAT_HOTPLUGGABLE	BIT(1)

static_assert(sizeof(struct acpi_header) == 36);
static_assert(sizeof(struct acpi_rsdp) == 36);
static_assert(sizeof(struct acpi_gas) == 12);
static_assert(offsetof(struct acpi_fadt, pm_timer) == 76);
static_assert(offsetof(struct acpi_fadt, pm_timer_len) == 91);
static_assert(offsetof(struct acpi_fadt, x_pm_timer) == 208);
static_assert(offsetof(struct acpi_fadt, boot_arch) == 109);
static_assert(offsetof(struct acpi_fadt, reset_reg) == 116);
static_assert(offsetof(struct acpi_fadt, x_dsdt) == 140);
static_assert(offsetof(struct acpi_fadt, sleep_control) == 244);
static_assert(sizeof(struct acpi_fadt) == 276);
static_assert(sizeof(struct acpi_madt) == 44);
static_assert(sizeof(struct madt_lapic) == 8);
static_assert(sizeof(struct madt_ioapic) == 12);
static_assert(sizeof(struct madt_nmi) == 6);
static_assert(sizeof(struct acpi_srat) == 48);
static_assert(sizeof(struct srat_lapic) == 16);
static_assert(sizeof(struct srat_memory) == 40);
static_assert(sizeof(struct acpi_mcfg) == 60);

/* The output buffer; @full is set once and stays. */
struct builder {
	u8 *buf;
	u32 size;
	u32 used;
	bool full;
	struct acpi_image *image;
};

/* Room for @len zeroed bytes, or NULL. */
static void *acpi_put(struct builder *b, u32 len)
{
	void *p;

	if (b->full || len > b->size - b->used) {
		b->full = true;
		return NULL;
	}
	p = b->buf + b->used;
	memset(p, 0, len);
	b->used += len;
	return p;
}

static void *acpi_table_start(struct builder *b, enum acpi_table t, u32 len)
{
	/* The RSDP must be aligned to 16 bytes; align all tables. */
	u32 pad = ALIGN(b->used, 16) - b->used;

	if (pad && !acpi_put(b, pad))
		return NULL;
	b->image->offset[t] = b->used;
	return acpi_put(b, len);
}

static void acpi_table_end(struct builder *b, enum acpi_table t, const char *sig,
			   u8 revision)
{
	u32 start = b->image->offset[t];
	struct acpi_header *h = (struct acpi_header *)(b->buf + start);

	if (b->full)
		return;
	b->image->len[t] = b->used - start;
	memcpy(h->signature, sig, sizeof(h->signature));
	h->length = b->used - start;
	h->revision = revision;
	memcpy(h->oem_id, "LPAR  ", sizeof(h->oem_id));
	memcpy(h->oem_table_id, "LPARGUST", sizeof(h->oem_table_id));
	h->oem_revision = 1;
	memcpy(h->creator_id, "LPAR", sizeof(h->creator_id));
	h->creator_revision = 1;
	h->checksum = 0;
	h->checksum = firmware_checksum(b->buf + start, h->length);
}

static u64 acpi_table_gpa(const struct builder *b, enum acpi_table t)
{
	return LAYOUT_ACPI + b->image->offset[t];
}

static struct acpi_gas acpi_io_byte(u32 reg)
{
	return (struct acpi_gas) {
		.space = 1,
		.bit_width = 8,
		.access = 1,
		.addr = LAYOUT_GED_PORT + reg,
	};
}

/*
 * Hardware-reduced ACPI has no fixed hardware, and a strict OSPM ignores these fields.
 * Linux on x86 uses them regardless. Without kvmclock (no-kvmclock, nopv) it has no
 * other reference to calibrate the TSC on AMD: there is no PIT and no HPET.
 */
static void acpi_fadt_timer(struct acpi_fadt *f)
{
	f->pm_timer = LAYOUT_PM_TIMER_PORT;
	f->pm_timer_len = LAYOUT_PM_TIMER_PORTS;
	f->x_pm_timer = (struct acpi_gas) {
		.space = 1,
		.bit_width = 32,
		.access = 3,
		.addr = LAYOUT_PM_TIMER_PORT,
	};
	f->flags |= FADT_TIMER_32BIT;
}

static void acpi_build_dsdt(struct builder *b)
{
	u8 *p = acpi_table_start(b, ACPI_DSDT, sizeof(dsdt_aml));

	if (!p)
		return;
	memcpy(p, dsdt_aml, sizeof(dsdt_aml));
	b->image->len[ACPI_DSDT] = sizeof(dsdt_aml);
}

static void acpi_build_fadt(struct builder *b)
{
	struct acpi_fadt *f = acpi_table_start(b, ACPI_FADT, sizeof(*f));

	if (!f)
		return;
	f->dsdt = (u32)acpi_table_gpa(b, ACPI_DSDT);
	f->x_dsdt = acpi_table_gpa(b, ACPI_DSDT);
	f->pm_profile = FADT_PROFILE_SERVER;
	f->boot_arch = FADT_BOOT_NO_VGA | FADT_BOOT_NO_CMOS;
	f->flags = FADT_WBINVD | FADT_PROC_C1 | FADT_PWR_BUTTON |
		   FADT_SLP_BUTTON | FADT_FIX_RTC | FADT_RESET_REG_SUP |
		   FADT_HW_REDUCED;
	acpi_fadt_timer(f);
	f->reset_reg = acpi_io_byte(GED_RESET);
	f->reset_value = GED_RESET_VALUE;
	f->minor = 3;
	f->sleep_control = acpi_io_byte(GED_SLEEP_CONTROL);
	f->sleep_status = acpi_io_byte(GED_SLEEP_STATUS);
	memcpy(&f->hypervisor_id, "LPAR    ", sizeof(f->hypervisor_id));
	acpi_table_end(b, ACPI_FADT, "FACP", 6);
}

/*
 * One entry for each LIP that may ever appear. "Online capable" has a meaning
 * from MADT revision 5 on.
 */
static void acpi_madt_lips(struct builder *b, const struct acpi_config *cfg)
{
	struct madt_lapic *e;
	u32 i;

	for (i = 0; i < cfg->max_lips; i++) {
		e = acpi_put(b, sizeof(*e));
		if (!e)
			return;
		e->type = MADT_LAPIC;
		e->len = sizeof(*e);
		e->uid = (u8)i;
		e->apic_id = (u8)i;
		e->flags = (cfg->present_lips >> i) & 1 ? MADT_ENABLED :
							  MADT_ONLINE_CAPABLE;
	}
}

static void acpi_build_madt(struct builder *b, const struct acpi_config *cfg)
{
	struct acpi_madt *m = acpi_table_start(b, ACPI_MADT, sizeof(*m));
	struct madt_ioapic *io;
	struct madt_nmi *nmi;

	if (!m)
		return;
	m->lapic_addr = LAYOUT_LAPIC_BASE;
	acpi_madt_lips(b, cfg);
	io = acpi_put(b, sizeof(*io));
	nmi = acpi_put(b, sizeof(*nmi));
	if (!io || !nmi)
		return;
	io->type = MADT_IOAPIC;
	io->len = sizeof(*io);
	io->id = LAYOUT_IOAPIC_ID;
	io->addr = LAYOUT_IOAPIC_BASE;
	nmi->type = MADT_LAPIC_NMI;
	nmi->len = sizeof(*nmi);
	nmi->uid = 0xff;
	nmi->lint = 1;
	acpi_table_end(b, ACPI_MADT, "APIC", 5);
}

static void acpi_srat_lips(struct builder *b, const struct acpi_config *cfg)
{
	struct srat_lapic *e;
	u32 i;

	for (i = 0; i < cfg->max_lips; i++) {
		e = acpi_put(b, sizeof(*e));
		if (!e)
			return;
		e->type = SRAT_LAPIC;
		e->len = sizeof(*e);
		e->apic_id = (u8)i;
		e->flags = SRAT_ENABLED;
	}
}

static void acpi_srat_memory(struct builder *b, u64 offset, u64 len, u32 flags)
{
	struct layout_range part[LAYOUT_MAX_SPLIT];
	int i, n = layout_split(offset, len, part);
	struct srat_memory *e;

	for (i = 0; i < n; i++) {
		e = acpi_put(b, sizeof(*e));
		if (!e)
			return;
		e->type = SRAT_MEMORY;
		e->len = sizeof(*e);
		e->base = part[i].start;
		e->length = part[i].len;
		e->flags = flags;
	}
}

/*
 * One proximity domain. The SRAT is needed for the hot-pluggable range, which tells the
 * guest its highest possible address.
 */
static void acpi_build_srat(struct builder *b, const struct acpi_config *cfg)
{
	struct acpi_srat *s = acpi_table_start(b, ACPI_SRAT, sizeof(*s));

	if (!s)
		return;
	s->reserved1 = 1;
	acpi_srat_lips(b, cfg);
	acpi_srat_memory(b, 0, cfg->ram_size, SRAT_ENABLED);
	acpi_srat_memory(b, cfg->ram_size, cfg->hotplug_size,
			 SRAT_ENABLED | SRAT_HOTPLUGGABLE);
	acpi_table_end(b, ACPI_SRAT, "SRAT", 3);
}

/* Config space of bus 0 in memory (PCI Firmware, "MCFG"). */
static void acpi_build_mcfg(struct builder *b)
{
	struct acpi_mcfg *m = acpi_table_start(b, ACPI_MCFG, sizeof(*m));

	if (!m)
		return;
	m->base = LAYOUT_PCI_ECAM;
	acpi_table_end(b, ACPI_MCFG, "MCFG", 1);
}

static void acpi_build_xsdt(struct builder *b)
{
	struct acpi_xsdt *x = acpi_table_start(b, ACPI_XSDT, sizeof(*x));

	if (!x)
		return;
	x->entry[0] = acpi_table_gpa(b, ACPI_FADT);
	x->entry[1] = acpi_table_gpa(b, ACPI_MADT);
	x->entry[2] = acpi_table_gpa(b, ACPI_SRAT);
	x->entry[3] = acpi_table_gpa(b, ACPI_MCFG);
	acpi_table_end(b, ACPI_XSDT, "XSDT", 1);
}

/* At the start of the buffer, which is reserved for it. */
static void acpi_build_rsdp(struct builder *b)
{
	struct acpi_rsdp *r = (struct acpi_rsdp *)b->buf;

	b->image->offset[ACPI_RSDP] = 0;
	b->image->len[ACPI_RSDP] = sizeof(*r);
	memset(r, 0, sizeof(*r));
	memcpy(r->signature, "RSD PTR ", sizeof(r->signature));
	memcpy(r->oem_id, "LPAR  ", sizeof(r->oem_id));
	r->revision = 2;
	r->length = sizeof(*r);
	r->xsdt = acpi_table_gpa(b, ACPI_XSDT);
	r->checksum = firmware_checksum(b->buf, RSDP_V1_LEN);
	r->ext_checksum = firmware_checksum(b->buf, sizeof(*r));
}

static bool acpi_config_ok(const struct acpi_config *cfg)
{
	u64 end = cfg->ram_size + cfg->hotplug_size;

	if (!cfg->ram_size || end < cfg->ram_size ||
	    end > U64_MAX - LAYOUT_HOLE_SIZE)
		return false;
	if (!cfg->max_lips || cfg->max_lips > LPAR_MAX_LIPS)
		return false;
	return (cfg->present_lips & 1) &&
	       !(cfg->present_lips & ~GENMASK_ULL(cfg->max_lips - 1, 0));
}

int acpi_build(const struct acpi_config *cfg, void *buf, u32 size,
	       struct acpi_image *image)
{
	struct builder b = { .buf = buf, .size = size, .image = image };

	memset(image, 0, sizeof(*image));
	if (!acpi_config_ok(cfg))
		return -EINVAL;
	/* Build tables before those that refer to them. */
	acpi_put(&b, sizeof(struct acpi_rsdp));
	acpi_build_dsdt(&b);
	acpi_build_fadt(&b);
	acpi_build_madt(&b, cfg);
	acpi_build_srat(&b, cfg);
	acpi_build_mcfg(&b);
	acpi_build_xsdt(&b);
	if (b.full)
		return -ENOSPC;
	acpi_build_rsdp(&b);
	image->used = b.used;
	return 0;
}
