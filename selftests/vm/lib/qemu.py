# SPDX-License-Identifier: GPL-2.0
"""QEMU as the test machine: SVM by TCG, VMX or SVM by nested KVM."""
import shlex
import shutil


def command(vmlinux, initrd, console, cmdline, opts):
    path = shutil.which("qemu-system-x86_64")
    if not path:
        raise FileNotFoundError("no qemu-system-x86_64: run scripts/deps")
    accel = f"tcg,thread={'single' if opts.tcg_single else 'multi'}"
    # REP STOSB is emulated byte by byte: clearing a page with it takes eight times as
    # long as by words.
    cpu = opts.cpu or "max,-erms"
    if opts.kvm:
        # Some versions of KVM offer ARCH_CAPABILITIES and then refuse its value.
        accel, cpu = "kvm", "host,-arch-capabilities"
    disks = []
    for i, disk in enumerate(opts.disk):
        disks += ["-drive", f"file={disk},format=raw,if=none,snapshot=on,id=d{i}",
                  "-device", f"virtio-blk-pci,drive=d{i}"]
    ttys = []
    for i, tty in enumerate(opts.tty):
        ttys += ["-chardev", f"serial,id=t{i},path={tty}", "-serial", f"chardev:t{i}"]
    return [path, *disks, "-nodefaults", "-display", "none", "-no-reboot",
            "-machine", "q35", "-accel", accel, "-cpu", cpu,
            "-smp", str(opts.cpus), "-m", str(opts.mem),
            "-kernel", vmlinux, "-initrd", initrd, "-append", cmdline,
            "-serial", f"file:{console}", "-debugcon", "stdio",
            "-global", "isa-debugcon.iobase=0xe9", *ttys, *shlex.split(opts.qemu)]


def kernel_args(_opts):
    return []


def last_words(_work):
    return []
