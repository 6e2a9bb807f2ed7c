#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock guest reboots in every way that it has; what follows is set by on_reset and
# on_triple_fault.
. /lpar/lib.sh
. /lpar/stock.sh
begin 192M 1-2

# First bare-metal guests, which boot quickly
# check_end CASE ATTRIBUTE CHOICE STATE: with that choice a guest that resets or crashes
# leaves the LPAR in that state
check_end() {
	define A 0 16M 0 "1:50" && listen A
	echo $3 > $PART/A/$2
	power A activate && ipl A "case=$1"
	check "$1, $2 $3: $4" within 10 is A $4
}

define A 0 16M 0 "1:50"
same "on_reset defaults to restart" "$(cat $PART/A/on_reset)" restart
same "on_triple_fault defaults to fail" "$(cat $PART/A/on_triple_fault)" fail
refused "on_reset: unknown value" $PART/A/on_reset reboot "$EINVAL" "keep, restart or fail"
rmdir $PART/A

check_end triple on_triple_fault keep stopped
matches "keep: last_error has the reason" "$(last_error A)" "LIP 0 had a triple fault at rip 0x.*; stopped"
: > $TMP/A.con
check "keep: start loads the guest again" power A start
check "keep: the guest runs" expect A "TINY triple begin" 5
check "keep: the LPAR is stopped again" within 10 is A stopped
echo case=hello > $PART/A/cmdline
check "keep: load another guest" power A load
check "keep: the other guest runs" passes A hello 5
rmpart A

check_end triple on_triple_fault fail failed
check "fail: load with another command line" ipl A case=hello
check "fail: the other guest runs" passes A hello 5
rmpart A
check_end triple on_triple_fault fail failed
echo case=hello > $PART/A/cmdline
: > $TMP/A.con
check "fail: reset with another command line" power A reset
check "fail: the guest runs after reset" passes A hello 5
same "fail: last_error is empty after reset" "$(last_error A)" ""
rmpart A

define A 0 16M 0 "1:50" && listen A
echo restart > $PART/A/on_triple_fault
power A activate && ipl A case=triple
check "restart: the guest is loaded again and again" within 10 more_lines A "TINY triple begin" 2
matches "restart: last_error has the reason" "$(last_error A)" "triple fault at rip 0x.*; loaded again"
check "restart: stop" power A stop
rmpart A

# Reset by the keyboard controller and by port 0xcf9: no further instruction is executed.
for how in "port=0x64 val=0xfe" "port=0xcf9 val=0x06" "port=0xcf9 val=0x0e"; do
	check_end "resets $how" on_reset keep stopped
	same "$how: no instruction is executed after the reset" $(lines A "still here") 0
	matches "$how: the port reads zero" "$(console A)" "resets: reads 0x0$"
	rmpart A
done
check_end "resets port=0x64 val=0xfe" on_reset fail failed
matches "on_reset fail: last_error has the reason" "$(last_error A)" "asked for a reset"
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0x64 val=0xfe"
check "on_reset restart: the guest is loaded again" within 10 more_lines A "TINY resets: reads" 2
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0xcf9 val=0x02"
check "port 0xcf9 does not reset without RST_CPU" expect A "still here" 5
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0x64 val=0xff"
check "port 0x64 does not reset without a pulse on output 0" expect A "still here" 5
rmpart A

# A reboot finds the files that the admin saw who loaded the guest: here in a chroot.
mkdir -p $TMP/root
mount -t tmpfs none $TMP/root
mkdir $TMP/root/config
mount -t configfs none $TMP/root/config
cp /bin/busybox $TINY $TMP/root
define A 0 16M 0 "1:50" && listen A
echo /tiny > $PART/A/kernel
echo "case=resets port=0x64 val=0xfe" > $PART/A/cmdline
power A activate
refused "load of a file that is only in a chroot" $PART/A/power load "$ENOENT" "cannot be read"
check "load in the chroot" chroot $TMP/root /busybox sh -c 'echo load > /config/lpar/partitions/A/power'
check "the guest reboots with the file in the chroot" within 10 more_lines A "TINY resets: reads" 2
umount $TMP/root/config
check "the chroot is in use" sh -c "! umount $TMP/root 2>/dev/null"
rmpart A
check "the chroot is not in use after deactivate" within 5 umount $TMP/root

need_stock
ready() { lines A "LPAR-GUEST READY"; }
booted() { [ $(ready) -gt $1 ]; }
cmdline() { echo "console=ttyS0 swiotlb=noforce quiet lpar.name=A $1" > $PART/A/cmdline; }

# restarts WAY TRIGGER NEXT: the running guest, booted with WAY, reboots when TRIGGER is
# typed. NEXT becomes the next command line; it can be changed while the LPAR is stopped.
restarts() {
	local before=$(ready)

	power A stop
	cmdline "$3"
	power A start
	type_in A "$2
"
	within 200 booted $before || is A failed
	booted $before && ok "$2, ${1:-no reboot=}: it is back" && return
	not_ok "$2, ${1:-no reboot=}: $(state A) ($(last_error A))"
	tail -n 3 $TMP/A.con | sed 's/^/#   /'
	vitals A
	finish
}

SYSRQ="run=echo b > /proc/sysrq-trigger"
define A 0 160M 0 "1:90"
echo restart > $PART/A/on_triple_fault
echo $GUEST/vmlinux > $PART/A/kernel
echo $GUEST/initramfs.cpio > $PART/A/initrd
cmdline
listen A
check "activate the stock guest's LPAR" power A activate
check "load the stock guest" power A load
check "the stock guest is up" expect A "LPAR-GUEST READY" 200
check "SMBIOS: the guest reads the LPAR's name" \
	shell A "cat /sys/class/dmi/id/chassis_asset_tag" "^A.?\$" 20
check "SMBIOS: the guest reads the UUID" \
	shell A "cat /sys/class/dmi/id/product_uuid" "$(cat $PART/A/uuid)" 20
# Only reset vector and triple fault depend on the processor's vendor.
if [ $HW = SVM ]; then
	restarts "" "run=reboot -f" "panic=1"
	restarts panic=1 crash reboot=acpi
	restarts reboot=acpi reboot reboot=kbd
	restarts reboot=kbd "$SYSRQ" reboot=bios
	restarts reboot=bios "$SYSRQ" reboot=pci
	restarts reboot=pci "$SYSRQ" reboot=efi
	restarts reboot=efi "$SYSRQ" reboot=triple
	restarts reboot=triple "$SYSRQ" ""
else
	restarts "" "$SYSRQ" reboot=triple
	restarts reboot=triple "$SYSRQ" ""
fi
same "the guest is operating after all reboots" "$(state A)" operating
matches "the last reboot was by triple fault" "$(last_error A)" "triple fault.*; loaded again"
finish
