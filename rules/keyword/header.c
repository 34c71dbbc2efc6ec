#include "rules/keyword/keyword_int.h"

/* A field of the header compared with a number. */
struct field {
	const char *name;
	uint8_t field;
	uint64_t max;
	uint8_t forms; /* what Suricata 7 takes besides =N */
};

enum { EXACT, NOT, ORDER /* <N and >N */, ALL };

static const struct field fields[] = {
	{ "ttl", HG_FIELD_TTL, UINT8_MAX, ALL },
	{ "id", HG_FIELD_IP_ID, UINT16_MAX, EXACT },
	{ "fragoffset", HG_FIELD_FRAGOFFSET, UINT16_MAX, ORDER },
	{ "seq", HG_FIELD_SEQ, UINT32_MAX, EXACT },
	{ "ack", HG_FIELD_ACK, UINT32_MAX, EXACT },
	{ "window", HG_FIELD_WINDOW, UINT16_MAX, NOT },
	{ "tcp.mss", HG_FIELD_MSS, UINT16_MAX, ALL },
	{ "itype", HG_FIELD_ITYPE, UINT8_MAX, ALL },
	{ "icode", HG_FIELD_ICODE, UINT8_MAX, ALL },
	{ "icmp_id", HG_FIELD_ICMP_ID, UINT16_MAX, EXACT },
	{ "icmp_seq", HG_FIELD_ICMP_SEQ, UINT16_MAX, EXACT },
	{ "icmpv6.mtu", HG_FIELD_ICMPV6_MTU, UINT32_MAX, ALL },
};

static int
add_field(struct hg_draft *d, uint8_t field, const struct hg_range_test *t)
{
	struct hg_test *test = hg_draft_test(d, HG_TEST_FIELD);

	if (test == NULL)
		return d->error.code;
	test->field = field;
	test->compare = t->compare;
	test->a = t->a;
	test->b = t->b;
	return 0;
}

static bool
allowed(uint8_t forms, uint8_t compare)
{
	if (forms == ALL || compare == HG_CMP_EQ)
		return true;
	return forms == NOT ? compare == HG_CMP_NE
			    : forms == ORDER && (compare == HG_CMP_LT || compare == HG_CMP_GT);
}

/* Suricata 7 reads fragoffset up to its first number: 3-5 is 3. */
static struct hg_span
up_to_number(struct hg_span text)
{
	size_t n = 0;

	while (n < text.len && !(text.p[n] >= '0' && text.p[n] <= '9'))
		n++;
	while (n < text.len && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	return hg_span_sub(text, 0, n);
}

static int
number(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct field *f = fields;
	struct hg_span text = arg->text;
	struct hg_range_test t;
	int r;

	while (strcmp(f->name, k->name) != 0)
		f++;
	if (f->forms == ORDER && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_NUMBER_TAIL))
		text = up_to_number(text);
	r = hg_arg_test(d, arg, text, f->max, &t);
	if (r == 0 && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_COMPARISONS) &&
		!allowed(f->forms, t.compare))
		r = hg_draft_refuse(d, arg->column, "\"%s\" of Suricata 7 has no such comparison", k->name);
	return r != 0 ? r : add_field(d, f->field, &t);
}

/* A number, or xHH. */
static int
tos(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t = { .compare = HG_CMP_EQ };
	struct hg_span text = arg->text;
	int r;

	(void)k;
	if (hg_negation_take(&text))
		t.compare = HG_CMP_NE;
	if (text.len > 0 && hg_lower(text.p[0]) == 'x')
		r = hg_parse_hex(hg_span_from(text, 1), UINT8_MAX, &t.a, &d->error);
	else
		r = hg_parse_u64(text, 0, UINT8_MAX, &t.a, &d->error);
	if (r != 0)
		return hg_draft_blame(d, arg, text);
	return add_field(d, HG_FIELD_TOS, &t);
}

#define FIELD(name_, alias_, doc_)                                                          \
	{                                                                                   \
		.name = name_, .alias = alias_, .kind = HG_KW_TEST, .flags = HG_KWF_PACKET, \
		.compile = number, .syntax = "[<|>|<=|>=|!]<n>|<n>-<n>", .doc = doc_        \
	}

static const struct hg_keyword rows[] = {
	FIELD("ttl", NULL, "Time to live, hop limit of IPv6."),
	FIELD("id", NULL, "Identification of the IPv4 header."),
	FIELD("fragoffset", NULL, "Fragment offset, in units of 8 bytes."),
	FIELD("seq", "tcp.seq", "TCP sequence number."),
	FIELD("ack", "tcp.ack", "TCP acknowledgement number."),
	FIELD("window", "tcp.window", "TCP window as sent."),
	FIELD("tcp.mss", NULL, "Maximum segment size that the TCP option gives."),
	FIELD("itype", NULL, "ICMP type."),
	FIELD("icode", NULL, "ICMP code."),
	FIELD("icmp_id", NULL, "Identifier of an ICMP echo."),
	FIELD("icmp_seq", NULL, "Sequence number of an ICMP echo."),
	FIELD("icmpv6.mtu", NULL, "MTU that an ICMPv6 message \"packet too big\" names."),
	{ .name = "tos",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = tos,
		.syntax = "[!]<n>|x<hex>",
		.doc = "Type of service of the IPv4 header." },
};
HG_KEYWORDS(header, rows);
