#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock guest without kvmclock boots and keeps time: it calibrates the TSC
# and the local APIC's timer against the ACPI PM timer.
. /lpar/lib.sh
. /lpar/stock.sh
begin 192M 1-2

need_stock

uptime() { sed 's/[. ].*//' /proc/uptime; }

# boots ARGUMENT CLOCKSOURCES: check the clock sources and the length of the guest's second
boots() {
	local before after

	define A 0 160M 0 "1:90"
	check "$1: the guest is loaded" linux A $1
	if ! within 500 printed A "LPAR-GUEST READY"; then
		not_ok "$1: the guest boots: $(state A) ($(last_error A))"
		tail -n 25 $TMP/A.con | sed 's/^/#   /'
		vitals A
		rmpart A
		return
	fi
	ok "$1: the guest boots"
	check "$1: the clock sources are tsc and acpi_pm" shell A \
		"cat /sys/devices/system/clocksource/clocksource0/available_clocksource" "$2" 30
	check "$1: the guest finds the PM timer" shell A "dmesg | grep -i 'pm-timer io port'" "0x700" 30
	check "$1: _OSC of the host bridge grants control" shell A "dmesg | grep '_OSC: OS now'" "controls .PCIeCapability." 30
	before=$(uptime)
	check "$1: the guest sleeps for 20 s" shell A "sleep 20" "RUN exit 0" 100
	after=$(($(uptime) - before))
	check "$1: 20 s of the guest are $after s of the host" [ $after -ge 19 -a $after -le 26 ]
	power A stop
	rmpart A
}

boots no-kvmclock "tsc.*acpi_pm"
finish
