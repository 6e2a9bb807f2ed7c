// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/lapic.c vdev/lapic_route.c vdev/lapic_timer.c vdev/ioapic.c */
/* max_len: 256 */

/*
 * Four local APICs and an IO-APIC with any accesses, compared with sets of vectors and with
 * the destinations that the manual's text gives (SDM volume 3, "Advanced Programmable
 * Interrupt Controller"). No interrupt is lost, doubled or delivered to another LIP.
 */
#include "pure.h"
#include "fuzz.h"

#include "vdev/ioapic.h"
#include "vdev/lapic.h"

#define LIPS	4
#define BASE	0xfee00000ULL

enum { XAPIC = 1, X2APIC, OFF = 0 };

struct model {
	u8 mode;
	bool sw, flat;
	u8 tpr, ldr;
	u32 error_lvt, errors;
	u32 irr[8], isr[8], tmr[8];	/* a bit for each vector */
};

static struct lapic lapic[LIPS];
static u32 page[LIPS][LAPIC_PAGE_SIZE / 4];
static struct model model[LIPS];

static struct ioapic ioapic;
static u64 rte[IOAPIC_PINS];	/* as written, with Remote IRR */
static bool high[IOAPIC_PINS];
static u32 sends, want_sends;

static struct apic_msg sent;
static u32 nr_sent;

#define RTE_LEVEL	0x8000ULL
#define RTE_MASKED	0x10000ULL
#define REMOTE_IRR	0x4000ULL

static bool has(const u32 *set, u8 vector)
{
	return set[vector / 32] >> vector % 32 & 1;
}

static void put(u32 *set, u8 vector, bool in)
{
	u32 bit = 1U << vector % 32;

	set[vector / 32] = in ? set[vector / 32] | bit : set[vector / 32] & ~bit;
}

static int highest(const u32 *set)
{
	int i = 255;

	while (i >= 0 && !set[i / 32])
		i -= 32;
	while (i >= 0 && !has(set, i))
		i--;
	return i;
}

/* Mostly one of a few, so that several things happen to the same */
static u8 any_vector(void)
{
	static const u8 vectors[] = { 0x31, 0x32, 0x41, 0xef };

	return fuzz_rarely(4) ? fuzz_byte() : vectors[fuzz_below(4)];
}

static u32 index_of(void *ctx)
{
	return (struct lapic *)ctx - lapic;
}

static void on_ipi(void *ctx, const struct apic_msg *msg)
{
	sent = *msg;
	nr_sent++;
}

static void on_eoi(void *ctx, u8 vector)
{
	FUZZ_CHECK(has(model[index_of(ctx)].tmr, vector), "%x is not level triggered", vector);
	ioapic_eoi(&ioapic, vector);
}

static void on_id_changed(void *ctx)
{
}

static const struct lapic_env lapic_env = {
	.ipi = on_ipi, .eoi = on_eoi, .id_changed = on_id_changed,
};

/* The model of a local APIC. */
static void model_reset(struct model *m, u8 mode)
{
	memset(m, 0, sizeof(*m));
	m->mode = mode;
	m->flat = true;
	m->error_lvt = RTE_MASKED;
}

static void model_error(struct model *m, u32 error)
{
	m->errors |= error;
	if (!(m->error_lvt & RTE_MASKED) && (u8)m->error_lvt >= 16)
		put(m->irr, m->error_lvt, true);
}

static bool model_accept(struct model *m, u8 vector, bool level)
{
	if (m->mode == OFF || !m->sw)
		return false;
	if (vector < 16) {
		model_error(m, 0x40);
		return false;
	}
	put(m->irr, vector, true);
	put(m->tmr, vector, level);
	return true;
}

static u8 model_ppr(const struct model *m)
{
	int isr = highest(m->isr);

	if (isr < 0 || m->tpr >> 4 >= isr >> 4)
		return m->tpr;
	return isr >> 4 << 4;
}

static int model_pending(const struct model *m)
{
	int irr = highest(m->irr);

	return m->mode != OFF && irr >= 0 && irr >> 4 > model_ppr(m) >> 4 ? irr : -1;
}

/* "Determining IPI Destination" */
static bool model_is_dest(u32 i, const struct apic_msg *msg)
{
	const struct model *m = &model[i];

	if (msg->dest == APIC_BROADCAST)
		return true;
	if (!msg->logical)
		return msg->dest == i;
	if (m->mode == X2APIC)		/* cluster 0 */
		return msg->dest >> 16 == 0 && msg->dest >> i & 1;
	if (msg->dest > 0xff)
		return false;
	if (m->flat)
		return msg->dest & m->ldr;
	return msg->dest >> 4 == m->ldr >> 4 && msg->dest & m->ldr & 15;
}

