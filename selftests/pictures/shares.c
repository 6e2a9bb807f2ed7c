// SPDX-License-Identifier: GPL-2.0
/*
 * Simulate one pCPU with the module's scheduler and print its slices, one line
 * each: "<LIP> <start> <end>", in microseconds. LIP -1 is an idle CPU. draw.py draws
 * the picture in Documentation/lpar/resource-model.rst from it.
 */
#include "pure.h"
#include "model/share.h"

#define US	1000ULL		/* cycles */
#define PERIOD	(10000 * US)
#define PERIODS	3
#define NR	3

/* LIP 2 halts at 11 ms and is woken at 21 ms. */
#define HALT	(11000 * US)
#define WAKE	(21000 * US)

static struct share_entity lip[NR];
static struct share_entity *ents[NR];

static void init_lips(void)
{
	static const unsigned int percent[NR] = { 50, 30, 20 };
	unsigned int i;

	for (i = 0; i < NR; i++) {
		share_entity_init(&lip[i], percent[i], PERIOD, 0);
		share_wake(&lip[i], 0);
		ents[i] = &lip[i];
	}
	/* LIP 1 also gets idle time. */
	lip[1].capped = false;
}

int main(void)
{
	u64 now = 0, end, next;
	bool awake = true, slept = false;
	int i;

	init_lips();
	while (now < PERIODS * PERIOD) {
		if (awake && !slept && now >= HALT) {
			share_block(&lip[2], now);
			awake = false;
			slept = true;
		}
		if (!awake && now >= WAKE) {
			share_wake(&lip[2], now);
			awake = true;
		}
		i = share_pick(ents, NR, now, &end);
		if (i < 0)
			end = share_next_event(ents, NR);
		next = slept ? WAKE : HALT;
		if (now < next && end > next)
			end = next;
		if (end > PERIODS * PERIOD)
			end = PERIODS * PERIOD;
		if (i >= 0)
			share_debit(ents[i], now, end, 0);
		printf("%d %llu %llu\n", i, now / US, end / US);
		now = end;
	}
	return 0;
}
