#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Machines on which lpar cannot work: insmod fails with a message about what is missing,
# and nothing is left. "list" gives each of these a processor of its own.
#
# Usage: refuse.sh none|off|npt|TEXT	what the processor lacks; off: disabled by firmware
. /lpar/lib.sh

case $1 in
none)	wanted="this processor has neither VMX nor SVM" ;;
off)	wanted="$HW is switched off by the firmware" ;;
npt)	wanted="this processor's SVM lacks \"nested paging\"" ;;
*)	wanted="this processor's VMX lacks \"$(echo "$1" | tr _ ' ')\"" ;;
esac

modprobe configfs
said=0
for i in 1 2; do
	text=$(insmod $MODULE 2>&1) && not_ok "insmod, $i. time" ||
		matches "insmod, $i. time: $text" "$text" "Operation not supported"
	n=$(dmesg | grep -c "lpar: .*$wanted")
	check "the log has the reason: $wanted" [ $n -gt $said ]
	said=$n
	check "the module is not loaded" [ ! -e /sys/module/lpar ]
	check "the class does not exist" [ ! -e /sys/class/lpar ]
done
finish
