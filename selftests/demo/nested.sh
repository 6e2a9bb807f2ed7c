#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the emulated machine: load KVM with nesting and run ./run on it. See nested.
#
# Usage: nested.sh BACKEND KERNEL PYTHONHOME
set -u
vendor=intel
# With posted interrupts Bochs delivers vector 0. Polling before a vCPU halts is
# expensive in an emulator.
options="enable_apicv=0"
[ "$1" = vmx ] || vendor=amd options=
modprobe kvm halt_poll_ns=0 && modprobe kvm_$vendor nested=1 $options || exit 1
echo "nested KVM: kvm_$vendor nested=$(cat /sys/module/kvm_$vendor/parameters/nested)"
export LPAR_KERNEL=$2 PYTHONHOME=$3
cd /lpar && exec selftests/demo/run "$1"
