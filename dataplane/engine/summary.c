#include "engine/summary.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "engine/say.h"

#define TITLE 20 /* columns */
#define TOP 10   /* signatures */
#define LIST 8   /* protocols, reasons */

static void
title(FILE *out, const char *english)
{
	hg_say_padded(out, hg_say(english), TITLE);
}

/* 12,345,678 */
static const char *
number(uint64_t value, char buf[32])
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, value), at = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

static uint64_t
value_of(const struct hg_summary *s, const char *counter)
{
	return hg_counters_value(s->values, counter);
}

static void
print_span(FILE *out, const struct hg_summary *s)
{
	const time_t begin = (time_t)(s->begin / HG_SEC), now = (time_t)(s->now / HG_SEC);
	char from[32] = "", to[32] = "";
	struct tm tm;

	title(out, "time span");
	if (s->now == 0) {
		fprintf(out, "%s\n", hg_say("none"));
		return;
	}
	strftime(from, sizeof(from), "%F %T", localtime_r(&begin, &tm));
	strftime(to, sizeof(to), "%F %T", localtime_r(&now, &tm));
	fprintf(out, "%s … %s (%.3f s)\n", from, to, (double)(s->now - s->begin) / (double)HG_SEC);
}

static void
print_packets(FILE *out, const struct hg_summary *s)
{
	char a[32], b[32], c[32];

	title(out, "packets");
	fprintf(out, "%s (%s %s), %s %s\n", number(value_of(s, "decoder.pkts"), a),
		number(value_of(s, "decoder.bytes"), b), hg_say("bytes"),
		number(value_of(s, "decoder.invalid"), c), hg_say("malformed"));
	title(out, "flows");
	fprintf(out, "%s (TCP %s, UDP %s)\n", number(value_of(s, "flow.total"), a),
		number(value_of(s, "flow.tcp"), b), number(value_of(s, "flow.udp"), c));
}

/* The largest of the counters below a prefix. */
struct list {
	const struct hg_summary *summary;
	const char *const *prefixes;
	size_t n_prefixes;
	struct {
		char name[80];
		uint64_t value;
	} best[LIST];
};

static void
note(void *arg, const struct hg_counter *counter)
{
	struct list *l = arg;
	const char *name = NULL;
	uint64_t value;
	unsigned at = LIST;

	for (size_t i = 0; i < l->n_prefixes && name == NULL; i++)
		if (strncmp(counter->name, l->prefixes[i], strlen(l->prefixes[i])) == 0)
			name = counter->name + strlen(l->prefixes[i]);
	value = name == NULL ? 0 : value_of(l->summary, counter->name);
	if (value == 0)
		return;
	while (at > 0 && value > l->best[at - 1].value)
		at--;
	if (at == LIST)
		return;
	memmove(&l->best[at + 1], &l->best[at], (LIST - 1 - at) * sizeof(l->best[0]));
	snprintf(l->best[at].name, sizeof(l->best[at].name), "%s", name[0] == '\0' ? counter->name : name);
	l->best[at].value = value;
}

static void
print_list(FILE *out, const struct hg_summary *s, const char *english, const char *const *prefixes, size_t n)
{
	struct list l = { .summary = s, .prefixes = prefixes, .n_prefixes = n };
	char buf[32];

	hg_counters_each(note, &l);
	if (l.best[0].value == 0)
		return;
	title(out, english);
	for (unsigned i = 0; i < LIST && l.best[i].value > 0; i++)
		fprintf(out, "%s%s %s", i == 0 ? "" : ", ", l.best[i].name, number(l.best[i].value, buf));
	putc('\n', out);
}

static void
print_alerts(FILE *out, const struct hg_summary *s)
{
	uint32_t top[TOP], n = 0;
	char buf[32];

	title(out, "alerts");
	fprintf(out, "%s (%" PRIu32 " %s)\n", number(value_of(s, "detect.alert"), buf),
		s->rules == NULL ? 0 : s->rules->n_loaded, hg_say("rules"));
	for (uint32_t i = 0; s->rules != NULL && i < s->rules->n_rules; i++) {
		uint32_t at = n;

		while (at > 0 && s->by_rule[i] > s->by_rule[top[at - 1]])
			at--;
		if (s->by_rule[i] == 0 || at == TOP)
			continue;
		n += n < TOP;
		memmove(&top[at + 1], &top[at], (n - 1 - at) * sizeof(top[0]));
		top[at] = i;
	}
	if (n > 0)
		fprintf(out, "%s\n", hg_say("top signatures"));
	for (uint32_t i = 0; i < n; i++) {
		const struct hg_rule_info *text = &s->rules->texts[s->rules->rules[top[i]].text];

		fprintf(out, "%12s  %" PRIu32 "  %s\n", number(s->by_rule[top[i]], buf), text->sid,
			text->msg);
	}
}

void
hg_summary_print(FILE *out, const struct hg_summary *s)
{
	static const char *const protocols[] = { "app_layer.flow." },
				 *const reasons[] = { "ips.drop_reason." };
	static const char *const limits[] = { "flow.memcap", "flow.get_used", "tcp.ssn_memcap_drop",
		"tcp.segment_memcap_drop", "tcp.insert_data_normal_fail", "defrag.max_frag_hits",
		"detect.alert_queue_overflow", "detect.over_budget", "detect.over_work",
		"detect.pcre_over_limit", "detect.threshold_full" };

	print_span(out, s);
	print_packets(out, s);
	print_list(out, s, "protocols (flows)", protocols, HG_COUNT(protocols));
	print_list(out, s, "dropped", reasons, HG_COUNT(reasons));
	print_list(out, s, "limits reached", limits, HG_COUNT(limits));
	print_alerts(out, s);
}
