#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest's mistake ends its LPAR with a reason; the host and other LPARs go on.
. /lpar/lib.sh
begin 64M 1-2

mkpart N 32M 16M 0 "1:50" && ipl N "case=tick ms=20"
check "the neighbour runs" expect N "tick 2" 5

# check_fails CASE OPTIONS REASON
check_fails() {
	mkpart A 0 16M 0 "1:50" && ipl A "case=$1 $2"
	check "$1 $2: failed" within 10 is A failed
	matches "$1 $2: last_error has the reason" "$(last_error A)" "$3"
	check "$1 $2: the neighbour goes on" goes_on N
	refused "$1 $2: start of the failed LPAR" $PART/A/power start "$EINVAL" "failed"
	check "$1 $2: the failed LPAR is removed" rmpart A
}

check_fails triple "" "triple fault at rip 0x"
check_fails nostorage "" "accessed 0x1000000, where the LPAR has no storage"
check_fails nostorage "at=0x2000000 write=1" "accessed 0x2000000, "
check_fails nostorage "at=0xbffffff8" "accessed 0xbffffff8, "
check_fails nostorage "at=0x140000000" "accessed 0x140000000, "
check_fails fetch "at=0x8000000" "accessed 0x8000000, "
check_fails nostack "" "accessed 0x14000"

# Garbage may fault, loop, or halt, but must not affect anything outside its LPAR.
ends=0
for seed in 1 2 3 4 5 6 7 8; do
	mkpart A 0 16M 0 "1:50" && ipl A "case=garbage seed=$seed"
	within 1 is A failed && ends=$((ends + 1))
	say "seed $seed: $(state A) $(last_error A)"
	rmpart A || not_ok "garbage $seed: removed"
done
check "garbage: most seeds fail ($ends of 8)" [ $ends -ge 4 ]
check "garbage: the neighbour goes on" goes_on N

# The LIP with the fault is not the only one.
mkpart A 0 16M 0 "1:50 2:100" && ipl A "case=lipfault"
check "lipfault: the LPAR failed" within 10 is A failed
matches "lipfault: the reason names the LIP" "$(last_error A)" "LIP 1 had a triple fault"
check "lipfault: the failed LPAR is removed" rmpart A
check "lipfault: the neighbour still runs" goes_on N
check "the neighbour is operating after all faults" is N operating
finish
