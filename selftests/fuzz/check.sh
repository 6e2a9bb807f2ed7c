#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Does run.sh report targets that fail, that do not build, and that lack a library? Three
# targets of a few lines, without sources of the kernel part, replayed.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
run=$PWD/run.sh
cp replay.c fuzz.h "$dir"
shim=$(cd ../unit/shim && pwd)

# target NAME BODY [HEAD]
target() {
	printf '%s\n#include "fuzz.h"\n\nint LLVMFuzzerTestOneInput(const u8 *data, size_t size)\n{\n%s\n}\n' \
		"${3-}" "$2" > "$dir/fuzz_$1.c"
}

target good 'return 0;'
target bad 'FUZZ_CHECK(size != 1, "%zu byte", size); return 0;'
target broken 'return no_such_name;'
target reads 'FUZZ_CHECK(data[size] != 7, "a byte"); return 0;'
target library 'return 0;' '/* libs: NoSuchLibrary */'
mkdir -p "$dir/corpus/bad" "$dir/corpus/reads"
printf x > "$dir/corpus/bad/1"
printf x > "$dir/corpus/reads/1"
cd "$dir" || exit 1
export OUT="$dir" KDIR="$dir" CC="${CC:-cc}"
export BASE="-g -fsanitize=address,undefined -fno-sanitize-recover=all -include $shim/pure.h -I $shim -I ."
out=$(sh "$run" replay good bad broken reads library 2>&1)
status=$?
want='fuzz: 1 passed, 3 failed, 1 skipped'

if [ $status = 1 ] && [ "$(printf '%s\n' "$out" | tail -n 1)" = "$want" ] &&
   printf '%s\n' "$out" | grep -q '^not ok [0-9]* - bad: ended with status' &&
   printf '%s\n' "$out" | grep -q '^# .*1 byte$' &&
   printf '%s\n' "$out" | grep -q '^not ok [0-9]* - broken: does not build' &&
   printf '%s\n' "$out" | grep -q 'heap-buffer-overflow'; then
	echo "ok 1 - failing targets are reported"
	exit 0
fi
printf '%s\n' "$out" | sed 's/^/# /'
echo "not ok 1 - failing targets are reported (status $status)"
exit 1
