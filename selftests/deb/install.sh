#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# First boot: the packages are installed, and everything is where it belongs.
. /vm/lib.sh

version=$(dpkg-deb -f /vm/lparadm_*.deb Version)
files > /root/before
check "nothing of lpar is there" no command -v lparadm
check "apt install, with no network" \
	apt-get install -y --no-install-recommends /vm/lpar-dkms_*.deb /vm/lparadm_*.deb
cp $T/out /root/install.log
check "DKMS has built and installed the module" \
	sh -c "dkms status lpar/$version | grep -q ': installed'"
check "modinfo finds it, below updates/dkms" \
	sh -c 'modinfo -n lpar | grep -q "/updates/dkms/lpar.ko"'
check "it is for this kernel" \
	sh -c 'modinfo -F vermagic lpar | grep -q "^$(uname -r) "'
check "the tool's version is the package's" \
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
check "bash completes its verbs" bash $T/complete
check "systemd finds no fault with the unit" \
	systemd-analyze verify lpar.service
check "the unit is enabled" systemctl -q is-enabled lpar
check "with nothing saved it does nothing" \
	same "$(systemctl show -P ActiveState lpar)" inactive
check "nor does it complain" \
	same "$(systemctl show -P Result lpar)" success
for dir in check undocheck pre post; do
	check "/etc/lpar.d/$dir" test -d /etc/lpar.d/$dir
done
check "dpkg --verify" sh -c '[ -z "$(dpkg --verify lparadm lpar-dkms)" ]'
# A kernel that comes later gets the module, too: that is what DKMS is for. ("remove"
# would take away the sources, too, with the last kernel that has it.)
check "dkms unbuild" dkms unbuild "lpar/$version" -k "$(uname -r)"
check "the module is gone" no modinfo lpar
check "dkms autoinstall brings it back" dkms autoinstall
check "it is there again" modinfo lpar
end
