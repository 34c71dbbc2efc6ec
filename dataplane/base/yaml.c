#include "base/config_int.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <yaml.h>

#define INCLUDES_MOST 8 /* files that include each other */

struct reading {
	struct hg_config *c;
	yaml_parser_t parser;
	const char *file;
	unsigned includes;
	struct hg_config_node *stack[HG_CONFIG_DEPTH];
	size_t depth;
	const char *key; /* of the map on top: read, its value is next; NULL: none */
	uint32_t key_line, key_column;
	struct hg_error *err;
};

static int read_file(struct hg_config *c, const char *path, struct hg_config_node *into, unsigned includes,
	struct hg_error *err);

static int
fail(struct reading *r, const yaml_mark_t *at, const char *what)
{
	hg_error_set(r->err, -EINVAL, "%s", what);
	hg_error_at(r->err, r->file, (uint32_t)at->line + 1, (uint32_t)at->column + 1);
	return -EINVAL;
}

/* Relative to the folder of the file that includes. */
static int
include(struct reading *r, const yaml_mark_t *at, const char *name, struct hg_config_node *into)
{
	const char *slash = strrchr(r->file, '/');
	char path[PATH_MAX];
	int n, ret;

	if (r->includes >= INCLUDES_MOST)
		return fail(r, at, "files include each other too deeply");
	if (name[0] == '/' || slash == NULL)
		n = snprintf(path, sizeof(path), "%s", name);
	else
		n = snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - r->file), r->file, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return fail(r, at, "the included file's name is too long");
	ret = read_file(r->c, path, into, r->includes + 1, r->err);
	if (ret < 0 && r->err != NULL && r->err->line == 0)
		hg_error_at(r->err, r->file, (uint32_t)at->line + 1, (uint32_t)at->column + 1);
	return ret;
}

/* The node that a value becomes: below the map or list on top. */
static struct hg_config_node *
add(struct reading *r, enum hg_config_kind kind, const yaml_mark_t *at)
{
	struct hg_config_node *n =
		hg_config_add(r->c, r->stack[r->depth - 1], r->key == NULL ? "" : r->key, kind);

	if (n == NULL) {
		(void)fail(r, at, "no memory for the configuration");
		return NULL;
	}
	n->file = r->file;
	n->line = r->key == NULL ? (uint32_t)at->line + 1 : r->key_line;
	n->column = r->key == NULL ? (uint32_t)at->column + 1 : r->key_column;
	r->key = NULL;
	return n;
}

static bool
is_tag(const yaml_event_t *e, const char *tag)
{
	return e->data.scalar.tag != NULL && strcmp((const char *)e->data.scalar.tag, tag) == 0;
}

static bool
is_include_list(const struct hg_config_node *n)
{
	return n->kind == HG_CONFIG_IS_LIST && strcmp(n->name, "include") == 0;
}

static int
read_scalar(struct reading *r, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;
	struct hg_config_node *top = r->stack[r->depth - 1], *n;

	if (top->kind == HG_CONFIG_IS_MAP && r->key == NULL) {
		r->key = hg_config_keep_text(r->c, text, e->data.scalar.length);
		r->key_line = (uint32_t)e->start_mark.line + 1;
		r->key_column = (uint32_t)e->start_mark.column + 1;
		return r->key == NULL ? fail(r, &e->start_mark, "no memory for the configuration") : 0;
	}
	if (r->key != NULL && strcmp(r->key, "include") == 0) {
		r->key = NULL;
		return include(r, &e->start_mark, text, top);
	}
	if (is_include_list(top))
		return include(r, &e->start_mark, text, top->parent);
	if (is_tag(e, "!include")) {
		n = add(r, HG_CONFIG_IS_MAP, &e->start_mark);
		return n == NULL ? -ENOMEM : include(r, &e->start_mark, text, n);
	}
	n = add(r, HG_CONFIG_SCALAR, &e->start_mark);
	if (n == NULL)
		return -ENOMEM;
	n->text = hg_config_keep_text(r->c, text, e->data.scalar.length);
	n->null = e->data.scalar.length == 0 && e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return n->text == NULL ? fail(r, &e->start_mark, "no memory for the configuration") : 0;
}

