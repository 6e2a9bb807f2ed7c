# SPDX-License-Identifier: GPL-2.0
# Functions of the demonstration, for busybox sh inside the emulated machine.
# Lines that begin with "@" are for the runner outside (record.py).

L=/sys/kernel/config/lpar
S=/sys/class/lpar
TRACE=/sys/kernel/tracing
LOGS=/tmp/lpar-logs
SIGN_S=2	# seconds between progress reports
passed=0 failed=0

say() { echo "@ $*"; }

# stage NAME TEXT: begin a stage; stages.py has its expected time.
stage() { echo "@stage $*"; }

# progress TEXT: for the runner's progress line
progress() { echo "@progress $*"; }

# data NAME: lines of stdin for the report
data() { sed "s/^/@data $1 /"; }

# check TEXT COMMAND...: print one check with its result
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

# between LOW VALUE HIGH: LOW <= VALUE <= HIGH, and VALUE is not empty
between() { [ -n "$2" ] && [ "$2" -ge "$1" ] && [ "$2" -le "$3" ]; }

same() { [ -n "$1" ] && [ "$1" = "$2" ]; }

show_errors()
{
	for p in "$L"/partitions/*/; do
		[ -e "$p" ] || continue
		p=${p%/}
		read -r error < "$p/last_error" || error=
		[ -z "$error" ] || echo "        ${p##*/}: $error"
	done
}

# give_up TEXT: failed, and the run cannot continue
give_up()
{
	check "$*" false
	show_errors
	send_logs
	finish
}

# The guests' consoles, for the runner's log files.
send_logs()
{
	for log in "$LOGS"/*.log; do
		[ -s "$log" ] || continue
		name=${log##*/}
		# The last line of an ended guest may be incomplete: awk terminates it.
		awk -v name="${name%.log}" '{ print "@log", name, $0 }' "$log"
	done
}

finish()
{
	echo "demo: $passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# put VALUE FILE: write an attribute; show the kernel's reason if it fails
put()
{
	echo "$1" > "$2" || give_up "echo $1 > $2"
}

# lip_values ATTRIBUTE: its values for all LIPs, "LPAR1/0=value ..."
lip_values()
{
	for lip in "$S"/LPAR*/lips/*; do
		[ -e "$lip" ] || continue
		read -r value < "$lip/$1"
		name=${lip#"$S"/}
		echo "${name%%/*}/${lip##*/}=$value"
	done
}

# value KEY LIST: the value of KEY in a list of KEY=VALUE words
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

# last NAME WORD: the guest's latest complete console line that begins with WORD. The end
# of the log may be a part of a line: the guest ends each with CR and LF.
last()
{
	awk -v word="^$2" '$0 ~ word && sub(/\r$/, "") { line = $0 }
			   END { print line }' "$LOGS/$1.log"
}

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

# wait_for SECONDS COMMAND...: until it succeeds; reports progress meanwhile
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
