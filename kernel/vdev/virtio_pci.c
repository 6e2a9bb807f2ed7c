// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/virtio_pci.c - the registers of a modern virtio device behind PCI. L0:
 * calls only callbacks.
 */
#include "pure.h"
#include "vdev/virtio_pci.h"

#define VIRTIO_PCI_VENDOR	0x1af4
#define VIRTIO_PCI_DEVICE_BASE	0x1040	/* + virtio device ID */
#define VIRTIO_PCI_FEATURES	(BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) | \
				 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | \
				 BIT_ULL(VIRTIO_F_VERSION_1))

/* ISR status bit of the queues; <linux/virtio_pci.h> has that of the configuration. */
#define VIRTIO_PCI_ISR_QUEUE	1

#define VIRTIO_PCI_COMMON_LEN	sizeof(struct virtio_pci_common_cfg)

static void virtio_pci_put32(u8 *p, u32 val)
{
	u32 i;

	for (i = 0; i < 4; i++, val >>= 8)
		p[i] = val;
}

static u32 virtio_pci_get32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static u8 virtio_pci_add_cap(struct virtio_pci *v, u8 type, u8 len, u32 offset, u32 length)
{
	u8 at = pci_func_cap(&v->func, PCI_CAP_ID_VNDR, len);
	u8 *cap = v->func.cfg + at;

	cap[offsetof(struct virtio_pci_cap, cap_len)] = len;
	cap[offsetof(struct virtio_pci_cap, cfg_type)] = type;
	virtio_pci_put32(cap + VIRTIO_PCI_CAP_OFFSET, offset);
	virtio_pci_put32(cap + VIRTIO_PCI_CAP_LENGTH, length);
	return at;
}

static void virtio_pci_add_caps(struct virtio_pci *v)
{
	u8 at;

	virtio_pci_add_cap(v, VIRTIO_PCI_CAP_COMMON_CFG, 16, VIRTIO_BAR_COMMON,
			   VIRTIO_PCI_COMMON_LEN);
	virtio_pci_add_cap(v, VIRTIO_PCI_CAP_ISR_CFG, 16, VIRTIO_BAR_ISR, 1);
	virtio_pci_add_cap(v, VIRTIO_PCI_CAP_DEVICE_CFG, 16, VIRTIO_BAR_DEVICE, v->config_len);
	at = virtio_pci_add_cap(v, VIRTIO_PCI_CAP_NOTIFY_CFG, 20, VIRTIO_BAR_NOTIFY,
				v->nr_queues * VIRTIO_NOTIFY_STEP);
	virtio_pci_put32(v->func.cfg + at + VIRTIO_PCI_NOTIFY_CAP_MULT, VIRTIO_NOTIFY_STEP);
	/* The driver's window into the BAR. */
	at = virtio_pci_add_cap(v, VIRTIO_PCI_CAP_PCI_CFG, 20, 0, 0);
	v->func.writable[at + VIRTIO_PCI_CAP_BAR] = U8_MAX;
	virtio_pci_put32(v->func.writable + at + VIRTIO_PCI_CAP_OFFSET, U32_MAX);
	virtio_pci_put32(v->func.writable + at + VIRTIO_PCI_CAP_LENGTH, U32_MAX);
	v->func.window = at + offsetof(struct virtio_pci_cfg_cap, pci_cfg_data);
	v->window_cap = at;
	pci_func_msix(&v->func, pci_func_cap(&v->func, PCI_CAP_ID_MSIX, 12), v->nr_queues + 1,
		      (struct pci_place){ .offset = VIRTIO_BAR_MSIX },
		      (struct pci_place){ .offset = VIRTIO_BAR_PBA });
}

/*
 * State.
 */
static void virtio_pci_reset_now(struct virtio_pci *v)
{
	u32 i;

	v->resetting = false;
	v->status = 0;
	v->isr = 0;
	v->offered_select = 0;
	v->accepted_select = 0;
	v->queue_select = 0;
	v->accepted = 0;
	v->config_vector = VIRTIO_MSI_NO_VECTOR;
	for (i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		virtq_reset(&v->queue[i]);
		v->vector[i] = VIRTIO_MSI_NO_VECTOR;
	}
}

