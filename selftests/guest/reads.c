// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a block device with direct I/O and prints the time; for the benchmark, in guests
 * and on the host. A subcommand of init:
 *
 *	init reads DEVICE rand|seq REQUESTS DEPTH [NAME]
 *
 * Prints "disk rand|seq DEPTH REQUESTS BYTES MICROSECONDS INTERRUPTS". The interrupts are
 * those of the lines of /proc/interrupts with NAME (default: virtio).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define RAND_BYTES	4096
#define SEQ_BYTES	(256 * 1024)
#define MAX_DEPTH	64

struct reader {
	int fd;
	uint64_t size;
	size_t bytes;
	bool seq;
	long requests, begun, ended;
	int depth;
	uint64_t seed;
	aio_context_t ctx;
	char *buf;
};

/* Sum of the counts of all CPUs in the lines that contain @name. */
static long interrupts(const char *name)
{
	FILE *f = fopen("/proc/interrupts", "r");
	char line[1024], *p, *end;
	long sum = 0, n;

	while (f && fgets(line, sizeof(line), f)) {
		p = strstr(line, name) ? strchr(line, ':') : NULL;
		if (!p)
			continue;
		for (p++;; p = end) {
			n = strtol(p, &end, 10);
			/* "PCI-MSI ..." follows the counts. */
			if (end == p || *end != ' ')
				break;
			sum += n;
		}
	}
	if (f)
		fclose(f);
	return sum;
}

/* xorshift64 */
static uint64_t draw(struct reader *r)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return r->seed;
}

static bool begin(struct reader *r, long slot)
{
	uint64_t blocks = r->size / r->bytes;
	struct iocb cb = {
		.aio_data = slot,
		.aio_lio_opcode = IOCB_CMD_PREAD,
		.aio_fildes = r->fd,
		.aio_buf = (uint64_t)(r->buf + slot * r->bytes),
		.aio_nbytes = r->bytes,
		.aio_offset = (r->seq ? (uint64_t)r->begun % blocks : draw(r) % blocks) *
			      r->bytes,
	}, *list[] = { &cb };

	r->begun++;
	return syscall(SYS_io_submit, r->ctx, 1, list) == 1;
}

static bool wait_for_some(struct reader *r)
{
	struct io_event ev[MAX_DEPTH];
	long i, n = syscall(SYS_io_getevents, r->ctx, 1, r->depth, ev, NULL);

	for (i = 0; i < n; i++) {
		if (ev[i].res != (int64_t)r->bytes)
			return false;
		r->ended++;
		if (r->begun < r->requests && !begin(r, ev[i].data))
			return false;
	}
	return n > 0;
}

static bool run(struct reader *r)
{
	while (r->begun < r->depth && r->begun < r->requests)
		if (!begin(r, r->begun))
			return false;
	while (r->ended < r->requests)
		if (!wait_for_some(r))
			return false;
	return true;
}

static bool open_reader(struct reader *r, const char *path)
{
	r->fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (r->fd < 0 || ioctl(r->fd, BLKGETSIZE64, &r->size))
		return false;
	r->buf = mmap(NULL, r->depth * r->bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return r->buf != MAP_FAILED && !syscall(SYS_io_setup, r->depth, &r->ctx);
}

int reads_main(int argc, char **argv)
{
	struct reader r = { .seed = 88172645463325252ULL };
	const char *name = argc > 5 ? argv[5] : "virtio";
	uint64_t from;
	long irqs;

	if (argc < 5)
		return 2;
	r.seq = !strcmp(argv[2], "seq");
	r.requests = atol(argv[3]);
	r.depth = atoi(argv[4]);
	r.bytes = r.seq ? SEQ_BYTES : RAND_BYTES;
	if (r.depth < 1 || r.depth > MAX_DEPTH || !open_reader(&r, argv[1])) {
		printf("reads: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	irqs = interrupts(name);
	from = now_ns();
	if (!run(&r)) {
		printf("reads: %s: %ld of %ld\n", argv[1], r.ended, r.requests);
		return 1;
	}
	from = now_ns() - from;
	printf("disk %s %d %ld %zu %llu %ld\n", argv[2], r.depth, r.requests, r.bytes,
	       (unsigned long long)from / 1000, interrupts(name) - irqs);
	return 0;
}
