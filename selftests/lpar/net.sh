#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# needs: module=bridge module=pktgen
# Net channels: attributes, two stock guests with interfaces, and step 206.
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

NET=/sys/class/net

# netchan ID [NAME]: make a channel with an interface
netchan() { mkdir $CHAN/$1 && echo net > $CHAN/$1/type && { [ -z "$2" ] || echo $2 > $CHAN/$1/source; }; }

# stat INTERFACE COUNTER
stat() { cat $NET/$1/statistics/$2; }
carrier() { cat $NET/$1/carrier 2> /dev/null; }
carrier_is() { [ "$(carrier $1)" = $2 ]; }

begin 416M 1-2

# Attributes that the admin can write
netchan 7
same "type is net" "$(cat $CHAN/7/type)" net
same "the interface name defaults to lpar7" "$(cat $CHAN/7/source)" lpar7
check "the interface exists" [ -d $NET/lpar7 ]
matches "the guest's MAC address is locally administered" "$(cat $CHAN/7/mac)" "^02(:[0-9a-f]{2}){4}:07\$"
same "link is up by default" "$(cat $CHAN/7/link)" up
ip addr add 10.7.0.1/24 dev lpar7
ip link set lpar7 up
same "no carrier without an owner" "$(carrier lpar7)" 0
mkdir $CHAN/8
chan_refused "mac of a block channel" 8 mac 02:00:00:00:00:08 "$EINVAL" "type block has no mac"
chan_refused "link of a block channel" 8 link down "$EINVAL" "type block has no link"
chan_refused "serial of a net channel" 7 serial X "$EINVAL" "type net has no serial"
chan_refused "readonly of a net channel" 7 readonly 1 "$EINVAL" "type net has no readonly"
chan_refused "a multicast address" 7 mac 03:00:00:00:00:07 "$EINVAL" "not a unicast MAC address"
chan_refused "all-zero address" 7 mac 00:00:00:00:00:00 "$EINVAL" "not a unicast MAC address"
chan_refused "incomplete address" 7 mac 02:00:00 "$EINVAL" "not a unicast MAC address"
chan_refused "address that is too long" 7 mac 02:00:00:00:00:01:02 "$EINVAL" "not a unicast MAC address"
chan_refused "link that is neither up nor down" 7 link maybe "$EINVAL" "up or down"
chan_refused "name of an existing interface" 7 source lo "$EEXIST" '"lo" is already the name of an interface'
chan_refused "name that is too long" 7 source abcdefghijklmnop "too long" "15 characters"
for bad in a/b a:b . .. 'a b' 'x%d' ''; do
	chan_refused "name \"$bad\"" 7 source "$bad" "$EINVAL" "is not a valid interface name"
done
same "the interface is unchanged by refusals" "$(ip addr show lpar7 | grep -c 10.7.0.1)" 1
echo 02:12:34:56:78:9a > $CHAN/7/mac
same "mac can be changed" "$(cat $CHAN/7/mac)" 02:12:34:56:78:9a
check "source renames the interface" sh -c "echo wire7 > $CHAN/7/source"
check "the renamed interface exists" [ -d $NET/wire7 -a ! -d $NET/lpar7 ]
ip link set wire7 name cable7
same "a rename by ip shows in source" "$(cat $CHAN/7/source)" cable7
ip link set cable7 name wire7
ip link set wire7 name lpar8 2> /dev/null
attempt $CHAN/8/type net
matches "default name that is taken" "$(cat $CHAN/8/last_error)" '"lpar8" is already the name of an interface'
same "type is unchanged if the default name is taken" "$(cat $CHAN/8/type)" block
ip link set lpar8 name wire7
check "type can be changed back to block" sh -c "echo block > $CHAN/7/type"
check "the interface of a block channel is removed" [ ! -d $NET/wire7 ]
echo net > $CHAN/7/type

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
echo 7 > $PART/A/channels
check "activate with a net channel" power A activate
same "the channel belongs to A" "$(chan 7)" "configured A"
chan_refused "name of an owned channel" 7 source other "$EBUSY" "belongs to A"
chan_refused "type of an owned channel" 7 type block "$EBUSY" "belongs to A"
chan_refused "mac of an owned channel" 7 mac 02:00:00:00:00:01 "$EBUSY" "belongs to A"
check "link of an owned channel can be changed" sh -c "echo down > $CHAN/7/link"
echo 7 > $PART/B/channels
refused "activate with another LPAR's channel" $PART/B/power activate "$EBUSY" "channel 7 belongs to A"
check "deactivate the owner" power A deactivate
check "the interface stays after deactivate" [ -d $NET/lpar7 ]

# A driver without offloads: the host has to segment and to compute checksums.
listen A
ip link set lpar7 up
echo up > $CHAN/7/link
power A activate
ipl A "case=plainnet bytes=14480"
check "a driver without offloads is ready" expect A "plainnet ready" 10
check "the carrier is on with a driver" within 10 carrier_is lpar7 1
check "send 10 segments in one packet" /lpar/helper segments lpar7 14480
check "the guest gets single segments with checksums" passes A plainnet 20
power A deactivate
rmchannels
check "rmdir of the channel removes the interface" [ ! -d $NET/lpar7 ]

