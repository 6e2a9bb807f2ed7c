#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All operations of the admin on the debugging kernel. It starts few processes, as each
# takes a third of a second there.
. /lpar/lib.sh

ROUNDS=${1:-2}
DEBUG=/sys/kernel/debug
[ ! -e $DEBUG/kmemleak ] || echo scan=off > $DEBUG/kmemleak
step() { read -r up rest < /proc/uptime; echo "# $up: $*"; }
part_state() { read -r st < $PART/$1/state; [ "$st" = "$2" ]; }
try_write() { echo "$2" > $PART/A/$1; } 2> /dev/null
read_all() { cat $SYS/*/state $SYS/*/exits $SYS/*/*_ost $SYS/*/lips/*/* $SYS/storage_map \
	$SYS/processor_table $PART/*/* $CFS/*/[a-z]* > /dev/null 2>&1; }

make_part() { # NAME ORIGIN SHARES EXPANSION
	mkdir $PART/$1 && echo $2 > $PART/$1/ms_origin &&
		echo 8M > $PART/$1/ms_size && echo $4 > $PART/$1/ms_expansion &&
		echo "$3" > $PART/$1/shares && echo $TINY > $PART/$1/kernel &&
		power $1 activate
}
end_part() { power $1 deactivate 2> /dev/null; rmdir $PART/$1; }

lifecycle() {
	make_part A 0 "1:50 2:100" 8M
	cat /dev/ttyLPAR1 > $TMP/A.con 2> /dev/null &
	echo "case=tick ms=20" > $PART/A/cmdline
	power A load && power A stop && power A start && power A reset &&
		power A shutdown && read_all && power A stop
	echo "case=burnsmp" > $PART/A/cmdline
	power A load && echo hello > /dev/ttyLPAR1 && sleep 1 && read_all
	power A deactivate && power A activate && power A load
	check "all verbs, then the LPAR can be removed" end_part A
}

failures() {
	make_part A 0 1:100 8M
	for f in /bin/busybox /nowhere /proc/kmsg / ""; do
		try_write kernel "$f"; try_write power load
		try_write kernel $TINY; try_write initrd "$f"; try_write power load; try_write initrd ""
	done
	try_write power deactivate
	for set in "ms_size 1000M" "ms_size 0" "ms_size 3" "ms_size 8M" \
		   "ms_origin 1G" "ms_origin 0" "ms_expansion 1000G" \
		   "shares 1:101" "shares 7:10" "shares" "shares 1:50 1:51"; do
		try_write ${set%% *} "${set#* }"
		try_write power activate && try_write power load && try_write power deactivate
	done
	rmdir $PART/A
	ok "activations and IPLs that fail"
}

integrations() { # cases of receiver and donor, "": not loaded
	make_part A 0 "1:50" 8M && make_part C 8M "1:25" 0 &&
		make_part B 16M "1:25 2:50" 0 || not_ok "three LPARs can be made"
	echo "case=$1" > $PART/A/cmdline
	echo "case=$2" > $PART/B/cmdline
	echo "case=burnsmp" > $PART/C/cmdline
	[ -z "$1" ] || power A load
	[ -z "$2" ] || power B load
	power C load
	for n in 201 202 203 204 205 206 207 208; do
		echo $n > $PARAM/integrate_fault
		try_write integrate_check B
		try_write integrate B && break
	done
	echo 0 > $PARAM/integrate_fault
	part_state B released || try_write integrate B
	read_all
	read -r line < $PART/A/integrate
	check "integrate: the donor is released ($line)" part_state B released
	end_part A; rmdir $PART/B; end_part C
}

races() {
	make_part A 0 "1:50" 8M; make_part B 8M "2:50" 8M
	echo "case=tick ms=5" > $PART/A/cmdline
	power A load
	(echo B > $PART/A/integrate) 2> /dev/null &
	(echo A > $PART/B/integrate) 2> /dev/null &
	(power A reset; power A stop; power A start) 2> /dev/null &
	(cat < /dev/ttyLPAR1) > /dev/null 2>&1 &
	read_all &
	rmdir $PART/B 2> /dev/null
	echo 0 > /sys/devices/system/cpu/cpu1/online
	power B deactivate
	rmdir $PART/B
	sleep 1
	end_part A; end_part B
} 2> /dev/null

fail_each() { step "failing: $*"; check "failing allocations: $*" /lpar/failnth "$@"; }
failing_allocations() {
	may_fail || { skip "failing allocations" "no fault injection"; return; }
	fail_each $PART/F -
	make_part A 0 "1:50 2:50" 8M
	power A deactivate
	fail_each $PART/A/power activate deactivate
	power A activate
	echo "case=tick ms=20" > $PART/A/cmdline
	fail_each $PART/A/power load stop
	make_part B 8M "1:25 2:50" 0
	fail_each $PART/A/integrate_check B
	fail_each $PART/A/integrate B
	end_part A; end_part B
	echo 0 > $CFS/storage/ms_size
	fail_each $CFS/storage/ms_size 8M 0
	echo > $CFS/processors/online
	fail_each $CFS/processors/online 1-2 ""
}

leaks() {
	[ -e $DEBUG/kmemleak ] || return
	sleep 6
	step "kmemleak"
	echo scan > $DEBUG/kmemleak
	head -n 80 $DEBUG/kmemleak > $TMP/leaks
	cat $TMP/leaks
	check "kmemleak reports no leak" [ ! -s $TMP/leaks ]
}

free_kb() { awk '/^MemFree/ { print $2 }' /proc/meminfo; }

begin 32M 1-2
step begun; lifecycle
step lifecycle; unload
before=$(free_kb)
begin 32M 1-2
i=0
while [ $i -lt $ROUNDS ]; do
	step "integrations"; integrations "tick ms=20" burnsmp
	step "integrations"; integrations "" ""
	step "failures"; failures
	step "races"; races
	i=$((i + 1))
done
step "failing allocations"; failing_allocations
step "unload"; check "the module can be unloaded" unload
after=$(free_kb)
step "free before $before kB, after $after kB"
check "no memory is leaked" [ $((before - after)) -lt 3000 ]
leaks
echo "1..$tests"
[ $failed = 0 ]
