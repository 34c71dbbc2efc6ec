/* What many open transactions cost: found by id, freed in any order, no walk over those that nothing has happened to. */
#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define REQUEST "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define RESPONSE "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

/* n requests, then n responses, a packet each; the steps taken over transactions. */
static uint64_t
steps_of(unsigned n)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });
	uint64_t steps;

	for (unsigned i = 0; i < n; i++)
		drive_feed(d, S, HG_BYTES(REQUEST));
	hg_check_u64("all are open", drive_flow(d)->app->n_txs, n);
	for (unsigned i = 0; i < n; i++)
		drive_feed(d, C, HG_BYTES(RESPONSE));
	hg_check_u64("none is left", drive_flow(d)->app->n_txs, 0);
	steps = hg_apps_stats(drive_apps(d))->tx_steps;
	drive_close(d);
	return steps;
}

static void
test_ten_times_the_transactions_cost_ten_times_the_steps(void)
{
	uint64_t few = steps_of(40), many = steps_of(400);

	hg_check_bool("some steps were counted", few >= 40, true);
	hg_check_bool("linear", many <= 12 * few, true);
}

static void
test_transaction_is_found_by_its_id_among_many(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });
	struct hg_app *app;
	uint64_t before;

	for (unsigned i = 0; i < 300; i++)
		drive_feed(d, S, HG_BYTES(REQUEST));
	for (unsigned i = 0; i < 100; i++)
		drive_feed(d, C, HG_BYTES(RESPONSE));
	app = drive_flow(d)->app;
	before = hg_apps_stats(drive_apps(d))->tx_steps;
	for (uint64_t id = 0; id < 310; id++) {
		const struct hg_tx *tx = hg_tx_find(app, id);

		hg_check_bool("is there", tx != NULL, id >= 100 && id < 300);
		hg_check_u64("and the right one", tx == NULL ? id : tx->id, id);
	}
	hg_check_bool("in few steps", hg_apps_stats(drive_apps(d))->tx_steps - before <= 600, true);
	drive_close(d);
}

static void
test_transactions_leave_in_any_order(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });
	struct hg_app *app;
	uint64_t want = 1;

	for (unsigned i = 0; i < 60; i++)
		drive_feed(d, S, HG_BYTES(REQUEST));
	app = drive_flow(d)->app;
	for (uint64_t id = 0; id < 60; id += 2) {
		struct hg_tx *tx = hg_tx_find(app, 58 - id);

		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			hg_tx_progress(tx, (enum hg_dir)dir, tx->decoder->complete[dir]);
		tx->logged = true;
		tx->inspected = HG_SIDE_BOTH;
	}
	for (const struct hg_tx *tx = app->work; tx->next_work != NULL; tx = tx->next_work)
		hg_check_bool("work is in the order of ids", tx->id < tx->next_work->id, true);
	hg_app_prune(app, true);
	hg_check_u64("half of them are left", app->n_txs, 30);
	for (const struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next, want += 2)
		hg_check_u64("in their order", tx->id, want);
	drive_close(d);
}

HG_TESTS("app_tx", HG_TEST(test_ten_times_the_transactions_cost_ten_times_the_steps),
	HG_TEST(test_transaction_is_found_by_its_id_among_many),
	HG_TEST(test_transactions_leave_in_any_order))
