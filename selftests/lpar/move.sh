#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Move a part of one LPAR to another: all kinds of resources, states of both, each step made
# to fail, and what is refused.
. /lpar/lib.sh
. /lpar/libchan.sh
begin 96M 1-2
fault() { echo $1 > $PARAM/integrate_fault; }
echo 16M > $CFS/storage/es_size
disk 3 64
disk 5 64

# setup: R runs; D, which has 32 MB, ES, two channels and three LIPs, has filled its storage
# and is stopped; T between them verifies its memory
setup() {
	mkpart R 0 16M 64M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
	define D 32M 32M 0 "1:20 2:30 2:10"
	echo 8M > $PART/D/es_size
	has D "3 5"
	listen D
	power D activate && ipl D "case=dirty" && passes D dirty 10
	power D stop
	pattern_part T 16M 16M "2:30"
	sums > $TMP/sums
}
# again NAME CMDLINE: load another case in an LPAR with a guest
again() { power $1 stop && : > $TMP/$1.con && ipl "$@"; }
lips() { grep " $1 " $SYS/processor_table; }
owns() { echo "$(cat $SYS/$1/ms_size) $(cat $SYS/$1/ms_expansion) $(cat $SYS/$1/es_size)"; }
things() {
	snapshot | grep -v generation
	cat $CHAN/*/state $CHAN/*/owner $SYS/*/es_size
}

# A part of each resource
setup
part="D ms=16M shares=1:5,2:20 channels=5 es=4M"
before="$(things)"
echo "$part" > $PART/R/move_check
matches "move_check: the plan" "$(cat $PART/R/move_check | tr '\n' ' ')" "part of D into R: ok \
the guest of D ends 202 release channel 5 of D 202 release LIP 0 of D: 5% of CPU 1 \
202 release LIP 2 of D: 10% of CPU 2 202 release LIP 1 of D: 10% of CPU 2 \
202 release storage of D: 16 MB at 48 MB .*205 storage for R: 16 MB at 16 MB"
same "move_check changes nothing" "$(things)" "$before"
check "move a part of each resource" move R "$part"
matches "the result" "$(cat $PART/R/move | tr '\n' ' ')" \
	"^part of D into R: ok 201 stop-donor skipped .*209 report ok .* total 201-209 ok"
matches "the log shows who moved" "$(dmesg | grep 'lpar: R: move')" \
	"R: move part of D, by uid 0, pid [0-9]+ \(.+\)"
same "the sums of storage and shares are unchanged" "$(sums)" "$(cat $TMP/sums)"
same "D keeps the rest, and can grow again" "$(owns D)" "16777216 16777216 4194304"
same "R has the part" "$(owns R)" "33554432 50331648 4194304"
same "D keeps its shares but for the part" "$(lips D)" "1 D 0 15
2 D 1 20"
same "R has these shares, with a new LIP" "$(lips R)" "1 R 0 45
2 R 1 20"
same "only channel 5 has moved" "$(chan 3), $(chan 5)" "configured D, configured R"
same "D's guest has ended" "$(state D)" active
check "R's new storage is empty and usable" expect R "hotplug memory 16 MB at 16 MB" 20
check "R's new LIP works" expect R "lip 1 works" 10
check "R goes on" goes_on R
same "R was not booted again" $(lines R begin) 1
unharmed "move" T
same "D's definition is what it owns" "$(cat $PART/D/ms_size) $(cat $PART/D/shares)" "16M 1:15 2:20"
: > $TMP/D.con
ipl D "case=readzero"
check "D's next IPL has what is left" expect D "begin ram 16 MB lips 0x3" 5
check "D's storage is zero" passes D readzero 10

# The way back: D runs, R gives; then all is as at first but for the places
refused "R cannot give storage while it runs" $PART/D/move "R ms=16M" "$EBUSY" \
	"R is operating: it can only give shares of LIPs that it keeps; stop it first"
again D "case=hotplug tick=20" && expect D ready 5
power R stop
check "move all of it back" move D "R ms=16M shares=1:5,2:20 channels=5 es=4M"
same "D has all that it had" "$(owns D)" "33554432 0 8388608"
same "R has what it had" "$(owns R)" "16777216 67108864 0"
same "the shares are as before" "$(lips D), $(lips R)" "1 D 0 20
2 D 1 40, 1 R 0 40"
same "channel 5 is back" "$(chan 5)" "configured D"
check "D's storage is empty and usable" expect D "hotplug memory 16 MB at 16 MB" 20
unharmed "the way back" T
ipl R "case=readzero"
check "R's storage is zero" passes R readzero 10
check "D goes on" goes_on D

# Shares of LIPs that stay move between guests that run.
again R "case=hotplug burn=1" && expect R ready 5
again D "case=burn" && power T deactivate
check "move shares of a running LPAR" move D "R shares=1:25"
same "both have their new shares" "$(lips D), $(lips R)" "1 D 0 45
2 D 1 40, 1 R 0 15"
same "both still run" "$(state D) $(state R)" "operating operating"
sleep 0.1
uses "both get their new shares" "R/0 D/0" "150 450"
check "back again" move R "D shares=1:25"
refused "the last percent of LIP 0" $PART/D/move "R shares=1:40" "$ENOSPC" \
	"R keeps LIP 0, which is on CPU 1: it can give at most 39 percent of that, not 40"
refused "all of a LIP of a running LPAR" $PART/R/move "D shares=2:40" "$EBUSY" "D is operating"
refused "a channel of a running LPAR" $PART/R/move "D channels=3" "$EBUSY" "D is operating"
refused "ES of a running LPAR" $PART/R/move "D es=2M" "$EBUSY" "D is operating"
rmchannels
disk 3 64
disk 5 64

# Each step made to fail: everything is restored, and D's stopped guest can go on.
mkpart R 0 16M 64M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
define D 32M 32M 0 "1:20 2:30"
echo 4M > $PART/D/es_size
has D "3 5"
listen D
power D activate && ipl D "case=pattern seed=9 step=4096 pause=20000" && expect D "round 1" 20
pattern_part T 16M 16M "2:30"
power D stop
for s in 201 202 203 204 205 206 207 208; do
	before="$(things)"
	fault $s
	attempt $PART/R/move "D ms=16M shares=1:5,2:30 channels=3 es=2M"
	fault 0
	matches "fault at $s: error" "$why" "$EIO"
	matches "fault at $s: the result" "$(head -n 1 $PART/R/move)" \
		"^part of D into R: failed at $s: injected fault in step $s"
	same "fault at $s: everything is restored" "$(things)" "$before"
done
power D start
unharmed "faults" D
unharmed "faults" T
check "faults: R goes on" goes_on R
same "faults: R was not notified" $(lines R "hotplug (memory|lip) ?[0-9]") 0
power D stop
fault 209
attempt $PART/R/move "D ms=16M shares=2:30"
fault 0
matches "fault at 209: error" "$why" "$EIO"
matches "fault at 209: the reason" "$(last_error R)" "the part of D has been moved to R, but"
same "fault at 209: R has the part" "$(owns R)" "33554432 50331648 0"
same "fault at 209: D has the rest" "$(owns D) $(lips D)" "16777216 16777216 4194304 1 D 0 20"

# What is refused
no() { refused "$@"; refused "$1 (check)" ${2}_check "$3" "$4" "$5"; }
to=$PART/R/move
no "no donor" $to "" "$EINVAL" "no donor in front of"
no "an item instead of the donor" $to "ms=2M" "$EINVAL" 'no donor in front of "ms=2M"'
no "a donor that does not exist" $to "NOBODY ms=2M" "$ENOENT" 'there is no LPAR "NOBODY"'
no "from itself" $to "R ms=2M" "$EINVAL" "R cannot give a part of itself to itself"
no "nothing named" $to "D" "$EINVAL" "nothing to move from D"
no "an unknown item" $to "D disks=3" "$EINVAL" 'unknown item "disks=3"'
no "an item twice" $to "D ms=2M ms=2M" "$EINVAL" 'named twice: "ms=2M"'
no "no number" $to "D ms=two" "$EINVAL" 'invalid size "ms=two"'
no "a size that is too large" $to "D ms=99999999999T" "$ERANGE" 'invalid size'
no "no block" $to "D ms=3M" "$EINVAL" "3 MB is not a multiple of the block size, 2 MB"
no "all storage" $to "D ms=16M" "$ENOSPC" "D has 16 MB of storage: it cannot give 16 MB"
no "more ES than there is" $to "D es=6M" "$ENOSPC" "D has 4 MB of expanded storage"
no "more shares than there are" $to "D shares=2:1" "$ENOSPC" "D has 0 percent of CPU 2"
no "a share that is none" $to "D shares=2:x" "$EINVAL" "syntax error"
no "a channel that is not its own" $to "D channels=4" "$ENOENT" "channel 4 does not belong to D"
no "into an LPAR without expansion" $PART/T/move "D ms=2M" "$ENOSPC" \
	"T needs 2 MB more storage, but its expansion is only 0 MB"
esc=$(printf '\033[2J')
no "control bytes" $to "D $esc" "$EINVAL" 'unknown item "\?\[2J"'
define NEW 80M 4M 0 "2:10"
no "from a defined LPAR" $to "NEW ms=2M" "$EINVAL" "NEW is defined: cannot give resources"
no "to a defined LPAR" $PART/NEW/move "D ms=2M" "$EINVAL" "NEW is defined: cannot take resources"
unharmed "refusals" T

# A failed donor stays failed; storage that it gives in pieces ends up in the receiver.
ipl D case=triple
within 5 is D failed
for n in 1 2 3; do
	check "a failed donor gives, $n of 3" move R "D ms=4M"
done
same "the failed donor has the rest" "$(state D) $(owns D)" "failed 4194304 29360128 4194304"
same "R has all pieces" "$(owns R)" "46137344 37748736 0"
again R case=readzero
check "all of R's storage is zero" passes R readzero 20
check "an LPAR that gave the rest can be integrated" integrate R D
same "D is released" "$(state D)" released
unharmed "at the end" T
rmchannels
echo 0 > $CFS/storage/es_size
finish
