#include <stdio.h>

#include "rules/keyword/keyword_int.h"

static int
no_name(struct hg_draft *d, const struct hg_arg *arg, const char *what, const char *const *names, unsigned n)
{
	hg_draft_refuse(d, arg->column, "%s '%.*s'", what, (int)HG_MIN(arg->text.len, 64), arg->text.p);
	return hg_draft_guess(d, arg->text, names, n, sizeof(names[0]));
}

/* Events by the names that the rules shipped with Suricata still use. */
static struct hg_span
name_of(struct hg_span text)
{
	static const struct {
		const char *old, *name;
	} renamed[] = {
		{ "3whs_synack_resend_with_different_ack", "3whs_synack_resend_with_diff_ack" },
		{ "est_synack_resend_with_different_ack", "est_synack_resend_with_diff_ack" },
	};

	for (unsigned i = 0; i < HG_COUNT(renamed); i++)
		if (hg_span_eq_nocase(text, hg_span_str(renamed[i].old)))
			return hg_span_str(renamed[i].name);
	return text;
}

/* Stream events have the numbers behind those of decoding. */
static int
packet_event(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct hg_catalog *c = d->shared->catalog;
	const bool stream = strcmp(k->name, "stream-event") == 0;
	const char *const *names = stream ? c->stream_events : c->decode_events;
	unsigned n = stream ? c->n_stream_events : c->n_decode_events;
	const struct hg_span name = stream ? name_of(arg->text) : arg->text;
	struct hg_test *t;

	for (unsigned i = 0; i < n; i++) {
		if (!hg_span_eq_nocase(name, hg_span_str(names[i])))
			continue;
		t = hg_draft_test(d, HG_TEST_EVENT);
		if (t == NULL)
			return d->error.code;
		t->a = stream ? c->n_decode_events + i : i;
		d->event_keyword = true;
		return 0;
	}
	return no_name(d, arg, stream ? "there is no stream event" : "there is no decode event", names, n);
}

#define NAMES_MAX 128

static int
no_anomaly(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name, const char *what,
	const struct hg_anomaly_row *rows, unsigned n)
{
	struct hg_arg part = *arg;
	const char *names[NAMES_MAX];

	n = HG_MIN(n, NAMES_MAX);
	for (unsigned i = 0; i < n; i++)
		names[i] = rows[i].name;
	part.text = name;
	part.column = hg_arg_column(arg, name);
	return no_name(d, &part, what, names, n);
}

static int
flow_anomaly(struct hg_draft *d, const struct hg_arg *arg)
{
	const struct hg_catalog *c = d->shared->catalog;

	for (unsigned i = 0; i < c->n_flow_anomalies; i++) {
		struct hg_test *t;

		if (!hg_span_eq_nocase(arg->text, hg_span_str(c->flow_anomalies[i].name)))
			continue;
		t = hg_draft_test(d, HG_TEST_FLOW_ANOMALY);
		if (t == NULL)
			return d->error.code;
		t->a = i;
		return 0;
	}
	return no_anomaly(d, arg, arg->text, "there is no event of identification", c->flow_anomalies,
		c->n_flow_anomalies);
}

static const struct hg_catalog_proto *
find_proto(const struct hg_catalog *c, struct hg_span name)
{
	if (hg_span_eq(name, HG_BYTES("http1")))
		name = HG_BYTES("http");
	for (unsigned i = 0; i < c->n_protos; i++)
		if (hg_span_eq_nocase(name, hg_span_str(c->protos[i].name)))
			return &c->protos[i];
	return NULL;
}

static int
no_proto(struct hg_draft *d, const struct hg_arg *arg, struct hg_span name)
{
	const struct hg_catalog *c = d->shared->catalog;
	const char *names[NAMES_MAX];
	struct hg_arg part = *arg;
	unsigned n = 0;

	for (; n < c->n_protos && n < NAMES_MAX; n++)
		names[n] = c->protos[n].name;
	part.text = name;
	part.column = hg_arg_column(arg, name);
	return no_name(d, &part, "this build knows no protocol", names, n);
}

