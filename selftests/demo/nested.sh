#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the emulated machine: KVM with nesting, and ./run on it. See nested.
#
# Usage: nested.sh BACKEND KERNEL PYTHONHOME
set -u
vendor=intel
# With posted interrupts Bochs delivers vector 0; polling before a vCPU halts
# costs an emulator what a computer has to spare.
options="enable_apicv=0"
[ "$1" = vmx ] || vendor=amd options=
modprobe kvm halt_poll_ns=0 && modprobe kvm_$vendor nested=1 $options || exit 1
echo "KVM nests: kvm_$vendor nested=$(cat /sys/module/kvm_$vendor/parameters/nested)"
export LPAR_KERNEL=$2 PYTHONHOME=$3
cd /lpar && exec selftests/demo/run "$1"
