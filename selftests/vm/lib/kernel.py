# SPDX-License-Identifier: GPL-2.0
"""The stock kernel that tests run on: find it and extract the ELF image.

Debian's vmlinuz decompresses itself with XZ, which takes most of a boot on an
emulated CPU; so extract the ELF image, once per version, without unloaded parts.
"""
import glob
import lzma
import os
import re
import struct
import subprocess

PT_LOAD = 1
EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
PHDR = struct.Struct("<IIQQQQQQ")


class KernelError(Exception):
    pass


def headers_version():
    """The kernel version that linux-headers-amd64 depends on."""
    out = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Depends}", "linux-headers-amd64"],
        capture_output=True, text=True, check=False).stdout
    match = re.search(r"linux-headers-(\S+)", out)
    if match:
        return match.group(1)
    found = sorted(glob.glob("/usr/src/linux-headers-*-amd64"))
    if found:
        return os.path.basename(found[-1])[len("linux-headers-"):]
    raise KernelError("no linux-headers-amd64 installed: run scripts/deps")


def find(build, version=None):
    """Return (version, vmlinuz, modules directory)."""
    version = version or headers_version()
    unpacked = os.path.join(build, "kernel", version, "root")
    for root in ("", unpacked, os.path.join(unpacked, "usr")):
        vmlinuz = f"{root}/boot/vmlinuz-{version}"
        if os.path.exists(vmlinuz):
            for mods in (f"{root}/lib/modules/{version}",
                         f"{unpacked}/usr/lib/modules/{version}"):
                if os.path.isdir(mods):
                    return version, vmlinuz, mods
            return version, vmlinuz, None
    raise KernelError(f"no vmlinuz of {version}: run scripts/deps")


def payload(vmlinuz):
    """Unpack the ELF image of a bzImage."""
    data = open(vmlinuz, "rb").read()
    if data[0x202:0x206] != b"HdrS":
        raise KernelError(f"{vmlinuz}: not a bzImage")
    start = ((data[0x1f1] or 4) + 1) * 512
    offset, length = struct.unpack_from("<II", data, 0x248)
    packed = data[start + offset:start + offset + length]
    if packed[:6] == b"\xfd7zXZ\x00":
        return data, lzma.LZMADecompressor().decompress(packed)
    if packed[:4] == b"\x28\xb5\x2f\xfd":
        # The last four bytes are the uncompressed length.
        return data, subprocess.run(["zstd", "-dc"], input=packed[:-4],
                                    check=True, stdout=subprocess.PIPE).stdout
    raise KernelError(f"{vmlinuz}: unknown compression {packed[:6].hex()}")


def segments(elf):
    """Yield (paddr, memsz, bytes without trailing zeros, phdr) per PT_LOAD."""
    header = EHDR.unpack_from(elf)
    for i in range(header[10]):
        phdr = PHDR.unpack_from(elf, header[5] + i * header[9])
        if phdr[0] == PT_LOAD:
            yield (phdr[4], phdr[6],
                   elf[phdr[2]:phdr[2] + phdr[5]].rstrip(b"\0"), phdr)


def trim(elf):
    """The same ELF file with only its program headers and loaded segments."""
    header = list(EHDR.unpack_from(elf))
    phdrs = [list(PHDR.unpack_from(elf, header[5] + i * header[9]))
             for i in range(header[10])]
    header[5], header[6] = EHDR.size, 0
    header[11] = header[12] = header[13] = 0
    body, offset, moved = [], 4096, []
    for phdr in phdrs:
        if phdr[0] != PT_LOAD:
            continue
        data = elf[phdr[2]:phdr[2] + phdr[5]].rstrip(b"\0")
        moved.append((phdr[2], phdr[5], offset))
        phdr[2], phdr[5] = offset, len(data)
        body.append((offset, data))
        offset = (offset + len(data) + 4095) & ~4095
    for phdr in phdrs:
        for old, size, new in moved:
            if phdr[0] != PT_LOAD and old <= phdr[2] < old + size:
                phdr[2] += new - old
                break
    out = bytearray(offset)
    out[:EHDR.size] = EHDR.pack(*header)
    for i, phdr in enumerate(phdrs):
        PHDR.pack_into(out, EHDR.size + i * PHDR.size, *phdr)
    for start, data in body:
        out[start:start + len(data)] = data
    return bytes(out)


def newer(target, source):
    return (os.path.exists(target)
            and os.path.getmtime(target) >= os.path.getmtime(source))


def write_trimmed(vmlinux, elf):
    os.makedirs(os.path.dirname(vmlinux), exist_ok=True)
    temp = f"{vmlinux}.{os.getpid()}"
    with open(temp, "wb") as out:
        out.write(trim(elf))
    os.rename(temp, vmlinux)


def unpack(build, version=None):
    """Return (version, vmlinuz, trimmed vmlinux, modules); cached by mtime."""
    version, vmlinuz, mods = find(build, version)
    vmlinux = os.path.join(build, "kernel", version, "vmlinux")
    if not newer(vmlinux, vmlinuz):
        write_trimmed(vmlinux, payload(vmlinuz)[1])
    return version, vmlinuz, vmlinux, mods


def from_tree(tree):
    """The same for a kernel's build directory, with all modules built in."""
    source = os.path.join(tree, "vmlinux")
    vmlinux = os.path.join(tree, "vmlinux.trimmed")
    try:
        with open(os.path.join(tree, "include/config/kernel.release"),
                  encoding="ascii") as release:
            version = release.read().strip()
        if not newer(vmlinux, source):
            with open(source, "rb") as elf:
                write_trimmed(vmlinux, elf.read())
    except OSError as err:
        raise KernelError(f"{tree}: not the build directory of a kernel: {err}") from err
    return version, os.path.join(tree, "arch/x86/boot/bzImage"), vmlinux, None
