#include "engine/explain_int.h"

#include <inttypes.h>

#include "base/addr.h"
#include "base/json.h"
#include "engine/analyze.h"
#include "engine/say.h"
#include "packet/packet.h"

#define LINE_MOST 16384

static const struct {
	const char *code, *sentence;
} ends[HG_LOOK_ENDS] = {
	[HG_LOOK_OFF] = { "off", "the flow is not inspected any more" },
	[HG_LOOK_MISFIT] = { "header", "the header does not fit" },
	[HG_LOOK_ONCE] = { "once", "it is asked once a flow, and was" },
	[HG_LOOK_NOTHING] = { "nothing", "nothing is there to look into" },
	[HG_LOOK_PATTERN] = { "pattern", "its fast pattern is not there" },
	[HG_LOOK_STOPPED] = { "stopped", "stopped" },
	[HG_LOOK_WAITS] = { "waits", "waits for more of the transaction" },
	[HG_LOOK_DECIDED] = { "decided", "decided before, for this transaction" },
	[HG_LOOK_MATCHED] = { "matched", "matched" },
}, misfits[] = {
	[HG_FIT] = { "", "" },
	[HG_MISFIT_L4] = { "ip-protocol", "IP protocol" },
	[HG_MISFIT_FAMILY] = { "family", "IP version" },
	[HG_MISFIT_PROTO] = { "app-protocol", "application protocol" },
	[HG_MISFIT_ADDRESS] = { "addresses", "addresses" },
	[HG_MISFIT_DIRECTION] = { "direction", "direction" },
	[HG_MISFIT_NO_FLOW] = { "no-flow", "no flow" },
	[HG_MISFIT_NOT_ESTABLISHED] = { "not-established", "session not established" },
	[HG_MISFIT_ESTABLISHED] = { "established", "session established" },
	[HG_MISFIT_FRAGMENT] = { "fragment", "fragments" },
	[HG_MISFIT_PORT] = { "ports", "ports" },
	[HG_MISFIT_TEST] = { "test", "test" },
}, fates[HG_FATES] = {
	[HG_FATE_ALERT] = { "alert", "alert" },
	[HG_FATE_SILENT] = { "silent", "acts without an alert" },
	[HG_FATE_THRESHOLD] = { "threshold", "held back by a threshold" },
	[HG_FATE_PASSED] = { "passed", "a pass rule stands in front" },
	[HG_FATE_CUT] = { "cut", "beyond packet-alert-max" },
};

static unsigned
row_of(unsigned misfit)
{
	return HG_MIN(misfit, (unsigned)HG_MISFIT_TEST);
}

/* ---- options of the rule ---- */

/* What is to blame: an option by its number, or by its name when several made one thing. */
static const struct hg_rule_option *
option_of(const struct hg_explained *x, unsigned number, const char *name)
{
	if (number > 0 && x->source != NULL && number <= x->source->n)
		return &x->source->options[number - 1];
	return name == NULL || x->source == NULL ? NULL : hg_rule_find(x->source, hg_span_str(name));
}

static const struct hg_rule_option *
option_of_test(const struct hg_explained *x, unsigned misfit)
{
	return misfit < HG_MISFIT_TEST ? NULL
				       : option_of(x, x->rule->tests[misfit - HG_MISFIT_TEST].option, NULL);
}

static const struct hg_prog *
prog_of(const struct hg_explained *x, unsigned engine)
{
	if (engine < x->rule->n_engines)
		return x->rule->engines[engine].kind == HG_ENGINE_ANOMALY ? NULL
									  : &x->rule->engines[engine].prog;
	return x->rule->payload.n == 0 ? NULL : &x->rule->payload;
}

static const struct hg_rule_option *
option_of_stop(const struct hg_explain *e, const struct hg_explained *x, unsigned engine, unsigned reached)
{
	const struct hg_prog *prog = prog_of(x, engine);

	if (prog == NULL)
		return option_of(x, 0, "app-layer-event");
	return reached < prog->n ? option_of(x, e->rules->options[prog->options + reached], "asn1") : NULL;
}

