#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""screenful.py ROWS COMMAND... - print the first screen of COMMAND, which clears its terminal."""
import os
import signal
import sys

from ttys import read_until, set_size, spawn, wait_exit

CLEAR = b"\033[H\033[J"
child, screen = spawn(sys.argv[2:])
set_size(screen, int(sys.argv[1]), 80)
shown = b""
for _ in range(10):
    if shown.count(CLEAR) >= 2:
        break
    shown += read_until(screen, CLEAR)
shown = shown.split(CLEAR)[1]
os.kill(child, signal.SIGKILL)
wait_exit(child)
print(shown.decode().replace("\r\n", "\n"), end="")
