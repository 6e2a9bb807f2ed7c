# SPDX-License-Identifier: GPL-2.0
# What the kselftests share. They are run inside the test machine, by busybox sh.
#
# A test sources this, calls begin POOL CPUS, then check/refused/..., then finish.
# mkpart NAME ORIGIN SIZE EXPANSION SHARES makes an active LPAR, ipl NAME "case=..." runs a
# case of the tiny guest in it.

CFS=/sys/kernel/config/lpar
PART=$CFS/partitions
SYS=/sys/class/lpar
PARAM=/sys/module/lpar/parameters
TINY=/lpar/tiny
TMP=/tmp/lpar
MODULE=/lpar/lpar.ko

# The backend that lpar uses on this CPU, and KVM's module for it.
HW=VMX KVM=kvm_intel
! grep -qw svm /proc/cpuinfo || HW=SVM KVM=kvm_amd
# QEMU (TCG) uses the real clock, but may have to wait for a CPU: TCG tells the tiny guest
# by how many milliseconds its timers may be late. A LIP's share loses that time, too. So
# it is measured in up to WINDOWS windows, of which the best must be within POINT per
# mille: an error of the dispatcher would show in all of them.
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

# check TITLE COMMAND...: the command succeeds
check() {
	local what=$1
	shift
	if "$@"; then ok "$what"; else not_ok "$what"; fi
}

# same TITLE GOT WANTED: the strings are equal
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

# A process costs the emulated machine half a million instructions or more, so use the
# shell's own commands where possible.
# fits TEXT REGEX: an empty expression, as of a misspelt variable, fits nothing
fits() {
	[ -n "$2" ] || return 1
	grep -Eq -- "$2" <<END
$1
END
}

# word FILE: print its first line
word() {
	line=
	read -r line < $1
	echo "$line"
}

# matches TITLE TEXT REGEX
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

# clock: set $now to hundredths of a second since boot
clock() {
	read -r now line < /proc/uptime
	now=${now%.*}${now#*.}
}

# within SECONDS COMMAND...: repeat the command until it succeeds
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

# bytes SIZE: print "384M" as bytes
bytes() {
	case $1 in
	*K) echo $((${1%K} << 10)) ;;
	*M) echo $((${1%M} << 20)) ;;
	*G) echo $((${1%G} << 30)) ;;
	*) echo $1 ;;
	esac
}

# begin POOL CPUS: load the module, set its pool and CPUs, remove all LPARs
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
# define NAME ORIGIN SIZE EXPANSION SHARES: make an LPAR with the tiny guest, which can add
# storage of any size
define() {
	mkdir $PART/$1 &&
		echo $2 > $PART/$1/ms_origin &&
		echo $3 > $PART/$1/ms_size &&
		echo $4 > $PART/$1/ms_expansion &&
		echo "$5" > $PART/$1/shares &&
		echo 2M > $PART/$1/memory_block &&
		echo $TINY > $PART/$1/kernel
}

power() { echo $2 > $PART/$1/power; }
state() { word $SYS/$1/state; }
is() { read -r line < $SYS/$1/state && [ "$line" = "$2" ]; }
last_error() { word $PART/$1/last_error; }
tty_of() { echo /dev/ttyLPAR$(cat $SYS/$1/number); }

# mkpart NAME ORIGIN SIZE EXPANSION SHARES: define, activate, log the console to a file
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

# ipl NAME CMDLINE: load the kernel
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

# expect NAME REGEX SECONDS: the console has that text in time
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

# vitals NAME: print state and counters; two calls show whether a LIP hangs, loops or halts
vitals() {
	(cd $SYS/$1 && grep . lips/*/state lips/*/used exits) 2>/dev/null |
		grep -v ' 0$' | tr '\n' ' ' | sed 's/^/#   /'
	echo
}

ended_or_printed() { printed $1 "$2" || printed $1 "TINY [a-z]* FAIL" || is $1 failed; }

# passes NAME CASE SECONDS: the running case ends with "ok"
passes() { expect $1 "^TINY $2 ok" $3; }

# goes_on NAME: a guest that prints continuously still does
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
	check "case $2: the LPAR is removed" rmpart $1
}