static u32 model_dests(const struct apic_msg *msg, u32 sender)
{
	bool fixed = msg->delivery <= APIC_LOWEST;
	u32 i, set = 0;

	for (i = 0; i < LIPS; i++) {
		if (model[i].mode == OFF || (fixed && !model[i].sw))
			continue;
		if (msg->shorthand == APIC_TO_OTHERS ? i != sender :
		    msg->shorthand == APIC_TO_ALL || model_is_dest(i, msg))
			set |= 1 << i;
	}
	return set;
}

/* Post a message as the machine does. False: there was no destination. */
static bool post(const struct apic_msg *msg, u32 sender)
{
	struct lapic_id ids[LIPS];
	u32 i, want = model_dests(msg, sender);
	u64 set;

	for (i = 0; i < LIPS; i++)
		ids[i] = lapic_id(&lapic[i]);
	set = lapic_route(ids, LIPS, (1 << LIPS) - 1, msg, sender);
	if (msg->delivery == APIC_LOWEST)
		FUZZ_CHECK(!(set & ~want) && !set == !want && !(set & (set - 1)), "%llx of %x",
			   set, want);
	else
		FUZZ_EQ(set, want, "destinations");
	for (i = 0; i < LIPS; i++) {
		if (!(set >> i & 1) || msg->delivery > APIC_LOWEST)
			continue;
		FUZZ_EQ(lapic_set_irr(&lapic[i], msg->vector, msg->level),
			model_accept(&model[i], msg->vector, msg->level), "accepted");
	}
	return set;
}

static bool on_deliver(void *ctx, const struct apic_msg *msg)
{
	sends++;
	return post(msg, LIPS);
}

static const struct ioapic_env ioapic_env = { .deliver = on_deliver };

/* IO-APIC: what a pin does after a change; the device has done it already. */
static void model_send(u32 pin)
{
	u32 delivery = rte[pin] >> 8 & 7;
	struct apic_msg msg = { .delivery = delivery, .logical = rte[pin] >> 11 & 1,
				.dest = rte[pin] >> 56 | (rte[pin] >> 49 & 0x7f) << 8 };

	if (rte[pin] & RTE_MASKED || delivery == APIC_SMI || delivery == APIC_EXTINT)
		return;
	want_sends++;
	if (msg.dest == 0xff)
		msg.dest = APIC_BROADCAST;
	if (rte[pin] & RTE_LEVEL && model_dests(&msg, LIPS))
		rte[pin] |= REMOTE_IRR;
}

static void model_level(u32 pin)
{
	if (rte[pin] & RTE_LEVEL && !(rte[pin] & REMOTE_IRR) && high[pin])
		model_send(pin);
}

static void model_io_eoi(u8 vector)
{
	u32 pin;

	for (pin = 0; pin < IOAPIC_PINS; pin++) {
		if (!(rte[pin] & REMOTE_IRR) || (u8)rte[pin] != vector)
			continue;
		rte[pin] &= ~REMOTE_IRR;
		model_level(pin);
	}
}

static void set_line(void)
{
	u32 pin = fuzz_below(4);
	bool up = fuzz_flip(), was = high[pin];

	high[pin] = up;
	if (up && rte[pin] & RTE_LEVEL)
		model_level(pin);
	else if (up && !was)
		model_send(pin);
	ioapic_set_line(&ioapic, pin, up);
}

static void write_rte(void)
{
	u32 pin = fuzz_below(4), low = any_vector() | fuzz_bytes(2) << 8, up;
	bool upper = fuzz_flip();

	low = (low & ~0x700U) | (fuzz_rarely(4) ? low & 0x700 : low & 0x100) |
	      (fuzz_rarely(4) ? RTE_MASKED : 0);
	up = fuzz_flip() ? 0xff000000 : fuzz_below(16) << 24;
	ioapic_write(&ioapic, 0, 4, 0x10 + 2 * pin + upper);
	if (upper)
		rte[pin] = (u32)rte[pin] | (u64)up << 32;
	else
		rte[pin] = (rte[pin] >> 32 << 32) | (low & 0x1afff) |
			   (low & RTE_LEVEL ? rte[pin] & REMOTE_IRR : 0);
	model_level(pin);
	ioapic_write(&ioapic, 0x10, 4, upper ? up : low);
	FUZZ_EQ(ioapic_read(&ioapic, 0x10, 4), upper ? rte[pin] >> 32 : (u32)rte[pin],
		"redirection entry");
}

