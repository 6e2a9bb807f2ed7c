#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Integrate in all states of donor and receiver, and with every order of their areas.
. /lpar/lib.sh
. /lpar/libchan.sh
begin 96M 1-2

# setup_three R D T: areas of 16 MB at these origins; the donor fills its storage
setup_three() {
	mkpart R $1 16M 32M "1:40"
	mkpart D $2 16M 0 "1:20 2:30"
	pattern_part T $3 16M "2:30"
	ipl R "case=hotplug tick=20" && expect R ready 5
	ipl D "case=dirty" && passes D dirty 10
	sums > $TMP/sums
}

# check_integrated WHAT: after D was integrated into R
check_integrated() {
	same "$1: the sums of storage and shares are unchanged" "$(sums)" "$(cat $TMP/sums)"
	same "$1: R has the storage of both" "$(cat $SYS/R/ms_size)" 33554432
	same "$1: R has the shares of both" "$(grep ' R ' $SYS/processor_table)" "1 R 0 60
2 R 1 30"
	same "$1: D is released and owns nothing" "$(state D) $(cat $SYS/D/ms_size) $(cat $SYS/D/ms_origin)" "released 0 0"
	unharmed "$1" T
}

# check_notified WHAT: R runs, and uses all of it
check_notified() {
	check "$1: R's new storage is empty and usable" \
		expect R "hotplug memory 16 MB at 16 MB" 20
	check "$1: R's new LIP works" expect R "lip 1 works" 10
	check "$1: R goes on" goes_on R
	same "$1: R was not booted again" $(lines R begin) 1
	same "$1: R acknowledges both" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
1 added 0"
}

# integrate_at WHAT R D T
integrate_at() {
	setup_three $2 $3 $4
	check "$1: integrate" integrate R D
	check_integrated "$1"
	check_notified "$1"
	clean
}

integrate_at "donor behind the receiver" 0 16M 32M
matches "the log shows who integrated" "$(dmesg | grep 'lpar: R: integrate')" \
	"R: integrate D, by uid 0, pid [0-9]+ \(.+\)"
integrate_at "donor before the receiver" 16M 0 32M
integrate_at "third between" 0 32M 16M
integrate_at "third between, receiver last" 32M 0 16M
integrate_at "free storage behind the receiver" 0 64M 48M
integrate_at "receiver at the end of the pool" 80M 0 64M

# States of the donor
setup_three 0 32M 16M
power D stop
check "donor stopped: integrate" integrate R D
same "donor stopped: step 201 is skipped" "$(step R 201)" skipped
check_integrated "donor stopped"
check_notified "donor stopped"
clean
setup_three 0 32M 16M
power D deactivate && power D activate
check "donor active: integrate" integrate R D
check_integrated "donor active"
check_notified "donor active"
clean
setup_three 0 32M 16M
power D stop
ipl D "case=triple"
within 5 is D failed
check "donor failed: integrate" integrate R D
check_integrated "donor failed"
check_notified "donor failed"
clean

# States of the receiver
setup_three 0 32M 16M
power R stop
check "receiver stopped: integrate" integrate R D
check_integrated "receiver stopped"
same "receiver stopped: it is still stopped" "$(state R)" stopped
same "receiver stopped: step 208 is skipped" "$(step R 208)" skipped
power R start
check_notified "receiver stopped"
: > $TMP/R.con
check "receiver stopped: reset after the integration" power R reset
check "receiver stopped: the next IPL sees all storage as RAM" expect R "begin ram 32 MB lips 0x3" 5
clean
setup_three 0 32M 16M
power R deactivate && power R activate
check "receiver active: integrate" integrate R D
check_integrated "receiver active"
: > $TMP/R.con
ipl R "case=readzero"
check "receiver active: the first IPL sees all storage as RAM" expect R "begin ram 32 MB lips 0x3" 5
check "receiver active: all of the RAM is zero" passes R readzero 10
clean

# The operator decides when the guest is notified [0038].
setup_three 0 32M 16M
echo manual > $PART/R/notify
check "notify=manual: integrate" integrate R D
check_integrated "notify=manual"
sleep 0.3
same "notify=manual: R is not notified" $(lines R "hotplug (memory|lip) ?[0-9]") 0
same "notify=manual: memory_ost is empty" "$(cat $SYS/R/memory_ost)" ""
echo auto > $PART/R/notify
check_notified "notify=auto"
clean

