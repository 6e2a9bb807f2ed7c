/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/svm/vmcb.h - SVM instructions and data structures of the backend.
 *
 * The layout of the VMCB, intercepts and exit codes come from the kernel's
 * <asm/svm.h>. APM volume 2: "Secure Virtual Machine", "VMCB Layout". Layer L1.
 */
#ifndef LPAR_HW_SVM_VMCB_H
#define LPAR_HW_SVM_VMCB_H

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <asm/msr-index.h>
#include <asm/svm.h>

#include "compat.h"
#include "hw/hw.h"

/* VMCB clean bits: fields that the processor need not reload at VMRUN */
enum svm_clean {
	SVM_CLEAN_INTERCEPTS = BIT(0),	/* TSC offset too */
	SVM_CLEAN_PERM_MAP = BIT(1),
	SVM_CLEAN_ASID = BIT(2),
	SVM_CLEAN_INTR = BIT(3),
	SVM_CLEAN_NPT = BIT(4),		/* PAT too */
	SVM_CLEAN_CR = BIT(5),		/* EFER too */
	SVM_CLEAN_DR = BIT(6),
	SVM_CLEAN_DT = BIT(7),
	SVM_CLEAN_SEG = BIT(8),
	SVM_CLEAN_CR2 = BIT(9),
	SVM_CLEAN_AVIC = BIT(11),
	SVM_CLEAN_ALL = GENMASK(9, 0) | BIT(11),
};

/* The two bits of each MSR in the permission map */
enum svm_msr_access {
	SVM_MSR_READ = BIT(0),
	SVM_MSR_WRITE = BIT(1),
};

#define SVM_MSR_MAP_SIZE	(2 * PAGE_SIZE)	/* three ranges of 2000h MSRs */

/**
 * struct svm_caps - capabilities of this machine's processors
 * @max_asid: largest ASID; 0 is the host's
 * @cr4_guest: CR4 bits that a guest may set
 * @efer_guest: EFER bits that a guest may set
 * @next_rip: nRIP is saved on exits
 * @decode: decode assists: exits give the register of a MOV to or from CRn
 * @clean: VMCB clean bits
 * @flush_asid: one ASID can be flushed
 * @apicv: x2AVIC is supported and to be used
 * @free_xsetbv: XSETBV does not exit although intercepted (QEMU's emulation)
 * @no_shadow: VMRUN loses the guest's interrupt shadow (QEMU's emulation)
 * @irq_twice: an interrupt injected by VMRUN may be delivered twice (QEMU's
 *	emulation, when another of its threads interrupts the CPU's)
 * @five_levels: the host uses 5-level paging, so nested tables need 5 levels too
 */
struct svm_caps {
	u32 max_asid;
	u64 cr4_guest;
	u64 efer_guest;
	bool next_rip;
	bool decode;
	bool clean;
	bool flush_asid;
	bool apicv;
	bool free_xsetbv;
	bool no_shadow;
	bool irq_twice;
	bool five_levels;
};

/**
 * struct svm_cpu - SVM on one CPU
 * @on: enabled by us
 * @hsave: host save area of VMRUN
 * @host: VMCB for VMSAVE of host state that VMRUN does not switch: FS, GS, TR, LDTR, ...
 * @generation: of ASIDs; all are flushed and reused in a new generation
 * @next_asid: the next free one
 * @flushes: number of svm_flush_stage2() calls
 * @last_root: stage-2 root of the LIP loaded last; 0: none, or retired
 * @timer: makes the guest exit at the deadline; runs between load and put only
 * @armed: host TSC at which it fires; U64_MAX: not armed
 */
struct svm_cpu {
	bool on;
	void *hsave;
	void *host;
	u64 generation;
	u32 next_asid;
	u64 flushes;
	u64 last_root;
	struct hrtimer timer;
	u64 armed;
};

DECLARE_PER_CPU(struct svm_cpu, svm_cpus);

/**
 * struct svm_step - single step of the guest; see step.c
 * @wanted: requested for the next entry
 * @on: in progress
 * @iret: of the IRET of an NMI handler
 * @lifts: intercepts of CR0 are disabled meanwhile
 * @guest_tf: the guest's own TF is set
 * @rip: of the instruction
 * @dr6: DR6 before the step
 * @exceptions: intercepted exceptions before the step
 */
struct svm_step {
	bool wanted;
	bool on;
	bool iret;
	bool lifts;
	bool guest_tf;
	u64 rip;
	u64 dr6;
	u32 exceptions;
};

