/* The ledger of a run and the replicas of its workers, which follow it by mail. */
#include "engine/live_int.h"

#define STEP \
	4096 /* changes for one worker at a time, so that the main thread is soon back for other things */

static bool
send_change(void *arg, const struct hg_block_change *c)
{
	const struct hg_mail mail = { .kind = HG_MAIL_BLOCK, .block = *c };

	return hg_live_worker_post(arg, &mail) != 0;
}

static void
tell_followers(void *arg, const struct hg_block_change *c)
{
	const struct hg_live *l = arg;

	for (unsigned i = 0; i < l->n_workers; i++)
		hg_follower_tell(l->followers[i], c);
}

int
hg_live_blocks_open(struct hg_live *l, uint32_t most, struct hg_error *err)
{
	int r = hg_ledger_open(&l->ledger, most, &l->settings->flow.hash_key, tell_followers, l, err);

	for (unsigned i = 0; r == 0 && i < l->n_workers; i++)
		r = hg_follower_open(&l->followers[i], most, send_change, l->workers[i], err);
	return r;
}

void
hg_live_blocks_close(struct hg_live *l)
{
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_follower_close(l->followers[i]);
	hg_ledger_close(l->ledger);
}

void
hg_live_blocks_catch_up(struct hg_live *l)
{
	for (unsigned i = 0; i < l->n_workers; i++)
		hg_follower_catch_up(l->followers[i], l->ledger, STEP);
}

uint32_t
hg_live_blocks_behind(const struct hg_live *l)
{
	uint32_t behind = 0;

	for (unsigned i = 0; i < l->n_workers; i++)
		behind |= (uint32_t)(hg_follower_owed(l->followers[i]) != 0) << i;
	return behind;
}

void
hg_live_blocks_count(const struct hg_live *l, struct hg_engine_stats *s)
{
	for (unsigned i = 0; i < l->n_workers; i++) {
		s->blocks_delayed += hg_follower_delayed(l->followers[i]);
		s->blocks_owed += hg_follower_owed(l->followers[i]);
	}
}
