// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/uart16550.c - registers and interrupts of a 16550A (PC16550D data
 * sheet), without timing.
 *
 * L0: calls only the callbacks in struct uart_env.
 */
#include "pure.h"

#include "vdev/uart16550.h"

/* Registers; the first two and the third change their meaning. */
enum {
	UART_DATA = 0,	/* RBR, THR; DLL while LCR_DLAB */
	UART_INTEN = 1,	/* IER; DLM while LCR_DLAB */
	UART_IDENT = 2,	/* read IIR, write FCR */
	UART_LINE = 3,
	UART_MODEM = 4,
	UART_LSTAT = 5,
	UART_MSTAT = 6,
	UART_SCRATCH = 7,
};

enum {
	IER_RDA = 0x01,
	IER_THRE = 0x02,
	IER_RLS = 0x04,
	IER_MS = 0x08,
	IER_ALL = 0x0f,

	IIR_MS = 0x00,
	IIR_NONE = 0x01,
	IIR_THRE = 0x02,
	IIR_RDA = 0x04,
	IIR_RLS = 0x06,
	IIR_TIMEOUT = 0x0c,
	IIR_FIFOS = 0xc0,

	FCR_ENABLE = 0x01,
	FCR_CLEAR_RX = 0x02,
	FCR_TRIGGER = 0xc0,

	LCR_DLAB = 0x80,

	MCR_DTR = 0x01,
	MCR_RTS = 0x02,
	MCR_OUT1 = 0x04,
	MCR_OUT2 = 0x08,
	MCR_LOOP = 0x10,
	MCR_ALL = 0x1f,

	LSR_DR = 0x01,
	LSR_OE = 0x02,
	LSR_THRE = 0x20,
	LSR_TEMT = 0x40,

	MSR_DCTS = 0x01,
	MSR_DDSR = 0x02,
	MSR_TERI = 0x04,
	MSR_DDCD = 0x08,
	MSR_DELTAS = 0x0f,
	MSR_CTS = 0x10,
	MSR_DSR = 0x20,
	MSR_RI = 0x40,
	MSR_DCD = 0x80,
	MSR_LINES = 0xf0,
	/* Somebody is always at the other end. */
	MSR_CONNECTED = MSR_CTS | MSR_DSR | MSR_DCD,
};

static unsigned int rx_capacity(const struct uart16550 *u)
{
	return u->fcr & FCR_ENABLE ? UART_FIFO_SIZE : 1;
}

static unsigned int rx_trigger(const struct uart16550 *u)
{
	static const u8 level[] = { 1, 4, 8, 14 };

	return u->fcr & FCR_ENABLE ? level[u->fcr >> 6] : 1;
}

/* Interrupt with the highest priority, as IIR names it. */
static u8 uart_cause(const struct uart16550 *u)
{
	if (u->ier & IER_RLS && u->lsr)
		return IIR_RLS;
	if (u->ier & IER_RDA && u->rx_len >= rx_trigger(u))
		return IIR_RDA;
	/* Four characters' time has always passed: there is no line. */
	if (u->ier & IER_RDA && u->rx_len)
		return IIR_TIMEOUT;
	if (u->ier & IER_THRE && u->thre_irq)
		return IIR_THRE;
	if (u->ier & IER_MS && u->msr & MSR_DELTAS)
		return IIR_MS;
	return IIR_NONE;
}

static void uart_update(struct uart16550 *u)
{
	bool level = uart_cause(u) != IIR_NONE;

	if (level == u->irq)
		return;
	u->irq = level;
	u->env->set_irq(u->ctx, level);
}

static void rx_clear(struct uart16550 *u)
{
	u->rx_head = 0;
	u->rx_len = 0;
}

static void rx_put(struct uart16550 *u, u8 byte)
{
	if (u->rx_len >= rx_capacity(u)) {
		u->lsr |= LSR_OE;
		return;
	}
	u->rx[(u->rx_head + u->rx_len++) % UART_FIFO_SIZE] = byte;
}

