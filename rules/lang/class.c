#include "rules/lang/class.h"

#include <errno.h>

#include "rules/lang/number.h"

/* A line has been read by `parse`, or not: then the error gets its place. */
static int
finish(struct hg_text *t, struct hg_span line, int r, struct hg_error *err)
{
	if (r == 0)
		return 1;
	if (r == -EINVAL)
		hg_text_blame(t, line, err);
	return r;
}

/* An error about `part`, which lies in line. */
static int
line_error(struct hg_span line, struct hg_span part, struct hg_error *err, const char *text)
{
	return hg_part_error(err, (size_t)(part.p - line.p), "%s", text);
}

/* hg_parse_u64 over a part of line. */
static int
line_number(struct hg_span line, struct hg_span part, uint64_t max, uint64_t *out, struct hg_error *err)
{
	int r = hg_parse_u64(part, 0, max, out, err);

	if (r != 0 && err != NULL)
		err->column += (uint32_t)(part.p - line.p);
	return r;
}

/* What stands behind "config <kind>:". */
static int
config_body(struct hg_span line, const char *kind, struct hg_span *body, struct hg_error *err)
{
	struct hg_span rest = line, word, name;
	size_t colon;

	if (!hg_word_take(&rest, &word) || !hg_span_eq(word, HG_BYTES("config")))
		return line_error(line, word, err, "a line must begin with \"config\"");
	colon = hg_span_find(rest, 0, ':');
	name = hg_span_trim(hg_span_sub(rest, 0, colon));
	if (colon == SIZE_MAX || !hg_span_eq(name, hg_span_str(kind)))
		return hg_part_error(err, (size_t)(rest.p - line.p), "\"config %s:\" is expected", kind);
	*body = hg_span_trim(hg_span_from(rest, colon + 1));
	return 0;
}

static int
parse_class(struct hg_span line, struct hg_class *out, struct hg_error *err)
{
	struct hg_span body = HG_SPAN_NONE, number;
	size_t first, last;
	uint64_t priority;
	int r = config_body(line, "classification", &body, err);

	if (r != 0)
		return r;
	first = hg_span_find(body, 0, ',');
	for (last = body.len; last > 0 && body.p[last - 1] != ',';)
		last--;
	if (first == SIZE_MAX || last < first + 2)
		return line_error(line, body, err, "a class is written name,text,priority");
	out->name = hg_span_trim(hg_span_sub(body, 0, first));
	out->text = hg_span_trim(hg_span_sub(body, first + 1, last - first - 2));
	number = hg_span_from(body, last);
	if (out->name.len == 0)
		return line_error(line, body, err, "the name of the class is missing");
	r = line_number(line, number, 255, &priority, err);
	out->priority = r == 0 ? (uint8_t)priority : 0;
	return r;
}

int
hg_class_next(struct hg_text *t, struct hg_class *out, struct hg_error *err)
{
	struct hg_span line;

	if (!hg_text_line(t, &line))
		return 0;
	return finish(t, line, parse_class(line, out, err), err);
}

static int
parse_reference(struct hg_span line, struct hg_reference *out, struct hg_error *err)
{
	struct hg_span body = HG_SPAN_NONE;
	int r = config_body(line, "reference", &body, err);

	if (r != 0)
		return r;
	if (!hg_word_take(&body, &out->name) || body.len == 0)
		return line_error(line, body, err, "a reference is written: name url");
	out->url = body;
	return 0;
}

int
hg_reference_next(struct hg_text *t, struct hg_reference *out, struct hg_error *err)
{
	struct hg_span line;

	if (!hg_text_line(t, &line))
		return 0;
	return finish(t, line, parse_reference(line, out, err), err);
}

/* Keys of a threshold.config line. */
enum key {
	KEY_GID,
	KEY_SID,
	KEY_TYPE,
	KEY_TRACK,
	KEY_COUNT,
	KEY_SECONDS,
	KEY_ACTION,
	KEY_TIMEOUT,
	KEY_IP,
	KEYS
};

static const char *const key_names[KEYS + 1] = { "gen_id", "sig_id", "type", "track", "count", "seconds",
	"new_action", "timeout", "ip" };

#define BIT(k) (1u << (k))
#define IDS (BIT(KEY_GID) | BIT(KEY_SID))

static const struct {
	const char *name;
	enum hg_limit_kind kind;
	unsigned needs, allows; /* sets of keys */
	unsigned tracks;        /* set of enum hg_limit_track */
} kinds[] = {
	{ "event_filter", HG_LIMIT_EVENT,
		IDS | BIT(KEY_TYPE) | BIT(KEY_TRACK) | BIT(KEY_COUNT) | BIT(KEY_SECONDS), 0,
		BIT(HG_LIMIT_BY_SRC) | BIT(HG_LIMIT_BY_DST) | BIT(HG_LIMIT_BY_BOTH) | BIT(HG_LIMIT_BY_RULE) },
	{ "threshold", HG_LIMIT_EVENT,
		IDS | BIT(KEY_TYPE) | BIT(KEY_TRACK) | BIT(KEY_COUNT) | BIT(KEY_SECONDS), 0,
		BIT(HG_LIMIT_BY_SRC) | BIT(HG_LIMIT_BY_DST) | BIT(HG_LIMIT_BY_BOTH) | BIT(HG_LIMIT_BY_RULE) },
	{ "rate_filter", HG_LIMIT_RATE,
		IDS | BIT(KEY_TRACK) | BIT(KEY_COUNT) | BIT(KEY_SECONDS) | BIT(KEY_ACTION) | BIT(KEY_TIMEOUT),
		0,
		BIT(HG_LIMIT_BY_SRC) | BIT(HG_LIMIT_BY_DST) | BIT(HG_LIMIT_BY_BOTH) | BIT(HG_LIMIT_BY_RULE) },
	{ "suppress", HG_LIMIT_SUPPRESS, IDS, BIT(KEY_TRACK) | BIT(KEY_IP),
		BIT(HG_LIMIT_BY_SRC) | BIT(HG_LIMIT_BY_DST) | BIT(HG_LIMIT_BY_EITHER) },
};

