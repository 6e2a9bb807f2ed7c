#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest's panic is reported (pvpanic), and on_panic selects what follows; NMI by `power`.
. /lpar/lib.sh
. /lpar/stock.sh
begin 192M 1-2
: > $TMP/uevents
/lpar/helper uevents >> $TMP/uevents &
listener=$!
sleep 0.1
uevent() { within 3 grep -Eq "$1" $TMP/uevents; }

# panics CHOICE: a guest that reports a panic
panics() {
	define A 0 16M 0 "1:50" && listen A
	echo $1 > $PART/A/on_panic
	: > $TMP/uevents
	power A activate && ipl A "case=resets port=0x505 val=1"
}

define A 0 16M 0 "1:50"
same "on_panic defaults to fail" "$(cat $PART/A/on_panic)" fail
refused "on_panic: unknown value" $PART/A/on_panic halt "$EINVAL" "keep, restart or fail"
refused "nmi without a guest" $PART/A/power nmi "$EINVAL" "A is defined: cannot send an NMI"
rmdir $PART/A

panics fail
check "fail: the LPAR has failed" within 10 is A failed
matches "fail: the port lists the events" "$(console A)" "resets: reads 0x3$"
same "fail: no instruction is executed after the report" $(lines A "still here") 0
same "fail: last_error" "$(last_error A)" "A: the guest's kernel panicked"
check "fail: uevent" uevent "STATE=failed.*CHANGED=panic"

# The core of what is left: ELF, LIP 0's registers, 16 MB of storage.
core() { od -An -t$1 -j$2 -N8 $SYS/A/core | tr -d ' '; }
same "core: size" $(cat $SYS/A/core | wc -c) $((4096 + 16777216))
same "core: an ELF file" "$(od -An -c -N4 $SYS/A/core | tr -d ' ')" "177ELF"
# Notes follow the header and two program headers; RIP is the 30th word of the first.
rip=$(core u8 $((64 + 2 * 56 + 20 + 240)))
check "core: RIP is in the guest's kernel ($rip)" [ "$rip" -ge 1048576 -a "$rip" -lt 16777216 ]
rsp=$(core u8 $((64 + 2 * 56 + 20 + 264)))
check "core: RSP is in the guest's storage ($rsp)" [ "$rsp" -ge 32768 -a "$rsp" -lt 16777216 ]
code=$(core x8 $((4096 + rip - 2)))
# out %al,(%dx) is the last instruction of the report.
matches "core: the instruction is there, at its physical address" "$code" "ee(..)?$"
rmpart A

mkpart A 0 16M 0 "1:50"
same "core: an active LPAR has none" "$(cat $SYS/A/core 2>&1 | tail -n 1)" \
	"cat: read error: No data available"
ipl A "case=burn"
same "core: not while the guest runs" "$(cat $SYS/A/core 2>&1 | tail -n 1)" \
	"cat: read error: Device or resource busy"
rmpart A

panics keep
check "keep: the LPAR is stopped" within 10 is A stopped
same "keep: last_error" "$(last_error A)" "A: the guest's kernel panicked; stopped"
check "keep: uevent" uevent "STATE=stopped.*CHANGED=panic"
echo case=hello > $PART/A/cmdline
check "keep: start loads the guest again" power A start
check "keep: the guest runs" passes A hello 5
rmpart A

panics restart
check "restart: the guest is loaded again" within 10 more_lines A "TINY resets: reads" 1
matches "restart: last_error" "$(last_error A)" "A: the guest's kernel panicked; loaded again"
check "restart: uevent" uevent "STATE=operating.*CHANGED=panic"
check "restart: stop" power A stop
rmpart A

# With a crash kernel the guest goes on.
mkpart A 0 16M 0 "1:50"
: > $TMP/uevents
ipl A "case=resets port=0x505 val=2"
check "crash kernel: the guest continues" expect A "still here" 5
same "crash kernel: last_error" "$(last_error A)" \
	"A: the guest's kernel panicked; its crash kernel takes over"
check "crash kernel: uevent" uevent "CHANGED=panic"
rmpart A

mkpart A 0 16M 0 "1:50" && ipl A "case=nmipower off=1"
check "a guest waits for an NMI" expect A "nmipower ready" 5
check "send an NMI" power A nmi
check "the guest receives it" passes A nmipower 5
check "the guest has ended" within 5 is A active
refused "nmi after the guest's end" $PART/A/power nmi "$EINVAL" "cannot send an NMI"
rmpart A

need_stock
driver() { shell A "insmod /modules/pvpanic.ko && insmod /modules/pvpanic-mmio.ko" "RUN exit 0" 20; }
define A 0 160M 0 "1:90"
echo restart > $PART/A/on_panic
check "boot a stock guest" linux A
check "the stock guest is up" expect A "LPAR-GUEST READY" 200
check "its driver finds the device" driver
check "its clock driver finds the time of day" shell A "insmod /modules/ptp_kvm.ko && \
	cat /sys/class/ptp/ptp0/clock_name && ls /dev/ptp0" "KVM virtual PTP" 20
check "send the stock guest an NMI" power A nmi
check "it reports an unknown NMI" shell A "dmesg | grep NMI" "NMI received for unknown reason" 20
type_in A "run=echo c > /proc/sysrq-trigger
"
check "it panics" expect A "Kernel panic" 20
check "it is loaded again" expect A "LPAR-GUEST READY" 200
same "last_error after the panic" "$(last_error A)" \
	"A: the guest's kernel panicked; loaded again"
echo fail > $PART/A/on_panic
check "its driver finds the device again" driver
check "let it panic on an unknown NMI" \
	shell A "echo 1 > /proc/sys/kernel/unknown_nmi_panic" "RUN exit 0" 20
check "send it an NMI" power A nmi
check "the LPAR has failed" within 20 is A failed
same "last_error after the NMI" "$(last_error A)" "A: the guest's kernel panicked"
kill $listener
finish
