#include "engine/analyze_int.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/app.h"
#include "base/json.h"
#include "engine/diagnose.h"
#include "engine/say.h"

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

const char *
hg_input_name(const struct hg_input *in)
{
	const struct hg_decoder *d = hg_app_decoder_of((enum hg_proto)in->proto);

	return d != NULL && in->row < d->n_buffers ? d->buffers[in->row].name : "?";
}

const char *
hg_pattern_text(struct hg_span bytes, char *buf, size_t size)
{
	bool hex = false;
	size_t n = 0;

	for (size_t i = 0; i < bytes.len && n + 8 < size; i++) {
		const uint8_t c = bytes.p[i];
		const bool plain = c >= 0x20 && c < 0x7f && strchr("|\";:\\", c) == NULL;

		if (plain == hex)
			buf[n++] = '|';
		else if (hex)
			buf[n++] = ' ';
		hex = !plain;
		if (plain)
			buf[n++] = (char)c;
		else
			n += (size_t)snprintf(buf + n, size - n, "%02x", c);
	}
	if (hex)
		buf[n++] = '|';
	buf[n] = '\0';
	return buf;
}

#define WORDS_MAX 64

/* Words of one cell, once each. */
struct words {
	const char *v[WORDS_MAX];
	unsigned n;
};

static void
put(struct words *w, const char *word)
{
	for (unsigned i = 0; i < w->n; i++)
		if (strcmp(w->v[i], word) == 0)
			return;
	if (w->n < WORDS_MAX)
		w->v[w->n++] = word;
}