void virtio_pci_reset(struct virtio_pci *v)
{
	if (v->busy)
		v->resetting = true;
	else
		virtio_pci_reset_now(v);
}

static bool virtio_pci_running(const struct virtio_pci *v)
{
	return v->status & VIRTIO_CONFIG_S_DRIVER_OK && !v->resetting &&
	       !(v->status & VIRTIO_CONFIG_S_NEEDS_RESET);
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

/* @n requests have been returned. False: a reset waited for them; drop them. */
static bool virtio_pci_returned(struct virtio_pci *v, u32 n)
{
	v->busy -= n;
	if (!v->resetting)
		return true;
	if (!v->busy)
		virtio_pci_reset_now(v);
	return false;
}

void virtio_pci_done_all(struct virtio_pci *v, u32 q, const struct virtq_used *used, u32 n)
{
	if (!virtio_pci_returned(v, n))
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
	if (virtio_pci_returned(v, n))
		virtq_untake(&v->queue[q], n);
}

static void virtio_pci_raise(struct virtio_pci *v, u16 vector, u8 isr)
{
	if (pci_msix_on(&v->func))
		pci_msix_raise(&v->func, vector);
	else
		v->isr |= isr;
}

void virtio_pci_tell(struct virtio_pci *v, u32 q)
{
	if (virtio_pci_live(v) && virtq_must_tell(&v->queue[q]))
		virtio_pci_raise(v, v->vector[q], VIRTIO_PCI_ISR_QUEUE);
}

void virtio_pci_fail(struct virtio_pci *v, u32 q)
{
	v->queue[q].broken = true;
	v->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	virtio_pci_raise(v, v->config_vector, VIRTIO_PCI_ISR_CONFIG);
}

void virtio_pci_changed(struct virtio_pci *v)
{
	v->generation++;
	if (virtio_pci_running(v))
		virtio_pci_raise(v, v->config_vector, VIRTIO_PCI_ISR_CONFIG);
}

/*
 * Common configuration.
 */
static struct virtq *virtio_pci_selected(struct virtio_pci *v)
{
	u32 nr = v->nr_queues;

	return v->queue_select < nr ? &v->queue[array_index_nospec(v->queue_select, nr)] : NULL;
}

static u64 *virtio_pci_queue_address(struct virtq *q, u32 offset)
{
	switch (offset & ~7U) {
	case VIRTIO_PCI_COMMON_Q_DESCLO:
		return &q->desc;
	case VIRTIO_PCI_COMMON_Q_AVAILLO:
		return &q->avail;
	default:
		return &q->used;
	}
}

static u32 virtio_pci_queue_read(struct virtio_pci *v, u32 offset)
{
	struct virtq *q = virtio_pci_selected(v);
	u64 addr;

	if (!q)
		return offset == VIRTIO_PCI_COMMON_Q_MSIX ? VIRTIO_MSI_NO_VECTOR : 0;
	switch (offset) {
	case VIRTIO_PCI_COMMON_Q_SIZE:
		return q->size;
	case VIRTIO_PCI_COMMON_Q_MSIX:
		return v->vector[q - v->queue];
	case VIRTIO_PCI_COMMON_Q_ENABLE:
		return q->enabled;
	case VIRTIO_PCI_COMMON_Q_NOFF:
		return v->queue_select;
	}
	addr = *virtio_pci_queue_address(q, offset);
	return offset & 4 ? upper_32_bits(addr) : lower_32_bits(addr);
}

static u32 virtio_pci_feature_word(u64 features, u32 select)
{
	return select < 2 ? features >> (32 * select) : 0;
}

static u32 virtio_pci_common_read(struct virtio_pci *v, u32 offset)
{
	switch (offset) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		return v->offered_select;
	case VIRTIO_PCI_COMMON_DF:
		return virtio_pci_feature_word(v->offered, v->offered_select);
	case VIRTIO_PCI_COMMON_GFSELECT:
		return v->accepted_select;
	case VIRTIO_PCI_COMMON_GF:
		return virtio_pci_feature_word(v->accepted, v->accepted_select);
	case VIRTIO_PCI_COMMON_MSIX:
		return v->config_vector;
	case VIRTIO_PCI_COMMON_NUMQ:
		return v->nr_queues;
	case VIRTIO_PCI_COMMON_STATUS:
		return v->status;
	case VIRTIO_PCI_COMMON_CFGGENERATION:
		return v->generation;
	case VIRTIO_PCI_COMMON_Q_SELECT:
		return v->queue_select;
	default:
		return virtio_pci_queue_read(v, offset);
	}
}

