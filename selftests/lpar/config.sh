#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Bad input to attributes and verbs: a clear error, and nothing is changed.
. /lpar/lib.sh
begin 64M 1-2

mkpart A 0 16M 16M "1:60"
mkpart B 16M 16M 0 "1:40 2:30"
define C 32M 16M 0 "2:70"
C=$PART/C
A=$PART/A

# wrong WHAT ATTRIBUTE VALUE ERROR REASON: the value is accepted, but activate is refused
wrong() {
	local old="$(cat $C/$2)"

	echo "$3" > $C/$2 || { not_ok "$1: write"; return; }
	refused "$1" $C/power activate "$4" "$5"
	echo "$old" > $C/$2
}

wrong "overlap with B" ms_origin 24M "$EBUSY" "overlaps.* B .*16 MB"
wrong "overlap with A, from within" ms_origin 8M "$EBUSY" "overlaps.* A "
wrong "larger than the pool" ms_size 64M "$ENOSPC" "64 MB at origin 32 MB does not fit"
wrong "beyond the pool" ms_origin 64M "$ENOSPC" "does not fit"
wrong "a sum that wraps" ms_size 0xfffffffffe000000 "$ENOSPC|$EINVAL" "does not fit|overlap"
wrong "no storage" ms_size 0 "$EINVAL" "C has no storage"
wrong "over 100 percent" shares "2:71" "$ENOSPC|$ERANGE" "CPU 2 already has 30 percent.*71 more"
wrong "over 100 percent, by itself" shares "2:50 2:51" "$ENOSPC|$ERANGE" "101 more would exceed 100"
wrong "a CPU of the host" shares "0:10" "$EINVAL" "CPU 0 does not belong to the monitor"
wrong "a CPU that is not there" shares "7:10" "$EINVAL" "CPU 7 does not belong to the monitor"
wrong "no share" shares "" "$EINVAL" "no LIP"

for bad in "" 1 00000000-0000-0000-0000-000000000000 \
	7d444840-9dc0-11d1-b245-5ffdce74fad 7d444840-9dc0-11d1-b245-5ffdce74fad2x \
	7d444840+9dc0-11d1-b245-5ffdce74fad2; do
	refused "uuid \"$bad\"" $C/uuid "$bad" "$EINVAL" "uuid must be as 7d444840-"
done
matches "a random uuid by default" "$(cat $A/uuid)" "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\$"
check "uuid differs between LPARs" [ "$(cat $A/uuid)" != "$(cat $C/uuid)" ]
check "uuid in capitals" sh -c "echo 7D444840-9DC0-11D1-B245-5FFDCE74FAD2 > $C/uuid"
same "uuid is shown" "$(cat $C/uuid)" 7d444840-9dc0-11d1-b245-5ffdce74fad2

refused "origin not aligned" $C/ms_origin 1M "$EINVAL" "1 MB is not a multiple.*2 MB"
refused "size not aligned" $C/ms_size 16777217 "$EINVAL" "16777217 bytes is not a multiple"
refused "expansion not aligned" $C/ms_expansion 4095 "$EINVAL" "multiple"
refused "size that is not a number" $C/ms_size lots "$EINVAL" "lots"
refused "size with a wrong unit" $C/ms_size 16X "$EINVAL" "16X"
refused "negative size" $C/ms_size -2M "$EINVAL" "-2M"
refused "size beyond 64 bits" $C/ms_size 99999999999T "$ERANGE|$EINVAL" "."
refused "empty size" $C/ms_size "" "$EINVAL" "."
refused "share of 0" $C/shares "1:0" "$EINVAL" "1 to 100"
refused "share of 101" $C/shares "1:101" "$EINVAL" "1 to 100"
refused "share without a colon" $C/shares "1 100" "$EINVAL" "column"
refused "share of a word" $C/shares "one:100" "$EINVAL" "column 1"
refused "CPU 512" $C/shares "512:10" "$EINVAL|$ERANGE" "."
refused "capped that is not a boolean" $C/capped maybe "$EINVAL" "."
refused "notify that is not a mode" $C/notify sometimes "$EINVAL" "auto"
refused "unknown verb" $C/power explode "$EINVAL" "power must be activate, load"
refused "two verbs" $C/power "activate load" "$EINVAL" "power must be activate, load"
long=$(head -c 600 /dev/zero | tr '\0' a)
refused "path too long" $C/kernel /$long "too long" "."

