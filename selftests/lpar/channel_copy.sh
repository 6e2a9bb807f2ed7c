#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: module=brd
# Block channels of an LPAR whose storage was reserved at boot: the host has no struct
# pages for it, so all data is copied.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

range=$(sed -n 's/.*memmap=\([0-9]*M\)\$\([0-9]*M\).*/\1@\2/p' /proc/cmdline)
[ -n "$range" ] || { skip "a reserved pool" "the host was booted without memmap="; finish; }
need_stock
modprobe brd rd_nr=1 rd_size=8192
mkdir -p $TMP
begin $range 1
dd if=/dev/urandom of=/dev/ram0 bs=1M count=8 2> /dev/null
sum=$(md5sum < /dev/ram0 | cut -c1-32)
disk 1 4096
mkdir $CHAN/0
check "ramdisk as a source" sh -c "echo /dev/ram0 > $CHAN/0/source"
define A 0 160M 0 "1:90"
echo "0 1" > $PART/A/channels
check "A is loaded" linux A
check "A is up" expect A "LPAR-GUEST READY" 240
check "A reads the whole ramdisk" shell A \
	"dd if=/dev/vda bs=256k iflag=direct 2> /dev/null | md5sum" "^$sum" 60
check "A copies to its other disk" shell A \
	"dd if=/dev/vda of=/dev/vdb bs=64k count=64 oflag=direct conv=fsync" "" 60
same "A's copy is complete" "$(md5sum < $TMP/disk1 | cut -c1-32)" \
	"$(head -c 4194304 /dev/ram0 | md5sum | cut -c1-32)"
check "A writes the ramdisk" shell A \
	"dd if=/dev/zero of=/dev/vda bs=4096 seek=7 count=3 oflag=direct conv=fsync; dd if=/dev/vda bs=4096 skip=7 count=3 iflag=direct | md5sum" \
	"^$(dd if=/dev/zero bs=4096 count=3 2> /dev/null | md5sum | cut -c1-32)" 60
same "no I/O errors" "$(cat $CHAN/*/errors | sort -u)" 0
rmchannels
finish
