#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Expanded storage: the pool, a stock guest that has it as a disk, and what integration
# does with it.
. /lpar/lib.sh
. /lpar/stock.sh

ES=$CFS/storage

begin 416M 1-2
same "no expanded storage by default" "$(cat $ES/es_size $ES/es_free | tr '\n' ' ')" "0 0 "
refused "a pool of 3M" $ES/es_size 3M "$EINVAL" "3 MB is not a multiple of the block size, 2 MB"
refused "a pool of 64T" $ES/es_size 64T "$ENOMEM" "not enough host memory: 67108864 MB requested, .* kept for the host"
same "es_size is still 0" "$(cat $ES/es_size)" 0
pool() { echo $1 > $ES/es_size; }
check "a pool of 64M is allocated" pool 64M
same "the whole pool is free" "$(cat $ES/es_free)" 64M
check "the pool can shrink" pool 48M
check "the pool can grow" pool 64M

define A 0 16M 0 "1:50"
refused "es_size of 3M" $PART/A/es_size 3M "$EINVAL" "not a multiple of the block size"
echo 66M > $PART/A/es_size
refused "activate with more than the pool" $PART/A/power activate "$ENOSPC" \
	"A needs 66 MB of expanded storage, but only 64 MB is free"
echo 24M > $PART/A/es_size
check "activate A with 24M" power A activate
same "40M are still free" "$(cat $ES/es_free)" 40M
same "A has 24M" "$(cat $SYS/A/es_size)" 25165824
refused "shrink while active" $PART/A/es_size 8M "$EBUSY" "A has 24 MB .* deactivate it before reducing"
refused "grow beyond the pool while active" $PART/A/es_size 66M "$ENOSPC" "A needs 66 MB"
refused "pool removed while in use" $ES/es_size 0 "$EBUSY" "24 MB of the expanded storage is in use"
define B 16M 16M 0 "2:50"
echo 42M > $PART/B/es_size
refused "activate with more than is free" $PART/B/power activate "$ENOSPC" \
	"B needs 42 MB of expanded storage, but only 40 MB is free"
echo 40M > $PART/B/es_size
check "activate with all that is free" power B activate
same "nothing is free" "$(cat $ES/es_free)" 0
check "deactivate B" power B deactivate
check "deactivate A" power A deactivate
same "the whole pool is free again" "$(cat $ES/es_free)" 64M
rmpart A B

need_stock

# R has expanded storage from the start, Q has none.
define R 0 128M 128M "1:60"
define D 128M 128M 0 "2:60"
echo 8M > $PART/R/es_size
echo 16M > $PART/D/es_size
check "R is loaded" linux R lpar.interval=500
check "D is loaded" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "R's disk has the serial of expanded storage" shell R "cat /sys/block/vda/serial" "^lpar-es" 20
check "R's disk has 8M" shell R "cat /sys/block/vda/size" "^16384" 20
check "R's expanded storage is cleared" shell R "/init zeroes /dev/vda 0 8388608" "" 60
fill='dd if=/dev/urandom bs=65536 count=128 > /tmp/x'
check "R writes all of it and reads it back" shell R \
	"$fill; dd if=/tmp/x of=/dev/vda bs=1M conv=fsync && dd if=/dev/vda bs=1M | cmp - /tmp/x && head -c 1048576 /tmp/x | md5sum" \
	"  -" 120
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
check "D writes all of its own" shell D "yes DONOR-SECRET | dd of=/dev/vda bs=1M count=16 iflag=fullblock conv=fsync" "" 60
check "D discards a part, which then reads zero" shell D "blkdiscard -o 1048576 -l 4194304 /dev/vda && /init zeroes /dev/vda 1048576 4194304" "" 30
type_in D 'run=(while :; do cat /dev/vda > /dev/null; yes DONOR-SECRET | dd of=/dev/vda bs=1M count=16 iflag=fullblock; done) 2> /dev/null &
'

# R's I/O continues meanwhile, in its second MB. This host poisons freed memory, so that a
# use after free is detected.
type_in R "work=disk
"
check "R writes and reads without its page cache" expect R "DISK [0-9]+ ok" 60

