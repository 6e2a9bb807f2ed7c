// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/uart16550.c */

/*
 * The UART compared with a second one, written from the PC16550D data sheet: registers,
 * order of received bytes, output, and the interrupt line after every access.
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/uart16550.h"

#define MCR_RTS		2
#define MCR_LOOP	16

static struct uart16550 uart;
static bool line;
static u32 tx_count;
static u8 tx_last;

static struct {
	u8 ier, lcr, mcr, scr, dll, dlm, lines, deltas;
	bool fifo, overrun, empty_irq, rts_used;
	u8 trigger;		/* bits 6 and 7 of FCR */
	u32 len;
	struct {
		u8 byte;
		bool brk;
	} rx[16];
} m;

static void on_irq(void *ctx, bool level)
{
	FUZZ_CHECK(level != line, "the line is %u already", level);
	line = level;
}

static void on_tx(void *ctx, u8 byte)
{
	tx_count++;
	tx_last = byte;
}

static void on_room(void *ctx)
{
	FUZZ_CHECK(uart_rx_room(&uart), "there is no room");
}

static const struct uart_env env = { .set_irq = on_irq, .tx = on_tx, .rx_room = on_room };

static void model_reset(void)
{
	memset(&m, 0, sizeof(m));
	m.lines = 0xb0;
	m.dll = 1;
}

/* "Interrupt Identification Register": priorities 1 to 4 */
static u8 model_cause(void)
{
	static const u8 levels[] = { 1, 4, 8, 14 };
	u32 trigger = m.fifo ? levels[m.trigger >> 6] : 1;

	if (m.ier & 4 && (m.overrun || (m.len && m.rx[0].brk)))
		return 6;
	if (m.ier & 1 && m.len)
		return m.len >= trigger ? 4 : 12;
	if (m.ier & 2 && m.empty_irq)
		return 2;
	return m.ier & 8 && m.deltas ? 0 : 1;
}

static u32 model_room(void)
{
	u32 capacity = m.fifo ? 16 : 1;

	if (m.mcr & MCR_LOOP || (m.rts_used && !(m.mcr & MCR_RTS)))
		return 0;
	return m.len < capacity ? capacity - m.len : 0;
}

static void model_put(u8 byte, bool brk)
{
	if (m.len >= (m.fifo ? 16 : 1)) {
		m.overrun = true;
		return;
	}
	m.rx[m.len].byte = byte;
	m.rx[m.len++].brk = brk;
}

static u8 model_get(void)
{
	u8 byte = m.rx[0].byte;
	u32 i;

	if (!m.len)
		return 0;
	for (i = 1; i < m.len; i++)
		m.rx[i - 1] = m.rx[i];
	m.len--;
	return byte;
}

static u8 model_lsr(void)
{
	u8 val = 0x60;
	u32 i;

	val |= m.len ? 1 : 0;
	val |= m.overrun ? 2 : 0;
	for (i = 0; i < m.len; i++)
		val |= m.fifo && m.rx[i].brk ? 0x80 : 0;
	val |= m.len && m.rx[0].brk ? 0x10 : 0;
	m.rx[0].brk = false;
	m.overrun = false;
	return val;
}

static u8 model_read(u32 reg)
{
	u8 val;

	switch (reg) {
	case 0:
		return m.lcr & 0x80 ? m.dll : model_get();
	case 1:
		return m.lcr & 0x80 ? m.dlm : m.ier;
	case 2:
		val = model_cause();
		if (val == 2)
			m.empty_irq = false;
		return val | (m.fifo ? 0xc0 : 0);
	case 3:
		return m.lcr;
	case 4:
		return m.mcr;
	case 5:
		return model_lsr();
	case 6:
		val = m.lines | m.deltas;
		m.deltas = 0;
		return val;
	case 7:
		return m.scr;
	default:
		return 0xff;
	}
}