static void virtio_pci_set_accepted(struct virtio_pci *v, u32 val)
{
	u32 shift = 32 * v->accepted_select;

	if (v->accepted_select < 2 && !(v->status & VIRTIO_CONFIG_S_FEATURES_OK))
		v->accepted = (v->accepted & ~((u64)U32_MAX << shift)) | (u64)val << shift;
}

static void virtio_pci_tell_kind(struct virtio_pci *v)
{
	if (v->ops->status)
		v->ops->status(v);
}

/* Status bits are only added, except by a reset. */
static void virtio_pci_set_status(struct virtio_pci *v, u8 val)
{
	u32 i;

	if (!val) {
		virtio_pci_reset(v);
		virtio_pci_tell_kind(v);
		return;
	}
	if (v->resetting)
		return;
	/* Reject features that were not offered, and legacy drivers. */
	if (v->accepted & ~v->offered || !(v->accepted & BIT_ULL(VIRTIO_F_VERSION_1)))
		val &= ~(VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK);
	v->status |= val;
	for (i = 0; i < v->nr_queues; i++)
		v->queue[i].event_idx = virtio_pci_has(v, BIT_ULL(VIRTIO_RING_F_EVENT_IDX));
	if (!(val & VIRTIO_CONFIG_S_DRIVER_OK))
		return;
	virtio_pci_tell_kind(v);
	/* The driver may have made buffers available already. */
	for (i = 0; i < v->nr_queues; i++)
		v->ops->kick(v, i);
}

static u16 virtio_pci_check_vector(const struct virtio_pci *v, u32 val)
{
	return val < v->func.msix_count ? val : VIRTIO_MSI_NO_VECTOR;
}

static void virtio_pci_queue_write(struct virtio_pci *v, u32 offset, u32 val)
{
	struct virtq *q = virtio_pci_selected(v);
	u64 *addr;

	if (!q || v->resetting)
		return;
	if (offset == VIRTIO_PCI_COMMON_Q_MSIX) {
		v->vector[q - v->queue] = virtio_pci_check_vector(v, val);
		return;
	}
	/* The other registers are read-only while the queue is enabled. */
	if (q->enabled)
		return;
	if (offset == VIRTIO_PCI_COMMON_Q_SIZE) {
		q->size = val;
	} else if (offset == VIRTIO_PCI_COMMON_Q_ENABLE) {
		if (val == 1)
			virtq_enable(q);
	} else if (offset >= VIRTIO_PCI_COMMON_Q_DESCLO && offset < VIRTIO_PCI_COMMON_LEN) {
		addr = virtio_pci_queue_address(q, offset);
		if (offset & 4)
			*addr = (u64)val << 32 | lower_32_bits(*addr);
		else
			*addr = (*addr & GENMASK_ULL(63, 32)) | val;
	}
}

static void virtio_pci_common_write(struct virtio_pci *v, u32 offset, u32 val)
{
	switch (offset) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		v->offered_select = val;
		break;
	case VIRTIO_PCI_COMMON_GFSELECT:
		v->accepted_select = val;
		break;
	case VIRTIO_PCI_COMMON_GF:
		virtio_pci_set_accepted(v, val);
		break;
	case VIRTIO_PCI_COMMON_MSIX:
		v->config_vector = virtio_pci_check_vector(v, val);
		break;
	case VIRTIO_PCI_COMMON_STATUS:
		virtio_pci_set_status(v, val);
		break;
	case VIRTIO_PCI_COMMON_Q_SELECT:
		v->queue_select = val;
		break;
	default:
		virtio_pci_queue_write(v, offset, val);
		break;
	}
}

