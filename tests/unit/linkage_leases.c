#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "linkage/io/clock.h"
#include "linkage_drive.h"

static const char section[] = "  jitter: 0\n  budgets: {sid: 0, neighbours: 0, minute: 0, hour: 0}\n"
			      "  rules: [{sids: 1}, {sids: 2, ttl: 1d, targets: b}]\n";

static const struct hg_lease *
lease(const struct drive *v, const char *text)
{
	const struct hg_net n = drive_net(text);
	const struct hg_ban *ban = hg_bans_find(&v->d.bans, &n);

	return ban == NULL ? NULL : hg_ban_lease(ban);
}

static enum hg_refusal
add(struct drive *v, const char *text, uint32_t ttl)
{
	const struct hg_order_add o = { .net = drive_net(text), .ttl = ttl, .reason = "test" };
	char why[64];

	return hg_decide_add(&v->d, &o, v->now, why, sizeof(why));
}

static void
test_a_block_is_told_once_and_taken_back(void)
{
	struct drive *v = drive_open(section);

	for (unsigned i = 0; i < 1000; i++)
		drive_hear(v, "11.0.0.1", 1);
	drive_pump(v);
	for (unsigned p = 0; p < 2; p++) {
		hg_check_u64("one order", v->planes[p].n, 1);
		hg_check_bool("to block", v->planes[p].notes[0].wanted, true);
		hg_check_u64("for ten minutes", v->planes[p].notes[0].seconds, 600);
	}
	hg_check_u64("one decision", v->d.counts.granted, 1);
	drive_pass(v, 598);
	hg_check_bool("it holds", drive_blocked(v, "11.0.0.1"), true);
	drive_pass(v, 4);
	hg_check_bool("it has ended", drive_blocked(v, "11.0.0.1"), false);
	hg_check_bool("the planes know", v->planes[0].n == 2 && !v->planes[0].notes[1].wanted, true);
	drive_close(v);
}

static void
test_an_attack_that_goes_on_renews_at_half_time(void)
{
	struct drive *v = drive_open(section);

	for (unsigned i = 0; i < 20; i++) {
		drive_hear(v, "11.0.0.1", 1);
		drive_pass(v, 60);
	}
	hg_check_bool("it holds all the time", drive_blocked(v, "11.0.0.1"), true);
	hg_check_u64("one offence", lease(v, "11.0.0.1")->level, 0);
	hg_check_u64("renewed each half", v->d.counts.renewed, 3);
	drive_close(v);
}

static void
test_who_comes_back_is_out_longer(void)
{
	static const uint32_t want[] = { 600, 3600, 21600 };
	struct drive *v = drive_open(section);

	for (unsigned i = 0; i < HG_COUNT(want); i++) {
		drive_hear(v, "11.0.0.1", 1);
		hg_check_u64("as long as that", lease(v, "11.0.0.1")->ttl, want[i]);
		drive_pass(v, want[i] + 2);
		hg_check_bool("then out", drive_blocked(v, "11.0.0.1"), false);
	}
	drive_pass(v, 31 * 86400);
	hg_check_u64("a month later it is forgotten", v->d.bans.pool.used, 0);
	drive_hear(v, "11.0.0.1", 1);
	hg_check_u64("and as new", lease(v, "11.0.0.1")->ttl, 600);
	drive_close(v);
}

static void
test_leases_of_two_origins_count(void)
{
	struct drive *v = drive_open(section);

	drive_hear(v, "11.0.0.1", 1);
	CU_ASSERT(add(v, "11.0.0.1", 5000) == HG_ADMITTED);
	drive_pass(v, 700);
	hg_check_bool("the longer one holds it", drive_blocked(v, "11.0.0.1"), true);
	CU_ASSERT(add(v, "11.0.0.1", 0) == HG_ADMITTED);
	drive_pass(v, 90000);
	hg_check_bool("for ever", drive_blocked(v, "11.0.0.1"), true);
	CU_ASSERT(add(v, "11.0.0.1", 10) == HG_ADMITTED);
	drive_pass(v, 12);
	hg_check_bool("an operator's newer word holds", drive_blocked(v, "11.0.0.1"), false);
	drive_close(v);
}

static void
test_a_plane_that_is_away_is_told_what_holds_then(void)
{
	struct drive *v = drive_open(section);

	v->planes[0].ready = false;
	for (unsigned i = 0; i < 100; i++) {
		char source[32];

		snprintf(source, sizeof(source), "11.0.0.%u", i);
		CU_ASSERT(add(v, source, i < 90 ? 60 : 6000) == HG_ADMITTED);
		CU_ASSERT(add(v, source, i < 90 ? 60 : 6000) == HG_ADMITTED);
	}
	drive_pump(v);
	drive_pass(v, 100);
	hg_check_u64("nobody waits twice", v->d.targets[0].bulk.n + v->d.targets[0].urgent.n, 100);
	v->planes[0].ready = true;
	drive_pump(v);
	hg_check_u64("only what holds is told", v->planes[0].n, 10);
	hg_check_u64("the other plane was told all, and took back", v->planes[1].n, 100 + 90);
	hg_check_u64("what is over is gone", v->d.bans.pool.used, 10);
	drive_close(v);
}

