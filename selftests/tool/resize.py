#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""resize.py COMMAND... TTY - run COMMAND on a terminal, TTY being another one.

Says what sizes TTY gets and what is typed into it.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
import tty


def set_size(fd, rows, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", rows, cols, 0, 0))


def wait_size(fd, rows):
    """The size of fd, as soon as it has so many rows."""
    for _ in range(200):
        size = struct.unpack("4H", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"8" * 8))
        if size[0] == rows:
            break
        time.sleep(0.02)
    print(size[0], size[1])


def read_until(fd, text):
    """All that comes, up to the text."""
    got = b""
    while text not in got and select.select([fd], [], [], 5)[0]:
        got += os.read(fd, 4096)
    return got


guest, line = pty.openpty()
tty.setraw(line)
path = sys.argv[-1]
if os.path.lexists(path):
    os.unlink(path)
os.symlink(os.ttyname(line), path)
child, screen = pty.fork()
if child == 0:
    time.sleep(0.2)  # until the size is set
    os.execv(sys.argv[1], sys.argv[1:-1])
set_size(screen, 33, 99)
wait_size(line, 33)
read_until(screen, b"helps]")
set_size(screen, 40, 120)
wait_size(line, 40)
os.write(screen, b"~r")
print(read_until(guest, b"\r").decode().strip())
os.write(screen, b"~?")
if b"leaves" in read_until(screen, b"shell]"):
    print("helped")
os.write(screen, b"~.")
read_until(screen, b"left]")
print("status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
