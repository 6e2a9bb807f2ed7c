#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Nothing waits for ever, and nobody for another LPAR's trouble: a guest that does not
# answer, a writer that is killed, a disk that is full and a console that nobody reads,
# each against every verb of an LPAR that has nothing to do with it; and a signal in a
# reset. A source that hangs: see channel_io.sh.
. /lpar/lib.sh
. /lpar/libchan.sh
begin 96M 1-2

# verbs TITLE: every verb of LPARs U and W, each within 3 s
verbs() {
	local v from slow=

	for v in "define U" "activate U" "load U" "stop U" "start U" "reset U" \
		"define W" "activate W" "load W" "check U W" "integrate U W" "read U" \
		"undefine W" "nmi U" "deactivate U" "undefine U"; do
		clock
		from=$now
		one_verb $v || slow="$slow $v failed;"
		clock
		[ $((now - from)) -le 300 ] || slow="$slow $v: $(((now - from) * 10)) ms;"
	done
	same "$1: every verb of other LPARs ends within 3 s" "$slow" ""
}

one_verb() {
	case $1 in
	define)
		case $2 in
		U) define U 48M 8M 16M "1:20" ;;
		*) define W 64M 8M 0 "2:20" ;;
		esac
		echo "case=hotplug" > $PART/$2/cmdline ;;
	undefine) rmdir $PART/$2 ;;
	check) echo $3 > $PART/$2/integrate_check ;;
	integrate) integrate $2 $3 ;;
	read) cat $SYS/*/state $SYS/*/exits $CHAN/*/state $SYS/storage_map > /dev/null ;;
	*) power $2 $1 ;;
	esac
}

disk 1 64
disk 2 64
verbs "nothing in the way"

# A guest that does not answer the request to eject a disk
mkpart A 0 16M 16M "1:20"
has A "1 2"
check "the guest has its disks" ipl A case=burn
(echo 1 > $PART/A/channels) 2> $TMP/why &
waits=$!
sleep 0.3
check "the guest does not answer" kill -0 $waits
verbs "a guest that does not answer"
check "the writer still waits" kill -0 $waits
clock
from=$now
wait $waits
clock
matches "the writer gets an error" "$(cat $TMP/why)" "$ETIMEDOUT"
check "in time: $(((now - from) * 10)) ms" [ $((now - from)) -lt 1100 ]

# killed FILE VALUE: a writer that waits is killed, and ends at once
killed() {
	local from

	/lpar/helper write $1 "$2" 1 > /dev/null 2>&1 &
	waits=$!
	sleep 0.3
	kill -0 $waits || not_ok "killed writer: it does not wait"
	kill -9 $waits
	clock
	from=$now
	wait $waits
	clock
	[ $((now - from)) -le 50 ]
}
check "a killed writer of channels ends at once" killed $PART/A/channels 1
verbs "a killed writer"
same "it changed nothing" "$(cat $PART/A/channels)" "1 2"
check "A's own verbs work again" eval "power A stop && power A start && power A reset"
rmpart A

# A signal while a reset reads its files: the guest goes on.
mkpart A 0 40M 0 "1:50"
dd if=/dev/zero of=$TMP/initrd bs=1M count=16 2> /dev/null
echo $TMP/initrd > $PART/A/initrd
ipl A "case=tick ms=20" && expect A "tick 2" 10
interrupted=0
for us in 200 500 1000 2000 4000 8000; do
	text=$(/lpar/helper signalled $us $PART/A/power reset)
	case $text in
	*Interrupted*) ;;
	*) continue ;;
	esac
	interrupted=$((interrupted + 1))
	is A operating && goes_on A || not_ok "signal after $us us in a reset: A is $(state A)"
done
check "a guest goes on after a signal in its reset ($interrupted of 6 resets)" [ $interrupted -ge 1 ]
rm $TMP/initrd
rmpart A

# A disk that is full
mkdir -p $TMP/small && mount -t tmpfs -o size=64k none $TMP/small
dd if=/dev/zero of=$TMP/small/fill bs=4096 count=16 2> /dev/null
truncate -s 64K $TMP/small/disk
mkdir $CHAN/3 && echo $TMP/small/disk > $CHAN/3/source
mkpart A 0 16M 16M "1:20"
check "a disk in a full file system is added" has A 3
ipl A "case=full"
check "the guest's writes fail, and it goes on" passes A full 20
check "errors counts them" [ $(cat $CHAN/3/errors) -ge 1 ]
verbs "a full disk"
mkpart D 16M 8M 0 "2:20"
check "a guest with a full disk is a receiver" integrate A D
rmpart D
rmpart A
rmdir $CHAN/3
umount $TMP/small

# A console that is open, and that nobody reads
define A 0 16M 16M "1:50 2:50" && power A activate
sleep 100 < $(tty_of A) &
holder=$!
ipl A "case=flood kind=console"
mkpart B 16M 8M 8M "1:20" && ipl B "case=tick ms=20"
check "the unread console's guest runs" within 10 [ $(sed -n 's/^io //p' $SYS/A/exits) -gt 1000 ]
check "another console works beside one that nobody reads" goes_on B
verbs "a console that nobody reads"
check "verbs of its own LPAR" eval "power A stop && power A start && power A reset && power A nmi"
rmpart B
rmpart A
kill $holder
rmchannels
finish
