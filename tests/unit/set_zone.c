/* Zones: prefixes, VLANs, tenants, tables that are refused. */
#include "check.h"

#include "set/zone.h"

static const struct hg_config_key schema[] = { { "zones", HG_CONFIG_MAP, NULL, NULL, NULL, "" } };

static int
open_zones(struct hg_zones **z, const char *text, struct hg_error *err)
{
	struct hg_config *c;
	int r;

	CU_ASSERT_FATAL(hg_config_open(&c, schema, HG_COUNT(schema)) == 0);
	hg_check_u64("text", (uint64_t)hg_config_load_text(c, "test.yaml", text, err), 0);
	r = hg_zones_open(z, c, err);
	hg_config_close(c);
	return r;
}

static const char table[] = "zones:\n"
			    "  all: {networks: [0.0.0.0/0]}\n"
			    "  office: {networks: '10.0.0.0/8, 10.2.0.0/16', tenant: o}\n"
			    "  box: {networks: [10.2.3.4]}\n"
			    "  six: {networks: ['fd00::/8', '::/0']}\n"
			    "  lent: {networks: [10.0.0.0/8], vlans: [7, 100-102], tenant: t}\n"
			    "  part: {networks: [10.2.0.0/16], vlans: '101'}\n";

static void
test_the_longest_prefix_counts_and_vlans_first(void)
{
	static const struct {
		const char *address;
		uint16_t vlan[2];
		unsigned vlans;
		const char *want;
	} rows[] = {
		{ "192.0.2.1", { 0 }, 0, "all" },
		{ "10.1.1.1", { 0 }, 0, "office" },
		{ "10.2.3.4", { 0 }, 0, "box" },
		{ "10.2.3.5", { 0 }, 0, "office" },
		{ "fd00::1", { 0 }, 0, "six" },
		{ "2001:db8::1", { 0 }, 0, "six" },
		{ "10.2.3.4", { 7 }, 1, "lent" },
		{ "10.2.3.4", { 8 }, 1, "box" },
		{ "10.2.3.4", { 8, 7 }, 2, "lent" },
		{ "10.2.3.4", { 101 }, 1, "part" },
		{ "10.3.3.4", { 101 }, 1, "lent" },
		{ "10.3.3.4", { 102 }, 1, "lent" },
		{ "10.3.3.4", { 103 }, 1, "office" },
		{ "192.0.2.1", { 101 }, 1, "all" },
	};
	struct hg_zones *z = NULL;
	struct hg_error err = { 0 };

	hg_check_u64(err.text, (uint64_t)open_zones(&z, table, &err), 0);
	CU_ASSERT_FATAL(z != NULL);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_zone *found;
		struct hg_addr a = { 0 };
		uint8_t family;

		CU_ASSERT_FATAL(hg_addr_parse(hg_span_str(rows[i].address), &a, &family));
		found = hg_zones_find(z, &a, family, rows[i].vlan, rows[i].vlans);
		hg_check_str(rows[i].address, found == NULL ? "" : found->name, rows[i].want);
		if (found != NULL && strcmp(found->name, "lent") == 0)
			hg_check_str("tenant", found->tenant, "t");
	}
	hg_zones_close(z);
}

static void
test_outside_of_all_is_nowhere(void)
{
	struct hg_zones *z = NULL;
	struct hg_error err = { 0 };
	struct hg_addr a = { 0 };
	uint8_t family;

	CU_ASSERT(open_zones(&z, "zones: {}\n", &err) == 0 && z == NULL);
	CU_ASSERT_FATAL(open_zones(&z, "zones: {a: {networks: [10.0.0.0/8]}}\n", &err) == 0);
	CU_ASSERT_FATAL(hg_addr_parse(HG_BYTES("11.0.0.1"), &a, &family));
	CU_ASSERT(hg_zones_find(z, &a, family, NULL, 0) == NULL);
	CU_ASSERT_FATAL(hg_addr_parse(HG_BYTES("a00::1"), &a, &family));
	CU_ASSERT(hg_zones_find(z, &a, family, NULL, 0) == NULL);
	hg_zones_close(z);
}

static void
test_what_is_no_table_is_refused(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "zones: {a: {networks: [10.0.0.0/33]}}\n", "zones: '10.0.0.0/33' is no prefix" },
		{ "zones: {a: {networks: [ten]}}\n", "zones: 'ten' is no prefix" },
		{ "zones: {a: {vlans: [1]}}\n", "zones: 'a' has no networks" },
		{ "zones: {a: {networks: [1.2.3.4], vlans: [4096]}}\n",
			"zones: '4096' is no VLAN or range of them (0-4095)" },
		{ "zones: {a: {networks: [1.2.3.4], vlans: [9-7]}}\n",
			"zones: '9-7' is no VLAN or range of them (0-4095)" },
		{ "zones: {a: {network: [1.2.3.4]}}\n",
			"zones: a zone has no 'network'; did you mean 'networks'?" },
		{ "zones: {a: {networks: [10.1.0.0/8]}, b: {networks: [10.0.0.0/8]}}\n",
			"zones: 'a' and 'b' share a prefix" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_zones *z = NULL;
		struct hg_error err = { 0 };

		CU_ASSERT(open_zones(&z, rows[i].text, &err) < 0);
		hg_check_str(rows[i].text, err.text, rows[i].want);
		CU_ASSERT(z == NULL);
	}
}

HG_TESTS("set: zones", HG_TEST(test_the_longest_prefix_counts_and_vlans_first),
	HG_TEST(test_outside_of_all_is_nowhere), HG_TEST(test_what_is_no_table_is_refused))
