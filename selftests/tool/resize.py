#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""resize.py COMMAND... TTY - run COMMAND on a terminal that is resized.

TTY is the LPAR's tty, another terminal. Prints the sizes that it gets, and its input.
"""
import fcntl
import os
import struct
import sys
import termios
import time

from ttys import open_line, read_until, set_size, spawn, wait_exit


def wait_size(fd, rows):
    """Print the size of fd when it has this number of rows."""
    for _ in range(200):
        size = struct.unpack("4H", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"8" * 8))
        if size[0] == rows:
            break
        time.sleep(0.02)
    print(size[0], size[1])


guest, line = open_line(sys.argv[-1])
child, screen = spawn(sys.argv[1:-1])
set_size(screen, 33, 99)
wait_size(line, 33)
read_until(screen, b"help]")
set_size(screen, 40, 120)
wait_size(line, 40)
os.write(screen, b"~r")
print(read_until(guest, b"\r").decode().strip())
os.write(screen, b"~?")
if b"leaves" in read_until(screen, b"shell]"):
    print("helped")
os.write(screen, b"~.")
read_until(screen, b"left]")
print("status", wait_exit(child))
