// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_pci.c - the registers of a modern virtio device behind PCI. L0:
 * calls only callbacks.
 */
#include "pure.h"
#include "vdev/virtio_pci.h"

#define VIRTIO_VENDOR		0x1af4
#define VIRTIO_DEVICE_BASE	0x1040	/* + virtio device ID */
#define TRANSPORT_FEATURES	(VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | \
				 VIRTIO_F_VERSION_1)

/* Types of the vendor capabilities */
enum {
	CAP_COMMON = 1,
	CAP_NOTIFY = 2,
	CAP_ISR = 3,
	CAP_DEVICE = 4,
	CAP_PCI_CFG = 5,
};

/* Registers of the common configuration */
enum {
	OFFERED_SELECT = 0x00,
	OFFERED = 0x04,
	ACCEPTED_SELECT = 0x08,
	ACCEPTED = 0x0c,
	CONFIG_VECTOR = 0x10,
	NUM_QUEUES = 0x12,
	STATUS = 0x14,
	GENERATION = 0x15,
	QUEUE_SELECT = 0x16,
	QUEUE_SIZE = 0x18,
	QUEUE_VECTOR = 0x1a,
	QUEUE_ENABLE = 0x1c,
	QUEUE_NOTIFY_OFF = 0x1e,
	QUEUE_DESC = 0x20,
	QUEUE_AVAIL = 0x28,
	QUEUE_USED = 0x30,
	COMMON_LEN = 0x38,
};

#define ISR_QUEUE	1
#define ISR_CONFIG	2

/*
 * Capabilities: cap_len, cfg_type, bar at 2, 3, 4; offset and length at 8, 12.
 */
static void put32(u8 *p, u32 val)
{
	u32 i;

	for (i = 0; i < 4; i++, val >>= 8)
		p[i] = val;
}

static u32 get32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static u8 add_cap(struct virtio_pci *v, u8 type, u8 len, u32 offset, u32 length)
{
	u8 at = pci_func_cap(&v->func, PCI_CAP_VENDOR, len);
	u8 *cap = v->func.cfg + at;

	cap[2] = len;
	cap[3] = type;
	put32(cap + 8, offset);
	put32(cap + 12, length);
	return at;
}

static void add_caps(struct virtio_pci *v)
{
	u8 at;

	add_cap(v, CAP_COMMON, 16, VIRTIO_BAR_COMMON, COMMON_LEN);
	add_cap(v, CAP_ISR, 16, VIRTIO_BAR_ISR, 1);
	add_cap(v, CAP_DEVICE, 16, VIRTIO_BAR_DEVICE, v->config_len);
	at = add_cap(v, CAP_NOTIFY, 20, VIRTIO_BAR_NOTIFY,
		     v->nr_queues * VIRTIO_NOTIFY_STEP);
	put32(v->func.cfg + at + 16, VIRTIO_NOTIFY_STEP);
	/* The driver's own window into the BAR: bar, offset, length, data. */
	at = add_cap(v, CAP_PCI_CFG, 20, 0, 0);
	v->func.writable[at + 4] = U8_MAX;
	put32(v->func.writable + at + 8, U32_MAX);
	put32(v->func.writable + at + 12, U32_MAX);
	v->func.window = at + 16;
	v->window_cap = at;
	pci_func_msix(&v->func, pci_func_cap(&v->func, PCI_CAP_MSIX, 12), v->nr_queues + 1,
		      (struct pci_place){ .offset = VIRTIO_BAR_MSIX },
		      (struct pci_place){ .offset = VIRTIO_BAR_PBA });
}

/*
 * State.
 */
static void reset_now(struct virtio_pci *v)
{
	u32 i;

	v->resetting = false;
	v->status = 0;
	v->isr = 0;
	v->offered_select = 0;
	v->accepted_select = 0;
	v->queue_select = 0;
	v->accepted = 0;
	v->config_vector = VIRTIO_NO_VECTOR;
	for (i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		virtq_reset(&v->queue[i]);
		v->vector[i] = VIRTIO_NO_VECTOR;
	}
}

void virtio_pci_reset(struct virtio_pci *v)
{
	if (v->busy)
		v->resetting = true;
	else
		reset_now(v);
}

