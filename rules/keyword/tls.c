#include <time.h>

#include "rules/keyword/keyword_int.h"

/* A list of names becomes a set of bits; the buffer is the bit of what is there, or the bits of all that was seen. */
struct name_bit {
	const char *name;
	uint8_t bit;
};

static const struct name_bit versions[] = {
	{ "sslv2", 0 },
	{ "sslv3", 1 },
	{ "tls1.0", 2 },
	{ "tls1.1", 3 },
	{ "tls1.2", 4 },
	{ "tls1.3", 5 },
};

static const struct name_bit states[] = {
	{ "client_hello", 0 },
	{ "server_hello", 1 },
	{ "client_keyx", 2 },
	{ "server_keyx", 3 },
	{ "unknown", 4 },
};

static int
read_set(struct hg_draft *d, const struct hg_arg *arg, uint8_t separator, const struct name_bit *names,
	unsigned n, uint64_t *set, bool *negated)
{
	struct hg_parts parts = hg_parts_of(arg->text, separator);
	struct hg_span part;
	unsigned count = 0, nots = 0;

	*set = 0;
	while (hg_part_take(&parts, &part)) {
		unsigned i = 0;

		nots += hg_negation_take(&part);
		count++;
		while (i < n && !hg_span_eq_nocase(part, hg_span_str(names[i].name)))
			i++;
		if (i == n) {
			hg_draft_refuse(d, hg_arg_column(arg, part), "'%.*s' is not known here",
				(int)HG_MIN(part.len, 40), part.p);
			return hg_draft_guess(d, part, names, n, sizeof(names[0]));
		}
		if (*set >> names[i].bit & 1)
			return hg_draft_refuse(
				d, hg_arg_column(arg, part), "\"%s\" stands twice", names[i].name);
		*set |= UINT64_C(1) << names[i].bit;
	}
	/* One '!' in front of a list of states stands for all of it. */
	if (nots != 0 && nots != count && !(separator == '|' && nots == 1))
		return hg_draft_refuse(d, arg->column, "either all or none of the names have a '!'");
	*negated = nots > 0;
	return 0;
}

static int
bits(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const bool version = strcmp(k->name, "ssl_version") == 0;
	struct hg_range_test t = { .compare = HG_CMP_AND };
	uint16_t list, at;
	bool negated = false;
	int r;

	if (version)
		r = read_set(d, arg, ',', versions, HG_COUNT(versions), &t.a, &negated);
	else
		r = read_set(d, arg, hg_span_find(arg->text, 0, ',') != SIZE_MAX ? ',' : '|', states,
			HG_COUNT(states), &t.a, &negated);
	if (r == 0)
		r = hg_number_buffer(d, k, arg, &t);
	if (r == 0 && negated) {
		list = d->last_list;
		at = (uint16_t)(d->lists[list].n - 1);
		d->lists[list].ins[at].flags |= HG_INS_NEGATED;
	}
	return r;
}

/* Versions are 1.0 to 1.3, or the two bytes on the wire as 0x and four hex digits. */
static bool
version_known(struct hg_span text)
{
	uint64_t v;

	if (hg_span_starts_nocase(text, HG_BYTES("0x")))
		return text.len == 6 && hg_parse_hex(text, UINT16_MAX, &v, NULL) == 0;
	return text.len == 3 && hg_span_starts(text, HG_BYTES("1.")) && text.p[2] >= '0' && text.p[2] <= '3';
}

/* Text that the whole buffer must equal. */
static int
whole(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_ins *ins;
	struct hg_span text = arg->text;
	bool negated = arg->negated || (!arg->quoted && hg_negation_take(&text));

	if (arg->text.len == 0)
		return hg_sticky_choose(d, k, arg);
	if (strcmp(k->name, "tls.version") == 0 && (negated || !version_known(text)))
		return hg_draft_refuse(
			d, arg->column, "a TLS version is 1.0, 1.1, 1.2, 1.3 or 0x and four hex digits");
	ins = hg_draft_list_add(d, hg_draft_list_named(d, k, arg), HG_OP_TEXT);
	if (ins == NULL)
		return d->error.code;
	ins->flags = HG_INS_NOCASE | (negated ? HG_INS_NEGATED : 0);
	ins->content.bytes = (const uint8_t *)hg_draft_text(d, text);
	ins->content.len = (uint32_t)text.len;
	return ins->content.bytes == NULL ? hg_draft_no_memory(d) : 0;
}

/* Text that stands somewhere in the buffer. */
static int
part(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_draft_list *l;

	if (!arg->given)
		return hg_sticky_choose(d, k, arg);
	l = hg_draft_list_named(d, k, arg);
	return l == NULL ? d->error.code : hg_content_add(d, l, arg);
}

