#include <stdlib.h>

#include "rules/keyword/keyword_int.h"

struct letter {
	uint8_t letter;
	uint32_t option; /* of PCRE2 */
	uint32_t flag;   /* HG_INS_* */
	const char *buffer;
};

static const struct letter letters[] = {
	{ 'i', PCRE2_CASELESS, HG_INS_NOCASE, NULL },
	{ 's', PCRE2_DOTALL, 0, NULL },
	{ 'm', PCRE2_MULTILINE, 0, NULL },
	{ 'x', PCRE2_EXTENDED, 0, NULL },
	{ 'A', PCRE2_ANCHORED, 0, NULL },
	{ 'E', PCRE2_DOLLAR_ENDONLY, 0, NULL },
	{ 'G', PCRE2_UNGREEDY, 0, NULL },
	{ 'R', 0, HG_INS_RELATIVE, NULL },
	{ 'B', 0, HG_INS_RAW, NULL },
	{ 'O', 0, 0, NULL }, /* the limits of the configuration hold always */
	{ 'U', 0, 0, "http.uri" },
	{ 'I', 0, 0, "http.uri.raw" },
	{ 'H', 0, 0, "http.header" },
	{ 'D', 0, 0, "http.header.raw" },
	{ 'M', 0, 0, "http.method" },
	{ 'C', 0, 0, "http.cookie" },
	{ 'P', 0, 0, "http.request_body" },
	{ 'Q', 0, 0, "http.response_body" },
	{ 'Y', 0, 0, "http.stat_msg" },
	{ 'S', 0, 0, "http.stat_code" },
	{ 'V', 0, 0, "http.user_agent" },
	{ 'W', 0, 0, "http.host" },
	{ 'Z', 0, 0, "http.host.raw" },
};

struct regex {
	struct hg_span pattern, flags, captures;
	uint32_t options, ins_flags;
	const char *buffer;
};

/* "/pattern/flags[, flow:name …]", with a comma or a blank in front of the names: the last '/' that no backslash protects ends the pattern; a backslash that another one
 * protects does not. */
static int
take_apart(struct hg_draft *d, const struct hg_arg *arg, struct regex *x)
{
	size_t end = arg->text.len, flags = 0;

	if (arg->text.len < 2 || arg->text.p[0] != '/')
		return hg_draft_refuse(d, arg->column, "a regular expression is /<expression>/<flags>");
	while (--end > 0)
		if (arg->text.p[end] == '/' && (arg->text.p[end - 1] != '\\' || arg->text.p[end - 2] == '\\'))
			break;
	if (end == 0)
		return hg_draft_refuse(d, arg->column, "the '/' that ends the regular expression is missing");
	x->pattern = hg_span_sub(arg->text, 1, end - 1);
	x->flags = hg_span_from(arg->text, end + 1);
	while (flags < x->flags.len && x->flags.p[flags] != ',' && x->flags.p[flags] != ' ')
		flags++;
	x->captures = hg_span_from(x->flags, flags);
	x->flags = hg_span_sub(x->flags, 0, flags);
	return 0;
}

static int
read_flags(struct hg_draft *d, const struct hg_arg *arg, struct regex *x)
{
	for (size_t i = 0; i < x->flags.len; i++) {
		const struct letter *l = NULL;
		const struct hg_span at = hg_span_sub(x->flags, i, 1);

		for (unsigned k = 0; k < HG_COUNT(letters); k++)
			if (letters[k].letter == at.p[0])
				l = &letters[k];
		if (l == NULL)
			return hg_draft_refuse(d, hg_arg_column(arg, at),
				"unknown flag '%c' of a regular expression", at.p[0]);
		if (l->buffer != NULL && x->buffer != NULL && strcmp(x->buffer, l->buffer) != 0)
			return hg_draft_refuse(d, hg_arg_column(arg, at),
				"the flags of a regular expression name two buffers");
		if (l->buffer != NULL)
			x->buffer = l->buffer;
		x->options |= l->option;
		x->ins_flags |= l->flag;
	}
	if (x->ins_flags & HG_INS_RAW && x->buffer != NULL)
		return hg_draft_refuse(
			d, hg_arg_column(arg, x->flags), "flag B excludes the flags that name a buffer");
	return 0;
}

