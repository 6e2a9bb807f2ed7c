// SPDX-License-Identifier: GPL-2.0
/*
 * x2AVIC for Bochs: the x2APIC of an SVM guest is a backing page. APM volume 2, "Advanced
 * Virtual Interrupt Controller"; where the manual is silent, as KVM's code expects it.
 *
 * The page is evaluated only at VMRUN, at the guest's writes of TPR, EOI, SELF_IPI and
 * ICR, and at a doorbell. An interrupt that the hypervisor sets in the page of a running guest
 * without a doorbell stays pending, as on a processor that evaluated the page just before.
 *
 * Stricter than a processor: values that a processor ignores, but by which a hypervisor
 * may expect an effect, cause a panic. Where the manual says that VMRUN checks a value,
 * the result is #VMEXIT(INVALID), with an error in the log.
 *
 * Not implemented: AVIC for xAPIC (a panic), IOMMU and GA log, EXTLVT, 4096 vCPUs.
 */
#undef LOG_THIS
#define LOG_THIS cpu->

enum {
	AVIC_ID = 0x020, AVIC_VERSION = 0x030, AVIC_TPR = 0x080, AVIC_PPR = 0x0a0,
	AVIC_EOI = 0x0b0, AVIC_RRR = 0x0c0, AVIC_LDR = 0x0d0, AVIC_SVR = 0x0f0,
	AVIC_ISR = 0x100, AVIC_TMR = 0x180, AVIC_IRR = 0x200, AVIC_ESR = 0x280,
	AVIC_ICR = 0x300, AVIC_ICR_HIGH = 0x310, AVIC_LVT_TIMER = 0x320,
	AVIC_LVT_THERMAL = 0x330, AVIC_LVT_PERF = 0x340, AVIC_LVT_LINT0 = 0x350,
	AVIC_LVT_LINT1 = 0x360, AVIC_LVT_ERROR = 0x370, AVIC_TIMER_INIT = 0x380,
	AVIC_TIMER_DIVIDE = 0x3e0, AVIC_SELF_IPI = 0x3f0
};

/* EXITINFO2[63:32] of an incomplete IPI */
enum avic_cause {
	AVIC_INVALID_TYPE, AVIC_NOT_RUNNING, AVIC_INVALID_TARGET, AVIC_INVALID_PAGE,
	AVIC_INVALID_VECTOR
};

static const Bit64u avic_write_flag = BX_CONST64(1) << 32;	/* of EXITINFO1 */

/* Reserved bits of a pointer: 11:0, and those above the physical address width */
static const Bit64u avic_pointer_reserved = BX_PHY_ADDRESS_RESERVED_BITS | 0xfff;

/* V_TPR[7:4], virtual GIF and NMI, which this CPU does not support, and reserved bits */
static const Bit32u avic_int_ctl_reserved = 0x3ee0fef0;

static struct { Bit64u interrupts, eois, tprs, selfs, ipis, exits; } avic_counts;

/* Log the counts: at each power of two, then every 1024 events. */
static void avic_count(BX_CPU_C *cpu, Bit64u *count)
{
	++*count;
	if (*count & (*count - 1) && *count % 1024)
		return;
	BX_INFO(("AVIC: %lu interrupts delivered, without exit: %lu EOIs,"
		 " %lu TPR writes, %lu self IPIs, %lu IPIs; %lu exits",
		 (long)avic_counts.interrupts, (long)avic_counts.eois,
		 (long)avic_counts.tprs, (long)avic_counts.selfs,
		 (long)avic_counts.ipis, (long)avic_counts.exits));
}

static Bit32u avic_get(BX_CPU_C *cpu, Bit64u page, unsigned reg)
{
	return cpu->read_physical_dword(page + reg, BX_MEMTYPE_WB, BX_VMCS_ACCESS);
}

static void avic_set(BX_CPU_C *cpu, Bit64u page, unsigned reg, Bit32u val)
{
	cpu->write_physical_dword(page + reg, val, BX_MEMTYPE_WB, BX_VMCS_ACCESS);
}