static const char *const type_names[] = { "limit", "threshold", "both", NULL };
static const char *const action_names[] = { "alert", "drop", "pass", "reject", NULL };
static const char *const track_names[] = { "", "by_src", "by_dst", "by_either", "by_both", "by_rule", NULL };

/* Index of the word in a list that ends with NULL. */
static int
choose(struct hg_span line, struct hg_span word, const char *const *names, unsigned *out,
	struct hg_error *err)
{
	for (unsigned i = 0; names[i] != NULL; i++) {
		if (word.len > 0 && hg_span_eq_nocase(word, hg_span_str(names[i]))) {
			*out = i;
			return 0;
		}
	}
	return hg_part_error(err, (size_t)(word.p - line.p), "\"%.*s\" is not known here",
		(int)HG_MIN(word.len, 60), word.p);
}

static int
limit_value(struct hg_limit *out, enum key key, struct hg_span value, struct hg_error *err)
{
	uint32_t *const numbers[KEYS] = { [KEY_GID] = &out->gid,
		[KEY_SID] = &out->sid,
		[KEY_COUNT] = &out->count,
		[KEY_SECONDS] = &out->seconds,
		[KEY_TIMEOUT] = &out->timeout };
	const char *const *names = key == KEY_TYPE ? type_names
		: key == KEY_TRACK                 ? track_names
						   : action_names;
	unsigned choice = 0;
	uint64_t number;
	int r;

	if (key == KEY_IP) {
		out->ip = value;
		return value.len > 0 ? 0
				     : line_error(out->line, value, err, "an address list is missing here");
	}
	if (numbers[key] != NULL) {
		r = line_number(out->line, value, UINT32_MAX, &number, err);
		if (r == 0)
			*numbers[key] = (uint32_t)number;
		return r;
	}
	r = choose(out->line, value, names, &choice, err);
	if (key == KEY_TYPE)
		out->type = (enum hg_limit_type)choice;
	else if (key == KEY_TRACK)
		out->track = (enum hg_limit_track)choice;
	else
		out->new_action = (enum hg_limit_action)choice;
	return r;
}

/* "key value" parts; ip is the last and takes the rest, for its list has commas. *seen: set of keys. */
static int
limit_parts(struct hg_limit *out, struct hg_span rest, unsigned *seen, struct hg_error *err)
{
	while (rest.len > 0) {
		struct hg_span all = rest, word, part;
		size_t comma = hg_span_find(rest, 0, ',');
		unsigned key = 0;
		int r;

		part = hg_span_trim(hg_span_sub(rest, 0, comma));
		hg_word_take(&part, &word);
		r = choose(out->line, word, key_names, &key, err);
		if (r != 0)
			return r;
		if ((*seen & BIT(key)) != 0)
			return line_error(out->line, word, err, "given twice");
		*seen |= BIT(key);
		if (key == KEY_IP) {
			part = hg_span_trim(hg_span_from(all, (size_t)(word.p - all.p) + word.len));
			comma = SIZE_MAX;
		}
		r = limit_value(out, (enum key)key, part, err);
		if (r != 0)
			return r;
		rest = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(rest, comma + 1));
	}
	return 0;
}

static int
parse_limit(struct hg_span line, struct hg_limit *out, struct hg_error *err)
{
	struct hg_span rest = line, word;
	unsigned seen = 0;
	size_t k;
	int r;

	*out = (struct hg_limit){ .line = line };
	hg_word_take(&rest, &word);
	for (k = 0; k < HG_COUNT(kinds); k++)
		if (hg_span_eq(word, hg_span_str(kinds[k].name)))
			break;
	if (k == HG_COUNT(kinds))
		return line_error(
			line, word, err, "event_filter, threshold, rate_filter or suppress is expected");
	out->kind = kinds[k].kind;
	r = limit_parts(out, rest, &seen, err);
	if (r != 0)
		return r;
	for (unsigned key = 0; key < KEYS; key++) {
		if ((kinds[k].needs & ~seen & BIT(key)) != 0)
			return hg_part_error(
				err, (size_t)(word.p - line.p), "%s needs %s", kinds[k].name, key_names[key]);
		if ((seen & ~(kinds[k].needs | kinds[k].allows) & BIT(key)) != 0)
			return hg_part_error(err, (size_t)(word.p - line.p), "%s has no %s", kinds[k].name,
				key_names[key]);
	}
	if ((seen & BIT(KEY_TRACK)) != 0 && (kinds[k].tracks & BIT(out->track)) == 0)
		return hg_part_error(err, (size_t)(word.p - line.p), "%s cannot track %s", kinds[k].name,
			track_names[out->track]);
	if (out->kind == HG_LIMIT_SUPPRESS && seen != IDS && seen != (IDS | BIT(KEY_TRACK) | BIT(KEY_IP)))
		return line_error(line, word, err, "track and ip of suppress belong together");
	return 0;
}

int
hg_limit_next(struct hg_text *t, struct hg_limit *out, struct hg_error *err)
{
	struct hg_span line;

	if (!hg_text_line(t, &line))
		return 0;
	return finish(t, line, parse_limit(line, out, err), err);
}