/* Buffers in the order of evaluation; "payload": bytes of packets or of the raw stream. */
static void
list_buffers(struct words *w, const struct hg_snapshot *s, const struct hg_rule *r)
{
	if (r->payload.n > 0)
		put(w, "payload");
	for (unsigned i = 0; i < r->n_engines; i++) {
		const struct hg_engine *e = &r->engines[i];

		put(w,
			e->kind == HG_ENGINE_ANOMALY          ? "app-layer-event"
				: e->kind == HG_ENGINE_STREAM ? "stream"
				: e->kind == HG_ENGINE_FILE   ? "file"
							      : hg_input_name(&s->inputs[e->input]));
	}
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
list_notes(struct words *w, const struct hg_rule *r)
{
	if (r->flags & HG_RF_NOALERT)
		put(w, "noalert");
	if (r->flags & HG_RF_BIDIRECTIONAL)
		put(w, "one-of-two-directions");
	if (r->flags & HG_RF_NEGATED_FAST)
		put(w, "all-contents-negated");
	if (reads_state_by_address(r))
		put(w, "state-by-address");
}

/* ---- what is known of all rules, before any is printed ---- */

struct warning {
	uint32_t rule;
	const char *kind;
	char *text;
};

struct analysis {
	const struct hg_snapshot *s;
	struct hg_reach_list reach;
	struct warning *warnings; /* by rule */
	size_t n_warnings, room;
	uint32_t by_cost[HG_COST_COUNT];
	int error;
};

/* One rule, ready to print. */
struct row {
	const struct hg_rule *rule;
	const struct hg_rule_info *text;
	const struct hg_reached *reached;
	size_t n_reached;
	const struct warning *warnings;
	size_t n_warnings;
	struct words buffers, notes, kinds;
	enum hg_cost cost;
};

static void
note_warning(void *arg, uint32_t rule, const struct hg_error *what)
{
	struct analysis *a = arg;

	if (a->n_warnings == a->room) {
		size_t room = a->room == 0 ? 1024 : 2 * a->room;
		struct warning *more = realloc(a->warnings, room * sizeof(*more));

		if (more == NULL) {
			a->error = -ENOMEM;
			return;
		}
		a->warnings = more;
		a->room = room;
	}
	a->warnings[a->n_warnings++] = (struct warning){ rule, what->kind, strdup(what->text) };
}

static int
by_rule(const void *pa, const void *pb)
{
	const struct warning *a = pa, *b = pb;

	return a->rule != b->rule ? (a->rule < b->rule ? -1 : 1) : strcmp(a->kind, b->kind);
}

static int
analyze(struct analysis *a, const struct hg_snapshot *s)
{
	int r;

	*a = (struct analysis){ .s = s };
	if (s == NULL)
		return 0;
	r = hg_reach_list_make(&a->reach, s);
	if (r == 0)
		r = hg_advise(s, note_warning, a);
	if (a->n_warnings > 0)
		qsort(a->warnings, a->n_warnings, sizeof(*a->warnings), by_rule);
	return r == 0 ? a->error : r;
}

static void
finish(struct analysis *a)
{
	for (size_t i = 0; i < a->n_warnings; i++)
		free(a->warnings[i].text);
	free(a->warnings);
	hg_reach_list_free(&a->reach);
}

/* Both lists are sorted by rule, and rules are asked for in order. */
static void
make_row(struct analysis *a, uint32_t rule, struct row *last, struct row *out)
{
	const struct hg_reached *reach_end = a->reach.v + a->reach.n;
	const struct warning *warnings_end = a->warnings + a->n_warnings;

	*out = (struct row){ .rule = &a->s->rules[rule], .text = &a->s->texts[a->s->rules[rule].text] };
	out->reached = last->rule == NULL ? a->reach.v : last->reached + last->n_reached;
	while (out->reached + out->n_reached < reach_end && out->reached[out->n_reached].rule == rule)
		out->n_reached++;
	out->warnings = last->rule == NULL ? a->warnings : last->warnings + last->n_warnings;
	while (out->warnings + out->n_warnings < warnings_end && out->warnings[out->n_warnings].rule == rule)
		put(&out->kinds, out->warnings[out->n_warnings++].kind);
	list_buffers(&out->buffers, a->s, out->rule);
	list_notes(&out->notes, out->rule);
	out->cost = hg_cost_of(a->s, out->rule, out->reached, out->n_reached);
	a->by_cost[out->cost]++;
	*last = *out;
}

/* ---- tabs ---- */

static void
print_words(FILE *out, const struct words *w)
{
	for (unsigned i = 0; i < w->n; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ",", w->v[i]);
	if (w->n == 0)
		putc('-', out);
}

static void
print_fast(FILE *out, const struct hg_rule_fast *f)
{
	char text[512];

	if (f->ins == NULL) {
		putc('-', out);
		return;
	}
	fprintf(out, "%s:%s\"%s\"%s", f->buffer == NULL ? "payload" : f->buffer,
		f->ins->flags & HG_INS_NEGATED ? "!" : "", hg_pattern_text(f->bytes, text, sizeof(text)),
		f->ins->flags & HG_INS_NOCASE ? " nocase" : "");
}

static void
print_tabs(FILE *out, const struct analysis *a, const struct row *row)
{
	const struct hg_rule_info *t = row->text;
	char name[96];

	fprintf(out, "%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%s\t%s\t", t->gid, t->sid, t->rev,
		actions[row->rule->action], types[row->rule->type]);
	print_words(out, &row->buffers);
	putc('\t', out);
	print_words(out, &row->notes);
	fprintf(out, "\t%s:%" PRIu32 "\t", t->file, t->line);
	for (size_t i = 0; i < row->n_reached; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ",",
			hg_reached_name(a->s, &row->reached[i], name, sizeof(name)));
	fputs(row->n_reached == 0 ? "-\t" : "\t", out);
	print_fast(out, &t->fast);
	fprintf(out, "\t%s\t", hg_cost_names[row->cost]);
	print_words(out, &row->kinds);
	putc('\n', out);
}

/* ---- a table for a terminal ---- */

#define FAST_COLUMNS 44

static void
print_table(FILE *out, const struct row *row)
{
	const struct hg_rule_fast *f = &row->text->fast;
	char bytes[FAST_COLUMNS], fast[2 * FAST_COLUMNS] = "-";

	if (f->ins != NULL)
		snprintf(fast, sizeof(fast), "%s:%s%s", f->buffer == NULL ? "payload" : f->buffer,
			f->ins->flags & HG_INS_NEGATED ? "!" : "",
			hg_pattern_text(f->bytes, bytes, sizeof(bytes)));
	fprintf(out, "%10" PRIu32 "  %-19s  %-9s  %-*.*s  ", row->text->sid, types[row->rule->type],
		hg_cost_names[row->cost], FAST_COLUMNS, FAST_COLUMNS, fast);
	print_words(out, &row->kinds);
	putc('\n', out);
}

static void
print_costs(FILE *out, const struct analysis *a)
{
	fprintf(out, "%10s  ", hg_say("cost"));
	for (unsigned i = 0; i < HG_COST_COUNT; i++)
		fprintf(out, "%s%s %" PRIu32, i == 0 ? "" : ", ", hg_cost_names[i], a->by_cost[i]);
	putc('\n', out);
}

/* ---- JSON ---- */

#define LINE_MOST ((size_t)64 << 10)

static void
json_words(struct hg_json *j, const char *name, const struct words *w)
{
	hg_json_array_at(j, name);
	for (unsigned i = 0; i < w->n; i++)
		hg_json_item_cstr(j, w->v[i]);
	hg_json_array_end(j);
}

static void
json_fast(struct hg_json *j, const struct hg_rule_fast *f)
{
	char text[32768];

	if (f->ins == NULL)
		return;
	hg_json_open_at(j, "fast_pattern");
	hg_json_cstr(j, "buffer", f->buffer == NULL ? "payload" : f->buffer);
	hg_json_cstr(j, "pattern", hg_pattern_text(f->bytes, text, sizeof(text)));
	hg_json_u64(j, "length", f->bytes.len);
	hg_json_bool(j, "nocase", f->ins->flags & HG_INS_NOCASE);
	hg_json_bool(j, "negated", f->ins->flags & HG_INS_NEGATED);
	hg_json_bool(j, "chop", f->bytes.len < f->ins->content.len);
	hg_json_cstr(j, "chosen_by", f->said ? "author" : "hangu");
	hg_json_u64(j, "option", f->option);
	hg_json_close(j);
}

static void
json_groups(struct hg_json *j, const struct analysis *a, const struct row *row)
{
	char name[96];

	hg_json_array_at(j, "groups");
	for (size_t i = 0; i < row->n_reached; i++) {
		hg_json_open(j);
		hg_json_cstr(j, "name", hg_reached_name(a->s, &row->reached[i], name, sizeof(name)));
		hg_json_bool(j, "always", row->reached[i].always);
		hg_json_close(j);
	}
	hg_json_array_end(j);
	hg_json_u64(j, "ways", (unsigned)__builtin_popcount(row->rule->ways));
	hg_json_u64(j, "ways_of", (uint64_t)a->s->zones.n * a->s->zones.n);
}

static void
json_warnings(struct hg_json *j, const struct row *row)
{
	hg_json_array_at(j, "warnings");
	for (size_t i = 0; i < row->n_warnings; i++) {
		hg_json_open(j);
		hg_json_cstr(j, "code", row->warnings[i].kind);
		hg_json_cstr(j, "message", row->warnings[i].text == NULL ? "" : row->warnings[i].text);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

static void
print_json(FILE *out, char *line, const struct analysis *a, const struct row *row)
{
	struct hg_json j = hg_json_of(line, LINE_MOST);
	const struct hg_rule_info *t = row->text;
	struct hg_span done;

	hg_json_open(&j);
	hg_json_u64(&j, "gid", t->gid);
	hg_json_u64(&j, "sid", t->sid);
	hg_json_u64(&j, "rev", t->rev);
	hg_json_cstr(&j, "msg", t->msg);
	hg_json_cstr(&j, "action", actions[row->rule->action]);
	hg_json_cstr(&j, "type", types[row->rule->type]);
	hg_json_cstr(&j, "file", t->file);
	hg_json_u64(&j, "line", t->line);
	json_words(&j, "buffers", &row->buffers);
	json_words(&j, "notes", &row->notes);
	json_groups(&j, a, row);
	json_fast(&j, &t->fast);
	hg_json_cstr(&j, "cost", hg_cost_names[row->cost]);
	json_warnings(&j, row);
	hg_json_close(&j);
	done = hg_json_done(&j);
	fprintf(out, "%.*s\n", (int)done.len, (const char *)done.p);
}

/* ---- all ---- */

static void
print_head(FILE *out, enum hg_analyze_form form)
{
	if (form == HG_ANALYZE_TABS)
		fputs("gid\tsid\trev\taction\ttype\tlooks_at\tnotes\tplace\tgroups\tfast_pattern\tcost"
		      "\twarnings\n",
			out);
	else if (form == HG_ANALYZE_TABLE)
		fprintf(out, "%10s  %-19s  %-9s  %-*s  %s\n", "sid", "type", "cost", FAST_COLUMNS,
			"fast pattern", "warnings");
}

int
hg_analyze_print(FILE *out, const struct hg_snapshot *s, enum hg_analyze_form form)
{
	char *line = form == HG_ANALYZE_JSON ? malloc(LINE_MOST) : NULL;
	struct row last = { 0 }, row;
	struct analysis a;
	int r = analyze(&a, s);

	if (form == HG_ANALYZE_JSON && line == NULL)
		r = -ENOMEM;
	if (r == 0)
		print_head(out, form);
	for (uint32_t i = 0; r == 0 && s != NULL && i < s->n_rules; i++) {
		make_row(&a, i, &last, &row);
		if (form == HG_ANALYZE_TABS)
			print_tabs(out, &a, &row);
		else if (form == HG_ANALYZE_TABLE)
			print_table(out, &row);
		else
			print_json(out, line, &a, &row);
	}
	if (r == 0 && form == HG_ANALYZE_TABLE)
		print_costs(out, &a);
	free(line);
	finish(&a);
	return r;
}

struct telling {
	FILE *out;
	const struct hg_snapshot *s;
};

static void
diagnose(void *arg, uint32_t rule, const struct hg_error *what)
{
	const struct telling *t = arg;

	hg_diagnose(t->out, what, HG_SEVERITY_WARNING, t->s->texts[t->s->rules[rule].text].sid);
}

int
hg_analyze_diagnose(FILE *out, const struct hg_snapshot *s)
{
	struct telling t = { out, s };

	return s == NULL ? 0 : hg_advise(s, diagnose, &t);
}