/**
 * struct svm_lip - a LIP's SVM state
 * @hl: common part; first
 * @vmcb: its VMCB, a page
 * @root5: top of 5-level nested tables, if the host uses 5 levels
 * @s2_root: top of the 4-level tables of its LPAR
 * @pcpu: the only CPU that runs it
 * @generation: of @vmcb's ASID; 0: it has none
 * @flushes: value of svm_cpu.flushes at the last flush of its ASID
 * @flush: flush its linear translations at the next entry
 * @clean: enum svm_clean bits for the next VMRUN
 * @nmi_blocked: an NMI was injected, and its handler has not returned
 * @nmi_window: LIP_EXIT_IRQ_WINDOW is requested for NMIs
 * @irq_window: LIP_EXIT_IRQ_WINDOW is requested for interrupts
 * @apicv: the processor delivers interrupts from the local-APIC page
 * @apic_ids: physical APIC id table with a single entry, for the LIP itself
 * @virq: the interrupt in the VMCB's int_vector is pending; see irq_twice
 * @in_shadow: it was entered at @shadow_rip in an interrupt shadow that VMRUN loses
 * @shadow_rip: see @in_shadow
 * @iret_seen: the handler's IRET at @iret_rip has exited
 * @iret_rip: see @iret_seen
 * @step: single step
 * @cr0_cache: CD and NW as seen by the guest
 * @cr4: CR4 as seen by the guest
 * @tsc_aux: the guest's value while it is not loaded
 * @host_tsc_aux: the host's value while it is loaded
 * @host_debugctl: the host's IA32_DEBUGCTL while it is 0 for the guest
 * @host_xss: likewise IA32_XSS
 * @dr: the guest's DR0-DR3
 */
struct svm_lip {
	struct hw_lip hl;
	struct vmcb *vmcb;
	u64 *root5;
	u64 s2_root;
	int pcpu;
	u64 generation;
	u64 flushes;
	bool flush;
	u32 clean;
	bool nmi_blocked;
	bool nmi_window;
	bool irq_window;
	bool apicv;
	u64 *apic_ids;
	bool virq;
	bool in_shadow;
	u64 shadow_rip;
	bool iret_seen;
	u64 iret_rip;
	struct svm_step step;
	u64 cr0_cache;
	u64 cr4;
	u64 tsc_aux;
	u64 host_tsc_aux;
	u64 host_debugctl;
	u64 host_xss;
	unsigned long dr[4];
};

static inline struct svm_lip *to_svm(struct hw_lip *hl)
{
	return container_of(hl, struct svm_lip, hl);
}

static inline bool svm_in_64bit(const struct vmcb_save_area *save)
{
	return save->cs.attrib & SVM_SELECTOR_L_MASK && save->efer & EFER_LMA;
}

static inline void svm_dirty(struct svm_lip *sl, u32 what)
{
	sl->clean &= ~what;
}

static inline void svm_intercept(struct svm_lip *sl, unsigned int bit, bool on)
{
	u32 *word = &sl->vmcb->control.intercepts[bit / 32];

	*word = on ? *word | BIT(bit % 32) : *word & ~BIT(bit % 32);
	svm_dirty(sl, SVM_CLEAN_INTERCEPTS);
}

static inline bool svm_intercepted(const struct svm_lip *sl, unsigned int bit)
{
	return sl->vmcb->control.intercepts[bit / 32] & BIT(bit % 32);
}

static inline void svm_save_host(u64 pa)
{
	asm volatile("vmsave %0" : : "a" (pa) : "memory");
}

extern struct svm_caps svm_caps;

/* caps.c */
int svm_check(void);
bool svm_locked_off(struct lpar_reason *why);

/* setup.c */
int svm_setup(void);
void svm_teardown(void);
void svm_msr_pass(u8 *map, u32 msr, unsigned int access);
void svm_write_msr_map(struct svm_lip *sl);
void svm_pass_spec_ctrl(struct hw_lip *hl);
struct hw_lip *svm_lip_alloc(u64 s2_root, int pcpu);
void svm_lip_free(struct hw_lip *hl);
int svm_lip_init(struct hw_lip *hl);
void svm_lip_retire(struct hw_lip *hl);
void svm_lip_boot(struct hw_lip *hl, const struct boot_cpu_state *boot);
void svm_lip_sipi(struct hw_lip *hl, u8 vector);

