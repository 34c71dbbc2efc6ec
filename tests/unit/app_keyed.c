#include "check.h"

#include "app/keyed.h"

static struct hg_keyed_key
key_of(uint64_t n)
{
	return (struct hg_keyed_key){ .kind = 1, .message = n };
}

static void
test_finds_what_was_put(void)
{
	struct hg_mem *mem = NULL;
	struct hg_keyed k;

	hg_check_bool("memory", hg_mem_open(&mem, (size_t)16 << 20, false, NULL) == 0, true);
	hg_keyed_init(&k, mem);
	for (uint64_t n = 0; n < 500; n++) {
		const struct hg_keyed_key key = key_of(n);

		hg_keyed_put(&k, &key)->value = n * 3;
	}
	for (uint64_t n = 0; n < 500; n++) {
		const struct hg_keyed_key key = key_of(n), other = { .kind = 2, .message = n };
		const struct hg_keyed_slot *slot = hg_keyed_find(&k, &key);

		hg_check_u64("value", slot == NULL ? UINT64_MAX : slot->value, n * 3);
		hg_check_bool("another kind", hg_keyed_find(&k, &other) == NULL, true);
	}
	hg_check_u64("nothing was pushed out", k.evicted, 0);
	hg_keyed_fini(&k);
	hg_mem_close(mem);
}

/* The newest stay, as many as there is room for; all memory comes back. */
static void
test_is_bounded(void)
{
	const struct hg_keyed_key last = key_of(99999);
	struct hg_mem_stats stats;
	struct hg_mem *mem = NULL;
	struct hg_keyed k;

	hg_check_bool("memory", hg_mem_open(&mem, (size_t)16 << 20, false, NULL) == 0, true);
	hg_keyed_init(&k, mem);
	for (uint64_t n = 0; n < 100000; n++) {
		const struct hg_keyed_key key = key_of(n);

		hg_keyed_add_text(&k, hg_keyed_put(&k, &key), HG_BYTES("text"), 64);
	}
	hg_check_u64("slots", k.size, HG_KEYED_SLOTS);
	hg_check_bool("pushed out", k.evicted >= 100000 - HG_KEYED_SLOTS, true);
	hg_check_bool("the last one is there", hg_keyed_find(&k, &last) != NULL, true);
	hg_keyed_fini(&k);
	hg_mem_stats(mem, &stats);
	hg_check_u64("memory in use", stats.used, 0);
	hg_mem_close(mem);
}

static void
test_text_is_cut(void)
{
	const struct hg_keyed_key key = key_of(1);
	struct hg_keyed_slot *slot;
	struct hg_mem *mem = NULL;
	struct hg_keyed k;

	hg_check_bool("memory", hg_mem_open(&mem, (size_t)1 << 20, false, NULL) == 0, true);
	hg_keyed_init(&k, mem);
	slot = hg_keyed_put(&k, &key);
	hg_check_bool("whole", hg_keyed_add_text(&k, slot, HG_BYTES("abc"), 5), true);
	hg_check_bool("cut", hg_keyed_add_text(&k, slot, HG_BYTES("defg"), 5), false);
	hg_check_span("text", hg_keyed_text_of(slot), HG_BYTES("abcde"));
	slot = hg_keyed_put(&k, &key);
	hg_check_u64("put anew it is empty", slot->text_len, 0);
	hg_keyed_drop(&k, slot);
	hg_check_bool("dropped", hg_keyed_find(&k, &key) == NULL, true);
	hg_keyed_fini(&k);
	hg_mem_close(mem);
}

HG_TESTS("app_keyed", HG_TEST(test_finds_what_was_put), HG_TEST(test_is_bounded), HG_TEST(test_text_is_cut))
