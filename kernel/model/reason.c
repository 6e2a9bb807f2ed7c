// SPDX-License-Identifier: GPL-2.0
/*
 * L0: reasons as one English line with the numbers; storage in MB where it comes
 * out even. Calls model/state for the words.
 */
#include "pure.h"
#include "lpar.h"
#include "boot/image.h"
#include "model/state.h"

/* How the three numbers of a reason are to be written. */
enum how {
	PLAIN,
	SIZE,		/* bytes, as MB or KB where even */
	HEX,
	STATE,
	VERB,
	FLAW,		/* enum boot_flaw */
	VERSION,	/* of the boot protocol: 0x020c is 2.12; 0: nothing */
};

/*
 * The text of each reason: %w is who, %W is "who: " or nothing where nobody is
 * named, %a %b %c are the numbers, written as the entry says.
 */
struct reason_text {
	const char *text;
	u8 a, b, c;	/* enum how */
};

static const struct reason_text texts[LPAR_NR_REASONS] = {
	[LPAR_REASON_NONE] = { "no error" },
	[LPAR_REASON_UNKNOWN_LPAR] = { "there is no LPAR \"%w\"" },
	[LPAR_REASON_BAD_NAME] = {
		"\"%w\" is no name for an LPAR: letters, digits, '-', '_' and '.', at most 31",
	},
	[LPAR_REASON_NAME_TAKEN] = { "there is an LPAR \"%w\" already" },
	[LPAR_REASON_TOO_MANY_LPARS] = { "there can be no more than %a LPARs" },
	[LPAR_REASON_STATE] = { "%w is %a: %b is not possible in this state", STATE, VERB },
	[LPAR_REASON_SAME_LPAR] = { "%w cannot be integrated into itself" },
	[LPAR_REASON_BUSY] = { "another operation runs on %w" },
	[LPAR_REASON_SYNTAX] = { "the value cannot be understood at column %a" },
	[LPAR_REASON_VALUE] = { "%a is out of range: %b to %c are possible" },

	[LPAR_REASON_MS_NO_POOL] = { "there is no storage pool yet: write storage/ms_size" },
	[LPAR_REASON_MS_NO_SIZE] = { "%w has no storage: its ms_size is 0" },
	[LPAR_REASON_MS_UNALIGNED] = { "%W%a is not a multiple of the block size, %b", SIZE, SIZE },
	[LPAR_REASON_MS_RANGE] = {
		"%W%b at origin %a does not fit into the storage pool of %c", SIZE, SIZE, SIZE
	},
	[LPAR_REASON_MS_OVERLAP] = {
		"the storage overlaps that of %w (%b at origin %a)", SIZE, SIZE
	},
	[LPAR_REASON_MS_EXPANSION] = {
		"%w can grow by %b only (its expansion), not by %a", SIZE, SIZE
	},
	[LPAR_REASON_MS_NO_ROOM] = { "%w needs %a of storage, %b are free", SIZE, SIZE },
	[LPAR_REASON_MS_POOL_USED] = { "%a of the storage pool are in use", SIZE },
	[LPAR_REASON_ES_NO_ROOM] = {
		"%w needs %a of expanded storage, %b are free", SIZE, SIZE
	},
	[LPAR_REASON_ES_SHRINK] = {
		"%w has %a of expanded storage, and cannot give any back before it is deactivated",
		SIZE
	},
	[LPAR_REASON_ES_POOL_USED] = { "%a of the expanded storage are in use", SIZE },

	[LPAR_REASON_SHARE_NONE] = { "%w has no LIP: its shares are empty" },
	[LPAR_REASON_SHARE_PCPU] = { "CPU %a is not the monitor's" },
	[LPAR_REASON_SHARE_PERCENT] = { "%a is no share: 1 to 100 percent are possible" },
	[LPAR_REASON_SHARE_SUM] = { "CPU %a has %b percent given away, %c more are over 100" },
	[LPAR_REASON_PCPU_USED] = { "%b percent of CPU %a are given away" },
	[LPAR_REASON_LIPS] = { "%w has %a LIPs, and no LIP number is left of its %b" },

	[LPAR_REASON_CHANNEL_UNKNOWN] = { "there is no channel %a" },
	[LPAR_REASON_CHANNEL_OWNED] = { "channel %a belongs to %w" },
	[LPAR_REASON_CHANNEL_SOURCE] = {
		"the source of channel %a is in use or cannot be opened (errno %b): see its last_error",
	},
	[LPAR_REASON_CHANNEL_FULL] = { "%w needs %a channel slots and has %b free" },

	[LPAR_REASON_NO_KERNEL] = { "%Wno kernel is named" },
	[LPAR_REASON_IMAGE_BAD] = { "%Wcannot load the kernel: %a%b", FLAW, VERSION },
	[LPAR_REASON_IMAGE_TRUNCATED] = {
		"%Wthe image is truncated by at least %c bytes: it has %a of %b",
	},
	[LPAR_REASON_IMAGE_SIZE] = { "%Wthe image needs %a, the LPAR has %b", SIZE, SIZE },
	[LPAR_REASON_IMAGE_FILE] = { "%Wthe kernel file cannot be read (errno %a)" },
	[LPAR_REASON_INITRD] = { "%Wthe initrd cannot be read (errno %a)" },
	[LPAR_REASON_CMDLINE] = { "%Wthe command line has %a characters, %b are possible" },

	[LPAR_REASON_HOST_ROOM] = {
		"the host has not enough memory: %a asked for, %b available, and %c stay with the host",
		SIZE, SIZE, SIZE
	},
	[LPAR_REASON_NOT_RAM] = {
		"%b at %a are not all RAM in the firmware's memory map", HEX, SIZE
	},
	[LPAR_REASON_NO_MEMORY] = { "the host has not enough memory (%a asked for)", SIZE },
	[LPAR_REASON_HOST] = { "%Wthe host refused (errno %a)" },
	[LPAR_REASON_HW_MISSING] = { "the processor has no %w" },
	[LPAR_REASON_TIMEOUT] = { "%w did not answer within %a ms" },
	[LPAR_REASON_CANCELLED] = { "%Wcancelled" },
	[LPAR_REASON_INJECTED] = { "step %a failed because it was told to (fault injection)" },

	[LPAR_REASON_TRIPLE_FAULT] = { "%WLIP %a had a triple fault at rip %b", PLAIN, HEX },
	[LPAR_REASON_MEMORY_ERROR] = {
		"%WLIP %a used memory with an uncorrectable error (rip %b)", PLAIN, HEX
	},
	[LPAR_REASON_NO_STORAGE] = {
		"%WLIP %a touched storage that the LPAR does not have: %c (rip %b)", PLAIN, HEX, HEX
	},
	[LPAR_REASON_NOT_EMULATED] = {
		"%WLIP %a: its access to %c at rip %b cannot be emulated", PLAIN, HEX, HEX
	},
	[LPAR_REASON_ENTRY] = {
		"%WLIP %a could not be entered: hardware error %b, reason %c", PLAIN, HEX, HEX
	},
	[LPAR_REASON_EXIT] = {
		"%WLIP %a left the guest for a reason that lpar does not handle: %b (rip %c)",
		PLAIN, HEX, HEX
	},
	[LPAR_REASON_RESET] = { "%Wthe guest asked for a reset" },
	[LPAR_REASON_INTERNAL] = { "%Wan error in lpar itself (%a)" },
};

