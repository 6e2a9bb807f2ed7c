# SPDX-License-Identifier: GPL-2.0
# Create and boot the patent's three LPARs, for the demonstration and for make shell.
TCG=
! grep -q "QEMU TCG" /proc/cpuinfo || TCG=1
# Deadline for booting three stock kernels, in seconds of the machine's clock.
BOOT_S=$((TCG ? 900 : 300))
# QEMU competes for CPUs with other processes of this computer, so guests are slow.
SLOW=$((TCG ? 5 : 1))
# pti=off and rodata=off avoid the search for writable code, init_on_alloc=0 the zeroing of
# each page twice: both take an emulator long.
GUEST_ARGS="console=ttyS0 cryptomgr.notests random.trust_cpu=on pti=off rodata=off init_on_alloc=0"

load()
{
	stage load "load lpar.ko into the stock kernel"
	modprobe configfs
	lparadm load /demo/lpar.ko || give_up "lparadm load"
	put 640M $L/storage/ms_size
	put 32M $L/storage/es_size
	put 1-4 $L/processors/online
	say "the monitor has 640 MB, 32 MB of expanded storage and CPUs 1-4;" \
	    "CPU 0 stays with the host"
}

# define NAME ORIGIN SIZE EXPANSION SHARES ES; its channels are N and 10 + N
define()
{
	p=$L/partitions/$1
	mkdir "$p" || give_up "mkdir $p"
	put "$2" "$p/ms_origin"
	put "$3" "$p/ms_size"
	put "$4" "$p/ms_expansion"
	put "$5" "$p/shares"
	put "$6" "$p/es_size"
	put "${1#LPAR} 1${1#LPAR}" "$p/channels"
	put /demo/kernel "$p/kernel"
	put /demo/initramfs "$p/initrd"
	put "$GUEST_ARGS lpar.name=$1 ${GUEST_MORE-quiet lpar.interval=500 lpar.report=250}" "$p/cmdline"
}

define_all()
{
	stage define "define the patent's three LPARs"
	for n in 1 2 3; do
		make_disk $n
		make_net $n
	done
	define LPAR1 0 256M 256M "1:100 2:50" 8M
	define LPAR2 512M 128M 0 "2:50 3:50" 16M
	define LPAR3 256M 256M 0 "3:50 4:100" 8M
}

ipl()
{
	stage ipl "IPL of all three: stock kernels boot"
	mkdir -p $LOGS
	console_pids=
	for n in 1 2 3; do
		put activate $L/partitions/LPAR$n/power
		: > $LOGS/LPAR$n.log
		cat /dev/ttyLPAR$n > $LOGS/LPAR$n.log &
		console_pids="$console_pids $!"
	done
	for n in 1 2 3; do
		put load $L/partitions/LPAR$n/power
	done
}

# For the runner's progress line: CPU time of the guests' first LIPs.
signs_of_life()
{
	local n ms used words=

	used=$(lip_values used)
	for n in 1 2 3; do
		ms=$(value LPAR$n/0 "$used")
		[ -z "$ms" ] || words="$words LPAR$n $((ms / 1000000000)) s,"
	done
	progress "CPU time${words%,}"
}

all_ready()
{
	for n in 1 2 3; do
		read -r state < $S/LPAR$n/state
		[ "$state" = operating ] || give_up "LPAR$n is $state"
		grep -q "^LPAR-GUEST READY" $LOGS/LPAR$n.log || return 1
	done
}

