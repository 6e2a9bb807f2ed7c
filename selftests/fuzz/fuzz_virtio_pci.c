// SPDX-License-Identifier: GPL-2.0
/* sources: vdev/virtio_pci.c vdev/virtq.c vdev/pci.c */

/*
 * The registers of a virtio device, by its BAR and by the window in config space, compared
 * with a model of them (virtio 1.2, "Common configuration structure layout" and "PCI
 * configuration access capability").
 */
#include "pure.h"
#include "fuzz.h"
#include "vdriver.h"

#define QUEUES	3
#define CONFIG	20
#define OFFERED	(BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(28) | BIT_ULL(29) | 0xf0f)

static struct virtio_pci v;
static u32 kicks[QUEUES], statuses;

static struct {
	u32 dfselect, gfselect;
	u64 accepted;
	u16 config_vector, select;
	u8 status, isr, generation;
	bool master, msix;
	struct {
		u16 size, vector;
		bool enabled, broken;
		u64 addr[3];
	} q[QUEUES];
} m;

static u32 on_config(struct virtio_pci *dev, u32 offset, u32 size)
{
	FUZZ_CHECK(offset + size <= CONFIG, "%u bytes at %u", size, offset);
	return 0x11111111 * (offset & 15);
}

static void on_kick(struct virtio_pci *dev, u32 q)
{
	FUZZ_CHECK(q < QUEUES, "queue %u", q);
	kicks[q]++;
}

static void on_status(struct virtio_pci *dev)
{
	statuses++;
}

static const struct virtio_ops ops = {
	.config_read = on_config, .kick = on_kick, .status = on_status,
};

static const struct virtq_env mem = { .va = vmem_va };

static void model_reset(void)
{
	u32 i, j;

	m.dfselect = 0;
	m.gfselect = 0;
	m.accepted = 0;
	m.config_vector = 0xffff;
	m.select = 0;
	m.status = 0;
	m.isr = 0;
	for (i = 0; i < QUEUES; i++) {
		m.q[i].size = VIRTQ_MAX_SIZE;
		m.q[i].vector = 0xffff;
		m.q[i].enabled = false;
		m.q[i].broken = false;
		for (j = 0; j < 3; j++)
			m.q[i].addr[j] = 0;
	}
}

static void start(void)
{
	static const struct virtio_kind kind = { .type = 2, .class = 0x18000,
						 .config_len = CONFIG };

	memset(&m, 0, sizeof(m));
	virtio_pci_init(&v, &kind, &ops, OFFERED, QUEUES, &mem, NULL);
	driver_plug(&v.func);
	m.master = true;
	model_reset();
	memset(kicks, 0, sizeof(kicks));
	statuses = 0;
}

static u32 half(u64 val, u32 select)
{
	return select > 1 ? 0 : val >> 32 * select;
}

static u32 width(u32 at)
{
	switch (at) {
	case 0x00: case 0x04: case 0x08: case 0x0c:
	case 0x20: case 0x24: case 0x28: case 0x2c: case 0x30: case 0x34:
		return 4;
	case 0x10: case 0x12: case 0x16: case 0x18: case 0x1a: case 0x1c: case 0x1e:
		return 2;
	case 0x14: case 0x15:
		return 1;
	default:
		return 0;
	}
}

static u32 want_queue(u32 at)
{
	if (m.select >= QUEUES)
		return at == 0x1a ? 0xffff : 0;
	switch (at) {
	case 0x18:
		return m.q[m.select].size;
	case 0x1a:
		return m.q[m.select].vector;
	case 0x1c:
		return m.q[m.select].enabled;
	case 0x1e:
		return m.select;
	default:
		return half(m.q[m.select].addr[(at - 0x20) / 8], at >> 2 & 1);
	}
}

static u32 want_common(u32 at)
{
	switch (at) {
	case 0x00:
		return m.dfselect;
	case 0x04:
		return half(OFFERED, m.dfselect);
	case 0x08:
		return m.gfselect;
	case 0x0c:
		return half(m.accepted, m.gfselect);
	case 0x10:
		return m.config_vector;
	case 0x12:
		return QUEUES;
	case 0x14:
		return m.status;
	case 0x15:
		return m.generation;
	case 0x16:
		return m.select;
	default:
		return want_queue(at);
	}
}

static void set_half(u64 *val, bool high, u32 bits)
{
	*val = high ? (u32)*val | (u64)bits << 32 : (*val >> 32 << 32) | bits;
}

static void model_queue(u32 at, u32 val)
{
	u64 *a;

	if (m.select >= QUEUES)
		return;
	a = m.q[m.select].addr;
	if (at == 0x1a)
		m.q[m.select].vector = val <= QUEUES ? val : 0xffff;
	if (m.q[m.select].enabled)
		return;
	if (at == 0x18)
		m.q[m.select].size = val;
	if (at == 0x1c && val == 1) {
		u16 n = m.q[m.select].size;

		m.q[m.select].enabled = n && n <= VIRTQ_MAX_SIZE && !(n & (n - 1)) &&
			a[0] % 16 == 0 && a[1] % 2 == 0 && a[2] % 4 == 0;
	}
	if (at >= 0x20)
		set_half(&a[(at - 0x20) / 8], at >> 2 & 1, val);
}

