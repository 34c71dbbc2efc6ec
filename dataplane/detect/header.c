#include "detect/detect_int.h"
#include "base/reader.h"
#include "packet/checksum.h"
#include "rules/lang/address.h"
#include "rules/lang/port.h"

#define ICMPV6_TOO_BIG 2 /* RFC 4443 3.2 */

static bool
mtu_of(const struct hg_packet *p, uint64_t *value)
{
	struct hg_reader r = hg_reader_of(hg_span(p->data + p->l4, p->l4_len));

	hg_reader_take(&r, 4);
	*value = hg_read_u32be(&r);
	return !hg_reader_failed(&r);
}

/* In units of 8 bytes. */
static uint64_t
frag_offset_of(const struct hg_packet *p, const struct hg_detect_config *c)
{
	return p->family == 6 && hg_as_peer(c->suricata7, HG_DIFF_RULE_FRAGOFFSET)
		? p->frag_offset * UINT64_C(8)
		: p->frag_offset;
}

static bool
field_of(const struct hg_packet *p, enum hg_field field, const struct hg_detect_config *c, uint64_t *value)
{
	const bool tcp = p->proto == HG_IP_TCP && p->l4 != 0;
	const bool icmp = (p->proto == HG_IP_ICMP || p->proto == HG_IP_ICMPV6) && p->l4 != 0;

	switch (field) {
	case HG_FIELD_DSIZE:
		*value = p->payload_len;
		return p->l4 != 0 || (p->family != 0 && hg_as_peer(c->suricata7, HG_DIFF_RULE_NO_PAYLOAD));
	case HG_FIELD_TTL:
		*value = p->ttl;
		return p->family != 0;
	case HG_FIELD_TOS:
		*value = p->tos;
		return p->family == 4;
	case HG_FIELD_IP_ID:
		*value = p->ip_id;
		return p->has_ip_id;
	case HG_FIELD_IP_PROTO:
		*value = p->proto;
		return p->family != 0;
	case HG_FIELD_FRAGOFFSET:
		*value = frag_offset_of(p, c);
		return p->family == 4 || p->has_frag_header;
	case HG_FIELD_SEQ:
		*value = p->tcp.seq;
		return tcp;
	case HG_FIELD_ACK:
		*value = p->tcp.ack;
		return tcp;
	case HG_FIELD_WINDOW:
		*value = p->tcp.window;
		return tcp;
	case HG_FIELD_MSS:
		*value = p->tcp.mss;
		return tcp && p->tcp.options & HG_TCPOPT_MSS;
	case HG_FIELD_ITYPE:
		*value = p->icmp.type;
		return icmp;
	case HG_FIELD_ICODE:
		*value = p->icmp.code;
		return icmp;
	case HG_FIELD_ICMP_ID:
		*value = p->icmp.id;
		return icmp && p->icmp.has_id;
	case HG_FIELD_ICMP_SEQ:
		*value = p->icmp.seq;
		return icmp && p->icmp.has_id;
	case HG_FIELD_ICMPV6_MTU:
		return p->proto == HG_IP_ICMPV6 && icmp && p->icmp.type == ICMPV6_TOO_BIG && mtu_of(p, value);
	}
	return false;
}

/* false: the packet has no such header. */
static bool
layer_of(const struct hg_packet *p, enum hg_layer layer, struct hg_span *bytes)
{
	const struct hg_span l3 = hg_span(p->data + p->l3, p->l3_len);
	const struct hg_span l4 = hg_span(p->data + p->l4, p->l4_len);
	const bool upper = p->l4 != 0;

	switch (layer) {
	case HG_LAYER_IPV4:
		*bytes = l3;
		return p->family == 4;
	case HG_LAYER_IPV6:
		*bytes = l3;
		return p->family == 6;
	case HG_LAYER_TCP:
		*bytes = l4;
		return upper && p->proto == HG_IP_TCP;
	case HG_LAYER_UDP:
		*bytes = l4;
		return upper && p->proto == HG_IP_UDP;
	case HG_LAYER_ICMPV4:
		*bytes = l4;
		return upper && p->proto == HG_IP_ICMP;
	case HG_LAYER_ICMPV6:
		*bytes = l4;
		return upper && p->proto == HG_IP_ICMPV6;
	case HG_LAYER_SRC:
		*bytes = hg_span(p->src.b, p->family == 4 ? 4 : 16);
		return p->family != 0;
	case HG_LAYER_DST:
		*bytes = hg_span(p->dst.b, p->family == 4 ? 4 : 16);
		return p->family != 0;
	}
	return false;
}

