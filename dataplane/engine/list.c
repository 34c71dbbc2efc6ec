#include "engine/list.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/difference.h"
#include "event/counters.h"
#include "packet/events.h"
#include "rules/keyword/keyword.h"

/* '|' ends a cell, so that it is escaped there. */
static void
put_cell(FILE *out, const char *text)
{
	putc(' ', out);
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '|')
			putc('\\', out);
		putc(*text, out);
	}
	fputs(" |", out);
}

static void
put_row(FILE *out, const char *const *cells, size_t n)
{
	putc('|', out);
	for (size_t i = 0; i < n; i++)
		put_cell(out, cells[i]);
	putc('\n', out);
}

static void
put_head(FILE *out, const char *const *cells, size_t n)
{
	putc('\n', out);
	put_row(out, cells, n);
	for (size_t i = 0; i < n; i++)
		fputs("|---", out);
	fputs("|\n", out);
}

static const char *
type_name(const struct hg_config_key *key, char *buf, size_t size)
{
	static const char *const names[] = { [HG_CONFIG_BOOL] = "yes or no",
		[HG_CONFIG_INT] = "number",
		[HG_CONFIG_SIZE] = "size",
		[HG_CONFIG_STR] = "text",
		[HG_CONFIG_ENUM] = "one of",
		[HG_CONFIG_MAP] = "map",
		[HG_CONFIG_LIST] = "list",
		[HG_CONFIG_IGNORED] = "ignored" };

	snprintf(buf, size, "%s%s%s%s%s", names[key->type], key->values == NULL ? "" : " ",
		key->values == NULL ? "" : key->values, key->unit == NULL ? "" : ", ",
		key->unit == NULL ? "" : key->unit);
	return buf;
}

static int
by_name(const void *a, const void *b)
{
	const struct hg_config_key *const *x = a, *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);

	/* Of one name the first row speaks; addresses keep the order. */
	return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* Rows by name, those that another row of the same name hides left out. */
static size_t
sorted_keys(const struct hg_config *config, const struct hg_config_key ***ret)
{
	size_t n, kept = 0;
	const struct hg_config_key *rows = hg_config_schema(config, &n);
	const struct hg_config_key **sorted = calloc(n, sizeof(*sorted));

	*ret = sorted;
	if (sorted == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &rows[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(sorted[kept - 1]->name, sorted[i]->name) != 0)
			sorted[kept++] = sorted[i];
	return kept;
}

static void
print_config(FILE *out, const struct hg_config *config)
{
	static const char *const head[] = { "key", "value", "default", "meaning" };
	static const char *const ignored_head[] = { "key", "why" };
	const struct hg_config_key **keys;
	size_t n = sorted_keys(config, &keys);
	char type[128];

	fputs("# Configuration\n\n"
	      "One YAML file, given with `-c`; `--set KEY=VALUE` overrides it. Keys are Suricata's wherever "
	      "it has the\n"
	      "setting, so that its file can be used as it is. `*` stands for any one name. This page is "
	      "what\n"
	      "`hangu check --list config` prints.\n",
		out);
	put_head(out, head, HG_COUNT(head));
	for (size_t i = 0; i < n; i++) {
		const struct hg_config_key *k = keys[i];
		const char *cells[] = { k->name, type_name(k, type, sizeof(type)), k->initial, k->doc };

		if (k->type != HG_CONFIG_IGNORED)
			put_row(out, cells, HG_COUNT(cells));
	}
	fputs("\n## Suricata's keys without meaning here\n\nAccepted with a notice; what stands below them "
	      "is not read.\n",
		out);
	put_head(out, ignored_head, HG_COUNT(ignored_head));
	for (size_t i = 0; i < n; i++) {
		const char *cells[] = { keys[i]->name, keys[i]->doc };

		if (keys[i]->type == HG_CONFIG_IGNORED)
			put_row(out, cells, HG_COUNT(cells));
	}
	free(keys);
}

static void
print_buffers(FILE *out)
{
	static const char *const head[] = { "buffer", "direction", "values", "meaning" };
	static const char *const sides[] = { "", "to server", "to client", "both" };
	const struct hg_decoder *d;

	fputs("# Buffers that rules can look into\n", out);
	put_head(out, head, HG_COUNT(head));
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++) {
		for (unsigned b = 0; b < d->n_buffers; b++) {
			const struct hg_buffer_row *row = &d->buffers[b];
			const char *cells[] = { row->name, sides[row->sides & HG_SIDE_BOTH],
				row->flags & HG_BUFFER_FRAME             ? "pieces of the stream"
					: row->flags & HG_BUFFER_MULTI   ? "several"
					: row->flags & HG_BUFFER_GROWING ? "one, in windows"
									 : "one",
				row->doc };

			put_row(out, cells, HG_COUNT(cells));
		}
	}
}

