// SPDX-License-Identifier: GPL-2.0
/*
 * IPL from an LPAR's own disk. What is on the disk was written by a guest, so it is read only
 * inside of the LPAR: by the boot loader image, which is its kernel like any other. The
 * attributes keep it, so a reboot of the guest IPLs the boot loader again.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/bootimage.h"
#include "lib/channels.h"
#include "lib/request.h"

static const struct {
	const char *attr, *value;
} images[] = {
	{ "kernel", BOOTIMAGE_DIR "/vmlinuz" },
	{ "initrd", BOOTIMAGE_DIR "/initrd.img" },
};

#define BOOTIMAGE_CMDLINE "console=ttyS0 quiet"

static bool is_empty(const struct ctx *ctx, const char *name, const char *attr)
{
	char *text;
	bool empty;

	empty = !cfs_read(ctx, &text, CFS_DIR "/partitions/%s/%s", name, attr) && !*text;
	free(text);
	return empty;
}

static bool is_disk(const struct ctx *ctx, unsigned int id)
{
	char *type;
	bool disk;

	disk = !cfs_read(ctx, &type, CHANNELS_DIR "/%u/type", id) && !strcmp(type, "block");
	free(type);
	return disk;
}

static bool has_disk(const struct ctx *ctx, const char *name)
{
	char *list, *rest, *word;
	unsigned int id;
	bool has = false;

	cfs_read(ctx, &list, CFS_DIR "/partitions/%s/channels", name);
	rest = list;
	while (rest && (word = next_word(&rest)))
		has |= !channel_id(word, &id) && is_disk(ctx, id);
	free(list);
	return has;
}

/* Write the images and, if @cmdline, the command line. */
static int write_images(const struct ctx *ctx, const char *name, bool cmdline)
{
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		if (!lpar_write(ctx, name, images[i].attr, images[i].value))
			continue;
		while (i--)
			lpar_write(ctx, name, images[i].attr, "");
		return LPARADM_FAILED;
	}
	return cmdline ? lpar_write(ctx, name, "cmdline", BOOTIMAGE_CMDLINE) : LPARADM_OK;
}

int bootimage_prepare(const struct ctx *ctx, const char *name)
{
	if (!is_empty(ctx, name, "kernel") || !is_empty(ctx, name, "initrd") ||
	    !has_disk(ctx, name))
		return LPARADM_OK;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		if (!cfs_exists(ctx, "%s", images[i].value))
			return fail(name, "ipl",
				    "no kernel is set, and %s is missing: run lpar-mkboot",
				    images[i].value);
	return write_images(ctx, name, is_empty(ctx, name, "cmdline"));
}
