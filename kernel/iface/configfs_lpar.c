// SPDX-License-Identifier: GPL-2.0
/*
 * iface/configfs_lpar.c - the attributes of partitions/<name>/: the definition of an
 * LPAR, and the commands to it. Layer L4: may call part/.
 */
#include <linux/configfs.h>
#include <linux/string.h>

#include "part/channel.h"
#include "part/lpar.h"
#include "iface/attr.h"
#include "iface/configfs.h"
#include "iface/move.h"

static struct lpar *item_self(struct config_item *item)
{
	return to_lpar_item(item)->lpar;
}

/* Quotes the beginning of the first line that was written. */
static int item_refuse(struct lpar *lpar, const char *name, const char *page,
		       int err)
{
	int len = min_t(size_t, strcspn(page, "\n"), 40);
	char text[41];

	attr_printable(text, page, len);
	return lpar_refuse(lpar, err, "%s: invalid value \"%s\"", name, text);
}

static int item_show_state(struct lpar *lpar, char *buf, size_t size)
{
	return scnprintf(buf, size, "%s", lpar_state_word(lpar));
}

/* The reaction to an end of the guest of kind _end. */
#define ITEM_REACTION(_name, _end)					\
static int item_get_##_name(struct lpar *lpar, char *buf, size_t size)	\
{									\
	return lpar_show_reaction(lpar, _end, buf, size);		\
}									\
									\
static int item_set_##_name(struct lpar *lpar, const char *text)	\
{									\
	return lpar_set_reaction(lpar, _end, text);			\
}

ITEM_REACTION(on_reset, LPAR_END_RESET)
ITEM_REACTION(on_triple_fault, LPAR_END_TRIPLE_FAULT)
ITEM_REACTION(on_panic, LPAR_END_PANIC)

/* 0 is what the guest has by itself. */
static int item_get_memory_block(struct lpar *lpar, char *buf, size_t size)
{
	u64 bytes = lpar_want_memory_block(lpar);

	return bytes ? attr_format_size(buf, size, bytes) : scnprintf(buf, size, "auto");
}

static int item_set_memory_block(struct lpar *lpar, const char *text)
{
	u64 bytes = 0;
	int err = sysfs_streq(text, "auto") ? 0 : attr_parse_size(text, &bytes);

	/* "0" is no size of a block. */
	if (err || (!bytes && !sysfs_streq(text, "auto")))
		return item_refuse(lpar, "memory_block", text, err ?: -EINVAL);
	return lpar_set_memory_block(lpar, bytes);
}

static int item_move(struct lpar *lpar, const char *text)
{
	return move_parse(lpar, text, lpar_move);
}

static int item_move_check(struct lpar *lpar, const char *text)
{
	return move_parse(lpar, text, lpar_move_check);
}

LPAR_ATTR_SIZE(item_, ms_origin, lpar_want_ms_origin, lpar_set_ms_origin);
LPAR_ATTR_SIZE(item_, ms_size, lpar_want_ms_size, lpar_set_ms_size);
LPAR_ATTR_SIZE(item_, ms_expansion, lpar_want_ms_expansion,
	       lpar_set_ms_expansion);
LPAR_ATTR_SIZE(item_, es_size, lpar_want_es_size, lpar_set_es_size);
LPAR_ATTR_STRING(item_, shares, lpar_show_shares, lpar_set_shares);
LPAR_ATTR_STRING(item_, channels, lpar_show_channels, lpar_set_channels);
LPAR_ATTR_BOOL(item_, capped, lpar_want_capped, lpar_set_capped);
LPAR_ATTR_STRING(item_, notify, lpar_show_notify, lpar_set_notify);
LPAR_ATTR_STRING(item_, memory_block, item_get_memory_block, item_set_memory_block);
LPAR_ATTR_STRING(item_, kernel, lpar_show_kernel, lpar_set_kernel);
LPAR_ATTR_STRING(item_, initrd, lpar_show_initrd, lpar_set_initrd);
LPAR_ATTR_STRING(item_, cmdline, lpar_show_cmdline, lpar_set_cmdline);
LPAR_ATTR_STRING(item_, on_reset, item_get_on_reset, item_set_on_reset);
LPAR_ATTR_STRING(item_, on_triple_fault, item_get_on_triple_fault, item_set_on_triple_fault);
LPAR_ATTR_STRING(item_, on_panic, item_get_on_panic, item_set_on_panic);
LPAR_ATTR_STRING(item_, uuid, lpar_show_uuid, lpar_set_uuid);
LPAR_ATTR_VERB(item_, power, lpar_power);
LPAR_ATTR_REPORT(item_, integrate, lpar_show_integrate, lpar_integrate);
LPAR_ATTR_REPORT(item_, integrate_check, lpar_show_integrate_check,
		 lpar_integrate_check);
LPAR_ATTR_REPORT(item_, move, lpar_show_move, item_move);
LPAR_ATTR_REPORT(item_, move_check, lpar_show_move_check, item_move_check);
LPAR_ATTR_STRING_RO(item_, last_error, lpar_show_last_error);
LPAR_ATTR_U64_RO(item_, generation, lpar_generation);
LPAR_ATTR_STRING_RO(item_, state, item_show_state);

struct configfs_attribute *lpar_item_attrs[] = {
	&item_attr_ms_origin,
	&item_attr_ms_size,
	&item_attr_ms_expansion,
	&item_attr_es_size,
	&item_attr_shares,
	&item_attr_channels,
	&item_attr_capped,
	&item_attr_notify,
	&item_attr_memory_block,
	&item_attr_kernel,
	&item_attr_initrd,
	&item_attr_cmdline,
	&item_attr_on_reset,
	&item_attr_on_triple_fault,
	&item_attr_on_panic,
	&item_attr_uuid,
	&item_attr_power,
	&item_attr_integrate,
	&item_attr_integrate_check,
	&item_attr_move,
	&item_attr_move_check,
	&item_attr_last_error,
	&item_attr_generation,
	&item_attr_state,
	NULL
};
