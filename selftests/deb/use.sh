#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Second boot: use the packaged tool and module, run the commands of tracing.rst, save the
# configuration, and halt with two guests, one of which hangs.
. /vm/lib.sh

ARGS="console=ttyS0 cryptomgr.notests random.trust_cpu=on pti=off rodata=off"
mkdir -p /srv/guest
cp /vm/guest/vmlinux /vm/guest/initramfs.cpio /srv/guest/
GUEST="kernel=/srv/guest/vmlinux initrd=/srv/guest/initramfs.cpio"

define()
{
	# shellcheck disable=SC2086
	lparadm define "$@" $GUEST cmdline="$ARGS lpar.name=$1"
}

check "the service had nothing to restore" no test -d /sys/module/lpar
check "lparadm load" lparadm load
check "lparadm storage" lparadm storage ms_size=512M
check "lparadm processors" lparadm processors online=1-2
check "define LPAR1" define LPAR1 ms_origin=0 ms_size=128M ms_expansion=256M shares=1:90
check "define LPAR2" define LPAR2 ms_origin=128M ms_size=128M shares=2:90
udevadm settle
check "the consoles have names in /dev/lpar" test -c /dev/lpar/LPAR1 -a -c /dev/lpar/LPAR2
check "only root can open them" \
	same "$(stat -Lc '%U:%G %a' /dev/lpar/LPAR1)" "root:root 600"
check "an LPAR is a device for systemd" \
	within 10 systemctl -q is-active sys-class-lpar-LPAR1.device
watch LPAR1
watch LPAR2
check "activate" lparadm activate LPAR1 LPAR2
check "ipl" lparadm ipl LPAR1 LPAR2
check "LPAR1's guest boots" within 240 ready LPAR1
check "LPAR2's guest boots" within 240 ready LPAR2
. /vm/tracing.sh

check "save" lparadm save
check "list shows no difference from the saved configuration" \
	same "$(lparadm list --noheadings --raw --output NAME,SAVED)" "LPAR1 same
LPAR2 same"
check "the service takes over running LPARs" systemctl start lpar
check "the service is active" systemctl -q is-active lpar
check "the guest was not rebooted" sh -c '[ "$(grep -c READY /srv/LPAR1.log)" = 1 ]'
echo LPAR_HALT_SECONDS=40 > /etc/default/lpar
systemctl daemon-reload
echo hang > /dev/lpar/LPAR2
sleep 3
lparadm list
end