/* cpu.c */
int svm_cpu_alloc_all(void);
int svm_cpu_enable(struct lpar_reason *why);
void svm_cpu_leave(void);
void svm_cpu_free_all(void);

/* tlb.c: ASIDs */
void svm_use_asid(struct svm_lip *sl);
void svm_flush_refused(void);
void svm_flush_stage2(u64 s2_root, const struct cpumask *cpus);

/* host.c: switching host and guest state */
void svm_load(struct hw_lip *hl);
void svm_put(struct hw_lip *hl);
void svm_to_guest(struct svm_lip *sl);
void svm_to_host(struct hw_lip *hl);

/* barriers.c: speculation barriers */
void svm_barriers_load(struct svm_lip *sl);
void svm_barriers_entry(void);
void svm_barriers_put(struct svm_lip *sl);
void svm_barriers_cpu(bool on);

/* timer.c: the deadline */
void svm_timer_init(struct svm_cpu *cpu);
void svm_timer_arm(struct svm_cpu *cpu, u64 deadline, u64 now);
void svm_timer_cancel(struct svm_cpu *cpu);

/* run.c */
void svm_run(struct hw_lip *hl, u64 deadline, struct lip_exit *exit);
void svm_skip(struct hw_lip *hl, unsigned int len);

/* exit.c */
void svm_read_exit(struct svm_lip *sl, struct lip_exit *exit);
u8 svm_insn_len(struct svm_lip *sl, u8 len);
void svm_paging(struct hw_lip *hl, struct lip_paging *out);
void svm_get_segment(struct hw_lip *hl, unsigned int index, struct lip_segment *out);

/* fetch.c */
#define SVM_INSN_MAX 15

/**
 * struct svm_insn - an instruction
 * @bytes: its bytes; padded, so that two bytes after any opcode can be accessed
 * @len: number of bytes read; may go beyond the instruction
 * @prefixes: number of bytes before the opcode
 * @rex: the REX prefix, 0: none
 */
struct svm_insn {
	u8 bytes[SVM_INSN_MAX + 3];
	u8 len;
	u8 prefixes;
	u8 rex;
};

void svm_fetch(struct svm_lip *sl, struct svm_insn *insn);

/* cr.c */
void svm_set_cr0(struct svm_lip *sl, u64 value);
void svm_intercept_cr0(struct svm_lip *sl, bool on);
void svm_set_cr4(struct svm_lip *sl, u64 value);
void svm_cr_access(struct svm_lip *sl, struct lip_exit *exit);

/* step.c: one instruction */
void svm_step_cr0(struct svm_lip *sl);
bool svm_step_begin(struct svm_lip *sl);
bool svm_step_end(struct svm_lip *sl);

/* msr.c: intercepted MSRs that are in the VMCB */
bool svm_msr_access(struct svm_lip *sl, struct lip_exit *exit);

/* apicv.c: the local APIC's page */
void svm_apicv_pass(u8 *map);
int svm_apicv_setup(void);
void svm_apicv_teardown(void);
int svm_apicv_alloc(struct svm_lip *sl);
bool svm_apic_page(struct hw_lip *hl, void *page);
void svm_apic_irr(struct hw_lip *hl, int vector);
void svm_apic_level(struct hw_lip *hl, u8 vector);
void svm_apicv_access(struct svm_lip *sl, struct lip_exit *exit);

/* inject.c */
void svm_inject_irq(struct hw_lip *hl, u8 vector);
void svm_inject_nmi(struct hw_lip *hl);
void svm_inject_fault(struct hw_lip *hl, u8 vector, u32 error);
bool svm_event_set(const struct svm_lip *sl);
bool svm_irq_ready(struct hw_lip *hl);
bool svm_nmi_ready(struct hw_lip *hl);
bool svm_nmi_blocked(struct hw_lip *hl);
bool svm_set_window(struct svm_lip *sl);
void svm_keep_shadow(struct svm_lip *sl);
void svm_request_window(struct hw_lip *hl, bool irq, bool nmi);
void svm_reinject(struct svm_lip *sl);
void svm_single_step(struct svm_lip *sl);
void svm_exception(struct svm_lip *sl, u8 vector, struct lip_exit *exit);
void svm_iret(struct svm_lip *sl);

/* vmenter.S: 0 if the guest ran, 1 if SVM is disabled; clobbers all but RSP. */
unsigned long svm_enter(u64 *regs, u64 vmcb_pa, u64 host_pa, struct hw_spec *spec);

#endif