static bool virtio_pci_running(const struct virtio_pci *v)
{
	return v->status & VIRTIO_DRIVER_OK && !v->resetting &&
	       !(v->status & VIRTIO_NEEDS_RESET);
}

bool virtio_pci_live(const struct virtio_pci *v)
{
	return virtio_pci_running(v) && pci_master(&v->func);
}

bool virtio_pci_may_write(const struct virtio_pci *v)
{
	return !v->resetting && pci_master(&v->func);
}

bool virtio_pci_has(const struct virtio_pci *v, u64 feature)
{
	return v->accepted & feature;
}

int virtio_pci_next_within(struct virtio_pci *v, u32 q, struct virtq_chain *c, u32 *budget)
{
	int ret;

	if (!virtio_pci_live(v) || q >= v->nr_queues)
		return 0;
	ret = virtq_next(&v->queue[q], c, budget);
	if (ret > 0)
		v->busy++;
	else if (ret == -EIO)
		virtio_pci_fail(v, q);
	return ret;
}

int virtio_pci_next(struct virtio_pci *v, u32 q, struct virtq_chain *c)
{
	u32 budget = VIRTQ_MAX_WALK;

	return virtio_pci_next_within(v, q, c, &budget);
}

/* @n requests are out no longer. True: and a reset was not waiting for them. */
static bool back(struct virtio_pci *v, u32 n)
{
	v->busy -= n;
	if (!v->resetting)
		return true;
	if (!v->busy)
		reset_now(v);
	return false;
}

void virtio_pci_done_all(struct virtio_pci *v, u32 q, const struct virtq_used *used, u32 n)
{
	if (!back(v, n))
		return;
	/* The rings may be another kernel's memory now: the driver must reset. */
	if (pci_master(&v->func))
		virtq_done_all(&v->queue[q], used, n);
	else
		virtio_pci_fail(v, q);
}

void virtio_pci_done(struct virtio_pci *v, u32 q, const struct virtq_chain *c, u32 len)
{
	const struct virtq_used used = { c->head, len };

	virtio_pci_done_all(v, q, &used, 1);
}

void virtio_pci_untake(struct virtio_pci *v, u32 q, u32 n)
{
	if (back(v, n))
		virtq_untake(&v->queue[q], n);
}

static void raise_vector(struct virtio_pci *v, u16 vector, u8 isr)
{
	if (pci_msix_on(&v->func))
		pci_msix_raise(&v->func, vector);
	else
		v->isr |= isr;
}

void virtio_pci_tell(struct virtio_pci *v, u32 q)
{
	if (virtio_pci_live(v) && virtq_must_tell(&v->queue[q]))
		raise_vector(v, v->vector[q], ISR_QUEUE);
}

void virtio_pci_fail(struct virtio_pci *v, u32 q)
{
	v->queue[q].broken = true;
	v->status |= VIRTIO_NEEDS_RESET;
	raise_vector(v, v->config_vector, ISR_CONFIG);
}

void virtio_pci_changed(struct virtio_pci *v)
{
	v->generation++;
	if (virtio_pci_running(v))
		raise_vector(v, v->config_vector, ISR_CONFIG);
}

/*
 * Common configuration.
 */
static struct virtq *selected(struct virtio_pci *v)
{
	u32 nr = v->nr_queues;

	return v->queue_select < nr ? &v->queue[array_index_nospec(v->queue_select, nr)] : NULL;
}

static u64 *queue_address(struct virtq *q, u32 offset)
{
	switch (offset & ~7U) {
	case QUEUE_DESC:
		return &q->desc;
	case QUEUE_AVAIL:
		return &q->avail;
	default:
		return &q->used;
	}
}

static u32 queue_read(struct virtio_pci *v, u32 offset)
{
	struct virtq *q = selected(v);
	u64 addr;

	if (!q)
		return offset == QUEUE_VECTOR ? VIRTIO_NO_VECTOR : 0;
	switch (offset) {
	case QUEUE_SIZE:
		return q->size;
	case QUEUE_VECTOR:
		return v->vector[q - v->queue];
	case QUEUE_ENABLE:
		return q->enabled;
	case QUEUE_NOTIFY_OFF:
		return v->queue_select;
	}
	addr = *queue_address(q, offset);
	return offset & 4 ? upper_32_bits(addr) : lower_32_bits(addr);
}

