# SPDX-License-Identifier: GPL-2.0
"""Fetch packages and sources of another Debian suite, without installing them.

The configuration of this computer's apt is not changed: only its mirror is used, with
separate lists and state. apt verifies all downloads by the archive's signature.
"""
import os
import re
import shutil
import subprocess

DEFAULT_MIRROR = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
TIMEOUT = 30		# seconds for the mirror to answer


class AptError(Exception):
    """An error of apt, in one line."""


def mirror():
    """$LPAR_MIRROR, else the Debian mirror of this computer's apt."""
    if os.environ.get("LPAR_MIRROR"):
        return os.environ["LPAR_MIRROR"]
    out = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(SITE)",
         "Created-By: Packages"],
        check=False, text=True, capture_output=True).stdout
    for line in out.splitlines():
        origin, _, site = line.partition(" ")
        if origin == "Debian" and site.rstrip("/").endswith("/debian"):
            return site
    return DEFAULT_MIRROR


def reason(text):
    """The first error in apt's output, without progress lines."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[2:].strip() for line in lines if line.startswith(("E:", "W:"))]
    return (errors or lines or ["no error message"])[0]


class Apt:
    """apt with separate lists and state, for one suite; kind: deb, deb-src."""

    def __init__(self, suite, where, kind="deb"):
        if not shutil.which("apt-get"):
            raise AptError("this computer has no apt-get")
        self.suite = suite
        for name in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(where, name), exist_ok=True)
        sources = os.path.join(where, "sources.list")
        with open(sources, "w", encoding="ascii") as out:
            out.write(f"{kind} [signed-by={KEYRING}] {mirror()} {suite} main\n")
        status = os.path.join(where, "status")
        open(status, "w", encoding="ascii").close()
        self.options = [f"-o{key}={value}" for key, value in {
            "Dir::Etc::SourceList": sources,
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": os.path.join(where, "lists"),
            "Dir::State::status": status,
            "Dir::Cache": os.path.join(where, "cache"),
            "Acquire::Languages": "none",
            "Acquire::http::Timeout": TIMEOUT,
            "Acquire::https::Timeout": TIMEOUT,
            "APT::Architecture": "amd64",
            "APT::Architectures": "amd64",
            "APT::Sandbox::User": "",
        }.items()]

    def get(self, *args, where=None):
        done = subprocess.run(["apt-get", *self.options, "-qq", *args], check=False,
                              text=True, capture_output=True, cwd=where)
        if done.returncode:
            raise AptError(reason(done.stderr + done.stdout))

    def update(self):
        # By default apt only warns if an index file cannot be fetched.
        self.get("-oAPT::Update::Error-Mode=any", "update")

    def show(self, package):
        """Fields of the candidate version; empty if there is none."""
        out = subprocess.run(["apt-cache"] + self.options +
                             ["show", "--no-all-versions", package],
                             check=False, text=True, capture_output=True).stdout
        return dict(re.findall(r"^([A-Z][\w-]*): (.*)$", out, re.M))

    def download(self, packages, where):
        os.makedirs(where, exist_ok=True)
        self.get("download", *packages, where=where)

    def source(self, package, where):
        """The upstream archive of a source package."""
        os.makedirs(where, exist_ok=True)
        self.get("source", "--tar-only", "--download-only", package, where=where)
