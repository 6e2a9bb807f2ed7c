#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The demonstration, inside the emulated machine: the patent's three LPARs, and
# LPAR2 integrated into LPAR1 while LPAR1 and LPAR3 work.
# Deadlines are in seconds of this machine's clock, which an emulator derives
# from what it has executed; the runner outside has those in real time.
. /demo/lib.sh
. /demo/checks.sh
. /demo/channels.sh
# The last two save the search for writable code, which costs an emulator much.
GUEST_ARGS="console=ttyS0 cryptomgr.notests random.trust_cpu=on pti=off rodata=off"

load()
{
	say "loading lpar.ko"
	modprobe configfs
	lparadm load /demo/lpar.ko || give_up "lparadm load"
	put 640M $L/storage/ms_size
	put 32M $L/storage/es_size
	put 1-4 $L/processors/online
	say "monitor has 640 MB, 32 MB of expanded storage, and CPUs 1-4"
	say "CPU 0 stays with the host"
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
	put /demo/vmlinuz "$p/kernel"
	put /demo/initramfs "$p/initrd"
	put "$GUEST_ARGS lpar.name=$1 lpar.interval=500" "$p/cmdline"
}

define_all()
{
	say "defining the patent's LPARs (configfs)"
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
	mkdir -p $LOGS
	for n in 1 2 3; do
		put activate $L/partitions/LPAR$n/power
		: > $LOGS/LPAR$n.log
		cat /dev/ttyLPAR$n > $LOGS/LPAR$n.log &
	done
	for n in 1 2 3; do
		put load $L/partitions/LPAR$n/power
	done
	say "IPL of all three; unpacking itself (XZ) takes the stock kernel"
	say "most of the time: some 3 G instructions in each LPAR"
}

signs_of_life()
{
	local n ms line used

	used=$(lip_values used)
	for n in 1 2 3; do
		ms=$(value LPAR$n/0 "$used")
		line=$(tail -n 1 $LOGS/LPAR$n.log | tr -d '\r' | cut -c 1-60)
		say "  LPAR$n after ${ms:+$((ms / 1000000000)) s on LIP 0:}" \
		    "${line:-(nothing on its console yet)}"
	done
}

all_ready()
{
	for n in 1 2 3; do
		read -r state < $S/LPAR$n/state
		[ "$state" = operating ] || give_up "LPAR$n is $state"
		grep -q "^LPAR-GUEST READY" $LOGS/LPAR$n.log || return 1
	done
}

tables()
{
	lparadm map > /tmp/map.$1
	lparadm processors > /tmp/processors.$1
	echo
	paste /tmp/map.$1 /tmp/processors.$1 | expand -t 43
	echo
}

working()
{
	for n in LPAR1 LPAR3; do
		[ -n "$(last $n COUNTER)" ] && [ -n "$(last $n CHECKSUM)" ] &&
			[ -n "$(last $n BURN)" ] || return 1
	done
	[ -n "$(last LPAR3 DISK)" ]
}

start_work()
{
	say "all are up; LPAR1 and LPAR3 begin to work: a counter, a checksum"
	say "over most of the memory, and a busy loop on every CPU; LPAR3 writes"
	say "and reads its disk as well"
	ask LPAR1 work=counter,checksum,burn
	ask LPAR3 work=counter,checksum,burn,disk
	wait_for 60 working || give_up "the guests do their work"
}

integrate()
{
	ask LPAR1 gap
	ask LPAR3 gap
	say "echo LPAR2 > $L/partitions/LPAR1/integrate"
	echo LPAR2 > $L/partitions/LPAR1/integrate
	echo
	awk '/^[^0-9].*:/ { print; next }
	     $2 ~ /^20/ { printf "%-9s%-15s%-9s%8s us\n", $2, $1, $3, $4; next }
		{ printf "%-9s%-15s%-9s%8s us\n", $1, $2, $3, $4 }' \
		$L/partitions/LPAR1/integrate
}

told()
{
	grep -q "^HOTPLUG memory" $LOGS/LPAR1.log &&
		grep -q "^HOTPLUG cpu" $LOGS/LPAR1.log
}

# ask_status WHEN: asks LPAR1 and LPAR3, remembers the answers
ask_status()
{
	for who in LPAR1 LPAR3; do
		before=$(grep -c "^STATUS" $LOGS/$who.log)
		ask $who status
		wait_for 20 more_than $who "$before" ||
			give_up "$who answers on its console"
		last $who STATUS > /tmp/status.$who.$1
		last $who COUNTER > /tmp/counter.$who.$1
		last $who CHECKSUM > /tmp/checksum.$who.$1
		last $who DISK > /tmp/disk.$who.$1
		grep "^BURN" $LOGS/$who.log | tr -d '\r' > /tmp/burn.$who.$1
	done
}

more_than() { [ "$(grep -c "^STATUS" $LOGS/$1.log)" -gt "$2" ]; }

end()
{
	say "ending the LPARs, removing the module"
	for n in 1 2 3; do
		echo deactivate > $L/partitions/LPAR$n/power
		rmdir $L/partitions/LPAR$n
		rmdir $L/channels/$n $L/channels/1$n
	done
	check "all LPARs deactivated, the module unloaded" lparadm unload
}

load
define_all
ipl
wait_for $BOOT_S all_ready || give_up "all three guests boot"
write_donor
join_all
start_work
ask_status before
say "before: main storage in MB, shares in percent"
tables before
check_before
integrate
tables after
say "waiting for LPAR1's Linux to use what ACPI told it of"
wait_for 60 told && : > /tmp/told
say "LPARs work on; measuring what each LIP uses"
measure_use
ask_status after
check_after
check_channels
end
send_logs
finish
