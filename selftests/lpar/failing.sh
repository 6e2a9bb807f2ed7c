#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each allocation of each verb fails in turn: the verb fails with ENOMEM or succeeds, and
# everything is as before. See failing/failing.c.
# needs: failing
. /lpar/lib.sh
. /lpar/libchan.sh
begin 32M 1-2
if ! may_fail; then
	[ -e /lpar/failing.ko ] || { skip "failing allocations" "no headers of this kernel"; finish; }
	insmod /lpar/failing.ko || { not_ok "module failing"; finish; }
fi
echo 8M > $CFS/storage/es_size
disk 1 64
disk 2 64

# fails_in_turn FILE VALUE [UNDO]: each allocation of the write fails in turn
fails_in_turn() {
	local before="$(snapshot | grep -v generation)" text status

	text=$(/lpar/failnth "$@" 2>&1)
	status=$?
	if [ $status = 0 ]; then
		ok "failing allocations: ${1#$CFS/} $2: ${text##*# }"
	else
		not_ok "failing allocations: ${1#$CFS/} $2"
		echo "$text" | sed 's/^/#   /'
	fi
	[ -z "$3" ] || same "failing allocations: ${1#$CFS/} $2: all is as before" \
		"$(snapshot | grep -v generation)" "$before"
}

fails_in_turn $PART/F -
fails_in_turn $CHAN/9 -
mkdir $CHAN/3
fails_in_turn $CHAN/3/source $TMP/disk1 ""
fails_in_turn $CHAN/3/type net block
rmdir $CHAN/3

# With channels and expanded storage, and without
define A 0 8M 8M "1:50 2:50"
for with in "" "1 2"; do
	echo "$with" > $PART/A/channels
	[ -z "$with" ] || echo 4M > $PART/A/es_size
	fails_in_turn $PART/A/power activate deactivate
done
check "activate" power A activate
echo "case=tick ms=20" > $PART/A/cmdline
check "load and stop" eval "power A load && power A stop"
fails_in_turn $PART/A/power load stop
check "load" power A load
fails_in_turn $PART/A/power reset
listen A
check "the guest runs after failed allocations" goes_on A

define B 8M 8M 0 "1:25 2:50"
mkdir $CHAN/4 && echo net > $CHAN/4/type && echo failwire > $CHAN/4/source
disk 5 64
echo "4 5" > $PART/B/channels
check "activate the donor" power B activate
check "load the donor" ipl B case=burn
fails_in_turn $PART/A/integrate_check B
fails_in_turn $PART/A/integrate B
same "the donor is released" "$(state B)" released
check "the receiver runs after failed allocations" goes_on A
rmpart B
rmpart A
rmchannels

echo 0 > $CFS/storage/es_size
echo 0 > $CFS/storage/ms_size
fails_in_turn $CFS/storage/ms_size 4M 0
fails_in_turn $CFS/storage/es_size 4M 0
echo > $CFS/processors/online
fails_in_turn $CFS/processors/online 1-2 ""
[ ! -e /proc/lpar_failing ] || rmmod failing
check "the module can be unloaded after failed allocations" unload
finish