things() { cat $SYS/*/es_size $PART/*/es_size $ES/es_free; }
for s in 202 205 207 208; do
	fault_at $s R D
done
check "R still has 8M after the faults" shell R "cat /sys/block/vda/size" "^16384" 20
check "D still reads and writes after the faults" shell D "dd if=/dev/vda bs=4096 count=1 skip=16 | tail -c 13" "DONOR-SECRET|SECRET" 20

check "integrate D into R while both do I/O" integrate R D
: > $TMP/R.con
check "R's I/O continued without an error" expect R "DISK [0-9]+ ok" 60
type_in R "stop
"
same "R has the sum of both" "$(cat $SYS/R/es_size) $(cat $PART/R/es_size)" "25165824 24M"
same "D has none" "$(cat $SYS/D/es_size)" 0
same "the free part of the pool is unchanged" "$(cat $ES/es_free)" 40M
check "R's disk has grown while R runs" within 20 shell R "cat /sys/block/vda/size" "^49152" 10
check "R's own data is unchanged" shell R "dd if=/dev/vda bs=1M count=1 | md5sum" "^$sum" 60
check "D's part was cleared" shell R "/init zeroes /dev/vda 8388608 16777216" "" 60
check "R uses D's part" shell R "dd if=/tmp/x of=/dev/vda bs=1M seek=16 conv=fsync && dd if=/dev/vda bs=1M skip=16 | cmp - /tmp/x" "" 60

# The admin adds expanded storage to the running guest.
: > $TMP/R.con
check "add 8M to running R" sh -c "echo 32M > $PART/R/es_size"
same "R has 32M" "$(cat $SYS/R/es_size) $(cat $ES/es_free)" "33554432 32M"
check "R's disk has grown again" within 20 shell R "cat /sys/block/vda/size" "^65536" 10
check "the added part is cleared" shell R "/init zeroes /dev/vda 25165824 8388608" "" 60
check "the rest is unchanged" shell R "dd if=/dev/vda bs=1M skip=16 count=8 | cmp - /tmp/x" "" 60
refused "shrink while the guest runs" $PART/R/es_size 8M "$EBUSY" "R has 32 MB"

# A receiver without expanded storage gets a new device.
power R deactivate
rmpart R
define Q 256M 128M 128M "2:90"
check "Q is loaded" linux Q
check "Q is up" expect Q "LPAR-GUEST READY" 240
check "Q has no disk" shell Q "ls /sys/block | grep -c vd || true" "^0" 20
define R 0 128M 128M "1:60"
echo 8M > $PART/R/es_size
check "activate R again" power R activate
for s in 205 208; do
	fault_at $s Q R
done
echo manual > $PART/Q/notify
check "integrate R into Q with notify=manual" integrate Q R
check "Q is not notified yet" shell Q "ls /sys/block | grep -c vd || true" "^0" 20
echo auto > $PART/Q/notify
check "Q finds a disk without user action" expect Q "HOTPLUG vda online" 60
within 20 grep -q added $SYS/Q/channel_ost
same "Q acknowledges the disk" "$(cat $SYS/Q/channel_ost)" "es added 0"
check "Q's disk has 8M" shell Q "cat /sys/block/vda/size" "^16384" 20
check "Q can use its disk" shell Q "echo -n used | dd of=/dev/vda conv=fsync && head -c 4 /dev/vda" "^used" 20
power Q deactivate

# A running LPAR without expanded storage gets a new device, too.
echo 0 > $PART/Q/es_size
check "Q is loaded without expanded storage" linux Q
check "Q is up without expanded storage" expect Q "LPAR-GUEST READY" 240
: > $TMP/Q.con
check "add 4M to running Q" sh -c "echo 4M > $PART/Q/es_size"
check "Q finds the new disk" expect Q "HOTPLUG vda online" 60
check "Q's new disk has 4M and is cleared" shell Q "cat /sys/block/vda/size && /init zeroes /dev/vda 0 4194304" "^8192" 30
power Q deactivate
same "the whole pool is free at the end" "$(cat $ES/es_free)" 64M
finish
