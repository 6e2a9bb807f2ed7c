/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sharing a console: one process reads the tty and forwards the output to watchers over a
 * socket. A lock on the tty marks the process that reads it.
 */
#ifndef LPARADM_SHARE_H
#define LPARADM_SHARE_H

#include <stddef.h>

#include "lib/cmd.h"

#define SHARE_WATCHERS 8

struct share {
	int socket;			/* -1: nobody can watch */
	int watcher[SHARE_WATCHERS];	/* -1: free */
	bool yielding;			/* a process that types wants the tty of this watcher */
};

/* Lock the tty @fd until it is closed. Return: false if another process reads it. */
bool share_lock(int fd);

/* Let others watch console @number. */
void share_begin(const struct ctx *ctx, struct share *s, unsigned int number);
void share_end(struct share *s);

/* Accept a connection and handle its request. */
void share_accept(struct share *s);

/* Send to all watchers; one that does not keep up is disconnected. */
void share_send(struct share *s, const char *buf, size_t len);

/* Connect to console @number. @take: ask a watcher to release it. Return: a socket, or -1. */
int share_watch(const struct ctx *ctx, unsigned int number, bool take);

#endif
