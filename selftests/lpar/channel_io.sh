#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: module=brd module=dm-delay module=null_blk module=ext4
# needs: module=crc32c_generic
# needs: file=/sbin/dmsetup:/bin/dmsetup file=/usr/bin/fincore:/bin/fincore
# Sources of block channels: block devices and files without the page cache, odd sizes,
# 4096-byte blocks, sources that fail, are slow, or hang.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

NULLB=/sys/kernel/config/nullb

# nullb NAME BLOCK_SIZE MB [CACHE_MB]: a disk in memory; a power cut loses its cache
nullb() {
	local d=$NULLB/$1

	mkdir $d && echo $2 > $d/blocksize && echo $3 > $d/size &&
		echo ${4:-0} > $d/cache_size &&
		echo 1 > $d/memory_backed && echo 1 > $d/discard && echo 1 > $d/power
}

# Kernels name the device differently.
nullb_dev() { ls /dev/$1 /dev/nullb$(cat $NULLB/$1/index) 2> /dev/null | head -n 1; }
power_cut() { echo 0 > $NULLB/$1/power && echo 1 > $NULLB/$1/power; }

# dm NAME TABLE: make /dev/mapper/NAME
dm() { printf "$2" | dmsetup create $1 --noudevsync && dmsetup mknodes $1; }
errors() { cat $CHAN/$1/errors; }
cached() { fincore -nbo PAGES $1 | tr -d " "; }
md5() { md5sum | cut -c1-32; }

need_stock
# A self-built kernel may have them built in, with these parameters on its command line.
[ ! -d /lib/modules ] || {
	modprobe brd rd_nr=5 rd_size=8192 && modprobe dm-mod && modprobe dm-delay &&
		modprobe null_blk nr_devices=0 && modprobe crc32c_generic && modprobe ext4
} || { not_ok "modules are loaded"; finish; }
mkdir -p $TMP
begin 448M 1-3

# Sources
check "disk with 4096-byte blocks" nullb big 4096 8
big=$(nullb_dev big)
check "three disks with a volatile cache" \
	eval "nullb first 512 8 4 && nullb second 512 8 4 && nullb third 512 8 4"
first=$(nullb_dev first) second=$(nullb_dev second) third=$(nullb_dev third)
mke2fs $second > /dev/null 2>&1
mkdir -p $TMP/fs3 && mount -t ext4 $second $TMP/fs3 || not_ok "third file system"
dd if=/dev/zero of=$TMP/fs3/file bs=1M count=2 2> /dev/null
sync
check "second disk with 4096-byte blocks" nullb big2 4096 8
mke2fs -b 4096 $(nullb_dev big2) > /dev/null 2>&1
mkdir -p $TMP/fs4 && mount -t ext4 $(nullb_dev big2) $TMP/fs4 || not_ok "fourth file system"
dd if=/dev/zero of=$TMP/fs4/file bs=1M count=2 2> /dev/null
sync
mke2fs /dev/ram3 > /dev/null 2>&1
mkdir -p $TMP/fs && mount -t ext4 /dev/ram3 $TMP/fs || not_ok "file system"
dd if=/dev/zero of=$TMP/fs/direct bs=1M count=3 2> /dev/null
dd if=/dev/zero of=$TMP/fs/cached bs=1M count=3 2> /dev/null
sync
echo 3 > /proc/sys/vm/drop_caches
dd if=/dev/urandom of=/dev/ram0 bs=1M count=8 2> /dev/null
check "disk with bad sectors" dm bad "0 2048 linear /dev/ram0 0\n2048 2048 error\n4096 12288 linear /dev/ram0 4096\n"
check "disk with 100 ms latency" dm slow "0 16384 delay /dev/ram1 0 100\n"
check "disk with 600 ms latency" dm slower "0 16384 delay /dev/ram1 0 600\n"
check "disk that will fail" dm breaks "0 16384 linear /dev/ram4 0\n"
mke2fs /dev/mapper/breaks > /dev/null 2>&1
mkdir -p $TMP/fs2 && mount -t ext4 /dev/mapper/breaks $TMP/fs2 || not_ok "second file system"
dd if=/dev/zero of=$TMP/fs2/file bs=1M count=2 conv=fsync 2> /dev/null
check "disk that will hang" dm hang "0 16384 linear /dev/ram2 0\n"