/* Hosts are lower case: a capital outside of an escape can never match. */
static int
check_host(struct hg_draft *d, const struct hg_arg *arg, const struct regex *x)
{
	if (x->buffer == NULL || strcmp(x->buffer, "http.host") != 0)
		return 0;
	for (size_t i = 0; i < x->pattern.len; i++) {
		uint8_t c = x->pattern.p[i];

		if (c == '\\')
			i++;
		else if (c >= 'A' && c <= 'Z')
			return hg_draft_refuse(d, hg_arg_column(arg, hg_span_from(x->pattern, i)),
				"hosts are lower case, the capital '%c' never matches", c);
	}
	return 0;
}

static int
keep_code(struct hg_draft *d, pcre2_code *code)
{
	struct hg_codes *c = &d->shared->codes;

	if (c->n == c->room) {
		uint32_t room = c->room == 0 ? 256 : c->room * 2;
		pcre2_code **more = realloc(c->codes, room * sizeof(more[0]));

		if (more == NULL) {
			pcre2_code_free(code);
			return hg_draft_no_memory(d);
		}
		c->codes = more;
		c->room = room;
	}
	c->codes[c->n++] = code;
	return 0;
}

/* Groups do not capture unless the expression itself refers to them; that is cheaper. */
int
hg_regex_compile(struct hg_draft *d, const struct hg_arg *arg, struct hg_span pattern, uint32_t options,
	bool capture, pcre2_code **ret)
{
	pcre2_code *code = NULL;
	PCRE2_SIZE at = 0;
	int e = 0;

	if (!capture)
		code = pcre2_compile(pattern.p, pattern.len, options | PCRE2_NO_AUTO_CAPTURE, &e, &at, NULL);
	if (code == NULL)
		code = pcre2_compile(pattern.p, pattern.len, options, &e, &at, NULL);
	if (code == NULL) {
		PCRE2_UCHAR text[160];

		pcre2_get_error_message(e, text, sizeof(text));
		return hg_draft_refuse(d, hg_arg_column(arg, pattern) + (uint32_t)at,
			"regular expression: %s", (char *)text);
	}
	/* Without JIT (no memory for it) the interpreter does the same more slowly. */
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	*ret = code;
	return keep_code(d, code);
}

/* Another group that has a name; those over eight are not kept, as in the peer. */
static int
add_capture(struct hg_draft *d, struct hg_ins *ins, struct hg_span name, uint16_t of)
{
	int id = 0;

	if (ins->pcre.n_captures == HG_CAPTURES_MAX)
		return 0;
	if (of != HG_CAPTURE_PAIR)
		id = hg_names_id(d, &d->shared->vars, name);
	if (id < 0)
		return id;
	ins->pcre.captures[ins->pcre.n_captures++] = (uint16_t)id | of;
	return 0;
}

/* "flow:name, pkt:name": the values of groups 1, 2 … "pkt:key, pkt:value": of two groups, of which the first has the name; it
 * counts as one, so that the next name is the second's as well. */
static int
read_captures(
	struct hg_draft *d, const struct hg_arg *arg, const struct regex *x, struct hg_ins *ins, uint32_t *n)
{
	struct hg_parts parts = hg_parts_of(x->captures, ',');
	struct hg_span part;
	bool key = false;
	int r = 0;

	while (r == 0 && hg_part_take(&parts, &part)) {
		const bool flow = hg_span_starts(part, HG_BYTES("flow:")),
			   value = hg_span_eq(part, HG_BYTES("pkt:value"));
		const struct hg_span name = hg_span_from(part, flow ? 5 : 4);

		if (part.len == 0)
			continue;
		if ((!flow && !hg_span_starts(part, HG_BYTES("pkt:"))) || name.len == 0 ||
			hg_span_find(name, 0, ' ') != SIZE_MAX)
			return hg_draft_refuse(
				d, hg_arg_column(arg, part), "a captured group is flow:<name> or pkt:<name>");
		if (key != value)
			return hg_draft_refuse(d, hg_arg_column(arg, part),
				"pkt:value stands behind pkt:key, and nothing else does");
		++*n;
		key = hg_span_eq(part, HG_BYTES("pkt:key"));
		if (!value)
			r = add_capture(d, ins, name, key ? HG_CAPTURE_PAIR : flow ? 0 : HG_CAPTURE_PACKET);
	}
	return r;
}