static const char *
buffer_of(const struct hg_explain *e, const struct hg_explained *x, unsigned engine)
{
	if (engine >= x->rule->n_engines || x->rule->engines[engine].kind == HG_ENGINE_STREAM)
		return "payload";
	if (x->rule->engines[engine].kind == HG_ENGINE_ANOMALY)
		return "app-layer-event";
	return hg_input_name(&e->rules->inputs[x->rule->engines[engine].input]);
}

static void
say_option(FILE *out, const struct hg_explained *x, const struct hg_rule_option *o)
{
	uint32_t line, column;
	struct hg_span text;

	if (o == NULL)
		return;
	text = hg_rule_option_text(o);
	hg_text_place(x->source->text, o->name.p, &line, &column);
	fprintf(out, " %.*s (%s:%" PRIu32 ":%" PRIu32 ")", (int)text.len, (const char *)text.p, x->info->file,
		x->source->line == x->info->line ? line : x->info->line, column);
}

static void
json_option(struct hg_json *j, const struct hg_explained *x, const struct hg_rule_option *o)
{
	uint32_t line, column;

	if (o == NULL)
		return;
	hg_text_place(x->source->text, o->name.p, &line, &column);
	hg_json_open_at(j, "test");
	hg_json_u64(j, "option", (uint64_t)(o - x->source->options) + 1);
	hg_json_str(j, "text", hg_rule_option_text(o));
	hg_json_u64(j, "line", x->source->line == x->info->line ? line : x->info->line);
	hg_json_u64(j, "column", column);
	hg_json_close(j);
}

/* ---- lines ---- */

static void
write_line(FILE *out, struct hg_json *j)
{
	struct hg_span done;

	hg_json_close(j);
	done = hg_json_done(j);
	if (done.len > 0)
		fprintf(out, "%.*s\n", (int)done.len, (const char *)done.p);
}

static void
json_head(struct hg_json *j, const struct hg_explained *x, const char *record)
{
	hg_json_open(j);
	hg_json_cstr(j, "record", record);
	hg_json_u64(j, "gid", x->info->gid);
	hg_json_u64(j, "sid", x->info->sid);
	if (x->rule->flags & HG_RF_BIDIRECTIONAL)
		hg_json_bool(j, "reverse", true);
}

static void
json_packet(struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx)
{
	char text[HG_ADDR_TEXT];

	if (p->number != 0)
		hg_json_u64(j, "pcap_cnt", p->number);
	if (p->family != 0) {
		hg_json_plain(j, "src_ip", hg_span(text, hg_addr_text(&p->src, p->family, text)));
		hg_json_u64(j, "src_port", p->sport);
		hg_json_plain(j, "dest_ip", hg_span(text, hg_addr_text(&p->dst, p->family, text)));
		hg_json_u64(j, "dest_port", p->dport);
	}
	if (tx != NULL)
		hg_json_u64(j, "tx_id", tx->id);
}

static const char *
name_of(const struct hg_app_frame *f)
{
	return hg_app_decoder_of((enum hg_proto)f->proto)->buffers[f->row].name;
}

static void
json_frame(struct hg_json *j, const struct hg_look *l)
{
	if (l->frame == NULL)
		return;
	hg_json_open_at(j, "frame");
	hg_json_cstr(j, "type", name_of(l->frame));
	hg_json_u64(j, "id", l->frame->id);
	hg_json_close(j);
	if (!l->candidate)
		hg_json_bool(j, "candidate", false);
}

static void
say_packet(FILE *out, const struct hg_explained *x, const struct hg_packet *p, const struct hg_tx *tx,
	const struct hg_app_frame *frame)
{
	char src[HG_ADDR_TEXT + 1] = "", dst[HG_ADDR_TEXT + 1] = "";

	fprintf(out, "sid %" PRIu32 ": ", x->info->sid);
	if (p->number != 0)
		fprintf(out, "%s %" PRIu64, hg_say("packet"), p->number);
	else
		fputs(hg_say("a packet made at the end, or rebuilt"), out);
	if (p->family != 0) {
		src[hg_addr_text(&p->src, p->family, src)] = '\0';
		dst[hg_addr_text(&p->dst, p->family, dst)] = '\0';
		fprintf(out, " %s:%u > %s:%u", src, p->sport, dst, p->dport);
	}
	if (tx != NULL)
		fprintf(out, " %s %" PRIu64, hg_say("transaction"), tx->id);
	if (frame != NULL)
		fprintf(out, " %s %" PRIu64, name_of(frame), frame->id);
	fputs(": ", out);
}

