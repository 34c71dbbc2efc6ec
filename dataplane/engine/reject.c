#include "engine/reject.h"

#include "packet/reply.h"

static bool
may_answer(struct hg_worker *w, hg_time now)
{
	struct hg_worker_rejects *r = &w->rejects;

	if (now / HG_SEC != r->second) {
		r->second = now / HG_SEC;
		r->in_second = 0;
	}
	if (r->in_second >= r->rate) {
		r->stats.held_back++;
		return false;
	}
	r->in_second++;
	return true;
}

static void
answer(struct hg_worker *w, const struct hg_packet *p, bool to_sender)
{
	uint8_t buf[HG_REPLY_MAX];
	const struct hg_span reply = hg_reply(p, to_sender, buf);

	if (reply.len > 0 && may_answer(w, p->time) && hg_port_send(w->port, w->frame, to_sender, reply))
		w->rejects.stats.sent++;
}

void
hg_reject(struct hg_worker *w, const struct hg_packet *p, const struct hg_alert *alerts, unsigned n)
{
	bool sender = p->flags & HG_PKT_REJECTED, receiver = false;

	for (unsigned i = 0; i < n; i++) {
		const uint8_t action = w->rules->rules[alerts[i].rule].action;

		sender |= action == HG_ACTION_REJECT || action == HG_ACTION_REJECT_BOTH;
		receiver |= action == HG_ACTION_REJECT_DST || action == HG_ACTION_REJECT_BOTH;
	}
	if (sender)
		answer(w, p, true);
	if (receiver)
		answer(w, p, false);
}
