#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh fuzz|replay TARGET...: build each and run it; called by the Makefile. Prints TAP.
how=$1
shift
passed=0 failed=0 skipped=0 n=0

# head_of TARGET WORD: print the value of the line "WORD:" among the first ten lines
head_of() { sed -n "1,10s,^/\* *$2: *\(.*[^ ]\) *\*/.*,\1,p" "fuzz_$1.c" | tr '\n' ' '; }

not_ok() { failed=$((failed + 1)); echo "not ok $n - $1: $2"; }
skip() { skipped=$((skipped + 1)); echo "ok $n - $1 # SKIP $2"; }

# build TARGET: make $OUT/TARGET
build() {
	sources= libs=
	for s in $(head_of "$1" sources); do sources="$sources $KDIR/$s"; done
	for l in $(head_of "$1" libs); do libs="$libs -l$l"; done
	# BASE, sources and libs are lists.
	# shellcheck disable=SC2086
	if [ "$how" = fuzz ]; then
		$CLANG $BASE -fsanitize=fuzzer -o "$OUT/$1" "fuzz_$1.c" $sources $libs
	else
		$CC $BASE -o "$OUT/$1" replay.c "fuzz_$1.c" $sources $libs
	fi
}

missing_lib() {
	for l in $(head_of "$1" libs); do
		echo "int main(void) { return 0; }" |
			${CC:-cc} -x c - "-l$l" -o /dev/null 2>/dev/null || { echo "$l"; return; }
	done
}

[ "$how" != fuzz ] || command -v "$CLANG" > /dev/null || {
	echo "fuzz: 0 passed, 0 failed, $# skipped: $CLANG is not installed"
	exit 0
}
echo "TAP version 13"
echo "1..$#"
for t; do
	n=$((n + 1))
	lib=$(missing_lib "$t")
	[ -z "$lib" ] || { skip "$t" "library $lib is not installed"; continue; }
	build "$t" || { not_ok "$t" "does not build"; continue; }
	kept=$(find "corpus/$t" -type f 2>/dev/null | sort)
	if [ "$how" = fuzz ]; then
		mkdir -p "$OUT/found/$t" "$OUT/corpus/$t"
		kept=${kept:+corpus/$t}
		# shellcheck disable=SC2086
		"$OUT/$t" -max_total_time="$FUZZ_SECONDS" -max_len=4096 -print_final_stats=1 \
			-artifact_prefix="$OUT/found/$t/" "$OUT/corpus/$t" $kept \
			> "$OUT/$t.log" 2>&1
	else
		# shellcheck disable=SC2086
		"$OUT/$t" $kept > "$OUT/$t.log" 2>&1
	fi
	s=$?
	if [ $s = 0 ]; then
		passed=$((passed + 1))
		echo "ok $n - $t$(sed -n 's/^stat::number_of_executed_units: */, inputs: /p' "$OUT/$t.log")"
	else
		tail -n 12 "$OUT/$t.log" | sed 's/^/# /'
		not_ok "$t" "ended with status $s, see $OUT/$t.log"
	fi
done
echo "fuzz: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
