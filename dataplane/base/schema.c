#include "base/config_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the schema says about a dotted key. A row without '*' speaks before one with it. */
struct judged {
	const struct hg_config_key *row; /* that ends here; NULL: none */
	unsigned row_stars;
	const struct hg_config_key *below; /* one that goes on below this key; NULL: none */
	unsigned below_stars;
	bool literal; /* some row has the last part by name, not by '*' */
};

/* Compares a row's name part by part; -1: differs, 0: ends here, 1: goes on below. */
static int
compare(const char *name, const char *const *parts, size_t n, unsigned *stars, bool *literal)
{
	*stars = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(name, ".");

		*literal = !(len == 1 && name[0] == '*');
		if (len == 0)
			return -1;
		if (!*literal)
			++*stars;
		else if (strlen(parts[i]) != len || memcmp(parts[i], name, len) != 0)
			return -1;
		name += len;
		if (*name == '.')
			name++;
	}
	return *name == '\0' ? 0 : 1;
}

static struct judged
judge(const struct hg_config *c, const char *const *parts, size_t n)
{
	struct judged j = { 0 };

	for (size_t i = 0; i < c->keys; i++) {
		unsigned stars;
		bool literal;
		int end = compare(c->schema[i].name, parts, n, &stars, &literal);

		if (end < 0)
			continue;
		j.literal |= literal;
		if (end == 0 && (j.row == NULL || stars < j.row_stars)) {
			j.row = &c->schema[i];
			j.row_stars = stars;
		} else if (end == 1 && (j.below == NULL || stars < j.below_stars)) {
			j.below = &c->schema[i];
			j.below_stars = stars;
		}
	}
	return j;
}

const struct hg_config_key *
hg_config_row(const struct hg_config *c, const char *const *parts, size_t n)
{
	return judge(c, parts, n).row;
}

/* The parts of a node's key, from the root on. */
static size_t
parts_of(const struct hg_config_node *n, const char *parts[HG_CONFIG_PARTS])
{
	const struct hg_config_node *up;
	size_t count = 0, at;

	for (up = n; up->parent != NULL; up = up->parent)
		count += up->part != NULL;
	at = count;
	for (up = n; up->parent != NULL; up = up->parent)
		if (up->part != NULL)
			parts[--at] = up->part;
	return count;
}

static void
key_text(const struct hg_config_node *n, char *out, size_t size)
{
	const char *parts[HG_CONFIG_PARTS];
	size_t count = parts_of(n, parts), used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ".", parts[i]);
}

static bool
is_known(const struct hg_config *c, const char *const *parts, size_t n)
{
	struct judged j = judge(c, parts, n);

	return j.row != NULL || j.below != NULL;
}

/* Whether the last part is a name that the schema knows: by a row of its own, or by one that takes any name. */
static bool
is_name(const struct hg_config *c, const char *const *parts, size_t n)
{
	struct judged j = judge(c, parts, n);

	return j.literal || (j.row != NULL && j.row->type >= HG_CONFIG_MAP);
}

/* How a list's item is called in dotted keys: by its only key or its text where the schema knows that, else by its
 * index. */
static int
name_item(struct hg_config *c, struct hg_config_node *n)
{
	const char *parts[HG_CONFIG_PARTS], *name;
	bool one = n->kind == HG_CONFIG_IS_MAP && n->first != NULL && n->first->next == NULL;
	size_t count = parts_of(n->parent, parts), index = 0;
	const struct hg_config_node *before;
	char digits[24];

	for (before = n->parent->first; before != n; before = before->next)
		index++;
	snprintf(digits, sizeof(digits), "%zu", index);
	name = one ? n->first->name : n->kind == HG_CONFIG_SCALAR ? n->text : NULL;
	if (name != NULL) {
		bool by_index = false;

		parts[count] = name;
		if (!is_name(c, parts, count + 1)) {
			parts[count] = digits;
			parts[count + 1] = name;
			by_index = is_known(c, parts, count + (one ? 2 : 1));
		}
		if (!by_index) {
			n->part = one ? NULL : n->text;
			return 0;
		}
	}
	n->part = hg_config_keep_text(c, digits, strlen(digits));
	return n->part == NULL ? -ENOMEM : 0;
}