static bool
layer_fits(struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	const struct hg_prog prog = { t->ins, t->n };
	struct hg_span bytes;

	return layer_of(p, t->field, &bytes) && hg_match(&d->matcher, &prog, bytes, 0, true);
}

/* Whether packets are checked otherwise (-k) does not matter to a rule that asks. */
static bool
checksum_fits(const struct hg_test *t, const struct hg_packet *p)
{
	struct hg_span bytes;
	bool right;

	if (p->family != t->mode || !layer_of(p, t->field, &bytes))
		return false;
	right = t->field == HG_LAYER_IPV4 ? hg_checksum_l3_ok(p) : hg_checksum_l4_ok(p);
	return right != t->negated;
}

static bool
stream_size_fits(const struct hg_test *t, const struct hg_packet *p)
{
	struct hg_stream_view v;
	bool server, client;

	if (p->flow == NULL || p->flow->stream == NULL)
		return false;
	hg_stream_view(p->flow, &v);
	/* "server" is what the server sent. */
	server = hg_match_compare(t->compare, v.size[HG_TO_CLIENT], t->a, t->b);
	client = hg_match_compare(t->compare, v.size[HG_TO_SERVER], t->a, t->b);
	switch (t->mode) {
	case HG_SIZE_SERVER:
		return server;
	case HG_SIZE_CLIENT:
		return client;
	case HG_SIZE_BOTH:
		return server && client;
	default:
		return server || client;
	}
}

/* The direction's own answer counts once it is known; before that a negated test does not match either. */
static bool
app_proto_fits(const struct hg_test *t, const struct hg_packet *p)
{
	uint8_t proto;

	if (p->flow == NULL)
		return false;
	proto = p->flow->app_proto_dir[p->dir];
	if (proto == HG_PROTO_UNKNOWN)
		return false;
	return ((t->a >> proto & 1) != 0) != t->negated;
}

/* How an address is rated; HG_REP_NONE: not at all. */
static int
score_of(const struct hg_detect *d, const struct hg_test *t, const struct hg_addr *a, uint8_t family)
{
	const struct hg_rep *rep = d->rules->rep;
	int score;

	if (!hg_as_peer(d->config.suricata7, HG_DIFF_RULE_REP_OWN) || !hg_rep_names(rep, a, family)) {
		score = hg_rep_score(rep, t->field, a, family);
		return score == 0 ? HG_REP_NONE : score;
	}
	score = hg_rep_own_score(rep, t->field, a, family);
	return HG_MAX(score, 0);
}

static bool
rep_fits_address(const struct hg_detect *d, const struct hg_test *t, const struct hg_addr *a, uint8_t family)
{
	const int score = score_of(d, t, a, family);

	if (t->n == 1)
		return score != HG_REP_NONE;
	if (t->n == 2)
		return score <= 0;
	return score != HG_REP_NONE && hg_match_compare(t->compare, (uint64_t)score, t->a, 0);
}

static bool
rep_fits(const struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	bool src, dst;

	if (p->family == 0)
		return false;
	src = t->mode != HG_OF_DST && rep_fits_address(d, t, &p->src, p->family);
	dst = t->mode != HG_OF_SRC && rep_fits_address(d, t, &p->dst, p->family);
	return t->mode == HG_OF_BOTH ? src && dst : src || dst;
}

