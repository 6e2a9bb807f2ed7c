/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - differences between host kernel versions, and nothing else.
 *
 * The only file with #if on LINUX_VERSION_CODE.
 */
#ifndef LPAR_COMPAT_H
#define LPAR_COMPAT_H

#include <linux/module.h>
#include <linux/version.h>
#include <asm/reboot.h>

/*
 * A crashing host switches virtualisation off on every CPU through one
 * callback. KVM registers it too when it is loaded, and there is room for one
 * only: then KVM's is the one, and it knows nothing of our CPUs; a crash
 * kernel that starts on one CPU is not disturbed by that.
 */
static inline void compat_emergency_register(void (*disable)(void))
{
	if (!__symbol_get("kvm_rebooting"))
		cpu_emergency_register_virt_callback(disable);
	else
		__symbol_put("kvm_rebooting");
}

/* Nothing happens when it was not ours. */
static inline void compat_emergency_unregister(void (*disable)(void))
{
	if (!__symbol_get("kvm_rebooting"))
		cpu_emergency_unregister_virt_callback(disable);
	else
		__symbol_put("kvm_rebooting");
}

#endif /* LPAR_COMPAT_H */