/* Old files write '_' where the schema has '-'. */
static int
name_member(struct hg_config *c, struct hg_config_node *n)
{
	const char *parts[HG_CONFIG_PARTS];
	char *dashed;
	size_t count;

	n->part = n->name;
	if (strchr(n->name, '_') == NULL)
		return 0;
	count = parts_of(n, parts);
	if (is_known(c, parts, count))
		return 0;
	dashed = (char *)(uintptr_t)hg_config_keep_text(c, n->name, strlen(n->name));
	if (dashed == NULL)
		return -ENOMEM;
	for (char *p = dashed; *p != '\0'; p++)
		*p = *p == '_' ? '-' : *p;
	parts[count - 1] = dashed;
	if (is_known(c, parts, count)) {
		n->name = dashed;
		n->part = dashed;
	}
	return 0;
}

static int
refuse(const struct hg_config_node *n, struct hg_error *err, const char *wants, const char *detail)
{
	char key[256];

	key_text(n, key, sizeof(key));
	if (n->kind == HG_CONFIG_SCALAR)
		hg_error_set(err, -EINVAL, "%s: '%s' is not %s%s", key, n->text, wants, detail);
	else
		hg_error_set(err, -EINVAL, "%s: wants %s%s, not a %s", key, wants, detail,
			n->kind == HG_CONFIG_IS_MAP ? "map" : "list");
	hg_config_place(n, err);
	return -EINVAL;
}

/* The nearest name for a key's last part among the rows that share the parts before it. */
static const char *
nearest_key(const struct hg_config *c, const char *const *parts, size_t n, char *out, size_t size)
{
	const char **names = calloc(c->keys + 1, sizeof(*names)), *found;
	size_t count = 0;
	char *copies = calloc(c->keys + 1, 64);

	for (size_t i = 0; names != NULL && copies != NULL && i < c->keys; i++) {
		const char *name = c->schema[i].name;
		unsigned stars;
		bool literal;

		if (n > 1 && compare(name, parts, n - 1, &stars, &literal) != 1)
			continue;
		for (size_t up = 1; up < n; up++)
			name += strcspn(name, ".") + 1;
		snprintf(copies + 64 * count, 64, "%.*s", (int)strcspn(name, "."), name);
		names[count] = copies + 64 * count;
		count++;
	}
	found = names == NULL ? NULL : hg_nearest(parts[n - 1], names, count);
	if (found != NULL)
		snprintf(out, size, "%s", found);
	free(names);
	free(copies);
	return found == NULL ? NULL : out;
}

/* `- files:` with its keys in the same column is an item of several keys, of which the first has no value. */
static const struct hg_config_node *
beside_name(const struct hg_config_node *n)
{
	const struct hg_config_node *first = n->first;

	if (n->parent->kind != HG_CONFIG_IS_LIST || n->kind != HG_CONFIG_IS_MAP || first == NULL ||
		first->kind != HG_CONFIG_SCALAR || !first->null)
		return NULL;
	return first->next;
}

static int
refuse_unknown(const struct hg_config *c, const struct hg_config_node *n, struct hg_error *err)
{
	const struct hg_config_node *beside = beside_name(n);
	const char *parts[HG_CONFIG_PARTS], *near;
	size_t count = parts_of(n, parts);
	char key[256], name[64];

	if (beside != NULL) {
		hg_error_set(err, -EINVAL, "%s stands beside %s, not below it: indent it further",
			beside->name, n->first->name);
		hg_config_place(beside, err);
		return -EINVAL;
	}
	key_text(n, key, sizeof(key));
	near = nearest_key(c, parts, count, name, sizeof(name));
	if (near != NULL)
		hg_error_set(err, -EINVAL, "unknown key %s; did you mean %.*s%s?", key,
			(int)(strlen(key) - HG_MIN(strlen(key), strlen(parts[count - 1]))), key, near);
	else
		hg_error_set(err, -EINVAL, "unknown key %s", key);
	hg_config_place(n, err);
	return -EINVAL;
}

static bool
is_int(const char *text, const char *bounds)
{
	long long value, least, most;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0)
		return false;
	return bounds == NULL || sscanf(bounds, "%lld..%lld", &least, &most) != 2 ||
		(value >= least && value <= most);
}

