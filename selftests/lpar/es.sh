#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Expanded storage: the pool, a stock guest that has it as a disk, and how it goes
# with main storage in an integration.
. /lpar/lib.sh
. /lpar/stock.sh

ES=$CFS/storage

begin 416M 1-2
same "no expanded storage at first" "$(cat $ES/es_size $ES/es_free | tr '\n' ' ')" "0 0 "
refused "a pool of 3M" $ES/es_size 3M "$EINVAL" "3 MB is not a multiple of the block size, 2 MB"
refused "a pool of 64T" $ES/es_size 64T "$ENOMEM" "not enough host memory: 67108864 MB requested, .* kept for the host"
same "nothing changed" "$(cat $ES/es_size)" 0
pool() { echo $1 > $ES/es_size; }
check "a pool of 64M" pool 64M
same "all is free" "$(cat $ES/es_free)" 64M
check "a smaller one" pool 48M
check "and as it was" pool 64M

define A 0 16M 0 "1:50"
refused "a size of 3M" $PART/A/es_size 3M "$EINVAL" "not a multiple of the block size"
echo 66M > $PART/A/es_size
refused "more than there is" $PART/A/power activate "$ENOSPC" \
	"A needs 66 MB of expanded storage, but only 64 MB is free"
echo 24M > $PART/A/es_size
check "A with 24M" power A activate
same "40M are free" "$(cat $ES/es_free)" 40M
same "A has it" "$(cat $SYS/A/es_size)" 25165824
refused "less while it is owned" $PART/A/es_size 8M "$EBUSY" "A has 24 MB .* deactivate it before reducing"
refused "more than there is" $PART/A/es_size 66M "$ENOSPC" "A needs 66 MB"
refused "no pool while it is in use" $ES/es_size 0 "$EBUSY" "24 MB of the expanded storage is in use"
define B 16M 16M 0 "2:50"
echo 42M > $PART/B/es_size
refused "more than is left" $PART/B/power activate "$ENOSPC" \
	"B needs 42 MB of expanded storage, but only 40 MB is free"
echo 40M > $PART/B/es_size
check "what is left" power B activate
same "nothing is free" "$(cat $ES/es_free)" 0
check "B gives it back" power B deactivate
check "A, too" power A deactivate
same "all is free again" "$(cat $ES/es_free)" 64M
rmpart A B

need_stock

# R has ES from the start, Q none.
define R 0 128M 128M "1:60"
define D 128M 128M 0 "2:60"
echo 8M > $PART/R/es_size
echo 16M > $PART/D/es_size
check "R" linux R lpar.interval=500
check "D" linux D
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "R knows it by its name" shell R "cat /sys/block/vda/serial" "^lpar-es" 20
check "R has 8M of it" shell R "cat /sys/block/vda/size" "^16384" 20
check "it is clean" shell R "/init zeroes /dev/vda 0 8388608" "" 60
fill='dd if=/dev/urandom bs=65536 count=128 > /tmp/x'
check "R writes all of it" shell R \
	"$fill; dd if=/tmp/x of=/dev/vda bs=1M conv=fsync && dd if=/dev/vda bs=1M | cmp - /tmp/x && head -c 1048576 /tmp/x | md5sum" \
	"  -" 120
sum=$(grep -o '^[0-9a-f]\{32\}' $TMP/R.con)
check "D writes its own" shell D "yes DONOR-SECRET | dd of=/dev/vda bs=1M count=16 iflag=fullblock conv=fsync" "" 60
check "D discards a part" shell D "blkdiscard -o 1048576 -l 4194304 /dev/vda && /init zeroes /dev/vda 1048576 4194304" "" 30
type_in D 'run=(while :; do cat /dev/vda > /dev/null; yes DONOR-SECRET | dd of=/dev/vda bs=1M count=16 iflag=fullblock; done) 2> /dev/null &
'

