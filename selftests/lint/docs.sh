#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The documentation, including the ABI entries, builds with Sphinx without a warning, and
# every page is in a table of contents.
. "$(dirname "$0")/lib.sh"

if ! command -v sphinx-build > /dev/null; then
	not_ok "Documentation builds" "sphinx-build not found: run scripts/deps"
	tap_end
	exit
fi

out=$(sphinx-build -j auto -q -W --keep-going -b html -d build/lint/doctrees Documentation \
	build/lint/html 2>&1) || {
	out="$out
sphinx-build failed"
	failed=1
}
verdict "Documentation builds without a warning" "$out"

verdict "no table cell is split into two rows" \
	"$(/usr/bin/python3 selftests/lint/tables.py build/lint/doctrees 2>&1)"
# A page that is in the cache is not read again, and its warnings are not repeated.
[ -z "${failed-}" ] || rm -rf build/lint/doctrees

# The attribute page shows every entry of the ABI files.
out=$(sed -n 's/^What:[[:space:]]*//p' Documentation/ABI/testing/* | while read -r what; do
	esc=$(echo "$what" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')
	sed 's/<[^>]*>//g' build/lint/html/lpar/attributes.html | grep -qF "$esc" || echo "$what"
done)
verdict "attributes.html has every entry of Documentation/ABI" "$out"

out=$(selftests/docs/check_html build/lint/html 2>&1)
case $? in
0) ok "pages fit into 1280 and 400 pixels" ;;
4) skip "pages fit into 1280 and 400 pixels" "$out" ;;
*) not_ok "pages fit into 1280 and 400 pixels" "$out" ;;
esac

tap_end