static int
check_value(
	struct hg_config *c, struct hg_config_node *n, const struct hg_config_key *row, struct hg_error *err)
{
	const char *text = n->kind == HG_CONFIG_SCALAR ? n->text : NULL;
	char name[HG_CONFIG_ENUM_MOST];
	uint64_t size;
	bool yes;

	switch (row->type) {
	case HG_CONFIG_BOOL:
		return text != NULL && hg_config_parse_bool(text, &yes) ? 0 : refuse(n, err, "yes or no", "");
	case HG_CONFIG_INT:
		if (text != NULL && is_int(text, row->values))
			return 0;
		return refuse(n, err, row->values == NULL ? "a number" : "a number of ",
			row->values == NULL ? "" : row->values);
	case HG_CONFIG_SIZE:
		return text != NULL && hg_config_parse_size(text, &size)
			? 0
			: refuse(n, err, "a size such as 4096, 100 KiB or 64mb", "");
	case HG_CONFIG_ENUM:
		if (text == NULL || hg_config_enum(row->values, text, name) == NULL)
			return refuse(n, err, "one of ", row->values);
		n->text = hg_config_keep_text(c, name, strlen(name));
		return n->text == NULL ? hg_error_set(err, -ENOMEM, "no memory for the configuration") : 0;
	case HG_CONFIG_STR:
		return text != NULL ? 0 : refuse(n, err, "a text", "");
	default:
		return 0;
	}
}

static int
note_ignored(struct hg_config *c, const struct hg_config_node *n)
{
	const struct hg_config_node **more = realloc(c->ignored, (c->n_ignored + 1) * sizeof(*more));

	if (more == NULL)
		return -ENOMEM;
	c->ignored = more;
	more[c->n_ignored++] = n;
	return 0;
}

/* Checks one node; *below tells whether its children are to be checked too. */
static int
check_node(struct hg_config *c, struct hg_config_node *n, bool *below, struct hg_error *err)
{
	const char *parts[HG_CONFIG_PARTS];
	bool item = n->parent->kind == HG_CONFIG_IS_LIST;
	struct judged j;

	*below = true;
	if ((item ? name_item(c, n) : name_member(c, n)) < 0)
		return hg_error_set(err, -ENOMEM, "no memory for the configuration");
	if (n->part == NULL)
		return 0;
	j = judge(c, parts, parts_of(n, parts));
	if (j.row == NULL && j.below == NULL)
		return refuse_unknown(c, n, err);
	if (j.row != NULL && (j.below == NULL || j.below_stars >= j.row_stars) &&
		j.row->type >= HG_CONFIG_MAP) {
		*below = false;
		if (j.row->type == HG_CONFIG_IGNORED && !n->null && note_ignored(c, n) < 0)
			return hg_error_set(err, -ENOMEM, "no memory for the configuration");
		return 0;
	}
	/* `- dns` stands for `- dns: {}`, a key without a value for one that is not set. */
	if (n->kind == HG_CONFIG_SCALAR && (n->null || (item && n->part == n->text)))
		return 0;
	if (n->kind != HG_CONFIG_SCALAR && j.below != NULL)
		return 0;
	if (j.row == NULL)
		return refuse(n, err, "a map of keys", "");
	return check_value(c, n, j.row, err);
}

int
hg_config_check(struct hg_config *c, struct hg_error *err)
{
	struct hg_config_node *n = c->root->first;

	c->n_ignored = 0;
	while (n != NULL) {
		bool below;
		int ret = check_node(c, n, &below, err);

		if (ret < 0)
			return ret;
		if (below && n->first != NULL) {
			n = n->first;
			continue;
		}
		while (n->next == NULL && n->parent != c->root)
			n = n->parent;
		n = n->next;
	}
	return 0;
}

bool
hg_config_notice(const struct hg_config *c, size_t index, struct hg_error *notice)
{
	const char *parts[HG_CONFIG_PARTS];
	const struct hg_config_key *row;
	char key[256];

	if (index >= c->n_ignored)
		return false;
	row = hg_config_row(c, parts, parts_of(c->ignored[index], parts));
	key_text(c->ignored[index], key, sizeof(key));
	hg_error_set(notice, 0, "%s has no meaning here: %s", key,
		row == NULL || row->doc == NULL ? "" : row->doc);
	hg_config_place(c->ignored[index], notice);
	return true;
}
