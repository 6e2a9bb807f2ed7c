/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of lpar.ko in the kernel log during a request: the system call that loads a
 * module returns only an errno.
 */
#ifndef LPARADM_KMSG_H
#define LPARADM_KMSG_H

#include "lib/cmd.h"

/* Start to listen. Return: a descriptor, or -1 if there is no log. */
int kmsg_open(const struct ctx *ctx);

/*
 * Print the module's messages since kmsg_open() as errors of @what, and close @fd.
 * Return: the number of lines.
 */
int kmsg_report(int fd, const char *what);

/* Stop listening. */
void kmsg_close(int fd);

#endif
