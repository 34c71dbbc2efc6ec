#include "rules/keyword/keyword_int.h"

/* Only these have to be known by name; all others can be given by number (IANA protocol numbers). */
static const struct {
	const char *name;
	uint8_t number;
} protos[] = {
	{ "icmp", 1 },
	{ "igmp", 2 },
	{ "ipip", 4 },
	{ "ipencap", 4 },
	{ "tcp", 6 },
	{ "egp", 8 },
	{ "igp", 9 },
	{ "pup", 12 },
	{ "udp", 17 },
	{ "ipv6", 41 },
	{ "ipv6-route", 43 },
	{ "ipv6-frag", 44 },
	{ "rsvp", 46 },
	{ "gre", 47 },
	{ "esp", 50 },
	{ "ah", 51 },
	{ "ipv6-icmp", 58 },
	{ "icmpv6", 58 },
	{ "ipv6-nonxt", 59 },
	{ "ipv6-opts", 60 },
	{ "eigrp", 88 },
	{ "ospf", 89 },
	{ "pim", 103 },
	{ "vrrp", 112 },
	{ "l2tp", 115 },
	{ "sctp", 132 },
	{ "udplite", 136 },
};

static int
read_proto(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, struct hg_range_test *t)
{
	struct hg_span name = text;
	bool negated = hg_negation_take(&name);

	for (unsigned i = 0; i < HG_COUNT(protos); i++) {
		if (hg_span_eq_nocase(name, hg_span_str(protos[i].name))) {
			*t = (struct hg_range_test){ negated ? HG_CMP_NE : HG_CMP_EQ, protos[i].number, 0,
				0 };
			return 0;
		}
	}
	return hg_arg_test(d, arg, text, UINT8_MAX, t);
}

static int
ip_proto(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const char *const any[] = { "ip", "any", "pkthdr", "ipv4", "ip4", "ipv6", "ip6" };
	bool fits = d->proto_name == NULL;
	struct hg_range_test range;
	struct hg_test *t;
	int r;

	(void)k;
	for (unsigned i = 0; i < HG_COUNT(any) && !fits; i++)
		fits = strcmp(d->proto_name, any[i]) == 0;
	if (!fits)
		return hg_draft_refuse(
			d, arg->column, "ip_proto needs a rule on ip, this one is on %s", d->proto_name);
	r = read_proto(d, arg, arg->text, &range);
	if (r != 0)
		return r;
	t = hg_draft_test(d, HG_TEST_FIELD);
	if (t == NULL)
		return d->error.code;
	/* Not even looked at with other packets. */
	if (range.compare == HG_CMP_EQ)
		d->l4 &= (uint8_t)(1u << hg_l4_of_proto((unsigned)range.a));
	t->field = HG_FIELD_IP_PROTO;
	t->compare = range.compare;
	t->a = range.a;
	t->b = range.b;
	return 0;
}

static int
ipopts(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	/* Bits of the packet's set of options: RFC 791 3.1, RFC 1108, RFC 2113. */
	static const struct {
		const char *name;
		uint16_t bits;
	} names[] = { { "eol", 1 << 0 }, { "nop", 1 << 1 }, { "rr", 1 << 2 }, { "ts", 1 << 3 },
		{ "sec", 1 << 4 }, { "lsrr", 1 << 5 }, { "lsrre", 1 << 5 }, { "esec", 1 << 6 },
		{ "cipso", 1 << 7 }, { "satid", 1 << 8 }, { "ssrr", 1 << 9 }, { "rtralt", 1 << 10 },
		{ "qs", 1 << 11 }, { "any", 0xffff } };
	struct hg_span name = arg->text;
	bool negated = hg_negation_take(&name);
	struct hg_test *t;

	(void)k;
	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		if (!hg_span_eq_nocase(name, hg_span_str(names[i].name)))
			continue;
		t = hg_draft_test(d, HG_TEST_IPOPTS);
		if (t == NULL)
			return d->error.code;
		t->a = names[i].bits;
		t->negated = negated;
		return 0;
	}
	return hg_draft_refuse(
		d, hg_arg_column(arg, name), "unknown IP option \"%.*s\"", (int)HG_MIN(name.len, 40), name.p);
}

static int
sameip(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	(void)k;
	(void)arg;
	return hg_draft_test(d, HG_TEST_SAMEIP) == NULL ? d->error.code : 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "ip_proto",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = ip_proto,
		.syntax = "[!|<|>]<n>|<name>",
		.doc = "The protocol that the IP header carries." },
	{ .name = "ipopts",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = ipopts,
		.syntax = "[!]rr|lsrr|lsrre|ssrr|satid|ts|sec|esec|cipso|rtralt|qs|eol|nop|any",
		.doc = "An option of the IPv4 header is there." },
	{ .name = "sameip",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET | HG_KWF_NO_ARG,
		.compile = sameip,
		.syntax = "",
		.doc = "Source and destination address are the same." },
};
HG_KEYWORDS(ip, rows);
