// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtio_net.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */

/* A virtio network device as its driver sees it through the BAR. */
#include "pure.h"
#include "tap.h"
#include "vdriver.h"
#include "vdev/virtio_net.h"

#define SIZE	16
#define PAIRS	2
#define QUEUES	(2 * PAIRS + 1)

#define F_CSUM		BIT_ULL(0)
#define F_GUEST_CSUM	BIT_ULL(1)
#define F_GUEST_TSO4	BIT_ULL(7)
#define F_GUEST_ECN	BIT_ULL(9)
#define F_HOST_TSO4	BIT_ULL(11)
#define F_MRG		BIT_ULL(15)
#define F_STATUS	BIT_ULL(16)
#define F_CTRL		BIT_ULL(17)
#define F_MQ		BIT_ULL(22)
#define FEATURES	(BIT_ULL(VIRTIO_F_VERSION_1) | F_CSUM | F_GUEST_CSUM | F_GUEST_TSO4 | \
			 F_HOST_TSO4 | F_MRG | F_STATUS | F_CTRL | F_MQ)

/* Addresses of queue @q's parts, and the buffers */
#define DESC(q)		(0x1000ULL * ((q) + 1))
#define AVAIL(q)	(DESC(q) + 0x400)
#define USED(q)		(DESC(q) + 0x800)
#define DATA		0x10000ULL
#define BUFFER		0x800U

static u32 kicks[PAIRS];
static u32 lookups;

static void on_kick(void *ctx, u32 pair)
{
	REQUIRE(pair < PAIRS);
	kicks[pair]++;
}

static void *counted_va(void *ctx, u64 gpa, u32 len)
{
	lookups++;
	return vmem_va(ctx, gpa, len);
}

static const struct vnet_env env = { .kick = on_kick, .memory = { .va = counted_va } };
static const struct vnet_config cfg = {
	.mac = { 2, 0, 0, 0, 0, 9 }, .pairs = PAIRS, .mtu = 1500, .link = true,
};

static struct virtio_net net;
static struct vnet_frame frame;
static struct vnet_room room;
static u16 avail[QUEUES];

static void plug(void)
{
	vmem_reset();
	memset(kicks, 0, sizeof(kicks));
	memset(avail, 0, sizeof(avail));
	msis = 0;
	virtio_net_init(&net, &cfg, &env, NULL);
	driver_plug(&net.pci.func);
}

/* Initialize as a driver does, with MSI-X: vector q + 1 for queue q, 0 for the rest. */
static void driver_start(u64 features)
{
	u32 q;

	plug();
	driver_accept(features);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_FEATURES_OK);
	driver_msix_on();
	for (q = 0; q <= QUEUES; q++)
		driver_vector(q, 0x60 + q);
	wr(0x10, 2, 0);
	for (q = 0; q < QUEUES; q++)
		driver_queue(q, SIZE, q + 1, DESC(q), AVAIL(q), USED(q));
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
}

static void offer(u32 q, u16 head)
{
	vmem_put16(AVAIL(q) + 4 + 2 * (avail[q] % SIZE), head);
	vmem_put16(AVAIL(q) + 2, ++avail[q]);
}

/* Send a frame of @len bytes, with its header in a separate buffer. */
static void send_frame(const struct virtio_net_hdr_v1 *h, u32 len)
{
	memcpy(vmem + DATA, h, sizeof(*h));
	vmem_desc(DESC(1), 0, DATA, sizeof(*h), NEXT, 1);
	vmem_desc(DESC(1), 1, DATA + 0x100, len, 0, 0);
	offer(1, 0);
}

/* Make @n receive buffers of @len bytes available in queue @q. */
static void offer_buffers(u32 q, u32 n, u32 len)
{
	u32 i;

	for (i = 0; i < n; i++) {
		vmem_desc(DESC(q), i, DATA + i * BUFFER, len, WRITE, 0);
		offer(q, i);
	}
}

static u8 command(u32 q, u8 class, u8 cmd, u16 pairs)
{
	const u8 c[] = { class, cmd, pairs & 0xff, pairs >> 8 };

	memcpy(vmem + DATA, c, sizeof(c));
	vmem[DATA + 0x10] = 0xee;
	vmem_desc(DESC(q), 0, DATA, 2, NEXT, 1);
	vmem_desc(DESC(q), 1, DATA + 2, 2, NEXT, 2);
	vmem_desc(DESC(q), 2, DATA + 0x10, 1, WRITE, 0);
	offer(q, 0);
	virtio_net_control(&net);
	return vmem[DATA + 0x10];
}

