#include "rules/keyword/keyword_int.h"

/* IANA protocol numbers by the names that rules use; all others can be given by number. */
static const struct {
	const char *name;
	uint8_t number;
} protos[] = { { "ip", 0 }, { "hopopt", 0 }, { "icmp", 1 }, { "igmp", 2 }, { "ggp", 3 }, { "ipencap", 4 },
	{ "ip-in-ip", 4 }, { "st", 5 }, { "tcp", 6 }, { "cbt", 7 }, { "egp", 8 }, { "igp", 9 }, { "pup", 12 },
	{ "udp", 17 }, { "hmp", 20 }, { "xns-idp", 22 }, { "rdp", 27 }, { "iso-tp4", 29 }, { "dccp", 33 },
	{ "xtp", 36 }, { "ddp", 37 }, { "idpr-cmtp", 38 }, { "ipv6", 41 }, { "sdrp", 42 },
	{ "ipv6-route", 43 }, { "ipv6-frag", 44 }, { "idrp", 45 }, { "rsvp", 46 }, { "gre", 47 },
	{ "esp", 50 }, { "ah", 51 }, { "mobile", 55 }, { "skip", 57 }, { "ipv6-icmp", 58 }, { "icmpv6", 58 },
	{ "ipv6-nonxt", 59 }, { "ipv6-opts", 60 }, { "cphb", 73 }, { "vmtp", 81 }, { "eigrp", 88 },
	{ "ospf", 89 }, { "ax.25", 93 }, { "ipip", 94 }, { "etherip", 97 }, { "encap", 98 }, { "gmtp", 100 },
	{ "pim", 103 }, { "ipcomp", 108 }, { "vrrp", 112 }, { "pgm", 113 }, { "l2tp", 115 }, { "stp", 118 },
	{ "isis", 124 }, { "is-is", 124 }, { "sctp", 132 }, { "fc", 133 }, { "mobility-header", 135 },
	{ "udplite", 136 }, { "mpls-in-ip", 137 }, { "manet", 138 }, { "hip", 139 }, { "shim6", 140 },
	{ "wesp", 141 }, { "rohc", 142 } };

static int
read_proto(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, struct hg_range_test *t)
{
	struct hg_span name = text;
	bool negated = hg_negation_take(&name);
	int r;

	for (unsigned i = 0; i < HG_COUNT(protos); i++) {
		if (hg_span_eq_nocase(name, hg_span_str(protos[i].name))) {
			*t = (struct hg_range_test){ negated ? HG_CMP_NE : HG_CMP_EQ, protos[i].number, 0,
				0 };
			return 0;
		}
	}
	if (name.len > 0 && (name.p[0] | 32) >= 'a' && (name.p[0] | 32) <= 'z') {
		hg_draft_refuse(d, hg_arg_column(arg, name),
			"no IP protocol '%.*s' is known by name; its number does as well",
			(int)HG_MIN(name.len, 40), name.p);
		return HG_DRAFT_GUESS(d, name, protos);
	}
	r = hg_arg_test(d, arg, text, UINT8_MAX, t);
	if (r == 0 && hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_COMPARISONS) && t->compare != HG_CMP_EQ &&
		t->compare != HG_CMP_NE && t->compare != HG_CMP_LT && t->compare != HG_CMP_GT)
		r = hg_draft_refuse(d, arg->column, "\"ip_proto\" of Suricata 7 has no such comparison");
	return r;
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

/* Bits of the packet's set of options: RFC 791 3.1, RFC 1108, RFC 2113. */
static const struct option {
	const char *name;
	uint16_t bits;
	bool peer; /* known to it */
} options[] = {
	{ "eol", 1 << 0, true },
	{ "nop", 1 << 1, true },
	{ "rr", 1 << 2, true },
	{ "ts", 1 << 3, true },
	{ "sec", 1 << 4, true },
	{ "lsrr", 1 << 5, true },
	{ "lsrre", 1 << 5, false },
	{ "esec", 1 << 6, true },
	{ "cipso", 1 << 7, false },
	{ "satid", 1 << 8, true },
	{ "ssrr", 1 << 9, true },
	{ "rtralt", 1 << 10, false },
	{ "qs", 1 << 11, false },
	{ "any", 0xffff, true },
};

static const struct option *
find_option(struct hg_span name)
{
	for (unsigned i = 0; i < HG_COUNT(options); i++)
		if (hg_span_eq_nocase(name, hg_span_str(options[i].name)))
			return &options[i];
	return NULL;
}

static int
ipopts(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_span name = arg->text;
	const bool negated = hg_negation_take(&name);
	const bool peer = hg_as_peer(d->shared->suricata7, HG_DIFF_RULE_IPOPTS);
	const struct option *o = find_option(name);
	struct hg_test *t;

	(void)k;
	if (o == NULL) {
		hg_draft_refuse(d, hg_arg_column(arg, name), "unknown IP option '%.*s'",
			(int)HG_MIN(name.len, 40), name.p);
		return HG_DRAFT_GUESS(d, name, options);
	}
	if (peer && (negated || !o->peer))
		return hg_draft_refuse(d, arg->column,
			"ipopts of Suricata 7 has no \"%s%s\"; compat: native takes it", negated ? "!" : "",
			o->name);
	t = hg_draft_test(d, HG_TEST_IPOPTS);
	if (t == NULL)
		return d->error.code;
	/* Suricata 7 asks for all options at once, more than there are: its "any" never matches. */
	t->a = peer && o->bits == 0xffff ? 0 : o->bits;
	t->negated = negated;
	return 0;
}

/* The same as the family in the head of the rule. */
static int
l3_proto(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct {
		const char *name;
		uint8_t family;
	} names[] = { { "ipv4", 1 }, { "ip4", 1 }, { "ipv6", 2 }, { "ip6", 2 } };

	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		if (!hg_span_eq_nocase(arg->text, hg_span_str(names[i].name)))
			continue;
		d->families &= names[i].family;
		if (d->families == 0)
			return hg_draft_refuse(
				d, arg->column, "a packet is of one family: the rule is on both");
		return 0;
	}
	hg_draft_refuse(d, arg->column, "l3_proto is %s", k->syntax);
	return HG_DRAFT_GUESS(d, arg->text, names);
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
		.flags = HG_KWF_PACKET | HG_KWF_IP_ONLY_OK,
		.compile = ip_proto,
		.syntax = "[!|<|>]<n>|<name>",
		.doc = "The protocol that the IP header carries." },
	{ .name = "ipopts",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = ipopts,
		.syntax = "[!]rr|lsrr|lsrre|ssrr|satid|ts|sec|esec|cipso|rtralt|qs|eol|nop|any",
		.doc = "An option of the IPv4 header is there." },
	{ .name = "l3_proto",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_IP_ONLY_OK,
		.compile = l3_proto,
		.syntax = "ipv4|ip4|ipv6|ip6",
		.doc = "The family of the packet." },
	{ .name = "sameip",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET | HG_KWF_NO_ARG,
		.compile = sameip,
		.syntax = "",
		.doc = "Source and destination address are the same." },
};
HG_KEYWORDS(ip, rows);
