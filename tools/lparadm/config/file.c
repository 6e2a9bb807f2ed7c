// SPDX-License-Identifier: GPL-2.0
/*
 * The whole machine as a YAML file, by libyaml: it tells the line of each
 * value, which a refusal needs, and quotes any kernel command line right.
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
	bool version;		/* it says one */
};

void mistake(struct mistakes *bad, size_t line, const char *fmt, ...)
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

static const char *scalar(struct file *f, const yaml_node_t *n)
{
	const char *text = (const char *)n->data.scalar.value;

	if (n->type != YAML_SCALAR_NODE) {
		mistake(&f->bad, line_of(n), "one value belongs here");
		return NULL;
	}
	if (strlen(text) != n->data.scalar.length || strchr(text, '\n') ||
	    strlen(text) >= VALUE_MAX) {
		mistake(&f->bad, line_of(n),
			"the value is one line of less than %d characters",
			VALUE_MAX);
		return NULL;
	}
	return text;
}

/* The key before @p of @map that is @key, too. */
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

/* Call @each for the entries of a mapping; of a key that comes twice, the first. */
static void for_each(struct file *f, yaml_node_t *map, void *to,
		     void (*each)(struct file *f, const char *key,
				  yaml_node_t *k, yaml_node_t *v, void *to))
{
	yaml_node_pair_t *p;

	if (map->type != YAML_MAPPING_NODE) {
		mistake(&f->bad, line_of(map), "lines of KEY: VALUE belong here");
		return;
	}
	for (p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(&f->doc, p->key);
		const char *key = scalar(f, k);
		const yaml_node_t *o = key ? same_before(f, map, p, key) : NULL;

		if (o)
			mistake(&f->bad, line_of(k), "%s stands in line %zu already",
				key, line_of(o));
		else if (key)
			each(f, key, k,
			     yaml_document_get_node(&f->doc, p->value), to);
	}
}

static void read_power(struct file *f, struct partition *p, yaml_node_t *v)
{
	const char *text = scalar(f, v);

	p->power_line = (unsigned int)line_of(v);
	for (int i = 0; text && i < POWER_COUNT; i++) {
		if (!strcmp(text, machine_powers[i])) {
			p->power = (enum power)i;
			return;
		}
	}
	if (text)
		mistake(&f->bad, line_of(v),
			"state %s: defined, active or operating would do", text);
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
		text = scalar(f, v);
		p->attr[i].line = (unsigned int)line_of(v);
		if (text)
			machine_set(&p->attr[i], &machine_attrs[i], text);
		return;
	}
	mistake(&f->bad, line_of(k),
		"%s: unknown key %s; there are ms_origin, ms_size, ms_expansion, es_size, shares, channels, capped, notify, on_reset, on_triple_fault, kernel, initrd, cmdline and state",
		p->name, key);
}

static void read_one(struct file *f, const char *key, yaml_node_t *k,
		     yaml_node_t *v, void *to)
{
	struct machine *m = to;
	struct partition *p = &m->v[m->n];

	if (!lpar_name_valid(key)) {
		mistake(&f->bad, line_of(k),
			"\"%s\" cannot be the name of an LPAR; up to %d letters, digits, -, _ and . would do, . not as the first",
			key, LPAR_NAME_LEN - 1);
		return;
	}
	if (m->n == LPAR_MAX_PARTS) {
		mistake(&f->bad, line_of(k), "\"%s\" cannot be one more LPAR", key);
		return;
	}
	m->n++;
	snprintf(p->name, sizeof(p->name), "%s", key);
	p->line = (unsigned int)line_of(k);
	for (int i = 0; i < A_COUNT; i++)
		machine_set(&p->attr[i], &machine_attrs[i], NULL);
	for_each(f, v, p, read_attr);
}

