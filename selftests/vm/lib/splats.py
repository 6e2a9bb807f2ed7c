# SPDX-License-Identifier: GPL-2.0
"""Kernel messages that make a test fail."""
import re

SPLAT = re.compile(
    r"WARNING: (CPU|possible|suspicious|inconsistent|bad unlock)|"
    r"\bBUG: |\bOops\b|general protection fault|Kernel panic|"
    r"Call Trace:|INFO: task .* blocked|rcu: INFO: rcu_|soft lockup|"
    r"unchecked MSR access|NULL pointer dereference|Bad page state|"
    r"sleeping function called|possible .*locking|UBSAN: |"
    r"kmemleak: [0-9]+ new suspected")


def of(text):
    """The lines of a kernel log that make a test fail."""
    return [line for line in text.splitlines()
            if SPLAT.search(line)]
