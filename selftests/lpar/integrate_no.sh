#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Integrations that are refused before anything is stopped, and change nothing.
. /lpar/lib.sh
begin 96M 1-2

mkpart R 0 16M 16M "1:40"
mkpart D 32M 16M 0 "1:20 2:30"
mkpart BIG 48M 18M 0 "2:10"
mkpart OUT 80M 4M 0 "2:10"
define NEW 84M 4M 0 "2:10"
pattern_part T 16M 16M "2:30"
ipl R "case=hotplug tick=20" && expect R ready 5
ipl D "case=tick ms=20" && expect D "tick 1" 5
ipl OUT case=triple
within 5 is OUT failed

# refused_both WHAT DONOR ERROR REASON: by integrate and by integrate_check
refused_both() {
	refused "$1" $PART/R/integrate "$2" "$3" "$4"
	matches "$1: the result" "$(result R)" "^$(echo $2 | cut -c -31) into R: refused: .*"
	refused "$1 (check)" $PART/R/integrate_check "$2" "$3" "$4"
	matches "$1: the plan" "$(cat $PART/R/integrate_check)" "refused: "
}

refused_both "an LPAR that does not exist" NOBODY "$ENOENT" 'there is no LPAR "NOBODY"'
refused_both "into itself" R "$EINVAL" "R cannot be integrated into itself"
refused_both "a donor that owns nothing" NEW "$EINVAL" "NEW is defined"
refused_both "an expansion that is too small" BIG "$ENOSPC" "R needs 18 MB more storage, .*only 16 MB"
refused "an empty name" $PART/R/integrate "" "$EINVAL" "write the name of the donor"
refused "an empty name (check)" $PART/R/integrate_check "" "$EINVAL" "write the name of the donor"
esc=$(printf '\033[2J')
for file in integrate integrate_check; do
	refused "$file: a name with control bytes" $PART/R/$file "$esc" "$ENOENT" "byte 0x1b"
	check "$file: they are not repeated" sh -c "! grep -q '$esc' $PART/R/$file $PART/R/last_error"
done
refused "kernel: control bytes" $PART/NEW/capped "$esc" "$EINVAL" 'invalid value "\?\[2J"'
refused "an invalid name" $PART/R/integrate "../D" "$EINVAL|$ENOENT" "."
refused "into a failed LPAR" $PART/OUT/integrate D "$EINVAL" "OUT is failed"
refused "into a defined LPAR" $PART/NEW/integrate D "$EINVAL" "NEW is defined"
check "R goes on" goes_on R
check "D goes on" goes_on D
unharmed "refusals" T

# A released donor owns nothing.
check "integrate" integrate R D
settled() {
	local before=$(cat $PART/$1/generation)

	sleep 0.3
	[ "$(cat $PART/$1/generation)" = $before ]
}
check "R's guest has answered" within 10 settled R
refused "a released donor" $PART/R/integrate D "$EINVAL" "D is released"
refused "into a released LPAR" $PART/D/integrate BIG "$EINVAL" "D is released"
refused "attributes of a released LPAR" $PART/D/ms_size 2M "$EBUSY" "D is released"
check "a released LPAR can be defined again" power D deactivate
finish
