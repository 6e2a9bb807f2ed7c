// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtio_blk.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */
/* max_len: 512 */

/*
 * Requests of every type and shape to a disk in memory, each compared with one that is
 * executed byte by byte on a second disk (virtio 1.2, "Block Device").
 */
#include "pure.h"
#include "fuzz.h"
#include "vdriver.h"
#include "vdev/virtio_blk.h"

#define SECTORS	16
#define DISK	(SECTORS * 512)
#define QSIZE	16
#define MAX_PART 0x4000

static struct virtio_blk blk;
static struct virtio_blk_setup cfg;
static struct virtio_blk_req req;
static u8 disk[DISK], want_disk[DISK];
static u64 features;

/* The driver's request: where each byte of both parts is */
static u32 nr_desc, out_len, in_len;
static u32 out_at[MAX_PART], in_at[MAX_PART];

static void on_kick(void *ctx, u32 queue)
{
	FUZZ_CHECK(queue < cfg.queues, "queue %u", queue);
}

static const struct virtio_blk_env env = { .kick = on_kick, .memory = { .va = vmem_va } };

static void plug(void)
{
	u32 q;

	vmem_reset();
	cfg = (struct virtio_blk_setup){
		.sectors = SECTORS, .block_size = fuzz_flip() ? 512 : 4096, .unit = 4096,
		.readonly = fuzz_rarely(4), .can_discard = fuzz_flip(), .serial = "DISK",
		.queues = 1 + fuzz_below(VIRTIO_MAX_QUEUES),
	};
	virtio_blk_init(&blk, &cfg, &env, NULL);
	driver_plug(&blk.pci.func);
	features = BIT_ULL(VIRTIO_F_VERSION_1) |
		   (fuzz_flip() ? BIT_ULL(VIRTIO_BLK_F_FLUSH) : 0);
	driver_accept(features);
	for (q = 0; q < cfg.queues; q++)
		driver_queue(q, QSIZE, 0, VMEM_DESC, VMEM_AVAIL, VMEM_USED);
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	for (q = 0; q < DISK; q++)
		disk[q] = q / 512 * 16 + q;
	memcpy(want_disk, disk, DISK);
}

static void add_desc(u32 len, bool in)
{
	static u32 at;
	u32 *map = in ? in_at : out_at, *n = in ? &in_len : &out_len, i;

	if (!nr_desc)
		at = VMEM_DATA;
	len = min(len, MAX_PART - *n);
	/* Segments lie within a piece of memory or span several. */
	at += fuzz_below(64);
	for (i = 0; i < len; i++)
		map[(*n)++] = at + i;
	vmem_desc(VMEM_DESC, nr_desc, at, len, (in ? WRITE : 0) | NEXT, nr_desc + 1);
	nr_desc++;
	at += len;
}

static u32 any_len(void)
{
	static const u16 lens[] = { 0, 1, 15, 16, 17, 20, 32, 496, 511, 512, 513, 1024, 4096,
				    4112 };

	return lens[fuzz_below(ARRAY_SIZE(lens))];
}

static void put_out(u32 at, const void *bytes, u32 len)
{
	u32 i;

	for (i = 0; i < len && at + i < out_len; i++)
		vmem[out_at[at + i]] = ((const u8 *)bytes)[i];
}

static void make_request(void)
{
	static const u32 types[] = { 0, 0, 1, 1, 4, 8, 11, 13, 2, U32_MAX };
	u32 n, type = types[fuzz_below(ARRAY_SIZE(types))], flags = fuzz_below(4), sectors;
	u64 sector = fuzz_rarely(8) ? fuzz_number() : fuzz_below(SECTORS + 1);

	nr_desc = 0;
	out_len = 0;
	in_len = 0;
	if (!fuzz_rarely(4))
		add_desc(16, false);
	for (n = fuzz_below(4); n--;)
		add_desc(type == 11 || type == 13 ? 16 : any_len(), false);
	for (n = fuzz_below(4); n--;)
		add_desc(any_len(), true);
	if (!fuzz_rarely(4) || !nr_desc)
		add_desc(1, true);
	vmem[VMEM_DESC + (nr_desc - 1) * 16 + 12] &= ~NEXT;
	put_out(0, &type, 4);
	put_out(8, &sector, 8);
	sector = fuzz_rarely(8) ? fuzz_number() : fuzz_below(SECTORS + 1);
	sectors = fuzz_rarely(8) ? fuzz_number() : fuzz_below(SECTORS + 1);
	for (n = 16; type == 1 && n < out_len; n++)
		vmem[out_at[n]] = n * 7;
	if (type == 11 || type == 13) {
		put_out(16, &sector, 8);
		put_out(24, &sectors, 4);
		put_out(28, &flags, 4);
	}
}

static u64 get_out(u32 at, u32 len)
{
	u64 val = 0;

	while (len--)
		val = val << 8 | vmem[out_at[at + len]];
	return val;
}

static bool range_ok(u64 sector, u64 len)
{
	u32 per_block = cfg.block_size / 512;

	return len % cfg.block_size == 0 && sector % per_block == 0 && sector <= SECTORS &&
	       len / 512 <= SECTORS - sector;
}

/* What is to be done, and the final status */
struct expect {
	enum virtio_blk_op op;
	u8 status;
	u64 pos, len, written;
};

static struct expect expect_range(bool zero)
{
	struct expect e = { VIRTIO_BLK_NONE, VIRTIO_BLK_S_UNSUPP, 0, 0, 0 };
	u64 sector, sectors;

