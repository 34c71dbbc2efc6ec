/* tunnel: VXLAN (RFC 7348), Geneve (RFC 8926) and Teredo (RFC 4380) over UDP ports. */
#include "packet/layer.h"

#define ETHER_HEADER 14
#define IPV6_HEADER 40

/* Either side's port counts, as with the peer. */
static bool
has_port(const uint16_t ports[4], const struct hg_packet *p)
{
	for (unsigned i = 0; i < 4 && ports[i] != 0; i++)
		if (ports[i] == p->sport || ports[i] == p->dport)
			return true;
	return false;
}

/* What VXLAN may carry; the peer names anything else. The inner packet begins behind the inner Ethernet header: a
 * network header that cannot be read makes it none. */
static enum hg_layer
vxlan_inner(uint16_t type)
{
	enum hg_layer layer = hg_layer_of_ethertype(type);

	switch (layer) {
	case HG_LAYER_IPV4:
	case HG_LAYER_IPV6:
	case HG_LAYER_ARP:
	case HG_LAYER_VLAN:
		return layer;
	default:
		return HG_LAYER_DONE;
	}
}

/* The port alone is no proof: the header must be what the RFC says, else the payload stays plain UDP. */
static bool
try_vxlan(struct hg_decoding *c, struct hg_span s)
{
	enum hg_layer inner;

	if (s.len < 8 + ETHER_HEADER || (s.p[0] & 0x08) == 0 || s.p[7] != 0)
		return false;
	inner = vxlan_inner(hg_be16(s.p + 8 + 12));
	if (inner == HG_LAYER_DONE) {
		hg_layer_bad(c, HG_EV_VXLAN_UNKNOWN_PAYLOAD_TYPE);
		return true;
	}
	c->stats->vxlan++;
	if (inner != HG_LAYER_ARP)
		hg_layer_follow(c,
			(struct hg_follow){ .bytes = hg_span_from(s, 8 + ETHER_HEADER),
				.layer = inner,
				.origin = HG_ORIGIN_VXLAN,
				.tunnel_id = hg_be32(s.p + 4) >> 8 });
	return true;
}

static bool
geneve_options_ok(struct hg_span options)
{
	struct hg_reader r = hg_reader_of(options);

	while (hg_reader_left(&r) > 0) {
		hg_read_skip(&r, 3);
		hg_read_skip(&r, (hg_read_u8(&r) & 0x1fu) * 4u);
	}
	return !hg_reader_failed(&r);
}

static enum hg_layer
geneve_inner(uint16_t type)
{
	switch (type) {
	case 0x6558:
		return HG_LAYER_ETHER;
	case 0x0800:
	case 0x86dd:
	case 0x0806:
		return hg_layer_of_ethertype(type);
	default:
		return HG_LAYER_DONE;
	}
}

static bool
try_geneve(struct hg_decoding *c, struct hg_span s)
{
	enum hg_layer inner;
	size_t header;

	if (s.len < 8 || s.p[0] >> 6 != 0 || (s.p[1] & 0x3f) != 0 || s.p[7] != 0)
		return false;
	header = 8u + (s.p[0] & 0x3fu) * 4u;
	if (s.len < header || !geneve_options_ok(hg_span_sub(s, 8, header - 8)))
		return false;
	inner = geneve_inner(hg_be16(s.p + 2));
	if (inner == HG_LAYER_DONE) {
		hg_layer_bad(c, HG_EV_GENEVE_UNKNOWN_PAYLOAD_TYPE);
		return true;
	}
	c->stats->geneve++;
	hg_layer_follow(c,
		(struct hg_follow){ .bytes = hg_span_from(s, header),
			.layer = inner,
			.origin = HG_ORIGIN_GENEVE,
			.tunnel_id = hg_be32(s.p + 4) >> 8 });
	return true;
}

/* Teredo has no header of its own: an IPv6 packet, perhaps behind an origin indication, that fills the payload. */
static bool
try_teredo(struct hg_decoding *c, struct hg_span s)
{
	if (s.len >= 2 && s.p[0] == 0 && s.p[1] == 0)
		s = hg_span_from(s, 8);
	if (s.len < IPV6_HEADER || s.p[0] >> 4 != 6 || s.len != (size_t)IPV6_HEADER + hg_be16(s.p + 4))
		return false;
	c->stats->teredo++;
	hg_layer_follow(c,
		(struct hg_follow){
			.bytes = s, .layer = HG_LAYER_IPV6, .origin = HG_ORIGIN_TEREDO, .strict = true });
	return true;
}

void
hg_tunnel_over_udp(struct hg_decoding *c, const struct hg_decode_config *config)
{
	struct hg_span payload = hg_span(c->r.p, hg_reader_left(&c->r));

	if (config->teredo && has_port(config->teredo_ports, c->pkt) && try_teredo(c, payload))
		return;
	if (config->geneve && has_port(config->geneve_ports, c->pkt) && try_geneve(c, payload))
		return;
	if (config->vxlan && has_port(config->vxlan_ports, c->pkt))
		try_vxlan(c, payload);
}
