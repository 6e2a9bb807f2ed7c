#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Attributes have ABI entries and vice versa: see abi.pl.
. "$(dirname "$0")/lib.sh"
perl selftests/lint/abi.pl