static void
test_a_failure_is_tried_again(void)
{
	struct drive *v = drive_open(section);

	v->planes[0].answer = HG_ANSWER_FAILED;
	CU_ASSERT(add(v, "11.0.0.1", 6000) == HG_ADMITTED);
	drive_pump(v);
	hg_check_u64("once", v->planes[0].n, 1);
	drive_pump(v);
	hg_check_u64("not at once", v->planes[0].n, 1);
	drive_pass(v, 1);
	hg_check_u64("after a while", v->planes[0].n, 2);
	v->planes[0].answer = HG_ANSWER_DONE;
	drive_pass(v, 40);
	hg_check_u64("until it works", v->planes[0].n, 3);
	drive_pass(v, 40);
	hg_check_u64("and no longer", v->planes[0].n, 3);
	drive_close(v);
}

static void
test_a_refusal_is_tried_again_much_later(void)
{
	struct drive *v = drive_open(section);

	v->planes[0].answer = HG_ANSWER_REFUSED;
	CU_ASSERT(add(v, "11.0.0.1", 60000) == HG_ADMITTED);
	drive_pump(v);
	drive_pass(v, 59);
	hg_check_u64("not before a minute", v->planes[0].n, 1);
	v->planes[0].answer = HG_ANSWER_DONE;
	drive_pass(v, 2);
	hg_check_u64("then", v->planes[0].n, 2);
	hg_check_u64("and it holds", v->d.targets[0].held, 1);
	drive_pass(v, 200);
	hg_check_u64("no more", v->planes[0].n, 2);
	drive_close(v);
}

static void
test_a_refused_block_may_end(void)
{
	struct drive *v = drive_open(section);

	v->planes[0].answer = HG_ANSWER_REFUSED;
	CU_ASSERT(add(v, "11.0.0.1", 10) == HG_ADMITTED);
	drive_pump(v);
	drive_pass(v, 12);
	v->planes[0].answer = HG_ANSWER_DONE;
	drive_pass(v, 120);
	hg_check_u64("nothing is left", v->d.bans.pool.used, 0);
	drive_close(v);
}

static void
test_lost_elements_are_told_again_with_what_is_left(void)
{
	struct drive *v = drive_open(section);

	drive_hear(v, "11.0.0.1", 2);
	drive_hear(v, "11.0.0.2", 1);
	drive_pump(v);
	drive_pass(v, 100);
	v->planes[0].n = 0;
	v->planes[1].n = 0;
	hg_target_resync(&v->d.targets[0], true);
	hg_target_resync(&v->d.targets[1], true);
	drive_pump(v);
	hg_check_u64("only those for this plane", v->planes[0].n, 1);
	hg_check_u64("both for that one", v->planes[1].n, 2);
	hg_check_u64("with what is left", v->planes[0].notes[0].seconds, 500);
	drive_close(v);
}

static void
test_lifting_frees_at_once(void)
{
	struct drive *v = drive_open(section);
	const struct hg_net n = drive_net("11.0.0.1");

	drive_hear(v, "11.0.0.1", 1);
	CU_ASSERT(add(v, "11.0.0.1", 0) == HG_ADMITTED);
	drive_pump(v);
	hg_check_bool("lifted", hg_decide_lift(&v->d, &n, "", v->now), true);
	drive_pump(v);
	hg_check_u64("nothing is left", v->d.bans.pool.used + v->d.leases + v->d.admit.automatic, 0);
	hg_check_bool("not twice", hg_decide_lift(&v->d, &n, "", v->now), false);
	drive_close(v);
}

static void
test_refusals_are_told_in_bounds(void)
{
	struct drive *v = drive_open(section);
	struct hg_alert a = drive_alert("11.0.0.1", 1);

	a.two_way = false;
	for (unsigned i = 0; i < 1000; i++)
		hg_decide_alert(&v->d, &a, v->now);
	hg_check_u64("ten a second", v->records, HG_REFUSALS_TOLD);
	v->now += HG_SEC;
	hg_decide_alert(&v->d, &a, v->now);
	hg_check_bool("the next stands for the others", strstr(v->last, "\"count\":991") != NULL, true);
	drive_close(v);
}

/* A store in a folder of its own. */
struct shelf {
	char folder[32], path[64], log[64];
};

