// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtio_net.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */
/* max_len: 512 */

/*
 * Frames in both directions through rings of any shape. The frames that the device hands
 * out, and the memory that it finds for others, are compared with the bytes that the driver
 * has written into its ring, one by one (virtio 1.2, "Network Device").
 */
#include "pure.h"
#include "fuzz.h"
#include "vdriver.h"
#include "vdev/virtio_net.h"

#define PAIRS	2
#define QUEUES	(2 * PAIRS + 1)
#define QSIZE	32
#define DATA	0x10000u
#define MTU	1500

#define RING(q)		(0x1000ULL * ((q) + 1))
#define AVAIL(q)	(RING(q) + 0x800)
#define USED(q)		(RING(q) + 0xa00)

#define F(name)	BIT_ULL(VIRTIO_NET_F_##name)

static struct virtio_net net;
static struct vnet_frame frame;
static struct vnet_room room;
static u64 features;
static u16 avail[QUEUES];

/* Bytes of the chains that were made available to queue 0 and are not used yet */
struct buffer {
	u16 head;
	u32 len;
	u32 segs;	/* that are not empty */
	u32 at[QSIZE], size[QSIZE];
};

static struct buffer ring[QSIZE];
static u32 nr_ring;

static void on_kick(void *ctx, u32 pair)
{
	FUZZ_CHECK(pair < PAIRS, "pair %u", pair);
}

static const struct vnet_env env = { .kick = on_kick, .memory = { .va = vmem_va } };

static void start(void)
{
	static const struct vnet_config cfg = {
		.mac = { 2, 0, 0, 0, 0, 9 }, .pairs = PAIRS, .mtu = MTU, .link = true,
	};
	u64 all;
	u32 q;

	memset(vmem, 0, DATA);
	memset(avail, 0, sizeof(avail));
	nr_ring = 0;
	virtio_net_init(&net, &cfg, &env, NULL);
	driver_plug(&net.pci.func);
	all = net.pci.offered;
	features = BIT_ULL(VIRTIO_F_VERSION_1) | (all & fuzz_bytes(4));
	driver_accept(features);
	for (q = 0; q < QUEUES; q++)
		driver_queue(q, QSIZE, 0, RING(q), AVAIL(q), USED(q));
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	FUZZ_CHECK(virtio_pci_live(&net.pci), "it does not run");
}

static bool has(u64 feature)
{
	return features & feature;
}

static void offer(u32 q, u16 head)
{
	vmem_put16(AVAIL(q) + 4 + 2 * (avail[q] % QSIZE), head);
	vmem_put16(AVAIL(q) + 2, ++avail[q]);
}

static u32 any_len(void)
{
	static const u16 lens[] = { 0, 1, 2, 11, 12, 13, 14, 25, 26, 60, 64, 512, 1514, 1526,
				    4096, 16384 };

	return lens[fuzz_below(ARRAY_SIZE(lens))];
}

/*
 * From the driver: @n segments in descriptors from 0 on; returns the sum. The frame's bytes
 * are in memory one after the other, with gaps between segments.
 */
static u32 make_frame(u32 *bytes, u32 max)
{
	u32 n = 1 + fuzz_below(6), i, k, at = DATA, len, sum = 0;

	for (i = 0; i < n; i++, at += len) {
		len = i || fuzz_rarely(4) ? any_len() : 12;
		len = min(len, max - sum);
		at += fuzz_below(32);
		vmem_desc(RING(1), i, at, len, i + 1 < n ? NEXT : 0, i + 1);
		for (k = 0; k < len; k++)
			bytes[sum++] = at + k;
	}
	return sum;
}

static bool header_ok(const u8 *h)
{
	u8 flags = h[0] & 1, gso = h[1], kind = gso & 0x7f;

	if (flags && !has(F(CSUM)))
		return false;
	if (!gso)
		return true;
	if (!flags || !(h[4] | h[5]) || (gso & 0x80 && !has(F(HOST_ECN))))
		return false;
	return (kind == 1 && has(F(HOST_TSO4))) || (kind == 4 && has(F(HOST_TSO6)));
}

static void send(void)
{
	static u32 bytes[0x18000];
	static const u8 types[] = { 0, 0, 1, 4, 0x81, 0x84, 3, 0x80 };
	u32 sum = make_frame(bytes, ARRAY_SIZE(bytes)), i, len, want;
	u8 h[12] = { fuzz_byte() & 3, types[fuzz_below(8)], 0, 0, fuzz_flip() };
	u64 gpa;

	for (i = 0; i < 12 && i < sum; i++)
		vmem[bytes[i]] = h[i];
	want = sum < 12 + 14 || sum - 12 > VNET_MAX_FRAME || !header_ok(h) ? 0 : sum - 12;
	offer(1, 0);
	FUZZ_EQ(virtio_net_take(&net, 0, &frame), 1, "a frame");
	FUZZ_EQ(frame.len, want, "its length");
	for (i = 0; i < frame.len; i += len) {
		len = virtio_net_piece(&frame, i, &gpa);
		FUZZ_CHECK(len && len <= frame.len - i, "a piece of %u", len);
		FUZZ_EQ(gpa, bytes[12 + i], "address of a piece");
		FUZZ_EQ(gpa + len - 1, bytes[12 + i + len - 1], "end of a piece");
	}
	FUZZ_EQ(net.pci.busy, 1, "busy");
	virtio_net_give(&net, 0, &frame);
	FUZZ_EQ(vmem16(USED(1) + 2), avail[1], "used");
	FUZZ_EQ(net.pci.busy, 0, "busy");
}

