#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# This machine's processors have the flag $1.
grep -qw "$1" /proc/cpuinfo
