// SPDX-License-Identifier: GPL-2.0
/*
 * hw/vmx/setup.c - allocate and initialise VMCSs.
 *
 * SDM: "VMCS Data", "Guest-State Area", "Processor State After INIT".
 * Layer L1: may call L0 and the kernel's allocators.
 */
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/trapnr.h>

#include "boot/bootparams.h"
#include "emul/msr.h"
#include "hw/vmx/vmcs.h"

#define VMX_IO_BITMAP_ORDER	1	/* ports 0-7fff, 8000-ffff */
#define VMX_AR_UNUSABLE		BIT(16)
#define VMX_PAT_RESET		0x0007040600070406ULL
#define VMX_DR6_RESET		0xffff0ff0UL
#define VMX_DR7_RESET		0x400UL

/* Index of an MSR bitmap: a combination of these bits */
enum { VMX_BITMAP_APICV = BIT(0), VMX_BITMAP_SPEC = BIT(1), VMX_NR_BITMAPS = 4 };

enum vmx_access { VMX_READ = BIT(0), VMX_WRITE = BIT(1) };

/* Shared by all LIPs: all ports and all but a few MSRs exit. */
static unsigned long vmx_io_bitmap;
static u8 *vmx_msr_bitmaps[VMX_NR_BITMAPS];
static struct vmx_msr_entry *vmx_stopped;	/* VMX_NR_STOPPED of them */
static DEFINE_IDA(vmx_vpids);

/* Bitmaps: read of MSRs 0-1fff, read of c0000000-c0001fff, then the same for write. */
static void vmx_msr_pass(u8 *bitmap, u32 msr, unsigned int access)
{
	unsigned int half = msr >= 0xc0000000 ? 1024 : 0;
	unsigned int bit = msr & 0x1fff;

	if (access & VMX_READ)
		__clear_bit(bit, (unsigned long *)(bitmap + half));
	if (access & VMX_WRITE)
		__clear_bit(bit, (unsigned long *)(bitmap + 2048 + half));
}

static void vmx_fill_bitmap(unsigned int which)
{
	u32 options = host_guest_options(&hw_host);
	u8 *bitmap = vmx_msr_bitmaps[which];
	unsigned int i;

	memset(bitmap, 0xff, PAGE_SIZE);
	for (i = 0; i < msr_passthrough_count; i++)
		vmx_msr_pass(bitmap, msr_passthrough[i], VMX_READ | VMX_WRITE);
	/* VM entry and exit switch these. */
	vmx_msr_pass(bitmap, MSR_EFER, VMX_READ | VMX_WRITE);
	vmx_msr_pass(bitmap, MSR_IA32_CR_PAT, VMX_READ | VMX_WRITE);
	/* Command MSRs have no state to switch. */
	if (options & CPUID_OPT_PRED_CMD)
		vmx_msr_pass(bitmap, MSR_IA32_PRED_CMD, VMX_WRITE);
	if (options & CPUID_OPT_FLUSH_CMD)
		vmx_msr_pass(bitmap, MSR_IA32_FLUSH_CMD, VMX_WRITE);
	if (which & VMX_BITMAP_SPEC)
		vmx_msr_pass(bitmap, MSR_IA32_SPEC_CTRL, VMX_READ | VMX_WRITE);
	if (which & VMX_BITMAP_APICV)
		vmx_apicv_pass(bitmap);
}

void vmx_write_msr_bitmap(const struct vmx_lip *vl)
{
	unsigned int which = vl->apicv ? VMX_BITMAP_APICV : 0;

	if (vl->hl.spec.flags & HW_SPEC_READ)
		which |= VMX_BITMAP_SPEC;
	vmwrite(MSR_BITMAP, __pa(vmx_msr_bitmaps[which]));
}

/* See struct lpar_hw_ops. */
void vmx_pass_spec_ctrl(struct hw_lip *hl)
{
	hl->spec.flags |= HW_SPEC_READ;
	vmx_write_msr_bitmap(to_vmx(hl));
}

