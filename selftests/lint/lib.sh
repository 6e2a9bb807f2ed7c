# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Common functions of the lints: lists of files, TAP output. To be sourced by a script
# in this directory; changes to the root of the checkout.

cd "$(dirname "$0")/../.." || exit 1

tap_n=0
tap_bad=0

# ok DESCRIPTION
ok() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

# not_ok DESCRIPTION [DETAILS]
not_ok() {
	tap_n=$((tap_n + 1))
	tap_bad=$((tap_bad + 1))
	echo "not ok $tap_n - $1"
	[ -z "$2" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# verdict DESCRIPTION DETAILS: passed if DETAILS is empty
verdict() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1" "$2"
	fi
}

# skip DESCRIPTION REASON
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# The last command of every lint.
tap_end() {
	echo "1..$tap_n"
	[ "$tap_bad" -eq 0 ]
}

# files DIR... -- PATTERN...: files under version control, and new files that are not ignored
files() {
	files_dirs=
	while [ "$1" != -- ]; do
		[ ! -e "$1" ] || files_dirs="$files_dirs $1"
		shift
	done
	shift
	[ -n "$files_dirs" ] || return 0
	for files_pattern in "$@"; do
		# shellcheck disable=SC2086 # several directories
		if git rev-parse --git-dir >/dev/null 2>&1; then
			git ls-files -co --exclude-standard -- $files_dirs
		else
			find $files_dirs -type f
		fi | grep "/[^/]*${files_pattern}\$"
	done | sort -u | while read -r files_one; do
		[ ! -f "$files_one" ] || echo "$files_one"
	done
}

# Directory of the kernel headers to build against.
kernel_dir() {
	if [ -n "$KDIR" ]; then
		echo "$KDIR"
	elif [ -e "/lib/modules/$(uname -r)/build/Makefile" ]; then
		echo "/lib/modules/$(uname -r)/build"
	else
		find /lib/modules/*/build -maxdepth 0 2>/dev/null | sort -V | tail -n 1
	fi
}
