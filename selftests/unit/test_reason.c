// SPDX-License-Identifier: GPL-2.0
/* sources: model/reason.c model/state.c */

#include "pure.h"
#include "tap.h"
#include "lpar.h"
#include "boot/image.h"

static const char *reason_text(enum lpar_reason_code code, const char *who, u64 a, u64 b, u64 c)
{
	static char buf[256];
	struct lpar_reason why;

	lpar_reason_set(&why, code, who, a, b, c);
	lpar_reason_text(&why, buf, sizeof(buf));
	return buf;
}

TEST(reason_text_has_numbers_and_units)
{
	CHECK_STR(reason_text(LPAR_REASON_MS_EXPANSION, "LPAR1", 128 << 20, 64 << 20, 0),
		  "LPAR1 needs 128 MB more storage, but its expansion is only 64 MB");
	CHECK_STR(reason_text(LPAR_REASON_MS_UNALIGNED, "LPAR1", 3 << 10, 2 << 20, 0),
		  "LPAR1: 3 KB is not a multiple of the block size, 2 MB");
	CHECK_STR(reason_text(LPAR_REASON_MS_UNALIGNED, NULL, 5, 2 << 20, 0),
		  "5 bytes is not a multiple of the block size, 2 MB");
	CHECK_STR(reason_text(LPAR_REASON_SHARE_SUM, "LPAR1", 2, 60, 50),
		  "CPU 2 already has 60 percent assigned: 50 more would exceed 100");
	CHECK_STR(reason_text(LPAR_REASON_MEMORY_ERROR, "LPAR3", 1, 0x7c00, 0),
		  "LPAR3: LIP 1 consumed an uncorrectable memory error (rip 0x7c00)");
	CHECK_STR(reason_text(LPAR_REASON_TRIPLE_FAULT, "LPAR3", 1, 0x7c00, 0),
		  "LPAR3: LIP 1 had a triple fault at rip 0x7c00");
	CHECK_STR(reason_text(LPAR_REASON_EXIT, "LPAR3", 1, 0x41, 0x7c00),
		  "LPAR3: LIP 1: unhandled VM exit 0x41 (rip 0x7c00)");
	CHECK_STR(reason_text(LPAR_REASON_NO_MEMORY, NULL, 4 << 20, 0, 0),
		  "not enough host memory (4 MB requested)");
	CHECK_STR(reason_text(LPAR_REASON_NO_MEMORY, NULL, 0, 0, 0), "not enough host memory");
}

TEST(reason_text_of_an_errno_of_the_host)
{
	struct lpar_reason why = {};
	char buf[256];

	CHECK_STR(reason_text(LPAR_REASON_HW_OFF, "SVM", 2, 0, 0),
		  "SVM is switched off by the firmware on CPU 2");
	lpar_reason_errno(NULL, -EIO);
	lpar_reason_errno(&why, -EIO);
	lpar_reason_text(&why, buf, sizeof(buf));
	CHECK_STR(buf, "the host kernel returned errno 5");
	/* The reason that is there already says more. */
	lpar_reason_errno(&why, -ENOMEM);
	CHECK_EQ(why.code, LPAR_REASON_HOST);
	why.code = LPAR_REASON_NONE;
	lpar_reason_errno(&why, -ENOMEM);
	lpar_reason_text(&why, buf, sizeof(buf));
	CHECK_STR(buf, "not enough host memory");
}

TEST(reason_text_names_the_flaw_of_an_image)
{
	CHECK_STR(reason_text(LPAR_REASON_IMAGE_BAD, NULL, BOOT_FLAW_MAGIC, 0, 0),
		  "cannot load the kernel: neither a bzImage nor an ELF file");
	CHECK_STR(reason_text(LPAR_REASON_IMAGE_BAD, "A", BOOT_FLAW_PROTOCOL, 0x206, 0),
		  "A: cannot load the kernel: boot protocol older than 2.12 (2.06)");
	CHECK_STR(reason_text(LPAR_REASON_IMAGE_TRUNCATED, NULL, 92, 100, 8),
		  "the file is truncated by at least 8 bytes: it has 92 of 100");
}

/* Every code has a distinct text without unexpanded "%", and none is too long. */
TEST(every_reason_has_a_text)
{
	static char seen[LPAR_NR_REASONS][256];
	int i, j;

	for (i = 0; i < LPAR_NR_REASONS; i++) {
		strscpy(seen[i], reason_text(i, "a-name-of-all-thirty-one-lettrs", U64_MAX, U64_MAX,
					     U64_MAX), 256);
		CHECK(strlen(seen[i]) < 255);
		CHECK(!strchr(seen[i], '%') && !strchr(seen[i], '\n'));
		for (j = 0; j < i; j++)
			if (!strcmp(seen[i], seen[j]))
				tap_fail(__FILE__, __LINE__, "%d and %d: %s", i, j, seen[i]);
	}
	CHECK_STR(reason_text(LPAR_NR_REASONS, NULL, 0, 0, 0), "no error");
}

TEST(reason_text_is_truncated_to_the_buffer)
{
	struct lpar_reason why;
	char buf[8];

	lpar_reason_set(&why, LPAR_REASON_CANCELLED,
			"a-name-that-is-longer-than-thirty-two-letters", 0, 0, 0);
	CHECK_EQ(strlen(why.who), LPAR_NAME_LEN - 1);
	CHECK_EQ(lpar_reason_text(&why, buf, sizeof(buf)), 7);
	CHECK_STR(buf, "a-name-");
	CHECK_EQ(lpar_reason_text(&why, buf, 1), 0);
	CHECK_EQ(lpar_reason_text(&why, buf, 0), 0);
	lpar_reason_set(NULL, LPAR_REASON_CANCELLED, "x", 0, 0, 0);
}
