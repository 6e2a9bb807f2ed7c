// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtio_blk.c vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */

/* A virtio block device as its driver sees it through the BAR. */
#include "pure.h"
#include "tap.h"
#include "vdriver.h"
#include "vdev/virtio_blk.h"

#define SIZE	8

#define FEATURES	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(9))	/* FLUSH */

static u32 kicks;

static void on_kick(void *ctx, u32 queue)
{
	kicks++;
}

static const struct virtio_blk_env env = { .kick = on_kick, .memory = { .va = vmem_va } };
static struct virtio_blk_setup cfg = {
	.sectors = 2048, .block_size = 512, .unit = 4096, .can_discard = true,
	.serial = "DISK-1", .queues = 2,
};

static struct virtio_blk blk;
static struct virtio_blk_req req;

static void plug(void)
{
	vmem_reset();
	kicks = 0;
	msis = 0;
	virtio_blk_init(&blk, &cfg, &env, NULL);
	driver_plug(&blk.pci.func);
}

/* Initialize the device as a driver does, with queue 0 and MSI-X. */
static void driver_start(u64 features)
{
	plug();
	driver_accept(features);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_FEATURES_OK);
	driver_msix_on();
	driver_vector(1, 0x61);
	driver_queue(0, SIZE, 1, VMEM_DESC, VMEM_AVAIL, VMEM_USED);
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
}

/* Make a request of header, data and status available. */
static void make_request(u32 type, u64 sector, u32 len, bool in)
{
	memcpy(vmem + VMEM_DATA, &type, 4);
	memcpy(vmem + VMEM_DATA + 8, &sector, 8);
	vmem[VMEM_DATA + 0x20] = 0xee;
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, NEXT, 1);
	vmem_desc(VMEM_DESC, 1, VMEM_DATA + 0x1000, len, NEXT | (in ? WRITE : 0), 2);
	vmem_desc(VMEM_DESC, 2, VMEM_DATA + 0x20, 1, WRITE, 0);
	vmem_offer(SIZE, 0);
}

static u8 status(void)
{
	return vmem[VMEM_DATA + 0x20];
}

TEST(identity_and_capabilities)
{
	u32 at, seen = 0;

	plug();
	CHECK_EQ(pci_cfg_read(&bus, 1, 0, 4), 0x10421af4);
	CHECK_EQ(pci_cfg_read(&bus, 1, PCI_REVISION_ID, 1), 1);
	for (at = pci_cfg_read(&bus, 1, PCI_CAPABILITY_LIST, 1); at;
	     at = pci_cfg_read(&bus, 1, at + 1, 1))
		if (pci_cfg_read(&bus, 1, at, 1) == PCI_CAP_ID_VNDR)
			seen |= BIT(pci_cfg_read(&bus, 1, at + 3, 1));
	CHECK_EQ(seen, 0x3e);		/* types 1 to 5 */
	CHECK_EQ(rd(0x12, 2), 2);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE, 4), 2048);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 20, 4), 512);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 24, 1), 3);	/* 4096 = 512 << 3 */
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 34, 2), 2);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 56, 1), 1);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE + 60, 4), 0);
}

