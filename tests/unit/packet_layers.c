/* Bytes into layers: one row a frame, and what the packet must say. */
#include "check.h"

#include "packet_frames.h"

#include "packet/packet.h"

struct row {
	const char *title;
	uint16_t link;
	struct hg_span frame;
	uint8_t family, proto;
	uint16_t sport, dport;
	uint32_t l3, l4, payload, payload_len;
};

static const struct row rows[] = {
	{ "tcp over ethernet", HG_LINK_ETHERNET, HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP), 4, HG_IP_TCP, 1025, 80,
		14, 34, 66, 4 },
	{ "two vlans", HG_LINK_ETHERNET,
		HG_BYTES(FRAME_MACS "\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00" FRAME_IPV4_TCP), 4, HG_IP_TCP,
		1025, 80, 22, 42, 74, 4 },
	{ "udp, padded frame", HG_LINK_ETHERNET, HG_BYTES(FRAME_ETHER FRAME_IPV4_UDP "\0\0\0\0\0\0"), 4,
		HG_IP_UDP, 53, 1025, 14, 34, 42, 3 },
	{ "raw ipv6 udp", HG_LINK_RAW, HG_BYTES(FRAME_IPV6_UDP), 6, HG_IP_UDP, 53, 1025, 0, 40, 48, 3 },
	{ "cooked ipv4", HG_LINK_SLL, HG_BYTES("\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\x00" FRAME_IPV4_UDP), 4,
		HG_IP_UDP, 53, 1025, 16, 36, 44, 3 },
	{ "null", HG_LINK_NULL, HG_BYTES("\2\0\0\0" FRAME_IPV4_UDP), 4, HG_IP_UDP, 53, 1025, 4, 24, 32, 3 },
};

static struct hg_mem *mem;
static struct hg_decode *decoder;

static unsigned
decode(uint16_t link, struct hg_span frame, struct hg_packet *out)
{
	struct hg_frame_in in = { .data = frame.p,
		.len = (uint32_t)frame.len,
		.wire_len = (uint32_t)frame.len,
		.time = HG_SEC,
		.number = 7,
		.link = link };

	return hg_decode_frame(decoder, &in, out);
}

static void
open_decoder(bool checksums)
{
	struct hg_decode_config config;

	hg_decode_config_init(&config);
	config.check_checksums = checksums;
	CU_ASSERT_FATAL(hg_mem_open(&mem, 8 << 20, false, NULL) == 0);
	CU_ASSERT_FATAL(hg_decode_open(&decoder, &config, mem, NULL) == 0);
}

static void
close_decoder(void)
{
	hg_decode_close(decoder);
	hg_mem_close(mem);
}

static void
test_layers_are_found_in_frames(void)
{
	struct hg_packet out[HG_FRAME_PACKETS];

	open_decoder(false);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *r = &rows[i];

		hg_check_u64(r->title, decode(r->link, r->frame, out), 1);
		hg_check_u64(r->title, out[0].family, r->family);
		hg_check_u64(r->title, out[0].proto, r->proto);
		hg_check_u64(r->title, out[0].sport, r->sport);
		hg_check_u64(r->title, out[0].dport, r->dport);
		hg_check_u64(r->title, out[0].l3, r->l3);
		hg_check_u64(r->title, out[0].l4, r->l4);
		hg_check_u64(r->title, out[0].payload, r->payload);
		hg_check_u64(r->title, out[0].payload_len, r->payload_len);
		hg_check_bool(r->title, out[0].events.any, false);
		hg_check_u64(r->title, out[0].number, 7);
	}
	close_decoder();
}

static void
test_tcp_options_are_read(void)
{
	struct hg_packet out[HG_FRAME_PACKETS];

	open_decoder(false);
	decode(HG_LINK_ETHERNET, HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP), out);
	hg_check_u64("options", out[0].tcp.options, HG_TCPOPT_TS);
	hg_check_u64("timestamp", out[0].tcp.ts_val, 0x01020304);
	hg_check_u64("echo", out[0].tcp.ts_ecr, 0x05060708);
	hg_check_u64("flags", out[0].tcp.flags, HG_TCP_PSH | HG_TCP_ACK);
	hg_check_u64("sequence", out[0].tcp.seq, 0x11223344);
	hg_check_u64("header", out[0].tcp.hlen, 32);
	close_decoder();
}