# Verbs and attributes in the wrong state
for a in ms_origin ms_expansion; do
	refused "$a of an active LPAR" $A/$a 32M "$EBUSY" "A is active"
done
refused "no storage for an active LPAR" $A/ms_size 0 "$EBUSY" "A is active"
refused "more storage than its expansion" $A/ms_size 34M "$ENOSPC" \
	"A needs 18 MB more storage, but its expansion is only 16 MB"
refused "no shares for an active LPAR" $A/shares "" "$EINVAL" "A has no LIPs"
refused "load of a defined LPAR" $C/power load "$EINVAL" "C is defined: cannot load"
refused "stop of a defined LPAR" $C/power stop "$EINVAL" "C is defined: cannot stop"
refused "deactivate of a defined LPAR" $C/power deactivate "$EINVAL" "C is defined"
refused "activate twice" $A/power activate "$EINVAL" "A is active: cannot activate"
refused "start of an active LPAR" $A/power start "$EINVAL" "A is active: cannot start"
refused "reset of an active LPAR" $A/power reset "$EINVAL" "A is active: cannot reset"
refused "shutdown of an active LPAR" $A/power shutdown "$EINVAL" "A is active: cannot shut down"

# Images
image() {
	echo "$2" > $A/kernel
	refused "$1" $A/power load "$3" "$4"
}

echo hello > $TMP/text
: > $TMP/empty
head -c 1000 $TINY > $TMP/short
head -c 60 $TINY > $TMP/shorter
head -c 100000 /dev/urandom > $TMP/noise
image "a text as kernel" $TMP/text "$ENOEXEC" "neither a bzImage nor an ELF file"
image "noise as kernel" $TMP/noise "$ENOEXEC" "neither a bzImage nor an ELF file"
# Only the header is read: 8 GB of zeroes must not cost the host memory.
truncate -s 8G $TMP/huge
image "8 GB of zeroes as kernel" $TMP/huge "$ENOEXEC" "neither a bzImage nor an ELF file"
rm $TMP/huge
cp $TINY $TMP/i386 && printf '\001' | dd of=$TMP/i386 bs=1 seek=4 conv=notrunc 2>/dev/null
image "a 32-bit kernel" $TMP/i386 "$ENOEXEC" "32-bit"
image "an empty kernel" $TMP/empty "$ENODATA|$ENOEXEC" "."
image "a truncated kernel" $TMP/short "$ENOEXEC|$ENODATA" "truncated by"
image "half an ELF header" $TMP/shorter "$ENOEXEC|$ENODATA" "."
image "a kernel that does not exist" /no/such "$ENOENT" "cannot be read"
image "a directory as kernel" /lpar "$EINVAL|directory" "cannot be read"
image "a device as kernel" /dev/zero "$EINVAL" "cannot be read"
image "a configfs attribute as kernel" $A/cmdline "$EINVAL" "cannot be read"
image "a sysfs attribute as kernel" $SYS/A/ms_size "$EINVAL" "cannot be read"
image "a relative path as kernel" lpar/tiny "$EINVAL" "."
image "no kernel set" "" "$ENOENT" "no kernel: write its path to the attribute kernel"
echo $TINY > $A/kernel

initrd() {
	echo "$2" > $A/initrd
	refused "$1" $A/power load "$3" "$4"
}

cd / && find lpar -path lpar/guest -prune -o -print | cpio -o -H newc > $TMP/initrd 2>/dev/null
head -c $(($(stat -c %s $TMP/initrd) / 2)) $TMP/initrd > $TMP/half
dd if=/dev/zero of=$TMP/large bs=1M count=16 2>/dev/null
initrd "an initrd that does not exist" /no/such "$ENOENT" "initrd"
initrd "an empty initrd" $TMP/empty "$ENODATA" "."
initrd "a truncated initrd" $TMP/half "$ENODATA" "truncated by"
initrd "an initrd larger than the storage" $TMP/large "$ENOSPC" "the LPAR has 16 MB"
rm $TMP/large
echo $TMP/initrd > $A/initrd
: > $TMP/A.con
check "load with a complete initrd" ipl A case=hello
check "the guest with the initrd runs" passes A hello 5

