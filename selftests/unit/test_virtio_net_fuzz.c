// SPDX-License-Identifier: GPL-2.0
/* A network driver that does anything, also while a frame is being transferred. */
/* sources: vdev/virtio_net.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */
#include "tap.h"
#include "vdriver.h"
#include "vdev/virtio_net.h"

#define ROUNDS	2500
#define STEPS	150
#define PAIRS	2
#define QUEUES	(2 * PAIRS + 1)
#define MAX_OUT	4	/* outstanding frames of a pair */

#define F_MRG	BIT_ULL(15)
/* All features: checksums, TSO, MTU, MAC, merged buffers, link status, control queue, pairs */
#define FEATURES (BIT_ULL(VIRTIO_F_VERSION_1) | 0x43bbabULL)

#define INDIRECT 4

/* Addresses of queue @q's parts, an indirect table, and the buffers */
#define RING(q)		(0x1000ULL * ((q) + 1))
#define AVAIL(q)	(RING(q) + 0x800)
#define USED(q)		(RING(q) + 0xa00)
#define TABLE		0x8000ULL
#define TABLE_SIZE	(2 * VIRTQ_MAX_SIZE)
#define DATA		0x10000ULL

/* The outstanding frames and receive room of a pair */
struct pair {
	u32 nr_out;
	struct vnet_frame out[MAX_OUT];
	bool has_room;
	u32 room_len;
	struct vnet_room room;
};

static struct virtio_net net;
static struct pair pairs[PAIRS];
static u32 size, kicks, taken, filled, longest, most;
static u16 avail[QUEUES];

static void on_kick(void *ctx, u32 pair)
{
	CHECK(pair < PAIRS);
	kicks++;
}

static const struct vnet_env env = { .kick = on_kick, .memory = { .va = vmem_va } };

static void plug(void)
{
	static const struct vnet_config cfg = {
		.mac = { 2, 0, 0, 0, 0, 9 }, .pairs = PAIRS, .mtu = 1500, .link = true,
	};

	vmem_reset();
	memset(pairs, 0, sizeof(pairs));
	virtio_net_init(&net, &cfg, &env, NULL);
	driver_plug(&net.pci.func);
}

/* Initialize as a well-behaved driver does. */
static void driver_start(u64 features)
{
	u32 q;

	size = tap_below(2) ? 16 : VIRTQ_MAX_SIZE;
	memset(avail, 0, sizeof(avail));
	for (q = 0; q < QUEUES; q++)
		vmem_put16(AVAIL(q) + 2, 0);
	driver_msix_on();
	for (q = 0; q < 3; q++)
		driver_vector(q, 0x60 + q);
	driver_accept(features);
	for (q = 0; q < QUEUES; q++)
		driver_queue(q, size, tap_below(4), RING(q), AVAIL(q), USED(q));
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
}

static u64 any_features(void)
{
	return (FEATURES & ~(tap_below(4) ? 0 : tap_rand() & U32_MAX)) |
	       (tap_below(2) ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0);
}

static void offer(u32 q, u16 head)
{
	vmem_put16(AVAIL(q) + 4 + 2 * (avail[q] % size), head);
	vmem_put16(AVAIL(q) + 2, ++avail[q]);
}

static u64 any_address(void)
{
	switch (tap_below(16)) {
	case 0:
		return tap_rand() >> tap_below(64);
	case 1:
		return VMEM_SIZE - tap_below(64);
	default:
		return DATA + tap_below(0x2000) * 16;
	}
}

static u32 any_len(void)
{
	static const u32 len[] = { 0, 1, 12, 13, 26, 60, 512, 1514, 1526, 4096, 65535, U32_MAX };

	return tap_below(8) ? len[tap_below(ARRAY_SIZE(len))] : tap_rand() >> tap_below(64);
}

