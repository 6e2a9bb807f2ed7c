// SPDX-License-Identifier: GPL-2.0
/* A driver that does anything: random rings, registers and config space. */
/* sources: vdev/virtio_blk.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */
#include "tap.h"
#include "vdriver.h"
#include "vdev/virtio_blk.h"

#define ROUNDS	4000
#define STEPS	120
#define SIZE	8
#define MAX_OUT	12	/* outstanding requests */

#define INDIRECT 4

static u32 kicks;
static struct virtio_blk blk;
static struct virtio_blk_setup cfg;
static struct virtio_blk_req out[MAX_OUT];
static u32 nr_out, taken, served;

static void on_kick(void *ctx, u32 queue)
{
	CHECK(queue < cfg.queues);
	kicks++;
}

static const struct virtio_blk_env env = { .kick = on_kick, .memory = { .va = vmem_va } };

static void plug(void)
{
	vmem_reset();
	cfg = (struct virtio_blk_setup) {
		.sectors = tap_below(4) ? 2048 : 8, .block_size = tap_below(4) ? 512 : 4096,
		.unit = 4096,
		.readonly = !tap_below(4), .can_discard = tap_below(2), .serial = "DISK",
		.queues = 1 + tap_below(VIRTIO_MAX_QUEUES),
	};
	nr_out = 0;
	virtio_blk_init(&blk, &cfg, &env, NULL);
	driver_plug(&blk.pci.func);
}

/* Initialize as a well-behaved driver does, but with all queues in the same place. */
static void driver_start(void)
{
	u64 features = BIT_ULL(VIRTIO_F_VERSION_1) | (tap_below(2) ? BIT_ULL(9) : 0) |
		       (tap_below(2) ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0);
	u32 q;

	driver_msix_on();
	for (q = 0; q < 3; q++)
		wr(VIRTIO_BAR_MSIX + 16 * q + 12, 4, 0);
	driver_accept(features);
	for (q = 0; q < cfg.queues; q++)
		driver_queue(q, SIZE, tap_below(4), VMEM_DESC, VMEM_AVAIL, VMEM_USED);
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
}

/* Mostly almost valid addresses: purely random ones would not get far. */
static u64 any_address(void)
{
	switch (tap_below(8)) {
	case 0:
		return tap_rand() >> tap_below(64);
	case 1:
		return VMEM_SIZE - tap_below(64);
	case 2:
		return U64_MAX - tap_below(0x20000);
	default:
		return VMEM_DATA + tap_below(0x100) * 16;
	}
}

static u32 any_len(void)
{
	static const u32 len[] = { 0, 1, 15, 16, 17, 32, 511, 512, 513, 4096, 65536, U32_MAX };

	return tap_below(8) ? len[tap_below(ARRAY_SIZE(len))] : tap_rand() >> tap_below(64);
}

static void any_header(void)
{
	static const u32 type[] = { 0, 1, 4, 8, 11, 13, 2, U32_MAX };
	u64 at = VMEM_DATA + tap_below(0x100) * 16;
	u64 sector = tap_below(4) ? tap_below(16) : tap_rand() >> tap_below(64);
	u32 t = type[tap_below(ARRAY_SIZE(type))];

	memcpy(vmem + at, &t, 4);
	memcpy(vmem + at + 8, &sector, 8);
}

static void any_desc(void)
{
	u64 table = tap_below(3) ? VMEM_DESC : VMEM_INDIRECT;
	u16 flags = tap_below(8) ? tap_below(4) : tap_rand();

	if (!tap_below(10))
		vmem_desc(table, tap_below(SIZE), VMEM_INDIRECT, 16 * (1 + tap_below(SIZE)),
			  INDIRECT, 0);
	else
		vmem_desc(table, tap_below(SIZE), any_address(), any_len(), flags,
			  tap_below(SIZE + 1));
}

/* A valid header, data and status, sometimes with one descriptor changed. */
static void good_request(void)
{
	u32 len = 512 * tap_below(9);
	bool in = tap_below(2);

	any_header();
	memcpy(vmem + VMEM_DATA, vmem + VMEM_DATA + tap_below(0x100) * 16, 16);
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, NEXT, 1);
	vmem_desc(VMEM_DESC, 1, VMEM_DATA + 0x1000, len, NEXT | (in ? WRITE : 0), 2);
	vmem_desc(VMEM_DESC, 2, VMEM_DATA + 0x20, 1, WRITE, 0);
	if (!tap_below(4))
		any_desc();
	vmem_offer(SIZE, 0);
}

/* Up to twice as many segments as allowed, in an indirect table. */
static void long_request(void)
{
	u32 i, n = 2 + tap_below(2 * VIRTQ_MAX_SIZE);

	any_header();
	for (i = 0; i < n; i++)
		vmem_desc(VMEM_INDIRECT, i, VMEM_DATA + (i ? 0x1000 + i * 512 : 0), i ? 512 : 16,
			  (i ? WRITE : 0) | (i + 1 < n ? NEXT : 0), i + 1);
	vmem_desc(VMEM_DESC, 0, VMEM_INDIRECT, 16 * n, INDIRECT, 0);
	vmem_offer(SIZE, 0);
}

