#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""watchers.py COMMAND... TTY - several consoles on one TTY: one types, others watch.

Each line has what a console showed.
"""
import os
import subprocess
import sys
import time

from ttys import open_line, read_until, spawn, wait_exit

command = sys.argv[1:-1]
guest, line = open_line(sys.argv[-1])


def begin(*more):
    child, screen = spawn([*command, *more], lambda: None)
    read_until(screen, b"]")
    return child, screen


def sees(text, *screens):
    """Let the guest print the text until each screen shows it."""
    missing = list(screens)
    for _ in range(20):
        os.write(guest, text.encode() + b"\r\n")
        missing = [s for s in missing if text.encode() not in read_until(s, text.encode())]
        if not missing:
            return text
        time.sleep(0.1)
    return f"nothing of {text}"


def leave(child, screen):
    os.write(screen, b"~.")
    read_until(screen, b"left]")
    return wait_exit(child)


first = begin()
os.write(first[1], b"typed\r")
read_until(guest, b"typed\r")
print("the first types:", sees("hello", first[1]))
second = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
print("a second is refused:", second.returncode, second.stderr.strip())
watcher = begin("--watch")
print("one process watches:", sees("more", first[1], watcher[1]))
leave(*first)
print("the watcher is alone:", sees("alone", watcher[1]))
again = begin()
print("another process types:", sees("back", again[1]))
print("the watcher sees its output:", sees("back", watcher[1]))
os.write(watcher[1], b"not for the guest\r")
time.sleep(0.5)
os.write(again[1], b"\r~Bmark\r")
if b"not for" not in read_until(guest, b"mark\r"):
    print("the watcher types nothing")
leave(*watcher)
with open(os.environ["LPAR_FAKE"] + "/journal", "w+b") as journal, \
        subprocess.Popen([*command, "--watch"], stdin=subprocess.DEVNULL,
                         stdout=journal) as unit:
    time.sleep(0.5)
    sees("for both", again[1])
    leave(*again)
    time.sleep(0.5)
    os.write(guest, b"alone again\r\n")
    time.sleep(0.5)
    print("without input it goes on:", unit.poll() is None)
    unit.terminate()
    unit.wait(10)
    journal.seek(0)
    logged = journal.read()
    print("a log has lines without CR:", b"for both\n" in logged and logged.endswith(b"alone again\n"))
with open(os.environ["LPAR_FAKE"] + "/log", encoding="ascii") as log:
    if "break\n" in log.read():
        print("BREAK was sent")
