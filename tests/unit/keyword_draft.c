#include "check.h"

#include "keyword_drive.h"

struct row {
	const char *protocol, *options, *want;
};

static void
check_rows(const struct row *rows, size_t n, const char *(*text)(const struct keyword_rule *rule))
{
	for (size_t i = 0; i < n; i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, rows[i].protocol, rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_str(rows[i].options, text(&rule), rows[i].want);
		keyword_rule_close(&rule);
	}
}

static void
test_contents_become_instructions(void)
{
	static const struct row rows[] = {
		{ "tcp", "content:\"abc\";", "payload[content \"abc\"]" },
		{ "tcp", "content:\"ABC\"; nocase;", "payload[content \"abc\" nocase]" },
		{ "tcp", "content:!\"abc\"; offset:2; depth:5;",
			"payload[content \"abc\" offset 2 depth 7 not]" },
		{ "tcp", "content:\"abc\"; startswith;", "payload[content \"abc\" depth 3 starts]" },
		{ "tcp", "content:\"abc\"; endswith;", "payload[content \"abc\" ends]" },
		{ "tcp", "content:\"abc\"; isdataat:!1,relative;", "payload[content \"abc\" ends]" },
		{ "tcp", "content:!\"abc\"; isdataat:!1,relative;", "payload[content \"abc\" not ends]" },
		{ "tcp", "content:\"abc\"; distance:4; within:10;",
			"payload[content \"abc\" offset 4 depth 14]" },
		{ "tcp", "content:\"abc\"; distance:-4; within:10;",
			"payload[content \"abc\" distance -4 within 10]" },
		{ "tcp", "content:\"ab\"; content:\"c\"; distance:0;",
			"payload[content \"ab\", content \"c\" distance 0]" },
		{ "tcp", "content:\"ab\"; content:\"c\"; within:1;",
			"payload[content \"ab\" retry, content \"c\" within 1]" },
		{ "tcp", "content:\"ab\"; content:!\"c\"; distance:0;",
			"payload[content \"ab\" retry, content \"c\" distance 0 not]" },
		{ "tcp", "content:\"ab\"; content:\"c\"; distance:0; content:\"d\"; within:1;",
			"payload[content \"ab\", content \"c\" distance 0 retry, content \"d\" within 1]" },
		{ "tcp", "content:\"ab\"; content:\"c\"; content:\"d\"; within:1;",
			"payload[content \"ab\", content \"c\" retry, content \"d\" within 1]" },
		{ "tcp", "content:\"ab\"; pcre:\"/c/R\";",
			"payload[content \"ab\" retry, pcre captures 0 relative]" },
		{ "tcp", "pcre:\"/a(b)c/i\"; content:\"d\"; within:3;",
			"payload[pcre captures 0 nocase retry, content \"d\" within 3]" },
		{ "tcp", "pcre:\"/a(b)(c)/, flow:one, pkt:two\";", "payload[pcre captures 2]" },
		{ "tcp", "pcre:\"/(?P<flow_a>b)(?P<x_y>c)(?P<pkt_d>e)/\";", "payload[pcre captures 2]" },
		{ "tcp", "pcre:\"/a(b)(c)/, pkt:key, pkt:value\";", "payload[pcre captures 1]" },
		{ "tcp", "pcre:\"/abc/, flow:x,\";", "payload[pcre captures 1]" },
		{ "tcp", "content:\"ab\"; replace:\"|00|c\";", "payload[content \"ab\"]" },
		{ "tcp", "replace:\"listening it is nothing\";", "" },
		{ "tcp", "dsize:9; content:\"abc\"; content:\"d\"; distance:0;",
			"payload[content \"abc\" depth 9, content \"d\" distance 0]" },
	};

	check_rows(rows, HG_COUNT(rows), keyword_rule_lists);
}

static void
test_numbers_become_instructions(void)
{
	static const struct row rows[] = {
		{ "tcp", "content:\"ab\"; byte_test:2,=,99,0,relative,string,dec;",
			"payload[content \"ab\" retry, test 2@0 base 10 0 99 x0 &0 var 0 align 0 bytes-var 0 "
			"math 0 relative string]" },
		{ "tcp", "content:\"ab\"; byte_jump:2,0; content:\"x\"; within:1;",
			"payload[content \"ab\" retry, jump 2@0 base 10 0 0 x1 &0 var 0 align 0 bytes-var 0 "
			"math "
			"0, content \"x\" within 1]" },
		{ "tcp",
			"content:\"a\"; http_client_body; base64_decode:bytes 12, offset 1, relative; "
			"base64_data; content:\"b\"; within:3;",
			"payload[] http.request_body[content \"a\" retry, base64 bytes 12 offset 1 relative, "
			"decoded , content \"b\" depth 3]" },
		{ "tcp",
			"byte_extract:2,4,len,little,relative,multiplier 2,align 4; content:\"a\"; "
			"offset:len; depth:len; content:\"b\"; distance:len; within:len;",
			"payload[extract 2@4 base 10 0 0 x2 &0 var 0 align 4 bytes-var 0 math 0 relative "
			"little, content \"a\" offset 0 depth 0 retry var-offset var-depth, content \"b\" "
			"distance 0 within 0 var-distance var-within]" },
		{ "tcp", "byte_extract:2,4,len; byte_test:len,!>,len,len; isdataat:!len;",
			"payload[extract 2@4 base 10 0 0 x1 &0 var 0 align 0 bytes-var 0 math 0, test 0@0 "
			"base 10 3 0 x0 &0 var 0 align 0 bytes-var 0 math 0 not var-bytes var-offset "
			"var-value, isdataat 0 0 0 not var-value]" },
		{ "tcp",
			"byte_math:bytes 4, offset 1, oper <<, rvalue 3, result out, relative, endian "
			"little, bitmask 0xff; byte_jump:1,out,from_beginning,post_offset -2;",
			"payload[math 4@1 base 10 0 3 x1 &ff var 0 align 0 bytes-var 0 math 4 relative "
			"little, jump 1@0 base 10 0 -2 x1 &0 var 0 align 0 bytes-var 0 math 0 begin "
			"var-offset]" },
		{ "tcp",
			"byte_test:0,>,1000,0,string,dec; byte_test:4,^,0x10,-4,relative,bitmask 0xf0; "
			"byte_test:1,!,3,0;",
			"payload[test 0@0 base 10 3 1000 x0 &0 var 0 align 0 bytes-var 0 math 0 string, test "
			"4@-4 base 10 8 16 x0 &f0 var 0 align 0 bytes-var 0 math 0 relative, test 1@0 base "
			"10 1 3 x0 &0 var 0 align 0 bytes-var 0 math 0]" },
		{ "tcp",
			"byte_jump:0,0,relative,post_offset 4; byte_jump:4,0,little,align,multiplier "
			"3,from_end;",
			"payload[jump 0@0 base 10 0 4 x1 &0 var 0 align 0 bytes-var 0 math 0 relative, jump "
			"4@0 base 10 0 0 x3 &0 var 0 align 0 bytes-var 0 math 0 little align end]" },
	};

	check_rows(rows, HG_COUNT(rows), keyword_rule_lists);
}

