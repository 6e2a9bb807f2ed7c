# SPDX-License-Identifier: GPL-2.0
"""Disk image for loader/: directory, kernel segments, initramfs."""
import os
import struct
import subprocess

from . import kernel, shared

SECTOR = 512
DIR_MAGIC = 0x52494456
DIR_SECTORS = 1
BOOT_PARAMS = 0x90000
CMDLINE = 0x91000
CMDLINE_MAX = 2047
CYLINDER = 16 * 63 * SECTOR		# Bochs requires whole cylinders
PAGE = 4096


def build_loader(source, out):
    with shared.alone(out):
        subprocess.run(["make", "-s", "-C", source, f"O={out}"], check=True)
        boot = bytearray(open(os.path.join(out, "boot.bin"), "rb").read())
        loader = open(os.path.join(out, "loader.bin"), "rb").read()
        names = subprocess.run(["nm", os.path.join(out, "boot.elf")],
                               check=True, capture_output=True, text=True).stdout
    patch = next(int(line.split()[0], 16) - 0x7c00
                 for line in names.splitlines()
                 if line.endswith(" boot_sectors"))
    loader += bytes(-len(loader) % SECTOR)
    struct.pack_into("<H", boot, patch, DIR_SECTORS + len(loader) // SECTOR)
    return bytes(boot), loader


def zero_page(vmlinuz, initrd, size):
    """struct boot_params; the loader itself adds the memory map."""
    page = bytearray(PAGE)
    with open(vmlinuz, "rb") as image:
        head = image.read(0x300)
    end = 0x202 + head[0x201]
    page[0x1f1:end] = head[0x1f1:end]
    page[0x210] = 0xff			# type_of_loader: unregistered
    struct.pack_into("<I", page, 0x218, initrd)
    struct.pack_into("<I", page, 0x21c, size)
    struct.pack_into("<I", page, 0x228, CMDLINE)
    return bytes(page)


def write(path, loader, vmlinuz, vmlinux, initramfs, opts, cmdline):
    """Write the image; loader is what build_loader() returned."""
    line = cmdline.encode()
    if len(line) > CMDLINE_MAX:
        raise kernel.KernelError("kernel command line is too long")
    elf = open(vmlinux, "rb").read()
    parts, end = [], 0
    for paddr, memsz, data, _ in kernel.segments(elf):
        parts.append((paddr, data))
        end = max(end, paddr + memsz)
    initrd = (end + 0xfffff) & ~0xfffff
    if initrd + len(initramfs) > min(opts.mem - 64, 3072) << 20:
        raise kernel.KernelError(f"initramfs of {len(initramfs) >> 20} MB does"
                                 f" not fit into {opts.mem} MB")
    parts += [(initrd, initramfs),
              (BOOT_PARAMS, zero_page(vmlinuz, initrd, len(initramfs))),
              (CMDLINE, line + b"\0")]
    boot, code = loader
    entry = kernel.EHDR.unpack_from(elf)[4]
    directory = struct.pack("<IIIIII", DIR_MAGIC, len(parts), entry, BOOT_PARAMS,
                            *(opts.firmware_msr or (0, 0)))
    lba = 1 + DIR_SECTORS + len(code) // SECTOR
    with open(path, "wb") as out:
        for paddr, data in parts:
            count = -(-len(data) // SECTOR)
            directory += struct.pack("<III", lba, count, paddr)
            out.seek(lba * SECTOR)
            out.write(data)
            lba += count
        out.seek(0)
        out.write(boot + directory.ljust(SECTOR, b"\0") + code)
        out.truncate(-(-lba * SECTOR // CYLINDER) * CYLINDER)
