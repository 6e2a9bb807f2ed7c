// SPDX-License-Identifier: GPL-2.0
/*
 * L0: all resources and their owners. Calls model/ms, model/es, model/share,
 * model/channel and model/state.
 */
#include "pure.h"
#include "model/inventory.h"

void inventory_init(struct inventory *inv)
{
	memset(inv, 0, sizeof(*inv));
	inv->ms.block_size = MS_BLOCK_DEFAULT;
	channel_init(&inv->channels);
}

int inventory_set_pool(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why)
{
	u64 used = ms_used(&inv->ms);

	if (used) {
		lpar_reason_set(why, LPAR_REASON_MS_POOL_USED, NULL, used, 0, 0);
		return -EBUSY;
	}
	return ms_init(&inv->ms, size, block_size, why);
}

int inventory_set_es(struct inventory *inv, u64 size, u64 block_size, struct lpar_reason *why)
{
	return es_init(&inv->es, size, block_size, why);
}

bool inventory_has_pcpu(const struct inventory *inv, unsigned int pcpu)
{
	return pcpu < LPAR_MAX_PCPUS && (inv->pcpus[pcpu / 64] & BIT_ULL(pcpu % 64));
}

int inventory_set_pcpu(struct inventory *inv, unsigned int pcpu, bool ours,
		       struct lpar_reason *why)
{
	unsigned int given;

	if (pcpu >= LPAR_MAX_PCPUS) {
		lpar_reason_set(why, LPAR_REASON_VALUE, NULL, pcpu, 0, LPAR_MAX_PCPUS - 1);
		return -EINVAL;
	}
	given = share_sum(&inv->shares, pcpu, -1);
	if (!ours && given) {
		lpar_reason_set(why, LPAR_REASON_PCPU_USED, NULL, pcpu, given, 0);
		return -EBUSY;
	}
	if (ours)
		inv->pcpus[pcpu / 64] |= BIT_ULL(pcpu % 64);
	else
		inv->pcpus[pcpu / 64] &= ~BIT_ULL(pcpu % 64);
	return 0;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

static bool name_valid(const char *name)
{
	size_t len = 0;

	while (name_char(name[len]))
		len++;
	return len && len < LPAR_NAME_LEN && !name[len] && name[0] != '.';
}

static int find_slot(const struct inventory *inv, const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_PARTS; i++)
		if (len && strlen(inv->lpar[i].name) == len &&
		    !memcmp(inv->lpar[i].name, name, len))
			return i;
	return -ENOENT;
}

int inventory_find(const struct inventory *inv, const char *name, struct lpar_reason *why)
{
	size_t len = strcspn(name, "\n");
	int slot = find_slot(inv, name, len);

	if (slot >= 0 && (!name[len] || !name[len + 1]))
		return slot;
	lpar_reason_set(why, LPAR_REASON_UNKNOWN_LPAR, name, 0, 0, 0);
	if (why)
		why->who[min_t(size_t, len, LPAR_NAME_LEN - 1)] = '\0';
	return -ENOENT;
}

int inventory_add(struct inventory *inv, const char *name, struct lpar_reason *why)
{
	unsigned int i;

	if (!name_valid(name)) {
		lpar_reason_set(why, LPAR_REASON_BAD_NAME, name, 0, 0, 0);
		return -EINVAL;
	}
	if (find_slot(inv, name, strlen(name)) >= 0) {
		lpar_reason_set(why, LPAR_REASON_NAME_TAKEN, name, 0, 0, 0);
		return -EEXIST;
	}
	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		if (inv->lpar[i].name[0])
			continue;
		strscpy(inv->lpar[i].name, name, LPAR_NAME_LEN);
		inv->lpar[i].state = LPAR_DEFINED;
		return i;
	}
	lpar_reason_set(why, LPAR_REASON_TOO_MANY_LPARS, NULL, LPAR_MAX_PARTS, 0, 0);
	return -ENOSPC;
}

static int check_slot(const struct inventory *inv, unsigned int slot, struct lpar_reason *why)
{
	if (slot < LPAR_MAX_PARTS && inv->lpar[slot].name[0])
		return 0;
	lpar_reason_set(why, LPAR_REASON_UNKNOWN_LPAR, NULL, 0, 0, 0);
	return -ENOENT;
}

/* The slot must exist and the verb be allowed: the next state, or -errno. */
static int check_verb(const struct inventory *inv, unsigned int slot, enum lpar_verb v,
		      struct lpar_reason *why)
{
	int ret = check_slot(inv, slot, why);

	return ret ?: state_check(inv->lpar[slot].state, v, inv->lpar[slot].name, why);
}

int inventory_remove(struct inventory *inv, unsigned int slot, struct lpar_reason *why)
{
	int ret = check_verb(inv, slot, LPAR_REMOVE, why);

	if (ret < 0)
		return ret;
	memset(&inv->lpar[slot], 0, sizeof(inv->lpar[slot]));
	return 0;
}

/* The layers below know slots only: fill in the LPAR's name. */
static void name_reason(const struct inventory *inv, unsigned int slot, struct lpar_reason *why)
{
	if (!why)
		return;
	if (why->code == LPAR_REASON_MS_OVERLAP)
		slot = why->c;
	else if (why->code == LPAR_REASON_CHANNEL_OWNED)
		slot = why->b;
	strscpy(why->who, inv->lpar[slot].name, LPAR_NAME_LEN);
}

