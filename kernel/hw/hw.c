// SPDX-License-Identifier: GPL-2.0
/*
 * hw/hw.c - choose the backend; enable and disable virtualisation on CPUs.
 *
 * Virtualisation is enabled on a CPU when the CPU is given to the monitor, and
 * disabled when it is taken back, or the host reboots or crashes. Layer L1.
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

#include "boot/core.h"
#include "compat.h"
#include "hw/hw.h"

struct compat_calls hw_kernel __read_mostly;
const struct lpar_hw_ops *lpar_hw __read_mostly;
void *(*hw_host_va)(hpa_t hpa) __read_mostly;
u64 hw_guest_cr4 __read_mostly;

DEFINE_STATIC_CALL_NULL(hw_run, hw_run);
DEFINE_STATIC_CALL_NULL(hw_skip, hw_skip);

static bool hw_emergency_registered;

static int apicv;
module_param(apicv, int, 0400);
MODULE_PARM_DESC(apicv, "APIC virtualisation (VMX APICv, SVM x2AVIC): 1 on, 0 off (default)");

static int nx_huge_pages = -1;
module_param(nx_huge_pages, int, 0400);
MODULE_PARM_DESC(nx_huge_pages,
		 "map large pages of guests non-executable: 1 yes, 0 no, -1 where the processor needs it (default)");

/* @err and @why are those of the CPU that was the first to set @refused. */
struct hw_enable_work {
	const struct lpar_hw_ops *hw;
	cpumask_var_t done;
	atomic_t refused;
	int err;
	struct lpar_reason why;
};

static void hw_enable_this_cpu(void *arg)
{
	struct hw_enable_work *work = arg;
	struct lpar_reason why = {};
	int err = work->hw->cpu_enable(&why);

	if (!err) {
		cpumask_set_cpu(smp_processor_id(), work->done);
	} else if (!atomic_xchg(&work->refused, 1)) {
		work->err = err;
		work->why = why;
	}
}

static void hw_disable_this_cpu(void *unused)
{
	lpar_hw->cpu_disable();
}

/**
 * hw_enable_cpus() - enable virtualisation on all of @cpus, or on none
 * @cpus: online CPUs
 * @why: the reason, with the number of the CPU, after -EBUSY and -EIO
 *
 * Context: sleeps; the caller keeps the CPUs online.
 * Return: 0, -EBUSY if another user (KVM) has it enabled on one, -ENOMEM, -EIO.
 */
int hw_enable_cpus(const struct cpumask *cpus, struct lpar_reason *why)
{
	struct hw_enable_work work = { .hw = lpar_hw };

	if (!zalloc_cpumask_var(&work.done, GFP_KERNEL))
		return -ENOMEM;
	on_each_cpu_mask(cpus, hw_enable_this_cpu, &work, true);
	if (work.err) {
		hw_disable_cpus(work.done);
		*why = work.why;
	}
	free_cpumask_var(work.done);
	return work.err;
}

/**
 * hw_disable_cpus() - undo hw_enable_cpus()
 * @cpus: CPUs on which no LIP is loaded; those not enabled are ignored
 *
 * Context: may be called late in a reboot.
 */
void hw_disable_cpus(const struct cpumask *cpus)
{
	on_each_cpu_mask(cpus, hw_disable_this_cpu, NULL, true);
}

/* For module load, which has no last_error. Any context. */
void hw_log_reason(const struct lpar_reason *why)
{
	char text[256];

	lpar_reason_text(why, text, sizeof(text));
	pr_err("lpar: %s\n", text);
}

/**
 * hw_machine_check() - forward a machine check that occurred in the guest to the host
 *
 * The handler sees the kernel's code segment, and panics on an uncorrected error
 * unless the exception table has a fixup for the interrupted address. There is one,
 * because the guest used the memory and the host did not. SDM: "Machine-Check
 * Architecture", "Determination of Type of Error"; Linux: error_context().
 *
 * Context: interrupts off.
 * Return: true if the guest consumed the error and cannot continue.
 */
bool hw_machine_check(void)
{
	bool consumed = false;

	/* The saved RIP of a software interrupt is that of the next instruction. */
	asm volatile("int $18\n"
		     "1:\tjmp 3f\n"
		     "2:\tmovb $1, %0\n"
		     "3:\n"
		     _ASM_EXTABLE_TYPE(1b, 2b, EX_TYPE_DEFAULT_MCE_SAFE)
		     : "+qm" (consumed) : : "memory");
	return consumed;
}

/**
 * hw_page_alloc() - allocate a page for a VMCB, VMCS or similar structure
 * @cpu: allocate on this CPU's node
 *
 * The page is never at a 2 MiB boundary. With SEV-SNP enabled on the host, a
 * processor that runs a guest marks VMCB and AVIC pages as in use; a page at a
 * 2 MiB boundary marks all of the 2 MiB, and writes of other CPUs to it fault.
 *
 * Context: may sleep.
 * Return: a zeroed page, to be freed by hw_page_free(), or NULL.
 */
