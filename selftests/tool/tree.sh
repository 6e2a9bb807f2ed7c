# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# tree.sh - create the sysfs and configfs trees that lparadm is tested against, in the formats
# of Documentation/ABI/testing: the patent's example (Figs. 3 and 4) before and after LPAR2 is
# integrated into LPAR1. Sourced by run.

# put FILE LINE...: create a file below $tree; without a line, an empty one
put()
{
	local file=$tree/$1

	shift
	mkdir -p "${file%/*}"
	if [ $# -gt 0 ]; then
		printf '%s\n' "$@" > "$file"
	else
		: > "$file"
	fi
}

# lpar NAME NUMBER STATE ORIGIN SIZE EXPANSION FREE (MB) "SHARES"
lpar()
{
	local cfs=sys/kernel/config/lpar/partitions/$1 cls=sys/class/lpar/$1

	put "$cfs/state" "$3"
	put "$cfs/ms_origin" "${4}M"
	put "$cfs/ms_size" "${5}M"
	put "$cfs/ms_expansion" "${6}M"
	put "$cfs/es_size" 64M
	put "$cfs/shares" "$8"
	put "$cfs/channels"
	put "$cfs/capped" 1
	put "$cfs/notify" auto
	put "$cfs/memory_block" auto
	put "$cfs/on_reset" restart
	put "$cfs/on_triple_fault" fail
	put "$cfs/on_panic" fail
	put "$cfs/uuid" "7d444840-9dc0-11d1-b245-00000000000$2"
	put "$cfs/kernel" /boot/vmlinuz
	put "$cfs/initrd" /boot/initrd.img
	put "$cfs/cmdline" "console=ttyS0 quiet"
	put "$cfs/generation" 7
	for attr in power integrate integrate_check move move_check last_error; do
		put "$cfs/$attr"
	done
	put "$cls/state" "$3"
	put "$cls/number" "$2"
	put "$cls/ms_origin" $(($4 << 20))
	put "$cls/ms_size" $(($5 << 20))
	put "$cls/ms_expansion" $(($6 << 20))
	put "$cls/ms_free" $(($7 << 20))
	put "$cls/es_size" $((64 << 20))
	put "$cls/capped" 1
	put "$cls/generation" 7
	mkdir -p "$tree/$cls/lips"
	put "$cls/exits" "io 12" "cpuid 3"
	put "$cls/memory_idle" 0
	put "$cls/memory_ost"
	put "$cls/processor_ost"
	put "$cls/channel_ost"
}

# channel_files DIR SERIAL: the attributes of a new channel
channel_files()
{
	put "$1/type" block
	put "$1/source"
	put "$1/readonly" 0
	put "$1/direct" 0
	put "$1/serial" "$2"
	put "$1/mac"
	put "$1/link"
	put "$1/state" reserved
	put "$1/owner"
	put "$1/errors" 0
	put "$1/last_error"
}

# owned DIR OWNER: give the channel to this LPAR
owned()
{
	put "$1/state" configured
	put "$1/owner" "$2"
}

# channel ID SOURCE READONLY SERIAL [OWNER]: a disk
channel()
{
	local dir=sys/kernel/config/lpar/channels/$1

	channel_files "$dir" "$4"
	put "$dir/source" "$2"
	put "$dir/readonly" "$3"
	if [ $# -gt 4 ]; then
		owned "$dir" "$5"
	fi
}

# net_channel ID INTERFACE MAC [OWNER]: a network card
net_channel()
{
	local dir=sys/kernel/config/lpar/channels/$1

	channel_files "$dir" "lpar-$1"
	put "$dir/type" net
	put "$dir/source" "$2"
	put "$dir/mac" "$3"
	put "$dir/link" up
	if [ $# -gt 3 ]; then
		owned "$dir" "$4"
	fi
}

# lip LPAR LIP PCPU SHARE STATE USED; its steal time is half of USED
lip()
{
	local dir=sys/class/lpar/$1/lips/$2

	put "$dir/pcpu" "$3"
	put "$dir/share" "$4"
	put "$dir/state" "$5"
	put "$dir/used" "$6"
	put "$dir/steal" $(($6 / 2))
	put "$dir/exits" "io $(($2 + 6))" "cpuid $(($2 + 1))"
}

# area ORIGIN SIZE EXPANSION (MB) NAME: one line of the storage map
area()
{
	echo "$(($1 << 20)) $(($2 << 20)) $(($3 << 20)) $4"
}

common()
{
	put sys/kernel/config/lpar/storage/ms_size 1G
	put sys/kernel/config/lpar/storage/es_size 256M
	put sys/kernel/config/lpar/storage/es_free 64M
	put sys/kernel/config/lpar/storage/block_size 2M
	put sys/kernel/config/lpar/storage/placement mapped
	put sys/kernel/config/lpar/storage/free 384M
	put sys/kernel/config/lpar/processors/available 0-4
	put sys/kernel/config/lpar/processors/online 1-4
	put sys/kernel/config/lpar/processors/period_us 10000
	mkdir -p "$tree/sys/kernel/config/lpar/channels"
	put dev/kmsg "6,1,0,-;Linux version 6.1"
}

# The attributes of a new directory below partitions/.
new_files()
{
	local attr

	for attr in ms_origin ms_size ms_expansion es_size shares channels capped notify \
		memory_block on_reset on_triple_fault on_panic uuid kernel initrd cmdline power integrate integrate_check \
		move move_check last_error; do
		tree=$1 put "$attr"
	done
	tree=$1 put state defined
}

# The same below channels/.
new_channel_files()
{
	tree=$1
	channel_files . lpar-new
}

tree_before()
{
	common
	lpar LPAR1 1 operating 0 256 256 0 "1:100 2:50"
	lip LPAR1 0 1 100 running 5000000000
	lip LPAR1 1 2 50 running 2000000000
	lpar LPAR2 2 operating 512 128 0 384 "2:50 3:50"
	lip LPAR2 0 2 50 running 1000
	lip LPAR2 1 3 50 waiting 0
	lpar LPAR3 3 operating 256 256 0 0 "3:50 4:100"
	lip LPAR3 0 3 50 running 700000000
	lip LPAR3 1 4 100 running 900000000
	put sys/class/lpar/storage_map "$(area 0 256 256 LPAR1)" \
		"$(area 256 256 0 LPAR3)" "$(area 512 128 0 LPAR2)" \
		"$(area 640 384 0 -free-)"
	put sys/class/lpar/processor_table "1 LPAR1 0 100" "2 LPAR1 1 50" \
		"2 LPAR2 0 50" "3 LPAR2 1 50" "3 LPAR3 0 50" "4 LPAR3 1 100"
}

tree_after()
{
	common
	lpar LPAR1 1 operating 0 384 128 0 "1:100 2:100 3:50"
	lip LPAR1 0 1 100 running 5000000000
	lip LPAR1 1 2 100 running 2000000000
	lip LPAR1 2 3 50 waiting 0
	put sys/class/lpar/LPAR1/memory_ost "0 added 0"
	put sys/class/lpar/LPAR1/memory_idle $((64 << 20))
	put sys/class/lpar/LPAR1/processor_ost "2 added 0"
	lpar LPAR2 2 released 0 0 0 0 ""
	lpar LPAR3 3 operating 384 256 0 384 "3:50 4:100"
	lip LPAR3 0 3 50 running 700000000
	lip LPAR3 1 4 100 running 900000000
	put sys/kernel/config/lpar/partitions/LPAR1/integrate "${steps[@]}"
	put sys/class/lpar/storage_map "$(area 0 384 128 LPAR1)" \
		"$(area 384 256 0 LPAR3)" "$(area 640 384 0 -free-)"
	put sys/class/lpar/processor_table "1 LPAR1 0 100" "2 LPAR1 1 100" \
		"3 LPAR1 2 50" "3 LPAR3 0 50" "4 LPAR3 1 100"
}

# An LPAR that is only defined: it owns nothing, but has attributes.
tree_defined()
{
	local attr

	common
	lpar LPAR1 1 defined 0 256 256 0 "1:100 2:50"
	for attr in ms_origin ms_size ms_expansion ms_free; do
		put sys/class/lpar/LPAR1/$attr 0
	done
	put sys/class/lpar/storage_map "$(area 0 1024 0 -free-)"
	put sys/class/lpar/processor_table
}

# The module is loaded; there are no LPARs.
tree_empty()
{
	common
	mkdir -p "$tree/sys/kernel/config/lpar/partitions"
	put sys/class/lpar/storage_map "$(area 0 1024 0 -free-)"
	put sys/class/lpar/processor_table
}

steps=("LPAR2 into LPAR1: ok" "201 stop-donor ok 812" "202 release ok 31"
	"203 reassign ok 95" "204 stop-receiver ok 61" "205 storage ok 18"
	"206 channels skipped 1" "207 processors ok 22" "208 restart ok 9"
	"209 report ok 40235" "stop 204-208 ok 113" "total 201-209 ok 41289")
plan=("202 release storage of LPAR2: 128 MB at 512 MB"
	"202 release LIP 0 of LPAR2: 50% of CPU 2"
	"202 release LIP 1 of LPAR2: 50% of CPU 3"
	"203 relocate LPAR3: 256 MB, from 256 MB to 384 MB"
	"205 storage for LPAR1: 128 MB at 256 MB"
	"207 LIP 1 of LPAR1 on CPU 2: 50% -> 100%"
	"207 new LIP 2 of LPAR1 on CPU 3: 50%")
undone=("LPAR2 into LPAR1: failed at 203: injected" "201 stop-donor undone 812"
	"202 release undone 31" "203 reassign failed 95"
	"204 stop-receiver skipped 0" "205 storage skipped 0"
	"206 channels skipped 0" "207 processors skipped 0"
	"208 restart skipped 0" "209 report skipped 0")

# A server: 1 TiB, 64 CPUs of which the monitor has 63, 20 LPARs with names that
# begin alike; holes between some of them.
tree_server()
{
	local i name cpu lips first at=0 size area=() table=() shares total=$((1 << 20))

	common
	put sys/kernel/config/lpar/storage/ms_size 1T
	put sys/kernel/config/lpar/processors/online 1-63
	cpu=1
	for ((i = 1; i <= 20; i++)); do
		name=$(printf 'prod-%s%02d' "$([ $((i % 3)) = 0 ] && echo web || echo db)" "$i")
		size=$((i % 4 == 0 ? 2048 : i * 4096))
		lips=$((i % 3 + 1 + (i == 7) * 14))
		first=$cpu shares=""
		for ((n = 0; n < lips && cpu < 64; n++, cpu++)); do
			shares="$shares $cpu:50"
			table+=("$cpu $name $n $((50 + 50 * (i % 2)))")
		done
		lpar "$name" "$i" operating $at $size $((i % 5 * 1024)) 0 "${shares# }"
		for ((n = 0; n < cpu - first; n++)); do
			lip "$name" $n $((first + n)) $((50 + 50 * (i % 2))) running 0
		done
		area+=("$(area $at $size $((i % 5 * 1024)) "$name")")
		at=$((at + size))
		if [ $((i % 6)) = 0 ]; then
			area+=("$(area $at 1024 0 -free-)")
			at=$((at + 1024))
		fi
	done
	area+=("$(area $at $((total - at)) 0 -free-)")
	put sys/kernel/config/lpar/storage/free $((total - at))M
	put sys/class/lpar/storage_map "${area[@]}"
	put sys/class/lpar/processor_table "${table[@]}"
}
