#include "rules/keyword/keyword_int.h"

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The whole buffer equals the text. */
static int
whole(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins = hg_draft_list_add(d, hg_draft_list_named(d, k, arg), HG_OP_TEXT);

	if (ins == NULL)
		return d->error.code;
	ins->content.bytes = (const uint8_t *)hg_draft_text(d, arg->text);
	ins->content.len = (uint32_t)arg->text.len;
	return ins->content.bytes == NULL ? hg_draft_no_memory(d) : 0;
}

/* Versions that speak SSH 2 begin with 2, or with 1.99 (RFC 4253 5.1). */
static int
speaks_2(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins;
	pcre2_code *code;

	if (hg_draft_use_buffer(d, k->buffer, arg->column) != 0 ||
		hg_regex_compile(d, arg, HG_BYTES("^(?:2|1\\.99)"), 0, false, &code) != 0)
		return d->error.code;
	ins = hg_draft_list_add(d, hg_draft_list_of(d, k->buffer), HG_OP_PCRE);
	if (ins == NULL)
		return d->error.code;
	ins->pcre.code = code;
	return 0;
}

static int
protoversion(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	bool number = is_digit(arg->text.p[0]) && !arg->negated;

	if (hg_span_eq(arg->text, HG_BYTES("2_compat")) && !arg->negated)
		return speaks_2(d, k, arg);
	for (size_t i = 0; i < arg->text.len; i++)
		number &= is_digit(arg->text.p[i]) || arg->text.p[i] == '.';
	return number ? whole(d, k, arg)
		      : hg_draft_refuse(d, arg->column, "ssh.protoversion is a version as 2.0, or 2_compat");
}

static int
softwareversion(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	bool name = !arg->negated;

	for (size_t i = 0; i < arg->text.len; i++) {
		const uint8_t c = arg->text.p[i], low = hg_lower(c);

		name &= is_digit(c) || (low >= 'a' && low <= 'z') || hg_is_blank(c) || c == ':' || c == '.' ||
			c == '-' || c == '_' || c == '+';
	}
	return name ? whole(d, k, arg)
		    : hg_draft_refuse(d, arg->column,
			      "ssh.softwareversion has letters, digits, blanks and any of : . - _ +");
}

static const struct hg_keyword rows[] = {
	{ .name = "ssh.protoversion",
		.kind = HG_KW_CONTENT,
		.buffer = "ssh.proto",
		.compile = protoversion,
		.syntax = "<version>|2_compat",
		.doc = "The protocol version is this one; 2_compat: one that speaks SSH 2." },
	{ .name = "ssh.softwareversion",
		.kind = HG_KW_CONTENT,
		.buffer = "ssh.software",
		.compile = softwareversion,
		.syntax = "<name>",
		.doc = "The software is this one." },
};
HG_KEYWORDS(ssh, rows);
