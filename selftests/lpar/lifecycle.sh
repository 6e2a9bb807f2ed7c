#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# From mkdir to rmdir: every verb in every state that allows it.
. /lpar/lib.sh
begin 64M 1-2

check "define" define A 0 16M 0 "1:100"
same "defined" "$(state A)" defined
same "owns nothing" "$(cat $SYS/A/ms_size)" 0
check "activate" power A activate
same "active" "$(state A)" active
same "its storage" "$(cat $SYS/storage_map)" "0 16777216 0 A
16777216 50331648 0 -free-"
same "its share" "$(cat $SYS/processor_table)" "1 A 0 100"
listen A
check "load" ipl A "case=hello"
same "operating" "$(state A)" operating
check "the guest runs" passes A hello 5

check "stop" power A stop
same "stopped" "$(state A)" stopped
same "its LIP is stopped" "$(cat $SYS/A/lips/0/state)" stopped
check "start" power A start
same "operating again" "$(state A)" operating

check "stop and load another" power A stop
: > $TMP/A.con
check "load in state stopped" ipl A "case=tick ms=20"
check "the other guest runs" expect A "TINY tick 3" 5
check "stop" power A stop
sleep 0.2
n=$(lines A tick)
sleep 0.3
same "a stopped guest prints nothing" $(lines A tick) $n
check "start" power A start
check "it goes on where it stood" expect A "TINY tick $((n + 2))" 5
check "it was not booted again" [ $(lines A "tick 1\$") = 1 ]
check "reset" power A reset
check "it was booted again" within 5 more_lines A "begin" 1
check "deactivate a running LPAR" power A deactivate
same "defined" "$(state A)" defined
same "all storage is free" "$(cat $SYS/storage_map)" "0 67108864 0 -free-"
same "no share is taken" "$(cat $SYS/processor_table)" ""
check "no LIP is left" [ ! -e $SYS/A/lips/0 ]
check "rmdir" rmdir $PART/A
check "gone from sysfs" [ ! -e $SYS/A ]

# The guest's own ways: off, reset, the power button.
mkpart A 0 16M 0 "1:100" && ipl A "case=poweroff"
check "power off by the guest" within 5 is A active
same "it keeps its storage" "$(cat $SYS/A/ms_size)" 16777216
: > $TMP/A.con
check "load again" ipl A "case=command"
check "up" expect A "command begin" 5
type_in A r
check "reset by the guest" within 5 more_lines A "command begin" 1
type_in A p
check "and it hears" expect A pong 5
type_in A o
check "off" within 5 is A active
: > $TMP/A.con
ipl A "case=hotplug"
check "shutdown presses the button" expect A "hotplug ready" 5
check "shutdown" power A shutdown
check "the guest switched itself off" within 5 is A active
check "deactivate and remove" rmpart A
finish