/* A random header for a transmitted frame. */
static void any_header(u64 at)
{
	static const u8 type[] = { 0, 1, 4, 0x81, 0x84, 3, 0xff };
	struct virtio_net_hdr_v1 h = {
		.flags = tap_below(2), .gso_type = type[tap_below(ARRAY_SIZE(type))],
		.gso_size = tap_below(4) ? 1448 : tap_rand(),
	};

	if (at <= VMEM_SIZE - sizeof(h))
		memcpy(vmem + at, &h, sizeof(h));
}

/* Flags for a descriptor of queue @q: almost always the right direction. */
static u16 desc_direction(u32 q)
{
	return (q & 1 ? 0 : WRITE) ^ (tap_below(1024) ? 0 : WRITE);
}

/* A chain of @n descriptors in an indirect table or in the ring itself */
static void make_chain(u32 q, u64 table, u32 n, u32 entries)
{
	static const u32 most[] = { 24, 512, 2048 };
	u32 i, len = tap_below(16) ? 1 + tap_below(most[tap_below(n > 16 ? 2 : 3)]) : any_len();

	for (i = 0; i < n; i++)
		vmem_desc(table, i, any_address(), len, desc_direction(q) | (i + 1 < n ? NEXT : 0),
			  i + 1);
	/* Sometimes the chain goes on, perhaps in a loop. */
	if (!tap_below(16))
		vmem_desc(table, n - 1, any_address(), len, desc_direction(q) | NEXT,
			  tap_below(entries + 1));
	if (q & 1) {
		vmem_desc(table, 0, DATA, sizeof(struct virtio_net_hdr_v1), n > 1 ? NEXT : 0, 1);
		any_header(DATA);
	}
}

static void offer_chain(u32 q)
{
	make_chain(q, RING(q), 1 + tap_below(tap_below(2) ? 4 : size), size);
	offer(q, tap_below(16) ? 0 : tap_below(size + 1));
}

/* Up to twice as many entries as allowed; sometimes the table is cut, also within one. */
static void offer_table(u32 q)
{
	u32 n = 1 + tap_below(tap_below(2) ? 20 : TABLE_SIZE), head = tap_below(size);
	u32 len = 16 * n - (tap_below(16) ? 0 : tap_below(16 * n));

	make_chain(q, TABLE, n, TABLE_SIZE);
	vmem_desc(RING(q), head, TABLE, len, INDIRECT | (tap_below(32) ? 0 : tap_below(4)), 0);
	offer(q, head);
}

/* Fill the ring with identical buffers. */
static void offer_buffers(u32 q, u32 len)
{
	u32 i;

	for (i = 0; i < size; i++) {
		vmem_desc(RING(q), i, DATA + i * 0x800 % 0x20000, len, WRITE, 0);
		offer(q, i);
	}
}

static void offer_command(void)
{
	u32 q = tap_below(4) ? QUEUES - 1 : 2;
	u8 c[] = { tap_below(4) ? 4 : tap_rand(), tap_below(8) ? 0 : tap_rand(), tap_below(4), 0 };

	memcpy(vmem + DATA, c, sizeof(c));
	vmem_desc(RING(q), 0, DATA, sizeof(c), NEXT, 1);
	vmem_desc(RING(q), 1, any_address(), 1, tap_below(16) ? WRITE : 0, 0);
	offer(q, 0);
}

/* Random changes to the rings and to the indirect table that they share */
static void change_rings(void)
{
	u32 n = tap_below(8), q = tap_below(QUEUES);

	while (n--) {
		switch (tap_below(4)) {
		case 0:
			vmem[RING(q) + tap_below(0x1000)] = tap_rand();
			break;
		case 1:
			vmem[TABLE + tap_below(16 * TABLE_SIZE)] = tap_rand();
			break;
		case 2:
			vmem_put16(AVAIL(q) + 2, tap_below(8) ? avail[q] : tap_rand());
			break;
		default:
			vmem_desc(RING(q), tap_below(size), any_address(), any_len(),
				  tap_below(8), tap_below(size + 1));
		}
	}
}