/* "Modem Control Register": in loopback mode the outputs are the inputs. */
static void model_mcr(u8 val)
{
	u8 was = m.lines, changed;

	m.mcr = val & 0x1f;
	if (!(val & MCR_LOOP)) {
		m.rts_used = m.rts_used || val & MCR_RTS;
		m.lines = 0xb0;
	} else {
		m.lines = (val & 1 ? 0x20 : 0) | (val & 2 ? 0x10 : 0) | (val & 4 ? 0x40 : 0) |
			  (val & 8 ? 0x80 : 0);
	}
	changed = was ^ m.lines;
	m.deltas |= (changed & 0x10 ? 1 : 0) | (changed & 0x20 ? 2 : 0) |
		    (was & 0x40 && changed & 0x40 ? 4 : 0) | (changed & 0x80 ? 8 : 0);
}

static void model_fcr(u8 val)
{
	bool on = val & 1;

	if (on != m.fifo || (on && val & 2))
		m.len = 0;
	m.fifo = on;
	m.trigger = val & 0xc0;
}

static void model_write(u32 reg, u8 val, u32 *tx)
{
	switch (reg) {
	case 0:
		if (m.lcr & 0x80) {
			m.dll = val;
			return;
		}
		m.empty_irq = true;
		if (m.mcr & MCR_LOOP)
			model_put(val, false);
		else
			++*tx;
		break;
	case 1:
		if (m.lcr & 0x80) {
			m.dlm = val;
			return;
		}
		m.empty_irq = m.empty_irq || (val & 2 && !(m.ier & 2));
		m.ier = val & 15;
		break;
	case 2:
		model_fcr(val);
		break;
	case 3:
		m.lcr = val;
		break;
	case 4:
		model_mcr(val);
		break;
	case 7:
		m.scr = val;
		break;
	}
}

static void guest_access(void)
{
	u32 size = 1 << fuzz_below(3), reg = fuzz_below(8), i, tx = tx_count;
	bool write = fuzz_flip();
	u64 val = write ? fuzz_number() : 0, got;

	if (fuzz_rarely(2))
		size = 1;
	if (write) {
		uart_vdev_ops.write(&uart, reg, size, val);
		for (i = 0; i < size; i++)
			model_write(reg + i, val >> 8 * i, &tx);
		FUZZ_EQ(tx_count, tx, "bytes sent");
		if (reg == 0 && size == 1 && tx)
			FUZZ_CHECK(m.lcr & 0x80 || m.mcr & MCR_LOOP || tx_last == (u8)val,
				   "sent %x", tx_last);
		return;
	}
	got = uart_vdev_ops.read(&uart, reg, size);
	for (i = 0; i < size; i++)
		val |= (u64)model_read(reg + i) << 8 * i;
	FUZZ_CHECK(got == val, "register %u, %u bytes: %llx, not %llx", reg, size, got, val);
}

static void host_input(void)
{
	u8 bytes[20];
	u32 n = fuzz_below(sizeof(bytes) + 1), i, take;

	for (i = 0; i < n; i++)
		bytes[i] = fuzz_byte();
	take = min(n, model_room());
	FUZZ_EQ(uart_rx(&uart, bytes, n), take, "bytes taken");
	for (i = 0; i < take; i++)
		model_put(bytes[i], false);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	bool room;

	fuzz_start(data, size);
	line = false;
	uart_init(&uart, &env, NULL);
	model_reset();
	while (fuzz_more()) {
		switch (fuzz_below(16)) {
		case 0:
			uart_reset(&uart);
			model_reset();
			break;
		case 1 ... 3:
			host_input();
			break;
		case 4:
			room = model_room();
			FUZZ_EQ(uart_rx_break(&uart), room, "break");
			if (room)
				model_put(0, true);
			break;
		default:
			guest_access();
		}
		FUZZ_EQ(line, model_cause() != 1, "interrupt line");
		FUZZ_EQ(uart_rx_room(&uart), model_room(), "room");
	}
	return 0;
}
