# SPDX-License-Identifier: GPL-2.0
# What the kselftests share: run inside the test machine, by busybox sh.
#
# A test file sources this, calls begin POOL CPUS, then check/refused/..., then
# finish. One LPAR is made by mkpart NAME ORIGIN SIZE EXPANSION SHARES and runs
# a case of the tiny guest by ipl NAME "case=...".

CFS=/sys/kernel/config/lpar
PART=$CFS/partitions
SYS=/sys/class/lpar
PARAM=/sys/module/lpar/parameters
TINY=/lpar/tiny
TMP=/tmp/lpar
MODULE=/lpar/lpar.ko

# The backend that lpar will have here, and KVM's module for the same CPU.
HW=VMX KVM=kvm_intel
! grep -qw svm /proc/cpuinfo || HW=SVM KVM=kvm_amd
# QEMU (TCG) has the real clock, but not a CPU whenever it wants one: for every
# case of the tiny guest, by how many milliseconds it may be late for that.
# Whatever of a LIP's time goes by meanwhile is lost to its share: there the
# best of so many windows counts, within so many per mille. An error of the
# dispatcher is in all of them.
TCG= WINDOWS=1 POINT=10
! grep -q "QEMU TCG" /proc/cpuinfo || TCG=" tcg=200" WINDOWS=30 POINT=20

tests=0
failed=0
now=0 line= ns=0 all= use=

# TAP
say() { echo "# $*"; }

ok() { tests=$((tests + 1)); echo "ok $tests $*"; }

not_ok() {
	tests=$((tests + 1))
	failed=$((failed + 1))
	echo "not ok $tests $*"
}

skip() { tests=$((tests + 1)); echo "ok $tests $1 # SKIP $2"; }

# check WHAT COMMAND...
check() {
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

# same WHAT GOT WANTED
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
		return 0
	fi
	not_ok "$1"
	echo "$2" | sed 's/^/#   got    /'
	echo "$3" | sed 's/^/#   wanted /'
	return 1
}

# A process costs the emulated machine half a million instructions and more, so
# what the shell can do by itself it does.
# fits TEXT REGEX: an expression that is not there, as a misspelt variable's, would fit
# anything
fits() {
	[ -n "$2" ] || return 1
	grep -Eq -- "$2" <<END
$1
END
}

# word FILE: its first line
word() {
	line=
	read -r line < $1
	echo "$line"
}

# matches WHAT TEXT REGEX
matches() {
	if fits "$2" "$3"; then
		ok "$1"
		return 0
	fi
	not_ok "$1"
	echo "$2" | sed 's/^/#   got    /'
	say "  wanted $3"
	return 1
}

finish() {
	clean
	echo "1..$tests"
	[ $failed = 0 ]
	exit
}

