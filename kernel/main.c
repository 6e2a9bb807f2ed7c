// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - module load and unload: one table of units, undone in reverse.
 */
#include <linux/module.h>

#include "cpu/dispatch.h"
#include "host/pages.h"
#include "host/pcidev.h"
#include "hw/hw.h"
#include "iface/iface.h"
#include "part/lpar.h"

struct lpar_unit {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
};

static int lpar_processor_init(void)
{
	return hw_init(host_va);
}

/* Lower layers first. */
static const struct lpar_unit lpar_units[] = {
	{ "processor", lpar_processor_init, hw_exit },
	{ "monitor", dispatch_guards_init, dispatch_guards_exit },
	{ "PCI driver", pcidev_init, pcidev_exit },
	{ "resources", lpar_system_init, lpar_system_exit },
	{ "sysfs", lpar_sysfs_init, lpar_sysfs_exit },
	{ "console", lpar_tty_init, lpar_tty_exit },
	{ "configfs", lpar_configfs_init, lpar_configfs_exit },
};

static void lpar_units_exit(size_t n)
{
	while (n--)
		lpar_units[n].exit();
}

static int __init lpar_module_init(void)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(lpar_units); i++) {
		err = lpar_units[i].init();
		if (!err)
			continue;
		pr_err("lpar: %s: initialisation failed: error %d\n", lpar_units[i].name,
		       err);
		lpar_units_exit(i);
		return err;
	}
	return 0;
}

static void __exit lpar_module_exit(void)
{
	lpar_units_exit(ARRAY_SIZE(lpar_units));
}

module_init(lpar_module_init);
module_exit(lpar_module_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("lpar developers");
MODULE_DESCRIPTION("Partition monitor: logical partitions on VMX or SVM");
