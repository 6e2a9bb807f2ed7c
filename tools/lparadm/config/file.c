// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration as a YAML file, by libyaml: it has the line of each value, for error
 * messages, and quotes any kernel command line correctly.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yaml.h>

#include "lib/request.h"
#include "config/comments.h"
#include "config/machine.h"

#define VERSION "1"
#define HEADER "# lparadm restore applies this configuration. " \
	       "A state is defined, active or operating.\n"

struct file {
	yaml_document_t doc;
	struct mistakes bad;
	bool version;		/* it has a version */
};

void mistakes_add(struct mistakes *bad, size_t line, const char *fmt, ...)
{
	char where[PATH_MAX + 16], text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(where, sizeof(where), "%s:%zu", bad->file, line);
	fail(where, NULL, "%s", text);
	bad->nr++;
}

static size_t line_of(const yaml_node_t *n)
{
	return n->start_mark.line + 1;
}

static const char *file_scalar(struct file *f, const yaml_node_t *n)
{
	const char *text = (const char *)n->data.scalar.value;

	if (n->type != YAML_SCALAR_NODE) {
		mistakes_add(&f->bad, line_of(n), "expected a single value");
		return NULL;
	}
	if (strlen(text) != n->data.scalar.length || strchr(text, '\n') ||
	    strlen(text) >= VALUE_MAX) {
		mistakes_add(&f->bad, line_of(n),
			     "a value must be one line of fewer than %d characters",
			     VALUE_MAX);
		return NULL;
	}
	return text;
}

/* An earlier key of @map that is the same as @key; NULL: none. */
static const yaml_node_t *same_before(struct file *f, const yaml_node_t *map,
				      const yaml_node_pair_t *p, const char *key)
{
	const yaml_node_pair_t *q;

	for (q = map->data.mapping.pairs.start; q < p; q++) {
		const yaml_node_t *k = yaml_document_get_node(&f->doc, q->key);

		if (k->type == YAML_SCALAR_NODE &&
		    !strcmp((char *)k->data.scalar.value, key))
			return k;
	}
	return NULL;
}

/* Call @each for the entries of a mapping; duplicates of a key are errors. */
static void for_each(struct file *f, yaml_node_t *map, void *to,
		     void (*each)(struct file *f, const char *key,
				  yaml_node_t *k, yaml_node_t *v, void *to))
{
	yaml_node_pair_t *p;

	if (map->type != YAML_MAPPING_NODE) {
		mistakes_add(&f->bad, line_of(map), "expected KEY: VALUE lines");
		return;
	}
	for (p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(&f->doc, p->key);
		const char *key = file_scalar(f, k);
		const yaml_node_t *o = key ? same_before(f, map, p, key) : NULL;

		if (o)
			mistakes_add(&f->bad, line_of(k), "duplicate key %s, first in line %zu",
				     key, line_of(o));
		else if (key)
			each(f, key, k,
			     yaml_document_get_node(&f->doc, p->value), to);
	}
}

static void read_power(struct file *f, struct partition *p, yaml_node_t *v)
{
	const char *text = file_scalar(f, v);

	p->power_line = (unsigned int)line_of(v);
	for (int i = 0; text && i < POWER_COUNT; i++) {
		if (!strcmp(text, machine_powers[i])) {
			p->power = (enum power)i;
			return;
		}
	}
	if (text)
		mistakes_add(&f->bad, line_of(v),
			     "state %s: must be defined, active or operating", text);
}

static void read_attr(struct file *f, const char *key, yaml_node_t *k,
		      yaml_node_t *v, void *to)
{
	struct partition *p = to;

	if (!strcmp(key, "state")) {
		read_power(f, p, v);
		return;
	}
	for (int i = 0; i < A_COUNT; i++) {
		const char *text;

		if (strcmp(machine_attrs[i].name, key))
			continue;
		text = file_scalar(f, v);
		p->attr[i].line = (unsigned int)line_of(v);
		if (text)
			machine_set(&p->attr[i], &machine_attrs[i], text);
		return;
	}
	mistakes_add(&f->bad, line_of(k),
		     "%s: unknown key %s; known keys: ms_origin, ms_size, ms_expansion, es_size, shares, channels, capped, notify, memory_block, on_reset, on_triple_fault, on_panic, uuid, kernel, initrd, cmdline and state",
		     p->name, key);
}

