/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw/vmx/vmcs.h - VMX instructions and data structures of the backend.
 *
 * Field numbers and control bits come from the kernel's <asm/vmx.h>.
 * SDM: "VM-Control Structures", "VMX Instruction Reference". Layer L1.
 */
#ifndef LPAR_HW_VMX_VMCS_H
#define LPAR_HW_VMX_VMCS_H

/* For vmx_enter() */
#define VMX_ENTER_RESUME_BIT	0
#define VMX_ENTER_RESUME	1	/* VMRESUME instead of VMLAUNCH */
#define VMX_ENTER_VERW		2	/* clear CPU buffers */

#ifndef __ASSEMBLY__

#include <linux/types.h>
#include <asm/asm.h>
#include <asm/vmx.h>

#include "compat.h"
#include "hw/hw.h"

/* VMCS region: revision identifier, VMX-abort indicator, data */
struct vmcs_page {
	u32 revision;
	u32 abort;
	u8 data[];
};

/**
 * struct vmx_caps - capabilities of this machine's processors, and controls in use
 * @revision: VMCS revision identifier, for VMXON region and VMCS
 * @pin: pin-based controls of every VMCS
 * @cpu: primary processor-based controls
 * @cpu2: secondary processor-based controls
 * @apicv: secondary controls of APICv, 0 if not used
 * @exit: VM-exit controls
 * @entry: VM-entry controls
 * @timer_shift: the preemption timer counts TSC >> this
 * @cr0_fixed0: bits that must be 1 in CR0 (PE and PG excepted)
 * @cr4_fixed0: bits that must be 1 in CR4
 * @cr4_guest: CR4 bits that a guest may set without an exit
 * @invept_single: single-context INVEPT is supported
 * @invvpid_single: single-context INVVPID is supported
 * @counters: IA32_PERF_GLOBAL_CTRL exists
 * @pebs: IA32_PEBS_ENABLE exists
 */
struct vmx_caps {
	u32 revision;
	u32 pin, cpu, cpu2, apicv, exit, entry;
	unsigned int timer_shift;
	u64 cr0_fixed0;
	u64 cr4_fixed0;
	u64 cr4_guest;
	bool invept_single;
	bool invvpid_single;
	bool counters;
	bool pebs;
};

/* MSRs in the VM-entry MSR-load list, set to 0 while the host uses PEBS */
#define VMX_NR_STOPPED	2

/* MSRs switched by load() and put() instead of VM entry and exit */
enum vmx_switched_msr {
	VMX_MSR_STAR, VMX_MSR_LSTAR, VMX_MSR_CSTAR, VMX_MSR_SFMASK,
	VMX_MSR_KERNEL_GS_BASE, VMX_MSR_TSC_AUX,
	VMX_NR_SWITCHED_MSRS
};

/**
 * struct vmx_cr_try - a write of CR0 or CR4 that the guest executes again
 * @shadow: VMCS field of the register's read shadow; 0: none in progress
 * @before: its previous value
 * @rip: of the instruction
 */
struct vmx_cr_try {
	unsigned long shadow;
	u64 before;
	u64 rip;
};

/**
 * struct vmx_lip - a LIP's VMX state
 * @hl: common part; first
 * @vmcs: its VMCS, active on @pcpu only
 * @active: it is on that CPU's list; see struct vmx_cpu
 * @next_active: next entry of that list
 * @pcpu: the only CPU that runs it
 * @vpid: tag of its linear translations
 * @eptp: EPT pointer of its LPAR
 * @launched: VMRESUME instead of VMLAUNCH
 * @cpu_ctl: primary controls in the VMCS
 * @apicv: the processor delivers interrupts from the local-APIC page
 * @eoi_dirty: @eoi_exit has changed and is not in the VMCS yet
 * @rsp_read: hl.regs has the guest's RSP, which may have been changed
 * @eoi_exit: EOI-exit bitmap
 * @entry_event: an event will be injected at the next entry
 * @cr_try: see vmx_cr_try_result()
 * @guest_msr: the guest's values while it is not loaded
 * @host_msr: the host's values while it is loaded
 * @host_cr3: HOST_CR3 in the VMCS
 * @host_cr4: HOST_CR4 in the VMCS
 * @host_ldt: selector to be restored
 * @host_debugctl: the host's IA32_DEBUGCTL, which VM exits clear
 * @host_counters: the host's IA32_PERF_GLOBAL_CTRL while it is 0 for the guest
 * @host_pebs: likewise IA32_PEBS_ENABLE
 * @pebs_list: the VM-entry MSR-load list, which sets both to 0, is in use
 * @cr2: the guest's CR2
 * @dr: the guest's DR0-DR3
 * @dr6: the guest's DR6
 */