# now: hundredths of a second since boot
clock() {
	read -r now line < /proc/uptime
	now=${now%.*}${now#*.}
}

# within SECONDS COMMAND...: true as soon as the command is
within() {
	local end

	clock
	end=$((now + $1 * 100))
	shift
	while ! "$@"; do
		clock
		[ $now -lt $end ] || return 1
		sleep 0.02
	done
}

# The module, its pool and its CPUs
loaded() { [ -d /sys/module/lpar ]; }
load() {
	modprobe configfs
	loaded || insmod $MODULE || return
	[ -d $CFS ] || mount -t configfs none /sys/kernel/config
}
unload() { ! loaded || { clean && rmmod lpar; }; }

clean() {
	local p

	[ -d $PART ] || return 0
	for p in $PART/*/; do
		[ -d "$p" ] || continue
		[ $(cat "$p/state") = defined ] ||
			echo deactivate > "$p/power" 2>/dev/null
		rmdir "$p"
	done
}

# bytes SIZE: of "384M"
bytes() {
	case $1 in
	*K) echo $((${1%K} << 10)) ;;
	*M) echo $((${1%M} << 20)) ;;
	*G) echo $((${1%G} << 30)) ;;
	*) echo $1 ;;
	esac
}

# begin POOL CPUS: exactly these
begin() {
	mkdir -p $TMP
	load || { not_ok "insmod"; echo "1..$tests"; exit 1; }
	clean
	[ "$(cat $CFS/storage/ms_size)" = $1 ] ||
		echo $1 > $CFS/storage/ms_size ||
		{ not_ok "a pool of $1"; echo "1..$tests"; exit 1; }
	[ "$(cat $CFS/processors/online)" = "$2" ] ||
		echo $2 > $CFS/processors/online ||
		{ not_ok "CPUs $2"; echo "1..$tests"; exit 1; }
}

# LPARs
# define NAME ORIGIN SIZE EXPANSION SHARES
define() {
	mkdir $PART/$1 &&
		echo $2 > $PART/$1/ms_origin &&
		echo $3 > $PART/$1/ms_size &&
		echo $4 > $PART/$1/ms_expansion &&
		echo "$5" > $PART/$1/shares &&
		echo $TINY > $PART/$1/kernel
}

power() { echo $2 > $PART/$1/power; }
state() { word $SYS/$1/state; }
is() { read -r line < $SYS/$1/state && [ "$line" = "$2" ]; }
last_error() { word $PART/$1/last_error; }
tty_of() { echo /dev/ttyLPAR$(cat $SYS/$1/number); }

# mkpart NAME ORIGIN SIZE EXPANSION SHARES: active, and its console in a file
mkpart() {
	define "$@" || return
	listen $1
	power $1 activate || { say "$1: $(last_error $1)"; return 1; }
}

listen() {
	local tty=$(tty_of $1)

	: > $TMP/$1.con
	stty raw -echo < $tty
	cat $tty >> $TMP/$1.con 2>/dev/null &
}

# ipl NAME CMDLINE
ipl() {
	echo "$2$TCG" > $PART/$1/cmdline &&
		power $1 load || { say "$1: $(last_error $1)"; return 1; }
}

rmpart() {
	is $1 defined || is $1 released || power $1 deactivate || return
	rmdir $PART/$1
}

console() { cat $TMP/$1.con; }
printed() { grep -Eq -- "$2" $TMP/$1.con; }
lines() { grep -Ec -- "$2" $TMP/$1.con; }
more_lines() { [ $(lines $1 "$2") -gt $3 ]; }
type_in() { printf '%s' "$2" > $(tty_of $1); }

# expect NAME REGEX SECONDS: the console says so in time
expect() {
	within $3 ended_or_printed $1 "$2"
	printed $1 "$2" && return
	say "$1 is $(state $1) ($(last_error $1)), its console ends with:"
	tail -n 3 $TMP/$1.con | sed 's/^/#   /'
	vitals $1
	sleep 0.2
	vitals $1
	return 1
}

# vitals NAME: twice, they tell what stands still, spins, or halts
vitals() {
	(cd $SYS/$1 && grep . lips/*/state lips/*/used exits) 2>/dev/null |
		grep -v ' 0$' | tr '\n' ' ' | sed 's/^/#   /'
	echo
}

ended_or_printed() { printed $1 "$2" || printed $1 "TINY [a-z]* FAIL" || is $1 failed; }

# passes NAME CASE SECONDS: the case that runs there ends with "ok"
passes() { expect $1 "^TINY $2 ok" $3; }

# goes_on NAME: a guest with lines that never end still prints them
goes_on() {
	local n=$(lines $1 .)

	within 5 more_lines $1 . $n && return
	vitals $1
	sleep 0.2
	vitals $1
	return 1
}

# run_case NAME CASE SECONDS [OPTIONS [SHARES [SIZE]]]: from mkdir to rmdir
run_case() {
	mkpart $1 0 ${6:-16M} 0 "${5:-1:100}" && ipl $1 "case=$2 $4"
	check "case $2${4:+ ($4)}" passes $1 $2 $3
	check "case $2: storage and CPUs go back" rmpart $1
}

# Everything that a refused write must leave as it is
snapshot() {
	grep . $SYS/storage_map $SYS/processor_table $CFS/storage/ms_size \
		$CFS/processors/online $CFS/processors/period_us \
		$PART/*/ms_* $PART/*/shares $PART/*/capped $PART/*/notify \
		$PART/*/kernel $PART/*/initrd $PART/*/cmdline $PART/*/state \
		$PART/*/generation /dev/null 2>/dev/null
}

# attempt FILE VALUE: write; the error's words in $why, "" if there was none
attempt() {
	why=$( (echo "$2" > $1) 2>&1)
	why=${why##*: }
}

# What was said about an error: last_error of an LPAR, else the kernel's log
said() {
	case $1 in
	$PART/*) word ${1%/*}/last_error ;;
	*) dmesg | grep 'lpar: ' | tail -n 1 ;;
	esac
}

# The result of an integration is new also when it was refused.
steady() {
	case $1 in
	*/integrate) snapshot | grep -v generation ;;
	*) snapshot ;;
	esac
}

