#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""stuck.py COMMAND... TTY - run COMMAND, a console, and leave it in unusual ways.

TTY is a terminal whose guest stands still at first. Each line says what was done, and
how it ended.
"""
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time

from ttys import open_line, read_until, spawn, wait_exit

command = sys.argv[1:-1]
guest, line = open_line(sys.argv[-1])


def begin(prepare=lambda: None):
    """A console that has made its terminal raw; what that was like before."""
    child, screen = spawn(command, prepare)
    before = termios.tcgetattr(screen)
    read_until(screen, b"help]")
    while termios.tcgetattr(screen)[3] & termios.ECHO:
        time.sleep(0.02)
    return child, screen, before


def closed_pipe():
    """Standard output that nobody reads."""
    out, end = os.pipe()
    os.dup2(end, 1)
    os.close(out)
    os.close(end)


def tell(what, child, screen, before):
    """How it ended, and whether the terminal is as before."""
    read_until(screen, b"left]")
    after = termios.tcgetattr(screen)
    print(what, "status", wait_exit(child),
          "restored" if after == before else "not restored")


def flush_guest():
    """Forget what has been typed."""
    while select.select([guest], [], [], 0.2)[0]:
        os.read(guest, 65536)


one = begin()
os.kill(one[0], signal.SIGQUIT)
tell("SIGQUIT:", *one)

one = begin(closed_pipe)
os.write(guest, b"hello\n")
tell("a pipe that is closed:", *one)

one = begin()
left = 300000
while left:
    left -= os.write(one[1], b"x" * min(left, 1000))
bell = b"\a" in read_until(one[1], b"\a")
os.write(one[1], b"\r~.")
tell("a guest that stands still: %s," % ("bell" if bell else "silence"), *one)
flush_guest()

settings = termios.tcgetattr(line)
settings[3] |= termios.ECHO
termios.tcsetattr(line, termios.TCSANOW, settings)
one = begin()
os.write(one[1], b"~.")
tell("another's settings:", *one)
print("echo" if termios.tcgetattr(line)[3] & termios.ECHO else "no echo")

with subprocess.Popen(command, stdin=subprocess.PIPE) as console:
    threading.Thread(target=lambda: (console.stdin.write(b"y" * 300000),
                                     console.stdin.close())).start()
    time.sleep(0.5)
    print("a file:", len(read_until(guest, b"no end")), "status", console.wait(10))
