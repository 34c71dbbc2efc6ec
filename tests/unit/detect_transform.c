#include "check.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "detect/base64.h"
#include "detect/detect_int.h"

struct row {
	const char *title;
	uint8_t ops[3], n;
	struct hg_span key, in, out;
};

#define ONE(op) { op }, 1

static const struct row rows[] = {
	{ "a dot in front", ONE(HG_TRANSFORM_DOTPREFIX), HG_BYTES(""), HG_BYTES("a.b"), HG_BYTES(".a.b") },
	{ "a dot in front of nothing", ONE(HG_TRANSFORM_DOTPREFIX), HG_BYTES(""), HG_BYTES(""),
		HG_BYTES(".") },
	{ "no blanks and line ends", ONE(HG_TRANSFORM_STRIP_WHITESPACE), HG_BYTES(""),
		HG_BYTES(" a\t\v b\r\f\n"), HG_BYTES("ab") },
	{ "the first of a run of blanks", ONE(HG_TRANSFORM_COMPRESS_WHITESPACE), HG_BYTES(""),
		HG_BYTES("\t a  b\n c"), HG_BYTES("\ta b\nc") },
	{ "small letters, ASCII alone", ONE(HG_TRANSFORM_TO_LOWER), HG_BYTES(""), HG_BYTES("@AZ[az\xc4"),
		HG_BYTES("@az[az\xc4") },
	{ "capitals, ASCII alone", ONE(HG_TRANSFORM_TO_UPPER), HG_BYTES(""), HG_BYTES("`az{AZ\xe4"),
		HG_BYTES("`AZ{AZ\xe4") },
	{ "hex digits and plus", ONE(HG_TRANSFORM_URL_DECODE), HG_BYTES(""), HG_BYTES("%41+%6a%2B"),
		HG_BYTES("A j+") },
	{ "what is no escape stays", ONE(HG_TRANSFORM_URL_DECODE), HG_BYTES(""), HG_BYTES("%4%zz%u0041%4"),
		HG_BYTES("%4%zz%u0041%4") },
	{ "a key again and again", ONE(HG_TRANSFORM_XOR), HG_BYTES("\x01\x20"), HG_BYTES("abcde"),
		HG_BYTES("\x60\x42\x62\x44\x64") },
	{ "names in small letters, values as they are", ONE(HG_TRANSFORM_HEADER_LOWER), HG_BYTES(""),
		HG_BYTES("Host: A:B\r\nX-Y: Z"), HG_BYTES("host: A:B\r\nx-y: Z") },
	{ "no lines that begin with a colon", ONE(HG_TRANSFORM_STRIP_PSEUDO_HEADERS), HG_BYTES(""),
		HG_BYTES(":method: GET\r\nhost: a\r\n:path: /"), HG_BYTES("host: a\r\n") },
	{ "MD5 as bytes", ONE(HG_TRANSFORM_MD5), HG_BYTES(""), HG_BYTES("abc"),
		HG_BYTES("\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72") },
	{ "in the order of the rule",
		{ HG_TRANSFORM_URL_DECODE, HG_TRANSFORM_STRIP_WHITESPACE, HG_TRANSFORM_TO_LOWER }, 3,
		HG_BYTES(""), HG_BYTES("A+B%20C%41"), HG_BYTES("abca") },
};

static void
open_detect(struct hg_detect *d)
{
	memset(d, 0, sizeof(*d));
	d->transformed = malloc(HG_TRANSFORM_SCRATCH);
	d->digest = EVP_MD_CTX_new();
	d->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
}

static void
close_detect(struct hg_detect *d)
{
	EVP_MD_free(d->md5);
	EVP_MD_CTX_free(d->digest);
	free(d->transformed);
	free(d);
}

static void
test_transforms_make_what_the_language_says(void)
{
	struct hg_detect *d = malloc(sizeof(*d));

	open_detect(d);
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_transform transforms[3];
		const struct hg_input in = { .n_transforms = rows[i].n, .transforms = transforms };
		struct hg_view view = { .data = rows[i].in };

		for (unsigned t = 0; t < rows[i].n; t++)
			transforms[t] = (struct hg_transform){ .op = rows[i].ops[t], .key = rows[i].key };
		hg_check_bool(rows[i].title, hg_transform(d, &in, &view), true);
		hg_check_span(rows[i].title, view.data, rows[i].out);
	}
	close_detect(d);
}

static void
test_a_buffer_beyond_the_scratch_is_refused_and_counted(void)
{
	static uint8_t bytes[HG_TRANSFORM_SCRATCH];
	static const struct hg_transform lower = { .op = HG_TRANSFORM_TO_LOWER };
	const struct hg_input in = { .n_transforms = 1, .transforms = &lower };
	struct hg_detect *d = malloc(sizeof(*d));
	struct hg_view view = { .data = hg_span(bytes, sizeof(bytes) / 2) };

	open_detect(d);
	hg_check_bool("half of it fits", hg_transform(d, &in, &view), true);
	view.data = hg_span(bytes, sizeof(bytes) / 2);
	hg_check_bool("the other half does not, with room for a digest", hg_transform(d, &in, &view), false);
	hg_check_u64("counted", d->stats.state_refused, 1);
	close_detect(d);
}

static void
test_base64_stops_at_what_is_none(void)
{
	static const struct {
		const char *title;
		struct hg_span in;
		size_t room;
		struct hg_span out;
	} texts[] = {
		{ "whole groups", HG_BYTES("YWJjZGVm"), 16, HG_BYTES("abcdef") },
		{ "one byte over", HG_BYTES("YWJjZA=="), 16, HG_BYTES("abcd") },
		{ "two bytes over", HG_BYTES("YWJjZGU="), 16, HG_BYTES("abcde") },
		{ "no padding", HG_BYTES("YWJjZGU"), 16, HG_BYTES("abcde") },
		{ "all of the alphabet's end", HG_BYTES("+/+/"), 16, HG_BYTES("\xfb\xff\xbf") },
		{ "a blank ends it", HG_BYTES("YWJj ZGVm"), 16, HG_BYTES("abc") },
		{ "one letter is no byte", HG_BYTES("Y"), 16, HG_BYTES("") },
		{ "nothing", HG_BYTES(""), 16, HG_BYTES("") },
		{ "no more than there is room for", HG_BYTES("YWJjZGVm"), 4, HG_BYTES("abcd") },
	};

	for (size_t i = 0; i < HG_COUNT(texts); i++) {
		uint8_t out[16];

		hg_check_span(texts[i].title, hg_span(out, hg_base64_decode(texts[i].in, out, texts[i].room)),
			texts[i].out);
	}
}

HG_TESTS("detect_transform", HG_TEST(test_transforms_make_what_the_language_says),
	HG_TEST(test_a_buffer_beyond_the_scratch_is_refused_and_counted),
	HG_TEST(test_base64_stops_at_what_is_none))
