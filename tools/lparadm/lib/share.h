/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A console that several look at: one process reads the tty, and hands what it reads to
 * those who watch, over a socket. A lock on the tty says who reads it.
 */
#ifndef LPARADM_SHARE_H
#define LPARADM_SHARE_H

#include <stddef.h>

#include "lib/cmd.h"

#define SHARE_WATCHERS 8

struct share {
	int socket;			/* -1: nobody can watch */
	int watcher[SHARE_WATCHERS];	/* -1: free */
	bool yielding;			/* one who types wants the tty of one who watches */
};

/* Is nobody else reading the tty @fd? It is this process's until it closes it. */
bool share_lock(int fd);

/* Let others watch console @number. */
void share_begin(const struct ctx *ctx, struct share *s, unsigned int number);
void share_end(struct share *s);

/* Take who has come; hear what they ask. */
void share_accept(struct share *s);

/* To all who watch; one that does not keep up is dropped. */
void share_send(struct share *s, const char *buf, size_t len);

/* Watch console @number. @take: ask one who only watches to go. Return: a socket, or -1. */
int share_watch(const struct ctx *ctx, unsigned int number, bool take);

#endif
