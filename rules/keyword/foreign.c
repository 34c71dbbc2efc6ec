#include "rules/keyword/keyword_int.h"

/* Keywords of Suricata that this engine does not have: refused by name, so that nobody looks for a misspelling. */
static int
refuse(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_draft_refuse(d, arg->column, "\"%s\" is not supported: %s", k->name, k->doc);
}

/* Has no part in what the rule matches or shows. */
static int
accept(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)d;
	(void)k;
	(void)arg;
	return 0;
}

static bool
is_one_of(struct hg_span text, const char *a, const char *b, const char *c)
{
	return hg_span_eq(text, hg_span_str(a)) || hg_span_eq(text, hg_span_str(b)) ||
		(c != NULL && hg_span_eq(text, hg_span_str(c)));
}

/* Has no part in whether the rule matches, and the peer as it comes with tagged-packets off shows nothing of it. */
static int
tag(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part = HG_SPAN_NONE;
	uint64_t count;

	hg_part_take(&parts, &part);
	if (!is_one_of(part, "session", "host", NULL))
		return hg_draft_refuse(d, arg->column, "tag is %s", k->syntax);
	if (!hg_part_take(&parts, &part))
		return 0;
	if (hg_arg_u64(d, arg, part, 0, UINT32_MAX, &count) != 0)
		return d->error.code;
	if (!hg_part_take(&parts, &part) || !is_one_of(part, "packets", "bytes", "seconds") ||
		(hg_part_take(&parts, &part) && (!is_one_of(part, "src", "dst", NULL) || parts.more)))
		return hg_draft_refuse(d, arg->column, "tag is %s", k->syntax);
	return 0;
}

static int
prefilter(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	(void)arg;
	d->prefilter = true;
	return 0;
}

#define REFUSED(name_, doc_)                                                                        \
	{                                                                                           \
		.name = name_, .kind = HG_KW_TEST, .flags = HG_KWF_OPTIONAL_ARG, .compile = refuse, \
		.syntax = "", .doc = doc_                                                           \
	}

static const struct hg_keyword rows[] = {
	{ .name = "prefilter",
		.kind = HG_KW_META,
		.flags = HG_KWF_NO_ARG,
		.compile = prefilter,
		.syntax = "",
		.doc = "How a rule is found is chosen here; with flags it matters to what Suricata 7 "
		       "answers." },
	{ .name = "tag",
		.kind = HG_KW_META,
		.compile = tag,
		.syntax = "session|host[,<n>,packets|bytes|seconds[,src|dst]]",
		.doc = "Accepted; the packets that follow an alert are not written." },
	{ .name = "nfq_set_mark",
		.kind = HG_KW_POST,
		.compile = accept,
		.syntax = "<mark>/<mask>",
		.doc = "Accepted without effect: packets are not marked." },
	REFUSED("lua", "rules run no scripts"),
	REFUSED("luajit", "rules run no scripts"),
	REFUSED("geoip", "no database of places"),
	REFUSED("tls.store", "certificates are not stored"),
	REFUSED("tls_store", "certificates are not stored"),
	REFUSED("rpc", "no decoder of ONC RPC"),
	REFUSED("replace", "payload is not rewritten"),
	REFUSED("frame", "no frames"),
	REFUSED("config", "rules do not configure"),
	REFUSED("flowvar", "values of captured groups are not compared"),
	REFUSED("pktvar", "values of captured groups are not compared"),
};
HG_KEYWORDS(foreign, rows);
