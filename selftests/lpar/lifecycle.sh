#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# From mkdir to rmdir: every verb in every state that allows it.
. /lpar/lib.sh
begin 64M 1-2

check "define A" define A 0 16M 0 "1:100"
same "A is defined" "$(state A)" defined
same "a defined LPAR owns no storage" "$(cat $SYS/A/ms_size)" 0
TRACE=/sys/kernel/tracing
echo 1 > $TRACE/events/lpar/lpar_request/enable
check "activate A" power A activate
same "A is active" "$(state A)" active
matches "the log shows who activated A" "$(dmesg | grep 'lpar: A: activate')" \
	"A: activate, by uid 0, pid [0-9]+ \(.+\)"
matches "the trace shows who activated A" "$(grep lpar_request: $TRACE/trace)" \
	"name=A what=\"activate\" err=0 uid=0 pid=[0-9]+ comm=.+"
echo > $TRACE/trace
refused "activate A again" $PART/A/power activate "$EINVAL" "A is active"
matches "the trace shows who was refused" "$(grep lpar_request: $TRACE/trace)" \
	"name=A what=\"activate\" err=-22 uid=0 pid=[0-9]+ comm=.+"
echo 0 > $TRACE/events/lpar/lpar_request/enable
same "the storage map has A's area" "$(cat $SYS/storage_map)" "0 16777216 0 A
16777216 50331648 0 -free-"
same "the processor table has A's share" "$(cat $SYS/processor_table)" "1 A 0 100"
listen A
check "load A" ipl A "case=hello"
same "A is operating" "$(state A)" operating
check "the guest runs" passes A hello 5

check "stop A" power A stop
same "A is stopped" "$(state A)" stopped
same "A's LIP is stopped" "$(cat $SYS/A/lips/0/state)" stopped
check "start A" power A start
same "A is operating again" "$(state A)" operating

check "stop A to load another guest" power A stop
: > $TMP/A.con
check "load in state stopped" ipl A "case=tick ms=20"
check "the other guest runs" expect A "TINY tick 3" 5
check "stop the other guest" power A stop
sleep 0.2
n=$(lines A tick)
sleep 0.3
same "a stopped guest prints nothing" $(lines A tick) $n
check "start the other guest" power A start
check "the guest continues where it was stopped" expect A "TINY tick $((n + 2))" 5
check "the guest was not booted again by start" [ $(lines A "tick 1\$") = 1 ]
check "reset A" power A reset
check "the guest was booted again by reset" within 5 more_lines A "begin" 1
check "deactivate a running LPAR" power A deactivate
same "A is defined after deactivate" "$(state A)" defined
same "all storage is free after deactivate" "$(cat $SYS/storage_map)" "0 67108864 0 -free-"
same "no share is taken after deactivate" "$(cat $SYS/processor_table)" ""
check "no LIP is left after deactivate" [ ! -e $SYS/A/lips/0 ]
check "rmdir A" rmdir $PART/A
check "A is gone from sysfs" [ ! -e $SYS/A ]

# After a stop the kvmclock page of each LIP has PVCLOCK_GUEST_STOPPED.
mkpart A 0 16M 0 "1:50 2:100" && ipl A "case=paused"
check "the guest has enabled its kvmclock pages" expect A "paused ready" 10
check "stop" power A stop
check "start" power A start
check "the kvmclock page of every LIP reports the stop" passes A paused 20
rmpart A

# Power off and reset by the guest, and the power button
mkpart A 0 16M 0 "1:100" && ipl A "case=poweroff"
check "guest powers off: A is active" within 5 is A active
same "guest powers off: A keeps its storage" "$(cat $SYS/A/ms_size)" 16777216
: > $TMP/A.con
check "load a guest that takes commands" ipl A "case=command"
check "the guest is up" expect A "command begin" 5
type_in A r
check "guest resets: it is booted again" within 5 more_lines A "command begin" 1
type_in A p
check "the guest receives input after its reset" expect A pong 5
type_in A o
check "the guest powers off after its reset" within 5 is A active
: > $TMP/A.con
ipl A "case=hotplug"
check "a guest with a power button is up" expect A "hotplug ready" 5
check "shutdown presses the power button" power A shutdown
check "the guest powers off on the power button" within 5 is A active
check "deactivate and remove" rmpart A
finish
