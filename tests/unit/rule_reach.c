/* Which rules a packet makes candidates, and which of these alert: what is no candidate costs nothing (ADR 0003). */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

#define STEPS 8

/* Packets of one row pass the same flows; candidates do not count IP-only rules. */
struct row {
	const char *title, *rules;
	struct {
		const char *packet, *want;
		unsigned candidates;
	} steps[STEPS];
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rule_drive d;

		rule_drive_open(&d, NULL, NULL, rows[i].rules);
		for (unsigned k = 0; k < STEPS && rows[i].steps[k].packet != NULL; k++) {
			const char *packet = rows[i].steps[k].packet;
			char title[256];

			snprintf(title, sizeof(title), "%s, packet %u: %s", rows[i].title, k + 1, packet);
			hg_check_str(title, rule_drive_packet(&d, packet), rows[i].steps[k].want);
			hg_check_u64(title, d.candidates, rows[i].steps[k].candidates);
		}
		rule_drive_close(&d);
	}
}

#define DATAGRAM "udp 10.0.0.1 1000 10.0.0.2 53 "
#define UDP "alert udp any any -> any any "
#define DNS "alert dns any any -> any any "

static void
test_zeros_at_the_end_of_a_raw_pattern_are_left_to_the_rule(void)
{
	static const struct row rows[] = {
		{ "zeros at the end", UDP "(content:\"abcd|00 00 00|\"; sid:1;)\n",
			{ { DATAGRAM "xabcd", "", 1 }, { DATAGRAM "abcd|0000|", "", 1 },
				{ DATAGRAM "abcd|000000|", "1", 1 }, { DATAGRAM "abc|000000|", "", 0 } } },
		{ "but four bytes stay", UDP "(content:\"ab|00 00 00 00|\"; sid:1;)\n",
			{ { DATAGRAM "ab|00|", "", 0 }, { DATAGRAM "ab|0000|", "", 1 },
				{ DATAGRAM "ab|00000000|", "1", 1 } } },
		{ "three bytes with zeros are a pattern", UDP "(content:\"a|00 00|\"; sid:1;)\n",
			{ { DATAGRAM "a|00|", "", 0 }, { DATAGRAM "a|0000|", "1", 1 } } },
		{ "zeros inside stay", UDP "(content:\"ab|00 00|cd|00|\"; sid:1;)\n",
			{ { DATAGRAM "ab|0000|", "", 0 }, { DATAGRAM "ab|0000|cd", "", 1 },
				{ DATAGRAM "ab|0000|cd|00|", "1", 1 } } },
		{ "without a case", UDP "(content:\"ABCD|00|\"; nocase; sid:1;)\n",
			{ { DATAGRAM "aBcD", "", 1 }, { DATAGRAM "aBcD|00|", "1", 1 } } },
		{ "the chosen part", UDP "(content:\"abcd|00 00|efgh\"; fast_pattern:0,6; sid:1;)\n",
			{ { DATAGRAM "abcd", "", 1 }, { DATAGRAM "abcd|0000|efgh", "1", 1 } } },
		{ "in the slot of a port", "alert udp any any -> any 53 (content:\"abcd|00|\"; sid:1;)\n",
			{ { DATAGRAM "abcd", "", 1 }, { DATAGRAM "abcd|00|", "1", 1 } } },
		{ "in the stream", "alert tcp any any -> any any (content:\"abcd|00|\"; sid:1;)\n",
			{ { "tcp 10.0.0.1 1000 10.0.0.2 80 A abcd", "", 1 },
				{ "tcp 10.0.0.1 1000 10.0.0.2 80 A abcd|00|", "1", 1 } } },
		{ "many zeros alone", UDP "(content:\"|00 00 00 00 00 00|\"; sid:1;)\n",
			{ { DATAGRAM "|000000|", "", 0 }, { DATAGRAM "|00000000|", "", 1 },
				{ DATAGRAM "|000000000000|", "1", 1 } } },
		{ "a few zeros alone are no pattern", UDP "(content:\"|00 00 00|\"; sid:1;)\n",
			{ { DATAGRAM "abcd", "", 1 }, { DATAGRAM "|000000|", "1", 1 },
				{ DATAGRAM, "", 0 } } },
		{ "one zero", UDP "(content:\"|00|\"; sid:1;)\n",
			{ { DATAGRAM "abcd", "", 1 }, { DATAGRAM "abcd|00|", "1", 1 } } },
		{ "one byte in one byte", UDP "(content:\"a\"; sid:1;)\n",
			{ { DATAGRAM "a", "1", 1 }, { DATAGRAM "b", "", 0 } } },
		{ "not of a rule on transactions",
			DNS "(dns.query; content:\"q\"; pkt_data; content:\"abcd|00 00|\"; sid:1;)\n",
			{ { DATAGRAM "abcd proto=dns", "", 0 }, { DATAGRAM "abcd|00|", "", 0 },
				{ DATAGRAM "abcd|0000|", "", 1 } } },
		{ "whose zeros are a pattern",
			DNS "(dns.query; content:\"q\"; pkt_data; content:\"|00 00|\"; fast_pattern; "
			    "sid:1;)\n",
			{ { DATAGRAM "abcd proto=dns", "", 0 }, { DATAGRAM "abcd|00|", "", 0 },
				{ DATAGRAM "abcd|0000|", "", 1 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_a_packet_asks_the_slots_of_its_ports(void)
{
	static const struct row rows[] = {
		{ "three slots",
			UDP "(content:\"abcd\"; sid:1;)\n"
			    "alert udp any any -> any 53 (content:\"abcd\"; sid:2;)\n"
			    "alert udp any 1000 -> any any (content:\"abcd\"; sid:3;)\n"
			    "alert udp any any -> any 1000 (content:\"abcd\"; sid:4;)\n"
			    "alert udp any 53 -> any any (content:\"abcd\"; sid:5;)\n",
			{ { DATAGRAM "abcd", "1 2 3", 3 },
				{ "udp 10.0.0.2 53 10.0.0.1 1000 abcd", "1 4 5", 3 },
				{ "udp 10.0.0.1 1001 10.0.0.2 54 abcd", "1", 1 },
				{ DATAGRAM "abc", "", 0 } } },
		{ "one port on both sides",
			"alert udp any any -> any 53 (content:\"abcd\"; sid:1;)\n"
			"alert udp any 53 -> any any (content:\"abcd\"; sid:2;)\n",
			{ { "udp 10.0.0.1 53 10.0.0.2 53 abcd", "1 2", 2 } } },
		{ "the other side is left to the rule",
			"alert udp any [1000,1001] -> any 53 (content:\"abcd\"; sid:1;)\n",
			{ { DATAGRAM "abcd", "1", 1 }, { "udp 10.0.0.1 1002 10.0.0.2 53 abcd", "", 1 },
				{ "udp 10.0.0.1 1000 10.0.0.2 54 abcd", "", 0 } } },
		{ "rules without bytes",
			"alert udp any any -> any 53 (ttl:64; sid:1;)\n"
			"alert udp any 1000 -> any any (ttl:64; sid:2;)\n"
			"alert udp any any -> any 54 (ttl:64; sid:3;)\n",
			{ { DATAGRAM, "1 2", 2 }, { "udp 10.0.0.1 1001 10.0.0.2 54", "3", 1 } } },
		{ "in one direction only",
			"alert udp any any -> any 1000 (content:\"abcd\"; flow:to_client; sid:1;)\n"
			"alert udp any any -> any 53 (content:\"abcd\"; flow:to_client; sid:2;)\n",
			{ { DATAGRAM "abcd", "", 0 }, { "udp 10.0.0.2 53 10.0.0.1 1000 abcd", "1", 1 } } },
		{ "of TCP what is not in the stream asks for both",
			"alert tcp any any -> any 80 (content:\"abcd\"; sid:1;)\n"
			"alert tcp any any -> any 80 (content:\"abcd\"; depth:4; sid:2;)\n"
			"alert tcp-pkt any any -> any any (content:\"abcd\"; sid:3;)\n"
			"alert tcp any any -> any any (content:\"abcd\"; flow:only_stream; sid:4;)\n",
			{ { "tcp 10.0.0.1 1000 10.0.0.2 80 A abcd", "1 2 3", 4 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_ip_proto_keeps_a_rule_from_other_packets(void)
{
	static const struct row rows[] = {
		{ "by number and name",
			"alert ip any any -> any any (ip_proto:17; ttl:>0; sid:1;)\n"
			"alert ip any any -> any any (ip_proto:tcp; ttl:>0; sid:2;)\n"
			"alert ip any any -> any any (ip_proto:47; ttl:>0; sid:3;)\n"
			"alert ip any any -> any any (ip_proto:!17; ttl:>0; sid:4;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2", "1", 2 },
				{ "tcp 10.0.0.1 1 10.0.0.2 2 A", "2 4", 2 },
				{ "47 10.0.0.1 0 10.0.0.2 0 alone", "3 4", 2 },
				{ "50 10.0.0.1 0 10.0.0.2 0 alone", "4", 2 } } },
		{ "with bytes", "alert ip any any -> any any (ip_proto:17; content:\"abcd\"; sid:1;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2 abcd", "1", 1 },
				{ "tcp 10.0.0.1 1 10.0.0.2 2 A abcd", "", 0 },
				{ "sctp 10.0.0.1 1 10.0.0.2 2 abcd", "", 0 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

#define SEGMENT "tcp 10.0.0.1 1000 10.0.0.2 80 "
#define TCP "alert tcp any any -> any any "

static void
test_rules_without_bytes_wait_for_their_flags(void)
{
	static const struct row rows[] = {
		{ "exactly", TCP "(flags:S; sid:1;)\n" TCP "(flags:SA; sid:2;)\n" TCP "(flags:0; sid:3;)\n",
			{ { SEGMENT "S", "1", 1 }, { SEGMENT "SA", "2", 1 }, { SEGMENT "-", "3", 1 },
				{ SEGMENT "A", "", 0 }, { SEGMENT "SE", "", 0 }, { SEGMENT "PA", "", 0 } } },
		{ "what is left out", TCP "(flags:S,12; sid:1;)\n",
			{ { SEGMENT "S", "1", 1 }, { SEGMENT "SEC", "1", 1 }, { SEGMENT "SP", "", 0 } } },
		{ "any, all, none",
			TCP "(flags:*SF; sid:1;)\n" TCP "(flags:+SF; sid:2;)\n" TCP "(flags:!S; sid:3;)\n",
			{ { SEGMENT "S", "1", 1 }, { SEGMENT "FA", "1 3", 2 }, { SEGMENT "SFA", "1 2", 2 },
				{ SEGMENT "A", "3", 1 } } },
		{ "rules that do not ask come with every packet",
			TCP "(flags:S; sid:1;)\n" TCP "(ttl:64; sid:2;)\n" TCP "(ttl:1; flags:S; sid:3;)\n",
			{ { SEGMENT "S", "1 2", 3 }, { SEGMENT "A", "2", 1 },
				{ SEGMENT "- alone short", "2", 3 } } },
		{ "flags and ports", "alert tcp any any -> any 80 (flags:S; sid:1;)\n",
			{ { SEGMENT "S", "1", 1 }, { SEGMENT "A", "", 0 },
				{ "tcp 10.0.0.1 1000 10.0.0.2 81 S", "", 0 } } },
		{ "flags and addresses", "alert tcp 10.0.0.1 any -> any any (flags:S; sid:1;)\n",
			{ { SEGMENT "S", "1", 1 }, { SEGMENT "A", "", 0 },
				{ "tcp 10.0.0.3 1000 10.0.0.2 80 S", "", 0 } } },
		{ "two tests of flags", TCP "(flags:*SF; flags:+A; sid:1;)\n",
			{ { SEGMENT "SA", "1", 1 }, { SEGMENT "S", "", 0 }, { SEGMENT "A", "", 0 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_without_bytes_wait_for_their_addresses(void)
{
	static const struct row rows[] = {
		{ "source and destination",
			"alert udp 10.0.0.1 any -> any any (ttl:64; sid:1;)\n"
			"alert udp any any -> 10.0.0.2 any (ttl:64; sid:2;)\n"
			"alert udp any any -> 10.0.0.1 any (ttl:64; sid:3;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2", "1 2", 2 }, { "udp 10.0.0.2 2 10.0.0.1 1", "3", 1 },
				{ "udp 10.0.0.3 1 10.0.0.4 2", "", 0 } } },
		{ "ranges and holes in them",
			"alert udp [10.0.0.0/24,!10.0.0.7,10.0.2.0-10.0.2.9] any -> any any (ttl:64; "
			"sid:1;)\n",
			{ { "udp 10.0.0.0 1 10.9.9.9 2", "1", 1 }, { "udp 10.0.0.255 1 10.9.9.9 2", "1", 1 },
				{ "udp 10.0.0.7 1 10.9.9.9 2", "", 0 },
				{ "udp 10.0.1.0 1 10.9.9.9 2", "", 0 },
				{ "udp 9.255.255.255 1 10.9.9.9 2", "", 0 },
				{ "udp 10.0.2.9 1 10.9.9.9 2", "1", 1 },
				{ "udp 10.0.2.10 1 10.9.9.9 2", "", 0 } } },
		{ "the ends of all addresses",
			"alert udp 255.255.255.255 any -> any any (ttl:64; sid:1;)\n"
			"alert udp any any -> 0.0.0.0 any (ttl:64; sid:2;)\n",
			{ { "udp 255.255.255.255 1 10.9.9.9 2", "1", 1 },
				{ "udp 255.255.255.254 1 0.0.0.0 2", "2", 1 },
				{ "udp 10.9.9.9 1 0.0.0.1 2", "", 0 } } },
		{ "the other side is left to the rule",
			"alert udp 10.0.0.1 any -> 10.0.0.0/24 any (ttl:64; sid:1;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2", "1", 1 }, { "udp 10.0.0.1 1 10.0.1.2 2", "", 1 } } },
		{ "an IPv6 address that begins like one of IPv4",
			"alert udp 32.1.13.184 any -> any any (ttl:64; sid:1;)\n"
			"alert udp any any -> 32.1.13.184 any (ttl:64; sid:2;)\n",
			{ { "udp 2001:db8::1 1 2001:db8::2 2", "", 0 },
				{ "udp 32.1.13.184 1 10.0.0.1 2", "1", 1 } } },
		{ "IPv6 stands beside the index",
			"alert udp [10.0.0.1,2001:db8::1] any -> any any (ttl:64; sid:1;)\n"
			"alert udp 10.0.0.3 any -> any any (ttl:64; sid:2;)\n",
			{ { "udp 2001:db8::1 1 2001:db8::2 2", "1", 1 },
				{ "udp 2001:db8::3 1 2001:db8::2 2", "", 0 },
				{ "udp 10.0.0.1 1 10.0.0.2 2", "1", 1 },
				{ "udp 10.0.0.3 1 10.0.0.2 2", "2", 1 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_ip_only_rules_come_once_a_direction_like_ones_with_every_packet(void)
{
	static const struct row rows[] = {
		{ "a flow",
			"alert udp any any -> any any (sid:1;)\n"
			"alert udp 10.0.0.1 any -> any any (sid:2;)\n"
			"alert udp any any -> 10.0.0.1 any (sid:3;)\n"
			"alert udp !10.0.0.9 any -> any any (sid:4;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2", "1 2 4", 1 },
				{ "udp 10.0.0.1 1 10.0.0.2 2", "4", 1 },
				{ "udp 10.0.0.2 2 10.0.0.1 1", "1 3 4", 1 },
				{ "udp 10.0.0.2 2 10.0.0.1 1", "4", 1 },
				{ "udp 10.0.0.1 3 10.0.0.2 2", "1 2 4", 1 } } },
		{ "without a flow", "alert udp 10.0.0.1 any -> any any (sid:1;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 2 alone", "1", 0 },
				{ "udp 10.0.0.1 1 10.0.0.2 2 alone", "1", 0 },
				{ "udp 10.0.0.2 1 10.0.0.1 2 alone", "", 0 } } },
		{ "IPv6",
			"alert ip [10.0.0.1,2001:db8::1] any -> any any (sid:1;)\n"
			"alert ip 2001:db8::/32 any -> any any (sid:2;)\n"
			"alert ipv6 any any -> any any (sid:3;)\n",
			{ { "udp 2001:db8::1 1 2001:db8::2 2 alone", "1 2 3", 0 },
				{ "udp 2001:db9::1 1 2001:db8::2 2 alone", "3", 0 },
				{ "udp 10.0.0.1 1 10.0.0.2 2 alone", "1", 0 } } },
		{ "ports", "alert udp any any -> any 53 (sid:1;)\n",
			{ { "udp 10.0.0.1 1 10.0.0.2 53 alone", "1", 0 },
				{ "udp 10.0.0.1 1 10.0.0.2 54 alone", "", 0 },
				{ "udp 10.0.0.1 1 10.0.0.2 53 alone short", "", 0 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_on_protocols_and_events_wait_for_these(void)
{
	static const struct row rows[] = {
		{ "of TCP the next packet of the direction", TCP "(app-layer-protocol:http; sid:1;)\n",
			{ { SEGMENT "A proto=http", "", 0 }, { SEGMENT "A", "1", 1 }, { SEGMENT "A", "", 0 },
				{ "tcp 10.0.0.2 80 10.0.0.1 1000 A", "1", 1 },
				{ "tcp 10.0.0.2 80 10.0.0.1 1000 A", "", 0 } } },
		{ "of datagrams the packet itself, and the next",
			UDP "(app-layer-protocol:dns; flow:to_server; sid:1;)\n",
			{ { DATAGRAM "a", "", 0 }, { DATAGRAM "a proto=dns", "1", 1 },
				{ DATAGRAM "a", "1", 1 }, { DATAGRAM "a", "", 0 },
				{ "udp 10.0.0.2 53 10.0.0.1 1000 a", "", 0 } } },
		{ "another protocol", TCP "(app-layer-protocol:!http; sid:1;)\n",
			{ { SEGMENT "A proto=http", "", 0 }, { SEGMENT "A", "", 1 } } },
		{ "events", TCP "(stream-event:pkt_invalid_ack; sid:1;)\n",
			{ { SEGMENT "A", "", 0 }, { SEGMENT "A event=pkt_invalid_ack", "1", 1 },
				{ SEGMENT "A event=pkt_invalid_timestamp", "", 0 } } },
		{ "events in one direction", TCP "(stream-event:pkt_invalid_ack; flow:to_client; sid:1;)\n",
			{ { SEGMENT "A event=pkt_invalid_ack", "", 1 },
				{ "tcp 10.0.0.2 80 10.0.0.1 1000 A event=pkt_invalid_ack", "1", 1 } } },
		{ "an event and more", TCP "(stream-event:pkt_invalid_ack; ttl:64; sid:1;)\n",
			{ { SEGMENT "A", "", 1 }, { SEGMENT "A event=pkt_invalid_ack", "1", 1 } } },
		{ "every packet of a protocol", "alert http any any -> any any (flow:to_server; sid:1;)\n",
			{ { SEGMENT "A", "", 1 }, { SEGMENT "A proto=http", "1", 1 }, { SEGMENT "A", "1", 1 },
				{ "tcp 10.0.0.2 80 10.0.0.1 1000 A", "", 0 } } },
	};

	check_rows(rows, HG_COUNT(rows));
}

HG_TESTS("rule_reach", HG_TEST(test_zeros_at_the_end_of_a_raw_pattern_are_left_to_the_rule),
	HG_TEST(test_a_packet_asks_the_slots_of_its_ports),
	HG_TEST(test_ip_proto_keeps_a_rule_from_other_packets),
	HG_TEST(test_rules_without_bytes_wait_for_their_flags),
	HG_TEST(test_rules_without_bytes_wait_for_their_addresses),
	HG_TEST(test_ip_only_rules_come_once_a_direction_like_ones_with_every_packet),
	HG_TEST(test_rules_on_protocols_and_events_wait_for_these))
