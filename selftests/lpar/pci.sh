#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# PCI channels: which functions can be assigned and why others cannot, a stock guest with
# its own driver, DMA that is confined to the LPAR, and step 206.
# pci.sh [none|noremap|snoop]: the machine has no IOMMU, an IOMMU without interrupt
# remapping, or one that lets devices bypass the caches.
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
	same "$1: channel 0 has no source" "$(cat $CHAN/0/source)" ""
	chan_refused "$1" 0 source "$2" "$3" "$4"
}

driver() { basename "$(readlink $BUS/devices/$1/driver)" 2> /dev/null; }
host_takes() { echo $1 > $BUS/drivers_probe; [ "$(driver $1)" = nvme ]; }
host_leaves() { echo $1 > $BUS/drivers/nvme/unbind; }

# disk_of FUNCTION: wait for the host's disk of the function, print its device
disk_of() {
	within 10 sh -c "[ -e $BUS/devices/$1/nvme/*/nvme*n1 ]"
	echo /dev/$(basename $BUS/devices/$1/nvme/*/nvme*n1)
}

mkdir -p $TMP
load
modprobe nvme
mkdir $CHAN/0
check "type can be set to pci" sh -c "echo pci > $CHAN/0/type"
same "type is pci" "$(cat $CHAN/0/type)" pci
if [ -n "$1" ]; then
	check "unbind a disk from the host's driver" host_leaves $FIRST
	case $1 in
	none) source_refused "no IOMMU" $FIRST "$ENXIO" "04.0 is not behind an IOMMU" ;;
	snoop)
		begin 64M 1-2
		check "source behind an IOMMU without snoop control" source_of 0 $FIRST
		define A 0 16M 0 "1:50"
		echo 0 > $PART/A/channels
		attempt $PART/A/power activate
		matches "IOMMU without snoop control: errno" "$why" "$EOPNOTSUPP"
		matches "IOMMU without snoop control: reason" "$(cat $CHAN/0/last_error)" "bypass the caches"
		same "IOMMU without snoop control: the channel has no owner" "$(chan 0)" "reserved "
		same "IOMMU without snoop control: no driver is bound" "$(driver $FIRST)" ""
		rmpart A
		;;
	*)
		source_refused "no interrupt remapping" $FIRST "$EPERM" "no interrupt remapping"
		echo 1 > $PARAM/unsafe_interrupts
		check "unsafe_interrupts=1 accepts the source" source_of 0 $FIRST
		echo 0 > $PARAM/unsafe_interrupts
		;;
	esac
	rmdir $CHAN/0
	finish
fi

# Attributes that the admin can write
begin 416M 1-2
for bad in /dev/sda 04.0 0000:00:04.0x 0000:00:20.0 00:04.0; do
	source_refused "\"$bad\"" $bad "$EINVAL" "is not a PCI function's name"
done
source_refused "a function that does not exist" 0000:00:1e.7 "No such device" "no PCI function 0000:00:1e.7"
source_refused "a function that is bound to the host's driver" $FIRST "$EBUSY" "used by nvme: echo $FIRST > .*/nvme/unbind"
source_refused "a bridge" 0000:00:1f.0 "$EINVAL" "1f.0 is a bridge"
source_refused "a function without MSI-X" $EDU "$EINVAL" "06.0 has no MSI-X"
source_refused "a function that cannot be reset" $RNG "not supported" "07.0 cannot be reset"
source_refused "a function that shares its IOMMU group" $SHARED "link|device" "shares its IOMMU group [0-9]* with 1 other \(0000:00:05.1\)"
attempt $CHAN/0/readonly 1
matches "a PCI channel cannot be read-only" "$why" "$EINVAL"

disk=$(disk_of $FIRST)
printf 'written by the host' | dd of=$disk conv=sync,fsync 2> /dev/null
check "unbind the first disk from the host's driver" host_leaves $FIRST
check "unbind the third disk from the host's driver" host_leaves $THIRD
check "an unbound function as a source" source_of 0 $FIRST
same "last_error is empty" "$(cat $CHAN/0/last_error)" ""

define A 0 16M 0 "1:50"
define B 16M 16M 0 "2:50"
echo 0 > $PART/A/channels
check "activate with a PCI channel" power A activate
same "the channel belongs to A" "$(chan 0)" "configured A"
same "the function is bound to lpar" "$(driver $FIRST)" lpar
attempt $BUS/drivers/nvme/bind $FIRST
matches "binding the function to the host's driver is refused" "$why" .
mkdir $CHAN/1
echo pci > $CHAN/1/type
attempt $CHAN/1/source $FIRST
matches "second channel with the same function: reason" "$(cat $CHAN/1/last_error)" "belongs to another channel"
same "second channel with the same function: it has no source" "$(cat $CHAN/1/source)" ""
check "deactivate the owner" power A deactivate
same "no driver is bound after deactivate" "$(driver $FIRST)" ""
source_of 1 $FIRST
power A activate
echo 1 > $PART/B/channels
refused "activate with another LPAR's function" $PART/B/power activate "$EBUSY" "source of channel 1"
matches "the channel's last_error has the reason" "$(cat $CHAN/1/last_error)" "belongs to another channel"
power A deactivate
check "the host's driver can be bound again" host_takes $FIRST
refused "activate with a function bound to the host's driver" $PART/A/power activate "$EBUSY" "source of channel 0"
same "the disk still has what the host wrote" "$(head -c 19 $(disk_of $FIRST))" "written by the host"

# A function's registers must not be used as a buffer by a block device.
host_leaves $FIRST
printf HOSTDATA | dd of=$TMP/disk bs=64k conv=sync 2> /dev/null
mkdir $CHAN/2 && echo $TMP/disk > $CHAN/2/source
echo "0 2" > $PART/A/channels
listen A
power A activate
ipl A "case=disk"
check "block device refuses a function's registers as a buffer" passes A disk 20
check "the guest sees those requests fail" printed A "refused: another device's registers"
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
# Linux adds memory only in blocks of 128M.
define R 0 128M 128M "1:90"
define D 128M 128M 0 "2:90"
echo 0 > $PART/R/channels
echo 1 > $PART/D/channels
check "R is loaded" linux R "" $TMP/initrd
check "D is loaded" linux D "" $TMP/initrd
check "R is up" expect R "LPAR-GUEST READY" 240
check "D is up" expect D "LPAR-GUEST READY" 240
check "D's NVMe driver finds the disk without user action" shell D \
	"until [ -b /dev/nvme0n1 ]; do sleep 1; done; grep . /sys/class/nvme/nvme0/serial" FIRST 60
check "R's NVMe driver finds its disk" shell R \
	"until [ -b /dev/nvme0n1 ]; do sleep 1; done; grep . /sys/class/nvme/nvme0/serial" THIRD 60
check "D reads what the host wrote" shell D "head -c 19 /dev/nvme0n1" "written by the host" 20
check "D's disk raises interrupts" shell D "grep -c 'PCI-MSI.*nvme0q' /proc/interrupts" "[2-9]" 20
check "D writes its disk" shell D \
	"dd if=/dev/urandom of=/tmp/x bs=4096 count=512; dd if=/tmp/x of=/dev/nvme0n1 bs=65536 seek=16 conv=fsync && md5sum /tmp/x" \
	"/tmp/x" 60
wrote=$(sum D)
before=$(exits D mmio)
check "D reads the data back with direct I/O" shell D \
	"dd if=/dev/nvme0n1 bs=4096 skip=256 count=512 iflag=direct | md5sum" "$wrote" 60
same "D reads the same data" "$(sum D)" "$wrote"
n=$(($(exits D mmio) - before))
say "512 requests: $n MMIO exits"
check "doorbell writes cause no exits" [ $n -lt 100 ]

# DMA outside the LPAR's storage: program the controller to post completions there.
/lpar/helper page 0x14000000 $TMP/look > $TMP/page &
within 20 grep -q "^page 0x" $TMP/page
page=$(sed -n 's/^page //p' $TMP/page)
say "a page of the host is at $page"
check "D unbinds its NVMe driver" shell D \
	"cd $BUS/devices/0000:00:01.0; echo 0000:00:01.0 > driver/unbind; echo 1 > enable; printf '\\006' | dd of=config bs=1 seek=4 conv=notrunc; head -n 1 resource | cut -d' ' -f1" \
	"^0x0*c" 20
bar=$(grep -o '^0x0*c[0-9a-f]*' $TMP/D.con)
registers() { for r; do printf 'devmem %d 32 %d; ' $((bar + ${r%=*})) $((${r#*=})); done; }
check "the controller is programmed to post completions to the host's page" shell D \
	"$(registers 0x14=0 0x24=0x000f000f 0x28=0x1000000 0x2c=0 0x30=$((page & 0xffffffff)) 0x34=$((page >> 32)) 0x14=0x00460001) sleep 1; devmem $((bar + 0x1c))" \
	"^0x0*1" 20
check "the IOMMU blocks the DMA: the controller reports a fatal error" shell D \
	"$(registers 0x1000=1) sleep 1; devmem $((bar + 0x1c))" "^0x0*[23]" 20
: > $TMP/look
within 10 grep -q "^page [a-z]" $TMP/page
same "the host's page is unchanged" "$(tail -n 1 $TMP/page)" "page same"
check "D's driver can be bound again" shell D \
	"echo 0000:00:01.0 > $BUS/drivers/nvme/bind; until [ -b /dev/nvme0n1 ]; do sleep 1; done; head -c 19 /dev/nvme0n1" \
	"written by the host" 60

# The admin adds a function to the running guest and removes it.
check "unbind the fourth disk from the host's driver" host_leaves $FOURTH
mkdir $CHAN/2 && echo pci > $CHAN/2/type && source_of 2 $FOURTH
: > $TMP/D.con
check "add a PCI channel to running D" has D "1 2"
check "D finds the added disk without user action" expect D "HOTPLUG nvme1n1 online" 60
check "D identifies the added disk by its serial" shell D "cat /sys/class/nvme/nvme1/serial" FOURTH 20
check "D uses the added disk" shell D \
	"dd if=/tmp/x of=/dev/nvme1n1 bs=65536 count=16 oflag=direct && dd if=/dev/nvme1n1 bs=65536 count=16 iflag=direct | cmp -n 1048576 - /tmp/x" "" 60
check "D ejects the disk on request" has D 1
same "the ejected channel has no owner" "$(chan 2)" "reserved "
same "the ejected function has no driver" "$(driver $FOURTH)" ""
check "the disk is gone in D" shell D "! ls /dev/nvme1n1" "No such" 20

# Undo resets the function, so D's driver has to reset its controller.
for s in 203 208; do
	fault_at $s R D
	check "fault at $s: D's disk works again" shell D \
		"echo 1 > /sys/class/nvme/nvme0/reset_controller; dd if=/dev/nvme0n1 bs=4096 skip=256 count=512 iflag=direct | md5sum" "$wrote" 90
done

: > $TMP/R.con
check "integrate D into R" integrate R D
result R | sed 's/^/# /'
same "step 206 is ok" "$(step R 206)" ok
same "R owns both channels" "$(chan 0), $(chan 1)" "configured R, configured R"
check "R finds D's disk without user action" expect R "HOTPLUG nvme1n1 online" 60
within 20 grep -q added $SYS/R/channel_ost
same "R acknowledges the channel" "$(cat $SYS/R/channel_ost)" "1 added 0"
check "R identifies D's disk by its serial" shell R "cat /sys/class/nvme/nvme1/serial" FIRST 20
check "R reads what D wrote" shell R "dd if=/dev/nvme1n1 bs=1M skip=1 count=2 | md5sum" "$wrote" 60
check "R reads what the host wrote" shell R "head -c 19 /dev/nvme1n1" "written by the host" 20
check "both disks can access the storage that was added" reaches R 0x8000000 nvme0n1 nvme1n1
check "R writes D's disk" shell R "echo -n by the receiver | dd of=/dev/nvme1n1 conv=fsync" "" 20

# After a reset R has both disks, also if they are in use at that time.
type_in R 'run=(while :; do cat /dev/nvme0n1 > /dev/null; dd if=/dev/nvme1n1 bs=1M iflag=direct > /dev/null 2>&1; done) &
'
: > $TMP/R.con
check "reset R while it uses its disks" power R reset
check "R is up after the reset" expect R "LPAR-GUEST READY" 240
check "R has both disks after the reset" shell R \
	"until [ -b /dev/nvme0n1 -a -b /dev/nvme1n1 ]; do sleep 1; done; head -c 15 /dev/nvme*n1" "by the receiver" 60

# The guest ejects a disk by itself.
check "R ejects a disk by itself" shell R 'for s in /sys/bus/pci/slots/*; do [ $(cat $s/address) != 0000:00:02 ] || echo 0 > $s/power; done' "" 30
same "a function ejected by the guest is in standby" "$(within 10 sh -c "grep -q standby $CHAN/*/state" && cat $CHAN/1/state)" standby

# The host's admin removes a function: that waits until its owner releases it.
(echo 1 > $BUS/devices/$THIRD/remove; echo gone > $TMP/gone) &
within 10 sh -c "dmesg | grep -q '$THIRD is being removed'"
check "R still uses the function whose removal is pending" shell R "head -c 512 /dev/nvme0n1 | wc -c" 512 20
define T 256M 16M 0 "2:5"
echo 2 > $PART/T/channels
(power T activate && echo active > $TMP/active) &
check "activate of another LPAR does not wait for the removal" within 10 [ -e $TMP/active ]
same "that LPAR has its function" "$(chan 2)" "configured T"
power R deactivate
check "the removal completes when the owner is deactivated" within 10 [ -e $TMP/gone ]
check "the removed function is gone" [ ! -e $BUS/devices/$THIRD ]
same "all channels are free" "$(chan 0)$(chan 1)" "reserved reserved "

# A function with a pending removal can be reset and integrated without a wait.
define U 288M 16M 16M "2:5"
check "activate the receiver of that function" power U activate
(echo 1 > $BUS/devices/$FOURTH/remove; echo gone > $TMP/gone4) &
check "the removal of its function is pending" within 10 sh -c "dmesg | grep -q '$FOURTH is being removed'"
clock
from=$now
check "integrate an LPAR with a function whose removal is pending" integrate U T
clock
check "integrate took less than 5 s: $(((now - from) * 10)) ms" [ $((now - from)) -lt 500 ]
same "the receiver has the function" "$(chan 2)" "configured U"
power U deactivate
check "the removal completes when the receiver is deactivated" within 10 [ -e $TMP/gone4 ]
same "every function could be reset" "$(dmesg | grep 'cannot reset')" ""

check "the host's driver can be bound to the first disk" host_takes $FIRST
same "the first disk has what R wrote" "$(head -c 15 $(disk_of $FIRST))" "by the receiver"
for l in R D T U; do rmpart $l; done
rmdir $CHAN/0 $CHAN/1 $CHAN/2
finish