# R's goes on as well, in its second MB; whoever touches memory that was freed is seen:
# this host poisons it.
type_in R "work=disk
"
check "R writes and reads, past its cache" expect R "DISK [0-9]+ ok" 60

things() { cat $SYS/*/es_size $PART/*/es_size $ES/es_free; }
for s in 202 205 207 208; do
	fault_at $s R D
done
check "R has what it had" shell R "cat /sys/block/vda/size" "^16384" 20
check "D reads and writes" shell D "dd if=/dev/vda bs=4096 count=1 skip=16 | tail -c 13" "DONOR-SECRET|SECRET" 20

check "integrate" integrate R D
: > $TMP/R.con
check "R's I/O went on, without an error so far" expect R "DISK [0-9]+ ok" 60
type_in R "stop
"
same "the sum" "$(cat $SYS/R/es_size) $(cat $PART/R/es_size)" "25165824 24M"
same "D has none" "$(cat $SYS/D/es_size)" 0
same "what was free is so still" "$(cat $ES/es_free)" 40M
check "R's disk has grown while it ran" within 20 shell R "cat /sys/block/vda/size" "^49152" 10
check "what was R's is as it was" shell R "dd if=/dev/vda bs=1M count=1 | md5sum" "^$sum" 60
check "what was D's is clean" shell R "/init zeroes /dev/vda 8388608 16777216" "" 60
check "R uses it" shell R "dd if=/tmp/x of=/dev/vda bs=1M seek=16 conv=fsync && dd if=/dev/vda bs=1M skip=16 | cmp - /tmp/x" "" 60

# The admin gives it more while it runs.
: > $TMP/R.con
check "R gets 8M more" sh -c "echo 32M > $PART/R/es_size"
same "it has the sum" "$(cat $SYS/R/es_size) $(cat $ES/es_free)" "33554432 32M"
check "its disk has grown once more" within 20 shell R "cat /sys/block/vda/size" "^65536" 10
check "what came is clean" shell R "/init zeroes /dev/vda 25165824 8388608" "" 60
check "what was there is as it was" shell R "dd if=/dev/vda bs=1M skip=16 count=8 | cmp - /tmp/x" "" 60
refused "less while its guest runs" $PART/R/es_size 8M "$EBUSY" "R has 32 MB"

# A receiver that had none gets a device.
power R deactivate
rmpart R
define Q 256M 128M 128M "2:90"
check "Q" linux Q
check "Q is up" expect Q "LPAR-GUEST READY" 240
check "Q has no disk" shell Q "ls /sys/block | grep -c vd || true" "^0" 20
define R 0 128M 128M "1:60"
echo 8M > $PART/R/es_size
check "R again" power R activate
for s in 205 208; do
	fault_at $s Q R
done
echo manual > $PART/Q/notify
check "integrate R into Q" integrate Q R
check "Q is not told yet" shell Q "ls /sys/block | grep -c vd || true" "^0" 20
echo auto > $PART/Q/notify
check "Q sees a disk with nobody typing" expect Q "HOTPLUG vda online" 60
within 20 grep -q added $SYS/Q/channel_ost
same "its answer" "$(cat $SYS/Q/channel_ost)" "es added 0"
check "of 8M" shell Q "cat /sys/block/vda/size" "^16384" 20
check "that can be used" shell Q "echo -n used | dd of=/dev/vda conv=fsync && head -c 4 /dev/vda" "^used" 20
power Q deactivate

# An LPAR that has none gets a device while it runs, too.
echo 0 > $PART/Q/es_size
check "Q without any" linux Q
check "Q is up once more" expect Q "LPAR-GUEST READY" 240
: > $TMP/Q.con
check "Q gets 4M" sh -c "echo 4M > $PART/Q/es_size"
check "Q sees the disk" expect Q "HOTPLUG vda online" 60
check "of 4M" shell Q "cat /sys/block/vda/size && /init zeroes /dev/vda 0 4194304" "^8192" 30
power Q deactivate
same "all is free at the end" "$(cat $ES/es_free)" 64M
finish