int inventory_check_pcpus(const struct inventory *inv, const struct share_set *set,
			  struct lpar_reason *why)
{
	unsigned int i;

	for (i = 0; i < LPAR_MAX_LIPS; i++) {
		if (!set->lip[i].percent || inventory_has_pcpu(inv, set->lip[i].pcpu))
			continue;
		lpar_reason_set(why, LPAR_REASON_SHARE_PCPU, NULL, set->lip[i].pcpu, 0, 0);
		return -EINVAL;
	}
	return 0;
}

static int check_channels(const struct inventory *inv, unsigned int slot,
			  const struct inventory_want *want, struct lpar_reason *why)
{
	unsigned int id;
	int ret;

	for (id = 0; id < LPAR_MAX_CHANNELS; id++) {
		if (!channel_in(want->channels, id))
			continue;
		ret = channel_check(&inv->channels, id, slot, why);
		if (ret)
			return ret;
	}
	return 0;
}

int inventory_check(const struct inventory *inv, unsigned int slot,
		    const struct inventory_want *want, struct lpar_reason *why)
{
	int ret = check_verb(inv, slot, LPAR_ACTIVATE, why);

	if (ret < 0)
		return ret;
	ret = ms_check(&inv->ms, slot, &want->ms, why);
	if (!ret)
		ret = es_check(&inv->es, slot, want->es, why);
	if (!ret)
		ret = inventory_check_pcpus(inv, &want->shares, why);
	if (!ret)
		ret = share_check(&inv->shares, slot, &want->shares, why);
	if (!ret)
		ret = check_channels(inv, slot, want, why);
	if (ret)
		name_reason(inv, slot, why);
	return ret;
}

/* Undefined LIPs stay all zero, so that an undo can restore them exactly. */
static void claim_shares(struct share_set *set, const struct share_set *want)
{
	unsigned int i;

	memset(set, 0, sizeof(*set));
	set->max_lips = want->max_lips;
	for (i = 0; i < LPAR_MAX_LIPS; i++)
		if (want->lip[i].percent)
			set->lip[i] = want->lip[i];
}

int inventory_activate(struct inventory *inv, unsigned int slot,
		       const struct inventory_want *want, struct lpar_reason *why)
{
	int ret = inventory_check(inv, slot, want, why);
	unsigned int id;

	if (ret)
		return ret;
	inv->ms.area[slot] = want->ms;
	inv->es.size[slot] = want->es;
	claim_shares(&inv->shares.set[slot], &want->shares);
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (channel_in(want->channels, id))
			channel_set(&inv->channels, id, slot, true);
	inv->lpar[slot].state = state_next(inv->lpar[slot].state, LPAR_ACTIVATE);
	return 0;
}

int inventory_deactivate(struct inventory *inv, unsigned int slot, struct lpar_reason *why)
{
	int next = check_verb(inv, slot, LPAR_DEACTIVATE, why);
	unsigned int id;

	if (next < 0)
		return next;
	memset(&inv->ms.area[slot], 0, sizeof(inv->ms.area[slot]));
	inv->es.size[slot] = 0;
	memset(&inv->shares.set[slot], 0, sizeof(inv->shares.set[slot]));
	for (id = 0; id < LPAR_MAX_CHANNELS; id++)
		if (inv->channels.ch[id].owner == (int)slot)
			channel_set(&inv->channels, id, CHANNEL_FREE, false);
	inv->lpar[slot].state = next;
	return 0;
}

int inventory_verb(struct inventory *inv, unsigned int slot, enum lpar_verb v,
		   struct lpar_reason *why)
{
	int next = check_verb(inv, slot, v, why);

	if (next >= 0)
		inv->lpar[slot].state = next;
	return next;
}

static const char *verify_lpar(const struct inventory *inv, unsigned int slot)
{
	bool owns = inv->lpar[slot].name[0] && state_owns(inv->lpar[slot].state);
	const struct share_set *set = &inv->shares.set[slot];
	unsigned int i;

	if (!owns && inv->ms.area[slot].size)
		return "an inactive LPAR owns storage";
	if (!owns && inv->es.size[slot])
		return "an inactive LPAR owns expanded storage";
	if (!owns && share_count(set))
		return "an inactive LPAR owns shares";
	if (!owns && channel_count(&inv->channels, slot))
		return "an inactive LPAR owns channels";
	if (owns && !inv->ms.area[slot].size)
		return "an active LPAR owns no storage";
	if (owns && share_check(&inv->shares, slot, set, NULL))
		return "invalid shares";
	if (inventory_check_pcpus(inv, set, NULL))
		return "a share of a CPU that does not belong to the monitor";
	for (i = 0; i < LPAR_MAX_LIPS; i++)
		if (set->lip[i].percent && i >= set->max_lips)
			return "a LIP number above the limit";
	return NULL;
}

const char *inventory_verify(const struct inventory *inv)
{
	const char *wrong;
	unsigned int i;

	if (!ms_verify(&inv->ms))
		return "storage areas overlap or exceed the pool";
	if (!es_verify(&inv->es))
		return "expanded storage exceeds the pool";
	if (!channel_verify(&inv->channels))
		return "a channel has an invalid owner";
	for (i = 0; i < LPAR_MAX_PARTS; i++) {
		wrong = verify_lpar(inv, i);
		if (wrong)
			return wrong;
	}
	return NULL;
}