static int vmx_setup_shared(void)
{
	unsigned int i;

	vmx_io_bitmap = __get_free_pages(GFP_KERNEL, VMX_IO_BITMAP_ORDER);
	vmx_stopped = kcalloc(VMX_NR_STOPPED, sizeof(*vmx_stopped), GFP_KERNEL);
	if (!vmx_io_bitmap || !vmx_stopped)
		return -ENOMEM;
	memset((void *)vmx_io_bitmap, 0xff, PAGE_SIZE << VMX_IO_BITMAP_ORDER);
	vmx_stopped[0].index = MSR_CORE_PERF_GLOBAL_CTRL;
	vmx_stopped[1].index = MSR_IA32_PEBS_ENABLE;
	for (i = 0; i < VMX_NR_BITMAPS; i++) {
		vmx_msr_bitmaps[i] = (u8 *)__get_free_page(GFP_KERNEL);
		if (!vmx_msr_bitmaps[i])
			return -ENOMEM;
		vmx_fill_bitmap(i);
	}
	return 0;
}

/* Allocate what all VMCSs share. Return: 0 or -ENOMEM. May sleep. */
int vmx_setup(void)
{
	int err = vmx_setup_shared() ?: vmx_cpu_alloc_all();

	if (err)
		vmx_teardown();
	return err;
}

void vmx_teardown(void)
{
	unsigned int i;

	free_pages(vmx_io_bitmap, VMX_IO_BITMAP_ORDER);
	for (i = 0; i < VMX_NR_BITMAPS; i++) {
		free_page((unsigned long)vmx_msr_bitmaps[i]);
		vmx_msr_bitmaps[i] = NULL;
	}
	kfree(vmx_stopped);
	vmx_cpu_free_all();
	vmx_io_bitmap = 0;
	vmx_stopped = NULL;
	ida_destroy(&vmx_vpids);
}

/* See struct lpar_hw_ops. */
struct hw_lip *vmx_lip_alloc(u64 s2_root, int pcpu)
{
	struct vmx_lip *vl = kzalloc(sizeof(*vl), GFP_KERNEL);
	int vpid;

	if (!vl)
		return NULL;
	vl->pcpu = pcpu;
	vl->eptp = s2_root;
	vpid = ida_alloc_range(&vmx_vpids, 1, U16_MAX, GFP_KERNEL);
	if (vpid > 0)
		vl->vpid = vpid;
	vl->vmcs = hw_page_alloc(pcpu);
	vl->hl.fpu = hw_fpu_alloc();
	if (vpid <= 0 || !vl->vmcs || !vl->hl.fpu) {
		vmx_lip_free(&vl->hl);
		return NULL;
	}
	vl->vmcs->revision = vmx_caps.revision;
	return &vl->hl;
}

void vmx_lip_free(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);

	if (vl->active)
		smp_call_function_single(vl->pcpu, vmx_lip_clear, vl, 1);
	hw_fpu_free(vl->hl.fpu);
	hw_page_free(vl->vmcs);
	if (vl->vpid)
		ida_free(&vmx_vpids, vl->vpid);
	kfree_sensitive(vl);
}

static void vmx_controls_init(struct vmx_lip *vl)
{
	vl->cpu_ctl = vmx_caps.cpu;
	vmwrite(PIN_BASED_VM_EXEC_CONTROL, vmx_caps.pin);
	vmwrite(CPU_BASED_VM_EXEC_CONTROL, vl->cpu_ctl);
	vmwrite(SECONDARY_VM_EXEC_CONTROL, vmx_caps.cpu2);
	vmwrite(VM_EXIT_CONTROLS, vmx_caps.exit);
	vmwrite(VM_ENTRY_CONTROLS, vmx_caps.entry);
	/*
	 * #MC belongs to the host. #DB and #AC: a guest whose handler faults again
	 * would keep the processor in an uninterruptible microcode loop.
	 */
	vmwrite(EXCEPTION_BITMAP, BIT(X86_TRAP_MC) | BIT(X86_TRAP_DB) |
		BIT(X86_TRAP_AC));
	vmwrite(PAGE_FAULT_ERROR_CODE_MASK, 0);
	vmwrite(PAGE_FAULT_ERROR_CODE_MATCH, 0);
	vmwrite(CR3_TARGET_COUNT, 0);
	vmwrite(VM_EXIT_MSR_STORE_COUNT, 0);
	vmwrite(VM_EXIT_MSR_LOAD_COUNT, 0);
	vmwrite(VM_ENTRY_MSR_LOAD_ADDR, __pa(vmx_stopped));
	vmwrite(IO_BITMAP_A, __pa(vmx_io_bitmap));
	vmwrite(IO_BITMAP_B, __pa(vmx_io_bitmap) + PAGE_SIZE);
	vmx_write_msr_bitmap(vl);
	vmwrite(EPT_POINTER, vl->eptp);
	vmwrite(VIRTUAL_PROCESSOR_ID, vl->vpid);
	vmwrite(VMCS_LINK_POINTER, ~0ULL);
	/* Guests have no SGX: all leaves of ENCLS exit. */
	if (vmx_caps.cpu2 & SECONDARY_EXEC_ENCLS_EXITING)
		vmwrite(ENCLS_EXITING_BITMAP, ~0ULL);
	vmwrite(TSC_OFFSET, 0);
}

