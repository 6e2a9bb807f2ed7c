#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make shell, inside the emulated machine: the patent's three LPARs, and a shell on
# the second serial port. The third has a line for each size of the user's terminal.
#
# Usage: shell.sh ROWS COLUMNS TERM
. /demo/lib.sh
. /demo/setup.sh
. /demo/channels.sh
TTY=/dev/ttyS1 SIZES=/dev/ttyS2
GUEST_MORE=lpar.shell=1

follow_sizes()
{
	exec 4<> $SIZES
	stty -F $SIZES raw -echo 115200
	while read -r rows columns _; do
		stty -F $TTY rows "$rows" cols "$columns"
	done <&4
}

# Who reads a console takes what it shows: the user is to have it all.
leave_consoles()
{
	for pid in $console_pids; do
		kill "$pid"
	done
}

greeting()
{
	cat <<-EOF
	Three LPARs run a stock kernel, each with a disk and a network interface. Try

	  lparadm list                              what there is
	  lparadm console LPAR1                     a shell in it; ~. leaves
	  lparadm map; lparadm processors           who has what
	  lparadm integrate LPAR2 --into LPAR1      and then map and processors again
	  lparadm top                               who uses what; Ctrl-C leaves
	  lparadm frame                             all of it on a screen; F10 leaves
	  ls $L  $S

	exit, or Ctrl-D, ends the machine; so does Ctrl-], whatever hangs in it.
	EOF
}

shell()
{
	# As long as it is open it keeps what stty says.
	exec 3<> $TTY
	stty -F $TTY sane 115200 rows "$1" cols "$2"
	follow_sizes &
	export TERM="$3" LANG=C.UTF-8 PS1='lpar# ' HOME=/root HISTFILE=
	mkdir -p $HOME /dev/pts
	mount -t devpts devpts /dev/pts
	cd $HOME || exit
	echo "@shell begins"
	greeting > $TTY
	setsid -c sh < $TTY > $TTY 2>&1
	echo "@shell ends"
}

end()
{
	for n in 1 2 3; do
		[ ! -e $L/partitions/LPAR$n ] || echo deactivate > $L/partitions/LPAR$n/power
	done
}

load
define_all
ipl
wait_for $BOOT_S all_ready || give_up "all three guests boot"
leave_consoles
shell "$@"
end 2> /dev/null
exit 0