TEST(identity_and_configuration)
{
	plug();
	CHECK_EQ(pci_cfg_read(&bus, 1, 0, 4), 0x10411af4);
	CHECK_EQ(rd(0x12, 2), QUEUES);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE, 4), 2);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 4, 2), 0x0900);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 6, 2), 1);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 8, 2), PAIRS);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 10, 2), 1500);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 12, 2), 0);
	driver_accept(FEATURES | BIT_ULL(10));		/* UFO: not offered */
	CHECK(!(rd(0x14, 1) & VIRTIO_CONFIG_S_FEATURES_OK));
}

TEST(accepted_offloads_follow_the_features)
{
	driver_start(FEATURES);
	CHECK_EQ(virtio_net_takes(&net), VNET_TAKES_CSUM | VNET_TAKES_TSO4);
	driver_start(FEATURES | F_GUEST_ECN);
	CHECK_EQ(virtio_net_takes(&net), VNET_TAKES_CSUM | VNET_TAKES_TSO4 | VNET_TAKES_ECN);
	/* TSO needs checksum offload. */
	driver_start(FEATURES & ~F_GUEST_CSUM);
	CHECK_EQ(virtio_net_takes(&net), 0);
}

TEST(transmitted_frame_is_taken_and_completed)
{
	struct virtio_net_hdr_v1 h = { 0 };
	u64 gpa;

	driver_start(FEATURES);
	kicks[0] = 0;
	send_frame(&h, 100);
	wr(VIRTIO_BAR_NOTIFY + 4, 2, 1);
	CHECK_EQ(kicks[0], 1);
	REQUIRE(virtio_net_take(&net, 0, &frame));
	CHECK_EQ(frame.len, 100);
	CHECK_EQ(virtio_net_piece(&frame, 10, &gpa), 90);
	CHECK_EQ(gpa, DATA + 0x10a);
	CHECK(!virtio_net_take(&net, 0, &(struct vnet_frame){}));
	virtio_net_give(&net, 0, &frame);
	CHECK(!virtio_net_tell(&net, 0));
	CHECK_EQ(vmem16(USED(1) + 2), 1);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_data, 0x62);
	CHECK(!virtio_net_take(&net, 0, &frame));
}

/* Whether a frame of @len bytes with header @h is accepted; it is completed in any case. */
static bool frame_accepted(struct virtio_net_hdr_v1 h, u32 len)
{
	bool ok;

	send_frame(&h, len);
	if (!virtio_net_take(&net, 0, &frame))
		return false;
	ok = frame.len == len;
	virtio_net_give(&net, 0, &frame);
	CHECK_EQ(vmem16(USED(1) + 2), avail[1]);
	return ok;
}

TEST(transmit_headers_are_checked)
{
	const struct virtio_net_hdr_v1 sum = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34,
	};
	struct virtio_net_hdr_v1 tso = sum;

	tso.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	tso.gso_size = 1448;
	driver_start(FEATURES);
	CHECK(frame_accepted((struct virtio_net_hdr_v1){ 0 }, 14));
	CHECK(!frame_accepted((struct virtio_net_hdr_v1){ 0 }, 13));
	CHECK(frame_accepted(sum, 60));
	CHECK(frame_accepted(tso, VNET_MAX_FRAME));
	CHECK(!frame_accepted(tso, VNET_MAX_FRAME + 1));
	CHECK(!frame_accepted(tso, U32_MAX));
	tso.flags = 0;
	CHECK(!frame_accepted(tso, 3000));
	tso.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM | 0xfe;
	CHECK(frame_accepted(tso, 3000));
	CHECK_EQ(frame.header.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	tso.gso_type |= VIRTIO_NET_HDR_GSO_ECN;		/* not negotiated */
	CHECK(!frame_accepted(tso, 3000));
	tso.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;		/* not negotiated */
	CHECK(!frame_accepted(tso, 3000));
	tso.gso_type = 3;			/* UDP */
	CHECK(!frame_accepted(tso, 3000));
	tso.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	tso.gso_size = 0;
	CHECK(!frame_accepted(tso, 3000));
	driver_start(BIT_ULL(VIRTIO_F_VERSION_1));
	CHECK(!frame_accepted(sum, 60));
}

TEST(received_frame_is_merged_from_several_buffers)
{
	driver_start(FEATURES);
	offer_buffers(0, 3, 1000);
	CHECK_EQ(virtio_net_room(&net, 0, 2500, &room), 1);
	CHECK_EQ(room.nr, 3);
	CHECK_EQ(room.nr_segs, 3);
	CHECK_EQ(room.used[0].len, 1000);
	CHECK_EQ(room.used[2].len, 2512 - 2000);
	CHECK_EQ(room.seg[1].gpa, DATA + BUFFER);
	CHECK_EQ(vmem16(USED(0) + 2), 0);
	virtio_net_fill(&net, 0, &room);
	CHECK_EQ(vmem16(USED(0) + 2), 3);	/* all in one update */
	CHECK_EQ(vmem32(USED(0) + 4 + 2 * 8 + 4), 512);
	virtio_net_tell(&net, 0);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_data, 0x61);
	CHECK_EQ(net.pci.busy, 0);
}

