/* Every example of dataplane/app/<protocol>/examples.md: whole, byte by byte, cut once at every place; then with a byte
 * missing and cut short at every place, where only the rows of the decoder are asked for: nothing must break. */
#include "app_example.h"
#include "check.h"

static void
expect(const struct example *e, struct drive *d, const char *how, size_t at)
{
	char title[200];

	drive_finish(d);
	snprintf(title, sizeof(title), "%s (%s %zu)", e->title, how, at);
	hg_check_str(title, drive_records(d), e->records);
	drive_close(d);
}

/* chunk 0: each step whole. */
static void
run_chunks(const struct example *e, size_t chunk)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span rest = example_step(e, i);

		do {
			size_t n = chunk == 0 ? rest.len : HG_MIN(chunk, rest.len);

			drive_feed(d, e->steps[i].dir, hg_span_sub(rest, 0, n));
			rest = hg_span_from(rest, n);
		} while (rest.len > 0);
	}
	expect(e, d, "bytes a time", chunk);
}

static void
run_cut(const struct example *e, unsigned step, size_t at)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span all = example_step(e, i);

		drive_feed(d, e->steps[i].dir, i == step ? hg_span_sub(all, 0, at) : all);
		if (i == step)
			drive_feed(d, e->steps[i].dir, hg_span_from(all, at));
	}
	expect(e, d, "cut at", at);
}

/* gap: one byte is missing; else everything from there on. */
static void
run_damaged(const struct example *e, unsigned step, size_t at, bool gap)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span all = example_step(e, i);

		drive_feed(d, e->steps[i].dir, i == step ? hg_span_sub(all, 0, at) : all);
		if (i != step)
			continue;
		if (!gap)
			break;
		if (!e->setup.udp)
			drive_gap(d, e->steps[i].dir, 1);
		drive_feed(d, e->steps[i].dir, hg_span_from(all, at + 1));
	}
	drive_finish(d);
	hg_check_bool(e->title, strstr(drive_records(d), "…") == NULL, true);
	drive_close(d);
}

static void
run_example(const struct example *e)
{
	run_chunks(e, 0);
	for (unsigned i = 0; i < e->n; i++)
		for (size_t at = 0; at < e->steps[i].len; at++) {
			run_damaged(e, i, at, true);
			run_damaged(e, i, at, false);
		}
	if (e->setup.udp || e->setup.suricata7)
		return;
	run_chunks(e, 1);
	run_chunks(e, 3);
	for (unsigned i = 0; i < e->n; i++)
		for (size_t at = 1; at < e->steps[i].len; at++)
			run_cut(e, i, at);
}

static void
test_examples_hold_at_every_split(void)
{
	static struct example e;
	char protocol[EXAMPLE_NAME];
	unsigned i = 0, n;

	for (FILE *in; (in = example_open(i, protocol)) != NULL; i++) {
		for (n = 0; example_next(in, &e); n++)
			run_example(&e);
		fclose(in);
		hg_check_bool(protocol, n > 0, true);
	}
	hg_check_bool("any protocol", i > 0, true);
}

HG_TESTS("app_examples", HG_TEST(test_examples_hold_at_every_split))