/* The fields of ES..GS, LDTR, TR follow one another in steps of 2. */
static void vmx_boot_segment(unsigned int index, const struct boot_segment_reg *seg)
{
	vmwrite(GUEST_ES_SELECTOR + 2 * index, seg->selector);
	vmwrite(GUEST_ES_LIMIT + 2 * index, seg->limit);
	vmwrite(GUEST_ES_AR_BYTES + 2 * index,
		seg->attr ? seg->attr : VMX_AR_UNUSABLE);
	vmwrite(GUEST_ES_BASE + 2 * index, seg->base);
}

enum { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_LDTR, SEG_TR };

static void vmx_set_desc_tables(u64 gdt, u32 gdt_limit, u64 idt, u32 idt_limit)
{
	vmwrite(GUEST_GDTR_BASE, gdt);
	vmwrite(GUEST_GDTR_LIMIT, gdt_limit);
	vmwrite(GUEST_IDTR_BASE, idt);
	vmwrite(GUEST_IDTR_LIMIT, idt_limit);
}

/* SDM, "Processor State After INIT": the part common to boot and SIPI. */
static void vmx_reset_state(struct vmx_lip *vl)
{
	static const struct boot_segment_reg ldt = { .limit = 0xffff, .attr = 0x82 };
	static const struct boot_segment_reg tr = { .limit = 0xffff, .attr = 0x8b };

	memset(vl->hl.regs, 0, sizeof(vl->hl.regs));
	memset(vl->guest_msr, 0, sizeof(vl->guest_msr));
	memset(vl->dr, 0, sizeof(vl->dr));
	vl->dr6 = VMX_DR6_RESET;
	vl->cr2 = 0;
	vl->entry_event = false;
	vl->rsp_read = false;
	vmx_cr_try_end(vl);
	vl->pebs_list = false;
	vmwrite(VM_ENTRY_MSR_LOAD_COUNT, 0);
	hw_spec_reset(&vl->hl);
	vmx_apicv_off(vl);
	vmx_write_msr_bitmap(vl);

	vmx_boot_segment(SEG_LDTR, &ldt);
	vmx_boot_segment(SEG_TR, &tr);
	vmx_set_desc_tables(0, 0xffff, 0, 0xffff);
	vmwrite(GUEST_RFLAGS, X86_EFLAGS_FIXED);
	vmwrite(GUEST_DR7, VMX_DR7_RESET);
	vmwrite(GUEST_IA32_DEBUGCTL, 0);
	vmwrite(GUEST_IA32_PAT, VMX_PAT_RESET);
	vmwrite(GUEST_IA32_EFER, 0);
	vmwrite(VM_ENTRY_CONTROLS, vmx_caps.entry & ~VM_ENTRY_IA32E_MODE);
	vmwrite(GUEST_SYSENTER_CS, 0);
	vmwrite(GUEST_SYSENTER_ESP, 0);
	vmwrite(GUEST_SYSENTER_EIP, 0);
	vmwrite(GUEST_INTERRUPTIBILITY_INFO, 0);
	vmwrite(GUEST_ACTIVITY_STATE, GUEST_ACTIVITY_ACTIVE);
	vmwrite(GUEST_PENDING_DBG_EXCEPTIONS, 0);
	vmwrite(VM_ENTRY_INTR_INFO_FIELD, 0);
	vmwrite(GUEST_CR3, 0);
	vmwrite(GUEST_RSP, 0);
	vmx_set_cr0(X86_CR0_ET | X86_CR0_NW | X86_CR0_CD);
	vmx_set_cr4(0);
	invvpid(VMX_VPID_EXTENT_ALL_CONTEXT, 0);
}

/**
 * vmx_lip_init() - make the VMCS active on this CPU and write its constants
 * @hl: fresh from vmx_lip_alloc()
 *
 * Context: on the CPU, preemption off.
 * Return: 0, -EIO when the processor refuses the VMCS.
 */
