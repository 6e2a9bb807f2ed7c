// SPDX-License-Identifier: GPL-2.0
/*
 * hw/svm/cpu.c - enable and disable SVM on one CPU.
 *
 * EFER.SVME shows that a CPU is in use: KVM checks it, and so do we. Pages are
 * kept until the module is unloaded, because a CPU may be disabled while the host
 * crashes. APM: "Enabling SVM". Layer L1.
 */
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/asm.h>
#include <asm/io.h>
#include <asm/msr.h>

#include "hw/svm/vmcb.h"

DEFINE_PER_CPU(struct svm_cpu, svm_cpus);

/* Allocate the pages of all possible CPUs. Return: 0 or -ENOMEM. May sleep. */
int svm_cpu_alloc_all(void)
{
	int i;

	for_each_possible_cpu(i) {
		struct svm_cpu *cpu = &per_cpu(svm_cpus, i);

		cpu->hsave = hw_page_alloc(i);
		cpu->host = hw_page_alloc(i);
		if (!cpu->hsave || !cpu->host)
			return -ENOMEM;
	}
	return 0;
}

/* See struct lpar_hw_ops. */
int svm_cpu_enable(struct lpar_reason *why)
{
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);
	u64 efer;

	rdmsrq(MSR_EFER, efer);
	if (efer & EFER_SVME) {
		lpar_reason_set(why, LPAR_REASON_HW_USED, "SVM", smp_processor_id(), 0, 0);
		return -EBUSY;
	}
	if (svm_locked_off(why))
		return -EIO;
	if (wrmsrq_safe(MSR_EFER, efer | EFER_SVME)) {
		lpar_reason_set(why, LPAR_REASON_HW_FAILED, "SVM", smp_processor_id(), 0, 0);
		return -EIO;
	}
	svm_timer_init(cpu);
	/*
	 * A previous user of SVM may have left translations: flush at first use.
	 * No LIP has an ASID of this CPU: they have generation 0.
	 */
	cpu->next_asid = svm_caps.max_asid + 1;
	cpu->generation++;
	wrmsrq(MSR_VM_HSAVE_PA, __pa(cpu->hsave));
	svm_barriers_cpu(true);
	cpu->on = true;
	return 0;
}

/*
 * A crash may occur between CLGI and STGI. GIF must be set before SVM is disabled,
 * or INIT and NMI would stay blocked. STGI raises #UD if SVM is disabled already.
 */
static void svm_stgi(void)
{
	asm volatile("1:\tstgi\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : : : "memory");
}

/* See struct lpar_hw_ops, cpu_disable() and cpu_emergency(). */
void svm_cpu_leave(void)
{
	struct svm_cpu *cpu = this_cpu_ptr(&svm_cpus);
	u64 efer;

	if (!cpu->on)
		return;
	cpu->on = false;
	rdmsrq(MSR_EFER, efer);
	if (!(efer & EFER_SVME))
		return;
	wrmsrq(MSR_VM_HSAVE_PA, 0);
	svm_barriers_cpu(false);
	svm_stgi();
	wrmsrq(MSR_EFER, efer & ~(u64)EFER_SVME);
}

/* SVM is disabled on all CPUs. */
void svm_cpu_free_all(void)
{
	int i;

	for_each_possible_cpu(i) {
		struct svm_cpu *cpu = &per_cpu(svm_cpus, i);

		hw_page_free(cpu->hsave);
		hw_page_free(cpu->host);
		cpu->hsave = NULL;
		cpu->host = NULL;
	}
}