/* One bit of ISR, TMR or IRR */
static bool avic_test_vector(BX_CPU_C *cpu, Bit64u page, unsigned reg, unsigned vector)
{
	return avic_get(cpu, page, reg + vector / 32 * 16) >> vector % 32 & 1;
}

static void avic_set_vector(BX_CPU_C *cpu, Bit64u page, unsigned reg, unsigned vector,
			    bool set)
{
	Bit32u bit = 1u << vector % 32;

	reg += vector / 32 * 16;
	if (set)
		avic_set(cpu, page, reg, avic_get(cpu, page, reg) | bit);
	else
		avic_set(cpu, page, reg, avic_get(cpu, page, reg) & ~bit);
}

/* The highest vector in ISR or IRR; 0: none (vectors below 16 are not allowed). */
static unsigned avic_highest(BX_CPU_C *cpu, Bit64u page, unsigned reg)
{
	if (avic_get(cpu, page, reg) & 0xffff)
		BX_PANIC(("AVIC: a vector below 16 in the %s of page " FMT_ADDRX64,
			  reg == AVIC_ISR ? "ISR" : "IRR", page));
	for (int i = 7; i >= 0; i--) {
		Bit32u word = avic_get(cpu, page, reg + i * 16);

		for (int bit = 31; word && bit >= 0; bit--)
			if (word >> bit & 1)
				return i * 32 + bit;
	}
	return 0;
}

/* Make an edge-triggered interrupt pending in a page. */
static void avic_accept(BX_CPU_C *cpu, Bit64u page, unsigned vector)
{
	avic_set_vector(cpu, page, AVIC_TMR, vector, false);
	avic_set_vector(cpu, page, AVIC_IRR, vector, true);
}

/* The vector that is delivered once IF is set; 0: none. Updates PPR. */
static unsigned avic_deliverable(BX_CPU_C *cpu)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;
	unsigned isr = avic_highest(cpu, ctrls->avic_page, AVIC_ISR);
	unsigned irr = avic_highest(cpu, ctrls->avic_page, AVIC_IRR);
	unsigned ppr = isr & 0xf0;

	/* Bits 3:0 of TPR come from the page, bits 7:4 from V_TPR. */
	if (ctrls->v_tpr >= isr >> 4)
		ppr = ctrls->v_tpr << 4 |
			(avic_get(cpu, ctrls->avic_page, AVIC_TPR) & 0xf);
	avic_set(cpu, ctrls->avic_page, AVIC_PPR, ppr);
	return irr >> 4 > ppr >> 4 ? irr : 0;
}

/* Signal V_IRQ while a vector is deliverable; Bochs masks it while IF is clear. */
void avic_evaluate(BX_CPU_C *cpu)
{
	if (!cpu->in_svm_guest || !cpu->vmcb->ctrls.avic)
		return;
	if (avic_deliverable(cpu))
		cpu->signal_event(BX_EVENT_SVM_VIRQ_PENDING);
	else
		cpu->clear_event(BX_EVENT_SVM_VIRQ_PENDING);
}

/* Move the vector that is delivered now from IRR to ISR; 0: none, the page has changed. */
unsigned avic_acknowledge(BX_CPU_C *cpu)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;
	unsigned vector = avic_deliverable(cpu);

	if (!vector)
		return 0;
	avic_set_vector(cpu, ctrls->avic_page, AVIC_IRR, vector, false);
	avic_set_vector(cpu, ctrls->avic_page, AVIC_ISR, vector, true);
	/* If its delivery exits, the hypervisor must inject it: IRR is clear already. */
	ctrls->exitintinfo = vector | BX_EXTERNAL_INTERRUPT << 8;
	ctrls->exitintinfo_error_code = 0;
	avic_count(cpu, &avic_counts.interrupts);
	avic_evaluate(cpu);
	return vector;
}

/* A fault-like exit: RIP is at the instruction, which had no effect. */
static void avic_fault(BX_CPU_C *cpu, unsigned reg, Bit64u flags)
{
	avic_count(cpu, &avic_counts.exits);
	cpu->Svm_Vmexit(SVM_VMEXIT_AVIC_NOACCEL, reg | flags);
}

