// SPDX-License-Identifier: GPL-2.0
/*
 * Generic Event Device: register model of the guest's hot plug, power and
 * reset ports (ACPI 6.3, "Interrupt-signaled ACPI events" and
 * "Hardware-Reduced ACPI Sleep Control Registers").
 *
 * L0: includes L0 headers only; effects go out through struct ged_env.
 */
#include "pure.h"
#include "vdev/ged.h"

#define SLP_TYP_SHIFT	2
#define SLP_TYP_MASK	7
#define SLP_EN		BIT(5)
#define WAK_STS		BIT(7)

/* _OST Arg0 and Arg1 (ACPI, "_OST (OSPM Status Indication)") */
#define OST_EVENT_EJECT		GED_NOTIFY_EJECT
#define OST_EVENT_OSPM_EJECT	0x103
#define OST_SUCCESS		0x00
#define OST_EJECT_IN_PROGRESS	0x84	/* of an eject */
#define OST_INSERT_IN_PROGRESS	0x80	/* of an insertion */

/* The registers of each kind have the same order, from SELECT on. */
enum unit_reg {
	REG_SELECT = 0x00,
	REG_STATUS = 0x04,
	REG_NEXT = 0x08,
	REG_OST_EVENT = 0x0c,
	REG_OST_STATUS = 0x10,
	REG_EJECT = 0x14,	/* of GED_PCI only */
};

static const u32 unit_count[GED_NR_KINDS] = {
	[GED_LIP] = LAYOUT_GED_LIPS,
	[GED_MEMORY] = LAYOUT_GED_MEM_SLOTS,
	[GED_PCI] = LAYOUT_PCI_SLOTS,
};

static const u32 unit_event[GED_NR_KINDS] = {
	[GED_LIP] = GED_EVENT_CPU,
	[GED_MEMORY] = GED_EVENT_MEM,
	[GED_PCI] = GED_EVENT_PCI,
};

static struct ged_unit *ged_unit_array(struct ged *g, enum ged_kind kind)
{
	switch (kind) {
	case GED_LIP:
		return g->lip;
	case GED_MEMORY:
		return g->mem;
	default:
		return g->pci;
	}
}

static struct ged_unit *ged_selected(struct ged *g, enum ged_kind kind)
{
	u32 count = unit_count[kind];

	if (g->select[kind] >= count)
		return NULL;
	return &ged_unit_array(g, kind)[array_index_nospec(g->select[kind], count)];
}

void ged_init(struct ged *g, const struct ged_env *env, void *ctx,
	      u64 present_lips)
{
	u32 i;

	memset(g, 0, sizeof(*g));
	g->env = env;
	g->ctx = ctx;
	for (i = 0; i < LAYOUT_GED_LIPS; i++)
		g->lip[i].present = (present_lips >> i) & 1;
}

void ged_set_slots(struct ged *g, u32 slots)
{
	u32 i;

	for (i = 0; i < LAYOUT_PCI_SLOTS; i++)
		g->pci[i].present = slots >> i & 1;
}

static void ged_raise(struct ged *g, u32 event)
{
	g->events |= event;
	g->env->irq(g->ctx);
}

static u32 ged_take_events(struct ged *g)
{
	u32 events = g->events;

	g->events = 0;
	return events;
}

/* The guest reads the event; _STA reports the unit as present from now on. */
static u32 ged_take_unit(struct ged_unit *u, u32 index)
{
	u32 val = index | (u32)u->notify << 16;

	if (u->notify == GED_NOTIFY_CHECK)
		u->present = true;
	u->notify = 0;
	u->taken = true;
	return val;
}

static u32 ged_take_next(struct ged *g, enum ged_kind kind)
{
	struct ged_unit *u = ged_unit_array(g, kind);
	u32 i;

	for (i = 0; i < unit_count[kind]; i++)
		if (u[i].notify)
			return ged_take_unit(&u[i], i);
	return GED_NEXT_NONE;
}

static u32 ged_unit_read(struct ged *g, enum ged_kind kind, u32 reg)
{
	const struct ged_unit *u = ged_selected(g, kind);

	switch (reg) {
	case REG_SELECT:
		return g->select[kind];
	case REG_STATUS:
		return u && u->present ? GED_STA_PRESENT : 0;
	case REG_NEXT:
		return ged_take_next(g, kind);
	default:
		return U32_MAX;
	}
}

static u32 ged_range_read(const struct ged *g, u32 offset)
{
	const struct layout_range *r;

	if (g->select[GED_MEMORY] >= LAYOUT_GED_MEM_SLOTS)
		return 0;
	r = &g->range[array_index_nospec(g->select[GED_MEMORY], LAYOUT_GED_MEM_SLOTS)];
	switch (offset) {
	case GED_MEM_BASE_LO:
		return (u32)r->start;
	case GED_MEM_BASE_HI:
		return (u32)(r->start >> 32);
	case GED_MEM_LEN_LO:
		return (u32)r->len;
	case GED_MEM_LEN_HI:
		return (u32)(r->len >> 32);
	default:
		return U32_MAX;
	}
}

