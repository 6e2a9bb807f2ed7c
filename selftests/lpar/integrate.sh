#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Integrate in all states of donor and receiver, and wherever they stand.
. /lpar/lib.sh
. /lpar/libchan.sh
begin 96M 1-2

# three R D T: areas of 16 MB at these origins; the donor fills its storage
three() {
	mkpart R $1 16M 32M "1:40"
	mkpart D $2 16M 0 "1:20 2:30"
	pattern_part T $3 16M "2:30"
	ipl R "case=hotplug tick=20" && expect R ready 5
	ipl D "case=dirty" && passes D dirty 10
	sums > $TMP/sums
}

# whole WHAT: after D has gone into R
whole() {
	same "$1: sums" "$(sums)" "$(cat $TMP/sums)"
	same "$1: R's storage" "$(cat $SYS/R/ms_size)" 33554432
	same "$1: R's shares" "$(grep ' R ' $SYS/processor_table)" "1 R 0 60
2 R 1 30"
	same "$1: D" "$(state D) $(cat $SYS/D/ms_size) $(cat $SYS/D/ms_origin)" "released 0 0"
	unharmed "$1" T
}

# told WHAT: R runs, and has all of it
told() {
	check "$1: R's new storage is empty and usable" \
		expect R "hotplug memory 16 MB at 16 MB" 20
	check "$1: R's new LIP works" expect R "lip 1 works" 10
	check "$1: R goes on" goes_on R
	same "$1: R was not booted again" $(lines R begin) 1
	same "$1: answers" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
1 added 0"
}

# stand WHAT R D T
stand() {
	three $2 $3 $4
	check "$1" integrate R D
	whole "$1"
	told "$1"
	clean
}

stand "donor behind the receiver" 0 16M 32M
stand "donor before the receiver" 16M 0 32M
stand "third between" 0 32M 16M
stand "third between, receiver last" 32M 0 16M
stand "free storage behind the receiver" 0 64M 48M
stand "receiver at the end of the pool" 80M 0 64M

# States of the donor
three 0 32M 16M
power D stop
check "donor stopped" integrate R D
same "201 had nothing to do" "$(step R 201)" skipped
whole "donor stopped"
told "donor stopped"
clean
three 0 32M 16M
power D deactivate && power D activate
check "donor active" integrate R D
whole "donor active"
told "donor active"
clean
three 0 32M 16M
power D stop
ipl D "case=triple"
within 5 is D failed
check "donor failed" integrate R D
whole "donor failed"
told "donor failed"
clean

# States of the receiver
three 0 32M 16M
power R stop
check "receiver stopped" integrate R D
whole "receiver stopped"
same "it stays so" "$(state R)" stopped
same "208 had nothing to do" "$(step R 208)" skipped
power R start
told "receiver stopped"
: > $TMP/R.con
check "reset after it" power R reset
check "the next IPL finds all as RAM" expect R "begin ram 32 MB lips 0x3" 5
clean
three 0 32M 16M
power R deactivate && power R activate
check "receiver active" integrate R D
whole "receiver active"
: > $TMP/R.con
ipl R "case=readzero"
check "its first IPL finds all as RAM" expect R "begin ram 32 MB lips 0x3" 5
check "and all of it empty" passes R readzero 10
clean

# The operator says when the guest is told [0038].
three 0 32M 16M
echo manual > $PART/R/notify
check "notify=manual" integrate R D
whole "notify=manual"
sleep 0.3
same "R was not told" $(lines R "hotplug (memory|lip) ?[0-9]") 0
same "nothing is pending" "$(cat $SYS/R/memory_ost)" ""
echo auto > $PART/R/notify
told "notify=auto"
clean

# A third LPAR is relocated while its lock is held: the integration does not wait for it.
disk 7 64
three 0 32M 16M
power T deactivate
has T 7
power T activate && ipl T "case=tick" && expect T "tick 1" 5
(attempt $PART/T/channels ""; clock; echo "$why $now" > $TMP/busy) &
busy=$!
sleep 1
check "a third that waits for its guest" integrate R D
clock
told_at=$now
wait $busy
why="$(cat $TMP/busy)"
matches "its guest gave nothing back" "$why" "$ETIMEDOUT"
check "the integration did not wait with it" [ $told_at -lt $((${why##* } - 300)) ]
same "it has moved" "$(cat $SYS/T/ms_origin)" 33554432
rmchannels

# A guest that says no
three 0 32M 16M
power R stop && ipl R "case=hotplug refuse=2 tick=20" && expect R ready 5
check "a guest that refuses" integrate R D
whole "a guest that refuses"
expect R "memory 16 MB" 10
within 5 grep -q failed $SYS/R/processor_ost
same "its answers are shown" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 failed 1
1 failed 1"
# Its guest takes things now; writing "auto" announces them again.
echo auto > $PART/R/notify
check "it is told again" within 10 sh -c "! grep -qv added $SYS/R/memory_ost $SYS/R/processor_ost"
same "and takes both" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
1 added 0"
same "each was announced twice" "$(lines R "hotplug memory") $(lines R "lip 1 works")" "2 2"
echo auto > $PART/R/notify
sleep 0.3
same "what it has it is not told of again" $(lines R "hotplug memory") 2
clean

# Again and again, until the expansion is used up; and back to where it was.
mkpart R 0 16M 32M "1:20" && ipl R "case=hotplug tick=20" && expect R ready 5
pattern_part T 16M 16M "2:10"
for d in 1 2; do
	mkpart D$d $((16 + d * 16))M 16M 0 "1:20 2:20"
	ipl D$d case=burn
done
mkpart D3 64M 16M 0 "2:5"
check "first" integrate R D1
check "it is told" expect R "memory 16 MB at 16 MB" 20
check "second" integrate R D2
check "it is told" expect R "memory 16 MB at 32 MB" 20
same "storage" "$(cat $SYS/R/ms_size) $(cat $SYS/R/ms_expansion)" "50331648 0"
same "shares" "$(grep ' R ' $SYS/processor_table)" "1 R 0 60
2 R 1 40"
refused "third: the expansion is used up" $PART/R/integrate D3 "$ENOSPC" \
	"R needs 16 MB more storage, .*only 0 MB"
unharmed "two integrations" T
check "a donor can be removed" rmdir $PART/D1
power R deactivate
check "the other comes back where it was" power D2 deactivate
same "R wants what it wanted or has" "$(state R)" defined
finish
