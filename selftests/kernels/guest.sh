#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock kernel as an LPAR's guest, from its vmlinuz: it boots on two LIPs, and
# gets a donor's storage and third CPU while it runs. Nobody types anything at
# its console but the question how it is.
. /lpar/lib.sh
ARGS="console=ttyS0 cryptomgr.notests random.trust_cpu=on lpar.loglevel=5"

# status NAME: asks, and sets $cpus and $memory (in kB) from the answer
status() {
	local n=$(lines $1 '^STATUS')

	type_in $1 "status
"
	within 60 more_lines $1 '^STATUS' $n || return
	set -- $(tr -d '\r' < $TMP/$1.con | grep '^STATUS' | tail -n 1)
	boot_id=$3 cpus=${4#cpus=} memory=${5#memtotal=}
}

begin 512M 1-3
mkpart R 0 256M 128M "1:100 2:50"
mkpart D 256M 128M 0 "2:50 3:100"
echo /guest/vmlinuz > $PART/R/kernel
echo /guest/initramfs.cpio > $PART/R/initrd
check "IPL of $(cat /guest/version)" ipl R "$ARGS lpar.name=R"
check "it boots" expect R '^LPAR-GUEST READY R' 300
printed R '^LPAR-GUEST READY R' || finish
type_in R "run=uname -r
"
expect R '^RUN exit 0' 30
check "it is that kernel" grep -qF "$(cat /guest/version)" $TMP/R.con
check "it answers" status R
same "CPUs" "$cpus" 2
before=$memory first=$boot_id

check "integrate" integrate R D
same "R's storage" "$(cat $SYS/R/ms_size)" $(bytes 384M)
check "it takes the new memory" expect R '^HOTPLUG memory[0-9]* online' 60
check "it takes the new CPU" expect R '^HOTPLUG cpu2 online' 60
same "its answers" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
2 added 0"
check "it answers again" status R
same "CPUs" "$cpus" 3
say "MemTotal $before kB, then $memory kB"
# A little goes into the description of the pages.
check "128 MB more" [ $((memory - before)) -ge $((124 * 1024)) ]
same "it was not booted again" "$boot_id" "$first"
check "power off" type_in R "poweroff
"
check "it is off" within 60 is R active
# (A mitigation that warns puts its own name before it.)
if grep -E "\] WARNING:|BUG:|Oops|Call Trace|unchecked MSR|rcu: INFO" $TMP/R.con > $TMP/bad; then
	not_ok "nothing of its kernel's complains"
	sed 's/^/#   /' $TMP/bad
else
	ok "nothing of its kernel's complains"
fi
finish