static bool
is_from(const struct hg_detect *d, const struct hg_test *t, const struct hg_addr *a, uint8_t family)
{
	const uint16_t country = hg_geo_country(d->rules->geo, a, family);

	if (country == HG_GEO_NONE || t->n == 0)
		return false;
	for (unsigned i = 0; i < t->n; i++)
		if (t->ids[i] == country)
			return !t->negated;
	return t->negated;
}

static bool
country_fits(const struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	bool src, dst;

	if (p->family == 0 || (p->family != 4 && hg_as_peer(d->config.suricata7, HG_DIFF_RULE_GEOIP)))
		return false;
	src = t->mode != HG_OF_DST && is_from(d, t, &p->src, p->family);
	if (t->mode == HG_OF_ANY && src)
		return true;
	dst = t->mode != HG_OF_SRC && is_from(d, t, &p->dst, p->family);
	return t->mode == HG_OF_BOTH ? src && dst : src || dst;
}

/* The packet at hand counts. Seconds are those of the clock, as the peer has it. */
static bool
flow_field_fits(const struct hg_test *t, const struct hg_packet *p)
{
	const struct hg_flow *f = p->flow;

	if (f == NULL)
		return false;
	const uint64_t values[] = { [HG_FLOW_AGE] = f->last / HG_SEC - f->first / HG_SEC,
		[HG_FLOW_PKTS_TO_SERVER] = f->packets[HG_TO_SERVER],
		[HG_FLOW_PKTS_TO_CLIENT] = f->packets[HG_TO_CLIENT],
		[HG_FLOW_BYTES_TO_SERVER] = f->bytes[HG_TO_SERVER],
		[HG_FLOW_BYTES_TO_CLIENT] = f->bytes[HG_TO_CLIENT] };

	return hg_match_compare(t->compare, values[t->field], t->a, t->b);
}

/* Payload that is not looked into has no size either, but for an upper bound. */
static bool
is_hidden(const struct hg_detect *d, const struct hg_packet *p)
{
	return p->flags & HG_PKT_NO_PAYLOAD && hg_as_peer(d->config.suricata7, HG_DIFF_RULE_ENCRYPTED_SIZE);
}

static bool
size_fits(const struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	const bool bound =
		t->compare == HG_CMP_LT || t->compare == HG_CMP_LE || (t->compare == HG_CMP_EQ && t->a == 0);

	return t->field != HG_FIELD_DSIZE || bound || !is_hidden(d, p);
}

static bool
test_fits(struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	const bool real = !(p->flags & HG_PKT_PSEUDO);
	uint64_t value = 0;

	switch ((enum hg_test_op)t->op) {
	case HG_TEST_FIELD:
		return (real || t->field == HG_FIELD_IP_PROTO) && field_of(p, t->field, &d->config, &value) &&
			hg_match_compare(t->compare, value, t->a, t->b) != t->negated && size_fits(d, t, p);
	case HG_TEST_TCP_FLAGS:
		return real && p->proto == HG_IP_TCP && p->l4 != 0 &&
			hg_mode_fits(t->mode, p->tcp.flags & ~t->b & 0xff, t->a);
	case HG_TEST_FRAGBITS:
		return real && p->family == 4 && hg_mode_fits(t->mode, p->frag_bits, t->a);
	case HG_TEST_IPOPTS:
		return real && p->family == 4 && ((p->ipopts & t->a) != 0) != t->negated;
	case HG_TEST_SAMEIP:
		return real && p->family != 0 && hg_addr_eq(&p->src, &p->dst);
	case HG_TEST_APP_PROTO:
		return app_proto_fits(t, p);
	case HG_TEST_STREAM_SIZE:
		return (real || p->origin == HG_ORIGIN_STREAM_DETECT) && stream_size_fits(t, p);
	case HG_TEST_EVENT:
		return hg_event_has(&p->events, (enum hg_event)t->a);
	case HG_TEST_FLOW_ANOMALY:
		return p->flow != NULL && p->flow->app != NULL &&
			p->flow->app->flow_anomalies_packet >> t->a & 1;
	case HG_TEST_REP:
		return rep_fits(d, t, p);
	case HG_TEST_COUNTRY:
		return country_fits(d, t, p);
	case HG_TEST_FLOW:
		return flow_field_fits(t, p);
	case HG_TEST_FLOWBIT:
	case HG_TEST_FLOWINT:
	case HG_TEST_XBIT:
	case HG_TEST_HOSTBIT:
	case HG_TEST_FLOWVAR:
	case HG_TEST_PKTVAR:
		return hg_state_test(d, t, p);
	case HG_TEST_LAYER:
		return real && layer_fits(d, t, p);
	case HG_TEST_PAYLOAD:
		return real && ((p->payload_len > 0 || d->n_windows > 0) && !is_hidden(d, p)) != t->negated;
	case HG_TEST_CHECKSUM:
		return real && checksum_fits(t, p);
	}
	return false;
}

