#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The demonstration, inside the emulated machine: create the patent's three LPARs, and
# integrate LPAR2 into LPAR1 while LPAR1 and LPAR3 are busy.
# Deadlines are in seconds of this machine's clock, which Bochs derives from the
# number of instructions; the runner outside has deadlines in real time.
. /demo/lib.sh
. /demo/setup.sh
. /demo/checks.sh
. /demo/channels.sh

# Use the TSC as trace clock: guests have it, too, at a known offset.
trace_begin()
{
	echo x86-tsc > $TRACE/trace_clock
	for event in step hotplug state; do
		echo 1 > $TRACE/events/lpar/lpar_$event/enable
	done
}

tables()
{
	data storage_map.$1 < $S/storage_map
	data processor_table.$1 < $S/processor_table
	lparadm map > /tmp/map.$1
	lparadm processors > /tmp/processors.$1
	echo
	paste /tmp/map.$1 /tmp/processors.$1 | expand -t 43
	echo
}

working()
{
	for n in LPAR1 LPAR3; do
		[ -n "$(last $n COUNTER)" ] && [ -n "$(last $n CHECKSUM)" ] ||
			return 1
	done
}

all_busy()
{
	[ -n "$(last LPAR1 BURN)" ] && [ -n "$(last LPAR3 BURN)" ] &&
		[ -n "$(last LPAR3 DISK)" ]
}

# An emulator takes turns among busy CPUs: what loads them most begins last.
start_work()
{
	stage work "start work in LPAR1 and LPAR3"
	say "a counter, a checksum over most of the memory, a busy loop on every CPU;" \
	    "LPAR3 uses its disk, too"
	ask LPAR1 work=counter,checksum
	ask LPAR3 work=counter,checksum
	wait_for 60 working || give_up "LPAR1 and LPAR3 fill their memory"
	ask LPAR1 work=burn
	ask LPAR3 work=disk,burn
	wait_for 60 all_busy || give_up "LPAR1 and LPAR3 use all of their LIPs"
}

# What the checks would compete with, in LPAR1 or in the emulator
stop_work()
{
	ask LPAR1 stop
	ask LPAR3 stop
}

integrate()
{
	stage integrate "integrate LPAR2 into LPAR1"
	ask LPAR1 gap
	ask LPAR3 gap
	sleep 0.3
	say "echo LPAR2 > $L/partitions/LPAR1/integrate"
	echo LPAR2 > $L/partitions/LPAR1/integrate
	echo
	awk '/^[^0-9].*:/ { print; next }
	     $2 ~ /^20/ { printf "%-9s%-15s%-9s%8s us\n", $2, $1, $3, $4; next }
		{ printf "%-9s%-15s%-9s%8s us\n", $1, $2, $3, $4 }' \
		$L/partitions/LPAR1/integrate
	sleep 0.3
	ask LPAR1 samples
	ask LPAR3 samples
}

# For the report: the steps, and the guests' counters during the integration.
keep_samples()
{
	data integrate < $L/partitions/LPAR1/integrate
	grep -o "[0-9]*: lpar_.*" $TRACE/trace | data trace
	for n in 1 3; do
		data tsc_offset.LPAR$n < $S/LPAR$n/tsc_offset
	done
	for n in LPAR1 LPAR3; do
		wait_for 60 grep -q "^SAMPLES end" $LOGS/$n.log ||
			give_up "$n prints the samples of its counter"
		grep "^SAMPLE" $LOGS/$n.log | tr -d '\r' | data samples.$n
	done
}

told()
{
	grep -q "^HOTPLUG memory" $LOGS/LPAR1.log &&
		grep -q "^HOTPLUG cpu" $LOGS/LPAR1.log
}

# ask_status WHEN: ask LPAR1 and LPAR3, keep the answers
ask_status()
{
	for who in LPAR1 LPAR3; do
		before=$(answers $who)
		ask $who status
		wait_for 20 more_than $who "$before" ||
			give_up "$who answers on its console"
		keep_answers $who $1
	done
}

# keep_answers NAME WHEN: the last line of each kind, and all of the busy loops: /tmp/counter.
# LPAR1.after ... In one process, since the emulator shares its time among busy CPUs.
keep_answers()
{
	awk -v end=".$1.$2" '
		! sub(/\r$/, "") { next }
		/^BURN / { print > "/tmp/burn" end; next }
		/^(STATUS|COUNTER|CHECKSUM|DISK) / { last[$1] = $0 }
		END { for (word in last) print last[word] > "/tmp/" tolower(word) end }
	' $LOGS/$1.log
}

# The number of complete answers: the end of the log may be a part of one.
answers() { awk '/^STATUS .*\r$/ { n++ } END { print n + 0 }' $LOGS/$1.log; }

more_than() { [ "$(answers $1)" -gt "$2" ]; }

end()
{
	stage end "end the LPARs, unload the module"
	for n in 1 2 3; do
		echo deactivate > $L/partitions/LPAR$n/power
		rmdir $L/partitions/LPAR$n
		rmdir $L/channels/$n $L/channels/1$n
	done
	check "all LPARs deactivated, the module unloaded" lparadm unload
}

load
trace_begin
define_all
ipl
wait_for $BOOT_S all_ready || give_up "all three guests boot"
stage io "use disks and network interfaces"
write_donor
join_all
stage before "before: storage, shares in percent"
tables before
check_before
start_work
ask_status before
integrate
stage told "LPAR1's Linux adds the new resources (ACPI)"
wait_for 60 told && : > /tmp/told
stage use "measure the use of each LIP, all of them busy"
measure_use
stop_work
stage after "after the integration"
ask_status after
keep_samples
tables after
stage check "run all checks"
check_after
check_channels
end
send_logs
finish
