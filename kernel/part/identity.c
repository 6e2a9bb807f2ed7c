// SPDX-License-Identifier: GPL-2.0
/*
 * part/identity.c - the UUID of an LPAR, and what its guest reads of its identity.
 * Layer L3.
 */
#include <linux/string.h>
#include <linux/uuid.h>

#include "part/part.h"
#include "vdev/smbios.h"

static_assert(sizeof(guid_t) == SMBIOS_UUID_LEN);

void identity_defaults(struct lpar_want *want)
{
	guid_gen(&want->uuid);
}

int lpar_set_uuid(struct lpar *lpar, const char *text)
{
	size_t len = strcspn(text, "\n");
	guid_t uuid;

	if (len != UUID_STRING_LEN || guid_parse(text, &uuid) || guid_is_null(&uuid))
		return lpar_refuse(lpar, -EINVAL,
				   "uuid must be as 7d444840-9dc0-11d1-b245-5ffdce74fad2, and not all zeroes");
	lpar_set_lock(lpar);
	lpar->want.uuid = uuid;
	return lpar_set_end(lpar);
}

int lpar_show_uuid(struct lpar *lpar, char *buf, size_t size)
{
	guard(mutex)(&part.lock);
	return scnprintf(buf, size, "%pUl", &lpar->want.uuid);
}

void identity_build(struct lpar *lpar, struct smbios_config *config)
{
	guard(mutex)(&part.lock);
	strscpy(config->name, lpar->name, sizeof(config->name));
	export_guid(config->uuid, &lpar->want.uuid);
}
