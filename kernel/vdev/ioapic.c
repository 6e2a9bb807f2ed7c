// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/ioapic.c - redirection of 24 interrupt inputs.
 *
 * A level-triggered pin sends once, sets Remote IRR, and sends again only after an EOI
 * for its vector.
 * L0: calls only the callback in struct ioapic_env.
 */
#include "pure.h"

#include "vdev/ioapic.h"

#define IOREGSEL	0x00
#define IOWIN		0x10
#define IOEOI		0x40

#define IOAPIC_REG_ID	0x00
#define IOAPIC_REG_VER	0x01
#define IOAPIC_REG_ARB	0x02
#define IOAPIC_REG_PINS	0x10

#define IOAPIC_VERSION	(0x20 | (IOAPIC_PINS - 1) << 16)
#define IOAPIC_ID_MASK	0x0f000000

/* Redirection entry */
#define RTE_VECTOR	GENMASK_ULL(7, 0)
#define RTE_DELIVERY	8		/* shift, 3 bits */
#define RTE_LOGICAL	BIT_ULL(11)
#define RTE_PENDING	BIT_ULL(12)	/* read only; never seen set */
#define RTE_REMOTE_IRR	BIT_ULL(14)	/* read only */
#define RTE_LEVEL	BIT_ULL(15)
#define RTE_MASKED	BIT_ULL(16)
#define RTE_EXT_DEST	49		/* shift, 7 bits: destination 14:8 */
#define RTE_DEST	56		/* shift, 8 bits */
#define RTE_READ_ONLY	(RTE_PENDING | RTE_REMOTE_IRR)
#define RTE_WRITABLE	((GENMASK_ULL(16, 0) & ~RTE_READ_ONLY) | \
			 GENMASK_ULL(63, RTE_EXT_DEST))

static void ioapic_rte_msg(u64 rte, struct apic_msg *msg)
{
	u32 dest = rte >> RTE_DEST;

	/*
	 * Destination FFh is a broadcast, unless bits of KVM's extended
	 * destination ID are set.
	 */
	if (dest == 0xff && !(rte >> RTE_EXT_DEST & 0x7f))
		dest = APIC_BROADCAST;
	else
		dest |= (rte >> RTE_EXT_DEST & 0x7f) << 8;
	*msg = (struct apic_msg){
		.dest = dest,
		.vector = rte & RTE_VECTOR,
		.delivery = rte >> RTE_DELIVERY & 7,
		.logical = rte & RTE_LOGICAL,
		.level = rte & RTE_LEVEL,
		.assert = true,
	};
}

static void ioapic_pin_send(struct ioapic *io, unsigned int pin)
{
	u64 rte = io->pins[pin];
	struct apic_msg msg;

	if (rte & RTE_MASKED)
		return;
	ioapic_rte_msg(rte, &msg);
	if (msg.delivery == APIC_EXTINT || msg.delivery == APIC_SMI)
		return;
	if (io->env->deliver(io->ctx, &msg) && rte & RTE_LEVEL)
		io->pins[pin] |= RTE_REMOTE_IRR;
}

/* A level-triggered pin sends while its line is asserted and Remote IRR is clear. */
static void ioapic_pin_check_level(struct ioapic *io, unsigned int pin)
{
	u64 rte = io->pins[pin];

	if (rte & RTE_LEVEL && !(rte & RTE_REMOTE_IRR) && io->lines & BIT(pin))
		ioapic_pin_send(io, pin);
}

/**
 * ioapic_set_line() - change the level of an input
 * @io: the IO-APIC
 * @pin: input number; others are ignored
 * @level: asserted, regardless of the pin's polarity bit
 *
 * An edge on a masked pin is lost, as on the hardware.
 *
 * Context: the caller's device lock held.
 */
void ioapic_set_line(struct ioapic *io, unsigned int pin, bool level)
{
	bool was;

	if (pin >= IOAPIC_PINS)
		return;
	was = io->lines & BIT(pin);
	if (!level) {
		io->lines &= ~BIT(pin);
		return;
	}
	io->lines |= BIT(pin);
	if (io->pins[pin] & RTE_LEVEL)
		ioapic_pin_check_level(io, pin);
	else if (!was)
		ioapic_pin_send(io, pin);
}

/**
 * ioapic_eoi() - a local APIC ended a level-triggered interrupt
 * @io: the IO-APIC
 * @vector: its vector; clears Remote IRR of all pins with it
 *
 * Context: the caller's device lock held.
 */