static void
open_shelf(struct shelf *s)
{
	snprintf(s->folder, sizeof(s->folder), "/tmp/hg_leases_XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(s->folder) != NULL);
	snprintf(s->path, sizeof(s->path), "%s/db", s->folder);
	snprintf(s->log, sizeof(s->log), "%s/log", s->folder);
}

static void
close_shelf(struct shelf *s)
{
	char path[96];

	unlink(s->log);
	unlink(s->path);
	snprintf(path, sizeof(path), "%s-wal", s->path);
	unlink(path);
	snprintf(path, sizeof(path), "%s-shm", s->path);
	unlink(path);
	rmdir(s->folder);
}

static struct drive *
open_with_store(const struct shelf *s, int64_t wall)
{
	struct drive *v = drive_open(section);
	struct hg_error err = { 0 };

	CU_ASSERT_FATAL(hg_store_open(&v->d.store, s->path, s->log, &err) == 0);
	CU_ASSERT_FATAL(hg_decider_load(&v->d, wall, &err) == 0);
	return v;
}

static void
close_with_store(struct drive *v)
{
	struct hg_store *s = v->d.store;

	drive_close(v);
	hg_store_close(s);
}

static void
test_a_restart_keeps_the_time_that_is_left(void)
{
	static const struct {
		const char *title;
		int64_t later; /* seconds by the calendar */
		bool blocked;
		uint64_t least, most;
	} rows[] = {
		{ "a moment later", 0, true, 598, 600 },
		{ "some minutes later", 300, true, 298, 300 },
		{ "too late", 700, false, 0, 0 },
		{ "the clock was set back: no more than was granted", -86400, true, 600, 600 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct shelf s;
		struct drive *v;
		uint64_t left;

		open_shelf(&s);
		v = open_with_store(&s, hg_wall());
		drive_hear(v, "11.0.0.1", 1);
		close_with_store(v);
		v = open_with_store(&s, hg_wall() + rows[i].later * HG_WALL_SEC);
		hg_check_bool(rows[i].title, drive_blocked(v, "11.0.0.1"), rows[i].blocked);
		left = rows[i].blocked ? (lease(v, "11.0.0.1")->ends - v->now + HG_SEC / 2) / HG_SEC : 0;
		hg_check_bool(rows[i].title, left >= rows[i].least && left <= rows[i].most, true);
		drive_hear(v, "11.0.0.1", 1);
		hg_check_u64(rows[i].title, lease(v, "11.0.0.1")->level, rows[i].blocked ? 0 : 1);
		close_with_store(v);
		close_shelf(&s);
	}
}

static void
test_every_record_is_in_the_log_once(void)
{
	struct hg_error err = { 0 };
	uint64_t records = 0, broken = 1;
	char line[4096];
	struct shelf s;
	struct drive *v;
	unsigned n = 0;
	FILE *f;

	open_shelf(&s);
	v = open_with_store(&s, hg_wall());
	for (unsigned i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "11.0.1.%u", i);
		drive_hear(v, line, 1);
	}
	close_with_store(v);
	/* As if the program had died in the middle of a line. */
	f = fopen(s.log, "r+");
	CU_ASSERT_FATAL(f != NULL);
	for (unsigned i = 0; i < 40; i++)
		CU_ASSERT_FATAL(fgets(line, sizeof(line), f) != NULL);
	CU_ASSERT(ftruncate(fileno(f), ftell(f) + 20) == 0);
	fclose(f);
	close_with_store(open_with_store(&s, hg_wall()));
	f = fopen(s.log, "r");
	CU_ASSERT_FATAL(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		const char *seq = strstr(line, "\"seq\":");

		hg_check_bool("whole", line[0] == '{' && line[strlen(line) - 2] == '}', true);
		hg_check_u64("in order, none left out", seq == NULL ? 0 : strtoull(seq + 6, NULL, 10), ++n);
	}
	fclose(f);
	CU_ASSERT(hg_store_verify(s.path, &records, &broken, &err) == 0);
	hg_check_u64("as many as the journal has", n, records);
	hg_check_u64("a chain", broken, 0);
	close_shelf(&s);
}

HG_TESTS("linkage_leases", HG_TEST(test_a_block_is_told_once_and_taken_back),
	HG_TEST(test_an_attack_that_goes_on_renews_at_half_time), HG_TEST(test_who_comes_back_is_out_longer),
	HG_TEST(test_leases_of_two_origins_count), HG_TEST(test_a_plane_that_is_away_is_told_what_holds_then),
	HG_TEST(test_a_failure_is_tried_again), HG_TEST(test_lost_elements_are_told_again_with_what_is_left),
	HG_TEST(test_a_refusal_is_tried_again_much_later), HG_TEST(test_a_refused_block_may_end),
	HG_TEST(test_lifting_frees_at_once), HG_TEST(test_refusals_are_told_in_bounds),
	HG_TEST(test_a_restart_keeps_the_time_that_is_left), HG_TEST(test_every_record_is_in_the_log_once))