static void read_one(struct file *f, const char *key, yaml_node_t *k,
		     yaml_node_t *v, void *to)
{
	struct machine *m = to;
	struct partition *p = &m->v[m->n];

	if (!lpar_name_valid(key)) {
		mistakes_add(&f->bad, line_of(k),
			     "\"%s\" is not a valid LPAR name: 1 to %d letters, digits, -, _ and ., not starting with .",
			     key, LPAR_NAME_LEN - 1);
		return;
	}
	if (m->n == LPAR_MAX_PARTS) {
		mistakes_add(&f->bad, line_of(k), "\"%s\": more than %d LPARs", key,
			     LPAR_MAX_PARTS);
		return;
	}
	m->n++;
	snprintf(p->name, sizeof(p->name), "%s", key);
	p->line = (unsigned int)line_of(k);
	for (int i = 0; i < A_COUNT; i++)
		machine_set(&p->attr[i], &machine_attrs[i], NULL);
	for_each(f, v, p, read_attr);
}

/* The form in which the kernel prints it. */
static void lower_case(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

static void read_channel_attr(struct file *f, const char *key, yaml_node_t *k,
			      yaml_node_t *v, void *to)
{
	struct channel *c = to;
	const char *text = file_scalar(f, v);
	char keys[CHANNEL_KEYS_TEXT];

	channel_keys(keys, NULL);
	if (!channel_has_key(NULL, key))
		mistakes_add(&f->bad, line_of(k), "channel %u: unknown key %s; known keys: %s",
			     c->id, key, keys);
	else if (text && channel_set(c, key, text, (unsigned int)line_of(v)))
		mistakes_add(&f->bad, line_of(k), "channel %u: more than %d keys", c->id,
			     CHANNEL_ATTRS);
	else if (text && !strcmp(key, "mac"))
		lower_case(c->attr[c->n - 1].value);
}

static void read_channel(struct file *f, const char *key, yaml_node_t *k,
			 yaml_node_t *v, void *to)
{
	struct machine *m = to;
	struct channel *c = &m->channels[m->nchannels];

	if (m->nchannels == LPAR_MAX_CHANNELS || channel_id(key, &c->id)) {
		mistakes_add(&f->bad, line_of(k),
			     "\"%s\" is not a channel id (0-%d)", key,
			     LPAR_MAX_CHANNELS - 1);
		return;
	}
	m->nchannels++;
	c->line = (unsigned int)line_of(k);
	for_each(f, v, c, read_channel_attr);
}

struct pool_part {
	struct machine *m;
	const char *dir;
};

static void read_setting(struct file *f, const char *key, yaml_node_t *k,
			 yaml_node_t *v, void *to)
{
	struct pool_part *part = to;

	for (int i = 0; i < P_COUNT; i++) {
		const char *text;

		if (strcmp(machine_pool[i].name, key) ||
		    strcmp(machine_pool[i].dir, part->dir))
			continue;
		text = file_scalar(f, v);
		part->m->pool[i].line = (unsigned int)line_of(v);
		if (text)
			machine_set(&part->m->pool[i], &machine_pool[i], text);
		return;
	}
	mistakes_add(&f->bad, line_of(k), "%s: unknown key %s", part->dir, key);
}

static void read_part(struct file *f, const char *key, yaml_node_t *k,
		      yaml_node_t *v, void *to)
{
	struct pool_part part = { to, key };
	const char *text;

	if (!strcmp(key, "version")) {
		text = file_scalar(f, v);
		f->version = true;
		if (text && strcmp(text, VERSION))
			mistakes_add(&f->bad, line_of(v), "version %s is not supported; use "
				     VERSION, text);
	} else if (!strcmp(key, "partitions")) {
		for_each(f, v, to, read_one);
	} else if (!strcmp(key, "channels")) {
		for_each(f, v, to, read_channel);
	} else if (!strcmp(key, "storage") || !strcmp(key, "processors")) {
		for_each(f, v, &part, read_setting);
	} else {
		mistakes_add(&f->bad, line_of(k),
			     "unknown key %s; known keys: version, storage, processors, channels and partitions",
			     key);
	}
}

static bool file_load_one(struct file *f, yaml_parser_t *parser, yaml_document_t *doc)
{
	bool done = yaml_parser_load(parser, doc);

	if (!done)
		mistakes_add(&f->bad, parser->problem_mark.line + 1, "%s",
			     parser->problem ? parser->problem : "cannot be read");
	return done;
}

/* Only one document is allowed. */
static void file_load_no_more(struct file *f, yaml_parser_t *parser)
{
	const yaml_node_t *root;
	yaml_document_t doc;

	if (!file_load_one(f, parser, &doc))
		return;
	root = yaml_document_get_root_node(&doc);
	if (root)
		mistakes_add(&f->bad, line_of(root),
			     "a second YAML document; only one is allowed");
	yaml_document_delete(&doc);
}

static int file_load(struct file *f, FILE *in)
{
	yaml_parser_t parser;
	bool done;

	if (!yaml_parser_initialize(&parser))
		return fail(f->bad.file, NULL, "out of memory");
	yaml_parser_set_input_file(&parser, in);
	done = file_load_one(f, &parser, &f->doc);
	if (done && yaml_document_get_root_node(&f->doc))
		file_load_no_more(f, &parser);
	yaml_parser_delete(&parser);
	return done ? LPARADM_OK : LPARADM_FAILED;
}

/* fopen() succeeds for directories; give a clear error. */
static FILE *open_file(const char *file)
{
	FILE *in = fopen(file, "re");
	struct stat st;

	if (!in) {
		fail(file, NULL, "%s", strerror(errno));
	} else if (!fstat(fileno(in), &st) && S_ISDIR(st.st_mode)) {
		fail(file, NULL, "is a directory; expected a file of \"lparadm save\"");
		fclose(in);
		in = NULL;
	}
	return in;
}

int machine_read_file(struct machine *m, const char *file)
{
	struct file f = { .bad.file = file };
	yaml_node_t *root;
	FILE *in = open_file(file);

	memset(m, 0, sizeof(*m));
	if (!in)
		return LPARADM_FAILED;
	if (file_load(&f, in)) {
		fclose(in);
		return LPARADM_FAILED;
	}
	fclose(in);
	for (int i = 0; i < P_COUNT; i++)
		machine_set(&m->pool[i], &machine_pool[i], NULL);
	m->channels = calloc(LPAR_MAX_CHANNELS, sizeof(*m->channels));
	if (!m->channels)
		return fail(file, NULL, "out of memory");
	root = yaml_document_get_root_node(&f.doc);
	if (root)
		for_each(&f, root, m, read_part);
	else
		mistakes_add(&f.bad, 1, "the file is empty");
	if (root && !f.version)
		mistakes_add(&f.bad, line_of(root), "version is missing; use " VERSION);
	/* Old files have no es_size. */
	for (int i = 0; root && i < P_COUNT; i++)
		if (!m->pool[i].line && i != P_ES)
			mistakes_add(&f.bad, line_of(root), "%s/%s is missing",
				     machine_pool[i].dir, machine_pool[i].name);
	yaml_document_delete(&f.doc);
	return f.bad.nr ? LPARADM_FAILED : LPARADM_OK;
}

static int add_scalar(yaml_document_t *d, const char *text)
{
	return yaml_document_add_scalar(d, NULL, (const yaml_char_t *)text, -1,
					YAML_ANY_SCALAR_STYLE);
}

static int add_mapping(yaml_document_t *d)
{
	return yaml_document_add_mapping(d, NULL, YAML_BLOCK_MAPPING_STYLE);
}

static void yaml_add(yaml_document_t *d, int map, const char *key, int value)
{
	yaml_document_append_mapping_pair(d, map, add_scalar(d, key), value);
}

static void add_pool(yaml_document_t *d, int root, const struct machine *m,
		     const char *dir)
{
	int map = add_mapping(d);

	yaml_add(d, root, dir, map);
	for (int i = 0; i < P_COUNT; i++)
		if (!strcmp(machine_pool[i].dir, dir))
			yaml_add(d, map, machine_pool[i].name,
				 add_scalar(d, m->pool[i].text));
}

/* Only attributes that can be set are saved. */
static void add_channels(yaml_document_t *d, int root, const struct machine *m)
{
	int all;

	if (!m->nchannels)
		return;
	all = add_mapping(d);
	yaml_add(d, root, "channels", all);
	for (int i = 0; i < m->nchannels; i++) {
		const struct channel *c = &m->channels[i];
		int map = add_mapping(d);
		char id[16];

		snprintf(id, sizeof(id), "%u", c->id);
		yaml_add(d, all, id, map);
		for (int k = 0; k < c->n; k++)
			if (machine_channel_has(c, c->attr[k].name))
				yaml_add(d, map, c->attr[k].name,
					 add_scalar(d, c->attr[k].value));
	}
}

static void add_partitions(yaml_document_t *d, int root,
			   const struct machine *m)
{
	int all = add_mapping(d);

	yaml_add(d, root, "partitions", all);
	for (int i = 0; i < m->n; i++) {
		int map = add_mapping(d);

		yaml_add(d, all, m->v[i].name, map);
		for (int k = 0; k < A_COUNT; k++)
			yaml_add(d, map, machine_attrs[k].name,
				 add_scalar(d, m->v[i].attr[k].text));
		yaml_add(d, map, "state",
			 add_scalar(d, machine_powers[m->v[i].power]));
	}
}

static int yaml_emit(const struct machine *m, FILE *out)
{
	yaml_emitter_t emitter;
	yaml_document_t doc;
	int root, done;

	if (!yaml_emitter_initialize(&emitter))
		return -ENOMEM;
	yaml_emitter_set_output_file(&emitter, out);
	yaml_emitter_set_width(&emitter, -1);
	if (!yaml_document_initialize(&doc, NULL, NULL, NULL, 1, 1)) {
		yaml_emitter_delete(&emitter);
		return -ENOMEM;
	}
	root = add_mapping(&doc);
	yaml_add(&doc, root, "version", add_scalar(&doc, VERSION));
	add_pool(&doc, root, m, "storage");
	add_pool(&doc, root, m, "processors");
	add_channels(&doc, root, m);
	add_partitions(&doc, root, m);
	done = yaml_emitter_open(&emitter) &&
	       yaml_emitter_dump(&emitter, &doc) &&
	       yaml_emitter_close(&emitter);
	yaml_emitter_delete(&emitter);
	return done ? 0 : -EIO;
}

/* If the group cannot be kept, drop its permissions. */
static int keep_rights(int fd, const struct stat *st)
{
	mode_t mode = st->st_mode & ACCESSPERMS;

	if (fchown(fd, st->st_uid, st->st_gid) && fchown(fd, (uid_t)-1, st->st_gid))
		mode &= ~(mode_t)070;
	return fchmod(fd, mode);
}

/* Create @tmp with the mode and owner of @file, if that exists. Return: NULL and errno. */
static FILE *file_create(const char *tmp, const char *file)
{
	struct stat st;
	bool old = !stat(file, &st) && S_ISREG(st.st_mode);
	FILE *out = NULL;
	int fd, err;

	unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, old ? 0600 : 0666);
	if (fd < 0)
		return NULL;
	if (!old || !keep_rights(fd, &st))
		out = fdopen(fd, "w");
	if (out)
		return out;
	err = errno;
	close(fd);
	unlink(tmp);
	errno = err;
	return NULL;
}

