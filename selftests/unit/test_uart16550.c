// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/uart16550.c */

/* The UART as Linux' 8250 driver detects, tests and drives it. */
#include "pure.h"
#include "tap.h"
#include "vdev/uart16550.h"

enum { RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR };

struct line {
	bool irq;
	unsigned int irqs, rooms, sent;
	u8 out[64];
};

static void line_irq(void *ctx, bool level)
{
	struct line *l = ctx;

	CHECK(l->irq != level);
	l->irq = level;
	l->irqs += level;
}

static void line_tx(void *ctx, u8 byte)
{
	struct line *l = ctx;

	l->out[l->sent++ % sizeof(l->out)] = byte;
}

static void line_room(void *ctx)
{
	((struct line *)ctx)->rooms++;
}

static const struct uart_env env = { line_irq, line_tx, line_room };

static struct uart16550 u;
static struct line ln;

static void fresh(void)
{
	ln = (struct line){ 0 };
	uart_init(&u, &env, &ln);
	ln.rooms = 0;
}

TEST(registers_after_power_on)
{
	fresh();
	CHECK_EQ(uart_read(&u, IER), 0);
	CHECK_EQ(uart_read(&u, IIR), 0x01);
	CHECK_EQ(uart_read(&u, LSR), 0x60);
	CHECK_EQ(uart_read(&u, MSR), 0xb0);
	CHECK_EQ(uart_rx_room(&u), 1);
}

/* PC16550D, "Line Status Register": a break is a 0 in the FIFO, reported when it is next */
TEST(break_is_reported_in_its_place)
{
	fresh();
	uart_write(&u, IIR, 1);			/* FIFOs on */
	uart_write(&u, IER, 0x05);		/* data and line status */
	CHECK_EQ(uart_rx(&u, (const u8 *)"a", 1), 1);
	CHECK(uart_rx_break(&u));
	CHECK_EQ(uart_rx(&u, (const u8 *)"h", 1), 1);
	CHECK_EQ(uart_read(&u, IIR) & 0xf, 0x04);
	CHECK_EQ(uart_read(&u, LSR), 0xe1);	/* an error in the FIFO, not yet next */
	CHECK_EQ(uart_read(&u, RBR), 'a');
	CHECK_EQ(uart_read(&u, IIR) & 0xf, 0x06);
	CHECK_EQ(uart_read(&u, LSR), 0xf1);
	CHECK_EQ(uart_read(&u, LSR), 0x61);	/* told once */
	CHECK_EQ(uart_read(&u, RBR), 0);
	CHECK_EQ(uart_read(&u, LSR), 0x61);
	CHECK_EQ(uart_read(&u, RBR), 'h');
	while (uart_rx_break(&u))
		;
	CHECK_EQ(uart_rx_room(&u), 0);
	uart_write(&u, IIR, 3);			/* clear */
	CHECK_EQ(uart_read(&u, LSR), 0x60);
	CHECK(!ln.irq);
}

/* A guest that has used RTS gets nothing while it is off. */
TEST(rts_holds_input_back)
{
	fresh();
	CHECK_EQ(uart_rx_room(&u), 1);
	uart_write(&u, MCR, 0x1a);		/* loopback: a driver's test */
	uart_write(&u, MCR, 0);
	CHECK_EQ(uart_rx_room(&u), 1);
	uart_write(&u, MCR, 3);
	CHECK_EQ(uart_rx_room(&u), 1);
	uart_write(&u, MCR, 1);
	CHECK_EQ(uart_rx_room(&u), 0);
	CHECK(!uart_rx_break(&u));
	ln.rooms = 0;
	uart_write(&u, MCR, 3);
	CHECK_EQ(ln.rooms, 1);
	CHECK_EQ(uart_rx_room(&u), 1);
	uart_write(&u, MCR, 0);
	uart_reset(&u);
	CHECK_EQ(uart_rx_room(&u), 1);
}

