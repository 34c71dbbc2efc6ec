/* EVE verdict: what became of the packet, whatever the single rule wanted (7.2). */
#include "event/event_int.h"

static bool
rejects(const struct hg_rule *r)
{
	return r->action == HG_ACTION_REJECT || r->action == HG_ACTION_REJECT_DST ||
		r->action == HG_ACTION_REJECT_BOTH;
}

struct hg_event_verdict
hg_event_verdict_of(
	const struct hg_packet *p, const struct hg_snapshot *rules, const struct hg_alert *alerts, unsigned n)
{
	struct hg_event_verdict v = { .packet = p };

	for (unsigned i = 0; i < n; i++) {
		const struct hg_rule *r = &rules->rules[alerts[i].rule];

		if (v.reject == NULL && rejects(r))
			v.reject = r;
		if (v.stops == NULL && alerts[i].flags & HG_ALERT_DROPPED)
			v.stops = &alerts[i];
	}
	return v;
}

static const char *
target(const struct hg_rule *r)
{
	switch (r->action) {
	case HG_ACTION_REJECT:
		return "to_client";
	case HG_ACTION_REJECT_DST:
		return "to_server";
	default:
		return "both";
	}
}

void
hg_event_verdict(struct hg_json *j, const struct hg_event_verdict *v)
{
	const struct hg_packet *p = v->packet;

	hg_json_open_at(j, "verdict");
	hg_json_cstr(j, "action",
		p->flags & HG_PKT_DROPPED          ? "drop"
			: p->flags & HG_PKT_PASSED ? "pass"
						   : "alert");
	if (v->reject != NULL) {
		hg_json_cstr(j, "reject-target", target(v->reject));
		hg_json_array_at(j, "reject");
		hg_json_item_cstr(j, p->proto == HG_IP_TCP ? "tcp-reset" : "icmp-prohib");
		hg_json_array_end(j);
	}
	hg_json_close(j);
}
