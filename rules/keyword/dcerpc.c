#include "rules/keyword/keyword_int.h"

#define UUID_TEXT 36
#define VERSION_AT 16 /* in the buffer: behind the UUID */
#define FIRST_AT 18   /* … 1 when it was bound in a first fragment */

static bool
read_uuid(struct hg_span text, uint8_t uuid[16])
{
	unsigned n = 0;

	if (text.len != UUID_TEXT)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		int high, low;

		if (dash != (text.p[i] == '-'))
			return false;
		if (dash)
			continue;
		high = hg_hex_digit(text.p[i]);
		low = hg_hex_digit(text.p[++i]);
		if (high < 0 || low < 0)
			return false;
		uuid[n++] = (uint8_t)(high << 4 | low);
	}
	return n == 16;
}

static int
add_version(struct hg_draft *d, const struct hg_arg *arg, struct hg_draft_list *l, struct hg_span part)
{
	static const struct {
		char sign;
		uint8_t compare;
	} signs[] = { { '=', HG_CMP_EQ }, { '<', HG_CMP_LT }, { '>', HG_CMP_GT }, { '!', HG_CMP_NE } };
	uint64_t version;

	for (unsigned i = 0; i < HG_COUNT(signs) && part.len > 0; i++) {
		if (part.p[0] != (uint8_t)signs[i].sign)
			continue;
		if (hg_arg_u64(d, arg, hg_span_from(part, 1), 0, UINT16_MAX, &version) != 0)
			return d->error.code;
		return hg_draft_list_field(d, l, signs[i].compare, VERSION_AT, 2, version);
	}
	return hg_draft_refuse(d, hg_arg_column(arg, part),
		"behind the UUID stand a version as =<n>, <<n>, ><n> or !<n>, and any_frag");
}

/* The buffer is the UUID, the version, and whether it stood in a first fragment. */
static int
iface(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part = HG_SPAN_NONE;
	struct hg_draft_list *l;
	struct hg_ins *ins;
	uint8_t *uuid = hg_draft_take(d, 16);
	bool any = false;

	if (uuid == NULL)
		return hg_draft_no_memory(d);
	hg_part_take(&parts, &part);
	if (!read_uuid(part, uuid))
		return hg_draft_refuse(
			d, arg->column, "an interface is written as 12345678-1234-abcd-ef00-0123456789ab");
	l = hg_draft_list_named(d, k, arg);
	ins = hg_draft_list_add(d, l, HG_OP_TEXT);
	if (ins == NULL)
		return d->error.code;
	ins->flags = HG_INS_STARTS;
	ins->content.bytes = uuid;
	ins->content.len = 16;
	while (hg_part_take(&parts, &part)) {
		if (hg_span_eq(part, HG_BYTES("any_frag")))
			any = true;
		else if (add_version(d, arg, l, part) != 0)
			return d->error.code;
	}
	return any ? 0 : hg_draft_list_field(d, l, HG_CMP_EQ, FIRST_AT, 1, 1);
}

/* "1", "1-3", "1,5-7": pairs of ends. */
static int
opnum(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span part;
	struct hg_pair *ranges = hg_draft_take(d, HG_RANGES_MAX * sizeof(*ranges));
	struct hg_ins *ins;
	unsigned n = 0;

	if (ranges == NULL)
		return hg_draft_no_memory(d);
	while (hg_part_take(&parts, &part)) {
		const size_t dash = hg_span_find(part, 0, '-');
		const struct hg_span last = dash == SIZE_MAX ? part : hg_span_from(part, dash + 1);

		if (n == HG_RANGES_MAX)
			return hg_draft_refuse(d, arg->column, "more than %d ranges", HG_RANGES_MAX);
		if (hg_arg_u64(d, arg, hg_span_trim(hg_span_sub(part, 0, dash)), 0, UINT16_MAX,
			    &ranges[n].first) != 0 ||
			hg_arg_u64(d, arg, hg_span_trim(last), 0, UINT16_MAX, &ranges[n].last) != 0)
			return d->error.code;
		if (ranges[n].first > ranges[n].last)
			return hg_draft_refuse(d, hg_arg_column(arg, part), "the range is empty");
		n++;
	}
	ins = hg_draft_list_add(d, hg_draft_list_named(d, k, arg), HG_OP_RANGES);
	if (ins == NULL)
		return d->error.code;
	ins->ranges.list = ranges;
	ins->ranges.n = n;
	return 0;
}

#define DCERPC(name_, alias_, compile_, syntax_, doc_)                                         \
	{                                                                                      \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .alias = alias_, \
		.buffer = name_, .compile = compile_, .syntax = syntax_, .doc = doc_           \
	}

static const struct hg_keyword rows[] = {
	DCERPC("dcerpc.iface", "dce_iface", iface, "<uuid>[,=|<|>|!<version>][,any_frag]",
		"The call is about this interface, which the server accepted."),
	DCERPC("dcerpc.opnum", "dce_opnum", opnum, "<n>[-<n>][,<n>[-<n>]...]",
		"The operation that is called is one of these."),
};
HG_KEYWORDS(dcerpc, rows);
