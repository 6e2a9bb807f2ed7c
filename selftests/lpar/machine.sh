#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guest's machine, as bare-metal programs see it.
. /lpar/lib.sh
begin 64M 1-2

run_case A hello 5
run_case A hole 5
run_case A ports 5
run_case A pci 5
run_case A traps 5
sed -n 's/.*not checked: //p' $TMP/A.con > $TMP/not_checked
while read -r line; do
	skip "case traps: $line" "QEMU (TCG) has no exception for it"
done < $TMP/not_checked
run_case A cr4mce 5
run_case A crfault 5
run_case A crcd 5
run_case A faultrf 5
run_case A perfmsr 5
run_case A step 5
run_case A breaks 5
run_case A prefixes 5
run_case A task 20 "" "1:100 2:100"
run_case A devstring 10
run_case A devinsn 10
run_case A devrest 5
run_case A readzero 10
run_case A timer 10
run_case A timer 20 "late=20" "1:40"
run_case A hlt 10

# A CPU does not sleep while its guest halts for less time than halt_poll_us.
task=$(grep -lx "lpar/1" /proc/[0-9]*/comm)
sleeps() { awk '/^voluntary/ { print $2 }' ${task%comm}status; }
sleeps_with() {
	echo $1 > $PARAM/halt_poll_us
	before=$(sleeps)
	run_case A hlt 10 "us=600 rounds=400"
	slept=$(($(sleeps) - before))
}
usual=$(cat $PARAM/halt_poll_us)
sleeps_with 0
never=$slept
sleeps_with 1000
check "400 halts of 0.6 ms: $never sleeps without polling, $slept with" \
	[ $((slept * 2)) -lt $never ]
echo $usual > $PARAM/halt_poll_us
run_case A stihlt 10
run_case A hltcli 10 "" "1:100 2:100"
run_case A xapic 10 "" "1:100 2:100"
run_case A apicmove 10
run_case A nmilate 20
run_case A nmis 30 "" "1:50 1:50"
run_case A ipi 20 "" "1:100 2:100"
run_case A ipi 30 "" "1:30 1:30 2:50"
run_case A ipixapic 20 "" "1:100 2:100"
run_case A level 20
run_case A selfipi 10
run_case A smp 10 "" "1:100 2:100"
run_case A smp 30 "" "1:20 1:20 1:20 1:20 2:10 2:10 2:10 2:10"
run_case A restart 10 "" "1:50 2:100"
run_case A tsc 20 "" "1:100 2:100"

flood_ms=300
[ -z "$TCG" ] || flood_ms=2000

# In QEMU, make other threads kick the CPUs: remap the memory of a device that nobody
# uses, again and again. The first four bytes of its registers stay unchanged.
disturb() {
	while :; do
		printf '\0\0\0\0\0' > $1
		printf '\0\0\0\0\2' > $1
	done
}
if [ -n "$TCG" ]; then
	ahci=$(grep -l "^0x010601" /sys/bus/pci/devices/*/class | head -n 1)
	disturb ${ahci%class}config &
	disturber=$!
fi
run_case A irqonce 20 "ms=$flood_ms"
[ -z "$TCG" ] || check "the CPUs were kicked meanwhile" kill $disturber

mkpart A 0 16M 0 "1:50"
before=$(date +%s)
ipl A case=pairing
check "KVM_HC_CLOCK_PAIRING: results and errors" passes A pairing 10
now=$(console A | sed -n 's/^TINY pairing \([0-9]*\) [0-9]*.*/\1/p')
check "KVM_HC_CLOCK_PAIRING: the host's time of day ($now)" \
	[ "$now" -ge $before -a "$now" -le $(date +%s) ]
rmpart A

run_case A irqflood 20 "ms=$flood_ms" "1:50 1:50 2:50 2:50"
finish
