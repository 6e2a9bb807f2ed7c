#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The harness receives what a test prints just before it ends, however slow the debug port
# is. In nested KVM inside Bochs (demo/nested) this takes a second.
echo 1..1
for i in 0 1 2 3 4 5 6 7 8 9 a b c d e; do
	printf "# %s $i\n" "$(head -c 4000 /dev/zero | tr '\000' x)"
done > /tmp/text
cat /tmp/text
echo "ok 1 the harness receives all output"