/* Registers of the local APIC, by its page or by MSRs; false: not possible in this mode. */
static bool write_reg(u32 i, u32 reg, u64 val)
{
	if (model[i].mode == X2APIC)
		return !lapic_msr_write(&lapic[i], 0x800 + reg / 16, val, 0);
	if (model[i].mode == OFF)
		return false;
	FUZZ_CHECK(lapic_mmio_active(&lapic[i], BASE + reg), "the page");
	lapic_mmio_write(&lapic[i], reg, val, 0);
	return true;
}

static void write_eoi(u32 i)
{
	struct model *m = &model[i];
	int vector = highest(m->isr);

	if (m->mode == OFF)
		return;
	if (vector >= 0) {
		put(m->isr, vector, false);
		if (has(m->tmr, vector))
			model_io_eoi(vector);
	}
	write_reg(i, 0xb0, 0);
}

static void write_svr(u32 i)
{
	bool on = !fuzz_rarely(4);

	if (model[i].mode == OFF)
		return;
	if (model[i].sw && !on)
		model[i].error_lvt |= RTE_MASKED;
	model[i].sw = on;
	write_reg(i, 0xf0, 0xff | (on ? 0x100 : 0));
}

static void write_logical(u32 i)
{
	u8 ldr = fuzz_byte();

	if (model[i].mode != XAPIC)
		return;
	if (fuzz_flip()) {
		model[i].flat = ldr & 1;
		write_reg(i, 0xe0, ldr & 1 ? U32_MAX : 0x0fffffff);
	} else {
		model[i].ldr = ldr;
		write_reg(i, 0xd0, (u32)ldr << 24);
	}
}

static void write_error(u32 i)
{
	u32 val = fuzz_byte() | (fuzz_flip() ? RTE_MASKED : 0);

	if (model[i].mode == OFF)
		return;
	if (fuzz_flip()) {
		model[i].error_lvt = val | (model[i].sw ? 0 : RTE_MASKED);
		write_reg(i, 0x370, val);
		return;
	}
	write_reg(i, 0x280, 0);
	FUZZ_EQ(page[i][0x280 / 4], model[i].errors, "ESR");
	model[i].errors = 0;
}

/* "Valid Combinations for the ... Local xAPIC Interrupt Command Register" */
static bool ipi_valid(u32 delivery, u32 shorthand)
{
	if (delivery == APIC_FIXED)
		return true;
	if (delivery == APIC_SMI || delivery == 3 || delivery == APIC_EXTINT)
		return false;
	return shorthand == APIC_TO_DEST || shorthand == APIC_TO_OTHERS;
}

static void write_icr(u32 i)
{
	u8 vector = any_vector();
	u32 delivery = fuzz_rarely(2) ? fuzz_below(8) : fuzz_below(2), shorthand = fuzz_below(4);
	u32 dest = fuzz_byte(), icr = vector | delivery << 8 | shorthand << 18 | 0x4000;
	bool logical = fuzz_flip(), x2 = model[i].mode == X2APIC;
	struct model *m = &model[i];

	if (m->mode == OFF)
		return;
	icr |= logical ? 0x800 : 0;
	if (x2 && fuzz_rarely(4))
		dest = U32_MAX;
	nr_sent = 0;
	if (!x2)
		write_reg(i, 0x310, dest << 24);
	write_reg(i, 0x300, x2 ? (u64)dest << 32 | icr : icr);
	if (ipi_valid(delivery, shorthand) && delivery <= APIC_LOWEST && vector < 16)
		model_error(m, 0x20);
	else if (ipi_valid(delivery, shorthand) && shorthand == APIC_TO_SELF)
		model_accept(m, vector, false);
	else if (ipi_valid(delivery, shorthand))
		want_sends++;
	sends += nr_sent;
	if (!nr_sent)
		return;
	FUZZ_CHECK(sent.vector == vector && sent.delivery == delivery &&
		   sent.shorthand == shorthand && sent.logical == logical && !sent.level,
		   "IPI %x as %x", icr, sent.vector);
	FUZZ_EQ(sent.dest, !x2 && dest == 0xff ? APIC_BROADCAST : dest, "destination");
	post(&sent, i);
}

static void self_ipi(u32 i)
{
	u8 vector = any_vector();

	if (model[i].mode != X2APIC)
		return;
	if (vector < 16)
		model_error(&model[i], 0x20);
	else
		model_accept(&model[i], vector, false);
	write_reg(i, 0x3f0, vector);
}

