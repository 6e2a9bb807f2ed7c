#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# argument: ${LPAR_CYCLES:-12}
# Integrate, with and without undo, and define again, many times: no memory is leaked.
. /lpar/lib.sh
begin 48M 1-2
cycles=${1:-12}

# memory: set $free to free and cached memory, $slab to what slabs use, in kB
memory() {
	echo 3 > /proc/sys/vm/drop_caches
	free=0
	while read -r key line; do
		case $key in
		MemFree: | Cached:) free=$((free + ${line% kB})) ;;
		SUnreclaim:) slab=${line% kB} ;;
		esac
	done < /proc/meminfo
}

# cycle: two LPARs, an integration that is undone, one that is not, and their end
cycle() {
	define R 0 8M 16M "1:40" && power R activate && ipl R case=hotplug &&
		define D 16M 8M 0 "1:20 2:30" && power D activate && ipl D case=burn || return
	echo 208 > $PARAM/integrate_fault
	! integrate R D 2> /dev/null || return
	echo 0 > $PARAM/integrate_fault
	is D operating && integrate R D && is D released && rmdir $PART/D && rmpart R
}

# Caches of the host grow at first.
for i in 1 2 3; do
	cycle || not_ok "cycle $i"
done
memory
before=$free slab_before=$slab i=0
while [ $i -lt $cycles ] && cycle; do
	i=$((i + 1))
done
memory
same "cycles of integrate, undo, integrate and define" $i $cycles
lost=$((before - free)) grown=$((slab - slab_before))
# What is allowed does not grow with the number of cycles.
check "free memory is as before ($lost kB less)" [ $lost -lt 1024 ]
check "slabs are as before ($grown kB more)" [ $grown -lt 512 ]
finish
