#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module builds without warnings of sparse and of gcc with W=1. Uses a copy,
# so that the objects of the checkout are not rebuilt.
. "$(dirname "$0")/lib.sh"

kdir=$(kernel_dir)
if ! command -v sparse >/dev/null || [ -z "$kdir" ]; then
	skip "sparse" "sparse or kernel headers are not installed"
	tap_end
	exit
fi

work=build/lint/sparse
rm -rf "$work"
mkdir -p "$work"
{
	echo Kbuild
	files kernel include -- ''
} | cpio -pdm --quiet "$work"

# -Wno-context: sparse does not know the cleanup attribute that guard() uses.
make -k -j"$(nproc)" -C "$kdir" M="$PWD/$work" W=1 C=2 CF=-Wno-context modules > "$work/log" 2>&1
status=$?
out=$(grep -E "(warning|error):" "$work/log" | sed "s,$PWD/$work/,,")
for f in $(files kernel -- '\.c'); do
	verdict "$f" "$(echo "$out" | grep "^$f:")"
done
[ $status -eq 0 ] || not_ok "the module builds" "$(tail -n 5 "$work/log")"

tap_end