static u8 rx_get(struct uart16550 *u)
{
	u8 byte = u->rx[u->rx_head];

	u->rx_head = (u->rx_head + 1) % UART_FIFO_SIZE;
	u->rx_len--;
	return byte;
}

static void tell_room(struct uart16550 *u)
{
	if (u->env->rx_room && uart_rx_room(u))
		u->env->rx_room(u->ctx);
}

/* Set the modem lines and the delta bits of those that changed. */
static void modem_lines(struct uart16550 *u, u8 lines)
{
	u8 was = u->msr & MSR_LINES;
	u8 deltas = ((was ^ lines) >> 4) & (MSR_DCTS | MSR_DDSR | MSR_DDCD);

	/* RI counts at its trailing edge only. */
	if (was & MSR_RI && !(lines & MSR_RI))
		deltas |= MSR_TERI;
	u->msr = lines | (u->msr & MSR_DELTAS) | deltas;
}

static u8 loop_lines(u8 mcr)
{
	return (mcr & MCR_RTS ? MSR_CTS : 0) | (mcr & MCR_DTR ? MSR_DSR : 0) |
	       (mcr & MCR_OUT1 ? MSR_RI : 0) | (mcr & MCR_OUT2 ? MSR_DCD : 0);
}

static void write_mcr(struct uart16550 *u, u8 val)
{
	u8 was = u->mcr;

	u->mcr = val & MCR_ALL;
	if (val & MCR_LOOP)
		modem_lines(u, loop_lines(val));
	else if (was & MCR_LOOP)
		modem_lines(u, MSR_CONNECTED);
	if (was & MCR_LOOP && !(val & MCR_LOOP))
		tell_room(u);
}

static void write_data(struct uart16550 *u, u8 val)
{
	if (u->lcr & LCR_DLAB) {
		u->dll = val;
		return;
	}
	if (u->mcr & MCR_LOOP)
		rx_put(u, val);
	else
		u->env->tx(u->ctx, val);
	/* The transmitter is empty again at once: raise the interrupt. */
	u->thre_irq = true;
}

static void write_ier(struct uart16550 *u, u8 val)
{
	if (u->lcr & LCR_DLAB) {
		u->dlm = val;
		return;
	}
	/*
	 * Enabling the interrupt with the transmitter empty raises it, which
	 * Linux tests for.
	 */
	if (val & ~u->ier & IER_THRE)
		u->thre_irq = true;
	u->ier = val & IER_ALL;
}

static void write_fcr(struct uart16550 *u, u8 val)
{
	/* Turning the FIFOs on or off empties them. */
	if ((val ^ u->fcr) & FCR_ENABLE || val & FCR_CLEAR_RX)
		rx_clear(u);
	u->fcr = val & FCR_ENABLE ? val & (FCR_ENABLE | FCR_TRIGGER) : 0;
	tell_room(u);
}

/**
 * uart_write() - the guest writes a register
 * @u: the UART
 * @reg: register number, 0 to 7; others are ignored
 * @val: the byte
 *
 * Context: the caller's device lock held.
 */
void uart_write(struct uart16550 *u, unsigned int reg, u8 val)
{
	switch (reg) {
	case UART_DATA:
		write_data(u, val);
		break;
	case UART_INTEN:
		write_ier(u, val);
		break;
	case UART_IDENT:
		write_fcr(u, val);
		break;
	case UART_LINE:
		u->lcr = val;
		break;
	case UART_MODEM:
		write_mcr(u, val);
		break;
	case UART_SCRATCH:
		u->scr = val;
		break;
	default:
		break;
	}
	uart_update(u);
}

static u8 read_data(struct uart16550 *u)
{
	u8 val;

	if (u->lcr & LCR_DLAB)
		return u->dll;
	if (!u->rx_len)
		return 0;
	val = rx_get(u);
	/* Once per batch, not for each byte. */
	if (!u->rx_len)
		tell_room(u);
	return val;
}

