#include "check.h"

#include "keyword_drive.h"

/* What is refused here, Suricata 7 refuses too. */
struct refusal {
	const char *protocol, *options;
	uint32_t column; /* in the options; 0: the whole rule */
	const char *text;
};

static void
check_refusals(const struct refusal *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, rows[i].protocol, rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, rows[i].text);
		hg_check_u64(rows[i].options, rule.draft.error.column, rows[i].column);
		keyword_rule_close(&rule);
	}
}

static void
test_refuses_contents_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "content:abc;", 9, "a pattern must stand in double quotes" },
		{ "tcp", "content:\"\";", 1, "\"content\" needs a value: [!]\"<bytes>\"" },
		{ "tcp", "content:\"a|zz|\";", 12, "'z' is no hex digit" },
		{ "tcp", "content:\"a|41\";", 11, "a '|' that is not closed" },
		{ "tcp", "content:\"a\"; nocase; nocase;", 22, "\"nocase\" stands twice on one content" },
		{ "tcp", "nocase;", 1, "\"nocase\" needs a content before it" },
		{ "tcp", "content:\"abc\"; depth:2;", 22, "depth:2 is less than the 3 bytes of the content" },
		{ "tcp", "content:\"abc\"; offset:65536;", 23, "the number is not within 0..65535" },
		{ "tcp", "content:\"abc\"; depth:3; depth:4;", 31, "\"depth\" stands twice on one content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; within:2;", 36,
			"within:2 is less than the 3 bytes of the content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; distance:0; depth:3;", 47,
			"\"depth\" and \"distance\" exclude each other on one content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; depth:5; distance:0;", 47,
			"\"distance\" and \"depth\" exclude each other on one content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; offset:1; within:5;", 46,
			"\"within\" and \"offset\" exclude each other on one content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; within:1048577;", 36,
			"the number is not within -1048576..1048576" },
		{ "tcp", "content:\"abc\"; startswith; offset:1;", 35,
			"\"offset\" and \"startswith\" exclude each other on one content" },
		{ "tcp", "content:\"abc\"; offset:1; startswith;", 26,
			"\"startswith\" and \"offset\" exclude each other on one content" },
		{ "tcp", "content:\"abc\"; startswith; depth:3;", 34,
			"\"depth\" and \"startswith\" exclude each other on one content" },
		{ "tcp", "content:\"abc\"; startswith; startswith;", 28,
			"\"startswith\" stands twice on one content" },
		{ "tcp", "content:\"x\"; content:\"abc\"; distance:0; startswith;", 41,
			"\"startswith\" and \"distance\" exclude each other on one content" },
		{ "tcp", "content:\"abc\"; fast_pattern; content:\"d\"; fast_pattern;", 43,
			"\"fast_pattern\" stands twice in the rule" },
		{ "tcp", "content:!\"abc\"; fast_pattern:only;", 30,
			"fast_pattern:only excludes '!', offset, depth, distance and within on the content" },
		{ "tcp", "content:!\"abc\"; offset:3; fast_pattern;", 27,
			"\"fast_pattern\" on a negated content excludes offset, depth, distance and within" },
		{ "tcp", "content:\"abc\"; offset:3; fast_pattern:only;", 39,
			"fast_pattern:only excludes '!', offset, depth, distance and within on the content" },
		{ "tcp", "content:\"abc\"; fast_pattern:only; offset:3;", 42,
			"\"offset\" on a content that is fast_pattern:only, or negated and fast_pattern" },
		{ "tcp", "content:\"abc\"; fast_pattern:2,2;", 29,
			"the part 2,2 lies outside of the 3 bytes of the content" },
		{ "tcp", "isdataat:65536;", 10, "the number is not within 0..65535" },
		{ "tcp", "isdataat:10,foo;", 13, "isdataat knows relative and rawbytes only" },
		{ "tcp", "content:\"ab\"; content:\"cd\"; distance:0; dsize:3;", 0,
			"the contents need 4 bytes, but dsize allows 3" },
		{ "tcp", "content:\"ab\"; content:\"cd\"; distance:1; dsize:4;", 0,
			"the contents need 5 bytes, but dsize allows 4" },
		{ "tcp", "content:\"ab\"; offset:3; dsize:4;", 0,
			"the contents need 5 bytes, but dsize allows 4" },
		{ "tcp-stream", "content:\"a\"; ttl:64;", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude flow:only_stream and "
			"tcp-stream" },
		{ "tcp", "content:!\"abc\"; fast_pattern; offset:3;", 38,
			"\"offset\" on a content that is fast_pattern:only, or negated and fast_pattern" },
		{ "tcp", "content:\"x\"; content:!\"abc\"; within:10; fast_pattern;", 41,
			"\"fast_pattern\" on a negated content excludes offset, depth, distance and within" },
		{ "tcp", "content:!\"abc\"; startswith; fast_pattern;", 29,
			"\"fast_pattern\" on a negated content excludes offset, depth, distance and within" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

static void
test_refuses_buffers_and_protocols_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "http_uri;", 1, "\"http_uri\" needs a content of the payload before it" },
		{ "tcp", "content:\"abc\"; rawbytes; http_uri;", 26,
			"\"http_uri\" cannot be combined with rawbytes" },
		{ "tcp", "http.uri; content:\"abc\"; http_uri;", 26,
			"\"http_uri\" changes contents of the payload, but the buffer \"http.uri\" is "
			"chosen; pkt_data ends that" },
		{ "http", "http.uri; http.method; content:\"GET\";", 11,
			"nothing looks into the buffer \"http.uri\" named before" },
		{ "http", "http.uri;", 0, "nothing looks into the buffer \"http.uri\"" },
		{ "http", "http.uri; content:\"a\"; tls.sni; content:\"b\";", 24,
			"\"tls.sni\" belongs to tls, but the rule is about http" },
		{ "tls", "http.uri; content:\"a\";", 1,
			"\"http.uri\" belongs to http, but the rule is about tls" },
		{ "http", "flow:to_client; http.uri; content:\"a\";", 0,
			"\"http.uri\" exists to_server only, but the rule looks to_client" },
		{ "http", "http.uri; content:\"a\"; http.stat_code; content:\"200\";", 0,
			"\"http.stat_code\" exists to_client only, but the rule looks to_server" },
		{ "http", "http.host; content:\"Abc\";", 0,
			"\"http.host\" is lower case: the capital 'A' of a content never matches" },
		{ "http", "http.host; content:\"abc\"; nocase;", 0,
			"\"http.host\" is lower case: nocase does nothing" },
		{ "http", "http.host; content:\"Abc\"; nocase;", 0,
			"\"http.host\" is lower case: nocase does nothing" },
		{ "tcp", "content:\"ABC\"; http_host;", 0,
			"\"http.host\" is lower case: the capital 'A' of a content never matches" },
		{ "tcp", "content:\"abc\"; http_host; nocase;", 0,
			"\"http.host\" is lower case: nocase does nothing" },
		{ "tcp", "http.uri; content:\"a\"; dsize:5;", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "tcp", "bsize:3; content:\"abc\";", 7, "\"bsize\" needs a buffer: name one before it" },
		{ "http", "http.uri; bsize:3; content:\"abcd\";", 0,
			"the contents need 4 bytes, but the size asked for allows 3" },
		{ "http", "http.uri; bsize:5<>6;", 17, "no value lies between the ends" },
		{ "http", "http.uri; bsize:<0;", 17, "nothing is below 0" },
		{ "http", "http.uri; bsize:>=0;", 17, "every value is at least 0" },
		{ "http", "urilen:>65535;", 8, "nothing is above the greatest value" },
		{ "http", "urilen:3; content:\"abcd\"; http_uri;", 0,
			"the contents need 4 bytes, but the size asked for allows 3" },
		{ "http", "urilen:3; http.uri; content:\"abcd\";", 0,
			"the contents need 4 bytes, but the size asked for allows 3" },
		{ "tcp", "flow:to_server,to_client;", 16,
			"\"to_client\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:to_server,from_client;", 16,
			"\"from_client\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:to_server,established,only_stream,no_frag;", 40,
			"\"no_frag\" contradicts or repeats what flow said before" },
		{ "tcp", "dotprefix; content:\"a\";", 1, "\"dotprefix\" must stand right behind a buffer" },
		{ "http", "http.uri; strip_whitespace; content:\"a b\";", 0,
			"a content cannot match what strip_whitespace makes of the buffer" },
		{ "http", "http.uri; compress_whitespace; content:\"a  b\";", 0,
			"a content cannot match what compress_whitespace makes of the buffer" },
		{ "http", "http.uri; to_lowercase; content:\"ABC\";", 0,
			"a content cannot match what to_lowercase makes of the buffer" },
		{ "http", "http.uri; to_lowercase; content:\"ABC\"; nocase;", 0,
			"a content cannot match what to_lowercase makes of the buffer" },
		{ "http", "http.uri; to_uppercase; content:\"abc\";", 0,
			"a content cannot match what to_uppercase makes of the buffer" },
		{ "http", "http.uri; xor:\"0d0\"; content:\"abc\";", 16,
			"the key of xor is pairs of hex digits" },
		{ "http", "http.uri; xor:\"zz\"; content:\"abc\";", 16, "a number is missing here" },
		{ "http", "http.uri; pcrexform:\"ab\"; content:\"b\";", 22,
			"the expression of pcrexform must capture one group, it has 0" },
		{ "tcp", "app-layer-protocol:http; app-layer-protocol:tls;", 45,
			"a flow speaks one protocol: app-layer-protocol stands twice" },
		{ "tcp", "app-layer-protocol:foo;", 20, "this build knows no protocol 'foo'" },
		{ "http", "app-layer-protocol:http;", 20, "the rule is about a protocol already" },
		{ "tcp", "app-layer-event:applayer_foo;", 17,
			"there is no event of identification 'applayer_foo'" },
		{ "tls", "app-layer-event:http.missing_host_header;", 17,
			"an event of http in a rule about another protocol never comes" },
		{ "pkthdr", "decode-event:ipv4.foo;", 14, "there is no decode event 'ipv4.foo'" },
		{ "tcp", "stream-event:foo;", 14, "there is no stream event 'foo'" },
		{ "tls", "ssl_version:tls1.2,!tls1.3;", 13, "either all or none of the names have a '!'" },
		{ "tls", "ssl_version:foo;", 13, "'foo' is not known here" },
		{ "ftp", "ftp.mode:both;", 10, "ftp.mode is active|passive" },
		{ "ftp", "ftp.reply_received:perhaps;", 20, "ftp.reply_received is yes|no" },
		{ "ftp-data", "ftpdata_command:list;", 17, "ftpdata_command is retr|stor" },
		{ "tls", "ssl_state:foo;", 11, "'foo' is not known here" },
		{ "ssh", "ssh.protoversion:!2.0;", 18, "ssh.protoversion is a version as 2.0, or 2_compat" },
		{ "ssh", "ssh.protoversion:2_Compat;", 18,
			"ssh.protoversion is a version as 2.0, or 2_compat" },
		{ "ssh", "ssh.protoversion:.;", 18, "ssh.protoversion is a version as 2.0, or 2_compat" },
		{ "ssh", "ssh.softwareversion:a@b;", 21,
			"ssh.softwareversion has letters, digits, blanks and any of : . - _ +" },
		{ "ssh", "ssh.softwareversion:!a;", 21,
			"ssh.softwareversion has letters, digits, blanks and any of : . - _ +" },
		{ "ssh", "ssh.hassh; content:\"aabb\";", 0,
			"a content of \"ssh.hassh\" is a whole hash of 32 characters" },
		{ "tls", "tls.version:!1.2;", 13,
			"a TLS version is 1.0, 1.1, 1.2, 1.3 or 0x and four hex digits" },
		{ "tls", "tls.version:4.2;", 13,
			"a TLS version is 1.0, 1.1, 1.2, 1.3 or 0x and four hex digits" },
		{ "tls", "tls_cert_notafter:2016<>2015;", 19, "the range of dates is empty" },
		{ "tls", "tls_cert_notafter:foo;", 19,
			"a date is YYYY-MM-DDTHH:MM:SS or a beginning of that" },
		{ "tls", "ja3.hash; content:\"abc\";", 0,
			"a content of \"ja3.hash\" is a whole hash of 32 characters" },
		{ "tls", "tls.cert_fingerprint; content:\"aa:bb\";", 0,
			"a content of \"tls.cert_fingerprint\" is a whole hash of 59 characters" },
		{ "dns", "dns.opcode:256;", 12, "the number is above 255" },
		{ "dcerpc", "dcerpc.iface:41414141-4242;", 14,
			"an interface is written as 12345678-1234-abcd-ef00-0123456789ab" },
		{ "dcerpc", "dcerpc.iface:41414141-4242-4343-4444-454545454545,2;", 51,
			"behind the UUID stand a version as =<n>, <<n>, ><n> or !<n>, and any_frag" },
		{ "dcerpc", "dcerpc.opnum:7-3;", 14, "the range is empty" },
		{ "dcerpc", "dcerpc.opnum:65536;", 14, "65536 is not within 0..65535" },
		{ "tcp", "htp.uri; content:\"a\";", 1,
			"unknown keyword 'htp.uri'; did you mean 'http.uri'?" },
		{ "tcp", "flags:S; http.uri; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "tcp-pkt", "content:\"a\"; http.uri; content:\"b\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "dns", "ttl:64; dns.query; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"dns.query\"" },
		{ "ip", "ip_proto:6; http.uri; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "tcp", "sameip; http.uri; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "http", "bsize:5; http.uri; content:\"a\";", 7,
			"\"bsize\" needs a buffer: name one before it" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

static void
test_refuses_regular_expressions_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "pcre:\"/ABC/W\";", 8, "hosts are lower case, the capital 'A' never matches" },
		{ "tcp", "pcre:\"/abc/UH\";", 13, "the flags of a regular expression name two buffers" },
		{ "tcp", "pcre:\"/abc/BU\";", 12, "flag B excludes the flags that name a buffer" },
		{ "tcp", "pcre:\"/abc/RB\";", 12,
			"flag R needs a content or regular expression before it in the same buffer" },
		{ "tcp", "pcre:\"abc\";", 7, "a regular expression is /<expression>/<flags>" },
		{ "tcp", "pcre:\"/a(b)/, flow:x, pkt:y\";", 13, "2 names for 1 captured groups" },
		{ "tcp", "pcre:\"/a(b)(c)/, pkt:value, pkt:key\";", 18,
			"pkt:value stands behind pkt:key, and nothing else does" },
		{ "tcp", "pcre:\"/a(b)(c)/, pkt:key, flow:x\";", 27,
			"pkt:value stands behind pkt:key, and nothing else does" },
		{ "tcp", "pcre:\"/a(b)/, alert:x\";", 15, "a captured group is flow:<name> or pkt:<name>" },
		{ "tcp", "content:\"a\"; replace:b;", 22, "a replacement must stand in double quotes" },
		{ "tcp", "content:\"a\"; replace:!\"b\";", 24, "a replacement is not negated" },
		{ "tcp", "content:\"a\"; replace:\"|4|\";", 25, "an odd number of hex digits" },
		{ "tcp", "dsize:3; filestore;", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude \"filestore\"" },
		{ "tcp", "flowvar:x;", 9, "flowvar is <name>,\"<bytes>\"" },
		{ "tcp", "pktvar:,\"a\";", 8, "pktvar is <name>,\"<bytes>\"" },
		{ "tcp", "pktvar:x,\"|4|\";", 13, "an odd number of hex digits" },
		{ "tcp", "pcre:\"/abc/q\";", 12, "unknown flag 'q' of a regular expression" },
		{ "tcp", "pcre:\"/ab(c/\";", 12, "regular expression: missing closing parenthesis" },
		{ "http", "http.uri; pcre:\"/abc/H\";", 22,
			"the flags ask for \"http.header\", but the buffer \"http.uri\" is chosen" },
		{ "tcp", "content:\"abc\"; http_uri; isdataat:1,relative; pcre:\"/abc/R\";", 58,
			"flag R needs a content or regular expression before it in the same buffer" },
		{ "tcp", "byte_jump:1,0; pcre:\"/b/R\";", 25,
			"flag R needs a content or regular expression before it in the same buffer" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

static void
test_refuses_tests_of_the_header_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "dsize:5<>6;", 7, "no value lies between the ends" },
		{ "tcp", "dsize:>65535;", 7, "nothing is above the greatest value" },
		{ "tcp", "dsize:65536;", 7, "the number is above 65535" },
		{ "tcp", "dsize:3; content:\"abcd\";", 0, "the contents need 4 bytes, but dsize allows 3" },
		{ "tcp", "tcpv4-csum:wrong;", 12, "a checksum is valid or invalid" },
		{ "tcp", "tcp.hdr;", 0, "nothing looks into the buffer \"tcp.hdr\"" },
		{ "tcp", "tcp.hdr; to_md5; content:\"a\";", 0, "\"tcp.hdr\" takes no transforms" },
		{ "tcp", "noalert; alert;", 10, "alert and noalert exclude each other" },
		{ "tcp", "dsize:3; dsize:4;", 16, "\"dsize\" stands twice in the rule" },
		{ "tcp", "dsize:5; flow:only_stream; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude flow:only_stream and "
			"tcp-stream" },
		{ "tcp", "ttl:<0;", 5, "nothing is below 0" },
		{ "tcp", "ttl:>255;", 5, "nothing is above the greatest value" },
		{ "tcp", "ttl:256;", 5, "the number is above 255" },
		{ "tcp", "ttl:64-65;", 5, "no value lies between the ends" },
		{ "tcp", "tos:256;", 5, "256 is not within 0..255" },
		{ "tcp", "id:65536;", 4, "the number is above 65535" },
		{ "tcp", "id:!1;", 4, "\"id\" of Suricata 7 has no such comparison" },
		{ "tcp", "ipopts:foo;", 8, "unknown IP option 'foo'" },
		{ "tcp", "ip_proto:17;", 10, "ip_proto needs a rule on ip, this one is on tcp" },
		{ "ip", "ip_proto:256;", 10, "the number is above 255" },
		{ "ip", "ip_proto:foo;", 10,
			"no IP protocol 'foo' is known by name; its number does as well" },
		{ "ip", "ip_proto:>=6;", 10, "\"ip_proto\" of Suricata 7 has no such comparison" },
		{ "tcp", "ipopts:rtralt;", 8,
			"ipopts of Suricata 7 has no \"rtralt\"; compat: native takes it" },
		{ "tcp", "ipopts:!rr;", 8, "ipopts of Suricata 7 has no \"!rr\"; compat: native takes it" },
		{ "tcp", "ttl:!3-9;", 5, "Suricata 7 has no negated ranges; compat: native takes them" },
		{ "tcp", "fragoffset:>=3;", 12, "\"fragoffset\" of Suricata 7 has no such comparison" },
		{ "tcp", "flags:s;", 7, "unknown flag 's'" },
		{ "ip", "l3_proto:any;", 10, "l3_proto is ipv4|ip4|ipv6|ip6" },
		{ "tcp", "flags:+!S;", 8, "a set of flags takes one of *, + and !" },
		{ "tcp", "flags:+;", 7, "no flags are named" },
		{ "tcp", "flags:S,0;", 9, "unknown flag '0'" },
		{ "tcp", "dsize:!2; content:\"abc\";", 0, "the contents need 3 bytes, but dsize allows 2" },
		{ "tcp", "dsize:2; content:!\"abc\";", 0, "the contents need 3 bytes, but dsize allows 2" },
		{ "tcp", "fragbits:X;", 10, "unknown flag 'X'" },
		{ "tcp", "fragoffset:!0;", 12, "\"fragoffset\" of Suricata 7 has no such comparison" },
		{ "tcp", "sameip:1;", 8, "\"sameip\" takes no value" },
		{ "tcp", "seq:!1;", 5, "\"seq\" of Suricata 7 has no such comparison" },
		{ "tcp", "seq:>1;", 5, "\"seq\" of Suricata 7 has no such comparison" },
		{ "tcp", "ack:>0;", 5, "\"ack\" of Suricata 7 has no such comparison" },
		{ "tcp", "window:>5;", 8, "\"window\" of Suricata 7 has no such comparison" },
		{ "icmp", "icode:256;", 7, "the number is above 255" },
		{ "icmp", "icmp_id:!1;", 9, "\"icmp_id\" of Suricata 7 has no such comparison" },
		{ "tcp", "flags:X;", 7, "unknown flag 'X'" },
		{ "tcp", "stream_size:foo,>,5;", 13, "stream_size does not know the side 'foo'" },
		{ "tcp", "ttl:64; flow:only_stream;", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude flow:only_stream and "
			"tcp-stream" },
		{ "tcp-stream", "ttl:64;", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude flow:only_stream and "
			"tcp-stream" },
		{ "tcp", "tos:>5;", 5, "a number is missing here" },
		{ "tcp", "id:>5;", 4, "\"id\" of Suricata 7 has no such comparison" },
		{ "tcp", "ack:!5;", 5, "\"ack\" of Suricata 7 has no such comparison" },
		{ "tcp", "window:>=5;", 8, "\"window\" of Suricata 7 has no such comparison" },
		{ "icmp", "icmp_id:>5;", 9, "\"icmp_id\" of Suricata 7 has no such comparison" },
		{ "icmp", "icmp_seq:>5;", 10, "\"icmp_seq\" of Suricata 7 has no such comparison" },
		{ "icmp", "icmp_seq:!5;", 10, "\"icmp_seq\" of Suricata 7 has no such comparison" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

static void
test_refuses_flow_state_and_the_rest_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "flow:established,stateless;", 18,
			"\"stateless\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:established,not_established;", 18,
			"\"not_established\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:only_stream,no_stream;", 18,
			"\"no_stream\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:no_frag,only_frag;", 14,
			"\"only_frag\" contradicts or repeats what flow said before" },
		{ "tcp", "flow:foo;", 6, "flow does not know 'foo'" },
		{ "tcp", "frame:pdu; content:\"x\";", 7,
			"the rule names no protocol, so a frame is <protocol>.<type>" },
		{ "tls", "frame:tls.foo; content:\"x\";", 7,
			"no decoder in this build has a frame \"tls.foo\"" },
		{ "http", "frame:request; content:\"x\";", 7,
			"no decoder in this build has a frame \"request\"" },
		{ "tcp", "flowbits:isset;", 10, "the name of a flowbit is missing" },
		{ "tcp", "flowbits:set;", 10, "the name of a flowbit is missing" },
		{ "tcp", "flowbits:noalert,x;", 18, "flowbits:noalert takes no name" },
		{ "tcp", "flowbits:foo,x;", 10,
			"flowbits knows set, unset, toggle, isset, isnotset and noalert" },
		{ "tcp", "flowbits:set,a b;", 15, "a blank in the name of a flowbit" },
		{ "tcp", "flowint:a,=,1;", 9, "the name of a flowint has two characters at least" },
		{ "tcp", "flowint:ab,%,1;", 12, "flowint knows = + - < <= == != >= > isset and isnotset" },
		{ "tcp", "xbits:set,a,track ip_pair,expire 0;", 34, "0 is not within 1..4294967295" },
		{ "tcp", "xbits:set,a;", 7,
			"xbits is set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire "
			"<seconds>]" },
		{ "tcp", "xbits:set,a,noalert,track ip_src;", 7,
			"xbits is set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire "
			"<seconds>]" },
		{ "tcp", "xbits:noalert;", 7,
			"xbits is set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire "
			"<seconds>]" },
		{ "tcp", "xbits:set,a,track by_src;", 7,
			"xbits is set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire "
			"<seconds>]" },
		{ "tcp", "hostbits:set,a,both;", 16, "a hostbit belongs to src or dst" },
		{ "tcp", "hostbits:isset,a,foo;", 18, "a hostbit belongs to src or dst" },
		{ "tcp", "threshold:type limit, track by_src, count 1;", 11,
			"\"threshold\" is type limit|threshold|both, track by_src|by_dst|by_both|by_rule, "
			"count <n>, seconds <n>" },
		{ "tcp", "threshold:type foo, track by_src, count 1, seconds 60;", 16,
			"'foo' is not known here" },
		{ "tcp",
			"threshold:type limit, track by_src, count 1, seconds 60; threshold:type limit, "
			"track by_src, count 1, seconds 60;",
			68, "a rule has one threshold or detection_filter" },
		{ "tcp", "detection_filter:track by_both, count 1, seconds 60;", 24,
			"'by_both' is not known here" },
		{ "tcp", "detection_filter:track by_src, count 0, seconds 60;", 38,
			"0 is not within 1..4294967295" },
		{ "tcp", "detection_filter:track by_src, count 1, seconds 0;", 49,
			"0 is not within 1..4294967295" },
		{ "tcp",
			"threshold:type limit, track by_src, count 1, seconds 60; detection_filter:track "
			"by_src, count 1, seconds 60;",
			75, "a rule has one threshold or detection_filter" },
		{ "tcp", "rev:0; content:\"a\";", 5, "0 is not within 1..4294967295" },
		{ "tcp", "rev:1; rev:2; content:\"a\";", 12, "\"rev\" stands twice in the rule" },
		{ "tcp", "reference:url; content:\"a\";", 11, "a reference is <system>,<what>" },
		{ "tcp", "target:foo; content:\"a\";", 8, "the target is src_ip or dest_ip" },
		{ "tcp", "contnt:\"a\";", 1, "unknown keyword 'contnt'; did you mean 'content'?" },
		{ "tcp", "detection_filter:track by_rule, count 1, seconds 60;", 24,
			"'by_rule' is not known here" },
		{ "tcp", "requires:version >= 8, feature ja3;", 18,
			"the rule is for Suricata >= 8; this engine reads rules as 7.0.10" },
		{ "tcp", "requires:version 7;", 18, "a version is asked for as >=|>|<=|< <n>[.<n>[.<n>]]" },
		{ "tcp", "requires:version >= 7, version < 9;", 24, "requires names the version twice" },
		{ "tcp", "requires:feature ja4, feature a;", 31,
			"the rule needs the feature \"a\", which this engine does not have" },
		{ "tcp", "requires:keyword a;", 10,
			"Suricata 7 knows no requirement \"keyword a\" and leaves the rule out" },
		{ "tcp", "config:logging enable, type tx, scope tx;", 8,
			"config is logging disable, type tx|flow, scope tx|flow" },
		{ "tcp", "config:logging disable, scope tx, type tx;", 8,
			"config is logging disable, type tx|flow, scope tx|flow" },
		{ "tcp", "config:logging disable, type tx, scope tx, x;", 8,
			"config is logging disable, type tx|flow, scope tx|flow" },
		{ "tcp", "tag:host,src;", 10, "a number is missing here" },
		{ "tcp", "tag:session,5;", 5, "tag is session|host[,<n>,packets|bytes|seconds[,src|dst]]" },
		{ "tcp", "flow:established; flow:stateless;", 24,
			"Suricata 7 takes one flow keyword in a rule" },
		{ "http", "flow:no_stream; http.uri; content:\"a\";", 0,
			"keywords of the packet (like ttl, flags, dsize) exclude the buffer \"http.uri\"" },
		{ "tcp", "priority:-1; content:\"a\";", 10, "a number is missing here" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

static void
test_refuses_numbers_in_buffers_as_the_peer(void)
{
	static const struct refusal rows[] = {
		{ "tcp", "byte_test:9,>,1000,0;", 11, "\"byte_test\" of more than 8 bytes" },
		{ "tcp", "byte_test:24,>,1000,0,string,dec;", 11, "the number is not within 0..23" },
		{ "tcp", "byte_test:4,~,0x80,0;", 13, "byte_test compares by < > <= >= = ! & ^" },
		{ "tcp", "byte_test:4,=,1,0,foo;", 19, "\"byte_test\" does not know 'foo'" },
		{ "tcp", "byte_test:4,=,var,0;", 15, "no byte_extract or byte_math before sets \"var\"" },
		{ "tcp", "byte_test:4,=,1,0,dec;", 11, "\"byte_test\": dec, hex and oct need string" },
		{ "tcp", "byte_extract:9,0,len;", 14, "\"byte_extract\" of more than 8 bytes" },
		{ "tcp", "byte_extract:4,0,len,align 3;", 28, "align is 2 or 4" },
		{ "tcp", "byte_extract:4,0,len,multiplier 0;", 33, "0 is not within 1..65535" },
		{ "tcp", "byte_jump:4,0,from_beginning,from_end;", 11,
			"from_beginning and from_end exclude each other" },
		{ "tcp", "byte_jump:9,0;", 11, "\"byte_jump\" of more than 8 bytes" },
		{ "tcp", "byte_jump:4;", 11,
			"\"byte_jump\" is <n|var>,<offset|var>[,relative][,multiplier "
			"<n>][,big|little][,string,dec|hex|oct][,align][,from_beginning|from_end][,post_"
			"offset <n>][,dce][,bitmask <hex>]" },
		{ "tcp", "byte_math:bytes 4, offset 0, oper %, rvalue 1, result var1;", 35,
			"byte_math calculates by + - * / << >>" },
		{ "tcp", "byte_math:bytes 4, offset 0, oper +, rvalue 1;", 11,
			"\"byte_math\" is bytes <n|var>, offset <n|var>, oper +|-|*|/|<<|>>, rvalue <n|var>, "
			"result <var>[, relative][, endian big|little][, string dec|hex|oct][, dce][, "
			"bitmask <hex>]" },
		{ "tcp", "byte_math:bytes 11, offset 0, oper +, rvalue 1, result v1;", 11,
			"\"byte_math\" of more than 8 bytes" },
		{ "tcp", "asn1:;", 1,
			"\"asn1\" needs a value: "
			"bitstring_overflow|double_overflow|oversize_length <n>|absolute_offset "
			"<n>|relative_offset <n>[,...]" },
		{ "tcp", "asn1:\"double_overflow\";", 7, "the options of asn1 stand without quotes" },
		{ "tcp", "asn1:!double_overflow;", 6,
			"asn1 does not know '!double_overflow'; did you mean 'double_overflow'?" },
		{ "tcp", "asn1:double_overflow , absolute_offset 3;", 22, "asn1 does not know ''" },
		{ "tcp", "asn1:double_overflow, ,bitstring_overflow;", 23, "asn1 does not know ''" },
		{ "tcp", "asn1:absolute_offset, 3;", 21, "a number is missing here" },
		{ "tcp", "asn1:absolute_offset 65536;", 22, "65536 is not within 0..65535" },
		{ "tcp", "asn1:relative_offset -65536;", 23, "65536 is not within 0..65535" },
		{ "tcp", "asn1:oversize_length 4294967296;", 22, "4294967296 is not within 0..4294967295" },
		{ "http", "absent;", 1, "\"absent\" needs a buffer: name one before it" },
		{ "http", "http.referer; absent:maybe;", 22, "\"absent\" takes \"or_else\", or nothing" },
		{ "http", "http.referer; absent; content:\"a\";", 0,
			"a buffer that must be absent has nothing to look into: take \"absent: or_else\", or "
			"only \"absent\"" },
		{ "http", "http.referer; absent:or_else;", 0,
			"\"absent: or_else\" needs something else to ask of the buffer" },
		{ "http", "http.referer; absent:or_else; content:\"a\"; fast_pattern;", 0,
			"the fast_pattern cannot stand in a buffer that may be absent: set it in another "
			"one" },
		{ "tcp", "entropy:value > 9;", 17, "the value is bits a byte, 0 to 8, as 4.5" },
		{ "tcp", "entropy:value 4.5.1;", 15, "the value is bits a byte, 0 to 8, as 4.5" },
		{ "tcp", "entropy:bytes 4;", 9, "entropy needs a value to compare with: value >= 4.5" },
		{ "tcp", "entropy:value >3, value <5;", 19,
			"the value stands twice: take a second \"entropy\"" },
		{ "tcp", "entropy:bits 4;", 9, "entropy knows bytes, offset and value" },
		{ "tcp", "base64_data; content:\"a\";", 1, "base64_data needs a base64_decode before it" },
		{ "tcp", "base64_decode:foo; base64_data; content:\"a\";", 15,
			"base64_decode knows bytes, offset and relative" },
		{ "tcp", "byte_test:4,=,1,4294967296;", 17,
			"the number is not within -2147483647..2147483647" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

/* No decoder, no such name: the sentence says what is missing and what was meant. */
static void
test_unknown_names_are_refused_with_the_nearest(void)
{
	static const struct refusal rows[] = {
		{ "smtp", "file.data; content:\"a\";", 1, "no decoder for 'smtp' in this build" },
		{ "tcp", "krb5.cname; content:\"a\";", 1,
			"no decoder for 'krb5' in this build, which \"krb5.cname\" looks into" },
		{ "tcp", "smb.share; content:\"a\";", 1,
			"no decoder for 'smb' in this build, which \"smb.share\" looks into" },
		{ "tls", "ftpbounce;", 1, "\"ftpbounce\" belongs to ftp, but the rule is about tls" },
		{ "tcp", "htp.uri; content:\"a\";", 1,
			"unknown keyword 'htp.uri'; did you mean 'http.uri'?" },
		{ "tcp", "contnt:\"a\";", 1, "unknown keyword 'contnt'; did you mean 'content'?" },
		{ "http", "http.usr_agent; content:\"a\";", 1,
			"unknown keyword 'http.usr_agent'; did you mean 'http.user_agent'?" },
		{ "tcp", "app-layer-protocol:smb;", 20, "this build knows no protocol 'smb'" },
		{ "tcp", "app-layer-event:http.missing_host_headr;", 22,
			"there is no event 'missing_host_headr'; did you mean 'missing_host_header'?" },
		{ "tcp", "decode-event:ipv4.trunc_pk;", 14,
			"there is no decode event 'ipv4.trunc_pk'; did you mean 'ipv4.trunc_pkt'?" },
		{ "tcp", "depth;", 1, "\"depth\" needs a value: <n|var>" },
		{ "tcp", "nocase:1;", 8, "\"nocase\" takes no value" },
		{ "http", "http.uri:\"a\";", 11, "\"http.uri\" takes no value" },
		{ "tcp", "content:\"abc\"; wihtin:5;", 16,
			"unknown keyword 'wihtin'; did you mean 'within'?" },
	};

	check_refusals(rows, HG_COUNT(rows));
}

HG_TESTS("keyword_refuse", HG_TEST(test_refuses_contents_as_the_peer),
	HG_TEST(test_refuses_buffers_and_protocols_as_the_peer),
	HG_TEST(test_refuses_regular_expressions_as_the_peer),
	HG_TEST(test_refuses_tests_of_the_header_as_the_peer),
	HG_TEST(test_refuses_flow_state_and_the_rest_as_the_peer),
	HG_TEST(test_refuses_numbers_in_buffers_as_the_peer),
	HG_TEST(test_unknown_names_are_refused_with_the_nearest))
