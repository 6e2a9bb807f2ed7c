#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A stock kernel as an LPAR's guest, from its vmlinuz: it boots on two LIPs, and
# gets a donor's storage and a third CPU while it runs. It must use both without a
# command at its console; only its status is asked for.
. /lpar/lib.sh
ARGS="console=ttyS0 cryptomgr.notests random.trust_cpu=on lpar.loglevel=5"

# status NAME: ask for the guest's status; sets $cpus and $memory (in kB)
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
echo auto > $PART/R/memory_block
echo /guest/vmlinuz > $PART/R/kernel
echo /guest/initramfs.cpio > $PART/R/initrd
check "IPL of $(cat /guest/version)" ipl R "$ARGS lpar.name=R"
check "the guest boots" expect R '^LPAR-GUEST READY R' 300
printed R '^LPAR-GUEST READY R' || finish
type_in R "run=uname -r
"
expect R '^RUN exit 0' 30
check "the guest runs that kernel" grep -qF "$(cat /guest/version)" $TMP/R.con
check "the guest answers" status R
same "CPUs" "$cpus" 2
before=$memory first=$boot_id

check "integrate" integrate R D
same "R's storage" "$(cat $SYS/R/ms_size)" $(bytes 384M)
check "the guest uses the new memory" expect R '^HOTPLUG memory[0-9]* online' 60
check "the guest uses the new CPU" expect R '^HOTPLUG cpu2 online' 60
same "_OST answers" "$(cat $SYS/R/memory_ost $SYS/R/processor_ost)" "0 added 0
2 added 0"
check "the guest answers again" status R
same "CPUs" "$cpus" 3
say "MemTotal $before kB, then $memory kB"
# The page structs take a little of it.
check "128 MB more" [ $((memory - before)) -ge $((124 * 1024)) ]
same "the guest was not rebooted" "$boot_id" "$first"
check "power off" type_in R "poweroff
"
check "the LPAR is active after power off" within 60 is R active
# (Warnings of mitigations have their own prefix before WARNING.)
if grep -E "\] WARNING:|BUG:|Oops|Call Trace|unchecked MSR|rcu: INFO" $TMP/R.con > $TMP/bad; then
	not_ok "no warnings of the guest's kernel"
	sed 's/^/#   /' $TMP/bad
else
	ok "no warnings of the guest's kernel"
fi
finish
