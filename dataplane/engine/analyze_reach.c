#include "engine/analyze_int.h"

#include <stdlib.h>

#include "app/app.h"

/* The groups of a snapshot, read backwards. */
struct walk {
	struct hg_reach_list *list;
	const struct hg_rule *rules;
	enum hg_at looks;     /* of rules that look at one of these */
	struct hg_reached at; /* without rule and always */
	bool failed;
};

static void
note(struct walk *w, const uint32_t *rules, uint32_t n, bool always)
{
	struct hg_reach_list *l = w->list;

	for (uint32_t i = 0; i < n && !w->failed; i++) {
		struct hg_reached one = w->at;

		if (!(w->rules[rules[i]].looks & w->looks))
			continue;
		if (l->n == l->room) {
			size_t room = l->room == 0 ? 4096 : 2 * l->room;
			struct hg_reached *more = realloc(l->v, room * sizeof(*more));

			w->failed = more == NULL;
			if (w->failed)
				return;
			l->v = more;
			l->room = room;
		}
		one.rule = rules[i];
		one.always = always;
		l->v[l->n++] = one;
	}
}

static void
walk_slot(struct walk *w, const struct hg_slot *slot)
{
	for (unsigned way = 0; way < HG_WAYS; way++) {
		const struct hg_reach *r = slot->of[way];

		if (way > 0 && r == slot->of[way - 1])
			continue;
		if (r->group.n_patterns > 0)
			note(w, r->group.rules, r->group.first[r->group.n_patterns], false);
		if (w->looks & HG_AT_PACKET)
			note(w, r->always, r->n_always, true);
		else
			note(w, r->windows, r->n_windows, true);
	}
}

static void
walk_domain(struct walk *w, const struct hg_domain *d)
{
	w->at.ports = false;
	walk_slot(w, &d->any);
	w->at.ports = true;
	for (unsigned i = 1; i <= d->n_slots; i++)
		walk_slot(w, &d->slots[i]);
	w->at.ports = false;
}

static void
walk_addresses(struct walk *w, const struct hg_ip_index *index)
{
	const uint8_t by = w->at.by;

	w->at.by = HG_BY_ADDRESS;
	if (index->n > 0)
		note(w, index->rules, index->first[index->n], true);
	w->at.by = by;
}

static void
walk_bare(struct walk *w, const struct hg_bare_sets *sets)
{
	unsigned n = 0;

	w->at.by = HG_BY_PACKET;
	for (unsigned i = 0; i < HG_COUNT(sets->by_flags); i++)
		n = HG_MAX(n, sets->by_flags[i] + 1u);
	for (unsigned i = 0; i < n; i++) {
		walk_domain(w, &sets->sets[i].ports);
		walk_addresses(w, &sets->sets[i].src);
		walk_addresses(w, &sets->sets[i].dst);
	}
}

static void
walk_direction(struct walk *w, const struct hg_snapshot *s, unsigned dir)
{
	w->at = (struct hg_reached){ .dir = (uint8_t)dir };
	for (unsigned l4 = 0; l4 < HG_L4_COUNT; l4++) {
		w->at.l4 = (uint8_t)l4;
		w->at.by = HG_BY_PAYLOAD;
		w->looks = l4 == HG_L4_TCP ? HG_AT_PACKET : HG_AT_ANY;
		walk_domain(w, &s->payload[l4][dir]);
		w->looks = HG_AT_ANY;
		walk_bare(w, &s->bare[l4][dir]);
	}
	w->at.l4 = HG_L4_TCP;
	w->at.by = HG_BY_STREAM;
	w->looks = HG_AT_WINDOW;
	walk_domain(w, &s->payload[HG_L4_TCP][dir]);
	w->looks = HG_AT_ANY;
	w->at.by = HG_BY_IDENTIFIED;
	walk_slot(w, &s->pd[dir]);
	w->at.by = HG_BY_TRANSACTION;
	for (unsigned proto = 0; proto < HG_PROTO_COUNT; proto++) {
		w->at.proto = (uint8_t)proto;
		walk_slot(w, &s->tx_always[dir][proto]);
	}
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hg_reached));
}

static int
by_rule(const void *pa, const void *pb)
{
	const struct hg_reached *a = pa, *b = pb;

	return a->rule != b->rule ? (a->rule < b->rule ? -1 : 1) : compare(a, b);
}

/* Sorted by rule, each way once. */
static void
settle(struct hg_reach_list *l)
{
	size_t kept = 0;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_rule);
	for (size_t i = 0; i < l->n; i++)
		if (kept == 0 || compare(&l->v[kept - 1], &l->v[i]) != 0)
			l->v[kept++] = l->v[i];
	l->n = kept;
}

int
hg_reach_list_make(struct hg_reach_list *l, const struct hg_snapshot *s)
{
	struct walk w = { .list = l, .rules = s->rules, .looks = HG_AT_ANY };

	*l = (struct hg_reach_list){ 0 };
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		walk_direction(&w, s, dir);
	for (uint16_t i = 0; i < s->n_inputs; i++) {
		w.at = (struct hg_reached){
			.by = HG_BY_BUFFER, .dir = s->inputs[i].dir, .proto = s->inputs[i].proto, .input = i
		};
		walk_slot(&w, &s->inputs_index[i]);
	}
	w.at = (struct hg_reached){ .by = HG_BY_EVENT };
	for (unsigned i = 0; i < HG_EVENTS_MAX; i++)
		walk_slot(&w, &s->events[i]);
	walk_slot(&w, &s->flow_anomalies);
	walk_addresses(&w, &s->ip_src);
	walk_addresses(&w, &s->ip_dst);
	w.at.by = HG_BY_FLOW;
	note(&w, s->ip_always, s->n_ip_always, true);
	settle(l);
	return w.failed ? -ENOMEM : 0;
}

void
hg_reach_list_free(struct hg_reach_list *l)
{
	free(l->v);
	*l = (struct hg_reach_list){ 0 };
}

static const char *
proto_name(uint8_t proto)
{
	const struct hg_decoder *d = hg_app_decoder_of((enum hg_proto)proto);

	return d == NULL ? "?" : d->name;
}

const char *
hg_reached_name(const struct hg_snapshot *s, const struct hg_reached *at, char *buf, size_t size)
{
	static const char *const l4s[] = { "tcp", "udp", "icmp", "icmpv6", "sctp", "other" };
	const char *side = at->dir == HG_TO_SERVER ? "to_server" : "to_client",
		   *ports = at->ports ? "/ports" : "";

	switch ((enum hg_reached_by)at->by) {
	case HG_BY_PAYLOAD:
		snprintf(buf, size, "payload/%s/%s%s", l4s[at->l4], side, ports);
		break;
	case HG_BY_STREAM:
		snprintf(buf, size, "stream/%s%s", side, ports);
		break;
	case HG_BY_BUFFER:
		snprintf(buf, size, "%s/%s/%s", hg_input_name(&s->inputs[at->input]), proto_name(at->proto),
			side);
		break;
	case HG_BY_TRANSACTION:
		snprintf(buf, size, "transaction/%s/%s", proto_name(at->proto), side);
		break;
	case HG_BY_PACKET:
		snprintf(buf, size, "packet/%s/%s%s", l4s[at->l4], side, ports);
		break;
	case HG_BY_ADDRESS:
		snprintf(buf, size, "address");
		break;
	case HG_BY_FLOW:
		snprintf(buf, size, "flow");
		break;
	case HG_BY_IDENTIFIED:
		snprintf(buf, size, "identified/%s", side);
		break;
	case HG_BY_EVENT:
		snprintf(buf, size, "event");
		break;
	}
	return buf;
}
