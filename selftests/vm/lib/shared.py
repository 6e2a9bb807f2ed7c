# SPDX-License-Identifier: GPL-2.0
"""What several runs at a time use is made by one of them."""
import contextlib
import fcntl
import os


@contextlib.contextmanager
def alone(folder, waiting=lambda: None):
    """Nobody else makes anything in the folder meanwhile: they wait for this.

    waiting() is called before it has to wait.
    """
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
