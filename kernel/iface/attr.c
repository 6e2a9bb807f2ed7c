// SPDX-License-Identifier: GPL-2.0
/*
 * iface/attr.c - parse and format the values of attributes. Layer L4; calls nothing
 * else of lpar.
 */
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "iface/attr.h"

#define NUMBER_LEN	32

static const char units[] = "KMGT";

/* Copy @text to @buf without leading and trailing white space. */
static int copy_number(const char *text, char *buf)
{
	size_t len;

	text = skip_spaces(text);
	len = strlen(text);
	while (len && isspace(text[len - 1]))
		len--;
	if (!len)
		return -EINVAL;
	if (len >= NUMBER_LEN)
		return -ERANGE;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return 0;
}

/* No octal numbers: "010M" is ten. No sign: kstrtoull() would accept a "+". */
static int parse_number(const char *buf, u64 *value)
{
	bool hex = buf[0] == '0' && tolower(buf[1]) == 'x';

	if (!isdigit(buf[0]))
		return -EINVAL;
	return kstrtoull(buf, hex ? 16 : 10, value);
}

int attr_parse_u64(const char *text, u64 *value)
{
	char buf[NUMBER_LEN];
	int err = copy_number(text, buf);

	return err ?: parse_number(buf, value);
}

int attr_parse_size(const char *text, u64 *bytes)
{
	char buf[NUMBER_LEN];
	const char *unit = NULL;
	u64 value, scale = 1;
	int err = copy_number(text, buf);

	if (err)
		return err;
	unit = strchr(units, toupper(buf[strlen(buf) - 1]));
	if (unit && *unit) {
		scale = BIT_ULL(10 * (unit - units + 1));
		buf[strlen(buf) - 1] = '\0';
	}
	err = parse_number(buf, &value);
	if (err)
		return err;
	return check_mul_overflow(value, scale, bytes) ? -ERANGE : 0;
}

int attr_parse_bool(const char *text, bool *value)
{
	/* even index: false. Not kstrtobool(), which looks at one letter only */
	static const char *const words[] = {
		"0", "1", "n", "y", "no", "yes", "off", "on",
	};
	int i = sysfs_match_string(words, text);

	if (i < 0)
		return -EINVAL;
	*value = i & 1;
	return 0;
}

int attr_check_text(const char *text, size_t count)
{
	size_t len = strnlen(text, count);

	if (len != count)
		return -EINVAL;
	/* allow one newline at the end, as echo writes it */
	if (len && text[len - 1] == '\n')
		len--;
	return memchr(text, '\n', len) ? -EINVAL : 0;
}

void attr_printable(char *buf, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = isascii(text[i]) && isprint(text[i]) ? text[i] : '?';
	buf[len] = '\0';
}

int attr_format_size(char *buf, size_t size, u64 bytes)
{
	int unit = ARRAY_SIZE(units) - 1;	/* 0 is bytes, 1 is K */

	for (; bytes && unit; unit--)
		if (!(bytes & (BIT_ULL(10 * unit) - 1)))
			return scnprintf(buf, size, "%llu%c", bytes >> (10 * unit),
					 units[unit - 1]);
	return scnprintf(buf, size, "%llu", bytes);
}

ssize_t attr_show_size(char *page, u64 bytes)
{
	return attr_show_text(page, attr_format_size(page, PAGE_SIZE - 1, bytes));
}

ssize_t attr_show_u64(char *page, u64 value)
{
	return sysfs_emit(page, "%llu\n", value);
}

ssize_t attr_show_bool(char *page, bool value)
{
	return sysfs_emit(page, "%d\n", value);
}

ssize_t attr_show_text(char *page, int len)
{
	if (len < 0)
		return len;
	len = min_t(int, len, PAGE_SIZE - 2);
	page[len++] = '\n';
	page[len] = '\0';
	return len;
}

ssize_t attr_show_lines(char *page, int len)
{
	static const char more[] = "...\n";

	if (len <= 0)
		return len;
	if (len < (int)PAGE_SIZE - 2) {
		if (page[len - 1] != '\n')
			return attr_show_text(page, len);
		return len;
	}
	len = PAGE_SIZE - sizeof(more);
	while (len && page[len - 1] != '\n')
		len--;
	memcpy(page + len, more, sizeof(more));
	return len + sizeof(more) - 1;
}
