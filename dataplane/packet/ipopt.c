/* ipopt: options of an IPv4 header (RFC 791 3.1, RFC 1108, RFC 2113, RFC 4782; CIPSO: FIPS 188). */
#include "packet/layer.h"

enum check { CHECK_SIZE, CHECK_LEAST, CHECK_ROUTE, CHECK_TIMESTAMP, CHECK_CIPSO };

struct option {
	uint8_t type, size; /* exact or least, with type and length bytes */
	uint16_t bit;
	enum check check;
};

static const struct option options_known[] = {
	{ 7, 0, HG_IPOPT_RR, CHECK_ROUTE },
	{ 25, 8, HG_IPOPT_QS, CHECK_LEAST },
	{ 68, 0, HG_IPOPT_TS, CHECK_TIMESTAMP },
	{ 130, 3, HG_IPOPT_SEC, CHECK_LEAST },
	{ 131, 0, HG_IPOPT_LSRR, CHECK_ROUTE },
	{ 133, 3, HG_IPOPT_ESEC, CHECK_LEAST },
	{ 134, 0, HG_IPOPT_CIPSO, CHECK_CIPSO },
	{ 136, 4, HG_IPOPT_SATID, CHECK_SIZE },
	{ 137, 0, HG_IPOPT_SSRR, CHECK_ROUTE },
	{ 148, 4, HG_IPOPT_RTRALT, CHECK_SIZE },
};

static const struct option *
find_option(uint8_t type)
{
	for (size_t i = 0; i < HG_COUNT(options_known); i++)
		if (options_known[i].type == type)
			return &options_known[i];
	return NULL;
}

/* The pointer counts from 1 at the option's type byte: the first address is at 4. */
static bool
route_ok(struct hg_decoding *c, struct hg_span o)
{
	if (o.len < 3)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN), false;
	if (o.p[2] < 4 || o.p[2] % 4 != 0 || o.p[2] > o.len + 1)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_MALFORMED), false;
	return true;
}

static bool
timestamp_ok(struct hg_decoding *c, struct hg_span o)
{
	uint8_t record;

	if (o.len < 5)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN), false;
	record = (o.p[3] & 15) == 1 || (o.p[3] & 15) == 3 ? 8 : 4; /* address and time, or time alone */
	if (o.p[2] < 5 || (o.p[2] - 5) % record != 0 || o.p[2] > o.len + 1)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_MALFORMED), false;
	return true;
}

/* Domain of interpretation (not 0), then tags: type, length with both bytes, content. */
static bool
cipso_ok(struct hg_decoding *c, struct hg_span o)
{
	struct hg_reader r = hg_reader_of(o);

	if (o.len < 10)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN), false;
	hg_read_skip(&r, 2);
	if (hg_read_u32be(&r) == 0)
		return hg_layer_bad(c, HG_EV_IPV4_OPT_MALFORMED), false;
	while (hg_reader_left(&r) > 0) {
		uint8_t type = hg_read_u8(&r), size = hg_read_u8(&r);
		bool known = type == 1 || type == 2 || type == 5 || type == 6 || type == 7;

		if (hg_reader_failed(&r) || !known || size < 4 || (size_t)size - 2 > hg_reader_left(&r) ||
			(type != 7 && r.p[0] != 0))
			return hg_layer_bad(c, HG_EV_IPV4_OPT_MALFORMED), false;
		hg_read_skip(&r, (size_t)size - 2);
	}
	return true;
}

static bool
option_ok(struct hg_decoding *c, const struct option *o, struct hg_span bytes)
{
	switch (o->check) {
	case CHECK_ROUTE:
		return route_ok(c, bytes);
	case CHECK_TIMESTAMP:
		return timestamp_ok(c, bytes);
	case CHECK_CIPSO:
		return cipso_ok(c, bytes);
	case CHECK_SIZE:
		if (bytes.len != o->size)
			return hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN), false;
		return true;
	default:
		if (bytes.len < o->size)
			return hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN), false;
		return true;
	}
}

static void
one_option(struct hg_decoding *c, struct hg_span bytes)
{
	const struct option *o = find_option(bytes.p[0]);

	if (o == NULL)
		hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID);
	else if (c->pkt->ipopts & o->bit)
		hg_layer_bad(c, HG_EV_IPV4_OPT_DUPLICATE);
	else if (option_ok(c, o, bytes))
		c->pkt->ipopts |= o->bit;
}

bool
hg_ipv4_options(struct hg_decoding *c, struct hg_span options)
{
	if (options.len % 8 != 0)
		hg_layer_bad(c, HG_EV_IPV4_OPT_PAD_REQUIRED);
	for (size_t at = 0; at < options.len;) {
		const uint8_t *o = options.p + at;
		size_t left = options.len - at;

		if (o[0] == 0) {
			c->pkt->ipopts |= HG_IPOPT_EOL;
			return true;
		}
		if (o[0] == 1) {
			c->pkt->ipopts |= HG_IPOPT_NOP;
			at++;
			continue;
		}
		if (left < 2) {
			hg_layer_bad(c, HG_EV_IPV4_OPT_EOL_REQUIRED);
			return true;
		}
		if (o[1] < 2 || o[1] > left) {
			hg_layer_bad(c, HG_EV_IPV4_OPT_INVALID_LEN);
			return false;
		}
		one_option(c, hg_span(o, o[1]));
		at += o[1];
	}
	return true;
}
