#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The pictures of the documentation are up to date.
. "$(dirname "$0")/lib.sh"

verdict "pictures are up to date" "$(selftests/pictures/run --check 2>&1)"
tap_end
