// SPDX-License-Identifier: GPL-2.0
/*
 * The partitioned machine: its pools of storage and its CPUs. This is the patent's
 * resource manager, on top of model/inventory. Layer L3.
 */
#define pr_fmt(fmt) "lpar: " fmt

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "cpu/dispatch.h"
#include "host/pages.h"
#include "part/res_es.h"
#include "part/part.h"
#include "part/place.h"
#include "trace.h"

#define PERIOD_MIN_US		1000
#define PERIOD_MAX_US		1000000

static int system_refuse(enum lpar_place place, int err, struct lpar_reason *why)
{
	char text[LPAR_TEXT_LEN];

	lpar_reason_errno(why, err);
	lpar_reason_text(why, text, sizeof(text));
	return lpar_place_refuse(place, err, "%s", text);
}

/*
 * The pool.
 */
static bool any_lpar_owns(void)
{
	unsigned int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++)
		if (part.lpar[slot] && state_owns(part.inv.lpar[slot].state))
			return true;
	return false;
}

static int refuse_in_use(enum lpar_place place)
{
	struct lpar_reason why;

	lpar_reason_set(&why, LPAR_REASON_MS_POOL_USED, NULL,
			ms_used(&part.inv.ms), 0, 0);
	return system_refuse(place, -EBUSY, &why);
}

/* Check before any allocation; @have of @size bytes belong to the pool already. */
static int room_check(u64 size, u64 have)
{
	struct lpar_reason why;
	u64 room = host_available();

	if (size <= have || size - have <= room)
		return 0;
	lpar_reason_set(&why, LPAR_REASON_HOST_ROOM, NULL, size,
			ALIGN_DOWN(have + room, HOST_BLOCK_SIZE), host_margin());
	return system_refuse(LPAR_PLACE_STORAGE, -ENOMEM, &why);
}

static int range_check(u64 size, u64 addr)
{
	int err = host_pool_check_range(addr, size / HOST_BLOCK_SIZE);
	struct lpar_reason why = {};

	if (!err)
		return 0;
	if (err == -ENXIO)
		lpar_reason_set(&why, LPAR_REASON_NOT_RAM, NULL, addr, size, 0);
	return system_refuse(LPAR_PLACE_STORAGE, err, &why);
}

static int pool_check(u64 size, u64 addr)
{
	struct lpar_reason why;

	if (any_lpar_owns())
		return refuse_in_use(LPAR_PLACE_STORAGE);
	if (IS_ALIGNED(size, HOST_BLOCK_SIZE) &&
	    IS_ALIGNED(addr, HOST_BLOCK_SIZE))
		return 0;
	lpar_reason_set(&why, LPAR_REASON_MS_UNALIGNED, NULL,
			IS_ALIGNED(size, HOST_BLOCK_SIZE) ? addr : size,
			HOST_BLOCK_SIZE, 0);
	return system_refuse(LPAR_PLACE_STORAGE, -EINVAL, &why);
}

/* Initially MS block n is block n of the pool. */
static void pool_init_blocks(void)
{
	u64 n;

	part.blocks.nr = host_pool_blocks();
	for (n = 0; n < part.blocks.nr; n++)
		part.blocks.frame[n] = PHYS_PFN(host_pool_frame(n));
}

static int pool_claim(u64 size, u64 addr)
{
	u64 blocks = size / HOST_BLOCK_SIZE;
	struct lpar_reason why = {};
	int err;

	if (addr)
		err = host_pool_reserve(addr, blocks);
	else
		err = host_pool_resize(blocks);
	if (!err)
		return 0;
	if (err == -ENOMEM)
		lpar_reason_set(&why, LPAR_REASON_NO_MEMORY, NULL, size, 0, 0);
	return system_refuse(LPAR_PLACE_STORAGE, err, &why);
}

int lpar_system_set_pool(u64 size, u64 addr)
{
	u64 *table;
	int err;

	guard(mutex)(&part.lock);
	err = pool_check(size, addr);
	if (!err)
		err = addr ? range_check(size, addr) :
			     room_check(size, host_pool_addr() ? 0 : part.inv.ms.pool_size);
	if (err)
		return err;
	/* at least one entry, so that NULL means failure only */
	table = vmalloc(array_size(size / HOST_BLOCK_SIZE + 1, sizeof(*table)));
	if (!table)
		return -ENOMEM;
	err = pool_claim(size, addr);
	if (err) {
		vfree(table);
		return err;
	}
	vfree(part.blocks.frame);
	part.blocks.frame = table;
	pool_init_blocks();
	WARN_ON_ONCE(inventory_set_pool(&part.inv, size, HOST_BLOCK_SIZE,
					NULL));
	return 0;
}

int lpar_system_set_es(u64 size)
{
	struct lpar_reason why;
	u64 used;
	int err;

	guard(mutex)(&part.lock);
	used = es_used(&part.inv.es);
	if (used) {
		lpar_reason_set(&why, LPAR_REASON_ES_POOL_USED, NULL, used, 0, 0);
		return system_refuse(LPAR_PLACE_STORAGE, -EBUSY, &why);
	}
	err = pool_check(size, 0);
	if (!err)
		err = room_check(size, part.inv.es.pool_size);
	if (err)
		return err;
	err = es_set_pool(size);
	if (err) {
		lpar_reason_set(&why, LPAR_REASON_NO_MEMORY, NULL, size, 0, 0);
		return system_refuse(LPAR_PLACE_STORAGE, err, &why);
	}
	WARN_ON_ONCE(inventory_set_es(&part.inv, size, HOST_BLOCK_SIZE, NULL));
	return 0;
}

