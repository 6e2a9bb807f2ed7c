#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# checkpatch.pl --strict on all C and assembler files. scripts/deps extracts it from
# Debian's package linux-source-6.1. CHECKPATCH=path selects another one.
. "$(dirname "$0")/lib.sh"

cache=build/lint/checkpatch

CHECKPATCH=${CHECKPATCH:-$cache/checkpatch.pl}
if [ ! -e "$CHECKPATCH" ]; then
	skip "checkpatch" "not found: scripts/deps could not download linux-source-6.1"
	tap_end
	exit
fi

# False positives of checkpatch:
#  - SUSPECT_CODE_INDENT: the "if" in DEFINE_FREE()
#  - kernel/: macros that use an argument twice, where it is a constant, a register or a
#    loop variable; hw/: the macro that jumps to a fixup
#  - tiny/ (bare machine): symbols and functions of the assembler part, and function pointers as
#    parameters
#  - compat.h: LINUX_VERSION_CODE, and constants on the left side
#  - trace.h: the syntax of trace events
#  - hw/: instructions in strings that are named like the function that executes them
#  - programs: names of libraries' structures, missing kernel-only macros, strings
#    that are not messages, __int128, argv[], volatile
#  - unit tests: REQUIRE(), which returns
ignore_for() {
	case $1 in
	*/trace.h) echo OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,COMPLEX_MACRO ;;
	kernel/compat.h) echo LINUX_VERSION_CODE,CONSTANT_COMPARISON ;;
	kernel/hw/*) echo SUSPECT_CODE_INDENT,MACRO_ARG_REUSE,MACRO_WITH_FLOW_CONTROL,EMBEDDED_FUNCTION_NAME ;;
	kernel/*) echo SUSPECT_CODE_INDENT,MACRO_ARG_REUSE ;;
	*/tap.h) echo MACRO_WITH_FLOW_CONTROL,MACRO_ARG_REUSE ;;
	selftests/tiny/*) echo AVOID_EXTERNS,CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,EMBEDDED_FUNCTION_NAME,VOLATILE,FUNCTION_ARGUMENTS ;;
	*) echo CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,EMBEDDED_FUNCTION_NAME,PREFER_KERNEL_TYPES,ARRAY_SIZE,VOLATILE,QUOTED_WHITESPACE_BEFORE_NEWLINE,UNSPECIFIED_INT,STATIC_CONST_CHAR_ARRAY,AVOID_EXTERNS ;;
	esac
}

work=build/lint/checkpatch.out
rm -rf "$work"
mkdir -p "$work"

# The shim defines the kernel's own macros.
files kernel include tools selftests -- '\.[chS]' |
	grep -v '^selftests/unit/shim/' > "$work/files"

# perl takes a while to start, so it gets all files with the same exceptions. Several run
# in parallel, each with its own output file.
while read -r f; do
	echo "$f" >> "$work/set.$(ignore_for "$f")"
done < "$work/files"
for set in "$work"/set.*; do
	xargs -n 16 < "$set" | sed "s/^/${set##*/set.} /"
done | CHECKPATCH=$CHECKPATCH work=$work xargs -P "$(nproc)" -L 1 sh -c '
	ignore=$1
	shift
	perl "$CHECKPATCH" --strict --no-tree --no-summary --terse \
		--ignore "$ignore" -f "$@" > "$work/said.$$" 2>&1
	printf "%s\n" "$@" >> "$work/done.$$"
' sh

cat "$work"/said.* > "$work/said"
cat "$work"/done.* > "$work/done"
while read -r f; do
	out=$(grep -F "$f:" "$work/said" | grep "^$f:")
	grep -qxF "$f" "$work/done" || out="$f: was not checked"
	verdict "$f" "$out"
done < "$work/files"
# Lines that belong to no file: checkpatch itself failed.
verdict "checkpatch itself" "$(grep -v '^[^ :]*\.[chS]:[0-9]*: ' "$work/said")"

tap_end
