#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Block channels: attributes, a stock guest that uses its disk, and step 206.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

begin 416M 1-2
dd if=/dev/zero of=$TMP/disk9 bs=1024 count=64 2> /dev/null

# What the admin can write
for bad in 128 x -1 01 +1; do
	check "no channel $bad" sh -c "! mkdir $CHAN/$bad 2> /dev/null"
done
check "channel 3" disk 3 64
same "type" "$(cat $CHAN/3/type)" block
same "nobody has it" "$(chan 3)" "reserved "
matches "it is there once" "$(mkdir $CHAN/3 2>&1)" "$EEXIST"
same "serial" "$(cat $CHAN/3/serial)" lpar-3
chan_refused "a source that is not there" 3 source /none "$ENOENT" "/none does not exist"
chan_refused "a directory" 3 source /tmp "$EINVAL|directory" "/tmp"
chan_refused "a tty" 3 source /dev/null "$EINVAL" "neither a block device nor a file"
chan_refused "an attribute" 3 source $CHAN/3/serial "$EINVAL" "neither"
: > $TMP/empty
chan_refused "an empty file" 3 source $TMP/empty "$ENODATA" "is empty"
chan_refused "another type" 3 type tape "$EINVAL" 'there are: block'
chan_refused "a long serial" 3 serial 123456789012345678901 "too long" "20 are possible"
chan_refused "readonly" 3 readonly maybe "$EINVAL" "cannot read"
echo DISK-3 > $CHAN/3/serial
same "serial" "$(cat $CHAN/3/serial)" DISK-3

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
refused "no list of channels" $PART/A/channels "3 x" "$EINVAL" "column 3"
refused "a channel that cannot be" $PART/A/channels 128 "$ERANGE" "0 to 127"
echo "5,3" > $PART/A/channels
same "the list" "$(cat $PART/A/channels)" "3 5"
refused "a channel that is not there" $PART/A/power activate "$ENOENT" "there is no channel 5"
echo 3 > $PART/A/channels
check "an owner" power A activate
same "it has it" "$(chan 3)" "configured A"
matches "an owned channel stays" "$(rmdir $CHAN/3 2>&1)" "$EBUSY"
chan_refused "an owned channel" 3 source /dev/zero "$EBUSY" "belongs to A"
chan_refused "its serial" 3 serial NEW "$EBUSY" "channel 3 belongs to A"
refused "one more that is not there" $PART/A/channels "3 5" "$ENOENT" "there is no channel 5"
check "an active LPAR gives it back" has A ""
same "nobody has it" "$(chan 3), $(cat $PART/A/channels)" "reserved , "
check "and gets it" has A 3
same "it has it again" "$(chan 3)" "configured A"
echo 3 > $PART/B/channels
refused "another LPAR's channel" $PART/B/power activate "$EBUSY" "channel 3 belongs to A"
mkdir $CHAN/4
echo $TMP/disk3 > $CHAN/4/source
echo 4 > $PART/B/channels
refused "another channel's source" $PART/B/power activate "$EBUSY" "source of channel 4 .*/4/last_error"
same "B has nothing" "$(chan 4)" "reserved "
check "B without it" has B ""
check "B" power B activate
refused "another LPAR's, while active" $PART/B/channels 3 "$EBUSY" "channel 3 belongs to A"
refused "its source, while active" $PART/B/channels 4 "$EBUSY" "source of channel 4"
same "B has nothing still" "$(chan 4)" "reserved "
power B deactivate
echo $TINY > $PART/A/kernel
echo "case=tick" > $PART/A/cmdline
check "a guest that does not listen" power A load
refused "it does not give it back" $PART/A/channels "" "$ETIMEDOUT" \
	"the guest of A has not given channel 3 back within 10 s"
same "it has it still" "$(chan 3)" "configured A"
# 129: ACPI's "device in use by application"; 132: "ejection in progress"
listen A
load_again() { power A stop && ipl A "case=eject $1" && expect A "eject ready" 5; }
check "a guest that says no" load_again "answer=129"
attempt $PART/A/channels ""
matches "it keeps it" "$why" "$EBUSY"
matches "and why" "$(last_error A)" "the guest of A does not give channel 3 back \(_OST 129\)"
same "its answer" "$(cat $SYS/A/channel_ost)" "3 failed 129"
same "it has it still" "$(chan 3)" "configured A"
check "a guest that takes its time" load_again "answer=132 give=1"
check "gives it back" has A ""
same "nobody has it" "$(chan 3)" "reserved "
check "and gets it" has A 3
check "it says so" within 10 grep -q "3 added 0" $SYS/A/channel_ost
power A stop
refused "a stopped one cannot" $PART/A/channels "" "$EBUSY" "A is stopped"
check "the owner gives it back" power A deactivate

# A guest that asks for data where it has no storage
printf HOSTDATA | dd of=$TMP/disk3 conv=notrunc 2> /dev/null
sum3=$(md5sum < $TMP/disk3)
power A activate
ipl A "case=disk"
check "a disk refuses what is no storage of the guest's" passes A disk 20
check "and is read all the same" printed A "disk says HOSTDATA"
same "the source is as it was" "$(md5sum < $TMP/disk3)" "$sum3"
power A deactivate
same "nobody has it again" "$(chan 3)" "reserved "