static void
test_buffers_have_lists_of_their_own(void)
{
	static const struct row rows[] = {
		{ "tcp", "content:\"a\"; http_uri; content:\"b\"; content:\"c\"; http_uri; distance:0;",
			"payload[content \"b\"] http.uri[content \"a\", content \"c\" distance 0]" },
		{ "tcp", "content:\"a\"; fast_pattern; http_uri; isdataat:3,relative;",
			"payload[] http.uri[content \"a\" retry, isdataat 0 3 0 relative]" },
		{ "http",
			"http.uri; content:\"a\"; http.method; content:\"GET\"; http.uri; content:\"b\"; "
			"distance:0;",
			"http.uri[content \"a\", content \"b\" distance 0] http.method[content \"GET\"]" },
		{ "dns", "dns.query; content:\"a\"; dns.query; content:\"b\";",
			"dns.query[content \"a\"] dns.query[content \"b\"]" },
		{ "dns", "dns.query; dotprefix; content:\".a\"; endswith; dns_query; content:\"b\";",
			"dns.query|0[content \".a\" ends] dns.query[content \"b\"]" },
		{ "http",
			"http.uri; to_lowercase; url_decode; content:\"a\"; http.uri; to_lowercase; "
			"url_decode; content:\"b\";",
			"http.uri|3|8[content \"a\", content \"b\"]" },
		{ "http", "http.uri; xor:\"0d0a\"; content:\"a\"; pkt_data; content:\"b\";",
			"http.uri|9[content \"a\"] payload[content \"b\"]" },
		{ "http", "http.uri; bsize:>5; content:\"a\"; http.uri; bsize:3<>9;",
			"http.uri[size 3 5 0, content \"a\", size 6 3 9]" },
		{ "http", "urilen:5<>9,raw; urilen:!3;", "http.uri.raw[size 6 5 9] http.uri[size 1 3 0]" },
		{ "http", "uricontent:\"a\"; pcre:\"/b/URi\"; pcre:\"/c/H\";",
			"http.uri[content \"a\" retry, pcre captures 0 nocase relative] http.header[pcre "
			"captures 0]" },
		{ "http", "file_data; content:\"MZ\"; startswith;",
			"file.data[content \"MZ\" depth 2 starts]" },
		{ "http",
			"file_data; content:\"a\"; pcre:\"/b/QR\"; http.response_body; content:\"c\"; "
			"distance:0;",
			"file.data[content \"a\" retry, pcre captures 0 relative retry, content \"c\" "
			"distance "
			"0]" },
		{ "http", "flow:to_client; http.response_body; content:\"a\";", "file.data[content \"a\"]" },
		{ "http", "filename:\"A.exe\"; fileext:\"JS\"; filesize:>10kb;",
			"file.name[content \"a.exe\" nocase, content \".js\" nocase ends] filesize[number 3 "
			"10240 0]" },
		{ "http", "filemagic:!\"PDF Document\"; file.magic; content:\"a\"; startswith;",
			"file.magic[content \"pdf document\" not nocase, content \"a\" depth 1 starts]" },
		{ "tcp", "content:\"PORT\"; ftpbounce;",
			"payload[content \"PORT\"] ftpbounce[number 0 1 0]" },
		{ "ftp", "ftp.mode:passive; ftp.dynamic_port:>1023;",
			"ftp.mode[number 0 1 0] ftp.dynamic_port[number 3 1023 0]" },
		{ "ftp", "ftp.reply_received:no; ftp.command; content:\"RETR\";",
			"ftp.reply_received[number 0 0 0] ftp.command[content \"RETR\"]" },
		{ "ftp-data", "ftpdata_command:stor; file.name; content:\"a\";",
			"ftpdata_command[number 0 2 0] file.name[content \"a\"]" },
		{ "tls", "ssl_version:tls1.2,sslv3; ssl_state:!client_hello;",
			"ssl_version[number 7 18 0] ssl_state[number 7 1 0 not]" },
		{ "tls", "tls.version:1.2; tls.subject:\"CN=a\"; tls.issuerdn:!\"O=b\";",
			"tls.version[text \"1.2\" nocase] tls.cert_subject[content \"CN=a\"] "
			"tls.cert_issuer[content \"O=b\" not]" },
		{ "tls", "tls.fingerprint:\"AA:bb:08:34:6e:2c:66:fa:ec:a8:f8:97:24:ea:1f:f6:c7:5a:5e:01\";",
			"tls.cert_fingerprint[text "
			"\"AA:bb:08:34:6e:2c:66:fa:ec:a8:f8:97:24:ea:1f:f6:c7:5a:5e:01\" nocase]" },
		{ "tls", "tls_cert_notbefore:>2016-07-20; tls_cert_notafter:2015<>2016-02; tls_cert_expired;",
			"tls.notbefore[number 5 1468972800 0] tls.notafter[number 6 1420070399 1454284801] "
			"tls.cert_expired[number 0 1 0]" },
		{ "tls", "ja3_hash; content:\"E7ECA2BAF4458D095B7F45DA28C16C34\";",
			"ja3.hash[content \"e7eca2baf4458d095b7f45da28c16c34\"]" },
		{ "dns", "dns.opcode:!1;", "dns.opcode[number 1 1 0]" },
		{ "tcp",
			"asn1:double_overflow, bitstring_overflow  oversize_length 2048,relative_offset -3,; "
			"content:\"a\"; asn1:absolute_offset 3,relative_offset 9,oversize_length 1 ;",
			"payload[content \"a\", asn1 what 7 placed 2 offset -3 oversize 2048 strict 1, "
			"asn1 what 4 placed 1 offset 3 oversize 1 strict 1]" },
		{ "ssh", "ssh_proto; content:\"2\"; ssh_software; content:\"a\";",
			"ssh.proto[content \"2\"] ssh.software[content \"a\"]" },
		{ "ssh", "ssh.protoversion:1.99; ssh.softwareversion:\"PuTTY 1\";",
			"ssh.proto[text \"1.99\"] ssh.software[text \"PuTTY 1\"]" },
		{ "tcp", "ssh.protoversion:2_compat;", "ssh.proto[pcre captures 0]" },
		{ "ssh", "ssh.hassh; content:\"E7ECA2BAF4458D095B7F45DA28C16C34\";",
			"ssh.hassh[content \"e7eca2baf4458d095b7f45da28c16c34\"]" },
		{ "dcerpc", "dcerpc.iface:41414141-4242-4343-4444-454545454545;",
			"dcerpc.iface[text \"AAAABBCCDDEEEEEE\" starts, test 1@18 base 10 0 1 x1 &0 var 0 "
			"align 0 bytes-var 0 math 0]" },
		{ "dcerpc", "dce_iface:41414141-4242-4343-4444-454545454545,>2,any_frag;",
			"dcerpc.iface[text \"AAAABBCCDDEEEEEE\" starts, test 2@16 base 10 3 2 x1 &0 var 0 "
			"align 0 bytes-var 0 math 0]" },
		{ "dcerpc", "dcerpc.opnum:3,5-7; dce_stub_data; content:\"x\";",
			"dcerpc.opnum[ranges 3-3,5-7] dcerpc.stub_data[content \"x\"]" },
	};

	check_rows(rows, HG_COUNT(rows), keyword_rule_lists);
}