TEST(receive_waits_for_enough_buffers)
{
	driver_start(FEATURES | BIT_ULL(VIRTIO_RING_F_EVENT_IDX));
	offer_buffers(0, 2, 1000);
	CHECK_EQ(virtio_net_room(&net, 0, 2500, &room), 0);
	CHECK_EQ(net.pci.busy, 0);
	/* Asks for a kick on the third buffer, not on those already there. */
	CHECK(!virtio_net_ask_room(&net, 0));
	CHECK_EQ(vmem16(USED(0) + 4 + 8 * SIZE), 2);
	offer_buffers(0, 1, 1000);
	CHECK_EQ(virtio_net_room(&net, 0, 2500, &room), 1);
	CHECK_EQ(room.used[0].head, 0);
	virtio_net_cancel(&net, 0, &room);
	CHECK_EQ(net.pci.busy, 0);
	CHECK_EQ(virtio_net_room(&net, 0, 900, &room), 1);
	CHECK_EQ(room.nr, 1);
	CHECK_EQ(room.used[0].head, 0);
	virtio_net_fill(&net, 0, &room);
	CHECK_EQ(virtio_net_room(&net, 0, 900, &room), 1);
	CHECK_EQ(room.used[0].head, 1);
	virtio_net_cancel(&net, 0, &room);
}

#define RING		0x8000ULL
#define TABLE		0xb000ULL

/* Queue 0 with 128 entries, each an indirect table of @nr descriptors that hold 1 byte */
static void offer_tables(u32 nr)
{
	u32 i;

	plug();
	driver_accept(FEATURES | BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC));
	driver_queue(0, VIRTQ_MAX_SIZE, 1, RING, RING + 0x1000, RING + 0x2000);
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	for (i = 0; i < nr; i++)
		vmem_desc(TABLE, i, DATA, i + 1 == nr, WRITE | (i + 1 < nr ? NEXT : 0), i + 1);
	for (i = 0; i < VIRTQ_MAX_SIZE; i++) {
		vmem_desc(RING, i, TABLE, nr * 16, 4, 0);
		vmem_put16(RING + 0x1000 + 4 + 2 * i, i);
	}
	vmem_put16(RING + 0x1000 + 2, VIRTQ_MAX_SIZE);
}

/* Lookups run with interrupts disabled, so their number per frame is bounded. */
TEST(one_frame_costs_a_bounded_number_of_lookups)
{
	static const u32 sizes[] = { 1, 2, 3, 64, 127, 128 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		offer_tables(sizes[i]);
		lookups = 0;
		CHECK_EQ(virtio_net_room(&net, 0, 200, &room), -EMSGSIZE);
		CHECK(lookups <= 300);
		CHECK_EQ(net.pci.busy, 0);
		/* The frame is dropped; the queue still works. */
		CHECK(virtio_pci_live(&net.pci));
		CHECK_EQ(net.pci.queue[0].last_avail, 0);
	}
}

/* Control commands are processed one at a time. */
TEST(one_command_at_a_time)
{
	driver_start(FEATURES);
	vmem_desc(DESC(QUEUES - 1), 0, DATA, 1, WRITE, 0);
	offer(QUEUES - 1, 0);
	offer(QUEUES - 1, 0);
	CHECK(virtio_net_control(&net));
	CHECK_EQ(net.pci.queue[QUEUES - 1].last_avail, 1);
}

TEST(frame_that_never_fits_is_refused)
{
	/* The whole ring is not enough: waiting for more would never end. */
	driver_start(FEATURES);
	offer_buffers(0, SIZE, 100);
	CHECK_EQ(virtio_net_room(&net, 0, 2500, &room), -EMSGSIZE);
	CHECK_EQ(net.pci.busy, 0);
	CHECK_EQ(virtio_net_room(&net, 0, 1500, &room), 1);
	virtio_net_cancel(&net, 0, &room);
	/* Without merged buffers: one buffer for each frame. */
	driver_start(FEATURES & ~F_MRG);
	offer_buffers(0, 4, 1000);
	CHECK_EQ(virtio_net_room(&net, 0, 1000, &room), -EMSGSIZE);
	CHECK_EQ(virtio_net_room(&net, 0, 988, &room), 1);
	virtio_net_cancel(&net, 0, &room);
	CHECK_EQ(net.pci.busy, 0);
}