static void
print_event(FILE *out, const char *keyword, const char *scope, const char *name, const char *doc)
{
	char rule[160];
	const char *cells[] = { rule, doc };

	snprintf(rule, sizeof(rule), "%s:%s%s%s", keyword, scope, scope[0] == '\0' ? "" : ".", name);
	put_row(out, cells, HG_COUNT(cells));
}

static void
print_events(FILE *out)
{
	static const char *const head[] = { "in a rule", "meaning" };
	const struct hg_decoder *d;

	fputs("# Malformations that rules can name\n", out);
	put_head(out, head, HG_COUNT(head));
	for (unsigned e = 0; e < HG_EVENTS; e++)
		print_event(out, e < HG_DECODE_EVENTS_END ? "decode-event" : "stream-event", "",
			hg_event_name((enum hg_event)e), hg_event_doc((enum hg_event)e));
	for (unsigned e = 0; e < HG_APPLAYER_EVENTS; e++)
		print_event(
			out, "app-layer-event", "", hg_applayer_events[e].name, hg_applayer_events[e].doc);
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		for (unsigned a = 0; a < d->n_anomalies; a++)
			print_event(
				out, "app-layer-event", d->name, d->anomalies[a].name, d->anomalies[a].doc);
}

static void
print_keywords(FILE *out)
{
	static const char *const head[] = { "keyword", "argument", "meaning" };
	const struct hg_keyword *k;

	fputs("# Keywords of rules\n", out);
	put_head(out, head, HG_COUNT(head));
	for (unsigned i = 0; (k = hg_keyword_at(i)) != NULL; i++) {
		const char *cells[] = { k->name, k->syntax, k->doc };

		put_row(out, cells, HG_COUNT(cells));
	}
}

static void
print_counter(void *arg, const struct hg_counter *counter)
{
	const char *cells[] = { counter->name, counter->unit, counter->doc };

	put_row(arg, cells, HG_COUNT(cells));
}

static void
print_counters(FILE *out)
{
	static const char *const head[] = { "counter", "unit", "meaning" };

	fputs("# Counters\n\nMembers of `stats` records, below `stats`; `ips` only inline.\n", out);
	put_head(out, head, HG_COUNT(head));
	hg_counters_each(print_counter, out);
}

static void
print_differences(FILE *out)
{
	static const char *const head[] = { "where", "hangu", "Suricata 7", "why" };

	fputs("# Differences from Suricata 7\n\n"
	      "Natively hangu answers as the second column says; under `compat: suricata7` every row answers "
	      "as the\n"
	      "third. This page is what `hangu check --list differences` prints.\n",
		out);
	put_head(out, head, HG_COUNT(head));
	for (unsigned i = 0; i < HG_DIFFERENCES; i++) {
		const struct hg_difference_row *row = &hg_differences[i];
		const char *cells[] = { row->where, row->native, row->peer, row->why };

		put_row(out, cells, HG_COUNT(cells));
	}
}

void
hg_list_print(FILE *out, enum hg_list what, const struct hg_config *config)
{
	switch (what) {
	case HG_LIST_CONFIG:
		print_config(out, config);
		break;
	case HG_LIST_BUFFERS:
		print_buffers(out);
		break;
	case HG_LIST_EVENTS:
		print_events(out);
		break;
	case HG_LIST_COUNTERS:
		print_counters(out);
		break;
	case HG_LIST_DIFFERENCES:
		print_differences(out);
		break;
	case HG_LIST_KEYWORDS:
		print_keywords(out);
		break;
	case HG_LIST_MANUAL:
		hg_list_manual(out);
		break;
	default:
		break;
	}
}
