#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The network benchmark's part inside the emulated machine. Prints raw lines, which
# ../bench/net turns into tables:
#
#	net COLUMN WHAT COUNT MICROSECONDS
#	per WHAT FRAMES BYTES EXITS KICKS INTERRUPTS
#
# The host has CPU 0, and what is on the other end of the wire the last one: a guest,
# or a program in a network namespace.
CPU=$(sed -n "s/^processor.*: //p" /proc/cpuinfo | tail -n 1)
CONFIG=/sys/kernel/config
LPAR=$CONFIG/lpar
CLASS=/sys/class/lpar
P=$LPAR/partitions/net
C=$LPAR/channels/0
MS=2000
WHAT="send recv rr"

die() {
	echo "not ok - $*"
	dmesg | tail -n 5
	exit 1
}

# within SECONDS COMMAND...
within() {
	n=$(($1 * 10))
	shift
	while ! "$@"; do
		n=$((n - 1))
		[ $n -gt 0 ] || return 1
		sleep 0.1
	done
}

# A pair of interfaces, one of them elsewhere
veth() {
	modprobe veth || die "no veth"
	unshare -n sleep 1000 &
	space=$!
	sleep 0.5
	ip link add wire type veth || die "no pair"
	ip link set veth0 netns $space
	ip addr add 10.8.0.1/24 dev wire
	ip link set wire up
	nsenter -t $space -n ip addr add 10.8.0.2/24 dev veth0
	nsenter -t $space -n ip link set veth0 up
	for what in $WHAT; do
		nsenter -t $space -n taskset $((1 << CPU)) \
			/bench/netload $what 10.8.0.1 5001 $MS | sed 's/^net/net host/' ||
			die "veth: $what"
	done
	ip link del wire
	kill $space
}

take_lpar() {
	modprobe configfs
	insmod /bench/lpar.ko || die "lpar.ko"
	[ -d $LPAR ] || mount -t configfs none $CONFIG
	{ echo 256M > $LPAR/storage/ms_size && echo $CPU > $LPAR/processors/online &&
	  mkdir $C && echo net > $C/type; } || die "lpar"
	ip addr add 10.9.0.1/24 dev lpar0
	ip link set lpar0 up
}

printed() { grep -q -- "$1" /tmp/con; }

start_guest() {
	mkdir $P
	{ echo 256M > $P/ms_size && echo $CPU:100 > $P/shares && echo 0 > $P/channels &&
	  echo /bench/vmlinux > $P/kernel && echo /bench/initramfs.cpio > $P/initrd &&
	  echo "console=ttyS0 quiet lpar.name=net" > $P/cmdline &&
	  echo activate > $P/power; } || die "$(cat $P/last_error)"
	TTY=/dev/ttyLPAR$(cat $CLASS/net/number)
	stty raw -echo < $TTY
	: > /tmp/con
	cat $TTY >> /tmp/con &
	echo load > $P/power || die "$(cat $P/last_error)"
	within 240 printed "LPAR-GUEST READY" || die "no guest: $(tail -n 3 /tmp/con)"
}

# In the guest; its lines are in /tmp/con
guest() {
	: > /tmp/con
	printf 'run=%s\n' "$1" > $TTY
	within 60 printed "RUN exit" && printed "RUN exit 0" || die "$1: $(cat /tmp/con)"
}

IRQS="awk '/virtio/ { for (i = 2; i <= NF && \$i ~ /^[0-9]+\$/; i++) s += \$i } END { print \"IRQS\", s }' /proc/interrupts"
irqs() {
	guest "$IRQS"
	tr -d '\r' < /tmp/con | sed -n 's/^IRQS //p'
}

# frames, bytes, all exits, those of kicks
counts() {
	s=/sys/class/net/lpar0/statistics
	echo $(($(cat $s/rx_packets) + $(cat $s/tx_packets))) \
		$(($(cat $s/rx_bytes) + $(cat $s/tx_bytes))) \
		$(awk '{ s += $2 } $1 == "mmio" { k = $2 } END { print s, k }' $CLASS/net/exits)
}

# WHAT: measured, and counted around it; the counting itself is a few exits
measure() {
	i=$(irqs)
	set -- $1 $(counts)
	guest "/tmp/netload $1 10.9.0.1 5001 $MS"
	set -- "$@" $(counts)
	tr -d '\r' < /tmp/con | sed -n 's/^net/net lpar/p'
	echo "per $1 $(($6 - $2)) $(($7 - $3)) $(($8 - $4)) $(($9 - $5)) $(($(irqs) - i))"
}

echo "note $(uname -r), $(cat /proc/cmdline)"
taskset 1 /bench/netload serve 5001 &
ip link set lo up
veth
take_lpar
start_guest
httpd -p 10.9.0.1:80 -h /bench
guest "ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up; wget -q -O /tmp/netload http://10.9.0.1/netload; chmod +x /tmp/netload"
for turn in 1 2 3; do
	for what in $WHAT; do
		measure $what
	done
done
echo deactivate > $P/power
rmdir $P $C || die "something stays"
rmmod lpar || die "rmmod"
veth
