#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No byte of one LPAR is ever readable by another.
. /lpar/lib.sh
begin 64M 1-2

dirty() { mkpart $1 $2 $3 0 "1:50" && ipl $1 case=dirty && passes $1 dirty 20; }
empty() { ipl $1 case=readzero && passes $1 readzero 20; }

check "A fills 32M" dirty A 0 32M
check "remove A" rmpart A
mkpart B 0 32M 0 "1:50"
check "the same storage is empty for B" empty B
rmpart B

check "A fills 16M" dirty A 16M 16M
power A stop
check "storage is empty at the next IPL of the same LPAR" empty A
rmpart A

check "A fills 16M to be removed while stopped" dirty A 0 16M
power A stop
rmpart A
mkpart B 8M 16M 0 "1:50"
check "half of A's storage is empty for B" empty B
rmpart B

mkpart A 0 32M 0 "1:50" && ipl A case=triple
within 5 is A failed
rmpart A
mkpart B 0 32M 0 "1:50"
check "storage of a failed LPAR is empty for B" empty B
rmpart B

check "A fills 32M before the pool is removed" dirty A 0 32M
rmpart A
check "the pool can be removed" eval 'echo 0 > $CFS/storage/ms_size'
check "a new pool can be made" eval 'echo 64M > $CFS/storage/ms_size'
mkpart B 0 60M 0 "1:50"
check "a new pool is empty" empty B
rmpart B

# Loading another image must not leave anything of the previous one.
mkpart A 0 16M 0 "1:50"
head -c 4000000 /dev/urandom > $TMP/initrd
echo $TMP/initrd > $PART/A/initrd
ipl A case=hello && passes A hello 5
power A stop
echo > $PART/A/initrd
check "nothing is left of the last initrd" empty A
rmpart A

# Registers: the values are in registers only, see the case.
if [ -z "$TCG" ]; then
	skip "a guest's registers in the host's RAM" "searching it takes minutes in Bochs"
	finish
fi
secrets() { /lpar/helper seek 0x5a17c3d2e4f60b19 0x1b2e94a86f03d7c5; }
mkpart A 0 16M 0 "1:50" && ipl A case=secret
check "a guest keeps a secret in its registers" expect A "secret is kept" 5
power A stop
n=$(secrets)
check "the host's RAM has a stopped guest's registers ($n words)" [ $n -ge 3 ]
power A deactivate
same "nothing is left of the registers of a deactivated guest" "$(secrets)" 0
finish