/* YYYY[-MM[-DD[THH[:MM[:SS]]]]], or seconds since 1970. */
static int
read_date(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, uint64_t *out)
{
	static const char between[] = "--T::";
	unsigned v[6] = { 0, 1, 1, 0, 0, 0 }, n = 0;
	size_t digits = 0;
	struct tm tm;

	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (digits == text.len && digits > 4)
		return hg_arg_u64(d, arg, text, 0, INT64_MAX, out);
	for (size_t i = 0; n < 6; n++) {
		unsigned width = n == 0 ? 4 : 2;

		v[n] = 0;
		for (; width > 0 && i < text.len && text.p[i] >= '0' && text.p[i] <= '9'; i++, width--)
			v[n] = v[n] * 10 + (text.p[i] - (unsigned)'0');
		if (width > 0)
			break;
		if (i == text.len) {
			n++;
			goto complete;
		}
		if (n == 5 || (text.p[i] != (uint8_t)between[n] && !(n == 2 && text.p[i] == ' ')))
			break;
		i++;
	}
	return hg_draft_refuse(
		d, hg_arg_column(arg, text), "a date is YYYY-MM-DDTHH:MM:SS or a beginning of that");
complete:
	tm = (struct tm){ .tm_year = (int)v[0] - 1900,
		.tm_mon = n > 1 ? (int)v[1] - 1 : 0,
		.tm_mday = n > 2 ? (int)v[2] : 1,
		.tm_hour = n > 3 ? (int)v[3] : 0,
		.tm_min = n > 4 ? (int)v[4] : 0,
		.tm_sec = n > 5 ? (int)v[5] : 0 };
	*out = (uint64_t)HG_MAX(timegm(&tm), 0);
	return 0;
}

/* The ends belong to what is asked for, as in the peer. */
static int
validity(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	struct hg_range_test t = { .compare = HG_CMP_EQ };
	struct hg_span text = arg->text, second = HG_SPAN_NONE;
	size_t gap = 0;
	int r;

	while (gap + 1 < text.len && !(gap > 0 && text.p[gap] == '<' && text.p[gap + 1] == '>'))
		gap++;
	if (gap + 1 < text.len) {
		second = hg_span_trim(hg_span_from(text, gap + 2));
		text = hg_span_trim(hg_span_sub(text, 0, gap));
		t.compare = HG_CMP_BETWEEN;
	} else if (text.len > 0 && (text.p[0] == '<' || text.p[0] == '>')) {
		t.compare = text.p[0] == '<' ? HG_CMP_LE : HG_CMP_GE;
		text = hg_span_trim(hg_span_from(text, 1));
	}
	r = read_date(d, arg, text, &t.a);
	if (r == 0 && t.compare == HG_CMP_BETWEEN) {
		r = read_date(d, arg, second, &t.b);
		if (r == 0 && t.b <= t.a)
			r = hg_draft_refuse(d, arg->column, "the range of dates is empty");
		t.a -= t.a > 0;
		t.b++;
	}
	return r != 0 ? r : hg_number_buffer(d, k, arg, &t);
}

static int
is_one(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct hg_range_test t = { .compare = HG_CMP_EQ, .a = 1 };

	return hg_number_buffer(d, k, arg, &t);
}

#define DATE(name_, buffer_, doc_)                                                               \
	{                                                                                        \
		.name = name_, .kind = HG_KW_CONTENT, .flags = HG_KWF_NUMBER, .buffer = buffer_, \
		.compile = validity, .syntax = "[<|>]<date>|<date><><date>", .doc = doc_         \
	}

static const struct hg_keyword rows[] = {
	{ .name = "ssl_version",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ssl_version",
		.compile = bits,
		.syntax = "[!]sslv2|sslv3|tls1.0|tls1.1|tls1.2|tls1.3[,...]",
		.doc = "The version that is spoken is one of these." },
	{ .name = "ssl_state",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER,
		.buffer = "ssl_state",
		.compile = bits,
		.syntax = "[!]client_hello|server_hello|client_keyx|server_keyx|unknown",
		.doc = "One of these messages was seen." },
	{ .name = "tls.version",
		.kind = HG_KW_BUFFER,
		.flags = HG_KWF_OPTIONAL_ARG,
		.buffer = "tls.version",
		.compile = whole,
		.syntax = "1.0|1.1|1.2|1.3|0x<hex>",
		.doc = "The version that was agreed on." },
	{ .name = "tls.fingerprint",
		.kind = HG_KW_BUFFER,
		.flags = HG_KWF_OPTIONAL_ARG,
		.buffer = "tls.cert_fingerprint",
		.compile = whole,
		.syntax = "[!]\"<aa:bb:...>\"",
		.doc = "The SHA-1 of the server's certificate." },
	{ .name = "tls.subject",
		.kind = HG_KW_BUFFER,
		.flags = HG_KWF_OPTIONAL_ARG,
		.buffer = "tls.cert_subject",
		.compile = part,
		.syntax = "[!]\"<text>\"",
		.doc = "The text stands in the subject of the server's certificate." },
	{ .name = "tls.issuerdn",
		.kind = HG_KW_BUFFER,
		.flags = HG_KWF_OPTIONAL_ARG,
		.buffer = "tls.cert_issuer",
		.compile = part,
		.syntax = "[!]\"<text>\"",
		.doc = "The text stands in the issuer of the server's certificate." },
	DATE("tls_cert_notbefore", "tls.notbefore", "The server's certificate is valid from this date on."),
	DATE("tls_cert_notafter", "tls.notafter", "The server's certificate is valid until this date."),
	{ .name = "tls_cert_expired",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER | HG_KWF_NO_ARG,
		.buffer = "tls.cert_expired",
		.compile = is_one,
		.syntax = "",
		.doc = "The server's certificate is not valid any more." },
	{ .name = "tls_cert_valid",
		.kind = HG_KW_CONTENT,
		.flags = HG_KWF_NUMBER | HG_KWF_NO_ARG,
		.buffer = "tls.cert_valid",
		.compile = is_one,
		.syntax = "",
		.doc = "The dates of the server's certificate are right." },
};
HG_KEYWORDS(tls, rows);
