#include "linkage/driver/nftables/nftables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "linkage/decision/decision.h"
#include "linkage/driver/nftables/batch.h"
#include "linkage/io/clock.h"

/* Bans that one transaction carries when the table is made at start; what is beyond follows in chunks. */
#define ANEW_MOST 262144
#define REOPEN_AFTER (2 * HG_SEC)
#define SAMPLE 64     /* elements looked for at once when another has changed something */
#define SLICE 2000    /* elements looked for a tick when all are */
#define LOOK_SHARE 20 /* of its own time that a look at all waits for the next */

struct plane {
	char netns[256];
	uint64_t number; /* of the namespace that the session is in */
	char refresh;    /* 'a': as the kernel does best, 'r': replace elements whatever it does */
	struct hg_nft_session session;
	struct hg_nft_batch batch;
	bool open;
	uint32_t generation;  /* as it should be when nobody else has changed anything */
	uint64_t fingerprint; /* of the table that was made */
	hg_time reopen_at;
	hg_time look_at, look_cost; /* when all elements may be looked for, what that has cost so far */
	bool looking;
	struct hg_bans_at at; /* of the look at all elements */
};

static bool
ready(const struct hg_target *t)
{
	return ((const struct plane *)t->state)->open;
}

static void
break_down(struct hg_target *t, const char *why)
{
	struct plane *p = t->state;

	if (p->open)
		hg_nft_session_close(&p->session);
	p->open = false;
	p->reopen_at = t->decider->now + REOPEN_AFTER;
	hg_target_up(t, false, why);
}

static void
forget_prefixes(struct plane *p)
{
	hg_prefixes_close(&p->batch.prefixes);
	hg_nft_batch_clear(&p->batch);
}

static void
settled(struct plane *p)
{
	p->fingerprint = hg_nft_fingerprint(&p->session);
	p->generation = hg_nft_generation(&p->session);
}

/* Bans that hold now as orders that have not been given: they go into the same transaction as the table. */
static unsigned
collect(struct hg_target *t, struct hg_order *orders, unsigned most)
{
	struct plane *p = t->state;
	struct hg_bans_at at = { 0 };
	struct hg_ban *ban;
	unsigned n = 0;

	while (!t->decider->open && n < most && (ban = hg_bans_walk(&t->decider->bans, &at)) != NULL) {
		const hg_time ends = hg_ban_ends(ban);
		const struct hg_lease *l = hg_ban_lease(ban);

		if (!hg_ban_wanted(ban, t->index) || ends <= t->decider->now)
			continue;
		orders[n] =
			(struct hg_order){ .ban = ban, .version = ban->version, .wanted = true, .id = l->id };
		if (ends != HG_FOREVER)
			orders[n].seconds = (uint32_t)((ends - t->decider->now) / HG_SEC) + 1;
		if (hg_nft_batch_take(&p->batch, &orders[n]) == 0)
			n++;
	}
	return n;
}

/* The table with all that it should hold takes the place of whatever is there, in one step: packets meet either. */
static int
install_whole(struct hg_target *t)
{
	struct plane *p = t->state;
	struct hg_order *orders = malloc(ANEW_MOST * sizeof(*orders));
	unsigned n;
	int status = -ENOMEM;

	if (orders == NULL)
		return status;
	forget_prefixes(p);
	p->batch.now = t->decider->now;
	n = collect(t, orders, ANEW_MOST);
	hg_nft_batch_begin(&p->session.buf);
	hg_nft_install(&p->session.buf);
	if (hg_nft_batch_put(&p->batch, &p->session, true))
		status = hg_nft_commit(&p->session);
	if (status == 0) {
		settled(p);
		hg_target_resync(t, true);
		for (unsigned i = 0; i < n; i++)
			hg_target_answer(t, &orders[i], HG_ANSWER_DONE, NULL);
	}
	free(orders);
	return status;
}

/* The table without elements, after it was lost: they follow in chunks, between which alerts are heard. */
static int
install_empty(struct hg_target *t)
{
	struct plane *p = t->state;
	int status;

	forget_prefixes(p);
	hg_nft_batch_begin(&p->session.buf);
	hg_nft_install(&p->session.buf);
	status = hg_nft_commit(&p->session);
	if (status == 0) {
		settled(p);
		hg_target_resync(t, true);
	}
	return status;
}

