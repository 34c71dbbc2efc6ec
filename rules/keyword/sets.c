/* Sets of values: dataset looks up, adds and removes, datarep compares what a value is rated with. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules/keyword/keyword_int.h"

#define PATH 4096

/* What a keyword or the configuration says of a set. */
struct spec {
	struct hg_span name;
	bool typed;
	enum hg_set_type type;
	char load[PATH], save[PATH]; /* "": none */
	bool may_lack;               /* load: a file that is not there is an empty one */
	uint64_t memory, ttl;        /* ttl: seconds; 0: for ever */
};

static int
take_seconds(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, uint64_t *seconds)
{
	uint64_t factor = 1;

	if (text.len > 0) {
		const uint8_t unit = text.p[text.len - 1];

		factor = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
		if (factor > 1 || unit == 's')
			text.len--;
	}
	if (hg_arg_u64(d, arg, text, 1, UINT32_MAX / factor, seconds) != 0)
		return d->error.code;
	*seconds *= factor;
	return 0;
}

static bool
setting(const struct hg_draft *d, const char *key)
{
	return hg_config_bool(d->shared->config, key);
}

static const char *
data_folder(const struct hg_draft *d)
{
	const char *folder = hg_config_str(d->shared->config, "default-data-dir");

	return folder == NULL ? "." : folder;
}

/* Rules come from others: they name files below our folders only, unless the configuration says otherwise. */
static int
check_path(struct hg_draft *d, const struct hg_arg *arg, struct hg_span path)
{
	if (path.len == 0 || path.len >= 1024)
		return hg_draft_refuse(d, hg_arg_column(arg, path), "a file's name has 1 to 1023 characters");
	if (setting(d, "datasets.rules.allow-absolute-filenames"))
		return 0;
	if (path.p[0] == '/' || memmem(path.p, path.len, "..", 2) != NULL)
		return hg_draft_refuse(d, hg_arg_column(arg, path),
			"rules name files by paths that are relative and without \"..\"; "
			"datasets.rules.allow-absolute-filenames allows more");
	return 0;
}

static void
join(char out[PATH], const char *folder, size_t len, struct hg_span path)
{
	if (path.p[0] == '/')
		snprintf(out, PATH, "%.*s", (int)path.len, (const char *)path.p);
	else
		snprintf(out, PATH, "%.*s/%.*s", (int)len, folder, (int)path.len, (const char *)path.p);
}

/* A file to read stands beside the rules, else among the data. */
void
hg_sets_path(const struct hg_draft *d, struct hg_span path, char out[4096])
{
	const char *file = d->shared->sets.rule_file, *slash = file == NULL ? NULL : strrchr(file, '/');

	if (slash == NULL)
		join(out, ".", 1, path);
	else
		join(out, file, (size_t)(slash - file), path);
	if (access(out, R_OK) != 0)
		join(out, data_folder(d), strlen(data_folder(d)), path);
}

static int
take_save(struct hg_draft *d, const struct hg_arg *arg, struct hg_span path, struct spec *s)
{
	if (check_path(d, arg, path) != 0)
		return d->error.code;
	if (!setting(d, "datasets.rules.allow-write"))
		return hg_draft_refuse(d, hg_arg_column(arg, path),
			"rules may not write files: datasets.rules.allow-write is off");
	join(s->save, data_folder(d), strlen(data_folder(d)), path);
	return 0;
}