need_stock

# up NAME INTERFACE ADDRESS: configure it in the guest
up() { shell $1 "ip addr add $3/24 dev $2 && ip link set $2 up" "" 20; }

# Two networks that the host does not connect
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
check "R is loaded" linux R
check "D is loaded" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "D's interface has the channel's address" shell D "cat /sys/class/net/eth0/address" \
	"02:00:00:00:00:0d" 20
check "D's carrier is on" within 10 carrier_is wire 1
check "R's interface is configured" up R eth0 10.9.0.2
check "D's interface is configured" up D eth0 10.9.1.2
check "R reaches the host" shell R "ping -c 3 -W 5 10.9.0.1" " 0% packet loss" 30
check "the host reaches D" sh -c "ping -c 3 -W 5 10.9.1.2 | grep -q ' 0% packet loss'"
check "D does not reach R's network" shell D "ip route add 10.9.0.0/24 via 10.9.1.1; ! ping -c 2 -W 2 10.9.0.2" \
	"100% packet loss" 30
check "R has a queue pair for each LIP" shell R \
	"ls /sys/class/net/eth0/queues; grep -c virtio0-[io] /proc/interrupts" "^4" 20

# The host's interface has four queues, R's device only two.
# frames QUEUE TIMES: send by the kernel's packet generator
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
	check "send frames by R's first queue" frames 0 3
	check "R receives frames of its first queue" within 10 sent $((n + 3))
	d=$(stat lpar0 tx_dropped)
	check "send frames by a queue that R does not have" frames 2 5
	d=$(($(stat lpar0 tx_dropped) - d))
	# The first frame may still go to the previous queue.
	check "frames of a queue that R does not have are dropped: $d" [ $d -ge 4 ]
	check "R's network works after dropped frames" shell R "ping -c 1 -W 5 10.9.0.1" " 0% packet loss" 30
else
	skip "frames of a queue that R does not have" "this kernel has no packet generator"
fi

# A capture on the host's interface sees both directions.
/lpar/helper capture lpar0 3 20 > $TMP/seen &
seen=$!
check "R sends and receives pings" shell R "ping -c 4 -W 5 10.9.0.1" " 0% packet loss" 30
check "the capture has both directions" wait $seen
sed 's/^/# /' $TMP/seen

# average INTERFACE DIRECTION PACKETS BYTES: mean frame length since these counts
average() {
	local p=$(stat $1 $2_packets) b=$(stat $1 $2_bytes)

	echo $(((b - $4) / (p - $3 + 1)))
}

# random NAME BLOCKS: a file of BLOCKS * 64 KiB in the guest, its MD5 sum in $sum
random() {
	shell $1 "dd if=/dev/urandom of=/tmp/x bs=65536 count=$2 2> /dev/null; md5sum /tmp/x" "/tmp/x" 60 &&
		sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/$1.con)
}

# fetched ADDRESS: whether the file served there has MD5 sum $sum
fetched() {
	wget -q -O $TMP/got http://$1/x && [ "$(md5sum < $TMP/got | cut -c1-32)" = $sum ]
}


# Both directions: contents, and frames larger than the MTU
check "R makes a file of 8 MB" random R 128
check "R serves the file" shell R "httpd -h /tmp" "" 20
p=$(stat lpar0 rx_packets) b=$(stat lpar0 rx_bytes)
check "the host downloads R's file unchanged" fetched 10.9.0.2
n=$(average lpar0 rx $p $b)
check "frames from R are larger than the MTU: $n bytes each" [ $n -gt 2000 ]
httpd -p 10.9.0.1:80 -h $TMP
p=$(stat lpar0 tx_packets) b=$(stat lpar0 tx_bytes)
check "R downloads the file unchanged" shell R \
	"wget -q -O /tmp/y http://10.9.0.1/got; md5sum /tmp/y" "^$sum" 60
n=$(average lpar0 tx $p $b)
check "frames to R are larger than the MTU: $n bytes each" [ $n -gt 2000 ]
same "no interface errors" "$(stat lpar0 rx_errors) $(stat lpar0 tx_errors)" "0 0"

# The link
echo down > $CHAN/0/link
check "R sees the link down" within 10 shell R "cat /sys/class/net/eth0/carrier" "^0" 10
same "the carrier is off with the link down" "$(carrier lpar0)" 0
echo up > $CHAN/0/link
check "R sees the link up" within 10 shell R "cat /sys/class/net/eth0/carrier" "^1" 10
check "R reaches the host after link up" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

# The MTU that R was told holds until its next IPL.
dropped() { [ $(stat lpar0 tx_dropped) -gt $d ]; }
ip link set lpar0 mtu 4000
d=$(stat lpar0 tx_dropped)
ping -c 1 -W 1 -s 1400 10.9.0.2 > /dev/null 2>&1
same "a frame of R's MTU is sent" $(stat lpar0 tx_dropped) $d
ping -c 1 -W 1 -s 3000 10.9.0.2 > /dev/null 2>&1
check "a frame above R's MTU is dropped" within 5 dropped
ip link set lpar0 mtu 1500

