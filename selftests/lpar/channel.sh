#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Block channels: attributes, a stock guest that uses its disk, and step 206.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

begin 416M 1-2
dd if=/dev/zero of=$TMP/disk9 bs=1024 count=64 2> /dev/null

# Attributes that the admin can write
for bad in 128 x -1 01 +1; do
	check "mkdir of channel \"$bad\" is refused" sh -c "! mkdir $CHAN/$bad 2> /dev/null"
	same "channel \"$bad\": the reason" "$(cat $CHAN/last_error)" \
		"\"$bad\" is not a channel id (0-127)"
done
check "channel 3 can be created" disk 3 64
same "type of a new channel is block" "$(cat $CHAN/3/type)" block
same "a new channel has no owner" "$(chan 3)" "reserved "
matches "mkdir of an existing channel is refused" "$(mkdir $CHAN/3 2>&1)" "$EEXIST"
same "serial defaults to lpar-3" "$(cat $CHAN/3/serial)" lpar-3
chan_refused "source that does not exist" 3 source /none "$ENOENT" "/none does not exist"
chan_refused "source that is a directory" 3 source /tmp "$EINVAL|directory" "/tmp"
chan_refused "source that is a tty" 3 source /dev/null "$EINVAL" "neither a block device nor a file"
chan_refused "source that is an attribute" 3 source $CHAN/3/serial "$EINVAL" "neither"
ln -s $CHAN/3/serial $TMP/attribute
for alias in /$CHAN/3/serial /proc/self/root$CHAN/3/serial $TMP/attribute; do
	chan_refused "the same as $alias" 3 source $alias "$EINVAL" "neither"
done
: > $TMP/empty
chan_refused "source that is empty" 3 source $TMP/empty "$ENODATA" "is empty"
chan_refused "unknown type" 3 type tape "$EINVAL" 'valid types: block'
chan_refused "serial that is too long" 3 serial 123456789012345678901 "too long" "the maximum is 20"
chan_refused "readonly that is not a boolean" 3 readonly maybe "$EINVAL" "invalid value"
echo DISK-3 > $CHAN/3/serial
same "serial can be changed" "$(cat $CHAN/3/serial)" DISK-3

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
refused "channel list with a syntax error" $PART/A/channels "3 x" "$EINVAL" "column 3"
refused "channel id out of range" $PART/A/channels 128 "$ERANGE" "0 to 127"
echo "5,3" > $PART/A/channels
same "the channel list is printed in order" "$(cat $PART/A/channels)" "3 5"
refused "activate with a channel that does not exist" $PART/A/power activate "$ENOENT" "there is no channel 5"
echo 3 > $PART/A/channels
check "activate with a channel" power A activate
same "the channel belongs to A" "$(chan 3)" "configured A"
matches "rmdir of an owned channel is refused" "$(rmdir $CHAN/3 2>&1)" "$EBUSY"
chan_refused "source of an owned channel" 3 source /dev/zero "$EBUSY" "belongs to A"
chan_refused "serial of an owned channel" 3 serial NEW "$EBUSY" "channel 3 belongs to A"
refused "channel that does not exist, for an active LPAR" $PART/A/channels "3 5" "$ENOENT" "there is no channel 5"
check "an active LPAR can release its channel" has A ""
same "the released channel has no owner" "$(chan 3), $(cat $PART/A/channels)" "reserved , "
check "an active LPAR can get a channel" has A 3
same "the channel belongs to A again" "$(chan 3)" "configured A"
echo 3 > $PART/B/channels
refused "activate with another LPAR's channel" $PART/B/power activate "$EBUSY" "channel 3 belongs to A"
mkdir $CHAN/4
echo $TMP/disk3 > $CHAN/4/source
echo 4 > $PART/B/channels
refused "activate with a source in use by another channel" $PART/B/power activate "$EBUSY" "source of channel 4 .*/4/last_error"
same "B's channel has no owner after the refusals" "$(chan 4)" "reserved "
check "B without channels can be configured" has B ""
check "B without channels is activated" power B activate
refused "another LPAR's channel, for an active LPAR" $PART/B/channels 3 "$EBUSY" "channel 3 belongs to A"
refused "source in use by another channel, for an active LPAR" $PART/B/channels 4 "$EBUSY" "source of channel 4"
same "B's channel still has no owner" "$(chan 4)" "reserved "
power B deactivate
echo $TINY > $PART/A/kernel
echo "case=tick" > $PART/A/cmdline
check "load a guest that ignores the request to eject" power A load
refused "channel that the guest does not release" $PART/A/channels "" "$ETIMEDOUT" \
	"the guest of A did not eject channel 3 within 10 s"
