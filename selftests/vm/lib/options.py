# SPDX-License-Identifier: GPL-2.0
"""What describes a machine to the emulators, for every program that starts one."""


def machine(p):
    p.add_argument("--kvm", action="store_true",
                   help="this computer's KVM, if its guests get the backend")
    p.add_argument("--cpus", type=int, default=2)
    p.add_argument("--mem", type=int, default=1024, metavar="MB")
    p.add_argument("--disk", action="append", default=[], metavar="FILE",
                   help="QEMU: a virtio disk; what is written to it is lost")
    p.add_argument("--cpu", metavar="MODEL",
                   help="another processor, in the emulator's words:"
                   " max,-npt (QEMU), p4_prescott_celeron_336 (Bochs)")
    p.add_argument("--qemu", metavar="ARGS", default="",
                   help="more arguments of QEMU: devices, an IOMMU")
    p.add_argument("--tty", action="append", default=[], metavar="TTY",
                   help="one more serial port, which is this terminal: ttyS1, ...")
    p.add_argument("--tcg-single", action="store_true",
                   help="QEMU: one thread for all CPUs, which take turns")
