// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/tlb.c - allocate ASIDs, which tag a guest's translations in the TLB.
 *
 * A LIP runs on one CPU, and each CPU allocates its own ASIDs. When they are
 * exhausted, all are flushed and a new generation begins, in which each LIP gets
 * a new ASID at its next entry. ASIDs tag nested translations as well.
 * APM: "TLB Control", "Address Space Identifiers". Layer L1.
 */
#include <linux/smp.h>

#include "hw/svm/vmcb.h"

static void svm_new_asid(struct svm_cpu *cpu, struct svm_lip *sl)
{
	struct vmcb_control_area *c = &sl->vmcb->control;

	if (cpu->next_asid > svm_caps.max_asid) {
		cpu->generation++;
		cpu->next_asid = 1;
		c->tlb_ctl = TLB_CONTROL_FLUSH_ALL_ASID;
	}
	c->asid = cpu->next_asid++;
	sl->generation = cpu->generation;
	svm_dirty(sl, SVM_CLEAN_ASID);
}

/* Called before each entry, interrupts off: set the ASID and the flushes it needs. */
void svm_use_asid(struct svm_lip *sl)
{
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);
	bool flush = sl->flush || sl->flushes != cpu->flushes;

	sl->vmcb->control.tlb_ctl = TLB_CONTROL_DO_NOTHING;
	sl->flush = false;
	sl->flushes = cpu->flushes;
	if (sl->generation != cpu->generation || (flush && !svm_caps.flush_asid))
		svm_new_asid(cpu, sl);
	else if (flush)
		sl->vmcb->control.tlb_ctl = TLB_CONTROL_FLUSH_ASID;
}

/* VMRUN failed, so the flush it requested has not been done: start a new generation. */
void svm_flush_refused(void)
{
	this_cpu_write(svm_cpus.next_asid, svm_caps.max_asid + 1);
}

/* The IPI caused an exit; each LIP flushes at its next entry. */
static void svm_count_flush(void *unused)
{
	this_cpu_inc(svm_cpus.flushes);
}

void svm_flush_stage2(u64 s2_root, const struct cpumask *cpus)
{
	on_each_cpu_mask(cpus, svm_count_flush, NULL, true);
}