int vmx_lip_init(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);
	u64 pa = __pa(vl->vmcs);

	vmx_activate(vl);
	if (vmclear(pa) || vmptrld(pa)) {
		vmx_deactivate(vl);
		return -EIO;
	}
	vl->launched = false;
	vmx_controls_init(vl);
	vmx_host_state(vl);
	vmx_cr_masks();
	vmx_reset_state(vl);
	return 0;
}

/* Flush the LIP's linear and combined translations. */
void vmx_flush_linear(struct vmx_lip *vl)
{
	if (vmx_caps.invvpid_single)
		invvpid(VMX_VPID_EXTENT_SINGLE_CONTEXT, vl->vpid);
	else
		invvpid(VMX_VPID_EXTENT_ALL_CONTEXT, 0);
}

void vmx_lip_retire(struct hw_lip *hl)
{
	struct vmx_lip *vl = to_vmx(hl);

	if (vmclear(__pa(vl->vmcs)))
		pr_warn("lpar: VMCLEAR failed on CPU %d\n", vl->pcpu);
	vmx_deactivate(vl);
	vl->launched = false;
	vmx_forget_last_eptp();
	vmx_flush_linear(vl);
}

static void vmx_make_current(struct vmx_lip *vl)
{
	if (vmptrld(__pa(vl->vmcs)))
		pr_warn_once("lpar: VMPTRLD failed on CPU %d\n", vl->pcpu);
}

/* 64-bit start of a boot protocol; see struct boot_cpu_state. */
void vmx_lip_boot(struct hw_lip *hl, const struct boot_cpu_state *boot)
{
	static const unsigned int data[] = { SEG_ES, SEG_SS, SEG_DS, SEG_FS, SEG_GS };
	struct vmx_lip *vl = to_vmx(hl);
	size_t i;

	vmx_make_current(vl);
	vmx_reset_state(vl);
	for (i = 0; i < ARRAY_SIZE(data); i++)
		vmx_boot_segment(data[i], &boot->ds);
	vmx_boot_segment(SEG_CS, &boot->cs);
	vmx_boot_segment(SEG_TR, &boot->tr);
	vmx_boot_segment(SEG_LDTR, &boot->ldt);
	vmx_set_desc_tables(boot->gdt_base, boot->gdt_limit, boot->idt_base, boot->idt_limit);
	vmwrite(GUEST_RFLAGS, boot->rflags);
	vmwrite(GUEST_IA32_EFER, boot->efer);
	if (boot->efer & EFER_LMA)
		vmwrite(VM_ENTRY_CONTROLS, vmx_caps.entry | VM_ENTRY_IA32E_MODE);
	vmwrite(GUEST_CR3, boot->cr3);
	vmx_set_cr0(boot->cr0);
	vmx_set_cr4(boot->cr4);
	hl->regs[LIP_RSI] = boot->rsi;
	vmwrite(GUEST_RSP, boot->rsp);
	hl->rip = boot->rip;
	hl->rip_dirty = true;
}

/* SDM, "MP Initialization" */
void vmx_lip_sipi(struct hw_lip *hl, u8 vector)
{
	static const unsigned int data[] = { SEG_ES, SEG_SS, SEG_DS, SEG_FS, SEG_GS };
	const struct boot_segment_reg ds = { .limit = 0xffff, .attr = 0x93 };
	const struct boot_segment_reg cs = {
		.selector = vector << 8, .base = vector << 12,
		.limit = 0xffff, .attr = 0x9b,
	};
	struct vmx_lip *vl = to_vmx(hl);
	size_t i;

	vmx_make_current(vl);
	vmx_reset_state(vl);
	for (i = 0; i < ARRAY_SIZE(data); i++)
		vmx_boot_segment(data[i], &ds);
	vmx_boot_segment(SEG_CS, &cs);
	hl->rip = 0;
	hl->rip_dirty = true;
}

static void vmx_invept(void *arg)
{
	u64 *eptp = arg;

	if (!(__read_cr4() & X86_CR4_VMXE))
		return;	/* VMX is off: nothing is cached */
	if (vmx_caps.invept_single)
		invept(VMX_EPT_EXTENT_CONTEXT, *eptp);
	else
		invept(VMX_EPT_EXTENT_GLOBAL, 0);
}

void vmx_flush_stage2(u64 s2_root, const struct cpumask *cpus)
{
	on_each_cpu_mask(cpus, vmx_invept, &s2_root, true);
}
