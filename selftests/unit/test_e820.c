// SPDX-License-Identifier: GPL-2.0
/* sources: boot/e820.c */

#include "pure.h"
#include "tap.h"
#include "boot/e820.h"
#include "vdev/layout.h"

static u64 ram_of(const struct boot_e820_entry *e, int n)
{
	u64 sum = 0;

	while (n--)
		if (e[n].type == BOOT_E820_RAM)
			sum += e[n].size;
	return sum;
}

/* Ascending, no overlap, nothing in the hole, exactly the RAM there is. */
static void check_map(u64 ram)
{
	struct boot_e820_entry e[BOOT_E820_NEEDED];
	int i, n = e820_build(ram, e);

	REQUIRE(n > 0 && n <= BOOT_E820_NEEDED);
	for (i = 0; i < n; i++) {
		CHECK(e[i].size > 0);
		if (i)
			CHECK(e[i].addr >= e[i - 1].addr + e[i - 1].size);
		CHECK(e[i].addr + e[i].size <= LAYOUT_HOLE_START ||
		      e[i].addr >= LAYOUT_HOLE_END);
	}
	/* The legacy area, from LOWRAM_END to 1 MiB, is not RAM. */
	CHECK_EQ(ram_of(e, n), ram - (LAYOUT_HIGHRAM - LAYOUT_LOWRAM_END));
	CHECK_EQ(e[n - 1].addr + e[n - 1].size, layout_gpa_of_ms(ram - 1) + 1);
}

TEST(map_is_valid_for_the_patents_sizes)
{
	check_map(256ULL << 20);
	check_map(128ULL << 20);
	check_map(384ULL << 20);
}

TEST(map_is_valid_around_the_hole)
{
	check_map(LAYOUT_HOLE_START - SZ_2M);
	check_map(LAYOUT_HOLE_START);
	check_map(LAYOUT_HOLE_START + (u64)SZ_2M);
	check_map(64ULL << 30);
}

TEST(map_is_valid_for_random_sizes)
{
	int i;

	for (i = 0; i < 2000; i++)
		check_map((1 + tap_below(1 << 20)) * SZ_2M);
}

TEST(acpi_area_is_of_type_acpi)
{
	struct boot_e820_entry e[BOOT_E820_NEEDED];
	int i, n = e820_build(SZ_256M, e), found = 0;

	for (i = 0; i < n; i++)
		found += e[i].addr == LAYOUT_ACPI &&
			 e[i].size == LAYOUT_ACPI_SIZE &&
			 e[i].type == BOOT_E820_ACPI;
	CHECK_EQ(found, 1);
}

TEST(too_small_or_too_large_is_refused)
{
	struct boot_e820_entry e[BOOT_E820_NEEDED];

	CHECK_EQ(e820_build(0, e), -EINVAL);
	CHECK_EQ(e820_build(LAYOUT_HIGHRAM, e), -EINVAL);
	CHECK_EQ(e820_build(U64_MAX, e), -EINVAL);
}
