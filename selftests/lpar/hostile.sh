#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No guest, and no load on the host, takes an LPAR's share away.
#
# hostile.sh [all]	all: more kinds of floods, and the latency of the host's CPU; needs
#			4 CPUs (selftests/bench/hostile)
. /lpar/lib.sh
. /lpar/libchan.sh
all_kinds=$1
begin 64M 1-2

# The host's CPU whose latency is measured from the last CPU, which has nothing else to do
far=
[ -z "$all_kinds" ] || far=3
WINDOW=2
# Limits: per mille of the pCPU, and ticks with interrupts off
POINT=10 LATENCY=20000

# work_of NAME: set $own and $ticks from the last complete line "TINY work OWN of TICKS"
work_of() {
	set -- $(tr -d '\r' < $TMP/$1.con | sed -n 's/^TINY work \([0-9]*\) of \([0-9]*\)$/\1 \2/p' | tail -n 1)
	own=$1 ticks=$2
}

irqs_of() { sed -n 's/^host_irq //p' $SYS/V/exits; }

# measure: set $did to the time in which the processor executed V's instructions, in per
# ten thousand of its pCPU, and $irqs to the host interrupts per second that made V exit
measure() {
	local i t from at

	work_of V
	from=$own at=$ticks i=$(irqs_of)
	clock_ns
	t=$ns
	sleep $WINDOW
	work_of V
	irqs=$(irqs_of)
	clock_ns
	irqs=$(((irqs - i) * 1000 / ((ns - t) / 1000000)))
	did=$(((own - from) * 10000 / (ticks - at)))
}

# hundredths N: print it as a decimal fraction
hundredths() { echo "$(($1 / 100)).$(($1 / 10 % 10))$(($1 % 10))"; }

# latencies: set $worst to the longest time in ticks until V's pCPU, and with "all" any
# CPU, takes an interrupt
latencies() {
	local c

	worst=
	for c in 2 ${far:+0 1}; do
		worst="$worst $(${far:+taskset -c $far} /lpar/helper latency $c 500)"
	done
	worst=${worst# }
}

# judge KIND: measure while H does that
judge() {
	measure
	latencies
	say "$1: work $(hundredths $did) % of the pCPU ($(hundredths $calm) % beside a guest that computes), $irqs interrupts per second, latency $worst ticks"
	case $1 in
	deaf | high)
		check "$1: no host interrupts for IPIs that are not accepted ($irqs, baseline $calm_irqs)" \
			[ $irqs -le $((calm_irqs * 2 + 400)) ]
	esac
	# QEMU's CPUs share this computer's cores: neither can be compared.
	if [ -n "$TCG" ]; then
		skip "$1: the victim's work and the latency" "the emulator's CPUs have no time of their own"
		return
	fi
	check "$1: the victim keeps its work within one point ($(hundredths $did), baseline $(hundredths $calm))" \
		[ $((calm - did)) -le $((POINT * 10)) ]
	for c in $worst; do
		[ $c -le $LATENCY ] || { not_ok "$1: a CPU took $c ticks to take an interrupt"; return; }
	done
	ok "$1: each CPU takes interrupts within $LATENCY ticks ($worst)"
}

modprobe msr
mkpart V 0 16M 0 "2:50" && ipl V case=work
check "the victim works" expect V "work [0-9]+" 20
mkpart H 32M 16M 0 "1:100 2:50" && ipl H case=burnsmp
check "it computes beside another guest" expect H "burnsmp lip 0" 20
measure
calm=$did calm_irqs=$irqs
rmpart H
say "baseline: work $(hundredths $calm) % of the pCPU, $calm_irqs interrupts per second"
if [ -n "$TCG" ]; then
	skip "the victim works for its share" "the emulator's CPUs have no time of their own"
else
	check "the victim works for its share ($(hundredths $calm) %)" [ $calm -ge 4000 -a $calm -le 5100 ]
fi

# against CASE KIND [CHANNELS]: the victim beside a guest that runs it
against() {
	define H 32M 16M 0 "1:100 2:50"
	[ -z "$3" ] || echo "$3" > $PART/H/channels
	listen H
	power H activate
	ipl H "case=$1 kind=$2"
	check "$2: the guest runs" expect H "$1" 20
	judge $2
	rmpart H
}

for kind in deaf high light timers start; do
	against storm $kind
done
for kind in answers console ${all_kinds:+exits}; do
	against flood $kind
done

if [ -n "$all_kinds" ]; then
	disk 1 1024
	mkdir $CHAN/2 && echo net > $CHAN/2/type && echo hostile > $CHAN/2/source
	echo up > $CHAN/2/link
	ip link set hostile up
	against devflood discards 1
	(while [ -d /sys/class/net/hostile ]; do /lpar/helper frames hostile 1000; done) > /dev/null &
	against devflood chains 2
	rmpart V
	rmchannels
	finish
fi
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