TEST(features_are_negotiated)
{
	plug();
	wr(0, 4, 1);
	CHECK_EQ(rd(4, 4), 1);
	wr(0, 4, 0);
	CHECK(rd(4, 4) & BIT(9));
	CHECK(rd(4, 4) & BIT(VIRTIO_BLK_F_TOPOLOGY));
	CHECK(!(rd(4, 4) & BIT(5)));
	wr(0, 4, 77);
	CHECK_EQ(rd(4, 4), 0);
	driver_accept(FEATURES | BIT_ULL(40));	/* not offered */
	CHECK(!(rd(0x14, 1) & VIRTIO_CONFIG_S_FEATURES_OK));
	wr(0x14, 1, 0);
	CHECK_EQ(rd(0x14, 1), 0);
	driver_accept(BIT_ULL(9));		/* a legacy driver */
	CHECK(!(rd(0x14, 1) & VIRTIO_CONFIG_S_FEATURES_OK));
	wr(0x14, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	CHECK(!virtio_pci_live(&blk.pci));
}

TEST(registers_through_config_space)
{
	u32 cap;

	plug();
	cap = blk.pci.window_cap;
	pci_cfg_write(&bus, 1, cap + 8, 4, 0x12);
	pci_cfg_write(&bus, 1, cap + 12, 4, 2);
	CHECK_EQ(pci_cfg_read(&bus, 1, cap + 16, 2), 2);
	pci_cfg_write(&bus, 1, cap + 8, 4, 0x14);
	pci_cfg_write(&bus, 1, cap + 12, 4, 1);
	pci_cfg_write(&bus, 1, cap + 16, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	CHECK_EQ(rd(0x14, 1), VIRTIO_CONFIG_S_ACKNOWLEDGE);
	/* cap.length bytes are accessed, however many of pci_cfg_data are */
	CHECK_EQ(pci_cfg_read(&bus, 1, cap + 16, 4), VIRTIO_CONFIG_S_ACKNOWLEDGE);
	pci_cfg_write(&bus, 1, cap + 16, 4, VIRTIO_CONFIG_S_DRIVER);
	CHECK_EQ(rd(0x14, 1), VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	pci_cfg_write(&bus, 1, cap + 12, 4, 3);
	CHECK_EQ(pci_cfg_read(&bus, 1, cap + 16, 4), 0);
	pci_cfg_write(&bus, 1, cap + 12, 4, 1);
	/* Another BAR, beyond the end */
	pci_cfg_write(&bus, 1, cap + 4, 1, 1);
	CHECK_EQ(pci_cfg_read(&bus, 1, cap + 16, 1), 0);
	pci_cfg_write(&bus, 1, cap + 4, 1, 0);
	pci_cfg_write(&bus, 1, cap + 8, 4, U32_MAX);
	CHECK_EQ(pci_cfg_read(&bus, 1, cap + 16, 1) & 0xff, 0xff);
}

/* PCI Local Bus 3.0, "Command Register": without Bus Master Enable no access to memory */
TEST(bus_mastering_off_means_no_access_to_memory)
{
	size_t i;

	driver_start(FEATURES);
	make_request(0, 8, 1024, true);
	driver_master(false);
	CHECK(!virtio_pci_live(&blk.pci));
	CHECK(!virtio_blk_next(&blk, 0, &req));
	kicks = 0;
	driver_master(true);
	CHECK(kicks > 0);
	REQUIRE(virtio_blk_next(&blk, 0, &req));
	/* Off while a request is under way: no status, no used entry, no interrupt. */
	driver_master(false);
	memset(vmem, 0x5a, sizeof(vmem));
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_OK);
	virtio_pci_tell(&blk.pci, 0);
	for (i = 0; i < sizeof(vmem) && vmem[i] == 0x5a; i++)
		;
	CHECK_EQ(i, sizeof(vmem));
	CHECK_EQ(msis, 0);
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	wr(0x14, 1, 0);
	CHECK_EQ(rd(0x14, 1), 0);
}

TEST(read_and_write_requests)
{
	u64 gpa;

	driver_start(FEATURES);
	make_request(0, 8, 1024, true);
	wr(VIRTIO_BAR_NOTIFY, 2, 0);
	CHECK_EQ(kicks, 3);		/* two of them by DRIVER_OK */
	REQUIRE(virtio_blk_next(&blk, 0, &req));
	CHECK_EQ(req.op, VIRTIO_BLK_READ);
	CHECK_EQ(req.pos, 4096);
	CHECK_EQ(req.len, 1024);
	CHECK(!req.stable);
	CHECK_EQ(virtio_blk_piece(&req, 512, &gpa), 512);
	CHECK_EQ(gpa, VMEM_DATA + 0x1200);
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_OK);
	virtio_pci_tell(&blk.pci, 0);
	CHECK_EQ(status(), VIRTIO_BLK_S_OK);
	CHECK_EQ(vmem32(VMEM_USED + 8), 1025);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_data, 0x61);
	virtio_pci_tell(&blk.pci, 0);
	CHECK_EQ(msis, 1);
	make_request(1, 2047, 512, false);
	REQUIRE(virtio_blk_next(&blk, 0, &req));
	CHECK_EQ(req.op, VIRTIO_BLK_WRITE);
	CHECK_EQ(virtio_blk_piece(&req, 0, &gpa), 512);
	CHECK_EQ(gpa, VMEM_DATA + 0x1000);
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_IOERR);
	CHECK_EQ(status(), VIRTIO_BLK_S_IOERR);
	CHECK_EQ(vmem32(VMEM_USED + 16), 1);
	CHECK(!virtio_blk_next(&blk, 0, &req));
}

