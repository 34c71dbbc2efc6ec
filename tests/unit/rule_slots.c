/* Where the compiler puts a rule: the domains, slots and lists by which detection reaches it (ADR 0003). */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>

#include "rule_drive.h"

/* ---- all places of a rule as text ---- */

struct places {
	const struct rule_set *set;
	uint32_t rule;
	bool windows; /* of TCP's payload: what looks at windows of the stream, not at packets */
	size_t n;
	char text[2048];
};

static void __attribute__((format(printf, 2, 3))) put(struct places *p, const char *format, ...)
{
	va_list args;

	if (p->n > 0 && p->n < sizeof(p->text))
		p->n += (size_t)snprintf(p->text + p->n, sizeof(p->text) - p->n, ", ");
	va_start(args, format);
	if (p->n < sizeof(p->text))
		p->n += (size_t)vsnprintf(p->text + p->n, sizeof(p->text) - p->n, format, args);
	va_end(args);
}

static bool
among(const struct places *p, const uint32_t *rules, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (rules[i] == p->rule)
			return true;
	return false;
}

static void
put_slot(struct places *p, const char *where, const struct hg_slot *slot)
{
	bool pattern = false, always = false;

	for (unsigned way = 0; way < HG_WAYS; way++) {
		const struct hg_reach *r = slot->of[way];

		pattern |=
			r->group.db != NULL && among(p, r->group.rules, r->group.first[r->group.n_patterns]);
		always |= p->windows ? among(p, r->windows, r->n_windows) : among(p, r->always, r->n_always);
	}
	if (pattern)
		put(p, "%s pattern", where);
	if (always)
		put(p, "%s always", where);
}

static void
put_side(struct places *p, const char *where, const struct hg_domain *d, const uint16_t *by_port,
	const char *side)
{
	for (unsigned port = 0; port < 65536; port++) {
		const unsigned class = p->set->rules->port_class[port];
		char slot[128];

		if (class == 0 || by_port[class] == 0)
			continue;
		snprintf(slot, sizeof(slot), "%s %s %u", where, side, port);
		put_slot(p, slot, &d->slots[by_port[class]]);
	}
}

static void
put_domain(struct places *p, const char *where, const struct hg_domain *d)
{
	put_slot(p, where, &d->any);
	if (d->by_dport == NULL)
		return;
	put_side(p, where, d, d->by_dport, "dport");
	put_side(p, where, d, d->by_sport, "sport");
}

static bool
indexed(const struct places *p, const struct hg_ip_index *index)
{
	return index->n > 0 && among(p, index->rules, index->first[index->n]);
}

static void
put_bare(struct places *p, const char *where, const struct hg_bare *b)
{
	put_domain(p, where, &b->ports);
	if (indexed(p, &b->src))
		put(p, "%s src", where);
	if (indexed(p, &b->dst))
		put(p, "%s dst", where);
}

static const char arrow[HG_DIRS] = { '>', '<' };

static void
put_payload(struct places *p, const char *name, unsigned l4, unsigned dir)
{
	const uint8_t looks = p->set->rules->rules[p->rule].looks;
	char where[64];

	snprintf(where, sizeof(where), "%s%c", name, arrow[dir]);
	if (l4 != HG_L4_TCP || looks & (p->windows ? HG_AT_WINDOW : HG_AT_PACKET))
		put_domain(p, where, &p->set->rules->payload[l4][dir]);
}

static void
put_packets(struct places *p, unsigned dir)
{
	static const char *const names[HG_L4_COUNT] = { "tcp", "udp", "icmp", "icmpv6", "sctp", "other" };
	const struct hg_snapshot *s = p->set->rules;
	char where[64];

	for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++) {
		const struct hg_bare_sets *bare = &s->bare[l4][dir];

		put_payload(p, names[l4], l4, dir);
		snprintf(where, sizeof(where), "bare %s%c", names[l4], arrow[dir]);
		put_bare(p, where, &bare->sets[bare->by_flags[HG_TCP_ACK]]);
	}
	p->windows = true;
	put_payload(p, "stream", HG_L4_TCP, dir);
	p->windows = false;
	snprintf(where, sizeof(where), "pd%c", arrow[dir]);
	put_slot(p, where, &s->pd[dir]);
}

static const struct hg_catalog_proto *
proto_of(const struct places *p, unsigned proto)
{
	const struct hg_catalog *c = &p->set->catalog.catalog;

	for (unsigned i = 0; i < c->n_protos; i++)
		if (c->protos[i].proto == proto)
			return &c->protos[i];
	return NULL;
}

