#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The benchmark inside the emulated machine. Prints raw lines for ../bench/run.
#
#	vm.sh loops	round trips, under KVM and in an LPAR; loops-svm: on SVM
#	vm.sh switch	downtime of a receiver, and shares
#	vm.sh watching	work of a guest while lparadm top reads lpar's files, and while it
#			reads copies of them
#
. /bench/lib.sh
# With posted interrupts Bochs delivers vector 0. KVM is not slower without them in the
# other lines (RDMSR: 1185 ticks, with them 1330), so this favours KVM.
KVM_OPTIONS="enable_apicv=0"

# column NAME: replace the first word of lines "bench NAME LEAST MEAN" by the column's name
column() {
	sed -n "s/\r//g; s/^bench /$1 /p; s/^bench-wrong/not ok - $1/p"
}

kvm_once() {
	[ -z "$2" ] || echo "$2" > "$FLUSH"
	/bench/kvmhost /bench/guest.elf $CPU > /tmp/kvm.log || {
		cat /tmp/kvm.log
		die "kvmhost"
	}
	column "$1" < /tmp/kvm.log
}

# AMD needs no L1 flush, so there is no second column.
kvm_amd() {
	modprobe kvm_amd || die "no kvm_amd"
	for p in avic vgif nested; do
		f=/sys/module/kvm_amd/parameters/$p
		[ -e $f ] && echo "note kvm_amd $p=$(cat $f)"
	done
	kvm_once kvm
	rmmod kvm_amd | die "rmmod kvm_amd"
	rmmod kvm
}

kvm_intel() {
	FLUSH=/sys/module/kvm_intel/parameters/vmentry_l1d_flush
	modprobe kvm_intel $KVM_OPTIONS || die "no kvm_intel"
	if [ -e $FLUSH ]; then
		normal=$(cat $FLUSH)
		echo "note kvm_intel vmentry_l1d_flush=$normal"
	fi
	for p in enable_apicv preemption_timer; do
		f=/sys/module/kvm_intel/parameters/$p
		[ -e $f ] && echo "note kvm_intel $p=$(cat $f)"
	done
	kvm_once kvm "$normal"
	kvm_once kvm-noflush never
	rmmod kvm_intel | die "rmmod kvm_intel"
	rmmod kvm
}

# make_lpar NAME ORIGIN SIZE EXPANSION PERCENT CMDLINE: define and activate it
make_lpar() {
	p=$LPAR/partitions/$1
	mkdir $p || die "mkdir $1"
	{ echo "$2" > $p/ms_origin && echo "$3" > $p/ms_size &&
	  echo "$4" > $p/ms_expansion && echo "$CPU:$5" > $p/shares &&
	  echo /bench/guest.elf > $p/kernel && echo "$6" > $p/cmdline &&
	  echo activate > $p/power; } || die "$1: $(cat $p/last_error)"
}

ipl_lpar() {
	p=$LPAR/partitions/$1
	echo load > $p/power || die "$1: $(cat $p/last_error)"
}

drop_lpar() {
	p=$LPAR/partitions/$1
	[ "$(cat $p/state)" = released ] || echo deactivate > $p/power
	rmdir $p || die "rmdir $1: $(cat $p/state) $(cat $p/last_error)"
}

# wait_for NAME NUMBER WORD: wait until the guest has printed it
wait_for() {
	cat /dev/ttyLPAR$2 > /tmp/$1.log &
	reader=$!
	i=0
	while ! grep -q "^$3" /tmp/$1.log; do
		i=$((i + 1))
		[ $i -lt 300 ] || { cat /tmp/$1.log;
			die "$1: $(cat $LPAR/partitions/$1/state)" \
			    "$(cat $LPAR/partitions/$1/last_error)"; }
		sleep 0.1
	done
	kill $reader
}