void *hw_page_alloc(int cpu)
{
	struct page *pair = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 1);

	if (!pair)
		return NULL;
	/* The second page of a pair has an odd frame number. */
	split_page(pair, 1);
	__free_page(pair);
	return page_address(pair + 1);
}

void hw_page_free(void *page)
{
	if (!page)
		return;
	/* It may hold registers of a guest. */
	clear_page(page);
	free_page((unsigned long)page);
}

/* The host runs in QEMU's emulation (TCG). Any context. */
bool hw_is_emulated(void)
{
	return cpuid_base_hypervisor("TCGTCGTCGTCG", 0);
}

/**
 * hw_apicv() - decide whether to use APIC virtualisation
 * @able: the processor supports it
 *
 * Off by default, because it has been tested in emulators only. The parameter
 * then reads as the decision.
 */
bool hw_apicv(bool able)
{
	apicv = able && apicv > 0;
	return apicv;
}

/*
 * ITLB multihit (CVE-2018-12207): processors up to Cascade Lake may raise a machine
 * check when code is fetched from a page whose size was changed, which a guest can do
 * with its own page tables. The parameter reads as what was decided.
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

/* The backend for this processor; NULL, with a message, if there is none. */
static const struct lpar_hw_ops *hw_find_backend(void)
{
	if (cpuid_ecx(1) & BIT(5))
		return &vmx_hw_ops;
	if (cpuid_eax(0x80000000) >= 0x80000001 && cpuid_ecx(0x80000001) & BIT(2))
		return &svm_hw_ops;
	pr_err("lpar: this processor has neither VMX nor SVM\n");
	return NULL;
}

/*
 * NMIs and machine checks that caused a VM exit are forwarded to the host by INT n,
 * which does not reach their handlers under FRED.
 */
static bool hw_has_fred(void)
{
	if (!(__read_cr4() & X86_CR4_FRED))
		return false;
	pr_err("lpar: FRED is enabled on this host and not supported; boot with fred=off\n");
	return true;
}

static void hw_set_emergency(bool on)
{
	if (on && !hw_emergency_registered)
		compat_emergency_register(lpar_hw->cpu_emergency);
	if (!on && hw_emergency_registered)
		compat_emergency_unregister(lpar_hw->cpu_emergency);
	hw_emergency_registered = on;
}

/* Loaded, or built in. */
static bool hw_kvm_present(void)
{
	struct kobject *kvm = kset_find_obj(compat_module_kset, lpar_hw->kvm);

	kobject_put(kvm);
	return kvm;
}

/*
 * There is one emergency callback. KVM's vendor module registers its own: from 6.12
 * on while KVM has virtualisation enabled, before that from init to exit. KVM's
 * callback looks at each CPU's registers, so it works for our CPUs as well. Register
 * ours again when KVM's module is unloaded or fails to load.
 */
static int hw_kvm_notify(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *mod = data;

	if (strcmp(mod->name, lpar_hw->kvm))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_COMING)
		hw_set_emergency(false);
	else if (state == MODULE_STATE_GOING)
		hw_set_emergency(true);
	return NOTIFY_OK;
}

static struct notifier_block hw_kvm_nb = { .notifier_call = hw_kvm_notify };

/**
 * hw_get_cpu() - get the registers of a LIP
 * @hl: the LIP, loaded; it has not been entered since
 * @out: output
 */
void hw_get_cpu(struct hw_lip *hl, struct core_cpu *out)
{
	struct lip_paging mode;
	unsigned int i;

	memcpy(out->gpr, hl->regs, sizeof(out->gpr));
	out->rip = hl->rip;
	for (i = 0; i < SEGMENT_COUNT; i++)
		lpar_hw->get_segment(hl, i, &out->seg[i]);
	lpar_hw->paging(hl, &mode);
	out->cr0 = mode.cr0;
	out->cr3 = mode.cr3;
	lpar_hw->get_rest(hl, out);
	out->cr4 = lpar_hw->get_cr4(hl);
	out->rflags = lpar_hw->get_rflags(hl);
}

/**
 * hw_init() - find and set up the backend for this machine
 * @host_va: host mapping of guest storage, used to read the guest's instructions
 *
 * Context: module load, sleeps.
 * Return: 0, or -EOPNOTSUPP after a message that names what is missing.
 */
int hw_init(void *(*host_va)(hpa_t hpa))
{
	int err;

	hw_host_va = host_va;
	if (!compat_find_calls(&hw_kernel)) {
		pr_err("lpar: this kernel does not export cr4_update_irqsoff() or hw_breakpoint_restore()\n");
		return -EOPNOTSUPP;
	}
	lpar_hw = hw_find_backend();
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
	if (!hw_kvm_present())
		hw_set_emergency(true);
	register_module_notifier(&hw_kvm_nb);
	pr_info("lpar: %s: ready\n", lpar_hw->name);
	return 0;
}

void hw_exit(void)
{
	unregister_module_notifier(&hw_kvm_nb);
	hw_set_emergency(false);
	lpar_hw->teardown();
}
