#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shares under full load, measured over a second of the host's time.
. /lpar/lib.sh
begin 64M 1-2

# pair SHARE SHARE [CPU of B]: two burning guests
pair() {
	mkpart A 0 16M 0 "1:$1" && mkpart B 16M 16M 0 "1:$2" &&
		ipl A case=burn && ipl B case=burn
	sleep 0.2
	measure A B
	near "$1:$2, the first" $pa $(($1 * 10))
	near "$1:$2, the second" $pb $(($2 * 10))
	rmpart A && rmpart B
}

pair 30 70
pair 50 50
pair 10 20

# Alone: capped stays at its share, not capped takes what is idle.
mkpart A 0 16M 0 "1:30" && ipl A case=burn
mkpart I 32M 16M 0 "2:30" && power I deactivate && echo 0 > $PART/I/capped
power I activate && ipl I case=burn
sleep 0.2
measure A I
near "capped and alone" $pa 300
check "not capped: takes idle time ($pb per mille)" [ $pb -ge 900 ]

# It gives way to who has a share of the rest.
mkpart B 16M 16M 0 "2:60" && ipl B case=burn
sleep 0.2
measure I B
near "a share of 60 beside one that is not capped" $pb 600
check "the rest goes to that one ($pa per mille)" [ $pa -ge 380 ]
power B stop
sleep 0.1
measure I B
check "a stopped LPAR uses nothing ($pb per mille)" [ $pb = 0 ]
check "its share is idle time ($pa per mille)" [ $pa -ge 900 ]
power B start
rmpart B

# Time used goes on counting over stop and start, and begins anew.
a=$(used I 0)
power I stop
power I start
sleep 0.1
check "used never decreases" [ $(used I 0) -gt $a ]
power I deactivate && power I activate
same "used begins anew" $(used I 0) 0
rmpart I && rmpart A

# Many LIPs on one CPU: the sum holds, and everyone gets the same.
mkpart A 0 16M 0 "1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10"
ipl A case=burnsmp
check "10 LIPs on one CPU" expect A "burnsmp lip 0" 30
sleep 0.2
t0=$(clock_ns) u0=
for i in 0 1 2 3 4 5 6 7 8 9; do u0="$u0 $(used A $i)"; done
sleep 1
t1=$(clock_ns) bad=0 n=0
for i in 0 1 2 3 4 5 6 7 8 9; do
	set -- $u0
	shift $i
	p=$((($(used A $i) - $1) * 1000 / (t1 - t0)))
	[ $p -ge 85 ] && [ $p -le 120 ] || { bad=1; say "LIP $i: $p"; }
done
check "each has its tenth" [ $bad = 0 ]
finish