static u32 feature_word(u64 features, u32 select)
{
	return select < 2 ? features >> (32 * select) : 0;
}

static u32 common_read(struct virtio_pci *v, u32 offset)
{
	switch (offset) {
	case OFFERED_SELECT:
		return v->offered_select;
	case OFFERED:
		return feature_word(v->offered, v->offered_select);
	case ACCEPTED_SELECT:
		return v->accepted_select;
	case ACCEPTED:
		return feature_word(v->accepted, v->accepted_select);
	case CONFIG_VECTOR:
		return v->config_vector;
	case NUM_QUEUES:
		return v->nr_queues;
	case STATUS:
		return v->status;
	case GENERATION:
		return v->generation;
	case QUEUE_SELECT:
		return v->queue_select;
	default:
		return queue_read(v, offset);
	}
}

static void set_accepted(struct virtio_pci *v, u32 val)
{
	u32 shift = 32 * v->accepted_select;

	if (v->accepted_select < 2 && !(v->status & VIRTIO_FEATURES_OK))
		v->accepted = (v->accepted & ~((u64)U32_MAX << shift)) | (u64)val << shift;
}

static void tell_kind(struct virtio_pci *v)
{
	if (v->ops->status)
		v->ops->status(v);
}

/* Bits are only ever added, but for a reset. */
static void set_status(struct virtio_pci *v, u8 val)
{
	u32 i;

	if (!val) {
		virtio_pci_reset(v);
		tell_kind(v);
		return;
	}
	if (v->resetting)
		return;
	/* A driver that wants what was not offered, or is of old, finds it unset. */
	if (v->accepted & ~v->offered || !(v->accepted & VIRTIO_F_VERSION_1))
		val &= ~(VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
	v->status |= val;
	for (i = 0; i < v->nr_queues; i++)
		v->queue[i].event_idx = virtio_pci_has(v, VIRTIO_F_EVENT_IDX);
	if (!(val & VIRTIO_DRIVER_OK))
		return;
	tell_kind(v);
	/* What was put there before. */
	for (i = 0; i < v->nr_queues; i++)
		v->ops->kick(v, i);
}

static u16 good_vector(const struct virtio_pci *v, u32 val)
{
	return val < v->func.msix_count ? val : VIRTIO_NO_VECTOR;
}

static void queue_write(struct virtio_pci *v, u32 offset, u32 val)
{
	struct virtq *q = selected(v);
	u64 *addr;

	if (!q || v->resetting)
		return;
	if (offset == QUEUE_VECTOR) {
		v->vector[q - v->queue] = good_vector(v, val);
		return;
	}
	/* The rest stands still while the queue is in use. */
	if (q->enabled)
		return;
	if (offset == QUEUE_SIZE) {
		q->size = val;
	} else if (offset == QUEUE_ENABLE) {
		if (val == 1)
			virtq_enable(q);
	} else if (offset >= QUEUE_DESC && offset < COMMON_LEN) {
		addr = queue_address(q, offset);
		if (offset & 4)
			*addr = (u64)val << 32 | lower_32_bits(*addr);
		else
			*addr = (*addr & GENMASK_ULL(63, 32)) | val;
	}
}

static void common_write(struct virtio_pci *v, u32 offset, u32 val)
{
	switch (offset) {
	case OFFERED_SELECT:
		v->offered_select = val;
		break;
	case ACCEPTED_SELECT:
		v->accepted_select = val;
		break;
	case ACCEPTED:
		set_accepted(v, val);
		break;
	case CONFIG_VECTOR:
		v->config_vector = good_vector(v, val);
		break;
	case STATUS:
		set_status(v, val);
		break;
	case QUEUE_SELECT:
		v->queue_select = val;
		break;
	default:
		queue_write(v, offset, val);
		break;
	}
}

/* How wide a register is. */
static u32 common_width(u32 offset)
{
	if (offset == STATUS || offset == GENERATION)
		return 1;
	return offset >= CONFIG_VECTOR && offset < QUEUE_DESC ? 2 : 4;
}

/*
 * The BAR.
 */
static u32 bar_read(void *dev, u32 bar, u32 offset, u32 size)
{
	struct virtio_pci *v = dev;
	u32 at = offset & 0xfff, isr;

	switch (offset & ~0xfffU) {
	case VIRTIO_BAR_COMMON:
		return at < COMMON_LEN && size == common_width(at) ? common_read(v, at) : 0;
	case VIRTIO_BAR_ISR:
		isr = at ? 0 : v->isr;
		v->isr &= ~isr;
		return isr;
	case VIRTIO_BAR_DEVICE:
		return at + size <= v->config_len ? v->ops->config_read(v, at, size) : 0;
	default:
		return 0;
	}
}

static void bar_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	struct virtio_pci *v = dev;
	u32 at = offset & 0xfff;

	switch (offset & ~0xfffU) {
	case VIRTIO_BAR_COMMON:
		if (at < COMMON_LEN && size == common_width(at))
			common_write(v, at, val);
		break;
	case VIRTIO_BAR_NOTIFY:
		if (at < v->nr_queues * VIRTIO_NOTIFY_STEP && virtio_pci_live(v))
			v->ops->kick(v, array_index_nospec(at / VIRTIO_NOTIFY_STEP, v->nr_queues));
		break;
	}
}

