// SPDX-License-Identifier: GPL-2.0
/*
 * Cases for virtio devices (virtio 1.2, "Block Device" and "Network Device"; registers as
 * in "Virtio Over PCI Bus") that do what no driver of a stock kernel does.
 */
#include "tiny.h"
#include "vdev/layout.h"

#define SLOTS		32
#define CLASS_DISK	0x0180
#define CLASS_NVME	0x0108
#define CLASS_NET	0x0200
#define COMMAND		0x04
#define BAR0		0x10
#define BAR_FLAGS	0xfu
#define COMMAND_MEMORY	2u
#define COMMAND_MASTER	4u

/* Offsets in the BAR as in kernel/vdev/virtio_pci.h */
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
#define NO_ANSWER	(-1)

enum { DESC_NEXT = 1, DESC_WRITE = 2 };
enum { DISK_READ = 0, DISK_WRITE = 1, DISK_FLUSH = 4, DISK_DISCARD = 11, DISK_ZERO = 13 };
enum { DISK_OK, DISK_ERROR, DISK_UNSUPPORTED };

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

/* Find the function of this class and assign its first BAR: its address, or 0. */
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

/* Set up the first queue only, with these features (bits 0 to 31). */
static void start_with(u32 features, u16 size, void *table, volatile void *ready,
		       volatile void *ended)
{
	set8(COMMON_STATUS, 0);
	set8(COMMON_STATUS, 3);
	set32(COMMON_FEATURE_SELECT, 0);
	set32(COMMON_FEATURE, features);
	set32(COMMON_FEATURE_SELECT, 1);
	set32(COMMON_FEATURE, 1);	/* VERSION_1 */
	set8(COMMON_STATUS, 0xb);
	set16(COMMON_QUEUE, 0);
	set16(COMMON_QUEUE_SIZE, size);
	set_address(COMMON_QUEUE_DESC, table);
	set_address(COMMON_QUEUE_AVAIL, ready);
	set_address(COMMON_QUEUE_USED, ended);
	set16(COMMON_QUEUE_ENABLE, 1);
	set8(COMMON_STATUS, 0xf);
}

/* Without features, not even FLUSH. */
static void start_device(void)
{
	start_with(0, QUEUE_SIZE, descs, &avail, &used);
}

/* Open the first device of this class. */
static const char *open_device(u32 class)
{
	bar = find(class);
	if (!bar)
		return "no device of this class";
	start_device();
	return NULL;
}

static void submit(u32 type, u64 gpa, u32 len)
{
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
}

