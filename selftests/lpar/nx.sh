#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Large pages that are not executable (iTLB multihit), forced by the module's
# parameter: code runs from small ones, which are there beforehand.
. /lpar/lib.sh
. /lpar/stock.sh

# nx NAME: how many large pages have become small
nx() { awk '$1 == "nx" { print $2 }' $SYS/$1/exits; }

unload && modprobe configfs && insmod $MODULE nx_huge_pages=1 && begin 288M 1-2
same "nx_huge_pages=1" "$(cat $PARAM/nx_huge_pages)" 1
mkpart A 0 16M 0 "1:100 2:100" && ipl A "case=smp"
check "a guest runs" passes A smp 20
n=$(nx A)
check "it made $n pages small, of the 8 that it has" [ "${n:-0}" -ge 1 -a "${n:-0}" -le 16 ]
rmpart A
run_case A hlt 10 "" "1:100 2:100"

if [ -e $GUEST/vmlinux ]; then
	define L 0 128M 0 "1:100 2:100"
	check "a stock guest" linux L
	check "it is up" expect L "LPAR-GUEST READY" 240
	n=$(nx L)
	# Two LIPs may come to the same page at once.
	check "it made $n of its 64 pages small" [ "${n:-0}" -ge 2 -a "${n:-0}" -le 128 ]
	rmpart L
fi
unload && begin 64M 1-2
finish