# refused WHAT FILE VALUE ERROR REASON: errno as a regex of its words
refused() {
	local before="$(steady $2)" after text

	attempt "$2" "$3"
	after="$(steady $2)"
	text=$(said $2)
	if [ -z "$why" ] || ! fits "$why" "$4"; then
		not_ok "$1: error \"$why\", not $4 ($text)"
	elif ! fits "$text" "$5"; then
		not_ok "$1: says \"$text\", not $5"
	elif [ "$before" != "$after" ]; then
		not_ok "$1: something changed"
		echo "$before" > $TMP/before
		echo "$after" | diff $TMP/before - | sed 's/^/#   /'
	else
		ok "$1: $text"
	fi
}

EINVAL='Invalid argument'
EBUSY='busy'
ETIMEDOUT='timed out'
ENOENT='No such file'
ENOSPC='No space'
ENOEXEC='Exec format'
ENODATA='No data'
ERANGE='[Rr]ange|not representable'
E2BIG='too long'
ENXIO='No such device or address'
EIO='I/O error|Input/output'
EPERM='not permitted'
EINTR='Interrupted'
ENOMEM='[Cc]annot allocate memory|Out of memory'
EOPNOTSUPP='not supported'
EEXIST='exists'

# Use of CPUs
used() { word $SYS/$1/lips/$2/used; }

# clock_ns: sets $ns by the host's own clock, which is not the TSC
clock_ns() {
	local a b

	while read -r a b ns line; do
		[ "$a $b" != "now at" ] || return 0
	done < /proc/timer_list
}

# all_used LIP...: sets $all
all_used() {
	local l

	all=
	for l; do
		read -r line < $SYS/${l%/*}/lips/${l#*/}/used
		all="$all $line"
	done
}

# use_of LIP...: sets $use to what each NAME/LIP used of a second, per mille
use_of() {
	local t0 t1 from to

	clock_ns
	t0=$ns
	all_used "$@"
	from=$all
	sleep 1
	clock_ns
	t1=$ns
	all_used "$@"
	set -- $from
	use=
	for to in $all; do
		use="$use $(((to - $1) * 1000 / (t1 - t0)))"
		shift
	done
	use=${use# }
}

# near GOT WANTED: per mille, "300" within $POINT, or "280-400"; of a whole CPU the
# monitor and the host take a little themselves
near() {
	case $2 in
	*-*) [ $1 -ge ${2%-*} ] && [ $1 -le ${2#*-} ] ;;
	1000) near $1 980-$((1000 + POINT)) ;;
	*) near $1 $(($2 - POINT))-$(($2 + POINT)) ;;
	esac
}

# keep_those: of $left and $due those whose $use is not near; the others in $met
keep_those() {
	local lip l= d=

	set -- $due
	for lip in $left; do
		if near ${use%% *} $1; then
			met="$met $lip ${use%% *}"
		else
			l="$l $lip" d="$d $1"
		fi
		use=${use#* }
		shift
	done
	left=${l# } due=${d# }
}

# uses WHAT "LIP..." "WANTED...": so much of its pCPU each one uses
uses() {
	local n=0 left="$2" due="$3" met=

	while [ -n "$left" ] && [ $n -lt $WINDOWS ]; do
		use_of $left
		line=$use
		keep_those
		n=$((n + 1))
		[ -z "$left" ] || say "$1: window $n: $line; left: $left, due $due"
	done
	check "$1:$met; due $3 per mille" [ -z "$left" ]
}

# Integration
integrate() { echo $2 > $PART/$1/integrate; }	# integrate RECEIVER DONOR
result() { cat $PART/$1/integrate; }
step() { result $1 | sed -n "s/^$2 [a-z-]* \([a-z]*\) .*/\1/p"; }

# conserved: the map has no gap, no CPU has more than before; prints the sums
sums() {
	awk '{ if ($1 != at) print "gap at " at; at = $1 + $2 } END { print at }' \
		$SYS/storage_map
	awk '{ s[$1] += $4 } END { for (c in s) print c, s[c] }' \
		$SYS/processor_table | sort
}

# A third LPAR that notices everything: pattern_part NAME ORIGIN SIZE SHARES
pattern_part() {
	mkpart $1 $2 $3 0 "$4" && ipl $1 "case=pattern seed=$2 step=4096 pause=20000" &&
		expect $1 "pattern round 1" 20
}

# unharmed WHAT NAME: its pattern holds, and it was booted once
unharmed() {
	if ! goes_on $2 || printed $2 FAIL; then
		not_ok "$1: $2's pattern"
		tail -n 3 $TMP/$2.con | sed 's/^/#   /'
		return 1
	fi
	same "$1: $2 was not booted again" $(lines $2 begin) 1
}