static void
put_transactions(struct places *p, unsigned dir)
{
	const struct hg_snapshot *s = p->set->rules;
	char where[64];

	for (unsigned i = 0; i < s->n_inputs; i++) {
		if (s->inputs[i].dir != dir)
			continue;
		snprintf(where, sizeof(where), "%s%c%s",
			proto_of(p, s->inputs[i].proto)->buffers[s->inputs[i].row].name, arrow[dir],
			s->inputs[i].n_transforms > 0 ? " transformed" : "");
		put_slot(p, where, &s->inputs_index[i]);
	}
	for (unsigned proto = 0; proto < HG_PROTO_COUNT; proto++) {
		if (proto_of(p, proto) == NULL)
			continue;
		snprintf(where, sizeof(where), "tx %s%c", proto_of(p, proto)->name, arrow[dir]);
		put_slot(p, where, &s->tx_always[dir][proto]);
	}
}

/* To the server first ('>'), then to the client ('<'). */
static const char *
places_of(struct places *p, const struct rule_set *s, uint32_t sid)
{
	*p = (struct places){ .set = s, .rule = (uint32_t)(rule_set_find(s, sid) - s->rules->rules) };
	for (unsigned dir = 0; dir < HG_DIRS; dir++) {
		put_packets(p, dir);
		put_transactions(p, dir);
	}
	for (unsigned i = 0; i < HG_EVENTS; i++) {
		char where[64];

		snprintf(where, sizeof(where), "event %s", hg_event_name((enum hg_event)i));
		put_slot(p, where, &s->rules->events[i]);
	}
	put_slot(p, "flow anomalies", &s->rules->flow_anomalies);
	if (indexed(p, &s->rules->ip_src))
		put(p, "ip src");
	if (indexed(p, &s->rules->ip_dst))
		put(p, "ip dst");
	if (among(p, s->rules->ip_always, s->rules->n_ip_always))
		put(p, "ip always");
	return p->text;
}

/* ---- tables ---- */

struct row {
	const char *head, *options, *want;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		static struct places p;
		char rule[512];
		struct rule_set s;

		/* The other rules have slots and patterns of their own. */
		snprintf(rule, sizeof(rule),
			"alert %s (%s sid:1;)\n"
			"alert tcp any any -> any [80,8080] (flow:to_server; content:\"other\"; depth:9; "
			"sid:2;)\n"
			"alert ip 10.9.9.9 any -> any any (ttl:1; sid:3;)\n",
			rows[i].head, rows[i].options);
		rule_set_open(&s, NULL, NULL, rule);
		hg_check_str(rule, places_of(&p, &s, 1), rows[i].want);
		rule_set_close(&s);
	}
}

