/* SPDX-License-Identifier: GPL-2.0 */
/*
 * iface/attr.h - macros that define configfs attributes.
 *
 * LPAR_ATTR_<KIND>(pfx, name, get, apply) defines the attribute pfx##attr_##name with
 * its show and store. The store parses one whole value, calls apply and returns its
 * error; locking is done in apply, in part/. The file that uses the macros defines
 *	pfx##self(item)			the object passed to get and apply
 *	pfx##refuse(self, name, page, err)	report that a value could not be parsed;
 *					returns err
 * Kinds: SIZE (bytes, K M G T), U64, BOOL; STRING and REPORT, whose get prints into a
 * buffer. _RO has no apply, VERB no get. Layer L4.
 */
#ifndef LPAR_IFACE_ATTR_H
#define LPAR_IFACE_ATTR_H

#include <linux/configfs.h>
#include <linux/mm.h>
#include <linux/types.h>

/* "384M": digits, decimal or hexadecimal with "0x", and at most one of K M G T. */
int attr_parse_size(const char *text, u64 *bytes);
int attr_parse_u64(const char *text, u64 *value);
int attr_parse_bool(const char *text, bool *value);
/* Is @text one line of @count bytes, without a NUL? */
int attr_check_text(const char *text, size_t count);

/* @len bytes of @text into @buf (@len + 1 bytes), with "?" for what no terminal should get. */
void attr_printable(char *buf, const char *text, size_t len);

/* In the largest unit that gives a whole number, without a newline. */
int attr_format_size(char *buf, size_t size, u64 bytes);

ssize_t attr_show_size(char *page, u64 bytes);
ssize_t attr_show_u64(char *page, u64 value);
ssize_t attr_show_bool(char *page, bool value);
/* @page holds @len bytes of one line: append a newline. */
ssize_t attr_show_text(char *page, int len);
/*
 * @page holds @len bytes of whole lines. If they filled the page, cut them after a
 * line and append a line "...".
 */
ssize_t attr_show_lines(char *page, int len);

/* A value of C type _type, with attr_show_##_kind() and attr_parse_##_kind(). */
#define LPAR_ATTR_VALUE(_pfx, _name, _type, _kind, _get, _apply)	\
static ssize_t _pfx##_name##_show(struct config_item *item, char *page)	\
{									\
	return attr_show_##_kind(page, _get(_pfx##self(item)));		\
}									\
									\
static ssize_t _pfx##_name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	_type value;							\
	int err = attr_check_text(page, count) ?:			\
		  attr_parse_##_kind(page, &value);			\
									\
	if (err)							\
		return _pfx##refuse(_pfx##self(item), #_name, page, err); \
	return _apply(_pfx##self(item), value) ?: (ssize_t)count;	\
}									\
									\
CONFIGFS_ATTR(_pfx, _name)

#define LPAR_ATTR_VALUE_RO(_pfx, _name, _kind, _get)			\
static ssize_t _pfx##_name##_show(struct config_item *item, char *page)	\
{									\
	return attr_show_##_kind(page, _get(_pfx##self(item)));		\
}									\
									\
CONFIGFS_ATTR_RO(_pfx, _name)

/* Text; _kind is text (one line) or lines. */
#define LPAR_ATTR_TEXT(_pfx, _name, _kind, _get, _apply)		\
static ssize_t _pfx##_name##_show(struct config_item *item, char *page)	\
{									\
	return attr_show_##_kind(page, _get(_pfx##self(item), page,	\
					    PAGE_SIZE - 1));		\
}									\
									\
static ssize_t _pfx##_name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	int err = attr_check_text(page, count);				\
									\
	if (err)							\
		return _pfx##refuse(_pfx##self(item), #_name, page, err); \
	return _apply(_pfx##self(item), page) ?: (ssize_t)count;	\
}									\
									\
CONFIGFS_ATTR(_pfx, _name)

#define LPAR_ATTR_TEXT_RO(_pfx, _name, _kind, _get)			\
static ssize_t _pfx##_name##_show(struct config_item *item, char *page)	\
{									\
	return attr_show_##_kind(page, _get(_pfx##self(item), page,	\
					    PAGE_SIZE - 1));		\
}									\
									\
CONFIGFS_ATTR_RO(_pfx, _name)

#define LPAR_ATTR_VERB(_pfx, _name, _apply)				\
static ssize_t _pfx##_name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	int err = attr_check_text(page, count);				\
									\
	if (err)							\
		return _pfx##refuse(_pfx##self(item), #_name, page, err); \
	return _apply(_pfx##self(item), page) ?: (ssize_t)count;	\
}									\
									\
CONFIGFS_ATTR_WO(_pfx, _name)

#define LPAR_ATTR_SIZE(_pfx, _name, _get, _apply)			\
	LPAR_ATTR_VALUE(_pfx, _name, u64, size, _get, _apply)
#define LPAR_ATTR_SIZE_RO(_pfx, _name, _get)				\
	LPAR_ATTR_VALUE_RO(_pfx, _name, size, _get)
#define LPAR_ATTR_U64(_pfx, _name, _get, _apply)			\
	LPAR_ATTR_VALUE(_pfx, _name, u64, u64, _get, _apply)
#define LPAR_ATTR_U64_RO(_pfx, _name, _get)				\
	LPAR_ATTR_VALUE_RO(_pfx, _name, u64, _get)
#define LPAR_ATTR_BOOL(_pfx, _name, _get, _apply)			\
	LPAR_ATTR_VALUE(_pfx, _name, bool, bool, _get, _apply)
#define LPAR_ATTR_STRING(_pfx, _name, _get, _apply)			\
	LPAR_ATTR_TEXT(_pfx, _name, text, _get, _apply)
#define LPAR_ATTR_STRING_RO(_pfx, _name, _get)				\
	LPAR_ATTR_TEXT_RO(_pfx, _name, text, _get)
/* Takes a name; shows a report of many lines. */
#define LPAR_ATTR_REPORT(_pfx, _name, _get, _apply)			\
	LPAR_ATTR_TEXT(_pfx, _name, lines, _get, _apply)
#define LPAR_ATTR_REPORT_RO(_pfx, _name, _get)				\
	LPAR_ATTR_TEXT_RO(_pfx, _name, lines, _get)

#endif
