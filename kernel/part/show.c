// SPDX-License-Identifier: GPL-2.0
/*
 * What iface/ shows: of one LPAR, and of the machine as a whole. Nothing here
 * takes an LPAR's mutex, so an operation in progress keeps no reader waiting.
 * Layer L3.
 */
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "machine/slot.h"
#include "model/plan.h"
#include "part/channel.h"
#include "part/part.h"

/*
 * What is wanted.
 */
static u64 want_bytes(const u64 *field)
{
	guard(mutex)(&part.lock);
	return *field;
}

u64 lpar_want_ms_origin(struct lpar *lpar)
{
	return want_bytes(&lpar->want.ms.origin);
}

u64 lpar_want_ms_size(struct lpar *lpar)
{
	return want_bytes(&lpar->want.ms.size);
}

u64 lpar_want_ms_expansion(struct lpar *lpar)
{
	return want_bytes(&lpar->want.ms.expansion);
}

u64 lpar_want_es_size(struct lpar *lpar)
{
	return want_bytes(&lpar->want.es);
}

bool lpar_want_capped(struct lpar *lpar)
{
	guard(mutex)(&part.lock);
	return lpar->want.capped;
}

bool lpar_get_capped(struct lpar *lpar)
{
	/* It cannot be changed while there is anything to be capped. */
	return lpar_want_capped(lpar);
}

int lpar_show_shares(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return share_print(&lpar->want.shares, buf, size);
}

int lpar_show_channels(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return channel_print(lpar->want.channels, buf, size);
}

static int show_text(const char *text, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", text);
}

int lpar_show_notify(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, lpar->want.notify ? "auto" : "manual");
}

int lpar_show_kernel(struct lpar *lpar, char *buf, size_t size)
{
	return show_text(lpar->want.kernel, buf, size);
}

int lpar_show_initrd(struct lpar *lpar, char *buf, size_t size)
{
	return show_text(lpar->want.initrd, buf, size);
}

int lpar_show_cmdline(struct lpar *lpar, char *buf, size_t size)
{
	return show_text(lpar->want.cmdline, buf, size);
}

int lpar_show_integrate(struct lpar *lpar, char *buf, size_t size)
{
	return show_text(lpar->result, buf, size);
}

int lpar_show_integrate_check(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%s", lpar->plan ?: "");
}

int lpar_show_last_error(struct lpar *lpar, char *buf, size_t size)
{
	int len;

	spin_lock(&lpar->text_lock);
	len = scnprintf(buf, size, "%s", lpar->last_error);
	spin_unlock(&lpar->text_lock);
	return len;
}

u64 lpar_generation(struct lpar *lpar)
{
	u64 generation;

	spin_lock(&lpar->text_lock);
	generation = lpar->generation;
	spin_unlock(&lpar->text_lock);
	return generation;
}

/*
 * What is.
 */
const char *lpar_state_word(struct lpar *lpar)
{
	return state_name(part_state(lpar));
}

void lpar_get_ms(struct lpar *lpar, struct lpar_ms_info *info)
{
	const struct ms_area *area = &part.inv.ms.area[lpar->slot];

	guard(mutex)(&part.lock);
	memset(info, 0, sizeof(*info));
	if (!area->size)
		return;
	info->origin = area->origin;
	info->size = area->size;
	info->expansion = area->expansion;
	info->free = ms_free_behind(&part.inv.ms, lpar->slot);
}

u64 lpar_get_es(struct lpar *lpar)
{
	return want_bytes(&part.inv.es.size[lpar->slot]);
}

u64 lpar_get_lip_mask(struct lpar *lpar)
{
	const struct share_set *set = &part.inv.shares.set[lpar->slot];
	u64 mask = 0;
	u32 id;

	guard(mutex)(&part.lock);
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		if (set->lip[id].percent)
			mask |= BIT_ULL(id);
	return mask;
}

/* The machine stays there until machine_put(); NULL: there is none. */
static struct machine *machine_get(struct lpar *lpar, unsigned long *flags)
	__acquires(&lpar->machine_lock)
{
	raw_spin_lock_irqsave(&lpar->machine_lock, *flags);
	return lpar->seen;
}

static void machine_put(struct lpar *lpar, unsigned long flags)
	__releases(&lpar->machine_lock)
{
	raw_spin_unlock_irqrestore(&lpar->machine_lock, flags);
}

int lpar_get_lip(struct lpar *lpar, u32 id, struct lpar_lip_info *info)
{
	struct machine *m;
	unsigned long flags;

	if (id >= LPAR_MAX_LIPS)
		return -ENOENT;
	memset(info, 0, sizeof(*info));
	scoped_guard(mutex, &part.lock) {
		const struct share_lip *lip;

		lip = &part.inv.shares.set[lpar->slot].lip[id];
		info->pcpu = lip->pcpu;
		info->share = lip->percent;
	}
	if (!info->share)
		return -ENOENT;
	info->id = id;
	info->state = "waiting";
	m = machine_get(lpar, &flags);
	if (m && m->lips[id]) {
		info->used_ns = machine_lip_used_ns(m, id);
		info->steal_ns = machine_lip_steal_ns(m, id);
		info->state = machine_lip_state(m, id);
	}
	machine_put(lpar, flags);
	return 0;
}

s64 lpar_tsc_offset(struct lpar *lpar)
{
	struct machine *m;
	unsigned long flags;
	s64 offset = 0;

	m = machine_get(lpar, &flags);
	if (m)
		offset = m->tsc_offset;
	machine_put(lpar, flags);
	return offset;
}

