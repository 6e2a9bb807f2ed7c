#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An LPAR that runs gets what is free: ms_size, shares and capped written while it owns
# resources.
. /lpar/lib.sh
begin 96M 1-2
set_to() { echo "$3" > $PART/$1/$2; }	# set_to NAME ATTRIBUTE VALUE
lips() { grep " $1 " $SYS/processor_table; }
things() { snapshot | grep -v generation; }

mkpart R 16M 16M 48M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
pattern_part T 32M 16M "2:30"
check "more storage for an LPAR that runs" set_to R ms_size 32M
same "it has the storage, and less expansion" "$(cat $SYS/R/ms_size) $(cat $SYS/R/ms_expansion)" \
	"33554432 33554432"
check "its new storage is empty and usable" expect R "hotplug memory 16 MB at 16 MB" 20
check "a higher share, and a new LIP" set_to R shares "1:50 2:20"
same "it has them" "$(lips R)" "1 R 0 50
2 R 1 20"
check "its new LIP works" expect R "lip 1 works" 10
check "R goes on" goes_on R
same "R was not booted again" $(lines R begin) 1
unharmed "growth" T
same "the attributes show it" "$(cat $PART/R/ms_size) $(cat $PART/R/shares)" "32M 1:50 2:20"
n=$(cat $PART/R/generation)
check "the same again" set_to R ms_size 32M
same "changes nothing" "$(cat $PART/R/generation)" $n

refused "less storage" $PART/R/ms_size 16M "$EBUSY" "R has 32 MB of storage: deactivate it before"
refused "no block" $PART/R/ms_size 33M "$EINVAL" "33 MB is not a multiple of the block size, 2 MB"
refused "more than the expansion" $PART/R/ms_size 66M "$ENOSPC" \
	"R needs 34 MB more storage, but its expansion is only 32 MB"
mkpart F 64M 20M 0 "1:10"
refused "more than is free" $PART/R/ms_size 62M "$ENOSPC" "R needs 30 MB of storage, but only 28 MB is free"
refused "fewer LIPs" $PART/R/shares "1:50" "$EBUSY" "R has 2 LIPs, and its shares name 1"
refused "a LIP on another CPU" $PART/R/shares "1:50 1:20" "$EBUSY" "LIP 1 of R is on CPU 2"
refused "more of a CPU than is free" $PART/R/shares "1:91 2:20" "$ENOSPC" \
	"CPU 1 already has 10 percent assigned: 91 more would exceed 100"
refused "a CPU of the host" $PART/R/shares "1:50 2:20 0:1" "$EINVAL" "CPU 0 does not belong"
check "all that is free" set_to R ms_size 60M
same "no storage is free" "$(cat $CFS/storage/free)" 0
unharmed "all storage" T
rmpart F
check "R's guest has it" expect R "hotplug memory 28 MB at 32 MB" 20

# Each step made to fail
mkpart Q 76M 4M 8M "2:10" && ipl Q "case=hotplug tick=20" && expect Q ready 5
for s in 203 205 207 208; do
	before="$(things)"
	echo $s > $PARAM/integrate_fault
	attempt $PART/Q/ms_size 8M
	matches "fault at $s: error" "$why" "$EIO"
	attempt $PART/Q/shares "2:20 1:5"
	echo 0 > $PARAM/integrate_fault
	matches "fault at $s: error of shares" "$why" "$EIO"
	same "fault at $s: everything is restored" "$(things)" "$before"
done
check "Q goes on" goes_on Q
same "Q was not notified" $(lines Q "hotplug (memory|lip) ?[0-9]") 0

# Without a guest that runs
power Q stop
check "a stopped LPAR gets more" set_to Q ms_size 8M
same "it is still stopped" "$(state Q)" stopped
power Q start
check "it finds that after its start" expect Q "hotplug memory 4 MB at 4 MB" 20
power Q deactivate
same "its definition is what was written" "$(cat $PART/Q/ms_size)" 8M
power Q activate
check "an active LPAR gets more" set_to Q shares "2:15 1:5"
: > $TMP/Q.con
ipl Q case=readzero
check "its IPL has all of it" expect Q "begin ram 8 MB lips 0x3" 5
check "its storage is zero" passes Q readzero 10

# The dispatcher follows.
rmpart Q
power T stop
power R stop && ipl R "case=burn"
check "not capped any more, while it burns" set_to R capped 0
same "sysfs says so" "$(cat $SYS/R/capped)" 0
uses "it gets idle time" R/0 900-1010
check "a lower share" set_to R shares "1:30 2:20"
check "capped again" set_to R capped 1
sleep 0.1
uses "it gets its share" R/0 300
finish
