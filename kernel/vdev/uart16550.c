// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/uart16550.c - registers and interrupts of a 16550A (PC16550D data
 * sheet), without timing.
 *
 * L0: calls only the callbacks in struct uart_env.
 */
#include "pure.h"
#include <linux/serial_reg.h>

#include "vdev/uart16550.h"

/* Carrier, data set ready and clear to send are always on. */
#define UART_MSR_CONNECTED	(UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD)
#define UART_MSR_LINES		(UART_MSR_DCD | UART_MSR_RI | UART_MSR_DSR | UART_MSR_CTS)
#define UART_IER_ALL		(UART_IER_MSI | UART_IER_RLSI | UART_IER_THRI | UART_IER_RDI)
#define UART_MCR_ALL		(UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_OUT1 | \
				 UART_MCR_RTS | UART_MCR_DTR)
#define UART_IIR_FIFOS		0xc0

static unsigned int uart_rx_capacity(const struct uart16550 *u)
{
	return u->fcr & UART_FCR_ENABLE_FIFO ? UART_FIFO_SIZE : 1;
}

static unsigned int uart_rx_trigger(const struct uart16550 *u)
{
	static const u8 level[] = { 1, 4, 8, 14 };

	return u->fcr & UART_FCR_ENABLE_FIFO ? level[u->fcr >> 6] : 1;
}

/* The next byte of the FIFO is a break. */
static bool uart_at_break(const struct uart16550 *u)
{
	return u->rx_len && u->rx_break & BIT(u->rx_head);
}

/* Interrupt with the highest priority, as IIR names it. */
static u8 uart_cause(const struct uart16550 *u)
{
	if (u->ier & UART_IER_RLSI && (u->lsr || uart_at_break(u)))
		return UART_IIR_RLSI;
	if (u->ier & UART_IER_RDI && u->rx_len >= uart_rx_trigger(u))
		return UART_IIR_RDI;
	/* Without a line rate, four characters' time has always passed. */
	if (u->ier & UART_IER_RDI && u->rx_len)
		return UART_IIR_RX_TIMEOUT;
	if (u->ier & UART_IER_THRI && u->thre_irq)
		return UART_IIR_THRI;
	if (u->ier & UART_IER_MSI && u->msr & UART_MSR_ANY_DELTA)
		return UART_IIR_MSI;
	return UART_IIR_NO_INT;
}

static void uart_update(struct uart16550 *u)
{
	bool level = uart_cause(u) != UART_IIR_NO_INT;

	if (level == u->irq)
		return;
	u->irq = level;
	u->env->set_irq(u->ctx, level);
}

static void uart_rx_clear(struct uart16550 *u)
{
	u->rx_head = 0;
	u->rx_len = 0;
	u->rx_break = 0;
}

static void uart_rx_put(struct uart16550 *u, u8 byte)
{
	if (u->rx_len >= uart_rx_capacity(u)) {
		u->lsr |= UART_LSR_OE;
		return;
	}
	u->rx[(u->rx_head + u->rx_len++) % UART_FIFO_SIZE] = byte;
}

static u8 uart_rx_get(struct uart16550 *u)
{
	u8 byte = u->rx[u->rx_head];

	u->rx_break &= ~BIT(u->rx_head);
	u->rx_head = (u->rx_head + 1) % UART_FIFO_SIZE;
	u->rx_len--;
	return byte;
}

static void uart_tell_room(struct uart16550 *u)
{
	if (u->env->rx_room && uart_rx_room(u))
		u->env->rx_room(u->ctx);
}

/* Set the modem lines and the delta bits of those that changed. */
static void uart_set_lines(struct uart16550 *u, u8 lines)
{
	u8 was = u->msr & UART_MSR_LINES;
	u8 deltas = ((was ^ lines) >> 4) & (UART_MSR_DCTS | UART_MSR_DDSR | UART_MSR_DDCD);

	/* RI counts at its trailing edge only. */
	if (was & UART_MSR_RI && !(lines & UART_MSR_RI))
		deltas |= UART_MSR_TERI;
	u->msr = lines | (u->msr & UART_MSR_ANY_DELTA) | deltas;
}

static u8 uart_loop_lines(u8 mcr)
{
	return (mcr & UART_MCR_RTS ? UART_MSR_CTS : 0) | (mcr & UART_MCR_DTR ? UART_MSR_DSR : 0) |
	       (mcr & UART_MCR_OUT1 ? UART_MSR_RI : 0) | (mcr & UART_MCR_OUT2 ? UART_MSR_DCD : 0);
}

static void uart_write_mcr(struct uart16550 *u, u8 val)
{
	size_t room = uart_rx_room(u);
	u8 was = u->mcr;

	u->mcr = val & UART_MCR_ALL;
	if (!(val & UART_MCR_LOOP) && val & UART_MCR_RTS)
		u->rts_used = true;
	if (val & UART_MCR_LOOP)
		uart_set_lines(u, uart_loop_lines(val));
	else if (was & UART_MCR_LOOP)
		uart_set_lines(u, UART_MSR_CONNECTED);
	if (!room)
		uart_tell_room(u);
}

