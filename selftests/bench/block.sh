#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The benchmark of block channels, inside the emulated machine: one RAM disk, read by
# the host itself, by a guest of lpar, and by the same guest under KVM with QEMU as its
# back end in user space, where QEMU is there. Prints raw lines for ../bench/block:
#
#	disk WHO rand|seq DEPTH REQUESTS BYTES MICROSECONDS INTERRUPTS EXITS KICKS
#
# EXITS are all of the guest's meanwhile, its timer's too; KICKS are those by which its
# driver says that there is something to do, which KVM does not count by themselves.
CPU=$(sed -n "s/^processor.*: //p" /proc/cpuinfo | tail -n 1)
CONFIG=/sys/kernel/config
LPAR=$CONFIG/lpar
CLASS=/sys/class/lpar

die() {
	echo "not ok - $*"
	dmesg | tail -n 5
	exit 1
}

number() {
	cat $CLASS/$1/number
}

# take_lpar SIZE: of the pool
take_lpar() {
	modprobe configfs
	insmod /bench/lpar.ko || die "lpar.ko"
	[ -d $LPAR ] || mount -t configfs none $CONFIG
	echo "$1" > $LPAR/storage/ms_size || die "storage"
	echo $CPU > $LPAR/processors/online || die "processors"
}

GUEST=/bench/guest
DISK=/dev/ram0
COUNT=$1	# random reads; large ones are a tenth

# What is read, in turns. Without a first one, nothing is warm.
RUNS="rand $((COUNT / 10)) 1
rand $COUNT 1
rand $COUNT 16
seq $((COUNT / 10)) 4"

# type TTY COMMAND LOG: typed on a guest's console; wait for what comes of it
type_in() {
	: > "$3"
	printf 'run=%s\n' "$2" > "$1"
	for_line "$3" "RUN exit" 3000
}

# for_line LOG REGEX TENTHS
for_line() {
	i=0
	while ! grep -q "$2" "$1"; do
		i=$((i + 1))
		[ $i -lt "$3" ] || { tail -n 20 "$1"; die "no $2"; }
		sleep 0.1
	done
}

# told WHO LOG EXITS KICKS: the line of a run
told() {
	sed -n "s/\r//g; s/^disk /disk $1 /p" "$2" | sed "s/\$/ $3 $4/"
}

host() {
	echo "$RUNS" | while read -r what; do
		/bench/init reads $DISK $what none > /tmp/host.log || die "host: $(cat /tmp/host.log)"
		told host /tmp/host.log 0 0
	done
}

# all WHO TTY LOG COUNTER...: every run in a guest; COUNTER prints exits and kicks so far
all() {
	who=$1 tty=$2 log=$3
	shift 3
	echo "$RUNS" | while read -r what; do
		set -- "$1" $("$1")
		type_in "$tty" "/init reads /dev/vda $what" "$log"
		set -- "$@" $("$1")
		grep -q "^disk " "$log" || { cat "$log"; die "$who: $what"; }
		told "$who" "$log" $(($4 - $2)) $(($5 - $3))
	done
}

lpar_exits() {
	awk '{ s += $2 } $1 == "mmio" { k = $2 } END { print s, k + 0 }' $CLASS/disk/exits
}

lpar() {
	c=$LPAR/channels/0
	mkdir $c || die "channel"
	echo $DISK > $c/source || die "$(cat $c/last_error)"
	p=$LPAR/partitions/disk
	mkdir $p || die "mkdir"
	{ echo 0 > $p/ms_origin && echo 256M > $p/ms_size && echo "$CPU:100" > $p/shares &&
	  echo 0 > $p/channels && echo $GUEST/vmlinux > $p/kernel &&
	  echo $GUEST/initramfs.cpio > $p/initrd &&
	  echo "console=ttyS0 quiet" > $p/cmdline && echo activate > $p/power; } ||
		die "$(cat $p/last_error)"
	tty=/dev/ttyLPAR$(number disk)
	stty raw -echo < $tty
	cat $tty >> /tmp/lpar.log &
	echo load > $p/power || die "$(cat $p/last_error)"
	for_line /tmp/lpar.log "LPAR-GUEST READY" 3000
	all lpar $tty /tmp/lpar.log lpar_exits
	sed '/ 0$/d; s/^/note exits /' $CLASS/disk/exits
	echo deactivate > $p/power
	rmdir $p $c
}

kvm_exits() { echo "$(cat /sys/kernel/debug/kvm/exits) 0"; }

# One thread of QEMU is the guest's CPU, and one does the I/O: as is usual.
kvm() {
	[ -x /bench/qemu ] || { echo "note no QEMU for KVM"; return; }
	modprobe "$1" || die "no $1"
	mkfifo /tmp/con.in /tmp/con.out
	/bench/qemu -L /bench/rom -nodefaults -display none -machine q35,accel=kvm -cpu host \
		-name guest,debug-threads=on -m 256 -kernel $GUEST/vmlinux \
		-initrd $GUEST/initramfs.cpio -append "console=ttyS0 quiet" \
		-chardev pipe,id=con,path=/tmp/con -serial chardev:con \
		-object iothread,id=io -drive \
		file=$DISK,format=raw,if=none,id=d,cache=none,aio=native \
		-device virtio-blk-pci,drive=d,iothread=io > /tmp/qemu.log 2>&1 &
	qemu=$!
	cat /tmp/con.out >> /tmp/kvm.log &
	sleep 1
	for t in /proc/$qemu/task/*; do
		grep -q KVM $t/comm && taskset -p $((1 << CPU)) ${t##*/} > /dev/null
	done
	for_line /tmp/kvm.log "LPAR-GUEST READY" 3000
	all kvm /tmp/con.in /tmp/kvm.log kvm_exits
	kill $qemu
	wait $qemu
	rmmod "$1"
	rmmod kvm
}

modprobe brd rd_nr=1 rd_size=65536 || die "no brd"
dd if=/dev/urandom of=$DISK bs=1M count=64 2> /dev/null
host
take_lpar 288M
lpar
rmmod lpar || die "rmmod"
kvm "$2"
host
