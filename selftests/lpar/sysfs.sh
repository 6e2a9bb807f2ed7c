#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Attributes, poll and uevents, and whether sysfs and configfs agree
. /lpar/lib.sh
begin 64M 1-2
/lpar/helper uevents > $TMP/uevents &
listener=$!
sleep 0.1

uevent() { within 3 grep -Eq "$1" $TMP/uevents; }

define A 0 16M 8M "1:60 2:30"
check "uevent of mkdir" uevent "^add@.*/lpar/A "
g=$(cat $SYS/A/generation)
echo 16M > $PART/A/ms_origin
check "generation grows" [ $(cat $SYS/A/generation) -gt $g ]
same "generation in configfs" "$(cat $PART/A/generation)" "$(cat $SYS/A/generation)"
power A activate
check "uevent of activate" uevent "change@.*/lpar/A .*STATE=active.*CHANGED=|change@.*/lpar/A .*CHANGED=.*STATE=active"
same "storage attributes" "$(cat $SYS/A/ms_origin $SYS/A/ms_size $SYS/A/ms_expansion $SYS/A/ms_free)" \
	"16777216
16777216
8388608
33554432"
same "sizes in configfs" "$(cat $PART/A/ms_origin $PART/A/ms_size $PART/A/ms_expansion)" "16M
16M
8M"
same "one directory per LIP" "$(ls $SYS/A/lips)" "0
1"
same "LIP 1 before load" "$(cat $SYS/A/lips/1/pcpu $SYS/A/lips/1/share $SYS/A/lips/1/used $SYS/A/lips/1/state)" \
	"2
30
0
stopped"
same "storage map in configfs and sysfs agree" "$(cat $CFS/storage/map)" "$(cat $SYS/storage_map)"
same "free storage in configfs" "$(cat $CFS/storage/free)" 48M
same "shares read as written" "$(cat $PART/A/shares)" "1:60 2:30"
same "available CPUs" "$(cat $CFS/processors/available)" "$(cat /sys/devices/system/cpu/online)"

same "tsc_offset is zero before an IPL" "$(cat $SYS/A/tsc_offset)" 0
before=$(/lpar/helper tsc)
/lpar/helper wait $SYS/A/state operating 5 &
poller=$!
sleep 0.1
ipl A case=smp
check "poll() reports the change of state" wait $poller
after=$(/lpar/helper tsc)
ipl_at=$((-$(cat $SYS/A/tsc_offset)))
check "tsc_offset: the guest's TSC was 0 at IPL: $before, $ipl_at, $after" \
	[ $before -lt $ipl_at -a $ipl_at -lt $after ]
check "uevent of load" uevent "STATE=operating"
within 5 grep -q running $SYS/A/lips/1/state
same "LIP 1 runs" "$(cat $SYS/A/lips/1/state)" running
within 5 [ $(cat $SYS/A/lips/1/used) -gt 0 ]
check "LIP 1 has used time" [ $(cat $SYS/A/lips/1/used) -gt 0 ]
check "exits are counted" [ $(awk '$1 == "io" { print $2 }' $SYS/A/exits) -gt 10 ]
/lpar/helper wait $SYS/A/state failed 5 &
poller=$!
power A stop
check "uevent of stop" uevent "STATE=stopped"
ipl A case=triple
check "poll() reports a failure" wait $poller
check "uevent of a failure" uevent "STATE=failed"
matches "last_error has the reason of the failure" "$(last_error A)" "triple fault"
power A deactivate
check "uevent of deactivate" uevent "STATE=defined"
same "no LIP is left" "$(ls $SYS/A/lips 2>/dev/null)" ""

# A LIP that always computes is waiting whenever it does not run.
power A activate
same "steal is zero before load" "$(cat $SYS/A/lips/0/steal)" 0
ipl A case=burnsmp
sleep 1
power A stop
used=$(cat $SYS/A/lips/1/used) steal=$(cat $SYS/A/lips/1/steal)
echo "# LIP 1 of 30 %: used $used ns, steal $steal ns"
check "steal of LIP 1 is about two thirds" \
	[ $((steal / used)) -ge 1 -a $((steal / used)) -le 4 ]
same "steal does not increase while the LPAR is stopped" "$(cat $SYS/A/lips/1/steal)" $steal
same "the exits of all LIPs add up to the LPAR's" "$(cat $SYS/A/lips/*/exits |
	awk '{ n[$1] += $2 } END { for (k in n) print k, n[k] }' | sort)" \
	"$(sort $SYS/A/exits)"
check "exits of LIP 1 are counted" \
	[ $(awk '{ n += $2 } END { print n }' $SYS/A/lips/1/exits) -gt 0 ]
power A reset
check "reset does not decrease steal" [ $(cat $SYS/A/lips/1/steal) -ge $steal ]
power A deactivate
rmdir $PART/A
check "uevent of rmdir" uevent "^remove@.*/lpar/A "

# A guest that answers all the time is reported at a bounded rate: ten times in a second.
dd if=/dev/zero of=$TMP/disk bs=4096 count=1 2>/dev/null
mkdir $CFS/channels/0
echo $TMP/disk > $CFS/channels/0/source
mkpart A 0 16M 0 "1:50" && ipl A "case=eject flood=1"
check "the guest with a disk to come is ready" expect A "eject ready" 10
echo 0 > $PART/A/channels
check "the guest has answered" expect A "event 1 status 0" 10
sleep 0.3
io=$(sed -n 's/^io //p' $SYS/A/exits) n=$(cat $PART/A/generation)
sleep 2
n=$(($(cat $PART/A/generation) - n)) io=$(($(sed -n 's/^io //p' $SYS/A/exits) - io))
check "its answers are reported at a bounded rate ($n times for $io in 2 s)" \
	[ $n -ge 1 -a $n -le 25 -a $io -ge 200 ]
rmpart A
rmdir $CFS/channels/0

# Every sysfs attribute can be read in every state, and none can be written. The core of a
# guest is an exception, see panic.sh.
mkpart A 0 16M 0 "1:50" && ipl A case=hello
bad=
for f in $(find $SYS/A/ -type f ! -name uevent ! -name core ! -path '*/power/*'); do
	cat $f > /dev/null 2>&1 || bad="$bad $f"
	[ -w $f ] && (echo 1 > $f) 2>/dev/null && bad="$bad $f:written"
done
same "sysfs attributes are readable and not writable" "$bad" ""
bad=
for f in $PART/A/*; do
	case $f in */power) continue ;; esac
	cat $f > /dev/null 2>&1 || bad="$bad $f"
done
same "configfs attributes are readable" "$bad" ""
cat $PART/A/power > /dev/null 2>&1 && not_ok "power is write-only" || ok "power is write-only"

# Many LPARs: the lowest free number is used, and 64 is the maximum
for i in $(seq 2 64); do mkdir $PART/m$i || break; done
same "64 LPARs can be made" "$(ls -d $PART/*/ | wc -l)" 64
mkdir $PART/more 2>/dev/null && not_ok "a 65th LPAR is refused" || ok "a 65th LPAR is refused"
rmdir $PART/m7
mkdir $PART/again
same "the lowest free number is used" "$(cat $SYS/again/number)" 7
kill $listener
finish
