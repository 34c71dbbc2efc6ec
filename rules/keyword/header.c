#include "rules/keyword/keyword_int.h"

/* A field of the header compared with a number. */
struct field {
	const char *name;
	uint8_t field;
	uint64_t max;
	uint8_t forms; /* what Suricata 7 takes besides =N */
};

enum { EXACT, NOT, ORDER /* all but !N */, ALL };

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
	return forms == NOT ? compare == HG_CMP_NE : forms == ORDER && compare != HG_CMP_NE;
}

static int
number(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct field *f = fields;
	struct hg_range_test t;
	int r;

	while (strcmp(f->name, k->name) != 0)
		f++;
	r = hg_arg_test(d, arg, arg->text, f->max, &t);
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

/* The modifier in front of (or, as old rules have it, behind) a set of letters. */
static uint8_t
take_mode(struct hg_span *text)
{
	static const struct {
		uint8_t sign, mode;
	} modes[] = { { '*', HG_MODE_ANY }, { '+', HG_MODE_ALL_AND_MORE }, { '!', HG_MODE_NOT } };

	*text = hg_span_trim(*text);
	for (unsigned i = 0; text->len > 0 && i < HG_COUNT(modes); i++) {
		if (text->p[0] == modes[i].sign) {
			*text = hg_span_trim(hg_span_from(*text, 1));
			return modes[i].mode;
		}
		if (text->len > 1 && text->p[text->len - 1] == modes[i].sign) {
			*text = hg_span_trim(hg_span_sub(*text, 0, text->len - 1));
			return modes[i].mode;
		}
	}
	return HG_MODE_EXACT;
}

struct letter {
	uint8_t letter, bits;
};

static int
read_letters(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, const struct letter *known,
	unsigned n, uint64_t *bits)
{
	*bits = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned k = 0;

		while (k < n &&
			known[k].letter !=
				(text.p[i] >= 'a' && text.p[i] <= 'z' ? text.p[i] - 32 : text.p[i]))
			k++;
		if (k == n)
			return hg_draft_refuse(
				d, hg_arg_column(arg, hg_span_from(text, i)), "unknown flag '%c'", text.p[i]);
		*bits |= known[k].bits;
	}
	return text.len > 0 ? 0 : hg_draft_refuse(d, arg->column, "no flags are named");
}

static int
flags(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct letter known[] = { { 'F', 1 }, { 'S', 2 }, { 'R', 4 }, { 'P', 8 }, { 'A', 16 },
		{ 'U', 32 }, { 'E', 64 }, { '2', 64 }, { 'C', 128 }, { '1', 128 }, { '0', 0 } };
	struct hg_parts parts = hg_parts_of(arg->text, ',');
	struct hg_span wanted = HG_SPAN_NONE, ignored = HG_SPAN_NONE;
	struct hg_test *t = hg_draft_test(d, HG_TEST_TCP_FLAGS);
	int r;

	(void)k;
	if (t == NULL)
		return d->error.code;
	hg_part_take(&parts, &wanted);
	t->mode = take_mode(&wanted);
	r = read_letters(d, arg, wanted, known, HG_COUNT(known), &t->a);
	if (r == 0 && hg_part_take(&parts, &ignored))
		r = read_letters(d, arg, ignored, known, HG_COUNT(known), &t->b);
	if (r == 0 && parts.more)
		r = hg_draft_refuse(d, arg->column, "flags takes two sets: wanted and ignored");
	return r;
}

static int
fragbits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	static const struct letter known[] = { { 'R', 1 }, { 'D', 2 }, { 'M', 4 } };
	struct hg_test *t = hg_draft_test(d, HG_TEST_FRAGBITS);
	struct hg_span text = arg->text;

	(void)k;
	if (t == NULL)
		return d->error.code;
	t->mode = take_mode(&text);
	return read_letters(d, arg, text, known, HG_COUNT(known), &t->a);
}

#define FIELD(name_, doc_)                                                                    \
	{                                                                                     \
		.name = name_, .kind = HG_KW_TEST, .flags = HG_KWF_PACKET, .compile = number, \
		.syntax = "[<|>|<=|>=|!]<n>|<n>-<n>", .doc = doc_                             \
	}

static const struct hg_keyword rows[] = {
	FIELD("ttl", "Time to live, hop limit of IPv6."),
	FIELD("id", "Identification of the IPv4 header."),
	FIELD("fragoffset", "Fragment offset, in units of 8 bytes."),
	FIELD("seq", "TCP sequence number."),
	FIELD("ack", "TCP acknowledgement number."),
	FIELD("window", "TCP window as sent."),
	FIELD("tcp.mss", "Maximum segment size that the TCP option gives."),
	FIELD("itype", "ICMP type."),
	FIELD("icode", "ICMP code."),
	FIELD("icmp_id", "Identifier of an ICMP echo."),
	FIELD("icmp_seq", "Sequence number of an ICMP echo."),
	FIELD("icmpv6.mtu", "MTU that an ICMPv6 message \"packet too big\" names."),
	{ .name = "tos",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = tos,
		.syntax = "[!]<n>|x<hex>",
		.doc = "Type of service of the IPv4 header." },
	{ .name = "flags",
		.alias = "tcp.flags",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = flags,
		.syntax = "[*|+|!]<FSRPAUEC120>[,<ignored>]",
		.doc = "TCP flags: these, and others (+), any of them (*), not all (!)." },
	{ .name = "fragbits",
		.kind = HG_KW_TEST,
		.flags = HG_KWF_PACKET,
		.compile = fragbits,
		.syntax = "[*|+|!]<MDR>",
		.doc = "Fragmentation bits of the IPv4 header." },
};
HG_KEYWORDS(header, rows);