# A third LPAR is relocated while its lock is held: the integration does not wait for it.
disk 7 64
setup_three 0 32M 16M
power T deactivate
has T 7
power T activate && ipl T "case=tick" && expect T "tick 1" 5
(attempt $PART/T/channels ""; clock; echo "$why $now" > $TMP/busy) &
busy=$!
sleep 1
check "relocated LPAR waits for its guest: integrate" integrate R D
clock
told_at=$now
wait $busy
why="$(cat $TMP/busy)"
matches "relocated LPAR waits for its guest: the guest did not release the channel" "$why" "$ETIMEDOUT"
check "relocated LPAR waits for its guest: integrate did not wait" [ $told_at -lt $((${why##* } - 300)) ]
same "relocated LPAR waits for its guest: its storage has moved" "$(cat $SYS/T/ms_origin)" 33554432
rmchannels

# A guest that refuses the added resources
setup_three 0 32M 16M
power R stop && ipl R "case=hotplug refuse=2 tick=20" && expect R ready 5
check "guest that refuses: integrate" integrate R D
check_integrated "guest that refuses"
expect R "memory 16 MB" 10
within 5 grep -q failed $SYS/R/processor_ost
same "guest that refuses: its answers are shown" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 failed 1
1 failed 1"
# Its guest accepts them from now on; writing "auto" announces them again.
same "refused storage is idle" "$(cat $SYS/R/memory_idle)" 16777216
echo auto > $PART/R/notify
check "guest that refuses: notify=auto announces both again" within 10 sh -c "! grep -qv added $SYS/R/memory_ost $SYS/R/processor_ost"
same "guest that refuses: it acknowledges both" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
1 added 0"
same "guest that refuses: each was announced twice" "$(lines R "hotplug memory") $(lines R "lip 1 works")" "2 2"
echo auto > $PART/R/notify
sleep 0.3
same "guest that refuses: accepted storage is not announced again" $(lines R "hotplug memory") 2
clean

# A donor much larger than the receiver: more than one memory device
mkpart R 0 16M 80M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
mkpart D 16M 80M 0 "2:20"
check "integrate a donor of five times the size" integrate R D
check "the first device: four times the receiver" expect R "memory 64 MB at 16 MB" 20
check "the second device: the rest" expect R "memory 16 MB at 80 MB" 20
same "both are added" "$(cat $SYS/R/memory_ost)" "0 added 0
1 added 0"
matches "the result shows the guest's answers" "$(cat $PART/R/integrate)" \
	"^guest: 80 MB since its IPL: 80 added, 0 pending, 0 failed, 0 not announced"
same "nothing is idle" "$(cat $SYS/R/memory_idle)" 0
clean

# Repeat until the expansion is used up, then return to the original state.
mkpart R 0 16M 32M "1:20" && ipl R "case=hotplug tick=20" && expect R ready 5
pattern_part T 16M 16M "2:10"
for d in 1 2; do
	mkpart D$d $((16 + d * 16))M 16M 0 "1:20 2:20"
	ipl D$d case=burn
done
mkpart D3 64M 16M 0 "2:5"
check "first of two: integrate" integrate R D1
check "first of two: R is notified" expect R "memory 16 MB at 16 MB" 20
check "second of two: integrate" integrate R D2
check "second of two: R is notified" expect R "memory 16 MB at 32 MB" 20
same "second of two: R's storage and expansion" "$(cat $SYS/R/ms_size) $(cat $SYS/R/ms_expansion)" "50331648 0"
same "second of two: R's shares" "$(grep ' R ' $SYS/processor_table)" "1 R 0 60
2 R 1 40"
refused "third: the expansion is used up" $PART/R/integrate D3 "$ENOSPC" \
	"R needs 16 MB more storage, .*only 0 MB"
unharmed "two integrations" T
check "a released donor can be removed" rmdir $PART/D1
power R deactivate
check "a released donor can be deactivated" power D2 deactivate
same "the receiver is defined after deactivate" "$(state R)" defined
finish
