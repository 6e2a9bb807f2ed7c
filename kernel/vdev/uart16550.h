/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/uart16550.h - the console: a 16550A UART without a line rate.
 *
 * Output is sent at once, so the transmitter is always empty, and the baud rate has no
 * effect. The caller holds the LPAR's device lock; callbacks are made under
 * it and may only post and kick. L0: calls only those callbacks.
 */
#ifndef LPAR_VDEV_UART16550_H
#define LPAR_VDEV_UART16550_H

#include "pure.h"
#include "vdev/vdev.h"

#define UART_FIFO_SIZE 16

/**
 * struct uart_env - effects of a UART
 * @set_irq: interrupt line; called only when the level changes
 * @tx: one byte of output
 * @rx_room: the guest has read all input; may be NULL
 */
struct uart_env {
	void (*set_irq)(void *ctx, bool level);
	void (*tx)(void *ctx, u8 byte);
	void (*rx_room)(void *ctx);
};

/**
 * struct uart16550 - state of one UART
 * @env: effects outside
 * @ctx: first argument of the callbacks in @env
 * @ier: interrupt enable
 * @fcr: FIFO control, without self-clearing bits
 * @lcr: line control
 * @mcr: modem control
 * @lsr: line status, error bits only; the others are computed
 * @msr: modem status
 * @scr: scratch
 * @dll: divisor, low byte
 * @dlm: divisor, high byte
 * @thre_irq: "transmitter empty" interrupt is pending
 * @irq: level of the interrupt line
 * @rts_used: the guest has set Request To Send since reset
 * @rx_head: first byte of @rx
 * @rx_len: bytes in @rx
 * @rx_break: bit n: @rx[n] is a break
 * @rx: receive FIFO
 */
struct uart16550 {
	const struct uart_env *env;
	void *ctx;
	u8 ier, fcr, lcr, mcr, lsr, msr, scr, dll, dlm;
	bool thre_irq;
	bool irq;
	bool rts_used;
	u8 rx_head, rx_len;
	u16 rx_break;
	u8 rx[UART_FIFO_SIZE];
};

extern const struct vdev_ops uart_vdev_ops;

void uart_init(struct uart16550 *u, const struct uart_env *env, void *ctx);
void uart_reset(struct uart16550 *u);
u8 uart_read(struct uart16550 *u, unsigned int reg);
void uart_write(struct uart16550 *u, unsigned int reg, u8 val);
size_t uart_rx_room(const struct uart16550 *u);
size_t uart_rx(struct uart16550 *u, const u8 *bytes, size_t len);
bool uart_rx_break(struct uart16550 *u);

#endif
