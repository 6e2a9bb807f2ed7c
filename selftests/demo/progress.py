# SPDX-License-Identifier: GPL-2.0
"""Output of the demonstration while it runs: one line for each stage, and on a terminal a
progress line below it.
"""
import shutil
import sys
import time

BAR = 20
CLEAR = "\r\033[K"


class Display:
    def __init__(self, expected, out=None):
        """expected: seconds that stages should take, by name."""
        self.expected = expected
        self.out = out or sys.stdout
        self.tty = self.out.isatty()
        self.start = self.since = time.monotonic()
        self.name = None
        self.detail = ""
        self.shown = False

    def elapsed(self):
        return time.monotonic() - self.start

    def line(self, text):
        if self.shown:
            self.out.write(CLEAR)
            self.shown = False
        self.out.write(text + "\n")
        self.out.flush()

    def stamped(self, text):
        self.line(f"[{self.elapsed():4.0f} s] {text}")

    def stage(self, name, text):
        self.since = time.monotonic()
        self.name = name
        self.detail = ""
        due = self.expected.get(name)
        self.stamped(text + (f" (about {due:.0f} s)" if due and due >= 1 else ""))

    def moving(self, detail):
        self.detail = detail

    def quiet(self):
        """No progress line until the next stage."""
        self.name = None
        if self.shown:
            self.out.write(CLEAR)
            self.out.flush()
            self.shown = False

    def tick(self):
        """Redraw the progress line; only on a terminal."""
        if not self.tty or not self.name:
            return
        text = self.moving_line()[:shutil.get_terminal_size().columns - 1]
        self.out.write(CLEAR + text)
        self.out.flush()
        self.shown = True

    def moving_line(self):
        took = time.monotonic() - self.since
        due = self.expected.get(self.name)
        text = f"         {took:.0f} s"
        if due and due >= 1:
            done = min(BAR, int(BAR * took / due))
            text = (f"         [{'#' * done}{'.' * (BAR - done)}] {took:.0f} of"
                    f" about {due:.0f} s")
        return f"{text}; {self.detail}" if self.detail else text
