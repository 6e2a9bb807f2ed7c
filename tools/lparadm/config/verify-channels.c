// SPDX-License-Identifier: GPL-2.0
/*
 * Checking the channels of a file. The kernel would find these errors, too, but only after
 * LPARs have released their resources.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <net/if.h>

#include "config/machine.h"

#define SERIAL_MAX 20	/* as Documentation/ABI has it */

struct verify {
	const struct channel *c;
	const char *type;
	bool written;		/* it is added or changed */
	struct mistakes *bad;
};

__printf(3, 4)
static void verify_mistake(struct verify *v, const struct channel_attr *a, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mistakes_add(v->bad, a->line, "channel %u: %s", v->c->id, text);
}

static void verify_type(struct verify *v, const struct channel_attr *a)
{
	if (!channel_type_known(a->value))
		verify_mistake(v, a, "type %s: must be " CHANNEL_TYPES, a->value);
}

static void verify_flag(struct verify *v, const struct channel_attr *a)
{
	if (strcmp(a->value, "0") && strcmp(a->value, "1"))
		verify_mistake(v, a, "%s %s: must be 0 or 1", a->name, a->value);
}

static void verify_link(struct verify *v, const struct channel_attr *a)
{
	if (strcmp(a->value, "up") && strcmp(a->value, "down"))
		verify_mistake(v, a, "link %s: must be up or down", a->value);
}

/* A unicast address: not multicast, and not all zeros. */
static void verify_mac(struct verify *v, const struct channel_attr *a)
{
	unsigned int b[6];
	char text[18] = "";

	if (sscanf(a->value, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3],
		   &b[4], &b[5]) == 6)
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
			 b[0] & 0xfe, b[1] & 0xff, b[2] & 0xff, b[3] & 0xff,
			 b[4] & 0xff, b[5] & 0xff);
	if (strcmp(text, a->value) || !strcmp(text, "00:00:00:00:00:00"))
		verify_mistake(v, a, "mac %s is not a unicast address, e.g. 02:00:00:00:00:01",
			       a->value);
}

static void verify_serial(struct verify *v, const struct channel_attr *a)
{
	if (strlen(a->value) > SERIAL_MAX)
		verify_mistake(v, a, "serial %s is longer than %d characters", a->value,
			       SERIAL_MAX);
}

/*
 * The kernel opens the source only when it is written: that of an unchanged channel may
 * have vanished. Like an LPAR's images it is never relative to --sysroot.
 */
static void verify_disk(struct verify *v, const struct channel_attr *a)
{
	struct stat st;

	if (!*a->value)
		return;
	if (*a->value != '/')
		verify_mistake(v, a, "source %s is not an absolute path", a->value);
	else if (!v->written)
		return;
	else if (stat(a->value, &st))
		verify_mistake(v, a, "source %s does not exist", a->value);
	else if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		verify_mistake(v, a, "source %s is neither a file nor a block device", a->value);
}

static void verify_interface(struct verify *v, const struct channel_attr *a)
{
	const char *name = a->value;
	bool good = *name && strlen(name) < IFNAMSIZ && !strpbrk(name, "/:%") &&
		    strcmp(name, ".") && strcmp(name, "..");

	for (const char *c = name; *c; c++)
		good &= !isspace((unsigned char)*c);
	if (!good)
		verify_mistake(v, a, "source \"%s\" is not a valid interface name, e.g. lpar%u",
			       name, v->c->id);
}

static void verify_function(struct verify *v, const struct channel_attr *a)
{
	unsigned int domain, bus, device, function;
	char name[32] = "";

	if (sscanf(a->value, "%8x:%2x:%2x.%1o", &domain, &bus, &device, &function) == 4)
		snprintf(name, sizeof(name), "%04x:%02x:%02x.%o", domain, bus, device,
			 function);
	if (*a->value && strcmp(a->value, name))
		verify_mistake(v, a, "source %s is not a PCI function, e.g. 0000:00:04.0",
			       a->value);
}

static void verify_source(struct verify *v, const struct channel_attr *a)
{
	if (!strcmp(v->type, "block"))
		verify_disk(v, a);
	else if (!strcmp(v->type, "net"))
		verify_interface(v, a);
	else
		verify_function(v, a);
}

static const struct {
	const char *name;
	void (*verify)(struct verify *v, const struct channel_attr *a);
} checks[] = {
	{ "type", verify_type },
	{ "readonly", verify_flag },
	{ "direct", verify_flag },
	{ "link", verify_link },
	{ "mac", verify_mac },
	{ "serial", verify_serial },
	{ "source", verify_source },
};

/* Old files have keys of other types, with default values. */
static bool says_nothing(const struct verify *v, const struct channel_attr *a)
{
	char serial[SERIAL_MAX + 1];

	snprintf(serial, sizeof(serial), "lpar-%u", v->c->id);
	return !*a->value || !strcmp(a->value, "0") || !strcmp(a->value, serial);
}

static void verify_attr(struct verify *v, const struct channel_attr *a)
{
	char keys[CHANNEL_KEYS_TEXT];

	/* Without a valid type the other keys cannot be checked. */
	if (!channel_type_known(v->type) && strcmp(a->name, "type"))
		return;
	if (!channel_has_key(v->type, a->name)) {
		if (says_nothing(v, a))
			return;
		channel_keys(keys, v->type);
		verify_mistake(v, a, "type %s has no key %s; known keys: %s", v->type, a->name,
			       keys);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (!strcmp(checks[i].name, a->name))
			checks[i].verify(v, a);
}

/* The type, also if the file does not have it. */
static const char *type_of(const struct channel *now, const struct channel *want)
{
	const char *type = channel_get(want, "type");

	if (!type && now)
		type = channel_get(now, "type");
	return type ? type : CHANNEL_TYPE_NEW;
}

void machine_verify_channels(const struct machine *now, struct machine *want,
			     struct mistakes *bad)
{
	for (int i = 0; i < want->nchannels; i++) {
		const struct channel *c = &want->channels[i];
		const struct channel *is = channels_find(now->channels,
							 now->nchannels, c->id);
		struct verify v = {
			.c = c,
			.type = type_of(is, c),
			.written = !is || machine_channel_differs(is, c),
			.bad = bad,
		};

		int before = bad->nr;

		for (int k = 0; k < c->n; k++)
			verify_attr(&v, &c->attr[k]);
		want->channel_left_out[c->id] = bad->nr > before;
	}
}
