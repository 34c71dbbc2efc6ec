#include "check.h"
#include "deflate_both.h"

#define TEXT 70000
#define STREAMS 2000

static struct hg_mem *mem;
static uint8_t text[TEXT], packed[TEXT * 2];

static void
setup(void)
{
	if (mem == NULL)
		hg_mem_open(&mem, (size_t)4 << 20, false, NULL);
}

/* Bytes of a kind: any, few, runs, near and far repetitions. */
static size_t
write_text(unsigned kind)
{
	const size_t n = 1 + hg_check_below(hg_check_below(8) == 0 ? TEXT - 1 : 6000);

	for (size_t i = 0; i < n; i++) {
		const uint32_t back = 1 + hg_check_below(kind == 3 ? 60 : 40000);

		if (kind == 0)
			text[i] = (uint8_t)hg_check_below(256);
		else if (kind == 2)
			text[i] = hg_check_below(100) == 0 ? 'b' : 'a';
		else if (kind >= 3 && back <= i && hg_check_below(12) != 0)
			text[i] = text[i - back];
		else
			text[i] = (uint8_t) "abcdef <html>div"[hg_check_below(16)];
	}
	return n;
}

static size_t
pack(enum hg_deflate_wrap wrap, size_t n)
{
	const int bits = wrap == HG_DEFLATE_BARE ? -15 : hg_check_below(2) == 0 ? 15 : 31;
	uint8_t field[] = "field", name[] = "page.html", remark[] = "a remark";
	gz_header head = { .extra = field, .extra_len = hg_check_below(6), .hcrc = (int)hg_check_below(2) };
	z_stream z = { 0 };

	deflateInit2(&z, (int)hg_check_below(10), Z_DEFLATED, bits, 1 + (int)hg_check_below(9),
		(int)hg_check_below(5));
	if (hg_check_below(2) == 0)
		head.name = name;
	if (hg_check_below(2) == 0)
		head.comment = remark;
	if (bits == 31 && hg_check_below(2) == 0)
		deflateSetHeader(&z, &head);
	z.next_in = text;
	z.avail_in = (unsigned)n;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	deflate(&z, Z_FINISH);
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

/* Up to three bits turned, in the whole or near the beginning, where tables are; now and then cut short. */
static size_t
damage(size_t n)
{
	const size_t within = hg_check_below(2) == 0 ? n : HG_MIN(n, (size_t)150);

	for (unsigned i = hg_check_below(4); i > 0; i--)
		packed[hg_check_below((uint32_t)within)] ^= (uint8_t)(1u << hg_check_below(8));
	return hg_check_below(4) == 0 ? 1 + hg_check_below((uint32_t)n) : n;
}

static void
test_deflate_gives_what_zlib_gives_at_any_cut(void)
{
	unsigned same = 0;

	setup();
	for (unsigned i = 0; i < STREAMS; i++) {
		enum hg_deflate_wrap wrap = hg_check_below(3) == 0 ? HG_DEFLATE_BARE : HG_DEFLATE_WRAPPED;
		size_t n = damage(pack(wrap, write_text(i % 5)));
		size_t cut = i % 4 == 0 ? 0 : 1 + hg_check_below(i % 2 == 0 ? 20 : 3000);

		if (i % 20 == 0)
			wrap = !wrap;
		same += deflate_is_same(mem, hg_span(packed, n), wrap, cut, hg_check_below(2) == 0);
	}
	hg_check_u64("streams that are the same", same, STREAMS);
}

#define BITS(...) { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ })

/* Faults by RFC 1950 to 1952, each of them bare or wrapped as the row says. */
static const struct {
	const char *title;
	enum hg_deflate_wrap wrap;
	enum hg_deflate_result said;
	uint8_t bytes[36];
	size_t n;
} rows[] = {
	{ "an empty fixed block", HG_DEFLATE_BARE, HG_DEFLATE_END, BITS(0x03, 0x00) },
	{ "a block of the fourth kind", HG_DEFLATE_BARE, HG_DEFLATE_BROKEN, BITS(0x07, 0x00) },
	{ "a stored block", HG_DEFLATE_BARE, HG_DEFLATE_END, BITS(0x01, 0x02, 0x00, 0xfd, 0xff, 'h', 'i') },
	{ "whose length is not its complement", HG_DEFLATE_BARE, HG_DEFLATE_BROKEN,
		BITS(0x01, 0x02, 0x00, 0xfd, 0xfe, 'h') },
	{ "a match in front of the beginning", HG_DEFLATE_BARE, HG_DEFLATE_BROKEN,
		BITS(0x4b, 0x04, 0x12, 0x00) },
	{ "too many distances", HG_DEFLATE_BARE, HG_DEFLATE_BROKEN, BITS(0x05, 0x1f, 0x00, 0x00) },
	{ "no lengths of codes, so no end of the block", HG_DEFLATE_BARE, HG_DEFLATE_BROKEN, { 0x05 }, 36 },
	{ "zlib: a wrong check of the header", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN, BITS(0x78, 0x9d) },
	{ "zlib: a window of 64 KiB", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN, BITS(0x88, 0x1c) },
	{ "zlib: a dictionary", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN, BITS(0x78, 0xbb, 1, 2, 3, 4) },
	{ "zlib: empty", HG_DEFLATE_WRAPPED, HG_DEFLATE_END, BITS(0x78, 0x9c, 0x03, 0x00, 0, 0, 0, 1) },
	{ "zlib: a wrong check", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN,
		BITS(0x78, 0x9c, 0x03, 0x00, 0, 0, 0, 2) },
	{ "gzip: another method", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN, BITS(0x1f, 0x8b, 7, 0) },
	{ "gzip: a flag that is reserved", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN, BITS(0x1f, 0x8b, 8, 0x20) },
	{ "gzip: empty", HG_DEFLATE_WRAPPED, HG_DEFLATE_END,
		BITS(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0) },
	{ "gzip: a wrong length", HG_DEFLATE_WRAPPED, HG_DEFLATE_BROKEN,
		BITS(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0x00, 0, 0, 0, 0, 1, 0, 0, 0) },
};

static void
test_deflate_names_each_fault(void)
{
	setup();
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_span in = hg_span(rows[i].bytes, rows[i].n);
		struct hg_deflate *f = hg_deflate_open(mem, rows[i].wrap);

		hg_check_u64(rows[i].title, hg_deflate_run(f, &in), rows[i].said);
		hg_check_u64("and again", hg_deflate_run(f, &in), rows[i].said);
		hg_check_bool("as zlib, byte by byte",
			deflate_is_same(mem, hg_span(rows[i].bytes, rows[i].n), rows[i].wrap, 1, true), true);
		hg_deflate_close(f, mem);
	}
}

static void
test_deflate_begins_anew_and_gives_its_memory_back(void)
{
	struct hg_mem_stats before, after;
	struct hg_deflate *f;
	size_t n;

	setup();
	hg_mem_stats(mem, &before);
	n = pack(HG_DEFLATE_WRAPPED, write_text(1));
	f = hg_deflate_open(mem, HG_DEFLATE_WRAPPED);
	for (unsigned i = 0; i < 2; i++) {
		struct hg_span in = hg_span(packed, n / 2);

		hg_check_u64("half of it", hg_deflate_run(f, &in), HG_DEFLATE_MORE);
		hg_deflate_reset(f);
		hg_check_u64("nothing came out yet", hg_deflate_total(f) + hg_deflate_block(f).len, 0);
	}
	hg_deflate_close(f, mem);
	hg_mem_stats(mem, &after);
	hg_check_u64("memory", after.used, before.used);
}

HG_TESTS("app_deflate", HG_TEST(test_deflate_gives_what_zlib_gives_at_any_cut),
	HG_TEST(test_deflate_names_each_fault), HG_TEST(test_deflate_begins_anew_and_gives_its_memory_back))