static void any_register(void)
{
	static const u32 page[] = { VIRTIO_BAR_COMMON, VIRTIO_BAR_ISR, VIRTIO_BAR_DEVICE,
				    VIRTIO_BAR_NOTIFY, VIRTIO_BAR_MSIX, VIRTIO_BAR_PBA };
	u32 size = 1 << tap_below(3);
	u32 at = tap_below(16) ? page[tap_below(ARRAY_SIZE(page))] + tap_below(0x80) : tap_rand();

	if (tap_below(2))
		wr(at, size, tap_rand() >> tap_below(64));
	else
		rd(at, size);
}

static void any_config(void)
{
	u32 size = 1 << tap_below(3), at = tap_below(PCI_CFG_SPACE_SIZE + 8);

	if (tap_below(2))
		pci_cfg_write(&bus, tap_below(3), at, size, tap_rand() >> tap_below(64));
	else
		pci_cfg_read(&bus, tap_below(3), at, size);
}

/* A request handed out can be served. */
static void check_request(const struct virtio_blk_req *req)
{
	u64 done, gpa;
	u32 len;

	CHECK(req->op <= VIRTIO_BLK_ZERO && req->queue < cfg.queues);
	CHECK(req->pos % cfg.block_size == 0 && req->len % cfg.block_size == 0);
	CHECK(req->pos + req->len <= cfg.sectors * VIRTIO_BLK_SECTOR || req->op == VIRTIO_BLK_NONE);
	if (req->op > VIRTIO_BLK_READ && req->op != VIRTIO_BLK_FLUSH)
		CHECK(!cfg.readonly);
	if (req->op != VIRTIO_BLK_READ && req->op != VIRTIO_BLK_WRITE)
		return;
	CHECK(req->len <= VIRTIO_BLK_MAX_LEN);
	served++;
	for (done = 0; done < req->len; done += len) {
		len = virtio_blk_piece(req, done, &gpa);
		CHECK(len && len <= req->len - done);
		if (!len)
			return;
	}
}

static void take_request(u32 queue)
{
	struct virtio_blk_req *req = &out[nr_out];

	if (nr_out == MAX_OUT || !virtio_blk_next(&blk, queue, req))
		return;
	nr_out++;
	taken++;
	/* The guest may change the descriptors now: a copy was checked. */
	if (!tap_below(4))
		any_desc();
	if (req->op != VIRTIO_BLK_NONE)
		check_request(req);
}

static void take_requests(void)
{
	u32 q;

	for (q = 0; q < cfg.queues; q++)
		take_request(q);
}

static void complete_request(void)
{
	u32 i;

	if (!nr_out)
		return;
	i = tap_below(nr_out);
	virtio_blk_done(&blk, &out[i], tap_below(3));
	virtio_pci_tell(&blk.pci, out[i].queue);
	out[i] = out[--nr_out];
	CHECK_EQ(blk.pci.busy, nr_out);
}

static void any_step(void)
{
	switch (tap_below(48)) {
	case 0:
		any_register();
		break;
	case 1:
		any_config();
		break;
	case 2:
		vmem[VMEM_DESC + tap_below(VMEM_DATA - VMEM_DESC)] = tap_rand();
		break;
	case 3:
		vmem_put16(VMEM_AVAIL + tap_below(4 + 2 * SIZE + 2), tap_rand() >> tap_below(64));
		break;
	case 4:
		virtq_ask(&blk.pci.queue[tap_below(cfg.queues)]);
		break;
	case 5:
		if (!tap_below(8))
			virtio_pci_reset(&blk.pci);
		driver_start();
		break;
	case 6 ... 9:
		any_desc();
		vmem_offer(SIZE, tap_below(SIZE + 1));
		break;
	case 10:
		long_request();
		break;
	case 11 ... 15:
		good_request();
		break;
	case 16 ... 31:
		take_requests();
		break;
	default:
		complete_request();
	}
}

/* After a reset the device works again, whatever happened before. */
static void check_alive(void)
{
	static struct virtio_blk_req req;
	u64 sector = 0;
	u32 type = 0;

	while (nr_out)
		complete_request();
	pci_bus_reset(&bus);
	driver_master(true);
	virtio_pci_reset(&blk.pci);
	CHECK_EQ(rd(0x14, 1), 0);
	vmem_reset();
	driver_start();
	memcpy(vmem + VMEM_DATA, &type, 4);
	memcpy(vmem + VMEM_DATA + 8, &sector, 8);
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, NEXT, 1);
	vmem_desc(VMEM_DESC, 1, VMEM_DATA + 0x1000, 4096, NEXT | WRITE, 2);
	vmem_desc(VMEM_DESC, 2, VMEM_DATA + 0x20, 1, WRITE, 0);
	vmem_offer(SIZE, 0);
	CHECK_EQ(virtio_blk_next(&blk, 0, &req), 1);
	CHECK_EQ(req.op, VIRTIO_BLK_READ);
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_OK);
	CHECK_EQ(vmem16(VMEM_USED + 2), 1);
}

TEST(random_block_driver_is_harmless)
{
	u32 round, step;

	for (round = 0; round < ROUNDS; round++) {
		plug();
		driver_start();
		for (step = 0; step < STEPS; step++)
			any_step();
		check_alive();
	}
	/* The random requests were useful. */
	CHECK(taken > ROUNDS && served > ROUNDS / 4);
	CHECK(kicks && msis);
}
