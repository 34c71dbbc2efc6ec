#include "engine/explain_int.h"

#include <stdlib.h>

static struct hg_explained *
find(struct hg_explain *e, uint32_t rule)
{
	for (uint32_t i = 0; i < e->watcher.n_rules; i++)
		if (e->v[i].index == rule)
			return &e->v[i];
	return NULL;
}

static void
count_stop(struct hg_explained *x, const struct hg_look *look)
{
	for (unsigned i = 0; i < x->n_stops; i++) {
		struct hg_explain_stop *s = &x->stops[i];

		if (s->engine == look->engine && s->reached == look->reached) {
			s->n++;
			return;
		}
	}
	if (x->n_stops < HG_EXPLAIN_STOPS)
		x->stops[x->n_stops++] = (struct hg_explain_stop){ look->engine, look->reached, 1 };
}

static void
on_end(struct hg_watcher *w, const struct hg_look *look)
{
	struct hg_explain *e = (struct hg_explain *)w;
	struct hg_explained *x = find(e, look->rule);

	if (x == NULL)
		return;
	x->ends[look->end]++;
	if (look->end == HG_LOOK_MISFIT)
		x->misfits[look->misfit]++;
	if (look->end == HG_LOOK_STOPPED)
		count_stop(x, look);
	if ((look->end == HG_LOOK_PATTERN || look->end == HG_LOOK_NOTHING) &&
		(look->tx != NULL || look->frame != NULL || !x->tx_missed)) {
		x->missed = look->engine;
		x->tx_missed = look->tx != NULL || look->frame != NULL;
	}
	x->candidates += look->candidate;
	x->waits += look->candidate && look->end == HG_LOOK_WAITS;
	if (look->candidate || look->frame != NULL)
		hg_explain_say_look(e, x, look);
}

static void
on_fate(struct hg_watcher *w, uint32_t rule, const struct hg_packet *p, enum hg_fate fate)
{
	struct hg_explain *e = (struct hg_explain *)w;
	struct hg_explained *x = find(e, rule);

	if (x == NULL)
		return;
	x->fates[fate]++;
	hg_explain_say_fate(e, x, p, fate);
}

/* "SID" or "GID:SID"; gid 0: any. */
static bool
parse(const char *text, uint32_t *gid, uint32_t *sid)
{
	unsigned long a, b;
	char *end;

	*gid = 0;
	if (*text < '0' || *text > '9')
		return false;
	a = strtoul(text, &end, 10);
	if (*end == '\0') {
		*sid = (uint32_t)a;
		return true;
	}
	if (*end != ':' || end[1] < '0' || end[1] > '9')
		return false;
	b = strtoul(end + 1, &end, 10);
	*gid = (uint32_t)a;
	*sid = (uint32_t)b;
	return *end == '\0';
}

/* The rule as it stands in its file, for the places of its options; as it was loaded when the file cannot be read again. */
static int
open_text(struct hg_explained *x, struct hg_error *err)
{
	struct hg_rule_text *rule = NULL;
	struct hg_error why;
	int r = hg_text_open(&x->text, x->info->file, &why);

	while (r >= 0 && (r = hg_rule_next(x->text, &rule, &why)) != 0) {
		if (rule != NULL && rule->line == x->info->line) {
			x->source = rule;
			return 0;
		}
		r = 1;
	}
	hg_text_close(x->text);
	x->text = NULL;
	r = hg_text_of(&x->text, x->info->file, x->info->source, err);
	if (r == 0)
		r = hg_rule_next(x->text, &rule, err);
	x->source = rule;
	return r < 0 ? r : 0;
}

static int
add(struct hg_explain *e, uint32_t index, struct hg_error *err)
{
	const uint32_t n = e->watcher.n_rules;
	struct hg_explained *more = realloc(e->v, (n + 1) * sizeof(*more));
	struct hg_watch_rule *rules;

	if (more == NULL)
		return hg_error_set(err, -ENOMEM, "no memory to explain rules");
	e->v = more;
	rules = realloc(e->watcher.rules, (n + 1) * sizeof(*rules));
	if (rules == NULL)
		return hg_error_set(err, -ENOMEM, "no memory to explain rules");
	e->watcher.rules = rules;
	rules[n] = (struct hg_watch_rule){ .rule = index };
	e->v[n] = (struct hg_explained){ .index = index, .rule = &e->rules->rules[index] };
	e->v[n].info = &e->rules->texts[e->v[n].rule->text];
	e->watcher.n_rules++;
	return open_text(&e->v[n], err);
}

/* `<>` has made two rules of one sid. */
static int
add_sid(struct hg_explain *e, const char *text, struct hg_error *err)
{
	uint32_t gid, sid, found = 0;
	int r = 0;

	if (!parse(text, &gid, &sid))
		return hg_error_set(err, -EINVAL, "--explain takes SID or GID:SID, not '%s'", text);
	for (uint32_t i = 0; e->rules != NULL && i < e->rules->n_rules && r == 0; i++) {
		const struct hg_rule_info *info = &e->rules->texts[e->rules->rules[i].text];

		if (info->sid != sid || (gid != 0 && info->gid != gid))
			continue;
		found++;
		if (find(e, i) == NULL)
			r = add(e, i, err);
	}
	if (r == 0 && found == 0)
		r = hg_error_set(err, -ENOENT, "--explain %s: no rule that loaded has this sid", text);
	return r;
}

int
hg_explain_open(struct hg_explain **ret, const struct hg_snapshot *rules, const char *const *sids, unsigned n,
	const char *folder, FILE *out, struct hg_error *err)
{
	struct hg_explain *e = calloc(1, sizeof(*e));
	char path[4096];
	int r = e == NULL ? hg_error_set(err, -ENOMEM, "no memory to explain rules") : 0;

	if (r < 0)
		return r;
	e->rules = rules;
	e->out = out;
	e->watcher.end = on_end;
	e->watcher.fate = on_fate;
	for (unsigned i = 0; i < n && r == 0; i++)
		r = add_sid(e, sids[i], err);
	if (r == 0 && folder != NULL) {
		snprintf(path, sizeof(path), "%s/explain.json", folder);
		e->file = fopen(path, "w");
		if (e->file == NULL)
			r = hg_error_errno(err, "cannot write '%s'", path);
	}
	if (r < 0)
		hg_explain_close(e, NULL);
	else
		*ret = e;
	return r;
}

struct hg_watcher *
hg_explain_watcher(struct hg_explain *e)
{
	return &e->watcher;
}

void
hg_explain_summarize(struct hg_explain *e)
{
	for (uint32_t i = 0; i < e->watcher.n_rules; i++)
		hg_explain_say_end(e, &e->v[i]);
}

int
hg_explain_close(struct hg_explain *e, struct hg_error *err)
{
	int r = 0;

	if (e == NULL)
		return 0;
	if (e->file != NULL && fclose(e->file) != 0)
		r = hg_error_errno(err, "cannot write the explanation");
	for (uint32_t i = 0; i < e->watcher.n_rules; i++)
		hg_text_close(e->v[i].text);
	free(e->watcher.rules);
	free(e->v);
	free(e);
	return r;
}
