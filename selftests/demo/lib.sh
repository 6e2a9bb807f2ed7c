# SPDX-License-Identifier: GPL-2.0
# Helpers of the demonstration, for busybox sh inside the emulated machine.
# Lines that begin with "@" are for the runner outside (record.py).

L=/sys/kernel/config/lpar
S=/sys/class/lpar
TRACE=/sys/kernel/tracing
LOGS=/tmp/lpar-logs
SIGN_S=2	# tell how far it is so often
passed=0 failed=0

say() { echo "@ $*"; }

# stage NAME TEXT: what follows belongs to it; run has the time that it should take.
stage() { echo "@stage $*"; }

# How far it is, for a line that the next one replaces.
progress() { echo "@progress $*"; }

# data NAME: each line of stdin, for the report
data() { sed "s/^/@data $1 /"; }

# check TEXT COMMAND...: one line of the result
check()
{
	text=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok      $text"
	else
		failed=$((failed + 1))
		echo "FAILED  $text"
	fi
}

# between LOW VALUE HIGH: numbers, and VALUE is there
between() { [ -n "$2" ] && [ "$2" -ge "$1" ] && [ "$2" -le "$3" ]; }

same() { [ -n "$1" ] && [ "$1" = "$2" ]; }

show_errors()
{
	for p in "$L"/partitions/*; do
		[ -e "$p" ] || continue
		read -r error < "$p/last_error" || error=
		[ -z "$error" ] || echo "        ${p##*/}: $error"
	done
}

# End here: nothing of what follows can be.
give_up()
{
	check "$*" false
	show_errors
	send_logs
	finish
}

# The guests' consoles, for the files that the runner keeps.
send_logs()
{
	for log in "$LOGS"/*.log; do
		[ -s "$log" ] || continue
		name=${log##*/}
		# A guest that was ended may have left half a line: awk ends it.
		awk -v name="${name%.log}" '{ print "@log", name, $0 }' "$log"
	done
}

finish()
{
	echo "demo: $passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# Write a value as an admin would; the kernel's reason is told when it fails.
put()
{
	echo "$1" > "$2" || give_up "echo $1 > $2"
}

# lip_values ATTRIBUTE: of all LIPs, "LPAR1/0=value ..."
lip_values()
{
	for lip in "$S"/LPAR*/lips/*; do
		[ -e "$lip" ] || continue
		read -r value < "$lip/$1"
		name=${lip#"$S"/}
		echo "${name%%/*}/${lip##*/}=$value"
	done
}

# value KEY LIST: of a list of KEY=VALUE words
value()
{
	for word in $2; do
		case $word in "$1="*) echo "${word#*=}"; return ;; esac
	done
}

# Host time in nanoseconds, without a new process.
now_ns()
{
	while read -r a b ns _; do
		[ "$a $b" = "now at" ] && break
	done < /proc/timer_list
}

uptime_s()
{
	read -r up _ < /proc/uptime
	up=${up%.*}
}

# last NAME WORD: the guest's newest console line that begins with WORD
last() { grep "^$2" "$LOGS/$1.log" | tail -n 1 | tr -d '\r'; }

# field N LINE
field()
{
	n=$1
	shift
	# shellcheck disable=SC2086,SC2048
	set -- $*
	shift $((n - 1))
	echo "$1"
}

# ask NAME COMMAND: type a command at the guest's console
ask() { echo "$2" > "/dev/ttyLPAR${1#LPAR}"; }

# wait_for SECONDS COMMAND...: host time; with a sign of life now and then
wait_for()
{
	uptime_s
	end=$((up + $1)) sign=$((up + SIGN_S))
	shift
	until "$@"; do
		sleep 0.2
		uptime_s
		[ "$up" -lt "$end" ] || return 1
		if [ "$up" -ge "$sign" ]; then
			sign=$((up + SIGN_S))
			signs_of_life
		fi
	done
}