struct out {
	char *buf;
	size_t size;
	size_t len;
};

static __printf(2, 3) void put(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->len += vscnprintf(o->buf + o->len, o->size - o->len, fmt, ap);
	va_end(ap);
}

static const char *flaw_text(u64 flaw)
{
	static const char * const text[] = {
		[BOOT_FLAW_NONE] = "no flaw",
		[BOOT_FLAW_MAGIC] = "neither a bzImage nor an ELF file",
		[BOOT_FLAW_PROTOCOL] = "its boot protocol is older than 2.12",
		[BOOT_FLAW_32BIT] = "it is a 32-bit kernel, a 64-bit one is needed",
		[BOOT_FLAW_MACHINE] = "it is not for x86-64",
		[BOOT_FLAW_ADDRESS] = "load address below 1 MB or above 3 GB",
		[BOOT_FLAW_SIZE] = "its header says that it is empty",
		[BOOT_FLAW_SEGMENTS] = "invalid ELF program headers",
		[BOOT_FLAW_MANY_SEGMENTS] = "more than 128 ELF program headers",
		[BOOT_FLAW_ENTRY] = "its entry point is outside of it",
	};

	return flaw < ARRAY_SIZE(text) ? text[flaw] : "unknown flaw";
}

static void put_number(struct out *o, u64 n, enum how how)
{
	if (how == STATE)
		put(o, "%s", state_name(n));
	else if (how == VERB)
		put(o, "%s", state_verb_name(n));
	else if (how == FLAW)
		put(o, "%s", flaw_text(n));
	else if (how == VERSION && n)
		put(o, ": %llu.%02llu", n >> 8 & 0xff, n & 0xff);
	else if (how == HEX)
		put(o, "0x%llx", n);
	else if (how == PLAIN)
		put(o, "%llu", n);
	else if (how == VERSION)
		return;
	else if (IS_ALIGNED(n, SZ_1M))
		put(o, "%llu MB", n / SZ_1M);
	else if (IS_ALIGNED(n, SZ_1K))
		put(o, "%llu KB", n / SZ_1K);
	else
		put(o, "%llu bytes", n);
}

static void put_field(struct out *o, char which, const struct lpar_reason *why,
		      const struct reason_text *t)
{
	switch (which) {
	case 'w':
		put(o, "%.*s", LPAR_NAME_LEN - 1, why->who[0] ? why->who : "the LPAR");
		break;
	case 'W':
		if (why->who[0])
			put(o, "%.*s: ", LPAR_NAME_LEN - 1, why->who);
		break;
	case 'a':
		put_number(o, why->a, t->a);
		break;
	case 'b':
		put_number(o, why->b, t->b);
		break;
	case 'c':
		put_number(o, why->c, t->c);
		break;
	}
}

int lpar_reason_text(const struct lpar_reason *why, char *buf, size_t size)
{
	const struct reason_text *t = &texts[LPAR_REASON_NONE];
	struct out o = { .buf = buf, .size = size };
	const char *p;

	if (!size)
		return 0;
	buf[0] = '\0';
	if ((unsigned int)why->code < LPAR_NR_REASONS && texts[why->code].text)
		t = &texts[why->code];
	for (p = t->text; *p; p++) {
		if (*p == '%' && p[1])
			put_field(&o, *++p, why, t);
		else
			put(&o, "%c", *p);
	}
	return (int)o.len;
}

void lpar_reason_set(struct lpar_reason *why, enum lpar_reason_code code, const char *who,
		     u64 a, u64 b, u64 c)
{
	if (!why)
		return;
	memset(why, 0, sizeof(*why));
	why->code = code;
	why->a = a;
	why->b = b;
	why->c = c;
	if (who)
		strscpy(why->who, who, sizeof(why->who));
}
