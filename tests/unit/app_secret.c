/* What records say of passwords. */
#include "app/secret.h"
#include "check.h"

static void
test_weak_ones_are_known(void)
{
	static const struct {
		struct hg_span user, secret;
		enum hg_secret_weak want;
	} rows[] = {
		{ HG_BYTES("root"), HG_BYTES(""), HG_SECRET_EMPTY },
		{ HG_BYTES("anna"), HG_BYTES("Anna"), HG_SECRET_IS_USER },
		{ HG_BYTES("anna"), HG_BYTES("20260102"), HG_SECRET_DIGITS },
		{ HG_BYTES("root"), HG_BYTES("xc3511"), HG_SECRET_LISTED },
		{ HG_BYTES("anna"), HG_BYTES("P@ssw0rd"), HG_SECRET_LISTED },
		{ HG_BYTES(""), HG_BYTES("horse battery"), HG_SECRET_NOT_WEAK },
		{ HG_BYTES("anna"), HG_BYTES("annab"), HG_SECRET_NOT_WEAK },
		{ HG_BYTES("anna"), HG_BYTES("2026o"), HG_SECRET_NOT_WEAK },
	};
	struct hg_secrets s;

	CU_ASSERT_FATAL(hg_secrets_open(&s, &(struct hg_secrets_config){ 0 }, false, NULL) == 0);
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64((const char *)rows[i].secret.p,
			hg_secret_of(&s, rows[i].user, rows[i].secret).weak, rows[i].want);
	hg_secrets_close(&s);
}

/* Values of another implementation of RFC 2104. */
static void
test_tags_are_hmacs_of_the_key(void)
{
	static const struct {
		const char *title;
		uint8_t digest;
		const char *key, *secret, *want;
	} rows[] = {
		{ "replay", HG_SECRET_SHA256, "", "secret1",
			"\"pw_len\":7,\"pw_weak\":false,\"pw_tag\":\"fa2a53d23a4ca999\"" },
		{ "key", HG_SECRET_SHA256, "0123456789abcdef", "secret1",
			"\"pw_len\":7,\"pw_weak\":false,\"pw_tag\":\"320581bc9d705ee0\"" },
		{ "SM3", HG_SECRET_SM3, "0123456789abcdef", "secret1",
			"\"pw_len\":7,\"pw_weak\":false,\"pw_tag\":\"5f2f4694355f6ed8\"" },
		{ "none", HG_SECRET_NO_TAG, "", "1234",
			"\"pw_len\":4,\"pw_weak\":true,\"pw_weak_reason\":\"digits_only\"" },
		{ "empty", HG_SECRET_SHA256, "", "",
			"\"pw_len\":0,\"pw_weak\":true,\"pw_weak_reason\":\"empty\"" },
		{ "not seen", HG_SECRET_SHA256, "", NULL, "" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_secrets_config c = { .digest = rows[i].digest,
			.key_len = (uint8_t)strlen(rows[i].key) };
		char buf[256];
		struct hg_json j = hg_json_of(buf, sizeof(buf));
		struct hg_secrets s;
		struct hg_secret secret;

		memcpy(c.key, rows[i].key, c.key_len);
		CU_ASSERT_FATAL(hg_secrets_open(&s, &c, false, NULL) == 0);
		for (unsigned twice = 0; twice < 2; twice++)
			secret = hg_secret_of(&s, HG_SPAN_NONE,
				rows[i].secret == NULL ? HG_SPAN_NONE : hg_span_str(rows[i].secret));
		hg_secret_log(&secret, &j);
		hg_check_span(rows[i].title, hg_json_done(&j), hg_span_str(rows[i].want));
		hg_secrets_close(&s);
	}
}

static void
test_masks_follow_the_configuration(void)
{
	static const struct {
		uint8_t mask;
		bool suricata7, want;
	} rows[] = {
		{ HG_SECRET_MASK_AUTO, false, true },
		{ HG_SECRET_MASK_AUTO, true, false },
		{ HG_SECRET_MASK_YES, true, true },
		{ HG_SECRET_MASK_NO, false, false },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_secrets_config c = { .mask = rows[i].mask };
		struct hg_secrets s;

		CU_ASSERT_FATAL(hg_secrets_open(&s, &c, rows[i].suricata7, NULL) == 0);
		hg_check_bool("masked", s.masked, rows[i].want);
		hg_secrets_close(&s);
	}
}

static void
test_base64_is_taken_whole_or_not(void)
{
	static const struct {
		const char *in, *want; /* NULL: none */
	} rows[] = { { "", "" }, { "YTpi", "a:b" }, { "YTo=", "a:" }, { "YQ==", "a" }, { "YQ", "a" },
		{ "Y", NULL }, { "YT pi", NULL }, { "YTpiYTpiYTpi", NULL } };
	uint8_t to[8];

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const size_t n = hg_secret_base64(hg_span_str(rows[i].in), to, sizeof(to));

		hg_check_bool(rows[i].in, n == SIZE_MAX, rows[i].want == NULL);
		if (n != SIZE_MAX && rows[i].want != NULL)
			hg_check_span(rows[i].in, hg_span(to, n), hg_span_str(rows[i].want));
	}
}

HG_TESTS("app_secret", HG_TEST(test_weak_ones_are_known), HG_TEST(test_tags_are_hmacs_of_the_key),
	HG_TEST(test_masks_follow_the_configuration), HG_TEST(test_base64_is_taken_whole_or_not))
