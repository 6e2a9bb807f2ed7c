#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# APIC virtualisation (VMX; SVM: x2AVIC) where the processor has it, and lpar without
# it, by two loads of the module.
. /lpar/lib.sh

# reload APICV
reload() { unload && modprobe configfs && insmod $MODULE apicv=$1 && begin 64M 1-2; }

# wrmsr_exits CASE: print the number of WRMSR exits that the case takes
wrmsr_exits() {
	mkpart A 0 16M 0 "1:100" && ipl A "case=$1" && passes A $1 10
	awk '$1 == "wrmsr" { print $2 }' $SYS/A/exits
	rmpart A
}

reload 1
# Flags in /proc/cpuinfo of what it needs: x2AVIC, or both of VMX's features
have=$(grep -c -m 1 -w -E "x2avic|vmx flags.*vapic_reg vid.*" /proc/cpuinfo)
if [ "$have" = 0 -o -n "$TCG" ]; then
	same "apicv=1 stays off where the processor has no APIC virtualisation" "$(cat $PARAM/apicv)" 0
	skip "APIC virtualisation" "this processor has none"
	unload && begin 64M 1-2
	finish
fi
same "apicv=1 is on" "$(cat $PARAM/apicv)" 1
unload && begin 64M 1-2
same "apicv is off by default" "$(cat $PARAM/apicv)" 0
reload 1
run_case A timer 10
run_case A hlt 10
run_case A hltcli 10 "" "1:100 2:100"
run_case A xapic 10 "" "1:100 2:100"
run_case A ipi 20 "" "1:100 2:100"
run_case A ipixapic 20 "" "1:100 2:100"
run_case A level 20
run_case A selfipi 10
run_case A smp 30 "" "1:20 1:20 1:20 1:20 2:10 2:10 2:10 2:10"
run_case A cr8 10
run_case A irqonce 20 "ms=100"
run_case A irqflood 20 "ms=300" "1:50 1:50 2:50 2:50"
with=$(wrmsr_exits hlt)
reload 0
same "apicv=0 is off" "$(cat $PARAM/apicv)" 0
without=$(wrmsr_exits hlt)
check "apicv saves WRMSR exits: $with with it, $without without" [ "${with:-0}" -gt 0 -a "${with:-0}" -lt "${without:-0}" ]
finish