static void check_request(u32 type, u64 sector, u32 len, bool in, enum virtio_blk_op op, u8 st)
{
	make_request(type, sector, len, in);
	REQUIRE(virtio_blk_next(&blk, 0, &req));
	CHECK_EQ(req.op, op);
	if (op == VIRTIO_BLK_NONE)
		CHECK_EQ(req.status, st);
	virtio_blk_done(&blk, &req, op == VIRTIO_BLK_NONE ? req.status : VIRTIO_BLK_S_OK);
	CHECK_EQ(status(), st);
}

static void range(u64 sector, u32 sectors, u32 flags)
{
	memcpy(vmem + VMEM_DATA + 0x1000, &sector, 8);
	memcpy(vmem + VMEM_DATA + 0x1008, &sectors, 4);
	memcpy(vmem + VMEM_DATA + 0x100c, &flags, 4);
}

TEST(requests_are_checked)
{
	const u8 bad = VIRTIO_BLK_S_IOERR, no = VIRTIO_BLK_S_UNSUPP;

	driver_start(FEATURES);
	check_request(0, 2047, 1024, true, VIRTIO_BLK_NONE, bad);
	check_request(0, U64_MAX, 512, true, VIRTIO_BLK_NONE, bad);
	check_request(0, 0, 513, true, VIRTIO_BLK_NONE, bad);
	check_request(0, 0, U32_MAX & ~511U, true, VIRTIO_BLK_NONE, bad);
	check_request(1, 2048, 512, false, VIRTIO_BLK_NONE, bad);
	check_request(99, 0, 512, true, VIRTIO_BLK_NONE, no);
	check_request(4, 0, 0, true, VIRTIO_BLK_FLUSH, VIRTIO_BLK_S_OK);
	check_request(8, 0, 20, true, VIRTIO_BLK_NONE, VIRTIO_BLK_S_OK);
	CHECK_STR((char *)vmem + VMEM_DATA + 0x1000, "DISK-1");
	range(16, 8, 0);
	check_request(11, 0, 16, false, VIRTIO_BLK_DISCARD, VIRTIO_BLK_S_OK);
	CHECK_EQ(req.pos, 16 * 512);
	CHECK_EQ(req.len, 8 * 512);
	range(16, 8, 1);
	check_request(11, 0, 16, false, VIRTIO_BLK_NONE, no);
	check_request(13, 0, 16, false, VIRTIO_BLK_ZERO, VIRTIO_BLK_S_OK);
	CHECK(req.unmap);
	range(U64_MAX - 3, 8, 0);
	check_request(13, 0, 16, false, VIRTIO_BLK_NONE, bad);
	range(0, U32_MAX, 0);
	check_request(13, 0, 16, false, VIRTIO_BLK_NONE, bad);
	check_request(13, 0, 32, false, VIRTIO_BLK_NONE, bad);
	driver_start(BIT_ULL(VIRTIO_F_VERSION_1));
	check_request(1, 0, 512, false, VIRTIO_BLK_WRITE, VIRTIO_BLK_S_OK);
	CHECK(req.stable);		/* FLUSH was not negotiated */
}

TEST(readonly_disk_refuses_writes)
{
	cfg.readonly = true;
	driver_start(FEATURES);
	CHECK(blk.pci.offered & BIT(5));
	check_request(1, 0, 512, false, VIRTIO_BLK_NONE, VIRTIO_BLK_S_IOERR);
	range(0, 8, 0);
	check_request(11, 0, 16, false, VIRTIO_BLK_NONE, VIRTIO_BLK_S_UNSUPP);
	check_request(0, 0, 512, true, VIRTIO_BLK_READ, VIRTIO_BLK_S_OK);
	cfg.readonly = false;
}

