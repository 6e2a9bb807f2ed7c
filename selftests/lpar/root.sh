#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: rootfs module=ext4 module=crc32c_generic
# A Debian on a block channel: its own initramfs finds the disk, systemd boots, and
# somebody logs in on the console. With a net channel, where there are such, it
# reaches the host.
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
channels=0
if echo net > $CHAN/0/type 2> /dev/null; then
	# The type of a channel that has a source already: back to what it was.
	echo block > $CHAN/0/type && echo /dev/vda > $CHAN/0/source
	mkdir $CHAN/1 && echo net > $CHAN/1/type && channels="0 1"
fi
define R 0 512M 0 "1:90 2:90"
echo $channels > $PART/R/channels
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
if [ "$channels" != 0 ]; then
	check "it has a network interface" types R 'ip -br link | grep -c "^e"' "^1" 30
fi
check "it ends by itself" types R poweroff "" 0
check "all the way" within 120 is R active
power R deactivate
same "no errors" "$(cat $CHAN/0/errors)" 0
mkdir -p $TMP/root
check "its disk is clean" mount -t ext4 -o ro,noload /dev/vda $TMP/root
check "and has what it wrote" [ -s $TMP/root/root/by-R ]
umount $TMP/root
rmchannels
finish
