#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Layers of lparadm: run tool-layers.pl, and test it.
. "$(dirname "$0")/lib.sh"
lint=$PWD/selftests/lint/tool-layers.pl
bad=
(cd tools/lparadm && find . -name '*.[ch]' ! -path './build/*' | sed 's,^\./,,' |
	xargs perl "$lint") || bad=1

# breaks RULE FILE INCLUDE [FILE INCLUDE]...: tool-layers.pl reports them for this rule
breaks()
{
	rule=$1
	shift
	dir=$(mktemp -d)
	(
		cd "$dir" || exit
		while [ $# -gt 0 ]; do
			mkdir -p "${1%/*}"
			echo "#include \"$2\"" >> "$1"
			shift 2
		done
		# shellcheck disable=SC2046 # a list of files
		perl "$lint" $(find . -name '*.[ch]' | sed 's,^\./,,')
	) | grep -q "^not ok .* - $rule" && echo "ok - detected: $rule" || {
		echo "not ok - detected: $rule"
		bad=1
	}
	rm -rf "$dir"
}

breaks "calls go down" lib/a.c verbs/verbs.h
breaks "calls go down" verbs/a.c frame/frame.h
breaks "a verb includes no other verb" verbs/a.c verbs/b.h
breaks "no cycle of files" lib/a.c lib/b.h lib/b.c lib/a.h
breaks "every file is in a known layer" other/a.c lib/a.h
[ -z "$bad" ]
