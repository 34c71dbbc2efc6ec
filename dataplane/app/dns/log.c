/* EVE `dns`, version 2: a record a question, one an answer message (peer-semantics 7.6). */
#include <stdio.h>
#include <strings.h>

#include "app/dns/dns_int.h"
#include "base/addr.h"

enum { CDNSKEY = 60 };

static const char *const type_names[HG_DNS_TYPES] = {
	[1] = "A",
	[2] = "NS",
	[3] = "ND",
	[4] = "MF",
	[5] = "CNAME",
	[6] = "SOA",
	[7] = "MB",
	[8] = "MG",
	[9] = "MR",
	[10] = "NULL",
	[11] = "WKS",
	[12] = "PTR",
	[13] = "HINFO",
	[14] = "MINFO",
	[15] = "MX",
	[16] = "TXT",
	[17] = "RP",
	[18] = "AFSDB",
	[19] = "X25",
	[20] = "ISDN",
	[21] = "RT",
	[22] = "NSAP",
	[23] = "NSAPPT",
	[24] = "SIG",
	[25] = "KEY",
	[26] = "PX",
	[27] = "GPOS",
	[28] = "AAAA",
	[29] = "LOC",
	[30] = "NXT",
	[33] = "SRV",
	[34] = "ATMA",
	[35] = "NAPTR",
	[36] = "KX",
	[37] = "CERT",
	[38] = "A6",
	[39] = "DNAME",
	[41] = "OPT",
	[42] = "APL",
	[43] = "DS",
	[44] = "SSHFP",
	[45] = "IPSECKEY",
	[46] = "RRSIG",
	[47] = "NSEC",
	[48] = "DNSKEY",
	[49] = "DHCID",
	[50] = "NSEC3",
	[51] = "NSEC3PARAM",
	[52] = "TLSA",
	[55] = "HIP",
	[59] = "CDS",
	[CDNSKEY] = "CDSNKEY",
	[65] = "HTTPS",
	[99] = "SPF",
	[249] = "TKEY",
	[250] = "TSIG",
	[254] = "MAILA",
	[255] = "ANY",
	[256] = "URI",
};