struct vmx_lip {
	struct hw_lip hl;
	struct vmcs_page *vmcs;
	bool active;
	struct vmx_lip *next_active;
	int pcpu;
	u16 vpid;
	u64 eptp;
	bool launched;
	u32 cpu_ctl;
	bool apicv;
	bool eoi_dirty;
	bool rsp_read;
	u64 eoi_exit[4];
	bool entry_event;
	struct vmx_cr_try cr_try;
	u64 guest_msr[VMX_NR_SWITCHED_MSRS];
	u64 host_msr[VMX_NR_SWITCHED_MSRS];
	unsigned long host_cr3, host_cr4;
	u16 host_ldt;
	u64 host_debugctl;
	u64 host_counters, host_pebs;
	bool pebs_list;
	unsigned long cr2;
	unsigned long dr[4], dr6;
};

static inline struct vmx_lip *to_vmx(struct hw_lip *hl)
{
	return container_of(hl, struct vmx_lip, hl);
}

/*
 * True: the instruction failed (VMfailInvalid or VMfailValid), or it faulted because
 * VMX was disabled by a crashing host, or cannot be enabled.
 */
#define VMX_INSN(insn)						\
static inline bool insn(u64 pa)					\
{								\
	bool failed = false;					\
								\
	asm volatile("1:\t" #insn " %1\n\t"			\
		     "ja 3f\n"					\
		     "2:\tmovb $1, %0\n"			\
		     "3:\n"					\
		     _ASM_EXTABLE(1b, 2b)			\
		     : "+qm" (failed) : "m" (pa) : "cc", "memory"); \
	return failed;						\
}

VMX_INSN(vmxon)
VMX_INSN(vmclear)
VMX_INSN(vmptrld)

