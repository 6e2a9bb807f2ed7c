#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: rootfs
# needs: module=ext4
# needs: module=crc32c_generic
# A Debian on a block channel: its own initramfs finds the disk, systemd boots, and
# somebody logs in on the console; by its net channel it reaches the host.
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
begin 576M 1-2
within 10 [ -b /dev/vda ]
mkdir $CHAN/0
echo ROOT > $CHAN/0/serial
check "the disk" sh -c "echo /dev/vda > $CHAN/0/source"
mkdir $CHAN/1
check "the network" sh -c "echo net > $CHAN/1/type"
ip addr add 192.168.7.1/24 dev lpar1 && ip link set lpar1 up
define R 0 512M 0 "1:90 2:90"
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
