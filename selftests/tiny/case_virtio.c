// SPDX-License-Identifier: GPL-2.0
/*
 * Case: a disk (virtio 1.2, "Block Device"; registers as in "Virtio Over PCI Bus"),
 * asked for what a driver must not ask: data where the guest has no storage.
 */
#include "tiny.h"
#include "vdev/layout.h"

#define SLOTS		32
#define CLASS_DISK	0x0180
#define CLASS_NVME	0x0108
#define COMMAND		0x04
#define BAR0		0x10
#define BAR_FLAGS	0xfu
#define COMMAND_MEMORY	2u
#define COMMAND_MASTER	4u

/* Offsets in the BAR, as kernel/vdev/virtio_pci.h has them */
#define COMMON_FEATURE_SELECT	0x08
#define COMMON_FEATURE		0x0c
#define COMMON_STATUS		0x14
#define COMMON_QUEUE		0x16
#define COMMON_QUEUE_SIZE	0x18
#define COMMON_QUEUE_ENABLE	0x1c
#define COMMON_QUEUE_DESC	0x20
#define COMMON_QUEUE_AVAIL	0x28
#define COMMON_QUEUE_USED	0x30
#define NOTIFY			0x3000

#define QUEUE_SIZE	4
#define SECTOR		512
#define DISK_READ	0
#define DISK_WRITE	1
#define DISK_OK		0
#define DISK_ERROR	1
#define NO_ANSWER	(-1)

enum { DESC_NEXT = 1, DESC_WRITE = 2 };

static struct desc {
	u64 addr;
	u32 len;
	u16 flags, next;
} descs[QUEUE_SIZE] __attribute__((aligned(16)));

static volatile struct {
	u16 flags, idx, ring[QUEUE_SIZE], event;
} avail;

static volatile struct {
	u16 flags, idx;
	struct {
		u32 id, len;
	} ring[QUEUE_SIZE];
	u16 event;
} used __attribute__((aligned(4)));

static struct {
	u32 type, zero;
	u64 sector;
} head;

static volatile u8 answer;
static char data[2 * SECTOR] __attribute__((aligned(SECTOR)));
static u64 bar;

static volatile u32 *config(u32 slot, u32 reg)
{
	return (volatile u32 *)(u64)(LAYOUT_PCI_ECAM + (slot << 15) + reg);
}

/* The function of this class, with its first BAR in place; 0: there is none. */
static u64 find(u32 class)
{
	u32 slot, at;

	for (slot = 0; slot < SLOTS; slot++)
		if (*config(slot, 0) != ~0u && *config(slot, 8) >> 16 == class)
			break;
	if (slot == SLOTS)
		return 0;
	at = LAYOUT_PCI_MMIO + (slot << 20);
	*config(slot, BAR0) = at;
	*config(slot, BAR0 + 4) = 0;
	*config(slot, COMMAND) = COMMAND_MEMORY | COMMAND_MASTER;
	return *config(slot, BAR0) & ~BAR_FLAGS;
}

static void set8(u32 reg, u8 val)
{
	*(volatile u8 *)(bar + reg) = val;
}

static void set16(u32 reg, u16 val)
{
	*(volatile u16 *)(bar + reg) = val;
}

static void set32(u32 reg, u32 val)
{
	*(volatile u32 *)(bar + reg) = val;
}

static void set_address(u32 reg, volatile void *p)
{
	set32(reg, (u32)(u64)p);
	set32(reg + 4, 0);
}

static void start_disk(void)
{
	set8(COMMON_STATUS, 0);
	set8(COMMON_STATUS, 3);
	set32(COMMON_FEATURE_SELECT, 0);
	set32(COMMON_FEATURE, 0);
	set32(COMMON_FEATURE_SELECT, 1);
	set32(COMMON_FEATURE, 1);	/* VERSION_1 */
	set8(COMMON_STATUS, 0xb);
	set16(COMMON_QUEUE, 0);
	set16(COMMON_QUEUE_SIZE, QUEUE_SIZE);
	set_address(COMMON_QUEUE_DESC, descs);
	set_address(COMMON_QUEUE_AVAIL, &avail);
	set_address(COMMON_QUEUE_USED, &used);
	set16(COMMON_QUEUE_ENABLE, 1);
	set8(COMMON_STATUS, 0xf);
}

/* @len bytes of the first sectors to or from @gpa: the device's answer. */
static int ask(u32 type, u64 gpa, u32 len)
{
	u64 end = rdtsc() + 2000 * tsc_khz();
	u16 was = used.idx;

	head.type = type;
	answer = 0xff;
	descs[0] = (struct desc){ (u64)&head, sizeof(head), DESC_NEXT, 1 };
	descs[1] = (struct desc){ gpa, len, DESC_NEXT | (type == DISK_READ ? DESC_WRITE : 0), 2 };
	descs[2] = (struct desc){ (u64)&answer, 1, DESC_WRITE, 0 };
	avail.ring[avail.idx % QUEUE_SIZE] = 0;
	asm volatile("" : : : "memory");
	avail.idx++;
	asm volatile("mfence" : : : "memory");
	set16(NOTIFY, 0);
	while (used.idx == was && rdtsc() < end)
		pause();
	return used.idx == was ? NO_ANSWER : answer;
}

static const char *must_refuse(const char *what, u64 gpa, u32 len)
{
	int r = ask(DISK_READ, gpa, len), w = ask(DISK_WRITE, gpa, len);

	if (r != DISK_ERROR || w != DISK_ERROR)
		return why("%s: a read ends with %d, a write with %d", what, r, w);
	say("TINY disk refused: %s", what);
	return NULL;
}

CASE(disk)
{
	u64 nvme = find(CLASS_NVME), end = ram_end;
	const char *fault;

	bar = find(CLASS_DISK);
	if (!bar)
		return "there is no disk";
	start_disk();
	if (ask(DISK_READ, (u64)data, SECTOR) != DISK_OK)
		return "it cannot be read";
	data[8] = 0;
	say("TINY disk says %s", data);
	fault = must_refuse("past the end of storage", end, SECTOR);
	fault = fault ?: must_refuse("across that end", end - SECTOR, 2 * SECTOR);
	fault = fault ?: must_refuse("the local APIC", LAYOUT_LAPIC_BASE, SECTOR);
	fault = fault ?: must_refuse("configuration space", LAYOUT_PCI_ECAM, SECTOR);
	fault = fault ?: must_refuse("its own registers", bar, SECTOR);
	fault = fault ?: must_refuse("no address", 1ULL << 60, SECTOR);
	if (nvme)
		fault = fault ?: must_refuse("another device's registers", nvme, SECTOR);
	if (fault)
		return fault;
	return ask(DISK_READ, (u64)data, SECTOR) == DISK_OK ? NULL : "then it fails";
}
