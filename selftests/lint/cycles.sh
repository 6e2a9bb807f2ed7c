#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No dependency cycles of files in kernel/: run cycles.pl, and test it.
. "$(dirname "$0")/lib.sh"
lint=$PWD/selftests/lint/cycles.pl

stale=0
for src in $(files kernel -- '\.[cS]'); do
	obj=${src%.*}.o
	# vmenter-offsets.c and the like are not linked.
	[ -e "$obj" ] || case $src in *offsets.c) continue ;; esac
	[ "$obj" -nt "$src" ] || stale=$((stale + 1))
done
if [ $stale -gt 0 ]; then
	skip "cycles" "$stale objects are missing or older than their sources: make modules"
else
	files kernel -- '\.[cS]' | sed 's/\.[cS]$/.o/' | while read -r obj; do
		[ ! -e "$obj" ] || echo "$obj"
	done > build/lint/cycles.list
	xargs nm -A -g < build/lint/cycles.list | perl "$lint" || tap_bad=1
	tap_n=1
fi

# finds CYCLE|none LINE...: cycles.pl reports this for these lines of nm
finds()
{
	want=$1
	shift
	said=$(printf '%s\n' "$@" | perl "$lint" | sed -n 's/^#   //p')
	if [ "${said:-none}" = "$want" ]; then
		ok "nm: $want"
	else
		not_ok "nm: $want" "$said"
	fi
}

finds "part/a part/b part/c" \
	"kernel/part/a.o:0 T a" "kernel/part/a.o:  U b" "kernel/part/b.o:0 T b" \
	"kernel/part/b.o:  U c" "kernel/part/c.o:0 T c" "kernel/part/c.o:  U a"
finds none \
	"kernel/part/a.o:0 T a" "kernel/part/a.o:  U b" "kernel/part/b.o:0 D b" \
	"kernel/part/b.o:  U printk" "kernel/part/c.o:0 T c" "kernel/part/c.o:  U a"
finds none \
	"kernel/cpu/lip.o:0 T a" "kernel/cpu/lip.o:  U b" "kernel/cpu/dispatch.o:0 T b" \
	"kernel/cpu/dispatch.o:  U a"
tap_end
