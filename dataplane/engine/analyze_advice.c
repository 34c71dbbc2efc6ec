#include "engine/analyze_int.h"

#include <stdarg.h>
#include <stdlib.h>

#include "packet/packet.h"
#include "rules/keyword/keyword.h"
#include "rules/lang/rule.h"

#define BRIEF 4 /* bytes; shorter patterns are everywhere */

const char *const hg_cost_names[] = { "index", "low", "medium", "high", "very-high" };

static bool
looks_at_bytes(const struct hg_rule *r)
{
	if (r->payload.n > 0)
		return true;
	for (unsigned i = 0; i < r->n_engines; i++)
		if (r->engines[i].kind != HG_ENGINE_ANOMALY)
			return true;
	return false;
}

static bool
prog_has(const struct hg_prog *p, enum hg_op op)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->ins[i].op == op)
			return true;
	return false;
}

static bool
rule_has(const struct hg_rule *r, enum hg_op op)
{
	if (prog_has(&r->payload, op))
		return true;
	for (unsigned i = 0; i < r->n_engines; i++)
		if (prog_has(&r->engines[i].prog, op))
			return true;
	return false;
}

static bool
has_pattern(const struct hg_rule_fast *f)
{
	return f->ins != NULL && !(f->ins->flags & HG_INS_NEGATED);
}

/* What looks at no bytes: by what brings it up. */
static enum hg_cost
cost_of_bare(const struct hg_rule *r, const struct hg_reached *at, size_t n)
{
	enum hg_cost cost = HG_COST_INDEX;

	for (size_t i = 0; i < n; i++) {
		if (at[i].by == HG_BY_FLOW)
			cost = HG_MAX(cost, HG_COST_LOW);
		else if (at[i].by == HG_BY_TRANSACTION)
			cost = HG_MAX(cost, HG_COST_MEDIUM);
		else if (at[i].by == HG_BY_PACKET && !at[i].ports)
			cost = HG_MAX(cost, r->n_tests > 0 ? HG_COST_MEDIUM : HG_COST_HIGH);
	}
	return cost;
}

enum hg_cost
hg_cost_of(const struct hg_snapshot *s, const struct hg_rule *r, const struct hg_reached *at, size_t n)
{
	const struct hg_rule_fast *fast = &s->texts[r->text].fast;
	bool few_ports = n > 0;

	if (!looks_at_bytes(r))
		return cost_of_bare(r, at, n);
	for (size_t i = 0; i < n; i++)
		few_ports &= at[i].ports;
	if (!has_pattern(fast))
		return rule_has(r, HG_OP_PCRE) && !rule_has(r, HG_OP_CONTENT) ? HG_COST_VERY_HIGH
									      : HG_COST_HIGH;
	if (fast->bytes.len < BRIEF)
		return fast->buffer == NULL && !few_ports ? HG_COST_HIGH : HG_COST_MEDIUM;
	return fast->buffer == NULL && !few_ports ? HG_COST_MEDIUM : HG_COST_LOW;
}

/* ---- advice ---- */

struct advising {
	const struct hg_snapshot *s;
	const struct hg_rule_text *text;
	uint32_t rule;
	bool *bits_set; /* flowbits that some rule sets */
	hg_advice_fn tell;
	void *arg;
};

/* option: from 1; 0: all of the rule. */
static void tell(const struct advising *a, unsigned option, const char *kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void
tell(const struct advising *a, unsigned option, const char *kind, const char *format, ...)
{
	const struct hg_rule_text *t = a->text;
	struct hg_span part = t->raw;
	struct hg_error err;
	char text[sizeof(err.text)];
	va_list args;

	if (option > 0 && option <= t->n)
		part = hg_rule_option_text(&t->options[option - 1]);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hg_rule_error(t, part, &err, "%s", text);
	hg_error_mark(&err, kind);
	a->tell(a->arg, a->rule, &err);
}

static unsigned
option_named(const struct hg_rule_text *t, const char *name)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (hg_span_eq(t->options[i].name, hg_span_str(name)))
			return i + 1;
	return 0;
}

static void
advise_pattern(const struct advising *a, const struct hg_rule *r)
{
	const struct hg_rule_fast *fast = &a->s->texts[r->text].fast;

	if (!looks_at_bytes(r))
		return;
	if (has_pattern(fast)) {
		if (fast->bytes.len < BRIEF)
			tell(a, fast->option, "short-pattern",
				"the pattern by which the rule is reached has only %zu byte%s: %u are seldom "
				"met "
				"by chance",
				fast->bytes.len, fast->bytes.len == 1 ? "" : "s", BRIEF);
	} else if (rule_has(r, HG_OP_PCRE) && !rule_has(r, HG_OP_CONTENT)) {
		tell(a, option_named(a->text, "pcre"), "pcre-without-content",
			"a regular expression without any content is run over all that the header lets "
			"through");
	} else if (fast->ins != NULL) {
		tell(a, fast->option, "no-fast-pattern",
			"all contents are negated, so the rule is looked at whenever they are not there");
	} else {
		tell(a, 0, "no-fast-pattern",
			"no content that the rule could be reached by: it is looked at with all that the "
			"header lets through");
	}
}

static bool
is_syn_alone(const struct hg_test *t)
{
	return t->op == HG_TEST_TCP_FLAGS && t->mode == HG_MODE_EXACT && (t->a & ~t->b) == HG_TCP_SYN;
}

