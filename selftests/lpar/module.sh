#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Loading and unloading; KVM and the host's CPUs.
. /lpar/lib.sh
begin 64M 1-2

mkpart A 0 16M 0 "1:50" && ipl A "case=tick ms=20"
refusal=$(rmmod lpar 2>&1) && not_ok "rmmod with an LPAR that runs" ||
	ok "rmmod with an LPAR that runs: $refusal"
check "it goes on" goes_on A
for c in 1 2; do
	why=$( (echo 0 > /sys/devices/system/cpu/cpu$c/online) 2>&1 | sed 's/.*: //')
	matches "CPU $c cannot go offline" "$why" "$EBUSY"
	same "CPU $c is online" "$(cat /sys/devices/system/cpu/cpu$c/online)" 1
done
check "it goes on" goes_on A
power A deactivate
rmmod lpar 2>/dev/null && not_ok "rmmod with an LPAR defined" ||
	ok "rmmod with an LPAR defined"
clean

# KVM must not come near CPUs that are the monitor's.
# Since 6.12 KVM takes every CPU when it is loaded, unless it is told not to, and
# 7.x calls it an I/O error that it cannot.
modprobe kvm enable_virt_at_load=0
modprobe $KVM
check "KVM's module" [ -e /dev/kvm ]
text=$(/lpar/helper kvm 1)
matches "KVM is refused while lpar has CPUs" "$text" "KVM_CREATE_VM: .*($EBUSY|$EIO)"
mkpart A 0 16M 0 "1:50" && ipl A case=hello
check "lpar works after that" passes A hello 5
rmpart A
echo > $CFS/processors/online
same "no CPU is the monitor's" "$(cat $CFS/processors/online)" ""

# And the other way round
/lpar/helper kvm 3 > $TMP/kvm &
kvm=$!
check "KVM runs when lpar has no CPUs" within 5 grep -q "kvm runs" $TMP/kvm
refused "CPUs that KVM uses" $CFS/processors/online 1-2 "$EBUSY" "$HW is in use on CPU [12]"
kill $kvm
wait $kvm 2>/dev/null
check "and after KVM has gone" within 5 eval '(echo 1-2 > $CFS/processors/online) 2>/dev/null'
mkpart A 0 16M 0 "1:50" && ipl A case=hello
check "an LPAR runs" passes A hello 5
rmpart A

# Again and again, without loss
unload
check "unload" [ ! -d /sys/module/lpar ]
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
check "5 times load, run, unload" [ $i = 5 ]
check "no memory is lost ($((first - last)) KiB)" [ $((first - last)) -lt 2048 ]
same "no dispatcher is left" "$(ps | grep -c '[[]lpar/')" 0

# Switched off by the firmware (VM_CR.SVMDIS). VMX's MSR is locked by now: see "list".
[ $HW = SVM ] || finish
modprobe msr
locked_off() { text=$(/lpar/helper setmsr $1 0xc0010114 0x10 2>&1) && [ "$text" = kept ]; }
if locked_off 2; then
	begin 64M ""
	refused "SVM switched off on one CPU" $CFS/processors/online 1-2 "$EIO" \
		"SVM is switched off on CPU 2"
	unload
	locked_off 0 && locked_off 1 || not_ok "VM_CR of CPUs 0 and 1: $text"
	refusal=$(insmod $MODULE 2>&1)
	matches "SVM switched off: refused" \
		"$refusal $(dmesg | grep "lpar: SVM" | tail -n 1)" \
		"not supported.*SVM is switched off by the firmware"
	finish		# it stays off
fi
skip "SVM switched off: refused" "QEMU's VM_CR cannot be written ($text)"
begin 64M 1-2
finish
