/* A reply decodes to the rejected packet turned round, whatever stands round it, with every checksum right. */
#include "packet_decoder.h"
#include "packet_frames.h"

#include "packet/checksum.h"
#include "packet/reply.h"

struct frame {
	uint8_t bytes[512];
	size_t len;
};

static void
wrap(struct frame *f, struct hg_span head)
{
	memmove(f->bytes + head.len, f->bytes, f->len);
	memcpy(f->bytes, head.p, head.len);
	f->len += head.len;
}

static void
wrap_ipv4(struct frame *f, uint8_t proto)
{
	const size_t len = f->len + 20;
	uint8_t head[20] = { 0x45, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 1, 0, 0, 64, proto, 0, 0, 192, 0,
		2, 1, 192, 0, 2, 2 };
	const uint16_t sum = hg_checksum(hg_span(head, sizeof(head)));

	memcpy(head + 10, &sum, 2);
	wrap(f, hg_span(head, sizeof(head)));
}

static void
wrap_udp(struct frame *f, uint16_t port)
{
	const size_t len = f->len + 8;
	const uint8_t head[8] = { 0x30, 0x39, (uint8_t)(port >> 8), (uint8_t)port, (uint8_t)(len >> 8),
		(uint8_t)len, 0, 0 };

	wrap(f, hg_span(head, sizeof(head)));
}

static void
in_nothing(struct frame *f)
{
	wrap(f, HG_BYTES(FRAME_ETHER));
}

static void
in_vlans(struct frame *f)
{
	wrap(f, HG_BYTES(FRAME_MACS "\x88\xa8\0\5\x81\0\0\6\x08\0"));
}

static void
in_pppoe(struct frame *f)
{
	const uint8_t head[] = { 0x88, 0x64, 0x11, 0, 0, 1, 0, (uint8_t)(f->len + 2), 0, 0x21 };

	wrap(f, hg_span(head, sizeof(head)));
	wrap(f, HG_BYTES(FRAME_MACS));
}

static void
in_gre(struct frame *f)
{
	wrap(f, HG_BYTES("\x20\0\x08\0\0\0\0\7"));
	wrap_ipv4(f, HG_IP_GRE);
	wrap(f, HG_BYTES(FRAME_ETHER));
}

static void
in_vxlan_in_a_vlan(struct frame *f)
{
	wrap(f, HG_BYTES(FRAME_ETHER));
	wrap(f, HG_BYTES("\x08\0\0\0\0\0\7\0"));
	wrap_udp(f, 4789);
	wrap_ipv4(f, HG_IP_UDP);
	in_vlans(f);
}

static const struct {
	const char *title;
	void (*round)(struct frame *f);
	unsigned packets;
} rows[] = {
	{ "plain", in_nothing, 1 },
	{ "QinQ", in_vlans, 1 },
	{ "PPPoE", in_pppoe, 1 },
	{ "GRE", in_gre, 2 },
	{ "VXLAN in QinQ", in_vxlan_in_a_vlan, 2 },
};

static void
open_checking(struct bench *b)
{
	struct hg_decode_config config;

	hg_decode_config_init(&config);
	config.check_checksums = true;
	bench_open_with(b, &config);
}

/* Each level of the reply is that of the packet, the ends exchanged. */
static void
check_levels(const char *title, const struct bench *b, const struct bench *back, bool to_sender)
{
	hg_check_u64(title, back->n, b->n);
	for (unsigned i = 0; i < b->n && i < back->n; i++) {
		const struct hg_packet *p = &b->out[i], *q = &back->out[i];

		CU_ASSERT(hg_addr_eq(to_sender ? &p->src : &p->dst, &q->dst));
		CU_ASSERT(hg_addr_eq(to_sender ? &p->dst : &p->src, &q->src));
		CU_ASSERT(p->vlans == q->vlans && memcmp(p->vlan, q->vlan, sizeof(p->vlan)) == 0);
		hg_check_u64("tunnel", q->tunnel_id, p->tunnel_id);
		hg_check_u64("flags", q->flags & (HG_PKT_BAD_CHECKSUM | HG_PKT_INVALID), 0);
	}
}

