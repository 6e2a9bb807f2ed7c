// SPDX-License-Identifier: GPL-2.0
/*
 * hw/hw.c - pick the backend; take CPUs and give them back.
 *
 * A CPU is taken when it is given to the monitor and given back when the
 * monitor ends, the host reboots, or the host crashes. Layer L1.
 */
#include <linux/gfp.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <asm/asm.h>
#include <asm/processor-flags.h>
#include <asm/processor.h>
#include <asm/reboot.h>
#include <asm/special_insns.h>

#include "compat.h"
#include "hw/hw.h"

struct compat_calls hw_kernel __read_mostly;
const struct lpar_hw_ops *lpar_hw __read_mostly;
void *(*hw_host_va)(hpa_t hpa) __read_mostly;
u64 hw_guest_cr4 __read_mostly;

DEFINE_STATIC_CALL_NULL(hw_run, hw_run);
DEFINE_STATIC_CALL_NULL(hw_skip, hw_skip);

static bool hw_emergency_ours;

static int apicv;
module_param(apicv, int, 0400);
MODULE_PARM_DESC(apicv, "APIC virtualisation (VMX APICv, SVM x2AVIC): 1 on, 0 off (default)");

static int nx_huge_pages = -1;
module_param(nx_huge_pages, int, 0400);
MODULE_PARM_DESC(nx_huge_pages,
		 "no large page of a guest is executable: 1, 0, or where the processor needs it (-1)");

struct hw_take {
	const struct lpar_hw_ops *hw;
	cpumask_var_t done;
	int err;
};

static void hw_enable_here(void *arg)
{
	struct hw_take *take = arg;
	int err = take->hw->cpu_enable();

	if (err)
		WRITE_ONCE(take->err, err);
	else
		cpumask_set_cpu(smp_processor_id(), take->done);
}

static void hw_disable_here(void *unused)
{
	lpar_hw->cpu_disable();
}

/**
 * hw_enable_cpus() - take virtualisation on each of @cpus, or on none
 * @cpus: online CPUs
 *
 * Context: sleeps; the caller keeps the CPUs online.
 * Return: 0, -EBUSY when somebody else uses one, -ENOMEM, -EIO.
 */
int hw_enable_cpus(const struct cpumask *cpus)
{
	struct hw_take take = { .hw = lpar_hw };

	if (!zalloc_cpumask_var(&take.done, GFP_KERNEL))
		return -ENOMEM;
	on_each_cpu_mask(cpus, hw_enable_here, &take, true);
	if (take.err)
		hw_disable_cpus(take.done);
	free_cpumask_var(take.done);
	return take.err;
}

/**
 * hw_disable_cpus() - the reverse of hw_enable_cpus()
 * @cpus: CPUs on which no LIP is loaded; those not taken are left alone
 *
 * Context: may be called late in a reboot.
 */
void hw_disable_cpus(const struct cpumask *cpus)
{
	on_each_cpu_mask(cpus, hw_disable_here, NULL, true);
}

/**
 * hw_machine_check() - hand a machine check that came in the guest to the host
 *
 * The handler finds our code segment, and for an error in the kernel it panics
 * unless the exception table says that what follows can be left out. It can: the
 * guest was using the memory, the host was not. SDM: "Machine-Check Architecture",
 * "Determination of Type of Error"; Linux: error_context().
 *
 * Context: interrupts off.
 * Return: true: the guest consumed the error and cannot go on.
 */
bool hw_machine_check(void)
{
	bool consumed = false;

	/* A software interrupt returns to, and reports, what follows it. */
	asm volatile("int $18\n"
		     "1:\tjmp 3f\n"
		     "2:\tmovb $1, %0\n"
		     "3:\n"
		     _ASM_EXTABLE_TYPE(1b, 2b, EX_TYPE_DEFAULT_MCE_SAFE)
		     : "+qm" (consumed) : : "memory");
	return consumed;
}

/**
 * hw_page_alloc() - a page for what the processor reads and writes by itself
 * @cpu: whose node it is to be on
 *
 * Never at a 2 MiB boundary. Where the host has SEV-SNP on, a processor that is
 * in a guest marks VMCBs and AVIC pages as in use, and takes one at such a boundary
 * for the whole 2 MiB: writes of other CPUs to memory of the host then fault.
 *
 * Context: may sleep.
 * Return: zeroed page for hw_page_free(), NULL without memory.
 */
void *hw_page_alloc(int cpu)
{
	struct page *pair = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 1);

	if (!pair)
		return NULL;
	/* The second of a pair has an odd number. */
	split_page(pair, 1);
	__free_page(pair);
	return page_address(pair + 1);
}