/* A trap-like exit: after the instruction, which also ended an interrupt shadow. */
static void avic_trap(BX_CPU_C *cpu, int reason, Bit64u info1, Bit64u info2)
{
	avic_count(cpu, &avic_counts.exits);
	cpu->prev_rip = cpu->gen_reg[BX_64BIT_REG_RIP].rrx;
	cpu->inhibit_mask = 0;
	cpu->Svm_Vmexit(reason, info1, info2);
}

static void avic_incomplete(BX_CPU_C *cpu, Bit64u icr, enum avic_cause cause,
			    unsigned index)
{
	avic_trap(cpu, SVM_VMEXIT_AVIC_INCOMPLETE_IPI, icr, (Bit64u)cause << 32 | index);
}

/* The entry of a guest's APIC ID in the physical APIC ID table; 0: not valid. */
static Bit64u avic_entry(BX_CPU_C *cpu, unsigned id)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;
	Bit64u entry;

	if (id > ctrls->avic_max)
		return 0;
	entry = cpu->read_physical_qword(ctrls->avic_table + id * 8, BX_MEMTYPE_WB,
					 BX_VMCS_ACCESS);
	if (!(entry >> 63))
		return 0;
	if (entry >> 52 & 0x3ff)
		BX_PANIC(("AVIC: reserved bits in entry %x of the physical APIC ID table:"
			  " " FMT_ADDRX64, id, entry));
	return entry;
}

static Bit64u avic_entry_page(Bit64u entry)
{
	return entry & BX_CONST64(0x000ffffffffff000);
}

static bool avic_in_memory(BX_CPU_C *cpu, Bit64u page)
{
	return IsValidPageAlignedPhyAddr(page) && cpu->getHostMemAddr(page, BX_RW);
}

/* Evaluate the page on the CPU with this APIC ID; no effect if it is not in a guest. */
static void avic_ring(BX_CPU_C *cpu, Bit64u apic_id)
{
	for (unsigned i = 0; i < BX_SMP_PROCESSORS; i++)
		if (BX_CPU(i)->lapic->get_id() == apic_id) {
			avic_evaluate(BX_CPU(i));
			return;
		}
	BX_PANIC(("AVIC: doorbell for APIC ID " FMT_ADDRX64 ": no such CPU",
		  apic_id));
}

void avic_doorbell(BX_CPU_C *cpu, Bit64u val)
{
	if (cpu->in_svm_guest)
		BX_PANIC(("AVIC: a guest may write the doorbell"));
	avic_ring(cpu, val);
}

/* Is this APIC ID a target of the IPI? x2APIC derives the logical ID from it. */
static bool avic_is_target(Bit64u icr, unsigned id, unsigned self)
{
	Bit32u dest = GET32H(icr);

	switch (icr >> 18 & 3) {
	case 1:
		return id == self;
	case 3:
		return id != self;
	case 0:
		if (dest == 0xffffffff)
			break;
		if (icr & 1 << 11)
			return dest >> 16 == id >> 4 && dest >> (id & 15) & 1;
		return dest == id;
	}
	return true;
}

/* An APIC ID in the destination that is beyond the table; -1: none */
static int avic_missing_target(BX_CPU_C *cpu, Bit64u icr)
{
	unsigned max = cpu->vmcb->ctrls.avic_max;
	Bit32u dest = GET32H(icr);

	if (icr >> 18 & 3 || dest == 0xffffffff)
		return -1;
	if (!(icr & 1 << 11))
		return dest > max ? (int)(dest & 0x1ff) : -1;
	for (unsigned bit = 0; bit < 16; bit++) {
		Bit32u id = dest >> 16 << 4 | bit;

		if (dest >> bit & 1 && id > max)
			return id & 0x1ff;
	}
	return -1;
}

