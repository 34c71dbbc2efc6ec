#include "packet/steer.h"

#include "base/reader.h"

#define STEPS 12 /* headers that are looked at */

enum next { END, ETHERNET, ETHERTYPE, IPV4, IPV6, UPPER };

struct walk {
	const struct hg_decode_config *config;
	struct hg_reader r;
	struct hg_addr src, dst;
	uint16_t ethertype;
	uint8_t proto;
	bool found;
};

static enum next
walk_ethertype(struct walk *w)
{
	switch (w->ethertype) {
	case 0x8100: /* 802.1Q, 802.1ad and its forerunner */
	case 0x88a8:
	case 0x9100:
		hg_reader_take(&w->r, 2);
		w->ethertype = hg_read_u16be(&w->r);
		return ETHERTYPE;
	case 0x8864: /* PPPoE session: 6 bytes, then the PPP protocol */
		hg_reader_take(&w->r, 6);
		w->ethertype = hg_read_u16be(&w->r);
		return w->ethertype == 0x0021 ? IPV4 : w->ethertype == 0x0057 ? IPV6 : END;
	case 0x0800:
		return IPV4;
	case 0x86dd:
		return IPV6;
	default:
		return END;
	}
}

static enum next
walk_ipv4(struct walk *w)
{
	const uint8_t *ip = hg_reader_take(&w->r, 20);
	const unsigned hlen = ip == NULL ? 0 : (ip[0] & 15) * 4u;

	if (ip == NULL || ip[0] >> 4 != 4 || hlen < 20)
		return END;
	w->src = w->dst = (struct hg_addr){ 0 };
	memcpy(w->src.b, ip + 12, 4);
	memcpy(w->dst.b, ip + 16, 4);
	w->found = true;
	w->proto = ip[9];
	hg_reader_take(&w->r, hlen - 20);
	/* All fragments alike: only the first has what comes behind. */
	return ((ip[6] & 0x3f) | ip[7]) != 0 ? END : UPPER;
}

static enum next
walk_ipv6(struct walk *w)
{
	const uint8_t *ip = hg_reader_take(&w->r, 40);

	if (ip == NULL || ip[0] >> 4 != 6)
		return END;
	memcpy(w->src.b, ip + 8, 16);
	memcpy(w->dst.b, ip + 24, 16);
	w->found = true;
	w->proto = ip[6];
	return UPPER;
}

static enum next
walk_gre(struct walk *w)
{
	const uint16_t flags = hg_read_u16be(&w->r);

	w->ethertype = hg_read_u16be(&w->r);
	if ((flags & 7) != 0) /* versions but 0 */
		return END;
	hg_reader_take(
		&w->r, (flags & 0x8000 ? 4u : 0) + (flags & 0x2000 ? 4u : 0) + (flags & 0x1000 ? 4u : 0));
	return w->ethertype == 0x6558 ? ETHERNET : ETHERTYPE;
}

static bool
is_port(const uint16_t ports[4], uint16_t port)
{
	for (unsigned i = 0; i < 4 && ports[i] != 0; i++)
		if (ports[i] == port)
			return true;
	return false;
}

static enum next
walk_udp(struct walk *w)
{
	const struct hg_decode_config *c = w->config;
	const uint16_t sport = hg_read_u16be(&w->r), dport = hg_read_u16be(&w->r);
	const uint8_t *head;

	hg_reader_take(&w->r, 4);
	if (c->vxlan && is_port(c->vxlan_ports, dport)) {
		hg_reader_take(&w->r, 8);
		return ETHERNET;
	}
	if (c->geneve && is_port(c->geneve_ports, dport)) {
		head = hg_reader_take(&w->r, 8);
		if (head == NULL)
			return END;
		w->ethertype = (uint16_t)(head[2] << 8 | head[3]);
		hg_reader_take(&w->r, (head[0] & 63) * 4u);
		return w->ethertype == 0x6558 ? ETHERNET : ETHERTYPE;
	}
	return c->teredo && (is_port(c->teredo_ports, sport) || is_port(c->teredo_ports, dport)) ? IPV6 : END;
}

static enum next
walk_upper(struct walk *w)
{
	const uint8_t *head;

	switch (w->proto) {
	case HG_IP_IPIP:
		return w->config->ipip ? IPV4 : END;
	case HG_IP_IPV6:
		return IPV6;
	case HG_IP_GRE:
		return walk_gre(w);
	case HG_IP_UDP:
		return walk_udp(w);
	case 0: /* extension headers of IPv6 that have a length */
	case 43:
	case 60:
		head = hg_reader_take(&w->r, 8);
		if (head == NULL)
			return END;
		w->proto = head[0];
		hg_reader_take(&w->r, head[1] * 8u);
		return UPPER;
	default:
		return END;
	}
}

static enum next
walk(struct walk *w, enum next next)
{
	switch (next) {
	case ETHERNET:
		hg_reader_take(&w->r, 12);
		w->ethertype = hg_read_u16be(&w->r);
		return ETHERTYPE;
	case ETHERTYPE:
		return walk_ethertype(w);
	case IPV4:
		return walk_ipv4(w);
	case IPV6:
		return walk_ipv6(w);
	case UPPER:
		return walk_upper(w);
	case END:
		break;
	}
	return END;
}

/* Commutative before it is mixed, so that both directions meet. */
static uint32_t
mix(const struct walk *w)
{
	const struct hg_hash_key *key = &w->config->hash_key;
	const uint64_t sum[2] = { w->src.d[0] + w->dst.d[0], w->src.d[1] + w->dst.d[1] };
	const uint64_t both[2] = { w->src.d[0] ^ w->dst.d[0], w->src.d[1] ^ w->dst.d[1] };
	const uint64_t all[4] = { sum[0], sum[1], both[0], both[1] };

	return (uint32_t)hg_hash(key, all, sizeof(all));
}

uint32_t
hg_steer(const struct hg_decode_config *config, struct hg_span frame)
{
	struct walk w = { .config = config, .r = hg_reader_of(frame) };
	enum next next = ETHERNET;

	for (unsigned i = 0; i < STEPS && next != END && !hg_reader_failed(&w.r); i++)
		next = walk(&w, next);
	return w.found ? mix(&w) : 0;
}
