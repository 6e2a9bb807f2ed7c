#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# PCI channels: which functions can be given away and why others cannot, a stock guest
# with its own driver, DMA that stays inside, and step 206.
# pci.sh [none|noremap|snoop]: the machine has no IOMMU, one without interrupt remapping,
# or one whose devices may leave the caches out.
# needs: module=nvme
. /lpar/lib.sh
. /lpar/stock.sh
. /lpar/libchan.sh

BUS=/sys/bus/pci
FIRST=0000:00:04.0 SHARED=0000:00:05.0 EDU=0000:00:06.0 RNG=0000:00:07.0 THIRD=0000:00:08.0
FOURTH=0000:00:09.0

source_of() { echo $2 > $CHAN/$1/source; }

# source_refused WHAT SOURCE ERROR REASON: of channel 0
source_refused() {
	same "$1: there is none so far" "$(cat $CHAN/0/source)" ""
	chan_refused "$1" 0 source "$2" "$3" "$4"
}

driver() { basename "$(readlink $BUS/devices/$1/driver)" 2> /dev/null; }
host_takes() { echo $1 > $BUS/drivers_probe; [ "$(driver $1)" = nvme ]; }
host_leaves() { echo $1 > $BUS/drivers/nvme/unbind; }

# disk_of FUNCTION: the host's name of the disk, when there is one
disk_of() {
	within 10 sh -c "[ -e $BUS/devices/$1/nvme/*/nvme*n1 ]"
	echo /dev/$(basename $BUS/devices/$1/nvme/*/nvme*n1)
}

mkdir -p $TMP
load
modprobe nvme
mkdir $CHAN/0
check "type" sh -c "echo pci > $CHAN/0/type"
same "it is that" "$(cat $CHAN/0/type)" pci
if [ -n "$1" ]; then
	check "the host lets go" host_leaves $FIRST
	case $1 in
	none) source_refused "no IOMMU" $FIRST "$ENXIO" "04.0 is behind no IOMMU" ;;
	snoop)
		begin 64M 1-2
		check "a source" source_of 0 $FIRST
		define A 0 16M 0 "1:50"
		echo 0 > $PART/A/channels
		attempt $PART/A/power activate
		matches "DMA past the caches: an error" "$why" "$EOPNOTSUPP"
		matches "DMA past the caches: why" "$(cat $CHAN/0/last_error)" "past the caches"
		same "nobody has it" "$(chan 0)" "reserved "
		same "no driver has it" "$(driver $FIRST)" ""
		rmpart A
		;;
	*)
		source_refused "no interrupt remapping" $FIRST "$EPERM" "no interrupt remapping"
		echo 1 > $PARAM/unsafe_interrupts
		check "a risk that can be taken" source_of 0 $FIRST
		echo 0 > $PARAM/unsafe_interrupts
		;;
	esac
	rmdir $CHAN/0
	finish
fi

# What the admin can write
begin 416M 1-2
for bad in /dev/sda 04.0 0000:00:04.0x 0000:00:20.0 00:04.0; do
	source_refused "\"$bad\"" $bad "$EINVAL" "is no name of a PCI function"
done
source_refused "a function that is not there" 0000:00:1e.7 "No such device" "no PCI function 0000:00:1e.7"
source_refused "one that the host uses" $FIRST "$EBUSY" "used by nvme: echo $FIRST > .*/nvme/unbind"
source_refused "a bridge" 0000:00:1f.0 "$EINVAL" "1f.0 is a bridge"
source_refused "no MSI-X" $EDU "$EINVAL" "06.0 has no MSI-X"
source_refused "no reset" $RNG "not supported" "07.0 cannot be reset"
source_refused "a shared group" $SHARED "link|device" "shares its IOMMU group [0-9]* with 1 other \(0000:00:05.1\)"
attempt $CHAN/0/readonly 1
matches "a function is not read-only" "$why" "$EINVAL"

disk=$(disk_of $FIRST)
printf 'written by the host' | dd of=$disk conv=sync,fsync 2> /dev/null
check "the host lets go" host_leaves $FIRST
check "and of another" host_leaves $THIRD
check "a source" source_of 0 $FIRST
same "last_error" "$(cat $CHAN/0/last_error)" ""

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
echo 0 > $PART/A/channels
check "an owner" power A activate
same "it has it" "$(chan 0)" "configured A"
same "its driver in the host" "$(driver $FIRST)" lpar
attempt $BUS/drivers/nvme/bind $FIRST
matches "the host's driver does not get it" "$why" .
mkdir $CHAN/1
echo pci > $CHAN/1/type
attempt $CHAN/1/source $FIRST
matches "a second channel of it" "$(cat $CHAN/1/last_error)" "belongs to another channel"
same "one at a time" "$(cat $CHAN/1/source)" ""
check "the owner gives it back" power A deactivate
same "no driver has it" "$(driver $FIRST)" ""
source_of 1 $FIRST
power A activate
echo 1 > $PART/B/channels
refused "one that another LPAR has" $PART/B/power activate "$EBUSY" "source of channel 1"
matches "the channel knows more" "$(cat $CHAN/1/last_error)" "belongs to another channel"
power A deactivate
check "the host takes it back" host_takes $FIRST
refused "one that the host has taken" $PART/A/power activate "$EBUSY" "source of channel 0"
same "what was written is there" "$(head -c 19 $(disk_of $FIRST))" "written by the host"

# Its registers are no buffer for a disk.
host_leaves $FIRST
printf HOSTDATA | dd of=$TMP/disk bs=64k conv=sync 2> /dev/null
mkdir $CHAN/2 && echo $TMP/disk > $CHAN/2/source
echo "0 2" > $PART/A/channels
listen A
power A activate
ipl A "case=disk"
check "a disk does not get a function's registers" passes A disk 20
check "it has seen them" printed A "refused: another device's registers"
rmpart A
rmpart B
rmdir $CHAN/0 $CHAN/1 $CHAN/2

need_stock
cat $GUEST/initramfs.cpio $GUEST/nvme.cpio > $TMP/initrd

sum() { grep -o '^[0-9a-f]\{32\}' $TMP/$1.con | tail -n 1; }
exits() { sed -n "s/^$2 //p" $SYS/$1/exits; }

mkdir $CHAN/0 $CHAN/1
echo pci > $CHAN/0/type && source_of 0 $THIRD
echo pci > $CHAN/1/type && source_of 1 $FIRST
# Linux takes whole blocks of 128M only.
define R 0 128M 128M "1:90"
define D 128M 128M 0 "2:90"
echo 0 > $PART/R/channels
echo 1 > $PART/D/channels
check "R" linux R "" $TMP/initrd
check "D" linux D "" $TMP/initrd
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "D's own driver has it, with nobody typing" shell D \
	"until [ -b /dev/nvme0n1 ]; do sleep 1; done; grep . /sys/class/nvme/nvme0/serial" FIRST 60
check "R's, too" shell R \
	"until [ -b /dev/nvme0n1 ]; do sleep 1; done; grep . /sys/class/nvme/nvme0/serial" THIRD 60
check "D reads what the host wrote" shell D "head -c 19 /dev/nvme0n1" "written by the host" 20
check "by interrupts" shell D "grep -c 'PCI-MSI.*nvme0q' /proc/interrupts" "[2-9]" 20
check "D writes" shell D \
	"dd if=/dev/urandom of=/tmp/x bs=4096 count=512; dd if=/tmp/x of=/dev/nvme0n1 bs=65536 seek=16 conv=fsync && md5sum /tmp/x" \
	"/tmp/x" 60
wrote=$(sum D)
before=$(exits D mmio)
check "D reads it back, not from its memory" shell D \
	"dd if=/dev/nvme0n1 bs=4096 skip=256 count=512 iflag=direct | md5sum" "$wrote" 60
same "the same bytes" "$(sum D)" "$wrote"
n=$(($(exits D mmio) - before))
say "512 requests: $n MMIO exits"
check "its doorbells need no exit" [ $n -lt 100 ]

# DMA to where the LPAR has no storage. The controller is told to answer there.
/lpar/helper page 0x14000000 $TMP/look > $TMP/page &
within 20 grep -q "^page 0x" $TMP/page
page=$(sed -n 's/^page //p' $TMP/page)
say "a page of the host is at $page"
check "D's driver lets go" shell D \
	"cd $BUS/devices/0000:00:01.0; echo 0000:00:01.0 > driver/unbind; echo 1 > enable; printf '\\006' | dd of=config bs=1 seek=4 conv=notrunc; head -n 1 resource | cut -d' ' -f1" \
	"^0x0*c" 20
bar=$(grep -o '^0x0*c[0-9a-f]*' $TMP/D.con)
registers() { for r; do printf 'devmem %d 32 %d; ' $((bar + ${r%=*})) $((${r#*=})); done; }
check "its controller is told to answer into the host's page" shell D \
	"$(registers 0x14=0 0x24=0x000f000f 0x28=0x1000000 0x2c=0 0x30=$((page & 0xffffffff)) 0x34=$((page >> 32)) 0x14=0x00460001) sleep 1; devmem $((bar + 0x1c))" \
	"^0x0*1" 20
check "the IOMMU refuses it the answer: it is in fatal status" shell D \
	"$(registers 0x1000=1) sleep 1; devmem $((bar + 0x1c))" "^0x0*[23]" 20
: > $TMP/look
within 10 grep -q "^page [a-z]" $TMP/page
same "the host's page" "$(tail -n 1 $TMP/page)" "page same"
check "D's driver takes it again" shell D \
	"echo 0000:00:01.0 > $BUS/drivers/nvme/bind; until [ -b /dev/nvme0n1 ]; do sleep 1; done; head -c 19 /dev/nvme0n1" \
	"written by the host" 60

# One more comes while it runs, and goes.
check "the host lets go of another" host_leaves $FOURTH
mkdir $CHAN/2 && echo pci > $CHAN/2/type && source_of 2 $FOURTH
: > $TMP/D.con
check "D gets one more" has D "1 2"
check "D sees it with nobody typing" expect D "HOTPLUG nvme1n1 online" 60
check "whose it is" shell D "cat /sys/class/nvme/nvme1/serial" FOURTH 20
check "D's own driver uses it" shell D \
	"dd if=/tmp/x of=/dev/nvme1n1 bs=65536 count=16 oflag=direct && dd if=/dev/nvme1n1 bs=65536 count=16 iflag=direct | cmp -n 1048576 - /tmp/x" "" 60
check "D is asked for it, and gives it" has D 1
same "nobody has it" "$(chan 2)" "reserved "
same "nor has a driver" "$(driver $FOURTH)" ""
check "it is gone in D" shell D "! ls /dev/nvme1n1" "No such" 20

# Undone: the function was reset, so D's driver is told to begin anew with it.
for s in 203 208; do
	fault_at $s R D
	check "fault at $s: D has it again" shell D \
		"echo 1 > /sys/class/nvme/nvme0/reset_controller; dd if=/dev/nvme0n1 bs=4096 skip=256 count=512 iflag=direct | md5sum" "$wrote" 90
done

: > $TMP/R.con
check "integrate" integrate R D
result R | sed 's/^/# /'
same "step 206" "$(step R 206)" ok
same "R has both" "$(chan 0), $(chan 1)" "configured R, configured R"
check "R sees D's disk with nobody typing" expect R "HOTPLUG nvme1n1 online" 60
within 20 grep -q added $SYS/R/channel_ost
same "its answer" "$(cat $SYS/R/channel_ost)" "1 added 0"
check "whose it is" shell R "cat /sys/class/nvme/nvme1/serial" FIRST 20
check "R reads what D wrote" shell R "dd if=/dev/nvme1n1 bs=1M skip=1 count=2 | md5sum" "$wrote" 60
check "R reads what the host wrote" shell R "head -c 19 /dev/nvme1n1" "written by the host" 20
check "both disks reach what came with it" reaches R 0x8000000 nvme0n1 nvme1n1
check "R writes" shell R "echo -n by the receiver | dd of=/dev/nvme1n1 conv=fsync" "" 20

# Started anew, it has both, in use or not.
type_in R 'run=(while :; do cat /dev/nvme0n1 > /dev/null; dd if=/dev/nvme1n1 bs=1M iflag=direct > /dev/null 2>&1; done) &
'
: > $TMP/R.con
check "R is started anew" power R reset
check "R is up again" expect R "LPAR-GUEST READY" 240
check "it has both disks" shell R \
	"until [ -b /dev/nvme0n1 -a -b /dev/nvme1n1 ]; do sleep 1; done; head -c 15 /dev/nvme*n1" "by the receiver" 60

# The guest gives one back by itself.
check "R ejects a disk" shell R 'for s in /sys/bus/pci/slots/*; do [ $(cat $s/address) != 0000:00:02 ] || echo 0 > $s/power; done' "" 30
same "it is there, and not used" "$(within 10 sh -c "grep -q standby $CHAN/*/state" && cat $CHAN/1/state)" standby

# The host's admin pulls one out: it goes when its owner does.
(echo 1 > $BUS/devices/$THIRD/remove; echo gone > $TMP/gone) &
within 10 sh -c "dmesg | grep -q '$THIRD is to be removed'"
check "R still has what is to be removed" shell R "head -c 512 /dev/nvme0n1 | wc -c" 512 20
define T 256M 16M 0 "2:5"
echo 2 > $PART/T/channels
(power T activate && echo active > $TMP/active) &
check "an LPAR that gets that one does not wait for the removal" within 10 [ -e $TMP/active ]
same "it has it" "$(chan 2)" "configured T"
power R deactivate
check "then it goes" within 10 [ -e $TMP/gone ]
check "all the way" [ ! -e $BUS/devices/$THIRD ]
same "all is free" "$(chan 0)$(chan 1)" "reserved reserved "

# What is to be removed can be reset, and goes along in an integration, without a wait.
define U 288M 16M 16M "2:5"
check "another LPAR" power U activate
(echo 1 > $BUS/devices/$FOURTH/remove; echo gone > $TMP/gone4) &
check "its removal waits" within 10 sh -c "dmesg | grep -q '$FOURTH is to be removed'"
clock
from=$now
check "its LPAR is integrated" integrate U T
clock
check "within 5 s: $(((now - from) * 10)) ms" [ $((now - from)) -lt 500 ]
same "the other has it" "$(chan 2)" "configured U"
power U deactivate
check "then that goes, too" within 10 [ -e $TMP/gone4 ]
same "all were reset" "$(dmesg | grep 'could not be reset')" ""

check "the host takes the other back" host_takes $FIRST
same "with all that was written" "$(head -c 15 $(disk_of $FIRST))" "by the receiver"
for l in R D T U; do rmpart $l; done
rmdir $CHAN/0 $CHAN/1 $CHAN/2
finish