# What two may have, and none can change
for i in 5 6; do
	mkdir $CHAN/$i && echo 1 > $CHAN/$i/readonly && echo $TMP/disk3 > $CHAN/$i/source
done
echo 5 > $PART/A/channels
echo 6 > $PART/B/channels
for l in A B; do
	listen $l
	power $l activate
	check "$l gets a disk that is only to be read" ipl $l "case=readonly"
	check "$l cannot change it" passes $l readonly 20
	check "and reads it" printed $l "readonly says HOSTDATA"
done
same "both have it" "$(chan 5), $(chan 6)" "configured A, configured B"
same "the source is as it was" "$(md5sum < $TMP/disk3)" "$sum3"
refused "a third that would write" $PART/A/channels "3 5" "$EBUSY" "source of channel 3"
power A deactivate
power B deactivate
rmdir $CHAN/5 $CHAN/6
echo 3 > $PART/A/channels

rm $TMP/disk3
refused "a source that went" $PART/A/power activate "$ENOENT" "source of channel 3"
same "A is as before" "$(state A)" defined
rmdir $CHAN/3 $CHAN/4

# A bus has room for 31 devices.
many=$(seq 40 70)
for i in $many 71; do
	mkdir $CHAN/$i && echo 1 > $CHAN/$i/readonly && echo $TMP/disk9 > $CHAN/$i/source