static u32 ged_byte_read(const struct ged *g, u32 offset)
{
	switch (offset) {
	case GED_SLEEP_STATUS:
		return g->sleep_status;
	case GED_SLEEP_CONTROL:
	case GED_RESET:
		return 0;
	default:
		return U8_MAX;
	}
}

u32 ged_port_read(struct ged *g, u32 offset, u32 size)
{
	if (size == 1)
		return ged_byte_read(g, offset);
	if (size != 4)
		return U16_MAX;
	if (offset == GED_EVENT)
		return ged_take_events(g);
	if (offset >= GED_PCI_SELECT)
		return ged_unit_read(g, GED_PCI, offset - GED_PCI_SELECT);
	if (offset >= GED_MEM_BASE_LO)
		return ged_range_read(g, offset);
	if (offset >= GED_MEM_SELECT)
		return ged_unit_read(g, GED_MEMORY, offset - GED_MEM_SELECT);
	if (offset >= GED_CPU_SELECT)
		return ged_unit_read(g, GED_LIP, offset - GED_CPU_SELECT);
	return U32_MAX;
}

static bool ged_ost_of_eject(const struct ged_unit *u)
{
	return u->ost_event == OST_EVENT_EJECT || u->ost_event == OST_EVENT_OSPM_EJECT;
}

/* The state of an announced unit after the guest's _OST. */
static enum ged_answer ged_ost_answer(const struct ged_unit *u)
{
	bool eject = ged_ost_of_eject(u);

	if (u->ost_status == OST_SUCCESS)
		return eject ? GED_EJECTED : GED_ADDED;
	if (u->ost_status == (eject ? OST_EJECT_IN_PROGRESS : OST_INSERT_IN_PROGRESS))
		return GED_PENDING;
	return GED_FAILED;
}

static void ged_unit_ost(struct ged *g, enum ged_kind kind, u32 status)
{
	struct ged_unit *u = ged_selected(g, kind);

	/* Ignore _OST for units that were not announced. */
	if (!u || !u->taken)
		return;
	u->ost_status = status;
	u->answer = ged_ost_answer(u);
	g->env->ost(g->ctx, kind, g->select[kind], u->answer, status);
}

/* _EJ0: the guest has released the slot, whether or not it was asked to. */
static void ged_unit_eject(struct ged *g)
{
	struct ged_unit *u = ged_selected(g, GED_PCI);

	if (!u || !u->present)
		return;
	u->present = false;
	g->env->eject(g->ctx, g->select[GED_PCI]);
}

static void ged_unit_write(struct ged *g, enum ged_kind kind, u32 reg, u32 val)
{
	struct ged_unit *u = ged_selected(g, kind);

	switch (reg) {
	case REG_SELECT:
		g->select[kind] = val;
		break;
	case REG_OST_EVENT:
		if (u)
			u->ost_event = val;
		break;
	case REG_OST_STATUS:
		ged_unit_ost(g, kind, val);
		break;
	case REG_EJECT:
		if (kind == GED_PCI)
			ged_unit_eject(g);
		break;
	}
}

static void ged_byte_write(struct ged *g, u32 offset, u32 val)
{
	switch (offset) {
	case GED_SLEEP_CONTROL:
		if ((val & SLP_EN) &&
		    ((val >> SLP_TYP_SHIFT) & SLP_TYP_MASK) == GED_SLP_TYP_S5)
			g->env->sleep(g->ctx, 5);
		break;
	case GED_SLEEP_STATUS:
		g->sleep_status &= ~(val & WAK_STS);
		break;
	case GED_RESET:
		if (val == GED_RESET_VALUE)
			g->env->reset(g->ctx);
		break;
	}
}

void ged_port_write(struct ged *g, u32 offset, u32 size, u32 val)
{
	if (size == 1)
		ged_byte_write(g, offset, val & U8_MAX);
	else if (size != 4)
		return;
	else if (offset >= GED_PCI_SELECT)
		ged_unit_write(g, GED_PCI, offset - GED_PCI_SELECT, val);
	else if (offset >= GED_MEM_SELECT)
		ged_unit_write(g, GED_MEMORY, offset - GED_MEM_SELECT, val);
	else if (offset >= GED_CPU_SELECT)
		ged_unit_write(g, GED_LIP, offset - GED_CPU_SELECT, val);
}

u32 ged_free_slots(const struct ged *g)
{
	return LAYOUT_GED_MEM_SLOTS - g->nr_mem;
}

