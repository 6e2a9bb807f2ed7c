#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Large pages that are not executable (iTLB multihit), forced by the module's
# parameter: code runs from small pages, whose tables are allocated in advance.
. /lpar/lib.sh
. /lpar/stock.sh

# nx NAME: number of large pages that were split
nx() { awk '$1 == "nx" { print $2 }' $SYS/$1/exits; }

unload && modprobe configfs && insmod $MODULE nx_huge_pages=1 && begin 288M 1-2
same "nx_huge_pages=1" "$(cat $PARAM/nx_huge_pages)" 1
mkpart A 0 16M 0 "1:100 2:100" && ipl A "case=smp"
check "a guest runs with nx_huge_pages" passes A smp 20
n=$(nx A)
check "$n pages of the guest were split, of 8" [ "${n:-0}" -ge 1 -a "${n:-0}" -le 16 ]
rmpart A
run_case A hlt 10 "" "1:100 2:100"

if [ -e $GUEST/vmlinux ]; then
	define L 0 128M 0 "1:100 2:100"
	check "a stock guest is loaded with nx_huge_pages" linux L
	check "the stock guest is up" expect L "LPAR-GUEST READY" 240
	n=$(nx L)
	# Two LIPs may fault on the same page at once.
	check "$n pages of the stock guest were split, of 64" [ "${n:-0}" -ge 2 -a "${n:-0}" -le 128 ]
	rmpart L
fi
unload && begin 64M 1-2
finish