/* Width of a register. */
static u32 virtio_pci_common_width(u32 offset)
{
	if (offset == VIRTIO_PCI_COMMON_STATUS || offset == VIRTIO_PCI_COMMON_CFGGENERATION)
		return 1;
	return offset >= VIRTIO_PCI_COMMON_MSIX && offset < VIRTIO_PCI_COMMON_Q_DESCLO ? 2 : 4;
}

/*
 * The BAR.
 */
static u32 virtio_pci_bar_read(void *dev, u32 bar, u32 offset, u32 size)
{
	struct virtio_pci *v = dev;
	u32 at = offset & 0xfff, isr;

	switch (offset & ~0xfffU) {
	case VIRTIO_BAR_COMMON:
		if (at >= VIRTIO_PCI_COMMON_LEN || size != virtio_pci_common_width(at))
			return 0;
		return virtio_pci_common_read(v, at);
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

static void virtio_pci_bar_write(void *dev, u32 bar, u32 offset, u32 size, u32 val)
{
	struct virtio_pci *v = dev;
	u32 at = offset & 0xfff;

	switch (offset & ~0xfffU) {
	case VIRTIO_BAR_COMMON:
		if (at < VIRTIO_PCI_COMMON_LEN && size == virtio_pci_common_width(at))
			virtio_pci_common_write(v, at, val);
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
static bool virtio_pci_window_target(const struct virtio_pci *v, u32 *offset, u32 *len)
{
	const u8 *cap = v->func.cfg + v->window_cap;

	*offset = virtio_pci_get32(cap + VIRTIO_PCI_CAP_OFFSET);
	*len = virtio_pci_get32(cap + VIRTIO_PCI_CAP_LENGTH);
	return !cap[VIRTIO_PCI_CAP_BAR] && (*len == 1 || *len == 2 || *len == 4);
}

static u32 virtio_pci_window_read(void *dev, u32 offset, u32 size)
{
	struct virtio_pci *v = dev;
	u32 at, len, val = 0;

	if (virtio_pci_window_target(v, &at, &len))
		val = pci_bar_read(&v->func, 0, at, len) & vdev_mask(len);
	return val >> 8 * offset;
}

static void virtio_pci_window_write(void *dev, u32 offset, u32 size, u32 val)
{
	struct virtio_pci *v = dev;
	u32 mask = vdev_mask(size) << 8 * offset;
	u32 at, len;

	v->window_data = (v->window_data & ~mask) | (val << 8 * offset & mask);
	if (virtio_pci_window_target(v, &at, &len))
		pci_bar_write(&v->func, 0, at, len, v->window_data & vdev_mask(len));
}

static const struct pci_ops virtio_pci_func_ops = {
	.read = virtio_pci_bar_read,
	.write = virtio_pci_bar_write,
	.moved = virtio_pci_moved,
	.window_read = virtio_pci_window_read,
	.window_write = virtio_pci_window_write,
};

void virtio_pci_init(struct virtio_pci *v, const struct virtio_kind *kind,
		     const struct virtio_ops *ops, u64 offered, u32 nr_queues,
		     const struct virtq_env *env, void *ctx)
{
	const struct pci_identity id = {
		.vendor = VIRTIO_PCI_VENDOR,
		.device = VIRTIO_PCI_DEVICE_BASE + kind->type,
		.subsystem_vendor = VIRTIO_PCI_VENDOR,
		.subsystem = VIRTIO_PCI_DEVICE_BASE + kind->type,
		.revision = 1,
		.class = kind->class,
	};
	u32 i;

	memset(v, 0, sizeof(*v));
	v->ops = ops;
	v->offered = offered | VIRTIO_PCI_FEATURES;
	v->nr_queues = nr_queues;
	v->config_len = kind->config_len;
	pci_func_init(&v->func, &id, &virtio_pci_func_ops, v);
	pci_func_bar(&v->func, 0, VIRTIO_BAR_SIZE, 0);
	virtio_pci_add_caps(v);
	for (i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		v->queue[i].env = env;
		v->queue[i].ctx = ctx;
	}
	pci_func_reset(&v->func);
	virtio_pci_reset_now(v);
}
