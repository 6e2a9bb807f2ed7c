// SPDX-License-Identifier: GPL-2.0
/*
 * VMCB clean bits, for Bochs: check that the fields of each set bit are unchanged.
 *
 * #VMEXIT saves a copy of the VMCB for this CPU. If VMRUN finds a clean bit set, the fields
 * that it covers must be as in the copy: a processor may use its cached values, so the
 * change could have been lost. A VMCB that this CPU has not run yet must have no bit
 * set. Copies are never discarded, so this is stricter than a processor. APM: "VMCB
 * Clean Bits".
 *
 * TLB control is only counted: Bochs flushes at every VMRUN.
 */
#include <map>
#include <string>
#include <string.h>

struct clean_range { unsigned bit, from, to; };

static const struct clean_range clean_ranges[] = {
	{ 0, 0x000, 0x015 }, { 0, 0x03c, 0x040 },	/* intercepts, PAUSE filter */
	{ 0, 0x050, 0x058 },				/* TSC offset */
	{ 1, 0x040, 0x050 },				/* maps of ports and MSRs */
	{ 2, 0x058, 0x05c },				/* ASID */
	{ 3, 0x060, 0x065 },				/* virtual interrupt, AVIC on */
	{ 4, 0x090, 0x098 }, { 4, 0x0b0, 0x0b8 },	/* nested paging */
	{ 4, 0x668, 0x670 },				/* PAT */
	{ 5, 0x4d0, 0x4d8 }, { 5, 0x548, 0x560 },	/* EFER, CR4, CR3, CR0 */
	{ 6, 0x560, 0x570 },				/* DR7, DR6 */
	{ 7, 0x460, 0x470 }, { 7, 0x480, 0x490 },	/* GDTR, IDTR */
	{ 8, 0x400, 0x440 }, { 8, 0x4cb, 0x4cc },	/* ES, CS, SS, DS, CPL */
	{ 9, 0x640, 0x648 },				/* CR2 */
	{ 11, 0x098, 0x0a0 }, { 11, 0x0e0, 0x0e8 },	/* APIC BAR, backing page */
	{ 11, 0x0f0, 0x100 },				/* tables of APIC IDs */
};

static std::map<std::pair<unsigned, Bit64u>, std::string> clean_copies;
static Bit64u clean_runs, clean_used, clean_flush_asid, clean_flush_all;

static void clean_keep(unsigned cpu, Bit64u pa, const void *vmcb)
{
	clean_copies[std::make_pair(cpu, pa)].assign((const char *)vmcb, 4096);
}

/* The offset of a field that changed although its clean bit is set; -1: none. */
static int clean_check(unsigned cpu, Bit64u pa, const void *vmcb)
{
	const char *now = (const char *)vmcb;
	Bit32u clean, tlb;

	memcpy(&clean, now + 0x0c0, sizeof(clean));
	memcpy(&tlb, now + 0x05c, sizeof(tlb));
	clean_runs++;
	clean_used += clean != 0;
	clean_flush_all += (tlb & 7) == 1;
	clean_flush_asid += (tlb & 7) == 3;
	auto copy = clean_copies.find(std::make_pair(cpu, pa));
	if (copy == clean_copies.end())
		return clean ? 0x0c0 : -1;
	for (const struct clean_range &r : clean_ranges)
		for (unsigned i = r.from; clean >> r.bit & 1 && i < r.to; i++)
			if (now[i] != copy->second[i])
				return i;
	return -1;
}
