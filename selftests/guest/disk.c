// SPDX-License-Identifier: GPL-2.0
/*
 * Work on the guest's first disk: write blocks with direct I/O, flush, read them back,
 * compare, and start again with other data.
 *
 * Kernel command line: lpar.disk=DEVICE (default /dev/vda)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define BLOCK		4096
#define BLOCKS		64
#define OFFSET		1048576		/* behind the first blocks of a file system */

static struct disk_shared {
	volatile uint64_t round;
	volatile uint64_t bad;
	volatile int error;
	volatile uint64_t longest;	/* longest time for one block, in ns */
} *shared;

static pid_t pid;

static void fill(uint64_t *words, uint64_t round, int block)
{
	size_t i;

	for (i = 0; i < BLOCK / sizeof(*words); i++)
		words[i] = round << 32 | block << 16 | i;
}

static void record_error(int error)
{
	shared->error = error;
	shared->bad++;
}

static void record_time(uint64_t since)
{
	uint64_t ns = now_ns() - since;

	if (ns > shared->longest)
		shared->longest = ns;
}

static void write_round(int fd, uint64_t *words, uint64_t round)
{
	uint64_t from;
	int i;

	for (i = 0; i < BLOCKS; i++) {
		fill(words, round, i);
		from = now_ns();
		if (pwrite(fd, words, BLOCK, OFFSET + i * BLOCK) != BLOCK)
			record_error(errno);
		record_time(from);
	}
	if (fdatasync(fd))
		record_error(errno);
}

static void read_round(int fd, uint64_t *words, uint64_t round)
{
	uint64_t wanted[BLOCK / sizeof(*words)];
	int i;

	for (i = 0; i < BLOCKS; i++) {
		fill(wanted, round, i);
		if (pread(fd, words, BLOCK, OFFSET + i * BLOCK) != BLOCK)
			record_error(errno);
		else if (memcmp(words, wanted, BLOCK))
			record_error(EILSEQ);
	}
}

static void run_disk(int unused)
{
	char path[64] = "/dev/vda";
	uint64_t *words, round;
	int fd;

	(void)unused;
	option_text("disk", path, sizeof(path));
	words = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (fd < 0)
		record_error(errno);
	for (round = 1; fd >= 0; round++) {
		write_round(fd, words, round);
		read_round(fd, words, round);
		shared->round = round;
	}
	for (;;)
		pause();
}

void disk_start(void)
{
	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!pid)
		pid = work_child(run_disk, 0);
}

void disk_stop(void)
{
	work_stop_child(&pid);
}

void disk_report(void)
{
	if (!pid)
		return;
	if (shared->bad)
		say("DISK %llu BAD %llu errno %d", (unsigned long long)shared->round,
		    (unsigned long long)shared->bad, shared->error);
	else
		say("DISK %llu ok LONGEST %llu", (unsigned long long)shared->round,
		    (unsigned long long)shared->longest);
}
