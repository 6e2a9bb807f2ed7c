// SPDX-License-Identifier: GPL-2.0
/*
 * vdev/smbios.c - SMBIOS tables. SMBIOS specification: "SMBIOS 3.0 (64-bit) entry point",
 * "BIOS Information (Type 0)", "System Information (Type 1)", "System Enclosure or Chassis
 * (Type 3)", "End-of-Table (Type 127)".
 *
 * L0: includes L0 headers only; writes nothing but the caller's buffer.
 */
#include "pure.h"
#include "vdev/checksum.h"
#include "vdev/smbios.h"

#define SMBIOS_MAJOR	3
#define SMBIOS_MINOR	0
#define SMBIOS_VENDOR	"lpar"
#define SMBIOS_PRODUCT	"LPAR"
#define SMBIOS_VERSION	"1"
/* Linux takes a system without a date, or with one before 2008, for an old board. */
#define SMBIOS_DATE	"11/30/2026"

#define SMBIOS_BIOS_UNKNOWN	BIT(3)	/* "BIOS Characteristics are not supported" */
#define SMBIOS_BIOS_VIRTUAL	BIT(4)	/* extension byte 2: a virtual machine */
#define SMBIOS_WAKE_POWER	6	/* wake-up type: power switch */
#define SMBIOS_CHASSIS_OTHER	1
#define SMBIOS_STATE_UNKNOWN	2

enum smbios_type {
	SMBIOS_BIOS = 0,
	SMBIOS_SYSTEM = 1,
	SMBIOS_CHASSIS = 3,
	SMBIOS_END = 127,
};

/* Numbers of strings begin with 1; 0 is none. */
struct smbios_head {
	u8 type;
	u8 length;
	__le16 handle;
} __packed;

struct smbios_bios {
	struct smbios_head head;
	u8 vendor;
	u8 version;
	__le16 segment;
	u8 date;
	u8 rom_size;
	__le64 characteristics;
	u8 extension[2];
	u8 release[4];
} __packed;

struct smbios_system {
	struct smbios_head head;
	u8 manufacturer;
	u8 product;
	u8 version;
	u8 serial;
	u8 uuid[SMBIOS_UUID_LEN];
	u8 wake_up;
	u8 sku;
	u8 family;
} __packed;

struct smbios_chassis {
	struct smbios_head head;
	u8 manufacturer;
	u8 type;
	u8 version;
	u8 serial;
	u8 asset_tag;
	u8 boot_state;
	u8 power_state;
	u8 thermal_state;
	u8 security;
} __packed;

struct smbios_entry {
	char anchor[5];
	u8 checksum;
	u8 length;
	u8 major, minor, docrev;
	u8 revision;
	u8 reserved;
	__le32 max_size;
	__le64 address;
} __packed;

static_assert(sizeof(struct smbios_bios) == 0x18);
static_assert(sizeof(struct smbios_system) == 0x1b);
static_assert(sizeof(struct smbios_chassis) == 0x0d);
static_assert(sizeof(struct smbios_entry) == 0x18);

/* struct smbios_out - where the next structure goes, and its handle */
struct smbios_out {
	u8 *at;
	u16 handle;
};

static void smbios_string(struct smbios_out *out, const char *text)
{
	size_t len = strlen(text) + 1;

	memcpy(out->at, text, len);
	out->at += len;
}

/* Append a structure and its strings; strings[] ends with NULL. */
static void smbios_add(struct smbios_out *out, enum smbios_type type,
		       struct smbios_head *head, size_t size, const char *const strings[])
{
	int i;

	head->type = type;
	head->length = size;
	head->handle = cpu_to_le16(out->handle++);
	memcpy(out->at, head, size);
	out->at += size;
	for (i = 0; strings[i]; i++)
		smbios_string(out, strings[i]);
	/* a set of strings ends with an empty one, also a set without strings */
	if (!i)
		smbios_string(out, "");
	smbios_string(out, "");
}

static void smbios_add_bios(struct smbios_out *out)
{
	static const char *const strings[] = {
		SMBIOS_VENDOR, SMBIOS_VERSION, SMBIOS_DATE, NULL
	};
	struct smbios_bios bios = {
		.vendor = 1, .version = 2, .date = 3,
		.characteristics = cpu_to_le64(SMBIOS_BIOS_UNKNOWN),
		.extension = { 0, SMBIOS_BIOS_VIRTUAL },
		/* no release, no embedded controller */
		.release = { 0xff, 0xff, 0xff, 0xff },
	};

	smbios_add(out, SMBIOS_BIOS, &bios.head, sizeof(bios), strings);
}

static void smbios_add_system(struct smbios_out *out, const struct smbios_config *config)
{
	const char *const strings[] = {
		SMBIOS_VENDOR, SMBIOS_PRODUCT, SMBIOS_VERSION, config->name, NULL
	};
	struct smbios_system system = {
		.manufacturer = 1, .product = 2, .version = 3, .serial = 4,
		.wake_up = SMBIOS_WAKE_POWER,
	};

	memcpy(system.uuid, config->uuid, sizeof(system.uuid));
	smbios_add(out, SMBIOS_SYSTEM, &system.head, sizeof(system), strings);
}

static void smbios_add_chassis(struct smbios_out *out, const struct smbios_config *config)
{
	const char *const strings[] = { SMBIOS_VENDOR, config->name, NULL };
	struct smbios_chassis chassis = {
		.manufacturer = 1, .type = SMBIOS_CHASSIS_OTHER, .asset_tag = 2,
		.boot_state = SMBIOS_STATE_UNKNOWN, .power_state = SMBIOS_STATE_UNKNOWN,
		.thermal_state = SMBIOS_STATE_UNKNOWN, .security = SMBIOS_STATE_UNKNOWN,
	};

	smbios_add(out, SMBIOS_CHASSIS, &chassis.head, sizeof(chassis), strings);
}

static void smbios_add_end(struct smbios_out *out)
{
	static const char *const strings[] = { NULL };
	struct smbios_head head = {};

	smbios_add(out, SMBIOS_END, &head, sizeof(head), strings);
}

size_t smbios_build(const struct smbios_config *config, void *buf, u64 gpa)
{
	struct smbios_entry *entry = buf;
	struct smbios_out out = { .at = buf };
	u8 *first = out.at + ALIGN(sizeof(*entry), SMBIOS_ALIGN);

	memset(buf, 0, SMBIOS_MAX);
	out.at = first;
	smbios_add_bios(&out);
	smbios_add_system(&out, config);
	smbios_add_chassis(&out, config);
	smbios_add_end(&out);

	memcpy(entry->anchor, "_SM3_", sizeof(entry->anchor));
	entry->length = sizeof(*entry);
	entry->major = SMBIOS_MAJOR;
	entry->minor = SMBIOS_MINOR;
	entry->revision = 1;
	entry->max_size = cpu_to_le32(out.at - first);
	entry->address = cpu_to_le64(gpa + (first - (u8 *)buf));
	entry->checksum = firmware_checksum(entry, sizeof(*entry));
	return out.at - (u8 *)buf;
}