static void any_register(void)
{
	static const u32 page[] = { VIRTIO_BAR_COMMON, VIRTIO_BAR_ISR, VIRTIO_BAR_DEVICE,
				    VIRTIO_BAR_NOTIFY, VIRTIO_BAR_MSIX, VIRTIO_BAR_PBA };
	u32 bytes = 1 << tap_below(3);
	u32 at = tap_below(16) ? page[tap_below(ARRAY_SIZE(page))] + tap_below(0x80) : tap_rand();

	if (tap_below(2))
		wr(at, bytes, tap_rand() >> tap_below(64));
	else
		rd(at, bytes);
}

static void change_anything(void)
{
	if (tap_below(4))
		return;
	change_rings();
	if (!tap_below(16))
		any_register();
	if (!tap_below(64))
		wr(0x14, 1, 0);
}

/* Restart the device if it needs that and has finished its reset, or at random. */
static void any_start(void)
{
	if (virtio_pci_live(&net.pci) && tap_below(32))
		return;
	wr(0x14, 1, 0);
	if (!rd(0x14, 1))
		driver_start(any_features());
}

/* The pieces of a frame that was handed out add up to its length. */
static void check_frame(const struct vnet_frame *f)
{
	u32 done, len, nr = 0;
	u64 gpa;

	if (!f->len)
		return;
	CHECK(f->len >= VNET_MIN_FRAME && f->len <= VNET_MAX_FRAME);
	CHECK(!(f->header.flags & ~VIRTIO_NET_HDR_F_NEEDS_CSUM));
	CHECK(!f->header.gso_type || (f->header.gso_size && f->header.flags));
	for (done = 0; done < f->len; done += len, nr++) {
		len = virtio_net_piece(f, done, &gpa);
		CHECK(len);
		if (!len)
			return;
	}
	CHECK_EQ(done, f->len);
	taken++;
	longest = max(longest, nr);
}

static void check_room(const struct vnet_room *r, u32 len)
{
	u32 i, in_segs = 0, in_used = 0;

	CHECK(r->nr && r->nr <= VNET_ROOM_BUFFERS && r->nr_segs <= VNET_ROOM_SEGS);
	for (i = 0; i < r->nr_segs; i++) {
		CHECK(r->seg[i].len);
		in_segs += r->seg[i].len;
	}
	for (i = 0; i < r->nr; i++) {
		CHECK(r->used[i].head < VIRTQ_MAX_SIZE);
		in_used += r->used[i].len;
	}
	CHECK_EQ(in_segs, len + sizeof(struct virtio_net_hdr_v1));
	CHECK_EQ(in_used, in_segs);
	most = max(most, r->nr_segs);
}

static void take_frame(u32 pair)
{
	struct pair *p = &pairs[pair];

	if (p->nr_out == MAX_OUT || !virtio_net_take(&net, pair, &p->out[p->nr_out]))
		return;
	p->nr_out++;
	change_anything();
	check_frame(&p->out[p->nr_out - 1]);
}

static void complete_frame(u32 pair)
{
	struct pair *p = &pairs[pair];
	u32 i;

	if (!p->nr_out)
		return;
	i = tap_below(p->nr_out);
	virtio_net_give(&net, pair, &p->out[i]);
	p->out[i] = p->out[--p->nr_out];
	virtio_net_tell(&net, pair);
}

static void find_room(u32 pair)
{
	struct pair *p = &pairs[pair];
	u32 len = tap_below(8) ? VNET_MIN_FRAME + tap_below(3000) : VNET_MAX_FRAME;

	if (p->has_room || virtio_net_room(&net, pair, len, &p->room) <= 0) {
		virtio_net_ask_room(&net, pair);
		return;
	}
	p->has_room = true;
	p->room_len = len;
	CHECK(virtio_pci_live(&net.pci));
	change_anything();
	check_room(&p->room, len);
}

