#include "app/tls/tls_int.h"
#include "check.h"
#include "tls_bytes.h"

static struct hg_mem *
open_mem(void)
{
	struct hg_mem *mem;

	if (hg_mem_open(&mem, (size_t)16 << 20, false, NULL) < 0)
		abort();
	return mem;
}

static const struct {
	const char *title;
	struct hg_span name;
	const char *want; /* NULL: malformed */
} names[] = {
	{ "an empty name", { NULL, 0 }, "" },
	{ "one attribute", HG_BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"), "CN=x" },
	{ "two, parted by comma and blank",
		HG_BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x06\x13\x01Y\x31\x0a\x30\x08\x06\x03\x55\x04\x03"
			 "\x0c\x01x"),
		"C=Y, CN=x" },
	{ "two values of one part",
		HG_BYTES(
			"\x31\x14\x30\x08\x06\x03\x55\x04\x0a\x13\x01Y\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"),
		"O=Y + CN=x" },
	{ "an attribute without a name", HG_BYTES("\x31\x0b\x30\x09\x06\x04\x2a\x86\x48\x05\x0c\x01x"),
		"1.2.840.5=x" },
	{ "two-byte characters", HG_BYTES("\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x1e\x02\x4e\x2d"),
		"CN=\xe4\xb8\xad" },
	{ "a value that is no text", HG_BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x04\x01\xab"), "CN=#ab" },
	{ "a NUL inside", HG_BYTES("\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02x\0"), NULL },
	{ "a length past the end", HG_BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x02x"), NULL },
	{ "a set that is a sequence", HG_BYTES("\x30\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"), NULL },
	{ "a length of unknown size", HG_BYTES("\x31\x80\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"), NULL },
};

static void
test_names_are_shown_as_text(void)
{
	for (size_t i = 0; i < HG_COUNT(names); i++) {
		struct hg_tls_text t;
		bool ok = hg_der_name(names[i].name, &t);

		hg_check_bool(names[i].title, ok, names[i].want != NULL);
		if (ok && names[i].want != NULL)
			hg_check_span(names[i].title, hg_span(t.p, t.n), hg_span_str(names[i].want));
	}
}

static void
test_names_are_cut_at_their_cap(void)
{
	static struct bytes b;
	static uint8_t value[HG_TLS_TEXT];
	struct hg_tls_text t;

	b.n = 0;
	memset(value, 'x', sizeof(value));
	put(&b, HG_BYTES("\x06\x03\x55\x04\x03\x0c\x82"));
	put_counted(&b, 2, hg_span(value, sizeof(value)));
	wrap(&b, 0, HG_BYTES("\x30\x82"), 2);
	wrap(&b, 0, HG_BYTES("\x31\x82"), 2);

	hg_check_bool("is read", hg_der_name(span_of(&b), &t), true);

	hg_check_u64("length", t.n, HG_TLS_TEXT);
	hg_check_bool("is cut", t.cut, true);
}

static const struct {
	uint8_t tag;
	const char *value, *text; /* NULL: malformed */
	uint64_t seconds;
} times[] = {
	{ 0x17, "190114000000Z", "2019-01-14T00:00:00", 1547424000 },
	{ 0x17, "491231235959Z", "2049-12-31T23:59:59", 2524607999 },
	{ 0x17, "500101000000Z", "1950-01-01T00:00:00", 0 },
	{ 0x17, "700101000001Z", "1970-01-01T00:00:01", 1 },
	{ 0x17, "000229120000Z", "2000-02-29T12:00:00", 951825600 },
	{ 0x17, "0002291200Z", "2000-02-29T12:00:00", 951825600 },
	{ 0x18, "20500101000000Z", "2050-01-01T00:00:00", 2524608000 },
	{ 0x18, "99991231235959Z", "9999-12-31T23:59:59", 253402300799 },
	{ 0x17, "190229000000Z", NULL, 0 },
	{ 0x17, "191301000000Z", NULL, 0 },
	{ 0x17, "190100000000Z", NULL, 0 },
	{ 0x17, "190101240000Z", NULL, 0 },
	{ 0x17, "190101000000", NULL, 0 },
	{ 0x17, "190101000000+0530", NULL, 0 },
	{ 0x17, "190101000000ZZ", NULL, 0 },
	{ 0x17, "19010100000xZ", NULL, 0 },
	{ 0x17, "", NULL, 0 },
	{ 0x18, "190114000000Z", NULL, 0 },
	{ 0x0c, "190114000000Z", NULL, 0 },
};

static void
test_times_are_read_or_refused(void)
{
	for (size_t i = 0; i < HG_COUNT(times); i++) {
		char text[20] = "";
		uint64_t seconds = 0;
		bool ok = hg_der_time(times[i].tag, hg_span_str(times[i].value), text, &seconds);

		hg_check_bool(times[i].value, ok, times[i].text != NULL);
		if (!ok || times[i].text == NULL)
			continue;
		hg_check_str(times[i].value, text, times[i].text);
		hg_check_u64(times[i].value, seconds, times[i].seconds);
	}
}

static void
test_certificate_gives_its_fields(void)
{
	struct hg_mem *mem = open_mem();
	struct hg_tls_cert cert = { 0 };
	struct hg_arena arena;

	hg_arena_init(&arena, mem, 0);

	hg_check_u64("anomaly", hg_tls_cert_read(HG_BYTES(CERTIFICATE), &arena, &cert), HG_TLS_FINE);

	hg_check_span("subject", cert.subject, HG_BYTES("C=CN, O=Example Ltd, CN=www.example.com"));
	hg_check_span("issuer", cert.issuer, HG_BYTES("C=CN, O=Example Ltd, CN=www.example.com"));
	hg_check_span("serial", cert.serial, HG_BYTES("00:C7:D4:28:8B"));
	hg_check_str("from", cert.not_before, "2026-11-24T08:22:32");
	hg_check_str("until", cert.not_after, "2036-11-21T08:22:32");
	hg_arena_reset(&arena);
	hg_mem_close(mem);
}

static void
test_certificate_cut_anywhere_is_short(void)
{
	struct hg_mem *mem = open_mem();
	struct hg_span whole = HG_BYTES(CERTIFICATE);

	for (size_t n = 0; n < whole.len; n++) {
		struct hg_tls_cert cert = { 0 };
		struct hg_arena arena;
		uint8_t *copy = malloc(n + 1);

		hg_arena_init(&arena, mem, 0);
		memcpy(copy, whole.p, n);
		hg_check_u64(
			"anomaly", hg_tls_cert_read(hg_span(copy, n), &arena, &cert), HG_TLS_CERT_LENGTH);
		hg_check_bool("present", cert.present, false);
		hg_arena_reset(&arena);
		free(copy);
	}
	hg_mem_close(mem);
}

/* Behind the two outer headers: which field is broken when its tag is. */
static const struct {
	const char *title;
	uint8_t at;
	uint8_t byte;
	enum hg_tls_anomaly want;
} broken[] = {
	{ "the certificate", 0, 0x31, HG_TLS_CERT_DER },
	{ "what is signed", 4, 0x31, HG_TLS_CERT_DER },
	{ "the serial number", 8, 0x04, HG_TLS_CERT_SERIAL },
	{ "the algorithm", 15, 0x31, HG_TLS_CERT_ALGORITHM },
	{ "the issuer", 27, 0x31, HG_TLS_CERT_NAME },
	{ "the dates", 90, 0x31, HG_TLS_CERT_DATE },
	{ "a date", 95, '?', HG_TLS_CERT_DATE },
	{ "the subject", 122, 0x31, HG_TLS_CERT_NAME },
	{ "a character of the subject", 150, 0, HG_TLS_CERT_SUBJECT },
	{ "a character of the issuer", 54, 0, HG_TLS_CERT_ISSUER },
};

static void
test_broken_fields_are_named(void)
{
	struct hg_mem *mem = open_mem();

	for (size_t i = 0; i < HG_COUNT(broken); i++) {
		uint8_t der[] = CERTIFICATE;
		struct hg_tls_cert cert = { 0 };
		struct hg_arena arena;

		hg_arena_init(&arena, mem, 0);
		der[broken[i].at] = broken[i].byte;
		hg_check_u64(broken[i].title, hg_tls_cert_read(hg_span(der, sizeof(der) - 1), &arena, &cert),
			broken[i].want);
		hg_arena_reset(&arena);
	}
	hg_mem_close(mem);
}

static void
test_absurd_length_is_no_cut(void)
{
	struct hg_mem *mem = open_mem();
	struct hg_tls_cert cert = { 0 };
	struct hg_arena arena;

	hg_arena_init(&arena, mem, 0);
	hg_check_u64("header cut", hg_tls_cert_read(HG_BYTES("\x30\x05\x30\x84\xff\xff\xff"), &arena, &cert),
		HG_TLS_CERT_LENGTH);
	hg_check_u64("absurd", hg_tls_cert_read(HG_BYTES("\x30\x06\x30\x84\xff\xff\xff\xfa"), &arena, &cert),
		HG_TLS_CERTIFICATE);
	hg_arena_reset(&arena);
	hg_mem_close(mem);
}

HG_TESTS("tls_certificate", HG_TEST(test_names_are_shown_as_text), HG_TEST(test_names_are_cut_at_their_cap),
	HG_TEST(test_times_are_read_or_refused), HG_TEST(test_certificate_gives_its_fields),
	HG_TEST(test_certificate_cut_anywhere_is_short), HG_TEST(test_broken_fields_are_named),
	HG_TEST(test_absurd_length_is_no_cut))
