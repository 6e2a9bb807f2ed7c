# SPDX-License-Identifier: GPL-2.0
"""The machine with 5 CPUs of the demonstration and of make shell, and the files for it.
"""
import os
import subprocess

from lib import kvm, machine

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
VM = os.path.join(ROOT, "selftests", "vm")
# Bochs ticks per emulated second. With more, a smaller part of them is spent on the
# host's timer interrupts and on switches between LIPs.
IPS = 200_000_000
LIMIT = 1500	# seconds; vm/run gives a slow emulator more
# Duration of the stages on two idle cores, in seconds.
EXPECTED = {
    "vmx": {"start": 15, "load": 5, "define": 3, "ipl": 45, "io": 20, "before": 1,
            "work": 32, "integrate": 20, "told": 1, "use": 27, "after": 3, "check": 27,
            "end": 3},
    "svm": {"start": 6, "load": 2, "define": 1, "ipl": 20, "io": 5, "work": 5,
            "before": 1, "integrate": 3, "after": 1, "told": 3, "use": 10,
            "check": 15, "end": 2},
}


class Failure(Exception):
    """The run cannot continue."""


def path_in_words(path):
    return os.path.relpath(path) if path.startswith(os.getcwd() + "/") else path


def guest_image(out):
    """The guests' kernel and initramfs."""
    done = subprocess.run([os.path.join(VM, "guestimg"), "--out", out], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        lines = done.stdout.strip().splitlines() or ["no reason given"]
        raise Failure(f"guests' image: {lines[-1]}")


def kvm_nests(backend, out):
    """True if a machine on this computer's KVM really gets VMX or SVM."""
    if not kvm.gives(backend):
        return False
    with open(os.path.join(out, "kvm.log"), "w", encoding="utf-8") as log:
        done = subprocess.run(
            [os.path.join(VM, "run"), "--kvm", "--backend", backend, "--timeout", "90",
             "--logs", os.path.join(out, "logs-kvm"), f"{HERE}/has-flag.sh {backend}"],
            check=False, stdout=log, stderr=subprocess.STDOUT)
    return done.returncode == 0


def files(guest):
    """{path here: path in the machine}; guest: folder of guest_image()."""
    image = os.environ.get("KERNEL") or "vmlinux"
    found = {
        os.path.join(ROOT, "lpar.ko"): "/demo/lpar.ko",
        os.path.join(ROOT, "tools/lparadm/build/lparadm"): "/bin/lparadm",
        os.path.join(guest, image): "/demo/kernel",
        os.path.join(guest, "initramfs.cpio"): "/demo/initramfs",
    }
    for name in ("lib.sh", "setup.sh", "checks.sh", "channels.sh"):
        found[os.path.join(HERE, name)] = f"/demo/{name}"
    for path in found:
        if not os.path.exists(path):
            raise Failure(f"{path_in_words(path)} not found: run make")
    return found


def command(backend, out, seconds, into, more, test):
    """Command line that boots the machine with these files and runs the test."""
    args = [os.path.join(VM, "run"), "--backend", backend, "--cpus", "5",
            "--mem", "1280", "--timeout", str(seconds), "--ips", str(IPS),
            "--logs", os.path.join(out, "logs"), "--fast",
            "--append", "isolcpus=1-4 loglevel=5", "--module", "configfs", *more]
    if kvm_nests(backend, out):
        args.append("--kvm")
    for pair in into.items():
        args += ["--file", ":".join(pair)]
    return args + [test]


def start(args):
    """Start it with a pipe for its output; it is killed when this program ends."""
    return subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT,
                            preexec_fn=machine.die_with_parent)