enum hg_l4
hg_l4_of(const struct hg_packet *p)
{
	return hg_l4_of_proto(p->proto);
}

static unsigned
flow_misfit(const struct hg_rule *r, const struct hg_packet *p)
{
	if (p->flow != NULL) {
		if (!(r->sides & 1 << p->dir))
			return HG_MISFIT_DIRECTION;
	} else if (r->flags & HG_RF_NEEDS_FLOW || !(r->sides & HG_SIDE_SERVER)) {
		return HG_MISFIT_NO_FLOW;
	}
	if (r->flags & HG_RF_ESTABLISHED && !(p->flags & HG_PKT_ESTABLISHED))
		return HG_MISFIT_NOT_ESTABLISHED;
	if (r->flags & HG_RF_NOT_ESTABLISHED && p->flags & HG_PKT_ESTABLISHED)
		return HG_MISFIT_ESTABLISHED;
	if (r->flags & HG_RF_NO_FRAG && p->flags & HG_PKT_REBUILT)
		return HG_MISFIT_FRAGMENT;
	return r->flags & HG_RF_ONLY_FRAG && !(p->flags & HG_PKT_REBUILT) ? HG_MISFIT_FRAGMENT : HG_FIT;
}

static bool
ports_fit(const struct hg_rule *r, const struct hg_packet *p)
{
	if (r->sport == NULL && r->dport == NULL)
		return true;
	if (p->l4 == 0 && !(p->flags & HG_PKT_PSEUDO))
		return false;
	if (p->proto != HG_IP_TCP && p->proto != HG_IP_UDP && p->proto != HG_IP_SCTP)
		return false;
	return (r->dport == NULL || hg_portset_has(r->dport, p->dport)) &&
		(r->sport == NULL || hg_portset_has(r->sport, p->sport));
}

unsigned
hg_rule_misfit(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p, uint8_t proto)
{
	unsigned misfit;

	if (r->type != HG_RULE_EVENT_ONLY) {
		if (!(r->l4 >> hg_l4_of(p) & 1))
			return HG_MISFIT_L4;
		if (!(r->families & (p->family == 6 ? 2 : 1)))
			return HG_MISFIT_FAMILY;
		if (r->protos != 0 && !(r->protos >> proto & 1))
			return HG_MISFIT_PROTO;
	}
	if (!(r->ways >> d->way & 1))
		return HG_MISFIT_ADDRESS;
	misfit = flow_misfit(r, p);
	if (misfit != HG_FIT)
		return misfit;
	if (!ports_fit(r, p))
		return HG_MISFIT_PORT;
	if (!r->src_by_way && !hg_addrset_has(r->src, &p->src, p->family))
		return HG_MISFIT_ADDRESS;
	if (!r->dst_by_way && !hg_addrset_has(r->dst, &p->dst, p->family))
		return HG_MISFIT_ADDRESS;
	for (unsigned i = 0; i < r->n_tests; i++)
		if (!test_fits(d, &r->tests[i], p))
			return HG_MISFIT_TEST + i;
	return HG_FIT;
}