static inline void vmxoff(void)
{
	asm volatile("1:\tvmxoff\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : : : "cc", "memory");
}

static inline unsigned long vmread(unsigned long field)
{
	unsigned long value;

	asm volatile("vmread %1, %0" : "=r" (value) : "r" (field) : "cc");
	return value;
}

static inline void vmwrite(unsigned long field, unsigned long value)
{
	asm volatile("vmwrite %1, %0" : : "r" (field), "rm" (value) : "cc");
}

static inline void invept(unsigned long type, u64 eptp)
{
	struct { u64 eptp, zero; } arg = { eptp, 0 };

	asm volatile("invept %0, %1" : : "m" (arg), "r" (type)
		     : "cc", "memory");
}

static inline void invvpid(unsigned long type, u16 vpid)
{
	struct { u64 vpid, address; } arg = { vpid, 0 };

	asm volatile("invvpid %0, %1" : : "m" (arg), "r" (type)
		     : "cc", "memory");
}

extern struct vmx_caps vmx_caps;

/* caps.c */
int vmx_check(void);
bool vmx_locked_off(struct lpar_reason *why);

/* setup.c */
int vmx_setup(void);
void vmx_teardown(void);
struct hw_lip *vmx_lip_alloc(u64 s2_root, int pcpu);
void vmx_lip_free(struct hw_lip *hl);
int vmx_lip_init(struct hw_lip *hl);
void vmx_lip_retire(struct hw_lip *hl);
void vmx_flush_linear(struct vmx_lip *vl);
void vmx_lip_boot(struct hw_lip *hl, const struct boot_cpu_state *boot);
void vmx_lip_sipi(struct hw_lip *hl, u8 vector);
void vmx_write_msr_bitmap(const struct vmx_lip *vl);
void vmx_pass_spec_ctrl(struct hw_lip *hl);
void vmx_flush_stage2(u64 s2_root, const struct cpumask *cpus);

/* cpu.c */
int vmx_cpu_alloc_all(void);
void vmx_cpu_free_all(void);
void vmx_activate(struct vmx_lip *vl);
void vmx_deactivate(struct vmx_lip *vl);
void vmx_lip_clear(void *arg);
int vmx_cpu_enable(struct lpar_reason *why);
void vmx_cpu_disable(void);
void vmx_cpu_leave(void);

/* host.c: host state in the VMCS, and state not switched by entry and exit */
void vmx_host_state(struct vmx_lip *vl);
void vmx_load(struct hw_lip *hl);
void vmx_put(struct hw_lip *hl);
void vmx_to_guest(struct vmx_lip *vl);
void vmx_to_host(struct hw_lip *hl);

/* barriers.c: speculation barriers */
void vmx_barriers_load(struct vmx_lip *vl);
void vmx_barriers_entry(struct vmx_lip *vl);
void vmx_barriers_put(struct vmx_lip *vl);
unsigned int vmx_enter_flags(const struct vmx_lip *vl);
void vmx_forget_last_eptp(void);

/* run.c */
void vmx_run(struct hw_lip *hl, u64 deadline, struct lip_exit *exit);
bool vmx_in_64bit(void);
void vmx_skip(struct hw_lip *hl, unsigned int len);

/* exit.c */
void vmx_read_exit(struct vmx_lip *vl, u32 reason, struct lip_exit *exit);
void vmx_read_rsp(struct vmx_lip *vl);
void vmx_paging(struct hw_lip *hl, struct lip_paging *out);
void vmx_get_segment(struct hw_lip *hl, unsigned int index, struct lip_segment *out);

/* cr.c */
void vmx_cr_access(struct vmx_lip *vl, struct lip_exit *exit);
void vmx_cr_try_result(struct vmx_lip *vl, bool fault);
void vmx_cr_try_end(struct vmx_lip *vl);
void vmx_cr_masks(void);
void vmx_set_cr0(u64 value);
void vmx_set_cr4(u64 value);
u64 vmx_get_cr4(void);

/* inject.c */
void vmx_inject_irq(struct hw_lip *hl, u8 vector);
void vmx_inject_nmi(struct hw_lip *hl);
void vmx_inject_fault(struct hw_lip *hl, u8 vector, u32 error);
bool vmx_irq_ready(struct hw_lip *hl);
bool vmx_nmi_ready(struct hw_lip *hl);
bool vmx_nmi_blocked(struct hw_lip *hl);
void vmx_request_window(struct hw_lip *hl, bool irq, bool nmi);
void vmx_pend_single_step(void);
void vmx_reinject(struct vmx_lip *vl);
void vmx_exception(struct vmx_lip *vl, struct lip_exit *exit);

/* task.c */
void vmx_read_task(struct vmx_lip *vl, struct lip_exit *exit);
void vmx_get_task(struct hw_lip *hl, struct task_cpu *cpu);
void vmx_set_task(struct hw_lip *hl, const struct task_cpu *cpu, const u64 *pdptes);

/* apicv.c */
void vmx_apicv_pass(u8 *msr_bitmap);
void vmx_apicv_off(struct vmx_lip *vl);
bool vmx_apic_page(struct hw_lip *hl, void *page);
void vmx_apic_irr(struct hw_lip *hl, int vector);
void vmx_apic_level(struct hw_lip *hl, u8 vector);
void vmx_write_eoi_exit(struct vmx_lip *vl);

/* vmenter.S: 0 if the guest ran, 1 on VMfail; clobbers all but RSP. */
unsigned long vmx_enter(u64 *regs, unsigned int flags, struct hw_spec *spec);
extern const char vmx_exit_entry[];	/* HOST_RIP */

#endif /* __ASSEMBLY__ */
#endif