static void
test_tcp_flags_are_counted(void)
{
	static const uint8_t flags[] = { HG_TCP_SYN, HG_TCP_SYN | HG_TCP_ACK,
		HG_TCP_SYN | HG_TCP_ACK | HG_TCP_RST, HG_TCP_SYN | HG_TCP_FIN | HG_TCP_URG, HG_TCP_ACK };
	struct hg_packet out[HG_FRAME_PACKETS];
	const struct hg_decode_stats *stats;

	open_decoder(false);
	for (size_t i = 0; i < HG_COUNT(flags); i++) {
		uint8_t frame[] = FRAME_ETHER FRAME_IPV4_TCP;

		frame[14 + 20 + 13] = flags[i];
		decode(HG_LINK_ETHERNET, hg_span(frame, sizeof(frame) - 1), out);
	}
	stats = hg_decode_stats(decoder);
	hg_check_u64("SYN", stats->tcp_syn, 2);
	hg_check_u64("SYN/ACK", stats->tcp_synack, 2);
	hg_check_u64("RST", stats->tcp_rst, 1);
	hg_check_u64("URG", stats->tcp_urg, 1);
	close_decoder();
}

/* A sender that leaves the checksum to its card has put the sum of the pseudo header there. */
static void
test_unfinished_checksums_are_told_from_wrong_ones(void)
{
	static const struct {
		const char *title;
		struct hg_span frame;
		unsigned at; /* of the checksum */
		uint8_t field[2];
		unsigned bad, unfinished;
	} sums[] = {
		{ "tcp, right", HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP), 50, { 0x35, 0x1b }, 0, 0 },
		{ "tcp, unfinished", HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP), 50, { 0x14, 0x2d }, 1, 1 },
		{ "tcp, wrong", HG_BYTES(FRAME_ETHER FRAME_IPV4_TCP), 50, { 0x35, 0x1c }, 1, 0 },
		{ "udp, none", HG_BYTES(FRAME_ETHER FRAME_IPV4_UDP), 40, { 0, 0 }, 0, 0 },
		{ "udp, right", HG_BYTES(FRAME_ETHER FRAME_IPV4_UDP), 40, { 0x23, 0x3d }, 0, 0 },
		{ "udp, unfinished", HG_BYTES(FRAME_ETHER FRAME_IPV4_UDP), 40, { 0x14, 0x1f }, 1, 1 },
		{ "udp6, right", HG_BYTES(FRAME_ETHER6 FRAME_IPV6_UDP), 60, { 0x3d, 0x3b }, 0, 0 },
		{ "udp6, unfinished", HG_BYTES(FRAME_ETHER6 FRAME_IPV6_UDP), 60, { 0xfa, 0x20 }, 1, 1 },
		{ "udp6, none", HG_BYTES(FRAME_ETHER6 FRAME_IPV6_UDP), 60, { 0, 0 }, 1, 0 },
	};
	struct hg_packet out[HG_FRAME_PACKETS];

	for (size_t i = 0; i < HG_COUNT(sums); i++) {
		const struct hg_decode_stats *stats;
		uint8_t frame[128];

		open_decoder(true);
		memcpy(frame, sums[i].frame.p, sums[i].frame.len);
		memcpy(frame + sums[i].at, sums[i].field, 2);
		decode(HG_LINK_ETHERNET, hg_span(frame, sums[i].frame.len), out);
		stats = hg_decode_stats(decoder);
		hg_check_u64(sums[i].title, stats->bad_checksum, sums[i].bad);
		hg_check_u64(sums[i].title, stats->unfinished, sums[i].unfinished);
		hg_check_u64(sums[i].title, stats->unfinished_of[0], sums[i].unfinished);
		close_decoder();
	}
}

HG_TESTS("packet_layers", HG_TEST(test_layers_are_found_in_frames), HG_TEST(test_tcp_options_are_read),
	HG_TEST(test_tcp_flags_are_counted), HG_TEST(test_unfinished_checksums_are_told_from_wrong_ones))
