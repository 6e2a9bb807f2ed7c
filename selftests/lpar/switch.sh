#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Registers keep their values while two guests share a CPU.
. /lpar/lib.sh
begin 64M 1-2

# two CASE [OPTIONS]: in two LPARs, with different values
two() {
	mkpart A 0 16M 0 "1:50" && mkpart B 16M 16M 0 "1:50" &&
		ipl A "case=$1 seed=3 ms=300 $2" && ipl B "case=$1 seed=77 ms=300 $2"
	check "$1 beside another: A" passes A $1 10
	check "$1 beside another: B" passes B $1 10
	rmpart A && rmpart B || not_ok "$1: removed"
}

two fpu
two dr
two msrs
two cr8
two timer late=20

# One guest with FPU state beside one that is reset and stopped
mkpart A 0 16M 0 "1:50" && mkpart B 16M 16M 0 "1:50"
ipl A "case=fpu seed=5 ms=600"
for i in 1 2 3; do
	ipl B "case=fpu seed=$i ms=50"
	passes B fpu 10 || not_ok "B in round $i"
	power B reset
	power B stop
done
check "fpu beside IPLs and stops" passes A fpu 10
finish
