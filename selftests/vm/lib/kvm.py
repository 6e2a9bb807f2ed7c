# SPDX-License-Identifier: GPL-2.0
"""Whether guests of this computer's KVM get nested VMX or SVM.

The existence of /dev/kvm is not enough, so ask KVM for the CPUID that it supports
for guests, and for the VMX capabilities.

As a program: kvm.py vmx|svm, exit status 0 if guests get it.
"""
import fcntl
import os
import struct
import sys

DEVICE = "/dev/kvm"
CREATE_VM = 0xae01
GET_SUPPORTED_CPUID = 0xc008ae05
GET_MSRS = 0xc008ae88
ENTRIES = 256
ENTRY = struct.Struct("<7I12x")		# struct kvm_cpuid_entry2
MSRS = struct.Struct("<IIIIQ")		# struct kvm_msrs with one entry
PROCBASED_CTLS2 = 0x48b
NEEDED2 = 1 << 1 | 1 << 5 | 1 << 7	# EPT, VPID, unrestricted guest
NESTED_PAGING = 1 << 0


def _cpuid(fd):
    """{leaf: (eax, ebx, ecx, edx)} that KVM supports for guests."""
    data = bytearray(struct.pack("<II", ENTRIES, 0)
                     + bytes(ENTRIES * ENTRY.size))
    fcntl.ioctl(fd, GET_SUPPORTED_CPUID, data)
    leaves = {}
    for i in range(struct.unpack_from("<I", data)[0]):
        leaf, _, _, *regs = ENTRY.unpack_from(data, 8 + i * ENTRY.size)
        leaves.setdefault(leaf, regs)
    return leaves


def _feature_msr(fd, msr):
    data = bytearray(MSRS.pack(1, 0, msr, 0, 0))
    return MSRS.unpack(data)[4] if fcntl.ioctl(fd, GET_MSRS, data) == 1 else 0


def _asks(fd, backend):
    leaves = _cpuid(fd)
    if backend == "vmx":
        return (leaves.get(1, [0] * 4)[2] >> 5 & 1 and
                _feature_msr(fd, PROCBASED_CTLS2) >> 32 & NEEDED2 == NEEDED2)
    return (leaves.get(0x80000001, [0] * 4)[2] >> 2 & 1 and
            leaves.get(0x8000000a, [0] * 4)[3] & NESTED_PAGING)


def gives(backend):
    """True if a guest of KVM has what the backend needs."""
    try:
        fd = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.close(fcntl.ioctl(fd, CREATE_VM, 0))
        return bool(_asks(fd, backend))
    except OSError:
        return False
    finally:
        os.close(fd)


if __name__ == "__main__":
    sys.exit(not gives(sys.argv[1]))