static u8 read_iir(struct uart16550 *u)
{
	u8 cause = uart_cause(u);

	/* Reading IIR clears this one. */
	if (cause == IIR_THRE)
		u->thre_irq = false;
	return cause | (u->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

static u8 read_lsr(struct uart16550 *u)
{
	u8 val = u->lsr | LSR_THRE | LSR_TEMT | (u->rx_len ? LSR_DR : 0);

	u->lsr = 0;
	return val;
}

static u8 read_msr(struct uart16550 *u)
{
	u8 val = u->msr;

	u->msr &= MSR_LINES;
	return val;
}

/**
 * uart_read() - the guest reads a register
 * @u: the UART
 * @reg: register number, 0 to 7; others give all ones
 *
 * Context: the caller's device lock held.
 * Return: the byte.
 */
u8 uart_read(struct uart16550 *u, unsigned int reg)
{
	u8 val;

	switch (reg) {
	case UART_DATA:
		val = read_data(u);
		break;
	case UART_INTEN:
		val = u->lcr & LCR_DLAB ? u->dlm : u->ier;
		break;
	case UART_IDENT:
		val = read_iir(u);
		break;
	case UART_LINE:
		val = u->lcr;
		break;
	case UART_MODEM:
		val = u->mcr;
		break;
	case UART_LSTAT:
		val = read_lsr(u);
		break;
	case UART_MSTAT:
		val = read_msr(u);
		break;
	case UART_SCRATCH:
		val = u->scr;
		break;
	default:
		val = 0xff;
		break;
	}
	uart_update(u);
	return val;
}

/**
 * uart_rx_room() - how many bytes of input the UART takes now
 * @u: the UART
 *
 * Context: the caller's device lock held.
 * Return: bytes; 0 in loopback mode, which cuts the line off.
 */
size_t uart_rx_room(const struct uart16550 *u)
{
	unsigned int capacity = rx_capacity(u);

	if (u->mcr & MCR_LOOP || u->rx_len >= capacity)
		return 0;
	return capacity - u->rx_len;
}

/**
 * uart_rx() - input for the guest
 * @u: the UART
 * @bytes: the input
 * @len: how much of it
 *
 * Context: the caller's device lock held.
 * Return: bytes taken, from the start of @bytes; no more than fit, so there is no
 * overrun. env->rx_room() reports when there is room again.
 */
size_t uart_rx(struct uart16550 *u, const u8 *bytes, size_t len)
{
	size_t i, n = min(len, uart_rx_room(u));

	for (i = 0; i < n; i++)
		rx_put(u, bytes[i]);
	uart_update(u);
	return n;
}

/**
 * uart_reset() - power-on state; lowers the interrupt line
 * @u: the UART
 *
 * Context: the caller's device lock held.
 */
void uart_reset(struct uart16550 *u)
{
	bool irq = u->irq;

	*u = (struct uart16550){
		.env = u->env, .ctx = u->ctx, .irq = irq,
		.msr = MSR_CONNECTED, .dll = 1,
	};
	uart_update(u);
}

/**
 * uart_init() - set up a UART
 * @u: the UART
 * @env: effects outside; must outlive @u
 * @ctx: first argument of the callbacks in @env
 *
 * Context: any.
 */
void uart_init(struct uart16550 *u, const struct uart_env *env, void *ctx)
{
	*u = (struct uart16550){ .env = env, .ctx = ctx };
	uart_reset(u);
}

/* Registers are one byte wide; a wider access is one access per byte. */
static u64 uart_vdev_read(void *dev, u64 offset, unsigned int size)
{
	unsigned int i;
	u64 val = 0;

	for (i = 0; i < size; i++)
		val |= (u64)uart_read(dev, offset + i) << (i * 8);
	return val;
}

static void uart_vdev_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		uart_write(dev, offset + i, val >> (i * 8));
}

const struct vdev_ops uart_vdev_ops = {
	.read = uart_vdev_read,
	.write = uart_vdev_write,
};
