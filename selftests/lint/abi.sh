#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Attributes and their ABI entries: see abi.pl.
. "$(dirname "$0")/lib.sh"
perl selftests/lint/abi.pl
