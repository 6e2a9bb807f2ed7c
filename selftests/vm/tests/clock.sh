#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The TSC frequency given to the host kernel is correct: its own later calibration
# against the HPET or the ACPI timer agrees within 1 %.
told=$(sed -n 's/.*tsc_early_khz=\([0-9]*\).*/\1/p' /proc/cmdline)
found=$(dmesg | sed -n 's/.*Refined TSC clocksource calibration: \([0-9]*\)\.\([0-9]*\) MHz.*/\1\2/p')
echo "# told $told kHz, calibrated ${found:-?} kHz"
if [ -z "$told" ] || [ -z "$found" ]; then
	echo "1..0 # SKIP no calibration on this machine"
	exit 4
fi
found=$(echo "$found" | sed 's/^0*//')
off=$((found > told ? found - told : told - found))
echo 1..2
if [ $((off * 100)) -le "$told" ]; then
	echo "ok 1 the given TSC frequency is within 1 % of the calibrated one"
else
	echo "not ok 1 the given TSC frequency is within 1 % of the calibrated one"
fi
source=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)
if [ "$source" = tsc ]; then
	echo "ok 2 the clocksource is tsc"
else
	echo "not ok 2 the clocksource is tsc, not $source"
fi
