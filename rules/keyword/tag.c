#include "rules/keyword/keyword_int.h"

#define DEFAULT_COUNT 256 /* packets, of a tag that says no more than what it is about */

static bool
take_word(struct hg_span text, const char *const *words, unsigned n, uint8_t *out)
{
	for (unsigned i = 0; i < n; i++) {
		if (hg_span_eq(text, hg_span_str(words[i]))) {
			*out = (uint8_t)i;
			return true;
		}
	}
	return false;
}

/* A direction means nothing to a session; without one a host is the packet's destination. */
static int
tag(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const whats[] = { "session", "host" };
	static const char *const units[] = {
		[HG_TAG_PACKETS] = "packets", [HG_TAG_BYTES] = "bytes", [HG_TAG_SECONDS] = "seconds"
	};
	static const char *const sides[] = { "src", "dst" };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part = HG_SPAN_NONE;
	struct hg_tag *t = &d->tags[d->n_tags];
	uint64_t count = DEFAULT_COUNT;
	uint8_t host = 0, side = 1;

	if (d->n_tags == HG_DRAFT_TAGS)
		return hg_draft_refuse(d, arg->column, "more than %d tags in a rule", HG_DRAFT_TAGS);
	hg_part_take(&parts, &part);
	if (!take_word(part, whats, HG_COUNT(whats), &host))
		return hg_draft_refuse(d, arg->column, "tag is %s", k->syntax);
	if (hg_part_take(&parts, &part)) {
		if (hg_arg_u64(d, arg, part, 0, UINT32_MAX, &count) != 0)
			return d->error.code;
		if (!hg_part_take(&parts, &part) || !take_word(part, units, HG_COUNT(units), &t->unit) ||
			(hg_part_take(&parts, &part) &&
				(!take_word(part, sides, HG_COUNT(sides), &side) || parts.more)))
			return hg_draft_refuse(d, arg->column, "tag is %s", k->syntax);
	}
	t->count = (uint32_t)count;
	t->of = !host ? HG_TAG_SESSION : side == 0 ? HG_TAG_SRC : HG_TAG_DST;
	d->n_tags++;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "tag",
		.kind = HG_KW_POST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = tag,
		.syntax = "session|host[,<n>,packets|bytes|seconds[,src|dst]]",
		.doc = "Packets of the session or host behind the alert are written as records `packet`; 256 "
		       "packets unless it says how many." },
};
HG_KEYWORDS(tag, rows);
