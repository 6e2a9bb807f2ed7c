# SPDX-License-Identifier: GPL-2.0
"""Two terminals: that of lparadm console, and the LPAR's tty."""
import fcntl
import os
import pty
import select
import struct
import termios
import time
import tty


def open_line(path):
    """Create a terminal at the path. Return: the guest's side and the host's side."""
    guest, line = pty.openpty()
    tty.setraw(line)
    if os.path.lexists(path):
        os.unlink(path)
    os.symlink(os.ttyname(line), path)
    return guest, line


def spawn(command, prepare=lambda: time.sleep(0.2)):
    """Run the command on a terminal of its own; prepare() runs in the child first."""
    child, screen = pty.fork()
    if child == 0:
        prepare()
        os.execv(command[0], command)
    return child, screen


def set_size(fd, rows, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", rows, cols, 0, 0))


def read_until(fd, text):
    """Read up to the text, or until nothing comes for five seconds."""
    got = b""
    while text not in got and select.select([fd], [], [], 5)[0]:
        try:
            got += os.read(fd, 4096)
        except OSError:  # the other side is closed
            break
    return got


def wait_exit(child):
    """Return: its exit status, -SIGNAL, or None if it does not end and was killed."""
    for _ in range(100):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None