refused "kernel of a running LPAR" $A/kernel /x "$EBUSY" "A is operating"
refused "load of a running LPAR" $A/power load "$EINVAL" "A is operating"
refused "start of a running LPAR" $A/power start "$EINVAL" "A is operating"

# A refused reset leaves the guest running.
power A stop
ipl A "case=tick ms=20"
expect A "tick 2" 5
mv $TMP/initrd $TMP/gone
refused "reset without its initrd" $A/power reset "$ENOENT" "initrd"
check "the guest still runs after a refused reset" goes_on A

# Directories
attempt_rmdir() {
	local before="$(snapshot)"

	why=$(rmdir $1 2>&1) && { not_ok "rmdir of $2"; return; }
	matches "rmdir of $2" "$why" "$EBUSY"
	same "rmdir of $2: nothing changed" "$(snapshot)" "$before"
}

attempt_rmdir $A "an operating LPAR"
attempt_rmdir $PART/B "an active LPAR"
power A stop
attempt_rmdir $A "a stopped LPAR"
for name in "a b" "é" storage_map "$(head -c 32 /dev/zero | tr '\0' a)"; do
	mkdir "$PART/$name" 2>/dev/null && not_ok "mkdir \"$name\"" && continue
	matches "mkdir \"$name\" is refused" "$(word $PART/last_error)" "."
done
check "a mkdir clears the last error" mkdir $PART/E
same "no error after a mkdir" "$(cat $PART/last_error)" ""
rmdir $PART/E
mkdir $PART/A 2>/dev/null && not_ok "mkdir twice is refused" || ok "mkdir twice is refused"

# An attribute as the source of its channel, by a path that does not show it: the write must
# not wait for an rmdir of the channel that waits for the write.
CHAN=$CFS/channels
mkdir_rmdir() {
	local i=0

	while [ $i -lt 100 ]; do
		mkdir $CHAN/9 || return
		until rmdir $CHAN/9 2>/dev/null; do :; done
		i=$((i + 1))
	done
	: > $TMP/removed
}
write_source() {
	while [ ! -e $TMP/removed ]; do
		echo /$CHAN/9/serial > $CHAN/9/source
	done
}
mkdir_rmdir &
write_source 2>/dev/null &
check "a channel is removed while its source is written" within 60 [ -e $TMP/removed ]
: > $TMP/removed

# Attributes of the whole machine
S=$CFS/storage
refused "pool changed while in use" $S/ms_size 128M "$EBUSY" "in use"
refused "pool removed while in use" $S/ms_size 0 "$EBUSY" "in use"
refused "CPUs changed while in use" $CFS/processors/online 1 "$EBUSY" "."
refused "period changed while in use" $CFS/processors/period_us 5000 "$EBUSY" "."
refused "read-only block size" $S/block_size 4M "$EPERM|denied|$EIO|Invalid" "."
clean
check "a pool of the same size" sh -c "cat $S/ms_size > $TMP/size && cat $TMP/size > $S/ms_size"
same "no error after a success" "$(cat $S/last_error)" ""
refused "pool not aligned" $S/ms_size 63M "$EINVAL" "63 MB is not a multiple"
refused "pool larger than the host" $S/ms_size 100G "allocate" \
	"102400 MB requested, .* available \(.* are kept for the host\)"
refused "pool larger than any host" $S/ms_size 60T "allocate" "requested"
# A margin of all memory is reserved for the host.
all=$(awk '/^MemAvailable:/ { print int($2 / 2048) * 2 }' /proc/meminfo)
refused "pool that leaves the host nothing" $S/ms_size $((all + 40))M "allocate" "kept for"
refused "pool outside RAM" $S/ms_size 64M@0x200000000 "$ENXIO" \
	"64 MB at 0x200000000 is not all RAM"
refused "pool in the PCI hole" $S/ms_size 2M@0xfe000000 "$ENXIO|$EINVAL" "not all RAM|returned errno"
refused "pool that is not a size" $S/ms_size many "$EINVAL" "many"
refused "CPUs that do not exist" $CFS/processors/online 1-9 "$EINVAL" "."
refused "CPUs beyond any machine's" $CFS/processors/online 1-99999 "$EINVAL" "."
refused "CPUs that are not a list" $CFS/processors/online x "$EINVAL" "."
refused "period too short" $CFS/processors/period_us 1 "$ERANGE" "."
refused "period too long" $CFS/processors/period_us 2000000 "$ERANGE" "."
finish
