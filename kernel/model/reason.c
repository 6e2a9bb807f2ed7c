// SPDX-License-Identifier: GPL-2.0
/*
 * L0: struct lpar_reason as one line of English; sizes in MB or KB where even.
 * Calls model/state for the names of states.
 */
#include "pure.h"
#include "lpar.h"
#include "boot/image.h"
#include "model/state.h"

/* How a number of a reason is printed. */
enum reason_format {
	PLAIN,
	SIZE,		/* bytes, as MB or KB where even */
	WANTED,		/* " (SIZE requested)"; 0: nothing */
	HEX,
	STATE,		/* enum lpar_state */
	VERB,		/* enum lpar_verb */
	FLAW,		/* enum boot_flaw */
	VERSION,	/* boot protocol: 0x020c is " (2.12)"; 0: nothing */
};

/*
 * %w is who, %W is "who: " or nothing if who is empty; %a %b %c are the numbers in
 * the entry's formats.
 */
struct reason_text {
	const char *text;
	u8 a, b, c;	/* enum reason_format */
};

static const struct reason_text reason_texts[LPAR_NR_REASONS] = {
	[LPAR_REASON_NONE] = { "no error" },
	[LPAR_REASON_UNKNOWN_LPAR] = { "there is no LPAR \"%w\"" },
	[LPAR_REASON_BAD_NAME] = {
		"invalid LPAR name \"%w\": use at most 31 letters, digits, '-', '_' or '.'",
	},
	[LPAR_REASON_NAME_TAKEN] = { "an LPAR \"%w\" already exists" },
	[LPAR_REASON_TOO_MANY_LPARS] = { "there are already %a LPARs, the maximum" },
	[LPAR_REASON_STATE] = { "%w is %a: cannot %b", STATE, VERB },
	[LPAR_REASON_SAME_LPAR] = { "%w cannot be integrated into itself" },
	[LPAR_REASON_BUSY] = { "another operation on %w is in progress" },
	[LPAR_REASON_SYNTAX] = { "syntax error at column %a" },
	[LPAR_REASON_VALUE] = { "%a is out of range: must be %b to %c" },

	[LPAR_REASON_MS_NO_POOL] = { "no storage pool: write its size to storage/ms_size" },
	[LPAR_REASON_MS_NO_SIZE] = { "%w has no storage: set its ms_size" },
	[LPAR_REASON_MS_UNALIGNED] = { "%W%a is not a multiple of the block size, %b", SIZE, SIZE },
	[LPAR_REASON_MS_RANGE] = {
		"%W%b at origin %a does not fit in the storage pool of %c", SIZE, SIZE, SIZE
	},
	[LPAR_REASON_MS_OVERLAP] = {
		"the storage overlaps that of %w (%b at origin %a)", SIZE, SIZE
	},
	[LPAR_REASON_MS_EXPANSION] = {
		"%w needs %a more storage, but its expansion is only %b", SIZE, SIZE
	},
	[LPAR_REASON_MS_NO_ROOM] = { "%w needs %a of storage, but only %b is free", SIZE, SIZE },
	[LPAR_REASON_MS_POOL_USED] = { "%a of the storage pool is in use", SIZE },
	[LPAR_REASON_MS_SHRINK] = {
		"%w has %a of storage: deactivate it before reducing that, or move a part of it",
		SIZE
	},
	[LPAR_REASON_ES_NO_ROOM] = {
		"%w needs %a of expanded storage, but only %b is free", SIZE, SIZE
	},
	[LPAR_REASON_ES_SHRINK] = {
		"%w has %a of expanded storage: deactivate it before reducing that", SIZE
	},
	[LPAR_REASON_ES_POOL_USED] = { "%a of the expanded storage is in use", SIZE },

	[LPAR_REASON_SHARE_NONE] = { "%w has no LIPs: set its shares" },
	[LPAR_REASON_SHARE_PCPU] = {
		"CPU %a does not belong to the monitor: add it to processors/online"
	},
	[LPAR_REASON_SHARE_PERCENT] = { "invalid share %a: must be 1 to 100 percent" },
	[LPAR_REASON_SHARE_SUM] = {
		"CPU %a already has %b percent assigned: %c more would exceed 100"
	},
	[LPAR_REASON_PCPU_OFFLINE] = { "CPU %a is not an online CPU of the host" },
	[LPAR_REASON_PCPU_USED] = { "CPU %a is in use: %b percent are assigned to LPARs" },
	[LPAR_REASON_LIPS] = { "%w cannot have more than %b LIPs" },
	[LPAR_REASON_SHARE_FEWER] = {
		"%w has %a LIPs, and its shares name %b: deactivate it before removing LIPs"
	},
	[LPAR_REASON_SHARE_MOVED] = {
		"LIP %a of %w is on CPU %b: deactivate it before moving that to CPU %c"
	},

	[LPAR_REASON_CHANNEL_UNKNOWN] = { "there is no channel %a" },
	[LPAR_REASON_CHANNEL_OWNED] = { "channel %a belongs to %w" },
	[LPAR_REASON_CHANNEL_SOURCE] = {
		"cannot open the source of channel %a (errno %b): see channels/%a/last_error",
	},
	[LPAR_REASON_CHANNEL_FULL] = { "%w needs %a channel slots, but only %b are free" },

	[LPAR_REASON_PART_NOTHING] = {
		"nothing to move from %w: name ms=, shares=, channels= or es="
	},
	[LPAR_REASON_PART_SELF] = { "%w cannot give a part of itself to itself" },
	[LPAR_REASON_PART_MS] = {
		"%w has %b of storage: it cannot give %a and keep at least %c", SIZE, SIZE, SIZE
	},
	[LPAR_REASON_PART_ES] = {
		"%w has %b of expanded storage: it cannot give %a", SIZE, SIZE
	},
	[LPAR_REASON_PART_SHARE] = { "%w has %c percent of CPU %a: it cannot give %b" },
	[LPAR_REASON_PART_LIP0] = {
		"%w keeps LIP 0, which is on CPU %a: it can give at most %c percent of that, not %b"
	},
	[LPAR_REASON_PART_CHANNEL] = { "channel %a does not belong to %w" },
	[LPAR_REASON_PART_RUNS] = {
		"%w is operating: it can only give shares of LIPs that it keeps; stop it first"
	},

	[LPAR_REASON_NO_KERNEL] = { "%Wno kernel: write its path to the attribute kernel" },
	[LPAR_REASON_IMAGE_BAD] = { "%Wcannot load the kernel: %a%b", FLAW, VERSION },
	[LPAR_REASON_IMAGE_TRUNCATED] = {
		"%Wthe file is truncated by at least %c bytes: it has %a of %b",
	},
	[LPAR_REASON_IMAGE_SIZE] = { "%Wthe kernel needs %a, but the LPAR has %b", SIZE, SIZE },
	[LPAR_REASON_IMAGE_FILE] = { "%Wthe kernel file cannot be read (errno %a)" },
	[LPAR_REASON_INITRD] = { "%Wthe initrd cannot be read (errno %a)" },
	[LPAR_REASON_CMDLINE] = { "%Wthe command line has %a characters, more than %b" },

	[LPAR_REASON_HOST_ROOM] = {
		"not enough host memory: %a requested, %b available (%c are kept for the host)",
		SIZE, SIZE, SIZE
	},
	[LPAR_REASON_NOT_RAM] = {
		"%b at %a is not all RAM in the firmware's memory map", HEX, SIZE
	},
	[LPAR_REASON_NO_MEMORY] = { "not enough host memory%a", WANTED },
	[LPAR_REASON_HOST] = { "%Wthe host kernel returned errno %a" },
	[LPAR_REASON_HW_USED] = { "%w is in use on CPU %a (by KVM?)" },
	[LPAR_REASON_HW_OFF] = { "%w is switched off by the firmware on CPU %a" },
	[LPAR_REASON_HW_FAILED] = { "%w cannot be enabled on CPU %a" },
	[LPAR_REASON_TIMEOUT] = { "%w did not answer within %a ms" },
	[LPAR_REASON_CANCELLED] = { "%Wcancelled" },
	[LPAR_REASON_INJECTED] = { "injected fault in step %a" },

	[LPAR_REASON_TRIPLE_FAULT] = { "%WLIP %a had a triple fault at rip %b", PLAIN, HEX },
	[LPAR_REASON_MEMORY_ERROR] = {
		"%WLIP %a consumed an uncorrectable memory error (rip %b)", PLAIN, HEX
	},
	[LPAR_REASON_NO_STORAGE] = {
		"%WLIP %a accessed %c, where the LPAR has no storage (rip %b)", PLAIN, HEX, HEX
	},
	[LPAR_REASON_NOT_EMULATED] = {
		"%WLIP %a: cannot emulate its access to %c (rip %b)", PLAIN, HEX, HEX
	},
	[LPAR_REASON_ENTRY] = {
		"%WLIP %a: VM entry failed: hardware error %b, exit reason %c", PLAIN, HEX, HEX
	},
	[LPAR_REASON_EXIT] = { "%WLIP %a: unhandled VM exit %b (rip %c)", PLAIN, HEX, HEX },
	[LPAR_REASON_RESET] = { "%Wthe guest asked for a reset" },
	[LPAR_REASON_PANIC] = { "%Wthe guest's kernel panicked" },
	[LPAR_REASON_INTERNAL] = { "%Winternal error in lpar (%a)" },
};

