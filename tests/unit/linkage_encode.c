#include "check.h"

#include "linkage/driver/nftables/ruleset.h"

static void
test_an_element_is_as_the_kernel_wants_it(void)
{
	/* Table and set, then the list: key 10.1.2.3 with its time-out in ms. */
	static const uint8_t want[] = { 0x0a, 0x00, 0x01, 0x00, 'h', 'a', 'n', 'g', 'u', 0, 0, 0, /* table */
		0x0a, 0x00, 0x02, 0x00, 'h', 'o', 's', 't', '4', 0, 0, 0,                         /* set */
		0x20, 0x00, 0x03, 0x80,                                      /* elements */
		0x1c, 0x00, 0x01, 0x80,                                      /* the first */
		0x0c, 0x00, 0x01, 0x80, 0x08, 0x00, 0x01, 0x00, 10, 1, 2, 3, /* key, value */
		0x0c, 0x00, 0x04, 0x00, 0, 0, 0, 0, 0, 0, 0xea, 0x60 };      /* 60,000 */
	const struct hg_nft_element e = { .net = { { { .b = { 10, 1, 2, 3 } } }, 4, 32 }, .timeout = 60 };
	struct hg_nft_buf b;

	hg_nft_init(&b);
	hg_nft_elements(&b, NFT_MSG_NEWSETELEM, 0, HG_SET_HOST4, &e, 1);
	hg_check_u64("whole", b.len, 20 + sizeof(want));
	hg_check_span("attributes", hg_span(b.p + 20, b.len - 20), hg_span(want, sizeof(want)));
	hg_check_u64("its length", b.p[0], b.len);
	hg_nft_fini(&b);
}

static void
test_an_interval_ends_behind_its_last_address(void)
{
	static const struct {
		const char *net;
		uint8_t end[4];
		bool has_end;
	} rows[] = { { "10.1.2.0/24", { 10, 1, 3, 0 }, true }, { "10.1.2.4/30", { 10, 1, 2, 8 }, true },
		{ "10.1.255.0/24", { 10, 2, 0, 0 }, true }, { "10.255.255.254/31", { 11, 0, 0, 0 }, true },
		{ "10.0.0.0/9", { 10, 128, 0, 0 }, true }, { "128.0.0.0/1", { 0 }, false },
		{ "0.0.0.0/0", { 0 }, false }, { "0.0.0.0/1", { 128, 0, 0, 0 }, true } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_nft_element e = { .timeout = 0 };
		struct hg_nft_buf b;

		hg_nft_init(&b);
		CU_ASSERT_FATAL(hg_net_parse(rows[i].net, &e.net, NULL) == 0);
		hg_nft_elements(&b, NFT_MSG_NEWSETELEM, 0, HG_SET_NET4, &e, 1);
		/* An element without time-out has 16 bytes, an end 8 more for its flag. */
		hg_check_u64(rows[i].net, b.len, 20 + 12 + 12 + 4 + 16 + (rows[i].has_end ? 24u : 0));
		if (rows[i].has_end)
			hg_check_span(
				rows[i].net, hg_span(b.p + 20 + 28 + 16 + 12, 4), hg_span(rows[i].end, 4));
		hg_nft_fini(&b);
	}
}

static void
test_no_attribute_outgrows_its_length(void)
{
	struct hg_nft_element all[2 * HG_NFT_ELEMENTS] = { { .timeout = 0 } };
	struct hg_nft_buf b;
	unsigned messages = 0;

	for (size_t i = 0; i < HG_COUNT(all); i++) {
		all[i] = (struct hg_nft_element){
			.net = { { { .b = { 0x20, 1, (uint8_t)(i >> 8), (uint8_t)i } } }, 6, 33 },
			.timeout = 600,
			.comment = "hl00000000000001"
		};
	}
	hg_nft_init(&b);
	hg_nft_elements(&b, NFT_MSG_NEWSETELEM, 0, HG_SET_NET6, all, HG_COUNT(all));
	for (size_t at = 0; at < b.len; messages++) {
		uint32_t len;

		memcpy(&len, b.p + at, sizeof(len));
		CU_ASSERT_FATAL(len > 0 && len - 20 <= UINT16_MAX);
		at += len;
	}
	hg_check_u64("as many messages as it takes", messages, 2);
	hg_nft_fini(&b);
}

HG_TESTS("linkage_encode", HG_TEST(test_an_element_is_as_the_kernel_wants_it),
	HG_TEST(test_an_interval_ends_behind_its_last_address),
	HG_TEST(test_no_attribute_outgrows_its_length))