static void write_base(u32 i)
{
	struct model *m = &model[i];
	u8 to = fuzz_below(4);	/* 3: x2APIC without enable, invalid */
	u64 val = BASE | (to == XAPIC ? 0x800 : to == X2APIC ? 0xc00 : to == 3 ? 0x400 : 0);
	bool good = to != 3 && !(to == X2APIC && m->mode == OFF) &&
		    !(to == XAPIC && m->mode == X2APIC);
	u64 now;

	FUZZ_EQ(lapic_msr_write(&lapic[i], 0x1b, val, 0), good ? 0 : -EINVAL, "mode");
	if (good && to != m->mode) {
		if (to == OFF || m->mode == OFF)
			model_reset(m, to);
		m->mode = to;
	}
	lapic_msr_read(&lapic[i], 0x1b, &now, 0);
	FUZZ_EQ(now & 0xc00, m->mode == X2APIC ? 0xc00 : m->mode == XAPIC ? 0x800 : 0, "mode");
}

static void take(u32 i)
{
	int vector = lapic_pending(&lapic[i]);

	FUZZ_EQ(vector, model_pending(&model[i]), "interrupt to be taken");
	if (vector < 0)
		return;
	lapic_ack(&lapic[i], vector);
	put(model[i].irr, vector, false);
	put(model[i].isr, vector, true);
}

static void write_tpr(u32 i)
{
	u8 val = fuzz_byte();

	if (fuzz_flip()) {
		lapic_set_cr8(&lapic[i], val & 15);
		model[i].tpr = (val & 15) << 4;
	} else if (write_reg(i, 0x80, val)) {
		model[i].tpr = val;
	}
	FUZZ_EQ(lapic_get_cr8(&lapic[i]), model[i].tpr >> 4, "CR8");
}

static void check_lip(u32 i)
{
	const struct model *m = &model[i];
	u32 w;

	for (w = 0; w < 8; w++) {
		FUZZ_EQ(page[i][0x200 / 4 + 4 * w], m->irr[w], "IRR");
		FUZZ_EQ(page[i][0x100 / 4 + 4 * w], m->isr[w], "ISR");
		FUZZ_EQ(page[i][0x180 / 4 + 4 * w], m->tmr[w], "TMR");
	}
	FUZZ_EQ(lapic_ppr(&lapic[i]), model_ppr(m), "PPR");
	FUZZ_EQ(lapic_id_accepts(lapic_id(&lapic[i])), m->mode != OFF && m->sw, "accepts");
	FUZZ_EQ(lapic_lowest_taken(&lapic[i]),
		m->mode == OFF || !m->sw ? 256 : (model_ppr(m) & 0xf0) + 16, "lowest");
}

static void send_msi(void)
{
	u64 addr = fuzz_rarely(8) ? fuzz_number() : BASE | fuzz_bytes(2) << 2;
	u32 data = any_vector() | (fuzz_byte() << 8 & ~0x600);
	struct apic_msg msg;

	FUZZ_EQ(apic_msg_from_msi(&msg, addr, data), addr >> 20 == 0xfee, "an MSI");
	if (addr >> 20 == 0xfee && msg.delivery <= APIC_LOWEST)
		post(&msg, LIPS);
}

static void step(u32 i)
{
	switch (fuzz_below(16)) {
	case 0 ... 1:
		set_line();
		break;
	case 2:
		write_rte();
		break;
	case 3 ... 4:
		write_eoi(i);
		break;
	case 5:
		write_svr(i);
		break;
	case 6:
		write_logical(i);
		break;
	case 7:
		write_error(i);
		break;
	case 8 ... 9:
		write_icr(i);
		break;
	case 10:
		self_ipi(i);
		break;
	case 11:
		write_base(i);
		break;
	case 12:
		write_tpr(i);
		break;
	case 13:
		send_msi();
		break;
	default:
		take(i);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 i;

	fuzz_start(data, size);
	for (i = 0; i < LIPS; i++) {
		lapic_init(&lapic[i], page[i], i, !i, 1, &lapic_env, &lapic[i]);
		model_reset(&model[i], XAPIC);
		model[i].sw = true;
		write_reg(i, 0xf0, 0x1ff);
	}
	ioapic_init(&ioapic, &ioapic_env, NULL);
	for (i = 0; i < IOAPIC_PINS; i++)
		rte[i] = RTE_MASKED;
	memset(high, 0, sizeof(high));
	sends = 0;
	want_sends = 0;
	while (fuzz_more()) {
		i = fuzz_below(LIPS);
		step(i);
		FUZZ_EQ(sends, want_sends, "messages sent");
		for (i = 0; i < LIPS; i++)
			check_lip(i);
	}
	return 0;
}