static void
start(struct hg_target *t)
{
	struct plane *p = t->state;
	struct hg_error err = { 0 };
	char text[160];

	if (hg_nft_session_open(&p->session, p->netns[0] == '\0' ? NULL : p->netns, &err) < 0) {
		p->reopen_at = t->decider->now + REOPEN_AFTER;
		hg_target_up(t, false, err.text);
		return;
	}
	p->open = true;
	p->number = hg_netns_number(p->netns);
	if (p->refresh == 'r')
		p->session.refreshes = p->session.destroys = false;
	if (install_whole(t) < 0) {
		snprintf(text, sizeof(text), "cannot make table inet %s: %s", HG_NFT_TABLE, p->session.said);
		break_down(t, text);
		return;
	}
	snprintf(text, sizeof(text), "table inet %s stands; elements are refreshed by %s", HG_NFT_TABLE,
		p->session.refreshes ? "adding them again" : "taking them out and in again");
	hg_target_up(t, true, text);
}

static int
open_plane(struct hg_target *t, const struct hg_config_node *options, struct hg_error *err)
{
	const struct hg_config_node *netns = hg_config_child(options, "netns");
	const struct hg_config_node *refresh = hg_config_child(options, "refresh");
	struct plane *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for target %s", t->name);
	t->state = p;
	if (netns != NULL && hg_config_text(netns) != NULL)
		snprintf(p->netns, sizeof(p->netns), "%s", hg_config_text(netns));
	p->refresh = refresh == NULL || hg_config_text(refresh) == NULL ? 'a' : hg_config_text(refresh)[0];
	start(t);
	return 0;
}

/* The table stays as it is: its elements run out by themselves. */
static void
close_plane(struct hg_target *t)
{
	struct plane *p = t->state;

	if (p->open)
		hg_nft_session_close(&p->session);
	hg_nft_batch_close(&p->batch);
	free(p);
	t->state = NULL;
}

/* One transaction; 0 or -errno. */
static int
commit(struct hg_target *t, const struct hg_order *orders, unsigned n)
{
	struct plane *p = t->state;
	int status = 0;

	hg_nft_batch_clear(&p->batch);
	p->batch.now = t->decider->now;
	for (unsigned i = 0; status == 0 && i < n; i++)
		status = hg_nft_batch_take(&p->batch, &orders[i]);
	if (status < 0) {
		snprintf(p->session.said, sizeof(p->session.said), "too many prefixes");
		return status;
	}
	hg_nft_batch_begin(&p->session.buf);
	if (!hg_nft_batch_put(&p->batch, &p->session, false))
		return -ENOMEM;
	/* Nothing but the one message that begins a batch: all orders were about prefixes inside others. */
	if (p->session.buf.seq - p->session.buf.first_seq == 1)
		return 0;
	status = hg_nft_commit(&p->session);
	p->generation += status == 0;
	return status;
}

/* Both interval sets as they should be, after a transaction on them has failed. */
static void
renew_prefixes(struct plane *p)
{
	hg_nft_batch_clear(&p->batch);
	hg_nft_batch_show_prefixes(&p->batch);
	hg_nft_batch_begin(&p->session.buf);
	hg_nft_flush(&p->session.buf, HG_SET_NET4);
	hg_nft_flush(&p->session.buf, HG_SET_NET6);
	hg_nft_batch_put(&p->batch, &p->session, true);
	p->generation += hg_nft_commit(&p->session) == 0;
}

static bool
has_prefix(const struct hg_order *orders, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (hg_nft_sets[hg_nft_set_of(&orders[i].ban->net)].interval)
			return true;
	return false;
}

/* A transaction is all or nothing: what one bad order has spoilt is tried in halves, so that the good ones hold. */
static void
apply_some(struct hg_target *t, const struct hg_order *orders, unsigned n)
{
	struct plane *p = t->state;
	const int status = commit(t, orders, n);

	if (status == 0) {
		for (unsigned i = 0; i < n; i++)
			hg_target_answer(t, &orders[i], HG_ANSWER_DONE, NULL);
		return;
	}
	if (has_prefix(orders, n))
		renew_prefixes(p);
	if (n == 1) {
		hg_target_answer(
			t, orders, status == -ENOSPC ? HG_ANSWER_REFUSED : HG_ANSWER_FAILED, p->session.said);
		return;
	}
	apply_some(t, orders, n / 2);
	apply_some(t, orders + n / 2, n - n / 2);
}

static void check(struct hg_target *t);

