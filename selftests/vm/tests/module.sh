#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# lpar.ko can be loaded and unloaded; an example of a test with an argument.
#
# Usage: module.sh FILE
modprobe configfs
[ -d /sys/kernel/config ] && mount -t configfs none /sys/kernel/config 2> /dev/null
echo 1..2
if insmod "$1" && [ -d /sys/kernel/config/lpar/partitions ]; then
	echo "ok 1 $1 is loaded"
else
	echo "not ok 1 $1 is loaded"
fi
echo "# CPUs: $(cat /sys/kernel/config/lpar/processors/available)"
if rmmod lpar && [ ! -e /sys/kernel/config/lpar ]; then
	echo "ok 2 $1 is unloaded"
else
	echo "not ok 2 $1 is unloaded"
fi