struct reason_buf {
	char *buf;
	size_t size;
	size_t len;
};

static __printf(2, 3) void reason_printf(struct reason_buf *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->len += vscnprintf(o->buf + o->len, o->size - o->len, fmt, ap);
	va_end(ap);
}

static const char *flaw_text(u64 flaw)
{
	static const char * const text[] = {
		[BOOT_FLAW_NONE] = "no error found",
		[BOOT_FLAW_MAGIC] = "neither a bzImage nor an ELF file",
		[BOOT_FLAW_PROTOCOL] = "boot protocol older than 2.12",
		[BOOT_FLAW_32BIT] = "a 32-bit kernel; it must be 64-bit",
		[BOOT_FLAW_MACHINE] = "not for x86-64",
		[BOOT_FLAW_ADDRESS] = "load address below 1 MB or above 3 GB",
		[BOOT_FLAW_SIZE] = "empty according to its header",
		[BOOT_FLAW_SEGMENTS] = "invalid ELF program headers",
		[BOOT_FLAW_MANY_SEGMENTS] = "more than 128 ELF program headers",
		[BOOT_FLAW_ENTRY] = "entry point outside the image",
	};

	return flaw < ARRAY_SIZE(text) ? text[flaw] : "unknown error";
}

/* What follows "cannot": the word of `power`, or a phrase for what is no command. */
static const char *verb_text(u64 verb)
{
	switch (verb) {
	case LPAR_SHUTDOWN:
		return "shut down";
	case LPAR_NMI:
		return "send an NMI";
	case LPAR_SET_RESOURCE:
	case LPAR_RESIZE:
		return "change this attribute";
	case LPAR_SET_IMAGE:
		return "change the kernel, initrd or cmdline";
	case LPAR_DONATE:
		return "be the donor of an integration";
	case LPAR_RECEIVE:
		return "be the receiver of an integration";
	case LPAR_GIVE:
		return "give resources to another LPAR";
	case LPAR_TAKE:
		return "take resources of another LPAR";
	default:
		return state_verb_name(verb);
	}
}

