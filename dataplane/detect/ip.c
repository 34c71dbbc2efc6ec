#include "detect/detect_int.h"

static void
decide(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	const struct hg_rule *r = &d->rules->rules[index];

	if (!hg_rule_fits(d, r, p, p->flow == NULL ? HG_PROTO_UNKNOWN : p->flow->app_proto))
		return;
	hg_queue_alert(d, index, NULL, HG_ALERT_FLOW_SCOPE, p);
	hg_state_posts(d, r, p, NULL);
}

void
hg_detect_ip_only(struct hg_detect *d, struct hg_packet *p)
{
	const struct hg_snapshot *s = d->rules;
	uint32_t index;

	if (p->family == 4) {
		hg_candidates_address(d, &s->ip_src, hg_addr_v4(&p->src));
		hg_candidates_address(d, &s->ip_dst, hg_addr_v4(&p->dst));
	}
	hg_candidates_list(d, s->ip_always, s->n_ip_always);
	while ((index = hg_candidates_take(&d->seat->candidates)) != UINT32_MAX)
		decide(d, index, p);
}
