#include "packet/reply.h"

#include "packet/checksum.h"

#define TTL 64
#define QUOTED 64 /* bytes of the rejected packet that an ICMP error shows */

/* One level of tunnels as it was written: where its IP header stands in the reply. */
struct level {
	const struct hg_packet *packet;
	size_t ip, upper;
};

struct making {
	uint8_t *buf;
	size_t used;
	bool to_sender, full;
	unsigned n;
	struct level levels[HG_FRAME_PACKETS];
};

static uint8_t *
room(struct making *m, size_t n)
{
	uint8_t *p = m->buf + m->used;

	if (m->full || n > HG_REPLY_MAX - m->used) {
		m->full = true;
		return NULL;
	}
	m->used += n;
	memset(p, 0, n);
	return p;
}

static void
put(struct making *m, const uint8_t *bytes, size_t n)
{
	uint8_t *p = room(m, n);

	if (p != NULL)
		memcpy(p, bytes, n);
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* hg_checksum() gives and takes bytes in memory order. */
static void
put_sum(uint8_t *p, uint16_t sum)
{
	memcpy(p, &sum, sizeof(sum));
}

static uint16_t
ethertype_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* A PPPoE session's header and PPP's protocol stand right in front of IP. */
static bool
in_pppoe(const struct hg_packet *p)
{
	return p->link == HG_LINK_ETHERNET && p->l3 >= 22 && ethertype_at(p->data + p->l3 - 10) == 0x8864;
}

/* Labels (MPLS) would be others on the way back. */
static bool
is_understood(const struct hg_packet *p)
{
	uint16_t type;

	if (p->l3 == 0)
		return true;
	if (p->link != HG_LINK_ETHERNET || p->l3 < 14)
		return false;
	type = ethertype_at(p->data + p->l3 - 2);
	return in_pppoe(p) || type == 0x0800 || type == 0x86dd;
}

static void
put_link(struct making *m, const struct hg_packet *p)
{
	const size_t at = m->used;

	put(m, p->data, p->l3);
	if (m->full || !m->to_sender || p->link != HG_LINK_ETHERNET || p->l3 < 12)
		return;
	memcpy(m->buf + at, p->data + 6, 6);
	memcpy(m->buf + at + 6, p->data, 6);
}

static void
put_ip(struct making *m, const struct hg_packet *p, uint8_t proto)
{
	const struct hg_addr *src = m->to_sender ? &p->dst : &p->src, *dst = m->to_sender ? &p->src : &p->dst;
	uint8_t *ip = room(m, p->family == 4 ? 20 : 40);

	if (ip == NULL)
		return;
	if (p->family == 4) {
		ip[0] = 0x45;
		ip[6] = 0x40; /* DF */
		ip[8] = TTL;
		ip[9] = proto;
		memcpy(ip + 12, src->b, 4);
		memcpy(ip + 16, dst->b, 4);
	} else {
		ip[0] = 0x60;
		ip[6] = proto;
		ip[7] = TTL;
		memcpy(ip + 8, src->b, 16);
		memcpy(ip + 24, dst->b, 16);
	}
}

static void
put_level(struct making *m, const struct hg_packet *p, uint8_t proto)
{
	struct level *l = &m->levels[m->n++];

	m->full = m->full || !is_understood(p);
	put_link(m, p);
	*l = (struct level){ p, m->used, 0 };
	put_ip(m, p, proto);
	l->upper = m->used;
}

/* Tunnel headers go as they came; a checksum in GRE could not be kept. */
static bool
put_tunnel(struct making *m, const struct hg_packet *outer, const struct hg_packet *inner)
{
	const uint8_t *head = outer->data + outer->l3 + outer->l3_len;
	const ptrdiff_t n = inner->data - head;

	if (n < 0 || n > 256 || (outer->proto == HG_IP_GRE && n >= 4 && (head[0] & 0x80)))
		return false;
	put(m, head, (size_t)n);
	return !m->full;
}

/* What stands round p, outermost first. A rebuilt datagram takes the place of its last fragment. */
static unsigned
list_levels(const struct hg_packet *p, const struct hg_packet *list[HG_FRAME_PACKETS])
{
	const struct hg_packet *reversed[HG_FRAME_PACKETS];
	unsigned n = 0;

	for (; p != NULL && n < HG_FRAME_PACKETS;
		p = p->flags & HG_PKT_REBUILT && p->outer != NULL ? p->outer->outer : p->outer)
		reversed[n++] = p;
	for (unsigned i = 0; i < n; i++)
		list[i] = reversed[n - 1 - i];
	return p == NULL ? n : 0;
}

static void
put_reset(struct making *m, const struct hg_packet *p)
{
	const struct hg_tcp_fields *t = &p->tcp;
	uint8_t *tcp = room(m, 20);
	const uint32_t end =
		t->seq + p->payload_len + ((t->flags & HG_TCP_SYN) != 0) + ((t->flags & HG_TCP_FIN) != 0);

	if (tcp == NULL)
		return;
	put16(tcp, m->to_sender ? p->dport : p->sport);
	put16(tcp + 2, m->to_sender ? p->sport : p->dport);
	put32(tcp + 4, !m->to_sender ? t->seq : t->flags & HG_TCP_ACK ? t->ack : 0);
	put32(tcp + 8, m->to_sender ? end : t->ack);
	tcp[12] = 5 << 4;
	tcp[13] = HG_TCP_RST | HG_TCP_ACK;
}

static void
put_error(struct making *m, const struct hg_packet *p)
{
	uint8_t *icmp = room(m, 8);

	if (icmp == NULL)
		return;
	icmp[0] = p->family == 4 ? 3 : 1;
	icmp[1] = p->family == 4 ? 13 : 1; /* administratively prohibited */
	put(m, p->data + p->l3, HG_MIN(p->len - p->l3, (uint32_t)QUOTED));
}

/* The checksum of an upper header with its pseudo header (RFC 9293 3.1, RFC 8200 8.1). */
static uint16_t
upper_checksum(const struct making *m, const struct level *l, uint8_t proto)
{
	const bool v4 = l->packet->family == 4;
	const size_t len = m->used - l->upper, addresses = v4 ? 8 : 32;
	uint8_t all[40 + HG_REPLY_MAX] = { 0 };

	memcpy(all, m->buf + l->ip + (v4 ? 12 : 8), addresses);
	put16(all + addresses + (v4 ? 0 : 6), proto);
	put16(all + addresses + 2, len);
	memcpy(all + addresses + (v4 ? 4 : 8), m->buf + l->upper, len);
	return hg_checksum(hg_span(all, addresses + (v4 ? 4 : 8) + len));
}

static void
finish_ip(struct making *m, const struct level *l)
{
	uint8_t *ip = m->buf + l->ip;

	if (in_pppoe(l->packet))
		put16(ip - 4, m->used - l->ip + 2);
	if (l->packet->family == 6) {
		put16(ip + 4, m->used - l->ip - 40);
		return;
	}
	put16(ip + 2, m->used - l->ip);
	put_sum(ip + 10, hg_checksum(hg_span(ip, 20)));
}

/* From the inside out: what is round depends on the length of what is in it. */
static void
finish(struct making *m, uint8_t proto)
{
	const struct level *last = &m->levels[m->n - 1];
	uint8_t *upper = m->buf + last->upper;

	if (proto == HG_IP_ICMP)
		put_sum(upper + 2, hg_checksum(hg_span(upper, m->used - last->upper)));
	else
		put_sum(upper + (proto == HG_IP_TCP ? 16 : 2), upper_checksum(m, last, proto));
	for (unsigned i = m->n; i-- > 0;) {
		const struct level *l = &m->levels[i];

		if (i + 1 < m->n && l->packet->proto == HG_IP_UDP) {
			put16(m->buf + l->upper + 4, m->used - l->upper);
			put16(m->buf + l->upper + 6, 0);
			if (l->packet->family == 6)
				put_sum(m->buf + l->upper + 6, upper_checksum(m, l, HG_IP_UDP));
		}
		finish_ip(m, l);
	}
}

static bool
may_be_answered(const struct hg_packet *p)
{
	if (p->family == 0 || p->data == NULL ||
		p->flags & (HG_PKT_FRAGMENT | HG_PKT_PSEUDO | HG_PKT_ICMP_ERROR))
		return false;
	if (p->link == HG_LINK_ETHERNET && p->l3 >= 12 && p->data[0] & 1)
		return false;
	return p->proto != HG_IP_TCP || (p->l4 != 0 && (p->tcp.flags & HG_TCP_RST) == 0);
}

struct hg_span
hg_reply(const struct hg_packet *p, bool to_sender, uint8_t buf[HG_REPLY_MAX])
{
	const struct hg_packet *list[HG_FRAME_PACKETS];
	const uint8_t error = p->family == 4 ? HG_IP_ICMP : HG_IP_ICMPV6;
	const uint8_t proto = p->proto == HG_IP_TCP ? HG_IP_TCP : error;
	struct making m = { .buf = buf, .to_sender = to_sender };
	const unsigned n = may_be_answered(p) ? list_levels(p, list) : 0;

	/* An ICMP error is for the sender. */
	if (n == 0 || (proto != HG_IP_TCP && !to_sender))
		return hg_span(NULL, 0);
	for (unsigned i = 0; i < n; i++) {
		put_level(&m, list[i], i + 1 < n ? list[i]->proto : proto);
		if (i + 1 < n && !put_tunnel(&m, list[i], list[i + 1]))
			return hg_span(NULL, 0);
	}
	if (proto == HG_IP_TCP)
		put_reset(&m, p);
	else
		put_error(&m, p);
	if (m.full)
		return hg_span(NULL, 0);
	finish(&m, proto);
	return hg_span(buf, m.used);
}