/*
 * Only fixed, edge-triggered IPIs are accelerated; a self IPI does not use the table. If
 * a target is invalid, no target gets the IPI. If some targets are not running, all get it, and
 * an exit asks the hypervisor to wake them.
 */
static bool avic_write_icr(BX_CPU_C *cpu, Bit64u icr)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;
	Bit64u page = ctrls->avic_page;
	unsigned vector = icr & 0xff, shorthand = icr >> 18 & 3;
	unsigned self = avic_get(cpu, page, AVIC_ID);
	bool named = shorthand == 0 && GET32H(icr) != 0xffffffff;
	int missing, sleeping = -1;

	if (icr & 0xfff32000)
		return false;
	icr &= ~(Bit64u)0x1000;		/* delivery status: always idle */
	/* One register for the guest, but two in the page, as for xAPIC */
	avic_set(cpu, page, AVIC_ICR, GET32L(icr));
	avic_set(cpu, page, AVIC_ICR_HIGH, GET32H(icr));

	if (icr & 0x8700)
		avic_incomplete(cpu, icr, AVIC_INVALID_TYPE, 0);
	if (vector < 16)
		avic_incomplete(cpu, icr, AVIC_INVALID_VECTOR, 0);
	if (shorthand == 1) {
		avic_accept(cpu, page, vector);
		avic_count(cpu, &avic_counts.selfs);
		avic_evaluate(cpu);
		return true;
	}
	missing = avic_missing_target(cpu, icr);
	if (missing >= 0)
		avic_incomplete(cpu, icr, AVIC_INVALID_TARGET, missing);
	for (unsigned id = 0; id <= ctrls->avic_max; id++) {
		if (!avic_is_target(icr, id, self))
			continue;
		Bit64u entry = avic_entry(cpu, id);

		if (!entry && named)
			avic_incomplete(cpu, icr, AVIC_INVALID_TARGET, id);
		if (entry && !avic_in_memory(cpu, avic_entry_page(entry)))
			avic_incomplete(cpu, icr, AVIC_INVALID_PAGE, id);
	}
	for (unsigned id = 0; id <= ctrls->avic_max; id++) {
		if (!avic_is_target(icr, id, self))
			continue;
		Bit64u entry = avic_entry(cpu, id);

		if (!entry)
			continue;
		avic_accept(cpu, avic_entry_page(entry), vector);
		if (entry >> 62 & 1)
			avic_ring(cpu, entry & 0xfff);
		else if (sleeping < 0)
			sleeping = id;
	}
	if (sleeping >= 0)
		avic_incomplete(cpu, icr, AVIC_NOT_RUNNING, sleeping);
	avic_count(cpu, &avic_counts.ipis);
	return true;
}

/* A level-triggered interrupt stays in service; the hypervisor completes the EOI. */
static bool avic_write_eoi(BX_CPU_C *cpu, Bit64u val)
{
	Bit64u page = cpu->vmcb->ctrls.avic_page;
	unsigned vector = avic_highest(cpu, page, AVIC_ISR);

	if (val)
		return false;
	if (vector && avic_test_vector(cpu, page, AVIC_TMR, vector))
		avic_trap(cpu, SVM_VMEXIT_AVIC_NOACCEL, AVIC_EOI | avic_write_flag,
			  vector);
	if (vector)
		avic_set_vector(cpu, page, AVIC_ISR, vector, false);
	avic_count(cpu, &avic_counts.eois);
	avic_evaluate(cpu);
	return true;
}

/* Written by MSR or CR8 */
void avic_write_tpr(BX_CPU_C *cpu, unsigned tpr)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;

	ctrls->v_tpr = tpr >> 4;
	avic_set(cpu, ctrls->avic_page, AVIC_TPR, tpr);
	avic_count(cpu, &avic_counts.tprs);
	avic_evaluate(cpu);
}

static bool avic_write_self_ipi(BX_CPU_C *cpu, Bit64u val)
{
	if (val >> 8)
		return false;
	if (val < 16)		/* as for a self IPI by ICR */
		avic_incomplete(cpu, val | 1 << 18, AVIC_INVALID_VECTOR, 0);
	avic_accept(cpu, cpu->vmcb->ctrls.avic_page, val);
	avic_count(cpu, &avic_counts.selfs);
	avic_evaluate(cpu);
	return true;
}

