#include "rules/keyword/keyword_int.h"

struct word {
	const char *name;
	uint8_t value;
};

static const struct word types[] = {
	{ "limit", HG_THRESHOLD_LIMIT },
	{ "threshold", HG_THRESHOLD_THRESHOLD },
	{ "both", HG_THRESHOLD_BOTH },
};

static const struct word tracks[] = {
	{ "by_src", HG_TRACK_SRC },
	{ "by_dst", HG_TRACK_DST },
	{ "by_both", HG_TRACK_PAIR },
	{ "by_rule", HG_TRACK_RULE },
};

enum { TYPE = 1, TRACK = 2, COUNT = 4, SECONDS = 8 };

static int
choose(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, const struct word *words,
	unsigned n, uint8_t *out)
{
	for (unsigned i = 0; i < n; i++) {
		if (hg_span_eq_nocase(text, hg_span_str(words[i].name))) {
			*out = words[i].value;
			return 0;
		}
	}
	hg_draft_refuse(
		d, hg_arg_column(arg, text), "'%.*s' is not known here", (int)HG_MIN(text.len, 40), text.p);
	return hg_draft_guess(d, text, words, n, sizeof(words[0]));
}

static int
read_part(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, unsigned *seen,
	struct hg_threshold *t)
{
	static const char *const names[] = { "type", "track", "count", "seconds" };
	struct hg_span value = part, name;
	unsigned what;
	uint64_t n;
	int r;

	hg_word_take(&value, &name);
	what = hg_span_eq(name, HG_BYTES("type"))       ? TYPE
		: hg_span_eq(name, HG_BYTES("track"))   ? TRACK
		: hg_span_eq(name, HG_BYTES("count"))   ? COUNT
		: hg_span_eq(name, HG_BYTES("seconds")) ? SECONDS
							: 0;
	if (what == 0 || *seen & what) {
		hg_draft_refuse(
			d, hg_arg_column(arg, part), "type, track, count and seconds stand here, once each");
		return what == 0 ? HG_DRAFT_GUESS(d, name, names) : d->error.code;
	}
	*seen |= what;
	if (what == TYPE)
		return choose(d, arg, value, types, HG_COUNT(types), &t->type);
	if (what == TRACK)
		return choose(d, arg, value, tracks, t->type == HG_THRESHOLD_FILTER ? 2 : HG_COUNT(tracks),
			&t->track);
	r = hg_arg_u64(d, arg, value, t->type == HG_THRESHOLD_FILTER, UINT32_MAX, &n);
	if (what == COUNT)
		t->count = (uint32_t)n;
	else
		t->seconds = (uint32_t)n;
	return r;
}

static int
limit(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const bool filter = strcmp(k->name, "detection_filter") == 0;
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	unsigned seen = filter ? TYPE : 0;
	struct hg_span part;

	if (d->has_threshold)
		return hg_draft_refuse(d, arg->column, "a rule has one threshold or detection_filter");
	/* The first two trackers and counts from 1 are all that a filter takes; `type` may stand behind them. */
	d->threshold.type = filter ? HG_THRESHOLD_FILTER : HG_THRESHOLD_LIMIT;
	while (hg_part_take(&parts, &part)) {
		int r = read_part(d, arg, part, &seen, &d->threshold);

		if (r != 0)
			return r;
	}
	if (seen != (TYPE | TRACK | COUNT | SECONDS))
		return hg_draft_refuse(d, arg->column, "\"%s\" is %s", k->name, k->syntax);
	d->has_threshold = true;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "threshold",
		.kind = HG_KW_POST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = limit,
		.syntax = "type limit|threshold|both, track by_src|by_dst|by_both|by_rule, count <n>, "
			  "seconds <n>",
		.doc = "How many of the alerts are written." },
	{ .name = "detection_filter",
		.kind = HG_KW_POST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = limit,
		.syntax = "track by_src|by_dst, count <n>, seconds <n>",
		.doc = "The rule alerts after so many matches only." },
};
HG_KEYWORDS(threshold, rows);
