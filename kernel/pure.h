/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The types and helpers that L0 (model/ boot/ emul/ stage2/ vdev/) may use.
 *
 * An L0 .c file includes this first, and otherwise only L0 headers and UAPI
 * headers that also work in user space. User-space builds include
 * selftests/unit/shim/pure.h first; it has the same include guard and replaces
 * this file.
 */
#ifndef LPAR_PURE_H
#define LPAR_PURE_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>
#include <asm/rwonce.h>

#endif /* LPAR_PURE_H */
