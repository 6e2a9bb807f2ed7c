#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Compile the DSDT: dsdt.sh INCLUDE-ROOT [SOURCE.asl] OUTPUT.h
#
# OUTPUT.h gets the AML as the bytes of an array initialiser; beside it stand
# OUTPUT.aml (the table itself) and OUTPUT.asl (what iasl read).
set -eu

root=$1 source=$1/vdev/dsdt.asl
[ $# -lt 3 ] || { source=$2; shift; }
out=$2
base=${out%.h}
base=${base%.aml}

mkdir -p "$(dirname "$out")"
rm -f "$out"
"${HOSTCC:-cc}" -E -P -x assembler-with-cpp -nostdinc -undef \
	-D__ASSEMBLER__ -I"$root" "$source" -o "$base.asl.i"
# -we: a warning is an error; -vr: no remarks.
if ! log=$("${IASL:-iasl}" -we -vr -p "$base" "$base.asl.i" 2>&1); then
	printf '%s\n' "$log" >&2
	exit 1
fi
{
	echo '/* Made by dsdt.sh from dsdt.asl; do not edit. */'
	od -An -v -tx1 "$base.aml" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
} > "$out.tmp"
mv "$out.tmp" "$out"