static void
test_packet_and_flow_keywords_become_tests_and_posts(void)
{
	static const struct row rows[] = {
		{ "tcp", "dsize:5<>9;", "test 0 field 0 mode 0 6 5 9 ids 0" },
		{ "tcp", "ttl:!64; tos:!x1f; id:7; ack:0; window:!0; tcp.mss:123-456;",
			"test 0 field 1 mode 0 1 64 0 ids 0, test 0 field 2 mode 0 1 31 0 ids 0, test 0 "
			"field 3 mode 0 0 7 0 ids 0, test 0 field 7 mode 0 0 0 0 ids 0, test 0 field 8 mode "
			"0 1 0 0 ids 0, test 0 field 9 mode 0 6 123 456 ids 0" },
		{ "icmp", "itype:8<>12; icode:>3; icmp_id:1; icmp_seq:2; fragoffset:>10;",
			"test 0 field 10 mode 0 6 8 12 ids 0, test 0 field 11 mode 0 3 3 0 ids 0, test 0 "
			"field 12 mode 0 0 1 0 ids 0, test 0 field 13 mode 0 0 2 0 ids 0, test 0 field 5 "
			"mode 0 3 10 0 ids 0" },
		{ "tcp", "dsize:!9;",
			"test 0 field 0 mode 0 1 9 0 ids 0, test 14 field 0 mode 0 0 0 0 ids 0" },
		{ "tcp", "dsize:0;",
			"test 0 field 0 mode 0 0 0 0 ids 0, test 14 field 0 mode 0 not 0 0 0 ids 0" },
		{ "tcp", "tcp.hdr; content:\"a\"; ipv4.hdr; content:\"b\"; content:\"c\";",
			"test 13 field 2 mode 0 0 0 0 ids 1, test 13 field 0 mode 0 0 0 0 ids 2" },
		{ "tcp", "tcpv6-csum:invalid;", "test 15 field 2 mode 6 not 0 0 0 ids 0" },
		{ "icmpv6", "icmpv6.mtu:<1280;", "test 0 field 14 mode 0 2 1280 0 ids 0" },
		{ "tcp", "flags:*SF;",
			"test 1 field 0 mode 2 0 3 0 ids 0, test 1 field 0 mode 2 0 2 0 ids 0" },
		{ "tcp", "flags:*SF; content:\"a\";", "test 1 field 0 mode 2 0 3 0 ids 0" },
		{ "tcp", "flags:!F;",
			"test 1 field 0 mode 3 0 1 0 ids 0, test 1 field 0 mode 2 0 7 0 ids 0" },
		{ "tcp", "flags:!0;", "test 1 field 0 mode 2 0 255 0 ids 0" },
		{ "tcp", "flags:S,12;", "test 1 field 0 mode 0 0 2 192 ids 0" },
		{ "tcp", "flags:!A;", "test 1 field 0 mode 3 0 16 0 ids 0" },
		{ "tcp", "flags:+PA;", "test 1 field 0 mode 1 0 24 0 ids 0" },
		{ "tcp", "flags:0;", "test 1 field 0 mode 0 0 0 0 ids 0" },
		{ "tcp", "fragbits:M;", "test 2 field 0 mode 0 0 4 0 ids 0" },
		{ "tcp", "fragbits:!D;", "test 2 field 0 mode 3 0 2 0 ids 0" },
		{ "tcp", "fragbits:+RD;",
			"test 2 field 0 mode 1 0 3 0 ids 0, test 2 field 0 mode 2 0 4 0 ids 0" },
		{ "tcp", "fragbits:RD+;", "test 2 field 0 mode 0 0 3 0 ids 0" },
		{ "tcp", "ipopts:any;", "test 3 field 0 mode 0 0 0 0 ids 0" },
		{ "tcp", "sameip; ipopts:ssrr;",
			"test 4 field 0 mode 0 0 0 0 ids 0, test 3 field 0 mode 0 0 512 0 ids 0" },
		{ "ip", "ip_proto:!udp;", "test 0 field 4 mode 0 1 17 0 ids 0" },
		{ "ip", "ip_proto:>100;", "test 0 field 4 mode 0 3 100 0 ids 0" },
		{ "tcp", "stream_size:either,>=,100;", "test 6 field 0 mode 3 5 100 0 ids 0" },
		{ "tcp",
			"flowbits:isset,a|b; flowbits:isnotset,c; flowbits:set,b; flowbits:unset,a; "
			"flowbits:toggle,c;",
			"test 9 field 0 mode 0 0 0 0 ids 2, test 9 field 0 mode 0 not 0 0 0 ids 1, post 0 "
			"mode 0 id 1 value 0, post 1 mode 0 id 0 value 0, post 2 mode 0 id 2 value 0" },
		{ "tcp",
			"flowint:ab,=,1; flowint:ab,+,cd; flowint:ab,>=,5; flowint:ab,<,cd; "
			"flowint:ab,notset;",
			"test 10 field 0 mode 0 5 0 5 ids 0, test 10 field 0 mode 0 2 0 0 ids 1, test 10 "
			"field 0 mode 2 0 0 0 ids 0, post 3 mode 0 id 0 value 1, post 4 mode 0 id 0 value 1 "
			"var" },
		{ "tcp",
			"xbits:set,x,track ip_pair,expire 10; xbits:isnotset,x,track ip_src; "
			"hostbits:isset,x,dst; hostbits:unset,y;",
			"test 11 field 0 mode 0 not 0 0 0 ids 0, test 12 field 0 mode 1 0 1 0 ids 0, post 6 "
			"mode 2 id 0 value 10, post 7 mode 0 id 2 value 300" },
		{ "tcp", "app-layer-protocol:!http;", "test 5 field 0 mode 0 not 0 16388 0 ids 0" },
		{ "tcp", "app-layer-protocol:!http1;", "test 5 field 0 mode 0 not 0 4 0 ids 0" },
		{ "tcp", "app-layer-protocol:failed;", "test 5 field 0 mode 0 0 2 0 ids 0" },
		{ "tcp", "app-layer-event:applayer_wrong_direction_first_data;",
			"test 8 field 0 mode 0 0 1 0 ids 0" },
		{ "pkthdr", "decode-event:ipv4.hlen_too_small;", "test 7 field 0 mode 0 0 1 0 ids 0" },
		{ "tcp", "stream-event:pkt_invalid_ack; bypass;",
			"test 7 field 0 mode 0 0 4 0 ids 0, post 9 mode 0 id 0 value 0" },
	};

	check_rows(rows, HG_COUNT(rows), keyword_rule_tests);
}

