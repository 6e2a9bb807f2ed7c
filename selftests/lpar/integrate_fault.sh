#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each step is made to fail: everything is restored, and every guest goes on.
. /lpar/lib.sh
begin 96M 1-2
fault() { echo $1 > $PARAM/integrate_fault; }

mkpart R 0 16M 32M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
mkpart D 32M 16M 0 "1:20 2:30"
ipl D "case=pattern seed=9 step=4096 pause=20000" && expect D "round 1" 10
pattern_part T 16M 16M "2:30"

# State that must be restored; "generation" counts attempts, too
things() { snapshot | grep -v generation; }

for s in 201 202 203 204 205 206 207 208; do
	before="$(things)"
	fault $s
	attempt $PART/R/integrate D
	fault 0
	# 206 has nothing to do without channels.
	matches "fault at $s: error" "$why" "$EIO"
	matches "fault at $s: reason" "$(last_error R)" "injected fault in step $s"
	matches "fault at $s: the result" "$(result R | head -n 1)" "^D into R: failed at $s: "
	same "fault at $s: step 201 was undone" "$(step R 201)" $([ $s = 201 ] && echo failed || echo undone)
	same "fault at $s: everything is restored" "$(things)" "$before"
	unharmed "fault at $s" D
	unharmed "fault at $s" T
	check "fault at $s: R goes on" goes_on R
	same "fault at $s: R was not booted again" $(lines R begin) 1
	same "fault at $s: R was not notified" $(lines R "hotplug (memory|lip) ?[0-9]") 0
done

# Stopped LPARs are not started by the undo.
power D stop
power R stop
fault 208
attempt $PART/R/integrate D
fault 0
same "fault with stopped LPARs: both are still stopped" "$(state R) $(state D)" "stopped stopped"
n=$(lines R .) m=$(lines D .)
sleep 0.2
same "fault with stopped LPARs: both print nothing" "$(lines R .) $(lines D .)" "$n $m"
power R start
power D start
unharmed "after start" D
check "R goes on after start" goes_on R

# A signal: the integration is either done or undone completely.
for us in 200 500 1000 2000 4000; do
	before="$(things)"
	text=$(/lpar/helper signalled $us $PART/R/integrate D)
	say "signal after $us us: ${text:-done}; $(result R | head -n 1)"
	if is D released; then
		same "signal after $us us: integration was finished before" "$text" ""
		break
	fi
	matches "signal after $us us" "$text" "$EINTR"
	same "signal after $us us: everything is restored" "$(things)" "$before"
	unharmed "signal after $us us" D
done
clean

# The dispatcher uses the old shares again, too.
mkpart R 0 16M 32M "1:40" && ipl R "case=hotplug burn=1" && expect R ready 5
mkpart D 32M 16M 0 "1:20 2:30" && ipl D "case=burn"
for s in 202 207 208; do
	fault $s
	attempt $PART/R/integrate D
	fault 0
	sleep 0.1
	uses "fault at $s: both get their old shares" "R/0 D/0" "400 200"
done
clean

# Step 209 comes after the point of no return.
mkpart R 0 16M 32M "1:40" && ipl R "case=hotplug tick=20" && expect R ready 5
mkpart D 32M 16M 0 "1:20 2:30" && ipl D "case=dirty" && passes D dirty 10
pattern_part T 16M 16M "2:30"
fault 209
attempt $PART/R/integrate D
fault 0
matches "fault at 209: error" "$why" "$EIO"
same "fault at 209: D is released" "$(state D)" released
same "fault at 209: R has all" "$(cat $SYS/R/ms_size)" 33554432
check "fault at 209: R goes on" goes_on R
unharmed "fault at 209" T
: > $TMP/R.con
power R stop && ipl R case=readzero
check "fault at 209: R's next IPL sees all storage as zero RAM" passes R readzero 10
finish