static void
check_reset(const char *title, const struct hg_packet *p, const struct hg_packet *r, bool to_sender)
{
	hg_check_u64(title, r->proto, HG_IP_TCP);
	hg_check_u64(title, r->tcp.flags, HG_TCP_RST | HG_TCP_ACK);
	hg_check_u64(title, r->tcp.seq, to_sender ? p->tcp.ack : p->tcp.seq);
	hg_check_u64(title, r->tcp.ack, to_sender ? p->tcp.seq + 4 : p->tcp.ack);
	hg_check_u64(title, r->dport, to_sender ? p->sport : p->dport);
}

static void
check_row(unsigned row, struct hg_span inner, bool to_sender)
{
	struct frame f = { .len = 0 };
	struct bench b, back;
	uint8_t buf[HG_REPLY_MAX];
	struct hg_span reply;

	wrap(&f, inner);
	rows[row].round(&f);
	bench_open(&b);
	open_checking(&back);
	bench_feed(&b, HG_LINK_ETHERNET, hg_span(f.bytes, f.len));
	hg_check_u64(rows[row].title, b.n, rows[row].packets);
	reply = hg_reply(&b.out[b.n - 1], to_sender, buf);
	if (b.out[b.n - 1].proto == HG_IP_UDP && !to_sender) {
		hg_check_u64("nothing tells the receiver of a datagram", reply.len, 0);
	} else {
		bench_feed(&back, HG_LINK_ETHERNET, reply);
		check_levels(rows[row].title, &b, &back, to_sender);
		if (b.out[b.n - 1].proto == HG_IP_TCP)
			check_reset(rows[row].title, &b.out[b.n - 1], &back.out[back.n - 1], to_sender);
		else
			hg_check_u64(rows[row].title, back.out[back.n - 1].icmp.inner_dport, 1025);
		CU_ASSERT(memcmp(reply.p, f.bytes + (to_sender ? 6 : 0), 6) == 0);
	}
	bench_close(&b);
	bench_close(&back);
}

static void
test_replies_pass_through_what_is_round_the_packet(void)
{
	for (unsigned row = 0; row < HG_COUNT(rows); row++) {
		for (unsigned to_sender = 0; to_sender < 2; to_sender++) {
			check_row(row, HG_BYTES(FRAME_IPV4_TCP), to_sender);
			check_row(row, HG_BYTES(FRAME_IPV4_UDP), to_sender);
		}
	}
}

static void
test_ipv6_is_answered_too(void)
{
	struct bench b, back;
	uint8_t buf[HG_REPLY_MAX];

	bench_open(&b);
	open_checking(&back);
	bench_feed(&b, HG_LINK_ETHERNET, HG_BYTES(FRAME_ETHER6 FRAME_IPV6_UDP));
	bench_feed(&back, HG_LINK_ETHERNET, hg_reply(&b.out[0], true, buf));
	check_levels("ipv6", &b, &back, true);
	hg_check_u64("unreachable", back.out[0].icmp.type, 1);
	hg_check_u64("prohibited", back.out[0].icmp.code, 1);
	bench_close(&b);
	bench_close(&back);
}

static void
test_what_must_not_be_answered_is_not(void)
{
	static const struct {
		const char *title;
		struct hg_span frame;
	} none[] = {
		{ "broadcast", HG_BYTES("\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x08\0" FRAME_IPV4_UDP) },
		{ "labels", HG_BYTES(FRAME_MACS "\x88\x47\0\1\x01\x40" FRAME_IPV4_UDP) },
		{ "no IP", HG_BYTES(FRAME_MACS "\x08\x06\0\1") },
	};
	uint8_t buf[HG_REPLY_MAX];
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < HG_COUNT(none); i++) {
		bench_feed(&b, HG_LINK_ETHERNET, none[i].frame);
		hg_check_u64(none[i].title, hg_reply(&b.out[b.n - 1], true, buf).len, 0);
	}
	bench_feed(&b, HG_LINK_ETHERNET, HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP));
	b.out[0].tcp.flags = HG_TCP_RST;
	hg_check_u64("a reset", hg_reply(&b.out[0], true, buf).len, 0);
	bench_close(&b);
}

HG_TESTS("packet_reply", HG_TEST(test_replies_pass_through_what_is_round_the_packet),
	HG_TEST(test_ipv6_is_answered_too), HG_TEST(test_what_must_not_be_answered_is_not))
