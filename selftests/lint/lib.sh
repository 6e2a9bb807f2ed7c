# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# What the lints share: where things are, which files count, TAP. Sourced with
# $0 being a script of this folder; leaves the shell at the root of the checkout.

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

# verdict DESCRIPTION DETAILS: passed if there are no details
verdict() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1" "$2"
	fi
}

# skip DESCRIPTION WHY
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# The last command of every lint.
tap_end() {
	echo "1..$tap_n"
	[ "$tap_bad" -eq 0 ]
}

# files DIR... -- PATTERN...: what is under version control, or would be
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

# Where the kernel's headers are to build against.
kernel_dir() {
	if [ -n "$KDIR" ]; then
		echo "$KDIR"
	elif [ -e "/lib/modules/$(uname -r)/build/Makefile" ]; then
		echo "/lib/modules/$(uname -r)/build"
	else
		find /lib/modules/*/build -maxdepth 0 2>/dev/null | sort -V | tail -n 1
	fi
}
