// SPDX-License-Identifier: GPL-2.0
/*
 * IPL: load kernel, initrd, command line and firmware tables into an LPAR's storage
 * and start its LIP 0. load_prepare() makes all checks while the previous guest still
 * runs. Layer L3.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "boot/bootparams.h"
#include "boot/image.h"
#include "host/image.h"
#include "host/pages.h"
#include "machine/slot.h"
#include "part/part.h"
#include "part/resource.h"
#include "vdev/acpi.h"
#include "vdev/bios.h"
#include "vdev/layout.h"
#include "vdev/smbios.h"

/**
 * struct load - a prepared IPL
 * @m: the machine
 * @kernel_file: open file
 * @kernel: the parsed image
 * @plan: guest addresses of all parts
 * @initrd: open file; size 0 if there is none
 * @page: the zero page
 * @boot: registers of LIP 0
 * @config: resources that the firmware describes
 * @identity: name and UUID that the firmware tells
 * @acpi: the firmware tables, LAYOUT_ACPI_SIZE bytes
 * @acpi_image: the used part of them
 * @bios: contents of the firmware area, LAYOUT_BIOS_SIZE bytes
 * @cmdline: copy of the command line
 * @path: copy of the path of one file at a time
 */
struct load {
	struct machine *m;
	struct host_image kernel_file;
	struct boot_image kernel;
	struct boot_plan plan;
	struct host_image initrd;
	struct boot_params page;
	struct boot_cpu_state boot;
	struct acpi_config config;
	struct smbios_config identity;
	void *acpi;
	struct acpi_image acpi_image;
	void *bios;
	char cmdline[LPAR_CMDLINE_LEN];
	char path[LPAR_PATH_LEN];
};

void load_free(struct load *load)
{
	if (!load)
		return;
	host_image_close(&load->kernel_file);
	host_image_close(&load->initrd);
	kvfree(load->acpi);
	kvfree(load->bios);
	kvfree(load);
}

DEFINE_FREE(load, struct load *, load_free(_T))

/* Copy a setting, which may be written while a file is read. */
static void copy_text(char *to, const char *from, size_t size)
{
	guard(mutex)(&part.lock);
	strscpy(to, from, size);
}

static int set_file_reason(struct lpar_reason *why, enum lpar_reason_code code,
			   int err)
{
	lpar_reason_set(why, code, NULL, -err, 0, 0);
	return err;
}

static int read_header(void *ctx, u64 offset, void *to, size_t len)
{
	return host_image_pread(ctx, offset, to, len);
}

static int open_kernel(struct lpar *lpar, const struct host_view *view, struct load *load,
		       struct lpar_reason *why)
{
	struct boot_file file = { .read = read_header, .ctx = &load->kernel_file };
	int err;

	copy_text(load->path, lpar->want.kernel, sizeof(load->path));
	if (!load->path[0]) {
		lpar_reason_set(why, LPAR_REASON_NO_KERNEL, NULL, 0, 0, 0);
		return -ENOENT;
	}
	err = host_image_open(view, load->path, &load->kernel_file);
	if (err)
		return set_file_reason(why, LPAR_REASON_IMAGE_FILE, err);
	file.size = load->kernel_file.size;
	err = boot_image_parse(&file, &load->kernel, why);
	if (err && why->code == LPAR_REASON_NONE)
		return set_file_reason(why, LPAR_REASON_IMAGE_FILE, err);
	return err;
}

static int open_initrd(struct lpar *lpar, const struct host_view *view, struct load *load,
		       struct lpar_reason *why)
{
	int err;

	copy_text(load->path, lpar->want.initrd, sizeof(load->path));
	if (!load->path[0])
		return 0;
	err = host_image_open(view, load->path, &load->initrd);
	if (err)
		return set_file_reason(why, LPAR_REASON_INITRD, err);
	err = initrd_check(&load->initrd, why);
	if (err && why->code == LPAR_REASON_NONE)
		return set_file_reason(why, LPAR_REASON_INITRD, err);
	return err;
}

static int build_tables(struct load *load)
{
	load->acpi = kvzalloc(LAYOUT_ACPI_SIZE, GFP_KERNEL);
	load->bios = kvzalloc(LAYOUT_BIOS_SIZE, GFP_KERNEL);
	if (!load->acpi || !load->bios)
		return -ENOMEM;
	bios_build(load->bios);
	smbios_build(&load->identity, load->bios, LAYOUT_BIOS);
	return acpi_build(&load->config, load->acpi, LAYOUT_ACPI_SIZE,
			  &load->acpi_image);
}

/*
 * Read all that load_commit() will read, so that a running guest is not ended for
 * files that cannot be read, or by a signal. If there is room they stay in the page
 * cache.
 */
