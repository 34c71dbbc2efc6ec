/* Sets of values: what is in them, for how long, from several threads, as text and as files. */
#include "check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "set/set.h"

#define THREADS 4
#define VALUES 20000

static struct hg_set *
open_set(enum hg_set_type type, size_t memory)
{
	const struct hg_set_config c = { .type = type, .memory = memory, .key = { 1, 2 } };
	struct hg_set *s = NULL;

	CU_ASSERT_FATAL(hg_set_open(&s, &c, NULL) == 0);
	return s;
}

static void
test_adds_finds_and_forgets(void)
{
	struct hg_set *s = open_set(HG_SET_STRING, 1 << 20);
	const struct hg_span a = HG_BYTES("a"), b = HG_BYTES("b\0c");
	uint16_t score = 0;

	hg_check_bool("empty", hg_set_has(s, a, 1, NULL), false);
	hg_check_u64("added", hg_set_add(s, a, 7, 1, HG_SET_FOREVER), HG_SET_DONE);
	hg_check_u64("again", hg_set_add(s, a, 8, 1, HG_SET_FOREVER), HG_SET_KNOWN);
	hg_check_bool("there", hg_set_has(s, a, 1, &score), true);
	hg_check_u64("what was said last", score, 8);
	hg_check_bool("another", hg_set_has(s, b, 1, NULL), false);
	hg_check_u64("with a NUL", hg_set_add(s, b, 0, 1, HG_SET_FOREVER), HG_SET_DONE);
	hg_check_u64("both", hg_set_count(s, 1), 2);
	hg_check_bool("taken out", hg_set_remove(s, a, 1), true);
	hg_check_bool("taken out twice", hg_set_remove(s, a, 1), false);
	hg_check_bool("gone", hg_set_has(s, a, 1, NULL), false);
	hg_check_u64("comes back", hg_set_add(s, a, 0, 1, HG_SET_FOREVER), HG_SET_DONE);
	hg_set_clear(s);
	hg_check_u64("cleared", hg_set_count(s, 1), 0);
	hg_check_u64("nothing is no value", hg_set_add(s, HG_SPAN_NONE, 0, 1, HG_SET_FOREVER), HG_SET_BAD);
	hg_set_give(s);
}

static void
test_forgets_in_time(void)
{
	struct hg_set *s = open_set(HG_SET_IPV4, 1 << 20);
	const struct hg_span a = HG_BYTES("\x0a\x00\x00\x01");

	hg_check_u64("added", hg_set_add(s, a, 0, 100, 200), HG_SET_DONE);
	hg_check_bool("just before", hg_set_has(s, a, 199, NULL), true);
	hg_check_bool("at its end", hg_set_has(s, a, 200, NULL), false);
	hg_check_u64("anew", hg_set_add(s, a, 0, 200, 300), HG_SET_DONE);
	hg_check_u64("prolonged", hg_set_add(s, a, 0, 299, 400), HG_SET_KNOWN);
	hg_check_bool("as prolonged", hg_set_has(s, a, 399, NULL), true);
	hg_check_bool("removed too late", hg_set_remove(s, a, 400), false);
	hg_check_u64("not of its type", hg_set_add(s, HG_BYTES("abcde"), 0, 1, 2), HG_SET_BAD);
	hg_set_give(s);
}

static void
test_refuses_what_there_is_no_room_for(void)
{
	struct hg_set *s = open_set(HG_SET_STRING, 64 << 10);
	uint8_t value[1000] = { 0 };
	unsigned added = 0;

	for (unsigned i = 0; i < 200; i++) {
		memcpy(value, &i, sizeof(i));
		added += hg_set_add(s, hg_span(value, sizeof(value)), 0, 1, HG_SET_FOREVER) == HG_SET_DONE;
	}
	hg_check_u64("its memory holds so many", added, 63);
	hg_check_u64("and counts the others", hg_set_refused(s), 137);
	hg_check_bool("the first is there", hg_set_count(s, 1) == 63, true);
	hg_set_remove(s, hg_span(value, sizeof(value)), 1);
	memset(value, 0, sizeof(value));
	hg_check_bool("one goes", hg_set_remove(s, hg_span(value, sizeof(value)), 1), true);
	hg_check_u64("its place is its own",
		hg_set_add(s, hg_span(value, sizeof(value)), 0, 1, HG_SET_FOREVER), HG_SET_DONE);
	hg_set_give(s);
}

struct racer {
	pthread_t thread;
	struct hg_set *set;
	uint64_t added, removed;
};

static void *
race(void *arg)
{
	struct racer *r = arg;

	for (uint32_t i = 0; i < VALUES; i++)
		r->added += hg_set_add(r->set, hg_span(&i, sizeof(i)), 0, 1, HG_SET_FOREVER) == HG_SET_DONE;
	for (uint32_t i = 0; i < VALUES; i += 2)
		r->removed += hg_set_remove(r->set, hg_span(&i, sizeof(i)), 1);
	return NULL;
}

