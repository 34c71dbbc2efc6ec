/* Malformed bytes into named events: a row each, what the peer says of the same bytes. */
#include "packet_decoder.h"

#include "packet_frames.h"

#define IP4(proto, total, rest) \
	"\x45\x00" total "\x00\x01\x00\x00\x40" proto "\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" rest
#define IP6(next, plen, rest) "\x60\x00\x00\x00" plen next "\x40" FRAME_IPV6_ADDRESSES rest
#define GRE(flags, type, rest) IP4("\x2f", "\x00\x38", flags type rest)

struct row {
	const char *title;
	uint16_t link;
	struct hg_span frame;
	const char *event; /* of the first packet; NULL: none */
	bool ip;           /* it still is an IP packet */
};

#define RAW4(title, bytes, event, ip)                          \
	{                                                      \
		title, HG_LINK_RAW, HG_BYTES(bytes), event, ip \
	}
#define ETH(title, bytes, event, ip)                                           \
	{                                                                      \
		title, HG_LINK_ETHERNET, HG_BYTES(FRAME_MACS bytes), event, ip \
	}

static const struct row rows[] = {
	{ "short ethernet", HG_LINK_ETHERNET, HG_BYTES("\2\0\0\0\0\2"), "ethernet.pkt_too_small", false },
	{ "short cooked", HG_LINK_SLL, HG_BYTES("\0\0\0\1"), "sll.pkt_too_small", false },
	{ "short null", HG_LINK_NULL, HG_BYTES("\2\0\0"), "ltnull.pkt_too_small", false },
	{ "null of no family", HG_LINK_NULL, HG_BYTES("\7\0\0\0" FRAME_IPV4_UDP), "ltnull.unsupported_type",
		false },
	{ "short cisco hdlc", HG_LINK_CHDLC, HG_BYTES("\x0f\0\x08"), "chdlc.pkt_too_small", false },
	{ "short ppp", HG_LINK_PPP, HG_BYTES("\xff"), "ppp.pkt_too_small", false },
	{ "ppp of no protocol", HG_LINK_PPP, HG_BYTES("\xff\3\0\4" FRAME_IPV4_UDP), "ppp.wrong_type", false },
	{ "ppp link control", HG_LINK_PPP, HG_BYTES("\xff\3\xc0\x21" FRAME_IPV4_UDP), "ppp.unsup_proto",
		false },
	RAW4("version 5", "\x55\0\0\x1f\0\1\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2", "ipraw.invalid_ip_version",
		false),
	ETH("vlan cut", "\x81\x00\x00\x05\x08", "vlan.header_too_small", false),
	ETH("vlan of no type", "\x81\x00\x00\x05\x77\x77", "vlan.unknown_type", false),
	ETH("four vlans", "\x81\x00\0\1\x81\x00\0\2\x81\x00\0\3\x81\x00\0\4\x08\x00", "vlan.too_many_layers",
		false),
	ETH("backbone tag cut", "\x88\xe7\0\0\0\0", "ieee8021ah.header_too_small", false),
	ETH("vn-tag cut", "\x89\x26\0\0", "vntag.header_too_small", false),
	ETH("mpls without bottom", "\x88\x47\0\6\x40\x40", "mpls.header_too_small", false),
	ETH("mpls implicit null", "\x88\x47\0\0\x31\x40" FRAME_IPV4_UDP, "mpls.bad_label_implicit_null",
		false),
	ETH("mpls of nothing known", "\x88\x47\0\6\x41\x40\x90\0\0\0\0\0", "mpls.unknown_payload_type",
		false),
	ETH("pppoe of a strange code", "\x88\x63\x11\x01\0\0\0\0", "pppoe.wrong_code", false),
	ETH("pppoe tags past the end", "\x88\x63\x11\x09\0\0\0\x09\1\1\0\0", "pppoe.malformed_tags", false),
	ETH("nsh version 1", "\x89\x4f\x40\x06\x01\x01\0\0\0\0", "nsh.unsupported_version", false),
	ETH("ipv4 cut", "\x08\x00\x45\x00", "ipv4.pkt_too_small", false),
	ETH("ipv6 cut is silent", "\x86\xdd\x60\0\0\0", NULL, false),
	RAW4("ipv4 shorter than it says", IP4("\x11", "\x00\x99", "\0\1\0\2\0\x08\0\0"), "ipv4.trunc_pkt",
		false),
	RAW4("ipv4 total below header", IP4("\x11", "\x00\x10", "\0\1\0\2\0\x08\0\0"),
		"ipv4.iplen_smaller_than_hlen", false),
	RAW4("option past the header", "\x46\0\0\x18\0\1\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\x07\x27\x04\x00",
		"ipv4.opt_invalid_len", false),
	RAW4("option nobody knows",
		"\x46\0\0\x20\0\1\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\x63\x04\0\0\0\1\0\2\0\x08\0\0",
		"ipv4.opt_invalid", true),
	RAW4("icmpv6 over ipv4", IP4("\x3a", "\x00\x1c", "\x80\0\0\0\0\0\0\0"), "ipv4.icmpv6", true),
	RAW4("tcp cut", IP4("\x06", "\x00\x18", "\0\1\0\2"), "tcp.pkt_too_small", true),
	RAW4("tcp header past the end", IP4("\x06", "\x00\x28", "\0\1\0\2\0\0\0\0\0\0\0\0\x80\2\0\0\0\0\0\0"),
		"tcp.hlen_too_small", true),
	RAW4("tcp header below 20", IP4("\x06", "\x00\x28", "\0\1\0\2\0\0\0\0\0\0\0\0\x40\2\0\0\0\0\0\0"),
		"tcp.invalid_optlen", true),
	RAW4("tcp segment size of 3 bytes",
		IP4("\x06", "\x00\x2c", "\0\1\0\2\0\0\0\0\0\0\0\0\x60\2\0\0\0\0\0\0\2\3\0\1"),
		"tcp.opt_invalid_len", true),
	RAW4("two window scales",
		IP4("\x06", "\x00\x30", "\0\1\0\2\0\0\0\0\0\0\0\0\x70\2\0\0\0\0\0\0\3\3\1\3\3\1\0\0"),
		"tcp.opt_duplicate", true),
	RAW4("udp cut", IP4("\x11", "\x00\x18", "\0\1\0\2"), "udp.hlen_too_small", true),
	RAW4("udp longer than ip", IP4("\x11", "\x00\x1c", "\0\1\0\2\0\x09\0\0"), "udp.pkt_too_small", true),
	RAW4("udp length below header", IP4("\x11", "\x00\x1c", "\0\1\0\2\0\x07\0\0"), "udp.len_invalid",
		true),
	RAW4("sctp cut", IP4("\x84", "\x00\x18", "\0\1\0\2"), "sctp.pkt_too_small", true),
	RAW4("esp cut", IP4("\x32", "\x00\x18", "\0\1\0\2"), "esp.pkt_too_small", true),
	RAW4("icmp cut", IP4("\x01", "\x00\x18", "\x08\0\0\0"), "icmpv4.pkt_too_small", true),
	RAW4("icmp of no type", IP4("\x01", "\x00\x1c", "\x63\0\0\0\0\0\0\0"), "icmpv4.unknown_type", true),
	RAW4("echo with a code", IP4("\x01", "\x00\x1c", "\x08\x01\0\0\0\0\0\0"), "icmpv4.unknown_code",
		true),
	RAW4("unreachable quotes a byte", IP4("\x01", "\x00\x1d", "\x03\0\0\0\0\0\0\0\x45"),
		"icmpv4.ipv4_trunc_pkt", true),
	RAW4("unreachable quotes nothing", IP4("\x01", "\x00\x1c", "\x03\0\0\0\0\0\0\0"), NULL, true),
	RAW4("gre version 2", GRE("\0\2", "\x08\0", FRAME_IPV4_UDP "\0"), "gre.wrong_version", true),
	RAW4("gre recursion", GRE("\1\0", "\x08\0", FRAME_IPV4_UDP "\0"), "gre.version0_recur", true),
	RAW4("gre version 1 without key", GRE("\0\1", "\x88\x0b", FRAME_IPV4_UDP "\0"), "gre.version1_no_key",
		true),
	RAW4("ipv6 shorter than it says", IP6("\x11", "\x00\x09", "\0\1\0\2\0\x08\0\0"), "ipv6.trunc_pkt",
		false),
	RAW4("ipv6 of no protocol", IP6("\x63", "\x00\x08", "\0\1\0\2\0\x08\0\0"), "ipv6.unknown_next_header",
		true),
	RAW4("icmp over ipv6", IP6("\x01", "\x00\x08", "\x08\0\0\0\0\0\0\0"), "ipv6.icmpv4", true),
	RAW4("extension past the end", IP6("\x00", "\x00\x08", "\x11\1\1\4\0\0\0\0"), "ipv6.trunc_exthdr",
		true),
	RAW4("routing type 0", IP6("\x2b", "\x00\x08", "\x3b\0\0\0\0\0\0\0"), "ipv6.rh_type_0", true),
	RAW4("hop options of padding", IP6("\x00", "\x00\x08", "\x3b\0\1\4\0\0\0\0"),
		"ipv6.hopopts_only_padding", true),
	RAW4("destination option nobody knows", IP6("\x3c", "\x00\x08", "\x3b\0\x23\4\0\0\0\0"),
		"ipv6.dstopts_unknown_opt", true),
	RAW4("data behind no next header", IP6("\x3b", "\x00\x01", "x"), "ipv6.data_after_none_header", true),
	RAW4("fragment that is whole", IP6("\x2c", "\x00\x10", "\x11\0\0\0\0\0\0\1\0\1\0\2\0\x08\0\0"),
		"ipv6.exthdr_useless_fh", true),
	RAW4("icmpv6 of no type", IP6("\x3a", "\x00\x08", "\xa0\0\0\0\0\0\0\0"), "icmpv6.unassigned_type",
		true),
	RAW4("listener query from afar", IP6("\x3a", "\x00\x08", "\x82\0\0\0\0\0\0\0"),
		"icmpv6.mld_message_with_invalid_hl", true),
	RAW4("ipv4 in ipv6 cut", IP6("\x04", "\x00\x04", "\x45\0\0\4"), "ipv6.ipv4_in_ipv6_too_small", true),
	RAW4("ipv4 in ipv6 of version 6",
		IP6("\x04", "\x00\x14", "\x65\0\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		"ipv6.ipv4_in_ipv6_wrong_version", true),
};

static bool
has_event(const struct hg_packet *p, const char *name)
{
	for (unsigned e = 0; e < HG_EVENTS; e++)
		if (hg_event_has(&p->events, (enum hg_event)e) &&
			strcmp(hg_event_name((enum hg_event)e), name) == 0)
			return true;
	return false;
}

/* As many options that nobody knows as a header has room for. */
static void
test_repeats_are_counted_up_to_the_limit(void)
{
	static const unsigned options[] = { 1, 2, HG_EVENTS_TOLD, HG_EVENTS_TOLD + 1 };
	uint8_t frame[40 + 2 + 2 * 64] = { 0x60, [6] = 0x3c, [7] = 64 };
	struct bench b;

	bench_open(&b);
	frame[40] = 59; /* nothing follows */
	for (size_t i = 0; i < HG_COUNT(options); i++) {
		const unsigned bytes = (2 + 2 * options[i] + 7) / 8 * 8;

		memset(frame + 42, 0, bytes);
		for (unsigned o = 0; o < options[i]; o++)
			frame[42 + 2 * o] = 0x23;
		frame[5] = (uint8_t)bytes;
		frame[41] = (uint8_t)(bytes / 8 - 1);
		bench_feed(&b, HG_LINK_RAW, hg_span(frame, 40 + bytes));
		hg_check_bool("named", has_event(&b.out[0], "ipv6.dstopts_unknown_opt"), true);
		hg_check_u64("repeats", b.out[0].events.n_repeats, HG_MIN(options[i], HG_EVENTS_TOLD) - 1);
	}
	bench_close(&b);
}

static void
test_malformed_bytes_are_named(void)
{
	struct bench b;

	bench_open(&b);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct row *r = &rows[i];

		bench_feed(&b, r->link, r->frame);
		if (r->event == NULL)
			hg_check_bool(r->title, b.out[0].events.any, false);
		else
			hg_check_bool(r->title, has_event(&b.out[0], r->event), true);
		hg_check_bool(r->title, b.out[0].family != 0, r->ip);
		hg_check_bool(r->title, (b.out[0].flags & HG_PKT_INVALID) != 0, !r->ip);
	}
	bench_close(&b);
}

static void
test_every_event_has_a_name_of_its_own(void)
{
	for (unsigned e = 0; e < HG_EVENTS; e++) {
		CU_ASSERT_FATAL(hg_event_name((enum hg_event)e) != NULL);
		for (unsigned f = 0; f < e; f++)
			hg_check_bool(hg_event_name((enum hg_event)e),
				strcmp(hg_event_name((enum hg_event)e), hg_event_name((enum hg_event)f)) == 0,
				false);
	}
}

static void
test_events_are_counted(void)
{
	struct bench b;

	bench_open(&b);
	bench_feed(&b, HG_LINK_SLL, HG_BYTES("\0"));
	bench_feed(&b, HG_LINK_SLL, HG_BYTES("\0"));
	hg_check_u64("sll", hg_decode_stats(b.decoder)->event[HG_EV_SLL_PKT_TOO_SMALL], 2);
	hg_check_u64("invalid", hg_decode_stats(b.decoder)->invalid, 2);
	bench_close(&b);
}

HG_TESTS("packet_events", HG_TEST(test_malformed_bytes_are_named),
	HG_TEST(test_repeats_are_counted_up_to_the_limit), HG_TEST(test_every_event_has_a_name_of_its_own),
	HG_TEST(test_events_are_counted))