# channel ID SOURCE [ATTR VALUE]...
channel() {
	local id=$1 source=$2

	mkdir $CHAN/$id || return
	shift 2
	while [ $# -gt 0 ]; do
		echo $2 > $CHAN/$id/$1 || return
		shift 2
	done
	echo $source > $CHAN/$id/source
}

dd if=/dev/zero of=$TMP/odd bs=1 count=1 seek=1000299 2> /dev/null
mkdir $CHAN/9
echo 1 > $CHAN/9/direct
chan_refused "direct I/O on a file system without it" 9 source $TMP/odd "not supported" "without direct I/O"
chan_refused "direct that is not a boolean" 9 direct maybe "$EINVAL" "invalid value"
echo 0 > $CHAN/9/direct
check "file through the page cache as a source" sh -c "echo $TMP/odd > $CHAN/9/source"
check "the log reports the end of a file that fills no block" sh -c \
	"dmesg | grep -q 'channel 9: the last 364 bytes of $TMP/odd do not fill a block of 512'"
check "channel of the disk with bad sectors" channel 1 /dev/mapper/bad
check "channel of the slow disk" channel 2 /dev/mapper/slow
check "channel of the disk with 4096-byte blocks" channel 3 $big
check "channel of a file with direct I/O" channel 4 $TMP/fs/direct direct 1
check "channel of a cached file" channel 5 $TMP/fs/cached
check "channel of a file with direct I/O on a disk with 4096-byte blocks" channel 15 $TMP/fs4/file direct 1
check "channel of the disk that will hang" channel 6 /dev/mapper/hang
check "channel of a file on the disk that will fail" channel 8 $TMP/fs2/file
check "channel of a file on a disk with a volatile cache" channel 11 $TMP/fs3/file
check "channel of a disk with a volatile cache" channel 12 $third
mkdir $CHAN/7
chan_refused "source in use by device-mapper" 7 source /dev/ram0 "$EBUSY" "/dev/ram0 is in use"

# text FILE BYTE: six bytes from there
text() { dd if=$1 bs=1 skip=$2 count=6 2> /dev/null; }

# A driver that has not negotiated FLUSH
check "channel of the first disk with a volatile cache" channel 10 $first
mkpart T 0 16M 0 "1:90"
echo 10 > $PART/T/channels
ipl T "case=stable"
check "a driver without FLUSH writes" passes T stable 20
check "power is cut" power_cut first
same "writes of a driver without FLUSH are stable" "$(text $first 0)" stable
same "bounced writes of a driver without FLUSH are stable, too" "$(text $first 4096)" stable
rmpart T

# Donors that cannot be asked to shut down, and do not end by themselves
dd if=/dev/zero of=$TMP/scratch bs=1M count=1 2> /dev/null
check "channel of a scratch file" channel 13 $TMP/scratch
check "channel of the slower disk" channel 14 /dev/mapper/slower
for how in failed stopped wild; do
	chan=14 case=underway
	[ $how != wild ] || chan=13 case=wild
	mkpart R 0 16M 16M "1:50"
	mkpart D 16M 16M 0 "2:50"
	ipl R "case=hotplug" && expect R ready 5
	echo $chan > $PART/D/channels
	listen D
	ipl D "case=$case $([ $how != failed ] || echo fail=1)"
	check "$how donor: its disk has requests in flight" expect D "TINY $case" 10
	[ $how != stopped ] || power D stop
	[ $how != failed ] || check "failed donor: it has failed" within 5 is D failed
	clock
	from=$now
	check "$how donor: integrate" integrate R D
	clock
	check "$how donor: integrated within 3 s: $(((now - from) * 10)) ms" [ $((now - from)) -lt 300 ]
	same "$how donor: R owns its channel" "$(cat $CHAN/$chan/owner)" R
	check "$how donor: R has its storage" expect R "hotplug memory 16 MB" 20
	clean
done

define A 0 160M 128M "1:90"
define B 160M 128M 0 "2:90"
define C 288M 128M 0 "3:90"
echo "1 2 3 4 5 9 15" > $PART/A/channels
echo "6 8 10 11 12" > $PART/B/channels
check "A is loaded" linux A
check "B is loaded" linux B
check "C is loaded" linux C
for l in A B C; do
	check "$l is up" expect $l "LPAR-GUEST READY" 240
done
same "the threads have the channel's name" \
	"$(ps | grep -c '\[lpar-ch6/flush\]') $(ps | grep -c '\[lpar-ch6/io[0-3]\]')" "1 4"

# Sizes
check "guest sees 4096-byte blocks" shell A "cat /sys/block/vdc/queue/logical_block_size" "^4096" 20
check "a file has 512-byte blocks on a disk with 4096-byte blocks, too" shell A \
	"cat /sys/block/vdg/queue/logical_block_size /sys/block/vdg/queue/physical_block_size | tr '\n' ' '" "^512 4096" 20
check "blocks of 512 bytes are written and read there" shell A \
	"dd if=/dev/urandom of=/tmp/s bs=512 count=3; dd if=/tmp/s of=/dev/vdg bs=512 seek=7 oflag=direct; dd if=/dev/vdg bs=512 skip=7 count=3 iflag=direct | cmp - /tmp/s" "" 30
check "guest sees the whole disk" shell A "cat /sys/block/vdc/size" "^16384" 20
check "a file of odd size is rounded down to whole sectors" shell A "cat /sys/block/vdf/size" "^1953" 20
check "write in blocks of 4096 bytes" shell A \
	"dd if=/dev/urandom of=/tmp/x bs=64k count=32; dd if=/tmp/x of=/dev/vdc bs=1M oflag=direct; dd if=/dev/vdc bs=1M count=2 iflag=direct | cmp - /tmp/x" "" 60
check "write an odd number of sectors" shell A \
	"dd if=/tmp/x of=/dev/vdf bs=1536 count=600 seek=10 oflag=direct; dd if=/dev/vdf bs=512 skip=30 count=1800 iflag=direct | cmp -n 921600 - /tmp/x" "" 120
zeroes() { same "$1" "$(dd if=$2 bs=4096 skip=$3 count=$4 2> /dev/null | md5)" \
	"$(dd if=/dev/zero bs=4096 count=$4 2> /dev/null | md5)"; }
check "discard on a disk" shell A "blkdiscard -o 4096 -l 8192 /dev/vdc" "" 20
zeroes "discarded blocks read zero" $big 1 2
check "write zeroes on a disk" shell A "/init zero /dev/vdc 65536 131072; grep . /sys/block/vdc/queue/write_zeroes_max_bytes" "^[1-9]" 20
zeroes "zeroed blocks read zero" $big 16 32
check "blocks around them are unchanged" shell A \
	"for n in 0,1 3,13 48,464; do for f in /tmp/x /dev/vdc; do dd if=\$f bs=4096 skip=\${n%,*} count=\${n#*,} 2> /dev/null | md5sum; done | uniq | grep -c . | grep -qx 1 || exit 1; done" "" 30

# stat_of DISK FIELD: 1 and 3 are reads and their sectors, 5 and 7 writes
stat_of() { awk "{ print \$$2 }" /sys/block/$(basename $1)/stat; }
buffers() { awk '/^Buffers:/ { print $2 }' /proc/meminfo; }
kb=$(buffers) reads=$(stat_of $big 1) read=$(stat_of $big 3) writes=$(stat_of $big 5) wrote=$(stat_of $big 7)
check "guest sends large requests" shell A \
	"dd if=/dev/vdc bs=1M iflag=direct of=/dev/null; dd if=/tmp/x of=/dev/vdc bs=1M oflag=direct" "" 60
reads=$(($(stat_of $big 1) - reads)) read=$(($(stat_of $big 3) - read))
writes=$(($(stat_of $big 5) - writes)) wrote=$(($(stat_of $big 7) - wrote))
say "$read sectors in $reads reads, $wrote in $writes writes"
check "all sectors reach the disk" [ $read -ge 16384 -a $wrote -ge 4096 ]
check "requests stay large: 64 KiB and more" [ $((read / reads)) -ge 128 -a $((wrote / writes)) -ge 128 ]
check "requests bypass the host's page cache: $(($(buffers) - kb)) kB" [ $(($(buffers) - kb)) -lt 512 ]
same "no errors with odd sizes" "$(errors 3) $(errors 9)" "0 0"

# Files, with and without the page cache
for d in d e; do
	check "write and read back vd$d" shell A "dd if=/tmp/x of=/dev/vd$d bs=256k oflag=direct && dd if=/dev/vd$d bs=256k count=8 iflag=direct | cmp - /tmp/x" "" 60
done
same "direct file is not in the page cache" "$(cached $TMP/fs/direct)" 0
check "cached file is in the page cache" [ "$(cached $TMP/fs/cached)" -ge 512 ]
check "both files have the same contents" cmp $TMP/fs/direct $TMP/fs/cached
check "write to the direct file bypasses the page cache" shell A \
	"dd if=/dev/zero of=/dev/vdd bs=4096 count=1 seek=3 oflag=direct" "" 20
zeroes "read of the direct file is not stale" $TMP/fs/direct 3 1
for f in d:direct e:cached; do
	n=$(stat -c %b $TMP/fs/${f#*:})
	check "discard on vd${f%:*}" shell A "blkdiscard -o 1048576 -l 524288 /dev/vd${f%:*}" "" 20
	sync
	n=$((n - $(stat -c %b $TMP/fs/${f#*:})))
	check "discard makes a hole in the file of vd${f%:*}: $n sectors less" [ $n -ge 1000 ]
	check "write zeroes on vd${f%:*}" shell A "/init zero /dev/vd${f%:*} 65536 65536 && /init zeroes /dev/vd${f%:*} 65536 65536" "" 20
done

# The host freezes the file system while several writes are in flight.
type_in A 'run=touch /tmp/go; for d in d e; do for i in 1 2 3 4; do (while [ -e /tmp/go ]; do dd if=/tmp/x of=/dev/vd$d bs=4096 count=64 oflag=direct; done) > /dev/null 2>&1 & done; done
'
freeze() {
	local i

	for i in 1 2 3 4 5 6; do
		fsfreeze --freeze $TMP/fs && sleep 0.1 && fsfreeze --unfreeze $TMP/fs || return
	done
	: > $TMP/frozen
}
freeze &
check "the file system is frozen and thawed" within 60 [ -e $TMP/frozen ]
check "A's writes continue after the freeze" shell A "rm /tmp/go; wait; dd if=/tmp/x of=/dev/vdd bs=256k oflag=direct" "" 60
same "no errors by the freeze" "$(errors 4) $(errors 5)" "0 0"

# Requests that wait for the thaw delay neither other reads of the same queue nor a flush.
# (The guest's kernel locks the device during a discard, for dd's lseek as well.)
sync
fsfreeze --freeze $TMP/fs
echo 3 > /proc/sys/vm/drop_caches
waiting='for i in 1 2; do (dd if=/tmp/x of=/dev/vde bs=4096 count=1 seek=$i oflag=direct; touch /tmp/done$i) > /dev/null 2>&1 & done;'
check "two writes wait for the thaw" shell A "rm -f /tmp/done*; $waiting sleep 2; ! ls /tmp | grep done" "" 30
check "reads do not wait for them" shell A "dd if=/dev/vde bs=64k skip=4 count=16 iflag=direct of=/dev/null" "" 30
waiting='(blkdiscard -o 1048576 -l 4096 /dev/vde; touch /tmp/done3) > /dev/null 2>&1 &'
check "a discard waits for the thaw" shell A "$waiting sleep 1; ! ls /tmp | grep done" "" 30
check "a flush does not wait for them" shell A "dd if=/dev/null of=/dev/vde conv=fsync,notrunc" "" 30
check "they still wait" shell A "! ls /tmp | grep done" "" 30
fsfreeze --unfreeze $TMP/fs
check "they end after the thaw" shell A "until [ -e /tmp/done1 -a -e /tmp/done2 -a -e /tmp/done3 ]; do sleep 1; done" "" 30
same "no errors by requests that waited" "$(errors 5)" 0

# A disk with bad sectors
check "read before the bad sectors" shell A "dd if=/dev/vda bs=4096 count=256 iflag=direct of=/dev/null" "" 20
same "no error before the bad sectors" "$(errors 1)" 0
check "read of a bad sector gives an I/O error" shell A \
	"dd if=/dev/vda bs=4096 skip=300 count=1 iflag=direct of=/dev/null || echo FAILS" "FAILS" 20
n=$(errors 1)
check "errors counts the failed read: $n" [ "$n" -ge 1 ]
check "write of a bad sector gives an I/O error" shell A \
	"dd if=/tmp/x bs=4096 seek=301 count=1 oflag=direct of=/dev/vda || echo FAILS" "FAILS" 20
check "errors counts the failed write: $(errors 1)" [ "$(errors 1)" -gt "$n" ]
check "request that extends into bad sectors gives an I/O error" shell A \
	"dd if=/dev/vda bs=64k skip=15 count=2 iflag=direct of=/dev/null || echo FAILS" "FAILS" 20
check "read behind the bad sectors" shell A "dd if=/dev/vda bs=4096 skip=512 count=256 iflag=direct of=/tmp/y; wc -c < /tmp/y" "1048576" 20
same "A is operating after I/O errors" "$(state A)" operating

# A slow disk: 100 ms for each request, several in flight
check "16 slow writes at a time" shell A \
	'(for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do dd if=/tmp/x of=/dev/vdb bs=4096 seek=$i count=1 oflag=direct & done; wait) 2> /dev/null; dd if=/dev/vdb bs=4096 count=16 iflag=direct | md5sum' "" 60

# A disk that fails: the host reports a failed write-back once, and here to the monitor
# table NAME TABLE: replace its table
table() { printf "$2" | dmsetup load $1 && dmsetup suspend --nolockfs --noflush $1 && dmsetup resume --noudevsync $1; }
check "the disk below the file fails" table breaks "0 16384 error\n"
check "B's write succeeds, as it does not flush" shell B \
	"dd if=/dev/urandom of=/dev/vdb bs=64k count=8 oflag=direct" "" 20
attempt $PART/A/integrate B
matches "integrate after a failed write-back: errno" "$why" "$EIO"
matches "integrate after a failed write-back: reason" "$(result A)" "B into A: failed at 202: cannot flush channel 8 of B"
check "the disk below the file works again" table breaks "0 16384 linear /dev/ram4 0\n"
check "B's next flush returns the error" shell B \
	"dd if=/dev/zero of=/dev/vdb bs=4096 count=1 conv=fsync || echo FAILS" "FAILS" 20
check "the error is returned only once" shell B "dd if=/dev/zero of=/dev/vdb bs=4096 count=1 conv=fsync" "" 20

# A hanging disk: only the donor's disk stalls
check "B writes its disk" shell B "dd if=/dev/zero of=/dev/vda bs=64k count=8 oflag=direct" "" 20
check "the disk hangs" dmsetup suspend --noflush --nolockfs --noudevsync hang
type_in B 'run=(dd if=/dev/urandom of=/dev/vda bs=4096 count=4 seek=64 oflag=direct && echo WROTE > /dev/ttyS0) &
'
sleep 1
: > $TMP/B.con
before="$(snapshot | grep -v generation)"
(integrate A B) 2> $TMP/why &
waits=$!
sleep 1
clock
from=$now
check "A's disks work while B's hangs" shell A "dd if=/tmp/x of=/dev/vdc bs=1M oflag=direct" "" 20
check "nobody waits for the resource manager" sh -c "cat $CHAN/*/state $SYS/storage_map > /dev/null"
for verb in stop start nmi deactivate activate; do
	check "C: $verb while a disk hangs and an integration waits" power C $verb
done
define U 416M 16M 16M "3:5" && define W 432M 16M 0 "3:5"
for p in U W; do
	check "$p: activate and load then" eval "power $p activate && ipl $p case=hotplug"
done
check "integrate of two others is refused then, as one is in progress" \
	sh -c "! echo W > $PART/U/integrate 2> /dev/null"
for p in U W; do
	check "$p: stop, start, reset, deactivate then" eval \
		"power $p stop && power $p start && power $p reset && rmpart $p"
done
check "C: deactivate again" power C deactivate
clock
check "all that in 15 s: $(((now - from) * 10)) ms" [ $((now - from)) -lt 1500 ]
check "the integration still waits" kill -0 $waits
check "C can be loaded while an integration waits" linux C
wait $waits
matches "the integration fails: errno" "$(cat $TMP/why)" "timed out"
matches "the integration fails: reason" "$(result A)" "B into A: failed at 202: cannot flush channel 6 of B"
same "the failed integration changed nothing" "$(snapshot | grep -v generation)" "$before"
check "the donor still runs" shell B "echo I live" "I live" 20
# Storage of a donor that keeps a hanging disk: refused before anything has moved.
power B stop
before="$(snapshot | grep -v generation)"
(echo "B ms=2M" > $PART/A/move) 2> /dev/null &
waits=$!
sleep 1
check "a move of storage waits for the disk that the donor keeps" kill -0 $waits
kill -TERM $waits
check "a signal ends it" within 5 sh -c "! kill -0 $waits 2> /dev/null"
same "nothing has moved" "$(snapshot | grep -v generation)" "$before"
matches "its result" "$(head -n 1 $PART/A/move)" \
	"part of B into A: refused: cannot flush channel 6 of B"
check "the donor continues" power B start
check "the disk is resumed" dmsetup resume --noudevsync hang
check "the write that hung completes" expect B "WROTE" 20
check "B writes without a flush" shell B \
	"yes DETACHED | dd of=/dev/vde bs=64k count=4 oflag=direct iflag=fullblock" "" 20
check "integrate after the disk was resumed" integrate A B
check "A finds the disk that hung" expect A "HOTPLUG vdh online" 60
check "A reads the disk that hung" shell A "dd if=/dev/vdh bs=4096 count=68 iflag=direct of=/dev/null" "" 20
same "no errors of the disk that hung" "$(errors 6)" 0

# A power cut loses what A was not told is stable.
writes() { printf "yes %s | dd of=/dev/\$(basename \$(dirname \$(grep -lx lpar-%s /sys/block/vd*/serial))) bs=64k count=4 iflag=fullblock %s" "$@"; }
check "A has the donor's other disks" shell A "until [ \$(ls /sys/block | grep -c vd) = 12 ]; do sleep 1; done" "" 30
# What was on the disk before does not go through its cache: write elsewhere.
check "A writes channel 10 with a flush" shell A "$(writes FLUSHED 10 'seek=32 conv=fsync')" "" 30
check "A writes channel 11 with a flush" shell A "$(writes FLUSHED 11 conv=fsync)" "" 30
check "A writes channel 10 without a flush" shell A "$(writes FORGOTTEN 10 'seek=16 oflag=direct')" "" 30
check "power is cut to three disks" eval "power_cut first && power_cut second && power_cut third"
power A deactivate
umount $TMP/fs3
check "the file system can be mounted" mount -t ext4 $second $TMP/fs3
same "flushed data is on the disk" \
	"$(dd if=$first bs=64k skip=32 count=1 2> /dev/null | head -c 7)" FLUSHED
same "flushed data is in the file" "$(head -c 7 $TMP/fs3/file)" FLUSHED
same "step 202 flushed what B wrote" "$(head -c 8 $third)" DETACHED
check "unflushed data is lost" sh -c "! dd if=$first bs=64k skip=16 count=4 2> /dev/null | grep -q FORGOTTEN"
same "errors is still readable after the integration" "$([ "$(errors 1)" -ge 2 ] && echo yes)" yes
rmchannels
umount $TMP/fs $TMP/fs2 $TMP/fs3
dmsetup remove --noudevsync bad
dmsetup remove --noudevsync slow
dmsetup remove --noudevsync slower
dmsetup remove --noudevsync hang
dmsetup remove --noudevsync breaks
finish
