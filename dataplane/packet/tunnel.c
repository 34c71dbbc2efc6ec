/* tunnel: VXLAN (RFC 7348), Geneve (RFC 8926) and Teredo (RFC 4380) over UDP ports. */
#include "packet/layer.h"

#define ETHER_HEADER 14
#define IPV6_HEADER 40

static bool
has_port(const uint16_t ports[4], uint16_t port)
{
	for (unsigned i = 0; i < 4 && ports[i] != 0; i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* The port alone is no proof: the header must be what the RFC says, else the payload stays plain UDP. */
static bool
try_vxlan(struct hg_decoding *c, struct hg_span s)
{
	enum hg_layer inner;

	if (s.len < 8 + ETHER_HEADER || (s.p[0] & 0x08) == 0 || s.p[7] != 0)
		return false;
	inner = hg_layer_of_ethertype(hg_be16(s.p + 8 + 12));
	if (inner == HG_LAYER_DONE) {
		hg_layer_bad(c, HG_EV_VXLAN_UNKNOWN_PAYLOAD_TYPE);
		return true;
	}
	c->stats->vxlan++;
	hg_layer_follow(c,
	        (struct hg_follow){ .bytes = hg_span_from(s, 8),
	                .layer = HG_LAYER_ETHER,
	                .origin = HG_ORIGIN_VXLAN,
	                .tunnel_id = hg_be32(s.p + 4) >> 8 });
	return true;
}

static bool
try_geneve(struct hg_decoding *c, struct hg_span s)
{
	enum hg_layer inner;
	size_t header;

	if (s.len < 8 || s.p[0] >> 6 != 0)
		return false;
	header = 8u + (s.p[0] & 0x3fu) * 4u;
	if (s.len < header)
		return false;
	inner = hg_be16(s.p + 2) == 0x6558 ? HG_LAYER_ETHER : hg_layer_of_ethertype(hg_be16(s.p + 2));
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
	const struct hg_packet *p = c->pkt;
	struct hg_span payload = hg_span(c->r.p, hg_reader_left(&c->r));

	if (config->teredo &&
	        (has_port(config->teredo_ports, p->sport) || has_port(config->teredo_ports, p->dport)) &&
	        try_teredo(c, payload))
		return;
	if (config->geneve && has_port(config->geneve_ports, p->dport) && try_geneve(c, payload))
		return;
	if (config->vxlan && has_port(config->vxlan_ports, p->dport))
		try_vxlan(c, payload);
}