static void uart_write_data(struct uart16550 *u, u8 val)
{
	if (u->lcr & UART_LCR_DLAB) {
		u->dll = val;
		return;
	}
	if (u->mcr & UART_MCR_LOOP)
		uart_rx_put(u, val);
	else
		u->env->tx(u->ctx, val);
	/* The transmitter is empty again at once: raise the interrupt. */
	u->thre_irq = true;
}

static void uart_write_ier(struct uart16550 *u, u8 val)
{
	if (u->lcr & UART_LCR_DLAB) {
		u->dlm = val;
		return;
	}
	/*
	 * Enabling the interrupt with the transmitter empty raises it, which
	 * Linux tests for.
	 */
	if (val & ~u->ier & UART_IER_THRI)
		u->thre_irq = true;
	u->ier = val & UART_IER_ALL;
}

static void uart_write_fcr(struct uart16550 *u, u8 val)
{
	bool on = val & UART_FCR_ENABLE_FIFO;

	/* Turning the FIFOs on or off empties them. While they are off, other bits do nothing. */
	if ((val ^ u->fcr) & UART_FCR_ENABLE_FIFO || (on && val & UART_FCR_CLEAR_RCVR))
		uart_rx_clear(u);
	u->fcr = on ? val & (UART_FCR_ENABLE_FIFO | UART_FCR_TRIGGER_MASK) : 0;
	uart_tell_room(u);
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
	case UART_TX:
		uart_write_data(u, val);
		break;
	case UART_IER:
		uart_write_ier(u, val);
		break;
	case UART_FCR:
		uart_write_fcr(u, val);
		break;
	case UART_LCR:
		u->lcr = val;
		break;
	case UART_MCR:
		uart_write_mcr(u, val);
		break;
	case UART_SCR:
		u->scr = val;
		break;
	default:
		break;
	}
	uart_update(u);
}

static u8 uart_read_data(struct uart16550 *u)
{
	u8 val;

	if (u->lcr & UART_LCR_DLAB)
		return u->dll;
	if (!u->rx_len)
		return 0;
	val = uart_rx_get(u);
	/* Once per batch, not for each byte. */
	if (!u->rx_len)
		uart_tell_room(u);
	return val;
}

static u8 uart_read_iir(struct uart16550 *u)
{
	u8 cause = uart_cause(u);

	/* Reading IIR clears this one. */
	if (cause == UART_IIR_THRI)
		u->thre_irq = false;
	return cause | (u->fcr & UART_FCR_ENABLE_FIFO ? UART_IIR_FIFOS : 0);
}

static u8 uart_read_lsr(struct uart16550 *u)
{
	u8 val = u->lsr | UART_LSR_THRE | UART_LSR_TEMT | (u->rx_len ? UART_LSR_DR : 0);

	if (u->rx_break && u->fcr & UART_FCR_ENABLE_FIFO)
		val |= UART_LSR_FIFOE;
	if (uart_at_break(u)) {
		val |= UART_LSR_BI;
		u->rx_break &= ~BIT(u->rx_head);
	}
	u->lsr = 0;
	return val;
}

static u8 uart_read_msr(struct uart16550 *u)
{
	u8 val = u->msr;

	u->msr &= UART_MSR_LINES;
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
	case UART_RX:
		val = uart_read_data(u);
		break;
	case UART_IER:
		val = u->lcr & UART_LCR_DLAB ? u->dlm : u->ier;
		break;
	case UART_IIR:
		val = uart_read_iir(u);
		break;
	case UART_LCR:
		val = u->lcr;
		break;
	case UART_MCR:
		val = u->mcr;
		break;
	case UART_LSR:
		val = uart_read_lsr(u);
		break;
	case UART_MSR:
		val = uart_read_msr(u);
		break;
	case UART_SCR:
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
 * Return: bytes; 0 in loopback mode, which disconnects the line, and while a guest
 * that has used Request To Send has it off. One that never does so has no flow control.
 */
size_t uart_rx_room(const struct uart16550 *u)
{
	unsigned int capacity = uart_rx_capacity(u);

	if (u->mcr & UART_MCR_LOOP || u->rx_len >= capacity)
		return 0;
	if (u->rts_used && !(u->mcr & UART_MCR_RTS))
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
		uart_rx_put(u, bytes[i]);
	uart_update(u);
	return n;
}

/**
 * uart_rx_break() - a break condition on the line
 * @u: the UART
 *
 * A byte 0 that LSR reports as a break (PC16550D, "Line Status Register").
 *
 * Context: the caller's device lock held.
 * Return: whether the UART took it; if not, env->rx_room() reports when there is room again.
 */
bool uart_rx_break(struct uart16550 *u)
{
	if (!uart_rx_room(u))
		return false;
	u->rx_break |= BIT((u->rx_head + u->rx_len) % UART_FIFO_SIZE);
	uart_rx_put(u, 0);
	uart_update(u);
	return true;
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
		.msr = UART_MSR_CONNECTED, .dll = 1,
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
