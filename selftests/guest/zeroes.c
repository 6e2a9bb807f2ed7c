// SPDX-License-Identifier: GPL-2.0
/*
 * Zero a range of a disk, or check that it is zero. Subcommands of init:
 *
 *	init zero FILE FROM BYTES	write zeroes (BLKZEROOUT)
 *	init zeroes FILE FROM BYTES	check that all is zero
 *
 * In an emulator cmp, which compares byte by byte, takes minutes for 16 MiB. BYTES is a
 * multiple of 8. On failure prints the first byte that is not zero or cannot be read.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest.h"

/* The number of zero bytes at the current position, up to @bytes. */
static long zeroes(int fd, long bytes)
{
	static uint64_t words[8192];
	size_t i, want = sizeof(words);
	long done = 0;

	while (done < bytes) {
		if (want > (size_t)(bytes - done))
			want = bytes - done;
		if (read(fd, words, want) != (ssize_t)want)
			return done;
		for (i = 0; i < want / sizeof(*words); i++)
			if (words[i])
				return done + i * sizeof(*words);
		done += want;
	}
	return done;
}

int zero_main(int argc, char **argv)
{
	uint64_t range[2];
	int fd;

	if (argc != 4)
		return 2;
	range[0] = atol(argv[2]);
	range[1] = atol(argv[3]);
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd >= 0 && !ioctl(fd, BLKZEROOUT, range))
		return 0;
	perror(argv[1]);
	return 1;
}

int zeroes_main(int argc, char **argv)
{
	long from, bytes, done;
	int fd;

	if (argc != 4)
		return 2;
	from = atol(argv[2]);
	bytes = atol(argv[3]);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || lseek(fd, from, SEEK_SET) != from) {
		perror(argv[1]);
		return 1;
	}
	done = zeroes(fd, bytes);
	if (done == bytes)
		return 0;
	printf("%s: byte %ld\n", argv[1], from + done);
	return 1;
}
