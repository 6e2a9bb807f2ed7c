# SPDX-License-Identifier: GPL-2.0
# Functions for the script that quickstart.py generates, in the emulated machine (busybox
# sh). A failing line of the page ends the shell (set -e), and the trap says which one.
cd /	# the directory of lpar.ko
bad=0

before()
{
	case $1 in
	Integrate) all_up ;;
	esac
}

# Wait until the guests' kernels have started their second LIP; soon after that they can
# handle hotplug.
all_up()
{
	n=0
	until grep -qx running /sys/class/lpar/LPAR1/lips/1/state &&
	      grep -qx running /sys/class/lpar/LPAR3/lips/1/state; do
		sleep 1
		n=$((n + 1))
		[ $n -lt 300 ] || break
	done
	sleep 5
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
