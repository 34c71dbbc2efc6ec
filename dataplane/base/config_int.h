/* config_int: the tree that config.c, schema.c and yaml.c share. */
#ifndef HG_BASE_CONFIG_INT_H
#define HG_BASE_CONFIG_INT_H

#include "base/config.h"

#define HG_CONFIG_DEPTH 48                        /* of nested maps and lists */
#define HG_CONFIG_PARTS (2 * HG_CONFIG_DEPTH + 2) /* of a node's key: an item of a list may add two */

enum hg_config_kind { HG_CONFIG_SCALAR, HG_CONFIG_IS_MAP, HG_CONFIG_IS_LIST };

struct hg_config_node {
	struct hg_config_node *parent, *first, *last, *next;
	enum hg_config_kind kind;
	bool null;        /* a key without a value: not set, or an empty map */
	const char *name; /* in its map; "" in a list */
	const char *text; /* of a scalar */
	const char
		*part; /* in its dotted key; NULL: none, a one-key map of a list stands for its only child */
	const char *file;
	uint32_t line, column;
};

struct hg_config_string {
	struct hg_config_string *next;
	char text[];
};

struct hg_config {
	const struct hg_config_key *schema;
	size_t keys;
	struct hg_config_node *root;
	struct hg_config_string *strings; /* all texts and nodes: freed at close */
	struct hg_config_override {
		struct hg_config_override *next;
		const char *key, *value;
	} * overrides, **overrides_end;
	const struct hg_config_node **ignored;
	size_t n_ignored;
	bool loaded;
};

/* Memory until close; NULL: none left. */
void *hg_config_keep(struct hg_config *c, size_t size);
const char *hg_config_keep_text(struct hg_config *c, const char *text, size_t len);

/* A child at the end of its parent's; in a map, one of the same name is emptied and returned instead, unless both
 * are maps: those merge. */
struct hg_config_node *
hg_config_add(struct hg_config *c, struct hg_config_node *parent, const char *name, enum hg_config_kind kind);

void hg_config_drop(struct hg_config_node *n); /* out of its parent */

/* Reads a file into the root. */
int hg_config_read(struct hg_config *c, const char *path, struct hg_error *err);
int hg_config_read_text(struct hg_config *c, const char *name, const char *text, struct hg_error *err);

/* Checks the tree against the schema; collects the ignored keys. */
int hg_config_check(struct hg_config *c, struct hg_error *err);

/* The schema's row for n parts of a key; NULL: none. */
const struct hg_config_key *hg_config_row(const struct hg_config *c, const char *const *parts, size_t n);

/* Whether `text` is a list index; it may lie past the end. */
bool hg_config_index(const char *text, size_t *index);

/* Splits a dotted key in place; returns how many parts, at most HG_CONFIG_DEPTH. */
size_t hg_config_split(char *key, const char *parts[HG_CONFIG_DEPTH]);

/* The name of `values` ("a|b|c") that text means (case aside, yes also for true and on); NULL: none. In the caller's
 * memory of at least HG_CONFIG_ENUM_MOST bytes. */
#define HG_CONFIG_ENUM_MOST 64
const char *hg_config_enum(const char *values, const char *text, char *out);

#endif