TEST(request_without_status_byte_breaks_the_device)
{
	driver_start(FEATURES);
	vmem_desc(VMEM_DESC, 0, VMEM_DATA, 16, 0, 0);
	vmem_offer(SIZE, 0);
	CHECK(!virtio_blk_next(&blk, 0, &req));
	CHECK(rd(0x14, 1) & VIRTIO_CONFIG_S_NEEDS_RESET);
	CHECK_EQ(blk.pci.busy, 0);
	wr(0x14, 1, 0);
	CHECK_EQ(rd(0x14, 1), 0);
}

TEST(reset_waits_for_outstanding_requests)
{
	driver_start(FEATURES);
	make_request(0, 0, 512, true);
	REQUIRE(virtio_blk_next(&blk, 0, &req));
	wr(0x14, 1, 0);
	CHECK(rd(0x14, 1));		/* not yet */
	wr(0x14, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	CHECK(!virtio_pci_live(&blk.pci));
	CHECK(!virtio_blk_next(&blk, 0, &(struct virtio_blk_req){}));
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_OK);
	virtio_pci_tell(&blk.pci, 0);
	CHECK_EQ(status(), 0xee);	/* nothing is written after the reset */
	CHECK_EQ(vmem16(VMEM_USED + 2), 0);
	CHECK_EQ(rd(0x14, 1), 0);
	CHECK_EQ(msis, 0);
}

/* Capacity is read in two halves: the generation shows if it changed in between. */
TEST(growth_is_reported_to_the_driver)
{
	u32 generation;

	driver_start(BIT_ULL(VIRTIO_F_VERSION_1));
	wr(0x10, 2, 0);
	wr(VIRTIO_BAR_MSIX + 8, 4, 0x60);
	wr(VIRTIO_BAR_MSIX + 12, 4, 0);
	generation = rd(0x15, 1);
	virtio_blk_grow(&blk, 2048);
	CHECK_EQ(msis, 0);
	CHECK_EQ(rd(0x15, 1), generation);
	virtio_blk_grow(&blk, 4096);
	CHECK_EQ(msis, 1);
	CHECK_EQ(msi_data, 0x60);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE, 4), 4096);
	CHECK(rd(0x15, 1) != generation);
	make_request(0, 4095, 512, true);
	CHECK_EQ(virtio_blk_next(&blk, 0, &req), 1);
	CHECK_EQ(req.op, VIRTIO_BLK_READ);
	virtio_blk_done(&blk, &req, VIRTIO_BLK_S_OK);
	/* No driver is active. */
	wr(0x14, 1, 0);
	virtio_blk_grow(&blk, 8192);
	CHECK_EQ(msis, 1);
	CHECK_EQ(rd(VIRTIO_BAR_DEVICE, 4), 8192);
}

/* A driver that does anything. */
TEST(random_driver_is_harmless)
{
	static const u32 sizes[] = { 1, 2, 4 };
	u32 i, k, served = 0;
	u64 gpa;

	for (i = 0; i < 3000; i++) {
		driver_start(FEATURES | (tap_below(2) ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0));
		for (k = 0; k < 40; k++) {
			if (!tap_below(8))
				wr(tap_below(0x8000), sizes[tap_below(3)], tap_rand());
			rd(tap_below(0x8000), sizes[tap_below(3)]);
			if (!tap_below(4))
				wr(tap_below(0x38), sizes[tap_below(3)],
				   tap_rand() >> tap_below(64));
			make_request(tap_below(16), tap_below(4096), tap_rand() >> tap_below(64),
				     tap_below(2));
			if (!tap_below(4))
				vmem_desc(VMEM_DESC, tap_below(3), tap_below(VMEM_SIZE),
					  tap_rand() >> tap_below(64), tap_below(8), tap_below(9));
			if (!virtio_blk_next(&blk, tap_below(2), &req))
				continue;
			served++;
			CHECK(req.op == VIRTIO_BLK_NONE || req.pos + req.len <= 2048 * 512);
			if (req.op == VIRTIO_BLK_READ || req.op == VIRTIO_BLK_WRITE)
				CHECK(!req.len ||
				      virtio_blk_piece(&req, req.len - 1, &gpa) == 1);
			if (tap_below(4))
				wr(0x14, 1, tap_below(2) * tap_rand());
			virtio_blk_done(&blk, &req, tap_below(3));
			virtio_pci_tell(&blk.pci, req.queue);
		}
		CHECK_EQ(blk.pci.busy, 0);
	}
	CHECK(served > 1000);
}
