// SPDX-License-Identifier: GPL-2.0
/*
 * failnth FILE VALUE [UNDO]: write VALUE to FILE while the kernel makes the first
 * allocation of this thread fail, then the second, and so on, until the write succeeds
 * without a failed allocation. After each success UNDO is written; without UNDO the
 * first success ends it. VALUE "-": mkdir and rmdir.
 *
 * The file that selects the allocation is /proc/thread-self/fail-nth, or, on kernels without
 * fault injection, that of the module in failing/.
 *
 * All in one process, as starting a process is slow on an emulated CPU.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT 2000

static int is_dir;

static int do_operation(int fd, const char *path, const char *value)
{
	if (is_dir)
		return mkdir(path, 0755) ? errno : 0;
	return pwrite(fd, value, strlen(value), 0) < 0 ? errno : 0;
}

static int undo_operation(int fd, const char *path, const char *value)
{
	if (is_dir)
		return rmdir(path);
	if (!*value)
		value = "\n";		/* as "echo" writes it */
	return pwrite(fd, value, strlen(value), 0) < 0;
}

/* 1: the @n-th allocation failed; 0: there are fewer; -1: fail-nth does not work. */
static int run_with_fault(int nth, int n, int fd, char **argv, int *err)
{
	char text[16] = "";
	int len = snprintf(text, sizeof(text), "%d", n);

	if (pwrite(nth, text, len, 0) < 0)
		return -1;
	*err = do_operation(fd, argv[1], argv[2]);
	memset(text, 0, sizeof(text));
	if (pread(nth, text, sizeof(text) - 1, 0) < 0 ||
	    pwrite(nth, "0", 1, 0) < 0)
		return -1;
	return atoi(text) == 0;
}

int main(int argc, char **argv)
{
	int nth, fd = -1, n, err, failed = 1, fatal = 0;

	if (argc < 3)
		return 2;
	is_dir = !strcmp(argv[2], "-");
	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth < 0)
		nth = open("/proc/lpar_failing", O_RDWR);
	if (!is_dir)
		fd = open(argv[1], O_WRONLY);
	if (nth < 0 || (!is_dir && fd < 0)) {
		perror(nth < 0 ? "fail-nth" : argv[1]);
		return 2;
	}
	for (n = 1; failed && n < LIMIT; n++) {
		failed = run_with_fault(nth, n, fd, argv, &err);
		if (failed < 0)
			return 2;
		fatal += !!err;
		if (err && err != ENOMEM)
			printf("# %d: %s\n", n, strerror(err));
		if (err && !failed)
			return 1;
		if (err)
			continue;
		if (!is_dir && argc < 4)
			break;
		if (undo_operation(fd, argv[1], argv[3])) {
			perror("undo");
			return 1;
		}
	}
	printf("# %d allocations, %d fatal\n", n - 1, fatal);
	return n == LIMIT;
}
