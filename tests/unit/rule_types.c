/* When rules are evaluated: the type that a rule's text gives it (peer-semantics 2.3), and what follows from the set. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"

static const char *
type_name(uint8_t type)
{
	static const char *const names[] = {
		[HG_RULE_IP_ONLY] = "ip-only",
		[HG_RULE_LIKE_IP_ONLY] = "like-ip-only",
		[HG_RULE_PD_ONLY] = "pd-only",
		[HG_RULE_EVENT_ONLY] = "event-only",
		[HG_RULE_PACKET] = "packet",
		[HG_RULE_PACKET_STREAM] = "packet-stream",
		[HG_RULE_STREAM] = "stream",
		[HG_RULE_APP] = "app",
		[HG_RULE_TX] = "tx",
	};

	return names[type];
}

/* flow: the rule does not concern packets without a flow. */
struct row {
	const char *head, *options, *type;
	bool flow;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char rule[512];
		struct rule_set s;

		snprintf(rule, sizeof(rule), "alert %s (%s sid:1;)\n", rows[i].head, rows[i].options);
		rule_set_open(&s, NULL, NULL, rule);
		hg_check_str(rule, type_name(rule_set_find(&s, 1)->type), rows[i].type);
		hg_check_bool(rule, (rule_set_find(&s, 1)->flags & HG_RF_NEEDS_FLOW) != 0, rows[i].flow);
		rule_set_close(&s);
	}
}

