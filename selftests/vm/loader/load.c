// SPDX-License-Identifier: GPL-2.0
/*
 * Loader of the test machine: loads what the directory sector lists from the first IDE
 * disk, adds the BIOS memory map to the zero page and enters the kernel. Outside of long
 * mode Bochs executes a "rep insw" at once, so programmed I/O is the fastest way.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define DIR_MAGIC	0x52494456	/* "VDIR" */
#define SECTOR		512

#define ATA_DATA	0x1f0
#define ATA_COUNT	0x1f2
#define ATA_LBA0	0x1f3
#define ATA_LBA1	0x1f4
#define ATA_LBA2	0x1f5
#define ATA_DEVICE	0x1f6
#define ATA_COMMAND	0x1f7		/* reads as status */
#define ATA_CONTROL	0x3f6
#define ATA_BSY		0x80
#define ATA_DRQ		0x08
#define ATA_ERR		0x21		/* ERR | DF */
#define ATA_LBA_MODE	0xe0
#define ATA_NIEN	0x02
#define CMD_SET_MULTIPLE	0xc6
#define CMD_READ_MULTIPLE	0xc4
#define MULTIPLE	16		/* the maximum of Bochs and QEMU */
#define MAX_SECTORS	256

#define E820_COUNT	((const volatile u32 *)0x6000)
#define E820_TABLE	((const u8 *)0x6004)
#define BP_E820_COUNT	0x1e8		/* offsets in struct boot_params */
#define BP_E820_TABLE	0x2d0
#define E820_ENTRY	20

struct dir_entry {
	u32 lba;
	u32 sectors;
	u32 dst;
};

struct directory {
	u32 magic;
	u32 count;
	u32 entry;
	u32 boot_params;
	u32 msr;		/* to be set in place of the firmware; 0: none */
	u32 msr_value;
	struct dir_entry list[];
};

#define DIRECTORY	((const struct directory *)0x7e00)

void enter_kernel(u32 entry, u32 boot_params) __attribute__((noreturn));
void load(void);

static inline void outb(u16 port, u8 val)
{
	asm volatile("outb %0, %1" : : "a"(val), "Nd"(port));
}

static inline u8 inb(u16 port)
{
	u8 val;

	asm volatile("inb %1, %0" : "=a"(val) : "Nd"(port));
	return val;
}

static void say(const char *s)
{
	while (*s)
		outb(0xe9, *s++);
}

static void stop(const char *why)
{
	say("@LOADER ");
	say(why);
	say("\n");
	for (;;)
		asm volatile("cli; hlt");
}

static void ata_wait(u8 want)
{
	u8 status;

	do {
		status = inb(ATA_COMMAND);
	} while (status & ATA_BSY);
	if (status & ATA_ERR)
		stop("disk error");
	while (want && !(status & want))
		status = inb(ATA_COMMAND);
}

static void ata_command(u8 cmd, u32 lba, u32 sectors)
{
	ata_wait(0);
	outb(ATA_DEVICE, ATA_LBA_MODE | ((lba >> 24) & 0xf));
	outb(ATA_COUNT, sectors);	/* 256 is written as 0 */
	outb(ATA_LBA0, lba);
	outb(ATA_LBA1, lba >> 8);
	outb(ATA_LBA2, lba >> 16);
	outb(ATA_COMMAND, cmd);
}

static void ata_read(u32 lba, u32 sectors, u32 dst)
{
	while (sectors) {
		u32 part = sectors < MAX_SECTORS ? sectors : MAX_SECTORS;
		u32 left = part;

		ata_command(CMD_READ_MULTIPLE, lba, part);
		while (left) {
			u32 now = left < MULTIPLE ? left : MULTIPLE;
			u32 words = now * SECTOR / 2;

			ata_wait(ATA_DRQ);
			asm volatile("rep insw"
				     : "+D"(dst), "+c"(words)
				     : "d"(ATA_DATA) : "memory");
			left -= now;
		}
		lba += part;
		sectors -= part;
	}
}

static void copy_e820(u8 *bp)
{
	u32 i, count = *E820_COUNT;

	for (i = 0; i < count * E820_ENTRY; i++)
		bp[BP_E820_TABLE + i] = E820_TABLE[i];
	bp[BP_E820_COUNT] = count;
}

static void set_msr(u32 msr, u32 value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"(value), "d"(0));
}

void load(void)
{
	const struct directory *dir = DIRECTORY;
	u32 i;

	if (dir->magic != DIR_MAGIC)
		stop("no directory");
	outb(ATA_CONTROL, ATA_NIEN);
	ata_command(CMD_SET_MULTIPLE, 0, MULTIPLE);
	for (i = 0; i < dir->count; i++)
		ata_read(dir->list[i].lba, dir->list[i].sectors,
			 dir->list[i].dst);
	ata_wait(0);
	if (dir->msr)
		set_msr(dir->msr, dir->msr_value);
	copy_e820((u8 *)dir->boot_params);
	say("@LOADER kernel\n");
	enter_kernel(dir->entry, dir->boot_params);
}
