// SPDX-License-Identifier: GPL-2.0
/*
 * Measures how exactly the dispatcher keeps shares: reads the attribute `used` of LIPs
 * that compute without end, over windows of one second.
 *
 *	watch WINDOWS PERCENT FILE [PERCENT FILE]...
 *
 * prints for each LIP and window
 *
 *	share <percent due> <part of the pCPU> <part of the LIPs' total use>
 *
 * the parts in thousandths of a percent.
 *
 *	watch steps SECONDS LABEL EXITS
 *
 * counts the CPUID exits in an LPAR's file EXITS, one for each step of the
 * guest's work, and prints
 *
 *	watch <label> <thousandths of a step in one second>
 */
#include <err.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LIPS	8
#define NSEC		1000000000ULL

static __u64 read_number(const char *path)
{
	unsigned long long val;
	FILE *f = fopen(path, "r");

	if (!f || fscanf(f, "%llu", &val) != 1)
		err(1, "%s", path);
	fclose(f);
	return val;
}

static __u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC + ts.tv_nsec;
}

static void read_all(int n, char **lips, __u64 *used)
{
	int i;

	for (i = 0; i < n; i++)
		used[i] = read_number(lips[2 * i + 1]);
}

static void window(int n, char **lips)
{
	__u64 before[MAX_LIPS], after[MAX_LIPS], start, sum = 0, len;
	struct timespec second = { .tv_sec = 1 };
	int i;

	start = now();
	read_all(n, lips, before);
	nanosleep(&second, NULL);
	len = now() - start;
	read_all(n, lips, after);
	for (i = 0; i < n; i++)
		sum += after[i] - before[i];
	for (i = 0; i < n; i++)
		printf("share %s %llu %llu\n", lips[2 * i],
		       (after[i] - before[i]) * 100000ULL / len,
		       (after[i] - before[i]) * 100000ULL / (sum ? sum : 1));
}

static __u64 read_steps(const char *path)
{
	unsigned long long val = 0;
	char line[64];
	FILE *f = fopen(path, "r");

	if (!f)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) && sscanf(line, "cpuid %llu", &val) != 1)
		;
	fclose(f);
	return val;
}

static int steps(int seconds, const char *label, const char *path)
{
	struct timespec window = { .tv_sec = seconds };
	__u64 start = now(), before = read_steps(path), count, len;

	nanosleep(&window, NULL);
	count = read_steps(path) - before;
	len = now() - start;
	printf("watch %s %llu\n", label,
	       (unsigned long long)((double)count * 1000 * NSEC / len));
	return !count;
}

int main(int argc, char **argv)
{
	int windows, n = (argc - 2) / 2;

	if (argc == 5 && !strcmp(argv[1], "steps"))
		return steps(atoi(argv[2]), argv[3], argv[4]);
	if (argc < 4 || argc % 2 || n > MAX_LIPS)
		errx(1, "usage: watch WINDOWS PERCENT FILE [PERCENT FILE]...");
	for (windows = atoi(argv[1]); windows > 0; windows--)
		window(n, argv + 2);
	return 0;
}
