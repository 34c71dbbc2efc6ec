#include "detect/detect_int.h"

static void
decide(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	const struct hg_rule *r = &d->rules->rules[index];

	if (!hg_rule_fits(d, r, p))
		return;
	hg_queue_alert(d, index, NULL, HG_ALERT_FLOW_SCOPE, p);
	hg_state_posts(d, r, p);
}

/* The range that holds the address: the last one that begins at or before it. */
static void
look_up(struct hg_detect *d, const struct hg_ip_index *index, uint32_t address)
{
	uint32_t low = 0, high = index->n;

	if (index->n == 0 || address < index->begin[0])
		return;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (index->begin[mid] <= address)
			low = mid;
		else
			high = mid;
	}
	hg_candidates_list(d, index->rules + index->first[low], index->first[low + 1] - index->first[low]);
}

void
hg_detect_ip_only(struct hg_detect *d, struct hg_packet *p)
{
	const struct hg_snapshot *s = d->rules;
	uint32_t index;

	if (p->family == 4) {
		look_up(d, &s->ip_src, hg_addr_v4(&p->src));
		look_up(d, &s->ip_dst, hg_addr_v4(&p->dst));
	}
	hg_candidates_list(d, s->ip_always, s->n_ip_always);
	while ((index = hg_candidates_take(&d->candidates)) != UINT32_MAX)
		decide(d, index, p);
}
