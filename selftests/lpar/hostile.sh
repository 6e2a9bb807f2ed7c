#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No guest, and no load on the host, takes an LPAR's share away.
. /lpar/lib.sh
begin 64M 1-2

# Bochs runs a hundredth of the steps per second, so print each one there.
each=1
[ -z "$TCG" ] || each=50

# work_of NAME: number of steps the guest has printed; the last line may be incomplete
work_of() { sed -n 's/^TINY work //p' $TMP/$1.con | tail -n 2 | head -n 1 | tr -d '\r'; }

# measure: sets $did to the steps of V per second, and $irqs to the host interrupts per
# second that made V exit
irqs_of() { sed -n 's/^host_irq //p' $SYS/V/exits; }

measure() {
	local w i t

	# Read the clock right after the work both times: a process takes 10 ms in Bochs.
	i=$(irqs_of) w=$(work_of V)
	clock_ns
	t=$ns
	sleep 4
	did=$(work_of V)
	clock_ns
	did=$(((did - w) * 1000000 / ((ns - t) / 1000)))
	irqs=$(((`irqs_of` - i) * 1000 / ((ns - t) / 1000000)))
}

mkpart V 0 16M 0 "2:90" && ipl V "case=work each=$each"
check "the victim works" expect V "work [0-9]+" 20
# Beside an LPAR that only computes: in Bochs the speed of a CPU depends on whether the
# others are idle.
mkpart H 32M 16M 0 "1:50 2:5" && ipl H case=burn
sleep 0.5
measure
calm=$did calm_irqs=$irqs
rmpart H
say "baseline: $calm steps and $calm_irqs interrupts per second"

# storm KIND: IPIs from one pCPU to a LIP on the victim's pCPU
storm() {
	mkpart H 32M 16M 0 "1:50 2:5" && ipl H "case=storm sleeper=$1"
	check "$1: the storm runs" expect H "storm $1" 20
	measure
	say "$1: $did steps and $irqs interrupts per second"
	case $1 in
	deaf | high)
		check "$1: no host interrupts for IPIs that are not accepted ($irqs, baseline $calm_irqs)" \
			[ $irqs -le $((calm_irqs * 2 + 400)) ]
	esac
	# QEMU's CPUs share this computer's cores: the work cannot be compared.
	if [ -n "$TCG" ]; then
		skip "$1: the victim's work" "the emulator's CPUs have no time of their own"
	else
		# The aim is 1 percent. Measured: 2 to 9 percent, partly because Bochs runs a CPU
		# faster beside an idle one. Before the fixes only a tenth of the work was
		# left.
		check "$1: the victim's work is not affected ($did, baseline $calm)" \
			[ $((did * 100)) -ge $((calm * 85)) ]
	fi
	rmpart H
}

for kind in deaf high light timers start; do
	storm $kind
done
rmpart V

# A real-time task of the host takes the pCPU while one LIP runs and another one sleeps
# and is to wake meanwhile: both continue as soon as the task ends.
mkpart A 0 16M 0 "2:50" && ipl A case=burn
mkpart B 32M 16M 0 "2:30" && ipl B "case=tick ms=150"
check "the sleeping guest ticks" expect B "tick 2" 10

# measure_stall: sets $still to the longest time, in hundredths of a second, without use by A
measure_stall() {
	local end seen u same_at worst=0

	clock
	end=$((now + 100)) same_at=$now
	seen=$(used A 0)
	while [ $now -lt $end ]; do
		sleep 0.02
		clock
		u=$(used A 0)
		[ "$u" = "$seen" ] || same_at=$now
		seen=$u
		[ $((now - same_at)) -le $worst ] || worst=$((now - same_at))
	done
	still=$worst
}

round=0 worst=0 ticks=99
while [ $round -lt 4 ]; do
	/lpar/helper hog 2 900
	n=$(lines B tick)
	measure_stall
	[ $still -le $worst ] || worst=$still
	n=$(($(lines B tick) - n))
	[ $n -ge $ticks ] || ticks=$n
	round=$((round + 1))
done
check "a running LIP continues at once (at most ${worst}0 ms without use)" [ $worst -le 10 ]
check "a sleeping LIP continues at once (at least $ticks ticks of 6 in a second)" [ $ticks -ge 3 ]
rmpart A && rmpart B
finish
