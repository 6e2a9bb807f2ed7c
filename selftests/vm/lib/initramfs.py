# SPDX-License-Identifier: GPL-2.0
"""Write an uncompressed initramfs (cpio "newc"), with the libraries of its binaries."""
import lzma
import os
import re
import stat
import subprocess
import tempfile

BUSYBOX = "/bin/busybox"
SIGNED = b"~Module signature appended~\n"


class Initramfs:
    """Collects entries; parent directories are added automatically."""

    def __init__(self):
        self.parts = []
        self.seen = set()
        self.inode = 0

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        name = name.strip("/")
        if name in self.seen:
            return
        parent = os.path.dirname(name)
        if parent:
            self._entry(parent, stat.S_IFDIR | 0o755)
        self.seen.add(name)
        self.inode += 1
        raw = name.encode() + b"\0"
        head = "070701" + "".join(f"{v:08x}" for v in (
            self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0))
        block = head.encode() + raw
        block += bytes(-len(block) % 4) + data + bytes(-len(data) % 4)
        self.parts.append(block)

    def directory(self, name):
        self._entry(name, stat.S_IFDIR | 0o755)

    def text(self, name, text, mode=0o644):
        self._entry(name, stat.S_IFREG | mode, text.encode())

    def symlink(self, name, target):
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def node(self, name, major, minor):
        self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def add(self, host, name):
        """Add a file or a tree, with the libraries of dynamic binaries."""
        if os.path.isdir(host):
            self.directory(name)
            for entry in sorted(os.listdir(host)):
                self.add(os.path.join(host, entry), f"{name}/{entry}")
            return
        mode = stat.S_IMODE(os.stat(host).st_mode)
        if name.endswith(".ko") and not signed(host):
            self._entry(name, stat.S_IFREG | mode, stripped(host))
            return
        with open(host, "rb") as source:
            data = source.read()
        self._entry(name, stat.S_IFREG | mode, data)
        if data[:4] == b"\x7fELF":
            for lib in libraries(host):
                self.add(lib, lib)

    def module(self, host, name):
        """Add a stock module, decompressed, as not every insmod can do that."""
        if plain(host) == host:
            self.add(host, name)
        else:
            self._entry(name, stat.S_IFREG | 0o644, unpacked(host))

    def busybox(self):
        self.add(BUSYBOX, "/bin/busybox")
        names = subprocess.run([BUSYBOX, "--list"], check=True,
                               capture_output=True, text=True).stdout.split()
        for name in names:
            if name != "busybox":
                self.symlink(f"/bin/{name}", "busybox")
        for link in ("sbin", "usr/bin", "usr/sbin"):
            self.symlink(link, "/bin")

    def pack(self):
        self._entry("TRAILER!!!", 0)
        data = b"".join(self.parts)
        return data + bytes(-len(data) % 512)


def plain(path):
    """A module's file name without the suffix of its compression."""
    return path[:-len(".xz")] if path.endswith(".xz") else path


def unpacked(path):
    """The contents of a compressed module."""
    with lzma.open(path) as data:
        return data.read()


def signed(module):
    with open(module, "rb") as data:
        data.seek(-len(SIGNED), os.SEEK_END)
        return data.read() == SIGNED


def stripped(module):
    """A module without its debug information."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["strip", "--strip-debug", "-o", out.name, module],
                       check=True)
        return out.read()


def libraries(binary):
    """Shared objects and interpreter of a dynamic binary; none for a static one."""
    out = subprocess.run(["ldd", binary], capture_output=True, text=True,
                         check=False).stdout
    return re.findall(r"(?:=> )?(/\S+) \(0x", out)


def add_modules(archive, modules, version, names):
    """Add stock kernel modules with their dependencies, for modprobe."""
    deps = {}
    with open(os.path.join(modules, "modules.dep"), encoding="ascii") as table:
        for line in table:
            path, need = line.split(":")
            key = os.path.basename(path).split(".ko")[0].replace("-", "_")
            deps[key] = (path, need.split())
    base = f"/lib/modules/{version}"
    lines = []
    for name in names:
        key = name.replace("-", "_")
        if key not in deps:
            raise FileNotFoundError(f"{modules}: no module {name}")
        path, need = deps[key]
        for each in [path] + need:
            archive.module(os.path.join(modules, each), f"{base}/{plain(each)}")
            mod = os.path.basename(each).split(".ko")[0].replace("-", "_")
            needs = " ".join(plain(need) for need in deps[mod][1])
            lines.append(f"{plain(each)}: {needs}\n")
    archive.text(f"{base}/modules.dep", "".join(dict.fromkeys(lines)))
