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
 * only: then KVM's is the one, and it looks at each CPU's own state, so it
 * serves ours too. True: it was registered, and has to be unregistered.
 */
static inline bool compat_emergency_register(void (*disable)(void))
{
	if (__symbol_get("kvm_rebooting")) {
		__symbol_put("kvm_rebooting");
		return false;
	}
	cpu_emergency_register_virt_callback(disable);
	return true;
}

/* Only what compat_emergency_register() said true to. */
static inline void compat_emergency_unregister(void (*disable)(void))
{
	cpu_emergency_unregister_virt_callback(disable);
}

#endif /* LPAR_COMPAT_H */
