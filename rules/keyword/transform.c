#include "rules/keyword/keyword_int.h"

#define TRANSFORMS_MAX 16

static const struct {
	const char *name;
	uint8_t op;
} ops[] = {
	{ "dotprefix", HG_TRANSFORM_DOTPREFIX },
	{ "strip_whitespace", HG_TRANSFORM_STRIP_WHITESPACE },
	{ "compress_whitespace", HG_TRANSFORM_COMPRESS_WHITESPACE },
	{ "to_lowercase", HG_TRANSFORM_TO_LOWER },
	{ "to_uppercase", HG_TRANSFORM_TO_UPPER },
	{ "to_md5", HG_TRANSFORM_MD5 },
	{ "to_sha1", HG_TRANSFORM_SHA1 },
	{ "to_sha256", HG_TRANSFORM_SHA256 },
	{ "url_decode", HG_TRANSFORM_URL_DECODE },
	{ "xor", HG_TRANSFORM_XOR },
	{ "header_lowercase", HG_TRANSFORM_HEADER_LOWER },
	{ "strip_pseudo_headers", HG_TRANSFORM_STRIP_PSEUDO_HEADERS },
	{ "pcrexform", HG_TRANSFORM_PCRE },
};

static struct hg_transform *
add(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l = hg_draft_sticky(d) ? &d->lists[d->current] : NULL;
	struct hg_transform *all;
	unsigned i = 0;

	if (l == NULL || d->sticky == NULL || l->n > 0) {
		hg_draft_refuse(d, arg->column, "\"%s\" must stand right behind a buffer", k->name);
		return NULL;
	}
	if (l->n_transforms == TRANSFORMS_MAX) {
		hg_draft_refuse(d, arg->column, "more than %d transforms of one buffer", TRANSFORMS_MAX);
		return NULL;
	}
	all = hg_draft_take(d, (l->n_transforms + 1u) * sizeof(all[0]));
	if (all == NULL) {
		hg_draft_no_memory(d);
		return NULL;
	}
	if (l->n_transforms > 0)
		memcpy(all, l->transforms, l->n_transforms * sizeof(all[0]));
	l->transforms = all;
	while (strcmp(ops[i].name, k->name) != 0)
		i++;
	all[l->n_transforms].op = ops[i].op;
	return &all[l->n_transforms++];
}

static int
plain(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return add(d, k, arg) == NULL ? d->error.code : 0;
}

static int xor
	(struct hg_draft * d, const struct hg_keyword *k, const struct hg_arg *arg) {
		struct hg_transform *t = add(d, k, arg);
		uint8_t *key;

		if (t == NULL)
			return d->error.code;
		if (arg->text.len % 2 != 0 || arg->text.len == 0)
			return hg_draft_refuse(d, arg->column, "the key of xor is pairs of hex digits");
		key = hg_draft_take(d, arg->text.len / 2);
		if (key == NULL)
			return hg_draft_no_memory(d);
		for (size_t i = 0; i < arg->text.len / 2; i++) {
			struct hg_span pair = hg_span_sub(arg->text, 2 * i, 2);
			uint64_t v;

			if (hg_parse_hex(pair, UINT8_MAX, &v, &d->error) != 0)
				return hg_draft_blame(d, arg, pair);
			key[i] = (uint8_t)v;
		}
		t->key = hg_span(key, arg->text.len / 2);
		return 0;
	}

	static int pcrexform(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_transform *t = add(d, k, arg);
	uint32_t captures = 0;
	int r;

	if (t == NULL)
		return d->error.code;
	r = hg_regex_compile(d, arg, arg->text, 0, true, &t->code);
	if (r != 0)
		return r;
	pcre2_pattern_info(t->code, PCRE2_INFO_CAPTURECOUNT, &captures);
	if (captures != 1)
		return hg_draft_refuse(d, arg->column,
			"the expression of pcrexform must capture one group, it has %u", captures);
	return 0;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Could these bytes come out of the transform? */
static bool
possible(uint8_t op, struct hg_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.p[i];

		if (op == HG_TRANSFORM_STRIP_WHITESPACE && is_space(c))
			return false;
		if (op == HG_TRANSFORM_COMPRESS_WHITESPACE && is_space(c) && i > 0 &&
			is_space(bytes.p[i - 1]))
			return false;
		if (op == HG_TRANSFORM_TO_LOWER && c >= 'A' && c <= 'Z')
			return false;
		if (op == HG_TRANSFORM_TO_UPPER && c >= 'a' && c <= 'z')
			return false;
	}
	return true;
}

int
hg_transform_check(struct hg_draft *d, const struct hg_draft_list *l, struct hg_span bytes)
{
	for (unsigned i = 0; i < l->n_transforms; i++) {
		unsigned o = 0;

		while (ops[o].op != l->transforms[i].op)
			o++;
		if (!possible(ops[o].op, bytes))
			return hg_draft_refuse(
				d, 0, "a content cannot match what %s makes of the buffer", ops[o].name);
	}
	return 0;
}

#define PLAIN(name_, doc_)                                                                        \
	{                                                                                         \
		.name = name_, .kind = HG_KW_TRANSFORM, .flags = HG_KWF_NO_ARG, .compile = plain, \
		.syntax = "", .doc = doc_                                                         \
	}

static const struct hg_keyword rows[] = {
	PLAIN("dotprefix", "Puts a dot in front of the buffer."),
	PLAIN("strip_whitespace", "Takes all blanks and line ends out of the buffer."),
	PLAIN("compress_whitespace", "Leaves the first of every run of blanks and line ends."),
	PLAIN("to_lowercase", "Makes the buffer lower case (ASCII)."),
	PLAIN("to_uppercase", "Makes the buffer upper case (ASCII)."),
	PLAIN("to_md5", "Replaces the buffer by its MD5, 16 bytes."),
	PLAIN("to_sha1", "Replaces the buffer by its SHA-1, 20 bytes."),
	PLAIN("to_sha256", "Replaces the buffer by its SHA-256, 32 bytes."),
	PLAIN("url_decode", "Decodes %HH, and + to a blank."),
	PLAIN("header_lowercase", "Makes the names of headers lower case."),
	PLAIN("strip_pseudo_headers", "Takes lines that begin with a colon out of the buffer."),
	{ .name = "xor",
		.kind = HG_KW_TRANSFORM,
		.compile = xor,
		.syntax = "\"<hex>\"",
		.doc = "Combines the buffer with a key, again and again, by exclusive or." },
	{ .name = "pcrexform",
		.kind = HG_KW_TRANSFORM,
		.compile = pcrexform,
		.syntax = "\"<expression>\"",
		.doc = "Replaces the buffer by what the group of a regular expression captures." },
};
HG_KEYWORDS(transform, rows);