static int read_ahead(struct load *load, struct lpar_reason *why)
{
	const struct boot_segment *s;
	u32 i;
	int err;

	for (i = 0; i < load->kernel.nr_segments; i++) {
		s = &load->kernel.seg[i];
		err = host_image_stream(&load->kernel_file, s->offset, s->filesz, NULL, NULL);
		if (err)
			return set_file_reason(why, LPAR_REASON_IMAGE_FILE, err);
	}
	err = host_image_stream(&load->initrd, 0, load->initrd.size, NULL, NULL);
	return err ? set_file_reason(why, LPAR_REASON_INITRD, err) : 0;
}

static int load_files(struct lpar *lpar, const struct host_view *view, struct load *load,
		      struct lpar_reason *why)
{
	int err;

	copy_text(load->cmdline, lpar->want.cmdline, sizeof(load->cmdline));
	err = open_kernel(lpar, view, load, why);
	if (err)
		return err;
	err = open_initrd(lpar, view, load, why);
	if (err)
		return err;
	err = boot_plan_make(&load->kernel, load->config.ram_size, load->initrd.size,
			     strlen(load->cmdline), &load->plan, why);
	if (err)
		return err;
	if (lpar->dirty) {
		err = read_ahead(load, why);
		if (err)
			return err;
	}
	err = boot_zero_page_build(&load->page, &load->kernel, &load->plan, LAYOUT_ACPI);
	if (err)
		return err;
	return build_tables(load);
}

struct load *load_prepare(struct lpar *lpar, const struct host_view *view,
			  struct lpar_reason *why)
{
	struct load *load __free(load) = kvzalloc(sizeof(*load), GFP_KERNEL);
	int err;

	lockdep_assert_held(&lpar->lock);
	if (!load)
		return ERR_PTR(-ENOMEM);
	load->m = lpar->machine;
	part_build(lpar, &load->config);
	identity_build(lpar, &load->identity);
	err = load_files(lpar, view, load, why);
	if (err)
		return ERR_PTR(err);
	boot_cpu_state(&load->plan, &load->boot);
	return_ptr(load);
}

static int guest_zero(struct machine *m, u64 gpa, u64 len)
{
	size_t n;
	void *va;

	for (; len; gpa += n, len -= n) {
		va = machine_va(m, gpa, &n);
		if (!va)
			return -EFAULT;
		n = min_t(u64, n, len);
		memset(va, 0, n);
		cond_resched();
	}
	return 0;
}

static int guest_write(void *ctx, u64 gpa, const void *src, u64 len)
{
	struct load *load = ctx;

	if (!src)
		return guest_zero(load->m, gpa, len);
	return machine_write(load->m, gpa, src, len);
}

static int kernel_copy(void *ctx, u64 gpa, u64 offset, u64 len)
{
	struct load *load = ctx;
	int err;
	size_t n;
	void *va;

	for (; len; gpa += n, offset += n, len -= n) {
		va = machine_va(load->m, gpa, &n);
		if (!va)
			return -EFAULT;
		n = min_t(u64, n, len);
		err = host_image_pread(&load->kernel_file, offset, va, n);
		if (err)
			return err;
	}
	return 0;
}

static int initrd_write(void *ctx, u64 offset, const void *data, size_t len)
{
	struct load *load = ctx;

	return guest_write(load, load->plan.initrd + offset, data, len);
}

static int write_all(struct load *load, struct lpar_reason *why)
{
	const struct boot_mem mem = {
		.write = guest_write, .copy = kernel_copy, .ctx = load,
	};
	int err;

	err = boot_load_kernel(&mem, &load->kernel);
	if (err)
		return set_file_reason(why, LPAR_REASON_IMAGE_FILE, err);
	if (load->initrd.size) {
		err = host_image_stream(&load->initrd, 0, load->initrd.size, initrd_write,
					load);
		if (err)
			return set_file_reason(why, LPAR_REASON_INITRD, err);
	}
	err = boot_load_tables(&mem, &load->page, &load->plan, load->cmdline);
	if (err)
		return err;
	err = guest_write(load, LAYOUT_ACPI, load->acpi, load->acpi_image.used);
	if (err)
		return err;
	return guest_write(load, LAYOUT_BIOS, load->bios, LAYOUT_BIOS_SIZE);
}

int load_commit(struct lpar *lpar, struct load *load, struct lpar_reason *why)
{
	int err;

	lockdep_assert_held(&lpar->lock);
	/* nothing of the previous guest may affect the new one */
	inbox_forget(lpar);
	part_forget(lpar);
	lpar->ended = false;
	machine_quiet_slots(load->m);
	part_wipe(lpar);
	lpar->dirty = true;
	/* a signal must not interrupt from here on: the previous guest is gone */
	load->kernel_file.no_signal = true;
	load->initrd.no_signal = true;
	err = write_all(load, why);
	if (err)
		return err;
	machine_reset(load->m, &load->boot);
	part_look(lpar);
	machine_start(load->m);
	return 0;
}
