#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock guest reboots in every way that it knows, and what follows is the admin's
# choice.
. /lpar/lib.sh
. /lpar/stock.sh
begin 192M 1-2

# Ends that a bare program makes: they cost no boot.
# ends CASE ATTRIBUTE CHOICE STATE: with that choice a case that ends itself leaves
# the LPAR in that state
ends() {
	define A 0 16M 0 "1:50" && listen A
	echo $3 > $PART/A/$2
	power A activate && ipl A "case=$1"
	check "$1, $2 $3: $4" within 10 is A $4
}

define A 0 16M 0 "1:50"
same "on_reset: the default" "$(cat $PART/A/on_reset)" restart
same "on_triple_fault: the default" "$(cat $PART/A/on_triple_fault)" fail
refused "on_reset: another word" $PART/A/on_reset reboot "$EINVAL" "keep, restart, fail"
rmdir $PART/A

ends triple on_triple_fault keep stopped
matches "kept: the reason" "$(last_error A)" "LIP 0 had a triple fault at rip 0x.*; stopped"
: > $TMP/A.con
check "kept: start loads it again" power A start
check "kept: it runs" expect A "TINY triple begin" 5
check "kept: and is kept again" within 10 is A stopped
echo case=hello > $PART/A/cmdline
check "kept: load" power A load
check "kept: another guest runs there" passes A hello 5
rmpart A

ends triple on_triple_fault fail failed
check "failed: another command line" ipl A case=hello
check "failed: load" passes A hello 5
rmpart A
ends triple on_triple_fault fail failed
echo case=hello > $PART/A/cmdline
: > $TMP/A.con
check "failed: reset" power A reset
check "failed: it runs after reset" passes A hello 5
same "failed: the reason has gone" "$(last_error A)" ""
rmpart A

define A 0 16M 0 "1:50" && listen A
echo restart > $PART/A/on_triple_fault
power A activate && ipl A case=triple
check "a triple fault restarts it" within 10 more_lines A "TINY triple begin" 2
matches "and is told" "$(last_error A)" "triple fault at rip 0x.*; loaded again"
check "stop" power A stop
rmpart A

# By the keyboard controller and by the chipset: nothing runs behind that.
for how in "port=0x64 val=0xfe" "port=0xcf9 val=0x06" "port=0xcf9 val=0x0e"; do
	ends "resets $how" on_reset keep stopped
	same "$how: nothing ran behind it" $(lines A "still here") 0
	matches "$how: it read" "$(console A)" "resets: reads 0x0$"
	rmpart A
done
ends "resets port=0x64 val=0xfe" on_reset fail failed
matches "on_reset fail: the reason" "$(last_error A)" "asked for a reset"
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0x64 val=0xfe"
check "on_reset restart: it comes again" within 10 more_lines A "TINY resets: reads" 2
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0xcf9 val=0x02"
check "no reset without RST_CPU" expect A "still here" 5
rmpart A
mkpart A 0 16M 0 "1:50" && ipl A "case=resets port=0x64 val=0xff"
check "no reset without line 0" expect A "still here" 5
rmpart A

need_stock
ready() { lines A "LPAR-GUEST READY"; }
booted() { [ $(ready) -gt $1 ]; }
cmdline() { echo "console=ttyS0 swiotlb=noforce quiet lpar.name=A $1" > $PART/A/cmdline; }

# restarts WAY TRIGGER NEXT: the guest that runs, with WAY, is back after TRIGGER was typed
# there, now with NEXT; the command line of the next IPL can be changed while it is stopped
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
check "activate" power A activate
check "IPL" power A load
check "the guest is up" expect A "LPAR-GUEST READY" 200
# The processor makes a difference for the reset vector and the triple fault only.
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
same "it runs" "$(state A)" operating
matches "a triple fault was the last" "$(last_error A)" "triple fault.*; loaded again"
finish
