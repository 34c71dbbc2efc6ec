/* JA3 vectors as published with JA3, a JA4 vector as published with JA4. */
#include "app/tls/tls_int.h"
#include "app_drive.h"
#include "check.h"
#include "tls_bytes.h"

static void
put_u16s(struct bytes *b, const uint16_t *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put_n(b, 2, v[i]);
}

static void
put_extension(struct bytes *b, uint16_t type, struct hg_span data)
{
	put_n(b, 2, type);
	put_counted(b, 2, data);
}

static struct drive *
say_hello(uint16_t version, const struct bytes *ciphers, const struct bytes *extensions)
{
	static struct bytes hello;
	struct drive_setup setup = { .port = 443 };
	struct drive *d = drive_open(&setup);

	hello.n = 0;
	put_hello(&hello, version, span_of(ciphers), span_of(extensions));
	drive_keep(d);
	drive_feed(d, HG_TO_SERVER, span_of(&hello));
	return d;
}

static void
check_value(struct drive *d, const char *name, const char *want)
{
	struct hg_view v;
	struct hg_tx *tx = drive_flow(d)->app->txs;

	if (want == NULL) {
		hg_check_bool(name, drive_buffer(tx, HG_TO_SERVER, name, 0, &v), false);
		return;
	}
	hg_check_bool(name, drive_buffer(tx, HG_TO_SERVER, name, 0, &v), true);
	hg_check_span(name, v.data, hg_span_str(want));
}

static void
test_ja3_without_extensions(void)
{
	static const uint16_t ciphers[] = { 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99 };
	static struct bytes c, none;
	struct drive *d;

	c.n = 0;
	put_u16s(&c, ciphers, HG_COUNT(ciphers));
	d = say_hello(0x0301, &c, &none);

	check_value(d, "ja3.string", "769,4-5-10-9-100-98-3-6-19-18-99,,,");
	check_value(d, "ja3.hash", "de350869b8c85de67a350c8d186f11e6");
	drive_close(d);
}

/* The same with reserved values everywhere: they do not count. */
static void
test_ja3_with_extensions_and_reserved_values(void)
{
	static const uint16_t ciphers[] = { 0x0a0a, 47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4,
		0xfafa };
	static struct bytes c, e;
	struct drive *d;

	c.n = e.n = 0;
	put_u16s(&c, ciphers, HG_COUNT(ciphers));
	put_extension(&e, 0x1a1a, HG_SPAN_NONE);
	put_extension(&e, 0, HG_BYTES("\0\6\0\0\3a.b"));
	put_extension(&e, 10, HG_BYTES("\0\x8\x2a\x2a\0\x17\0\x18\0\x19"));
	put_extension(&e, 11, HG_BYTES("\1\0"));
	d = say_hello(0x0301, &c, &e);

	check_value(d, "ja3.string", "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
	check_value(d, "ja3.hash", "ada70206e40642a3e4461f35503241d5");
	drive_close(d);
}

static void
put_ja4_extensions(struct bytes *e)
{
	static const uint16_t plain[] = { 0x0005, 0x000a, 0x000b, 0x0012, 0x0015, 0x0017, 0x001b, 0x0023,
		0x002d, 0x0033, 0x4469, 0xff01 };

	e->n = 0;
	put_extension(e, 0x6a6a, HG_SPAN_NONE);
	for (unsigned i = HG_COUNT(plain); i-- > 0;)
		put_extension(e, plain[i], HG_SPAN_NONE);
	put_extension(e, 0x0000, HG_BYTES("\0\6\0\0\3a.b"));
	put_extension(e, 0x0010, HG_BYTES("\0\xc\2h2\x8http/1.1"));
	put_extension(e, 0x000d, HG_BYTES("\0\x10\4\3\x8\4\4\1\5\3\x8\5\5\1\x8\6\6\1"));
	put_extension(e, 0x002b, HG_BYTES("\6\x3a\x3a\3\4\3\3"));
}

static void
test_ja4_sorts(void)
{
	static const uint16_t ciphers[] = { 0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
		0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035 };
	static struct bytes c, e;
	struct drive *d;

	c.n = 0;
	put_u16s(&c, ciphers, HG_COUNT(ciphers));
	put_ja4_extensions(&e);
	d = say_hello(0x0303, &c, &e);

	check_value(d, "ja4.hash", "t13d1516h2_8daaf6152771_e5627efa2ab1");
	drive_close(d);
}

static void
test_ja4_of_an_empty_offer(void)
{
	static struct bytes none;
	struct drive *d = say_hello(0x0303, &none, &none);

	check_value(d, "ja4.hash", "t12i000000_000000000000_000000000000");
	drive_close(d);
}

static void
test_ja3_past_its_cap_does_not_exist(void)
{
	static struct bytes c, none;
	struct drive *d;

	c.n = 0;
	for (unsigned i = 0; i < 2000; i++)
		put_n(&c, 2, 0xc000 + i);
	d = say_hello(0x0303, &c, &none);

	check_value(d, "ja3.string", NULL);
	check_value(d, "ja3.hash", NULL);
	drive_close(d);
}

HG_TESTS("tls_fingerprint", HG_TEST(test_ja3_without_extensions),
	HG_TEST(test_ja3_with_extensions_and_reserved_values), HG_TEST(test_ja4_sorts),
	HG_TEST(test_ja4_of_an_empty_offer), HG_TEST(test_ja3_past_its_cap_does_not_exist))