static void
json_look(struct hg_explain *e, const struct hg_explained *x, const struct hg_look *l)
{
	const struct hg_prog *prog = prog_of(x, l->engine);
	char line[LINE_MOST];
	struct hg_json j = hg_json_of(line, sizeof(line));

	json_head(&j, x, "look");
	json_packet(&j, l->p, l->tx);
	json_frame(&j, l);
	hg_json_cstr(&j, "end", ends[l->end].code);
	if (l->end == HG_LOOK_MISFIT) {
		hg_json_cstr(&j, "misfit", misfits[row_of(l->misfit)].code);
		json_option(&j, x, option_of_test(x, l->misfit));
	}
	if (l->end == HG_LOOK_STOPPED || l->end == HG_LOOK_WAITS || l->end == HG_LOOK_NOTHING)
		hg_json_cstr(&j, "buffer", buffer_of(e, x, l->engine));
	if (l->end == HG_LOOK_STOPPED) {
		json_option(&j, x, option_of_stop(e, x, l->engine, l->reached));
		hg_json_u64(&j, "matched", l->reached);
		hg_json_u64(&j, "of", prog == NULL ? 1 : prog->n);
		if (l->over_budget)
			hg_json_bool(&j, "over_budget", true);
	}
	write_line(e->file, &j);
}

void
hg_explain_say_look(struct hg_explain *e, struct hg_explained *x, const struct hg_look *l)
{
	const struct hg_prog *prog = prog_of(x, l->engine);

	x->written++;
	if (e->file != NULL && x->written <= HG_EXPLAIN_LINES)
		json_look(e, x, l);
	if (x->written > HG_EXPLAIN_SHOWN)
		return;
	say_packet(e->out, x, l->p, l->tx, l->frame);
	if (l->end == HG_LOOK_STOPPED) {
		fprintf(e->out, hg_say("%u of %u tests in %s match, not"), l->reached,
			prog == NULL ? 1 : prog->n, buffer_of(e, x, l->engine));
		say_option(e->out, x, option_of_stop(e, x, l->engine, l->reached));
		if (l->over_budget)
			fprintf(e->out, ", %s", hg_say("out of steps (detect.inspection-recursion-limit)"));
	} else {
		fputs(hg_say(ends[l->end].sentence), e->out);
	}
	if (l->end == HG_LOOK_MISFIT) {
		fprintf(e->out, ": %s", hg_say(misfits[row_of(l->misfit)].sentence));
		say_option(e->out, x, option_of_test(x, l->misfit));
	} else if (l->end == HG_LOOK_WAITS || l->end == HG_LOOK_NOTHING) {
		fprintf(e->out, ": %s", buffer_of(e, x, l->engine));
	}
	putc('\n', e->out);
}

void
hg_explain_say_fate(
	struct hg_explain *e, struct hg_explained *x, const struct hg_packet *p, enum hg_fate fate)
{
	char line[LINE_MOST];
	struct hg_json j = hg_json_of(line, sizeof(line));

	if (e->file != NULL && x->written <= HG_EXPLAIN_LINES) {
		json_head(&j, x, "fate");
		json_packet(&j, p, NULL);
		hg_json_cstr(&j, "fate", fates[fate].code);
		write_line(e->file, &j);
	}
	if (fate == HG_FATE_ALERT || x->written > HG_EXPLAIN_SHOWN)
		return;
	say_packet(e->out, x, p, NULL, NULL);
	fprintf(e->out, "%s\n", hg_say(fates[fate].sentence));
}

/* ---- the end ---- */

/* The look that came farthest: engines are asked in their order. */
static const struct hg_explain_stop *
farthest(const struct hg_explained *x)
{
	const struct hg_explain_stop *best = NULL;

	for (unsigned i = 0; i < x->n_stops; i++) {
		const struct hg_explain_stop *s = &x->stops[i];

		if (best == NULL || s->engine > best->engine ||
			(s->engine == best->engine && s->reached > best->reached))
			best = s;
	}
	return best;
}