# Everything that a refused write must leave unchanged
snapshot() {
	grep . $SYS/storage_map $SYS/processor_table $CFS/storage/ms_size \
		$CFS/processors/online $CFS/processors/period_us \
		$PART/*/ms_* $PART/*/shares $PART/*/capped $PART/*/notify \
		$PART/*/kernel $PART/*/initrd $PART/*/cmdline $PART/*/state \
		$PART/*/generation /dev/null 2>/dev/null
}

# attempt FILE VALUE: write; set $why to the text of the errno, or "" without error
attempt() {
	why=$( (echo "$2" > $1) 2>&1)
	why=${why##*: }
}

# said FILE: print the message about an error: last_error beside it, else the kernel's log
said() {
	case $1 in
	$PART/* | $CFS/storage/* | $CFS/processors/*) word ${1%/*}/last_error ;;
	*) dmesg | grep 'lpar: ' | tail -n 1 ;;
	esac
}

# A refused integration or move changes the LPAR's generation, too.
steady() {
	case $1 in
	*/integrate | */move) snapshot | grep -v generation ;;
	*) snapshot ;;
	esac
}

# refused TITLE FILE VALUE ERROR REASON: the write fails with a matching errno and message,
# and changes nothing. A guest's last answer is reported 0.1 s later and counts in
# generation: if that happens in between, a second attempt must change nothing.
refused() {
	local try before after text

	for try in 1 2; do
		before="$(steady $2)"
		attempt "$2" "$3"
		after="$(steady $2)"
		[ "$before" != "$after" ] || break
		sleep 0.3
	done
	text=$(said $2)
	if [ -z "$why" ] || ! fits "$why" "$4"; then
		not_ok "$1: error \"$why\", not $4 ($text)"
	elif ! fits "$text" "$5"; then
		not_ok "$1: message \"$text\", not $5"
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

# may_fail: let the kernel's fault injection, if it has any, fail all kinds of allocations
may_fail() {
	local debug=/sys/kernel/debug f

	[ -d $debug/failslab ] || return
	for f in failslab fail_page_alloc; do
		echo 0 > $debug/$f/verbose
		echo N > $debug/$f/ignore-gfp-wait
	done
	echo N > $debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 > $debug/fail_page_alloc/min-order
}

# CPU use
used() { word $SYS/$1/lips/$2/used; }

# clock_ns: set $ns from the host's clock, which is not the TSC
clock_ns() {
	local a b

	while read -r a b ns line; do
		[ "$a $b" != "now at" ] || return 0
	done < /proc/timer_list
}

# all_used LIP...: set $all to what each NAME/LIP has used
all_used() {
	local l

	all=
	for l; do
		read -r line < $SYS/${l%/*}/lips/${l#*/}/used
		all="$all $line"
	done
}

# use_of LIP...: set $use to what each NAME/LIP uses in one second, in per mille
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

# near GOT WANTED: in per mille; "300" means within $POINT, "280-400" is a range. Of a whole
# CPU the monitor and the host use a little themselves
near() {
	case $2 in
	*-*) [ $1 -ge ${2%-*} ] && [ $1 -le ${2#*-} ] ;;
	1000) near $1 980-$((1000 + POINT)) ;;
	*) near $1 $(($2 - POINT))-$(($2 + POINT)) ;;
	esac
}

# keep_those: keep in $left and $due those whose $use is not near, move the others to $met
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

# uses TITLE "LIP..." "WANTED...": each LIP uses so much of its pCPU, in per mille
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
move() { echo "$2" > $PART/$1/move; }		# move RECEIVER "DONOR ITEM..."
step() { result $1 | sed -n "s/^$2 [a-z-]* \([a-z]*\) .*/\1/p"; }

# sums: print the gaps and the end of the storage map, and the sum of the shares of each CPU
sums() {
	awk '{ if ($1 != at) print "gap at " at; at = $1 + $2 } END { print at }' \
		$SYS/storage_map
	awk '{ s[$1] += $4 } END { for (c in s) print c, s[c] }' \
		$SYS/processor_table | sort
}

# pattern_part NAME ORIGIN SIZE SHARES: an LPAR that continuously verifies its memory
pattern_part() {
	mkpart $1 $2 $3 0 "$4" && ipl $1 "case=pattern seed=$2 step=4096 pause=20000" &&
		expect $1 "pattern round 1" 20
}

# unharmed TITLE NAME: it verifies its memory without errors, and was not booted again
unharmed() {
	if ! goes_on $2 || printed $2 FAIL; then
		not_ok "$1: $2's memory is unchanged"
		tail -n 3 $TMP/$2.con | sed 's/^/#   /'
		return 1
	fi
	same "$1: $2 was not booted again" $(lines $2 begin) 1
}
