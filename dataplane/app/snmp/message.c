/* Messages of SNMP (RFC 1157 4, RFC 3416 3, RFC 3412 6). */
#include "app/snmp/snmp_int.h"

enum { NETWORK_ADDRESS = 0x40, TIME_TICKS = 0x43, PDU = 0xa0, USM = 3 };

bool
hg_snmp_var_next(struct hg_reader *vars, struct hg_span *oid)
{
	struct hg_span pair;
	struct hg_reader r;

	if (hg_reader_left(vars) == 0 || !hg_ber_expect(vars, HG_BER_SEQUENCE, &pair))
		return false;
	r = hg_reader_of(pair);
	return hg_ber_expect(&r, HG_BER_OID, oid) && oid->len > 0;
}

/* All of it is variables, each with a value. */
static bool
vars_fit(struct hg_span vars)
{
	struct hg_reader all = hg_reader_of(vars), r;
	struct hg_span pair, part;
	uint8_t tag;

	while (hg_reader_left(&all) > 0) {
		if (!hg_ber_expect(&all, HG_BER_SEQUENCE, &pair))
			return false;
		r = hg_reader_of(pair);
		if (!hg_ber_expect(&r, HG_BER_OID, &part) || part.len == 0 || !hg_ber_take(&r, &tag, &part))
			return false;
	}
	return true;
}

static bool
read_trap(struct hg_reader *r, struct hg_snmp_message *m)
{
	struct hg_span part;
	uint32_t specific;

	return hg_ber_expect(r, HG_BER_OID, &m->enterprise) && m->enterprise.len > 0 &&
		hg_ber_expect(r, NETWORK_ADDRESS, &m->address) && hg_ber_u32(r, &m->trap) &&
		hg_ber_u32(r, &specific) && hg_ber_expect(r, TIME_TICKS, &part) &&
		hg_ber_expect(r, HG_BER_SEQUENCE, &m->vars) && vars_fit(m->vars);
}

static bool
read_pdu(struct hg_reader *r, struct hg_snmp_message *m)
{
	struct hg_span body, id;
	struct hg_reader in;
	uint32_t second;
	uint8_t tag;

	if (!hg_ber_take(r, &tag, &body) || tag < PDU || tag - PDU >= HG_SNMP_PDUS)
		return false;
	m->pdu = (uint8_t)(tag - PDU);
	in = hg_reader_of(body);
	if (m->pdu == HG_SNMP_TRAP_V1)
		return read_trap(&in, m);
	if (!hg_ber_expect(&in, HG_BER_INTEGER, &id) || id.len == 0 || !hg_ber_u32(&in, &m->error) ||
		!hg_ber_u32(&in, &second))
		return false;
	/* In their places a GetBulkRequest has how many variables are asked for how often. */
	if (m->pdu == HG_SNMP_GET_BULK)
		m->error = 0;
	return hg_ber_expect(&in, HG_BER_SEQUENCE, &m->vars) && vars_fit(m->vars);
}

/* RFC 3414 2.4: engine, boots, time, user; what follows is keys. */
static bool
read_usm(struct hg_span params, struct hg_snmp_message *m)
{
	struct hg_reader r = hg_reader_of(params);
	struct hg_span seq, engine;
	uint32_t boots, time;

	if (!hg_ber_expect(&r, HG_BER_SEQUENCE, &seq))
		return false;
	r = hg_reader_of(seq);
	m->has_usm = hg_ber_expect(&r, HG_BER_OCTETS, &engine) && hg_ber_u32(&r, &boots) &&
		hg_ber_u32(&r, &time) && hg_ber_expect(&r, HG_BER_OCTETS, &m->user);
	return m->has_usm;
}

static bool
read_v3(struct hg_reader *r, struct hg_snmp_message *m)
{
	struct hg_span header, flags, params, scoped, part;
	struct hg_reader h, s;
	uint32_t id, most, model;
	uint8_t tag;

	if (!hg_ber_expect(r, HG_BER_SEQUENCE, &header))
		return false;
	h = hg_reader_of(header);
	if (!hg_ber_u32(&h, &id) || !hg_ber_u32(&h, &most) || !hg_ber_expect(&h, HG_BER_OCTETS, &flags) ||
		flags.len != 1 || !hg_ber_u32(&h, &model) || !hg_ber_expect(r, HG_BER_OCTETS, &params))
		return false;
	if ((model == USM && !read_usm(params, m)) || !hg_ber_take(r, &tag, &scoped))
		return false;
	m->encrypted = tag == HG_BER_OCTETS;
	if (tag != HG_BER_SEQUENCE)
		return m->encrypted;
	s = hg_reader_of(scoped);
	return hg_ber_expect(&s, HG_BER_OCTETS, &part) && hg_ber_expect(&s, HG_BER_OCTETS, &part) &&
		read_pdu(&s, m);
}

static bool
open_message(struct hg_span datagram, struct hg_reader *r, uint32_t *version)
{
	struct hg_reader all = hg_reader_of(datagram);
	struct hg_span message;
	uint32_t n;

	if (!hg_ber_expect(&all, HG_BER_SEQUENCE, &message))
		return false;
	*r = hg_reader_of(message);
	/* Versions 1 and 2 are written as 0 and 1, version 3 as 3. */
	if (!hg_ber_u32(r, &n) || n > 3 || n == 2)
		return false;
	*version = n == 3 ? 3 : n + 1;
	return true;
}

bool
hg_snmp_version(struct hg_span datagram, uint32_t *version)
{
	struct hg_reader r;

	return open_message(datagram, &r, version);
}

bool
hg_snmp_read(struct hg_span datagram, struct hg_snmp_message *m)
{
	struct hg_reader r;

	*m = (struct hg_snmp_message){ 0 };
	if (!open_message(datagram, &r, &m->version))
		return false;
	if (m->version == 3)
		return read_v3(&r, m);
	return hg_ber_expect(&r, HG_BER_OCTETS, &m->community) && read_pdu(&r, m);
}
