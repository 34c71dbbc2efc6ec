/* Elements of BER: tags, lengths of every form, numbers, and what is refused. */
#include "check.h"

#include "base/ber.h"

static bool
take(struct hg_span in, size_t *len)
{
	struct hg_reader r = hg_reader_of(in);
	struct hg_span value;
	uint8_t tag;
	const bool ok = hg_ber_take(&r, &tag, &value);

	*len = value.len;
	return ok;
}

static void
test_ber_reads_every_form_of_length(void)
{
	size_t len;

	CU_ASSERT(take(HG_BYTES("\x04\x02"
				"abc"),
			  &len) &&
		len == 2);
	CU_ASSERT(take(HG_BYTES("\x04\x00"), &len) && len == 0);
	CU_ASSERT(take(HG_BYTES("\x04\x81\x03"
				"abc"),
			  &len) &&
		len == 3);
	CU_ASSERT(take(HG_BYTES("\x04\x84\x00\x00\x00\x01"
				"a"),
			  &len) &&
		len == 1);
	CU_ASSERT_FALSE(take(HG_BYTES("\x04\x04"
				      "abc"),
		&len));
	CU_ASSERT_FALSE(take(HG_BYTES("\x04\x84\xff\xff\xff\xff"
				      "a"),
		&len));
	CU_ASSERT_FALSE(take(HG_BYTES("\x04\x80"
				      "a\x00\x00"),
		&len));
	CU_ASSERT_FALSE(take(HG_BYTES("\x04\x85\x00\x00\x00\x00\x01"
				      "a"),
		&len));
	CU_ASSERT_FALSE(take(HG_BYTES("\x1f\x22\x01"
				      "a"),
		&len));
	CU_ASSERT_FALSE(take(HG_BYTES("\x04"), &len));
	CU_ASSERT_FALSE(take(HG_SPAN_NONE, &len));
}

static bool
number(struct hg_span in, uint32_t *n)
{
	struct hg_reader r = hg_reader_of(in);

	return hg_ber_u32(&r, n);
}

static void
test_ber_reads_numbers_that_fit(void)
{
	uint32_t n;

	CU_ASSERT(number(HG_BYTES("\x02\x01\x7f"), &n) && n == 127);
	CU_ASSERT(number(HG_BYTES("\x02\x02\x00\x80"), &n) && n == 128);
	CU_ASSERT(number(HG_BYTES("\x02\x05\x00\xff\xff\xff\xff"), &n) && n == UINT32_MAX);
	CU_ASSERT_FALSE(number(HG_BYTES("\x02\x01\x80"), &n));
	CU_ASSERT_FALSE(number(HG_BYTES("\x02\x05\x01\x00\x00\x00\x00"), &n));
	CU_ASSERT_FALSE(number(HG_BYTES("\x02\x00"), &n));
	CU_ASSERT_FALSE(number(HG_BYTES("\x04\x01\x01"), &n));
}

static void
test_ber_finds_members(void)
{
	const struct hg_span seq = HG_BYTES("\x02\x01\x05\xa1\x03\x04\x01"
					    "a\xa2\x03\x02\x01\x09");
	struct hg_span v;

	CU_ASSERT(hg_ber_find(seq, HG_BER_INTEGER, &v) && v.len == 1 && v.p[0] == 5);
	CU_ASSERT(hg_ber_member(seq, 1, HG_BER_OCTETS, &v) && hg_span_eq(v, HG_BYTES("a")));
	CU_ASSERT(hg_ber_member(seq, 2, HG_BER_INTEGER, &v) && v.p[0] == 9);
	CU_ASSERT_FALSE(hg_ber_member(seq, 2, HG_BER_OCTETS, &v));
	CU_ASSERT_FALSE(hg_ber_member(seq, 3, HG_BER_INTEGER, &v));
	/* What stands behind a broken element is not looked at. */
	CU_ASSERT_FALSE(hg_ber_find(HG_BYTES("\x02\x09\x05\x04\x01"
					     "a"),
		HG_BER_OCTETS, &v));
}

HG_TESTS("base_ber", HG_TEST(test_ber_reads_every_form_of_length), HG_TEST(test_ber_reads_numbers_that_fit),
	HG_TEST(test_ber_finds_members))
