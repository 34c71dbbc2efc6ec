#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "rules/compile/compile_int.h"
#include "rules/lang/address.h"

/* Rules by address, against asking every rule. */

#define RULES 40

static struct hg_addrset *
open_set(const char *text)
{
	struct hg_addrset *set = NULL;
	struct hg_error err;

	if (hg_addrset_open(&set, hg_span_str(text), NULL, &err) != 0)
		return NULL;
	return set;
}

/* One to four elements close to each other, so that ranges overlap, touch and hold one another. */
static struct hg_addrset *
random_set(void)
{
	static const char *const forms[] = { "10.0.%u.%u", "10.0.%u.%u/28", "!10.0.%u.%u/30",
		"10.0.%u.0-10.0.%u.255", "255.255.255.%u/%u", "0.0.0.%u/%u", "2001:db8::%u:%u",
		"%u.%u.0.0/14" };
	struct hg_addrset *set = NULL;

	while (set == NULL) {
		char text[256] = "[";
		size_t len = 1;

		for (unsigned n = 1 + hg_check_below(4); n > 0; n--) {
			unsigned form = hg_check_below(HG_COUNT(forms)), a = hg_check_below(3),
				 b = hg_check_below(256);

			if (form == 3)
				b = a + hg_check_below(3 - a);
			if (form == 7)
				a = hg_check_below(256);
			if (form == 4 || form == 5)
				a = hg_check_below(256), b = 20 + hg_check_below(13);
			len += (size_t)snprintf(text + len, sizeof(text) - len, forms[form], a, b);
			len += (size_t)snprintf(text + len, sizeof(text) - len, n > 1 ? "," : "]");
		}
		set = open_set(text);
	}
	return set;
}

static bool
index_has(const struct hg_ip_index *index, uint32_t address, uint32_t rule)
{
	const uint32_t i = hg_ip_index_find(index, address);
	bool has = false;

	for (uint32_t k = i == UINT32_MAX ? 0 : index->first[i]; i != UINT32_MAX && k < index->first[i + 1];
		k++)
		has |= index->rules[k] == rule;
	return has;
}

static uint32_t
random_address(const struct hg_entry *entries)
{
	const struct hg_addrset *set = entries[hg_check_below(RULES)].rule.src;
	uint32_t range;

	if (set->n4 == 0 || hg_check_below(4) == 0)
		return 10u << 24 | hg_check_below(0x300);
	range = hg_check_below(set->n4);
	return (hg_check_below(2) ? set->from4[range] : set->to4[range]) + hg_check_below(3) - 1;
}

static void
check_addresses(const struct hg_ip_index *index, const struct hg_entry *entries)
{
	for (unsigned i = 0; i < 400; i++) {
		const uint32_t address = random_address(entries);

		for (uint32_t r = 0; r < RULES; r++)
			if (index_has(index, address, r) != hg_addrset_has4(entries[r].rule.src, address))
				hg_check_bool("a rule stands at the addresses that it holds",
					index_has(index, address, r),
					hg_addrset_has4(entries[r].rule.src, address));
	}
}

static void
test_finds_by_address_what_asking_every_rule_finds(void)
{
	for (unsigned round = 0; round < 60; round++) {
		struct hg_entry entries[RULES] = { 0 }, *pointers[RULES];
		struct hg_store store = { 0 };
		struct hg_compiler c = { .store = &store, .entries = pointers, .n_entries = RULES };
		struct hg_numbers rules = { 0 }, left = { 0 };
		struct hg_ip_index index = { 0 };

		for (uint32_t i = 0; i < RULES; i++) {
			entries[i].rule.src = random_set();
			pointers[i] = &entries[i];
			hg_numbers_add(&rules, i);
		}
		hg_check_u64(
			"the index is made", (uint64_t)hg_ip_index_make(&c, &rules, true, &index, &left), 0);
		check_addresses(&index, entries);
		for (uint32_t i = 0, k = 0; i < RULES; i++)
			if (entries[i].rule.src->n6 > 0)
				hg_check_u64(
					"rules on IPv6 are left", k < left.n ? left.v[k++] : UINT32_MAX, i);
		for (uint32_t i = 0; i < RULES; i++)
			hg_addrset_close((struct hg_addrset *)(uintptr_t)entries[i].rule.src);
		free(rules.v);
		free(left.v);
		hg_store_close(&store);
	}
}

static void
test_tells_which_list_is_small(void)
{
	static const struct {
		const char *title, *src, *dst;
		bool few, source;
	} rows[] = {
		{ "both any", NULL, NULL, false, true },
		{ "one address to any", "10.0.0.1", NULL, true, true },
		{ "any to one address", NULL, "10.0.0.1", true, false },
		{ "the smaller of two", "10.0.0.0/24", "10.0.0.1", true, false },
		{ "as many on both sides", "10.0.0.1", "10.0.0.2", true, true },
		{ "2^22 are too many", "10.0.0.0/10", NULL, false, true },
		{ "2^21 are not", "10.0.0.0/11", NULL, true, true },
		{ "all but one", "!10.0.0.1", NULL, false, true },
		{ "IPv6 alone names no IPv4 address", "2001:db8::1", NULL, true, true },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_addrset *src = rows[i].src == NULL ? NULL : open_set(rows[i].src);
		struct hg_addrset *dst = rows[i].dst == NULL ? NULL : open_set(rows[i].dst);
		const struct hg_rule rule = { .src = src, .dst = dst };
		bool source;

		hg_check_bool(rows[i].title, hg_ip_has_few(&rule, &source), rows[i].few);
		hg_check_bool(rows[i].title, source, rows[i].source);
		hg_addrset_close(src);
		hg_addrset_close(dst);
	}
}

HG_TESTS("compile_ip", HG_TEST(test_finds_by_address_what_asking_every_rule_finds),
	HG_TEST(test_tells_which_list_is_small))
