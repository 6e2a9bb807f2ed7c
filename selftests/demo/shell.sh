#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make shell, inside the emulated machine: start the patent's three LPARs, and a shell on
# the second serial port. The third port receives a line for each new size of the user's
# terminal.
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

# Stop logging the consoles, so that their output goes to the user.
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

	  lparadm list                              all LPARs
	  lparadm console LPAR1                     a shell in LPAR1; leave it with ~.
	  lparadm map; lparadm processors           storage and CPU shares
	  lparadm integrate LPAR2 --into LPAR1      then map and processors again
	  lparadm top                               CPU use; leave it with Ctrl-C
	  lparadm frame                             full-screen interface; leave it with F10
	  ls $L  $S

	exit or Ctrl-D ends the machine; Ctrl-] does so even if it hangs.
	EOF
}

shell()
{
	# stty's settings last while the port is open.
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