loops() {
	make_lpar loop 0 16M 0 100 ""
	ipl_lpar loop
	wait_for loop "$(number loop)" bench-end
	column lpar < /tmp/loop.log
	sed '/ 0$/d; s/^/note exits /' $CLASS/loop/exits
	drop_lpar loop
}

# integrate SIZE: downtime of the receiver for a donor of that size
integrate() {
	make_lpar to 0 16M "$1" 50 burn
	make_lpar from 288M "$1" 0 50 burn
	ipl_lpar to
	ipl_lpar from
	wait_for to "$(number to)" bench-begin
	wait_for from "$(number from)" bench-begin
	echo from > $LPAR/partitions/to/integrate ||
		die "integrate: $(cat $LPAR/partitions/to/last_error)"
	sed -n "s/^stop 204-208 ok/stop $1/p; s/^20/note $1: 20/p" \
		$LPAR/partitions/to/integrate
	drop_lpar from
	drop_lpar to
}

# shares PERCENT PERCENT: two LIPs that compute without end, on one pCPU
shares() {
	make_lpar one 0 16M 0 "$1" burn
	make_lpar two 16M 16M 0 "$2" burn
	ipl_lpar one
	ipl_lpar two
	wait_for one "$(number one)" bench-begin
	wait_for two "$(number two)" bench-begin
	/bench/watch 3 "$1" $CLASS/one/lips/0/used "$2" $CLASS/two/lips/0/used ||
		die "watch"
	drop_lpar one
	drop_lpar two
}

# copy_tree DIR: copy all files that lparadm top reads
copy_tree() {
	(cd / && find sys/class/lpar sys/devices/virtual/lpar sys/kernel/config/lpar) |
		while read -r f; do
			if [ -L "/$f" ]; then
				ln -s "$(readlink "/$f")" "$1/$f"
			elif [ -d "/$f" ]; then
				mkdir -p "$1/$f"
			else
				cat "/$f" > "$1/$f" 2> /dev/null
			fi
		done
}

# watched LABEL [OPTION...]: steps in four seconds while lparadm top runs
watched() {
	local label=$1

	shift
	lparadm top "$@" --interval 1 --count 1000 > /tmp/top.log &
	top=$!
	/bench/watch steps 4 $label $CLASS/work/exits || die "no step"
	[ $label = off ] ||
		echo "watch-ticks $(awk '{ print $14 + $15 }' /proc/$top/stat) 4"
	kill $top || die "lparadm top $*"
	wait $top
	grep -q work /tmp/top.log || die "lparadm top $* prints nothing"
}

# In turns, since the load of this computer may change; and with the same program on the
# host each time, as a busy CPU 0 alone changes an emulator's clock.
watching() {
	make_lpar work 0 16M 0 100 steps
	ipl_lpar work
	wait_for work "$(number work)" bench-begin
	copy_tree /tmp/tree
	for i in 1 2 3 4 5 6 7 8 9; do
		watched off --sysroot /tmp/tree
		watched on
	done
	drop_lpar work
}

notes() {
	echo "note khz $(sed -n 's/^cpu MHz.*: *\([0-9]*\)\.\([0-9]*\)/\1\2/p' \
		/proc/cpuinfo | head -n 1)"
	echo "note $(uname -r), $(cat /proc/cmdline)"
	for f in /sys/devices/system/cpu/vulnerabilities/*; do
		echo "note mitigation ${f##*/}: $(cat $f)"
	done
}

notes
case "$1" in
loops)
	kvm_intel
	take_lpar 576M
	loops
	;;
loops-svm)
	# QEMU uses the real clock: in turns, so that both see the same load.
	for i in 1 2 3 4 5; do
		kvm_amd
		take_lpar 576M
		loops
		rmmod lpar || die "rmmod"
	done
	exit 0
	;;
switch)
	take_lpar 576M
	for i in 1 2 3 4 5; do
		integrate 16M
		integrate 256M
	done
	shares 50 50
	shares 30 70
	;;
watching)
	take_lpar 576M
	watching
	;;
esac
rmmod lpar || die "rmmod"