void ioapic_eoi(struct ioapic *io, u8 vector)
{
	unsigned int pin;

	for (pin = 0; pin < IOAPIC_PINS; pin++) {
		u64 rte = io->pins[pin];

		if (!(rte & RTE_REMOTE_IRR) || (rte & RTE_VECTOR) != vector)
			continue;
		io->pins[pin] &= ~RTE_REMOTE_IRR;
		ioapic_pin_check_level(io, pin);
	}
}

static u32 ioapic_reg_read(const struct ioapic *io)
{
	u32 reg = io->select;
	u64 rte;

	switch (reg) {
	case IOAPIC_REG_ID:
	case IOAPIC_REG_ARB:
		return io->id;
	case IOAPIC_REG_VER:
		return IOAPIC_VERSION;
	}
	reg -= IOAPIC_REG_PINS;
	if (reg >= 2 * IOAPIC_PINS)
		return 0;
	reg = array_index_nospec(reg, 2 * IOAPIC_PINS);
	rte = io->pins[reg / 2];
	return reg & 1 ? upper_32_bits(rte) : lower_32_bits(rte);
}

static void ioapic_pin_write(struct ioapic *io, unsigned int pin, u64 rte)
{
	rte &= RTE_WRITABLE;
	/*
	 * Changing a pin to edge-triggered clears Remote IRR; systems without the
	 * EOI register end an interrupt this way.
	 */
	if (rte & RTE_LEVEL)
		rte |= io->pins[pin] & RTE_REMOTE_IRR;
	io->pins[pin] = rte;
	ioapic_pin_check_level(io, pin);
}

static void ioapic_reg_write(struct ioapic *io, u32 val)
{
	u32 reg = io->select;
	u64 rte;

	if (reg == IOAPIC_REG_ID) {
		io->id = val & IOAPIC_ID_MASK;
		return;
	}
	reg -= IOAPIC_REG_PINS;
	if (reg >= 2 * IOAPIC_PINS)
		return;
	reg = array_index_nospec(reg, 2 * IOAPIC_PINS);
	rte = io->pins[reg / 2];
	if (reg & 1)
		rte = (u64)val << 32 | lower_32_bits(rte);
	else
		rte = (rte & GENMASK_ULL(63, 32)) | val;
	ioapic_pin_write(io, reg / 2, rte);
}

/**
 * ioapic_read() - the guest reads the register window
 * @io: the IO-APIC
 * @offset: from its base address
 * @size: bytes
 *
 * Context: the caller's device lock held.
 * Return: the value; 0 where there is no register.
 */
u64 ioapic_read(struct ioapic *io, u64 offset, unsigned int size)
{
	switch (offset) {
	case IOREGSEL:
		return io->select;
	case IOWIN:
		return ioapic_reg_read(io) & vdev_mask(size);
	default:
		return 0;
	}
}

/**
 * ioapic_write() - the guest writes the register window
 * @io: the IO-APIC
 * @offset: from its base address
 * @size: bytes
 * @val: the value
 *
 * Context: the caller's device lock held.
 */
void ioapic_write(struct ioapic *io, u64 offset, unsigned int size, u64 val)
{
	val &= vdev_mask(size);
	switch (offset) {
	case IOREGSEL:
		io->select = val;
		break;
	case IOWIN:
		ioapic_reg_write(io, val);
		break;
	case IOEOI:
		ioapic_eoi(io, val);
		break;
	default:
		break;
	}
}

/**
 * ioapic_reset() - power-on state: every pin masked
 * @io: the IO-APIC
 *
 * The lines keep their levels: the devices drive them.
 *
 * Context: the caller's device lock held.
 */
void ioapic_reset(struct ioapic *io)
{
	unsigned int pin;

	io->id = 0;
	io->select = 0;
	for (pin = 0; pin < IOAPIC_PINS; pin++)
		io->pins[pin] = RTE_MASKED;
}

/**
 * ioapic_init() - set up an IO-APIC with all lines low
 * @io: the IO-APIC
 * @env: effects outside; must outlive @io
 * @ctx: first argument of the callback in @env
 *
 * Context: any.
 */
void ioapic_init(struct ioapic *io, const struct ioapic_env *env, void *ctx)
{
	*io = (struct ioapic){ .env = env, .ctx = ctx };
	ioapic_reset(io);
}

static u64 ioapic_vdev_read(void *dev, u64 offset, unsigned int size)
{
	return ioapic_read(dev, offset, size);
}

static void ioapic_vdev_write(void *dev, u64 offset, unsigned int size, u64 val)
{
	ioapic_write(dev, offset, size, val);
}

const struct vdev_ops ioapic_vdev_ops = {
	.read = ioapic_vdev_read,
	.write = ioapic_vdev_write,
};