static void reason_put_size(struct reason_buf *o, u64 n)
{
	if (IS_ALIGNED(n, SZ_1M))
		reason_printf(o, "%llu MB", n / SZ_1M);
	else if (IS_ALIGNED(n, SZ_1K))
		reason_printf(o, "%llu KB", n / SZ_1K);
	else
		reason_printf(o, "%llu bytes", n);
}

static void reason_put_number(struct reason_buf *o, u64 n, enum reason_format format)
{
	switch (format) {
	case PLAIN:
		reason_printf(o, "%llu", n);
		break;
	case SIZE:
		reason_put_size(o, n);
		break;
	case WANTED:
		if (!n)
			break;
		reason_printf(o, " (");
		reason_put_size(o, n);
		reason_printf(o, " requested)");
		break;
	case HEX:
		reason_printf(o, "0x%llx", n);
		break;
	case STATE:
		reason_printf(o, "%s", state_name(n));
		break;
	case VERB:
		reason_printf(o, "%s", verb_text(n));
		break;
	case FLAW:
		reason_printf(o, "%s", flaw_text(n));
		break;
	case VERSION:
		if (n)
			reason_printf(o, " (%llu.%02llu)", n >> 8 & 0xff, n & 0xff);
		break;
	}
}

static void reason_put_field(struct reason_buf *o, char which, const struct lpar_reason *why,
			     const struct reason_text *t)
{
	switch (which) {
	case 'w':
		reason_printf(o, "%.*s", LPAR_NAME_LEN - 1, why->who[0] ? why->who : "the LPAR");
		break;
	case 'W':
		if (why->who[0])
			reason_printf(o, "%.*s: ", LPAR_NAME_LEN - 1, why->who);
		break;
	case 'a':
		reason_put_number(o, why->a, t->a);
		break;
	case 'b':
		reason_put_number(o, why->b, t->b);
		break;
	case 'c':
		reason_put_number(o, why->c, t->c);
		break;
	}
}

int lpar_reason_text(const struct lpar_reason *why, char *buf, size_t size)
{
	const struct reason_text *t = &reason_texts[LPAR_REASON_NONE];
	struct reason_buf o = { .buf = buf, .size = size };
	const char *p;

	if (!size)
		return 0;
	buf[0] = '\0';
	if ((unsigned int)why->code < LPAR_NR_REASONS && reason_texts[why->code].text)
		t = &reason_texts[why->code];
	for (p = t->text; *p; p++) {
		if (*p == '%' && p[1])
			reason_put_field(&o, *++p, why, t);
		else
			reason_printf(&o, "%c", *p);
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

void lpar_reason_errno(struct lpar_reason *why, int err)
{
	if (!why || why->code != LPAR_REASON_NONE)
		return;
	if (err == -ENOMEM)
		lpar_reason_set(why, LPAR_REASON_NO_MEMORY, NULL, 0, 0, 0);
	else
		lpar_reason_set(why, LPAR_REASON_HOST, NULL, -err, 0, 0);
}
