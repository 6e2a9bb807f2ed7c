// SPDX-License-Identifier: GPL-2.0
/*
 * part/dump.c - an ELF core of a guest that does not run. See boot/core.h. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "boot/core.h"
#include "machine/machine.h"
#include "part/lpar.h"
#include "part/part.h"

/* The LPAR's storage and LIPs; -EBUSY: its guest runs, -ENODATA: it has none. */
static int dump_layout(struct lpar *lpar, struct core_file *file)
{
	u32 id;

	if (part_state(lpar) == LPAR_OPERATING)
		return -EBUSY;
	if (part_state(lpar) != LPAR_STOPPED && part_state(lpar) != LPAR_FAILED)
		return -ENODATA;
	scoped_guard(mutex, &part.lock)
		file->nr_ranges = layout_split(0, part.inv.ms.area[lpar->slot].size,
					       file->range);
	file->nr_cpus = 0;
	for (id = 0; id < LPAR_MAX_LIPS; id++)
		file->nr_cpus += !!lpar->machine->lips[id];
	return 0;
}

static void dump_registers(struct lpar *lpar, struct core_cpu *cpu)
{
	u32 id;

	for (id = 0; id < LPAR_MAX_LIPS; id++)
		cpu += machine_lip_registers(lpar->machine, id, cpu);
}

/* Built again for each piece: nobody keeps what a guest's registers were. */
static ssize_t dump_header(struct lpar *lpar, const struct core_file *file, char *buf,
			   u64 pos, size_t len)
{
	size_t size = core_header_size(file);
	struct core_cpu *cpu = kvcalloc(file->nr_cpus, sizeof(*cpu), GFP_KERNEL);
	void *header = kvzalloc(size, GFP_KERNEL);
	ssize_t ret = -ENOMEM;

	if (cpu && header) {
		dump_registers(lpar, cpu);
		core_header(file, cpu, header);
		ret = min_t(size_t, len, size - pos);
		memcpy(buf, header + pos, ret);
	}
	kvfree(header);
	kvfree(cpu);
	return ret;
}

ssize_t lpar_dump(struct lpar *lpar, char *buf, u64 pos, size_t len)
{
	struct core_file file;
	u64 gpa, there;
	ssize_t ret;

	/* Nobody who holds the lock waits for readers of this attribute. */
	if (mutex_lock_interruptible(&lpar->lock))
		return -EINTR;
	ret = dump_layout(lpar, &file);
	if (!ret && pos < core_header_size(&file)) {
		ret = dump_header(lpar, &file, buf, pos, len);
	} else if (!ret) {
		there = core_find(&file, pos, &gpa);
		len = min_t(u64, len, there);
		ret = machine_read(lpar->machine, gpa, buf, len) ?: len;
	}
	mutex_unlock(&lpar->lock);
	return ret;
}
