// SPDX-License-Identifier: GPL-2.0
/*
 * The work of a test guest: a counter that detects when the machine stalls, a checksum
 * over most of its memory, and a spinning process per CPU.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define COUNTER_PRIO	50
#define BURN_NICE	10
#define BURN_BATCH	10000
#define REPORT_MS	1000		/* checksum, burn and disk */
#define CHECKSUM_PERCENT	60
#define WORDS_PER_MB	(1048576 / sizeof(uint64_t))
#define GOLDEN		0x9e3779b97f4a7c15ULL

/* Written by the children, read by init. */
struct shared {
	volatile uint64_t count;
	volatile uint64_t count_at;
	volatile uint64_t gap;
	volatile uint64_t gap_reset;	/* written by init */
	volatile uint64_t round;
	volatile uint64_t bad_rounds;
	volatile uint64_t bad_sum;
	volatile uint64_t checksum_mb;
	struct {
		volatile uint64_t iterations;
		uint64_t pad[7];
	} burn[GUEST_MAX_CPUS];
};

static struct shared *shared;
static struct samples *samples;
static pid_t counter_pid, checksum_pid, burn_pid[GUEST_MAX_CPUS];
static bool burning;

void work_init(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	samples = samples_new();
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

pid_t work_child(void (*run)(int), int arg)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(arg);
		_exit(0);
	}
	return pid;
}

/* Real-time, so that a gap is due to the machine and not to another process. */
static void run_counter(int cpu)
{
	struct sched_param prio = { .sched_priority = COUNTER_PRIO };
	struct timespec pause = { .tv_nsec = NSEC_PER_MSEC };
	uint64_t last, reset = 0;

	pin(cpu);
	sched_setscheduler(0, SCHED_FIFO, &prio);
	last = now_ns();
	for (;;) {
		uint64_t now;

		nanosleep(&pause, NULL);
		now = now_ns();
		if (shared->gap_reset != reset) {
			reset = shared->gap_reset;
			shared->gap = 0;
			samples_clear(samples);
		}
		if (now - last > shared->gap)
			shared->gap = now - last;
		last = now;
		shared->count_at = now;
		shared->count++;
		samples_add(samples, now, shared->count);
	}
}

/* The rotation makes the sum depend on the order of the words. */
static uint64_t sum_add(uint64_t s, uint64_t word)
{
	return (s << 1 | s >> 63) + word;
}

/* An emulator takes as long for the loop's own instructions as for the sum's: unrolled. */
static uint64_t sum(const uint64_t *word, size_t count)
{
	uint64_t s = 0;
	size_t i;

#pragma GCC unroll 16
	for (i = 0; i < count; i++)
		s = sum_add(s, word[i]);
	return s;
}

/* Fill the words. Return: what their sum must be. */
static uint64_t fill(uint64_t *word, size_t count)
{
	uint64_t seed = now_ns() | 1, s = 0;
	size_t i;

#pragma GCC unroll 16
	for (i = 0; i < count; i++) {
		word[i] = seed += GOLDEN;
		s = sum_add(s, seed);
	}
	return s;
}

static void run_checksum(int mb)
{
	size_t count = mb * WORDS_PER_MB;
	uint64_t *words, expected, got;

	words = mmap(NULL, count * sizeof(*words), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (words == MAP_FAILED)
		return;
	expected = fill(words, count);
	shared->checksum_mb = mb;
	for (;;) {
		got = sum(words, count);
		if (got != expected) {
			shared->bad_sum = got ^ expected;
			shared->bad_rounds++;
		}
		shared->round++;
	}
}

static void run_burn(int cpu)
{
	volatile int i;

	pin(cpu);
	if (nice(BURN_NICE) < 0)
		return;
	for (;;) {
		for (i = 0; i < BURN_BATCH; i++)
			;
		shared->burn[cpu].iterations++;
	}
}

void work_cpu_online(int cpu)
{
	if (burning && cpu < GUEST_MAX_CPUS && !burn_pid[cpu])
		burn_pid[cpu] = work_child(run_burn, cpu);
}

static void start_burn(void)
{
	cpu_set_t set;
	int cpu;

	burning = true;
	sched_getaffinity(0, sizeof(set), &set);
	for (cpu = 0; cpu < GUEST_MAX_CPUS; cpu++)
		if (CPU_ISSET(cpu, &set))
			work_cpu_online(cpu);
}

bool work_start(const char *name)
{
	if (!strcmp(name, "counter")) {
		if (!counter_pid)
			counter_pid = work_child(run_counter, 0);
	} else if (!strcmp(name, "checksum")) {
		long mb = meminfo_kb("MemFree") / 1024 * CHECKSUM_PERCENT / 100;

		mb = option("checksum_mb", mb);
		if (!checksum_pid)
			checksum_pid = work_child(run_checksum, mb);
	} else if (!strcmp(name, "burn")) {
		start_burn();
	} else if (!strcmp(name, "disk")) {
		disk_start();
	} else {
		return false;
	}
	return true;
}

static void report_checksum(void)
{
	if (!shared->bad_rounds)
		say("CHECKSUM %llu ok", (unsigned long long)shared->round);
	else
		say("CHECKSUM %llu BAD %llx",
		    (unsigned long long)shared->round,
		    (unsigned long long)shared->bad_sum);
}

static void report_counter(void)
{
	say("COUNTER %llu %llu GAP %llu", (unsigned long long)shared->count,
	    (unsigned long long)shared->count_at,
	    (unsigned long long)shared->gap);
}

static void report_burn(void)
{
	int cpu;

	for (cpu = 0; cpu < GUEST_MAX_CPUS; cpu++)
		if (burn_pid[cpu])
			say("BURN cpu%d %llu", cpu, (unsigned long long)
			    shared->burn[cpu].iterations);
}

/* Print what has changed, each kind at most once per interval. */
void work_report(void)
{
	static uint64_t next_counter, next_work, last_count, last_round;
	uint64_t now = now_ns();

	if (counter_pid && now >= next_counter && shared->count != last_count) {
		next_counter = now + option("interval", 100) * NSEC_PER_MSEC;
		last_count = shared->count;
		report_counter();
	}
	if (now < next_work)
		return;
	next_work = now + option("report", REPORT_MS) * NSEC_PER_MSEC;
	if (checksum_pid && shared->round != last_round) {
		last_round = shared->round;
		report_checksum();
	}
	report_burn();
	disk_report();
}

void work_status(void)
{
	report_counter();
	if (checksum_pid)
		report_checksum();
	report_burn();
	disk_report();
}

void work_reset_gap(void)
{
	shared->gap_reset++;
}

void work_samples(void)
{
	samples_print(samples);
}

void work_stop_child(pid_t *pid)
{
	if (*pid > 0)
		kill(*pid, SIGKILL);
	*pid = 0;
}

static void stop_burn(void)
{
	int cpu;

	for (cpu = 0; cpu < GUEST_MAX_CPUS; cpu++)
		work_stop_child(&burn_pid[cpu]);
	burning = false;
}

bool work_stop_one(const char *name)
{
	if (!strcmp(name, "counter"))
		work_stop_child(&counter_pid);
	else if (!strcmp(name, "checksum"))
		work_stop_child(&checksum_pid);
	else if (!strcmp(name, "burn"))
		stop_burn();
	else if (!strcmp(name, "disk"))
		disk_stop();
	else
		return false;
	return true;
}

void work_stop(void)
{
	work_stop_child(&counter_pid);
	work_stop_child(&checksum_pid);
	stop_burn();
	disk_stop();
}
