# SPDX-License-Identifier: GPL-2.0
# Functions for the script that quickstart.py generates, in the emulated machine (busybox
# sh). A failing line of the page ends the shell (set -e), and the trap says which one.
cd /	# the directory of lpar.ko
bad=0

before()
{
	case $1 in
	Integrate | Without*) all_up ;;
	esac
}

# Wait until the init of every running guest answers on its console. Only then does a guest
# use what it receives, and react to its power button.
all_up()
{
	for n in 1 2 3; do
		! operates $n || answers $n
	done
}

operates() { grep -qsx operating "/sys/class/lpar/LPAR$1/state"; }

# answers N: until LPAR N does, or has powered off; see ../guest/guest.c for the command
answers()
{
	tty=/dev/ttyLPAR$1
	stty -F "$tty" raw -echo
	cat "$tty" > /tmp/answer &
	reader=$!
	tries=0
	until grep -q ^STATUS /tmp/answer || ! operates "$1" || [ $tries -ge 300 ]; do
		tries=$((tries + 1))
		echo status > "$tty"
		sleep 1
	done
	kill $reader 2> /dev/null
}

trace_on() { set -e; }

trace_off()
{
	set +e
	last=$1
	echo "ok $1 - $2"
}

# shows NUMBER NAME COMMAND: the output equals /tmp/want, except for the number of blanks
shows()
{
	last=$1
	tries=0
	until eval "$3" > /tmp/got 2>&1 && squeeze /tmp/got > /tmp/got.s &&
	      squeeze /tmp/want > /tmp/want.s && cmp -s /tmp/got.s /tmp/want.s; do
		tries=$((tries + 1))
		if [ $tries -ge 60 ]; then
			bad=1
			echo "not ok $1 - $2"
			diff /tmp/want /tmp/got | sed 's/^/# /'
			return
		fi
		sleep 1
	done
	echo "ok $1 - $2"
}

squeeze() { sed 's/  */ /g; s/ *$//' "$1"; }

last=0
trap 'status=$?; [ $last = done ] || { echo "not ok $((last + 1)) - the block after $last ended the shell, status $status"; dmesg | grep lpar | tail -n 5; exit 1; }' EXIT

# finish BLOCKS
finish()
{
	last=done
	echo "1..$1"
	exit $bad
}
