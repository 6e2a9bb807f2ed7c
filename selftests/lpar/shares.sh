#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shares under full load, measured over a second of the host's time.
. /lpar/lib.sh
begin 64M 1-2

# pair SHARE SHARE: two LPARs under full load on one CPU
pair() {
	mkpart A 0 16M 0 "1:$1" && mkpart B 16M 16M 0 "1:$2" &&
		ipl A case=burn && ipl B case=burn
	sleep 0.2
	uses "$1:$2" "A/0 B/0" "${1}0 ${2}0"
	rmpart A && rmpart B
}

pair 30 70
pair 50 50
pair 10 20

# Alone: a capped LPAR stays at its share, an uncapped one gets idle time.
mkpart A 0 16M 0 "1:30" && ipl A case=burn
mkpart I 32M 16M 0 "2:30" && power I deactivate && echo 0 > $PART/I/capped
power I activate && ipl I case=burn
sleep 0.2
uses "capped LPAR alone on its CPU" A/0 300
uses "uncapped LPAR gets idle time" I/0 900-1010

# An uncapped LPAR yields to the shares of others.
mkpart B 16M 16M 0 "2:60" && ipl B case=burn
sleep 0.2
uses "LPAR with a share of 60 beside an uncapped one" B/0 600
uses "uncapped LPAR beside a share of 60" I/0 380-420
power B stop
sleep 0.1
use_of B/0
check "a stopped LPAR uses nothing ($use per mille)" [ $use = 0 ]
uses "uncapped LPAR gets the share of a stopped one" I/0 900-1010
power B start
rmpart B

# "used" continues over stop and start, and is reset by activate.
a=$(used I 0)
power I stop
power I start
sleep 0.1
check "used never decreases" [ $(used I 0) -gt $a ]
power I deactivate && power I activate
same "used is zero after activate" $(used I 0) 0
rmpart I && rmpart A

# Many LIPs on one CPU: each gets the same, and the sum is right.
mkpart A 0 16M 0 "1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10 1:10"
ipl A case=burnsmp
check "10 LIPs run on one CPU" expect A "burnsmp lip 0" 30
sleep 0.2
lips= due=
for i in 0 1 2 3 4 5 6 7 8 9; do
	lips="$lips A/$i" due="$due 85-120"
done
uses "each of 10 LIPs gets a tenth" "$lips" "${due# }"
finish
