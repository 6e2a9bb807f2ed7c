# SPDX-License-Identifier: GPL-2.0
# Channels and expanded storage of the demonstration: each LPAR has a disk and a network
# interface; the donor's move to the receiver in step 206 of the patent, its ES in step
# 205. The host's address on LPAR n's network is 10.0.n.1, in the emulated machine.
DISKS=/tmp/disks
ES_MB=1048576

# make_disk N: channel N, of LPAR N
make_disk()
{
	mkdir -p $DISKS
	dd if=/dev/zero of=$DISKS/$1 bs=1048576 count=8 2> /dev/null
	mkdir $L/channels/$1 || give_up "mkdir $L/channels/$1"
	put $DISKS/$1 $L/channels/$1/source
	put DISK-$1 $L/channels/$1/serial
}

# make_net N: channel 10 + N, of LPAR N; the host's interface is netN
make_net()
{
	id=$((10 + $1))
	mkdir $L/channels/$id || give_up "mkdir $L/channels/$id"
	put net $L/channels/$id/type
	put net$1 $L/channels/$id/source
	ip addr add 10.0.$1.1/24 dev net$1 && ip link set net$1 up ||
		give_up "configure net$1"
}

# guest_does NAME SECONDS COMMAND: type it at the guest's console; its output is in $output
guest_does()
{
	lines=$(wc -l < $LOGS/$1.log)
	ask $1 "run=$3"
	wait_for $(($2 * SLOW)) ran $1 || return
	output=$(tail -n +$((lines + 1)) $LOGS/$1.log | tr -d '\r')
	echo "$output" | grep -q "^RUN exit 0"
}

ran() { tail -n +$((lines + 1)) $LOGS/$1.log | grep -q "^RUN exit"; }

EXT4='for m in crc16 crc32c_generic mbcache jbd2 ext4; do insmod /modules/$m.ko; done'

# The name of the disk with serial number $1 in the guest, as an expression for its shell.
disk_of() { echo "\$(grep -l $1 /sys/block/vd*/serial | cut -d/ -f4)"; }

write_donor()
{
	guest_does LPAR2 60 "$EXT4; mke2fs /dev/vda > /dev/null && mkdir /mnt && mount -t ext4 /dev/vda /mnt && dd if=/dev/urandom of=/mnt/file bs=65536 count=32 && sync && md5sum /mnt/file" ||
		give_up "LPAR2 writes to its disk"
	donor_sum=$(echo "$output" | grep -o "^[0-9a-f]\{32\}")
	guest_does LPAR2 20 "yes OF-THE-DONOR | dd of=/dev/$(disk_of lpar-es) bs=65536 count=64 conv=fsync" ||
		give_up "LPAR2 writes to its expanded storage"
}

# join NAME INTERFACE N: configure the guest's end of network N
join()
{
	guest_does $1 20 "ip addr add 10.0.$3.2/24 dev $2 && ip link set $2 up && ping -c 2 -i 0.2 10.0.$3.1"
}

join_all()
{
	for i in 1 2 3; do
		join LPAR$i eth0 $i || give_up "LPAR$i reaches the host"
	done
	# LPAR3 is pinged during all of the following.
	ping -i 0.2 10.0.3.2 > /tmp/ping3 &
	ping3=$!
}

channel() { echo "$(cat $L/channels/$1/state) $(cat $L/channels/$1/owner)"; }

check_disk()
{
	check "all disks have an owner and are used: LPAR1 has 1 and 2" same \
		"$(channel 1), $(channel 2), $(channel 3)" \
		"configured LPAR1, configured LPAR1, configured LPAR3"
	check "LPAR1's Linux added the donor's disk (_OST: $(one_line channel_ost))" \
		grep -q "^2 added 0" $S/LPAR1/channel_ost
	check "LPAR1 mounts the donor's disk" guest_does LPAR1 60 \
		"$EXT4; mkdir -p /mnt && mount -t ext4 /dev/$(disk_of DISK-2) /mnt && md5sum /mnt/file"
	check "the donor's file is unchanged: MD5 $donor_sum" same \
		"$(echo "$output" | grep -o "^[0-9a-f]\{32\}")" "$donor_sum"
	check "LPAR1 writes to the donor's disk" guest_does LPAR1 30 "cp /bin/busybox /mnt && cmp /bin/busybox /mnt/busybox && umount /mnt"
}

check_net()
{
	kill $ping3
	# Number of answers, and number of missing answers before the last one.
	pings=$(awk -F "seq=" '/seq=/ { at = $2 + 0; lost += at - n; n = at + 1 }
			       END { print n + 0, lost + 0 }' /tmp/ping3)
	check "LPAR1 owns the donor's network interface" same "$(channel 12)" "configured LPAR1"
	check "LPAR1's Linux added it without a command" guest_does LPAR1 20 "ip link show dev eth1"
	check "it passes traffic" join LPAR1 eth1 2
	check "LPAR1's own interface passes traffic" guest_does LPAR1 20 "ping -c 2 -i 0.2 10.0.1.1"
	check "LPAR3 answered pings during the integration: ${pings% *}, ${pings#* } missing" \
		between 1 "${pings% *}" 999999999999
	check "no answer of LPAR3 is missing" same "${pings#* }" 0
}

check_es()
{
	check "LPAR1 has 24 MB of expanded storage, LPAR2 none" same \
		"$(($(cat $S/LPAR1/es_size) / ES_MB)) $(cat $S/LPAR2/es_size)" "24 0"
	check "LPAR1's Linux sees the new size of it without a reboot" guest_does LPAR1 20 \
		"grep -q ^49152 /sys/block/$(disk_of lpar-es)/size"
	check "it contains no data of the donor" guest_does LPAR1 60 \
		"/init zeroes /dev/$(disk_of lpar-es) 8388608 16777216"
}

check_io()
{
	from=$(field 2 "$(cat /tmp/disk.LPAR3.before)")
	to=$(field 2 "$(cat /tmp/disk.LPAR3.after)")
	check "LPAR3 wrote and read its disk all the time: round $from, then $to" \
		between $((from + 1)) "$to" 999999999999
	check "without an I/O error" sh -c "! grep -q '^DISK.*BAD' $LOGS/LPAR3.log"
	longest=$(field 5 "$(cat /tmp/disk.LPAR3.after)")
	echo "        longest write of a block: $((longest / 1000)) us"
	echo $longest | data longest_write.LPAR3
}

check_channels()
{
	check_disk
	check_net
	check_es
	check_io
}
