#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Third boot: how the last one ended, what the service has restored, what an
# integration makes of it; then everything is removed and purged.
. /vm/lib.sh

journalctl -b -1 -u lpar -o cat > $T/halt
sed 's/^/# /' $T/halt
check "at halt LPAR2 went first, though it hangs, with its part of the time" \
	grep -q "LPAR2: halt: its guest has not shut down in 20 seconds" $T/halt
check "LPAR1 has shut down" grep -q "LPAR1: has shut down" $T/halt
check "in this order" same "$(grep -o 'LPAR[12]: ' $T/halt | uniq | paste -s -d '')" \
	"LPAR2: LPAR1: "

check "the service is active" systemctl -q is-active lpar
check "LPAR1 is operating" is LPAR1 operating
check "LPAR2 is operating" is LPAR2 operating
rm -f /srv/LPAR*.log
watch LPAR1
watch LPAR2
check "LPAR1's guest boots" within 240 ready LPAR1
check "LPAR2's guest boots" within 240 ready LPAR2
check "the machine is as saved" lparadm restore --check
check "integrate" lparadm integrate LPAR2 --into LPAR1 --yes
check "list says what it changed" \
	same "$(lparadm list --noheadings --raw --output NAME,SAVED)" \
	"LPAR1 LPAR2\\x20into\\x20LPAR1
LPAR2 LPAR2\\x20into\\x20LPAR1"
lparadm restore --check > $T/differs
check "and so does restore --check" \
	grep -q "^LPAR1 .*ms_size .*256M .*128M .*LPAR2 into LPAR1" $T/differs
check "the service ends them" systemctl stop lpar
check "in order" same "$(systemctl show -P Result lpar)" success
check "and unloads the module" no test -d /sys/module/lpar
check "it can be started again" systemctl start lpar
check "as saved, not as it was" is LPAR2 operating

check "remove" apt-get remove -y lparadm lpar-dkms
check "that has ended the LPARs and unloaded the module" no test -d /sys/module/lpar
check "no module is left for any kernel" \
	sh -c '[ -z "$(find /lib/modules -name "lpar.ko*")" ]'
check "DKMS knows nothing of it" sh -c '[ -z "$(dkms status lpar)" ]'
check "what was saved is still there" test -e /etc/lpar/machine.yaml
check "purge" apt-get purge -y lparadm lpar-dkms
check "dpkg knows nothing of them" no dpkg-query -W lparadm lpar-dkms
files > /root/after
check "nothing is left" diff /root/before /root/after
end
