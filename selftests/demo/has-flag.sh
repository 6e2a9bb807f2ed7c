#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Succeeds if this machine's processors have the flag $1.
grep -qw "$1" /proc/cpuinfo
