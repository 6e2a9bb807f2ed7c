/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/hw.h - the interface between the monitor and the vendor backends.
 *
 * Only the backends (hw/vmx, hw/svm) execute privileged instructions. They
 * translate a VM exit into the vendor-neutral struct lip_exit, which common
 * code in cpu/ and machine/ handles. Layer L1: may call L0 only.
 */
#ifndef LPAR_HW_HW_H
#define LPAR_HW_HW_H

#include <linux/types.h>
#include <linux/cpumask.h>
#include <linux/static_call.h>
#include <asm/apicdef.h>

#include "emul/hostcpu.h"
#include "emul/insn.h"
#include "emul/paging.h"
#include "emul/segment.h"
#include "hw/spec_ctrl.h"
#include "lpar.h"

struct compat_calls;
struct core_cpu;
struct s2_format;
struct boot_cpu_state;
struct task_cpu;

/**
 * enum lip_exit_kind - vendor-neutral exit reason
 * @LIP_EXIT_NONE: handled by the backend; enter again
 * @LIP_EXIT_HOST_IRQ: an interrupt for the host is pending: enable interrupts
 * @LIP_EXIT_TIMER: the deadline given to run() was reached
 * @LIP_EXIT_IRQ_WINDOW: the guest can take an interrupt or an NMI now
 * @LIP_EXIT_HLT: HLT executed
 * @LIP_EXIT_CPUID: CPUID executed
 * @LIP_EXIT_RDMSR: RDMSR of lip_exit.msr
 * @LIP_EXIT_WRMSR: WRMSR of lip_exit.msr
 * @LIP_EXIT_IO: port access, see lip_exit.io
 * @LIP_EXIT_MMIO: access to guest-physical memory that stage 2 does not map
 * @LIP_EXIT_NX: instruction fetch from storage mapped non-executable in stage 2;
 *	lip_exit.mmio
 * @LIP_EXIT_HYPERCALL: VMCALL or VMMCALL
 * @LIP_EXIT_XSETBV: XSETBV executed
 * @LIP_EXIT_CR8: MOV to or from CR8, the task priority; see lip_exit.cr8
 * @LIP_EXIT_EOI: the processor completed an EOI of lip_exit.vector for which an
 *	exit was requested (level-triggered interrupts)
 * @LIP_EXIT_TASK: hardware task switch to be emulated: see lip_exit.task
 * @LIP_EXIT_UNDEFINED: instruction that this machine does not have: inject #UD
 * @LIP_EXIT_PROTECTION: access that is not allowed: inject #GP(0)
 * @LIP_EXIT_SKIP: instruction without effect here (WBINVD, PAUSE)
 * @LIP_EXIT_SHUTDOWN: triple fault
 * @LIP_EXIT_MEMORY_ERROR: the guest consumed an uncorrectable memory error; the
 *	host has handled the machine check
 * @LIP_EXIT_FAIL: VM entry failed, or the exit is not handled; lip_exit.fail has
 *	the vendor's codes
 * @LIP_NR_EXITS: number of kinds
 */
enum lip_exit_kind {
	LIP_EXIT_NONE,
	LIP_EXIT_HOST_IRQ,
	LIP_EXIT_TIMER,
	LIP_EXIT_IRQ_WINDOW,
	LIP_EXIT_HLT,
	LIP_EXIT_CPUID,
	LIP_EXIT_RDMSR,
	LIP_EXIT_WRMSR,
	LIP_EXIT_IO,
	LIP_EXIT_MMIO,
	LIP_EXIT_NX,
	LIP_EXIT_HYPERCALL,
	LIP_EXIT_XSETBV,
	LIP_EXIT_CR8,
	LIP_EXIT_EOI,
	LIP_EXIT_TASK,
	LIP_EXIT_UNDEFINED,
	LIP_EXIT_PROTECTION,
	LIP_EXIT_SKIP,
	LIP_EXIT_SHUTDOWN,
	LIP_EXIT_MEMORY_ERROR,
	LIP_EXIT_FAIL,
	LIP_NR_EXITS
};