done
owners() { cat $CHAN/*/owner | sort | uniq -c | tr -s ' \n' ' '; }
echo $many 71 > $PART/A/channels
refused "32 channels" $PART/A/power activate "$ENOSPC" "[0-9]+.* slot.*[0-9]+"
same "nobody has any of them" "$(owners)" " 32 "
echo $many > $PART/A/channels
echo 16M > $PART/A/ms_expansion
check "31" power A activate
same "A has them" "$(owners)" " 1 31 A "
refused "one more" $PART/A/channels "$(echo $many 71)" "$ENOSPC" "1 .*slot.* 0 "
same "A has what it had" "$(owners)" " 1 31 A "
check "another has that" has B 71
power B activate
attempt $PART/A/integrate B
matches "an integration with it" "$why" "$ENOSPC"
matches "says why" "$(result A)" "B into A: refused: A .*1 .*slot.* 0 "
same "all have what they had" "$(owners)" " 31 A 1 B "
power A deactivate
power B deactivate
rmchannels

need_stock
disk 0 4096 "of the receiver"
disk 1 4096 "of the donor"
echo DONOR-DISK > $CHAN/1/serial
disk 2 1024 "only to be read"
echo 1 > $CHAN/2/readonly
# Linux takes whole blocks of 128M only.
define R 0 128M 128M "1:60 2:30"
define D 128M 128M 0 "2:60"
echo 0 > $PART/R/channels
echo "1 2" > $PART/D/channels
check "R" linux R
check "D" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "R reads its disk" shell R "head -c 15 /dev/vda" "of the receiver" 20
check "it has a queue for each LIP" shell R 'ls /sys/block/vda/mq | tr "\n" " "' "^0 1 " 20
check "each of them is served" shell R \
	'for i in 1 2; do taskset $i dd if=/dev/vda of=/dev/null bs=4096 count=8 iflag=direct 2> /dev/null || exit 1; done; sed -n "s/^.*: *\([0-9]*\) *\([0-9]*\) .* virtio0-req.\([01]\)$/q\3 \1+\2/p" /proc/interrupts' \
	"^q1 ([1-9][0-9]*[+]|0[+][1-9])" 30
check "by an interrupt of its own" printed R "^q0 ([1-9][0-9]*[+]|0[+][1-9])"
check "D reads its disk" shell D "head -c 12 /dev/vda" "of the donor" 20
check "D's serial" shell D "cat /sys/block/vda/serial" DONOR-DISK 20
check "D's second disk is read only" shell D "cat /sys/block/vdb/ro" "^1" 20
check "D writes" shell D \
	"(dd if=/dev/urandom bs=4096 count=512; sync) > /tmp/x; dd if=/tmp/x of=/dev/vda bs=65536 seek=16 conv=fsync && md5sum /tmp/x" \
	"/tmp/x" 60
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/D.con)
same "its bytes are in the file" \
	"$(dd if=$TMP/disk1 bs=1048576 skip=1 count=2 2> /dev/null | md5sum | cut -c1-32)" "$sum"
check "D writes, and waits for nothing" shell D \
	"dd if=/tmp/x of=/dev/vda bs=65536 seek=16 count=1 skip=1 conv=notrunc" "" 60

# The donor writes and prints the number of what is stable, all the time.
type_in D 'run=(i=0; while i=$((i+1)); do echo $i | dd of=/dev/vda bs=512 conv=sync,fsync 2> /dev/null && echo WROTE $i > /dev/ttyS0; done) &
'
check "D writes on and on" expect D "WROTE [0-9]" 20
for s in 203 206 207 208; do
	fault_at $s R D
	n=$(lines D WROTE)
	check "fault at $s: D still writes" within 10 more_lines D WROTE $n
done
check "R still reads its disk" shell R "head -c 15 /dev/vda" "of the receiver" 20

: > $TMP/R.con
check "integrate" integrate R D
told=$(sed -n 's/^WROTE \([0-9]*\).*/\1/p' $TMP/D.con | tail -n 1)
there=$(head -n 1 $TMP/disk1)
say "the donor was told that $told is stable; $there is on its disk"
check "nothing that was told is lost" [ "${there:-0}" -ge "${told:-9999999}" ]
result R | sed 's/^/# /'
same "step 206" "$(step R 206)" ok
same "R has it all" "$(chan 0), $(chan 1), $(chan 2)" "configured R, configured R, configured R"
same "R's list" "$(cat $PART/R/channels)" "0 1 2"
check "R sees the donor's disk with nobody typing" expect R "HOTPLUG vdb online" 60
check "and the other" expect R "HOTPLUG vdc online" 60
within 20 sh -c "[ \$(grep -c added $SYS/R/channel_ost) = 2 ]"
same "its answers" "$(cat $SYS/R/channel_ost)" "1 added 0
2 added 0"
check "whose is which" shell R "cat /sys/block/vdb/serial" DONOR-DISK 20
check "R reads what D wrote" shell R "dd if=/dev/vdb bs=1M skip=1 count=2 | md5sum" "^[0-9a-f]{32}" 60
got=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
same "to the last byte" "$got" \
	"$(dd if=$TMP/disk1 bs=1048576 skip=1 count=2 2> /dev/null | md5sum | cut -c1-32)"
check "both disks reach what came with it" reaches R 0x8000000 vda vdb
check "R writes it" shell R "echo -n receiver | dd of=/dev/vdb conv=fsync" "" 20
same "its bytes are in the file" "$(head -c 8 $TMP/disk1)" receiver

# Started anew, it has all three, in use or not.
type_in R 'run=(while :; do cat /dev/vda > /dev/vdb; done) &
'
: > $TMP/R.con
check "R is started anew" power R reset
check "R is up again" expect R "LPAR-GUEST READY" 240
check "it has three disks" shell R 'set -- /sys/block/vd*; echo there are $#' "there are 3" 20

# The admin gives it one more, and takes it again.
disk 3 1024 "one more"
check "R gets one more" has R "0 1 2 3"
check "R sees it with nobody typing" expect R "HOTPLUG vdd online" 60
check "R reads it" shell R "head -c 8 /dev/vdd" "one more" 20
check "R writes it, and it stays open" shell R \
	"(sleep 1000 < /dev/vdd &) ; dd if=/dev/urandom of=/dev/vdd bs=4096 count=64 && md5sum < /dev/vdd" "  -" 30
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
check "R is asked for it, and gives it" has R "0 1 2"
same "nobody has it" "$(chan 3)" "reserved "
same "all that R wrote is there" "$(md5sum < $TMP/disk3 | cut -c1-32)" "$sum"
check "it is gone in R" shell R 'ls /sys/block | grep vd | tr "\n" " "' "vda vdb vdc RUN" 20
check "it can be had again" has R "0 1 2 3"
check "R sees it again" within 30 printed R "HOTPLUG vd[de] online"
check "and goes" has R "0 1 2"

# It has a file system of it mounted, with a file that is in its memory only.
mke2fs -F $TMP/disk3 > /dev/null 2>&1
check "it can be had once more" has R "0 1 2 3"
check "R sees it once more" within 30 printed R "HOTPLUG vd[d-f] online"
check "R mounts it" shell R \
	'for m in crc16 crc32c_generic mbcache jbd2 ext4; do [ ! -e /modules/$m.ko ] || insmod /modules/$m.ko; done; d=$(ls -d /dev/vd[d-f]); mkdir /tmp/m; mount -t ext4 $d /tmp/m' \
	"" 30
check "and writes to it" shell R "echo not-yet-written > /tmp/m/f; cat /tmp/m/f" "^not-yet-written" 20
check "the host has nothing of it yet" sh -c "! grep -q not-yet-written $TMP/disk3"
check "R gives it, as it is" has R "0 1 2"
check "the host has it all" grep -q not-yet-written $TMP/disk3
same "nobody has it then" "$(chan 3)" "reserved "
check "R goes on" shell R "umount /tmp/m; head -c 15 /dev/vda" "of the receiver" 20

# The guest gives one back by itself.
check "R ejects a disk" shell R 'for s in /sys/bus/pci/slots/*; do [ $(cat $s/address) != 0000:00:03 ] || echo 0 > $s/power; done' "" 30
same "it is there, and not used" "$(within 10 sh -c "grep -q standby $CHAN/*/state" && cat $CHAN/2/state)" standby
check "R can have it again" has R "0 1 2"
check "R sees it" within 30 printed R "HOTPLUG vd[a-z] online"
same "it is used" "$(cat $CHAN/*/state | sort -u)" "configured
reserved"
power R deactivate
same "all is free" "$(chan 0)$(chan 1)$(chan 2)" "reserved reserved reserved "
rmchannels
finish