static unsigned
last_misfit(const struct hg_explained *x)
{
	unsigned last = HG_FIT;

	for (unsigned i = 0; i < HG_MISFIT_MAX; i++)
		if (x->misfits[i] > 0)
			last = i;
	return last;
}

/* What kept it from matching: that of all looks which came nearest to it. */
static enum hg_look_end
verdict(const struct hg_explained *x)
{
	static const uint8_t order[] = { HG_LOOK_PATTERN, HG_LOOK_NOTHING, HG_LOOK_WAITS, HG_LOOK_ONCE,
		HG_LOOK_MISFIT, HG_LOOK_OFF };

	if (x->ends[HG_LOOK_MATCHED] > 0)
		return HG_LOOK_MATCHED;
	if (x->ends[HG_LOOK_STOPPED] > 0)
		return HG_LOOK_STOPPED;
	if (x->waits > 0)
		return HG_LOOK_WAITS;
	for (unsigned i = 0; i < HG_COUNT(order); i++)
		if (x->ends[order[i]] > 0)
			return (enum hg_look_end)order[i];
	return HG_LOOK_ENDS;
}

static bool
on_frames(const struct hg_explain *e, const struct hg_explained *x)
{
	return x->rule->n_engines > 0 && x->rule->engines[0].kind == HG_ENGINE_BUFFER &&
		e->rules->inputs[x->rule->engines[0].input].flags & HG_BUFFER_FRAME;
}

/* What would have had to be there. */
static const char *
missing_of(const struct hg_explain *e, const struct hg_explained *x)
{
	if (x->rule->type == HG_RULE_TX && !x->tx_missed)
		return on_frames(e, x) ? buffer_of(e, x, 0) : "transaction";
	return buffer_of(e, x, x->missed);
}

static void
say_verdict(struct hg_explain *e, const struct hg_explained *x)
{
	const struct hg_explain_stop *stop = farthest(x);
	const enum hg_look_end end = verdict(x);
	const unsigned misfit = last_misfit(x);

	switch (end) {
	case HG_LOOK_MATCHED:
		fprintf(e->out, hg_say("it matched %llu times, with %llu alerts"),
			(unsigned long long)x->ends[HG_LOOK_MATCHED],
			(unsigned long long)x->fates[HG_FATE_ALERT]);
		break;
	case HG_LOOK_STOPPED:
		fprintf(e->out, hg_say("it never matched; at the farthest it came in %s to"),
			buffer_of(e, x, stop == NULL ? HG_LOOK_PAYLOAD : stop->engine));
		if (stop != NULL)
			say_option(e->out, x, option_of_stop(e, x, stop->engine, stop->reached));
		break;
	case HG_LOOK_PATTERN:
		fprintf(e->out, hg_say("never a candidate: its fast pattern was not found in %s"),
			buffer_of(e, x, x->missed));
		say_option(e->out, x, option_of(x, x->info->fast.option, NULL));
		break;
	case HG_LOOK_NOTHING:
		fprintf(e->out, hg_say("the header fits, but there was never a %s to look into"),
			missing_of(e, x));
		break;
	case HG_LOOK_MISFIT:
		fprintf(e->out, hg_say("the header never fitted; the last to fail: %s"),
			hg_say(misfits[row_of(misfit)].sentence));
		say_option(e->out, x, option_of_test(x, misfit));
		break;
	case HG_LOOK_ENDS:
		fputs(hg_say("there was no packet"), e->out);
		break;
	default:
		fputs(hg_say(ends[end].sentence), e->out);
		break;
	}
	putc('\n', e->out);
}