same "A still has the channel after the timeout" "$(chan 3)" "configured A"
# 129: ACPI's "device in use by application"; 132: "ejection in progress"
listen A
load_again() { power A stop && ipl A "case=eject $1" && expect A "eject ready" 5; }
check "a guest that refuses to eject is ready" load_again "answer=129"
attempt $PART/A/channels ""
matches "refused ejection: errno" "$why" "$EBUSY"
matches "refused ejection: last_error has the guest's _OST code" "$(last_error A)" "the guest of A refused to eject channel 3 \(_OST 129\)"
same "refused ejection: channel_ost shows it" "$(cat $SYS/A/channel_ost)" "3 failed 129"
same "A still has the channel after the refusal" "$(chan 3)" "configured A"
check "a guest that ejects after a while is ready" load_again "answer=132 give=1"
check "a slow guest releases the channel" has A ""
same "the channel has no owner after the ejection" "$(chan 3)" "reserved "
check "A gets the channel back" has A 3
check "the guest acknowledges the added channel" within 10 grep -q "3 added 0" $SYS/A/channel_ost
power A stop
refused "channel of a stopped LPAR" $PART/A/channels "" "$EBUSY" "A is stopped"
check "deactivate the owner" power A deactivate

# A guest that requests I/O to addresses where it has no storage
printf HOSTDATA | dd of=$TMP/disk3 conv=notrunc 2> /dev/null
sum3=$(md5sum < $TMP/disk3)
power A activate
ipl A "case=disk"
check "block device refuses buffers outside the guest's storage" passes A disk 20
check "block device still works after that" printed A "disk says HOSTDATA"
same "source is unchanged by refused requests" "$(md5sum < $TMP/disk3)" "$sum3"
power A deactivate
same "channel 3 has no owner after deactivate" "$(chan 3)" "reserved "

# Read-only channels can share a source.
for i in 5 6; do
	mkdir $CHAN/$i && echo 1 > $CHAN/$i/readonly && echo $TMP/disk3 > $CHAN/$i/source
done
echo 5 > $PART/A/channels
echo 6 > $PART/B/channels
for l in A B; do
	listen $l
	power $l activate
	check "$l is loaded with a read-only disk" ipl $l "case=readonly"
	check "$l cannot write a read-only disk" passes $l readonly 20
	check "$l reads a read-only disk" printed $l "readonly says HOSTDATA"
done
same "two LPARs share a read-only source" "$(chan 5), $(chan 6)" "configured A, configured B"
same "source of read-only disks is unchanged" "$(md5sum < $TMP/disk3)" "$sum3"
refused "writable channel of a source that is shared read-only" $PART/A/channels "3 5" "$EBUSY" "source of channel 3"
power A deactivate
power B deactivate
rmdir $CHAN/5 $CHAN/6
echo 3 > $PART/A/channels

rm $TMP/disk3
refused "activate with a source that was deleted" $PART/A/power activate "$ENOENT" "source of channel 3"
same "A is still defined after the refusal" "$(state A)" defined
rmdir $CHAN/3 $CHAN/4

# The bus has room for 31 devices.
many=$(seq 40 70)
for i in $many 71; do
	mkdir $CHAN/$i && echo 1 > $CHAN/$i/readonly && echo $TMP/disk9 > $CHAN/$i/source
