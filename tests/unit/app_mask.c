/* URLs without what they give away. */
#include "app/mask.h"
#include "check.h"

static const struct {
	const char *url, *want; /* NULL: as it came */
} rows[] = {
	{ "/a?b=c", NULL },
	{ "", NULL },
	{ "*", NULL },
	{ "/password=x", NULL },
	{ "/a?password=", NULL },
	{ "/a?password", NULL },
	{ "/a?passwords=x", NULL },
	{ "/a?mypassword=x&b=password", NULL },
	{ "/a?password=hunter2", "/a?password=***" },
	{ "/a?u=b&PassWord=hunter2&c=d", "/a?u=b&PassWord=***&c=d" },
	{ "/a?p%61sswor%64=hunter2", "/a?p%61sswor%64=***" },
	{ "/a?pwd=ab;token=x#f", "/a?pwd=**;token=*#f" },
	{ "/a?next=/b?pass=hunter2", "/a?next=/b?pass=***" },
	{ "/a?pass=a=b=c&d=e", "/a?pass=***&d=e" },
	{ "https://h/cb#access_token=eyJhbGciOi&state=1", "https://h/cb#access_token=***&state=1" },
	{ "/a?own-key=secret1", "/a?own-key=***" },
	{ "http://anna:hunter2@h:80/a", "http://anna:***@h:80/a" },
	{ "http://anna:hun@ter2@h/a?pwd=horse", "http://anna:***@h/a?pwd=***" },
	{ "//:hunter2@h", "//:***@h" },
	{ "http://anna@h:80/a:b@c", NULL },
	{ "http://h:80?a:b@c", NULL },
	{ "mailto:a:b@c", NULL },
};

static void
test_secrets_are_hidden_and_nothing_else(void)
{
	const struct hg_mask_names own = { .n = 1, .name = { "Own-Key" } };
	uint8_t to[HG_MASK_URL];

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_span url = hg_span_str(rows[i].url);
		const struct hg_span got = hg_mask_url(&own, url, to);

		hg_check_span(rows[i].url, got, rows[i].want == NULL ? url : hg_span_str(rows[i].want));
		hg_check_bool(rows[i].url, got.p == to, rows[i].want != NULL);
	}
	hg_check_span("nobody's names", hg_mask_url(NULL, HG_BYTES("/a?own-key=secret1"), to),
		HG_BYTES("/a?own-key=secret1"));
}

static void
test_what_does_not_fit_is_cut(void)
{
	static uint8_t url[3 * HG_MASK_URL];
	uint8_t to[HG_MASK_URL];
	struct hg_span got;

	memset(url, 'a', sizeof(url));
	memcpy(url, "/?pwd=hunter2&", 14);
	got = hg_mask_url(NULL, hg_span(url, sizeof(url)), to);
	hg_check_u64("whole", got.len, HG_MASK_URL);
	hg_check_span("front", hg_span_sub(got, 0, 11), HG_BYTES("/?pwd=***&a"));
	memcpy(url + sizeof(url) - 5, "&pwd=", 5);
	got = hg_mask_url(NULL, hg_span(url, sizeof(url)), to);
	hg_check_u64("again", got.len, HG_MASK_URL);
}

HG_TESTS(
	"app_mask", HG_TEST(test_secrets_are_hidden_and_nothing_else), HG_TEST(test_what_does_not_fit_is_cut))