/*
 * The CPUs.
 */
static int cpus_start(const struct cpumask *cpus, struct lpar_reason *why)
{
	int err = 0;

	if (!cpumask_empty(cpus))
		err = dispatch_init(cpus, part.period_us, why);
	if (!err)
		cpumask_copy(&part.cpus, cpus);
	return err;
}

static void cpus_stop(void)
{
	if (!cpumask_empty(&part.cpus))
		dispatch_exit();
	cpumask_clear(&part.cpus);
}

static void cpus_update_inventory(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < LPAR_MAX_PCPUS; cpu++)
		WARN_ON_ONCE(inventory_set_pcpu(&part.inv, cpu,
						cpu < nr_cpu_ids &&
						cpumask_test_cpu(cpu, &part.cpus),
						NULL));
}

/* Move the threads of existing LPARs off the monitor's CPUs. */
static void cpus_move_workers(void)
{
	unsigned int slot;

	for (slot = 0; slot < LPAR_MAX_PARTS; slot++)
		if (part.lpar[slot])
			part_avoid_pcpus(part.lpar[slot]->worker->task);
}

static int cpus_check(const struct cpumask *cpus)
{
	struct lpar_reason why;
	unsigned int cpu;

	if (any_lpar_owns())
		return refuse_in_use(LPAR_PLACE_PROCESSORS);
	for_each_cpu(cpu, cpus) {
		if (cpu_online(cpu) && cpu < LPAR_MAX_PCPUS)
			continue;
		lpar_reason_set(&why, LPAR_REASON_PCPU_OFFLINE, NULL, cpu, 0, 0);
		return system_refuse(LPAR_PLACE_PROCESSORS, -EINVAL, &why);
	}
	return 0;
}

/*
 * Two threads of one core share its caches, buffers and predictors, which no barrier
 * at entry and exit keeps apart.
 */
static void cpus_warn_siblings(const struct cpumask *cpus)
{
	unsigned int cpu, sibling;

	for_each_cpu(cpu, cpus) {
		for_each_cpu_and(sibling, topology_sibling_cpumask(cpu), cpu_online_mask) {
			if (cpumask_test_cpu(sibling, cpus))
				continue;
			pr_warn("CPU %u shares its core with CPU %u, which stays with the host: either may read data that the other leaves in the core; give both to the monitor, or boot with nosmt\n",
				cpu, sibling);
		}
	}
}

/* No LPAR owns anything. On failure the previous CPUs are taken back. */
static int cpus_replace(const struct cpumask *cpus, struct cpumask *before)
{
	struct lpar_reason why = {}, again = {};
	int err;

	cpumask_copy(before, &part.cpus);
	cpus_stop();
	err = cpus_start(cpus, &why);
	if (!err)
		return 0;
	system_refuse(LPAR_PLACE_PROCESSORS, err, &why);
	/* Best effort */
	if (cpus_start(before, &again))
		pr_warn("could not take back the previous CPUs\n");
	return err;
}

int lpar_system_set_cpus(const struct cpumask *cpus)
{
	cpumask_var_t before;
	int err;

	if (!alloc_cpumask_var(&before, GFP_KERNEL))
		return -ENOMEM;
	mutex_lock(&part.lock);
	err = cpus_check(cpus);
	if (!err) {
		err = cpus_replace(cpus, before);
		cpus_update_inventory();
		cpus_move_workers();
		cpus_warn_siblings(&part.cpus);
	}
	mutex_unlock(&part.lock);
	free_cpumask_var(before);
	return err;
}

int lpar_system_set_period(u32 us)
{
	struct lpar_reason why;

	guard(mutex)(&part.lock);
	if (any_lpar_owns())
		return refuse_in_use(LPAR_PLACE_PROCESSORS);
	if (us < PERIOD_MIN_US || us > PERIOD_MAX_US) {
		lpar_reason_set(&why, LPAR_REASON_VALUE, NULL, us,
				PERIOD_MIN_US, PERIOD_MAX_US);
		return system_refuse(LPAR_PLACE_PROCESSORS, -ERANGE, &why);
	}
	part.period_us = us;
	if (!cpumask_empty(&part.cpus))
		dispatch_set_period_us(us);
	return 0;
}

void lpar_system_get(struct lpar_system_info *info)
{
	guard(mutex)(&part.lock);
	info->pool_size = part.inv.ms.pool_size;
	info->pool_free = info->pool_size - ms_used(&part.inv.ms);
	info->pool_addr = host_pool_addr();
	info->es_size = part.inv.es.pool_size;
	info->es_free = es_free(&part.inv.es);
	info->block_size = HOST_BLOCK_SIZE;
	info->period_us = part.period_us;
}

void lpar_system_get_cpus(struct cpumask *online)
{
	guard(mutex)(&part.lock);
	cpumask_copy(online, &part.cpus);
}

void lpar_system_get_available(struct cpumask *cpus)
{
	unsigned int cpu;

	cpumask_copy(cpus, cpu_online_mask);
	for (cpu = LPAR_MAX_PCPUS; cpu < nr_cpu_ids; cpu++)
		cpumask_clear_cpu(cpu, cpus);
}

int lpar_system_init(void)
{
	inventory_init(&part.inv);
	return 0;
}

void lpar_system_exit(void)
{
	guard(mutex)(&part.lock);
	cpus_stop();
	es_exit();
	host_pool_release();
	vfree(part.blocks.frame);
	part.blocks.frame = NULL;
	part.blocks.nr = 0;
}
