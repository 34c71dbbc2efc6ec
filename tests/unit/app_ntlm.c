/* Names in messages of NTLM, and messages that are cut or point outside of themselves. */
#include <stdlib.h>

#include "app/ntlm.h"
#include "check.h"

#define HEAD 64

static size_t
put_part(uint8_t *m, enum hg_ntlm_part part, size_t at, struct hg_span text)
{
	uint8_t *p = m + 12 + 8 * part;

	p[0] = p[2] = (uint8_t)text.len;
	p[4] = (uint8_t)at;
	if (text.len > 0)
		memcpy(m + at, text.p, text.len);
	return at + text.len;
}

/* Domain D, user "lü" or "anna", host H. */
static struct hg_span
make(uint8_t m[256], bool wide, bool version)
{
	size_t at = HEAD + (version ? 8 : 0);

	memset(m, 0, 256);
	memcpy(m, "NTLMSSP", 8);
	m[8] = HG_NTLM_AUTHENTICATE;
	m[60] = wide;
	m[63] = version ? 2 : 0;
	memcpy(m + HEAD, version ? "version!" : "", version ? 8 : 0);
	at = put_part(m, HG_NTLM_DOMAIN, at, wide ? HG_BYTES("D\0") : HG_BYTES("D"));
	at = put_part(m, HG_NTLM_USER, at, wide ? HG_BYTES("l\0\xfc\0") : HG_BYTES("anna"));
	at = put_part(m, HG_NTLM_HOST, at, wide ? HG_BYTES("H\0") : HG_BYTES("H"));
	for (unsigned i = 0; i < HG_NTLM_PARTS; i++)
		if (i < HG_NTLM_DOMAIN || i > HG_NTLM_HOST)
			put_part(m, (enum hg_ntlm_part)i, at, HG_SPAN_NONE);
	return hg_span(m, at);
}

static void
test_names_are_utf8(void)
{
	uint8_t m[256], to[64];
	struct hg_ntlm n;
	uint32_t type;

	for (unsigned wide = 0; wide < 2; wide++) {
		const struct hg_span message = make(m, wide != 0, false);

		CU_ASSERT(hg_ntlm_is(message));
		CU_ASSERT(hg_ntlm_type(message, &type) && type == HG_NTLM_AUTHENTICATE);
		CU_ASSERT_FATAL(hg_ntlm_read(&n, message));
		hg_check_span("domain", hg_ntlm_name(&n, HG_NTLM_DOMAIN, to, sizeof(to)), HG_BYTES("D"));
		hg_check_span("user", hg_ntlm_name(&n, HG_NTLM_USER, to, sizeof(to)),
			wide ? HG_BYTES("l\xc3\xbc") : HG_BYTES("anna"));
		hg_check_span("host", hg_ntlm_name(&n, HG_NTLM_HOST, to, sizeof(to)), HG_BYTES("H"));
		CU_ASSERT(hg_ntlm_name(&n, HG_NTLM_NT, to, sizeof(to)).p == NULL);
		CU_ASSERT(n.version.p == NULL);
	}
}

static void
test_a_version_needs_its_room(void)
{
	uint8_t m[256];
	struct hg_ntlm n;

	CU_ASSERT_FATAL(hg_ntlm_read(&n, make(m, true, true)));
	hg_check_span("version", n.version, HG_BYTES("version!"));
	make(m, true, false);
	m[63] = 2;
	CU_ASSERT_FATAL(hg_ntlm_read(&n, hg_span(m, 80)));
	CU_ASSERT(n.version.p == NULL);
}

static void
test_every_cut_is_safe(void)
{
	uint8_t m[256], to[64];
	const struct hg_span whole = make(m, true, false);
	struct hg_ntlm n;
	struct hg_span host;
	uint32_t type;

	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *copy = malloc(len + 1);
		const struct hg_span cut = hg_span(copy, len);

		CU_ASSERT_FATAL(copy != NULL);
		memcpy(copy, m, len);
		CU_ASSERT(hg_ntlm_is(cut) == (len >= 8));
		CU_ASSERT(hg_ntlm_type(cut, &type) == (len >= 12));
		CU_ASSERT(hg_ntlm_read(&n, cut) == (len >= HEAD));
		if (len >= HEAD) {
			CU_ASSERT(!hg_ntlm_bytes(&n, HG_NTLM_HOST, &host));
			CU_ASSERT(hg_ntlm_name(&n, HG_NTLM_HOST, to, sizeof(to)).p == NULL);
		}
		free(copy);
	}
}

HG_TESTS("app_ntlm", HG_TEST(test_names_are_utf8), HG_TEST(test_a_version_needs_its_room),
	HG_TEST(test_every_cut_is_safe))