static void
test_threads_add_each_value_once(void)
{
	struct hg_set *s = open_set(HG_SET_IPV4, 16 << 20);
	struct racer racers[THREADS];
	uint64_t added = 0, removed = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		racers[i] = (struct racer){ .set = hg_set_take(s) };
		CU_ASSERT_FATAL(pthread_create(&racers[i].thread, NULL, race, &racers[i]) == 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(racers[i].thread, NULL);
		added += racers[i].added;
		removed += racers[i].removed;
		hg_set_give(s);
	}
	/* One that removes early lets a slower one add again. */
	hg_check_u64("what was added and not removed is there", hg_set_count(s, 1), added - removed);
	hg_check_bool("every odd one is", hg_set_count(s, 1) >= VALUES / 2, true);
	hg_check_bool("none was added twice", added - VALUES <= removed, true);
	hg_set_give(s);
}

static void
test_reads_and_writes_values_as_text(void)
{
	static const struct {
		enum hg_set_type type;
		const char *text;
		struct hg_span value;
		bool good;
	} rows[] = {
		{ HG_SET_STRING, "YS50ZXN0", { (const uint8_t *)"a.test", 6 }, true },
		{ HG_SET_STRING, "YQ==", { (const uint8_t *)"a", 1 }, true },
		{ HG_SET_STRING, "YQ=", { NULL, 0 }, false },
		{ HG_SET_STRING, "", { NULL, 0 }, false },
		{ HG_SET_STRING, "Y!==", { NULL, 0 }, false },
		{ HG_SET_MD5, "00112233445566778899aabbccddeeff",
			{ (const uint8_t *)"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff",
				16 },
			true },
		{ HG_SET_MD5, "0011", { NULL, 0 }, false },
		{ HG_SET_MD5, "x0112233445566778899aabbccddeeff", { NULL, 0 }, false },
		{ HG_SET_IPV4, "10.1.2.3", { (const uint8_t *)"\x0a\x01\x02\x03", 4 }, true },
		{ HG_SET_IPV4, "fd00::1", { NULL, 0 }, false },
		{ HG_SET_IP, "10.1.2.300", { NULL, 0 }, false },
	};
	uint8_t buf[HG_SET_VALUE_MAX];
	char text[HG_SET_TEXT_MAX];

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_span value = HG_SPAN_NONE;

		hg_check_bool(rows[i].text,
			hg_set_parse(rows[i].type, hg_span_str(rows[i].text), buf, &value), rows[i].good);
		if (!rows[i].good)
			continue;
		hg_check_span(rows[i].text, value, rows[i].value);
		hg_set_print(rows[i].type, value, text);
		hg_check_str("and back", text, rows[i].text);
	}
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_FATAL(f != NULL);
	fputs(text, f);
	fclose(f);
}

static void
test_keeps_itself_in_a_file(void)
{
	char path[] = "/tmp/hangu-set-XXXXXX";
	struct hg_set *s = open_set(HG_SET_IP, 1 << 20), *again = open_set(HG_SET_IP, 1 << 20);
	struct hg_error err = { 0 };
	uint16_t score = 0;
	const int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0);
	close(fd);
	write_file(path, "# ours\n10.0.0.1, 300\n\n fd00::1 \r\n10.0.0.2");
	hg_check_u64("read", (uint64_t)hg_set_load(s, path, &err), 0);
	hg_check_u64("three", hg_set_count(s, 1), 3);
	hg_check_bool("rated", hg_set_has(s, HG_BYTES("\x0a\x00\x00\x01"), 1, &score), true);
	hg_check_u64("so much", score, 300);
	hg_set_add(s, HG_BYTES("\x0a\x00\x00\x09"), 0, 1, 100);
	hg_check_u64("written", (uint64_t)hg_set_save(s, path, 200, &err), 0);
	hg_check_u64("read again", (uint64_t)hg_set_load(again, path, &err), 0);
	hg_check_u64("without what ran out", hg_set_count(again, 1), 3);
	hg_check_bool("rated again",
		hg_set_has(again, HG_BYTES("\x0a\x00\x00\x01"), 1, &score) && score == 300, true);
	write_file(path, "10.0.0.1\nnothing\n");
	hg_check_bool("a wrong line", hg_set_load(s, path, &err) < 0, true);
	hg_check_str("says so", err.text, "no value of type ip");
	hg_check_u64("and which", err.line, 2);
	write_file(path, "10.0.0.1,70000\n");
	hg_check_bool("a wrong score", hg_set_load(s, path, &err) < 0, true);
	hg_check_str("says so", err.text, "a score is a number from 0 to 65535");
	unlink(path);
	hg_check_bool("no file", hg_set_load(s, path, &err) < 0, true);
	hg_set_give(s);
	hg_set_give(again);
}

HG_TESTS("set: values", HG_TEST(test_adds_finds_and_forgets), HG_TEST(test_forgets_in_time),
	HG_TEST(test_refuses_what_there_is_no_room_for), HG_TEST(test_threads_add_each_value_once),
	HG_TEST(test_reads_and_writes_values_as_text), HG_TEST(test_keeps_itself_in_a_file))
