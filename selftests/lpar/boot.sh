#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: bootdisk
# IPL from the LPAR's own disks, by "lparadm ipl" without a kernel: layouts of distributions,
# a kernel upgrade and a reboot inside, the menu, and disks that do not boot. With the
# argument "first" only the first boot, since all of them take long: "make boottest".
. /lpar/lib.sh
. /lpar/libchan.sh
. /lpar/stock.sh

IMAGE=/var/lib/lpar/boot
if [ ! -e $IMAGE/initrd.img ]; then
	skip "IPL from a disk" "selftests/vm/bootdisk was not run"
	finish
fi

# of_disk NAME CHANNEL CMDLINE: an active LPAR with two LIPs, a disk, and no kernel
of_disk() {
	define $1 0 ${SIZE:-256M} 0 "1:90 2:90" && echo > $PART/$1/kernel &&
		echo auto > $PART/$1/memory_block && echo "$3" > $PART/$1/cmdline &&
		echo $2 > $PART/$1/channels && listen $1 && power $1 activate ||
		{ say "$1: $(last_error $1)"; return 1; }
}

# booted NAME KERNEL: what runs was this file of the disk
booted() { shell $1 "cat /proc/cmdline" "BOOT_IMAGE=$2 " 20; }

modprobe virtio_pci && modprobe virtio_blk
begin 320M 1-2
for c in a:0 b:1 c:2; do
	within 10 [ -b /dev/vd${c%:*} ]
	mkdir $CHAN/${c#*:}
	check "the disk vd${c%:*} is a source" sh -c "echo /dev/vd${c%:*} > $CHAN/${c#*:}/source"
done
disk 3 64

check "an LPAR with a cloud image and no kernel" of_disk A 0 ""
check "lparadm ipl" lparadm ipl A
same "the boot loader image is its kernel" "$(word $PART/A/kernel)" $IMAGE/vmlinuz
check "the menu of grub.cfg is on the console" expect A "^\* *1 +Debian GNU/Linux \(vda1\)" 300
check "the entry of the submenu, too" expect A "^ *2 +Debian GNU/Linux, with Linux 6.1.0-1-amd64 \(vda1\)" 5
check "the default entry is booted, with both LIPs" expect A "LPAR-GUEST READY cloud .*cpus=2" 300
check "it is the kernel that grub.cfg names" booted A /boot/vmlinuz-6.1.0-1-amd64
check "its console was added" shell A "cat /proc/cmdline" "root=UUID=11111111-.* console=ttyS0" 20
if [ "$1" = first ]; then
	rmchannels
	finish
fi
check "a kernel upgrade in the guest" shell A \
	'for m in crc16 crc32c_generic mbcache jbd2 ext4; do insmod /modules/$m.ko; done; mkdir /mnt; mount -t ext4 /dev/vda1 /mnt && sh /mnt/upgrade /mnt && umount /mnt' \
	UPGRADED 60
: > $TMP/A.con
type_in A "reboot
"
check "a reboot inside shows the new menu" expect A "^ *2 +Debian GNU/Linux, with Linux 6.1.0-2-amd64" 300
check "the guest is back" expect A "LPAR-GUEST READY cloud .*cpus=2" 300
check "the new kernel runs" booted A /boot/vmlinuz-6.1.0-2-amd64
rmpart A

check "an LPAR with a Fedora's disk" of_disk A 1 "console=ttyS0 quiet lpar.timeout=60 -- lpar.report=777"
check "lparadm ipl: Fedora" lparadm ipl A
check "the newest kernel is the first entry" expect A "^\* *1 +Fedora Linux \(6.10.0-1.fc40.x86_64\) \(vda2\)" 300
type_in A "2 lpar.interval=999
"
check "the chosen entry is booted from XFS" expect A "LPAR-GUEST READY fedora" 300
check "it is the other kernel" booted A /vmlinuz-6.9.0-1.fc40.x86_64
check "kernelopts, the words of the admin and those of the menu" shell A "cat /proc/cmdline" \
	"root=UUID=6666 rw rootflags=subvol=root quiet lpar.name=fedora lpar.report=777 lpar.interval=999 console=ttyS0" 20
rmpart A

check "an LPAR with btrfs" of_disk A 2 "console=ttyS0 quiet lpar.timeout=60 lpar.wait=10"
check "lparadm ipl: btrfs" lparadm ipl A
check "a grub.cfg that reads itself is reported" expect A "grub.cfg: not read: at most 32 files can be included" 300
check "the menu is shown" expect A "bootable entries on this LPAR" 20
type_in A "
"
check "a missing initrd is reported" expect A "boot: vda: /boot/absent.img does not exist" 300
check "the failure waits for a key" expect A "a panic is reported in 10 s" 10
type_in A "
"
check "the menu is shown again" within 60 more_lines A "bootable entries on this LPAR" 1
type_in A "3
"
check "a file that is no kernel is reported" expect A "boot: kexec refused vda:/@rootfs/boot/grub/grub.cfg: " 60
check "without a key the LPAR fails" within 60 is A failed
matches "failed as after a panic" "$(last_error A)" "the guest's kernel panicked"
echo "console=ttyS0 quiet lpar.entry=good lpar.timeout=0" > $PART/A/cmdline
check "ipl after the failure" lparadm ipl A
check "the admin's entry is booted from btrfs" expect A "LPAR-GUEST READY" 300
check "it has no other initrd" booted A /@rootfs/boot/vmlinuz
rmpart A

SIZE=128M
check "an LPAR of 128 MB with an empty disk" of_disk A 3 "console=ttyS0 quiet lpar.wait=1"
echo keep > $PART/A/on_panic
check "lparadm ipl: empty disk" lparadm ipl A
check "a disk without a boot loader is reported" expect A "boot: no disk has a grub.cfg, boot loader entries or a kernel; disks: vda" 300
check "on_panic selects what follows" within 30 is A stopped
rmpart A
rmchannels
finish
