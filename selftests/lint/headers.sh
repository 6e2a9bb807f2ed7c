#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every header compiles on its own and when included twice: L0's headers in user space
# (as in the unit tests), all of them in the kernel.
. "$(dirname "$0")/lib.sh"

work=build/lint/headers
rm -rf "$work"
mkdir -p "$work"

# Headers of L0, including those at the top level.
is_pure() {
	case $1 in
	kernel/model/* | kernel/boot/* | kernel/emul/* | kernel/stage2/* | \
	kernel/vdev/* | kernel/lpar.h | include/uapi/*)
		return 0 ;;
	esac
	return 1
}

for h in $(files kernel include -- '\.h'); do
	path=${h#kernel/}
	name=$(echo "$path" | tr '/.' '__')
	printf '#include "%s"\n#include "%s"\n' "$path" "$path" > "$work/$name.c"
	echo "$h $name"
done > "$work/list"

while read -r h name; do
	is_pure "$h" || continue
	out=$(${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only \
	      -include selftests/unit/shim/pure.h -Ikernel -Iinclude/uapi -I. "$work/$name.c" 2>&1)
	verdict "$h alone in user space" "$out"
done < "$work/list"

kdir=$(kernel_dir)
if [ -z "$kdir" ]; then
	skip "headers alone in the kernel" "no kernel headers to build against"
	tap_end
	exit
fi

{
	echo "ccflags-y := -I$PWD/kernel -I$PWD/include/uapi -I$PWD -Werror"
	# Objects only, no modules.
	echo "always-y :="
	sed 's/.* \(.*\)/always-y += \1.o/' "$work/list"
} > "$work/Kbuild"
make -k -j"$(nproc)" -C "$kdir" M="$PWD/$work" KBUILD_MODPOST_WARN=1 > "$work/log" 2>&1
while read -r h name; do
	if [ -e "$work/$name.o" ]; then
		ok "$h alone in the kernel"
	else
		not_ok "$h alone in the kernel" "$(grep -E 'error|fatal' "$work/log" |
			grep -F "${h#kernel/}" | head -n 5)"
	fi
done < "$work/list"

tap_end