static void
advise_flow(const struct advising *a, const struct hg_rule *r)
{
	unsigned first = option_named(a->text, "flow"), n = 0;

	for (uint32_t i = 0; i < a->text->n; i++)
		if (hg_span_eq(a->text->options[i].name, HG_BYTES("flow")) && ++n > 1)
			tell(a, i + 1, "flow-options",
				"flow stands twice, which Suricata 7 refuses: put all into one");
	for (unsigned i = 0; i < r->n_tests; i++)
		if (r->flags & HG_RF_ESTABLISHED && is_syn_alone(&r->tests[i]))
			tell(a, r->tests[i].option, "flow-options",
				"a lone SYN hardly ever comes in an established session");
	if (r->flags & HG_RF_ONLY_STREAM && r->payload.n == 0)
		tell(a, first, "flow-options", "only_stream says nothing in a rule without contents");
	if (r->flags & HG_RF_NO_STREAM && r->type == HG_RULE_TX && r->payload.n == 0)
		tell(a, first, "flow-options", "no_stream says nothing in a rule on buffers");
}

static void
advise_spelling(const struct advising *a)
{
	for (uint32_t i = 0; i < a->text->n; i++) {
		const struct hg_keyword *k = hg_keyword_find(a->text->options[i].name);

		if (k == NULL || k->buffer == NULL)
			continue;
		if (k->kind == HG_KW_LEGACY)
			tell(a, i + 1, "deprecated",
				"%s behind the content is the older way: write %s in front of it", k->name,
				k->buffer);
		else if (strcmp(k->name, "uricontent") == 0)
			tell(a, i + 1, "deprecated", "uricontent is the older way: write %s and content",
				k->buffer);
	}
}

static void
advise_bits(const struct advising *a, const struct hg_rule *r)
{
	for (unsigned i = 0; i < r->n_tests; i++) {
		const struct hg_test *t = &r->tests[i];
		bool any = false;

		if (t->op != HG_TEST_FLOWBIT || t->negated)
			continue;
		for (unsigned k = 0; k < t->n; k++)
			any |= a->bits_set[t->ids[k]];
		if (!any)
			tell(a, t->option, "flowbit-never-set",
				"no rule sets the flowbit '%s', so this one never matches",
				a->s->flowbits[t->ids[0]]);
	}
	if (r->flags & HG_RF_NOALERT && r->n_posts == 0 && r->action == HG_ACTION_ALERT &&
		!rule_has(r, HG_OP_DATASET))
		tell(a, HG_MAX(option_named(a->text, "noalert"), option_named(a->text, "flowbits")),
			"no-effect", "the rule raises no alert and sets nothing");
}

static void
advise_rule(const struct advising *a)
{
	const struct hg_rule *r = &a->s->rules[a->rule];

	advise_pattern(a, r);
	advise_flow(a, r);
	advise_bits(a, r);
	advise_spelling(a);
	if (!a->s->texts[r->text].known_class)
		tell(a, option_named(a->text, "classtype"), "unknown-class",
			"the classtype is none of classification.config, so the priority is 3");
}

/* ---- rules by their places ---- */

static int
by_place(const void *pa, const void *pb, void *snapshot)
{
	const struct hg_snapshot *s = snapshot;
	const struct hg_rule_info *a = &s->texts[*(const uint32_t *)pa],
				  *b = &s->texts[*(const uint32_t *)pb];
	const int order = strcmp(a->file, b->file);

	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

/* The rules of one file, in their order there: the text is read once more, for the places of options. */
static int
advise_file(struct advising *a, const uint32_t *order, uint32_t n)
{
	const char *file = a->s->texts[order[0]].file;
	struct hg_rule_text *rule;
	struct hg_text *text;
	struct hg_error err;
	uint32_t at = 0;
	int r = hg_text_open(&text, file, &err);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while (at < n && (r = hg_rule_next(text, &rule, &err)) != 0) {
		if (r < 0 || rule->line != a->s->texts[order[at]].line)
			continue;
		a->rule = order[at];
		a->text = rule;
		advise_rule(a);
		/* `<>` makes two rules of one text. */
		while (at < n && a->s->texts[order[at]].line == rule->line)
			at++;
	}
	hg_text_close(text);
	return 0;
}

static void
note_bits(struct advising *a)
{
	for (uint32_t i = 0; i < a->s->n_rules; i++)
		for (unsigned k = 0; k < a->s->rules[i].n_posts; k++) {
			const struct hg_post *p = &a->s->rules[i].posts[k];

			if (p->op == HG_POST_FLOWBIT_SET || p->op == HG_POST_FLOWBIT_TOGGLE)
				a->bits_set[p->id] = true;
		}
}

int
hg_advise(const struct hg_snapshot *s, hg_advice_fn tell_, void *arg)
{
	struct advising a = { .s = s, .tell = tell_, .arg = arg };
	uint32_t *order = calloc(s->n_rules + 1u, sizeof(*order));
	int r = 0;

	a.bits_set = calloc(s->n_flowbits + 1u, sizeof(*a.bits_set));
	if (order == NULL || a.bits_set == NULL)
		r = -ENOMEM;
	for (uint32_t i = 0; r == 0 && i < s->n_rules; i++)
		order[i] = i;
	if (r == 0) {
		note_bits(&a);
		qsort_r(order, s->n_rules, sizeof(*order), by_place, (void *)(uintptr_t)s);
	}
	for (uint32_t i = 0, n; r == 0 && i < s->n_rules; i += n) {
		for (n = 1; i + n < s->n_rules &&
			strcmp(s->texts[order[i]].file, s->texts[order[i + n]].file) == 0;)
			n++;
		r = advise_file(&a, order + i, n);
	}
	free(a.bits_set);
	free(order);
	return r;
}
