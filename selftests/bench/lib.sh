# SPDX-License-Identifier: GPL-2.0
# What the benchmark scripts inside the emulated machine share. The host uses the first
# CPU, and guests, of lpar or of KVM, use the last.
CPU=$(sed -n "s/^processor.*: //p" /proc/cpuinfo | tail -n 1)
CONFIG=/sys/kernel/config
LPAR=$CONFIG/lpar
CLASS=/sys/class/lpar
GUEST=/bench/guest	# a stock kernel and its initramfs

die() {
	echo "not ok - $*"
	dmesg | tail -n 5
	exit 1
}

number() {
	cat $CLASS/$1/number
}

# take_lpar SIZE: load the module with a pool of SIZE and one CPU
take_lpar() {
	modprobe configfs
	insmod /bench/lpar.ko || die "lpar.ko"
	[ -d $LPAR ] || mount -t configfs none $CONFIG
	echo "$1" > $LPAR/storage/ms_size || die "storage"
	echo $CPU > $LPAR/processors/online || die "processors"
}

# wait_for_line LOG REGEX TENTHS: fail after TENTHS of a second
wait_for_line() {
	local i
	i=0
	while ! grep -q "$2" "$1"; do
		i=$((i + 1))
		[ $i -lt "$3" ] || { tail -n 20 "$1"; die "no line \"$2\" in time"; }
		sleep 0.1
	done
}

# type_in TTY COMMAND LOG: run a command on a guest's console, wait until it ends
type_in() {
	: > "$3"
	printf 'run=%s\n' "$2" > "$1"
	wait_for_line "$3" "RUN exit" 3000
}

# start_lpar NAME LOG: boot a stock guest of 256 MB with channel 0; $tty is its console
start_lpar() {
	p=$LPAR/partitions/$1
	mkdir $p || die "mkdir"
	{ echo 0 > $p/ms_origin && echo 256M > $p/ms_size && echo "$CPU:100" > $p/shares &&
	  echo 0 > $p/channels && echo $GUEST/vmlinux > $p/kernel &&
	  echo $GUEST/initramfs.cpio > $p/initrd &&
	  echo "console=ttyS0 quiet" > $p/cmdline && echo activate > $p/power; } ||
		die "$(cat $p/last_error)"
	tty=/dev/ttyLPAR$(number $1)
	stty raw -echo < $tty
	cat $tty >> $2 &
	echo load > $p/power || die "$(cat $p/last_error)"
	wait_for_line $2 "LPAR-GUEST READY" 3000
}

end_lpar() {
	echo deactivate > $LPAR/partitions/$1/power
	rmdir $LPAR/partitions/$1 $LPAR/channels/0 | die "rmdir of $1 or its channel"
	rmmod lpar || die "rmmod"
}

# start_kvm MODULE LOG ARGUMENT...: boot the same guest under KVM, with QEMU; $tty is its
# console. As usual, one thread of QEMU runs the guest's CPU and others do its I/O.
start_kvm() {
	kvm=$1 log=$2
	shift 2
	modprobe $kvm || die "no $kvm"
	mkfifo /tmp/con.in /tmp/con.out
	/bench/qemu -L /bench/rom -nodefaults -display none -machine q35,accel=kvm -cpu host \
		-name guest,debug-threads=on -m 256 -kernel $GUEST/vmlinux \
		-initrd $GUEST/initramfs.cpio -append "console=ttyS0 quiet" \
		-chardev pipe,id=con,path=/tmp/con -serial chardev:con "$@" > /tmp/qemu.log 2>&1 &
	qemu=$!
	tty=/tmp/con.in
	cat /tmp/con.out >> $log &
	sleep 1
	for t in /proc/$qemu/task/*; do
		grep -q KVM $t/comm && taskset -p $((1 << CPU)) ${t##*/} > /dev/null
	done
	wait_for_line $log "LPAR-GUEST READY" 3000
}

end_kvm() {
	kill $qemu
	wait $qemu
	rmmod $kvm
	rmmod kvm
}

# Number of exits so far, and of MMIO exits, by which the driver notifies the device; KVM
# does not count these separately.
lpar_exits() {
	awk '{ s += $2 } $1 == "mmio" { k = $2 } END { print s, k + 0 }' $CLASS/*/exits
}

kvm_exits() {
	echo "$(cat /sys/kernel/debug/kvm/exits) 0"
}