static void
say_counts(struct hg_explain *e, const struct hg_explained *x)
{
	for (unsigned i = 0; i < HG_LOOK_ENDS; i++) {
		if (x->ends[i] == 0)
			continue;
		fprintf(e->out, "  %8" PRIu64 "  %s", x->ends[i], hg_say(ends[i].sentence));
		for (unsigned k = 0, n = 0; i == HG_LOOK_MISFIT && k < HG_MISFIT_MAX; k++) {
			if (x->misfits[k] == 0)
				continue;
			fprintf(e->out, "%s%s", n++ == 0 ? ": " : ", ", hg_say(misfits[row_of(k)].sentence));
			say_option(e->out, x, option_of_test(x, k));
			fprintf(e->out, " %" PRIu64, x->misfits[k]);
		}
		putc('\n', e->out);
		for (unsigned k = 0; i == HG_LOOK_STOPPED && k < x->n_stops; k++) {
			fprintf(e->out, "  %8s  %8" PRIu64 "  %s:", "", x->stops[k].n,
				buffer_of(e, x, x->stops[k].engine));
			say_option(e->out, x, option_of_stop(e, x, x->stops[k].engine, x->stops[k].reached));
			putc('\n', e->out);
		}
	}
	for (unsigned i = HG_FATE_ALERT + 1; i < HG_FATES; i++)
		if (x->fates[i] > 0)
			fprintf(e->out, "  %8" PRIu64 "  %s\n", x->fates[i], hg_say(fates[i].sentence));
}

static void
json_end(struct hg_explain *e, const struct hg_explained *x)
{
	const enum hg_look_end end = verdict(x);
	const struct hg_explain_stop *stop = farthest(x);
	char line[LINE_MOST];
	struct hg_json j = hg_json_of(line, sizeof(line));
	uint64_t tests = 0;

	json_head(&j, x, "summary");
	hg_json_cstr(&j, "end", end == HG_LOOK_ENDS ? "no-packet" : ends[end].code);
	if (end == HG_LOOK_STOPPED && stop != NULL) {
		hg_json_cstr(&j, "buffer", buffer_of(e, x, stop->engine));
		json_option(&j, x, option_of_stop(e, x, stop->engine, stop->reached));
	} else if (end == HG_LOOK_PATTERN) {
		hg_json_cstr(&j, "buffer", buffer_of(e, x, x->missed));
		json_option(&j, x, option_of(x, x->info->fast.option, NULL));
	} else if (end == HG_LOOK_NOTHING) {
		hg_json_cstr(&j, "buffer", missing_of(e, x));
	} else if (end == HG_LOOK_MISFIT) {
		hg_json_cstr(&j, "misfit", misfits[row_of(last_misfit(x))].code);
		json_option(&j, x, option_of_test(x, last_misfit(x)));
	}
	hg_json_u64(&j, "candidates", x->candidates);
	hg_json_open_at(&j, "looks");
	for (unsigned i = 0; i < HG_LOOK_ENDS; i++)
		if (x->ends[i] > 0)
			hg_json_u64(&j, ends[i].code, x->ends[i]);
	hg_json_close(&j);
	hg_json_open_at(&j, "misfits");
	for (unsigned i = HG_FIT + 1; i < HG_MISFIT_TEST; i++)
		if (x->misfits[i] > 0)
			hg_json_u64(&j, misfits[i].code, x->misfits[i]);
	for (unsigned i = HG_MISFIT_TEST; i < HG_MISFIT_MAX; i++)
		tests += x->misfits[i];
	if (tests > 0)
		hg_json_u64(&j, misfits[HG_MISFIT_TEST].code, tests);
	hg_json_close(&j);
	hg_json_open_at(&j, "fates");
	for (unsigned i = 0; i < HG_FATES; i++)
		if (x->fates[i] > 0)
			hg_json_u64(&j, fates[i].code, x->fates[i]);
	hg_json_close(&j);
	if (x->written > HG_EXPLAIN_LINES)
		hg_json_u64(&j, "left_out", x->written - HG_EXPLAIN_LINES);
	write_line(e->file, &j);
}

void
hg_explain_say_end(struct hg_explain *e, struct hg_explained *x)
{
	if (x->written > HG_EXPLAIN_SHOWN)
		fprintf(e->out, hg_say("sid %u: %llu more looks, not shown here\n"), x->info->sid,
			(unsigned long long)(x->written - HG_EXPLAIN_SHOWN));
	fprintf(e->out, "sid %" PRIu32 " \"%s\"%s: ", x->info->sid, x->info->msg,
		x->rule->flags & HG_RF_BIDIRECTIONAL ? hg_say(", the other way round") : "");
	say_verdict(e, x);
	say_counts(e, x);
	if (e->file != NULL)
		json_end(e, x);
}
