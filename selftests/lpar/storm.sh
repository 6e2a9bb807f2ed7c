#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# argument: ${LPAR_STORM_S:-4}
# Twenty processes write, read, make, remove, hold open and send signals at random.
. /lpar/lib.sh
. /lpar/libchan.sh
begin 32M 1-2
: > $TMP/storm0
dd if=/dev/zero of=$TMP/storm0 bs=1024 count=64 2> /dev/null
dd if=/dev/zero of=$TMP/storm1 bs=1024 count=64 2> /dev/null
echo 16M > $CFS/storage/es_size
pattern_part T 24M 8M "2:20"

clock
say "seed $now"
text=$(/lpar/storm ${1:-4} $now)
status=$?
check "each process ends: $text" [ $status = 0 ]
echo 0 > $PARAM/integrate_fault
unharmed "storm" T

# Everything still works.
rmchannels
check "the storage can be taken again" eval "echo 0 > $CFS/storage/ms_size && echo 32M > $CFS/storage/ms_size"
mkpart A 0 8M 8M "1:50" && ipl A "case=hotplug" && expect A ready 10
mkpart B 8M 8M 0 "2:50" && ipl B case=burn
check "integrate after the storm" integrate A B
check "the receiver's guest has the storage" expect A "hotplug memory 8 MB" 20
clean
echo 0 > $CFS/storage/es_size
check "the module can be unloaded after the storm" within 10 unload
finish
