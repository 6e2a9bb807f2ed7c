#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""stuck.py COMMAND... TTY - run COMMAND, a console, and leave it in unusual ways.

TTY is a terminal whose guest does not read at first. Each line has the way of leaving, and
the result.
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
    """Start a console. Return: process, terminal, and the settings before it became raw."""
    child, screen = spawn(command, prepare)
    before = termios.tcgetattr(screen)
    read_until(screen, b"help]")
    while termios.tcgetattr(screen)[3] & termios.ECHO:
        time.sleep(0.02)
    return child, screen, before


def closed_pipe():
    """Make standard output a pipe without a reader."""
    out, end = os.pipe()
    os.dup2(end, 1)
    os.close(out)
    os.close(end)


def tell(what, child, screen, before):
    """Print the exit status, and whether the terminal was restored."""
    read_until(screen, b"left]")
    after = termios.tcgetattr(screen)
    print(what, "status", wait_exit(child),
          "restored" if after == before else "not restored")


def flush_guest():
    """Discard the guest's input."""
    while select.select([guest], [], [], 0.2)[0]:
        os.read(guest, 65536)


one = begin()
os.kill(one[0], signal.SIGQUIT)
tell("SIGQUIT:", *one)

one = begin(closed_pipe)
os.write(guest, b"hello\n")
tell("closed pipe:", *one)

one = begin()
left = 300000
while left:
    left -= os.write(one[1], b"x" * min(left, 1000))
bell = b"\a" in read_until(one[1], b"\a")
os.write(one[1], b"\r~.")
tell("stopped guest: %s," % ("bell" if bell else "silence"), *one)
flush_guest()

settings = termios.tcgetattr(line)
settings[3] |= termios.ECHO
termios.tcsetattr(line, termios.TCSANOW, settings)
one = begin()
os.write(one[1], b"~.")
tell("tty with other settings:", *one)
print("echo" if termios.tcgetattr(line)[3] & termios.ECHO else "no echo")

with subprocess.Popen(command, stdin=subprocess.PIPE) as console:
    threading.Thread(target=lambda: (console.stdin.write(b"y" * 300000),
                                     console.stdin.close())).start()
    time.sleep(0.5)
    print("input from a file:", len(read_until(guest, b"no end")), "status", console.wait(10))