	if (cfg.readonly || (!zero && !cfg.can_discard))
		return e;
	e.status = VIRTIO_BLK_S_IOERR;
	if (out_len != 32)
		return e;
	sector = get_out(16, 8);
	sectors = get_out(24, 4);
	if (get_out(28, 4) & ~(zero ? 1ULL : 0)) {
		e.status = VIRTIO_BLK_S_UNSUPP;
		return e;
	}
	if (!range_ok(sector, sectors * 512))
		return e;
	return (struct expect){ zero ? VIRTIO_BLK_ZERO : VIRTIO_BLK_DISCARD, VIRTIO_BLK_S_OK,
				sector * 512, sectors * 512, 0 };
}

static struct expect expect(void)
{
	struct expect e = { VIRTIO_BLK_NONE, VIRTIO_BLK_S_IOERR, 0, 0, 0 };
	u64 sector = get_out(8, 8);

	switch (get_out(0, 4)) {
	case VIRTIO_BLK_T_IN:
		if (range_ok(sector, in_len - 1))
			e = (struct expect){ VIRTIO_BLK_READ, 0, sector * 512, in_len - 1,
					     in_len - 1 };
		break;
	case VIRTIO_BLK_T_OUT:
		if (range_ok(sector, out_len - 16) && !cfg.readonly)
			e = (struct expect){ VIRTIO_BLK_WRITE, 0, sector * 512, out_len - 16, 0 };
		break;
	case VIRTIO_BLK_T_FLUSH:
		e = (struct expect){ VIRTIO_BLK_FLUSH, 0, 0, 0, 0 };
		break;
	case VIRTIO_BLK_T_GET_ID:
		e.status = VIRTIO_BLK_S_OK;
		e.written = min(in_len - 1, 20U);
		break;
	case VIRTIO_BLK_T_DISCARD:
		return expect_range(false);
	case VIRTIO_BLK_T_WRITE_ZEROES:
		return expect_range(true);
	default:
		e.status = VIRTIO_BLK_S_UNSUPP;
	}
	return e;
}

/* Serve it as the host does, piece by piece. */
static void serve(void)
{
	u64 done, gpa;
	u32 len;

	if (req.op == VIRTIO_BLK_ZERO)
		memset(disk + req.pos, 0, req.len);
	if (req.op != VIRTIO_BLK_READ && req.op != VIRTIO_BLK_WRITE)
		return;
	for (done = 0; done < req.len; done += len) {
		len = virtio_blk_piece(&req, done, &gpa);
		FUZZ_CHECK(len && len <= req.len - done, "a piece of %u", len);
		if (req.op == VIRTIO_BLK_READ)
			memcpy(vmem + gpa, disk + req.pos + done, len);
		else
			memcpy(disk + req.pos + done, vmem + gpa, len);
	}
}

static void check_result(const struct expect *e, u8 status)
{
	u32 i;

	FUZZ_EQ(vmem[in_at[in_len - 1]], status, "status");
	FUZZ_EQ(vmem32(VMEM_USED + 4 + 8 * ((vmem16(VMEM_USED + 2) - 1) % QSIZE) + 4),
		(status ? 0 : e->written) + 1, "length in the used ring");
	for (i = 0; e->op == VIRTIO_BLK_READ && i < in_len - 1; i++)
		FUZZ_CHECK(vmem[in_at[i]] == want_disk[e->pos + i], "byte %u read", i);
	for (i = 0; e->op == VIRTIO_BLK_WRITE && i < out_len - 16; i++)
		want_disk[e->pos + i] = vmem[out_at[16 + i]];
	if (e->op == VIRTIO_BLK_ZERO)
		memset(want_disk + e->pos, 0, e->len);
	FUZZ_CHECK(!memcmp(disk, want_disk, DISK), "the disk");
}

/* False: the driver has to reset the device. */
static bool one_request(void)
{
	u32 queue = fuzz_below(cfg.queues);
	struct expect e;
	u8 status;

	make_request();
	vmem_idx = blk.pci.queue[queue].last_avail;
	vmem_put16(VMEM_USED + 2, blk.pci.queue[queue].used_idx);
	vmem_offer(QSIZE, 0);
	if (out_len < 16 || !in_len) {
		FUZZ_EQ(virtio_blk_next(&blk, queue, &req), 0, "no room for header or status");
		FUZZ_CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET, "status %x", rd(0x14, 1));
		FUZZ_EQ(blk.pci.busy, 0, "busy");
		return false;
	}
	e = expect();
	FUZZ_EQ(virtio_blk_next(&blk, queue, &req), 1, "a request");
	FUZZ_EQ(req.op, e.op, "operation");
	FUZZ_EQ(req.stable, !(features & BIT_ULL(VIRTIO_BLK_F_FLUSH)), "stable");
	if (e.op == VIRTIO_BLK_NONE) {
		FUZZ_EQ(req.status, e.status, "status");
		status = req.status;
	} else {
		FUZZ_EQ(req.pos, e.pos, "position");
		FUZZ_EQ(req.len, e.len, "length");
		status = fuzz_rarely(8) ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK;
		serve();
	}
	virtio_blk_done(&blk, &req, status);
	check_result(&e, status);
	return true;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	fuzz_start(data, size);
	plug();
	while (fuzz_more() && one_request())
		;
	return 0;
}
