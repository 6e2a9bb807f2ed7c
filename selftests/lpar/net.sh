#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: module=bridge module=pktgen
# Net channels: attributes, two stock guests with interfaces, and step 206.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

NET=/sys/class/net

# netchan ID [NAME]: a channel with an interface
netchan() { mkdir $CHAN/$1 && echo net > $CHAN/$1/type && { [ -z "$2" ] || echo $2 > $CHAN/$1/source; }; }

# stat INTERFACE COUNTER
stat() { cat $NET/$1/statistics/$2; }
carrier() { cat $NET/$1/carrier 2> /dev/null; }
carrier_is() { [ "$(carrier $1)" = $2 ]; }

begin 416M 1-2

# What the admin can write
netchan 7
same "type" "$(cat $CHAN/7/type)" net
same "its name" "$(cat $CHAN/7/source)" lpar7
check "there is an interface" [ -d $NET/lpar7 ]
matches "the guest's address" "$(cat $CHAN/7/mac)" "^02(:[0-9a-f]{2}){4}:07\$"
same "link" "$(cat $CHAN/7/link)" up
ip addr add 10.7.0.1/24 dev lpar7
ip link set lpar7 up
same "no owner, no carrier" "$(carrier lpar7)" 0
mkdir $CHAN/8
chan_refused "a mac of a disk" 8 mac 02:00:00:00:00:08 "$EINVAL" "type block has no mac"
chan_refused "link of a disk" 8 link down "$EINVAL" "type block has no link"
chan_refused "serial of a network" 7 serial X "$EINVAL" "type net has no serial"
chan_refused "readonly of a network" 7 readonly 1 "$EINVAL" "type net has no readonly"
chan_refused "a multicast address" 7 mac 03:00:00:00:00:07 "$EINVAL" "no address of one station"
chan_refused "no address" 7 mac 00:00:00:00:00:00 "$EINVAL" "no address of one station"
chan_refused "half an address" 7 mac 02:00:00 "$EINVAL" "no address"
chan_refused "more than one" 7 mac 02:00:00:00:00:01:02 "$EINVAL" "no address"
chan_refused "link" 7 link maybe "$EINVAL" "up or down"
chan_refused "a name that is taken" 7 source lo "$EEXIST" '"lo" is an interface already'
chan_refused "a name that is too long" 7 source abcdefghijklmnop "too long" "15 characters"
for bad in a/b a:b . .. 'a b' 'x%d' ''; do
	chan_refused "the name \"$bad\"" 7 source "$bad" "$EINVAL" "cannot be the name"
done
same "all is as it was" "$(ip addr show lpar7 | grep -c 10.7.0.1)" 1
echo 02:12:34:56:78:9a > $CHAN/7/mac
same "mac" "$(cat $CHAN/7/mac)" 02:12:34:56:78:9a
check "another name" sh -c "echo wire7 > $CHAN/7/source"
check "another interface" [ -d $NET/wire7 -a ! -d $NET/lpar7 ]
ip link set wire7 name cable7
same "a name that the admin gave with ip" "$(cat $CHAN/7/source)" cable7
ip link set cable7 name wire7
ip link set wire7 name lpar8 2> /dev/null
attempt $CHAN/8/type net
matches "a default name that is taken" "$(cat $CHAN/8/last_error)" '"lpar8" is an interface'
same "its type stays" "$(cat $CHAN/8/type)" block
ip link set lpar8 name wire7
check "back to a disk" sh -c "echo block > $CHAN/7/type"
check "its interface has gone" [ ! -d $NET/wire7 ]
echo net > $CHAN/7/type

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
echo 7 > $PART/A/channels
check "an owner" power A activate
same "it has it" "$(chan 7)" "configured A"
chan_refused "an owned channel's name" 7 source other "$EBUSY" "belongs to A"
chan_refused "its type" 7 type block "$EBUSY" "belongs to A"
chan_refused "its mac" 7 mac 02:00:00:00:00:01 "$EBUSY" "belongs to A"
check "its link can be changed" sh -c "echo down > $CHAN/7/link"
echo 7 > $PART/B/channels
refused "another LPAR's channel" $PART/B/power activate "$EBUSY" "channel 7 belongs to A"
check "the owner gives it back" power A deactivate
check "the interface stays" [ -d $NET/lpar7 ]

# A driver that takes whole frames only, with their checksums: the host has to see to it.
listen A
ip link set lpar7 up
echo up > $CHAN/7/link
power A activate
ipl A "case=plainnet bytes=14480"
check "a driver without any offload" expect A "plainnet ready" 10
check "its carrier is on" within 10 carrier_is lpar7 1
check "10 segments are sent in one go" /lpar/helper segments lpar7 14480
check "they come one by one, with checksums" passes A plainnet 20
power A deactivate
rmchannels
check "no interface without a channel" [ ! -d $NET/lpar7 ]

need_stock

