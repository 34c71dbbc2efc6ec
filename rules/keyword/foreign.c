#include "rules/keyword/keyword_int.h"

/* Keywords of Suricata that this engine does not have: refused by name, so that nobody looks for a misspelling. */
static int
refuse(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	hg_draft_refuse(d, arg->column, "\"%s\" is not supported: %s", k->name, k->doc);
	hg_error_mark(&d->error, "unsupported-keyword");
	return d->error.code;
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

static int
prefilter(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	(void)arg;
	d->prefilter = true;
	return 0;
}

#define REFUSED(name_, doc_)                                                                      \
	{                                                                                         \
		.name = name_, .kind = HG_KW_TEST, .flags = HG_KWF_OPTIONAL_ARG | HG_KWF_REFUSED, \
		.compile = refuse, .syntax = "", .doc = doc_                                      \
	}

static const struct hg_keyword rows[] = {
	{ .name = "prefilter",
		.kind = HG_KW_META,
		.flags = HG_KWF_NO_ARG,
		.compile = prefilter,
		.syntax = "",
		.doc = "How a rule is found is chosen here; with flags it matters to what Suricata 7 "
		       "answers." },
	{ .name = "nfq_set_mark",
		.kind = HG_KW_POST,
		.compile = accept,
		.syntax = "<mark>/<mask>",
		.doc = "Accepted without effect: packets are not marked." },
	REFUSED("lua", "rules run no scripts"),
	REFUSED("luajit", "rules run no scripts"),
	REFUSED("tls.store", "certificates are not stored"),
	REFUSED("tls_store", "certificates are not stored"),
	REFUSED("rpc", "no decoder of ONC RPC"),
};
HG_KEYWORDS(foreign, rows);