static bool ged_range_ok(const struct ged *g, u64 base, u64 len)
{
	u64 end = base + len;
	u32 i;

	if (!len || end < base)
		return false;
	if (base < LAYOUT_HOLE_END && end > LAYOUT_HOLE_START)
		return false;
	for (i = 0; i < g->nr_mem; i++)
		if (base < g->range[i].start + g->range[i].len &&
		    end > g->range[i].start)
			return false;
	return true;
}

static void ged_announce(struct ged *g, enum ged_kind kind, struct ged_unit *u)
{
	*u = (struct ged_unit) {
		.notify = GED_NOTIFY_CHECK,
		.answer = GED_PENDING,
	};
	ged_raise(g, unit_event[kind]);
}

int ged_add_memory(struct ged *g, u64 base, u64 len)
{
	u32 slot = g->nr_mem;

	if (!ged_range_ok(g, base, len))
		return -EINVAL;
	if (slot >= LAYOUT_GED_MEM_SLOTS)
		return -ENOSPC;
	g->range[slot].start = base;
	g->range[slot].len = len;
	g->nr_mem++;
	ged_announce(g, GED_MEMORY, &g->mem[slot]);
	return (int)slot;
}

int ged_add_cpu(struct ged *g, u32 lip)
{
	if (lip >= LAYOUT_GED_LIPS)
		return -EINVAL;
	if (g->lip[lip].present || g->lip[lip].notify)
		return -EEXIST;
	ged_announce(g, GED_LIP, &g->lip[lip]);
	return 0;
}

int ged_add_pci(struct ged *g, u32 slot)
{
	if (!slot || slot >= LAYOUT_PCI_SLOTS)
		return -EINVAL;
	if (g->pci[slot].present || g->pci[slot].notify)
		return -EEXIST;
	ged_announce(g, GED_PCI, &g->pci[slot]);
	return 0;
}

int ged_eject_pci(struct ged *g, u32 slot)
{
	struct ged_unit *u;

	if (slot >= LAYOUT_PCI_SLOTS || !g->pci[slot].present)
		return -ENOENT;
	u = &g->pci[slot];
	u->notify = GED_NOTIFY_EJECT;
	u->answer = GED_PENDING;
	u->taken = false;
	ged_raise(g, GED_EVENT_PCI);
	return 0;
}

void ged_cancel_eject(struct ged *g, u32 slot)
{
	if (slot < LAYOUT_PCI_SLOTS && g->pci[slot].notify == GED_NOTIFY_EJECT)
		g->pci[slot].notify = 0;
}

void ged_drop_pci(struct ged *g, u32 slot)
{
	if (slot < LAYOUT_PCI_SLOTS)
		g->pci[slot] = (struct ged_unit) { 0 };
}

void ged_power_button(struct ged *g)
{
	ged_raise(g, GED_EVENT_POWER);
}

static bool ged_waiting(const struct ged_unit *u, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (u[i].notify)
			return true;
	return false;
}

void ged_kick(struct ged *g)
{
	if (g->events || ged_waiting(g->lip, LAYOUT_GED_LIPS) ||
	    ged_waiting(g->mem, LAYOUT_GED_MEM_SLOTS) ||
	    ged_waiting(g->pci, LAYOUT_PCI_SLOTS))
		g->env->irq(g->ctx);
}

static u32 ged_announce_kind_again(struct ged *g, enum ged_kind kind)
{
	struct ged_unit *u = ged_unit_array(g, kind);
	u32 i, nr = 0;

	for (i = 0; i < unit_count[kind]; i++) {
		if (u[i].answer != GED_FAILED || ged_ost_of_eject(&u[i]))
			continue;
		ged_announce(g, kind, &u[i]);
		nr++;
	}
	return nr;
}

u32 ged_announce_again(struct ged *g)
{
	return ged_announce_kind_again(g, GED_MEMORY) + ged_announce_kind_again(g, GED_LIP) +
	       ged_announce_kind_again(g, GED_PCI);
}

void ged_memory_answers(const struct ged *g, u64 sum[GED_NR_ANSWERS])
{
	u32 i;

	for (i = 0; i < g->nr_mem; i++)
		sum[g->mem[i].answer] += g->range[i].len;
}

const struct ged_unit *ged_unit(const struct ged *g, enum ged_kind kind,
				u32 index)
{
	if ((u32)kind >= GED_NR_KINDS || index >= unit_count[kind])
		return NULL;
	return &ged_unit_array((struct ged *)g, kind)[index];
}

const char *ged_answer_name(enum ged_answer answer)
{
	static const char * const name[] = {
		[GED_NONE] = "none",
		[GED_PENDING] = "pending",
		[GED_ADDED] = "added",
		[GED_FAILED] = "failed",
		[GED_EJECTED] = "ejected",
	};

	return (u32)answer < ARRAY_SIZE(name) ? name[answer] : "unknown";
}
