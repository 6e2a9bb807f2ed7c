// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/lapic_route.c - the destinations of a message.
 *
 * The sender determines them from snapshots, so that it never accesses a local APIC of
 * another thread (SDM, "Determining IPI Destination"). L0: calls
 * nothing.
 */
#include "pure.h"

#include "vdev/lapic.h"
#include "vdev/lapic_regs.h"

#define MSI_BASE	0xfee00000ULL
#define MSI_BASE_MASK	0xfff00000ULL

static bool lapic_matches_x2apic(u32 ldr, u32 dest)
{
	return ldr >> 16 == dest >> 16 && ldr & dest & 0xffff;
}

static bool lapic_matches_xapic(u64 word, u32 dest)
{
	u8 ldr = word >> LAPIC_ID_LDR;

	if (dest > 0xff)
		return false;
	if (word & LAPIC_ID_FLAT)
		return ldr & dest;
	return ldr >> 4 == dest >> 4 && ldr & dest & 0xf;
}

/**
 * lapic_id_accepts() - does this local APIC accept fixed interrupts?
 * @id: its snapshot
 *
 * NMI, INIT and start-up IPIs need the hardware enable only.
 *
 * Context: any.
 * Return: true when it is enabled by hardware and by software.
 */
bool lapic_id_accepts(struct lapic_id id)
{
	return id.word & LAPIC_ID_HW_ON && id.word & LAPIC_ID_SW_ON;
}

/**
 * lapic_matches() - does a destination include this local APIC?
 * @id: its snapshot
 * @dest: destination as in struct apic_msg
 * @logical: @dest is a logical one
 *
 * Context: any.
 * Return: true if so; never for a disabled APIC.
 */
bool lapic_matches(struct lapic_id id, u32 dest, bool logical)
{
	u32 apic_id = lower_32_bits(id.word);

	if (!(id.word & LAPIC_ID_HW_ON))
		return false;
	if (dest == APIC_BROADCAST)
		return true;
	if (!logical)
		return apic_id == dest;
	if (id.word & LAPIC_ID_X2APIC)
		return lapic_matches_x2apic(x2apic_ldr(apic_id), dest);
	return lapic_matches_xapic(id.word, dest);
}

static bool lapic_is_target(struct lapic_id id, const struct apic_msg *msg, bool self)
{
	bool fixed = msg->delivery == APIC_FIXED ||
		     msg->delivery == APIC_LOWEST;

	if (!(id.word & LAPIC_ID_HW_ON) || (fixed && !lapic_id_accepts(id)))
		return false;
	switch (msg->shorthand) {
	case APIC_TO_SELF:
		return self;
	case APIC_TO_ALL:
		return true;
	case APIC_TO_OTHERS:
		return !self;
	default:
		return lapic_matches(id, msg->dest, msg->logical);
	}
}

/* One of @set, chosen by vector to distribute sources over LIPs. */
static u64 lapic_pick_one(u64 set, u8 vector)
{
	unsigned int skip;

	if (!set)
		return 0;
	for (skip = vector % hweight64(set); skip; skip--)
		set &= set - 1;
	return set & -set;
}

/**
 * lapic_route() - the destinations of a message
 * @ids: snapshots, indexed by LIP
 * @count: how many, at most 64
 * @present: bit n: LIP n exists and @ids[n] is valid
 * @msg: the message
 * @sender: LIP that sends it, for the shorthands; @count or more: none
 *
 * Context: any; @ids does not change meanwhile.
 * Return: bit n: LIP n is a destination. For APIC_LOWEST at most one.
 */
u64 lapic_route(const struct lapic_id *ids, unsigned int count, u64 present,
		const struct apic_msg *msg, unsigned int sender)
{
	unsigned int i;
	u64 set = 0;

	for (i = 0; i < count && i < 64; i++)
		if (present & BIT_ULL(i) && lapic_is_target(ids[i], msg, i == sender))
			set |= BIT_ULL(i);
	return msg->delivery == APIC_LOWEST ? lapic_pick_one(set, msg->vector) : set;
}

/**
 * apic_msg_from_msi() - convert an MSI to a message
 * @msg: gets it
 * @addr: address written
 * @data: value written
 *
 * Supports KVM's extended destination ID: address bits 5-11 are bits 8-14 of the
 * destination.
 *
 * Context: any.
 * Return: false when @addr is not an MSI address.
 */
bool apic_msg_from_msi(struct apic_msg *msg, u64 addr, u32 data)
{
	u32 low = addr >> 12 & 0xff, ext = addr >> 5 & 0x7f;
	u8 delivery = data >> 8 & 7;

	if ((addr & ~(u64)lower_32_bits(~MSI_BASE_MASK)) != MSI_BASE)
		return false;
	/* Redirection hint: one of the destinations. */
	if (delivery == APIC_FIXED && addr & BIT(3))
		delivery = APIC_LOWEST;
	*msg = (struct apic_msg){
		.dest = low == 0xff && !ext ? APIC_BROADCAST : ext << 8 | low,
		.vector = data & 0xff,
		.delivery = delivery,
		.logical = addr & BIT(2),
		.level = data & BIT(15),
		.assert = true,
	};
	return true;
}
