#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The console: an ordinary tty.
. /lpar/lib.sh
begin 64M 1-2
gone() { ! kill -0 $1 2>/dev/null; }

mkpart A 0 16M 0 "1:100"
ipl A case=echo
check "ready" expect A "echo ready" 5
type_in A "hello world"
check "what is typed comes back" expect A "hello world" 5
text=$(seq -s , 1 300)
type_in A "$text"
check "1091 characters come back" within 10 grep -q ",299,300" $TMP/A.con
matches "none is missing" "$(console A)" "$text"
type_in A q
check "the end" passes A echo 5
same "all were counted" "$(sed -n 's/.*TINY echo \(.*\) bytes/\1/p' $TMP/A.con)" \
	"$((${#text} + 12))"
rmpart A

# Nobody listens: the guest goes on, the last 64 KiB are kept.
define A 0 16M 0 "1:100"
tty=$(tty_of A)
number=$(cat $SYS/A/number)
power A activate
ipl A "case=talk lines=1750 off=1"
check "a guest nobody listens to goes on" within 20 is A active
matches "dropped bytes are counted" "$(cat /sys/class/tty/ttyLPAR$number/dropped)" "^[1-9]"
timeout 2 cat $tty > $TMP/late
check "who comes late sees the end" grep -q "TINY talk ok" $TMP/late
check "and the last 64 KiB of it" [ $(stat -c %s $TMP/late) -gt 60000 ]
same "without a gap" "$(grep -c . $TMP/late)" \
	"$(($(sed -n 's/^TINY talk line \([0-9]*\) .*/\1/p' $TMP/late | tail -n 1) - \
	$(sed -n '2s/^TINY talk line \([0-9]*\) .*/\1/p' $TMP/late) + 3))"

# A hangup when the LPAR goes, also for who reads and writes.
cat $tty > /dev/null 2>&1 &
reader=$!
sleep 0.1
rmpart A
check "who reads is let go" within 5 gone $reader
check "the tty is gone" [ ! -e $tty ]

# The number of who goes is the next one's.
define A 0 16M 0 "1:100"
same "the lowest free number" "$(cat $SYS/A/number)" $number
check "its tty" [ -c $(tty_of A) ]
finish
