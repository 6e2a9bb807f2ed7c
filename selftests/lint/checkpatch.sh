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
	kernel/hw/*) echo SUSPECT_CODE_INDENT,EMBEDDED_FUNCTION_NAME ;;
	kernel/*) echo SUSPECT_CODE_INDENT ;;
	*/tap.h) echo MACRO_WITH_FLOW_CONTROL,MACRO_ARG_REUSE ;;
	selftests/tiny/*) echo CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,EMBEDDED_FUNCTION_NAME,VOLATILE,FUNCTION_ARGUMENTS ;;
	*) echo CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,EMBEDDED_FUNCTION_NAME,PREFER_KERNEL_TYPES,ARRAY_SIZE,VOLATILE,QUOTED_WHITESPACE_BEFORE_NEWLINE,UNSPECIFIED_INT,STATIC_CONST_CHAR_ARRAY,AVOID_EXTERNS ;;
	esac
}

# The shim spells out what the kernel's own macros are.
for f in $(files kernel include tools selftests -- '\.[chS]' |
	   grep -v '^selftests/unit/shim/'); do
	out=$(perl "$CHECKPATCH" --strict --no-tree --no-summary --terse \
	      --ignore "$(ignore_for "$f")" -f "$f" 2>&1)
	verdict "$f" "$out"
done

tap_end
