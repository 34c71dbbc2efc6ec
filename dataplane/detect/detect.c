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
	pcre2_set_match_limit(m->match_context, c->pcre_match_limit);
	pcre2_set_depth_limit(m->match_context, c->pcre_recursion_limit);
	m->steps_limit = c->recursion_limit;
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
	d->transformed = hg_start_take(HG_TRANSFORM_SCRATCH);
	if (d->transformed == NULL)
		r = hg_error_set(err, -ENOMEM, "no memory for transforms");
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

/* What was made for the snapshot that is left. */
static void
abandon(struct hg_detect *d)
{
	hg_start_give(d->candidates.words);
	hg_start_give(d->candidates.summary);
	hg_start_give(d->cache);
	hg_start_give(d->by_rule);
	for (unsigned proto = 0; proto < HG_PROTO_COUNT; proto++)
		for (unsigned dir = 0; dir < HG_DIRS; dir++)
			hg_start_give(d->lists[proto][dir].inputs);
	memset(&d->candidates, 0, sizeof(d->candidates));
	memset(d->lists, 0, sizeof(d->lists));
	d->cache = NULL;
	d->by_rule = NULL;
	pcre2_match_data_free(d->matcher.match_data);
	d->matcher.match_data = NULL;
	hs_free_scratch(d->scratch);
	d->scratch = NULL;
	d->rules = NULL;
}

void
hg_detect_close(struct hg_detect *d)
{
	if (d == NULL)
		return;
	abandon(d);
	hg_detect_shared_close(d->own);
	pcre2_match_context_free(d->matcher.match_context);
	EVP_MD_CTX_free(d->digest);
	EVP_MD_free(d->md5);
	EVP_MD_free(d->sha1);
	EVP_MD_free(d->sha256);
	hg_start_give(d->transformed);
	hg_start_give(d);
}

static int
scratch_for(struct hg_detect *d, const struct hg_group *g)
{
	return g->db == NULL || hs_alloc_scratch(g->db, &d->scratch) == HS_SUCCESS ? 0 : -ENOMEM;
}

static int
scratch_for_domain(struct hg_detect *d, const struct hg_domain *domain)
{
	int r = scratch_for(d, &domain->any.group);

	for (unsigned i = 1; r == 0 && i <= domain->n_slots; i++)
		r = scratch_for(d, &domain->slots[i].group);
	return r;
}

static int
make_scratch(struct hg_detect *d)
{
	const struct hg_snapshot *s = d->rules;
	int r = 0;

	for (unsigned dir = 0; r == 0 && dir < HG_DIRS; dir++) {
		for (unsigned l4 = 0; r == 0 && l4 < HG_L4_COUNT; l4++)
			r = scratch_for_domain(d, &s->payload[l4][dir]);
		if (r == 0)
			r = scratch_for_domain(d, &s->stream[dir]);
	}
	for (unsigned i = 0; r == 0 && i < s->n_inputs; i++)
		r = scratch_for(d, &s->inputs_index[i].group);
	return r;
}

static int
list_inputs(struct hg_detect *d)
{
	const struct hg_snapshot *s = d->rules;

	for (unsigned i = 0; i < s->n_inputs; i++) {
		const struct hg_input *in = &s->inputs[i];
		struct hg_input_list *list = &d->lists[in->proto][in->dir];
		uint16_t at;

		if (list->inputs == NULL)
			list->inputs = hg_start_take(HG_PROTO_INPUTS * sizeof(*list->inputs));
		if (list->inputs == NULL || list->n == HG_PROTO_INPUTS)
			return -ENOSPC;
		for (at = list->n++; at > 0 && s->inputs[list->inputs[at - 1]].progress > in->progress; at--)
			list->inputs[at] = list->inputs[at - 1];
		list->inputs[at] = (uint16_t)i;
	}
	return 0;
}

int
hg_detect_adopt(struct hg_detect *d, const struct hg_snapshot *rules, struct hg_error *err)
{
	const struct hg_slot *overlap;

	abandon(d);
	if (rules == NULL)
		return 0;
	overlap = &rules->events[HG_EV_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA];
	hg_streams_look_back(d->streams, rules->flush);
	hg_streams_compare(d->streams, overlap->n_always > 0 || overlap->group.db != NULL);
	d->rules = rules;
	d->adopted++;
	d->candidates.n_words = rules->n_rules / 64 + 1;
	d->candidates.n_summary = d->candidates.n_words / 64 + 1;
	d->candidates.words = hg_start_take(d->candidates.n_words * sizeof(uint64_t));
	d->candidates.summary = hg_start_take(d->candidates.n_summary * sizeof(uint64_t));
	d->by_rule = hg_start_take((rules->n_rules + 1) * sizeof(uint64_t));
	d->cache = hg_start_take((rules->n_inputs + 1u) * sizeof(*d->cache));
	d->matcher.match_data = pcre2_match_data_create(rules->captures_max + 1, NULL);
	if (d->candidates.words == NULL || d->candidates.summary == NULL || d->by_rule == NULL ||
		d->cache == NULL || d->matcher.match_data == NULL || make_scratch(d) < 0 ||
		list_inputs(d) < 0) {
		abandon(d);
		return hg_error_set(err, -ENOMEM, "no memory to take up the rules");
	}
	for (uint16_t i = 0; i < rules->n_inputs; i++)
		hg_apps_asked(d->apps, (enum hg_proto)rules->inputs[i].proto, rules->inputs[i].row);
	return 0;
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
		by_rule[i] += d->by_rule[i];
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

void
hg_detect_run(struct hg_detect *d, struct hg_packet *p)
{
	d->n_alerts = 0;
	if (d->rules == NULL || p->flags & HG_PKT_NO_DETECT)
		return;
	if (p->flow != NULL && p->flow->flags & (HG_FLOW_NO_DETECT | HG_FLOW_DROP))
		return;
	d->n_carried = 0;
	if (!(p->flags & HG_PKT_INVALID))
		run_ip_only(d, p);
	hg_detect_packet(d, p);
	if (hg_flow_live_app(p->flow) != NULL && !(p->flags & (HG_PKT_INVALID | HG_PKT_ICMP_ERROR)))
		hg_detect_txs(d, p);
	d->stats.over_budget = d->matcher.over_budget;
	hg_queue_finish(d, p);
}