static void
test_a_head_without_more_is_looked_at_once_a_direction(void)
{
	static const struct row rows[] = {
		{ "ip any any -> any any", "", "ip-only", false },
		{ "tcp any any -> any 80", "", "ip-only", false },
		{ "udp [10.0.0.0/8,192.168.0.1] 53 -> any any", "", "ip-only", false },
		{ "ipv6 2001:db8::/32 any -> any any", "", "ip-only", false },
		{ "icmp any any -> any any", "", "ip-only", false },
		{ "ip any any -> any any", "msg:\"a\"; priority:1; metadata:k v; target:src_ip;", "ip-only",
			false },
		{ "ip any any -> any any", "flowbits:set,a; noalert;", "ip-only", false },
		{ "ip any any -> any any", "threshold:type limit, track by_src, count 1, seconds 9;",
			"ip-only", false },
		{ "ip any any -> any any", "detection_filter:track by_dst, count 1, seconds 9;", "ip-only",
			false },
		{ "ip any any -> any any", "xbits:set,a,track ip_src;", "ip-only", false },
		{ "ip any any -> any any", "xbits:isnotset,a,track ip_pair; flowbits:set,b;", "ip-only",
			false },
		{ "ip any any -> any any", "hostbits:isset,a; hostbits:unset,a;", "ip-only", false },
		{ "ip !10.0.0.9 any -> any any", "xbits:isset,a,track ip_src;", "like-ip-only", false },
		{ "ip !10.0.0.9 any -> any any", "", "like-ip-only", false },
		{ "ip any any -> [10.0.0.0/8,!10.0.0.1] any", "", "like-ip-only", false },
		{ "ip $EXTERNAL_NET any -> any any", "", "like-ip-only", false },
		{ "ip $HOME_NET any -> any any", "", "ip-only", false },
		{ "tcp any !80 -> any any", "", "ip-only", false },
		{ "tcp-pkt any any -> any any", "", "ip-only", false },
		{ "tcp-stream any any -> any any", "", "ip-only", false },
		{ "ip any any -> any any", "ip_proto:6;", "ip-only", false },
		{ "ip !10.0.0.9 any -> any any", "ip_proto:!6;", "like-ip-only", false },
		{ "ip !10.0.0.9 any -> any any", "ttl:64;", "packet", false },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_what_asks_about_packet_or_flow_makes_a_packet_rule(void)
{
	static const struct row rows[] = {
		{ "ip any any -> any any", "ttl:64;", "packet", false },
		{ "ip any any -> any any", "ip_proto:6; ttl:64;", "packet", false },
		{ "ip any any -> any any", "sameip;", "packet", false },
		{ "tcp any any -> any any", "flags:S;", "packet", false },
		{ "tcp any any -> any any", "dsize:0;", "packet", false },
		{ "tcp any any -> any any", "flow:to_server;", "packet", true },
		{ "tcp any any -> any any", "flow:established;", "packet", true },
		{ "tcp any any -> any any", "flow:stateless;", "packet", true },
		{ "tcp any any -> any any", "flowbits:unset,a;", "packet", false },
		{ "tcp any any -> any any", "flowbits:toggle,a;", "packet", false },
		{ "tcp any any -> any any", "flowbits:set,a; flowbits:unset,b;", "packet", false },
		{ "tcp any any -> any any", "flowbits:isset,a;", "packet", false },
		{ "tcp any any -> any any", "flowbits:isnotset,a;", "packet", false },
		{ "tcp any any -> any any", "flowint:ab,+,1;", "packet", false },
		{ "ip any any -> any any", "xbits:isset,a,track ip_src; ttl:64;", "packet", false },
		{ "udp any any -> any any", "xbits:isset,a,track ip_src; flowbits:isset,b;", "packet",
			false },
		{ "tcp any any -> any any", "bypass;", "packet", false },
		{ "tcp any any -> any any", "stream_size:client,>,5;", "packet", false },
		{ "tcp any any -> any any", "tcp.hdr; content:\"a\";", "packet", false },
		{ "tcp any any -> any any", "app-layer-event:applayer_wrong_direction_first_data;", "packet",
			false },
		{ "http any any -> any any", "flowbits:isset,a;", "packet", true },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_on_protocols_and_events_alone(void)
{
	static const struct row rows[] = {
		{ "tcp any any -> any any", "app-layer-protocol:http;", "pd-only", false },
		{ "ip any any -> any any", "app-layer-protocol:!tls;", "pd-only", false },
		{ "tcp any any -> any any", "app-layer-protocol:http; flow:to_server;", "pd-only", true },
		{ "tcp any any -> any any", "app-layer-protocol:http; flowbits:set,a;", "pd-only", false },
		{ "tcp any any -> any 80", "app-layer-protocol:failed;", "pd-only", false },
		{ "tcp any any -> any any", "app-layer-protocol:http; flow:established;", "packet", true },
		{ "tcp any any -> any any", "app-layer-protocol:http; flow:not_established;", "packet",
			true },
		{ "tcp any any -> any any", "app-layer-protocol:http; ttl:5;", "packet", false },
		{ "tcp any any -> any any", "app-layer-protocol:http; content:\"a\";", "stream", false },
		{ "pkthdr any any -> any any", "decode-event:ipv4.hlen_too_small;", "event-only", false },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack;", "event-only", false },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack; flow:to_server;", "event-only",
			true },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack; flow:stateless;", "event-only",
			true },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack; ttl:5;", "packet", false },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack; content:\"a\";", "stream", false },
		{ "http any any -> any any", "", "app", true },
		{ "http any any -> any 80", "flow:to_client;", "app", true },
		{ "http any any -> any any", "flow:established;", "packet", true },
		{ "dns any any -> any any", "flowbits:set,a;", "app", true },
		{ "http !10.0.0.9 any -> any any", "", "app", true },
		{ "http any any -> any any", "ttl:5;", "packet", true },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_contents_are_looked_for_in_stream_or_packets(void)
{
	static const struct row rows[] = {
		{ "tcp any any -> any any", "content:\"a\";", "stream", false },
		{ "tcp any any -> any any", "content:\"a\"; content:\"b\"; distance:1; within:5;", "stream",
			false },
		{ "tcp any any -> any any", "pcre:\"/a/\";", "stream", false },
		{ "tcp any any -> any any", "byte_test:1,=,1,0;", "stream", false },
		{ "tcp any any -> any any", "content:!\"a\";", "stream", false },
		{ "ip any any -> any any", "content:\"a\";", "stream", false },
		{ "tcp any any -> any any", "content:\"a\"; flow:established,to_server;", "stream", true },
		{ "http any any -> any any", "content:\"a\";", "stream", true },
		{ "tcp any any -> any any", "content:\"a\"; depth:5;", "packet-stream", false },
		{ "tcp any any -> any any", "content:\"a\"; offset:5;", "packet-stream", false },
		{ "tcp any any -> any any", "content:\"a\"; startswith;", "packet-stream", false },
		{ "tcp any any -> any any", "content:!\"a\"; depth:5;", "packet-stream", false },
		{ "tcp any any -> any any", "content:\"a\"; content:\"b\"; depth:5;", "packet-stream",
			false },
		{ "tcp any any -> any any", "content:\"a\"; stream_size:client,>,5;", "packet-stream",
			false },
		{ "udp any any -> any any", "content:\"a\";", "packet-stream", false },
		{ "icmp any any -> any any", "content:\"a\";", "packet-stream", false },
		{ "tcp-stream any any -> any any", "content:\"a\"; depth:5;", "stream", false },
		{ "tcp any any -> any any", "content:\"a\"; depth:5; flow:only_stream;", "stream", true },
		{ "tcp-pkt any any -> any any", "content:\"a\";", "packet", false },
		{ "tcp any any -> any any", "content:\"a\"; flow:no_stream;", "packet", true },
		{ "tcp any any -> any any", "content:\"a\"; dsize:>5;", "packet", false },
		{ "udp any any -> any any", "content:\"a\"; ttl:64;", "packet", false },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_buffers_make_rules_on_transactions(void)
{
	static const struct row rows[] = {
		{ "http any any -> any any", "http.uri; content:\"a\";", "tx", true },
		{ "tcp any any -> any any", "http.uri; content:\"a\";", "tx", true },
		{ "http any any -> any any", "http.uri; content:\"a\"; pkt_data; content:\"b\"; depth:5;",
			"tx", true },
		{ "http any any -> any any", "urilen:>5;", "tx", true },
		{ "dns any any -> any any", "dns.query; content:!\"a\";", "tx", true },
		{ "http any any -> any any", "app-layer-event:http.missing_host_header;", "tx", true },
		{ "http any any -> any any", "filename:\"a\";", "tx", true },
		{ "http any any -> any any", "http.uri; content:\"a\"; flowbits:isset,x;", "tx", true },
	};

	check_rows(rows, HG_COUNT(rows));
}

#define SETS_BY_TX "alert http any any -> any any (http.uri; content:\"a\"; flowbits:set,x; sid:1;)\n"

static void
test_readers_of_bits_of_transactions_join_them(void)
{
	static const struct {
		const char *title, *rules, *type;
		unsigned engines; /* a direction each */
	} rows[] = {
		{ "a stream rule",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; flowbits:isset,x; sid:2;)\n",
			"tx", 2 },
		{ "a rule on packets and stream, in one direction",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; depth:5; flow:to_server; "
				   "flowbits:isset,x; sid:2;)\n",
			"tx", 1 },
		{ "one of several bits",
			SETS_BY_TX
			"alert tcp any any -> any any (content:\"b\"; flowbits:isset,y|x; sid:2;)\n",
			"tx", 2 },
		{ "unset by transactions",
			"alert http any any -> any any (http.uri; content:\"a\"; flowbits:unset,x; sid:1;)\n"
			"alert tcp any any -> any any (content:\"b\"; flowbits:isset,x; sid:2;)\n",
			"tx", 2 },
		{ "a packet rule stays",
			SETS_BY_TX "alert tcp-pkt any any -> any any (content:\"b\"; flowbits:isset,x; "
				   "sid:2;)\n",
			"packet", 0 },
		{ "one without bytes stays",
			SETS_BY_TX "alert tcp any any -> any any (flowbits:isset,x; sid:2;)\n", "packet", 0 },
		{ "who waits for its absence stays",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; flowbits:isnotset,x; "
				   "sid:2;)\n",
			"stream", 0 },
		{ "another bit",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; flowbits:isset,y; sid:2;)\n",
			"stream", 0 },
		{ "set by a stream rule",
			"alert tcp any any -> any any (content:\"a\"; flowbits:set,x; sid:1;)\n"
			"alert tcp any any -> any any (content:\"b\"; flowbits:isset,x; sid:2;)\n",
			"stream", 0 },
		{ "a transaction rule reads it too",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; flowbits:isset,x; sid:2;)\n"
				   "alert http any any -> any any (http.uri; content:\"c\"; "
				   "flowbits:isset,x; sid:3;)\n",
			"stream", 0 },
		{ "set by both kinds",
			SETS_BY_TX "alert tcp any any -> any any (content:\"b\"; flowbits:isset,x; sid:2;)\n"
				   "alert tcp any any -> any any (content:\"c\"; flowbits:set,x; sid:3;)\n",
			"tx", 2 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct rule_set s;

		rule_set_open(&s, NULL, NULL, rows[i].rules);
		hg_check_str(rows[i].title, type_name(rule_set_find(&s, 2)->type), rows[i].type);
		hg_check_u64(rows[i].title, rule_set_find(&s, 2)->n_engines, rows[i].engines);
		rule_set_close(&s);
	}
}

HG_TESTS("rule_types", HG_TEST(test_a_head_without_more_is_looked_at_once_a_direction),
	HG_TEST(test_what_asks_about_packet_or_flow_makes_a_packet_rule),
	HG_TEST(test_rules_on_protocols_and_events_alone),
	HG_TEST(test_contents_are_looked_for_in_stream_or_packets),
	HG_TEST(test_buffers_make_rules_on_transactions),
	HG_TEST(test_readers_of_bits_of_transactions_join_them))
