#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The pictures of the documentation are what they would be drawn as now.
. "$(dirname "$0")/lib.sh"

verdict "pictures are up to date" "$(selftests/pictures/run --check 2>&1)"
tap_end