/* As the kernel reads it back. */
static void lower_case(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

static void read_channel_attr(struct file *f, const char *key, yaml_node_t *k,
			      yaml_node_t *v, void *to)
{
	struct channel *c = to;
	const char *text = scalar(f, v);
	char keys[CHANNEL_KEYS_TEXT];

	channel_keys(keys, NULL);
	if (!channel_has_key(NULL, key))
		mistake(&f->bad, line_of(k), "channel %u: unknown key %s; there are %s",
			c->id, key, keys);
	else if (text && channel_set(c, key, text, (unsigned int)line_of(v)))
		mistake(&f->bad, line_of(k), "channel %u: more than %d keys", c->id,
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
		mistake(&f->bad, line_of(k),
			"\"%s\" is no number of a channel; 0 to %d would do", key,
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
		text = scalar(f, v);
		part->m->pool[i].line = (unsigned int)line_of(v);
		if (text)
			machine_set(&part->m->pool[i], &machine_pool[i], text);
		return;
	}
	mistake(&f->bad, line_of(k), "%s has no key %s", part->dir, key);
}

static void read_part(struct file *f, const char *key, yaml_node_t *k,
		      yaml_node_t *v, void *to)
{
	struct pool_part part = { to, key };
	const char *text;

	if (!strcmp(key, "version")) {
		text = scalar(f, v);
		f->version = true;
		if (text && strcmp(text, VERSION))
			mistake(&f->bad, line_of(v), "version %s: this lparadm knows "
				VERSION, text);
	} else if (!strcmp(key, "partitions")) {
		for_each(f, v, to, read_one);
	} else if (!strcmp(key, "channels")) {
		for_each(f, v, to, read_channel);
	} else if (!strcmp(key, "storage") || !strcmp(key, "processors")) {
		for_each(f, v, &part, read_setting);
	} else {
		mistake(&f->bad, line_of(k),
			"unknown key %s; there are version, storage, processors, channels and partitions",
			key);
	}
}

static bool load_one(struct file *f, yaml_parser_t *parser, yaml_document_t *doc)
{
	bool done = yaml_parser_load(parser, doc);

	if (!done)
		mistake(&f->bad, parser->problem_mark.line + 1, "%s",
			parser->problem ? parser->problem : "it cannot be read");
	return done;
}

/* What comes behind "---" would be another machine. */
static void load_no_more(struct file *f, yaml_parser_t *parser)
{
	const yaml_node_t *root;
	yaml_document_t doc;

	if (!load_one(f, parser, &doc))
		return;
	root = yaml_document_get_root_node(&doc);
	if (root)
		mistake(&f->bad, line_of(root),
			"a second document begins; a file has one machine");
	yaml_document_delete(&doc);
}

static int load(struct file *f, FILE *in)
{
	yaml_parser_t parser;
	bool done;

	if (!yaml_parser_initialize(&parser))
		return fail(f->bad.file, NULL, "out of memory");
	yaml_parser_set_input_file(&parser, in);
	done = load_one(f, &parser, &f->doc);
	if (done && yaml_document_get_root_node(&f->doc))
		load_no_more(f, &parser);
	yaml_parser_delete(&parser);
	return done ? LPARADM_OK : LPARADM_FAILED;
}

/* A directory can be opened, too, and then says nothing but "error". */
static FILE *open_file(const char *file)
{
	FILE *in = fopen(file, "re");
	struct stat st;

	if (!in) {
		fail(file, NULL, "%s", strerror(errno));
	} else if (!fstat(fileno(in), &st) && S_ISDIR(st.st_mode)) {
		fail(file, NULL, "it is a directory; a file of \"lparadm save\" would do");
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
	if (load(&f, in)) {
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
		mistake(&f.bad, 1, "it is empty");
	if (root && !f.version)
		mistake(&f.bad, line_of(root), "version is missing; " VERSION
			" would do");
	/* Files of before there was expanded storage know none. */
	for (int i = 0; root && i < P_COUNT; i++)
		if (!m->pool[i].line && i != P_ES)
			mistake(&f.bad, line_of(root), "%s/%s is missing",
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

static void add(yaml_document_t *d, int map, const char *key, int value)
{
	yaml_document_append_mapping_pair(d, map, add_scalar(d, key), value);
}

static void add_pool(yaml_document_t *d, int root, const struct machine *m,
		     const char *dir)
{
	int map = add_mapping(d);

	add(d, root, dir, map);
	for (int i = 0; i < P_COUNT; i++)
		if (!strcmp(machine_pool[i].dir, dir))
			add(d, map, machine_pool[i].name,
			    add_scalar(d, m->pool[i].text));
}

/* What the kernel tells belongs to the moment, and is not written down. */
static void add_channels(yaml_document_t *d, int root, const struct machine *m)
{
	int all;

	if (!m->nchannels)
		return;
	all = add_mapping(d);
	add(d, root, "channels", all);
	for (int i = 0; i < m->nchannels; i++) {
		const struct channel *c = &m->channels[i];
		int map = add_mapping(d);
		char id[16];

		snprintf(id, sizeof(id), "%u", c->id);
		add(d, all, id, map);
		for (int k = 0; k < c->n; k++)
			if (machine_channel_has(c, c->attr[k].name))
				add(d, map, c->attr[k].name,
				    add_scalar(d, c->attr[k].value));
	}
}

static void add_partitions(yaml_document_t *d, int root,
			   const struct machine *m)
{
	int all = add_mapping(d);

	add(d, root, "partitions", all);
	for (int i = 0; i < m->n; i++) {
		int map = add_mapping(d);

		add(d, all, m->v[i].name, map);
		for (int k = 0; k < A_COUNT; k++)
			add(d, map, machine_attrs[k].name,
			    add_scalar(d, m->v[i].attr[k].text));
		add(d, map, "state",
		    add_scalar(d, machine_powers[m->v[i].power]));
	}
}

static int emit(const struct machine *m, FILE *out)
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
	add(&doc, root, "version", add_scalar(&doc, VERSION));
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

/* Where its group cannot be kept, that group's rights would be another's. */
static int keep_rights(int fd, const struct stat *st)
{
	mode_t mode = st->st_mode & ACCESSPERMS;

	if (fchown(fd, st->st_uid, st->st_gid) && fchown(fd, (uid_t)-1, st->st_gid))
		mode &= ~(mode_t)070;
	return fchmod(fd, mode);
}

/* With the rights that @file has, if there is one. NULL: errno says why not. */
static FILE *create(const char *tmp, const char *file)
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
	err = emit(m, out);
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* What is there already; NULL: nothing that could have comments. */
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

/* The old file stays until the new one is whole, and then as FILE.bak. */
static int replace(const char *file, const char *text)
{
	char tmp[PATH_MAX], backup[PATH_MAX];
	FILE *out;
	int err = 0;

	if (snprintf(tmp, sizeof(tmp), "%s.new", file) >= (int)sizeof(tmp) ||
	    snprintf(backup, sizeof(backup), "%s.bak", file) >= (int)sizeof(backup))
		return fail(file, NULL, "%s", strerror(ENAMETOOLONG));
	out = create(tmp, file);
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
		ret = replace(file, merged ? merged : text);
	free(merged);
	free(text);
	free(old);
	return ret;
}