/* The sequence of the driver's autoconfig for a 16550A. */
TEST(linux_detects_a_16550a)
{
	fresh();
	uart_write(&u, IER, 0);
	CHECK_EQ(uart_read(&u, IER) & 0x0f, 0);
	uart_write(&u, IER, 0x0f);
	CHECK_EQ(uart_read(&u, IER) & 0x0f, 0x0f);
	uart_write(&u, IER, 0);
	/* loopback: RTS and OUT2 come back as CTS and DCD */
	uart_write(&u, MCR, 0x10 | 0x0a);
	CHECK_EQ(uart_read(&u, MSR) & 0xf0, 0x90);
	uart_write(&u, MCR, 0);
	CHECK_EQ(uart_read(&u, MSR) & 0xf0, 0xb0);
	/* no EFR behind LCR = 0xbf */
	uart_write(&u, LCR, 0xbf);
	uart_write(&u, IIR, 0);
	uart_write(&u, LCR, 0);
	uart_write(&u, IIR, 0x01);
	CHECK_EQ(uart_read(&u, IIR) >> 6, 3);
	uart_write(&u, LCR, 0x80);
	CHECK(uart_read(&u, IIR) != 0);
	uart_write(&u, LCR, 0);
	/* no XScale UUE bit */
	uart_write(&u, IER, 0x40);
	CHECK_EQ(uart_read(&u, IER), 0);
}

/* The driver's two tests of the THRE interrupt, at startup. */
TEST(linux_thre_interrupt_test_passes)
{
	u8 iir1, iir2;

	fresh();
	uart_write(&u, IER, 0x02);
	iir1 = uart_read(&u, IIR);
	uart_write(&u, IER, 0);
	uart_write(&u, IER, 0x02);
	iir2 = uart_read(&u, IIR);
	uart_write(&u, IER, 0);
	CHECK_EQ(iir1, 0x02);
	CHECK_EQ(iir2, 0x02);
	CHECK(!ln.irq);
	/* UART_BUG_TXEN: the interrupt is pending as soon as it is enabled. */
	uart_write(&u, IER, 0x02);
	CHECK_EQ(uart_read(&u, LSR) & 0x40, 0x40);
	CHECK(!(uart_read(&u, IIR) & 1));
}

TEST(thre_interrupt_on_each_byte)
{
	fresh();
	uart_write(&u, IER, 0x02);
	CHECK(ln.irq);
	CHECK_EQ(uart_read(&u, IIR), 0x02);
	CHECK(!ln.irq);
	CHECK_EQ(uart_read(&u, IIR), 0x01);
	uart_write(&u, RBR, 'x');
	CHECK(ln.irq);
	CHECK_EQ(ln.sent, 1);
	CHECK_EQ(ln.out[0], 'x');
	uart_write(&u, IER, 0);
	CHECK(!ln.irq);
	/* writing the same value does not enable it again */
	uart_write(&u, IER, 0x02);
	uart_read(&u, IIR);
	uart_write(&u, IER, 0x02);
	CHECK(!ln.irq);
}

TEST(receive_with_fifo_and_trigger_level)
{
	static const u8 in[] = "0123456789abcdefXYZ";
	int i;

	fresh();
	uart_write(&u, IIR, 0x81);	/* trigger at 8 */
	uart_write(&u, IER, 0x01);
	CHECK_EQ(uart_rx_room(&u), 16);
	CHECK_EQ(uart_rx(&u, in, 3), 3);
	CHECK(ln.irq);
	CHECK_EQ(uart_read(&u, IIR), 0xcc);
	CHECK_EQ(uart_rx(&u, in + 3, 16), 13);
	CHECK_EQ(uart_rx(&u, in, 1), 0);
	CHECK_EQ(uart_read(&u, IIR), 0xc4);
	for (i = 0; i < 16; i++) {
		CHECK_EQ(uart_read(&u, LSR), 0x61);
		CHECK_EQ(ln.rooms, 1);	/* by the FCR write */
		CHECK_EQ(uart_read(&u, RBR), in[i]);
	}
	CHECK_EQ(uart_read(&u, LSR), 0x60);
	CHECK_EQ(ln.rooms, 2);
	CHECK(!ln.irq);
	CHECK_EQ(uart_read(&u, RBR), 0);
	CHECK_EQ(ln.rooms, 2);
}

TEST(receive_without_fifo)
{
	fresh();
	uart_write(&u, IER, 0x01);
	CHECK_EQ(uart_rx(&u, (const u8 *)"ab", 2), 1);
	CHECK_EQ(uart_read(&u, IIR), 0x04);
	CHECK_EQ(uart_read(&u, RBR), 'a');
	CHECK_EQ(uart_rx_room(&u), 1);
}

