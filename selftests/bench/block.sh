#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The benchmark of block channels, inside the emulated machine: a RAM disk, read by the
# host itself, by a guest in an LPAR, and by the same guest under KVM with QEMU as its
# back end in user space, if QEMU is available. Prints raw lines for ../bench/block:
#
#	disk WHO rand|seq DEPTH REQUESTS BYTES MICROSECONDS INTERRUPTS EXITS KICKS
#
# EXITS are all exits of the guest meanwhile, including those for its timer; KICKS are
# those by which its driver notifies the device, which KVM does not count separately.
. /bench/lib.sh
DISK=/dev/ram0
COUNT=$1	# number of random reads; a tenth of it for sequential ones

# The reads of one turn; the first one warms up.
RUNS="rand $((COUNT / 10)) 1
rand $COUNT 1
rand $COUNT 16
seq $((COUNT / 10)) 4"

# print_run WHO LOG EXITS KICKS: print the line of a run
print_run() {
	sed -n "s/\r//g; s/^disk /disk $1 /p" "$2" | sed "s/\$/ $3 $4/"
}

host() {
	echo "$RUNS" | while read -r what; do
		/bench/init reads $DISK $what none > /tmp/host.log || die "host: $(cat /tmp/host.log)"
		print_run host /tmp/host.log 0 0
	done
}

# all_runs WHO TTY LOG COUNTER: all runs in a guest; COUNTER prints exits and kicks so far
all_runs() {
	who=$1 tty=$2 log=$3
	shift 3
	echo "$RUNS" | while read -r what; do
		set -- "$1" $("$1")
		type_in "$tty" "/init reads /dev/vda $what" "$log"
		set -- "$@" $("$1")
		grep -q "^disk " "$log" || { cat "$log"; die "$who: $what"; }
		print_run "$who" "$log" $(($4 - $2)) $(($5 - $3))
	done
}

lpar() {
	c=$LPAR/channels/0
	take_lpar 288M
	mkdir $c || die "channel"
	echo $DISK > $c/source || die "$(cat $c/last_error)"
	start_lpar disk /tmp/lpar.log
	all_runs lpar $tty /tmp/lpar.log lpar_exits
	sed '/ 0$/d; s/^/note exits /' $CLASS/disk/exits
	end_lpar disk
}

under_kvm() {
	[ -x /bench/qemu ] || { echo "note no QEMU for KVM"; return; }
	start_kvm "$1" /tmp/kvm.log -object iothread,id=io -drive \
		file=$DISK,format=raw,if=none,id=d,cache=none,aio=native \
		-device virtio-blk-pci,drive=d,iothread=io
	all_runs kvm $tty /tmp/kvm.log kvm_exits
	end_kvm
}

modprobe brd rd_nr=1 rd_size=65536 || die "no brd"
dd if=/dev/urandom of=$DISK bs=1M count=64 2> /dev/null
host
lpar
under_kvm "$2"
host