static int
descend(struct reading *r, enum hg_config_kind kind, const yaml_event_t *e)
{
	struct hg_config_node *n;

	if (r->stack[r->depth - 1]->kind == HG_CONFIG_IS_MAP && r->key == NULL)
		return fail(r, &e->start_mark, "a key must be a plain name");
	if (r->depth == HG_CONFIG_DEPTH)
		return fail(r, &e->start_mark, "maps and lists are nested too deeply");
	n = add(r, kind, &e->start_mark);
	if (n == NULL)
		return -ENOMEM;
	r->stack[r->depth++] = n;
	return 0;
}

static void
ascend(struct reading *r)
{
	struct hg_config_node *n = r->stack[--r->depth];

	/* Its files have been read into the map around it. */
	if (is_include_list(n))
		hg_config_drop(n);
}

/* The outermost map is `into`. */
static int
take_event(struct reading *r, const yaml_event_t *e, struct hg_config_node *into)
{
	switch (e->type) {
	case YAML_MAPPING_START_EVENT:
		if (r->depth > 0)
			return descend(r, HG_CONFIG_IS_MAP, e);
		r->stack[r->depth++] = into;
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		if (r->depth > 0)
			return descend(r, HG_CONFIG_IS_LIST, e);
		return fail(r, &e->start_mark, "the file must hold one map of keys");
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		ascend(r);
		return 0;
	case YAML_SCALAR_EVENT:
		if (r->depth > 0)
			return read_scalar(r, e);
		/* An empty document. */
		return e->data.scalar.length == 0
			? 0
			: fail(r, &e->start_mark, "the file must hold one map of keys");
	case YAML_ALIAS_EVENT:
		return fail(r, &e->start_mark, "aliases are not understood: write the value out");
	default:
		return 0;
	}
}

static int
read_events(struct reading *r, struct hg_config_node *into)
{
	yaml_event_t e;
	bool end = false;
	int ret = 0;

	while (ret == 0 && !end) {
		if (!yaml_parser_parse(&r->parser, &e))
			return fail(r, &r->parser.problem_mark,
				r->parser.problem == NULL ? "not YAML" : r->parser.problem);
		end = e.type == YAML_STREAM_END_EVENT;
		ret = take_event(r, &e, into);
		yaml_event_delete(&e);
	}
	return ret;
}

/* A file, or a text when there is one. */
static int
read_input(struct reading *r, const char *name, FILE *f, const char *text, struct hg_config_node *into)
{
	int ret;

	r->file = hg_config_keep_text(r->c, name, strlen(name));
	if (r->file == NULL || !yaml_parser_initialize(&r->parser))
		return hg_error_set(r->err, -ENOMEM, "no memory for the configuration");
	if (f != NULL)
		yaml_parser_set_input_file(&r->parser, f);
	else
		yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, strlen(text));
	ret = read_events(r, into);
	yaml_parser_delete(&r->parser);
	return ret;
}

/* Calls itself by way of include, INCLUDES_MOST deep. */
static int
read_file(struct hg_config *c, const char *path, struct hg_config_node *into, unsigned includes,
	struct hg_error *err)
{
	struct reading r = { .c = c, .includes = includes, .err = err };
	FILE *f = fopen(path, "re");
	int ret;

	if (f == NULL)
		return hg_error_errno(err, "cannot open the configuration file %s", path);
	ret = read_input(&r, path, f, NULL, into);
	fclose(f);
	return ret;
}

int
hg_config_read(struct hg_config *c, const char *path, struct hg_error *err)
{
	return read_file(c, path, c->root, 0, err);
}

int
hg_config_read_text(struct hg_config *c, const char *name, const char *text, struct hg_error *err)
{
	struct reading r = { .c = c, .err = err };

	return read_input(&r, name, NULL, text, c->root);
}