static const char *const rcode_names[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE" };

static const struct {
	uint16_t bit;
	const char *name;
} flag_names[] = {
	{ HG_DNS_QR, "qr" },
	{ HG_DNS_AA, "aa" },
	{ HG_DNS_TC, "tc" },
	{ HG_DNS_RD, "rd" },
	{ HG_DNS_RA, "ra" },
	{ HG_DNS_Z, "z" },
};

/* Types that appear in `grouped`, and how they are written. */
static const uint16_t grouped_types[] = { HG_DNS_A, HG_DNS_NS, HG_DNS_CNAME, HG_DNS_SOA, HG_DNS_NULL,
	HG_DNS_PTR, HG_DNS_MX, HG_DNS_TXT, HG_DNS_AAAA, HG_DNS_SRV, HG_DNS_SSHFP };

const char *
hg_dns_type_name(uint16_t type, char buf[6])
{
	if (type < HG_COUNT(type_names) && type_names[type] != NULL)
		return type_names[type];
	snprintf(buf, 6, "%u", type);
	return buf;
}

bool
hg_dns_type_of(const char *name, uint16_t *type)
{
	for (uint16_t i = 0; i < HG_COUNT(type_names); i++) {
		/* Records write it as the peer does; a configuration may know how it is spelt. */
		if ((type_names[i] != NULL && strcasecmp(type_names[i], name) == 0) ||
			(i == CDNSKEY && strcasecmp("cdnskey", name) == 0)) {
			*type = i;
			return true;
		}
	}
	return false;
}

const char *
hg_dns_rcode_name(uint16_t flags, char buf[6])
{
	unsigned rcode = flags & HG_DNS_RCODE;

	if (rcode < HG_COUNT(rcode_names))
		return rcode_names[rcode];
	snprintf(buf, 6, "%u", rcode);
	return buf;
}

static unsigned
opcode_of(uint16_t flags)
{
	return flags >> 11 & 15;
}

static struct hg_span
text_of(const struct hg_dns_name *n)
{
	return hg_span(n->text, n->len);
}

/* A member, or an element when there is no name. */
static void
put_str(struct hg_json *j, const char *name, struct hg_span s)
{
	if (name == NULL)
		hg_json_item_str(j, s);
	else
		hg_json_str(j, name, s);
}

static void
put_open(struct hg_json *j, const char *name)
{
	if (name == NULL)
		hg_json_open(j);
	else
		hg_json_open_at(j, name);
}

static void
put_addr(struct hg_json *j, const char *name, struct hg_span data)
{
	struct hg_addr a = { 0 };
	char text[HG_ADDR_TEXT] = "";
	size_t len = 0;

	if (data.len == 4 || data.len == 16) {
		memcpy(a.b, data.p, data.len);
		len = hg_addr_text(&a, data.len == 4 ? 4 : 6, text);
	}
	put_str(j, name, hg_span(text, len));
}

static void
put_name(struct hg_json *j, const char *name, struct hg_dns_reader *r)
{
	struct hg_dns_name n;

	if (!hg_dns_name_read(r, &n))
		n.len = 0;
	put_str(j, name, text_of(&n));
}

static uint32_t
read_number(struct hg_dns_reader *r, unsigned bytes)
{
	struct hg_reader in = hg_reader_of(hg_span_from(r->message, r->at));

	r->at += bytes;
	return bytes == 4 ? hg_read_u32be(&in) : hg_read_u16be(&in);
}

static void
put_soa(struct hg_json *j, const char *name, struct hg_dns_reader *r)
{
	static const char *const numbers[] = { "serial", "refresh", "retry", "expire", "minimum" };

	put_open(j, name);
	put_name(j, "mname", r);
	put_name(j, "rname", r);
	for (unsigned i = 0; i < HG_COUNT(numbers); i++)
		hg_json_u64(j, numbers[i], read_number(r, 4));
	hg_json_close(j);
}

static void
put_srv(struct hg_json *j, const char *name, struct hg_dns_reader *r)
{
	put_open(j, name);
	hg_json_u64(j, "priority", read_number(r, 2));
	hg_json_u64(j, "weight", read_number(r, 2));
	hg_json_u64(j, "port", read_number(r, 2));
	put_name(j, "name", r);
	hg_json_close(j);
}

static void
put_sshfp(struct hg_json *j, const char *name, struct hg_span data)
{
	put_open(j, name);
	hg_json_hex(j, "fingerprint", hg_span_from(data, 2), ':');
	hg_json_u64(j, "algo", data.p[0]);
	hg_json_u64(j, "type", data.p[1]);
	hg_json_close(j);
}

/* The data of a record; detail: as members of its object, else as an element of its group. text: what of a TXT is meant. */
static void
put_data(struct hg_json *j, const struct hg_dns_reader *message, const struct hg_dns_rr *rr,
	struct hg_span text, bool detail)
{
	struct hg_dns_reader r = *message;
	const char *rdata = detail ? "rdata" : NULL;

	r.at = rr->data_at;
	r.end = rr->data_at + rr->data.len;
	switch (rr->type) {
	case HG_DNS_A:
	case HG_DNS_AAAA:
		put_addr(j, rdata, rr->data);
		break;
	case HG_DNS_MX:
		r.at += 2;
		put_name(j, rdata, &r);
		break;
	case HG_DNS_CNAME:
	case HG_DNS_NS:
	case HG_DNS_PTR:
		put_name(j, rdata, &r);
		break;
	case HG_DNS_TXT:
		put_str(j, rdata, text);
		break;
	case HG_DNS_NULL:
		put_str(j, rdata, rr->data);
		break;
	case HG_DNS_SOA:
		put_soa(j, detail ? "soa" : NULL, &r);
		break;
	case HG_DNS_SRV:
		put_srv(j, detail ? "srv" : NULL, &r);
		break;
	case HG_DNS_SSHFP:
		put_sshfp(j, detail ? "sshfp" : NULL, rr->data);
		break;
	default:
		break;
	}
}

static void
put_detail(struct hg_json *j, const struct hg_dns_reader *r, const struct hg_dns_name *name,
	const struct hg_dns_rr *rr, struct hg_span text)
{
	char buf[6];

	hg_json_open(j);
	hg_json_str(j, "rrname", text_of(name));
	hg_json_cstr(j, "rrtype", hg_dns_type_name(rr->type, buf));
	hg_json_u64(j, "ttl", rr->ttl);
	put_data(j, r, rr, text, true);
	hg_json_close(j);
}

/* One element, or one a string of a TXT record: those that are whole. */
static void
put_record(struct hg_json *j, const struct hg_dns_reader *r, const struct hg_dns_name *name,
	const struct hg_dns_rr *rr, bool detail)
{
	struct hg_reader strings = hg_reader_of(rr->data);

	do {
		struct hg_span text = rr->type == HG_DNS_TXT ? hg_read_counted8(&strings) : HG_SPAN_NONE;

		if (hg_reader_failed(&strings))
			return;
		if (detail)
			put_detail(j, r, name, rr, text);
		else
			put_data(j, r, rr, text, false);
	} while (rr->type == HG_DNS_TXT && hg_reader_left(&strings) > 0);
}

/* n records from r on, all or those of one type; r then stands behind them. Returns how many were written. */
static unsigned
put_records(struct hg_json *j, struct hg_dns_reader *r, unsigned n, int type, bool detail)
{
	struct hg_dns_name name;
	struct hg_dns_rr rr;
	unsigned written = 0;

	for (unsigned i = 0; i < n && hg_dns_rr_read(r, &name, &rr); i++) {
		if (type >= 0 && rr.type != type)
			continue;
		put_record(j, r, &name, &rr, detail);
		written++;
	}
	return written;
}

/* By type, each with the data of its records. */
static void
put_grouped(const struct hg_dns_tx *dns, const struct hg_dns_reader *start, struct hg_json *j)
{
	hg_json_open_at(j, "grouped");
	for (unsigned i = 0; i < HG_COUNT(grouped_types); i++) {
		struct hg_json_mark mark = hg_json_mark(j);
		struct hg_dns_reader r = *start;

		hg_json_array_at(j, type_names[grouped_types[i]]);
		if (put_records(j, &r, dns->header.answers, grouped_types[i], false) == 0)
			hg_json_rewind(j, mark);
		else
			hg_json_array_end(j);
	}
	hg_json_close(j);
}

static void
put_section(struct hg_json *j, const char *name, struct hg_dns_reader *r, unsigned n, bool shown)
{
	struct hg_json_mark mark = hg_json_mark(j);

	hg_json_array_at(j, name);
	put_records(j, r, n, -1, true);
	hg_json_array_end(j);
	if (n == 0 || !shown)
		hg_json_rewind(j, mark);
}

static void
put_sections(const struct hg_dns_tx *dns, struct hg_json *j)
{
	const struct hg_decoder_ctx *ctx = dns->tx.app->ctx;
	struct hg_dns_reader r = hg_dns_reader_of(dns->message), start;
	struct hg_dns_name name;
	struct hg_dns_rr rr;

	for (unsigned i = 0; i < dns->header.questions; i++)
		hg_dns_question_read(&r, &name, &rr);
	start = r;
	put_section(j, "answers", &r, dns->header.answers, ctx->detailed);
	if (dns->header.answers > 0 && ctx->grouped)
		put_grouped(dns, &start, j);
	put_section(j, "authorities", &r, dns->header.authorities, true);
}

static void
put_question(const struct hg_dns_tx *dns, const struct hg_dns_question *q, struct hg_json *j)
{
	char buf[6];

	hg_json_cstr(j, "type", "query");
	hg_json_u64(j, "id", dns->header.id);
	hg_json_str(j, "rrname", q->name);
	hg_json_cstr(j, "rrtype", hg_dns_type_name(q->type, buf));
	hg_json_u64(j, "tx_id", dns->tx.number);
	if ((dns->header.flags & HG_DNS_Z) != 0)
		hg_json_bool(j, "z", true);
	hg_json_u64(j, "opcode", opcode_of(dns->header.flags));
	hg_dns_edns_log(&dns->edns, j);
}

static void
put_answer(const struct hg_dns_tx *dns, bool sections, struct hg_json *j)
{
	char buf[6];

	hg_json_u64(j, "version", 2);
	hg_json_cstr(j, "type", "answer");
	hg_json_u64(j, "id", dns->header.id);
	snprintf(buf, sizeof(buf), "%x", dns->header.flags);
	hg_json_cstr(j, "flags", buf);
	for (unsigned i = 0; i < HG_COUNT(flag_names); i++)
		if ((dns->header.flags & flag_names[i].bit) != 0)
			hg_json_bool(j, flag_names[i].name, true);
	hg_json_u64(j, "opcode", opcode_of(dns->header.flags));
	if (dns->n_questions > 0) {
		hg_json_str(j, "rrname", dns->questions[0].name);
		hg_json_cstr(j, "rrtype", hg_dns_type_name(dns->questions[0].type, buf));
	}
	hg_json_cstr(j, "rcode", hg_dns_rcode_name(dns->header.flags, buf));
	hg_dns_edns_log(&dns->edns, j);
	if (sections && dns->message.len > 0)
		put_sections(dns, j);
}

static bool
is_answer(const struct hg_dns_tx *dns)
{
	return dns->tx.sides == HG_SIDE_CLIENT;
}

static bool
is_wanted(const struct hg_dns_tx *dns, uint16_t type)
{
	const struct hg_decoder_ctx *ctx = dns->tx.app->ctx;

	if (type < HG_DNS_TYPES && type_names[type] != NULL)
		return !ctx->by_type || ctx->types[type / 8] >> type % 8 & 1;
	return !ctx->by_type && !(ctx->restricted && hg_as_peer(dns->tx.app->suricata7, HG_DIFF_DNS_TYPES));
}

/* The i-th question that is wanted; NULL: there is none. */
static const struct hg_dns_question *
wanted_question(const struct hg_dns_tx *dns, unsigned i)
{
	for (unsigned k = 0; k < dns->n_questions; k++) {
		if (is_wanted(dns, dns->questions[k].type) && i-- == 0)
			return &dns->questions[k];
		if (!is_wanted(dns, dns->questions[k].type) &&
			hg_as_peer(dns->tx.app->suricata7, HG_DIFF_DNS_TYPES))
			return NULL;
	}
	return NULL;
}

static bool
log_answer(const struct hg_dns_tx *dns, struct hg_json *j)
{
	const struct hg_decoder_ctx *ctx = dns->tx.app->ctx;
	bool wanted = false;

	for (unsigned k = 0; k < dns->n_questions; k++)
		wanted |= is_wanted(dns, dns->questions[k].type);
	if (!wanted || !ctx->responses)
		return false;
	hg_json_open_at(j, "dns");
	put_answer(dns, true, j);
	hg_json_close(j);
	return true;
}

bool
hg_dns_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a)
{
	const struct hg_dns_tx *dns = (const struct hg_dns_tx *)tx;
	const struct hg_dns_question *q =
		is_answer(dns) ? (dns->n_questions > 0 ? dns->questions : NULL) : wanted_question(dns, i);
	char buf[6];

	a->class_ = HG_AUDIT_NAME;
	a->action = is_answer(dns) ? HG_BYTES("answer") : HG_BYTES("query");
	if (q != NULL)
		a->object = q->name;
	a->own_user = true;
	a->reason = HG_BYTES("answer_apart");
	if (!is_answer(dns))
		return true;
	a->result = hg_audit_result_of(true, (dns->header.flags & HG_DNS_RCODE) == 0);
	snprintf(a->text, sizeof(a->text), "%s", hg_dns_rcode_name(dns->header.flags, buf));
	a->reason = hg_span_str(a->text);
	return true;
}

bool
hg_dns_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j)
{
	const struct hg_dns_tx *dns = (const struct hg_dns_tx *)tx;
	const struct hg_decoder_ctx *ctx = tx->app->ctx;
	const struct hg_dns_question *q;

	if (is_answer(dns))
		return i == 0 && log_answer(dns, j);
	q = ctx->requests ? wanted_question(dns, i) : NULL;
	if (q == NULL)
		return false;
	hg_json_open_at(j, "dns");
	hg_json_u64(j, "version", 2);
	put_question(dns, q, j);
	hg_json_close(j);
	return true;
}

void
hg_dns_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_dns_tx *dns = (const struct hg_dns_tx *)tx;

	(void)dir;
	hg_json_open_at(j, "dns");
	hg_json_u64(j, "version", 2);
	if (is_answer(dns)) {
		hg_json_open_at(j, "answer");
		put_answer(dns, !in_alert, j);
		hg_json_close(j);
	} else {
		hg_json_array_at(j, "query");
		for (unsigned i = 0; i < dns->n_questions; i++) {
			hg_json_open(j);
			put_question(dns, &dns->questions[i], j);
			hg_json_close(j);
		}
		hg_json_array_end(j);
	}
	hg_json_close(j);
}