static void
test_rules_on_bytes_stand_where_their_bytes_come(void)
{
	static const struct row rows[] = {
		{ "tcp any any -> any any", "content:\"abcd\";", "stream> pattern, stream< pattern" },
		{ "tcp any any -> any any", "content:\"abcd\"; depth:9;",
			"tcp> pattern, stream> pattern, tcp< pattern, stream< pattern" },
		{ "tcp-pkt any any -> any any", "content:\"abcd\";", "tcp> pattern, tcp< pattern" },
		{ "tcp any any -> any any", "content:\"abcd\"; flow:to_server;", "stream> pattern" },
		{ "tcp any any -> any any", "content:\"abcd\"; depth:9; flow:to_client;",
			"tcp< pattern, stream< pattern" },
		{ "udp any any -> any any", "content:\"abcd\"; flow:to_server;", "udp> pattern" },
		{ "icmp any any -> any any", "content:\"abcd\"; flow:to_server;",
			"icmp> pattern, icmpv6> pattern" },
		{ "ip any any -> any any", "content:\"abcd\"; flow:to_server;",
			"udp> pattern, icmp> pattern, icmpv6> pattern, sctp> pattern, other> pattern, "
			"stream> pattern" },
		{ "dns any any -> any any", "content:\"abcd\"; flow:to_server;",
			"udp> pattern, stream> pattern" },
		{ "udp any any -> any any", "content:!\"abcd\"; flow:to_server;", "udp> always" },
		{ "udp any any -> any any", "pcre:\"/abcd/\"; flow:to_server;", "udp> always" },
		{ "udp any any -> any any", "content:!\"abcd\"; content:\"a\"; flow:to_server;",
			"udp> pattern" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_few_ports_have_slots_of_their_own(void)
{
	static const struct row rows[] = {
		{ "udp any any -> any 53", "content:\"abcd\"; flow:to_server;", "udp> dport 53 pattern" },
		{ "udp any 53 -> any any", "content:\"abcd\"; flow:to_server;", "udp> sport 53 pattern" },
		{ "udp any any -> any [53,5353]", "content:\"abcd\"; flow:to_server;",
			"udp> dport 53 pattern, udp> dport 5353 pattern" },
		{ "udp any 9 -> any [53,5353]", "content:\"abcd\"; flow:to_server;", "udp> sport 9 pattern" },
		{ "udp any [8,9] -> any 53", "content:\"abcd\"; flow:to_server;", "udp> dport 53 pattern" },
		{ "udp any 9 -> any 53", "content:\"abcd\"; flow:to_server;", "udp> dport 53 pattern" },
		{ "udp any any -> any [0,65535]", "content:\"abcd\"; flow:to_server;",
			"udp> dport 0 pattern, udp> dport 65535 pattern" },
		{ "udp any any -> any [100:115]", "content:!\"abcd\"; flow:to_server;",
			"udp> dport 100 always, udp> dport 101 always, udp> dport 102 always, udp> dport 103 "
			"always, udp> dport 104 always, udp> dport 105 always, udp> dport 106 always, udp> "
			"dport 107 always, udp> dport 108 always, udp> dport 109 always, udp> dport 110 "
			"always, udp> dport 111 always, udp> dport 112 always, udp> dport 113 always, udp> "
			"dport 114 always, udp> dport 115 always" },
		{ "udp any any -> any [100:116]", "content:!\"abcd\"; flow:to_server;", "udp> always" },
		{ "udp any any -> any !53", "content:\"abcd\"; flow:to_server;", "udp> pattern" },
		{ "udp any [100:200] -> any [100:300]", "content:\"abcd\"; flow:to_server;", "udp> pattern" },
		{ "tcp any any -> any 80", "content:\"abcd\"; flow:to_server;", "stream> dport 80 pattern" },
		{ "tcp any any -> any 80", "ttl:5; flow:to_server;", "bare tcp> dport 80 always" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_without_bytes_stand_by_ports_or_addresses(void)
{
	static const struct row rows[] = {
		{ "udp any any -> any any", "ttl:5; flow:to_server;", "bare udp> always" },
		{ "udp any any -> any any", "ttl:5;", "bare udp> always, bare udp< always" },
		{ "udp 10.0.0.1 any -> any any", "ttl:5; flow:to_server;", "bare udp> src" },
		{ "udp any any -> 10.0.0.1 any", "ttl:5; flow:to_server;", "bare udp> dst" },
		{ "udp 10.0.0.0/24 any -> 10.0.0.1 any", "ttl:5; flow:to_server;", "bare udp> dst" },
		{ "udp 10.0.0.1 any -> any 53", "ttl:5; flow:to_server;", "bare udp> dport 53 always" },
		{ "udp 10.0.0.0/8 any -> any any", "ttl:5; flow:to_server;", "bare udp> always" },
		{ "udp !10.0.0.1 any -> any any", "flow:to_server;", "bare udp> always" },
		{ "udp 2001:db8::1 any -> any any", "ttl:5; flow:to_server;", "bare udp> always" },
		{ "udp [10.0.0.1,2001:db8::1] any -> any any", "ttl:5; flow:to_server;",
			"bare udp> always, bare udp> src" },
		{ "http any any -> any any", "flow:to_server;", "bare tcp> always" },
		{ "udp !10.0.0.1 any -> any any", "", "bare udp> always, bare udp< always" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_ip_proto_keeps_a_rule_to_its_packets(void)
{
	static const struct row rows[] = {
		{ "ip any any -> any any", "ip_proto:17; flow:to_server;", "bare udp> always" },
		{ "ip any any -> any any", "ip_proto:tcp; flow:to_server;", "bare tcp> always" },
		{ "ip any any -> any any", "ip_proto:47; flow:to_server;", "bare other> always" },
		{ "ip any any -> any any", "ip_proto:58; flow:to_server;", "bare icmpv6> always" },
		{ "ip any any -> any any", "ip_proto:17; content:\"abcd\"; flow:to_server;", "udp> pattern" },
		{ "ip any any -> any any", "ip_proto:6; content:\"abcd\"; flow:to_server;", "tcp> pattern" },
		{ "ip 10.0.0.1 any -> any any", "ip_proto:132; flow:to_server;", "bare sctp> src" },
		{ "ip any any -> any any", "ip_proto:!17; flow:to_server;",
			"bare tcp> always, bare udp> always, bare icmp> always, bare icmpv6> always, "
			"bare sctp> always, bare other> always" },
		{ "ip any any -> any any", "ip_proto:>17; flow:to_server;",
			"bare tcp> always, bare udp> always, bare icmp> always, bare icmpv6> always, "
			"bare sctp> always, bare other> always" },
		{ "ip any any -> any any", "ip_proto:17; ip_proto:6; flow:to_server;", "" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_ip_only_rules_stand_by_address(void)
{
	static const struct row rows[] = {
		{ "ip any any -> any any", "", "ip always" },
		{ "ip 10.0.0.1 any -> any any", "", "ip src" },
		{ "ip any any -> 10.0.0.1 any", "", "ip dst" },
		{ "ip 10.0.0.0/24 any -> 10.0.0.1 any", "", "ip dst" },
		{ "tcp 10.0.0.1 any -> any 80", "", "ip src" },
		{ "tcp any any -> any 80", "", "ip always" },
		{ "ip 10.0.0.0/8 any -> any any", "", "ip always" },
		{ "ip 2001:db8::1 any -> any any", "", "ip always" },
		{ "ip any any -> [10.0.0.1,2001:db8::1] any", "", "ip dst, ip always" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_on_transactions_stand_by_their_best_content(void)
{
	static const struct row rows[] = {
		{ "http1 any any -> any any", "http.uri; content:\"abcd\";", "http.uri> pattern" },
		/* of HTTP/1 and of HTTP/2 */
		{ "http any any -> any any", "http.uri; content:\"abcd\";",
			"http.uri> pattern, http.uri> pattern" },
		{ "http any any -> any any", "urilen:>5;", "tx http> always, tx http2> always" },
		{ "http2 any any -> any any", "http2.frametype:GOAWAY; flow:to_server;", "tx http2> always" },
		{ "http1 any any -> any any", "http.uri; content:!\"abcd\";", "http.uri> always" },
		{ "http1 any any -> any any", "http.uri; to_lowercase; content:\"abcd\";",
			"http.uri> transformed pattern" },
		{ "http1 any any -> any any", "urilen:>5;", "tx http> always" },
		{ "http1 any any -> any any", "http.header; content:\"abcd\";",
			"http.header> pattern, http.header< pattern" },
		{ "http1 any any -> any any", "http.header; content:\"abcd\"; flow:to_client;",
			"http.header< pattern" },
		{ "http1 any any -> any any",
			"http.uri; content:\"abcd\"; http.user_agent; content:\"abcde\";",
			"http.user_agent> pattern" },
		{ "http1 any any -> any any",
			"http.uri; content:\"abcd\"; http.user_agent; content:\"|01 02 03 04|\";",
			"http.user_agent> pattern" },
		{ "http1 any any -> any any",
			"http.uri; content:\"|01 02 03 04|\"; http.user_agent; content:\"abcdefg\";",
			"http.user_agent> pattern" },
		{ "http1 any any -> any any",
			"http.uri; content:\"abcd\"; fast_pattern; http.user_agent; content:\"abcde\";",
			"http.uri> pattern" },
		{ "http1 any any -> any any", "http.uri; content:\"abc\"; pkt_data; content:\"abcd\";",
			"stream> pattern" },
		{ "http1 any any -> any any", "http.uri; content:\"abcd\"; pkt_data; content:\"abcdefgh\";",
			"http.uri> pattern" },
		{ "http1 any any -> any any", "http.uri; content:\"abc\"; http.method; content:\"DELETE\";",
			"http.method> pattern" },
		{ "http1 any any -> any any", "http.uri; content:!\"abcdefgh\"; http.method; content:\"a\";",
			"http.method> pattern" },
		{ "dns any any -> any any", "dns.query; content:\"a\"; pkt_data; content:\"abcd\";",
			"udp> pattern, stream> pattern" },
		{ "http1 any any -> any any", "app-layer-event:http.missing_host_header; flow:to_server;",
			"tx http> always" },
		{ "http1 any any -> any any",
			"app-layer-event:http.missing_host_header; http.uri; content:\"a\";",
			"http.uri> pattern" },
	};

	check_rows(rows, HG_COUNT(rows));
}

static void
test_rules_on_events_and_protocols_have_lists(void)
{
	static const struct row rows[] = {
		{ "tcp any any -> any any", "app-layer-protocol:http;", "pd> always, pd< always" },
		{ "tcp any any -> any any", "app-layer-protocol:http; flow:to_client;", "pd< always" },
		{ "tcp any any -> any any", "app-layer-protocol:http; flow:to_client,established;",
			"bare tcp< always" },
		{ "pkthdr any any -> any any", "decode-event:ipv4.hlen_too_small;",
			"event ipv4.hlen_too_small always" },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack;", "event pkt_invalid_ack always" },
		{ "tcp any any -> any any", "stream-event:pkt_invalid_ack; ttl:5; flow:to_server;",
			"bare tcp> always" },
		{ "tcp any any -> any any", "app-layer-event:applayer_wrong_direction_first_data;",
			"flow anomalies always" },
	};

	check_rows(rows, HG_COUNT(rows));
}

/* A pattern that is hit leads to all rules that have it. */
static void
test_equal_patterns_of_a_slot_are_one(void)
{
	static const struct {
		const char *title, *a, *b;
		unsigned patterns;
	} rows[] = {
		{ "the same", "content:\"abcd\";", "content:\"abcd\";", 1 },
		{ "the same behind other keywords", "content:\"abcd\"; offset:4;",
			"content:\"x\"; content:\"abcd\";", 1 },
		{ "the same without its zeros", "content:\"abcd|00 00|\";", "content:\"abcd\";", 1 },
		{ "the same but for the case", "content:\"abcd\";", "content:\"abcd\"; nocase;", 2 },
		{ "both without a case", "content:\"ABCD\"; nocase;", "content:\"abcd\"; nocase;", 1 },
		{ "one begins with the other", "content:\"abcd\";", "content:\"abcde\";", 2 },
		{ "the chosen parts alike", "content:\"xxabcdyy\"; fast_pattern:2,4;", "content:\"abcd\";",
			1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_group *g;
		char rules[512];
		struct rule_set s;

		snprintf(rules, sizeof(rules),
			"alert udp any any -> any any (%s sid:1;)\n"
			"alert udp any any -> any any (%s sid:2;)\n"
			"alert udp any any -> any any (%s sid:3;)\n",
			rows[i].a, rows[i].b, rows[i].a);
		rule_set_open(&s, NULL, NULL, rules);
		g = &s.rules->payload[HG_L4_UDP][HG_TO_SERVER].any.of[0]->group;
		hg_check_u64(rows[i].title, g->n_patterns, rows[i].patterns);
		hg_check_u64(rows[i].title, g->first[g->n_patterns], 3);
		rule_set_close(&s);
	}
}

/* Each costs a packet nothing, but memory: flags that no rule tells apart share one. */
static void
test_flags_that_no_rule_tells_apart_share_a_set(void)
{
	static const struct {
		const char *title, *a, *b;
		unsigned sets;
	} rows[] = {
		{ "nobody asks", "ttl:1;", "ttl:2;", 1 },
		{ "one", "flags:S;", "ttl:1;", 2 },
		{ "two alike", "flags:S;", "flags:S; ttl:1;", 2 },
		{ "two apart", "flags:S;", "flags:SA;", 3 },
		{ "one within the other", "flags:+S;", "flags:SA;", 3 },
		{ "two that overlap", "flags:+S;", "flags:+A;", 4 },
		{ "two halves", "flags:+S;", "flags:!S;", 2 },
		{ "more than there can be", "flags:S,SF;", "ttl:1;", 1 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		bool used[256] = { false };
		unsigned sets = 0;
		char rules[512];
		struct rule_set s;

		snprintf(rules, sizeof(rules),
			"alert tcp any any -> any any (%s sid:1;)\nalert tcp any any -> any any (%s "
			"sid:2;)\n",
			rows[i].a, rows[i].b);
		rule_set_open(&s, NULL, NULL, rules);
		for (unsigned flags = 0; flags < 256; flags++)
			used[s.rules->bare[HG_L4_TCP][HG_TO_SERVER].by_flags[flags]] = true;
		while (sets < 256 && used[sets])
			sets++;
		hg_check_u64(rows[i].title, sets, rows[i].sets);
		rule_set_close(&s);
	}
}

HG_TESTS("rule_slots", HG_TEST(test_rules_on_bytes_stand_where_their_bytes_come),
	HG_TEST(test_few_ports_have_slots_of_their_own),
	HG_TEST(test_rules_without_bytes_stand_by_ports_or_addresses),
	HG_TEST(test_ip_proto_keeps_a_rule_to_its_packets), HG_TEST(test_ip_only_rules_stand_by_address),
	HG_TEST(test_rules_on_transactions_stand_by_their_best_content),
	HG_TEST(test_rules_on_events_and_protocols_have_lists),
	HG_TEST(test_equal_patterns_of_a_slot_are_one),
	HG_TEST(test_flags_that_no_rule_tells_apart_share_a_set))
