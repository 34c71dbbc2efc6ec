/* What rules have left on a flow and a packet: objects of other records, and EVE metadata, a packet that an expression has
 * captured something of. */
#include "event/event_int.h"

#define VAR_NAME 256

/* Of a record up to the end of its variables; one that reaches farther is left out, so that the record is not lost for it. */
#define METADATA_MAX 24576

/* Flowbits of these names classify traffic and stand in an object of their own, as with the peer. */
#define TRAFFIC_ID "traffic/id/"
#define TRAFFIC_LABEL "traffic/label/"

static bool
begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/* The set flowbits that begin so, without that begin; NULL: those of no such name. False: there are none, nothing was
 * written. */
static bool
write_flowbits(struct hg_json *j, const char *key, const struct hg_flow *f, const struct hg_snapshot *rules,
	const char *with)
{
	bool any = false;

	for (uint32_t i = hg_detect_flowbit_next(f, 0); i < rules->n_flowbits;
		i = hg_detect_flowbit_next(f, i + 1)) {
		const char *name = rules->flowbits[i];

		if (with == NULL ? begins(name, TRAFFIC_ID) || begins(name, TRAFFIC_LABEL)
				 : !begins(name, with))
			continue;
		if (!any)
			hg_json_array_at(j, key);
		any = true;
		hg_json_item_cstr(j, name + (with == NULL ? 0 : strlen(with)));
	}
	if (any)
		hg_json_array_end(j);
	return any;
}

static bool
write_flowints(struct hg_json *j, const struct hg_flow *f, const struct hg_snapshot *rules)
{
	uint32_t value;

	if (!hg_detect_flowints(f))
		return false;
	hg_json_open_at(j, "flowints");
	for (uint16_t i = 0; i < rules->n_flowints; i++)
		if (hg_detect_flowint(f, i, &value))
			hg_json_u64(j, rules->flowints[i], value);
	hg_json_close(j);
	return true;
}

static void
write_traffic(struct hg_json *j, const struct hg_flow *f, const struct hg_snapshot *rules)
{
	struct hg_json_mark mark = hg_json_mark(j);
	bool any;

	hg_json_open_at(j, "traffic");
	any = write_flowbits(j, "id", f, rules, TRAFFIC_ID);
	any |= write_flowbits(j, "label", f, rules, TRAFFIC_LABEL);
	hg_json_close(j);
	if (!any)
		hg_json_rewind(j, mark);
}

/* Of a packet and of a flow alike. */
static void
write_var(struct hg_events *e, struct hg_json *j, const struct hg_var *v, const struct hg_snapshot *rules)
{
	const struct hg_json_mark mark = hg_json_mark(j);
	char name[VAR_NAME];
	const size_t n = HG_MIN(v->name.len, sizeof(name) - 1);

	for (size_t i = 0; i < n; i++)
		name[i] = (char)hg_event_printable(v->name.p[i]);
	name[n] = '\0';
	hg_json_open(j);
	hg_event_text(e, j, n > 0 ? name : rules->vars[v->id], v->value);
	hg_json_close(j);
	if (j->overflown || (size_t)(j->end - j->p) < sizeof(e->line) - METADATA_MAX)
		hg_json_rewind(j, mark);
}

static bool
write_flowvars(struct hg_events *e, struct hg_json *j, const struct hg_event_head *h)
{
	struct hg_var v;

	if (h->flow == NULL || !hg_detect_flowvar(h->flow, 0, &v))
		return false;
	hg_json_array_at(j, "flowvars");
	for (unsigned i = 0; hg_detect_flowvar(h->flow, i, &v); i++)
		write_var(e, j, &v, h->rules);
	hg_json_array_end(j);
	return true;
}

static bool
write_pktvars(struct hg_events *e, struct hg_json *j, const struct hg_event_head *h)
{
	struct hg_var v;

	if (h->packet == NULL || !hg_detect_pktvar(h->packet, 0, &v))
		return false;
	hg_json_array_at(j, "pktvars");
	for (unsigned i = 0; hg_detect_pktvar(h->packet, i, &v); i++)
		write_var(e, j, &v, h->rules);
	hg_json_array_end(j);
	return true;
}

void
hg_event_metadata(struct hg_events *e, struct hg_json *j, const struct hg_event_head *h)
{
	const bool flow = h->flow != NULL && h->flow->detect != NULL;
	struct hg_json_mark mark;
	bool any = false;

	if (h->rules == NULL || (!flow && (h->packet == NULL || h->packet->vars == NULL)))
		return;
	if (flow)
		write_traffic(j, h->flow, h->rules);
	mark = hg_json_mark(j);
	hg_json_open_at(j, "metadata");
	if (flow) {
		any = write_flowbits(j, "flowbits", h->flow, h->rules, NULL);
		any |= write_flowints(j, h->flow, h->rules);
		any |= write_flowvars(e, j, h);
	}
	any |= write_pktvars(e, j, h);
	hg_json_close(j);
	if (!any)
		hg_json_rewind(j, mark);
}

void
hg_event_vars(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	struct hg_event_head head = { .type = "metadata",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules };
	struct hg_json j = hg_event_begin(e, &head);

	hg_event_end(e, &j, HG_EVE_METADATA);
}
