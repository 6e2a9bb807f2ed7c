# SPDX-License-Identifier: GPL-2.0
"""Bochs as the test machine: VMX with EPT, or SVM, on any x86 computer."""
import functools
import os
import re
import subprocess

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIOS = "/usr/share/bochs/BIOS-bochs-latest"
# Without ACPI, and without locking MSRs.
PLAIN_BIOS = "/usr/share/bochs/BIOS-bochs-legacy"
VGABIOS = ("/usr/share/bochs/VGABIOS-lgpl-latest",
           "/usr/share/vgabios/vgabios.bin")
MODELS = {"vmx": "corei7_skylake_x", "svm": "ryzen"}
IPS = 50_000_000	# ticks in one emulated second
QUANTUM = 32		# instructions of one turn of a CPU; ticks per round while it is halted
CHECKED = "LPAR_BOCHS_CHECKED"	# environment variable, see bochs/05-svm-clean-bits.patch
TIME0 = 1767225600	# the clock always starts at 2026-01-01


class BochsError(Exception):
    pass


@functools.cache
def binary():
    """The path that bochs/get prints; this may build it."""
    done = subprocess.run([os.path.join(HERE, "bochs", "get")], check=False,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise BochsError("no Bochs: see the messages above")
    return done.stdout.strip()


@functools.cache
def help_text(path, *topic):
    out = subprocess.run([path, "--help", *topic], capture_output=True,
                         text=True, check=False, stdin=subprocess.DEVNULL)
    return out.stdout + out.stderr


def has_debugger(path):
    return re.search(r"^\s+-rc ", help_text(path), re.M) is not None


def has_checks(path):
    """Whether its SVM can check more than a processor does, see bochs/*.patch."""
    with open(os.path.realpath(path), "rb") as data:
        return CHECKED.encode() in data.read()


def slowness():
    """Factor for timeouts, relative to a Bochs without debugger."""
    return 4 if has_debugger(binary()) else 1


def sound(path):
    """A build with sound support opens the sound device, and crashes without one."""
    if "sb16" in help_text(path, "features"):
        return ("sound: waveoutdrv=dummy, waveindrv=dummy,"
                " midioutdrv=dummy\n")
    return ""


def display(path):
    """nogui if this Bochs has it, else a VNC server that does not wait for a client."""
    with open(os.path.realpath(path), "rb") as data:
        if b"libnogui_gui_plugin" in data.read():
            return "nogui"
    plugins = "/usr/lib/x86_64-linux-gnu/bochs/plugins"
    if os.path.exists(f"{plugins}/libbx_nogui_gui.so"):
        return "nogui"
    return 'rfb, options="timeout=0"'


def ttys(opts):
    return "".join(f"com{i}: enabled=1, mode=term, dev={tty}\n"
                   for i, tty in enumerate(opts.tty, 2))


def command(work, disk, console, opts):
    """Write the configuration; return the command line."""
    path = binary()
    if os.path.exists(f"{disk}.lock"):	# left by an emulator that was killed
        os.unlink(f"{disk}.lock")
    vga = next(p for p in VGABIOS if os.path.exists(p))
    config = os.path.join(work, "bochsrc")
    ips = opts.ips or IPS
    with open(config, "w", encoding="ascii") as out:
        out.write(f"""\
display_library: {display(path)}
memory: guest={opts.mem}, host={opts.mem}
romimage: file={PLAIN_BIOS if opts.firmware_msr else BIOS}
vgaromimage: file={vga}
cpu: model={opts.cpu or MODELS[opts.backend]}, count={opts.cpus}, ips={ips}, quantum={opts.quantum or QUANTUM}, reset_on_triple_fault=0, ignore_bad_msrs=1
clock: sync=none, time0={TIME0}
pci: enabled=1, chipset=i440fx
vga: extension=vbe, update_freq=1
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path={disk}, mode=flat
ata1: enabled=0
boot: disk
com1: enabled=1, mode=file, dev={console}
{ttys(opts)}port_e9_hack: enabled=1
mouse: enabled=0
magic_break: enabled=0
log: {os.path.join(work, "bochs.log")}
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
{sound(path)}""")
    args = [path, "-q", "-f", config]
    if has_debugger(path):
        script = os.path.join(work, "bochs.cmd")
        with open(script, "w", encoding="ascii") as out:
            out.write("c\n")
        args += ["-rc", script]
    if opts.emulator == "bochs-checked":
        if not has_checks(path):
            raise BochsError(f"{path} does not check SVM: see selftests/vm/bochs")
        args = ["env", f"{CHECKED}=1", *args]
    return args


def kernel_args(opts):
    """Kernel arguments that this emulator needs.

    The TSC counts ticks, independent of its frequency in CPUID. MONITOR drops TLB
    entries of every CPU and MWAIT returns at once, so idle CPUs would spin.
    """
    args = [f"tsc_early_khz={(opts.ips or IPS) // 1000}", "tsc=reliable",
            "idle=halt"]
    if "Emulator 2." in help_text(binary()):
        # 2.7 reports the size of the uncompacted area for the compacted one.
        args.append("clearcpuid=xsaves,xsavec")
    return args


def last_words(work):
    """The last panics in Bochs' log."""
    with open(os.path.join(work, "bochs.log"), encoding="utf-8",
              errors="replace") as log:
        return [line.strip() for line in log if ">>PANIC<<" in line][-3:]
