#include "app/quic/quic_int.h"
#include "app_drive.h"
#include "check.h"

#define DCID HG_BYTES("\x83\x94\xc8\xf0\x3e\x51\x57\x08")

static const struct {
	uint32_t version;
	struct hg_span client[3], server[3]; /* key, iv, hp */
} vectors[] = {
	/* RFC 9001 A.1 */
	{ HG_QUIC_V1,
		{ HG_BYTES("\x1f\x36\x96\x13\xdd\x76\xd5\x46\x77\x30\xef\xcb\xe3\xb1\xa2\x2d"),
			HG_BYTES("\xfa\x04\x4b\x2f\x42\xa3\xfd\x3b\x46\xfb\x25\x5c"),
			HG_BYTES("\x9f\x50\x44\x9e\x04\xa0\xe8\x10\x28\x3a\x1e\x99\x33\xad\xed\xd2") },
		{ HG_BYTES("\xcf\x3a\x53\x31\x65\x3c\x36\x4c\x88\xf0\xf3\x79\xb6\x06\x7e\x37"),
			HG_BYTES("\x0a\xc1\x49\x3c\xa1\x90\x58\x53\xb0\xbb\xa0\x3e"),
			HG_BYTES("\xc2\x06\xb8\xd9\xb9\xf0\xf3\x76\x44\x43\x0b\x49\x0e\xea\xa3\x14") } },
	/* RFC 9369 A.1 */
	{ HG_QUIC_V2,
		{ HG_BYTES("\x8b\x1a\x0b\xc1\x21\x28\x42\x90\xa2\x9e\x09\x71\xb5\xcd\x04\x5d"),
			HG_BYTES("\x91\xf7\x3e\x23\x51\xd8\xfa\x91\x66\x0e\x90\x9f"),
			HG_BYTES("\x45\xb9\x5e\x15\x23\x5d\x6f\x45\xa6\xb1\x9c\xbc\xb0\x29\x4b\xa9") },
		{ HG_BYTES("\x82\xdb\x63\x78\x61\xd5\x5e\x1d\x01\x1f\x19\xea\x71\xd5\xd2\xa7"),
			HG_BYTES("\xdd\x13\xc2\x76\x49\x9c\x02\x49\xd3\x31\x06\x52"),
			HG_BYTES("\xed\xf6\xd0\x5c\x83\x12\x12\x01\xb4\x36\xe1\x68\x77\x59\x3c\x3a") } },
};

static void
check_keys(const char *title, const struct hg_quic_keys *keys, const struct hg_span want[3])
{
	hg_check_span(title, hg_span(keys->key, sizeof(keys->key)), want[0]);
	hg_check_span(title, hg_span(keys->iv, sizeof(keys->iv)), want[1]);
	hg_check_span(title, hg_span(keys->mask, sizeof(keys->mask)), want[2]);
}

static void
test_keys_are_those_of_the_standards(void)
{
	struct hg_digests digests;
	struct hg_quic_keys keys[HG_DIRS];

	hg_digests_open(&digests);
	for (unsigned i = 0; i < HG_COUNT(vectors); i++) {
		hg_check_bool("made", hg_quic_keys_make(&digests, vectors[i].version, DCID, keys), true);
		check_keys("client", &keys[HG_TO_SERVER], vectors[i].client);
		check_keys("server", &keys[HG_TO_CLIENT], vectors[i].server);
	}
	hg_check_bool("nobody's", hg_quic_keys_make(&digests, 0x0a1a2a3a, DCID, keys), false);
	hg_digests_close(&digests);
}

static const struct {
	struct hg_span bytes;
	uint64_t value;
} numbers[] = {
	/* RFC 9000 A.1 */
	{ HG_BYTES("\xc2\x19\x7c\x5e\xff\x14\xe8\x8c"), UINT64_C(151288809941952652) },
	{ HG_BYTES("\x9d\x7f\x3e\x7d"), 494878333 },
	{ HG_BYTES("\x7b\xbd"), 15293 },
	{ HG_BYTES("\x25"), 37 },
};

static void
test_numbers_have_one_to_eight_bytes(void)
{
	for (unsigned i = 0; i < HG_COUNT(numbers); i++) {
		struct hg_reader r = hg_reader_of(numbers[i].bytes);

		hg_check_u64("number", hg_quic_read_varint(&r), numbers[i].value);
		hg_check_bool("whole", hg_reader_failed(&r) || hg_reader_left(&r) > 0, false);
		r = hg_reader_of(hg_span_sub(numbers[i].bytes, 0, numbers[i].bytes.len - 1));
		hg_quic_read_varint(&r);
		hg_check_bool("cut", hg_reader_failed(&r), true);
	}
}