# up NAME INTERFACE ADDRESS: in the guest
up() { shell $1 "ip addr add $3/24 dev $2 && ip link set $2 up" "" 20; }

# Two networks that the host does not connect.
netchan 0
netchan 1 wire
echo 02:00:00:00:00:0d > $CHAN/1/mac
for i in 0:lpar0 1:wire; do
	ip addr add 10.9.${i%:*}.1/24 dev ${i#*:}
	ip link set ${i#*:} up
done
define R 0 160M 128M "1:50 2:40"
define D 160M 128M 0 "2:50"
echo 0 > $PART/R/channels
echo 1 > $PART/D/channels
check "R" linux R
check "D" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "D's driver has its address, with nobody typing" shell D "cat /sys/class/net/eth0/address" \
	"02:00:00:00:00:0d" 20
check "the carrier of its interface is on" within 10 carrier_is wire 1
check "R has an address" up R eth0 10.9.0.2
check "D has an address" up D eth0 10.9.1.2
check "R reaches the host" shell R "ping -c 3 -W 5 10.9.0.1" " 0% packet loss" 30
check "the host reaches D" sh -c "ping -c 3 -W 5 10.9.1.2 | grep -q ' 0% packet loss'"
check "D does not reach R's network" shell D "ip route add 10.9.0.0/24 via 10.9.1.1; ! ping -c 2 -W 2 10.9.0.2" \
	"100% packet loss" 30
check "R has a queue pair for each CPU" shell R \
	"ls /sys/class/net/eth0/queues; grep -c virtio0-[io] /proc/interrupts" "^4" 20

# The host's interface has four queues, R's device two. Who does not ask which:
# frames QUEUE TIMES: by the kernel's packet generator
frames() {
	local p

	for p in "rem_device_all" "add_device lpar0"; do
		echo "$p" > /proc/net/pktgen/kpktgend_0 || return
	done
	for p in "queue_map_min $1" "queue_map_max $1" "count $2" "pkt_size 60" "dst_mac ff:ff:ff:ff:ff:ff"; do
		echo "$p" > /proc/net/pktgen/lpar0 || return
	done
	echo start > /proc/net/pktgen/pgctrl && grep -q "^Result: OK" /proc/net/pktgen/lpar0
	p=$?
	echo rem_device_all > /proc/net/pktgen/kpktgend_0
	return $p
}
sent() { [ $(stat lpar0 tx_packets) -ge $1 ]; }
modprobe pktgen 2> /dev/null
if [ -d /proc/net/pktgen ]; then
	n=$(stat lpar0 tx_packets)
	check "frames by R's first queue" frames 0 3
	check "R gets them" within 10 sent $((n + 3))
	d=$(stat lpar0 tx_dropped)
	check "frames by a queue that R has not" frames 2 5
	d=$(($(stat lpar0 tx_dropped) - d))
	# Its first frame goes where its last one went.
	check "are dropped: $d" [ $d -ge 4 ]
	check "and R goes on" shell R "ping -c 1 -W 5 10.9.0.1" " 0% packet loss" 30
else
	skip "frames by a queue that R has not" "this kernel has no packet generator"
fi

# Who listens on the host's interface sees both directions.
/lpar/helper capture lpar0 3 20 > $TMP/seen &
seen=$!
check "R talks" shell R "ping -c 4 -W 5 10.9.0.1" " 0% packet loss" 30
check "it is captured" wait $seen
sed 's/^/# /' $TMP/seen

# average INTERFACE DIRECTION PACKETS BYTES: length of a frame since these counts
average() {
	local p=$(stat $1 $2_packets) b=$(stat $1 $2_bytes)

	echo $(((b - $4) / (p - $3 + 1)))
}

# random NAME BLOCKS: a file of so many times 64 KiB in the guest, its sum in $sum
random() {
	shell $1 "dd if=/dev/urandom of=/tmp/x bs=65536 count=$2 2> /dev/null; md5sum /tmp/x" "/tmp/x" 60 &&
		sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/$1.con)
}

# fetched ADDRESS: what the host gets from there is $sum
fetched() {
	wget -q -O $TMP/got http://$1/x && [ "$(md5sum < $TMP/got | cut -c1-32)" = $sum ]
}


# In both directions: the bytes, and frames larger than the wire's
check "R has 8 MB" random R 128
check "R serves them" shell R "httpd -h /tmp" "" 20
p=$(stat lpar0 rx_packets) b=$(stat lpar0 rx_bytes)
check "the host gets them to the last byte" fetched 10.9.0.2
n=$(average lpar0 rx $p $b)
check "in large frames: $n bytes each" [ $n -gt 2000 ]
httpd -p 10.9.0.1:80 -h $TMP
p=$(stat lpar0 tx_packets) b=$(stat lpar0 tx_bytes)
check "R gets them back to the last byte" shell R \
	"wget -q -O /tmp/y http://10.9.0.1/got; md5sum /tmp/y" "^$sum" 60
n=$(average lpar0 tx $p $b)
check "in large frames: $n bytes each" [ $n -gt 2000 ]
same "no errors" "$(stat lpar0 rx_errors) $(stat lpar0 tx_errors)" "0 0"

# The cable
echo down > $CHAN/0/link
check "R sees the link down" within 10 shell R "cat /sys/class/net/eth0/carrier" "^0" 10
same "the carrier is off" "$(carrier lpar0)" 0
echo up > $CHAN/0/link
check "R sees the link up" within 10 shell R "cat /sys/class/net/eth0/carrier" "^1" 10
check "and reaches the host" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

# One more comes while R runs, and goes.
netchan 2 extra
ip addr add 10.9.2.1/24 dev extra
ip link set extra up
: > $TMP/R.con
check "R gets one more" has R "0 2"
check "R sees it with nobody typing" expect R "HOTPLUG eth1 online" 60
check "R has an address there" up R eth1 10.9.2.2
check "the host reaches R there" sh -c "ping -c 2 -W 5 10.9.2.2 | grep -q ' 0% packet loss'"
check "R is asked for it, and gives it" has R 0
same "nobody has it" "$(chan 2)" "reserved "
check "it is gone in R" shell R "ls /sys/class/net | grep -c eth" "^1" 20
check "its carrier is off" within 10 carrier_is extra 0
check "and R reaches the host by the other" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30
rmdir $CHAN/2

# A bridge
modprobe bridge
brctl addbr br0
ip link set br0 up
ip link set lpar0 master br0
ip link set wire master br0
check "R has a second address" shell R "ip addr add 10.9.9.2/24 dev eth0" "" 20
check "D has a second address" shell D "ip addr add 10.9.9.3/24 dev eth0" "" 20
check "D reaches R through a bridge" shell D "ping -c 3 -W 5 10.9.9.2" " 0% packet loss" 60
check "D gets R's bytes" shell D "wget -q -O /tmp/z http://10.9.9.2/x; md5sum /tmp/z" "^$sum" 60
ip link set lpar0 nomaster
ip link set wire nomaster
ip link set br0 down
brctl delbr br0

# The donor talks all the time.
type_in D 'run=(while :; do ping -c 1 -W 1 10.9.1.1 > /dev/null && echo PONG > /dev/ttyS0; usleep 50000; done) &
'
check "D talks" expect D "^PONG" 20
for s in 203 206 207 208; do
	fault_at $s R D
	n=$(lines D PONG)
	check "fault at $s: D still talks" within 10 more_lines D PONG $n
done
check "R still reaches the host" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

: > $TMP/R.con
check "integrate" integrate R D
result R | sed 's/^/# /'
same "step 206" "$(step R 206)" ok
same "R has both" "$(chan 0), $(chan 1)" "configured R, configured R"
check "R sees the donor's interface with nobody typing" expect R "HOTPLUG eth1 online" 60
check "it has the donor's address" shell R "cat /sys/class/net/eth1/address" "02:00:00:00:00:0d" 20
same "the host's interface kept its own" "$(ip addr show wire | grep -c 10.9.1.1/24)" 1
check "R has an address there" up R eth1 10.9.1.2
check "its carrier is on" within 10 carrier_is wire 1
check "the host reaches the receiver" sh -c "ping -c 3 -W 5 10.9.1.2 | grep -q ' 0% packet loss'"
check "it gets R's bytes there" fetched 10.9.1.2
check "and through its own" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

# Started anew, it has both.
check "R is started anew" power R reset
: > $TMP/R.con
check "no carrier without a driver" within 20 carrier_is wire 0
check "R is up again" expect R "LPAR-GUEST READY" 240
check "it has two interfaces" shell R 'set -- /sys/class/net/eth*; echo there are $#' "there are 2" 20
check "and a driver" within 10 carrier_is wire 1

# Its driver sends whole frames only, with their checksums.
if shell R "ls /modules/virtio_net.ko" virtio_net 10; then
	check "R's driver is told to do all of it" shell R \
		"rmmod virtio_net && insmod /modules/virtio_net.ko csum=0 gso=0 && dd if=/dev/urandom of=/tmp/x bs=65536 count=16 2> /dev/null; md5sum /tmp/x; httpd -h /tmp" "/tmp/x" 60
	sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
	check "R has its address" up R eth0 10.9.0.2
	within 10 carrier_is lpar0 1
	p=$(stat lpar0 rx_packets) b=$(stat lpar0 rx_bytes)
	check "the host gets its bytes" fetched 10.9.0.2
	n=$(average lpar0 rx $p $b)
	check "in frames of the wire: $n bytes each" [ $n -gt 500 -a $n -le 1514 ]
else
	skip "R's driver is told to do all of it" "this kernel has it built in"
fi
power R deactivate
check "no carrier without an owner" within 10 carrier_is wire 0
rmchannels
check "no interface is left" [ ! -d $NET/wire -a ! -d $NET/lpar0 ]
check "the module can go" unload
finish