static bool
is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "(?P<flow_name>" and "(?P<pkt_name>" in the expression itself. They are counted from 1 with the others, wherever they stand. */
static int
read_named(struct hg_draft *d, const struct regex *x, struct hg_ins *ins)
{
	static const char flow[] = "(?P<flow_", pkt[] = "(?P<pkt_";
	struct hg_span rest = x->pattern;
	int r = 0;

	while (r == 0 && rest.len > 0) {
		const bool of_flow = hg_span_starts(rest, HG_BYTES(flow));
		struct hg_span name;
		size_t n = 0;

		if (!of_flow && !hg_span_starts(rest, HG_BYTES(pkt))) {
			rest = hg_span_from(rest, 1);
			continue;
		}
		rest = hg_span_from(rest, of_flow ? strlen(flow) : strlen(pkt));
		while (n < rest.len && is_word(rest.p[n]))
			n++;
		name = hg_span_sub(rest, 0, n);
		if (n > 0 && n < rest.len && rest.p[n] == '>')
			r = add_capture(d, ins, name, of_flow ? 0 : HG_CAPTURE_PACKET);
	}
	return r;
}

/* An expression without any group may have names that nothing is kept as. */
static int
check_groups(struct hg_draft *d, const struct hg_arg *arg, const struct regex *x, const struct hg_ins *ins,
	uint32_t names)
{
	uint32_t groups = 0;

	pcre2_pattern_info(ins->pcre.code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups > 0 && names > groups)
		return hg_draft_refuse(
			d, hg_arg_column(arg, x->captures), "%u names for %u captured groups", names, groups);
	return 0;
}

static struct hg_draft_list *
list_for(struct hg_draft *d, const struct hg_arg *arg, const struct regex *x)
{
	const char *buffer;

	if (x->buffer == NULL)
		return hg_draft_list(d);
	buffer = hg_buffer_alias(x->buffer);
	if (hg_draft_sticky(d)) {
		if (strcmp(d->lists[d->current].buffer, buffer) == 0)
			return hg_draft_list(d);
		hg_draft_refuse(d, hg_arg_column(arg, x->flags),
			"the flags ask for \"%s\", but the buffer \"%s\" is chosen", buffer,
			d->lists[d->current].buffer);
		return NULL;
	}
	if (hg_draft_use_old(d, x->buffer, hg_arg_column(arg, x->flags)) != 0)
		return NULL;
	return hg_draft_list_of(d, buffer);
}

/* Outside of a sticky buffer, /R without a match to start from is a mistake of the rule's author. */
static bool
follows_match(const struct hg_draft *d, const struct hg_draft_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->ins[i].op == HG_OP_CONTENT || l->ins[i].op == HG_OP_PCRE)
			return true;
	return hg_draft_sticky(d);
}

static int
pcre(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins made = { .op = HG_OP_PCRE }, *ins;
	struct hg_draft_list *l;
	struct regex x = { 0 };
	uint32_t names = 0;
	int r = take_apart(d, arg, &x);

	(void)k;
	if (r == 0)
		r = read_flags(d, arg, &x);
	if (r == 0)
		r = check_host(d, arg, &x);
	if (r == 0)
		r = read_captures(d, arg, &x, &made, &names);
	if (r == 0)
		r = hg_regex_compile(d, arg, x.pattern, x.options, names > 0, &made.pcre.code);
	if (r == 0)
		r = check_groups(d, arg, &x, &made, names);
	if (r == 0)
		r = read_named(d, &x, &made);
	if (r != 0)
		return r;
	made.flags = x.ins_flags | (arg->negated ? HG_INS_NEGATED : 0);
	l = list_for(d, arg, &x);
	if (l == NULL)
		return d->error.code;
	if (made.flags & HG_INS_RELATIVE && !follows_match(d, l))
		return hg_draft_refuse(d, hg_arg_column(arg, x.flags),
			"flag R needs a content or regular expression before it in the same buffer");
	ins = hg_draft_list_add(d, l, HG_OP_PCRE);
	if (ins == NULL)
		return d->error.code;
	*ins = made;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "pcre",
		.kind = HG_KW_CONTENT,
		.compile = pcre,
		.syntax = "[!]\"/<expression>/[ismxAEGRBOUIHDMCPQYSVWZ][, flow:<name>|pkt:<name>...]\"",
		.doc = "The regular expression (PCRE2) matches in the buffer chosen, or in the one its flags "
		       "name. What groups captured becomes variables of the flow or packet, by names behind "
		       "the flags or as (?P<flow_name>...), (?P<pkt_name>...)." },
};
HG_KEYWORDS(pcre, rows);
