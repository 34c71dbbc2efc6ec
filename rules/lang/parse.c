#include "rules/lang/rule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/config.h"

static const struct {
	const char *name;
	enum hg_action action;
} actions[] = {
	{ "alert", HG_ACTION_ALERT },
	{ "pass", HG_ACTION_PASS },
	{ "drop", HG_ACTION_DROP },
	{ "reject", HG_ACTION_REJECT },
	{ "rejectsrc", HG_ACTION_REJECT },
	{ "rejectdst", HG_ACTION_REJECT_DST },
	{ "rejectboth", HG_ACTION_REJECT_BOTH },
	{ "config", HG_ACTION_CONFIG },
};

const char *
hg_action_name(enum hg_action a)
{
	for (size_t i = 0; i < HG_COUNT(actions); i++)
		if (actions[i].action == a)
			return actions[i].name;
	return "";
}

/* The length of the UTF-8 sequence at s (RFC 3629), 0: none. */
static size_t
utf8_len(struct hg_span s)
{
	uint8_t c = s.p[0];
	size_t n = c < 0x80             ? 1
		: c >= 0xc2 && c < 0xe0 ? 2
		: c >= 0xe0 && c < 0xf0 ? 3
		: c >= 0xf0 && c < 0xf5 ? 4
					: 0;

	if (n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && s.p[1] < 0xa0) || (c == 0xed && s.p[1] > 0x9f) || (c == 0xf0 && s.p[1] < 0x90) ||
		(c == 0xf4 && s.p[1] > 0x8f))
		return 0;
	return n;
}

static int
check_characters(struct hg_span raw, struct hg_error *err)
{
	size_t i = 0;

	while (i < raw.len) {
		size_t n = utf8_len(hg_span_from(raw, i));

		if (n == 0)
			return hg_part_error(err, i, "byte 0x%02x is not valid UTF-8", raw.p[i]);
		if ((raw.p[i] < 0x20 && raw.p[i] != '\t') || raw.p[i] == 0x7f)
			return hg_part_error(err, i, "control character 0x%02x in a rule", raw.p[i]);
		i += n;
	}
	return 0;
}

/* A field of the header: up to a blank outside brackets. */
static int
take_field(struct hg_span raw, size_t *at, const char *what, struct hg_span *field, struct hg_error *err)
{
	size_t i = *at, open = 0, from;

	while (i < raw.len && hg_is_blank(raw.p[i]))
		i++;
	from = i;
	for (; i < raw.len && (open > 0 || (!hg_is_blank(raw.p[i]) && raw.p[i] != '(')); i++) {
		if (raw.p[i] == '[')
			open++;
		if (raw.p[i] == ']' && open > 0)
			open--;
	}
	*field = hg_span_sub(raw, from, i - from);
	*at = i;
	if (i == from)
		return hg_part_error(err, from, "the %s is missing", what);
	return 0;
}

/* The fields of the header that only the parser looks at. */
struct head {
	struct hg_span action, direction;
};

static int
parse_header(struct hg_rule_text *r, struct head *head, size_t *at, struct hg_error *err)
{
	struct {
		const char *what;
		struct hg_span *to;
	} fields[] = {
		{ "action", &head->action },
		{ "protocol", &r->protocol },
		{ "source address", &r->src },
		{ "source port", &r->src_port },
		{ "direction (-> or <>)", &head->direction },
		{ "destination address", &r->dst },
		{ "destination port", &r->dst_port },
	};

	for (size_t i = 0; i < HG_COUNT(fields); i++) {
		int e = take_field(r->raw, at, fields[i].what, fields[i].to, err);

		if (e != 0)
			return e;
	}
	return 0;
}

static int
unknown_action(const struct hg_rule_text *r, struct hg_span action, struct hg_error *err)
{
	const char *names[HG_COUNT(actions)], *near;
	char word[32];

	for (size_t i = 0; i < HG_COUNT(actions); i++)
		names[i] = actions[i].name;
	snprintf(word, sizeof(word), "%.*s", (int)HG_MIN(action.len, sizeof(word) - 1), action.p);
	hg_part_error(err, (size_t)(action.p - r->raw.p), "unknown action '%s'", word);
	hg_error_mark(err, "unknown-action");
	near = hg_nearest(word, names, HG_COUNT(actions));
	if (near != NULL)
		hg_error_guess(err, near);
	return -EINVAL;
}

static int
judge_header(struct hg_rule_text *r, const struct head *head, struct hg_error *err)
{
	const struct hg_span action = head->action, direction = head->direction;
	size_t i;

	for (i = 0; i < HG_COUNT(actions); i++)
		if (hg_span_eq_nocase(action, hg_span_str(actions[i].name)))
			break;
	if (i == HG_COUNT(actions))
		return unknown_action(r, action, err);
	r->action = actions[i].action;
	r->both_ways = hg_span_eq(direction, HG_BYTES("<>"));
	if (!r->both_ways && !hg_span_eq(direction, HG_BYTES("->")))
		return hg_part_error(err, (size_t)(direction.p - r->raw.p), "the direction must be -> or <>");
	return 0;
}