static int
tx_anomaly(
	struct hg_draft *d, const struct hg_arg *arg, const struct hg_catalog_proto *p, struct hg_span name)
{
	if (d->protos != 0 && !(d->protos & HG_PROTO_BIT(p->proto)))
		return hg_draft_refuse(d, arg->column,
			"an event of %s in a rule about another protocol never comes", p->name);
	if (d->n_anomalies == HG_COUNT(d->anomalies))
		return hg_draft_refuse(
			d, arg->column, "more than %zu events in a rule", HG_COUNT(d->anomalies));
	for (unsigned i = 0; i < p->n_anomalies; i++) {
		if (!hg_span_eq_nocase(name, hg_span_str(p->anomalies[i].name)))
			continue;
		d->anomalies[d->n_anomalies++] = (struct hg_draft_anomaly){ (uint8_t)p->proto, (uint8_t)i };
		d->protos = HG_PROTO_BIT(p->proto);
		return 0;
	}
	return no_anomaly(d, arg, name, "there is no event", p->anomalies, p->n_anomalies);
}

static int
app_event(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	size_t dot = hg_span_find(arg->text, 0, '.');
	const struct hg_catalog_proto *p;
	struct hg_span proto = hg_span_sub(arg->text, 0, dot);

	(void)k;
	if (dot == SIZE_MAX)
		return flow_anomaly(d, arg);
	p = find_proto(d->shared->catalog, proto);
	if (p == NULL)
		return no_proto(d, arg, proto);
	if (p->n_buffers + p->n_anomalies == 0)
		return hg_draft_refuse(
			d, arg->column, "'%s' is identified only: no decoder here finds its events", p->name);
	return tx_anomaly(d, arg, p, hg_span_from(arg->text, dot + 1));
}

static int
app_protocol(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	const struct hg_catalog_proto *p;
	struct hg_span name = arg->text;
	bool negated = hg_negation_take(&name);
	struct hg_test *t;
	uint64_t set;

	(void)k;
	if (d->protos != 0)
		return hg_draft_refuse(d, arg->column, "the rule is about a protocol already");
	p = find_proto(d->shared->catalog, name);
	if (p != NULL && hg_span_eq_nocase(name, HG_BYTES("http")))
		set = HG_PROTO_BIT(HG_PROTO_HTTP) | HG_PROTO_BIT(HG_PROTO_HTTP2);
	else if (p != NULL)
		set = HG_PROTO_BIT(p->proto);
	else if (hg_span_eq(name, HG_BYTES("failed")))
		set = HG_PROTO_BIT(HG_PROTO_FAILED);
	else if (hg_span_eq(name, HG_BYTES("unknown")))
		set = HG_PROTO_BIT(HG_PROTO_UNKNOWN);
	else
		return no_proto(d, arg, name);
	for (unsigned i = 0; i < d->n_tests; i++)
		if (d->tests[i].op == HG_TEST_APP_PROTO && (!d->tests[i].negated || !negated))
			return hg_draft_refuse(d, arg->column,
				"a flow speaks one protocol: app-layer-protocol stands twice");
	t = hg_draft_test(d, HG_TEST_APP_PROTO);
	if (t == NULL)
		return d->error.code;
	t->a = set;
	t->negated = negated;
	d->has_app_proto = true;
	return 0;
}

static const struct hg_keyword rows[] = {
	{ .name = "decode-event",
		.kind = HG_KW_TEST,
		.compile = packet_event,
		.syntax = "<layer>.<event>",
		.doc = "Decoding the packet found this malformation." },
	{ .name = "engine-event",
		.kind = HG_KW_TEST,
		.compile = packet_event,
		.syntax = "<layer>.<event>",
		.doc = "Another name of decode-event." },
	{ .name = "stream-event",
		.kind = HG_KW_TEST,
		.compile = packet_event,
		.syntax = "<event>",
		.doc = "The TCP session did this with the packet." },
	{ .name = "app-layer-event",
		.kind = HG_KW_TEST,
		.compile = app_event,
		.syntax = "<protocol>.<event>|applayer_<event>",
		.doc = "The decoder of the protocol, or identification, found this." },
	{ .name = "app-layer-protocol",
		.kind = HG_KW_TEST,
		.compile = app_protocol,
		.syntax = "[!]<protocol>|failed",
		.doc = "The flow speaks this protocol in the packet's direction." },
};
HG_KEYWORDS(event, rows);
