# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Run every command of tracing.rst that is marked "run", literally, while
# guests are busy and LPARs are defined, integrated and removed.

# The lines of a literal block that begins with "# run".
sed -n '/^    # run/,/^$/s/^    //p' /vm/tracing.rst | grep -v '^# run' > $T/lines
check "tracing.rst has commands" test "$(wc -l < $T/lines)" -gt 12

# Until $T/stop exists.
come_and_go()
{
	until [ -e $T/stop ]; do
		lparadm define X ms_origin=256M ms_size=16M ms_expansion=16M shares=1:5
		lparadm define Y ms_origin=288M ms_size=16M shares=2:5
		lparadm activate X Y
		lparadm integrate Y --into X --yes
		lparadm deactivate --yes X
		lparadm undefine X Y
	done > $T/come-and-go 2>&1
}

# Pattern of the output that a command must print; empty: none.
wanted()
{
	case $1 in
	*bpftrace*lpar_step*)	echo '^20[1-9] [a-z-]*: 0, [0-9]* us' ;;
	*bpftrace*lpar_state*)	echo '^[XY] [a-z]* -> [a-z]*' ;;
	*bpftrace*@*)		echo '^@[a-z]*\[' ;;
	*bpftrace*)		echo 'tracepoint:lpar:lpar_' ;;
	*hist)			echo 'lpar: .*hitcount' ;;
	*'grep -o'*)		echo '"hlt"' ;;
	*'perf report'*)	echo '[0-9]%' ;;
	*'perf record'* | echo*) echo '' ;;
	*)			echo 'lpar[:_]' ;;
	esac
}

# Deadline in seconds. bpftrace compiles its program, which is slow in the emulator.
seconds()
{
	case $1 in
	*'exit()'* | *' -l '*)	echo 300 ;;
	*'bpftrace -e'*)	echo 120 ;;	# runs until Ctrl-C
	*)			echo 100 ;;
	esac
}

# show LINE: run it; interrupt it at the deadline
show()
{
	timeout -s INT "$(seconds "$1")" sh -c "$1" < /dev/null > $T/trace 2>&1
	status=$?
	cat $T/trace
	! grep -Eiq 'error|invalid|not found|no such|unknown|usage:' $T/trace || return 1
	[ $status = 0 ] || [ $status = 124 ] || return 1
	[ -z "$(wanted "$1")" ] || grep -Eq -- "$(wanted "$1")" $T/trace
}

come_and_go &
while read -r line; do
	check "tracing.rst: $line" show "$line"
	sed 's/^/# /' $T/trace | head -n 12
done < $T/lines
: > $T/stop
wait $!
check "LPARs were integrated meanwhile" grep -q "209 *report" $T/come-and-go