static int
take_option(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct spec *s)
{
	static const char *const names[] = { "type", "load", "save", "state", "memcap", "hashsize", "ttl" };
	static const char *const kinds[] = { "string", "md5", "sha1", "sha256", "ipv4", "ip" };
	struct hg_span word, value = part;

	hg_word_take(&value, &word);
	if (hg_span_eq(word, HG_BYTES("type"))) {
		s->typed = hg_set_type_parse(value, &s->type);
		if (s->typed)
			return 0;
		hg_draft_refuse(d, hg_arg_column(arg, value),
			"a set is of type string, md5, sha1, sha256, ipv4 or ip");
		return HG_DRAFT_GUESS(d, value, kinds);
	}
	if (hg_span_eq(word, HG_BYTES("load"))) {
		if (check_path(d, arg, value) != 0)
			return d->error.code;
		hg_sets_path(d, value, s->load);
		return 0;
	}
	if (hg_span_eq(word, HG_BYTES("save")))
		return take_save(d, arg, value, s);
	if (hg_span_eq(word, HG_BYTES("state"))) {
		s->may_lack = true;
		if (take_save(d, arg, value, s) != 0)
			return d->error.code;
		memcpy(s->load, s->save, sizeof(s->load));
		return 0;
	}
	if (hg_span_eq(word, HG_BYTES("ttl")))
		return take_seconds(d, arg, value, &s->ttl);
	if (hg_span_eq(word, HG_BYTES("memcap"))) {
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)HG_MIN(value.len, sizeof(text) - 1), value.p);
		return hg_config_parse_size(text, &s->memory)
			? 0
			: hg_draft_refuse(d, hg_arg_column(arg, value), "memcap is a size, as 64mb");
	}
	/* How our tables are laid out follows from their memory. */
	if (hg_span_eq(word, HG_BYTES("hashsize")))
		return 0;
	hg_draft_refuse(d, hg_arg_column(arg, part),
		"a set has type, load, save, state, memcap, hashsize and ttl, not '%.*s'",
		(int)HG_MIN(word.len, 40), word.p);
	return HG_DRAFT_GUESS(d, word, names);
}

/* ---- the configuration's say ---- */

static const char *
text_below(const struct hg_config_node *n, const char *key)
{
	const struct hg_config_node *child = n == NULL ? NULL : hg_config_child(n, key);

	return child == NULL ? NULL : hg_config_text(child);
}

/* Paths of the configuration are trusted; relative ones lie among the data. */
static void
configured_path(const struct hg_draft *d, const char *path, char out[PATH])
{
	if (path != NULL && path[0] != '\0')
		join(out, data_folder(d), strlen(data_folder(d)), hg_span_str(path));
}

static void
read_configured(const struct hg_draft *d, struct spec *s)
{
	char name[HG_SET_NAME_MAX + 1];
	const struct hg_config_node *all = hg_config_find(d->shared->config, "datasets"), *n;
	const char *type, *state, *memory;

	snprintf(name, sizeof(name), "%.*s", (int)s->name.len, s->name.p);
	n = all == NULL ? NULL : hg_config_child(all, name);
	if (n == NULL)
		return;
	type = text_below(n, "type");
	state = text_below(n, "state");
	memory = text_below(n, "memcap");
	if (type != NULL && !s->typed)
		s->typed = hg_set_type_parse(hg_span_str(type), &s->type);
	if (s->load[0] == '\0')
		configured_path(d, state == NULL ? text_below(n, "load") : state, s->load);
	if (s->save[0] == '\0')
		configured_path(d, state == NULL ? text_below(n, "save") : state, s->save);
	s->may_lack |= state != NULL;
	if (memory != NULL && s->memory == 0)
		hg_config_parse_size(memory, &s->memory);
}

/* ---- the sets of a rule set ---- */

static struct hg_named_set *
row_make(struct hg_draft *d)
{
	struct hg_named_sets *sets = &d->shared->sets;

	if (sets->n == sets->room) {
		const uint16_t room = sets->room == 0 ? 16 : (uint16_t)(2 * sets->room);
		struct hg_named_set *more;

		if (room > 4096) {
			hg_draft_refuse(d, 0, "more than 4096 sets of values in a rule set");
			return NULL;
		}
		more = realloc(sets->v, room * sizeof(*more));
		if (more == NULL) {
			hg_draft_no_memory(d);
			return NULL;
		}
		sets->v = more;
		sets->room = room;
	}
	return &sets->v[sets->n];
}

/* What rules before these have made of it goes on, unless it is a list that is only read. */
static struct hg_set *
from_before(const struct hg_draft *d, const struct spec *s)
{
	const struct hg_named_sets *sets = &d->shared->sets;

	for (uint16_t i = 0; i < sets->n_before; i++) {
		const struct hg_named_set *b = &sets->before[i];

		if (hg_span_eq(hg_span_str(b->name), s->name) && hg_set_type_of(b->set) == s->type &&
			(s->load[0] == '\0' || s->may_lack))
			return hg_set_take(b->set);
	}
	return NULL;
}