/* Transfer @len bytes at head.sector to or from @gpa; returns the status byte. */
static int ask(u32 type, u64 gpa, u32 len)
{
	u64 end = rdtsc() + 2000 * tsc_khz();
	u16 was = used.idx;

	submit(type, gpa, len);
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

/* Open the disk and read its first eight bytes as text into data. */
static const char *open_disk(void)
{
	const char *fault = open_device(CLASS_DISK);

	if (fault)
		return fault;
	if (ask(DISK_READ, (u64)data, SECTOR) != DISK_OK)
		return "the disk cannot be read";
	data[8] = 0;
	return NULL;
}

/* Requests with buffers outside the guest's storage are refused. */
CASE(disk)
{
	u64 nvme = find(CLASS_NVME), end = ram_end;
	const char *fault = open_disk();

	if (fault)
		return fault;
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
	return ask(DISK_READ, (u64)data, SECTOR) == DISK_OK ? NULL : "later read fails";
}

/* Requests that a stock kernel would not send to a read-only disk */
CASE(readonly)
{
	static const struct {
		u32 type;
		int answer;
	} never[] = {
		{ DISK_WRITE, DISK_ERROR },
		{ DISK_DISCARD, DISK_UNSUPPORTED },
		{ DISK_ZERO, DISK_UNSUPPORTED },
	};
	const char *fault = open_disk();
	u32 i;
	int got;

	if (fault)
		return fault;
	say("TINY readonly says %s", data);
	/* For discard and write zeroes: one sector, the first one. */
	memset(data, 0, sizeof(data));
	data[8] = 1;
	for (i = 0; i < ARRAY_SIZE(never); i++) {
		got = ask(never[i].type, (u64)data, never[i].type == DISK_WRITE ? SECTOR : 16);
		if (got != never[i].answer)
			return why("request %u ends with %d", never[i].type, got);
	}
	return ask(DISK_FLUSH, (u64)data, SECTOR) == DISK_OK ? NULL : "the disk cannot be flushed";
}

/* Without FLUSH negotiated a write is completed when it is stable. */
CASE(stable)
{
	static const char text[] = "stable";
	const char *fault = open_device(CLASS_DISK);

	if (fault)
		return fault;
	memcpy(data, text, sizeof(text));
	if (ask(DISK_WRITE, (u64)data, SECTOR) != DISK_OK)
		return "the disk cannot be written";
	/* Not aligned: this one goes through a bounce buffer. */
	head.sector = 8;
	memcpy(data + 8, text, sizeof(text));
	if (ask(DISK_WRITE, (u64)data + 8, SECTOR) != DISK_OK)
		return "the disk cannot be written from an unaligned address";
	return NULL;
}

/* A request is in flight when the guest ends, by itself (fail=1) or by the admin. */
CASE(underway)
{
	const char *fault = open_device(CLASS_DISK);

	if (fault)
		return fault;
	submit(DISK_WRITE, (u64)data, SECTOR);
	say("TINY underway");
	if (option("fail"))
		*(volatile u64 *)map_page(ram_end) = 1;
	for (;;)
		pause();
}

static u32 any(u32 below)
{
	static u64 seed = 1;

	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (u32)(seed >> 33) % below;
}

static void scramble(void)
{
	static char mess[8192];
	struct desc *d = &descs[any(QUEUE_SIZE)];
	u32 i;

	for (i = 0; i < 8; i++)
		mess[any(sizeof(mess))] = any(16);
	d->addr = any(8) ? (u64)mess + any(4096) : (u64)any(~0u) << 16;
	d->len = any(8) ? any(4096) : 512 * any(8);
	d->flags = any(8);
	d->next = any(QUEUE_SIZE + 1);
	avail.ring[any(QUEUE_SIZE)] = any(QUEUE_SIZE + 1);
	avail.idx += any(16) ? any(3) : any(0x10000);
	used.event = any(0x10000);
}

/* A driver that writes random values into its ring, without end. */
CASE(wild)
{
	const char *fault = open_device(CLASS_DISK);
	u32 n;

	if (fault)
		return fault;
	say("TINY wild");
	for (n = 0;; n++) {
		scramble();
		if (n % 4 == 0)
			set16(NOTIFY, 0);
		/* After an error the device needs a reset. */
		if (n % 64 == 0)
			start_device();
	}
}

/* A received frame: the headers of virtio, Ethernet, IPv4 and TCP, and the data */
struct frame_in {
	u8 virtio[12], ethernet[12];
	u16 type;
	struct {
		u8 version, tos;
		u16 len, id, fragment;
		u8 ttl, protocol;
		u16 check, addresses[4];
	} ip;
	u16 tcp[10];
	char bytes[1460];
} __attribute__((packed));

#define FRAME_LONGEST	sizeof(struct frame_in)
#define IPV4		0x0800
#define TCP		6
#define TCP_HEADER	20

static struct frame_in frames[QUEUE_SIZE];
static u16 next_used;

static u16 swap16(u16 v)
{
	return v << 8 | v >> 8;
}

static void offer_frame(u16 n)
{
	descs[n] = (struct desc){ (u64)&frames[n], FRAME_LONGEST, DESC_WRITE, 0 };
	avail.ring[avail.idx % QUEUE_SIZE] = n;
	asm volatile("" : : : "memory");
	avail.idx++;
	set16(NOTIFY, 0);
}

/* 0 if the TCP checksum, over @len bytes and the pseudo header, is correct */
static u16 wrong_sum(const struct frame_in *f, u32 len)
{
	const u8 *p = (const u8 *)f->tcp;
	u32 i, sum = TCP + len;

	for (i = 0; i < 4; i++)
		sum += swap16(f->ip.addresses[i]);
	for (i = 0; i < len; i++)
		sum += i % 2 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

/* Check a received frame, add the length of its TCP data to @got. */
static const char *check_frame(const struct frame_in *f, u64 *got)
{
	u32 len = swap16(f->ip.len) - sizeof(f->ip);

	if (swap16(f->type) != IPV4 || f->ip.protocol != TCP)
		return NULL;
	if (f->virtio[0] || f->virtio[1])
		return why("checksum or segmentation is left to the driver (%u, %u)",
			   f->virtio[0], f->virtio[1]);
	if (wrong_sum(f, len))
		return why("a checksum is off by 0x%x", wrong_sum(f, len));
	*got += len - TCP_HEADER;
	return NULL;
}

/* A driver without offloads: the host has to segment and to compute checksums. */
CASE(plainnet)
{
	const char *fault = open_device(CLASS_NET);
	u64 got = 0, want = option_number("bytes", 1), end = rdtsc() + 10000 * tsc_khz();
	u16 n;

	if (fault)
		return fault;
	for (n = 0; n < QUEUE_SIZE; n++)
		offer_frame(n);
	say("TINY plainnet ready");
	while (!fault && got < want) {
		if (rdtsc() > end)
			return why("received %llu of %llu bytes", got, want);
		pause();
		if (used.idx == next_used)
			continue;
		n = used.ring[next_used++ % QUEUE_SIZE].id;
		fault = check_frame(&frames[n], &got);
		offer_frame(n);
	}
	return fault;
}

/*
 * Floods: requests that cost the monitor as much as possible. LIP 1 rings the doorbell
 * all the time, LIP 0 keeps the queue full.
 */
#define FLOOD_SIZE	128
#define FLOOD_PIECE	12		/* bytes: 128 of them hold a whole frame */
#define FEATURE_DISCARD	0x2000u

static struct desc flood_descs[FLOOD_SIZE] __attribute__((aligned(16)));

static volatile struct {
	u16 flags, idx, ring[FLOOD_SIZE], event;
} flood_avail;

static volatile struct {
	u16 flags, idx;
	struct {
		u32 id, len;
	} ring[FLOOD_SIZE];
	u16 event;
} flood_used __attribute__((aligned(4)));

static void ring_doorbell(u32 lip)
{
	(void)lip;
	irq_on();
	for (;;)
		set16(NOTIFY, 0);
}

/* Offer the chains again that have come back; there are @nr of them, @len descriptors each. */
static void keep_offering(u16 nr, u16 len)
{
	u64 told = 0;
	u16 next = 0;

	say("TINY devflood");
	irq_on();
	for (;;) {
		if ((u16)(next - flood_used.idx) == nr) {
			pause();
			continue;
		}
		flood_avail.ring[next % FLOOD_SIZE] = next % nr * len;
		asm volatile("" : : : "memory");
		flood_avail.idx = ++next;
		set16(NOTIFY, 0);
		if (rdtsc() - told < 200 * tsc_khz())
			continue;
		told = rdtsc();
		say("TINY devflood %u", next);
	}
}

/* Received frames in chains of 128 descriptors */
static void offer_chains(void)
{
	static char pieces[FLOOD_SIZE][FLOOD_PIECE];
	u16 i;

	for (i = 0; i < FLOOD_SIZE; i++)
		flood_descs[i] = (struct desc){ (u64)pieces[i], FLOOD_PIECE, DESC_WRITE |
			(i + 1 < FLOOD_SIZE ? DESC_NEXT : 0), i + 1 };
	keep_offering(1, FLOOD_SIZE);
}

/* Discards of one sector each, and a flush behind them */
static void offer_discards(void)
{
	static struct {
		u64 sector;
		u32 sectors, flags;
	} range = { 0, 1, 0 };
	static volatile u8 answers[FLOOD_SIZE / 4];
	static u32 heads[2][4] = { { DISK_DISCARD }, { DISK_FLUSH } };
	struct desc *d;
	u16 i;

	for (i = 0; i < FLOOD_SIZE / 4; i++) {
		bool flush = i == FLOOD_SIZE / 4 - 1;

		d = &flood_descs[i * 4];
		d[0] = (struct desc){ (u64)heads[flush], sizeof(heads[0]), DESC_NEXT,
			i * 4 + (flush ? 2 : 1) };
		d[1] = (struct desc){ (u64)&range, sizeof(range), DESC_NEXT, i * 4 + 2 };
		d[2] = (struct desc){ (u64)&answers[i], 1, DESC_WRITE, 0 };
	}
	keep_offering(FLOOD_SIZE / 4, 4);
}

/* kind=chains: of a net channel; kind=discards: of a disk */
CASE(devflood)
{
	bool chains = streq(option("kind"), "chains");

	bar = find(chains ? CLASS_NET : CLASS_DISK);
	if (!bar)
		return "no device of this class";
	start_with(chains ? 0 : FEATURE_DISCARD, FLOOD_SIZE, flood_descs, &flood_avail,
		   &flood_used);
	if (lip_start(1, ring_doorbell))
		return "LIP 1 does not start";
	if (chains)
		offer_chains();
	else
		offer_discards();
	return NULL;
}

/* Write each sector of a disk that has no space for them: an error, and nothing else. */
CASE(full)
{
	const char *fault = open_device(CLASS_DISK);
	u32 failed = 0, sectors = option_number("sectors", 128);

	if (fault)
		return fault;
	memset(data, 1, sizeof(data));
	for (head.sector = 0; head.sector < sectors; head.sector += 8) {
		int got = ask(DISK_WRITE, (u64)data, SECTOR);

		if (got == NO_ANSWER)
			return "a write has no answer";
		failed += got != DISK_OK;
	}
	return failed ? NULL : "no write fails";
}
