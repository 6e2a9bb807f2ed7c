// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/smbios.c */

/* SMBIOS tables, read as a guest does: entry point, structures, numbered strings. */
#include <string.h>

#include "pure.h"
#include "tap.h"
#include "vdev/smbios.h"

#define GPA	0xf0000

static u8 buf[SMBIOS_MAX + 16];
static const struct smbios_config lpar1 = {
	.name = "LPAR1",
	.uuid = { 0x40, 0x48, 0x44, 0x7d, 0xc0, 0x9d, 0xd1, 0x11,
		  0xb2, 0x45, 0x5f, 0xfd, 0xce, 0x74, 0xfa, 0xd2 },
};

static u64 get(const u8 *p, int len)
{
	u64 v = 0;

	memcpy(&v, p, len);
	return v;
}

static const u8 *text_of(const u8 *s)
{
	return s + s[1];
}

static const u8 *next_of(const u8 *s)
{
	const u8 *p = text_of(s);

	while (p[0] || p[1])
		p++;
	return p + 2;
}

static const u8 *find(u8 type)
{
	const u8 *s = buf + get(buf + 16, 8) - GPA;

	while (s[0] != type && s[0] != 127)
		s = next_of(s);
	return s[0] == type ? s : NULL;
}

/* The structure of that type in new tables for LPAR1. */
static const u8 *built(u8 type)
{
	smbios_build(&lpar1, buf, GPA);
	return find(type);
}

/* The string that the byte at the offset names. */
static const char *string(const u8 *s, int offset)
{
	const u8 *p = text_of(s);
	int n = s[offset];

	if (!n)
		return "";
	while (--n)
		p += strlen((const char *)p) + 1;
	return (const char *)p;
}

TEST(entry_point)
{
	u8 sum = 0;
	size_t used, i;

	memset(buf, 0xa5, sizeof(buf));
	used = smbios_build(&lpar1, buf, GPA);
	CHECK(!memcmp(buf, "_SM3_", 5));
	CHECK_EQ(buf[6], 24);
	for (i = 0; i < buf[6]; i++)
		sum += buf[i];
	CHECK_EQ(sum, 0);
	CHECK_EQ(buf[7], 3);
	/* the structures are behind it, and end where it says */
	CHECK_EQ(get(buf + 16, 8) % SMBIOS_ALIGN, 0);
	CHECK_EQ(get(buf + 16, 8) - GPA + get(buf + 12, 4), used);
	CHECK_EQ(next_of(find(127)) - buf, used);
	CHECK_EQ(buf[SMBIOS_MAX], 0xa5);
}

TEST(identity_of_the_system)
{
	const u8 *s = built(1);

	REQUIRE(s);
	CHECK_EQ(s[1], 0x1b);
	CHECK(!strcmp(string(s, 4), "lpar"));
	CHECK(!strcmp(string(s, 5), "LPAR"));
	CHECK(!strcmp(string(s, 7), "LPAR1"));
	CHECK(!memcmp(s + 8, lpar1.uuid, 16));
	s = built(3);
	REQUIRE(s);
	CHECK(!strcmp(string(s, 8), "LPAR1"));
}

TEST(firmware_is_of_a_virtual_machine)
{
	const u8 *s = built(0);

	REQUIRE(s);
	CHECK_EQ(s[1], 0x18);
	CHECK(s[19] & BIT(4));
	/* Linux: the year must be 2008 or later */
	CHECK_EQ(strlen(string(s, 8)), 10);
	CHECK(!strncmp(string(s, 8) + 6, "20", 2));
}

TEST(handles_differ)
{
	const u8 *s;
	u64 seen = 0;

	smbios_build(&lpar1, buf, GPA);
	for (s = buf + get(buf + 16, 8) - GPA; ; s = next_of(s)) {
		CHECK(!(seen & BIT_ULL(get(s + 2, 2))));
		seen |= BIT_ULL(get(s + 2, 2));
		if (s[0] == 127)
			break;
	}
}

TEST(longest_name_fits)
{
	struct smbios_config config = lpar1;

	memset(config.name, 'x', sizeof(config.name) - 1);
	CHECK(smbios_build(&config, buf, GPA) <= SMBIOS_MAX);
	CHECK_EQ(strlen(string(find(1), 7)), LPAR_NAME_LEN - 1);
}
