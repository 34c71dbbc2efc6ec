/* Messages as RFC 4120 5.4 and 5.9 write them. Elements stand in their order; what stands behind those that are read is not
 * looked at. */
#include "app/krb5/krb5_int.h"

#include "base/utf8.h"

#define CONTEXT 0xa0
#define APPLICATION 0x40
#define CONSTRUCTED 0x20
#define BIT_STRING 0x03
#define GENERALIZED_TIME 0x18
#define TICKET 0x61
#define TIME_LEN 15 /* 20260101120000Z */

int
hg_krb5_type_of(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);
	const uint8_t tag = hg_read_u8(&r);
	uint8_t len;

	while ((tag & 0x1f) == 0x1f && (hg_read_u8(&r) & 0x80) != 0)
		;
	len = hg_read_u8(&r);
	if (len > 0x80)
		hg_read_skip(&r, len & 0x7f);
	if (hg_reader_failed(&r) || len == 0x80 || len == 0xff)
		return -1;
	return (tag & 0xc0) == APPLICATION && (tag & 0x1f) != 0x1f ? tag & 0x1f : 0;
}

bool
hg_krb5_int(struct hg_span bytes, int32_t *n)
{
	uint32_t value = bytes.len > 0 && (bytes.p[0] & 0x80) != 0 ? UINT32_MAX : 0;

	for (size_t i = 0; i < bytes.len; i++)
		value = value << 8 | bytes.p[i];
	*n = (int32_t)value;
	return bytes.len > 0 && bytes.len <= 4;
}

/* [n] { value }, the next element. */
static bool
take(struct hg_reader *r, unsigned n, uint8_t tag, struct hg_span *value)
{
	struct hg_span outer;
	struct hg_reader inner;

	if (!hg_ber_expect(r, (uint8_t)(CONTEXT + n), &outer))
		return false;
	inner = hg_reader_of(outer);
	return hg_ber_expect(&inner, tag, value);
}

static bool
is_next(const struct hg_reader *r, unsigned n)
{
	return hg_reader_left(r) > 0 && *r->p == CONTEXT + n;
}

static bool
take_int(struct hg_reader *r, unsigned n, int32_t *value)
{
	struct hg_span bytes;

	return take(r, n, HG_BER_INTEGER, &bytes) && hg_krb5_int(bytes, value);
}

static bool
take_u32(struct hg_reader *r, unsigned n, uint32_t *value)
{
	struct hg_span outer;
	struct hg_reader inner;

	if (!hg_ber_expect(r, (uint8_t)(CONTEXT + n), &outer))
		return false;
	inner = hg_reader_of(outer);
	return hg_ber_u32(&inner, value);
}

static bool
take_time(struct hg_reader *r, unsigned n, struct hg_span *time)
{
	if (!take(r, n, GENERALIZED_TIME, time) || time->len != TIME_LEN || time->p[TIME_LEN - 1] != 'Z')
		return false;
	for (size_t i = 0; i < TIME_LEN - 1; i++)
		if (time->p[i] < '0' || time->p[i] > '9')
			return false;
	return true;
}

static bool
is_text(struct hg_span text, bool any_text)
{
	return any_text || hg_utf8_valid(text);
}

static bool
take_text(struct hg_reader *r, unsigned n, bool any_text, struct hg_span *text)
{
	return take(r, n, HG_BER_GENERAL_STRING, text) && is_text(*text, any_text);
}

/* PrincipalName: its kind, its strings. */
bool
hg_krb5_principal(struct hg_span in, bool any_text, struct hg_span *strings)
{
	struct hg_reader r = hg_reader_of(in), parts;
	struct hg_span part;
	int32_t kind;

	if (!take_int(&r, 0, &kind) || !take(&r, 1, HG_BER_SEQUENCE, strings))
		return false;
	parts = hg_reader_of(*strings);
	while (hg_reader_left(&parts) > 0)
		if (!hg_ber_expect(&parts, HG_BER_GENERAL_STRING, &part) || !is_text(part, any_text))
			return false;
	return true;
}

static bool
take_name(struct hg_reader *r, unsigned n, bool any_text, struct hg_span *strings)
{
	struct hg_span name;

	return take(r, n, HG_BER_SEQUENCE, &name) && hg_krb5_principal(name, any_text, strings);
}

/* One that may be missing. */
static bool
take_name_if(struct hg_reader *r, unsigned n, bool any_text, bool *has, struct hg_span *strings)
{
	*has = is_next(r, n);
	return !*has || take_name(r, n, any_text, strings);
}

/* Only that each has a kind and a value. */
static bool
check_padata(struct hg_span padata)
{
	struct hg_reader r = hg_reader_of(padata);
	struct hg_span one, value;
	int32_t kind;

	while (hg_reader_left(&r) > 0) {
		struct hg_reader inner;

		if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &one))
			return false;
		inner = hg_reader_of(one);
		if (!take_int(&inner, 1, &kind) || !take(&inner, 2, HG_BER_OCTETS, &value))
			return false;
	}
	return true;
}

static bool
take_padata(struct hg_reader *r, unsigned n, struct hg_span *padata)
{
	return !is_next(r, n) || (take(r, n, HG_BER_SEQUENCE, padata) && check_padata(*padata));
}