static void fill_room(u32 pair)
{
	struct pair *p = &pairs[pair];

	if (!p->has_room)
		return;
	check_room(&p->room, p->room_len);
	if (tap_below(4))
		virtio_net_fill(&net, pair, &p->room);
	else
		virtio_net_cancel(&net, pair, &p->room);
	p->has_room = false;
	filled++;
	virtio_net_tell(&net, pair);
}

static u32 nr_held(void)
{
	u32 i, n = 0;

	for (i = 0; i < PAIRS; i++)
		n += pairs[i].nr_out + (pairs[i].has_room ? pairs[i].room.nr : 0);
	return n;
}

static void driver_step(void)
{
	switch (tap_below(16)) {
	case 0:
		any_register();
		break;
	case 1:
		change_rings();
		break;
	case 2:
		any_start();
		break;
	case 3:
		offer_command();
		break;
	case 4 ... 6:
		offer_buffers(2 * tap_below(PAIRS), tap_below(4) ? 1526 : 1 + tap_below(200));
		break;
	case 7 ... 11:
		offer_chain(tap_below(2 * PAIRS));
		break;
	default:
		offer_table(tap_below(2 * PAIRS));
	}
}

static void host_step(void)
{
	u32 pair = tap_below(PAIRS);

	switch (tap_below(16)) {
	case 0:
		virtio_net_control(&net);
		break;
	case 1:
		virtio_net_takes(&net);
		virtio_net_set_link(&net, tap_below(2));
		break;
	case 2 ... 5:
		take_frame(pair);
		break;
	case 6 ... 9:
		complete_frame(pair);
		break;
	case 10 ... 12:
		find_room(pair);
		break;
	default:
		fill_room(pair);
	}
	CHECK_EQ(net.pci.busy, nr_held());
	CHECK(net.active >= 1 && net.active <= PAIRS);
}

/* After a reset the device works again, whatever happened before. */
static void check_alive(void)
{
	struct virtio_net_hdr_v1 h = { 0 };

	while (nr_held()) {
		complete_frame(0);
		complete_frame(1);
		fill_room(0);
		fill_room(1);
	}
	pci_bus_reset(&bus);
	driver_master(true);
	virtio_net_reset(&net, 1500);
	CHECK_EQ(rd(0x14, 1), 0);
	vmem_reset();
	driver_start(FEATURES);
	offer_buffers(0, 1526);
	CHECK_EQ(virtio_net_room(&net, 0, 100, &pairs[0].room), 1);
	virtio_net_fill(&net, 0, &pairs[0].room);
	CHECK_EQ(vmem16(USED(0) + 2), pairs[0].room.nr);
	memcpy(vmem + DATA, &h, sizeof(h));
	vmem_desc(RING(1), 0, DATA, sizeof(h), NEXT, 1);
	vmem_desc(RING(1), 1, DATA + 0x100, 60, 0, 0);
	offer(1, 0);
	CHECK(virtio_net_take(&net, 0, &pairs[0].out[0]));
	CHECK_EQ(pairs[0].out[0].len, 60);
	virtio_net_give(&net, 0, &pairs[0].out[0]);
	CHECK_EQ(vmem16(USED(1) + 2), 1);
	CHECK_EQ(net.pci.busy, 0);
}

TEST(random_net_driver_is_harmless)
{
	u32 round, step;

	for (round = 0; round < ROUNDS; round++) {
		plug();
		driver_start(any_features());
		for (step = 0; step < STEPS; step++) {
			driver_step();
			host_step();
		}
		check_alive();
	}
	/* The random frames were useful, also the longest ones. */
	CHECK(taken > ROUNDS && filled > ROUNDS / 2);
	CHECK(longest > VIRTQ_MAX_SIZE / 2 && most > VNET_ROOM_SEGS / 2);
	CHECK(kicks && msis);
}
