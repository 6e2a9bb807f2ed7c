#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Run unit test programs, pass their TAP on, end with one summary line. A
# program that crashes, hangs or prints fewer results than it planned has failed.
passed=0 failed=0 skipped=0

for prog in "$@"; do
	echo "# ${prog##*/}"
	out=$(timeout "${UNIT_TIMEOUT:-120}" "$prog" 2>&1)
	status=$?
	printf '%s\n' "$out"
	count() { printf '%s\n' "$out" | grep -c "$1"; }
	planned=$(printf '%s\n' "$out" | sed -n 's/^1\.\.\([0-9]*\)$/\1/p' | head -n 1)
	bad=$(count '^not ok ')
	skip=$(count '^ok .* # SKIP')
	good=$(($(count '^ok ') - skip))
	missing=$((${planned:-1} - bad - skip - good))
	if [ "$missing" -gt 0 ]; then
		echo "# ${prog##*/}: ended with status $status, $missing results missing"
		bad=$((bad + missing))
	elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "# ${prog##*/}: ended with status $status"
		bad=$((bad + 1))
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skip))
done

echo "unit: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
