/* What comes out of tunnels: one row a carrier. And no frame, cut at any byte, is read past its end. */
#include "packet_decoder.h"

#include "packet_frames.h"

#include <stdlib.h>

/* Outer headers whose payload is n bytes, n given as two bytes of the total length. */
#define OUTER4(proto, total) \
	"\x45\x00" total "\x00\x01\x00\x00\x40" proto "\x00\x00\x0a\x00\x00\x08\x0a\x00\x00\x09"
#define OUTER6(next, plen) "\x60\x00\x00\x00" plen next "\x40" FRAME_IPV6_ADDRESSES
#define OUTER_UDP(total, port, len) OUTER4("\x11", total) "\x00\x09" port len "\x00\x00"

struct row {
	const char *title;
	struct hg_span frame; /* raw IP */
	uint8_t origin, family, vlans;
	uint32_t tunnel_id;
};

/* The inner packet is FRAME_IPV4_UDP (31 bytes) or FRAME_IPV6_UDP (51 bytes). */
static const struct row rows[] = {
	{ "gre", HG_BYTES(OUTER4("\x2f", "\x00\x37") "\0\0\x08\0" FRAME_IPV4_UDP), HG_ORIGIN_GRE, 4, 0, 0 },
	{ "gre with key", HG_BYTES(OUTER4("\x2f", "\x00\x3b") "\x20\0\x08\0\0\0\0\x2a" FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 0, 42 },
	{ "gre bridge", HG_BYTES(OUTER4("\x2f", "\x00\x45") "\0\0\x65\x58" FRAME_ETHER FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 0, 0 },
	{ "gre ppp", HG_BYTES(OUTER4("\x2f", "\x00\x3b") "\0\0\x88\x0b\xff\3\0\x21" FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 0, 0 },
	{ "pptp",
		HG_BYTES(OUTER4(
			"\x2f", "\x00\x43") "\x30\1\x88\x0b\0\x23\0\7\0\0\0\1\xff\3\0\x21" FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 0, 7 },
	{ "erspan type 1", HG_BYTES(OUTER4("\x2f", "\x00\x45") "\0\0\x88\xbe" FRAME_ETHER FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 0, 0 },
	{ "erspan type 2",
		HG_BYTES(OUTER4("\x2f",
			"\x00\x51") "\x10\0\x88\xbe\0\0\0\1\x10\5\0\0\0\0\0\0" FRAME_ETHER FRAME_IPV4_UDP),
		HG_ORIGIN_GRE, 4, 1, 0 },
	{ "ipv6 in ipv4", HG_BYTES(OUTER4("\x29", "\x00\x47") FRAME_IPV6_UDP), HG_ORIGIN_IPV4_TUNNEL, 6, 0,
		0 },
	{ "ipv4 in ipv6", HG_BYTES(OUTER6("\x04", "\x00\x1f") FRAME_IPV4_UDP), HG_ORIGIN_IPV6_TUNNEL, 4, 0,
		0 },
	{ "ipv6 in ipv6", HG_BYTES(OUTER6("\x29", "\x00\x33") FRAME_IPV6_UDP), HG_ORIGIN_IPV6_TUNNEL, 6, 0,
		0 },
	{ "vxlan",
		HG_BYTES(OUTER_UDP(
			"\x00\x51", "\x12\xb5", "\x00\x3d") "\x08\0\0\0\0\0\5\0" FRAME_ETHER FRAME_IPV4_UDP),
		HG_ORIGIN_VXLAN, 4, 0, 5 },
	{ "geneve",
		HG_BYTES(OUTER_UDP("\x00\x51", "\x17\xc1",
			"\x00\x3d") "\0\0\x65\x58\0\0\5\0" FRAME_ETHER FRAME_IPV4_UDP),
		HG_ORIGIN_GENEVE, 4, 0, 5 },
	{ "geneve with an option",
		HG_BYTES(OUTER_UDP(
			"\x00\x47", "\x17\xc1", "\x00\x33") "\1\0\x08\0\0\0\5\0\0\1\2\0" FRAME_IPV4_UDP),
		HG_ORIGIN_GENEVE, 4, 0, 5 },
	{ "teredo", HG_BYTES(OUTER_UDP("\x00\x4f", "\x0d\xd8", "\x00\x3b") FRAME_IPV6_UDP), HG_ORIGIN_TEREDO,
		6, 0, 0 },
	{ "teredo, origin told",
		HG_BYTES(OUTER_UDP("\x00\x57", "\x0d\xd8", "\x00\x43") "\0\0\1\2\3\4\5\6" FRAME_IPV6_UDP),
		HG_ORIGIN_TEREDO, 6, 0, 0 },
};

static void
test_tunnels_give_the_inner_packet(void)
{
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *r = &rows[i];
		const struct hg_packet *inner = &b.out[1];

		bench_feed(&b, HG_LINK_RAW, r->frame);
		hg_check_u64(r->title, b.n, 2);
		if (b.n != 2)
			continue;
		hg_check_bool(r->title, (b.out[0].flags & HG_PKT_CARRIER) != 0, true);
		hg_check_u64(r->title, inner->origin, r->origin);
		hg_check_u64(r->title, inner->family, r->family);
		hg_check_u64(r->title, inner->vlans, r->vlans);
		hg_check_u64(r->title, inner->tunnel_id, r->tunnel_id);
		hg_check_u64(r->title, inner->number, 0);
		hg_check_u64(r->title, inner->depth, 1);
		hg_check_u64(r->title, inner->dport, 1025);
		hg_check_span(r->title, hg_packet_payload(inner), HG_BYTES("abc"));
		CU_ASSERT(inner->outer == &b.out[0]);
	}
	bench_close(&b);
}

static void
test_inner_packet_that_cannot_be_read_is_none(void)
{
	struct bench b;

	bench_open(&b);
	bench_feed(&b, HG_LINK_RAW, HG_BYTES(OUTER4("\x2f", "\x00\x1c") "\0\0\x08\0\x45\0\0\x1f"));
	hg_check_u64("packets", b.n, 1);
	hg_check_bool("carrier", (b.out[0].flags & HG_PKT_CARRIER) != 0, false);
	bench_close(&b);
}

static void
test_ipv4_in_ipv4_is_opened_when_configured(void)
{
	struct hg_span frame = HG_BYTES(OUTER4("\x04", "\x00\x33") FRAME_IPV4_UDP);
	struct hg_decode_config config;
	struct bench b;

	bench_open(&b);
	bench_feed(&b, HG_LINK_RAW, frame);
	hg_check_u64("off", b.n, 1);
	bench_close(&b);
	hg_decode_config_init(&config);
	config.ipip = true;
	bench_open_with(&b, &config);
	bench_feed(&b, HG_LINK_RAW, frame);
	hg_check_u64("on", b.n, 2);
	bench_close(&b);
}

static void
test_nesting_ends_with_a_named_event(void)
{
	uint8_t frame[31 + 24 * 9];
	size_t at = sizeof(frame) - 31;
	struct bench b;

	memcpy(frame + at, FRAME_IPV4_UDP, 31);
	while (at > 0) {
		at -= 24;
		memcpy(frame + at, OUTER4("\x2f", "\x00\x00") "\0\0\x08\0", 24);
		frame[at + 3] = (uint8_t)(sizeof(frame) - at);
	}
	bench_open(&b);
	bench_feed(&b, HG_LINK_RAW, hg_span(frame, sizeof(frame)));
	hg_check_u64("packets", b.n, HG_FRAME_PACKETS);
	hg_check_bool("event", hg_event_has(&b.out[b.n - 1].events, HG_EV_TOO_MANY_LAYERS), true);
	bench_close(&b);
}

/* Frames in blocks of exactly their length, so that a sanitizer sees the first byte too far. */
static void
test_frames_cut_anywhere_stay_inside_their_bytes(void)
{
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		for (size_t len = 0; len <= rows[i].frame.len; len++) {
			uint8_t *copy = malloc(len + 1);

			CU_ASSERT_FATAL(copy != NULL);
			memcpy(copy + 1, rows[i].frame.p, len);
			bench_feed(&b, HG_LINK_RAW, hg_span(copy + 1, len));
			for (unsigned k = 0; k < b.n; k++)
				CU_ASSERT(b.out[k].payload + b.out[k].payload_len <= b.out[k].len);
			free(copy);
		}
	bench_close(&b);
}

HG_TESTS("packet_tunnels", HG_TEST(test_tunnels_give_the_inner_packet),
	HG_TEST(test_inner_packet_that_cannot_be_read_is_none),
	HG_TEST(test_ipv4_in_ipv4_is_opened_when_configured), HG_TEST(test_nesting_ends_with_a_named_event),
	HG_TEST(test_frames_cut_anywhere_stay_inside_their_bytes))
