/* SPDX-License-Identifier: GPL-2.0 */
/*
 * part/place.h - directories of configfs that belong to no single LPAR: their last_error.
 * Layer L3; iface/ includes this.
 */
#ifndef LPAR_PART_PLACE_H
#define LPAR_PART_PLACE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

/**
 * enum lpar_place - a directory with a last_error of its own
 * @LPAR_PLACE_STORAGE: storage/
 * @LPAR_PLACE_PROCESSORS: processors/
 * @LPAR_PLACE_CHANNELS: channels/: a mkdir that was refused
 * @LPAR_PLACE_PARTITIONS: partitions/: likewise
 */
enum lpar_place {
	LPAR_PLACE_STORAGE,
	LPAR_PLACE_PROCESSORS,
	LPAR_PLACE_CHANNELS,
	LPAR_PLACE_PARTITIONS,
	LPAR_NR_PLACES
};

/**
 * lpar_place_begin() - a request begins: last_error = ""
 * @place: where
 *
 * Context: process.
 */
void lpar_place_begin(enum lpar_place place);

/**
 * lpar_place_refuse() - a line for last_error and for the kernel's log
 * @place: where
 * @err: -errno
 * @fmt: the line
 *
 * Context: process; any lock of part/ may be held.
 * Return: @err.
 */
__printf(3, 4)
int lpar_place_refuse(enum lpar_place place, int err, const char *fmt, ...);

/**
 * lpar_place_end() - the request is over
 * @place: where
 * @err: its result; an error without a line yet gets one with the errno
 *
 * Context: process.
 * Return: @err.
 */
int lpar_place_end(enum lpar_place place, int err);

/* Prints last_error into @buf; returns the length. */
int lpar_place_show_error(enum lpar_place place, char *buf, size_t size);

#endif
