#include "check.h"

#include <errno.h>
#include <stdio.h>

#include "rules/lang/address.h"
#include "rules/lang/port.h"

static bool
find(const void *ctx, struct hg_span name, struct hg_span *value)
{
	(void)ctx;
	if (hg_span_eq(name, HG_BYTES("HOME")))
		*value = HG_BYTES("[10.0.0.0/8,192.168.0.0/16]");
	else if (hg_span_eq(name, HG_BYTES("EXT")))
		*value = HG_BYTES("!$HOME");
	else if (hg_span_eq(name, HG_BYTES("LOOP")))
		*value = HG_BYTES("[$LOOP]");
	else
		return false;
	return true;
}

static const struct hg_vars vars = { find, NULL };

static void
test_address_lists_hold_what_they_say(void)
{
	static const struct {
		const char *list, *address;
		bool has;
	} rows[] = {
		{ "any", "1.2.3.4", true },
		{ "any", "::1", true },
		{ "10.0.0.1", "10.0.0.1", true },
		{ "10.0.0.1", "10.0.0.2", false },
		{ "10.0.0.0/24", "10.0.0.255", true },
		{ "10.0.0.0/24", "10.0.1.0", false },
		{ "10.0.0.0/255.255.0.0", "10.0.9.9", true },
		{ "10.0.0.2-10.0.0.4", "10.0.0.4", true },
		{ "10.0.0.2-10.0.0.4", "10.0.0.5", false },
		{ "!10.0.0.1", "10.0.0.3", true },
		{ "!10.0.0.0/8", "::1", false },
		{ "[10.0.0.0/24,!10.0.0.1]", "10.0.0.3", true },
		{ "[10.0.0.0/24,!10.0.0.1]", "10.0.0.1", false },
		{ "[!10.0.0.1,!10.0.0.2]", "10.0.0.3", true },
		{ "[10.0.0.0/24,![10.0.0.1,10.0.0.3]]", "10.0.0.3", false },
		{ "[10.0.0.0/8,!10.0.0.0/24]", "10.0.0.3", false },
		{ "[10.0.0.0/8, [!10.0.0.1]]", "10.0.0.1", false },
		{ "![10.0.0.0/8,!10.0.0.1]", "10.0.0.1", true },
		{ "![!10.0.0.1]", "10.0.0.2", false },
		{ "!!10.0.0.1", "10.0.0.1", true },
		{ "[10.0.0.1,]", "10.0.0.1", true },
		{ "[10.0.0.0/8,!2001:db8::/32]", "2001:db9::1", true },
		{ "2001:db8::/32", "2001:db8::7", true },
		{ "2001:db8::/32", "2001:db9::7", false },
		{ "$HOME", "192.168.3.4", true },
		{ "$EXT", "192.168.3.4", false },
		{ "$EXT", "8.8.8.8", true },
		{ "$EXT", "::1", false },
		{ "!$EXT", "10.1.1.1", true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_addrset *s = NULL;
		struct hg_error err = { 0 };
		struct hg_addr a = { 0 };
		uint8_t family = 0;

		hg_check_u64(rows[i].list,
			(uint64_t)hg_addrset_open(&s, hg_span_str(rows[i].list), &vars, &err), 0);
		hg_check_str(rows[i].list, err.text, "");
		CU_ASSERT_TRUE_FATAL(s != NULL && hg_addr_parse(hg_span_str(rows[i].address), &a, &family));
		hg_check_bool(rows[i].list, hg_addrset_has(s, &a, family), rows[i].has);
		hg_addrset_close(s);
	}
}

static void
test_address_list_errors_carry_their_column(void)
{
	static const struct {
		const char *list;
		uint32_t column;
	} rows[] = {
		{ "!any", 1 },
		{ "[10.0.0.1,!10.0.0.1]", 1 },
		{ "[!10.0.0.0/8,10.0.0.5]", 1 },
		{ "[10.0.0.1,,10.0.0.2]", 11 },
		{ "[]", 2 },
		{ "[10.0.0.1, 10.0.0]", 12 },
		{ "10.0.0.1/33", 10 },
		{ "10.0.0.9-10.0.0.1", 10 },
		{ "[10.0.0.1", 1 },
		{ "$NOPE", 1 },
		{ "[10.0.0.1,$LOOP]", 11 },
		{ "10.0.0.0/0.255.0.255", 10 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_addrset *s = NULL;
		struct hg_error err = { 0 };
		int r = hg_addrset_open(&s, hg_span_str(rows[i].list), &vars, &err);

		hg_check_bool(rows[i].list, r == -EINVAL, true);
		hg_check_u64(rows[i].list, err.column, rows[i].column);
		hg_addrset_close(r == 0 ? s : NULL);
	}
}

static void
test_equal_sets_are_equal_however_written(void)
{
	struct hg_addrset *a = NULL, *b = NULL;

	CU_ASSERT_EQUAL_FATAL(hg_addrset_open(&a, HG_BYTES("[10.0.0.0/25,10.0.0.128/25]"), NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(hg_addrset_open(&b, HG_BYTES("10.0.0.0-10.0.0.255"), NULL, NULL), 0);
	hg_check_bool("equal", hg_addrset_eq(a, b), true);
	hg_check_u64("merged", a->n4, 1);
	hg_addrset_close(a);
	hg_addrset_close(b);
}

static void
test_port_lists_hold_what_they_say(void)
{
	static const struct {
		const char *list;
		uint16_t port;
		bool has;
	} rows[] = {
		{ "any", 0, true },
		{ "80", 80, true },
		{ "80", 81, false },
		{ "1:3", 3, true },
		{ ":3", 0, true },
		{ "3:", 65535, true },
		{ ":", 7, true },
		{ "!80", 81, true },
		{ "[1:60000,!53000]", 53000, false },
		{ "[1:60000,!53000]", 52999, true },
		{ "![1:100]", 100, false },
		{ "![1:100]", 101, true },
		{ "![1,!5]", 5, true },
		{ "[80,any]", 9, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_portset *s = NULL;

		CU_ASSERT_EQUAL_FATAL(hg_portset_open(&s, hg_span_str(rows[i].list), NULL, NULL), 0);
		hg_check_bool(rows[i].list, hg_portset_has(s, rows[i].port), rows[i].has);
		hg_portset_close(s);
	}
}

static void
test_port_list_errors_carry_their_column(void)
{
	static const struct {
		const char *list;
		uint32_t column;
	} rows[] = { { "!any", 1 }, { "10:1", 1 }, { "65536", 1 }, { "[1,2", 1 }, { "[1,,2]", 4 },
		{ "!0:65535", 1 }, { "[1,80:!90]", 7 }, { "1-3", 2 } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_portset *s = NULL;
		struct hg_error err = { 0 };
		int r = hg_portset_open(&s, hg_span_str(rows[i].list), NULL, &err);

		hg_check_bool(rows[i].list, r == -EINVAL, true);
		hg_check_u64(rows[i].list, err.column, rows[i].column);
		hg_portset_close(r == 0 ? s : NULL);
	}
}

HG_TESTS("lang_list", HG_TEST(test_address_lists_hold_what_they_say),
	HG_TEST(test_address_list_errors_carry_their_column),
	HG_TEST(test_equal_sets_are_equal_however_written), HG_TEST(test_port_lists_hold_what_they_say),
	HG_TEST(test_port_list_errors_carry_their_column))
