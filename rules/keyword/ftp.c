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

/* One of two words, of which the second is `yes`. */
static int
either(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg, struct hg_span no,
	struct hg_span yes)
{
	const struct hg_range_test t = { .compare = HG_CMP_EQ, .a = hg_span_eq_nocase(arg->text, yes) };

	if (t.a == 0 && !hg_span_eq_nocase(arg->text, no))
		return hg_draft_refuse(d, arg->column, "%s is %s", k->name, k->syntax);
	return hg_number_buffer(d, k, arg, &t);
}

static int
mode(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return either(d, k, arg, HG_BYTES("active"), HG_BYTES("passive"));
}

static int
received(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return either(d, k, arg, HG_BYTES("no"), HG_BYTES("yes"));
}

static int
port(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_number_compared(d, k, arg, UINT16_MAX);
}

static const struct hg_keyword rows[] = {
	{ .name = "ftpbounce",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER | HG_KWF_NO_ARG,
		.buffer = "ftpbounce",
		.compile = bounces,
		.syntax = "",
		.doc = "A PORT names another host than the client." },
	{ .name = "ftp.mode",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ftp.mode",
		.compile = mode,
		.syntax = "active|passive",
		.doc = "How the port of a data connection was agreed upon." },
	{ .name = "ftp.dynamic_port",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ftp.dynamic_port",
		.compile = port,
		.syntax = "[<|<=|>|>=|!=]<n> | <a>-<b>",
		.doc = "The port that was agreed upon for a data connection." },
	{ .name = "ftp.reply_received",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ftp.reply_received",
		.compile = received,
		.syntax = "yes|no",
		.doc = "The command was answered." },
	{ .name = "ftpdata_command",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ftpdata_command",
		.compile = command,
		.syntax = "retr|stor",
		.doc = "What the data connection is for: a file is read or written." },
};
HG_KEYWORDS(ftp, rows);
