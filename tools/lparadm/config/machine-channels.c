// SPDX-License-Identifier: GPL-2.0
/*
 * The channels of a configuration: comparing and applying them.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/request.h"
#include "config/machine.h"
#include "lib/parse.h"

bool machine_channel_has(const struct channel *c, const char *name)
{
	return channel_has_key(channel_get(c, "type"), name);
}

bool machine_channel_differs(const struct channel *now,
			     const struct channel *want)
{
	for (int i = 0; i < want->n; i++) {
		const char *value = channel_get(now, want->attr[i].name);

		if (!machine_channel_has(want, want->attr[i].name))
			continue;
		if (!value || strcmp(value, want->attr[i].value))
			return true;
	}
	return false;
}

static bool channel_stays(const struct machine *now, const struct machine *want,
			  const struct partition *w, const char *word)
{
	const struct channel *is, *to_be;
	unsigned int id;

	if (channel_id(word, &id) ||
	    !channel_listed(w->attr[A_CHANNELS].text, id))
		return false;
	is = channels_find(now->channels, now->nchannels, id);
	to_be = channels_find(want->channels, want->nchannels, id);
	return is && to_be && !machine_channel_differs(is, to_be);
}

char *machine_channels_kept(const struct machine *now,
			    const struct machine *want,
			    const struct partition *p,
			    const struct partition *w)
{
	char *copy = strdup(p->attr[A_CHANNELS].text), *rest = copy, *word;
	char *kept = calloc(1, strlen(p->attr[A_CHANNELS].text) + 1);

	if (!copy || !kept)
		errx(LPARADM_FAILED, "out of memory");
	while ((word = next_word(&rest))) {
		if (!channel_stays(now, want, w, word))
			continue;
		if (*kept)
			strcat(kept, " ");
		strcat(kept, word);
	}
	free(copy);
	return kept;
}

static int channel_failed(unsigned int id, const char *what, int err)
{
	char who[32];

	snprintf(who, sizeof(who), "channel %u", id);
	return fail(who, what, "%s", strerror(err));
}

static int remove_one(const struct ctx *ctx, unsigned int id)
{
	char path[PATH_MAX];
	int ret = cfs_path(ctx, path, CHANNELS_DIR "/%u", id);

	if (!ret && rmdir(path))
		ret = -errno;
	return ret ? channel_failed(id, "remove", -ret) : LPARADM_OK;
}

static int add_one(const struct ctx *ctx, unsigned int id)
{
	char path[PATH_MAX], who[32];
	int ret = cfs_path(ctx, path, CHANNELS_DIR "/%u", id);

	if (ret)
		return channel_failed(id, "add", -ret);
	snprintf(who, sizeof(who), "channel %u", id);
	return mkdir(path, 0755) ?
	       request_refused(ctx, "channels", who, "add", errno) : LPARADM_OK;
}

/* A channel of another type is a different one: it is removed and added again. */
static bool is_another(const struct channel *now, const struct channel *want)
{
	const char *a = channel_get(now, "type"), *b = channel_get(want, "type");

	return a && b && strcmp(a, b);
}

static int write_attrs(const struct ctx *ctx, const struct channel *now,
		       const struct channel *want)
{
	for (int rank = 0; rank < CHANNEL_RANKS; rank++) {
		for (int i = 0; i < want->n; i++) {
			const char *name = want->attr[i].name;
			const char *is = channel_get(now, name);

			if (!machine_channel_has(want, name) ||
			    channel_attr_rank(name) != rank ||
			    (is && !strcmp(is, want->attr[i].value)))
				continue;
			if (channel_write(ctx, want->id, name,
					  want->attr[i].value))
				return LPARADM_FAILED;
		}
	}
	return LPARADM_OK;
}

static int set_one(const struct ctx *ctx, const struct channel *want)
{
	struct channel now = { .id = want->id };
	int ret;

	channel_read(ctx, &now);
	ret = write_attrs(ctx, &now, want);
	channel_free(&now);
	return ret;
}

int machine_make_channels(const struct ctx *ctx, const struct machine *now,
			  struct machine *want)
{
	int ret = LPARADM_OK;

	for (int i = 0; i < now->nchannels && !ret; i++) {
		const struct channel *c = &now->channels[i];
		const struct channel *w = channels_find(want->channels,
							want->nchannels, c->id);

		if (w && want->channel_left_out[c->id])
			continue;
		if (!w || is_another(c, w))
			ret = remove_one(ctx, c->id);
	}
	for (int i = 0; i < want->nchannels && !ret; i++) {
		const struct channel *w = &want->channels[i];

		if (want->channel_left_out[w->id])
			continue;
		if (!cfs_exists(ctx, CHANNELS_DIR "/%u", w->id))
			ret = add_one(ctx, w->id);
		if (!ret)
			ret = set_one(ctx, w);
		if (ret && ctx->keep_going) {
			want->channel_left_out[w->id] = true;
			ret = LPARADM_OK;
		}
	}
	return ret;
}
