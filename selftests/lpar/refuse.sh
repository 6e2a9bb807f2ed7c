#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A machine on which lpar cannot work: the module says what is missing, and
# nothing of it stays. "list" gives each of these a processor of its own.
#
# Usage: refuse.sh none|off|npt|TEXT	what the processor lacks; off: by its firmware
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
	check "the log says why: $wanted" [ $n -gt $said ]
	said=$n
	check "no module is left" [ ! -e /sys/module/lpar ]
	check "no class is left" [ ! -e /sys/class/lpar ]
done
finish
