#include "check.h"

#include "base/reader.h"

#define RECORD HG_BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09")

static void
test_reader_reads_both_byte_orders(void)
{
	struct hg_reader r = hg_reader_of(RECORD);

	hg_check_u64("u8", hg_read_u8(&r), 0x01);
	hg_check_u64("u16be", hg_read_u16be(&r), 0x0203);
	hg_check_u64("u16le", hg_read_u16le(&r), 0x0504);
	hg_check_u64("u24be", hg_read_u24be(&r), 0x060708);
	hg_check_u64("offset", hg_reader_offset(&r), 8);
	hg_check_u64("left", hg_reader_left(&r), 1);
	r = hg_reader_of(RECORD);
	hg_check_u64("u32be", hg_read_u32be(&r), 0x01020304);
	hg_check_u64("u32le", hg_read_u32le(&r), 0x08070605);
	r = hg_reader_of(RECORD);
	hg_check_u64("u64be", hg_read_u64be(&r), 0x0102030405060708);
	hg_check_bool("whole", hg_reader_failed(&r), false);
}

static void
test_reader_refuses_length_past_end(void)
{
	static const struct {
		size_t skip, take;
		bool failed;
	} rows[] = { { 0, 9, false }, { 0, 10, true }, { 9, 0, false }, { 9, 1, true }, { 5, 4, false },
		{ 5, SIZE_MAX, true } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_reader r = hg_reader_of(RECORD);

		hg_read_skip(&r, rows[i].skip);
		hg_check_u64("span", hg_read_span(&r, rows[i].take).len, rows[i].failed ? 0 : rows[i].take);
		hg_check_bool("failed", hg_reader_failed(&r), rows[i].failed);
	}
}

static void
test_reader_stays_failed(void)
{
	struct hg_reader r = hg_reader_of(HG_BYTES("\x05"));

	hg_check_u64("too short", hg_read_u16be(&r), 0);
	hg_check_u64("its byte is not given either", hg_read_u8(&r), 0);
	hg_check_u64("nothing left", hg_reader_left(&r), 0);
	hg_check_u64("empty", hg_read_rest(&r).len, 0);
	hg_check_u64("at", hg_reader_at(&r, 0, 1).len, 0);
	hg_check_bool("failed", hg_reader_failed(&r), true);
}

static void
test_reader_of_a_part_cannot_read_past_it(void)
{
	struct hg_reader r = hg_reader_of(RECORD), sub = hg_reader_sub(&r, 3);

	hg_check_u64("last of the part", hg_read_u24be(&sub), 0x010203);
	hg_check_u64("past the part", hg_read_u8(&sub), 0);
	hg_check_bool("the part failed", hg_reader_failed(&sub), true);
	hg_check_u64("the whole goes on", hg_read_u8(&r), 0x04);
	sub = hg_reader_sub(&r, 6);
	hg_check_bool("bad length fails the part", hg_reader_failed(&sub), true);
	hg_check_bool("and the whole", hg_reader_failed(&r), true);
}

static void
test_reader_reads_counted_strings(void)
{
	struct hg_reader r = hg_reader_of(HG_BYTES("\x02hi\x00\x03you\x09no"));

	hg_check_span("one byte of length", hg_read_counted8(&r), HG_BYTES("hi"));
	hg_check_span("two", hg_read_counted16(&r), HG_BYTES("you"));
	hg_check_span("lies", hg_read_counted8(&r), HG_SPAN_NONE);
	hg_check_bool("failed", hg_reader_failed(&r), true);
}

static void
test_reader_looks_anywhere_in_the_record(void)
{
	static const struct {
		size_t offset, len;
		bool good;
	} rows[] = { { 0, 9, true }, { 9, 0, true }, { 8, 2, false }, { 10, 0, false },
		{ 1, SIZE_MAX, false } };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_reader r = hg_reader_of(RECORD);

		hg_read_skip(&r, 4);
		hg_check_span("bytes", hg_reader_at(&r, rows[i].offset, rows[i].len),
			rows[i].good ? hg_span_sub(RECORD, rows[i].offset, rows[i].len) : HG_SPAN_NONE);
		hg_check_bool("failed", hg_reader_failed(&r), !rows[i].good);
	}
}

HG_TESTS("base_reader", HG_TEST(test_reader_reads_both_byte_orders),
	HG_TEST(test_reader_refuses_length_past_end), HG_TEST(test_reader_stays_failed),
	HG_TEST(test_reader_of_a_part_cannot_read_past_it), HG_TEST(test_reader_reads_counted_strings),
	HG_TEST(test_reader_looks_anywhere_in_the_record))
