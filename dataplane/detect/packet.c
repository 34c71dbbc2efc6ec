#include "detect/detect_int.h"

/* The same, begun as far in front as the application asked for. */
static void
look_back(struct hg_detect *d, const struct hg_packet *p)
{
	struct hg_raw_iter it = { .look_back = true };

	while (d->n_back < HG_RAW_WINDOWS && hg_stream_raw(d->streams, p, &it, &d->back[d->n_back]))
		d->n_back++;
}

/* The raw windows that this packet makes due; asked for once a packet, only when rules look at raw data. */
static void
gather_windows(struct hg_detect *d, struct hg_packet *p)
{
	struct hg_raw_iter it = { 0 };

	d->n_windows = d->n_back = 0;
	d->raw_looked = false;
	if (p->proto != HG_IP_TCP || p->flow == NULL || p->flow->stream == NULL)
		return;
	while (d->n_windows < HG_RAW_WINDOWS && hg_stream_raw(d->streams, p, &it, &d->windows[d->n_windows]))
		d->n_windows++;
	if (d->rules->flush)
		look_back(d, p);
	d->raw_looked = d->n_windows > 0 && d->rules->raw[p->dir];
	hg_stream_raw_done(d->streams, p, &it, d->raw_looked);
}

static bool
payload_visible(const struct hg_packet *p)
{
	return p->payload_len > 0 && !(p->flags & (HG_PKT_PSEUDO | HG_PKT_NO_PAYLOAD | HG_PKT_INVALID));
}

/* The payload of a packet of the stream serves its windows as well: nothing is scanned twice. */
static void
gather_segment(struct hg_detect *d, const struct hg_packet *p)
{
	const struct hg_span bytes = hg_stream_fresh(p, (uint16_t)d->adopted, HG_PATTERN_MOST - 1);

	d->met = false;
	hg_candidates_domain(d, &d->rules->payload[HG_L4_TCP][p->dir], p, bytes, HG_AT_PACKET);
	hg_stream_scanned(p, d->met);
}

static void
gather_payload(struct hg_detect *d, const struct hg_packet *p, enum hg_dir dir)
{
	/* What never enters the stream is looked at as a packet by the stream's rules too (1.6). */
	if (p->proto == HG_IP_TCP && p->flags & HG_PKT_IN_STREAM)
		gather_segment(d, p);
	else
		hg_candidates_domain(
			d, &d->rules->payload[hg_l4_of(p)][dir], p, hg_packet_payload(p), HG_AT_ANY);
}

static void
gather_window(struct hg_detect *d, const struct hg_packet *p, const struct hg_raw_window *w)
{
	const bool clean = hg_stream_is_clean(p, w, (uint16_t)d->adopted);

	hg_candidates_domain(
		d, &d->rules->payload[HG_L4_TCP][p->dir], p, clean ? HG_SPAN_NONE : w->data, HG_AT_WINDOW);
}

static void
gather_events(struct hg_detect *d, const struct hg_packet *p)
{
	for (unsigned w = 0; w < HG_EVENT_WORDS; w++)
		for (uint64_t bits = p->events.w[w]; bits != 0; bits &= bits - 1)
			hg_candidates_slot(
				d, &d->rules->events[w * 64 + (unsigned)__builtin_ctzll(bits)], HG_SPAN_NONE);
}

/* The answer of a direction is there when its next packet begins; datagrams, and packets that are parsed as they pass, have
 * it themselves as well. Packets that are made at the end do not count (2.3). */
static bool
identification_due(const struct hg_detect *d, const struct hg_packet *p)
{
	struct hg_flow *f = p->flow;
	const uint32_t known = p->dir == HG_TO_SERVER ? HG_FLOW_KNOWN_SERVER : HG_FLOW_KNOWN_CLIENT;
	const uint32_t done = p->dir == HG_TO_SERVER ? HG_FLOW_PD_SERVER : HG_FLOW_PD_CLIENT;

	if (f->app_proto_dir[p->dir] == HG_PROTO_UNKNOWN || f->flags & done || p->flags & HG_PKT_PSEUDO)
		return false;
	if (!(f->flags & known))
		return p->proto != HG_IP_TCP || d->config.ips;
	f->flags |= done;
	return true;
}