struct lip_exit {
	enum lip_exit_kind kind;
	u8 insn_len;		/* bytes to skip after emulation; may be 0 */
	union {
		u32 msr;
		u8 vector;
		struct {
			u16 port;
			u8 size;	/* 1, 2 or 4 bytes */
			bool in;
			bool string;	/* INS/OUTS, with or without REP */
		} io;
		struct {
			gpa_t gpa;
			bool write;
			bool fetch;
			bool implicit;	/* by event delivery or a page walk, no operand */
		} mmio;
		struct {
			u8 reg;		/* enum lip_gpr */
			bool write;
		} cr8;
		struct {
			u16 selector;	/* of the new TSS */
			u8 source;	/* enum task_source */
			u8 vector;	/* TASK_GATE: of the event */
			bool external;	/* TASK_GATE: not INT n, INT3 or INTO */
			bool exception;	/* TASK_GATE: a fault or a trap */
			bool has_error;
			u32 error;
		} task;
		struct {
			u64 code;
			u64 info;
			bool refused;	/* VM entry failed: the guest has not run */
		} fail;
	};
};

/**
 * struct hw_spec - IA32_SPEC_CTRL of guest and host; vmenter.S uses the layout
 * @guest: the guest's value; stale while it runs, if HW_SPEC_READ is set
 * @host: the host's value, valid after load()
 * @flags: HW_SPEC_* bits; 0: not switched, or switched by the processor
 */
struct hw_spec {
	u32 guest;
	u32 host;
	u32 flags;
};

static_assert(offsetof(struct hw_spec, guest) == HW_SPEC_GUEST);
static_assert(offsetof(struct hw_spec, host) == HW_SPEC_HOST);
static_assert(offsetof(struct hw_spec, flags) == HW_SPEC_FLAGS);

/**
 * struct hw_lip - common first member of the backends' LIP structures
 * @regs: general registers, valid between runs; RSP only after LIP_EXIT_MMIO
 *	and LIP_EXIT_CR8
 * @rip: instruction pointer; the backend writes it back if @rip_dirty
 * @rip_dirty: @rip or RSP was changed by common code
 * @xcr0: the guest's XCR0, switched with the FPU state
 * @fpu: XSAVE area, 64-byte aligned
 * @spec: IA32_SPEC_CTRL
 * @device: the LPAR has access to MMIO of a PCI function: set once, in any context
 * @host_side: state switched by run() is the host's: after load() and to_host()
 *
 * Owned by the dispatcher of its pCPU; no lock.
 */
struct hw_lip {
	u64 regs[LIP_NR_GPRS];
	u64 rip;
	bool rip_dirty;
	u64 xcr0;
	void *fpu;
	struct hw_spec spec;
	bool device;
	bool host_side;
};

