// SPDX-License-Identifier: GPL-2.0
/* The UART at 0x3f8, polled, and a printf with %s %c %d %u %x %llx. */
#include "tiny.h"

#define UART_DATA	LAYOUT_UART_PORT
#define UART_LSR	(LAYOUT_UART_PORT + 5)
#define LSR_DATA	0x01
#define LSR_ROOM	0x20

struct out {
	char *buf;
	size_t size, len;
};

static int console_lock;

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len++] = c;
}

static void put_number(struct out *o, u64 n, unsigned int base, int width)
{
	char digits[24];
	int i = 0;

	do {
		digits[i++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n || i < width);
	while (i--)
		put(o, digits[i]);
}

static u64 next_number(va_list *ap, int longs, bool is_signed)
{
	if (longs)
		return va_arg(*ap, u64);
	return is_signed ? (u64)va_arg(*ap, int) : va_arg(*ap, unsigned int);
}

static void put_signed(struct out *o, long long n)
{
	if (n < 0)
		put(o, '-');
	put_number(o, n < 0 ? -n : n, 10, 0);
}

static const char *put_field(struct out *o, const char *p, va_list *ap)
{
	const char *s;
	int longs = 0;

	for (; *p == 'l'; p++)
		longs++;
	switch (*p) {
	case 's':
		for (s = va_arg(*ap, const char *); *s; s++)
			put(o, *s);
		break;
	case 'c':
		put(o, va_arg(*ap, int));
		break;
	case 'd':
		put_signed(o, (long long)next_number(ap, longs, true));
		break;
	case 'u':
		put_number(o, next_number(ap, longs, false), 10, 0);
		break;
	case 'x':
		put_number(o, next_number(ap, longs, false), 16, 0);
		break;
	default:
		put(o, *p);
	}
	return p + 1;
}

static void format(struct out *o, const char *p, va_list *ap)
{
	while (*p) {
		if (*p == '%')
			p = put_field(o, p + 1, ap);
		else
			put(o, *p++);
	}
	o->buf[o->len] = 0;
}

static void send(const char *text)
{
	for (; *text; text++) {
		while (!(inb(UART_LSR) & LSR_ROOM))
			pause();
		outb(UART_DATA, *text);
	}
}

void say(const char *fmt, ...)
{
	char buf[256];
	struct out o = { .buf = buf, .size = sizeof(buf) };
	va_list ap;

	va_start(ap, fmt);
	format(&o, fmt, &ap);
	va_end(ap);
	while (__atomic_exchange_n(&console_lock, 1, __ATOMIC_ACQUIRE))
		pause();
	send(buf);
	send("\n");
	__atomic_store_n(&console_lock, 0, __ATOMIC_RELEASE);
}

const char *why(const char *fmt, ...)
{
	static char buf[200];
	struct out o = { .buf = buf, .size = sizeof(buf) };
	va_list ap;

	va_start(ap, fmt);
	format(&o, fmt, &ap);
	va_end(ap);
	return buf;
}

int console_getc(void)
{
	return inb(UART_LSR) & LSR_DATA ? inb(UART_DATA) : -1;
}
