#include "rules/keyword/keyword_int.h"

/* Options are parted by blanks, or by a comma that follows at once. */
static struct hg_span
take_option(struct hg_span *rest)
{
	struct hg_span option;
	size_t n = 0;

	while (n < rest->len && rest->p[n] != ',' && !hg_is_blank(rest->p[n]))
		n++;
	option = hg_span_sub(*rest, 0, n);
	*rest = hg_span_from(*rest, n);
	return option;
}

static void
pass_blanks(struct hg_span *rest)
{
	while (rest->len > 0 && hg_is_blank(rest->p[0]))
		*rest = hg_span_from(*rest, 1);
}

static int
read_value(struct hg_draft *d, const struct hg_arg *arg, struct hg_span *rest, int64_t min, int64_t max,
	int64_t *value)
{
	struct hg_span text;
	bool negative = false;
	uint64_t number;

	pass_blanks(rest);
	text = take_option(rest);
	if (min < 0 && text.len > 0 && text.p[0] == '-') {
		negative = true;
		text = hg_span_from(text, 1);
	}
	if (hg_arg_u64(d, arg, text, 0, (uint64_t)max, &number) != 0)
		return d->error.code;
	*value = negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

static int
read_option(struct hg_draft *d, const struct hg_arg *arg, struct hg_span *rest, struct hg_ins *ins)
{
	struct hg_span name = take_option(rest);
	int64_t value = 0;
	int r = 0;

	if (hg_span_eq(name, HG_BYTES("bitstring_overflow"))) {
		ins->asn1.what |= HG_ASN1_BIT_STRING;
	} else if (hg_span_eq(name, HG_BYTES("double_overflow"))) {
		ins->asn1.what |= HG_ASN1_DOUBLE;
	} else if (hg_span_eq(name, HG_BYTES("oversize_length"))) {
		r = read_value(d, arg, rest, 0, UINT32_MAX, &value);
		ins->asn1.what |= HG_ASN1_OVERSIZE;
		ins->asn1.oversize = (uint32_t)value;
	} else if (hg_span_eq(name, HG_BYTES("absolute_offset"))) {
		r = read_value(d, arg, rest, 0, UINT16_MAX, &value);
		ins->asn1.placed = HG_ASN1_ABSOLUTE;
		ins->asn1.offset = (int32_t)value;
	} else if (hg_span_eq(name, HG_BYTES("relative_offset"))) {
		r = read_value(d, arg, rest, -UINT16_MAX, UINT16_MAX, &value);
		if (ins->asn1.placed == HG_ASN1_ABSOLUTE)
			return r;
		ins->asn1.placed = HG_ASN1_RELATIVE;
		ins->asn1.offset = (int32_t)value;
	} else {
		static const char *const names[] = { "bitstring_overflow", "double_overflow",
			"oversize_length", "absolute_offset", "relative_offset" };

		hg_draft_refuse(d, hg_arg_column(arg, name), "asn1 does not know '%.*s'",
			(int)HG_MIN(name.len, 40), name.p);
		r = HG_DRAFT_GUESS(d, name, names);
	}
	return r;
}

static int
asn1(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins ins = { .op = HG_OP_ASN1 };
	struct hg_span rest = arg->text;
	int r = 0;

	(void)k;
	if (arg->quoted)
		return hg_draft_refuse(d, arg->column, "the options of asn1 stand without quotes");
	if (d->n_asn1 == HG_COUNT(d->asn1))
		return hg_draft_refuse(
			d, arg->column, "more than %u times asn1 in a rule", (unsigned)HG_COUNT(d->asn1));
	ins.asn1.strict = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_ASN1);
	while (r == 0 && rest.len > 0) {
		r = read_option(d, arg, &rest, &ins);
		if (rest.len > 0 && rest.p[0] == ',')
			rest = hg_span_from(rest, 1);
		pass_blanks(&rest);
	}
	if (r != 0)
		return r;
	d->asn1[d->n_asn1++] = ins;
	d->packet_keyword |= !hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_ASN1_STREAM);
	return 0;
}

int
hg_asn1_settle(struct hg_draft *d)
{
	for (unsigned i = 0; i < d->n_lists && d->n_asn1 > 0; i++)
		if (d->lists[i].buffer != NULL)
			return hg_draft_refuse(d, 0, "asn1 looks into packets and excludes the buffer \"%s\"",
				d->lists[i].buffer);
	for (unsigned i = 0; i < d->n_asn1; i++) {
		struct hg_ins *ins = hg_draft_list_add(d, hg_draft_list_of(d, NULL), HG_OP_ASN1);

		if (ins == NULL)
			return d->error.code;
		*ins = d->asn1[i];
	}
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "asn1",
		.kind = HG_KW_CONTENT,
		.compile = asn1,
		.syntax = "bitstring_overflow|double_overflow|oversize_length <n>|absolute_offset <n>|"
			  "relative_offset <n>[,...]",
		.doc = "Behind all contents: the packet has, from the offset or the last match on, elements "
		       "of BER with a bit string of fewer bits than are unused, a real number of more than "
		       "256 characters, or more bytes than that." },
};
HG_KEYWORDS(asn1, rows);
