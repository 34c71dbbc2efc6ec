/* Overload: when a sequence of looks at a port begins and ends it. */
#include "check.h"

#include "engine/overload.h"

#define BEGIN (UINT64_C(1700000000) * HG_SEC)
#define AFTER (100 * HG_MSEC)
#define STEP (10 * HG_MSEC)

/* A letter a look, STEP after the one before: F frames were left, '.' all sources were emptied; what it is behind each: '#' on, '-' off. */
static void
look(struct hg_overload *o, hg_time *now, const char *looks, char *out)
{
	for (; *looks != '\0'; looks++) {
		const bool before = o->on;
		const bool turned = hg_overload_note(o, *now, *looks == 'F', 32);

		hg_check_bool("says when it turns", turned, o->on != before);
		*out++ = o->on ? '#' : '-';
		*now += STEP;
	}
	*out = '\0';
}

static void
test_it_begins_without_a_break_and_ends_when_there_are_more_breaks(void)
{
	static const struct {
		const char *title, *looks, *want;
	} rows[] = {
		{ "as long as it takes", "FFFFFFFFFFFF", "----------##" },
		{ "one break begins anew", "FFFFFFFFF.FFFFFFFFFFF", "--------------------#" },
		{ "trains are none", "FFF.FFF.FFF.FFF.FFF.FFF.FFF.", "----------------------------" },
		{ "one break is no end", "FFFFFFFFFFF.FFFFFFFFF", "----------###########" },
		{ "nor are as many as not", "FFFFFFFFFFF.F.F.F.F.F.F.F.F.F.F.F.F",
			"----------#########################" },
		{ "breaks for as long are", "FFFFFFFFFFF...........", "----------##########--" },
		{ "trains are", "FFFFFFFFFFF...F...F...F...F...F...F",
			"----------##################-------" },
		{ "it begins again only after as long", "FFFFFFFFFFF..........FFFFFFFFFFFF",
			"----------##########-----------##" },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_overload o = { .after = AFTER };
		hg_time now = BEGIN;
		char out[64];

		look(&o, &now, rows[i].looks, out);
		hg_check_str(rows[i].title, out, rows[i].want);
	}
}

static void
test_without_a_time_each_full_burst_is_overload(void)
{
	struct hg_overload o = { 0 };
	hg_time now = BEGIN;
	char out[16];

	look(&o, &now, ".F.FF..F", out);
	hg_check_str("at once, and over at once", out, "-#-##--#");
	hg_check_u64("begun", o.stats.begun, 3);
}

static void
test_it_counts_how_often_how_long_and_how_much(void)
{
	struct hg_overload o = { .after = AFTER };
	hg_time now = BEGIN;
	char out[64];

	look(&o, &now, "FFFFFFFFFFFF..........F..FFFFFFFFFFF", out);
	hg_check_str("twice", out, "----------###########--------------#");
	hg_check_u64("begun", o.stats.begun, 2);
	hg_check_u64("ms from look to look", o.stats.milliseconds, 110);
	hg_check_u64("frames: with the look that begins, without the one that ends", o.stats.frames, 12 * 32);
}

/* Nobody waits for an hour that was set back, and an hour that was skipped is none of standing in line. */
static void
test_a_clock_that_was_set_does_not_keep_it_on(void)
{
	struct hg_overload o = { .after = AFTER };
	hg_time now = BEGIN;
	char out[64];

	look(&o, &now, "FFFFFFFFFFF", out);
	now -= 3600 * HG_SEC;
	look(&o, &now, "...........", out);
	hg_check_str("it ends all the same", out, "##########-");
	look(&o, &now, "F", out);
	now -= 3600 * HG_SEC;
	look(&o, &now, "FFFFFFFFFFFF", out);
	hg_check_str("and begins", out, "----------##");
}

HG_TESTS("engine_overload", HG_TEST(test_it_begins_without_a_break_and_ends_when_there_are_more_breaks),
	HG_TEST(test_without_a_time_each_full_burst_is_overload),
	HG_TEST(test_it_counts_how_often_how_long_and_how_much),
	HG_TEST(test_a_clock_that_was_set_does_not_keep_it_on))
