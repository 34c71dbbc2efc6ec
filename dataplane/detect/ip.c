#include "detect/detect_int.h"

static struct hg_looked
look(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	const struct hg_rule *r = &d->rules->rules[index];
	const unsigned misfit =
		hg_rule_misfit(d, r, p, p->flow == NULL ? HG_PROTO_UNKNOWN : p->flow->app_proto);

	if (misfit != HG_FIT)
		return (struct hg_looked){ HG_LOOK_MISFIT, (uint8_t)misfit, HG_LOOK_PAYLOAD };
	hg_queue_alert(d, index, NULL, HG_ALERT_FLOW_SCOPE, p);
	hg_state_posts(d, r, p, NULL);
	return hg_looked(HG_LOOK_MATCHED);
}

static void
decide(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	struct hg_looked looked;

	if (d->watch == NULL) {
		look(d, index, p);
		return;
	}
	hg_watch_begin(d, index);
	looked = look(d, index, p);
	hg_watch_end(d,
		&(struct hg_look){ .rule = index,
			.end = looked.end,
			.misfit = looked.misfit,
			.engine = HG_LOOK_PAYLOAD,
			.candidate = true,
			.p = p });
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