/* Index of the ';' that ends the option at `from`; quotes do not protect it, a backslash does. */
static size_t
option_end(struct hg_span body, size_t from)
{
	size_t end = hg_span_find(body, from, ';');

	while (end != SIZE_MAX && end > from && body.p[end - 1] == '\\')
		end = hg_span_find(body, end + 1, ';');
	return end;
}

static struct hg_rule_option
option_of(struct hg_span text)
{
	size_t colon = hg_span_find(text, 0, ':');
	struct hg_rule_option o = { .name = hg_span_trim(hg_span_sub(text, 0, colon)) };

	o.has_value = colon != SIZE_MAX;
	if (o.has_value)
		o.value = hg_span_trim(hg_span_from(text, colon + 1));
	return o;
}

/* body: what stands between the parentheses; a part of r->raw. */
static int
parse_options(struct hg_text *t, struct hg_rule_text *r, struct hg_span body, struct hg_error *err)
{
	size_t base = (size_t)(body.p - r->raw.p), from = 0, end;
	uint32_t n = 0;

	for (size_t at = 0; (at = option_end(body, at)) != SIZE_MAX; at++)
		n++;
	if (n > HG_RULE_OPTIONS_MAX)
		return hg_part_error(err, base, "more than %d options", HG_RULE_OPTIONS_MAX);
	r->options = hg_text_take(t, (n + 1) * sizeof(r->options[0]));
	if (r->options == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a rule");
	while ((end = option_end(body, from)) != SIZE_MAX) {
		struct hg_rule_option o = option_of(hg_span_sub(body, from, end - from));

		if (o.name.len == 0)
			return hg_part_error(err, base + end, "an option without a name");
		r->options[r->n++] = o;
		from = end + 1;
	}
	body = hg_span_trim(hg_span_from(body, from));
	if (body.len > 0)
		return hg_part_error(
			err, (size_t)(body.p - r->raw.p), "the ';' that ends an option is missing");
	return 0;
}

/* As the peer: parentheses around the options are neither counted nor missed. */
static struct hg_span
options_body(struct hg_span body)
{
	while (body.len > 0 && (hg_is_blank(body.p[0]) || body.p[0] == '('))
		body = hg_span_from(body, 1);
	while (body.len > 0 && (hg_is_blank(body.p[body.len - 1]) || body.p[body.len - 1] == ')'))
		body.len--;
	return body;
}

/* *has_options is set once they are read, whatever the header says. */
static int
parse_rule(struct hg_text *t, struct hg_rule_text *r, bool *has_options, struct hg_error *err)
{
	struct hg_span body;
	struct head head;
	size_t at = 0;
	int e = check_characters(r->raw, err);

	if (e == 0)
		e = parse_header(r, &head, &at, err);
	if (e != 0)
		return e;
	body = options_body(hg_span_from(r->raw, at));
	if (body.len == 0)
		return hg_part_error(err, at, "the options in parentheses are missing");
	e = parse_options(t, r, body, err);
	*has_options = e == 0;
	return e == 0 ? judge_header(r, &head, err) : e;
}

int
hg_rule_next(struct hg_text *t, struct hg_rule_text **rule, struct hg_error *err)
{
	struct hg_rule_text *r;
	struct hg_span line;
	uint32_t column;
	bool has_options = false;
	int e;

	*rule = NULL;
	if (!hg_text_line(t, &line))
		return 0;
	r = hg_text_take(t, sizeof(*r));
	if (r == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a rule");
	r->text = t;
	r->raw = hg_span_trim(line);
	hg_text_place(t, r->raw.p, &r->line, &column);
	if (hg_is_blank(line.p[0]))
		e = hg_part_error(err, 0, "blanks in front of a rule: Suricata would skip it without a word");
	else
		e = parse_rule(t, r, &has_options, err);
	if (e == -EINVAL)
		hg_error_mark(err, "rule-syntax");
	if (e == -EINVAL)
		hg_text_blame(t, hg_is_blank(line.p[0]) ? line : r->raw, err);
	*rule = e == 0 || has_options ? r : NULL;
	return e == 0 ? 1 : e;
}

const struct hg_rule_option *
hg_rule_find(const struct hg_rule_text *r, struct hg_span name)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (hg_span_eq(r->options[i].name, name))
			return &r->options[i];
	return NULL;
}

int
hg_rule_error(
	const struct hg_rule_text *r, struct hg_span part, struct hg_error *err, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hg_error_set(err, -EINVAL, "%s", text);
	return hg_text_blame(r->text, part, err);
}

int
hg_rule_blame(const struct hg_rule_text *r, struct hg_span part, struct hg_error *err)
{
	return hg_text_blame(r->text, part, err);
}
