#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: rootfs
# needs: module=ext4
# needs: module=crc32c_generic
# A Debian on a block channel: its own initramfs finds the disk, systemd boots, and a user
# logs in on the console; it reaches the host by its net channel. With the rules of the
# package lpar-guest it uses what an integration adds without user action.
. /lpar/lib.sh
. /lpar/libchan.sh

ROOTFS=/lpar/rootfs

if [ ! -e $ROOTFS/vmlinux ]; then
	skip "a Debian on a disk" "selftests/vm/rootfs was not run"
	finish
fi

# types NAME TEXT REGEX SECONDS: type a line, expect output
types() {
	: > $TMP/$1.con
	type_in $1 "$2
"
	expect $1 "$3" $4
}

modprobe virtio_pci && modprobe virtio_blk && modprobe crc32c_generic && modprobe ext4
begin 704M 1-3
within 10 [ -b /dev/vda ]
mkdir $CHAN/0
echo ROOT > $CHAN/0/serial
check "the disk is a source" sh -c "echo /dev/vda > $CHAN/0/source"
mkdir $CHAN/1
check "the network channel is made" sh -c "echo net > $CHAN/1/type"
ip addr add 192.168.7.1/24 dev lpar1 && ip link set lpar1 up
define R 0 512M 128M "1:80 2:80"
define D 512M 128M 0 "3:50"
echo "0 1" > $PART/R/channels
echo auto > $PART/R/memory_block
echo $ROOTFS/vmlinux > $PART/R/kernel
echo $ROOTFS/initrd.img > $PART/R/initrd
echo "console=ttyS0 root=/dev/vda rw quiet swiotlb=noforce audit=0 apparmor=0 systemd.show_status=0" > $PART/R/cmdline
listen R
check "load Debian" sh -c "echo activate > $PART/R/power && echo load > $PART/R/power"
check "Debian asks for a login" expect R "lpar-root login:" 900
check "the login asks for a password" types R root "Password:" 60
check "the user is logged in" types R integrate "root@lpar-root:" 60
check "the root file system is on the channel's disk" types R "lsblk -no NAME,SERIAL,MOUNTPOINT" "vda *ROOT */" 30
check "systemd is running without failed units" types R 'echo systemd: $(systemctl is-system-running --wait)' "systemd: running" 120
check "the root file system is writable" types R 'date > /root/by-R && sync && echo DONE $?' "DONE 0" 60
check "the network interface can be configured" types R \
	'e=$(ls /sys/class/net | grep ^e); ip addr add 192.168.7.2/24 dev $e; ip link set $e up; echo "on $e"' \
	"on e" 30
check "Debian reaches the host" types R "ping -c 5 -i 2 192.168.7.1" "bytes from 192.168.7.1" 60
check "the host reaches Debian" within 20 sh -c "ping -c 1 -W 2 192.168.7.2 > /dev/null"
types R "grep MemTotal /proc/meminfo" "MemTotal: *[0-9]* kB" 30
before=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB.*/\1/p' $TMP/R.con | tail -n 1)
power D activate
check "integrate D into R" sh -c "echo D > $PART/R/integrate"
check "Debian's kernel adds the storage" within 60 grep -q "added 0" $SYS/R/memory_ost
check "Debian brings up the processor without user action" within 60 \
	grep -q running $SYS/R/lips/2/state
check "Debian shows its memory and CPUs" types R \
	'sleep 2; echo CPUs $(cat /sys/devices/system/cpu/online); cat /sys/devices/system/memory/memory4/valid_zones; grep MemTotal /proc/meminfo' \
	"MemTotal: *[0-9]* kB" 60
after=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB.*/\1/p' $TMP/R.con | tail -n 1)
check "Debian has 128 MB more: $before kB, then $after kB" [ $((after - before)) -gt 126000 ]
# The shell writes an escape sequence in front of the first line.
check "Debian has CPUs 0-2 online" grep -q "CPUs 0-2" $TMP/R.con
check "the added memory is in ZONE_MOVABLE" grep -q "^Movable" $TMP/R.con
type_in R "poweroff
"
check "Debian powers off by itself" within 120 is R active
power R deactivate
same "no I/O errors" "$(cat $CHAN/0/errors)" 0
mkdir -p $TMP/root
check "Debian's file system was unmounted cleanly" mount -t ext4 -o ro,noload /dev/vda $TMP/root
check "Debian's file system has the file it wrote" [ -s $TMP/root/root/by-R ]
umount $TMP/root
rmchannels
finish
