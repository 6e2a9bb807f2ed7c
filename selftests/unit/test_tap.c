// SPDX-License-Identifier: GPL-2.0
/* sources: */

/* The shim's helpers behave like the kernel's. */
#include "pure.h"
#include "tap.h"

TEST(shim_helpers_match_the_kernels)
{
	char buf[4];
	u64 sum;

	CHECK_EQ(GENMASK_ULL(51, 12), 0x000ffffffffff000ULL);
	CHECK_EQ(ALIGN(0x1001ULL, SZ_4K), 0x2000);
	CHECK_EQ(ilog2(SZ_2M), 21);
	CHECK_EQ(scnprintf(buf, sizeof(buf), "%s", "12345"), 3);
	CHECK_STR(buf, "123");
	CHECK_EQ(strscpy(buf, "abcd", sizeof(buf)), -E2BIG);
	CHECK_STR(buf, "abc");
	CHECK_EQ(strscpy(buf, "ab", sizeof(buf)), 2);
	CHECK(check_add_overflow(U64_MAX, 1ULL, &sum));
	CHECK_EQ(mul_u64_u64_shr(1ULL << 63, 6, 64), 3);
}
