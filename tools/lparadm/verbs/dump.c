// SPDX-License-Identifier: GPL-2.0
/*
 * lparadm dump: write an ELF core of a guest that does not run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cfs.h"
#include "lib/request.h"
#include "verbs/verbs.h"

/* The kernel returns at most a page at a time; pages of zeros become holes. */
#define DUMP_PIECE 4096

struct dump {
	const struct ctx *ctx;
	const char *name;	/* of the LPAR */
	const char *file;	/* name of the output, for messages */
	int in, out;
	bool pipe;		/* the output cannot have holes */
	bool hole;		/* it ends with one so far */
};

static int dump_read_failed(const struct dump *d, int err)
{
	char *state = NULL;

	cfs_read(d->ctx, &state, CLASS_DIR "/%s/state", d->name);
	if (err == EBUSY)
		fail(d->name, "dump", "the LPAR is operating; stop it first");
	else if (err == ENODATA)
		fail(d->name, "dump", "the LPAR is %s, not stopped or failed",
		     state ? state : "gone");
	else
		fail(d->name, "dump", "%s", strerror(err));
	free(state);
	return LPARADM_FAILED;
}

static int dump_write_failed(const struct dump *d)
{
	return fail(d->name, "dump", "cannot write %s: %s", d->file, strerror(errno));
}

static bool is_zero(const char *piece, size_t len)
{
	static const char zeros[DUMP_PIECE];

	return !memcmp(piece, zeros, len);
}

static int dump_put(struct dump *d, const char *piece, size_t len)
{
	d->hole = !d->pipe && is_zero(piece, len);
	if (d->hole)
		return lseek(d->out, (off_t)len, SEEK_CUR) < 0 ? dump_write_failed(d) : 0;
	while (len) {
		ssize_t n = write(d->out, piece, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return dump_write_failed(d);
		piece += n;
		len -= (size_t)n;
	}
	return LPARADM_OK;
}

static int dump_copy(struct dump *d)
{
	char piece[DUMP_PIECE];
	ssize_t n;
	int ret;

	while ((n = read(d->in, piece, sizeof(piece))) > 0) {
		ret = dump_put(d, piece, (size_t)n);
		if (ret)
			return ret;
	}
	if (n < 0)
		return dump_read_failed(d, errno);
	if (d->hole && ftruncate(d->out, lseek(d->out, 0, SEEK_CUR)))
		return dump_write_failed(d);
	return LPARADM_OK;
}

/* A file gets its name when it is complete. */
static int dump_to_file(struct dump *d)
{
	char path[PATH_MAX];
	int ret;

	if (snprintf(path, sizeof(path), "%s.XXXXXX", d->file) >= (int)sizeof(path))
		return fail(d->name, "dump", "the name of the file is too long");
	d->out = mkstemp(path);
	if (d->out < 0)
		return dump_write_failed(d);
	ret = dump_copy(d);
	if ((fsync(d->out) || close(d->out)) && !ret)
		ret = dump_write_failed(d);
	if (!ret && rename(path, d->file))
		ret = dump_write_failed(d);
	if (ret)
		unlink(path);
	return ret;
}

static int cmd_dump(const struct ctx *ctx, int argc, char **argv)
{
	struct dump d = { .ctx = ctx, .name = argv[0], .file = argv[1] };
	char path[PATH_MAX];
	int ret = lpar_check(ctx, d.name);

	(void)argc;
	if (ret)
		return ret;
	ret = cfs_path(ctx, path, CLASS_DIR "/%s/core", d.name);
	if (ret)
		return fail(d.name, "dump", "%s", strerror(-ret));
	d.in = open(path, O_RDONLY | O_CLOEXEC);
	if (d.in < 0)
		return fail(d.name, "dump", "cannot open %s: %s", path, strerror(errno));
	d.pipe = !strcmp(d.file, "-");
	d.out = STDOUT_FILENO;
	ret = d.pipe ? dump_copy(&d) : dump_to_file(&d);
	close(d.in);
	return ret;
}

const struct cmd verb_dump = {
	.name = "dump",
	.args = "NAME FILE",
	.help = "write an ELF core of a stopped or failed guest; FILE -: to standard output",
	.min = 2,
	.max = 2,
	.run = cmd_dump,
};
