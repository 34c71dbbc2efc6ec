#include "base/config.h"

#include "base/config_int.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void *
hg_config_keep(struct hg_config *c, size_t size)
{
	struct hg_config_string *s = calloc(1, sizeof(*s) + size);

	if (s == NULL)
		return NULL;
	s->next = c->strings;
	c->strings = s;
	return s->text;
}

const char *
hg_config_keep_text(struct hg_config *c, const char *text, size_t len)
{
	char *kept = hg_config_keep(c, len + 1);

	return kept == NULL ? NULL : memcpy(kept, text, len);
}

int
hg_config_open(struct hg_config **ret, const struct hg_config_key *schema, size_t keys)
{
	struct hg_config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return -ENOMEM;
	c->schema = schema;
	c->keys = keys;
	c->overrides_end = &c->overrides;
	c->root = hg_config_keep(c, sizeof(*c->root));
	if (c->root == NULL) {
		free(c);
		return -ENOMEM;
	}
	*c->root = (struct hg_config_node){ .kind = HG_CONFIG_IS_MAP, .name = "", .file = "" };
	*ret = c;
	return 0;
}

void
hg_config_close(struct hg_config *c)
{
	struct hg_config_string *s, *next;

	if (c == NULL)
		return;
	for (s = c->strings; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
	free(c->ignored);
	free(c);
}

static void
empty(struct hg_config_node *n, enum hg_config_kind kind)
{
	n->kind = kind;
	n->text = NULL;
	n->null = false;
	n->first = NULL;
	n->last = NULL;
}

static struct hg_config_node *
member(const struct hg_config_node *map, const char *name)
{
	struct hg_config_node *n = map->first;

	while (n != NULL && strcmp(n->name, name) != 0)
		n = n->next;
	return n;
}

struct hg_config_node *
hg_config_add(struct hg_config *c, struct hg_config_node *parent, const char *name, enum hg_config_kind kind)
{
	struct hg_config_node *n = parent->kind == HG_CONFIG_IS_MAP ? member(parent, name) : NULL;

	if (n != NULL) {
		if (kind != HG_CONFIG_IS_MAP || n->kind != HG_CONFIG_IS_MAP)
			empty(n, kind);
		return n;
	}
	n = hg_config_keep(c, sizeof(*n));
	if (n == NULL)
		return NULL;
	*n = (struct hg_config_node){ .parent = parent, .kind = kind, .name = name, .file = "" };
	if (parent->last == NULL)
		parent->first = n;
	else
		parent->last->next = n;
	parent->last = n;
	return n;
}

void
hg_config_drop(struct hg_config_node *n)
{
	struct hg_config_node **link = &n->parent->first, *before = NULL;

	for (; *link != n; link = &(*link)->next)
		before = *link;
	*link = n->next;
	if (n->parent->last == n)
		n->parent->last = before;
}

bool
hg_config_index(const char *text, size_t *index)
{
	size_t n = strlen(text);

	if (n == 0 || n > 6 || strspn(text, "0123456789") != n)
		return false;
	*index = strtoul(text, NULL, 10);
	return true;
}

const struct hg_config_node *
hg_config_child(const struct hg_config_node *n, const char *name)
{
	const struct hg_config_node *item;
	size_t index;

	if (n == NULL || n->kind == HG_CONFIG_SCALAR)
		return NULL;
	if (n->kind == HG_CONFIG_IS_MAP)
		return member(n, name);
	for (item = n->first; item != NULL; item = item->next) {
		const struct hg_config_node *only = item->first;

		if (item->kind == HG_CONFIG_SCALAR && strcmp(item->text, name) == 0)
			return item;
		if (item->kind == HG_CONFIG_IS_MAP && only != NULL && only->next == NULL &&
			strcmp(only->name, name) == 0)
			return only;
	}
	if (!hg_config_index(name, &index))
		return NULL;
	for (item = n->first; item != NULL && index > 0; index--)
		item = item->next;
	return item;
}

size_t
hg_config_split(char *key, const char *parts[HG_CONFIG_DEPTH])
{
	size_t n = 0;

	while (n < HG_CONFIG_DEPTH) {
		char *dot = strchr(key, '.');

		parts[n++] = key;
		if (dot == NULL)
			break;
		*dot = '\0';
		key = dot + 1;
	}
	return n;
}

#define KEY_MOST 512

const struct hg_config_node *
hg_config_below(const struct hg_config_node *n, const char *key)
{
	const char *parts[HG_CONFIG_DEPTH];
	char text[KEY_MOST];
	size_t count;

	if (key[0] == '\0')
		return n;
	if (strlen(key) >= sizeof(text))
		return NULL;
	count = hg_config_split(memcpy(text, key, strlen(key) + 1), parts);
	for (size_t i = 0; i < count && n != NULL; i++)
		n = hg_config_child(n, parts[i]);
	return n;
}

const struct hg_config_node *
hg_config_find(const struct hg_config *c, const char *key)
{
	return hg_config_below(c->root, key);
}

const struct hg_config_node *
hg_config_first(const struct hg_config_node *n)
{
	return n == NULL ? NULL : n->first;
}

const struct hg_config_node *
hg_config_next(const struct hg_config_node *n)
{
	return n->next;
}

const char *
hg_config_name(const struct hg_config_node *n)
{
	return n->name;
}

const char *
hg_config_text(const struct hg_config_node *n)
{
	return n->kind == HG_CONFIG_SCALAR ? n->text : NULL;
}

void
hg_config_place(const struct hg_config_node *n, struct hg_error *err)
{
	hg_error_at(err, n->file, n->line, n->column);
}

const struct hg_config_key *
hg_config_schema(const struct hg_config *c, size_t *keys)
{
	*keys = c->keys;
	return c->schema;
}

/* A node's text, else the default of its key. */
static const char *
text_of(const struct hg_config *c, const struct hg_config_node *n, const char *key)
{
	const char *parts[HG_CONFIG_DEPTH];
	const struct hg_config_key *row = NULL;
	char text[KEY_MOST];

	if (strlen(key) < sizeof(text))
		row = hg_config_row(c, parts, hg_config_split(memcpy(text, key, strlen(key) + 1), parts));
	assert(row != NULL);
	if (n != NULL && n->kind == HG_CONFIG_SCALAR && !n->null)
		return n->text;
	return row == NULL ? NULL : row->initial;
}

static const char *
value_of(const struct hg_config *c, const char *key)
{
	return text_of(c, hg_config_find(c, key), key);
}

const char *
hg_config_str_below(
	const struct hg_config *c, const struct hg_config_node *n, const char *above, const char *key)
{
	char whole[KEY_MOST];

	snprintf(whole, sizeof(whole), "%s.%s", above, key);
	return text_of(c, hg_config_below(n, key), whole);
}

bool
hg_config_bool(const struct hg_config *c, const char *key)
{
	const char *text = value_of(c, key);
	bool value = false;

	return text != NULL && hg_config_parse_bool(text, &value) && value;
}

int64_t
hg_config_int(const struct hg_config *c, const char *key)
{
	const char *text = value_of(c, key);

	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

uint64_t
hg_config_size(const struct hg_config *c, const char *key)
{
	const char *text = value_of(c, key);
	uint64_t value = 0;

	return text != NULL && hg_config_parse_size(text, &value) ? value : 0;
}

const char *
hg_config_str(const struct hg_config *c, const char *key)
{
	return value_of(c, key);
}

bool
hg_config_is_set(const struct hg_config *c, const char *key)
{
	const struct hg_config_node *n = hg_config_find(c, key);

	return n != NULL && !n->null;
}