void hw_page_free(void *page)
{
	free_page((unsigned long)page);
}

/* QEMU (TCG): CPUs that have a core of the computer's now and then. Any context. */
bool hw_is_emulated(void)
{
	return cpuid_base_hypervisor("TCGTCGTCGTCG", 0);
}

/**
 * hw_apicv() - whether the processor is to deliver interrupts by itself
 * @able: it can
 *
 * Only when asked for: it has run in emulators alone. The parameter reads afterwards
 * what was decided.
 */
bool hw_apicv(bool able)
{
	apicv = able && apicv > 0;
	return apicv;
}

/*
 * Processors up to Cascade Lake raise a machine check when a large page is made small
 * while its translation for instruction fetches is in use, and a guest can do that to
 * its own pages (CVE-2018-12207). The parameter reads afterwards what was decided.
 */
bool hw_nx_huge_pages(void)
{
	return nx_huge_pages;
}

static void hw_decide_nx(void)
{
	if (nx_huge_pages < 0)
		nx_huge_pages = !!(hw_barriers & BARRIER_NX_HUGE);
	nx_huge_pages = !!nx_huge_pages;
}

/* The backend that CPUID names; NULL after a line that says so. */
static const struct lpar_hw_ops *hw_find(void)
{
	if (cpuid_ecx(1) & BIT(5))
		return &vmx_hw_ops;
	if (cpuid_eax(0x80000000) >= 0x80000001 && cpuid_ecx(0x80000001) & BIT(2))
		return &svm_hw_ops;
	pr_err("lpar: this processor has neither VMX nor SVM\n");
	return NULL;
}

/*
 * NMIs and machine checks that a guest was left for are handed to the host by INT,
 * for which FRED has no such gates.
 */
static bool hw_has_fred(void)
{
	if (!(__read_cr4() & X86_CR4_FRED))
		return false;
	pr_err("lpar: the host takes its events by FRED; boot it with fred=off\n");
	return true;
}

static void hw_emergency(bool on)
{
	if (on && !hw_emergency_ours)
		compat_emergency_register(lpar_hw->cpu_emergency);
	if (!on && hw_emergency_ours)
		compat_emergency_unregister(lpar_hw->cpu_emergency);
	hw_emergency_ours = on;
}

/* Loaded, or built in. */
static bool hw_kvm_is_there(void)
{
	struct kobject *kvm = kset_find_obj(compat_module_kset, lpar_hw->kvm);

	kobject_put(kvm);
	return kvm;
}

/*
 * What a crashing host calls is there for one only, and KVM's vendor module wants
 * it between its init and its exit: from 6.12 on for as long as KVM has the CPUs,
 * before that for all the time. KVM's looks at each CPU's own state, so it serves
 * ours too. When KVM's module goes, or could not come because the CPUs are ours,
 * it is for us again.
 */
static int hw_kvm_moves(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *mod = data;

	if (strcmp(mod->name, lpar_hw->kvm))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_COMING)
		hw_emergency(false);
	else if (state == MODULE_STATE_GOING)
		hw_emergency(true);
	return NOTIFY_OK;
}

static struct notifier_block hw_kvm_nb = { .notifier_call = hw_kvm_moves };

/**
 * hw_init() - find the backend of this machine
 * @host_va: host's view of guest storage, for a look at a guest's instruction
 *
 * Context: module load, sleeps.
 * Return: 0; -EOPNOTSUPP after a line that names what is missing.
 */
int hw_init(void *(*host_va)(hpa_t hpa))
{
	int err;

	hw_host_va = host_va;
	if (!compat_find_calls(&hw_kernel)) {
		pr_err("lpar: this kernel keeps to itself what a monitor needs\n");
		return -EOPNOTSUPP;
	}
	lpar_hw = hw_find();
	if (!lpar_hw || hw_has_fred())
		return -EOPNOTSUPP;
	hw_host_init();
	hw_decide_nx();
	err = lpar_hw->check();
	if (err)
		return err;
	static_call_update(hw_run, lpar_hw->run);
	static_call_update(hw_skip, lpar_hw->skip);
	hw_fpu_init();
	err = lpar_hw->setup();
	if (err)
		return err;
	if (!hw_kvm_is_there())
		hw_emergency(true);
	register_module_notifier(&hw_kvm_nb);
	pr_info("lpar: %s: ready\n", lpar_hw->name);
	return 0;
}

void hw_exit(void)
{
	unregister_module_notifier(&hw_kvm_nb);
	hw_emergency(false);
	lpar_hw->teardown();
}
