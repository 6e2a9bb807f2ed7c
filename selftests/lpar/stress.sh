#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Concurrent operations, many times
. /lpar/lib.sh
begin 96M 1-2

pattern_part T 80M 16M "2:20"

# Stop and start while all LIPs burn CPU time
mkpart A 0 16M 0 "1:20 1:20 1:20 2:20 2:20" && ipl A case=burnsmp
expect A "burnsmp lip 0" 20
check "60 times stop and start" eval \
	'for i in $(seq 60); do power A stop && power A start || break; done; [ $i = 60 ]'
check "20 times reset" eval \
	'for i in $(seq 20); do power A reset || break; done; [ $i = 20 ]'
check "15 times deactivate, activate, load" eval \
	'for i in $(seq 15); do power A deactivate && power A activate &&
	power A load || break; done; [ $i = 15 ]'
unharmed "loops" T
rmpart A

# Interrupt floods while another LPAR is stopped and started
mkpart A 0 16M 0 "1:40 2:40" && ipl A "case=irqflood ms=1500"
mkpart B 16M 16M 0 "1:20 1:20 2:10 2:10" && ipl B case=burnsmp
for i in $(seq 10); do power B stop; power B start; done
check "interrupt flood beside stop and start" passes A irqflood 20
for i in $(seq 5); do power A reset; sleep 0.05; power A stop; power A start; done
rmpart A && rmpart B

# Two writers to one LPAR's power, and readers of everything
mkpart A 0 16M 0 "1:40" && ipl A case=burn
(for i in $(seq 40); do power A stop; power A start; done) 2>/dev/null &
one=$!
(for i in $(seq 40); do power A start; power A stop; done) 2>/dev/null &
two=$!
(for i in $(seq 20); do snapshot; cat $SYS/A/exits; grep -r . $SYS/A/lips; done) > /dev/null 2>&1 &
three=$!
wait $one $two $three
matches "two writers: the state is valid" "$(state A)" "^(stopped|operating)$"
rmpart A

# mkdir and activate against rmdir
(for i in $(seq 30); do define X 0 2M 0 "1:10"; power X activate; power X deactivate; rmdir $PART/X; done) > /dev/null 2>&1 &
one=$!
(for i in $(seq 60); do rmdir $PART/X; cat $SYS/X/*; cat $SYS/storage_map; done) > /dev/null 2>&1 &
two=$!
wait $one $two
[ ! -d $PART/X ] || { is X defined || power X deactivate; rmdir $PART/X; }
check "mkdir against rmdir: the LPAR can be removed" [ ! -d $PART/X ]

# rmdir of a channel against activate, deactivate and the clearing of storage
CHAN=$CFS/channels/7
dd if=/dev/zero of=$TMP/disk bs=4096 count=4 2> /dev/null
make_channel() { mkdir $CHAN && echo $TMP/disk > $CHAN/source; }
(for i in $(seq 15); do
	define X 0 64M 0 "1:10"; echo 7 > $PART/X/channels
	power X activate && echo $TINY > $PART/X/kernel && power X load
	power X deactivate; rmdir $PART/X
done) > /dev/null 2>&1 &
one=$!
(while [ -d /proc/$one ]; do rmdir $CHAN; make_channel; done) > /dev/null 2>&1 &
two=$!
wait $one $two
[ ! -d $PART/X ] || { power X deactivate; rmdir $PART/X; }
[ ! -d $CHAN ] || check "a channel without an owner can be removed" rmdir $CHAN
check "the channel can be made again" make_channel
define X 0 2M 0 "1:10"; echo 7 > $PART/X/channels
check "activate with the channel" power X activate
same "the channel belongs to the LPAR" "$(cat $CHAN/owner)" X
check "rmdir of an owned channel is refused" sh -c "! rmdir $CHAN 2> /dev/null"
power X deactivate; rmdir $PART/X; rmdir $CHAN

# A net channel's link is changed while its interface is renamed
mkdir $CHAN && echo net > $CHAN/type
(for i in $(seq 40); do echo wire$i > $CHAN/source; done) &
one=$!
(while [ -d /proc/$one ]; do echo down > $CHAN/link; echo up > $CHAN/link; done) &
two=$!
wait $one $two
same "link against source: source is the last name" "$(cat $CHAN/source)" wire40
same "link against source: link is the last value" "$(cat $CHAN/link)" up
check "link against source: only the last interface exists" [ -d /sys/class/net/wire40 -a ! -d /sys/class/net/wire39 ]
rmdir $CHAN

# Two integrations at a time, of three LPARs, and a deactivation
for round in 1 2 3 4; do
	mkpart A 0 8M 32M "1:10" && mkpart B 8M 8M 32M "1:10" && mkpart C 16M 8M 32M "2:10"
	ipl A "case=hotplug" && ipl B "case=burn" && ipl C "case=hotplug"
	sums > $TMP/sums
	(integrate A B) 2>/dev/null &
	one=$!
	(integrate C B) 2>/dev/null &
	two=$!
	wait $one $two
	same "two integrations at a time: sums" "$(sums)" "$(cat $TMP/sums)"
	same "B went into one of them" "$(state B)" released
	(integrate A C) 2>/dev/null &
	one=$!
	power C deactivate 2>/dev/null
	wait $one
	n=$(awk '{ s += $2 } END { print s }' $SYS/storage_map)
	same "integrate against deactivate: storage" $n $(bytes $(cat $CFS/storage/ms_size))
	for p in A B C; do rmpart $p 2>/dev/null || { power $p deactivate; rmdir $PART/$p; }; done
done
unharmed "all that" T
finish
