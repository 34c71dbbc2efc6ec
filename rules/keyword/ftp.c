#include "rules/keyword/keyword_int.h"

static int
bounces(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct hg_range_test t = { .compare = HG_CMP_EQ, .a = 1 };

	return hg_number_buffer(d, k, arg, &t);
}

static int
command(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t = { .compare = HG_CMP_EQ, .a = 1 };

	if (hg_span_eq_nocase(arg->text, HG_BYTES("stor")))
		t.a = 2;
	else if (!hg_span_eq_nocase(arg->text, HG_BYTES("retr")))
		return hg_draft_refuse(d, arg->column, "ftpdata_command is %s", k->syntax);
	return hg_number_buffer(d, k, arg, &t);
}

static const struct hg_keyword rows[] = {
	{ .name = "ftpbounce",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER | HG_KWF_NO_ARG,
		.buffer = "ftpbounce",
		.compile = bounces,
		.syntax = "",
		.doc = "A PORT names another host than the client." },
	{ .name = "ftpdata_command",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ftpdata_command",
		.compile = command,
		.syntax = "retr|stor",
		.doc = "What the data connection is for: a file is read or written." },
};
HG_KEYWORDS(ftp, rows);
