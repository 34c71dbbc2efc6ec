#include "rules/keyword/keyword_int.h"

static int
filename(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l = hg_draft_list_named(d, k, arg);
	int r = l == NULL ? d->error.code : hg_content_add(d, l, arg);

	if (r == 0)
		d->last_content->flags |= HG_INS_NOCASE;
	return r;
}

static int
fileext(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l = hg_draft_list_named(d, k, arg);
	struct hg_ins *ins;
	uint8_t *dotted;
	int r = l == NULL ? d->error.code : hg_content_add(d, l, arg);

	if (r != 0)
		return r;
	ins = d->last_content;
	dotted = hg_draft_take(d, ins->content.len + 1);
	if (dotted == NULL)
		return hg_draft_no_memory(d);
	dotted[0] = '.';
	memcpy(dotted + 1, ins->content.bytes, ins->content.len);
	ins->content.bytes = dotted;
	ins->content.len++;
	ins->flags |= HG_INS_NOCASE | HG_INS_ENDS;
	return 0;
}

static int
number(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const bool byte = strcmp(k->name, "dns.opcode") == 0;

	return hg_number_compared(d, k, arg, byte ? UINT8_MAX : UINT64_MAX);
}

static const struct hg_keyword rows[] = {
	{ .name = "filename",
		.kind = HG_KW_CONTENT,
		.buffer = "file.name",
		.compile = filename,
		.syntax = "[!]\"<text>\"",
		.doc = "The text stands in the file's name, whatever its case." },
	{ .name = "fileext",
		.kind = HG_KW_CONTENT,
		.buffer = "file.name",
		.compile = fileext,
		.syntax = "[!]\"<text>\"",
		.doc = "The file's name ends in a dot and the text, whatever its case." },
	{ .name = "filemagic",
		.kind = HG_KW_CONTENT,
		.buffer = "file.magic",
		.compile = filename,
		.syntax = "[!]\"<text>\"",
		.doc = "The text stands in what libmagic calls the file, whatever its case." },
	{ .name = "filesize",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "filesize",
		.compile = number,
		.syntax = "[<|>|<=|>=|!]<n>[KB|MB|GB]|<n><><n>",
		.doc = "The size of the whole file." },
	{ .name = "dns.opcode",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "dns.opcode",
		.compile = number,
		.syntax = "[<|>|<=|>=|!]<n>|<n>-<n>",
		.doc = "The operation code of the DNS message." },
	{ .name = "tls.cert_chain_len",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "tls.cert_chain_len",
		.compile = number,
		.syntax = "[<|>|<=|>=|!]<n>|<n><><n>",
		.doc = "How many certificates the server sent." },
};
HG_KEYWORDS(file, rows);
