// SPDX-License-Identifier: GPL-2.0
/*
 * Check that an initrd is not truncated: better an error here than a guest that panics.
 * An uncompressed archive has the length of each entry ("initramfs buffer format"); an
 * xz stream has a magic number at its end. Other formats would have to be unpacked to
 * check them, and are accepted. Layer L3.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat.h"
#include "part/part.h"

/* Header of a "newc" entry: magic, then 13 numbers of 8 hexadecimal digits. */
#define CPIO_HEADER	110
#define CPIO_FILESIZE	54
#define CPIO_NAMESIZE	94

/* Limit of zero padding between archives. */
#define PADDING_MAX	SZ_64K

static bool is_cpio(const u8 *header)
{
	return !memcmp(header, "070701", 6) || !memcmp(header, "070702", 6);
}

/* -EINVAL if these are not hexadecimal digits. */
static int cpio_number(const u8 *header, unsigned int at, u64 *number)
{
	u8 bytes[4];

	if (hex2bin(bytes, header + at, sizeof(bytes)))
		return -EINVAL;
	*number = (u64)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
		  bytes[3];
	return 0;
}

/* End of the entry at @at; 0 if it is not a valid entry. */
static u64 cpio_end(const u8 *header, u64 at)
{
	u64 name, data;

	if (!is_cpio(header) || cpio_number(header, CPIO_NAMESIZE, &name) ||
	    cpio_number(header, CPIO_FILESIZE, &data))
		return 0;
	/* without padding, which is often missing after the last entry */
	return ALIGN(at + CPIO_HEADER + name, 4) + data;
}

static int refuse_truncated(const struct host_image *image, u64 need,
			    struct lpar_reason *why)
{
	lpar_reason_set(why, LPAR_REASON_IMAGE_TRUNCATED, NULL, image->size,
			need, need - image->size);
	return -ENODATA;
}

static int check_xz(const struct host_image *image, u64 at,
		    struct lpar_reason *why)
{
	static const u8 magic[] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
	u8 head[sizeof(magic)], tail[2];
	int err;

	if (image->size - at < sizeof(head))
		return 0;
	err = host_image_pread(image, at, head, sizeof(head));
	if (err || memcmp(head, magic, sizeof(magic)))
		return err;
	err = host_image_pread(image, image->size - 2, tail, sizeof(tail));
	if (err || !memcmp(tail, "YZ", 2) || !memcmp(tail, "\0\0", 2))
		return err;
	return refuse_truncated(image, image->size + 1, why);
}

/* Less than a header is left: check that no entry begins there. */
static int check_rest(const struct host_image *image, u64 at,
		      struct lpar_reason *why)
{
	u8 head[5];
	int err;

	if (at + sizeof(head) > image->size || at + CPIO_HEADER <= image->size)
		return 0;
	err = host_image_pread(image, at, head, sizeof(head));
	if (err || memcmp(head, "07070", sizeof(head)))
		return err;
	return refuse_truncated(image, at + CPIO_HEADER, why);
}

int initrd_check(const struct host_image *image, struct lpar_reason *why)
{
	u8 header[CPIO_HEADER];
	u64 at = 0, zeroes = 0, end;
	int err;

	while (at + CPIO_HEADER <= image->size && zeroes < PADDING_MAX) {
		err = host_image_pread(image, at, header, sizeof(header));
		if (err)
			return err;
		if (!memcmp(header, "\0\0\0\0", 4)) {
			zeroes += 4;
			at += 4;
			continue;
		}
		end = cpio_end(header, at);
		if (!end)
			return check_xz(image, at, why);
		if (end > image->size)
			return refuse_truncated(image, end, why);
		zeroes = 0;
		at = ALIGN(end, 4);
	}
	return check_rest(image, at, why);
}
