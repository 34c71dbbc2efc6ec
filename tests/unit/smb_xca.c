/* Codings of compressed messages: the examples of [MS-XCA] 3, what is cut short, and lengths that grow. */
#include "app/smb/xca.h"
#include "check.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";
static const char tune[] =
	"F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# "
	"G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D";

typedef bool (*coding)(struct hg_span in, uint8_t *to, size_t size);

static const uint8_t lznt1_tune[] = { 0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00,
	0x10, 0xa2, 0x47, 0x01, 0xa0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0, 0x45,
	0x20, 0x05, 0x24, 0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a, 0x44, 0xef, 0x03, 0x58, 0x02, 0x8c, 0x09, 0x16,
	0x01, 0x48, 0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01, 0x18, 0x90, 0x00 };
static const uint8_t lz77_abc[] = { 0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26,
	0x01 };

static size_t
lz77_alphabet(uint8_t *to)
{
	static const uint8_t flags[] = { 0x3f, 0, 0, 0 };

	memcpy(to, flags, 4);
	memcpy(to + 4, alphabet, 26);
	return 30;
}

static size_t
huffman_alphabet(uint8_t *to)
{
	static const uint8_t bits[] = { 0xd8, 0x52, 0x3e, 0xd7, 0x94, 0x11, 0x5b, 0xe9, 0x19, 0x5f, 0xf9,
		0xd6, 0x7c, 0xdf, 0x8d, 0x04, 0, 0, 0, 0 };

	memset(to, 0, 256);
	to[0x30] = 0x50;
	memset(to + 0x31, 0x55, 10);
	to[0x3b] = 0x45;
	to[0x3c] = 0x44;
	to[0x3d] = 0x04;
	to[0x80] = 0x04;
	memcpy(to + 256, bits, sizeof(bits));
	return 256 + sizeof(bits);
}

static size_t
huffman_abc(uint8_t *to)
{
	static const uint8_t bits[] = { 0xa8, 0xdc, 0, 0, 0xff, 0x26, 0x01 };

	memset(to, 0, 256);
	to[0x30] = 0x30;
	to[0x31] = 0x23;
	to[0x80] = 0x02;
	to[0x8f] = 0x20;
	memcpy(to + 256, bits, sizeof(bits));
	return 256 + sizeof(bits);
}

/* Exactly the size that is said, and neither more nor less. */
static void
check_coding(coding code, struct hg_span in, struct hg_span wanted)
{
	uint8_t out[400];

	memset(out, 0, sizeof(out));
	hg_check_bool("coding", code(in, out, wanted.len), true);
	hg_check_bool("what comes of it", memcmp(out, wanted.p, wanted.len) == 0, true);
	for (size_t n = 0; n + 4 < in.len; n++)
		code(hg_span_sub(in, 0, n), out, wanted.len);
	hg_check_bool("half of it", code(hg_span_sub(in, 0, in.len / 2), out, wanted.len), false);
}

static struct hg_span
abc(void)
{
	static uint8_t text[300];

	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)("abc"[i % 3]);
	return hg_span(text, sizeof(text));
}

static void
test_examples_of_the_specification(void)
{
	uint8_t in[300];
	size_t n;

	check_coding(hg_xca_lznt1, hg_span(lznt1_tune, sizeof(lznt1_tune)), hg_span(tune, sizeof(tune)));
	n = lz77_alphabet(in);
	check_coding(hg_xca_lz77, hg_span(in, n), hg_span(alphabet, 26));
	check_coding(hg_xca_lz77, hg_span(lz77_abc, sizeof(lz77_abc)), abc());
	n = huffman_alphabet(in);
	check_coding(hg_xca_huffman, hg_span(in, n), hg_span(alphabet, 26));
	n = huffman_abc(in);
	check_coding(hg_xca_huffman, hg_span(in, n), abc());
}

/* A distance that reaches in front of the beginning, and a length that reaches behind the end. */
static void
test_matches_stay_inside(void)
{
	static const uint8_t before[] = { 0xff, 0xff, 0xff, 0x7f, 'a', 0x08, 0x00 };
	static const uint8_t chunk[] = { 0x03, 0xb0, 0x02, 'a', 0x00, 0x10 };
	uint8_t out[16];
	uint8_t in[300];
	size_t n;

	hg_check_bool("lz77, distance 2 of 1", hg_xca_lz77(hg_span(before, sizeof(before)), out, 4), false);
	hg_check_bool("lznt1, distance 2 of 1", hg_xca_lznt1(hg_span(chunk, sizeof(chunk)), out, 4), false);
	hg_check_bool(
		"lz77, length 297 of 5", hg_xca_lz77(hg_span(lz77_abc, sizeof(lz77_abc)), out, 8), false);
	n = huffman_abc(in);
	hg_check_bool("huffman, length 297 of 5", hg_xca_huffman(hg_span(in, n), out, 8), false);
}

/* More codes of one bit than there are. */
static void
test_tables_that_cannot_be(void)
{
	uint8_t in[260], out[4];

	memset(in, 0x11, sizeof(in));
	hg_check_bool("too many", hg_xca_huffman(hg_span(in, sizeof(in)), out, 4), false);
	memset(in, 0, sizeof(in));
	hg_check_bool("none", hg_xca_huffman(hg_span(in, sizeof(in)), out, 4), false);
}

HG_TESTS("smb_xca", HG_TEST(test_examples_of_the_specification), HG_TEST(test_matches_stay_inside),
	HG_TEST(test_tables_that_cannot_be))