done
owners() { cat $CHAN/*/owner | sort | uniq -c | tr -s ' \n' ' '; }
echo $many 71 > $PART/A/channels
refused "activate with 32 channels" $PART/A/power activate "$ENOSPC" "[0-9]+.* slot.*[0-9]+"
same "no channel has an owner after the refusal" "$(owners)" " 32 "
echo $many > $PART/A/channels
echo 16M > $PART/A/ms_expansion
check "activate with 31 channels" power A activate
same "A owns 31 channels" "$(owners)" " 1 31 A "
refused "32nd channel of an active LPAR" $PART/A/channels "$(echo $many 71)" "$ENOSPC" "1 .*slot.* 0 "
same "A still owns 31 channels" "$(owners)" " 1 31 A "
check "B gets the 32nd channel" has B 71
power B activate
attempt $PART/A/integrate B
matches "integrate without a free slot: errno" "$why" "$ENOSPC"
matches "integrate without a free slot: reason" "$(result A)" "B into A: refused: A .*1 .*slot.* 0 "
same "integrate without a free slot: owners are unchanged" "$(owners)" " 31 A 1 B "
power A deactivate
power B deactivate
rmchannels

need_stock
disk 0 4096 "of the receiver"
disk 1 4096 "of the donor"
echo DONOR-DISK > $CHAN/1/serial
disk 2 1024 "only to be read"
echo 1 > $CHAN/2/readonly
# Linux adds memory only in blocks of 128M.
define R 0 128M 128M "1:60 2:30"
define D 128M 128M 0 "2:60"
echo 0 > $PART/R/channels
echo "1 2" > $PART/D/channels
check "R is loaded" linux R
check "D is loaded" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "R reads its disk" shell R "head -c 15 /dev/vda" "of the receiver" 20
check "R's disk has a queue for each LIP" shell R 'ls /sys/block/vda/mq | tr "\n" " "' "^0 1 " 20
check "queue 1 of R's disk raises interrupts" shell R \
	'for i in 1 2; do taskset $i dd if=/dev/vda of=/dev/null bs=4096 count=8 iflag=direct 2> /dev/null || exit 1; done; sed -n "s/^.*: *\([0-9]*\) *\([0-9]*\) .* virtio0-req.\([01]\)$/q\3 \1+\2/p" /proc/interrupts' \
	"^q1 ([1-9][0-9]*[+]|0[+][1-9])" 30
check "queue 0 of R's disk raises interrupts" printed R "^q0 ([1-9][0-9]*[+]|0[+][1-9])"
check "D reads its disk" shell D "head -c 12 /dev/vda" "of the donor" 20
check "D sees the serial of its disk" shell D "cat /sys/block/vda/serial" DONOR-DISK 20
check "D's second disk is read-only" shell D "cat /sys/block/vdb/ro" "^1" 20
check "D writes its disk" shell D \
	"(dd if=/dev/urandom bs=4096 count=512; sync) > /tmp/x; dd if=/tmp/x of=/dev/vda bs=65536 seek=16 conv=fsync && md5sum /tmp/x" \
	"/tmp/x" 60
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/D.con)
same "the source has D's data" \
	"$(dd if=$TMP/disk1 bs=1048576 skip=1 count=2 2> /dev/null | md5sum | cut -c1-32)" "$sum"
check "D writes without a flush" shell D \
	"dd if=/tmp/x of=/dev/vda bs=65536 seek=16 count=1 skip=1 conv=notrunc" "" 60

# The donor writes all the time and prints the number of each write that is stable.
type_in D 'run=(i=0; while i=$((i+1)); do echo $i | dd of=/dev/vda bs=512 conv=sync,fsync 2> /dev/null && echo WROTE $i > /dev/ttyS0; done) &
'
check "D writes continuously" expect D "WROTE [0-9]" 20
for s in 203 206 207 208; do
	fault_at $s R D
	n=$(lines D WROTE)
	check "fault at $s: D still writes" within 10 more_lines D WROTE $n
done
check "R still reads its disk after the faults" shell R "head -c 15 /dev/vda" "of the receiver" 20

: > $TMP/R.con
check "integrate while D writes" integrate R D
told=$(sed -n 's/^WROTE \([0-9]*\).*/\1/p' $TMP/D.con | tail -n 1)
there=$(head -n 1 $TMP/disk1)
say "the last write that D was told is stable: $told; on its disk: $there"
check "no write that D was told is stable is lost" [ "${there:-0}" -ge "${told:-9999999}" ]
result R | sed 's/^/# /'
same "step 206 is ok" "$(step R 206)" ok
same "R owns all channels" "$(chan 0), $(chan 1), $(chan 2)" "configured R, configured R, configured R"
same "R's channel list has all of them" "$(cat $PART/R/channels)" "0 1 2"
check "R finds the donor's disk without user action" expect R "HOTPLUG vdb online" 60
check "R finds the donor's second disk" expect R "HOTPLUG vdc online" 60
within 20 sh -c "[ \$(grep -c added $SYS/R/channel_ost) = 2 ]"
same "R acknowledges both channels" "$(cat $SYS/R/channel_ost)" "1 added 0
2 added 0"
check "R identifies the donor's disk by its serial" shell R "cat /sys/block/vdb/serial" DONOR-DISK 20
check "R reads the donor's disk" shell R "dd if=/dev/vdb bs=1M skip=1 count=2 | md5sum" "^[0-9a-f]{32}" 60
got=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
same "R reads what D wrote" "$got" \
	"$(dd if=$TMP/disk1 bs=1048576 skip=1 count=2 2> /dev/null | md5sum | cut -c1-32)"
check "both disks can access the storage that was added" reaches R 0x8000000 vda vdb
check "R writes the donor's disk" shell R "echo -n receiver | dd of=/dev/vdb conv=fsync" "" 20
same "the source of D's disk has R's data" "$(head -c 8 $TMP/disk1)" receiver

# After a reset R has all three disks, also if they are in use at that time.
type_in R 'run=(while :; do cat /dev/vda > /dev/vdb; done) &
'
: > $TMP/R.con
check "reset R while it uses its disks" power R reset
check "R is up after the reset" expect R "LPAR-GUEST READY" 240
check "R has three disks after the reset" shell R 'set -- /sys/block/vd*; echo there are $#' "there are 3" 20

# The admin adds a channel to the running guest and removes it.
disk 3 1024 "one more"
check "add a channel to running R" has R "0 1 2 3"
check "R finds the added disk without user action" expect R "HOTPLUG vdd online" 60
check "R reads the added disk" shell R "head -c 8 /dev/vdd" "one more" 20
check "R writes the added disk, and keeps it open" shell R \
	"(sleep 1000 < /dev/vdd &) ; dd if=/dev/urandom of=/dev/vdd bs=4096 count=64 && md5sum < /dev/vdd" "  -" 30
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
check "R ejects the disk on request" has R "0 1 2"
same "the ejected channel has no owner" "$(chan 3)" "reserved "
same "the ejected channel's source has all that R wrote" "$(md5sum < $TMP/disk3 | cut -c1-32)" "$sum"
check "the disk is gone in R" shell R 'ls /sys/block | grep vd | tr "\n" " "' "vda vdb vdc RUN" 20
check "the channel can be added again" has R "0 1 2 3"
check "R finds it again" within 30 printed R "HOTPLUG vd[de] online"
check "R ejects it again" has R "0 1 2"

# The guest has a file system of it mounted, with a file that is only in its page cache.
mke2fs -F $TMP/disk3 > /dev/null 2>&1
check "the channel can be added with a file system" has R "0 1 2 3"
check "R finds the disk with the file system" within 30 printed R "HOTPLUG vd[d-f] online"
check "R mounts the file system" shell R \
	'for m in crc16 crc32c_generic mbcache jbd2 ext4; do [ ! -e /modules/$m.ko ] || insmod /modules/$m.ko; done; d=$(ls -d /dev/vd[d-f]); mkdir /tmp/m; mount -t ext4 $d /tmp/m' \
	"" 30
check "R writes a file without sync" shell R "echo not-yet-written > /tmp/m/f; cat /tmp/m/f" "^not-yet-written" 20
check "the file is not on the host yet" sh -c "! grep -q not-yet-written $TMP/disk3"
check "R ejects the mounted disk" has R "0 1 2"
check "the file was written before the ejection" grep -q not-yet-written $TMP/disk3
same "the channel of the mounted disk has no owner" "$(chan 3)" "reserved "
check "R still works after the ejection" shell R "umount /tmp/m; head -c 15 /dev/vda" "of the receiver" 20

# The guest ejects a disk by itself.
check "R ejects a disk by itself" shell R 'for s in /sys/bus/pci/slots/*; do [ $(cat $s/address) != 0000:00:03 ] || echo 0 > $s/power; done' "" 30
same "a disk ejected by the guest is in standby" "$(within 10 sh -c "grep -q standby $CHAN/*/state" && cat $CHAN/2/state)" standby
check "a disk in standby can be added again" has R "0 1 2"
check "R finds the disk that was in standby" within 30 printed R "HOTPLUG vd[a-z] online"
same "channels are configured or reserved" "$(cat $CHAN/*/state | sort -u)" "configured
reserved"
power R deactivate
same "all channels are free after deactivate" "$(chan 0)$(chan 1)$(chan 2)" "reserved reserved reserved "
rmchannels
finish
