// SPDX-License-Identifier: GPL-2.0
/*
 * Where lpar.ko is installed: by DKMS, by make install, or with the kernel.
 */
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/module.h"

bool module_find(const struct ctx *ctx, const char *release, char path[PATH_MAX])
{
	static const char * const places[] = {
		"updates/dkms", "updates", "extra", "kernel/drivers/virt/lpar",
	};
	static const char * const suffixes[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++)
			if (!cfs_path(ctx, path, "/lib/modules/%s/%s/lpar.ko%s", release,
				      places[i], suffixes[k]) && !access(path, R_OK))
				return true;
	return false;
}