/* The writable bits of a register whose write causes a trap-like exit; -1: others. */
static Bit64s avic_trap_bits(unsigned reg)
{
	switch (reg) {
	case AVIC_SVR:
		return 0x3ff;
	case AVIC_ESR:
		return 0;
	case AVIC_LVT_TIMER:	/* no TSC deadline */
		return 0x310ff;
	case AVIC_LVT_THERMAL:
	case AVIC_LVT_PERF:
	case AVIC_LVT_ERROR:
		return 0x117ff;
	case AVIC_LVT_LINT0:
	case AVIC_LVT_LINT1:
		return 0x1f7ff;
	case AVIC_TIMER_INIT:
		return 0xffffffff;
	case AVIC_TIMER_DIVIDE:
		return 0xb;
	}
	return -1;
}

/* WRMSR that the MSR map does not intercept; false: #GP */
bool avic_wrmsr(BX_CPU_C *cpu, unsigned msr, Bit64u val)
{
	unsigned reg = (msr & 0xff) << 4;
	Bit64s bits = avic_trap_bits(reg);

	switch (reg) {
	case AVIC_TPR:
		if (val >> 8)
			return false;
		avic_write_tpr(cpu, val);
		return true;
	case AVIC_EOI:
		return avic_write_eoi(cpu, val);
	case AVIC_ICR:
		return avic_write_icr(cpu, val);
	case AVIC_SELF_IPI:
		return avic_write_self_ipi(cpu, val);
	case AVIC_ID:		/* writable, with an exit, only in xAPIC mode */
	case AVIC_LDR:
	case AVIC_RRR:
		return false;
	}
	if (bits < 0)
		avic_fault(cpu, reg, avic_write_flag);
	if (val & ~(Bit64u)bits)
		return false;
	if (reg >= AVIC_LVT_TIMER && reg <= AVIC_LVT_ERROR)
		val &= ~(Bit64u)0x5000;		/* delivery status, remote IRR */
	avic_set(cpu, cpu->vmcb->ctrls.avic_page, reg, val);
	avic_trap(cpu, SVM_VMEXIT_AVIC_NOACCEL, reg | avic_write_flag, 0);
	return true;
}

/* RDMSR that the MSR map does not intercept; false: #GP */
bool avic_rdmsr(BX_CPU_C *cpu, unsigned msr, Bit64u *val)
{
	Bit64u page = cpu->vmcb->ctrls.avic_page;
	unsigned reg = (msr & 0xff) << 4;
	Bit32u id = avic_get(cpu, page, AVIC_ID);

	if (reg == AVIC_EOI)
		return false;
	*val = avic_get(cpu, page, reg);
	switch (reg) {
	case AVIC_VERSION:
		if (!*val)
			BX_PANIC(("AVIC: the version is not in the page"));
		break;
	case AVIC_LDR:
		if (*val != (id >> 4 << 16 | 1u << (id & 15)))
			BX_PANIC(("AVIC: the page has LDR %08x for APIC ID %x",
				  GET32L(*val), id));
		break;
	case AVIC_ICR:
		*val |= (Bit64u)avic_get(cpu, page, AVIC_ICR_HIGH) << 32;
		break;
	case AVIC_ID:
	case AVIC_TPR:
	case AVIC_PPR:
	case AVIC_RRR:
		break;
	default:
		/* the current count of the timer, APR, and unknown registers */
		if (!(reg >= AVIC_ISR && reg < AVIC_ESR) && avic_trap_bits(reg) < 0)
			avic_fault(cpu, reg, 0);
	}
	return true;
}

static bool avic_bad_pointer(BX_CPU_C *cpu, unsigned field, Bit64u reserved)
{
	Bit64u val = cpu->vmcb_read64(field);

	if (!(val & reserved))
		return false;
	BX_ERROR(("VMRUN: AVIC: reserved bits in VMCB offset %03x: " FMT_ADDRX64, field,
		  val));
	return true;
}

