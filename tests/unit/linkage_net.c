#include "check.h"

#include "linkage/policy/net.h"

static struct hg_net
net_of(const char *text)
{
	struct hg_net n = { 0 };

	CU_ASSERT_FATAL(hg_net_parse(text, &n, NULL) == 0);
	return n;
}

static void
test_an_address_has_one_spelling(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "10.1.2.3", "10.1.2.3" },
		{ "10.1.2.3/32", "10.1.2.3" },
		{ "10.1.2.3/20", "10.1.0.0/20" },
		{ "10.1.2.3/0", "0.0.0.0/0" },
		{ "255.255.255.255/31", "255.255.255.254/31" },
		{ "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1" },
		{ "2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64" },
		{ "2001:db8::ffff/127", "2001:db8::fffe/127" },
		{ "::ffff:10.1.2.3", "10.1.2.3" },
		{ "::ffff:10.1.2.3/120", "10.1.2.0/24" },
		{ "::ffff:10.1.2.3/96", "0.0.0.0/0" },
		{ "::ffff:10.1.2.3/80", "::/80" },
		{ "::/0", "::/0" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_net n = net_of(rows[i].in);
		char text[HG_NET_TEXT];

		hg_check_str(rows[i].in, hg_net_text(&n, text), rows[i].out);
	}
}

static void
test_other_texts_are_refused(void)
{
	static const char *const rows[] = { "", "/", "10.1.2", "10.1.2.3/", "10.1.2.3/33", "10.1.2.3/-1",
		"10.1.2.3/8x", "fe80::1%eth0", "::1/129", "10.1.2.3 ", "host" };
	struct hg_net n;

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_error err = { 0 };

		hg_check_bool(rows[i], hg_net_parse(rows[i], &n, &err) < 0, true);
		hg_check_bool(rows[i], err.text[0] != '\0', true);
	}
}

static void
test_prefixes_hold_or_are_apart(void)
{
	static const struct {
		const char *a, *b;
		bool covers, overlaps;
	} rows[] = {
		{ "10.0.0.0/8", "10.255.255.255", true, true },
		{ "10.0.0.0/8", "11.0.0.0", false, false },
		{ "10.0.0.0/9", "10.0.0.0/8", false, true },
		{ "10.0.0.0/8", "10.0.0.0/8", true, true },
		{ "0.0.0.0/0", "::/0", false, false },
		{ "2001:db8::/32", "2001:db8:ffff::1", true, true },
		{ "2001:db8::/64", "2001:db8:0:1::/64", false, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_net a = net_of(rows[i].a), b = net_of(rows[i].b);

		hg_check_bool(rows[i].b, hg_net_covers(&a, &b), rows[i].covers);
		hg_check_bool(rows[i].b, hg_net_overlaps(&a, &b), rows[i].overlaps);
		hg_check_bool(rows[i].b, hg_net_overlaps(&b, &a), rows[i].overlaps);
	}
}

static void
test_exceptions_carve_out(void)
{
	static const struct {
		const char *net;
		bool hit;
	} rows[] = { { "10.0.0.1", true }, { "10.1.0.1", false }, { "10.1.0.0/16", false },
		{ "10.0.0.0/15", true }, { "11.0.0.1", false } };
	struct hg_nets l = { 0 };
	const struct hg_net all = net_of("10.0.0.0/8"), not = net_of("10.1.0.0/16");

	CU_ASSERT(hg_nets_add(&l, &all, "a", false) == 0 && hg_nets_add(&l, &not, "b", true) == 0);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_net n = net_of(rows[i].net);

		hg_check_bool(rows[i].net, hg_nets_hit(&l, &n) != NULL, rows[i].hit);
	}
	hg_nets_close(&l);
}

HG_TESTS("linkage_net", HG_TEST(test_an_address_has_one_spelling), HG_TEST(test_other_texts_are_refused),
	HG_TEST(test_prefixes_hold_or_are_apart), HG_TEST(test_exceptions_carve_out))