static void
apply(struct hg_target *t, const struct hg_order *orders, unsigned n)
{
	struct plane *p = t->state;
	int status = commit(t, orders, n);

	/* Somebody has taken the table away since the last look: it is made anew, with nothing lost. */
	if (status == -ENOENT && hg_nft_fingerprint(&p->session) != p->fingerprint) {
		check(t);
		status = p->open ? commit(t, orders, n) : -ENOTCONN;
	}
	if (status == 0) {
		for (unsigned i = 0; i < n; i++)
			hg_target_answer(t, &orders[i], HG_ANSWER_DONE, NULL);
		return;
	}
	if (p->open) {
		apply_some(t, orders, n);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		hg_target_answer(t, &orders[i], HG_ANSWER_FAILED, t->status);
}

/* Looks for elements of one set; those that are gone are asked for again. How many were. */
static unsigned
look_for(struct hg_target *t, enum hg_nft_set set, struct hg_ban *const *bans, unsigned n)
{
	struct plane *p = t->state;
	struct hg_net nets[HG_NFT_READS];
	bool missing[HG_NFT_READS];
	unsigned gone = 0;

	for (unsigned i = 0; i < n; i++)
		nets[i] = bans[i]->net;
	if (n == 0 || hg_nft_missing(&p->session, set, nets, n, missing) < 0)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		if (!missing[i])
			continue;
		gone++;
		bans[i]->bindings[t->index].done = 0;
		hg_target_queue(t, bans[i], false);
	}
	return gone;
}

/* Goes on with the look at all elements, as far as `most`; true: it is over. */
static bool
look(struct hg_target *t, unsigned most, unsigned *looked, unsigned *gone)
{
	struct plane *p = t->state;
	struct hg_ban *bans[HG_SETS][HG_NFT_READS], *ban;
	unsigned n[HG_SETS] = { 0 };
	bool over = false;

	*looked = 0;
	*gone = 0;
	/* Bans come and go between two slices: a slice ends where a chain of the table does. */
	while (!over && (*looked < most || p->at.next != 0)) {
		enum hg_nft_set set;

		ban = hg_bans_walk(&t->decider->bans, &p->at);
		over = ban == NULL;
		if (over || ban->bindings[t->index].state != HG_BINDING_HELD ||
			ban->bindings[t->index].queued)
			continue;
		set = hg_nft_set_of(&ban->net);
		/* Prefixes may stand inside others; they are made anew as a whole where one is missing. */
		if (hg_nft_sets[set].interval)
			continue;
		++*looked;
		bans[set][n[set]++] = ban;
		if (n[set] == HG_NFT_READS) {
			*gone += look_for(t, set, bans[set], n[set]);
			n[set] = 0;
		}
	}
	for (unsigned s = 0; s < HG_SETS; s++)
		*gone += look_for(t, (enum hg_nft_set)s, bans[s], n[s]);
	return over;
}

static void
look_prefixes(struct hg_target *t)
{
	struct plane *p = t->state;

	for (size_t i = 0; i < p->batch.prefixes.n; i++) {
		const struct hg_prefix *row = &p->batch.prefixes.rows[i];
		bool missing = false;

		if (row->shown &&
			hg_nft_missing(&p->session, hg_nft_set_of(&row->net), &row->net, 1, &missing) == 0 &&
			missing) {
			renew_prefixes(p);
			return;
		}
	}
}

/* The kernel's number is not the expected one: what has another program changed? */
static void
check(struct hg_target *t)
{
	struct plane *p = t->state;
	unsigned looked, gone;

	if (hg_nft_fingerprint(&p->session) != p->fingerprint) {
		hg_target_repaired(t, "the table was changed by another program");
		if (install_empty(t) < 0)
			break_down(t, p->session.said);
		return;
	}
	p->generation = hg_nft_generation(&p->session);
	p->at = (struct hg_bans_at){ 0 };
	look(t, SAMPLE, &looked, &gone);
	look_prefixes(t);
	p->looking = true;
	if (gone > 0)
		hg_target_repaired(t, "elements were removed by another program");
	if (gone > 0 && gone == looked)
		hg_target_resync(t, false);
}

/* A slice of the look at all. Another program that changes its tables all the time must not keep this one busy. */
static void
look_on(struct hg_target *t)
{
	struct plane *p = t->state;
	const hg_time begin = hg_clock();
	unsigned looked, gone;
	const bool over = look(t, SLICE, &looked, &gone);

	p->look_cost += hg_clock() - begin;
	if (!over)
		return;
	p->looking = false;
	p->look_at = begin + LOOK_SHARE * p->look_cost;
	p->look_cost = 0;
	p->at = (struct hg_bans_at){ 0 };
}

static void
tick(struct hg_target *t, hg_time now)
{
	struct plane *p = t->state;
	uint32_t generation;

	if (!p->open) {
		if (now >= p->reopen_at)
			start(t);
		return;
	}
	if (hg_netns_number(p->netns) != p->number) {
		break_down(t, "the network namespace is another one now");
		return;
	}
	generation = hg_nft_generation(&p->session);
	if (generation == 0)
		break_down(t, "nf_tables does not answer");
	else if (generation != p->generation)
		check(t);
	if (p->open && p->looking && now >= p->look_at)
		look_on(t);
}

const struct hg_driver hg_driver_nftables = {
	.name = "nftables",
	.bulk = 1000,
	.open = open_plane,
	.close = close_plane,
	.ready = ready,
	.apply = apply,
	.tick = tick,
};
