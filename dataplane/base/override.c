#include "base/config_int.h"

#include <errno.h>

static struct hg_config_node *
add(struct hg_config *c, struct hg_config_node *parent, const char *name)
{
	struct hg_config_node *n = hg_config_add(c, parent, name, HG_CONFIG_SCALAR);

	if (n != NULL) {
		n->text = "";
		n->null = true;
		n->file = "--set";
		n->line = 0;
		n->column = 0;
	}
	return n;
}

/* Room for keys below a scalar: `- dns` becomes `- dns: {…}`, a key without value a map. */
static struct hg_config_node *
become_map(struct hg_config *c, struct hg_config_node *n)
{
	const char *name = n->text;
	bool item = n->parent != NULL && n->parent->kind == HG_CONFIG_IS_LIST && !n->null;

	n->kind = HG_CONFIG_IS_MAP;
	n->text = NULL;
	n->null = false;
	if (!item)
		return n;
	n = add(c, n, name);
	if (n == NULL)
		return NULL;
	n->kind = HG_CONFIG_IS_MAP;
	n->text = NULL;
	n->null = false;
	return n;
}

/* The child that `part` names; made when it is not there. NULL: no memory, or an index past the end. */
static struct hg_config_node *
make_child(struct hg_config *c, struct hg_config_node *parent, const char *part, int *code)
{
	struct hg_config_node *n;
	size_t index, count = 0;

	*code = -ENOMEM;
	if (parent->kind == HG_CONFIG_SCALAR) {
		parent = become_map(c, parent);
		if (parent == NULL)
			return NULL;
	}
	n = (struct hg_config_node *)(uintptr_t)hg_config_child(parent, part);
	if (n != NULL)
		return n;
	if (parent->kind == HG_CONFIG_IS_MAP)
		return add(c, parent, part);
	for (n = parent->first; n != NULL; n = n->next)
		count++;
	n = NULL;
	if (!hg_config_index(part, &index)) {
		n = add(c, parent, "");
		return n == NULL ? NULL : add(c, become_map(c, n), part);
	}
	*code = -EINVAL;
	return index == count ? add(c, parent, "") : NULL;
}

static int
apply(struct hg_config *c, const struct hg_config_override *o, struct hg_error *err)
{
	const char *parts[HG_CONFIG_DEPTH];
	struct hg_config_node *n = c->root;
	char *key = (char *)(uintptr_t)hg_config_keep_text(c, o->key, strlen(o->key));
	size_t count;
	int code;

	if (key == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the configuration");
	count = hg_config_split(key, parts);
	for (size_t i = 0; i < count; i++) {
		n = make_child(c, n, parts[i], &code);
		if (n == NULL)
			return hg_error_set(err, code,
				code == -ENOMEM
					? "no memory for --set %s"
					: "--set %s: the list has no such item, nor is it the next one",
				o->key);
	}
	/* As `suricata --dump-config` shows a key without a value: what stands below it stays. */
	n->null = strcmp(o->value, "(null)") == 0;
	if (n->null && n->kind != HG_CONFIG_SCALAR)
		return 0;
	n->kind = HG_CONFIG_SCALAR;
	n->first = NULL;
	n->last = NULL;
	n->text = n->null ? "" : o->value;
	n->file = "--set";
	n->line = 0;
	n->column = 0;
	return 0;
}

static int
apply_all(struct hg_config *c, struct hg_error *err)
{
	int ret = 0;

	for (const struct hg_config_override *o = c->overrides; o != NULL && ret == 0; o = o->next)
		ret = apply(c, o, err);
	return ret;
}

/* What --set made before the file was known gives way to the file's own shape (lists) and is set again. */
static void
start_over(struct hg_config *c)
{
	if (!c->loaded) {
		c->root->first = NULL;
		c->root->last = NULL;
	}
	c->loaded = true;
}

static int
finish_load(struct hg_config *c, int ret, struct hg_error *err)
{
	if (ret == 0)
		ret = apply_all(c, err);
	return ret == 0 ? hg_config_check(c, err) : ret;
}

int
hg_config_load(struct hg_config *c, const char *path, struct hg_error *err)
{
	start_over(c);
	return finish_load(c, hg_config_read(c, path, err), err);
}

int
hg_config_load_text(struct hg_config *c, const char *name, const char *text, struct hg_error *err)
{
	start_over(c);
	return finish_load(c, hg_config_read_text(c, name, text, err), err);
}

int
hg_config_override(struct hg_config *c, const char *assignment, struct hg_error *err)
{
	const char *equals = strchr(assignment, '=');
	struct hg_config_override *o;
	int ret;

	if (equals == NULL || equals == assignment)
		return hg_error_set(err, -EINVAL, "--set %s: write it as KEY=VALUE", assignment);
	o = hg_config_keep(c, sizeof(*o));
	if (o == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the configuration");
	o->key = hg_config_keep_text(c, assignment, (size_t)(equals - assignment));
	o->value = hg_config_keep_text(c, equals + 1, strlen(equals + 1));
	if (o->key == NULL || o->value == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the configuration");
	*c->overrides_end = o;
	c->overrides_end = &o->next;
	ret = apply(c, o, err);
	return ret == 0 ? hg_config_check(c, err) : ret;
}
