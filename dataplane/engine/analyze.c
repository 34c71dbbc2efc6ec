#include "engine/analyze.h"

#include <inttypes.h>

#include "app/app.h"

static const char *const types[] = {
	[HG_RULE_IP_ONLY] = "ip-only",
	[HG_RULE_LIKE_IP_ONLY] = "like-ip-only",
	[HG_RULE_PD_ONLY] = "protocol-identified",
	[HG_RULE_EVENT_ONLY] = "event",
	[HG_RULE_PACKET] = "packet",
	[HG_RULE_PACKET_STREAM] = "packet-and-stream",
	[HG_RULE_STREAM] = "stream",
	[HG_RULE_APP] = "app-any",
	[HG_RULE_TX] = "transaction",
};

static const char *const actions[] = {
	[HG_ACTION_ALERT] = "alert",
	[HG_ACTION_PASS] = "pass",
	[HG_ACTION_DROP] = "drop",
	[HG_ACTION_REJECT] = "reject",
	[HG_ACTION_REJECT_DST] = "rejectdst",
	[HG_ACTION_REJECT_BOTH] = "rejectboth",
	[HG_ACTION_CONFIG] = "config",
};

static void
put(FILE *out, unsigned *n, const char *text)
{
	fprintf(out, "%s%s", (*n)++ == 0 ? "" : ",", text);
}

/* Buffers in the order of evaluation; "payload": bytes of packets or of the raw stream. */
static void
print_buffers(FILE *out, const struct hg_snapshot *s, const struct hg_rule *r)
{
	unsigned n = 0;

	if (r->payload.n > 0)
		put(out, &n, "payload");
	for (unsigned i = 0; i < r->n_engines; i++) {
		const struct hg_engine *e = &r->engines[i];
		const struct hg_input *in = &s->inputs[e->input];
		const struct hg_decoder *d =
			e->kind == HG_ENGINE_BUFFER ? hg_app_decoder_of((enum hg_proto)in->proto) : NULL;

		if (e->kind == HG_ENGINE_ANOMALY)
			put(out, &n, "app-layer-event");
		else if (e->kind == HG_ENGINE_STREAM)
			put(out, &n, "stream");
		else if (e->kind == HG_ENGINE_FILE)
			put(out, &n, "file");
		else
			put(out, &n, d != NULL && in->row < d->n_buffers ? d->buffers[in->row].name : "?");
	}
	if (n == 0)
		putc('-', out);
}

/* Whether workers must take turns when it matches (ADR 0004). */
static bool
reads_state_by_address(const struct hg_rule *r)
{
	for (unsigned i = 0; i < r->n_thresholds; i++)
		if (r->thresholds[i].type != HG_THRESHOLD_SUPPRESS)
			return true;
	for (unsigned i = 0; i < r->n_tests; i++)
		if (r->tests[i].op == HG_TEST_XBIT || r->tests[i].op == HG_TEST_HOSTBIT)
			return true;
	for (unsigned i = 0; i < r->n_posts; i++)
		if (r->posts[i].op >= HG_POST_XBIT_SET && r->posts[i].op <= HG_POST_XBIT_TOGGLE)
			return true;
	return false;
}

static void
print_notes(FILE *out, const struct hg_rule *r)
{
	unsigned n = 0;

	if (r->flags & HG_RF_NOALERT)
		put(out, &n, "noalert");
	if (r->flags & HG_RF_BIDIRECTIONAL)
		put(out, &n, "one-of-two-directions");
	if (r->flags & HG_RF_NEGATED_FAST)
		put(out, &n, "all-contents-negated");
	if (reads_state_by_address(r))
		put(out, &n, "state-by-address");
	if (n == 0)
		putc('-', out);
}

void
hg_analyze_print(FILE *out, const struct hg_snapshot *s)
{
	fputs("gid\tsid\trev\taction\ttype\tlooks_at\tnotes\tplace\n", out);
	for (uint32_t i = 0; s != NULL && i < s->n_rules; i++) {
		const struct hg_rule *r = &s->rules[i];
		const struct hg_rule_info *text = &s->texts[r->text];

		fprintf(out, "%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%s\t%s\t", text->gid, text->sid,
			text->rev, actions[r->action], types[r->type]);
		print_buffers(out, s, r);
		putc('\t', out);
		print_notes(out, r);
		fprintf(out, "\t%s:%" PRIu32 "\n", text->file, text->line);
	}
}