static struct hg_set *
fresh(struct hg_draft *d, const struct hg_arg *arg, const struct spec *s)
{
	struct hg_error why = { 0 };
	char text[800];

	const struct hg_set_config config = { .type = s->type,
		.memory = s->memory != 0 ? s->memory
					 : hg_config_size(d->shared->config, "datasets.defaults.memcap"),
		.key = d->shared->sets.key };
	struct hg_set *set;

	if (hg_set_open(&set, &config, &why) == 0) {
		if (s->load[0] == '\0' || (s->may_lack && access(s->load, F_OK) != 0) ||
			hg_set_load(set, s->load, &why) == 0)
			return set;
		hg_set_give(set);
	}
	hg_draft_refuse(d, arg->column, "%s", hg_error_text(&why, text, sizeof(text)));
	return NULL;
}

/* The index of the set; -errno: refused. */
static int
set_of(struct hg_draft *d, const struct hg_arg *arg, struct spec *s)
{
	struct hg_named_sets *sets = &d->shared->sets;
	struct hg_named_set *row;

	for (uint16_t i = 0; i < sets->n; i++) {
		row = &sets->v[i];
		if (!hg_span_eq(hg_span_str(row->name), s->name))
			continue;
		if (s->typed && s->type != hg_set_type_of(row->set))
			return hg_draft_refuse(d, arg->column, "set \"%s\" is of type %s in another rule",
				row->name, hg_set_type_name(hg_set_type_of(row->set)));
		return i;
	}
	read_configured(d, s);
	if (!s->typed)
		return hg_draft_refuse(d, hg_arg_column(arg, s->name),
			"nothing says of what type set \"%.*s\" is; add type string, md5, sha256, ipv4 or ip",
			(int)s->name.len, s->name.p);
	row = row_make(d);
	if (row == NULL)
		return d->error.code;
	*row = (struct hg_named_set){ .name = hg_draft_text(d, s->name),
		.save = s->save[0] == '\0' ? NULL : hg_draft_text(d, hg_span_str(s->save)) };
	if (row->name == NULL || (s->save[0] != '\0' && row->save == NULL))
		return hg_draft_no_memory(d);
	row->set = from_before(d, s);
	if (row->set == NULL)
		row->set = fresh(d, arg, s);
	return row->set == NULL ? d->error.code : sets->n++;
}

/* ---- keywords ---- */

static int
take_name(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name, struct spec *s)
{
	*s = (struct spec){ .name = name };
	if (name.len == 0 || name.len > HG_SET_NAME_MAX)
		return hg_draft_refuse(
			d, hg_arg_column(arg, name), "a set's name has 1 to %d characters", HG_SET_NAME_MAX);
	return 0;
}

static struct hg_ins *
set_ins(struct hg_draft *d, const struct hg_arg *arg, const struct hg_keyword *k, struct hg_parts *parts,
	struct spec *s, enum hg_op op)
{
	struct hg_span part;
	struct hg_ins *ins;
	int index;

	if (!hg_draft_sticky(d)) {
		hg_draft_refuse(d, arg->column, "\"%s\" needs a buffer: name one before it", k->name);
		return NULL;
	}
	while (hg_part_take(parts, &part))
		if (take_option(d, arg, part, s) != 0)
			return NULL;
	index = set_of(d, arg, s);
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
	struct spec s;
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
	struct spec s;
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
	struct spec s = { .typed = true };
	struct hg_draft_list *list;
	char name[PATH + 32];
	struct hg_ins *ins;
	unsigned i = 0;
	int index;

	while (strcmp(kinds[i].name, k->name) != 0)
		i++;
	if (check_path(d, arg, path) != 0)
		return d->error.code;
	hg_sets_path(d, path, s.load);
	s.type = kinds[i].type;
	snprintf(name, sizeof(name), "%s:%s", k->name, s.load);
	s.name = hg_span_str(name);
	index = set_of(d, arg, &s);
	if (index < 0 || hg_draft_use_buffer(d, k->buffer, arg->column) != 0)
		return d->error.code;
	list = hg_draft_list_of(d, k->buffer);
	ins = list == NULL ? NULL : hg_draft_list_add(d, list, HG_OP_DATASET);
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
