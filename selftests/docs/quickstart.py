#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Turn the code blocks of Documentation/lpar/quickstart.rst into a shell script.

The script runs every line as it stands, in the order of the page, in one shell, and
prints "ok" or "not ok" for each block. In a block, a line "# COMMAND" with a space
after the "#" and output below it is a transcript: the command must print what the page
shows, and is repeated for up to a minute until it does, since guests take their time.
Blocks above the section "Load" are for the computer that emulates the machine.

Usage: quickstart.py PAGE > SCRIPT
"""
import re
import shlex
import sys

FIRST = "Load"
# Done beforehand by the test, with DESTDIR.
OUTSIDE = "make && sudo make install"

HEAD = """\
#!/bin/sh
# Made by selftests/docs/quickstart.py.
. /qs/lib.sh
"""


def blocks(text):
    """Yield (section, [lines]) of each literal block."""
    section, lines = "", text.expandtabs().splitlines()
    i = 0
    while i < len(lines):
        if i + 1 < len(lines) and lines[i] and re.fullmatch(r"(=+|-+)", lines[i + 1]):
            section = lines[i]
        if lines[i].endswith("::"):
            i += 1
            block = []
            while i < len(lines) and (not lines[i].strip() or lines[i].startswith("    ")):
                block.append(lines[i][4:])
                i += 1
            while block and not block[-1].strip():
                block.pop()
            while block and not block[0].strip():
                block.pop(0)
            yield section, block
            continue
        i += 1


def pieces(block):
    """Split a block into ("run", lines) and ("show", command, output lines)."""
    run, i = [], 0
    while i < len(block):
        if block[i].startswith("# "):
            if any(line.strip() for line in run):
                yield "run", run, None
            run, command, output = [], block[i][2:], []
            i += 1
            while i < len(block) and block[i].strip() and not block[i].startswith("# "):
                output.append(block[i])
                i += 1
            yield "show", [command], output
            continue
        run.append(block[i])
        i += 1
    if any(line.strip() for line in run):
        yield "run", run, None


def script(page):
    with open(page, encoding="utf-8") as source:
        text = source.read()
    out, started, nr = [HEAD], False, 0
    for section, block in blocks(text):
        started = started or section == FIRST
        if not started:
            continue
        for kind, lines, output in pieces(block):
            lines = [line for line in lines if not line.startswith(OUTSIDE)]
            if not any(line.strip() for line in lines):
                continue
            nr += 1
            name = f"{section}: {next(line for line in lines if line.strip()).strip()}"
            out.append(f"before {shlex.quote(section)}")
            if kind == "show":
                out.append(f"cat > /tmp/want <<'EOF_WANT'\n" + "\n".join(output) + "\nEOF_WANT")
                out.append(f"shows {nr} {shlex.quote(name)} {shlex.quote(lines[0])}")
            else:
                # Not in a function: variables and directories stay.
                out.append("trace_on\n" + "\n".join(lines) + f"\ntrace_off {nr} {shlex.quote(name)}")
    out.append(f"finish {nr}")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.stdout.write(script(sys.argv[1]))
