#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: rootfs
# needs: module=ext4
# needs: module=crc32c_generic
# A Debian on a block channel: its own initramfs finds the disk, systemd boots, and
# somebody logs in on the console; by its net channel it reaches the host. With the rules
# of the package lpar-guest it uses what an integration gives it, with nobody typing.
. /lpar/lib.sh
. /lpar/libchan.sh

ROOTFS=/lpar/rootfs

if [ ! -e $ROOTFS/vmlinux ]; then
	skip "a Debian of its own" "selftests/vm/rootfs was not run"
	finish
fi

# types NAME TEXT REGEX SECONDS: and what comes of it
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
check "the disk" sh -c "echo /dev/vda > $CHAN/0/source"
mkdir $CHAN/1
check "the network" sh -c "echo net > $CHAN/1/type"
ip addr add 192.168.7.1/24 dev lpar1 && ip link set lpar1 up
define R 0 512M 128M "1:80 2:80"
define D 512M 128M 0 "3:50"
echo "0 1" > $PART/R/channels
echo $ROOTFS/vmlinux > $PART/R/kernel
echo $ROOTFS/initrd.img > $PART/R/initrd
echo "console=ttyS0 root=/dev/vda rw quiet swiotlb=noforce audit=0 apparmor=0 systemd.show_status=0" > $PART/R/cmdline
listen R
check "IPL" sh -c "echo activate > $PART/R/power && echo load > $PART/R/power"
check "a login" expect R "lpar-root login:" 900
check "a user" types R root "Password:" 60
check "and a password" types R integrate "root@lpar-root:" 60
check "what it has booted from" types R "lsblk -no NAME,SERIAL,MOUNTPOINT" "vda *ROOT */" 30
check "systemd is content" types R 'echo systemd: $(systemctl is-system-running --wait)' "systemd: running" 120
check "it can write" types R 'date > /root/by-R && sync && echo DONE $?' "DONE 0" 60
check "it has a network" types R \
	'e=$(ls /sys/class/net | grep ^e); ip addr add 192.168.7.2/24 dev $e; ip link set $e up; echo "on $e"' \
	"on e" 30
check "and reaches the host" types R "ping -c 5 -i 2 192.168.7.1" "bytes from 192.168.7.1" 60
check "the host reaches it" within 20 sh -c "ping -c 1 -W 2 192.168.7.2 > /dev/null"
types R "grep MemTotal /proc/meminfo" "MemTotal: *[0-9]* kB" 30
before=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB.*/\1/p' $TMP/R.con | tail -n 1)
power D activate
check "integrate" sh -c "echo D > $PART/R/integrate"
check "its kernel has added the storage" within 60 grep -q "added 0" $SYS/R/memory_ost
check "and started the processor, with nobody typing" within 60 \
	grep -q running $SYS/R/lips/2/state
check "and uses both" types R \
	'sleep 2; echo CPUs $(cat /sys/devices/system/cpu/online); cat /sys/devices/system/memory/memory4/valid_zones; grep MemTotal /proc/meminfo' \
	"MemTotal: *[0-9]* kB" 60
after=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB.*/\1/p' $TMP/R.con | tail -n 1)
check "128 MB more: $before kB, then $after kB" [ $((after - before)) -gt 126000 ]
# The shell writes an escape sequence in front of the first line.
check "CPUs 0-2" grep -q "CPUs 0-2" $TMP/R.con
check "as memory that it can give back" grep -q "^Movable" $TMP/R.con
type_in R "poweroff
"
check "it ends by itself, all the way" within 120 is R active
power R deactivate
same "no errors" "$(cat $CHAN/0/errors)" 0
mkdir -p $TMP/root
check "its disk is clean" mount -t ext4 -o ro,noload /dev/vda $TMP/root
check "and has what it wrote" [ -s $TMP/root/root/by-R ]
umount $TMP/root
rmchannels
finish
