#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Layers: see layers.pl.
. "$(dirname "$0")/lib.sh"
files kernel -- '\.[ch]' | xargs perl selftests/lint/layers.pl
