// SPDX-License-Identifier: GPL-2.0
/*
 * A minimal user-space monitor for KVM that can run guest.c: it enters the same ELF
 * file with the same page tables, segments and zero page as an LPAR does
 * (kernel/boot/bootparams.c), with KVM's in-kernel interrupt controllers, and has a
 * UART whose output it prints. It does less for each exit than any real monitor.
 *
 *	kvmhost ELF CPU
 */
#define _GNU_SOURCE
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEM_SIZE	(16UL << 20)
#define ZERO_PAGE	0x7000
#define GDT		0x8000
#define PML4		0x9000
#define PDPT		0xa000
#define PD		0xb000
#define STACK_TOP	0x10000
#define CMDLINE		0x20000
#define CMDLINE_PTR	0x228
#define UART		0x3f8
#define UART_LSR	(UART + 5)
#define LSR_EMPTY	0x60
#define LEAF1_ECX_DEADLINE	0x1000000
#define MAX_LEAVES	100
#define KVM_PRIVATE	0xfffbc000UL	/* page table, then TSS */

static __u8 *mem;

static int need(int ret, const char *what)
{
	if (ret < 0)
		err(1, "%s", what);
	return ret;
}

static __u64 load_elf(const char *path)
{
	int fd = need(open(path, O_RDONLY), path);
	struct stat st;
	Elf64_Ehdr *eh;
	__u8 *file;
	int i;

	need(fstat(fd, &st), path);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		err(1, "%s", path);
	eh = (void *)file;
	for (i = 0; i < eh->e_phnum; i++) {
		Elf64_Phdr *ph = (void *)(file + eh->e_phoff + i * sizeof(*ph));

		if (ph->p_type == PT_LOAD)
			memcpy(mem + ph->p_paddr, file + ph->p_offset,
			       ph->p_filesz);
	}
	return eh->e_entry;
}

static void load_tables(void)
{
	__u64 *pml4 = (void *)(mem + PML4);
	__u64 *pdpt = (void *)(mem + PDPT);
	__u64 *pd = (void *)(mem + PD);
	__u64 *gdt = (void *)(mem + GDT);
	__u64 i;

	pml4[0] = PDPT | 3;
	for (i = 0; i < 4; i++)
		pdpt[i] = (PD + i * 0x1000) | 3;
	for (i = 0; i < 4 * 512; i++)
		pd[i] = i << 21 | 0x83;
	gdt[2] = 0x00af9b000000ffff;
	gdt[3] = 0x00cf93000000ffff;
	gdt[4] = 0x00008b0000000067;
	*(__u32 *)(mem + ZERO_PAGE + CMDLINE_PTR) = CMDLINE;
}

static int make_vm(int kvm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MEM_SIZE,
	};
	__u64 private = KVM_PRIVATE;
	int vm = need(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");

	need(ioctl(vm, KVM_SET_IDENTITY_MAP_ADDR, &private), "identity map");
	need(ioctl(vm, KVM_SET_TSS_ADDR, KVM_PRIVATE + 0x1000), "TSS address");
	need(ioctl(vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	mem = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (mem == MAP_FAILED)
		err(1, "guest memory");
	region.userspace_addr = (uintptr_t)mem;
	need(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "memory region");
	return vm;
}

static void set_cpuid(int kvm, int vcpu)
{
	struct kvm_cpuid2 *cpuid;
	unsigned int i;

	cpuid = calloc(1, sizeof(*cpuid) +
		       MAX_LEAVES * sizeof(cpuid->entries[0]));
	if (!cpuid)
		err(1, "cpuid");
	cpuid->nent = MAX_LEAVES;
	need(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid), "supported CPUID");
	/* Not reported, as it depends on the interrupt controller. */
	for (i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == 1)
			cpuid->entries[i].ecx |= LEAF1_ECX_DEADLINE;
	need(ioctl(vcpu, KVM_SET_CPUID2, cpuid), "KVM_SET_CPUID2");
	free(cpuid);
}

static void set_registers(int vcpu, __u64 entry)
{
	struct kvm_segment data = {
		.limit = ~0u, .selector = 0x18, .type = 3, .present = 1,
		.db = 1, .s = 1, .g = 1,
	};
	struct kvm_segment code = {
		.limit = ~0u, .selector = 0x10, .type = 11, .present = 1,
		.l = 1, .s = 1, .g = 1,
	};
	struct kvm_regs regs = {
		.rip = entry, .rsp = STACK_TOP, .rsi = ZERO_PAGE, .rflags = 2,
	};
	struct kvm_sregs s;

	need(ioctl(vcpu, KVM_GET_SREGS, &s), "KVM_GET_SREGS");
	s.cs = code;
	s.ds = data;
	s.es = data;
	s.fs = data;
	s.gs = data;
	s.ss = data;
	s.tr = (struct kvm_segment){
		.limit = 0x67, .selector = 0x20, .type = 11, .present = 1,
	};
	s.gdt.base = GDT;
	s.gdt.limit = 6 * 8 - 1;
	s.idt.limit = 0;
	s.cr0 = 0x80000031;
	s.cr3 = PML4;
	s.cr4 = 0x20;
	s.efer = 0x500;
	need(ioctl(vcpu, KVM_SET_SREGS, &s), "KVM_SET_SREGS");
	need(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

/* Emulate the UART; returns true when the guest has printed its last line. */
static int port_access(struct kvm_run *run)
{
	static char line[65536];
	static size_t len;
	__u8 *data = (__u8 *)run + run->io.data_offset;

	if (run->io.direction == KVM_EXIT_IO_IN) {
		*data = run->io.port == UART_LSR ? LSR_EMPTY : 0;
		return 0;
	}
	if (run->io.port != UART || *data == '\r')
		return 0;
	line[len++] = *data;
	if (*data != '\n' && len < sizeof(line))
		return 0;
	fwrite(line, 1, len, stdout);
	fflush(stdout);
	line[len - 1] = 0;
	len = 0;
	return !strcmp(line, "bench-end");
}

static void give_up(int vcpu, unsigned int reason)
{
	struct kvm_regs regs = { 0 };

	ioctl(vcpu, KVM_GET_REGS, &regs);
	errx(1, "exit reason %u at %#llx, rcx %#llx", reason, regs.rip,
	     regs.rcx);
}

static void run_guest(int kvm, int vcpu)
{
	size_t size = need(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "run size");
	struct kvm_run *run;

	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		err(1, "kvm_run");
	for (;;) {
		need(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_IO)
			give_up(vcpu, run->exit_reason);
		if (port_access(run))
			return;
	}
}

int main(int argc, char **argv)
{
	cpu_set_t cpus;
	int kvm, vm, vcpu;

	if (argc != 3)
		errx(1, "usage: kvmhost ELF CPU");
	CPU_ZERO(&cpus);
	CPU_SET(atoi(argv[2]), &cpus);
	need(sched_setaffinity(0, sizeof(cpus), &cpus), "affinity");
	kvm = need(open("/dev/kvm", O_RDWR), "/dev/kvm");
	vm = make_vm(kvm);
	vcpu = need(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	set_cpuid(kvm, vcpu);
	load_tables();
	set_registers(vcpu, load_elf(argv[1]));
	run_guest(kvm, vcpu);
	return 0;
}