/**
 * struct lpar_hw_ops - the vendor backend
 *
 * "On the CPU" means: called by the dispatcher thread of the LIP's pCPU with
 * preemption off. Callbacks do not sleep unless stated.
 *
 * @name: "vmx" or "svm", for the log
 * @kvm: name of KVM's module for these processors
 * @s2: format of stage-2 entries
 * @check: check for all required capabilities. Prints the one that is missing
 *	and returns -EOPNOTSUPP. May sleep.
 * @setup: allocate what all CPUs share. May sleep.
 * @teardown: undo @setup. May sleep.
 * @cpu_enable: enable virtualisation on this CPU. On the CPU, in an interrupt.
 *	-EBUSY if it is in use already, -EIO if the processor refuses, and the reason.
 * @cpu_disable: disable it; flushes all control structures cached by the CPU.
 *	On the CPU, in an interrupt. Idempotent.
 * @cpu_emergency: likewise while the host crashes: any context, NMI included,
 *	no locks. Idempotent.
 * @lip_alloc: allocate a LIP that runs on @pcpu only; @s2_root, a value of
 *	s2_root(), is its guest memory. May sleep.
 * @lip_free: free a LIP after lip_retire(). May sleep.
 * @lip_init: write the initial control state. On the CPU, after every alloc.
 * @lip_retire: flush the LIP's state cached by the processor. On the CPU.
 * @lip_boot: set the registers for the boot protocol. On the CPU.
 * @lip_sipi: real-mode start at @vector << 12 (SDM, "INIT/SIPI"). On the CPU.
 * @load: make the LIP current on this CPU. Interrupts on, FPU taken.
 * @put: undo @load and restore the host's MSRs.
 * @to_host: restore the host's debug registers, counters etc. until the next
 *	run(). Called between load() and put() with interrupts off, before they
 *	are enabled.
 * @run: run the guest until an exit, or host TSC @deadline at the latest. Called
 *	with interrupts off; stores the exit in @exit. NMIs and machine checks
 *	have been forwarded to the host when it returns.
 * @inject_irq: inject interrupt @vector at the next entry; irq_ready() was true.
 * @inject_nmi: inject an NMI at the next entry; nmi_ready() was true.
 * @inject_fault: inject an exception; @error is ignored if it has no error code.
 * @irq_ready: the guest can take an interrupt at the next entry
 * @nmi_ready: the guest can take an NMI at the next entry
 * @nmi_blocked: NMIs are blocked: the guest is in its NMI handler
 * @request_window: request LIP_EXIT_IRQ_WINDOW as soon as irq_ready() becomes true,
 *	if @irq, and as soon as nmi_ready() does, if @nmi
 * @apic_page: let the processor deliver interrupts from this local-APIC page, or
 *	stop that if NULL. False if not supported. Only in x2APIC mode; off after
 *	lip_boot() and lip_sipi().
 * @apic_irr: the page's highest request is @vector (-1: none); instead of
 *	inject_irq() while apic_page() is on
 * @apic_level: an EOI of @vector shall cause LIP_EXIT_EOI, or LIP_EXIT_WRMSR of the
 *	EOI register with insn_len 0 if the EOI is left to the monitor
 * @skip: advance RIP by @len and end an interrupt shadow
 * @paging: get the control state needed to walk the guest's page tables
 * @get_segment: get a segment register; @index is in encoding order, then LDTR, TR
 * @get_task: get the state that a hardware task switch changes, after
 *	LIP_EXIT_TASK; NULL, like @set_task, if the processor switches tasks itself
 * @set_task: write it, set CR0.TS, clear DR7's local enables; raise #DB if a trap is
 *	requested. @pdptes: the four PDPTEs in PAE mode, or NULL
 * @set_cr2: set the address of a page fault that will be injected
 * @get_rest: get what no other function does, for hw_get_cpu(): RSP, GDTR, IDTR, CR2 and
 *	the inactive GS base. The LIP is loaded.
 * @get_cr4: CR4 as the guest sees it
 * @get_rflags: get the guest's RFLAGS
 * @set_rflags: set the guest's RFLAGS
 * @pass_spec_ctrl: let the guest access IA32_SPEC_CTRL without exits from now on.
 *	The LIP is loaded.
 * @set_tsc_offset: guest TSC = host TSC + @offset
 * @flush_stage2: flush all translations of @s2_root on @cpus. Sends IPIs, may
 *	sleep.
 */
struct lpar_hw_ops {
	const char *name;
	const char *kvm;
	const struct s2_format *s2;

	int (*check)(void);
	int (*setup)(void);
	void (*teardown)(void);
	int (*cpu_enable)(struct lpar_reason *why);
	void (*cpu_disable)(void);
	void (*cpu_emergency)(void);

	struct hw_lip *(*lip_alloc)(u64 s2_root, int pcpu);
	void (*lip_free)(struct hw_lip *hl);
	int (*lip_init)(struct hw_lip *hl);
	void (*lip_retire)(struct hw_lip *hl);
	void (*lip_boot)(struct hw_lip *hl, const struct boot_cpu_state *boot);
	void (*lip_sipi)(struct hw_lip *hl, u8 vector);

	void (*load)(struct hw_lip *hl);
	void (*put)(struct hw_lip *hl);
	void (*to_host)(struct hw_lip *hl);
	void (*run)(struct hw_lip *hl, u64 deadline, struct lip_exit *exit);