/* To the driver. */
static void add_buffer(void)
{
	struct buffer *b = &ring[nr_ring];
	u32 n = 1 + fuzz_below(3), i, head = 0, k;
	bool taken[QSIZE] = { false };

	/* Descriptors that no buffer in the ring has */
	for (i = 0; i < nr_ring; i++)
		for (k = 0; k < 3; k++)
			taken[(ring[i].head + k) % QSIZE] = true;
	while (head + 3 <= QSIZE && (taken[head] || taken[head + 1] || taken[head + 2]))
		head++;
	if (head + 3 > QSIZE || nr_ring == QSIZE)
		return;
	*b = (struct buffer){ .head = head };
	for (i = 0; i < n; i++) {
		u32 len = any_len();

		b->at[i] = DATA + 64 * fuzz_below(256);
		b->size[i] = len;
		b->len += len;
		vmem_desc(RING(0), head + i, b->at[i], len, WRITE | (i + 1 < n ? NEXT : 0),
			  head + i + 1);
	}
	b->segs = n;
	nr_ring++;
	offer(0, head);
}

/* The buffers that a frame needs; -1: the driver broke the rules. */
static int expect_room(u32 need, u32 *buffers)
{
	u32 i, have = 0;

	for (i = 0; i < nr_ring; i++) {
		if (!ring[i].len)
			return -1;
		have += ring[i].len;
		*buffers = i + 1;
		if (have >= need)
			return 1;
		if (!has(F(MRG_RXBUF)))
			return -EMSGSIZE;
	}
	return 0;
}

static void check_room(u32 need)
{
	u32 i, k = 0, s, left, used;

	for (i = 0; i < room.nr; i++) {
		FUZZ_EQ(room.used[i].head, ring[i].head, "head of a buffer");
		used = min(need, ring[i].len);
		FUZZ_EQ(room.used[i].len, used, "bytes of a buffer");
		need -= used;
		for (s = 0; used; s++, used -= left) {
			left = min(used, ring[i].size[s]);
			if (!left)
				continue;
			FUZZ_CHECK(k < room.nr_segs, "too few segments");
			FUZZ_EQ(room.seg[k].gpa, ring[i].at[s], "address of a segment");
			FUZZ_EQ(room.seg[k++].len, left, "length of a segment");
		}
	}
	FUZZ_EQ(need, 0, "bytes without a place");
	FUZZ_EQ(room.nr_segs, k, "segments");
}

static bool receive(void)
{
	u32 len = fuzz_flip() ? 14 + fuzz_below(3000) : VNET_MAX_FRAME, buffers = 0, i;
	int want = expect_room(len + 12, &buffers);
	int ret = virtio_net_room(&net, 0, len, &room);

	if (want < 0 && want != -EMSGSIZE) {
		FUZZ_CHECK(ret <= 0 && rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET, "%d", ret);
		return false;
	}
	FUZZ_EQ(ret, want, "room");
	if (ret <= 0) {
		FUZZ_EQ(net.pci.busy, 0, "busy");
		return true;
	}
	FUZZ_EQ(room.nr, buffers, "buffers");
	check_room(len + 12);
	if (fuzz_rarely(4)) {
		virtio_net_cancel(&net, 0, &room);
		return true;
	}
	virtio_net_fill(&net, 0, &room);
	FUZZ_EQ(vmem16(USED(0) + 2), (u16)(avail[0] - nr_ring + buffers), "used");
	for (i = buffers; i < nr_ring; i++)
		ring[i - buffers] = ring[i];
	nr_ring -= buffers;
	return true;
}

static void command(void)
{
	u32 q = has(F(MQ)) ? QUEUES - 1 : 2, was = net.active;
	u8 c[] = { fuzz_flip() ? 4 : fuzz_byte(), fuzz_rarely(4), fuzz_below(5), 0 }, ack = 0xaa;
	bool good = c[0] == 4 && !c[1] && c[2] && c[2] <= PAIRS && has(F(MQ));

	memcpy(vmem + DATA, c, sizeof(c));
	vmem[DATA + 16] = ack;
	vmem_desc(RING(q), 0, DATA, sizeof(c), NEXT, 1);
	vmem_desc(RING(q), 1, DATA + 16, 1, WRITE, 0);
	offer(q, 0);
	virtio_net_control(&net);
	if (!has(F(CTRL_VQ))) {
		avail[q]--;
		vmem_put16(AVAIL(q) + 2, avail[q]);
		FUZZ_EQ(vmem[DATA + 16], ack, "a command without a control queue");
	} else {
		FUZZ_EQ(vmem[DATA + 16], good ? 0 : 1, "answer to a command");
		FUZZ_EQ(net.active, good ? c[2] : was, "pairs");
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	bool go_on = true;

	fuzz_start(data, size);
	start();
	while (fuzz_more() && go_on) {
		switch (fuzz_below(6)) {
		case 0 ... 1:
			add_buffer();
			break;
		case 2:
			send();
			break;
		case 3:
			command();
			break;
		default:
			go_on = receive();
		}
	}
	return 0;
}