static void
gather_identified(struct hg_detect *d, struct hg_packet *p)
{
	struct hg_flow *f = p->flow;
	const struct hg_app *app = hg_flow_live_app(f);

	if (identification_due(d, p))
		hg_candidates_slot(d, &d->rules->pd[p->dir], HG_SPAN_NONE);
	if (f->app_proto_dir[HG_TO_SERVER] != HG_PROTO_UNKNOWN)
		f->flags |= HG_FLOW_KNOWN_SERVER;
	if (f->app_proto_dir[HG_TO_CLIENT] != HG_PROTO_UNKNOWN)
		f->flags |= HG_FLOW_KNOWN_CLIENT;
	if (app != NULL && app->flow_anomalies_packet != 0)
		hg_candidates_slot(d, &d->rules->flow_anomalies, HG_SPAN_NONE);
}

static void
gather(struct hg_detect *d, struct hg_packet *p)
{
	const enum hg_dir dir = p->flow == NULL ? HG_TO_SERVER : p->dir;

	if (p->events.any)
		gather_events(d, p);
	if (p->flags & HG_PKT_INVALID)
		return;
	if (p->family != 0)
		hg_candidates_bare(d, &d->rules->bare[hg_l4_of(p)][dir], p);
	if (payload_visible(p))
		gather_payload(d, p, dir);
	for (unsigned i = 0; i < d->n_windows; i++)
		gather_window(d, p, &d->windows[i]);
	if (p->flow != NULL)
		gather_identified(d, p);
}

/* asn1 looks into packets. */
static bool
match_windows(struct hg_detect *d, const struct hg_rule *r)
{
	if (r->payload.ins[r->payload.n - 1].op == HG_OP_ASN1)
		return false;
	for (unsigned i = 0; i < d->n_windows; i++)
		if (hg_match(&d->matcher, &r->payload, d->windows[i].data, 0, true))
			return true;
	return false;
}

/* Does the rule look at this packet's payload (1.6)? */
static bool
tries_payload(const struct hg_rule *r, const struct hg_packet *p)
{
	if (!payload_visible(p))
		return false;
	if (p->proto != HG_IP_TCP || !(p->flags & HG_PKT_IN_STREAM))
		return !(r->flags & HG_RF_ONLY_STREAM);
	return r->type == HG_RULE_PACKET || r->type == HG_RULE_PACKET_STREAM;
}

/* 0: no match; else HG_ALERT_* flags of the match, HG_ALERT_MATCHED among them. */
#define HG_ALERT_MATCHED (1u << 31)

static uint32_t
match_bytes(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p)
{
	if (r->payload.n == 0)
		return r->flags & HG_RF_ONLY_STREAM && d->n_windows == 0 ? 0 : HG_ALERT_MATCHED;
	if (r->type != HG_RULE_PACKET && !(r->flags & HG_RF_NO_STREAM) && match_windows(d, r))
		return HG_ALERT_MATCHED | HG_ALERT_STREAM;
	if (!tries_payload(r, p))
		return 0;
	return hg_match(&d->matcher, &r->payload, hg_packet_payload(p), 0, true) ? HG_ALERT_MATCHED : 0;
}

static bool
reaches_flow(const struct hg_rule *r, uint32_t matched)
{
	switch ((enum hg_rule_type)r->type) {
	case HG_RULE_IP_ONLY:
	case HG_RULE_LIKE_IP_ONLY:
	case HG_RULE_PD_ONLY:
	case HG_RULE_APP:
	case HG_RULE_TX:
		return true;
	default:
		return (matched & HG_ALERT_STREAM) != 0;
	}
}

/* The transaction that an alert of packet and stream rules is shown with (1.6). */
static const struct hg_tx *
borrowed_tx(const struct hg_packet *p, uint32_t *flags)
{
	const struct hg_app *app = p->flow == NULL ? NULL : p->flow->app;

	if (app == NULL || app->decoder == NULL)
		return NULL;
	for (const struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next) {
		if (tx->session || tx->inspected & 1 << p->dir || !(tx->sides & 1 << p->dir))
			continue;
		if (p->proto == HG_IP_TCP)
			*flags |= HG_ALERT_GUESSED;
		return tx;
	}
	/* All are done with: the peer says that it is the one to come. */
	if (p->proto == HG_IP_TCP && hg_as_peer(app->suricata7, HG_DIFF_DETECT_GUESSED))
		*flags |= HG_ALERT_GUESSED;
	return NULL;
}

