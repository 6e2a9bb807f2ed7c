// SPDX-License-Identifier: GPL-2.0
/*
 * part/res_lips.c - shares of CPUs as a resource of an LPAR: its LIPs. Layer L3.
 */
#include "part/part.h"

void lips_drop(struct lpar *lpar, u32 id)
{
	struct machine *seen = lpar->seen;

	/* It sleeps, so readers cannot be kept out by a spinlock meanwhile. */
	lpar_publish(lpar, NULL);
	machine_drop_lip(lpar->machine, id);
	lpar->lips &= ~BIT_ULL(id);
	lpar_publish(lpar, seen);
}

int lips_attach(struct lpar *lpar, const struct share_set *shares)
{
	struct machine *m = lpar->machine;
	u32 id;
	int err;

	for (id = 0; id < LPAR_MAX_LIPS; id++) {
		if (!shares->lip[id].percent)
			continue;
		err = machine_prepare_lip(m, id, shares->lip[id].pcpu);
		if (err)
			return err;
		lpar->lips |= BIT_ULL(id);
		machine_add_lip(m, id, shares->lip[id].percent,
				lpar->want.capped);
	}
	return 0;
}

/*
 * At start the guest is told of every LIP that it may ever have: its own, and
 * one on each CPU where it has none, for that is where an integration adds
 * one (patent [0024]).
 */
u16 lips_most(const struct share_set *shares)
{
	unsigned int n = share_count(shares), pcpu;

	for_each_cpu(pcpu, &part.cpus)
		n += share_lip_on(shares, pcpu) < 0;
	return min_t(unsigned int, n, LPAR_MAX_LIPS);
}