/* Return: 0 or -errno. */
static int emit_text(const struct machine *m, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	fputs(HEADER, out);
	err = yaml_emit(m, out);
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* Read the existing file, for its comments; NULL: none. */
static char *read_old(const char *file)
{
	FILE *in = fopen(file, "re");
	char *text = NULL;
	size_t size = 0;

	if (in && getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = NULL;
	}
	if (in)
		fclose(in);
	return text;
}

/* Replace the file atomically; keep the old one as FILE.bak. */
static int file_replace(const char *file, const char *text)
{
	char tmp[PATH_MAX], backup[PATH_MAX];
	FILE *out;
	int err = 0;

	if (snprintf(tmp, sizeof(tmp), "%s.new", file) >= (int)sizeof(tmp) ||
	    snprintf(backup, sizeof(backup), "%s.bak", file) >= (int)sizeof(backup))
		return fail(file, NULL, "%s", strerror(ENAMETOOLONG));
	out = file_create(tmp, file);
	if (!out)
		return fail(tmp, NULL, "%s", strerror(errno));
	if (fputs(text, out) < 0 || fflush(out) || fsync(fileno(out)))
		err = errno;
	if (fclose(out) && !err)
		err = errno;
	if (!err && !access(file, F_OK)) {
		unlink(backup);
		if (link(file, backup) && errno != EPERM)
			err = errno;
	}
	if (!err && rename(tmp, file))
		err = errno;
	if (!err)
		return LPARADM_OK;
	unlink(tmp);
	return fail(file, NULL, "%s", strerror(err));
}

int machine_write_file(const struct machine *m, const char *file)
{
	char *text = NULL, *old = read_old(file), *merged = NULL;
	int err = -emit_text(m, &text), ret = LPARADM_OK;

	if (!err && old) {
		merged = comments_merge(text, old);
		err = merged ? 0 : ENOMEM;
	}
	if (err)
		ret = fail(file, NULL, "%s", strerror(err));
	else if (!merged || strcmp(merged, old))
		ret = file_replace(file, merged ? merged : text);
	free(merged);
	free(text);
	free(old);
	return ret;
}