/* The host's interface may have got a larger MTU since the driver read it. */
TEST(frames_above_the_mtu_are_not_sent)
{
	driver_start(FEATURES | BIT_ULL(VIRTIO_NET_F_MTU));
	CHECK(virtio_net_may_send(&net, 1500 + 14, false));
	CHECK(virtio_net_may_send(&net, 1500 + 22, false));	/* two VLAN tags */
	CHECK(!virtio_net_may_send(&net, 1500 + 23, false));
	CHECK(virtio_net_may_send(&net, VNET_MAX_FRAME, true));
	driver_start(FEATURES & ~BIT_ULL(VIRTIO_NET_F_MTU));
	CHECK(virtio_net_may_send(&net, 9014, false));
}

TEST(bad_receive_buffers_break_the_device)
{
	driver_start(FEATURES);
	vmem_desc(DESC(0), 0, DATA, 1000, 0, 0);	/* device-readable */
	offer(0, 0);
	CHECK_EQ(virtio_net_room(&net, 0, 100, &room), 0);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	CHECK_EQ(msi_data, 0x60);
	CHECK_EQ(net.pci.busy, 0);
	driver_start(FEATURES);
	offer_buffers(0, 1, 0);
	CHECK_EQ(virtio_net_room(&net, 0, 100, &room), 0);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
}

TEST(control_commands_set_the_pairs)
{
	u32 q = QUEUES - 1;

	driver_start(FEATURES);
	CHECK_EQ(net.active, 1);
	CHECK_EQ(virtio_net_room(&net, 1, 100, &room), -ENOTCONN);
	CHECK_EQ(command(q, 4, 0, 2), 0);
	CHECK_EQ(net.active, 2);
	offer_buffers(2, 1, 1000);
	CHECK_EQ(virtio_net_room(&net, 1, 100, &room), 1);
	virtio_net_fill(&net, 1, &room);
	CHECK_EQ(command(q, 4, 0, 0), 1);
	CHECK_EQ(command(q, 4, 0, PAIRS + 1), 1);
	CHECK_EQ(command(q, 4, 1, 1), 1);
	CHECK_EQ(command(q, 0, 0, 1), 1);
	CHECK_EQ(net.active, 2);
	/* A reset returns to one pair. */
	wr(0x14, 1, 0);
	CHECK_EQ(net.active, 1);
	/* Without MQ the control queue is the third. */
	driver_start(FEATURES & ~F_MQ);
	kicks[0] = 0;
	wr(VIRTIO_BAR_NOTIFY + 8, 2, 2);
	CHECK_EQ(kicks[0], 1);
	CHECK_EQ(command(2, 4, 0, 1), 1);
	CHECK(!virtio_net_take(&net, 1, &frame));
	/* No descriptor for the status */
	driver_start(FEATURES);
	vmem_desc(DESC(q), 0, DATA, 4, 0, 0);
	offer(q, 0);
	virtio_net_control(&net);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	CHECK_EQ(net.pci.busy, 0);
}

TEST(link_changes_are_reported)
{
	driver_start(FEATURES);
	virtio_net_set_link(&net, true);
	CHECK_EQ(msis, 0);
	CHECK_EQ(rd(0x15, 1), 0);
	virtio_net_set_link(&net, false);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_data, 0x60);
	CHECK_EQ(rd(0x15, 1), 1);		/* generation */
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 6, 2), 0);
	virtio_net_set_link(&net, true);
	CHECK_EQ(msis, 2);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 6, 2), 1);
	/* Without MSI-X the driver reads the cause from ISR. */
	pci_cfg_write(&bus, 1, net.pci.func.msix_cap + 2, 2, 0);
	virtio_net_set_link(&net, false);
	CHECK_EQ(rd(VIRTIO_BAR_ISR, 1), 2);
	CHECK_EQ(rd(VIRTIO_BAR_ISR, 1), 0);
}

TEST(reset_waits_for_outstanding_frames)
{
	struct virtio_net_hdr_v1 h = { 0 };

	driver_start(FEATURES);
	offer_buffers(0, 2, 1000);
	send_frame(&h, 100);
	REQUIRE(virtio_net_take(&net, 0, &frame));
	REQUIRE(virtio_net_room(&net, 0, 1500, &room) == 1);
	wr(0x14, 1, 0);
	CHECK(rd(0x14, 1));		/* not yet */
	virtio_net_fill(&net, 0, &room);
	CHECK(rd(0x14, 1));
	virtio_net_give(&net, 0, &frame);
	CHECK_EQ(rd(0x14, 1), 0);
	CHECK_EQ(vmem16(USED(0) + 2), 0);	/* nothing is written after the reset */
	CHECK_EQ(vmem16(USED(1) + 2), 0);
}