/* PC16550D: bit 0 must be 1 when other bits of FCR are written, or they do nothing. */
TEST(fifo_control_without_fifos_keeps_the_byte)
{
	fresh();
	CHECK_EQ(uart_rx(&u, (const u8 *)"a", 1), 1);
	uart_write(&u, IIR, 0x06);
	CHECK_EQ(uart_rx_room(&u), 0);
	CHECK_EQ(uart_read(&u, RBR), 'a');
}

TEST(loopback_data_and_overrun)
{
	int i;

	fresh();
	uart_write(&u, IIR, 0x01);
	uart_write(&u, MCR, 0x10);
	CHECK_EQ(uart_rx(&u, (const u8 *)"a", 1), 0);
	for (i = 0; i < 17; i++)
		uart_write(&u, RBR, i);
	CHECK_EQ(ln.sent, 0);
	uart_write(&u, IER, 0x04);
	CHECK(ln.irq);
	CHECK_EQ(uart_read(&u, IIR), 0xc6);
	CHECK_EQ(uart_read(&u, LSR), 0x63);
	CHECK(!ln.irq);
	CHECK_EQ(uart_read(&u, LSR), 0x61);
	CHECK_EQ(uart_read(&u, RBR), 0);
	uart_write(&u, IIR, 0x03);	/* clear */
	CHECK_EQ(uart_read(&u, LSR), 0x60);
	/* leaving loopback reports room once */
	ln.rooms = 0;
	uart_write(&u, MCR, 0x10);
	CHECK_EQ(ln.rooms, 0);
	uart_write(&u, MCR, 0);
	uart_write(&u, MCR, 0x0b);
	CHECK_EQ(ln.rooms, 1);
	CHECK_EQ(uart_rx(&u, (const u8 *)"a", 1), 1);
}

TEST(modem_status_deltas)
{
	fresh();
	uart_write(&u, IER, 0x08);
	uart_write(&u, MCR, 0x1f);	/* all but RI were set before */
	CHECK_EQ(uart_read(&u, MSR), 0xf0);
	uart_write(&u, MCR, 0x10);
	CHECK(ln.irq);
	CHECK_EQ(uart_read(&u, IIR), 0x00);
	CHECK_EQ(uart_read(&u, MSR), 0x0f);
	CHECK(!ln.irq);
	CHECK_EQ(uart_read(&u, MSR), 0x00);
}

TEST(divisor_latch_replaces_data_and_ier)
{
	fresh();
	uart_write(&u, LCR, 0x83);
	uart_write(&u, 0, 0x34);
	uart_write(&u, 1, 0x12);
	CHECK_EQ(uart_read(&u, 0), 0x34);
	CHECK_EQ(uart_read(&u, 1), 0x12);
	uart_write(&u, LCR, 0x03);
	CHECK_EQ(uart_read(&u, IER), 0);
	CHECK_EQ(ln.sent, 0);
	uart_write(&u, SCR, 0x5a);
	CHECK_EQ(uart_read(&u, SCR), 0x5a);
}

TEST(reset_lowers_the_line)
{
	fresh();
	uart_write(&u, IER, 0x02);
	CHECK(ln.irq);
	uart_reset(&u);
	CHECK(!ln.irq);
	CHECK_EQ(uart_read(&u, IER), 0);
}

/* A wide access is a series of byte accesses; past the last port it reads 0xff. */
TEST(wide_access_is_split_into_bytes)
{
	fresh();
	uart_vdev_ops.write(&u, SCR, 2, 0x1177);
	CHECK_EQ(uart_vdev_ops.read(&u, SCR, 2), 0xff77);
	CHECK_EQ(uart_vdev_ops.read(&u, LSR, 4), 0xff77b060);
}

TEST(random_accesses_keep_invariants)
{
	int i;

	fresh();
	for (i = 0; i < 200000; i++) {
		u64 r = tap_rand();
		u8 in[20] = { 0 };

		switch (r & 3) {
		case 0:
			uart_write(&u, r >> 8 & 7, r >> 16);
			break;
		case 1:
			uart_read(&u, r >> 8 & 7);
			break;
		case 2:
			uart_rx(&u, in, r >> 8 & 0xf);
			break;
		}
		CHECK(u.rx_len <= UART_FIFO_SIZE);
		CHECK_EQ(!(uart_read(&u, LSR) & 1), !u.rx_len);
		CHECK_EQ(ln.irq, !!u.irq);
	}
}
