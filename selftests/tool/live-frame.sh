#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# lparadm frame in a terminal (tmux) against a live module, within the emulated
# machine: see live.
T=/tmp/frame TMUX_DIR=/tmp/frame
CFS=/sys/kernel/config/lpar
tests=0 failed=0
mkdir -p $T /dev/pts
mount -t devpts devpts /dev/pts
. /live/tmux.sh

ok()
{
	tests=$((tests + 1))
	if [ "$2" = 0 ]; then
		echo "ok $tests - $1"
		return
	fi
	echo "not ok $tests - $1"
	failed=$((failed + 1))
	term_screen | sed 's/^/#   /'
}

# shows NAME PATTERN; check NAME COMMAND...
shows() { term_wait "$2" 2> /dev/null; ok "$1" $?; }
check() { local name=$1; shift; "$@"; ok "$name" $?; }
state() { [ "$(cat $CFS/partitions/$1/state)" = "$2" ]; }

modprobe configfs
lparadm load /live/lpar.ko && lparadm storage ms_size=64M &&
	lparadm processors online=1-3
check "load the module and set the pool" [ $? = 0 ]
GUEST="kernel=/live/tiny cmdline=case=burn"
dd if=/dev/zero of=$T/disk bs=1024 count=64 2> /dev/null
check "channels add" lparadm channels add 3 source=$T/disk serial=DISK-3
lparadm define A ms_size=16M ms_expansion=16M "shares=1:50 2:50" $GUEST
lparadm define B ms_origin=32M ms_size=16M "shares=2:50 3:50" channels=3 $GUEST
lparadm define C ms_origin=16M ms_size=16M "shares=3:50" $GUEST

cat > $T/shell <<'EOF'
#!/bin/sh
sh -c 'echo $$ > /tmp/frame/pid; exec lparadm frame'
echo "status $?"
exec sleep 1000
EOF
chmod +x $T/shell
term_begin 80 24 $T/shell
shows "the frame starts" "10Quit"
[ $failed = 0 ] || exit 1
shows "the pool is shown" "main storage 64M, free 64M"
shows "three defined LPARs are shown" "^ C        defined"
term_keys F2
shows "F2 (activate) shows the shares" "shares  *1:50 2:50"
term_keys y
shows "the map shows A's storage" "^|A "
check "A is active" state A active
term_keys F3
shows "F3 (ipl) shows the kernel" "kernel  */live/tiny"
term_keys y
shows "A is shown as operating" "^>A        operating"
check "A is operating" state A operating
shows "the event is shown" "A        change operating state"
shows "A's use of CPU 1 is about its share" \
	"^>A        operating  50/ [45][0-9] "
# by_keys LPAR VERB KEY...: select the LPAR, and perform the verb
by_keys()
{
	local lpar=$1 verb=$2

	shift 2
	term_keys "$@"
	shows "$verb $lpar asks for confirmation" "Continue?"
	term_keys y
	shows "$verb $lpar is done" "^$lpar: $verb: done"
}
by_keys B activate Home Down F2
by_keys B ipl F3
by_keys C activate End F2
by_keys C ipl F3
shows "B has its disk" "^   3 block  configured B "
shows "C is shown as operating" "C        operating"
term_screen

# The frame's own CPU time in ten seconds.
ticks() { awk '{ print $14 + $15 }' /proc/"$(cat $T/pid)"/stat; }
before=$(ticks)
sleep 10
echo "# the frame used $(($(ticks) - before)) of 1000 ticks in 10 seconds"

term_keys Home Down F9
shows "F9 (integrate) asks for the receiver" "Integrate B into which LPAR?"
term_keys Home Enter
shows "the plan is shown" "203  *relocate C: 16 MB"
term_screen
check "B is still operating while the plan is shown" state B operating
term_keys n
shows "n cancels" "^B: integrate: not done"
check "B is still operating after n" state B operating
term_keys F9 Enter
shows "F9 (integrate) asks again" "Continue?"
term_keys y
shows "the steps are shown" "204-208 stop"
term_screen
term_keys q
shows "the integration is reported" "^B into A: done"
check "B is released" state B released
shows "the map has changed" "^|A .*|C .*|free"
shows "B's disk belongs to A" "^   3 block  configured A "
term_screen
term_keys F9 Enter
shows "a refusal is shown in the kernel's words" "lparadm: .*integrate: .*B"
term_screen
term_keys q
kill "$(cat $T/pid)"
shows "SIGTERM ends the frame" "^status 0"
term_end
check "deactivate all" lparadm deactivate A B C --yes
check "undefine all" lparadm undefine A B C
check "channels remove" lparadm channels remove 3
check "unload the module" lparadm unload
echo "1..$tests"
[ $failed = 0 ]
