#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""terminal.py ANSWER COMMAND... - run COMMAND on a terminal of its own.

ANSWER is typed when the command has printed "? ". The command's output is printed; the
exit status is that of the command.
"""
import os
import pty
import sys

answer = sys.argv[1].encode()
child, fd = pty.fork()
if child == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown = b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:  # the other side is closed
        break
    if not data:
        break
    shown += data
    if answer and shown.endswith(b"? "):
        os.write(fd, answer + b"\n")
        answer = b""
sys.stdout.write(shown.replace(b"\r\n", b"\n").decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
