#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Loading and unloading; KVM and the host's CPUs.
. /lpar/lib.sh
begin 64M 1-2

mkpart A 0 16M 0 "1:50" && ipl A "case=tick ms=20"
refusal=$(rmmod lpar 2>&1) && not_ok "rmmod is refused while an LPAR runs" ||
	ok "rmmod is refused while an LPAR runs: $refusal"
check "the LPAR goes on after rmmod" goes_on A
for c in 1 2; do
	why=$( (echo 0 > /sys/devices/system/cpu/cpu$c/online) 2>&1 | sed 's/.*: //')
	matches "CPU $c cannot go offline" "$why" "$EBUSY"
	same "CPU $c is online" "$(cat /sys/devices/system/cpu/cpu$c/online)" 1
done
check "the LPAR goes on after CPU hotplug" goes_on A
power A deactivate
rmmod lpar 2>/dev/null && not_ok "rmmod is refused while an LPAR is defined" ||
	ok "rmmod is refused while an LPAR is defined"
clean

# KVM must not use the monitor's CPUs.
# Since 6.12 KVM enables virtualisation on every CPU when it is loaded, unless told
# otherwise; 7.x returns EIO if it cannot.
modprobe kvm enable_virt_at_load=0
modprobe $KVM
check "KVM's module is loaded" [ -e /dev/kvm ]
text=$(/lpar/helper kvm 1)
matches "KVM is refused while lpar has CPUs" "$text" "KVM_CREATE_VM: .*($EBUSY|$EIO)"
mkpart A 0 16M 0 "1:50" && ipl A case=hello
check "lpar works after KVM was refused" passes A hello 5
rmpart A
echo > $CFS/processors/online
same "the monitor has no CPU" "$(cat $CFS/processors/online)" ""

# And the other way round
/lpar/helper kvm 3 > $TMP/kvm &
kvm=$!
check "KVM runs when lpar has no CPUs" within 5 grep -q "kvm runs" $TMP/kvm
refused "CPUs that KVM uses" $CFS/processors/online 1-2 "$EBUSY" "$HW is in use on CPU [12] "
check "the kernel log has the same line" eval 'dmesg | grep -q "$HW is in use on CPU [12] "'
kill $kvm
wait $kvm 2>/dev/null
check "CPUs can be given to lpar after KVM has ended" within 5 eval '(echo 1-2 > $CFS/processors/online) 2>/dev/null'
mkpart A 0 16M 0 "1:50" && ipl A case=hello
check "an LPAR runs after KVM has ended" passes A hello 5
rmpart A

# Repeat, without leaks
unload
check "unload the module" [ ! -d /sys/module/lpar ]
text=$(/lpar/helper kvm 0)
matches "KVM runs after unload" "$text" "kvm runs"
mem() { awk '/MemFree/ { f = $2 } /^Cached/ { c = $2 } END { print f + c }' /proc/meminfo; }
# The first guest that CPU 2 has in this module's life begins by SIPI.
once() {
	begin 32M 1-2 && mkpart A 0 16M 8M "1:50 2:20" && ipl A case=smp &&
		passes A smp 5 && rmpart A && unload
}
check "load, run, unload" once
first=$(mem)
for i in 1 2 3 4 5; do
	once || { not_ok "round $i"; break; }
done
last=$(mem)
check "load, run, unload 5 times" [ $i = 5 ]
check "no memory is leaked ($((first - last)) KiB)" [ $((first - last)) -lt 2048 ]
same "no dispatcher thread is left" "$(ps | grep -c '[[]lpar/')" 0

# Disabled by the firmware (VM_CR.SVMDIS). VMX's MSR is locked by now: see "list".
[ $HW = SVM ] || finish
modprobe msr
locked_off() { text=$(/lpar/helper setmsr $1 0xc0010114 0x10 2>&1) && [ "$text" = kept ]; }
if locked_off 2; then
	begin 64M ""
	refused "SVM disabled on one CPU" $CFS/processors/online 1-2 "$EIO" \
		"SVM is switched off by the firmware on CPU 2"
	unload
	locked_off 0 && locked_off 1 || not_ok "VM_CR of CPUs 0 and 1: $text"
	refusal=$(insmod $MODULE 2>&1)
	matches "SVM disabled by the firmware: insmod is refused" \
		"$refusal $(dmesg | grep "lpar: SVM" | tail -n 1)" \
		"not supported.*SVM is switched off by the firmware"
	finish		# it stays disabled
fi
skip "SVM disabled by the firmware: insmod is refused" "QEMU's VM_CR cannot be written ($text)"
begin 64M 1-2
finish
