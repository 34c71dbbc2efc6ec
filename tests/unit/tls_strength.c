#include <stdlib.h>

#include "app/tls/tls_int.h"
#include "app_drive.h"
#include "check.h"
#include "tls_bytes.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

static const struct {
	uint16_t suite;
	const char *name;
} suites[] = {
	{ 0x0000, "TLS_NULL_WITH_NULL_NULL" },
	{ 0x00c6, "TLS_SM4_GCM_SM3" },
	{ 0x1301, "TLS_AES_128_GCM_SHA256" },
	{ 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
	{ 0xe011, "ECDHE_SM4_CBC_SM3" },
	{ 0xe013, "ECC_SM4_CBC_SM3" },
	{ 0xe051, "ECDHE_SM4_GCM_SM3" },
	{ 0xe053, "ECC_SM4_GCM_SM3" },
	{ 0xe05a, "RSA_SM4_GCM_SHA256" },
	{ 0xe05b, NULL },
	{ 0xffff, NULL },
};

static void
test_suites_have_names(void)
{
	for (size_t i = 0; i < HG_COUNT(suites); i++) {
		const char *got = hg_tls_cipher_name(suites[i].suite);

		hg_check_str("suite", got == NULL ? "none" : got,
			suites[i].name == NULL ? "none" : suites[i].name);
	}
}

/* A name that is out of order would not be found. */
static void
test_every_name_is_found(void)
{
	unsigned n = 0;

	for (unsigned suite = 0; suite <= UINT16_MAX; suite++)
		n += hg_tls_cipher_name((uint16_t)suite) != NULL;
	hg_check_u64("names", n, 227);
}

static void
put_server_hello(struct bytes *b, uint16_t version, uint16_t suite)
{
	size_t from = b->n;

	put_n(b, 2, version);
	put(b, HG_BYTES(RANDOM "\0"));
	put_n(b, 2, suite);
	put_n(b, 1, 0);
	MESSAGE(b, from, "\x02");
	wrap(b, from, HG_BYTES("\x16\x03\x03"), 2);
}

/* The record of a connection that ends behind both hellos. */
static const char *
record_of(bool suricata7, uint16_t version, uint16_t suite)
{
	static struct bytes client, server;
	static char text[1024];
	struct drive_setup setup = { .port = 443, .suricata7 = suricata7 };
	struct drive *d = drive_open(&setup);

	client.n = server.n = 0;
	put_hello(&client, version, HG_BYTES("\xc0\x2b"), HG_SPAN_NONE);
	put_server_hello(&server, version, suite);
	drive_feed(d, S, span_of(&client));
	drive_feed(d, C, span_of(&server));
	drive_finish(d);
	snprintf(text, sizeof(text), "%s", drive_records(d));
	drive_close(d);
	return text;
}

static const struct {
	const char *title;
	uint16_t version, suite;
	const char *want;
} weak[] = {
	{ "nothing", 0x0303, 0xc02b,
		"{\"tls\":{\"version\":\"TLS "
		"1.2\",\"cipher\":\"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\"}}\n" },
	{ "version", 0x0302, 0xc02b,
		"{\"anomaly\":\"weak_version\"}\n{\"tls\":{\"version\":\"TLS 1.1\",\"cipher\":"
		"\"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\",\"weak\":[\"TLS 1.1\"]}}\n" },
	{ "3DES is not DES", 0x0303, 0x000a,
		"{\"anomaly\":\"weak_cipher\"}\n{\"tls\":{\"version\":\"TLS 1.2\",\"cipher\":"
		"\"TLS_RSA_WITH_3DES_EDE_CBC_SHA\",\"weak\":[\"3DES\"]}}\n" },
	{ "several", 0x0300, 0x0017,
		"{\"anomaly\":\"weak_version\"}\n{\"anomaly\":\"weak_cipher\"}\n{\"tls\":{\"version\":"
		"\"SSLv3\","
		"\"cipher\":\"TLS_DH_anon_EXPORT_WITH_RC4_40_MD5\",\"weak\":[\"SSLv3\",\"EXPORT\",\"RC4\","
		"\"anonymous\","
		"\"MD5\"]}}\n" },
	{ "TLCP is no old version", 0x0101, 0xe013,
		"{\"tls\":{\"version\":\"TLCP\",\"cipher\":\"ECC_SM4_CBC_SM3\",\"gm_kind\":\"tlcp\"}}\n" },
	{ "the standard before it", 0x0101, 0xe01a,
		"{\"tls\":{\"version\":\"TLCP\",\"cipher\":\"RSA_SM4_SHA1\",\"gm_kind\":\"gmt0024\"}}\n" },
	{ "a stack's own number", 0x0303, 0xe107,
		"{\"tls\":{\"version\":\"TLS 1.2\",\"cipher\":\"0xe107\",\"gm_kind\":\"tls12_private\"}}\n" },
};

static void
test_weak_connections_are_named(void)
{
	for (size_t i = 0; i < HG_COUNT(weak); i++)
		hg_check_str(weak[i].title, record_of(false, weak[i].version, weak[i].suite), weak[i].want);
}

static void
test_peer_says_nothing_of_it(void)
{
	hg_check_bool("weak", strstr(record_of(true, 0x0300, 0x0017), "weak") == NULL, true);
	hg_check_bool("gm", strstr(record_of(true, 0x0303, 0xe013), "gm_kind") == NULL, true);
	hg_check_bool("tlcp", strstr(record_of(true, 0x0101, 0xe013), "\"version\":\"TLCP\"") == NULL, true);
}

static enum hg_proto
proto_of(bool suricata7, enum hg_dir dir, struct hg_span bytes)
{
	struct drive_setup setup = { .port = 4711, .suricata7 = suricata7 };
	struct drive *d = drive_open(&setup);
	enum hg_proto proto;

	for (size_t i = 0; i < bytes.len; i++)
		drive_feed(d, dir, hg_span_sub(bytes, i, 1));
	proto = (enum hg_proto)drive_flow(d)->app_proto_dir[dir];
	drive_close(d);
	return proto;
}

static void
test_tlcp_is_known_by_its_hello(void)
{
	hg_check_bool(
		"hello", proto_of(false, S, HG_BYTES("\x16\1\1\0\x2f\1\0\0\x2b\1\1")) == HG_PROTO_TLS, true);
	hg_check_bool("server's",
		proto_of(false, C, HG_BYTES("\x16\1\1\0\x2f\2\0\0\x2b\1\1")) == HG_PROTO_TLS, true);
	hg_check_bool(
		"peer", proto_of(true, S, HG_BYTES("\x16\1\1\0\x2f\1\0\0\x2b\1\1")) == HG_PROTO_TLS, false);
	hg_check_bool("no hello",
		proto_of(false, S, HG_BYTES("\x16\1\1\0\x2f\3\0\0\x2b\1\1")) == HG_PROTO_TLS, false);
	hg_check_bool("too long",
		proto_of(false, S, HG_BYTES("\x16\1\1\x50\0\1\0\0\x2b\1\1")) == HG_PROTO_TLS, false);
}

HG_TESTS("tls_strength", HG_TEST(test_suites_have_names), HG_TEST(test_every_name_is_found),
	HG_TEST(test_weak_connections_are_named), HG_TEST(test_peer_says_nothing_of_it),
	HG_TEST(test_tlcp_is_known_by_its_hello))
