# SPDX-License-Identifier: GPL-2.0
"""Lock for files that concurrent runs share."""
import contextlib
import fcntl
import os


@contextlib.contextmanager
def alone(folder, waiting=lambda: None):
    """Hold the folder's lock; other runs wait for it.

    waiting() is called first if this run has to wait.
    """
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