/* Options that Suricata 7 takes, and so must we. */
static void
test_takes_what_the_peer_takes(void)
{
	static const struct row rows[] = {
		{ "tcp", "content:\"abc\";", "" },
		{ "tcp", "content:\"abc\"; depth:3;", "" },
		{ "tcp", "content:\"abc\"; offset:1; depth:3;", "" },
		{ "tcp", "content:\"abc\"; offset:65535;", "" },
		{ "tcp", "content:\"x\"; content:\"abc\"; within:3;", "" },
		{ "tcp", "content:\"x\"; content:\"abc\"; distance:-1000000;", "" },
		{ "tcp", "content:\"x\"; content:\"abc\"; distance:-1000001;", "" },
		{ "tcp", "content:\"x\"; content:\"abc\"; within:1048576;", "" },
		{ "tcp", "content:\"abc\"; startswith; endswith;", "" },
		{ "tcp", "content:\"abc\"; endswith; endswith;", "" },
		{ "tcp", "content:\"x\"; content:\"abc\"; distance:0; endswith;", "" },
		{ "tcp", "content:\"abc\"; fast_pattern;", "" },
		{ "tcp", "content:\"abc\"; fast_pattern:only;", "" },
		{ "tcp", "content:!\"abc\"; fast_pattern;", "" },
		{ "tcp", "content:\"abc\"; fast_pattern:1,2;", "" },
		{ "tcp", "content:\"abc\"; fast_pattern:0,0;", "" },
		{ "tcp", "content:\"abc\"; rawbytes;", "" },
		{ "tcp", "content:\"abc\"; isdataat:!1,relative;", "" },
		{ "tcp", "isdataat:10;", "" },
		{ "tcp", "isdataat:!10,relative,rawbytes;", "" },
		{ "tcp", "content:\"abc\"; http_uri;", "" },
		{ "tcp", "http.uri; content:\"abc\"; pkt_data; content:\"b\"; http_uri;", "" },
		{ "http", "http.uri; content:\"abc\"; http.uri;", "" },
		{ "tcp", "pcre:\"/abc/Wi\";", "" },
		{ "tcp", "pcre:\"/a\\Sc/W\";", "" },
		{ "tcp", "pcre:/abc/;", "" },
		{ "tcp", "pcre:\"/a(b)c\\1/\";", "" },
		{ "tcp", "pcre:!\"/abc/\";", "" },
		{ "http", "http.uri; pcre:\"/abc/U\";", "" },
		{ "http", "http.uri; pcre:\"/abc/R\";", "" },
		{ "tcp", "pcre:\"/a(b)c/, flow:nam\";", "" },
		{ "tcp", "pcre:\"/a(?P<flow_nam>b)c/\";", "" },
		{ "tcp", "dsize:5;", "" },
		{ "tcp", "dsize:5<>7;", "" },
		{ "tcp", "dsize:!5;", "" },
		{ "tcp", "dsize:<3; content:\"abc\";", "" },
		{ "tcp", "dsize:<4; content:\"abc\";", "" },
		{ "tcp", "dsize:<=3; content:\"abc\";", "" },
		{ "http", "http.uri; bsize:<4; content:\"abcd\";", "" },
		{ "http", "http.uri; bsize:<=4; content:\"abcd\";", "" },
		{ "http", "http.uri; bsize:!4; content:\"abcd\";", "" },
		{ "http", "http.uri; bsize:1<>5; content:\"abcde\";", "" },
		{ "http", "http.uri; bsize:0;", "" },
		{ "http", "urilen:5;", "" },
		{ "http", "urilen:5<>9,raw;", "" },
		{ "http", "urilen:<5,norm;", "" },
		{ "tcp", "flow:to_server; flow:established;", "" },
		{ "tcp", "flow:TO_SERVER;", "" },
		{ "tcp", "flowbits:set,a;", "" },
		{ "tcp", "flowbits:isset,a|b;", "" },
		{ "tcp", "flowbits:noalert;", "" },
		{ "tcp", "flowbits:toggle,a;", "" },
		{ "tcp", "flowint:ab,=,1;", "" },
		{ "tcp", "flowint:ab,+,1;", "" },
		{ "tcp", "flowint:ab,>,cd;", "" },
		{ "tcp", "flowint:ab,isset;", "" },
		{ "tcp", "flowint:ab,notset;", "" },
		{ "tcp", "flowint:ab,isnotset;", "" },
		{ "tcp", "xbits:set,a,track ip_src;", "" },
		{ "tcp", "xbits:set,a,track ip_src,expire 10;", "" },
		{ "tcp", "xbits:isnotset,a,track ip_dst;", "" },
		{ "tcp", "hostbits:set,a;", "" },
		{ "tcp", "hostbits:set,a,dst;", "" },
		{ "tcp", "ttl:64;", "" },
		{ "tcp", "ttl:64-70;", "" },
		{ "tcp", "ttl:!64;", "" },
		{ "tcp", "tos:8;", "" },
		{ "tcp", "tos:!x1f;", "" },
		{ "tcp", "id:1;", "" },
		{ "tcp", "ipopts:rr;", "" },
		{ "tcp", "ipopts:any;", "" },
		{ "ip", "ip_proto:17;", "" },
		{ "ip", "ip_proto:!tcp;", "" },
		{ "ip", "ip_proto:>10;", "" },
		{ "tcp", "fragbits:M;", "" },
		{ "tcp", "fragbits:+MD;", "" },
		{ "tcp", "fragbits:!D;", "" },
		{ "tcp", "fragbits:M+;", "" },
		{ "tcp", "fragoffset:0;", "" },
		{ "tcp", "fragoffset:>10;", "" },
		{ "tcp", "sameip;", "" },
		{ "tcp", "seq:1;", "" },
		{ "tcp", "ack:0;", "" },
		{ "tcp", "window:!0;", "" },
		{ "tcp", "window:55555;", "" },
		{ "tcp", "tcp.mss:536;", "" },
		{ "tcp", "tcp.mss:<536;", "" },
		{ "tcp", "tcp.mss:123-456;", "" },
		{ "icmp", "itype:8;", "" },
		{ "icmp", "itype:>8;", "" },
		{ "icmp", "itype:8<>12;", "" },
		{ "icmp", "icode:0;", "" },
		{ "icmp", "icmp_id:1;", "" },
		{ "icmp", "icmp_seq:1;", "" },
		{ "tcp", "flags:S;", "" },
		{ "tcp", "flags:S,12;", "" },
		{ "tcp", "flags:+S;", "" },
		{ "tcp", "flags:S+;", "" },
		{ "tcp", "flags:0;", "" },
		{ "tcp", "flags:!A,CE;", "" },
		{ "tcp", "tcp.flags:S;", "" },
		{ "tcp", "tcp.seq:1;", "" },
		{ "tcp", "tcp.window:!0;", "" },
		{ "tcp", "nfq_set_mark:0x1/0x2; flags:S;", "" },
		{ "udp", "flags:S;", "" },
		{ "tcp", "flags:*SF;", "" },
		{ "tcp", "stream_size:client,>,5;", "" },
		{ "tcp", "stream_size:both,!=,5;", "" },
		{ "tcp", "stream_size:both,!,5;", "" },
		{ "tcp", "threshold:type limit, track by_src, count 1, seconds 60;", "" },
		{ "tcp", "threshold:type limit, track by_rule, count 1, seconds 60;", "" },
		{ "tcp", "threshold:track by_src, type both, seconds 60, count 1;", "" },
		{ "tcp", "threshold:type limit, track by_src, count 0, seconds 60;", "" },
		{ "tcp", "threshold:type limit, track by_src, count 1, seconds 0;", "" },
		{ "tcp", "detection_filter:track by_src, count 1, seconds 60;", "" },
		{ "tcp", "byte_test:4,>,1000,0;", "" },
		{ "tcp", "byte_test:4,!>,1000,0,relative,little;", "" },
		{ "tcp", "byte_test:4,!=,1000,0;", "" },
		{ "tcp", "byte_test:4,!,1000,0;", "" },
		{ "tcp", "byte_test:4,&,0x80,0;", "" },
		{ "tcp", "byte_test:4,=,1,65536;", "" },
		{ "tcp", "byte_test:4,=,-1,0;", "" },
		{ "tcp", "byte_test:4,=,1,-4,relative;", "" },
		{ "tcp", "byte_test:4,=,1,0,string;", "" },
		{ "tcp", "byte_test:4,=,1,0,string,dec,little;", "" },
		{ "tcp", "byte_test:4,=,1,0,dce;", "" },
		{ "tcp", "byte_test:4,=,1,0,bitmask 0xf0;", "" },
		{ "tcp", "byte_test:0,=,1,0,string,dec;", "" },
		{ "tcp", "byte_extract:4,0,len; byte_test:4,=,len,0;", "" },
		{ "tcp", "byte_extract:4,0,len; content:\"a\"; offset:len;", "" },
		{ "tcp", "byte_extract:4,0,len; content:\"a\"; within:len;", "" },
		{ "tcp", "byte_extract:4,0,len; byte_extract:4,4,len;", "" },
		{ "tcp", "byte_extract:4,0,len,align 4,multiplier 2,little,relative;", "" },
		{ "tcp", "byte_extract:4,0,len,string;", "" },
		{ "tcp", "byte_extract:4,0,len,string,dec;", "" },
		{ "tcp", "byte_jump:4,0;", "" },
		{ "tcp", "byte_jump:0,0,post_offset 4,relative;", "" },
		{ "tcp", "byte_jump:4,0,align,multiplier 2;", "" },
		{ "tcp", "byte_jump:4,0,post_offset -4;", "" },
		{ "tcp", "byte_jump:4,0,string;", "" },
		{ "tcp", "byte_math:bytes 4, offset 0, oper +, rvalue 248, result var1;", "" },
		{ "tcp",
			"byte_math:bytes 4, offset 0, oper +, rvalue 248, result var1, relative, endian "
			"little;",
			"" },
		{ "tcp",
			"byte_math:bytes 4, offset 0, oper <<, rvalue 1, result v1, bitmask 0xff, string "
			"dec;",
			"" },
		{ "tcp",
			"byte_math:bytes 4, offset 0, oper <<, rvalue 1, result v1; content:\"a\"; "
			"distance:v1;",
			"" },
		{ "dns", "dns.query; content:\"a\"; dns.query; content:\"b\";", "" },
		{ "dns", "dns.query; dotprefix; content:\".a\";", "" },
		{ "http", "http.uri; to_md5; content:\"abc\";", "" },
		{ "http", "http.uri; to_md5; content:\"0123456789abcdef\";", "" },
		{ "http", "http.uri; xor:\"0d0a\"; content:\"abc\";", "" },
		{ "http", "http.uri; pcrexform:\"a(b)\"; content:\"b\";", "" },
		{ "http", "http.uri; url_decode; content:\"a\";", "" },
		{ "http", "http.request_header; header_lowercase; content:\"a\";", "" },
		{ "tcp", "base64_decode; base64_data; content:\"a\";", "" },
		{ "tcp", "base64_decode:bytes 4, offset 1, relative; base64_data; content:\"a\";", "" },
		{ "tcp", "base64_decode:bytes 0; base64_data; content:\"a\";", "" },
		{ "http", "http.referer; absent;", "" },
		{ "http", "http.referer; absent:or_else; content:\"a\";", "" },
		{ "http", "file.data; entropy:value 4.5;", "" },
		{ "http", "file.data; entropy:bytes 100, offset 3, value >= 7;", "" },
		{ "tcp", "entropy:value <0.25;", "" },
		{ "tcp", "app-layer-protocol:http;", "" },
		{ "tcp", "app-layer-protocol:!http; app-layer-protocol:!tls;", "" },
		{ "tcp", "app-layer-protocol:failed;", "" },
		{ "tcp", "app-layer-protocol:http; http.uri; content:\"a\";", "" },
		{ "tcp", "app-layer-event:http.missing_host_header;", "" },
		{ "tcp", "app-layer-event:applayer_wrong_direction_first_data;", "" },
		{ "pkthdr", "decode-event:ipv4.trunc_pkt;", "" },
		{ "tcp", "stream-event:3whs_ack_in_wrong_dir;", "" },
		{ "tcp", "ftpbounce;", "" },
		{ "ftp-data", "ftpdata_command:RETR;", "" },
		{ "tls", "ssl_version:tls1.2;", "" },
		{ "tls", "ssl_version:!tls1.2,!tls1.3;", "" },
		{ "tls", "ssl_state:client_hello;", "" },
		{ "tls", "ssl_state:client_hello|server_hello;", "" },
		{ "tls", "tls.version:1.2;", "" },
		{ "tls", "tls.subject:\"CN=a\";", "" },
		{ "tls", "tls.subject:!\"CN=a\";", "" },
		{ "tls", "tls.fingerprint:!\"0e:03:44:08:34:6e:2c:66:fa:ec:a8:f8:97:24:ea:1f:f6:c7:5a:5e\";",
			"" },
		{ "tls", "tls_cert_notbefore:>2016-07-20;", "" },
		{ "tls", "tls_cert_notafter:2015<>2016;", "" },
		{ "tls", "tls_cert_notafter:<2015-10-22 23:59:59;", "" },
		{ "tls", "tls_cert_expired;", "" },
		{ "tls", "tls_cert_valid;", "" },
		{ "tls", "tls.cert_chain_len:>3;", "" },
		{ "tls", "ja3.hash; content:\"e7eca2baf4458d095b7f45da28c16c34\";", "" },
		{ "tls", "ja3.hash; content:\"E7ECA2BAF4458D095B7F45DA28C16C34\";", "" },
		{ "tls", "ja3.hash; content:\"e7eca2baf4458d095b7f45da28c16c34\"; nocase;", "" },
		{ "tls",
			"tls.cert_fingerprint; "
			"content:\"4a:a3:66:76:82:cb:6b:23:bb:c3:58:47:23:a4:63:a7:78:a4:a1:18\";",
			"" },
		{ "tls", "tls.cert_serial; content:\"5c:19\";", "" },
		{ "ssh", "ssh.protoversion:1.;", "" },
		{ "ssh", "ssh.protoversion:\"2_compat\";", "" },
		{ "ssh", "ssh.softwareversion:a+b;", "" },
		{ "ssh", "ssh.hassh.server; content:\"abcdef0123456789abcdef0123456789\"; nocase;", "" },
		{ "dns", "dns.opcode:4;", "" },
		{ "dns", "dns.opcode:!1;", "" },
		{ "dns", "dns_query; content:\"a\";", "" },
		{ "http", "filename:\"abc\";", "" },
		{ "http", "fileext:\"exe\";", "" },
		{ "http", "filesize:10<>100;", "" },
		{ "http", "filemagic:\"PDF\";", "" },
		{ "http", "filestore;", "" },
		{ "http", "filestore:request;", "" },
		{ "http", "filestore: Both , TX;", "" },
		{ "tcp", "filestore:to_client,flow; filestore:response,ssn;", "" },
		{ "http", "file.name; content:\"abc\";", "" },
		{ "http", "file_data; content:\"abc\";", "" },
		{ "http", "flow:to_server; http.response_body; content:\"a\";", "" },
		{ "http", "flow:to_client; file.data; content:\"a\";", "" },
		{ "tcp", "uricontent:\"abc\";", "" },
		{ "tcp", "http_header_names; content:\"abc\";", "" },
		{ "tcp", "content:\"abc\"; http_server_body;", "" },
		{ "tcp", "content:\"abc\"; http_client_body; content:\"def\"; distance:0; http_client_body;",
			"" },
		{ "tcp", "msg:\"x y\"; content:\"a\";", "" },
		{ "tcp", "gid:0; content:\"a\";", "" },
		{ "tcp", "priority:0; content:\"a\";", "" },
		{ "tcp", "priority:256; content:\"a\";", "" },
		{ "tcp", "priority:1; content:\"a\";", "" },
		{ "tcp", "reference:url,a.b; content:\"a\";", "" },
		{ "tcp", "metadata:a b, c d; content:\"a\";", "" },
		{ "tcp", "target:src_ip; content:\"a\";", "" },
		{ "tcp", "noalert; content:\"a\";", "" },
		{ "tcp", "bypass; content:\"a\";", "" },
		{ "tcp", "content:\"a\"; prefilter;", "" },
		{ "tcp", "tag:session,5,packets; content:\"a\";", "" },
		{ "tcp", "requires:version >= 7.0.3 < 8 | >= 8.0.3, feature ja4; content:\"a\";", "" },
		{ "http", "dsize:5;", "" },
		{ "http", "dsize:5; content:\"a\";", "" },
		{ "http", "ttl:64;", "" },
		{ "tcp", "stream_size:client,>,5; http.uri; content:\"a\";", "" },
		{ "tcp", "detection_filter:track by_dst, count 1, seconds 60;", "" },
		{ "tcp", "pcre:\"/a/\"; pcre:\"/b/R\";", "" },
		{ "tcp", "content:!\"abc\"; nocase; fast_pattern;", "" },
		{ "tcp", "byte_test:4,=,1,2147483647;", "" },
		{ "tcp", "priority:4294967295; content:\"a\";", "" },
		{ "tcp", "priority:1; priority:2; content:\"a\";", "" },
		{ "tcp", "ttl:<=5;", "" },
		{ "tcp", "ttl:>=5;", "" },
		{ "tcp", "ttl:5<>9;", "" },
		{ "tcp", "fragoffset:<5;", "" },
		{ "tcp", "fragoffset:5-9;", "" },
		{ "tcp", "tcp.mss:>=5;", "" },
		{ "tcp", "tcp.mss:!5;", "" },
		{ "icmp", "itype:!8;", "" },
		{ "icmp", "itype:>=8;", "" },
		{ "icmp", "itype:8-12;", "" },
		{ "dns", "dns.opcode:!5;", "" },
		{ "tcp", "dsize:>=5;", "" },
		{ "tcp", "dsize:5-9;", "" },
		{ "http", "urilen:>=5;", "" },
		{ "http", "urilen:!5;", "" },
		{ "http", "urilen:5-9;", "" },
		{ "http", "http.uri; bsize:5-9;", "" },
		{ "http", "http.uri; bsize:>=5;", "" },
		{ "http", "file.data; bsize:>100; content:\"abc\";", "" },
		{ "http", "filesize:100;", "" },
		{ "http", "filesize:>100;", "" },
		{ "http", "filesize:!100;", "" },
		{ "http", "filesize:>=100;", "" },
		{ "http", "filesize:1kb;", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, rows[i].protocol, rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		keyword_rule_close(&rule);
	}
}

/* Where the peer errs or has less, the native answer. */
static void
test_native_rules_are_read_rightly(void)
{
	static const struct row rows[] = {
		{ "tcp", "flags:*SF;", "test 1 field 0 mode 2 0 3 0 ids 0" },
		{ "tcp", "flags:!f;", "test 1 field 0 mode 3 0 1 0 ids 0" },
		{ "tcp", "flags:+0,12;", "test 1 field 0 mode 1 0 0 192 ids 0" },
		{ "tcp", "fragbits:RD+;", "test 2 field 0 mode 1 0 3 0 ids 0" },
		{ "tcp", "ipopts:any;", "test 3 field 0 mode 0 0 65535 0 ids 0" },
		{ "tcp", "ipopts:!rtralt;", "test 3 field 0 mode 0 not 0 1024 0 ids 0" },
		{ "tcp", "fragoffset:>=3;", "test 0 field 5 mode 0 5 3 0 ids 0" },
		{ "tcp", "ttl:!3-9;", "test 0 field 1 mode 0 9 4 8 ids 0" },
		{ "tcp", "dsize:!2; content:\"abc\";",
			"test 0 field 0 mode 0 1 2 0 ids 0, test 14 field 0 mode 0 0 0 0 ids 0" },
		{ "tcp", "flow:only_stream;", "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;

		keyword_rule_open_native(&rule, rows[i].protocol, rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_str(rows[i].options, keyword_rule_tests(&rule), rows[i].want);
		keyword_rule_close(&rule);
	}
}

static void
test_flow_sets_side_and_flags(void)
{
	static const struct {
		const char *options;
		uint8_t sides;
		uint32_t flags;
	} rows[] = {
		{ "flow:to_server,established;", HG_SIDE_SERVER, HG_RF_ESTABLISHED | HG_RF_NEEDS_FLOW },
		{ "flow:from_server;", HG_SIDE_CLIENT, 0 },
		{ "flow:to_server; flow:stateless;", HG_SIDE_BOTH, HG_RF_NEEDS_FLOW },
		{ "flow:to_server,no_stream;", HG_SIDE_SERVER, HG_RF_NEEDS_FLOW | HG_RF_NO_STREAM },
		{ "flow:stateless;", 0, HG_RF_NEEDS_FLOW },
		{ "flow:not_established, no_frag, only_stream;", 0,
			HG_RF_NOT_ESTABLISHED | HG_RF_NEEDS_FLOW | HG_RF_NO_FRAG | HG_RF_ONLY_STREAM },
		{ "flow:only_frag,no_stream;", 0, HG_RF_ONLY_FRAG | HG_RF_NO_STREAM },
		{ "http.uri; content:\"a\";", HG_SIDE_SERVER, 0 },
		{ "http.stat_code; content:\"200\"; http.header; content:\"a\";", HG_SIDE_CLIENT, 0 },
		{ "file.data; content:\"a\";", 0, 0 },
		{ "flowbits:noalert; content:\"a\";", 0, HG_RF_NOALERT },
		{ "noalert; target:dest_ip;", 0, HG_RF_NOALERT | HG_RF_TARGET_DST },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, "tcp", rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_u64(rows[i].options, rule.draft.sides, rows[i].sides);
		hg_check_u64(rows[i].options, rule.draft.flags, rows[i].flags);
		keyword_rule_close(&rule);
	}
}

static void
test_meta_keeps_what_alerts_show(void)
{
	struct keyword_rule rule;

	keyword_rule_open(&rule, "tcp",
		"msg:\"a \\\"b\\\" \\; c\"; gid:3; rev:7; classtype:bad-unknown; priority:2; "
		"reference:url,a.b/c; "
		"reference:cve,2020-1; metadata:k v, l w; metadata:m x; target:src_ip; content:\"a\";");
	hg_check_str("error", rule.draft.error.text, "");
	hg_check_str("msg", rule.draft.msg, "a \"b\" ; c");
	hg_check_u64("sid", rule.draft.sid, 1);
	hg_check_u64("gid", rule.draft.gid, 3);
	hg_check_u64("rev", rule.draft.rev, 7);
	hg_check_str("classtype", rule.draft.classtype, "bad-unknown");
	hg_check_u64("priority", rule.draft.priority, 2);
	hg_check_span("references", rule.draft.references, HG_BYTES("url,a.b/c\ncve,2020-1"));
	hg_check_span("metadata", rule.draft.metadata, HG_BYTES("k v, l w,m x"));
	hg_check_u64("target", rule.draft.flags, HG_RF_TARGET_SRC);
	keyword_rule_close(&rule);
}

static void
test_threshold_is_read_in_any_order(void)
{
	static const struct {
		const char *options;
		uint8_t type, track;
		uint32_t count, seconds;
	} rows[] = {
		{ "threshold:type limit, track by_src, count 1, seconds 60;", HG_THRESHOLD_LIMIT,
			HG_TRACK_SRC, 1, 60 },
		{ "threshold:seconds 5,count 3,track by_both,type both;", HG_THRESHOLD_BOTH, HG_TRACK_PAIR, 3,
			5 },
		{ "threshold:type threshold, track by_rule, count 9, seconds 2;", HG_THRESHOLD_THRESHOLD,
			HG_TRACK_RULE, 9, 2 },
		{ "detection_filter:track by_dst, count 2, seconds 3;", HG_THRESHOLD_FILTER, HG_TRACK_DST, 2,
			3 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, "tcp", rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_bool(rows[i].options, rule.draft.has_threshold, true);
		hg_check_u64(rows[i].options, rule.draft.threshold.type, rows[i].type);
		hg_check_u64(rows[i].options, rule.draft.threshold.track, rows[i].track);
		hg_check_u64(rows[i].options, rule.draft.threshold.count, rows[i].count);
		hg_check_u64(rows[i].options, rule.draft.threshold.seconds, rows[i].seconds);
		keyword_rule_close(&rule);
	}
}

/* The mark stays on its content when an old-style modifier moves it or another one away. */
static void
test_fast_pattern_follows_its_content(void)
{
	static const struct {
		const char *options;
		uint16_t list, ins, chop_offset, chop_len;
		bool only;
	} rows[] = {
		{ "content:\"abcd\"; fast_pattern:1,2;", 0, 0, 1, 2, false },
		{ "content:\"a\"; content:\"b\"; fast_pattern:only;", 0, 1, 0, 0, true },
		{ "content:\"a\"; content:\"b\"; fast_pattern; http_uri;", 1, 0, 0, 0, false },
		{ "content:\"a\"; content:\"b\"; http_uri; fast_pattern;", 1, 0, 0, 0, false },
		{ "content:\"a\"; fast_pattern; content:\"b\"; http_uri; content:\"c\";", 0, 0, 0, 0, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;
		const struct hg_draft_fast *fast = &rule.draft.fast;

		keyword_rule_open(&rule, "tcp", rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_bool(rows[i].options, fast->set, true);
		hg_check_u64(rows[i].options, fast->list, rows[i].list);
		hg_check_u64(rows[i].options, fast->ins, rows[i].ins);
		hg_check_u64(rows[i].options, fast->chop_offset, rows[i].chop_offset);
		hg_check_u64(rows[i].options, fast->chop_len, rows[i].chop_len);
		hg_check_bool(rows[i].options, fast->only, rows[i].only);
		keyword_rule_close(&rule);
	}
}

static void
test_tags_say_of_what_and_how_many(void)
{
	static const struct {
		const char *options;
		uint8_t of, unit;
		uint32_t count;
	} rows[] = {
		{ "tag:session;", HG_TAG_SESSION, HG_TAG_PACKETS, 256 },
		{ "tag:session,5,bytes;", HG_TAG_SESSION, HG_TAG_BYTES, 5 },
		{ "tag:session, 0, seconds, src;", HG_TAG_SESSION, HG_TAG_SECONDS, 0 },
		{ "tag:host;", HG_TAG_DST, HG_TAG_PACKETS, 256 },
		{ "tag:host,4294967295,packets,src;", HG_TAG_SRC, HG_TAG_PACKETS, UINT32_MAX },
		{ "tag:host,7,seconds , dst;", HG_TAG_DST, HG_TAG_SECONDS, 7 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;
		const struct hg_tag *t = &rule.draft.tags[0];

		keyword_rule_open(&rule, "udp", rows[i].options);
		hg_check_str(rows[i].options, rule.draft.error.text, "");
		hg_check_u64(rows[i].options, rule.draft.n_tags, 1);
		hg_check_u64(rows[i].options, t->of, rows[i].of);
		hg_check_u64(rows[i].options, t->unit, rows[i].unit);
		hg_check_u64(rows[i].options, t->count, rows[i].count);
		keyword_rule_close(&rule);
	}
}

static void
test_keywords_say_whether_a_rule_can_be_ip_only(void)
{
	static const struct {
		const char *options;
		bool not_ip_only, packet;
	} rows[] = {
		{ "msg:\"a\"; rev:1; threshold:type limit, track by_src, count 1, seconds 60;", false,
			false },
		{ "flowbits:set,a; noalert;", false, false },
		{ "flowbits:unset,a;", true, false },
		{ "flowbits:toggle,a;", true, false },
		{ "flowbits:isset,a;", true, false },
		{ "xbits:set,a,track ip_src;", false, false },
		{ "hostbits:isset,a;", false, false },
		{ "l3_proto:ipv4; tag:session;", false, false },
		{ "flow:established;", true, false },
		{ "content:\"a\";", true, false },
		{ "ttl:5;", true, true },
		{ "dsize:5;", true, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct keyword_rule rule;

		keyword_rule_open(&rule, "tcp", rows[i].options);
		hg_check_bool(rows[i].options, rule.draft.not_ip_only, rows[i].not_ip_only);
		hg_check_bool(rows[i].options, rule.draft.packet_keyword, rows[i].packet);
		keyword_rule_close(&rule);
	}
}

static void
test_every_row_is_documented_and_found_by_its_name(void)
{
	const struct hg_keyword *k;
	unsigned n = 0;

	for (; (k = hg_keyword_at(n)) != NULL; n++) {
		hg_check_bool(k->name, hg_keyword_find(hg_span_str(k->name)) == k, true);
		hg_check_bool(k->name, k->compile != NULL && k->syntax != NULL, true);
		hg_check_bool(k->name, k->doc != NULL && strlen(k->doc) > 3, true);
	}
	hg_check_bool("rows", n > 130, true);
}

HG_TESTS("keyword_draft", HG_TEST(test_contents_become_instructions),
	HG_TEST(test_numbers_become_instructions), HG_TEST(test_buffers_have_lists_of_their_own),
	HG_TEST(test_packet_and_flow_keywords_become_tests_and_posts),
	HG_TEST(test_takes_what_the_peer_takes), HG_TEST(test_native_rules_are_read_rightly),
	HG_TEST(test_flow_sets_side_and_flags), HG_TEST(test_meta_keeps_what_alerts_show),
	HG_TEST(test_threshold_is_read_in_any_order), HG_TEST(test_fast_pattern_follows_its_content),
	HG_TEST(test_tags_say_of_what_and_how_many), HG_TEST(test_keywords_say_whether_a_rule_can_be_ip_only),
	HG_TEST(test_every_row_is_documented_and_found_by_its_name))
