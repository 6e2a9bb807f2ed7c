#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The network benchmark inside the emulated machine. Prints raw lines for ../bench/net:
#
#	net COLUMN WHAT COUNT MICROSECONDS
#	per COLUMN WHAT FRAMES BYTES EXITS KICKS INTERRUPTS
#
# The host uses CPU 0, and the other end of the connection uses the last CPU: a guest, or
# a program in a network namespace.
. /bench/lib.sh
MS=2000
WHAT="send recv rr"

# A veth pair, with one interface in a network namespace
veth() {
	modprobe veth || die "no veth"
	unshare -n sleep 1000 &
	space=$!
	sleep 0.5
	ip link add wire type veth || die "no veth pair"
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

# guest COMMAND: run it in the guest; its output is in /tmp/con
guest() {
	type_in $tty "$1" /tmp/con
	grep -q "RUN exit 0" /tmp/con || die "$1: $(cat /tmp/con)"
}

IRQS="awk '/virtio/ { for (i = 2; i <= NF && \$i ~ /^[0-9]+\$/; i++) s += \$i } END { print \"IRQS\", s }' /proc/interrupts"
irqs() {
	guest "$IRQS"
	tr -d '\r' < /tmp/con | sed -n 's/^IRQS //p'
}

# counts IFACE EXITS: print frames, bytes, and what EXITS prints: all exits, kicks
counts() {
	s=/sys/class/net/$1/statistics
	echo $(($(cat $s/rx_packets) + $(cat $s/tx_packets))) \
		$(($(cat $s/rx_bytes) + $(cat $s/tx_bytes))) $($2)
}

# measure WHO IFACE EXITS WHAT: with counts before and after, which cost a few exits
measure() {
	i=$(irqs)
	set -- "$@" $(counts $2 $3)
	guest "/tmp/netload $4 10.9.0.1 5001 $MS"
	set -- "$@" $(counts $2 $3)
	tr -d '\r' < /tmp/con | sed -n "s/^net/net $1/p"
	shift 3
	echo "per $who $1 $(($6 - $2)) $(($7 - $3)) $(($8 - $4)) $(($9 - $5)) $(($(irqs) - i))"
}

# all_runs WHO IFACE EXITS: the guest downloads netload from the host, then three turns
all_runs() {
	who=$1
	ip addr add 10.9.0.1/24 dev $2
	ip link set $2 up
	httpd -p 10.9.0.1:80 -h /bench -f &
	web=$!
	guest "ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up; sleep 1; wget -q -O /tmp/netload http://10.9.0.1/netload; chmod +x /tmp/netload"
	for turn in 1 2 3; do
		for what in $WHAT; do
			measure $who $2 $3 $what
		done
	done
	kill $web
}

lpar() {
	take_lpar 256M
	{ mkdir $LPAR/channels/0 && echo net > $LPAR/channels/0/type; } || die "channel"
	start_lpar net /tmp/con
	all_runs lpar lpar0 lpar_exits
	end_lpar net
}

# vhost-net: the host's kernel serves the virtqueues, as with lpar.
under_kvm() {
	[ -x /bench/qemu ] || { echo "note no QEMU for KVM"; return; }
	modprobe vhost_net || die "no vhost_net"
	[ -e /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
	start_kvm "$1" /tmp/con \
		-netdev tap,id=n,ifname=kvm0,script=no,downscript=no,vhost=on \
		-device virtio-net-pci,netdev=n,romfile=
	all_runs kvm kvm0 kvm_exits
	end_kvm
}

echo "note $(uname -r), $(cat /proc/cmdline)"
taskset 1 /bench/netload serve 5001 &
ip link set lo up
veth
lpar
under_kvm "$1"
veth
