#include "detect/detect_int.h"

#include <errno.h>
#include <openssl/evp.h>

#include "base/start.h"

static int
open_matcher(struct hg_matcher *m, const struct hg_detect_config *c, struct hg_error *err)
{
	m->match_context = pcre2_match_context_create(NULL);
	if (m->match_context == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for regular expressions");
	m->pcre_limit = c->pcre_match_limit;
	pcre2_set_depth_limit(m->match_context, c->pcre_recursion_limit);
	m->steps_limit = c->recursion_limit;
	m->work_limit = c->work_limit;
	return 0;
}

static int
open_digests(struct hg_detect *d, struct hg_error *err)
{
	d->digest = EVP_MD_CTX_new();
	d->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	d->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	d->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	return d->digest == NULL ? hg_error_set(err, -ENOMEM, "no memory for digests") : 0;
}

int
hg_detect_open(struct hg_detect **ret, const struct hg_detect_config *c, struct hg_apps *apps,
	struct hg_streams *streams, struct hg_mem *mem, struct hg_error *err)
{
	struct hg_detect *d = hg_start_take(sizeof(*d));
	int r = 0;

	if (d == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for detection");
	d->config = *c;
	d->apps = apps;
	d->streams = streams;
	d->mem = mem;
	d->matcher.wait = c->wait;
	d->matcher.wait_arg = c->wait_arg;
	d->transformed = hg_start_take(HG_TRANSFORM_SCRATCH);
	d->matcher.caught = hg_start_take(HG_CAUGHT_MAX * sizeof(d->matcher.caught[0]));
	d->vars = hg_vars_open();
	if (d->transformed == NULL || d->matcher.caught == NULL || d->vars == NULL)
		r = hg_error_set(err, -ENOMEM, "no memory for what rules look into");
	if (r == 0)
		r = open_matcher(&d->matcher, c, err);
	if (r == 0)
		r = open_digests(d, err);
	if (r == 0)
		r = c->shared == NULL ? hg_detect_shared_open(&d->own, c, err) : 0;
	d->shared = c->shared == NULL ? d->own : c->shared;
	if (r < 0) {
		hg_detect_close(d);
		return r;
	}
	*ret = d;
	return 0;
}

void
hg_detect_close(struct hg_detect *d)
{
	if (d == NULL)
		return;
	hg_detect_shared_close(d->own);
	pcre2_match_context_free(d->matcher.match_context);
	EVP_MD_CTX_free(d->digest);
	EVP_MD_free(d->md5);
	EVP_MD_free(d->sha1);
	EVP_MD_free(d->sha256);
	hg_start_give(d->transformed);
	hg_start_give(d->matcher.caught);
	hg_start_give(d->vars);
	hg_start_give(d);
}

/* Rules that look at what both sides of an overlap say. */
static bool
compares(const struct hg_snapshot *rules)
{
	const struct hg_slot *overlap = &rules->events[HG_EV_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA];

	for (unsigned way = 0; way < HG_WAYS; way++)
		if (overlap->of[way]->n_always > 0 || overlap->of[way]->group.db != NULL)
			return true;
	return false;
}

void
hg_detect_adopt(struct hg_detect *d, struct hg_detect_seat *seat)
{
	const struct hg_snapshot *rules = hg_detect_seat_rules(seat);

	d->seat = seat;
	d->rules = rules;
	d->matcher.sets = rules == NULL ? NULL : rules->sets;
	d->matcher.match_data = seat == NULL ? NULL : seat->match_data;
	d->n_alerts = 0;
	d->adopted++;
	hg_input_forget(d);
	if (rules == NULL)
		return;
	hg_streams_look_back(d->streams, rules->flush);
	hg_streams_compare(d->streams, compares(rules));
	for (uint16_t i = 0; i < rules->n_inputs; i++)
		hg_apps_asked(d->apps, (enum hg_proto)rules->inputs[i].proto, rules->inputs[i].row);
}

void
hg_detect_reset(struct hg_detect *d)
{
	if (d->own != NULL)
		hg_detect_shared_reset(d->own);
	d->n_alerts = 0;
	d->stats = (struct hg_detect_stats){ 0 };
}

void
hg_detect_by_rule(const struct hg_detect *d, uint64_t *by_rule)
{
	for (uint32_t i = 0; d->rules != NULL && i < d->rules->n_rules; i++)
		by_rule[i] += d->seat->by_rule[i];
}

const struct hg_alert *
hg_detect_alerts(const struct hg_detect *d, unsigned *n)
{
	*n = d->n_alerts;
	return d->alerts;
}

const struct hg_detect_stats *
hg_detect_stats(const struct hg_detect *d)
{
	return &d->stats;
}

static void
run_ip_only(struct hg_detect *d, struct hg_packet *p)
{
	const uint32_t mark = p->dir == HG_TO_SERVER ? HG_FLOW_IP_ONLY_SERVER : HG_FLOW_IP_ONLY_CLIENT;

	if (p->family == 0 || p->flags & HG_PKT_PSEUDO)
		return;
	if (p->flow != NULL) {
		if (p->flow->flags & mark)
			return;
		p->flow->flags |= mark;
	}
	hg_detect_ip_only(d, p);
}

static unsigned
way_of(const struct hg_zones *z, const struct hg_packet *p)
{
	return z->n * z->of_mask[hg_zone_mask(z, &p->src, p->family)] +
		z->of_mask[hg_zone_mask(z, &p->dst, p->family)];
}

static void
inspect(struct hg_detect *d, struct hg_packet *p)
{
	d->n_carried = 0;
	d->cut.n = d->cut.named = 0;
	d->matcher.now = p->time;
	hg_vars_begin(d);
	hg_match_begin(&d->matcher);
	d->way = (uint8_t)way_of(&d->rules->zones, p);
	if (!(p->flags & HG_PKT_INVALID))
		run_ip_only(d, p);
	hg_detect_packet(d, p);
	if (hg_flow_live_app(p->flow) != NULL && !(p->flags & (HG_PKT_INVALID | HG_PKT_ICMP_ERROR))) {
		hg_detect_frames(d, p);
		hg_detect_txs(d, p);
	}
	d->stats.work += d->matcher.work_limit - d->matcher.work_left;
	d->stats.over_work += d->matcher.work_left == 0;
	d->stats.over_budget = d->matcher.over_budget;
	d->stats.pcre_over = d->matcher.pcre_over;
	d->stats.sets_full = d->matcher.sets_full;
	d->stats.vars_refused += d->matcher.caught_cut;
	d->matcher.caught_cut = 0;
	hg_queue_finish(d, p);
	if (!(p->flags & HG_PKT_PSEUDO))
		hg_tags_spend(d, p);
}

static bool
is_inspected(const struct hg_packet *p)
{
	return !(p->flags & HG_PKT_NO_DETECT) &&
		(p->flow == NULL || !(p->flow->flags & (HG_FLOW_NO_DETECT | HG_FLOW_DROP)));
}

void
hg_detect_run(struct hg_detect *d, struct hg_packet *p)
{
	const bool inspected = is_inspected(p);

	d->n_alerts = 0;
	if (d->rules == NULL)
		return;
	if (d->watch != NULL)
		hg_watch_next(d);
	if (inspected)
		inspect(d, p);
	if (d->watch != NULL)
		hg_watch_packet(d, p, inspected);
}
