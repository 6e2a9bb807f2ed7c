# SPDX-License-Identifier: GPL-2.0
"""Options that describe the machine, for all programs that start an emulator."""


def machine(p):
    p.add_argument("--kvm", action="store_true",
                   help="use this computer's KVM, if its guests get the backend")
    p.add_argument("--cpus", type=int, default=2)
    p.add_argument("--mem", type=int, default=1024, metavar="MB")
    p.add_argument("--disk", action="append", default=[], metavar="FILE",
                   help="QEMU: a virtio disk; writes are discarded at the end")
    p.add_argument("--cpu", metavar="MODEL",
                   help="another CPU model of the emulator:"
                   " max,-npt (QEMU), p4_prescott_celeron_336 (Bochs)")
    p.add_argument("--qemu", metavar="ARGS", default="",
                   help="more arguments for QEMU: devices, an IOMMU")
    p.add_argument("--tty", action="append", default=[], metavar="TTY",
                   help="connect another serial port to this terminal: ttyS1, ...")
    p.add_argument("--tcg-single", action="store_true",
                   help="QEMU: one thread for all CPUs, in turns")