static bool
check_etypes(struct hg_span etypes)
{
	struct hg_reader r = hg_reader_of(etypes);
	struct hg_span one;
	int32_t n;

	while (hg_reader_left(&r) > 0)
		if (!hg_ber_expect(&r, HG_BER_INTEGER, &one) || !hg_krb5_int(one, &n))
			return false;
	return true;
}

/* KDCOptions: the first 32 bits. */
static bool
take_options(struct hg_reader *r, uint32_t *options)
{
	struct hg_span bits;

	if (!take(r, 0, BIT_STRING, &bits) || bits.len < 2 || bits.p[0] > 7)
		return false;
	for (size_t i = 0; i < 4; i++)
		*options = *options << 8 | (i + 1 < bits.len ? bits.p[i + 1] : 0u);
	return true;
}

/* KDC-REQ-BODY, as far as the encryptions. */
static bool
read_body(struct hg_span body, bool any_text, struct hg_krb5_message *m)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_span rtime;

	m->has_realm = true;
	return take_options(&r, &m->options) && take_name_if(&r, 1, any_text, &m->has_cname, &m->cname) &&
		take_text(&r, 2, any_text, &m->realm) &&
		take_name_if(&r, 3, any_text, &m->has_sname, &m->sname) &&
		(!is_next(&r, 4) || take_time(&r, 4, &m->from)) && take_time(&r, 5, &m->till) &&
		(!is_next(&r, 6) || take_time(&r, 6, &rtime)) && take_u32(&r, 7, &m->nonce) &&
		take(&r, 8, HG_BER_SEQUENCE, &m->etypes) && check_etypes(m->etypes);
}

static bool
read_request(struct hg_reader *r, bool any_text, struct hg_krb5_message *m)
{
	struct hg_span body;
	uint32_t version, type;

	return take_u32(r, 1, &version) && take_u32(r, 2, &type) && take_padata(r, 3, &m->padata) &&
		take(r, 4, HG_BER_SEQUENCE, &body) && read_body(body, any_text, m);
}

/* EncryptedData: by what it is encrypted. */
static bool
take_etype(struct hg_reader *r, unsigned n, int32_t *etype)
{
	struct hg_span data, bytes;
	struct hg_reader inner;
	uint32_t kvno;

	if (!take(r, n, HG_BER_SEQUENCE, &data))
		return false;
	inner = hg_reader_of(data);
	return take_int(&inner, 0, etype) && (!is_next(&inner, 1) || take_u32(&inner, 1, &kvno)) &&
		take(&inner, 2, HG_BER_OCTETS, &bytes);
}

static bool
read_ticket(struct hg_span ticket, bool any_text, struct hg_krb5_message *m)
{
	struct hg_reader r = hg_reader_of(ticket), inner;
	struct hg_span body, realm;
	uint32_t version;

	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &body))
		return false;
	inner = hg_reader_of(body);
	m->has_sname = true;
	return take_u32(&inner, 0, &version) && version == 5 && take_text(&inner, 1, any_text, &realm) &&
		take_name(&inner, 2, any_text, &m->sname) && take_etype(&inner, 3, &m->ticket_etype);
}

static bool
read_answer(struct hg_reader *r, bool any_text, struct hg_krb5_message *m)
{
	struct hg_span ticket;
	uint32_t version, type;

	m->has_cname = m->has_realm = true;
	return take_u32(r, 0, &version) && take_u32(r, 1, &type) && take_padata(r, 2, &m->padata) &&
		take_text(r, 3, any_text, &m->realm) && take_name(r, 4, any_text, &m->cname) &&
		take(r, 5, TICKET, &ticket) && read_ticket(ticket, any_text, m) &&
		take_etype(r, 6, &m->etype);
}

/* The realm is that of the client, as in answers; [9] is the server's. */
static bool
read_error(struct hg_reader *r, bool any_text, struct hg_krb5_message *m)
{
	struct hg_span time, realm;
	uint32_t version, type, usec;

	m->has_sname = true;
	if (!take_u32(r, 0, &version) || !take_u32(r, 1, &type) ||
		(is_next(r, 2) && !take_time(r, 2, &time)) || (is_next(r, 3) && !take_u32(r, 3, &usec)) ||
		!take_time(r, 4, &time) || !take_u32(r, 5, &usec) || !take_int(r, 6, &m->code))
		return false;
	m->has_realm = is_next(r, 7);
	return (!m->has_realm || take_text(r, 7, any_text, &m->realm)) &&
		take_name_if(r, 8, any_text, &m->has_cname, &m->cname) && take_text(r, 9, any_text, &realm) &&
		take_name(r, 10, any_text, &m->sname) &&
		(!is_next(r, 11) || take_text(r, 11, any_text, &m->words));
}

bool
hg_krb5_read(struct hg_span in, uint8_t type, bool any_text, struct hg_krb5_message *m)
{
	struct hg_reader r = hg_reader_of(in), outer, inner;
	struct hg_span message, body;

	*m = (struct hg_krb5_message){ .type = type };
	if (!hg_ber_expect(&r, APPLICATION | CONSTRUCTED | type, &message))
		return false;
	outer = hg_reader_of(message);
	if (!hg_ber_expect(&outer, HG_BER_SEQUENCE, &body))
		return false;
	inner = hg_reader_of(body);
	if (type == HG_KRB5_ERROR)
		return read_error(&inner, any_text, m);
	return type == HG_KRB5_AS_REQ || type == HG_KRB5_TGS_REQ ? read_request(&inner, any_text, m)
								 : read_answer(&inner, any_text, m);
}
