#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Layers of the module: run layers.pl, and test it.
. "$(dirname "$0")/lib.sh"
lint=$PWD/selftests/lint/layers.pl
{ files kernel -- '\.[chS]'; files tools include -- '\.[ch]'; } | xargs perl "$lint" || bad=1

# breaks RULE FILE LINE: layers.pl reports a file with this line for this rule
breaks()
{
	dir=$(mktemp -d)
	mkdir -p "$dir/$(dirname "$2")" "$dir/kernel/part" "$dir/kernel/machine" "$dir/kernel/io"
	: > "$dir/kernel/part/part.h"
	: > "$dir/kernel/machine/machine.h"
	: > "$dir/kernel/io/es.h"
	printf '%s\n' "$3" > "$dir/$2"
	said=$(cd "$dir" && perl "$lint" "$2" | grep -A1 "^not ok .* - $1")
	rm -rf "$dir"
	case $said in
	*"$2:1"*) echo "ok - $2: $3" ;;
	*) echo "not ok - $2: $3"; bad=1 ;;
	esac
}

breaks "includes go down only" kernel/cpu/a.c '#include "part/part.h"'
breaks "includes go down only" kernel/cpu/a.c '#include "machine/machine.h"'
breaks "includes go down only" kernel/machine/a.c '#include "io/es.h"'
breaks "no #if" kernel/cpu/a.c '#ifdef CONFIG_X'
breaks "no #if" kernel/hw/svm/a.S '#ifdef CONFIG_X'
breaks "no BUG" kernel/part/a.c 'BUG_ON(x);'
for name in 'vmx_enter();' 'x = cr4 & X86_CR4_VMXE;' 'if (isamd)' 'asm("" : : "r" (svm));' \
	'read(MSR_AMD64_X);' 's2_ept.leaf();' 'struct vmcb *v;' 'do_vmmcall();'; do
	breaks "no vendor names" kernel/cpu/a.c "$name"
done
breaks "no vendor names" tools/lparadm/a.c 'if (is_intel())'
[ -z "$bad" ]
