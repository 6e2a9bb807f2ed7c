// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/tlb.c - ASIDs: the tags of a guest's translations on one CPU.
 *
 * A LIP runs on one CPU, and each CPU gives out its own ASIDs. When they are
 * used up, everything is flushed and a new generation begins, in which each
 * LIP gets a new one at its next entry. An ASID tags nested translations too.
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

/* Before each entry, interrupts off: no stale translation is used in it. */
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

/* VMRUN refused the VMCB, so what it was to flush is still there. */
void svm_flush_refused(void)
{
	this_cpu_write(svm_cpus.next_asid, svm_caps.max_asid + 1);
}

/* The interrupt itself made the guest exit; each LIP flushes when it enters. */
static void svm_count_flush(void *unused)
{
	this_cpu_inc(svm_cpus.flushes);
}

void svm_flush_stage2(u64 s2_root, const struct cpumask *cpus)
{
	on_each_cpu_mask(cpus, svm_count_flush, NULL, true);
}
