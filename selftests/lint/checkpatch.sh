#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# checkpatch.pl --strict over all C and assembler files. It is in Debian's package
# linux-source-6.1; scripts/deps takes it out of there. CHECKPATCH=path names another.
. "$(dirname "$0")/lib.sh"

cache=build/lint/checkpatch

CHECKPATCH=${CHECKPATCH:-$cache/checkpatch.pl}
if [ ! -e "$CHECKPATCH" ]; then
	skip "checkpatch" "not there: scripts/deps could not fetch linux-source-6.1"
	tap_end
	exit
fi

# What checkpatch takes for a fault and is none:
#  - SUSPECT_CODE_INDENT: the "if" within DEFINE_FREE()
#  - in kernel/, macros whose arguments are constants, a register or a loop's variable;
#    in hw/, the one that jumps to a fixup
#  - on the bare machine, symbols of the assembler part
#  - in compat.h, the kernel's version, and that it comes first
#  - in trace.h, the language of trace events
#  - in hw/, an instruction that is called as the function that executes it
#  - in programs, names of other libraries' structures, and doing without macros
#    that only the kernel has
#  - in programs too: strings that are no messages, __int128, argv[], and volatile
#  - on the bare machine, functions that assembler calls; and functions whose argument is a function
#  - in the frame of the unit tests, REQUIRE() which returns
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

# The shim spells out what the kernel's own macros are.
files kernel include tools selftests -- '\.[chS]' |
	grep -v '^selftests/unit/shim/' > "$work/files"

# Files with the same exceptions go to one perl, which takes a while to start; some of
# these run at a time. Each has a file of its own for what it says.
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
	grep -qxF "$f" "$work/done" || out="$f: was not looked at"
	verdict "$f" "$out"
done < "$work/files"
# Of no file: it did not work.
verdict "checkpatch itself" "$(grep -v '^[^ :]*\.[chS]:[0-9]*: ' "$work/said")"

tap_end
