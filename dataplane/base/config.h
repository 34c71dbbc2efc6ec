/* config: the YAML file, its schema and what the command line overrides.
 *
 * A tree of scalars, maps and lists, read with libyaml; every node remembers file, line and column. Keys are dotted:
 * "stream.reassembly.depth", list items by index "action-order.0"; a list of one-key maps (Suricata's `outputs`) may
 * be addressed by that key: "outputs.eve-log.types.alert". Values are read through the schema table, which knows
 * type, default, unit and doc of every key. Start-up only: the packet path gets plain structures.
 */
#ifndef HG_BASE_CONFIG_H
#define HG_BASE_CONFIG_H

#include "base/error.h"
#include "base/span.h"

enum hg_config_type {
	HG_CONFIG_BOOL, /* yes no true false on off 1 0 */
	HG_CONFIG_INT,
	HG_CONFIG_SIZE, /* bytes: 64mb, 100 KiB, 4096 */
	HG_CONFIG_STR,
	HG_CONFIG_ENUM, /* one of `values` */
	HG_CONFIG_MAP,  /* anything below it is the reader's own business (vars, host-os-policy) */
	HG_CONFIG_LIST,
	HG_CONFIG_IGNORED, /* a Suricata key without meaning here: accepted with one notice */
};

struct hg_config_key {
	const char *name; /* dotted; '*' stands for one part (outputs.eve-log.types.*) */
	enum hg_config_type type;
	const char *initial; /* the default as it would stand in the file; NULL: none */
	const char *values;  /* of an enum: "a|b|c"; of an int: "min..max" */
	const char *unit;
	const char *doc; /* one sentence; of an ignored key: why it has no meaning */
};

struct hg_config;
struct hg_config_node;

int hg_config_open(struct hg_config **ret, const struct hg_config_key *schema, size_t keys);
void hg_config_close(struct hg_config *c);

/* Reads a file; unknown keys and bad values are errors with the nearest known key; `include:` is followed. */
int hg_config_load(struct hg_config *c, const char *path, struct hg_error *err);
/* The same of a text in memory; `name` stands for it in places. */
int hg_config_load_text(struct hg_config *c, const char *name, const char *text, struct hg_error *err);
/* KEY=VALUE of the command line; wins over the file whatever the order. */
int hg_config_override(struct hg_config *c, const char *assignment, struct hg_error *err);

/* Values by schema: file or command line, else the default. Asking for a key that the schema lacks is a defect (assert). */
bool hg_config_bool(const struct hg_config *c, const char *key);
int64_t hg_config_int(const struct hg_config *c, const char *key);
uint64_t hg_config_size(const struct hg_config *c, const char *key);
const char *hg_config_str(const struct hg_config *c, const char *key); /* NULL: not set and no default */
bool hg_config_is_set(const struct hg_config *c, const char *key);     /* by file or command line */

/* Free walking of maps and lists. */
const struct hg_config_node *hg_config_find(const struct hg_config *c, const char *key);
const struct hg_config_node *
hg_config_first(const struct hg_config_node *n); /* first child of a map or list */
const struct hg_config_node *hg_config_next(const struct hg_config_node *n);
const struct hg_config_node *hg_config_child(const struct hg_config_node *n, const char *name);
/* The same for a dotted key below a node (NULL: none): one of several maps of a list that share a name, of which a whole key
 * finds the first. `above` is the node's own key: with it the schema knows the default. */
const struct hg_config_node *hg_config_below(const struct hg_config_node *n, const char *key);
const char *hg_config_str_below(
	const struct hg_config *c, const struct hg_config_node *n, const char *above, const char *key);
const char *hg_config_name(const struct hg_config_node *n); /* key in its map; "" for a list item */
const char *hg_config_text(const struct hg_config_node *n); /* scalar text; NULL: a map or list */
void hg_config_place(const struct hg_config_node *n, struct hg_error *err); /* file:line:column of the node */

/* The index-th key of the file that has no meaning here, as a sentence with its place; false: there are no more. */
bool hg_config_notice(const struct hg_config *c, size_t index, struct hg_error *notice);

/* Walks the schema for documentation: hangu check --list config. */
const struct hg_config_key *hg_config_schema(const struct hg_config *c, size_t *keys);

/* Parsing of single values, for walkers. */
bool hg_config_parse_bool(const char *text, bool *out);
bool hg_config_parse_size(const char *text, uint64_t *out);

/* The name among n names that is nearest to `name` by edit distance; NULL when none is near. */
const char *hg_nearest(const char *name, const char *const *names, size_t n);

#endif
