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
check "it sees isolcpus=1-3" says "^PASS  isolated: 1-3"
check "load" tool load /live/lpar.ko
check "storage" tool storage ms_size=64M
check "processors" tool processors online=1-3
check "show" tool show
lparadm events --count 12 > $T/events 2>&1 &
events=$!

GUEST="kernel=/live/tiny cmdline=case=burn"
check "define A" tool define A ms_size=16M ms_expansion=16M "shares=1:50 2:50" \
	$GUEST
check "define B" tool define B ms_origin=32M ms_size=16M "shares=2:50 3:50" \
	$GUEST
check "define C, in the way" tool define C ms_origin=16M ms_size=16M \
	"shares=3:50" $GUEST
tool define D ms_size=3M
check "a value that would do is named" says "ms_size=3M: .*; use 2M or 4M"
check "activate all" tool activate A B C
tool define D ms_size=16M shares=2:50 && ! tool activate D
check "a place that would do is named" says "use ms_origin=48M"
tool set D ms_origin=48M && ! tool activate D
check "what is left of a CPU is named" says "CPU 2 is completely assigned"
tool undefine D
check "ipl all" tool ipl A B C
dd if=/dev/zero of=$T/disk bs=1024 count=64 2> /dev/null
check "a channel" tool channels add 7 source=$T/disk serial=DISK-7
tool channels add 8 source=/none
check "one that cannot be: why" says "channel 8: source=/none: /none does not exist"
check "and it is gone" [ ! -e /sys/kernel/config/lpar/channels/8 ]
check "save" tool save $T/saved
check "restore of what is does nothing" tool restore $T/saved
check "it prints nothing" [ ! -s $T/out ]

tool top --interval 1
cat $T/out
check "top: the LIPs' use" [ "$(awk '$1 == "A" && $2 == 0 && $5 > 40 && $5 < 60' \
	$T/out | wc -l)" = 1 ]
check "top: exits of a LIP by reason" says "^A  *0 [a-z_]* *[0-9]*$"
check "top: a LIP of 50 % that always computes waits half the time" [ "$(awk \
	'$1 == "A" && $2 == 0 && $6 > 40 && $6 < 60' $T/out | wc -l)" = 1 ]
check "top: CPU 1 is half the guest's, half idle, and some of it the monitor's" [ "$(awk '
	/GUEST/ { cpus = 1 }
	cpus && $1 == 1 && $2 > 40 && $2 < 60 && $3 != "-" && $3 < 30 && $5 > 30 && $5 < 60' \
	$T/out | wc -l)" = 1 ]

sed "s/serial: DISK-7/serial: OTHER/" $T/saved > $T/other
check "a channel is made so" tool restore $T/other
check "it is" [ "$(cat /sys/kernel/config/lpar/channels/7/serial)" = OTHER ]
check "and back" tool restore $T/saved
tool channels
cat $T/out
check "channels" says "7 block.*DISK-7"

# What --check says of afterwards is what then is.
check "integrate --check" tool integrate B --into A --check
cat $T/out
sed '1,/^after:/d' $T/out > $T/predicted
check "a picture" tool map --svg $T/x.svg B --into A
check "it is one" grep -q "</svg>" $T/x.svg
tool integrate B --into A < /dev/null
check "it asks first" says "use --yes to confirm"
check "integrate" tool integrate B --into A --yes
cat $T/out
{ lparadm map; lparadm processors; } > $T/is
check "the maps are those that --check had said" same $T/predicted $T/is
cat $T/out

tool restore --check $T/saved
cat $T/out
check "what differs is the integration's" says "^A .*ms_size.*32M.*16M.*B into A"
check "and whom it relocated" says "^C .*ms_origin.*32M.*16M.*B into A"
check "restore" tool restore --yes $T/saved
check "restored once more: nothing" tool restore $T/saved
check "nothing is printed" [ ! -s $T/out ]
check "the states are those of before" [ "$(cat $CFS/A/state $CFS/B/state \
	$CFS/C/state | sort -u)" = operating ]

# A file that the kernel refuses in the middle.
sed -e "/^  B:/,/^  C:/s|kernel: .*|kernel: /live/live.sh|" \
	-e "s/shares: 2:50 3:50/shares: 2:50 3:40/" $T/saved > $T/bad
tool restore --yes $T/bad
cat $T/out $T/err
check "what fails in the middle is put back" says "the previous configuration is back"
check "all of it" tool restore --check \
	$T/saved

# A channel comes to a guest that runs, and goes only if that gives it back.
sed "/^  A:/,/^  B:/s/channels:.*/channels: 7/" $T/saved > $T/more
check "a channel for one that runs: nothing ends, so nothing is asked" \
	tool restore $T/more
check "it has it" [ "$(cat $CFS/A/channels)" = 7 ]
# What a guest was started with it has to give back.
tool reset A --yes
tool restore $T/saved
cat $T/out $T/err
check "its guest knows nothing of ACPI" says "A did not eject channel 7 within"
check "so it keeps it" tool restore --check $T/more

tool stop A B && tool start A B
check "stop, start" [ "$(cat $CFS/A/state)" = operating ]
check "reset" tool reset A --yes
wait $events
cat $T/events
check "events" grep -q "change operating state" $T/events
check "list --json" tool list --json
cat $T/out
check "deactivate" tool deactivate A B C --yes
check "channels remove" tool channels remove 7
check "undefine" tool undefine A B C
check "unload" tool unload
echo "1..$tests"
[ $failed = 0 ]
