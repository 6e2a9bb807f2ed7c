# SPDX-License-Identifier: GPL-2.0
"""Run an emulator with a timeout and read the output of init.c."""
import ctypes
import os
import re
import select
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
END_GRACE = 20		# seconds from the last test to the end of the emulator
PANIC_GRACE = 2		# seconds for the kernel to finish its messages
PANIC = re.compile(rb"Kernel panic - not syncing")


class Result:
    """The result of one run of the machine."""

    def __init__(self):
        self.output = {}	# test number -> text
        self.status = {}	# test number -> exit status
        self.seconds = {}	# test number -> wall time
        self.dmesg = ""
        self.stages = []	# (name, wall seconds since start)
        self.problem = None	# why the machine did not end properly
        self.notes = []


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stop(process):
    """End the emulator and all its processes."""
    for sig, wait in ((signal.SIGTERM, 2), (signal.SIGKILL, 10)):
        if process.poll() is not None:
            break
        try:
            os.killpg(process.pid, sig)
        except ProcessLookupError:
            pass
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            continue


def how_ended(status):
    """subprocess.Popen.returncode in words."""
    if status >= 0:
        return f"the emulator exited with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = "no name"
    return f"the emulator was killed by signal {-status} ({name})"


def in_words(err):
    """An exception in one line; for OSError the file and the reason."""
    if isinstance(err, OSError) and err.strerror:
        return f"{err.filename}: {err.strerror}" if err.filename else err.strerror
    return str(err)


def open_log(path):
    """Open the log unbuffered, so that a full disk is noticed at once."""
    return open(path, "wb", buffering=0)


def append(log, data):
    try:
        log.write(data)
    except OSError as err:
        raise OSError(err.errno, err.strerror, log.name) from None


class Reader:
    """Splits the output of the debug port into marks and test output."""

    def __init__(self, result, start, echo, ended):
        self.result = result
        self.start = start
        self.echo = echo
        self.ended = ended
        self.current = None
        self.in_dmesg = False
        self.done = False
        self.dmesg = []
        self.loaded = 0
        self.rest = b""
        self.begun = 0.0

    def feed(self, data):
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            self.line(line.decode("utf-8", "replace").rstrip("\r"))

    def finish(self):
        if self.rest:
            self.feed(b"\n")
        self.result.dmesg = "\n".join(self.dmesg)

    def stage(self, name):
        self.result.stages.append((name, time.monotonic() - self.start))

    def line(self, text):
        mark = re.search(r"@(VM|LOADER) (.*)", text)
        if mark and mark.start() and mark.group(1) == "VM":
            mark = None
        if mark:
            self.mark(mark.group(1), mark.group(2).split())
        elif self.in_dmesg:
            self.dmesg.append(text)
        elif self.current is not None:
            self.result.output[self.current].append(text)
            self.echo(text)

    def mark(self, who, words):
        now = time.monotonic()
        if who == "LOADER":
            if words == ["kernel"]:
                self.loaded += 1
                self.stage("kernel entered")
            else:
                self.result.problem = "loader: " + " ".join(words)
        elif words[0] == "INIT":
            self.stage(f"init (guest clock {words[1]} s)")
        elif words[0] == "BEGIN":
            self.current = int(words[1])
            self.result.output[self.current] = []
            self.begun = now
        elif words[0] == "END":
            number = int(words[1])
            self.result.status[number] = int(words[2])
            self.result.seconds[number] = now - self.begun
            self.stage(f"test {number + 1} ended (guest {words[3]} s)")
            self.current = None
            self.ended(number)
        elif words[0] in ("DMESG", "DMESG-END"):
            self.in_dmesg = words[0] == "DMESG"
        elif words[0] == "DONE":
            self.done = True
            self.stage("tests done")
        else:
            self.result.notes.append(" ".join(words))


def _tail_has_panic(console):
    try:
        with open(console, "rb") as log:
            log.seek(max(0, os.path.getsize(console) - 65536))
            return PANIC.search(log.read()) is not None
    except FileNotFoundError:
        return False


def run(args, console, timeout, raw_log, result, echo, ended, powers_off=True,
        end_grace=END_GRACE):
    """Run the emulator and fill result. Takes at most timeout + 12 s.

    echo(text) is called for each line of a test, ended(number) after each test.
    Without powers_off the machine is ended when its tests are done.
    """
    start = time.monotonic()
    deadline = start + timeout
    reader = Reader(result, start, echo, ended)
    with open_log(raw_log) as raw:
        process = subprocess.Popen(args, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT,
                                   start_new_session=True,
                                   preexec_fn=die_with_parent)
        try:
            _watch(process, reader, result, console, deadline, timeout, raw,
                   powers_off, end_grace)
        finally:
            stop(process)
    reader.finish()
    reader.stage("emulator gone")
    if not result.problem and not reader.done:
        result.problem = how_ended(process.returncode) + " before its tests ended"


def _watch(process, reader, result, console, deadline, timeout, raw,
           powers_off, end_grace):
    fd = process.stdout.fileno()
    next_look = 0
    panic_at = None
    while True:
        now = time.monotonic()
        if select.select([fd], [], [], 0.2)[0]:
            data = os.read(fd, 65536)
            if not data:
                process.wait()
                return
            append(raw, data)
            was_done = reader.done
            reader.feed(data)
            if reader.done and not powers_off:
                return
            if reader.done and not was_done:
                deadline = min(deadline, now + end_grace)
        if now > deadline:
            result.problem = ("no power-off after the tests" if reader.done
                              else f"deadline of {timeout} s passed")
            return
        if reader.loaded > 1:
            result.problem = "the machine restarted"
            return
        if now > next_look:
            next_look = now + 1
            if panic_at is None and _tail_has_panic(console):
                panic_at = now
        if panic_at is not None and now > panic_at + PANIC_GRACE:
            result.problem = "the host kernel panicked"
            return
