/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Init of a test guest, which is an ordinary Linux in an LPAR: it reports on the console
 * what resources it has, brings hot-added ones online automatically, and keeps work
 * running. Its children only compute, on a page shared with init, which does all the
 * printing.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_MAX_CPUS	64
#define NSEC_PER_SEC	1000000000ULL
#define NSEC_PER_MSEC	1000000ULL

/* guest.c: console and small helpers */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
uint64_t now_ns(void);
bool read_line(const char *path, char *buf, size_t len);
int write_text(const char *path, const char *text);
long option(const char *name, long value);
bool option_text(const char *name, char *buf, size_t len);
long meminfo_kb(const char *key);
int online_cpus(void);

/* reads.c */
int reads_main(int argc, char **argv);

/* dma.c */
int dma_main(int argc, char **argv);

/* zeroes.c */
int zero_main(int argc, char **argv);
int zeroes_main(int argc, char **argv);

/* hotplug.c */
int hotplug_open(void);
void hotplug_event(int fd);
int button_open(void);
bool button_pressed(int fd);

/* work.c */
void work_init(void);
bool work_start(const char *name);
void work_cpu_online(int cpu);
void work_report(void);
void work_status(void);
void work_reset_gap(void);
void work_samples(void);
bool work_stop_one(const char *name);
void work_stop(void);
pid_t work_child(void (*run)(int), int arg);
void work_stop_child(pid_t *pid);

/* samples.c */
struct samples;
struct samples *samples_new(void);
void samples_clear(struct samples *s);
void samples_add(struct samples *s, uint64_t ns, uint64_t count);
void samples_print(struct samples *s);

/* disk.c */
void disk_start(void);
void disk_report(void);
void disk_stop(void);

#endif