/* VMRUN; false: #VMEXIT(INVALID) */
bool avic_load(BX_CPU_C *cpu)
{
	SVM_CONTROLS *ctrls = &cpu->vmcb->ctrls;
	Bit32u int_ctl = cpu->vmcb_read32(SVM_CONTROL_VTPR);
	Bit64u table = cpu->vmcb_read64(SVM_AVIC_PHYSICAL_TABLE_PTR);
	bool enable = int_ctl >> 31, x2apic = int_ctl >> 30 & 1;
	Bit64u entry;
	Bit32u id, tpr;

	ctrls->avic = false;
	if (!enable && !x2apic)
		return true;
	if (!enable || !(cpu->svm_extensions_bitmask & BX_CPUID_SVM_AVIC)) {
		BX_ERROR(("VMRUN: AVIC: x2APIC mode without AVIC"));
		return false;
	}
	if (!x2apic)
		BX_PANIC(("VMRUN: AVIC: only the x2APIC mode is emulated"));
	if (int_ctl & avic_int_ctl_reserved) {
		BX_ERROR(("VMRUN: AVIC: reserved bits in %08x", int_ctl));
		return false;
	}
	if (!ctrls->nested_paging) {
		BX_ERROR(("VMRUN: AVIC without nested paging"));
		return false;
	}
	/* 512 entries at most: bits 11:9 of the index are reserved on this CPU */
	if (avic_bad_pointer(cpu, SVM_VIRTUAL_APIC_BAR, avic_pointer_reserved) ||
	    avic_bad_pointer(cpu, SVM_AVIC_BACKING_PAGE, avic_pointer_reserved) ||
	    avic_bad_pointer(cpu, SVM_AVIC_LOGICAL_TABLE_PTR, avic_pointer_reserved) ||
	    avic_bad_pointer(cpu, SVM_AVIC_PHYSICAL_TABLE_PTR,
			     avic_pointer_reserved & ~(Bit64u)0x1ff))
		return false;

	if (!ctrls->v_intr_masking)
		BX_PANIC(("VMRUN: AVIC without V_INTR_MASKING: IF and CR8 are the"
			  " host's"));
	if (int_ctl & 1 << 8)
		BX_PANIC(("VMRUN: AVIC: V_IRQ would be ignored"));
	if (ctrls->intercept_vector[0] & 1 << SVM_INTERCEPT0_VINTR)
		BX_PANIC(("VMRUN: AVIC: the VINTR intercept has no effect"));

	ctrls->avic_page = cpu->vmcb_read64(SVM_AVIC_BACKING_PAGE);
	ctrls->avic_table = table & ~(Bit64u)0xfff;
	ctrls->avic_max = table & 0x1ff;
	if (!avic_in_memory(cpu, ctrls->avic_page) ||
	    !avic_in_memory(cpu, ctrls->avic_table))
		BX_PANIC(("VMRUN: AVIC: no memory at page " FMT_ADDRX64 " or table "
			  FMT_ADDRX64, ctrls->avic_page, ctrls->avic_table));
	/* The two are separate: if they differ, the effective value is undefined. */
	tpr = avic_get(cpu, ctrls->avic_page, AVIC_TPR);
	if (tpr >> 4 != ctrls->v_tpr)
		BX_PANIC(("VMRUN: AVIC: V_TPR is %x, but TPR in the page %x",
			  ctrls->v_tpr, tpr));
	id = avic_get(cpu, ctrls->avic_page, AVIC_ID);
	entry = avic_entry(cpu, id);
	if (entry && avic_entry_page(entry) != ctrls->avic_page)
		BX_PANIC(("VMRUN: AVIC: the table has a different page for APIC ID %x", id));

	ctrls->v_ignore_tpr = true;	/* only IF masks it: avic_deliverable() considers TPR */
	ctrls->avic = true;
	return true;
}

#undef LOG_THIS
#define LOG_THIS BX_CPU_THIS_PTR
