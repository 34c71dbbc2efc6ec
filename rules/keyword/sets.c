/* Keywords on sets of values: dataset looks up, adds and removes, datarep compares what a value is rated with. */
#include <stdio.h>

#include "rules/keyword/sets.h"

static int
take_name(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name, struct hg_set_spec *s)
{
	*s = (struct hg_set_spec){ .name = name };
	if (name.len == 0 || name.len > HG_SET_NAME_MAX)
		return hg_draft_refuse(
			d, hg_arg_column(arg, name), "a set's name has 1 to %d characters", HG_SET_NAME_MAX);
	return 0;
}

static struct hg_ins *
set_ins(struct hg_draft *d, const struct hg_arg *arg, const struct hg_keyword *k, struct hg_parts *parts,
	struct hg_set_spec *s, enum hg_op op)
{
	struct hg_span part;
	struct hg_ins *ins;
	int index;

	if (!hg_draft_sticky(d)) {
		hg_draft_refuse(d, arg->column, "\"%s\" needs a buffer: name one before it", k->name);
		return NULL;
	}
	while (hg_part_take(parts, &part))
		if (hg_set_option(d, arg, part, s) != 0)
			return NULL;
	index = hg_set_named(d, arg, s);
	if (index < 0)
		return NULL;
	ins = hg_draft_ins(d, op);
	if (ins != NULL)
		ins->set.index = (uint16_t)index;
	return ins;
}

static int
dataset(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const commands[] = { [HG_SET_ISSET] = "isset",
		[HG_SET_ISNOTSET] = "isnotset",
		[HG_SET_SET] = "set",
		[HG_SET_UNSET] = "unset" };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span command = HG_SPAN_NONE, name = HG_SPAN_NONE;
	struct hg_set_spec s;
	struct hg_ins *ins;
	unsigned c = 0;

	hg_part_take(&parts, &command);
	hg_part_take(&parts, &name);
	while (c < HG_COUNT(commands) && !hg_span_eq(command, hg_span_str(commands[c])))
		c++;
	if (c == HG_COUNT(commands)) {
		hg_draft_refuse(d, hg_arg_column(arg, command),
			"a dataset is asked by isset and isnotset and changed by set and unset");
		return HG_DRAFT_GUESS(d, command, commands);
	}
	if (take_name(d, arg, name, &s) != 0)
		return d->error.code;
	ins = set_ins(d, arg, k, &parts, &s, HG_OP_DATASET);
	if (ins == NULL)
		return d->error.code;
	ins->set.command = (uint8_t)c;
	ins->set.ttl = (uint32_t)s.ttl;
	ins->set.v6_only = hg_set_type_of(d->shared->sets.v[ins->set.index].set) == HG_SET_IP &&
		hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_SET_V4);
	if (c == HG_SET_SET || c == HG_SET_UNSET)
		d->shared->sets.v[ins->set.index].written = true;
	return 0;
}

static int
datarep(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct {
		const char *sign;
		uint8_t compare;
	} signs[] = { { "<", HG_CMP_LT }, { ">", HG_CMP_GT }, { "==", HG_CMP_EQ } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span name = HG_SPAN_NONE, sign = HG_SPAN_NONE, number = HG_SPAN_NONE;
	struct hg_set_spec s;
	struct hg_ins *ins;
	uint64_t score;
	unsigned c = 0;

	hg_part_take(&parts, &name);
	hg_part_take(&parts, &sign);
	hg_part_take(&parts, &number);
	while (c < HG_COUNT(signs) && !hg_span_eq(sign, hg_span_str(signs[c].sign)))
		c++;
	if (c == HG_COUNT(signs))
		return hg_draft_refuse(d, hg_arg_column(arg, sign), "a rating is compared by <, > or ==");
	if (take_name(d, arg, name, &s) != 0 || hg_arg_u64(d, arg, number, 0, UINT16_MAX, &score) != 0)
		return d->error.code;
	ins = set_ins(d, arg, k, &parts, &s, HG_OP_DATAREP);
	if (ins == NULL)
		return d->error.code;
	ins->compare = signs[c].compare;
	ins->set.score = (uint16_t)score;
	return 0;
}

/* A list of digests, one set a file whatever rules name it. */
static int
file_digest(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct {
		const char *name;
		enum hg_set_type type;
	} kinds[] = { { "filemd5", HG_SET_MD5 }, { "filesha1", HG_SET_SHA1 },
		{ "filesha256", HG_SET_SHA256 } };
	const bool negated = !arg->quoted && arg->text.len > 0 && arg->text.p[0] == '!';
	const struct hg_span path = negated ? hg_span_trim(hg_span_from(arg->text, 1)) : arg->text;
	struct hg_set_spec s = { .typed = true };
	char name[HG_SET_PATH + 32];
	struct hg_ins *ins;
	unsigned i = 0;
	int index;

	while (strcmp(kinds[i].name, k->name) != 0)
		i++;
	if (hg_set_check_path(d, arg, path) != 0)
		return d->error.code;
	hg_sets_path(d, path, s.load);
	s.type = kinds[i].type;
	snprintf(name, sizeof(name), "%s:%s", k->name, s.load);
	s.name = hg_span_str(name);
	index = hg_set_named(d, arg, &s);
	if (index < 0)
		return d->error.code;
	ins = hg_draft_list_add(d, hg_draft_list_named(d, k, arg), HG_OP_DATASET);
	if (ins == NULL)
		return d->error.code;
	ins->set.index = (uint16_t)index;
	ins->set.command = negated || arg->negated ? HG_SET_ISNOTSET : HG_SET_ISSET;
	return 0;
}

#define DIGEST(name_, buffer_, doc_)                                                             \
	{                                                                                        \
		.name = name_, .kind = HG_KW_CONTENT, .buffer = buffer_, .compile = file_digest, \
		.syntax = "[!]<file>", .doc = "The " doc_ " of a whole file stands in the list." \
	}

static const struct hg_keyword rows[] = {
	DIGEST("filemd5", "file.md5", "MD5"),
	DIGEST("filesha1", "file.sha1", "SHA-1"),
	DIGEST("filesha256", "file.sha256", "SHA-256"),
	{ .name = "dataset",
		.kind = HG_KW_CONTENT,
		.compile = dataset,
		.syntax = "isset|isnotset|set|unset,<name>[,type string|md5|sha1|sha256|ipv4|ip][,load "
			  "<file>][,save <file>][,state <file>][,memcap <size>][,ttl <time>]",
		.doc = "The buffer is, or is not, in the set of that name; set and unset match when that "
		       "changes something." },
	{ .name = "datarep",
		.kind = HG_KW_CONTENT,
		.compile = datarep,
		.syntax = "<name>,<|>|==,<n>[,type string|md5|sha1|sha256|ipv4|ip][,load <file>][,memcap "
			  "<size>]",
		.doc = "The buffer is in the set of that name, and what it is rated with there compares "
		       "so." },
};
HG_KEYWORDS(sets, rows);
