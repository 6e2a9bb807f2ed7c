#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock guest uses all new storage that Linux can add: whole memory blocks of 128 MB.
# The amount that stays idle is announced by integrate_check and shown afterwards.
. /lpar/lib.sh
. /lpar/stock.sh
begin 1224M 1-2

define R 0 200M 384M "1:90"
same "memory_block: the default" "$(cat $PART/R/memory_block)" 2M
for bad in 0 1M 3M 4G 128 word "128M 2M"; do
	refused "memory_block: $bad" $PART/R/memory_block "$bad" "$EINVAL" "memory_block"
done
check "memory_block: a size" sh -c "echo 2G > $PART/R/memory_block"
same "memory_block: it is shown" "$(cat $PART/R/memory_block)" 2G
check "memory_block: auto" sh -c "echo auto > $PART/R/memory_block"
same "memory_block: auto is shown" "$(cat $PART/R/memory_block)" auto
rmdir $PART/R
need_stock

# total NAME: $kb from the guest's /proc/meminfo
total() {
	shell $1 "grep MemTotal /proc/meminfo" "MemTotal: *[0-9]* kB" 60 || return
	kb=$(sed -n 's/.*MemTotal: *\([0-9]*\) kB.*/\1/p' $TMP/$1.con | tail -n 1)
}

answered() { [ -s $SYS/$1/memory_ost ] && ! grep -qv added $SYS/$1/memory_ost; }

online() {
	total $1 && [ $((kb - before)) -ge $2 ]
}

# gains WHAT DONOR MB IDLE SUM: the guest's MemTotal grows by MB; of the SUM that R has got
# since its IPL, IDLE is idle then
gains() {
	total R
	before=$kb
	power $2 activate
	check "$1: check" sh -c "echo $2 > $PART/R/integrate_check"
	if [ $4 = 0 ]; then
		check "$1: integrate_check does not warn" sh -c "! grep idle $PART/R/integrate_check"
	else
		matches "$1: integrate_check warns" "$(cat $PART/R/integrate_check)" \
			"idle until the next IPL of R: $4 MB.* blocks of 128 MB"
	fi
	check "$1: integrate" integrate R $2
	check "$1: the guest has answered" within 60 answered R
	# Page structures may take 1/64 of it.
	check "$1: $3 MB more" within 60 online R $(($3 * 1008 - 1024))
	check "$1: and not more" [ $((kb - before)) -le $(($3 * 1024)) ]
	say "$1: MemTotal $before kB, then $kb kB"
	same "$1: memory_idle" "$(cat $SYS/R/memory_idle)" $(($4 << 20))
	matches "$1: the result has the guest's answers" "$(cat $PART/R/integrate)" \
		"^guest: $5 MB since its IPL: $(($5 - $4)) added, 0 pending, 0 failed, $4 not"
	rmpart $2
}

define R 0 200M 1024M "1:90"
define D 200M 384M 0 "2:50"
check "R" linux R
check "R is up" expect R "LPAR-GUEST READY" 240
gains "200M and 384M" D 256 128 384
define E 584M 512M 0 "2:50"
gains "512M more" E 512 128 896
check "reset" power R reset
same "nothing is idle after the next IPL" "$(cat $SYS/R/memory_idle)" 0
check "the result has no line about the guest" sh -c "! grep guest: $PART/R/integrate"
rmpart R

define R 0 256M 512M "1:90"
define D 256M 512M 0 "2:50"
check "R of 256M" linux R
check "R of 256M is up" expect R "LPAR-GUEST READY" 240
gains "256M and 512M" D 512 0 512
rmpart R

define R 0 200M 1024M "1:90"
define D 200M 1024M 0 "2:50"
check "R of 200M" linux R
check "R of 200M is up" expect R "LPAR-GUEST READY" 240
gains "200M and 1G" D 896 128 1024
finish