bool
hg_detect_unproven(const struct hg_detect *d, const struct hg_packet *p)
{
	return p->flow != NULL && p->flow->stream != NULL && !(p->flags & HG_PKT_ESTABLISHED) &&
		hg_as_peer(d->config.suricata7, HG_DIFF_DETECT_UNPROVEN);
}

uint8_t
hg_detect_proto(const struct hg_detect *d, const struct hg_packet *p)
{
	return p->flow == NULL || hg_detect_unproven(d, p) ? HG_PROTO_UNKNOWN : p->flow->app_proto;
}

static struct hg_looked
look(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	const struct hg_rule *r = &d->rules->rules[index];
	const struct hg_tx *tx = NULL;
	unsigned misfit;
	uint32_t matched;

	hg_match_forget(&d->matcher);
	/* At the end of a flow they are not asked any more. */
	if (p->flags & HG_PKT_PSEUDO && p->origin != HG_ORIGIN_STREAM_DETECT && r->type == HG_RULE_PACKET)
		return hg_looked(HG_LOOK_OFF);
	misfit = hg_rule_misfit(d, r, p, hg_detect_proto(d, p));
	if (misfit != HG_FIT)
		return (struct hg_looked){ HG_LOOK_MISFIT, (uint8_t)misfit, HG_LOOK_PAYLOAD };
	d->stats.evaluations++;
	matched = match_bytes(d, r, p);
	if (matched == 0)
		return hg_looked(HG_LOOK_STOPPED);
	matched &= ~HG_ALERT_MATCHED;
	if (matched & HG_ALERT_STREAM || (p->proto == HG_IP_UDP && r->protos != 0))
		tx = borrowed_tx(p, &matched);
	if (reaches_flow(r, matched))
		matched |= HG_ALERT_FLOW_SCOPE;
	hg_queue_alert(d, index, tx, matched, p);
	hg_state_posts(d, r, p, NULL);
	return hg_looked(HG_LOOK_MATCHED);
}

bool
hg_detect_has_bytes(const struct hg_detect *d, const struct hg_packet *p)
{
	return payload_visible(p) || d->n_windows > 0;
}

/* How far it came, over all that match_bytes() looks into. */
static void
reach(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p, struct hg_look *look)
{
	struct hg_view view = { .complete = true };

	for (unsigned i = 0; r->type != HG_RULE_PACKET && !(r->flags & HG_RF_NO_STREAM) && i < d->n_windows;
		i++) {
		view.data = d->windows[i].data;
		hg_watch_reach(d, &r->payload, &view, look);
	}
	if (tries_payload(r, p)) {
		view.data = hg_packet_payload(p);
		hg_watch_reach(d, &r->payload, &view, look);
	}
	if (look->prog == NULL)
		look->end = HG_LOOK_NOTHING;
}

static void
watched(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	struct hg_look l = { .rule = index, .engine = HG_LOOK_PAYLOAD, .candidate = true, .p = p };
	struct hg_looked looked;

	hg_watch_begin(d, index);
	looked = look(d, index, p);
	l.end = looked.end;
	l.misfit = looked.misfit;
	if (l.end == HG_LOOK_STOPPED && hg_watch_asks(d, index))
		reach(d, &d->rules->rules[index], p, &l);
	hg_watch_end(d, &l);
}

static void
decide(struct hg_detect *d, uint32_t index, struct hg_packet *p)
{
	if (d->rules->rules[index].type == HG_RULE_TX) {
		if (hg_detect_unproven(d, p))
			return;
		if (d->n_carried < HG_CARRIED_MAX)
			d->carried[d->n_carried++] = index;
		else
			d->stats.state_refused++;
		return;
	}
	if (d->watch == NULL)
		look(d, index, p);
	else
		watched(d, index, p);
}

void
hg_detect_packet(struct hg_detect *d, struct hg_packet *p)
{
	uint32_t index;

	gather_windows(d, p);
	gather(d, p);
	while ((index = hg_candidates_take(&d->seat->candidates)) != UINT32_MAX) {
		d->stats.candidates++;
		decide(d, index, p);
	}
}