	void (*inject_irq)(struct hw_lip *hl, u8 vector);
	void (*inject_nmi)(struct hw_lip *hl);
	void (*inject_fault)(struct hw_lip *hl, u8 vector, u32 error);
	bool (*irq_ready)(struct hw_lip *hl);
	bool (*nmi_ready)(struct hw_lip *hl);
	bool (*nmi_blocked)(struct hw_lip *hl);
	void (*request_window)(struct hw_lip *hl, bool irq, bool nmi);
	bool (*apic_page)(struct hw_lip *hl, void *page);
	void (*apic_irr)(struct hw_lip *hl, int vector);
	void (*apic_level)(struct hw_lip *hl, u8 vector);
	void (*skip)(struct hw_lip *hl, unsigned int len);
	void (*paging)(struct hw_lip *hl, struct lip_paging *out);
	void (*get_segment)(struct hw_lip *hl, unsigned int index, struct lip_segment *out);
	void (*get_task)(struct hw_lip *hl, struct task_cpu *cpu);
	void (*set_task)(struct hw_lip *hl, const struct task_cpu *cpu, const u64 *pdptes);
	void (*set_cr2)(struct hw_lip *hl, u64 address);
	void (*get_rest)(struct hw_lip *hl, struct core_cpu *out);
	u64 (*get_cr4)(struct hw_lip *hl);
	u64 (*get_rflags)(struct hw_lip *hl);
	void (*set_rflags)(struct hw_lip *hl, u64 rflags);
	void (*pass_spec_ctrl)(struct hw_lip *hl);
	void (*set_tsc_offset)(struct hw_lip *hl, u64 offset);
	void (*flush_stage2)(u64 s2_root, const struct cpumask *cpus);
};

extern const struct lpar_hw_ops *lpar_hw;	/* set once by hw_init() */
extern struct compat_calls hw_kernel;		/* likewise */
extern const struct lpar_hw_ops vmx_hw_ops;
extern const struct lpar_hw_ops svm_hw_ops;

/* Static calls of lpar_hw's run() and skip(), which are in the path of most exits. */
void hw_run(struct hw_lip *hl, u64 deadline, struct lip_exit *exit);
void hw_skip(struct hw_lip *hl, unsigned int len);
DECLARE_STATIC_CALL(hw_run, hw_run);
DECLARE_STATIC_CALL(hw_skip, hw_skip);

/* x2APIC MSR of the register at offset @reg of the local-APIC page */
#define X2APIC_MSR(reg)	(APIC_BASE_MSR + (reg) / 16)
/* ISR, TMR and IRR, in this order, consist of eight 32-bit registers each. */
#define APIC_VECTOR_REGS	8

/* hw.c */
extern void *(*hw_host_va)(hpa_t hpa);	/* host mapping of guest storage */
int hw_init(void *(*host_va)(hpa_t hpa));
void hw_exit(void);
int hw_enable_cpus(const struct cpumask *cpus, struct lpar_reason *why);
void hw_disable_cpus(const struct cpumask *cpus);
void hw_log_reason(const struct lpar_reason *why);
bool hw_machine_check(void);
void hw_get_cpu(struct hw_lip *hl, struct core_cpu *out);
void *hw_page_alloc(int cpu);
void hw_page_free(void *page);
extern u64 hw_guest_cr4;	/* CR4 bits that guests can set; from check() on */
bool hw_apicv(bool able);
bool hw_is_emulated(void);
bool hw_nx_huge_pages(void);

/* hostcpu.c */
extern struct host_cpu hw_host;
extern u32 hw_barriers;		/* enum host_barrier */
void hw_host_init(void);
void hw_host_cpuid(u32 leaf, u32 subleaf, struct cpuid_val *out);

/* guard.c: barriers common to both vendors */
void hw_host_irqs(struct hw_lip *hl);
void hw_spec_reset(struct hw_lip *hl);
void hw_barriers_load(struct hw_lip *hl);
void hw_barriers_entry(struct hw_lip *hl);
void hw_barriers_put(struct hw_lip *hl);

/* fpu.c */
void hw_fpu_init(void);
u64 hw_fpu_mask(void);
void *hw_fpu_alloc(void);
void hw_fpu_reset(struct hw_lip *hl);
void hw_fpu_free(void *fpu);
void hw_fpu_load(struct hw_lip *hl);
void hw_fpu_put(struct hw_lip *hl);
void hw_fpu_xsetbv(struct hw_lip *hl, u64 xcr0);
bool hw_fpu_read_vector(const struct hw_lip *hl, u8 reg, unsigned int size, void *data);
bool hw_fpu_write_vector(const struct hw_lip *hl, u8 reg, unsigned int size, bool clear,
			 const void *data);

#endif
