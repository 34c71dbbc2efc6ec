#include "rules/keyword/keyword_int.h"

/* Numbers of RFC 3961 8; those of which is said that they are weak are all but the strong ones. */
static const struct {
	const char *name;
	int32_t value;
} etypes[] = { { "des-cbc-crc", 1 }, { "des-cbc-md4", 2 }, { "des-cbc-md5", 3 }, { "des3-cbc-md5", 5 },
	{ "des3-cbc-sha1", 7 }, { "dsaWithSHA1-CmsOID", 9 }, { "md5WithRSAEncryption-CmsOID", 10 },
	{ "sha1WithRSAEncryption-CmsOID", 11 }, { "rc2CBC-EnvOID", 12 }, { "rsaEncryption-EnvOID", 13 },
	{ "rsaES-OAEP-ENV-OID", 14 }, { "des-ede3-cbc-Env-OID", 15 }, { "des3-cbc-sha1-kd", 16 },
	{ "aes128-cts-hmac-sha1-96", 17 }, { "aes256-cts-hmac-sha1-96", 18 },
	{ "aes128-cts-hmac-sha256-128", 19 }, { "aes256-cts-hmac-sha384-192", 20 }, { "rc4-hmac", 23 },
	{ "rc4-hmac-exp", 24 }, { "camellia128-cts-cmac", 25 }, { "camellia256-cts-cmac", 26 },
	{ "subkey-keymaterial", 65 }, { "rc4-md4", -128 }, { "rc4-plain2", -129 }, { "rc4-lm", -130 },
	{ "rc4-sha", -131 }, { "des-plain", -132 }, { "rc4-hmac-OLD", -133 }, { "rc4-plain-OLD", -134 },
	{ "rc4-hmac-OLD-exp", -135 }, { "rc4-plain-OLD-exp", -136 }, { "rc4-plain", -140 },
	{ "rc4-plain-exp", -141 } };
static const struct hg_pair strong[] = { { 17, 20 }, { 25, 26 } };
static const struct hg_pair weak[] = { { 0, 16 }, { 21, 24 }, { 27, UINT32_MAX } };

static int
add_ranges(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg,
	const struct hg_pair *list, unsigned n)
{
	struct hg_ins *ins = hg_draft_list_add(d, hg_draft_list_named(d, k, arg), HG_OP_RANGES);

	if (ins == NULL)
		return d->error.code;
	ins->ranges.list = list;
	ins->ranges.n = n;
	return 0;
}

/* A name, or a number, which may be negative. */
static int
read_etype(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_pair *out)
{
	const bool negative = part.len > 0 && part.p[0] == '-';
	uint64_t n;

	for (unsigned i = 0; i < HG_COUNT(etypes); i++) {
		if (hg_span_eq(part, hg_span_str(etypes[i].name))) {
			out->first = out->last = (uint32_t)etypes[i].value;
			return 0;
		}
	}
	if (part.len > 0 && !negative && (part.p[0] < '0' || part.p[0] > '9')) {
		hg_draft_refuse(d, hg_arg_column(arg, part), "no encryption has this name");
		return HG_DRAFT_GUESS(d, part, etypes);
	}
	if (hg_arg_u64(d, arg, hg_span_from(part, negative), 0, (uint64_t)INT32_MAX + negative, &n) != 0)
		return d->error.code;
	out->first = out->last = negative ? (uint32_t)-n : (uint32_t)n;
	return 0;
}

/* The next one; between two stand a comma, blanks, or both. */
static bool
take_part(struct hg_span *rest, struct hg_span *part)
{
	size_t n = 0;

	while (rest->len > 0 && (rest->p[0] == ' ' || rest->p[0] == ','))
		*rest = hg_span_from(*rest, 1);
	while (n < rest->len && rest->p[n] != ' ' && rest->p[n] != ',')
		n++;
	*part = hg_span_sub(*rest, 0, n);
	*rest = hg_span_from(*rest, n);
	return n > 0;
}

static int
ticket_encryption(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_pair *list;
	struct hg_span rest = hg_span_trim(arg->text), part;
	const bool negated = hg_negation_take(&rest);
	unsigned n = 0;

	if (hg_span_eq(rest, HG_BYTES("weak")))
		return negated ? add_ranges(d, k, arg, strong, HG_COUNT(strong))
			       : add_ranges(d, k, arg, weak, HG_COUNT(weak));
	list = hg_draft_take(d, HG_RANGES_MAX * sizeof(*list));
	if (list == NULL)
		return hg_draft_no_memory(d);
	if (negated)
		return hg_draft_refuse(d, arg->column, "only \"weak\" is negated");
	while (take_part(&rest, &part)) {
		if (n == HG_RANGES_MAX)
			return hg_draft_refuse(d, arg->column, "more than %d encryptions", HG_RANGES_MAX);
		if (read_etype(d, arg, part, &list[n++]) != 0)
			return d->error.code;
	}
	return n > 0 ? add_ranges(d, k, arg, list, n)
		     : hg_draft_refuse(d, arg->column, "\"%s\" is %s", k->name, k->syntax);
}

#define NUMBER(name_, compile_, syntax_, doc_)                                                 \
	{                                                                                      \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = name_, \
		.compile = compile_, .syntax = syntax_, .doc = doc_                            \
	}
#define RANGE "[<|>|<=|>=|!]<n>|<n><><n>"

static const struct hg_keyword rows[] = {
	NUMBER("krb5_msg_type", hg_number_u32, RANGE,
		"The type of the message: 10 AS-REQ, 11 AS-REP, 12 TGS-REQ, 13 TGS-REP, 30 an error."),
	NUMBER("krb5_err_code", hg_number_u32, RANGE, "The code of an error: 24 is a wrong password."),
	NUMBER("krb5.ticket_encryption", ticket_encryption, "[!]weak|<name>|<n>[,<name>|<n>...]",
		"By what the ticket is encrypted that was given: rc4-hmac, 23; weak is all but AES and "
		"Camellia."),
};
HG_KEYWORDS(krb5, rows);
