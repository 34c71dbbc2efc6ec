#include <stdio.h>

#include "rules/keyword/keyword_int.h"

#define XBIT_SECONDS 30
#define HOSTBIT_SECONDS 300

static struct hg_span
part_of(struct hg_parts *parts)
{
	struct hg_span part = HG_SPAN_NONE;

	hg_part_take(parts, &part);
	return part;
}

static int
flowint_id(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name)
{
	if (name.len < 2)
		return hg_draft_refuse(
			d, hg_arg_column(arg, name), "the name of a flowint has two characters at least");
	return hg_names_id(d, &d->shared->flowints, name);
}

/* A number, or the id of another flowint. */
static int
flowint_value(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, uint32_t *value, bool *var)
{
	uint64_t n;
	int r;

	*var = text.len > 0 && !(text.p[0] >= '0' && text.p[0] <= '9');
	if (*var) {
		r = flowint_id(d, arg, text);
		*value = (uint32_t)r;
		return r < 0 ? r : 0;
	}
	r = hg_arg_u64(d, arg, text, 0, UINT32_MAX, &n);
	*value = (uint32_t)n;
	return r;
}

static int
flowint_post(struct hg_draft *d, const struct hg_arg *arg, int id, enum hg_post_op op, struct hg_span text)
{
	struct hg_post *post = hg_draft_post(d, op);

	if (post == NULL)
		return d->error.code;
	post->id = (uint16_t)id;
	return flowint_value(d, arg, text, &post->value, &post->var);
}

static int
flowint_test(struct hg_draft *d, const struct hg_arg *arg, int id, uint8_t compare, struct hg_span text)
{
	struct hg_test *t = hg_draft_test(d, HG_TEST_FLOWINT);
	uint16_t *ids = hg_draft_take(d, sizeof(ids[0]));
	uint32_t value;
	bool var;
	int r;

	if (t == NULL)
		return d->error.code;
	if (ids == NULL)
		return hg_draft_no_memory(d);
	r = flowint_value(d, arg, text, &value, &var);
	if (r != 0)
		return r;
	t->compare = compare;
	t->a = (uint64_t)id;
	t->b = var ? 0 : value;
	t->n = var;
	ids[0] = var ? (uint16_t)value : 0;
	t->ids = ids;
	return 0;
}

static int
unknown_op(struct hg_draft *d, const struct hg_arg *arg, struct hg_span op)
{
	static const char *const names[] = { "isset", "isnotset", "notset" };

	hg_draft_refuse(d, hg_arg_column(arg, op), "flowint knows = + - < <= == != >= > isset and isnotset");
	return HG_DRAFT_GUESS(d, op, names);
}