static void model_status(u8 val)
{
	if (!val) {
		model_reset();
		return;
	}
	if (m.accepted & ~OFFERED || !(m.accepted & BIT_ULL(VIRTIO_F_VERSION_1)))
		val &= ~12;
	m.status |= val;
}

static void model_write(u32 at, u32 val)
{
	switch (at) {
	case 0x00:
		m.dfselect = val;
		break;
	case 0x08:
		m.gfselect = val;
		break;
	case 0x0c:
		if (m.gfselect < 2 && !(m.status & 8))
			set_half(&m.accepted, m.gfselect, val);
		break;
	case 0x10:
		m.config_vector = val <= QUEUES ? val : 0xffff;
		break;
	case 0x14:
		model_status(val);
		break;
	case 0x16:
		m.select = val;
		break;
	default:
		if (at > 0x16)
			model_queue(at, val);
	}
}

static bool live(void)
{
	return m.status & 4 && !(m.status & 0x40) && m.master;
}

/* An access to the BAR, directly or by the window */
static u32 window_read(u32 at, u32 size)
{
	pci_cfg_write(&bus, 1, v.window_cap + 4, 1, 0);
	pci_cfg_write(&bus, 1, v.window_cap + 8, 4, at);
	pci_cfg_write(&bus, 1, v.window_cap + 12, 4, size);
	return pci_cfg_read(&bus, 1, v.window_cap + 16, 4);
}

static void window_write(u32 at, u32 size, u32 val)
{
	pci_cfg_write(&bus, 1, v.window_cap + 8, 4, at);
	pci_cfg_write(&bus, 1, v.window_cap + 12, 4, size);
	pci_cfg_write(&bus, 1, v.window_cap + 16, size, val);
}

/* Values that mean something to a register are likely. */
static u32 any_value(u32 at)
{
	if (!fuzz_flip())
		return fuzz_number();
	switch (at) {
	case 0x0c:
		return half(OFFERED, m.gfselect) & fuzz_bytes(4);
	case 0x14:
		return 15;
	case 0x18:
		return 1 << fuzz_below(9);
	case 0x20 ... 0x37:
		return fuzz_byte();
	default:
		return fuzz_below(QUEUES + 3);
	}
}

static void common(void)
{
	u32 at = fuzz_below(0x40), size = fuzz_flip() ? width(at) ?: 4 : 1U << fuzz_below(3);
	bool window = fuzz_flip(), write = fuzz_flip(), right = size == width(at);
	u32 val, got;

	if (at % size)
		return;
	if (write) {
		val = any_value(at) & vdev_mask(size);
		if (right)
			model_write(at, val);
		window ? window_write(at, size, val) : wr(at, size, val);
		return;
	}
	got = (window ? window_read(at, size) : rd(at, size)) & vdev_mask(size);
	FUZZ_CHECK(got == (right ? want_common(at) : 0), "register %x: %x, not %x", at, got,
		   right ? want_common(at) : 0);
}

static void notify(void)
{
	u32 q = fuzz_below(QUEUES + 1), size = 2U << fuzz_below(2), was = q < QUEUES ? kicks[q] : 0;

	wr(VIRTIO_BAR_NOTIFY + 4 * q, size, q);
	if (q < QUEUES)
		FUZZ_EQ(kicks[q] - was, live(), "kick");
}

static void device(void)
{
	u32 at = fuzz_below(CONFIG + 8), size = 1U << fuzz_below(3);

	if (at % size)
		return;
	FUZZ_EQ(rd(VIRTIO_BAR_DEVICE + at, size),
		at + size <= CONFIG ? 0x11111111 * (at & 15) : 0, "configuration");
}

static void isr(void)
{
	FUZZ_EQ(rd(VIRTIO_BAR_ISR, 1), m.isr, "ISR");
	m.isr = 0;
}

static void change(void)
{
	u32 was = msis;

	virtio_pci_changed(&v);
	m.generation++;
	if (!(m.status & 4) || m.status & 0x40)
		return;
	if (!m.msix)
		m.isr |= 2;
	else if (m.config_vector == 0xffff)
		FUZZ_EQ(msis, was, "an interrupt without a vector");
}

static void fail(void)
{
	u32 q = fuzz_below(QUEUES);

	virtio_pci_fail(&v, q);
	m.status |= 0x40;
	m.isr |= m.msix ? 0 : 2;
}

static void command_register(void)
{
	u32 was[QUEUES], i;

	memcpy(was, kicks, sizeof(was));
	m.master = fuzz_flip();
	driver_master(m.master);
	for (i = 0; i < QUEUES; i++)
		FUZZ_EQ(kicks[i] - was[i], live(), "kick by the command register");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	fuzz_start(data, size);
	start();
	while (fuzz_more()) {
		switch (fuzz_below(16)) {
		case 0:
			notify();
			break;
		case 1:
			device();
			break;
		case 2:
			isr();
			break;
		case 3:
			change();
			break;
		case 4:
			command_register();
			break;
		case 5:
			m.msix = fuzz_flip();
			pci_cfg_write(&bus, 1, func->msix_cap + 2, 2, m.msix ? 0x8000 : 0);
			break;
		case 6:
			if (fuzz_rarely(4))
				fail();
			break;
		default:
			common();
		}
		FUZZ_EQ(virtio_pci_live(&v), live(), "live");
	}
	return 0;
}