static const struct {
	const char *title;
	struct hg_span bytes;
	enum hg_dir dir;
	enum hg_probe peer, native;
} probes[] = {
	{ "version 1", HG_BYTES("\xc0\0\0\0\1\4abcd\0\0\0"), HG_TO_SERVER, HG_PROBE_YES, HG_PROBE_YES },
	{ "version 2", HG_BYTES("\xd0\x6b\x33\x43\xcf\4abcd\0\0\0"), HG_TO_SERVER, HG_PROBE_YES,
		HG_PROBE_YES },
	{ "no such version", HG_BYTES("\xc0\1\2\3\4\4abcd\0\0\0"), HG_TO_SERVER, HG_PROBE_YES, HG_PROBE_NO },
	{ "without the fixed bit", HG_BYTES("\x80\0\0\0\1\4abcd\0\0\0"), HG_TO_SERVER, HG_PROBE_YES,
		HG_PROBE_NO },
	{ "an identifier past the end", HG_BYTES("\xc0\0\0\0\1\4abc"), HG_TO_SERVER, HG_PROBE_NO,
		HG_PROBE_NO },
	{ "a payload past the end", HG_BYTES("\xc0\0\0\0\1\4abcd\0\0\5xxxx"), HG_TO_SERVER, HG_PROBE_NO,
		HG_PROBE_NO },
	{ "no version", HG_BYTES("\x40whatever"), HG_TO_SERVER, HG_PROBE_YES, HG_PROBE_NO },
	{ "negotiation", HG_BYTES("\x80\0\0\0\0\0\4abcd\0\0\0\1"), HG_TO_CLIENT, HG_PROBE_YES, HG_PROBE_YES },
	{ "negotiation by a client", HG_BYTES("\x80\0\0\0\0\0\4abcd\0\0\0\1"), HG_TO_SERVER, HG_PROBE_YES,
		HG_PROBE_NO },
	{ "gQUIC",
		HG_BYTES("\x09"
			 "12345678Q043\1hhhhhhhhhhhh"),
		HG_TO_SERVER, HG_PROBE_YES, HG_PROBE_YES },
	{ "nothing", HG_BYTES(""), HG_TO_SERVER, HG_PROBE_NO, HG_PROBE_NO },
};

static void
test_headers_tell_the_protocol(void)
{
	for (unsigned i = 0; i < HG_COUNT(probes); i++) {
		hg_check_u64(
			probes[i].title, hg_quic_probe(probes[i].dir, probes[i].bytes, true), probes[i].peer);
		hg_check_u64(probes[i].title, hg_quic_confirm(probes[i].dir, probes[i].bytes, true),
			probes[i].native);
	}
}

struct bench {
	struct drive *d;
	struct hg_app *app;
	struct hg_quic_tx tx;
};

/* A transaction beside those of a flow that speaks QUIC. */
static void
open_bench(struct bench *b)
{
	struct drive_setup setup = { .udp = true, .port = 443 };

	*b = (struct bench){ .d = drive_open(&setup) };
	drive_feed(b->d, HG_TO_SERVER, HG_BYTES("\xe0\0\0\0\1\4abcd\0data"));
	b->app = drive_flow(b->d)->app;
	b->tx.base.app = b->app;
}

static void
test_pieces_join_in_any_order(void)
{
	static const struct {
		uint8_t from, to, n, end;
	} steps[] = { { 20, 30, 1, 30 }, { 0, 10, 2, 30 }, { 40, 50, 3, 50 }, { 25, 35, 3, 50 },
		{ 10, 20, 2, 50 }, { 35, 40, 1, 50 }, { 0, 50, 1, 50 }, { 60, 60, 1, 60 } };
	static const uint8_t data[64];
	struct bench b;
	struct hg_quic_side *s;

	open_bench(&b);
	s = &((struct hg_quic *)b.app->state)->side[HG_TO_SERVER];
	for (unsigned i = 0; i < HG_COUNT(steps); i++) {
		hg_check_bool("put",
			hg_quic_join_put(&b.tx, HG_TO_SERVER, steps[i].from,
				hg_span(data, steps[i].to - steps[i].from)),
			true);
		hg_check_u64("pieces", s->n_pieces, steps[i].n);
		hg_check_u64("end", hg_buf_len(&s->crypto), steps[i].end);
	}
	drive_close(b.d);
}

static void
test_pieces_are_capped(void)
{
	struct bench b;

	open_bench(&b);
	for (unsigned i = 0; i < HG_QUIC_PIECES; i++)
		hg_check_bool("room", hg_quic_join_put(&b.tx, HG_TO_SERVER, 2 * i, HG_BYTES("x")), true);
	hg_check_bool("no room", hg_quic_join_put(&b.tx, HG_TO_SERVER, 1000, HG_BYTES("x")), false);
	hg_check_bool("filled", hg_quic_join_put(&b.tx, HG_TO_SERVER, 1, HG_BYTES("x")), true);
	hg_check_bool("room again", hg_quic_join_put(&b.tx, HG_TO_SERVER, 1000, HG_BYTES("x")), true);
	hg_check_bool("past the end",
		hg_quic_join_put(&b.tx, HG_TO_SERVER, HG_QUIC_CRYPTO_MOST, HG_BYTES("x")), false);
	hg_check_bool("far away", hg_quic_join_put(&b.tx, HG_TO_SERVER, UINT64_MAX, HG_BYTES("x")), false);
	drive_close(b.d);
}

HG_TESTS("app_quic", HG_TEST(test_keys_are_those_of_the_standards),
	HG_TEST(test_numbers_have_one_to_eight_bytes), HG_TEST(test_headers_tell_the_protocol),
	HG_TEST(test_pieces_join_in_any_order), HG_TEST(test_pieces_are_capped))
