#include "check.h"

#include "base/hash.h"

static void
test_hash_is_siphash_1_3(void)
{
	static const struct {
		const char *title;
		struct hg_hash_key key;
		struct hg_span text;
		uint64_t want;
	} rows[] = {
		{ "empty", { 0x0706050403020100, 0x0f0e0d0c0b0a0908 }, { NULL, 0 }, 0xabac0158050fc4dc },
		{ "one byte", { 0, 0 }, HG_BYTES("a"), 0x407448d2b89b1813 },
		{ "one word", { 0, 0 }, HG_BYTES("abcdefgh"), 0x3f7b849c0b8e35ea },
		{ "words and a rest", { 0, 0 }, HG_BYTES("abcdefghiabcdefghiabcdefghiabcdefghiabcdefghi"),
			0xadaf287e468fcf90 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_u64(
			rows[i].title, hg_hash(&rows[i].key, rows[i].text.p, rows[i].text.len), rows[i].want);
}

static void
test_hash_depends_on_each_byte_and_the_key(void)
{
	struct hg_hash_key replay = HG_HASH_KEY_REPLAY, other = { replay.k0, replay.k1 + 1 };
	uint8_t text[37] = { 0 };
	uint64_t base = hg_hash(&replay, text, sizeof(text));

	CU_ASSERT(hg_hash(&other, text, sizeof(text)) != base);
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = 1;
		CU_ASSERT(hg_hash(&replay, text, sizeof(text)) != base);
		text[i] = 0;
		CU_ASSERT(hg_hash(&replay, text, i) != base);
	}
}

static void
test_hash_of_names_is_fnv_1a(void)
{
	hg_check_u64("empty", hg_hash_name(HG_SPAN_NONE), 0x811c9dc5);
	hg_check_u64("a", hg_hash_name(HG_BYTES("a")), 0xe40c292c);
	hg_check_u64("foobar", hg_hash_name(HG_BYTES("foobar")), 0xbf9cf968);
}

HG_TESTS("base_hash", HG_TEST(test_hash_is_siphash_1_3), HG_TEST(test_hash_depends_on_each_byte_and_the_key),
	HG_TEST(test_hash_of_names_is_fnv_1a))
