/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that replace the system's by ld's --wrap.
 */
#ifndef FAKEKERNEL_H
#define FAKEKERNEL_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include <libkmod.h>

typedef int (*run_fn)(struct kmod_module *mod, const char *cmd, void *data);
typedef void (*print_fn)(struct kmod_module *mod, bool install,
			 const char *options);

ssize_t __real_write(int fd, const void *buf, size_t len);
int __real_socket(int domain, int type, int protocol);
int __real_bind(int fd, const struct sockaddr *addr, socklen_t len);
int __real_mkdir(const char *path, mode_t mode);
ssize_t __wrap_write(int fd, const void *buf, size_t len);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_bind(int fd, const struct sockaddr *addr, socklen_t len);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
int __wrap_tcsendbreak(int fd, int duration);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rmdir(const char *path);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_nanosleep(const struct timespec *req, struct timespec *rem);
int __wrap_kmod_module_insert_module(struct kmod_module *mod,
				     unsigned int flags, const char *options);
int __wrap_kmod_module_probe_insert_module(struct kmod_module *mod,
					   unsigned int flags,
					   const char *options, run_fn run,
					   const void *data, print_fn print);
int __wrap_kmod_module_remove_module(struct kmod_module *mod,
				     unsigned int flags);

#endif
