#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh fuzz|replay TARGET...: build each and run it, as many at once as there are CPUs;
# called by the Makefile. Prints TAP, and last "fuzz: N passed, N failed, N skipped".

# head_of TARGET WORD: print the value of the line "WORD:" among the first ten lines
head_of() { sed -n "1,10s,^/\* *$2: *\(.*[^ ]\) *\*/.*,\1,p" "fuzz_$1.c" | tr '\n' ' '; }

# compiler ARGUMENT...
compiler() {
	# BASE is a list.
	# shellcheck disable=SC2086
	if [ "$how" = fuzz ]; then
		$CLANG $BASE -fsanitize=fuzzer "$@"
	else
		# Not optimised: compiling takes longer than replaying.
		$CC $BASE -O0 -g1 "$@"
	fi
}

# object SOURCE: compile it, once for all targets of this run; print the name
object() {
	o=$OUT/obj/$(echo "$1" | tr / _).o
	(
		flock 9
		[ -e "$o" ] || compiler -c -o "$o" "$KDIR/$1"
	) 9> "$o.lock" && echo "$o"
}

# build TARGET: make $OUT/TARGET
build() {
	objects='' libs='' main=replay.c
	for s in $(head_of "$1" sources); do
		o=$(object "$s") || return
		objects="$objects $o"
	done
	for l in $(head_of "$1" libs); do libs="$libs -l$l"; done
	[ "$how" != fuzz ] || main=
	# These are lists.
	# shellcheck disable=SC2086
	compiler -o "$OUT/$1" $main "fuzz_$1.c" $objects $libs
}

missing_lib() {
	for l in $(head_of "$1" libs); do
		echo "int main(void) { return 0; }" |
			${CC:-cc} -x c - "-l$l" -o /dev/null 2>/dev/null || { echo "$l"; return; }
	done
}

# execute TARGET: run it; its output is in $OUT/TARGET.log
execute() {
	kept=$(find "corpus/$1" -type f 2>/dev/null | sort)
	if [ "$how" = replay ]; then
		# shellcheck disable=SC2086
		"$OUT/$1" $kept
		return
	fi
	mkdir -p "$OUT/found/$1" "$OUT/corpus/$1"
	kept=${kept:+corpus/$1}
	max_len=$(head_of "$1" max_len)
	max_len=$((${max_len:-1024}))
	# Long inputs, of many steps, to begin with: libFuzzer itself begins with one byte.
	[ -n "$(ls "$OUT/corpus/$1")" ] || for i in 1 2 3 4 5 6 7 8; do
		head -c $max_len /dev/urandom > "$OUT/corpus/$1/random$i"
	done
	# shellcheck disable=SC2086
	"$OUT/$1" -max_total_time="$FUZZ_SECONDS" -max_len=$max_len -len_control=0 \
		-timeout=20 -print_final_stats=1 -artifact_prefix="$OUT/found/$1/" "$OUT/corpus/$1" $kept
}

# one TARGET: print its result without a number, and after a failure the end of the log
one() {
	lib=$(missing_lib "$1")
	[ -z "$lib" ] || { echo "ok $1 # SKIP library $lib is not installed"; return; }
	build "$1" > "$OUT/$1.log" 2>&1 || {
		echo "not ok $1: does not build"
		head -n 12 "$OUT/$1.log" | sed 's/^/# /'
		return
	}
	execute "$1" > "$OUT/$1.log" 2>&1
	status=$?
	if [ $status = 0 ]; then
		echo "ok $1$(sed -n 's/^stat::number_of_executed_units: */, inputs: /p' "$OUT/$1.log")"
	else
		echo "not ok $1: ended with status $status, see $OUT/$1.log"
		grep -aE '^fuzz_|ERROR: |runtime error: |^artifact_prefix' "$OUT/$1.log" |
			head -n 8 | cut -c 1-300 | sed 's/^/# /'
	fi
}

# summarise TOTAL: number the results; one that is missing is a failure
summarise() {
	n=0 failed=0 skipped=0
	while IFS= read -r line; do
		case $line in
		'ok '*) ok=ok ;;
		'not ok '*) ok='not ok' failed=$((failed + 1)) ;;
		*) printf '%s\n' "$line"; continue ;;
		esac
		n=$((n + 1))
		case $line in *'# SKIP'*) skipped=$((skipped + 1)) ;; esac
		printf '%s %d - %s\n' "$ok" $n "${line#"$ok "}"
	done
	while [ $n -lt "$1" ]; do
		n=$((n + 1)) failed=$((failed + 1))
		echo "not ok $n - a target gave no result"
	done
	echo "fuzz: $(($1 - failed - skipped)) passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
}

how=$1
shift
# A part of this script's own work, by xargs: the result is written at once.
[ "${1-}" != --one ] || { printf '%s\n' "$(one "$2")"; exit 0; }

[ "$how" != fuzz ] || command -v "$CLANG" > /dev/null || {
	echo "fuzz: 0 passed, 0 failed, $# skipped: $CLANG is not installed"
	exit 0
}
rm -rf "$OUT/obj"
mkdir -p "$OUT/obj"
echo "TAP version 13"
echo "1..$#"
printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" sh "$0" "$how" --one | summarise $#
