#include "engine/profile.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/thread.h"
#include "engine/say.h"

/* Of the thread that looks; atomic for who reads meanwhile. */
struct cost {
	_Atomic uint64_t checks, matches, ticks, ticks_matched, most;
};

struct hg_profile {
	struct hg_watcher watcher; /* first */
	const struct hg_snapshot *rules;
	struct cost *costs; /* by rule */
	uint64_t begun;     /* of the look at hand */
	uint32_t *order;    /* of rules with a look, as they are shown */
	uint32_t n;
	uint64_t total; /* ticks of all */
};

static uint64_t
read(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

/* No other thread writes: this need not be one step. */
static void
write(_Atomic uint64_t *figure, uint64_t value)
{
	atomic_store_explicit(figure, value, memory_order_relaxed);
}

static void
count(struct cost *c, uint64_t ticks, bool matched)
{
	write(&c->checks, read(&c->checks) + 1);
	write(&c->ticks, read(&c->ticks) + ticks);
	write(&c->most, HG_MAX(read(&c->most), ticks));
	if (!matched)
		return;
	write(&c->matches, read(&c->matches) + 1);
	write(&c->ticks_matched, read(&c->ticks_matched) + ticks);
}

static void
on_begin(struct hg_watcher *w, uint32_t rule)
{
	(void)rule;
	((struct hg_profile *)w)->begun = hg_thread_now();
}

static void
on_end(struct hg_watcher *w, const struct hg_look *look)
{
	struct hg_profile *p = (struct hg_profile *)w;

	if (look->candidate)
		count(&p->costs[look->rule], hg_thread_now() - p->begun, look->end == HG_LOOK_MATCHED);
}

int
hg_profile_open(struct hg_profile **ret, const struct hg_snapshot *rules, struct hg_error *err)
{
	struct hg_profile *p = calloc(1, sizeof(*p));
	const uint32_t n = rules == NULL ? 0 : rules->n_rules;

	if (p != NULL) {
		p->costs = calloc(n + 1u, sizeof(*p->costs));
		p->order = calloc(n + 1u, sizeof(*p->order));
	}
	if (p == NULL || p->costs == NULL || p->order == NULL) {
		hg_profile_close(p);
		return hg_error_set(err, -ENOMEM, "no memory to measure rules");
	}
	p->rules = rules;
	p->watcher.begin = on_begin;
	p->watcher.end = on_end;
	*ret = p;
	return 0;
}

void
hg_profile_close(struct hg_profile *p)
{
	if (p == NULL)
		return;
	free(p->costs);
	free(p->order);
	free(p);
}

struct hg_watcher *
hg_profile_watcher(struct hg_profile *p)
{
	return &p->watcher;
}

void
hg_profile_add(struct hg_profile *to, const struct hg_profile *from)
{
	for (uint32_t i = 0; from->rules != NULL && i < from->rules->n_rules; i++) {
		const struct cost *c = &from->costs[i];
		struct cost *sum = &to->costs[i];

		write(&sum->checks, read(&sum->checks) + read(&c->checks));
		write(&sum->ticks, read(&sum->ticks) + read(&c->ticks));
		write(&sum->most, HG_MAX(read(&sum->most), read(&c->most)));
		write(&sum->matches, read(&sum->matches) + read(&c->matches));
		write(&sum->ticks_matched, read(&sum->ticks_matched) + read(&c->ticks_matched));
	}
}

/* ---- sorted ---- */

struct hg_profile_view
hg_profile_view(const struct hg_config *config)
{
	return (struct hg_profile_view){ hg_config_str(config, "profiling.rules.sort"),
		(uint64_t)hg_config_int(config, "profiling.rules.limit") };
}

static uint64_t
mean(uint64_t ticks, uint64_t n)
{
	return n == 0 ? 0 : ticks / n;
}

static uint64_t
ticks_of(const struct cost *c)
{
	return read(&c->ticks);
}

static uint64_t
mean_of(const struct cost *c)
{
	return mean(read(&c->ticks), read(&c->checks));
}

static uint64_t
checks_of(const struct cost *c)
{
	return read(&c->checks);
}

static uint64_t
matches_of(const struct cost *c)
{
	return read(&c->matches);
}

static uint64_t
most_of(const struct cost *c)
{
	return read(&c->most);
}

static const struct key {
	const char *name;
	uint64_t (*of)(const struct cost *c);
} keys[] = { { "ticks", ticks_of }, { "avgticks", mean_of }, { "checks", checks_of },
	{ "matches", matches_of }, { "maxticks", most_of } };

static const struct key *
find_key(const char *sort)
{
	for (size_t i = 0; i < HG_COUNT(keys); i++)
		if (strcmp(keys[i].name, sort) == 0)
			return &keys[i];
	return NULL;
}

bool
hg_profile_sorts(const char *sort)
{
	return find_key(sort) != NULL;
}

struct sorting {
	const struct hg_profile *p;
	const struct key *key;
};

static int
by_key(const void *pa, const void *pb, void *arg)
{
	const struct sorting *s = arg;
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const uint64_t x = s->key->of(&s->p->costs[a]), y = s->key->of(&s->p->costs[b]);

	return x != y ? (x > y ? -1 : 1) : (a > b) - (a < b);
}

/* How many of them are shown. Nobody writes meanwhile. */
static uint32_t
sort(struct hg_profile *p, const struct hg_profile_view *v)
{
	struct sorting s = { p, find_key(v->sort) };

	p->n = 0;
	p->total = 0;
	for (uint32_t i = 0; p->rules != NULL && i < p->rules->n_rules; i++) {
		p->total += read(&p->costs[i].ticks);
		if (read(&p->costs[i].checks) > 0)
			p->order[p->n++] = i;
	}
	qsort_r(p->order, p->n, sizeof(*p->order), by_key, &s);
	return v->limit == 0 || v->limit > p->n ? p->n : (uint32_t)v->limit;
}

static const struct hg_rule_info *
info_of(const struct hg_profile *p, uint32_t rule)
{
	return &p->rules->texts[p->rules->rules[rule].text];
}

static double
share(const struct hg_profile *p, const struct cost *c)
{
	return p->total == 0 ? 0 : (double)(read(&c->ticks) * 10000 / p->total) / 100.0;
}

void
hg_profile_print(struct hg_profile *p, const struct hg_profile_view *v, FILE *out)
{
	const uint32_t shown = sort(p, v);

	fprintf(out, "%12s %7s %10s %10s %10s %10s  sid\n", hg_say("ns, all"), "%", hg_say("checks"),
		hg_say("matches"), hg_say("ns, mean"), hg_say("ns, most"));
	for (uint32_t i = 0; i < shown; i++) {
		const struct cost *c = &p->costs[p->order[i]];
		const struct hg_rule_info *t = info_of(p, p->order[i]);

		fprintf(out,
			"%12" PRIu64 " %7.2f %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
			"  %" PRIu32 " %s\n",
			ticks_of(c), share(p, c), checks_of(c), matches_of(c), mean_of(c), most_of(c), t->sid,
			t->msg);
	}
	fprintf(out, hg_say("%u rules were looked at, of %u\n"), p->n,
		p->rules == NULL ? 0 : p->rules->n_rules);
}

static void
write_rule(const struct hg_profile *p, uint32_t rule, struct hg_json *j)
{
	const struct cost *c = &p->costs[rule];
	const struct hg_rule_info *t = info_of(p, rule);
	const uint64_t checks = read(&c->checks), matches = HG_MIN(read(&c->matches), checks),
		       ticks = read(&c->ticks), matched = HG_MIN(read(&c->ticks_matched), ticks);

	hg_json_open(j);
	hg_json_u64(j, "signature_id", t->sid);
	hg_json_u64(j, "gid", t->gid);
	hg_json_u64(j, "rev", t->rev);
	hg_json_u64(j, "checks", checks);
	hg_json_u64(j, "matches", matches);
	hg_json_u64(j, "ticks_total", ticks);
	hg_json_u64(j, "ticks_max", read(&c->most));
	hg_json_u64(j, "ticks_avg", mean(ticks, checks));
	hg_json_u64(j, "ticks_avg_match", mean(matched, matches));
	hg_json_u64(j, "ticks_avg_nomatch", mean(ticks - matched, checks - matches));
	hg_json_double(j, "percent", share(p, c));
	hg_json_close(j);
}

#define RULE_MOST 512 /* bytes of one rule's record */

char *
hg_profile_text(struct hg_profile *p, const struct hg_profile_view *v)
{
	const uint32_t shown = sort(p, v);
	const size_t size = 4096 + (size_t)shown * RULE_MOST;
	char *text = malloc(size), stamp[40];
	const time_t now = time(NULL);
	struct hg_json j;
	struct tm tm;

	if (text == NULL)
		return NULL;
	strftime(stamp, sizeof(stamp), "%FT%T%z", localtime_r(&now, &tm));
	j = hg_json_of(text, size - 1);
	hg_json_open(&j);
	hg_json_cstr(&j, "timestamp", stamp);
	hg_json_cstr(&j, "sort", v->sort);
	hg_json_u64(&j, "ticks_per_second", 1000000000);
	hg_json_u64(&j, "ticks_total", p->total);
	hg_json_array_at(&j, "rules");
	for (uint32_t i = 0; i < shown; i++)
		write_rule(p, p->order[i], &j);
	hg_json_array_end(&j);
	hg_json_close(&j);
	text[hg_json_done(&j).len] = '\0';
	return text;
}

int
hg_profile_write(
	struct hg_profile *p, const struct hg_config *config, const char *folder, struct hg_error *err)
{
	const char *name = hg_config_str(config, "profiling.rules.filename");
	const struct hg_profile_view v = hg_profile_view(config);
	char path[4096], *text;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : folder, name[0] == '/' ? "" : "/", name);
	text = hg_profile_text(p, &v);
	if (text == NULL)
		return hg_error_set(err, -ENOMEM, "no memory to write '%s'", path);
	f = fopen(path, hg_config_bool(config, "profiling.rules.append") ? "a" : "w");
	if (f != NULL)
		fprintf(f, "%s\n", text);
	free(text);
	return f == NULL || fclose(f) != 0 ? hg_error_errno(err, "cannot write '%s'", path) : 0;
}
