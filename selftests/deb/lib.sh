# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Common functions of the tests in the Debian machine.
T=/tmp/t
mkdir -p $T
tests=0 bad=0
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root

# check NAME COMMAND...: shows the output of a command that fails
check()
{
	name=$1
	shift
	tests=$((tests + 1))
	if "$@" > $T/out 2>&1; then
		printf '%s\n' "ok $tests - $name"
	else
		printf '%s\n' "not ok $tests - $name"
		bad=$((bad + 1))
		tail -n 40 $T/out | sed 's/^/#   /'
	fi
}

no() { ! "$@"; }

# same A B: the two strings are equal
same()
{
	[ "$1" = "$2" ] || { printf '%s\nis not\n%s\n' "$1" "$2"; return 1; }
}

# within SECONDS COMMAND...: until it succeeds
within()
{
	left=$1
	shift
	until "$@"; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

# All files that a package could leave behind. Excluded: volatile files, logs, and files
# that apt, dpkg (backups, made at midnight), DKMS (its key), man-db, ld.so and systemd
# write on their own.
files()
{
	find / -xdev \( -path /vm -o -path /root -o -path /tmp -o -path /var/tmp \
		-o -path /dev -o -path /run -o -path /var/lib/dbus/machine-id \
		-o -path /var/lib/systemd/linger \
		-o -path /var/log -o -path /var/cache -o -path /var/lib/apt \
		-o -path /var/lib/dkms/mok.key -o -path /var/lib/dkms/mok.pub \
		-o -path '/var/lib/dpkg/*-old' -o -path /var/lib/systemd/random-seed \
		-o -path '/var/lib/systemd/timers' -o -path /etc/ld.so.cache \
		-o -path /var/backups -o -path /srv -o -path /etc/.pwd.lock \) -prune -o -print | sort
}

state() { cat "/sys/kernel/config/lpar/partitions/$1/state"; }
is() { [ "$(state "$1")" = "$2" ]; }

# Log a guest's console to a file from now on.
watch()
{
	cat "/dev/lpar/$1" > "/srv/$1.log" &
	echo $! > "$T/$1.pid"
}

ready() { grep -q "LPAR-GUEST READY $1" "/srv/$1.log"; }

end()
{
	[ $bad = 0 ]
	exit
}
