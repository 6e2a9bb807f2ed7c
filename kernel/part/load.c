// SPDX-License-Identifier: GPL-2.0
/*
 * IPL: bring kernel, initrd, command line and firmware tables into an LPAR's
 * storage and start its LIP 0. Everything that can be refused is refused by
 * load_prepare(), while the guest that was there before still runs. Layer L3.
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
#include "vdev/layout.h"

/**
 * struct load - an IPL that was prepared
 * @m: whose
 * @kernel_data: the whole kernel file
 * @kernel: what was found in it
 * @plan: where things go
 * @initrd: open file; its size is 0 where there is none
 * @page: the zero page
 * @boot: registers of LIP 0
 * @config: what the firmware shows
 * @acpi: the firmware tables, LAYOUT_ACPI_SIZE bytes
 * @acpi_image: how much of them is used
 * @cmdline: the command line as of now
 * @path: for the names of files, one after the other
 */
struct load {
	struct machine *m;
	void *kernel_data;
	struct boot_image kernel;
	struct boot_plan plan;
	struct host_image initrd;
	struct boot_zero_page page;
	struct boot_cpu_state boot;
	struct acpi_config config;
	void *acpi;
	struct acpi_image acpi_image;
	char cmdline[LPAR_CMDLINE_LEN];
	char path[LPAR_PATH_LEN];
};

void load_free(struct load *load)
{
	if (!load)
		return;
	vfree(load->kernel_data);
	host_image_close(&load->initrd);
	kvfree(load->acpi);
	kvfree(load);
}

DEFINE_FREE(load, struct load *, load_free(_T))

/* A copy: the setting may be written while a file is read. */
static void copy_text(char *to, const char *from, size_t size)
{
	guard(mutex)(&part.lock);
	strscpy(to, from, size);
}

/*
 * Prepare.
 */
static int explain_file(struct lpar_reason *why, enum lpar_reason_code code,
			int err)
{
	lpar_reason_set(why, code, NULL, -err, 0, 0);
	return err;
}

static int read_kernel(struct lpar *lpar, struct load *load,
		       struct lpar_reason *why)
{
	u64 ram = load->config.ram_size;
	struct host_image image;
	void *data;
	int err;

	copy_text(load->path, lpar->want.kernel, sizeof(load->path));
	if (!load->path[0]) {
		lpar_reason_set(why, LPAR_REASON_NO_KERNEL, NULL, 0, 0, 0);
		return -ENOENT;
	}
	err = host_image_open(load->path, &image);
	if (err)
		return explain_file(why, LPAR_REASON_IMAGE_FILE, err);
	if (image.size > ram) {
		lpar_reason_set(why, LPAR_REASON_IMAGE_SIZE, NULL, image.size,
				ram, 0);
		host_image_close(&image);
		return -ENOSPC;
	}
	data = host_image_read(&image, ram);
	host_image_close(&image);
	if (IS_ERR(data))
		return explain_file(why, LPAR_REASON_IMAGE_FILE, PTR_ERR(data));
	load->kernel_data = data;
	return boot_image_parse(data, image.size, &load->kernel, why);
}

static int open_initrd(struct lpar *lpar, struct load *load,
		       struct lpar_reason *why)
{
	int err;

	copy_text(load->path, lpar->want.initrd, sizeof(load->path));
	if (!load->path[0])
		return 0;
	err = host_image_open(load->path, &load->initrd);
	if (err)
		return explain_file(why, LPAR_REASON_INITRD, err);
	err = initrd_check(&load->initrd, why);
	if (err && why->code == LPAR_REASON_NONE)
		return explain_file(why, LPAR_REASON_INITRD, err);
	return err;
}

static int build_tables(struct load *load)
{
	load->acpi = kvzalloc(LAYOUT_ACPI_SIZE, GFP_KERNEL);
	if (!load->acpi)
		return -ENOMEM;
	return acpi_build(&load->config, load->acpi, LAYOUT_ACPI_SIZE,
			  &load->acpi_image);
}

static int load_files(struct lpar *lpar, struct load *load,
		   struct lpar_reason *why)
{
	int err;

	copy_text(load->cmdline, lpar->want.cmdline, sizeof(load->cmdline));
	err = read_kernel(lpar, load, why);
	if (!err)
		err = open_initrd(lpar, load, why);
	if (!err)
		err = boot_plan_make(&load->kernel, load->config.ram_size,
				     load->initrd.size, strlen(load->cmdline),
				     &load->plan, why);
	if (!err)
		err = boot_zero_page_build(&load->page, &load->kernel,
					   &load->plan, LAYOUT_ACPI);
	if (!err)
		err = build_tables(load);
	return err;
}

struct load *load_prepare(struct lpar *lpar, struct lpar_reason *why)
{
	struct load *load __free(load) = kvzalloc(sizeof(*load), GFP_KERNEL);
	int err;

	lockdep_assert_held(&lpar->lock);
	if (!load)
		return ERR_PTR(-ENOMEM);
	load->m = lpar->machine;
	part_build(lpar, &load->config);
	err = load_files(lpar, load, why);
	if (err)
		return ERR_PTR(err);
	boot_cpu_state(&load->plan, &load->boot);
	return_ptr(load);
}

/*
 * Commit.
 */
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

static int initrd_write(void *ctx, u64 offset, const void *data, size_t len)
{
	struct load *load = ctx;

	return guest_write(load, load->plan.initrd + offset, data, len);
}

static int write_all(struct load *load, struct lpar_reason *why)
{
	const struct boot_mem mem = { .write = guest_write, .ctx = load };
	int err;

	err = boot_load_kernel(&mem, &load->kernel,
			       load->kernel_data);
	if (!err && load->initrd.size) {
		err = host_image_stream(&load->initrd, initrd_write, load);
		if (err)
			return explain_file(why, LPAR_REASON_INITRD, err);
	}
	if (!err)
		err = boot_load_tables(&mem, &load->page, &load->plan,
				       load->cmdline);
	if (!err)
		err = guest_write(load, LAYOUT_ACPI, load->acpi,
				  load->acpi_image.used);
	return err;
}

int load_commit(struct lpar *lpar, struct load *load, struct lpar_reason *why)
{
	int err;

	lockdep_assert_held(&lpar->lock);
	/* Nothing of the guest before may reach the next one. */
	inbox_forget(lpar);
	part_forget(lpar);
	machine_quiet_slots(load->m);
	part_wipe(lpar);
	lpar->dirty = true;
	err = write_all(load, why);
	if (err)
		return err;
	machine_reset(load->m, &load->boot);
	part_look(lpar);
	machine_start(load->m);
	return 0;
}