static int show_exit_counts(const u64 counts[LIP_NR_EXITS], char *buf, size_t size)
{
	int kind, len = 0;

	for (kind = 0; kind < LIP_NR_EXITS; kind++)
		len += scnprintf(buf + len, size - len, "%s %llu\n",
				 lip_exit_name(kind), counts[kind]);
	return len;
}

int lpar_show_exits(struct lpar *lpar, char *buf, size_t size)
{
	u64 counts[LIP_NR_EXITS] = {};
	struct machine *m;
	unsigned long flags;

	m = machine_get(lpar, &flags);
	if (m)
		machine_exit_counts(m, counts);
	machine_put(lpar, flags);
	return show_exit_counts(counts, buf, size);
}

int lpar_show_lip_exits(struct lpar *lpar, u32 id, char *buf, size_t size)
{
	u64 counts[LIP_NR_EXITS] = {};
	struct machine *m;
	unsigned long flags;

	m = machine_get(lpar, &flags);
	if (m && id < LPAR_MAX_LIPS)
		machine_lip_exit_counts(m, id, counts);
	machine_put(lpar, flags);
	return show_exit_counts(counts, buf, size);
}

/* What the admin knows unit @i of a kind as; 0: nothing that has a name. */
static int print_unit(struct machine *m, enum ged_kind kind, u32 i, char *buf, size_t size)
{
	int id = kind == GED_PCI ? machine_slot_id(m, i) : (int)i;

	if (id < 0)
		return 0;
	if (kind == GED_PCI && id == SLOT_DEV_ES)
		return scnprintf(buf, size, "es");
	return scnprintf(buf, size, "%d", id);
}

/* The guest's last answers; @limit numbers of @kind can be asked about. */
static int show_answers(struct machine *m, enum ged_kind kind, u32 limit,
			char *buf, size_t size)
{
	const struct ged_unit *unit;
	char name[16];
	int len = 0;
	u32 i;

	raw_spin_lock(&m->devs_lock);
	for (i = 0; i < limit; i++) {
		unit = ged_unit(&m->ged, kind, i);
		if (!unit || unit->answer == GED_NONE ||
		    !print_unit(m, kind, i, name, sizeof(name)))
			continue;
		len += scnprintf(buf + len, size - len, "%s %s %u\n", name,
				 ged_answer_name(unit->answer),
				 unit->ost_status);
	}
	raw_spin_unlock(&m->devs_lock);
	return len;
}

static int show_ost(struct lpar *lpar, enum ged_kind kind, u32 limit, char *buf,
		    size_t size)
{
	struct machine *m;
	unsigned long flags;
	int len = 0;

	buf[0] = '\0';
	m = machine_get(lpar, &flags);
	if (m)
		len = show_answers(m, kind, limit, buf, size);
	machine_put(lpar, flags);
	return len;
}

int lpar_show_memory_ost(struct lpar *lpar, char *buf, size_t size)
{
	return show_ost(lpar, GED_MEMORY, LAYOUT_GED_MEM_SLOTS, buf, size);
}

int lpar_show_processor_ost(struct lpar *lpar, char *buf, size_t size)
{
	return show_ost(lpar, GED_LIP, LAYOUT_GED_LIPS, buf, size);
}

int lpar_show_channel_ost(struct lpar *lpar, char *buf, size_t size)
{
	return show_ost(lpar, GED_PCI, LAYOUT_PCI_SLOTS, buf, size);
}

/*
 * Console.
 */
size_t lpar_console_input(struct lpar *lpar, const u8 *bytes, size_t len)
{
	struct machine *m;
	unsigned long flags;
	size_t taken = 0;

	m = machine_get(lpar, &flags);
	if (m)
		taken = machine_console_input(m, bytes, len);
	machine_put(lpar, flags);
	return taken;
}

size_t lpar_console_room(struct lpar *lpar)
{
	struct machine *m;
	unsigned long flags;
	size_t room = 0;

	m = machine_get(lpar, &flags);
	if (m)
		room = machine_console_room(m);
	machine_put(lpar, flags);
	return room;
}

/*
 * The machine as a whole.
 */
static int show_extent(const struct ms_extent *ext, char *buf, size_t size)
{
	u64 expansion = 0;
	const char *name = "-free-";

	if (ext->owner != MS_FREE) {
		expansion = part.inv.ms.area[ext->owner].expansion;
		name = part.inv.lpar[ext->owner].name;
	}
	return scnprintf(buf, size, "%llu %llu %llu %.*s\n", ext->origin,
			 ext->size, expansion, LPAR_NAME_LEN, name);
}

int lpar_system_show_map(char *buf, size_t size)
{
	struct ms_extent ext;
	int len = 0;
	u64 pos = 0;

	guard(mutex)(&part.lock);
	buf[0] = '\0';
	while (ms_next(&part.inv.ms, &pos, &ext))
		len += show_extent(&ext, buf + len, size - len);
	return len;
}

static int show_pcpu(unsigned int pcpu, char *buf, size_t size)
{
	unsigned int slot, id;
	int len = 0;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++) {
		const struct share_set *set = &part.inv.shares.set[slot];

		for (id = 0; id < LPAR_MAX_LIPS; id++) {
			if (!set->lip[id].percent || set->lip[id].pcpu != pcpu)
				continue;
			len += scnprintf(buf + len, size - len,
					 "%u %.*s %u %u\n", pcpu, LPAR_NAME_LEN,
					 part.inv.lpar[slot].name, id,
					 set->lip[id].percent);
		}
	}
	return len;
}

int lpar_system_show_processors(char *buf, size_t size)
{
	unsigned int pcpu;
	int len = 0;

	guard(mutex)(&part.lock);
	buf[0] = '\0';
	for_each_cpu(pcpu, &part.cpus)
		len += show_pcpu(pcpu, buf + len, size - len);
	return len;
}