# The admin adds an interface to the running guest and removes it.
netchan 2 extra
ip addr add 10.9.2.1/24 dev extra
ip link set extra up
: > $TMP/R.con
check "add a net channel to running R" has R "0 2"
check "R finds the added interface without user action" expect R "HOTPLUG eth1 online" 60
check "R's added interface is configured" up R eth1 10.9.2.2
check "the host reaches R by the added interface" sh -c "ping -c 2 -W 5 10.9.2.2 | grep -q ' 0% packet loss'"
check "R ejects the interface on request" has R 0
same "the ejected channel has no owner" "$(chan 2)" "reserved "
check "the interface is gone in R" shell R "ls /sys/class/net | grep -c eth" "^1" 20
check "the carrier of the ejected channel is off" within 10 carrier_is extra 0
check "R reaches the host by its first interface" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30
rmdir $CHAN/2

# A bridge
modprobe bridge
brctl addbr br0
ip link set br0 up
ip link set lpar0 master br0
ip link set wire master br0
check "R has an address on the bridge" shell R "ip addr add 10.9.9.2/24 dev eth0" "" 20
check "D has an address on the bridge" shell D "ip addr add 10.9.9.3/24 dev eth0" "" 20
check "D reaches R through a bridge" shell D "ping -c 3 -W 5 10.9.9.2" " 0% packet loss" 60
check "D downloads R's file through the bridge" shell D "wget -q -O /tmp/z http://10.9.9.2/x; md5sum /tmp/z" "^$sum" 60
ip link set lpar0 nomaster
ip link set wire nomaster
ip link set br0 down
brctl delbr br0

# The donor pings all the time.
type_in D 'run=(while :; do ping -c 1 -W 1 10.9.1.1 > /dev/null && echo PONG > /dev/ttyS0; usleep 50000; done) &
'
check "D pings the host" expect D "^PONG" 20
for s in 203 206 207 208; do
	fault_at $s R D
	n=$(lines D PONG)
	check "fault at $s: D still pings" within 10 more_lines D PONG $n
done
check "R still reaches the host after the faults" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

: > $TMP/R.con
check "integrate while D pings" integrate R D
result R | sed 's/^/# /'
same "step 206 is ok" "$(step R 206)" ok
same "R owns both channels" "$(chan 0), $(chan 1)" "configured R, configured R"
check "R finds the donor's interface without user action" expect R "HOTPLUG eth1 online" 60
check "the interface still has the donor's address" shell R "cat /sys/class/net/eth1/address" "02:00:00:00:00:0d" 20
same "the host's interface keeps its address" "$(ip addr show wire | grep -c 10.9.1.1/24)" 1
check "R configures the donor's interface" up R eth1 10.9.1.2
check "the carrier of the donor's interface is on" within 10 carrier_is wire 1
check "the host reaches R by the donor's interface" sh -c "ping -c 3 -W 5 10.9.1.2 | grep -q ' 0% packet loss'"
check "the host downloads R's file by the donor's interface" fetched 10.9.1.2
check "R still reaches the host by its own interface" shell R "ping -c 2 -W 5 10.9.0.1" " 0% packet loss" 30

# After a reset R has both interfaces.
check "reset R" power R reset
: > $TMP/R.con
check "the carrier is off without a driver" within 20 carrier_is wire 0
check "R is up after the reset" expect R "LPAR-GUEST READY" 240
check "R has two interfaces after the reset" shell R 'set -- /sys/class/net/eth*; echo there are $#' "there are 2" 20
check "the carrier is on again with a driver" within 10 carrier_is wire 1

# R's driver without offloads
if shell R "ls /modules/virtio_net.ko" virtio_net 10; then
	check "R's driver is reloaded without offloads" shell R \
		"rmmod virtio_net && insmod /modules/virtio_net.ko csum=0 gso=0 && dd if=/dev/urandom of=/tmp/x bs=65536 count=16 2> /dev/null; md5sum /tmp/x; httpd -h /tmp" "/tmp/x" 60
	sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
	check "R's interface is configured without offloads" up R eth0 10.9.0.2
	within 10 carrier_is lpar0 1
	p=$(stat lpar0 rx_packets) b=$(stat lpar0 rx_bytes)
	check "the host downloads R's file without offloads" fetched 10.9.0.2
	n=$(average lpar0 rx $p $b)
	check "frames without offloads fit the MTU: $n bytes each" [ $n -gt 500 -a $n -le 1514 ]
else
	skip "R's driver is reloaded without offloads" "this kernel has it built in"
fi
power R deactivate
check "the carrier is off without an owner" within 10 carrier_is wire 0
rmchannels
check "rmdir of the channels removes the interfaces" [ ! -d $NET/wire -a ! -d $NET/lpar0 ]
check "unload after net channels were used" unload
finish