/*
 * The command register was written. With bus mastering on (again), look at what the
 * driver made available meanwhile.
 */
static void virtio_pci_moved(void *dev)
{
	struct virtio_pci *v = dev;
	u32 i;

	if (!virtio_pci_live(v))
		return;
	for (i = 0; i < v->nr_queues; i++)
		v->ops->kick(v, i);
}

/*
 * Any access to pci_cfg_data accesses cap.length bytes at cap.offset of the BAR
 * (virtio 1.2, "PCI configuration access capability").
 */
static bool window_target(const struct virtio_pci *v, u32 *offset, u32 *len)
{
	const u8 *cap = v->func.cfg + v->window_cap;

	*offset = get32(cap + 8);
	*len = get32(cap + 12);
	return !cap[4] && (*len == 1 || *len == 2 || *len == 4);
}

static u32 window_read(void *dev, u32 offset, u32 size)
{
	struct virtio_pci *v = dev;
	u32 at, len, val = 0;

	if (window_target(v, &at, &len))
		val = pci_bar_read(&v->func, 0, at, len) & vdev_mask(len);
	return val >> 8 * offset;
}

static void window_write(void *dev, u32 offset, u32 size, u32 val)
{
	struct virtio_pci *v = dev;
	u32 mask = vdev_mask(size) << 8 * offset;
	u32 at, len;

	v->window_data = (v->window_data & ~mask) | (val << 8 * offset & mask);
	if (window_target(v, &at, &len))
		pci_bar_write(&v->func, 0, at, len, v->window_data & vdev_mask(len));
}

static const struct pci_ops virtio_pci_func_ops = {
	.read = bar_read,
	.write = bar_write,
	.moved = virtio_pci_moved,
	.window_read = window_read,
	.window_write = window_write,
};

void virtio_pci_init(struct virtio_pci *v, const struct virtio_kind *kind,
		     const struct virtio_ops *ops, u64 offered, u32 nr_queues,
		     const struct virtq_env *env, void *ctx)
{
	const struct pci_identity id = {
		.vendor = VIRTIO_VENDOR,
		.device = VIRTIO_DEVICE_BASE + kind->type,
		.subsystem_vendor = VIRTIO_VENDOR,
		.subsystem = VIRTIO_DEVICE_BASE + kind->type,
		.revision = 1,
		.class = kind->class,
	};
	u32 i;

	memset(v, 0, sizeof(*v));
	v->ops = ops;
	v->offered = offered | TRANSPORT_FEATURES;
	v->nr_queues = nr_queues;
	v->config_len = kind->config_len;
	pci_func_init(&v->func, &id, &virtio_pci_func_ops, v);
	pci_func_bar(&v->func, 0, VIRTIO_BAR_SIZE, 0);
	add_caps(v);
	for (i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		v->queue[i].env = env;
		v->queue[i].ctx = ctx;
	}
	pci_func_reset(&v->func);
	reset_now(v);
}
