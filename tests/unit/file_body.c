#include "base/mem.h"
#include "check.h"
#include "file/body.h"

static struct hg_mem *mem;
static uint8_t text[300];

static void
setup(struct hg_body *b, uint32_t limit, uint32_t min, uint32_t window)
{
	struct hg_inspect_limits l = { limit, min, window };

	if (mem == NULL)
		hg_mem_open(&mem, (size_t)16 << 20, false, NULL);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)('a' + i % 26);
	hg_body_init(b, mem, &l);
}

/* Each row appends bytes to a body of limit 200, min 40, window 16 and says what is due then. */
static const struct {
	const char *title;
	uint8_t appends;
	uint16_t append[3];
	bool complete, eof, ips;
	int64_t start; /* -1: nothing */
	uint16_t len;
} windows[] = {
	{ "nothing before min", 1, { 39 }, false, false, false, -1, 0 },
	{ "the whole body at min", 1, { 40 }, false, false, false, 0, 40 },
	{ "a short body at its end", 1, { 5 }, true, false, false, 0, 5 },
	{ "an empty body at its end", 1, { 0 }, true, false, false, 0, 0 },
	{ "what is there when the flow ends", 1, { 5 }, false, true, false, 0, 5 },
	{ "every byte inline", 1, { 5 }, false, false, true, 0, 5 },
	{ "all again while only min was seen", 2, { 40, 4 }, false, false, false, 0, 44 },
	{ "old bytes fill the window", 2, { 50, 4 }, false, false, false, 38, 16 },
	{ "a quarter of it before news that are larger", 2, { 50, 20 }, false, false, false, 46, 24 },
	{ "a quarter of it before news of the same size", 2, { 50, 16 }, false, false, false, 46, 20 },
	{ "windows go on", 3, { 50, 20, 4 }, false, false, false, 58, 16 },
	{ "nothing without news", 2, { 50, 0 }, false, false, false, -1, 0 },
	{ "bytes past the limit are not kept", 2, { 150, 100 }, false, false, false, 146, 54 },
	{ "inline windows shrink too", 2, { 50, 4 }, false, false, true, 38, 16 },
};

static void
test_body_windows_are_those_of_the_peer(void)
{
	for (size_t i = 0; i < HG_COUNT(windows); i++) {
		struct hg_body b;
		struct hg_view v;
		size_t at = 0;
		bool due = false;

		setup(&b, 200, 40, 16);
		for (unsigned k = 0; k < windows[i].appends; k++) {
			hg_body_append(&b, hg_span(text + at, windows[i].append[k]));
			at += windows[i].append[k];
			if (k + 1 == windows[i].appends)
				break;
			if (hg_body_view(&b, false, windows[i].ips, &v))
				hg_body_inspected(&b);
		}
		if (windows[i].complete)
			hg_body_finish(&b);
		due = hg_body_view(&b, windows[i].eof, windows[i].ips, &v);
		hg_check_bool(windows[i].title, due, windows[i].start >= 0);
		if (due) {
			hg_check_u64(windows[i].title, v.offset, (uint64_t)windows[i].start);
			hg_check_span(
				windows[i].title, v.data, hg_span(text + windows[i].start, windows[i].len));
		}
		hg_body_fini(&b);
	}
}

static void
test_body_window_never_reaches_over_a_gap(void)
{
	struct hg_body b;
	struct hg_view v;

	setup(&b, 0, 40, 16);
	hg_body_append(&b, hg_span(text, 10));
	hg_body_skip(&b, 7);
	hg_check_bool("what stands before the gap is due", hg_body_view(&b, false, false, &v), true);
	hg_check_span("what stands before the gap is due", v.data, hg_span(text, 10));
	hg_body_inspected(&b);
	hg_body_append(&b, hg_span(text + 17, 50));
	hg_check_bool("what stands behind it", hg_body_view(&b, false, false, &v), true);
	hg_check_u64("what stands behind it", v.offset, 17);
	hg_check_span("what stands behind it", v.data, hg_span(text + 17, 50));
	hg_check_u64("missing bytes count", b.total, 67);
	hg_body_fini(&b);
}

static void
test_body_end_is_shown_once(void)
{
	struct hg_body b;
	struct hg_view v;

	setup(&b, 0, 4, 16);
	hg_body_append(&b, hg_span(text, 10));
	hg_check_bool("first", hg_body_view(&b, false, false, &v), true);
	hg_check_bool("not complete", v.complete, false);
	hg_body_inspected(&b);
	hg_body_finish(&b);
	hg_check_bool("the end alone is due", hg_body_view(&b, false, false, &v), true);
	hg_check_bool("complete", v.complete, true);
	hg_body_inspected(&b);
	hg_check_bool("and no more", hg_body_view(&b, true, false, &v), false);
	hg_body_fini(&b);
}

static void
test_body_without_limit_forgets_its_oldest_bytes(void)
{
	struct hg_mem_stats before, after;
	struct hg_body b;
	struct hg_view v;

	setup(&b, 0, 1000000000u, 16);
	hg_mem_stats(mem, &before);
	for (unsigned i = 0; i < 100000; i++)
		hg_body_append(&b, hg_span(text, 100));
	hg_mem_stats(mem, &after);
	hg_check_u64("all is counted", b.total, 10000000);
	hg_check_bool("at most a MiB is held", after.used - before.used <= HG_MEM_MAX, true);
	hg_check_bool("the last bytes are there", hg_body_view(&b, true, false, &v), true);
	hg_check_u64("up to the end", v.offset + v.data.len, 10000000);
	hg_body_fini(&b);
}

HG_TESTS("file_body", HG_TEST(test_body_windows_are_those_of_the_peer),
	HG_TEST(test_body_window_never_reaches_over_a_gap), HG_TEST(test_body_end_is_shown_once),
	HG_TEST(test_body_without_limit_forgets_its_oldest_bytes))
