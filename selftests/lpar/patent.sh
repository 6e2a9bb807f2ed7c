#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The patent's example with its numbers: Figs. 3 and 4
. /lpar/lib.sh
begin 640M 1-4

mkpart LPAR1 0 256M 256M "1:100 2:50"
mkpart LPAR2 512M 128M 0 "2:50 3:50"
mkpart LPAR3 256M 256M 0 "3:50 4:100"

before_map="0 268435456 268435456 LPAR1
268435456 268435456 0 LPAR3
536870912 134217728 0 LPAR2"
before_ip="1 LPAR1 0 100
2 LPAR1 1 50
2 LPAR2 0 50
3 LPAR2 1 50
3 LPAR3 0 50
4 LPAR3 1 100"
same "Fig. 3 before the integration" "$(cat $SYS/storage_map)" "$before_map"
same "Fig. 4 before the integration" "$(cat $SYS/processor_table)" "$before_ip"

ipl LPAR1 "case=hotplug smp=1 burn=1 tick=20"
ipl LPAR2 "case=dirty"
ipl LPAR3 "case=pattern seed=3 step=4096 pause=1000"
check "LPAR1 runs" expect LPAR1 "hotplug tick 1" 20
check "LPAR2 fills its storage" passes LPAR2 dirty 30
check "LPAR3 runs" expect LPAR3 "pattern round 1" 60

echo LPAR2 > $PART/LPAR1/integrate_check
same "integrate_check changes nothing" "$(cat $SYS/storage_map)" "$before_map"
matches "the plan relocates LPAR3" "$(cat $PART/LPAR1/integrate_check)" \
	"203 relocate LPAR3: 256 MB, from 256 MB to 384 MB"

sums > $TMP/sums
rounds=$(lines LPAR3 round)
(integrate LPAR1 LPAR2; echo $? > $TMP/status) &
within 5 is LPAR2 released
attempt $PART/LPAR1/integrate LPAR3
matches "a second integrate is refused while one runs" "$why" "$EBUSY"
wait $!
same "integrate LPAR2 into LPAR1" "$(cat $TMP/status)" 0
result LPAR1 | sed 's/^/# /'

same "Fig. 3 after the integration" "$(cat $SYS/storage_map)" "0 402653184 134217728 LPAR1
402653184 268435456 0 LPAR3"
same "Fig. 4 after the integration" "$(cat $SYS/processor_table)" "1 LPAR1 0 100
2 LPAR1 1 100
3 LPAR1 2 50
3 LPAR3 0 50
4 LPAR3 1 100"
same "the sums of storage and shares are unchanged" "$(sums)" "$(cat $TMP/sums)"
same "LPAR1 has no free storage behind it" "$(cat $SYS/LPAR1/ms_free)" 0
same "LPAR2 is released" "$(state LPAR2)" released
same "LPAR2 has no storage" "$(cat $SYS/LPAR2/ms_size)" 0
check "LPAR2 has no LIP" [ ! -e $SYS/LPAR2/lips/0 ]
for s in 201 202 203 204 205 207 208 209; do
	same "step $s is ok" "$(step LPAR1 $s)" ok
done
matches "the result is ok" "$(result LPAR1 | head -n 1)" "^LPAR2 into LPAR1: ok"

check "LPAR1 uses its new storage, and it was zero" \
	expect LPAR1 "hotplug memory 128 MB at 256 MB" 60
check "LPAR1 uses its new LIP" expect LPAR1 "lip 2 works" 10
same "LPAR1 acknowledges the storage" "$(cat $SYS/LPAR1/memory_ost)" "0 added 0"
same "LPAR1 acknowledges the LIP" "$(cat $SYS/LPAR1/processor_ost)" "2 added 0"
same "LPAR1 is operating" "$(state LPAR1)" operating
check "LPAR1 goes on" goes_on LPAR1
same "LPAR1 was not booted again" $(lines LPAR1 begin) 1
check "LPAR3 has verified its pattern after the integration" within 20 more_lines LPAR3 round $((rounds + 1))
unharmed "after integrate" LPAR3

# Under full load the measured use equals the shares.
uses "LPAR1 under full load" "LPAR1/0 LPAR1/1 LPAR1/2" "1000 1000 500"

check "LPAR2's directory can be removed" rmdir $PART/LPAR2
check "LPAR1 can be removed" rmpart LPAR1
unharmed "after the end of LPAR1" LPAR3
finish
