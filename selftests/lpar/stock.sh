# SPDX-License-Identifier: GPL-2.0
# Stock guests: sourced by tests that run what selftests/vm/guestimg makes.
GUEST=/lpar/guest

# Called after the parts of a test that need no stock guest
need_stock() {
	[ ! -e $GUEST/vmlinux ] || return 0
	skip "a stock guest" "selftests/vm/guestimg was not run"
	finish
}

# linux NAME CMDLINE [INITRD]: load a stock kernel
linux() {
	echo auto > $PART/$1/memory_block
	echo $GUEST/vmlinux > $PART/$1/kernel
	echo ${3:-$GUEST/initramfs.cpio} > $PART/$1/initrd
	echo "console=ttyS0 swiotlb=noforce quiet lpar.name=$1 $2" > $PART/$1/cmdline
	listen $1
	power $1 activate && power $1 load || { say "$1: $(last_error $1)"; return 1; }
}

# shell NAME COMMAND REGEX SECONDS: run a command in the guest, expect output
shell() {
	: > $TMP/$1.con
	type_in $1 "run=$2
"
	within $4 printed $1 "RUN exit"
	printed $1 "$3" && printed $1 "RUN exit 0" && return
	tail -n 5 $TMP/$1.con | sed 's/^/#   /'
	return 1
}

# reaches NAME ADDRESS DISK...: the disks can access storage at ADDRESS, added at run time
reaches() {
	local name=$1 address=$2

	shift 2
	shell $name "until [ \$(awk '/^MemTotal/ { print \$2 }' /proc/meminfo) -gt $((address >> 10)) ]; do sleep 1; done; for d in $*; do /init dma /dev/\$d $address || exit 1; done" \
		"DMA pages" 90
}

# fault_at STEP RECEIVER DONOR: an integration that fails at STEP changes nothing,
# including what the test's "things" prints
fault_at() {
	local before="$(everything)"

	echo $1 > $PARAM/integrate_fault
	attempt $PART/$2/integrate $3
	echo 0 > $PARAM/integrate_fault
	matches "fault at $1: error" "$why" "$EIO"
	same "fault at $1: everything is restored" "$(everything)" "$before"
}

everything() { snapshot | grep -v generation; things; }
