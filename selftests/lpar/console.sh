#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The console: an ordinary tty.
. /lpar/lib.sh
begin 64M 1-2
gone() { ! kill -0 $1 2>/dev/null; }

mkpart A 0 16M 0 "1:100"
ipl A case=echo
check "the guest is ready" expect A "echo ready" 5
type_in A "hello world"
check "input is echoed" expect A "hello world" 5
text=$(seq -s , 1 300)
type_in A "$text"
check "1091 characters are echoed" within 10 grep -q ",299,300" $TMP/A.con
matches "no character is lost" "$(console A)" "$text"
check "a break is sent" /lpar/helper break $(tty_of A)
check "the guest receives the break" expect A "TINY echo break" 5
same "the guest receives one break" "$(lines A "TINY echo break")" 1
type_in A q
check "the guest ends" passes A echo 5
same "the guest received all characters" "$(sed -n 's/.*TINY echo \(.*\) bytes/\1/p' $TMP/A.con)" \
	"$((${#text} + 12))"
rmpart A

# Without a reader the guest still runs, and the last 64 KiB are kept.
define A 0 16M 0 "1:100"
tty=$(tty_of A)
number=$(cat $SYS/A/number)
power A activate
ipl A "case=talk lines=1750 off=1"
check "a guest without a reader still runs" within 20 is A active
matches "dropped bytes are counted" "$(cat /sys/class/tty/ttyLPAR$number/dropped)" "^[1-9]"
timeout 2 cat $tty > $TMP/late
check "a late reader gets the last output" grep -q "TINY talk ok" $TMP/late
check "a late reader gets the last 64 KiB" [ $(stat -c %s $TMP/late) -gt 60000 ]
same "the late output has no gap" "$(grep -c . $TMP/late)" \
	"$(($(sed -n 's/^TINY talk line \([0-9]*\) .*/\1/p' $TMP/late | tail -n 1) - \
	$(sed -n '2s/^TINY talk line \([0-9]*\) .*/\1/p' $TMP/late) + 3))"

# Removing the LPAR hangs up its tty, also for a blocked reader.
cat $tty > /dev/null 2>&1 &
reader=$!
sleep 0.1
rmpart A
check "the reader gets a hangup" within 5 gone $reader
check "the tty is removed" [ ! -e $tty ]

# The number of a removed LPAR is used again.
define A 0 16M 0 "1:100"
same "the lowest free number is used" "$(cat $SYS/A/number)" $number
check "the new LPAR has its tty" [ -c $(tty_of A) ]
rmdir $PART/A

# Also if a process still has the tty of the removed LPAR open, with output unread.
define A 0 16M 0 "1:100"
exec 8< $tty
power A activate
ipl A "case=talk lines=150 off=1"
check "a guest whose output is not read" within 20 is A active
rmpart A
check "an LPAR with the same number is defined" mkpart A 0 16M 0 "1:100"
same "its number" "$(cat $SYS/A/number)" $number
ipl A case=hello
check "its console can be opened and has its output" passes A hello 5
same "the console has no output of the removed LPAR" $(lines A talk) 0
line=kept
read -r line <&8
same "the process that has kept the tty open reads its end" "$line" ""
exec 8<&-
finish