static int
flowint(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct {
		const char *sign;
		uint8_t compare;
	} tests[] = { { "<", HG_CMP_LT }, { "<=", HG_CMP_LE }, { "==", HG_CMP_EQ }, { "!=", HG_CMP_NE },
		{ ">=", HG_CMP_GE }, { ">", HG_CMP_GT } };
	static const struct {
		const char *sign;
		uint8_t op;
	} posts[] = { { "=", HG_POST_FLOWINT_SET }, { "+", HG_POST_FLOWINT_ADD },
		{ "-", HG_POST_FLOWINT_SUB } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span name = part_of(&parts), op = part_of(&parts), value = part_of(&parts);
	int id = flowint_id(d, arg, name);
	struct hg_test *t;

	(void)k;
	if (id < 0)
		return id;
	for (unsigned i = 0; i < HG_COUNT(posts); i++)
		if (hg_span_eq(op, hg_span_str(posts[i].sign)))
			return flowint_post(d, arg, id, posts[i].op, value);
	for (unsigned i = 0; i < HG_COUNT(tests); i++)
		if (hg_span_eq(op, hg_span_str(tests[i].sign)))
			return flowint_test(d, arg, id, tests[i].compare, value);
	t = hg_draft_test(d, HG_TEST_FLOWINT);
	if (t == NULL)
		return d->error.code;
	t->a = (uint64_t)id;
	if (hg_span_eq(op, HG_BYTES("isset")))
		t->mode = 1;
	else if (hg_span_eq(op, HG_BYTES("isnotset")) || hg_span_eq(op, HG_BYTES("notset")))
		t->mode = 2;
	else
		return unknown_op(d, arg, op);
	return 0;
}

/* One command on a bit of an address, by track. */
static int
host_bit(struct hg_draft *d, const struct hg_arg *arg, struct hg_span command, struct hg_span name,
	const char *space, enum hg_test_op test_op, uint8_t track, uint32_t seconds)
{
	static const char *const names[] = { "set", "unset", "toggle", "isset", "isnotset" };
	char full[280];
	int n, id;

	if (name.len == 0 || name.len > 255)
		return hg_draft_refuse(d, hg_arg_column(arg, name), "the name of a bit is missing");
	/* Bits of both keywords stand in one table; a name is one of its keyword. */
	n = snprintf(full, sizeof(full), "%s%.*s", space, (int)name.len, name.p);
	id = hg_names_id(d, &d->shared->xbits, hg_span(full, (size_t)n));
	if (id < 0)
		return id;
	if (hg_span_eq(command, HG_BYTES("isset")) || hg_span_eq(command, HG_BYTES("isnotset"))) {
		struct hg_test *t = hg_draft_test(d, test_op);

		if (t == NULL)
			return d->error.code;
		t->negated = command.len == strlen("isnotset");
		t->a = (uint64_t)id;
		t->mode = track;
		return 0;
	}
	for (unsigned i = 0; i < 3; i++) {
		struct hg_post *post;

		if (!hg_span_eq(command, hg_span_str(names[i])))
			continue;
		post = hg_draft_post(d, HG_POST_XBIT_SET + i);
		if (post == NULL)
			return d->error.code;
		post->id = (uint16_t)id;
		post->mode = track;
		post->host = test_op == HG_TEST_HOSTBIT;
		post->value = seconds;
		return 0;
	}
	hg_draft_refuse(d, hg_arg_column(arg, command), "a bit is set, unset, toggle, isset or isnotset");
	return HG_DRAFT_GUESS(d, command, names);
}

static int
xbits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span command = part_of(&parts), name, part, word;
	uint64_t seconds = XBIT_SECONDS;
	int track = -1;

	(void)k;
	name = part_of(&parts);
	while (hg_part_take(&parts, &part)) {
		hg_word_take(&part, &word);
		if (hg_span_eq(word, HG_BYTES("expire"))) {
			int r = hg_arg_u64(d, arg, part, 1, UINT32_MAX, &seconds);

			if (r != 0)
				return r;
		} else if (hg_span_eq(word, HG_BYTES("track"))) {
			track = hg_span_eq(part, HG_BYTES("ip_src"))    ? HG_TRACK_SRC
				: hg_span_eq(part, HG_BYTES("ip_dst"))  ? HG_TRACK_DST
				: hg_span_eq(part, HG_BYTES("ip_pair")) ? HG_TRACK_PAIR
									: -1;
		} else {
			track = -1;
			break;
		}
	}
	if (track < 0)
		return hg_draft_refuse(d, arg->column, "xbits is %s", k->syntax);
	return host_bit(d, arg, command, name, "", HG_TEST_XBIT, (uint8_t)track, (uint32_t)seconds);
}

static int
hostbits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span command = part_of(&parts), name, side;
	uint8_t track = HG_TRACK_SRC;

	(void)k;
	if (hg_span_eq(command, HG_BYTES("noalert"))) {
		d->flags |= HG_RF_NOALERT;
		return 0;
	}
	name = part_of(&parts);
	side = part_of(&parts);
	if (hg_span_eq(side, HG_BYTES("dst")))
		track = HG_TRACK_DST;
	else if (side.len > 0 && !hg_span_eq(side, HG_BYTES("src")))
		return hg_draft_refuse(d, hg_arg_column(arg, side), "a hostbit belongs to src or dst");
	return host_bit(d, arg, command, name, "host:", HG_TEST_HOSTBIT, track, HOSTBIT_SECONDS);
}

static const struct hg_keyword rows[] = {
	{ .name = "flowint",
		.kind = HG_KW_TEST,
		.compile = flowint,
		.syntax = "<name>,=|+|-|<|<=|==|!=|>=|>,<n|name>; <name>,isset|isnotset",
		.doc = "Counters of the flow." },
	{ .name = "xbits",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = xbits,
		.syntax = "set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire "
			  "<seconds>]",
		.doc = "Bits of an address, or of a pair, by which rules know of each other." },
	{ .name = "hostbits",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = hostbits,
		.syntax = "set|unset|toggle|isset|isnotset,<name>[,src|dst]",
		.doc = "Bits of an address, for 300 seconds." },
};
HG_KEYWORDS(state, rows);
