#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Third boot: check how the last halt went and what the service has restored, integrate,
# then remove and purge everything.
. /vm/lib.sh

journalctl -b -1 -u lpar -o cat > $T/halt
sed 's/^/# /' $T/halt
# All guests are asked at once and share one deadline (LPAR_HALT_SECONDS=40, use.sh).
check "at halt LPAR1 has shut down" grep -q "LPAR1: .*shut down" $T/halt
check "LPAR2, which hangs, was ended after 40 seconds" \
	grep -q "LPAR2: halt: .*shut down .*40 s" $T/halt
check "in this order" same "$(grep -o 'LPAR[12]: ' $T/halt | uniq | paste -s -d '')" \
	"LPAR1: LPAR2: "

check "the service is active" systemctl -q is-active lpar
check "LPAR1 is operating" is LPAR1 operating
check "LPAR2 is operating" is LPAR2 operating
rm -f /srv/LPAR*.log
watch LPAR1
watch LPAR2
check "LPAR1's guest boots" within 240 ready LPAR1
check "LPAR2's guest boots" within 240 ready LPAR2
check "restore --check finds no difference" lparadm restore --check
check "integrate" lparadm integrate LPAR2 --into LPAR1 --yes
check "list shows what the integration has changed" \
	same "$(lparadm list --noheadings --raw --output NAME,SAVED)" \
	"LPAR1 LPAR2\\x20into\\x20LPAR1
LPAR2 LPAR2\\x20into\\x20LPAR1"
lparadm restore --check > $T/differs
check "restore --check shows it, too" \
	grep -q "^LPAR1 .*ms_size .*256M .*128M .*LPAR2 into LPAR1" $T/differs
check "systemctl stop ends the LPARs" systemctl stop lpar
check "the service has not failed" same "$(systemctl show -P Result lpar)" success
check "the module is unloaded" no test -d /sys/module/lpar
check "the service can be started again" systemctl start lpar
check "LPAR2 is restored as it was saved" is LPAR2 operating

check "remove" apt-get remove -y lparadm lpar-dkms
check "the module is unloaded after remove" no test -d /sys/module/lpar
check "no kernel has the module any more" \
	sh -c '[ -z "$(find /lib/modules -name "lpar.ko*")" ]'
check "DKMS does not list the module" sh -c '[ -z "$(dkms status lpar)" ]'
check "the saved configuration is kept" test -e /etc/lpar/machine.yaml
check "purge" apt-get purge -y lparadm lpar-dkms
check "dpkg does not list the packages" no dpkg-query -W lparadm lpar-dkms
files > /root/after
check "no file is left" diff /root/before /root/after
end
