# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks share: paths, and running the emulated machine."""
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "build", "bench")
VM = os.path.join(ROOT, "selftests", "vm")
GUEST = os.path.join(ROOT, "build", "vm", "guest")
QEMU = "/usr/bin/qemu-system-x86_64"
ROMS = ("/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/kvmvapic.bin",
        "/usr/share/qemu/linuxboot_dma.bin", "/usr/share/qemu/pvh.bin")


def kvm(backend):
    """The host's KVM module."""
    return "kvm_amd" if backend == "svm" else "kvm_intel"


def guest_files():
    """The files of a stock guest; they are made if they do not exist."""
    subprocess.run([os.path.join(VM, "guestimg")], check=True, stdout=subprocess.DEVNULL)
    return {f"{GUEST}/{name}": f"guest/{name}" for name in ("vmlinux", "initramfs.cpio")}


def qemu_files(backend):
    """KVM's back end; not for Bochs, where it would take too long."""
    if backend != "svm" or not all(map(os.path.exists, (QEMU, *ROMS))):
        return {}
    files = {rom: f"rom/{os.path.basename(rom)}" for rom in ROMS}
    files[QEMU] = "qemu"
    return files


def boot(opts, script, files, *, modules=(), logs, fast=True, cpus=2, mem=1024,
         append="isolcpus=1"):
    """Run a script with arguments; files maps host paths to names. Return status and lines."""
    args = [os.path.join(VM, "run"), "--backend", opts.backend,
            "--cpus", str(cpus), "--mem", str(mem),
            "--logs", os.path.join(opts.logs, logs),
            "--timeout", str(opts.timeout), "--append", append]
    args += ["--fast"] if fast else []
    for module in ("configfs", *modules):
        args += ["--module", module]
    named = {opts.module: "lpar.ko", os.path.join(HERE, "lib.sh"): "lib.sh", **files}
    for path, name in named.items():
        args += ["--file", f"{path}:/bench/{name}" if name[0] != "/" else f"{path}:{name}"]
    done = subprocess.run(args + [os.path.join(HERE, script)], text=True,
                          stdout=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.splitlines()
