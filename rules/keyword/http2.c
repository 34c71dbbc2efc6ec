#include "rules/keyword/keyword_int.h"

#define SETTING_VALUE_AT 2 /* in the buffer: behind the identifier */

static const char *const frame_types[] = { "DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS",
	"PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION" };
static const char *const error_codes[] = { "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR",
	"FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM",
	"CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY",
	"HTTP_1_1_REQUIRED" };
static const char *const settings_names[] = { "SETTINGS_HEADER_TABLE_SIZE", "SETTINGS_ENABLE_PUSH",
	"SETTINGS_MAX_CONCURRENT_STREAMS", "SETTINGS_INITIAL_WINDOW_SIZE", "SETTINGS_MAX_FRAME_SIZE",
	"SETTINGS_MAX_HEADER_LIST_SIZE" };

/* The place of the name; n: it is none of them. */
static unsigned
place_of(struct hg_span name, const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (hg_span_eq_nocase(hg_span_str(names[i]), name))
			return i;
	return n;
}

/* A name of the table, or a number. */
static int
named(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, const char *const *names,
	unsigned n, uint64_t max)
{
	const unsigned place = place_of(arg->text, names, n);
	struct hg_range_test t = { .compare = HG_CMP_EQ, .a = place };

	if (place < n)
		return hg_number_buffer(d, k, arg, &t);
	if (arg->text.len == 0 || arg->text.p[0] < '0' || arg->text.p[0] > '9') {
		hg_draft_refuse(d, arg->column, "%s is no name that \"%s\" knows",
			hg_draft_text(d, arg->text), k->name);
		return hg_draft_guess(d, arg->text, names, n, sizeof(names[0]));
	}
	if (hg_arg_u64(d, arg, arg->text, 0, max, &t.a) != 0)
		return d->error.code;
	return hg_number_buffer(d, k, arg, &t);
}

static int
frame_type(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return named(d, k, arg, frame_types, HG_COUNT(frame_types), UINT8_MAX);
}

static int
error_code(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return named(d, k, arg, error_codes, HG_COUNT(error_codes), UINT32_MAX);
}

static int
priority(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT8_MAX);
}

static int
window(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT32_MAX);
}

static int
size_update(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT64_MAX);
}

/* What is compared with two ends is two comparisons. */
static int
add_value(struct hg_draft *d, const struct hg_arg *arg, struct hg_draft_list *l, struct hg_span part)
{
	struct hg_range_test t;
	int r = hg_arg_test(d, arg, part, UINT32_MAX, &t);

	if (r == 0 && t.compare == HG_CMP_OUTSIDE)
		return hg_draft_refuse(d, hg_arg_column(arg, part),
			"settings are not compared with what is outside a range");
	if (r == 0 && t.compare == HG_CMP_BETWEEN) {
		r = hg_draft_list_field(d, l, HG_CMP_GT, SETTING_VALUE_AT, 4, t.a);
		t.compare = HG_CMP_LT;
		t.a = t.b;
	}
	return r != 0 ? r : hg_draft_list_field(d, l, t.compare, SETTING_VALUE_AT, 4, t.a);
}

/* A name, and what its value is compared with. */
static int
setting(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l;
	struct hg_span name, value;
	size_t n = 0;
	unsigned place;
	int r;

	while (n < arg->text.len &&
		(arg->text.p[n] == '_' ||
			(hg_lower(arg->text.p[n]) >= 'a' && hg_lower(arg->text.p[n]) <= 'z')))
		n++;
	name = hg_span_sub(arg->text, 0, n);
	value = hg_span_trim(hg_span_from(arg->text, n));
	place = place_of(name, settings_names, HG_COUNT(settings_names));
	if (place == HG_COUNT(settings_names)) {
		hg_draft_refuse(d, arg->column, "there is no setting %s", hg_draft_text(d, name));
		return HG_DRAFT_GUESS(d, name, settings_names);
	}
	if (hg_draft_use_buffer(d, k->buffer, arg->column) != 0)
		return d->error.code;
	l = hg_draft_list_of(d, k->buffer);
	r = l == NULL ? d->error.code : hg_draft_list_field(d, l, HG_CMP_EQ, 0, SETTING_VALUE_AT, place + 1);
	return r != 0 || value.len == 0 ? r : add_value(d, arg, l, value);
}

#define NUMBER(name_, compile_, syntax_, doc_)                                                 \
	{                                                                                      \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = name_, \
		.compile = compile_, .syntax = syntax_, .doc = doc_                            \
	}
#define RANGE "[<|>|<=|>=|!]<n>|<n><><n>"

static const struct hg_keyword rows[] = {
	NUMBER("http2.frametype", frame_type, "<name>|<n>",
		"A frame of the stream has this type: DATA, GOAWAY."),
	NUMBER("http2.errorcode", error_code, "<name>|<n>",
		"A RST_STREAM or GOAWAY gives this reason: NO_ERROR, REFUSED_STREAM."),
	NUMBER("http2.priority", priority, RANGE, "The weight of a priority."),
	NUMBER("http2.window", window, RANGE, "The increment of a WINDOW_UPDATE."),
	NUMBER("http2.size_update", size_update, RANGE, "The size that a header block sets for its table."),
	NUMBER("http2.settings", setting, "<name>[[=|<|>|<=|>=|!]<n>|<n><><n>]",
		"This setting is there: SETTINGS_ENABLE_PUSH, with this value."),
};
HG_KEYWORDS(http2, rows);
