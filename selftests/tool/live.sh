#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# lparadm against a live module, within the emulated machine: see live.
T=/tmp/live
CFS=/sys/kernel/config/lpar/partitions
tests=0 failed=0
mkdir -p $T

# check NAME COMMAND...
check()
{
	name=$1
	tests=$((tests + 1))
	shift
	if "$@"; then
		echo "ok $tests - $name"
	else
		echo "not ok $tests - $name"
		failed=$((failed + 1))
		sed 's/^/#   /' $T/out $T/err 2>/dev/null
	fi
}

# tool ARG...: lparadm; its output goes to files
tool() { lparadm "$@" > $T/out 2> $T/err; }
says() { grep -q -- "$1" $T/out $T/err; }
same() { diff "$1" "$2" > $T/out; }

modprobe configfs
tool check-host --cpus 1-3
cat $T/out
check "check-host: no feature of the processor fails" sh -c "! grep -q '^FAIL  \(processor\|firmware\|kvm\|kernel\)' $T/out"
check "check-host: isolcpus=1-3 is seen" says "^PASS  isolated: 1-3"
check "load the module" tool load /live/lpar.ko
check "set the pool" tool storage ms_size=64M
check "set the monitor's CPUs" tool processors online=1-3
check "show the settings" tool show
lparadm events --count 12 > $T/events 2>&1 &
events=$!

GUEST="kernel=/live/tiny cmdline=case=burn"
check "define A" tool define A ms_size=16M ms_expansion=16M "shares=1:50 2:50" \
	$GUEST
check "define B" tool define B ms_origin=32M ms_size=16M "shares=2:50 3:50" \
	$GUEST
check "define C behind A" tool define C ms_origin=16M ms_size=16M \
	"shares=3:50" $GUEST
tool define D ms_size=3M
check "define: a valid size is suggested" says "ms_size=3M: .*; use 2M or 4M"
check "activate all" tool activate A B C
tool define D ms_size=16M shares=2:50 && ! tool activate D
check "activate: a free origin is suggested" says "use ms_origin=48M"
tool set D ms_origin=48M && ! tool activate D
check "activate: a CPU without a free share is named" says "CPU 2 is completely assigned"
tool undefine D
check "ipl all" tool ipl A B C
dd if=/dev/zero of=$T/disk bs=1024 count=64 2> /dev/null
check "channels add" tool channels add 7 source=$T/disk serial=DISK-7
tool channels add 8 source=/none
check "channels add: missing source: the reason" says "channel 8: source=/none: /none does not exist"
check "channels add: the channel is removed again" [ ! -e /sys/kernel/config/lpar/channels/8 ]
check "save the configuration" tool save $T/saved
check "restore the present configuration" tool restore $T/saved
check "restore of the present configuration prints nothing" [ ! -s $T/out ]

tool top --interval 1
cat $T/out
check "top: a LIP of 50 % uses half of its CPU" [ "$(awk '$1 == "A" && $2 == 0 && $5 > 40 && $5 < 60' \
	$T/out | wc -l)" = 1 ]
check "top: exits of a LIP by reason" says "^A  *0 [a-z_]* *[0-9]*$"
check "top: a LIP of 50 % that always computes waits half the time" [ "$(awk \
	'$1 == "A" && $2 == 0 && $6 > 40 && $6 < 60' $T/out | wc -l)" = 1 ]
check "top: CPU 1 is used half by the guest, partly by the monitor, and half idle" [ "$(awk '
	/GUEST/ { cpus = 1 }
	cpus && $1 == 1 && $2 > 40 && $2 < 60 && $3 != "-" && $3 < 30 && $5 > 30 && $5 < 60' \
	$T/out | wc -l)" = 1 ]

sed "s/serial: DISK-7/serial: OTHER/" $T/saved > $T/other
check "restore another serial number of a channel" tool restore $T/other
check "the channel has the other serial number" [ "$(cat /sys/kernel/config/lpar/channels/7/serial)" = OTHER ]
check "restore the first serial number" tool restore $T/saved
tool channels
cat $T/out
check "channels lists it" says "7 block.*DISK-7"

# The prediction of --check and the result are the same.
check "integrate --check" tool integrate B --into A --check
cat $T/out
sed '1,/^after:/d' $T/out > $T/predicted
check "map --svg before and after" tool map --svg $T/x.svg B --into A
check "the picture is complete" grep -q "</svg>" $T/x.svg
tool integrate B --into A < /dev/null
check "integrate requires --yes without a terminal" says "use --yes to confirm"
check "integrate B into A" tool integrate B --into A --yes
cat $T/out
{ lparadm map; lparadm processors; } > $T/is
check "the maps are those that --check predicted" same $T/predicted $T/is
cat $T/out

tool restore --check $T/saved
cat $T/out
check "restore --check names the integration as the cause" says "^A .*ms_size.*32M.*16M.*B into A"
check "restore --check marks the relocated LPAR" says "^C .*ms_origin.*32M.*16M.*B into A"
check "restore after an integration" tool restore --yes $T/saved
check "restore a second time" tool restore $T/saved
check "the second restore prints nothing" [ ! -s $T/out ]
check "all LPARs are operating again" [ "$(cat $CFS/A/state $CFS/B/state \
	$CFS/C/state | sort -u)" = operating ]

# A file that the kernel refuses halfway.
sed -e "/^  B:/,/^  C:/s|kernel: .*|kernel: /live/live.sh|" \
	-e "s/shares: 2:50 3:50/shares: 2:50 3:40/" $T/saved > $T/bad
tool restore --yes $T/bad
cat $T/out $T/err
check "a failed restore puts the previous configuration back" says "the previous configuration is back"
check "no difference is left after a failed restore" tool restore --check \
	$T/saved

# A channel is added to a running guest, and removed only if the guest ejects it.
sed "/^  A:/,/^  B:/s/channels:.*/channels: 7/" $T/saved > $T/more
check "restore adds a channel to a running LPAR without --yes" \
	tool restore $T/more
check "the LPAR has the channel" [ "$(cat $CFS/A/channels)" = 7 ]
# A guest must eject a channel that it had at its IPL.
tool reset A --yes
tool restore $T/saved
cat $T/out $T/err
check "a guest without ACPI does not eject the channel" says "A did not eject channel 7 within"
check "the LPAR keeps a channel that was not ejected" tool restore --check $T/more

tool stop A B && tool start A B
check "stop and start" [ "$(cat $CFS/A/state)" = operating ]
check "reset A" tool reset A --yes
wait $events
cat $T/events
check "events shows the changes of state" grep -q "change operating state" $T/events
check "list --json succeeds" tool list --json
cat $T/out
check "deactivate all" tool deactivate A B C --yes
check "channels remove" tool channels remove 7
check "undefine all" tool undefine A B C
check "unload the module" tool unload
echo "1..$tests"
[ $failed = 0 ]
