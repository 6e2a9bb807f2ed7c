/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The boot loader image, which boots an LPAR from its own disk (tools/boot).
 */
#ifndef LPARADM_BOOTIMAGE_H
#define LPARADM_BOOTIMAGE_H

#include "lib/cmd.h"

/* Where lpar-mkboot puts it. */
#define BOOTIMAGE_DIR "/var/lib/lpar/boot"

/*
 * Before an IPL: if the LPAR has a block channel, but neither kernel nor initrd, make the boot
 * loader image its kernel and initrd, and show its messages if it has no command line. On an
 * error its attributes are as before.
 * Return: LPARADM_OK, also if there is nothing to do, or LPARADM_FAILED.
 */
int bootimage_prepare(const struct ctx *ctx, const char *name);

#endif
