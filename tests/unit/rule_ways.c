/* Zones: rules with address lists of every kind match the packets that their lists hold, whatever zones are made of them. */
#include "check.h"

#include <stdio.h>

#include "rule_drive.h"
#include "rules/lang/address.h"

#define ROUNDS 60
#define RULES 12
#define PACKETS 80

static const char *const lists[] = { "any", "10.0.0.0/8", "!10.0.0.0/8", "[10.0.0.0/8,192.168.0.0/16]",
	"![10.0.0.0/8,192.168.0.0/16]", "10.0.0.0/24", "10.0.0.3", "[10.0.0.0/24,!10.0.0.3]", "2001:db8::/32",
	"!2001:db8::/32", "[10.0.0.0/8,2001:db8::/32]", "![10.0.0.3,2001:db8::3]",
	"[0.0.0.0,255.255.255.255]", "[::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]" };

static const char *const addresses4[] = { "10.0.0.1", "10.0.0.3", "10.9.9.9", "192.168.1.1", "203.0.113.7",
	"0.0.0.0", "255.255.255.255" };
static const char *const addresses6[] = { "2001:db8::1", "2001:db8::3", "2001:db9::1",
	"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };

static const char *
some(const char *const *of, size_t n)
{
	return of[hg_check_below((unsigned)n)];
}

/* Few lists a round, so that some of them make zones and others do not. */
static void
write_rules(char *out, size_t size)
{
	const char *few[4];
	size_t at = 0;

	for (unsigned i = 0; i < HG_COUNT(few); i++)
		few[i] = some(lists, HG_COUNT(lists));
	for (unsigned sid = 1; sid <= RULES; sid++) {
		const char *from =
			hg_check_below(3) == 0 ? some(lists, HG_COUNT(lists)) : some(few, HG_COUNT(few));
		const char *to = hg_check_below(3) == 0 ? "any" : some(few, HG_COUNT(few));

		at += (size_t)snprintf(out + at, size - at, "alert udp %s any -> %s any (%s sid:%u;)\n", from,
			to, hg_check_below(2) ? "content:\"abc\";" : "ttl:64;", sid);
	}
}

static bool
holds(const struct hg_addrset *list, const struct hg_addr *a, uint8_t family)
{
	return list == NULL || hg_addrset_has(list, a, family);
}

/* By the lists alone. */
static const char *
expected(const struct rule_drive *d, char *out, size_t size)
{
	const struct hg_packet *p = &d->packet;
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < d->rules->n_rules; i++) {
		const struct hg_rule *r = &d->rules->rules[i];

		if (holds(r->src, &p->src, p->family) && holds(r->dst, &p->dst, p->family))
			at += (size_t)snprintf(out + at, size - at, "%s%u", at > 0 ? " " : "", r->sid);
	}
	return out;
}

static void
test_rules_match_as_their_lists_say(void)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		char rules[4096], want[128], line[160];
		struct rule_drive d;

		write_rules(rules, sizeof(rules));
		rule_drive_open(&d, NULL, NULL, rules);
		for (unsigned i = 0; i < PACKETS; i++) {
			const bool v6 = hg_check_below(2);
			const char *const *from = v6 ? addresses6 : addresses4;
			const size_t n = v6 ? HG_COUNT(addresses6) : HG_COUNT(addresses4);

			snprintf(line, sizeof(line), "udp %s 1 %s 2 abc alone", some(from, n), some(from, n));
			rule_drive_packet(&d, line);
			hg_check_str(line, d.alerts, expected(&d, want, sizeof(want)));
		}
		rule_drive_close(&d);
	}
}

static void
test_the_usual_lists_make_zones(void)
{
	static const char yaml[] =
		"%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: \"[10.0.0.0/8]\"\n"
		"    EXTERNAL_NET: \"!$HOME_NET\"\n";
	struct rule_set s;

	rule_set_open(&s, yaml, NULL,
		"alert udp $EXTERNAL_NET any -> $HOME_NET any (content:\"abc\"; sid:1;)\n"
		"alert udp $HOME_NET any -> $EXTERNAL_NET any (content:\"abc\"; sid:2;)\n"
		"alert udp $HOME_NET any -> any any (content:\"abc\"; sid:3;)\n"
		"alert udp any any -> 10.0.0.7 any (content:\"abc\"; sid:4;)\n");
	hg_check_u64("home, 10.0.0.7, the rest of IPv4, and IPv6 that no list names", s.rules->zones.n, 4);
	hg_check_u64(
		"ways of one that comes in", (uint64_t)__builtin_popcount(rule_set_find(&s, 1)->ways), 2);
	hg_check_bool("its lists are whole zones",
		rule_set_find(&s, 1)->src_by_way && rule_set_find(&s, 1)->dst_by_way, true);
	hg_check_u64(
		"ways of one that goes out", (uint64_t)__builtin_popcount(rule_set_find(&s, 2)->ways), 2);
	hg_check_u64("ways of one that goes anywhere",
		(uint64_t)__builtin_popcount(rule_set_find(&s, 3)->ways), 8);
	rule_set_close(&s);
}

HG_TESTS("rule_ways", HG_TEST(test_rules_match_as_their_lists_say), HG_TEST(test_the_usual_lists_make_zones))
