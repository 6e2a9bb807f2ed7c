// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/acpi.c */
/* cflags: -iquote $(OUT)/gen $(shell $(KDIR)/vdev/dsdt.sh $(KDIR) $(OUT)/gen/vdev/dsdt.aml.h) */

/* ACPI tables: checked field by field, and with iasl and acpiexec. */
#include <stdio.h>
#include <stdlib.h>

#include "pure.h"
#include "tap.h"
#include "vdev/acpi.h"

#define MB	(1024 * 1024ULL)

static u8 buf[LAYOUT_ACPI_SIZE];
static struct acpi_image image;

/* The patent's LPAR1 before the integration of LPAR2. */
static const struct acpi_config lpar1 = {
	.ram_size = 256 * MB,
	.hotplug_size = 256 * MB,
	.present_lips = 0x3,
	.max_lips = 4,
};

static const struct acpi_config largest = {
	.ram_size = 2048 * MB,
	.hotplug_size = 1ULL << 40,
	.present_lips = U64_MAX,
	.max_lips = 64,
};

static int build(const struct acpi_config *cfg)
{
	memset(buf, 0xa5, sizeof(buf));
	return acpi_build(cfg, buf, sizeof(buf), &image);
}

static u32 get32(const u8 *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static u64 get64(const u8 *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static const u8 *table(enum acpi_table t)
{
	return buf + image.offset[t];
}

static u8 sum(const u8 *p, u32 len)
{
	u8 s = 0;

	while (len--)
		s += *p++;
	return s;
}

static const char *sig(enum acpi_table t)
{
	static const char * const name[] = {
		[ACPI_RSDP] = "RSD ",
		[ACPI_XSDT] = "XSDT",
		[ACPI_FADT] = "FACP",
		[ACPI_MADT] = "APIC",
		[ACPI_SRAT] = "SRAT",
		[ACPI_MCFG] = "MCFG",
		[ACPI_DSDT] = "DSDT",
	};

	return name[t];
}

static void check_sums(const struct acpi_config *cfg)
{
	int t;

	REQUIRE(!build(cfg));
	CHECK(image.used <= LAYOUT_ACPI_SIZE);
	for (t = 0; t < ACPI_NR_TABLES; t++) {
		CHECK(!memcmp(table(t), sig(t), 4));
		CHECK_EQ(image.offset[t] % 16, 0);
		CHECK_EQ(sum(table(t), image.len[t]), 0);
		CHECK(image.offset[t] + image.len[t] <= image.used);
		if (t != ACPI_RSDP)
			CHECK_EQ(get32(table(t) + 4), image.len[t]);
	}
	CHECK_EQ(image.offset[ACPI_RSDP], 0);
	CHECK_EQ(sum(buf, 20), 0);
	CHECK_EQ(buf[image.used], 0xa5);
}

TEST(signatures_and_checksums)
{
	check_sums(&lpar1);
	check_sums(&largest);
}

static u64 gpa(enum acpi_table t)
{
	return LAYOUT_ACPI + image.offset[t];
}

TEST(tables_are_linked)
{
	const u8 *x;

	REQUIRE(!build(&lpar1));
	x = table(ACPI_XSDT);
	CHECK_EQ(buf[15], 2);
	CHECK_EQ(get64(buf + 24), gpa(ACPI_XSDT));
	CHECK_EQ(get64(x + 36), gpa(ACPI_FADT));
	CHECK_EQ(get64(x + 44), gpa(ACPI_MADT));
	CHECK_EQ(get64(x + 52), gpa(ACPI_SRAT));
	CHECK_EQ(get64(x + 60), gpa(ACPI_MCFG));
	CHECK_EQ(get64(table(ACPI_MCFG) + 44), LAYOUT_PCI_ECAM);
	CHECK_EQ(get32(table(ACPI_MCFG) + 52), 0);	/* segment 0, bus 0 */
	CHECK_EQ(get64(table(ACPI_FADT) + 140), gpa(ACPI_DSDT));
	CHECK_EQ(get32(table(ACPI_FADT) + 40), gpa(ACPI_DSDT));
}

/* Linux reads these fields even then: X_PM_TMR_BLK, and PM_TMR_BLK. */
TEST(fadt_has_the_pm_timer)
{
	const u8 *f;

	CHECK_EQ(build(&lpar1), 0);
	f = table(ACPI_FADT);
	CHECK_EQ(get32(f + 76), LAYOUT_PM_TIMER_PORT);
	CHECK_EQ(f[91], 4);
	CHECK(get32(f + 112) & BIT(8));
	CHECK_EQ(f[208], 1);
	CHECK_EQ(f[209], 32);
	CHECK_EQ(get64(f + 212), LAYOUT_PM_TIMER_PORT);
}

TEST(fadt_is_hardware_reduced)
{
	const u8 *f;

	REQUIRE(!build(&lpar1));
	f = table(ACPI_FADT);
	CHECK_EQ(f[8], 6);		/* 6.3: the first with "online capable" */
	CHECK_EQ(f[131], 3);
	CHECK(get32(f + 112) & BIT(20));	/* HW_REDUCED_ACPI */
	CHECK(get32(f + 112) & BIT(10));	/* RESET_REG_SUP */
	CHECK(get32(f + 112) & BIT(4));		/* no fixed power button */
	CHECK_EQ(get64(f + 120), LAYOUT_GED_PORT + GED_RESET);
	CHECK_EQ(f[128], GED_RESET_VALUE);
	CHECK_EQ(f[244], 1);
	CHECK_EQ(get64(f + 248), LAYOUT_GED_PORT + GED_SLEEP_CONTROL);
	CHECK_EQ(get64(f + 260), LAYOUT_GED_PORT + GED_SLEEP_STATUS);
}

/* The flags of LIP @id in the MADT, or -1 if it has no entry. */
static int madt_flags(u32 id)
{
	const u8 *m = table(ACPI_MADT), *e;

	for (e = m + 44; e < m + image.len[ACPI_MADT]; e += e[1])
		if (e[0] == 0 && e[2] == id && e[3] == id)
			return (int)get32(e + 4);
	return -1;
}

TEST(madt_lists_present_and_possible_lips)
{
	const u8 *m;

	REQUIRE(!build(&lpar1));
	m = table(ACPI_MADT);
	CHECK_EQ(m[8], 5);
	CHECK_EQ(get32(m + 36), LAYOUT_LAPIC_BASE);
	CHECK_EQ(get32(m + 40), 0);		/* no 8259 */
	CHECK_EQ(madt_flags(0), 1);
	CHECK_EQ(madt_flags(1), 1);
	CHECK_EQ(madt_flags(2), 2);		/* for LPAR2's LIPs, added later */
	CHECK_EQ(madt_flags(3), 2);
	CHECK_EQ(madt_flags(4), -1);
	CHECK_EQ(image.len[ACPI_MADT], 44 + 4 * 8 + 12 + 6);
	CHECK_EQ(m[44 + 32], 1);
	CHECK_EQ(get32(m + 44 + 32 + 4), LAYOUT_IOAPIC_BASE);
}

/* The @n-th memory entry of the SRAT. */
static const u8 *srat_memory(u32 n)
{
	const u8 *s = table(ACPI_SRAT), *e;

	for (e = s + 48; e < s + image.len[ACPI_SRAT]; e += e[1])
		if (e[0] == 1 && !n--)
			return e;
	return NULL;
}

static void check_range(u32 n, u64 base, u64 len, u32 flags)
{
	const u8 *e = srat_memory(n);

	REQUIRE(e);
	CHECK_EQ(get64(e + 8), base);
	CHECK_EQ(get64(e + 16), len);
	CHECK_EQ(get32(e + 28), flags);
}

TEST(srat_marks_the_expansion_hotpluggable)
{
	struct acpi_config cfg = lpar1;

	REQUIRE(!build(&cfg));
	check_range(0, 0, 256 * MB, 1);
	check_range(1, 256 * MB, 256 * MB, 3);
	CHECK(!srat_memory(2));
	cfg.hotplug_size = 0;
	REQUIRE(!build(&cfg));
	CHECK(!srat_memory(1));
	/* RAM ends just below the hole: the expansion continues above it. */
	cfg.ram_size = LAYOUT_HOLE_START - 128 * MB;
	cfg.hotplug_size = 256 * MB;
	REQUIRE(!build(&cfg));
	check_range(1, LAYOUT_HOLE_START - 128 * MB, 128 * MB, 3);
	check_range(2, LAYOUT_HOLE_END, 128 * MB, 3);
}

TEST(bad_configurations_are_refused)
{
	struct acpi_config cfg = lpar1;
	u32 size;

	cfg.present_lips = 2;
	CHECK_EQ(build(&cfg), -EINVAL);
	cfg.present_lips = 0x11;
	CHECK_EQ(build(&cfg), -EINVAL);
	cfg = lpar1;
	cfg.max_lips = 65;
	CHECK_EQ(build(&cfg), -EINVAL);
	cfg.max_lips = 0;
	CHECK_EQ(build(&cfg), -EINVAL);
	cfg = lpar1;
	cfg.hotplug_size = U64_MAX;
	CHECK_EQ(build(&cfg), -EINVAL);
	REQUIRE(!build(&lpar1));
	for (size = 0; size < image.used; size += 7) {
		struct acpi_image none;
		u8 *small = malloc(size ?: 1);

		CHECK_EQ(acpi_build(&lpar1, small, size, &none), -ENOSPC);
		free(small);
	}
}

static char dir[32];

static bool make_dir(void)
{
	strcpy(dir, "/tmp/lpar-acpi-XXXXXX");
	return mkdtemp(dir);
}

static int sh(const char *fmt, ...) __printf(1, 2);
static int sh(const char *fmt, ...)
{
	char cmd[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	return system(cmd);
}

static void save(enum acpi_table t)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%.4s.aml", dir, sig(t));
	f = fopen(path, "wb");
	REQUIRE(f);
	CHECK_EQ(fwrite(table(t), 1, image.len[t], f), image.len[t]);
	fclose(f);
}

/*
 * iasl disassembles the table without a warning and compiles its own output to the
 * same bytes, so it understood every field. It writes its own name, and with that
 * another checksum, into the header.
 */
static void check_round_trip(enum acpi_table t)
{
	static u8 again[4096];
	char path[64];
	size_t n;
	FILE *f;

	save(t);
	CHECK_EQ(sh("cd %s && iasl -d %.4s.aml >log 2>&1", dir, sig(t)), 0);
	CHECK(sh("cd %s && grep -iE 'error|invalid|warning|unknown' log %.4s.dsl",
		 dir, sig(t)));
	CHECK_EQ(sh("cd %s && iasl -p again %.4s.dsl >log 2>&1", dir, sig(t)), 0);
	snprintf(path, sizeof(path), "%s/again.aml", dir);
	f = fopen(path, "rb");
	REQUIRE(f);
	n = fread(again, 1, sizeof(again), f);
	fclose(f);
	CHECK_EQ(n, image.len[t]);
	CHECK(!memcmp(again, table(t), 9));
	CHECK(!memcmp(again + 10, table(t) + 10, 18));
	CHECK(!memcmp(again + 36, table(t) + 36, n - 36));
}

static void check_with_iasl(const struct acpi_config *cfg)
{
	if (sh("iasl -v >/dev/null 2>&1"))
		SKIP("iasl is not installed");
	REQUIRE(!build(cfg));
	REQUIRE(make_dir());
	check_round_trip(ACPI_XSDT);
	check_round_trip(ACPI_FADT);
	check_round_trip(ACPI_MADT);
	check_round_trip(ACPI_SRAT);
	check_round_trip(ACPI_MCFG);
	save(ACPI_DSDT);
	CHECK_EQ(sh("cd %s && iasl -d DSDT.aml >log 2>&1 && iasl -we -vr DSDT.dsl >log 2>&1",
		    dir), 0);
	sh("rm -r %s", dir);
}

TEST(iasl_round_trips_the_tables_of_lpar1)
{
	check_with_iasl(&lpar1);
}

TEST(iasl_round_trips_the_largest_tables)
{
	check_with_iasl(&largest);
}

/* Run a DSDT method in ACPICA's interpreter; its output must contain @want. */
static void check_method(const char *call, const char *want)
{
	CHECK_EQ(sh("cd %s && acpiexec -b 'execute %s' DSDT.aml >log 2>&1",
		    dir, call), 0);
	if (sh("cd %s && grep -q '%s' log && ! grep -qE 'AE_[A-NP-Z]|Error' log",
	       dir, want)) {
		CHECK_STR(call, want);
		sh("sed 's/^/# /' %s/log", dir);
	}
}

TEST(acpiexec_runs_the_dsdt_methods)
{
	if (sh("acpiexec -v >/dev/null 2>&1"))
		SKIP("acpiexec is not installed");
	REQUIRE(!build(&lpar1));
	REQUIRE(make_dir());
	save(ACPI_DSDT);
	check_method("\\_SB.L000._STA", "Integer");
	check_method("\\_SB.L03F._MAT", "Buffer");
	check_method("\\_SB.M01F._CRS", "Buffer");
	check_method("\\_SB.M000._OST 1 0 0", "No object was returned");
	check_method("\\_SB.GED._EVT 5", "No object was returned");
	check_method("\\_SB.LTEL 0x3F 1", "L03F");
	check_method("\\_SB.MTEL 0x1F 1", "M01F");
	check_method("\\_SB.PCI0.S01F._STA", "Integer");
	check_method("\\_SB.PCI0.S001._EJ0 1", "No object was returned");
	check_method("\\_SB.PTEL 0x1F 1", "S01F");
	sh("rm -r %s", dir);
}
