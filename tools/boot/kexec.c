// SPDX-License-Identifier: GPL-2.0
/*
 * Load and start a kernel, in the boot loader of LPARs. kexec-tools would do as well, but its
 * Debian package needs Xen's libraries, and takes over the reboots of the host on which it is
 * installed.
 *
 *	kexec load KERNEL INITRD COMMANDLINE	INITRD may be empty
 *	kexec start
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the errors of kexec_file_load() mean, where strerror() is misleading. */
static const char *reason(int err)
{
	switch (err) {
	case ENOEXEC:
		return "it is not a 64-bit bzImage";
	case EINVAL:
		return "it is damaged, or its command line is too long";
	case EADDRNOTAVAIL:
	case ENOMEM:
	case EFBIG:
		return "kernel and initrd do not fit into the main storage";
	default:
		return strerror(err);
	}
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return fd;
}

static int load(const char *kernel, const char *initrd, const char *cmdline)
{
	unsigned long flags = *initrd ? 0 : KEXEC_FILE_NO_INITRAMFS;
	int kernel_fd, initrd_fd = -1;

	kernel_fd = open_file(kernel);
	if (kernel_fd < 0)
		return 1;
	if (*initrd) {
		initrd_fd = open_file(initrd);
		if (initrd_fd < 0)
			return 1;
	}
	if (!syscall(SYS_kexec_file_load, kernel_fd, initrd_fd, strlen(cmdline) + 1, cmdline,
		     flags))
		return 0;
	fprintf(stderr, "%s\n", reason(errno));
	return 1;
}

static int start(void)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC,
		NULL);
	fprintf(stderr, "%s\n", strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "load"))
		return load(argv[2], argv[3], argv[4]);
	if (argc == 2 && !strcmp(argv[1], "start"))
		return start();
	fprintf(stderr, "usage: kexec load KERNEL INITRD COMMANDLINE | kexec start\n");
	return 2;
}
