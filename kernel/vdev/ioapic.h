/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdev/ioapic.h - IO-APIC: 24 interrupt inputs, version 0x20 with an EOI
 * register (ICH datasheets, "APIC Memory-Mapped Registers").
 *
 * The caller holds the LPAR's device lock; the callback is made under it and
 * may only post and kick. L0: calls only that callback.
 */
#ifndef LPAR_VDEV_IOAPIC_H
#define LPAR_VDEV_IOAPIC_H

#include "pure.h"
#include "vdev/lapic.h"
#include "vdev/vdev.h"

#define IOAPIC_PINS 24

/**
 * struct ioapic_env - effects of an IO-APIC
 * @deliver: post @msg to its destinations. Return: false if there was none; a
 *	level-triggered pin then sends again at the next change.
 */
struct ioapic_env {
	bool (*deliver)(void *ctx, const struct apic_msg *msg);
};

/**
 * struct ioapic - state of one IO-APIC
 * @env: effects outside
 * @ctx: first argument of the callbacks in @env
 * @id: APIC id in bits 24-27; without effect
 * @select: IOREGSEL
 * @lines: inputs that are asserted, one bit each
 * @pins: redirection table
 */
struct ioapic {
	const struct ioapic_env *env;
	void *ctx;
	u32 id;
	u8 select;
	u32 lines;
	u64 pins[IOAPIC_PINS];
};

extern const struct vdev_ops ioapic_vdev_ops;

void ioapic_init(struct ioapic *io, const struct ioapic_env *env, void *ctx);
void ioapic_reset(struct ioapic *io);
u64 ioapic_read(struct ioapic *io, u64 offset, unsigned int size);
void ioapic_write(struct ioapic *io, u64 offset, unsigned int size, u64 val);
void ioapic_set_line(struct ioapic *io, unsigned int pin, bool level);
void ioapic_eoi(struct ioapic *io, u8 vector);

#endif
