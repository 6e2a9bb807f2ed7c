#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# First boot: install the packages, and check that all files are in place.
. /vm/lib.sh

version=$(dpkg-deb -f /vm/lparadm_*.deb Version)
files > /root/before
check "lparadm is not installed" no command -v lparadm
check "apt install, without a network" \
	apt-get install -y --no-install-recommends /vm/lpar-dkms_*.deb /vm/lparadm_*.deb
cp $T/out /root/install.log
check "DKMS has built and installed the module" \
	sh -c "dkms status lpar/$version | grep -q ': installed'"
check "modinfo finds the module in updates/dkms" \
	sh -c 'modinfo -n lpar | grep -q "/updates/dkms/lpar.ko"'
check "the module is for this kernel" \
	sh -c 'modinfo -F vermagic lpar | grep -q "^$(uname -r) "'
check "the version of the tool is that of the package" \
	same "$(lparadm --version)" "lparadm $version"
for page in lparadm lparadm-define lparadm-frame lparadm-integrate lparadm-machine \
		lparadm-run lparadm-show; do
	check "man $page" sh -c "man $page | grep -q lparadm"
done
cat > $T/complete <<'END'
. /usr/share/bash-completion/bash_completion
_completion_loader lparadm
COMP_WORDS=(lparadm rest) COMP_CWORD=1
_lparadm
[ "${COMPREPLY[*]}" = restore ]
END
check "bash completes verbs" bash $T/complete
check "systemd-analyze verify accepts the unit" \
	systemd-analyze verify lpar.service lpar-console@LPAR1.service
check "the unit is enabled" systemctl -q is-enabled lpar
check "without a saved configuration the unit is inactive" \
	same "$(systemctl show -P ActiveState lpar)" inactive
check "and has not failed" \
	same "$(systemctl show -P Result lpar)" success
for dir in check undocheck pre post; do
	check "/etc/lpar.d/$dir" test -d /etc/lpar.d/$dir
done
check "dpkg --verify" sh -c '[ -z "$(dpkg --verify lparadm lpar-dkms)" ]'
# DKMS also builds the module for a kernel that is installed later. ("dkms remove" would
# remove the sources, too, with the last kernel that has the module.)
check "dkms unbuild" dkms unbuild "lpar/$version" -k "$(uname -r)"
check "the module is removed" no modinfo lpar
check "dkms autoinstall builds it again" dkms autoinstall
check "the module is installed again" modinfo lpar
end
