#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Limits for the sizes of files and functions: for the longest ones, and, in all of
# kernel/ and of tools/, for the median and the 90th percentile of the functions.
. "$(dirname "$0")/lib.sh"

file_max=800
func_max=80
func_median=15
func_p90=40

work=build/lint/sizes
mkdir -p build/lint

if ! ctags --version 2>/dev/null | grep -q Universal; then
	skip "sizes" "universal-ctags is not installed"
	tap_end
	exit
fi

for dir in kernel tools; do
	list=$(files $dir -- '\.[chS]')
	[ -n "$list" ] || continue
	out=$(echo "$list" | xargs wc -l | awk -v max=$file_max \
	      '$2 != "total" && $1 > max { print $2 ": " $1 " lines" }')
	verdict "$dir: no file above $file_max lines" "$out"

	funcs=$(files $dir -- '\.c' | xargs ctags -x --kinds-C=f --fields=+ne --_xformat='%F %N %n %e' |
		awk '{ print $4 - $3 + 1, $1 ":" $3 ": " $2 }' | sort -n)
	out=$(echo "$funcs" | awk -v max=$func_max '$1 > max { print $2, $3 ": " $1 " lines" }')
	verdict "$dir: no function above $func_max lines" "$out"

	echo "$funcs" | awk '{ len[NR] = $1 }
		END { print len[int((NR + 1) / 2)], len[int((NR * 9 + 9) / 10)], NR }' > "$work"
	read -r median p90 nr < "$work"
	out=$([ "$median" -le $func_median ] || echo "median is $median")
	verdict "$dir: median of $nr functions is at most $func_median lines" "$out"
	out=$([ "$p90" -le $func_p90 ] || echo "the 90th percentile is $p90")
	verdict "$dir: 90 % of the functions have at most $func_p90 lines" "$out"
done

tap_end
