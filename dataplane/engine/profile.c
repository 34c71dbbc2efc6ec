#include "engine/profile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/thread.h"
#include "engine/say.h"

struct cost {
	uint64_t checks, matches, ticks, ticks_matched, most;
};

struct hg_profile {
	struct hg_watcher watcher; /* first */
	const struct hg_snapshot *rules;
	const struct hg_config *config;
	struct cost *costs; /* by rule */
	uint64_t begun;     /* of the look at hand */
	uint32_t *order;    /* of rules with a look, by the configured key */
	uint32_t n;
	uint64_t total; /* ticks of all */
};

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
	struct cost *c = &p->costs[look->rule];
	const uint64_t ticks = hg_thread_now() - p->begun;
	const bool matched = look->end == HG_LOOK_MATCHED;

	if (!look->candidate)
		return;
	c->checks++;
	c->matches += matched;
	c->ticks += ticks;
	c->ticks_matched += matched ? ticks : 0;
	c->most = HG_MAX(c->most, ticks);
}

int
hg_profile_open(struct hg_profile **ret, const struct hg_snapshot *rules, const struct hg_config *config,
	struct hg_error *err)
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
	p->config = config;
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

/* ---- sorted ---- */

static uint64_t
mean(uint64_t ticks, uint64_t n)
{
	return n == 0 ? 0 : ticks / n;
}

static uint64_t
key_of(const struct cost *c, const char *sort)
{
	if (strcmp(sort, "avgticks") == 0)
		return mean(c->ticks, c->checks);
	if (strcmp(sort, "checks") == 0)
		return c->checks;
	if (strcmp(sort, "matches") == 0)
		return c->matches;
	return strcmp(sort, "maxticks") == 0 ? c->most : c->ticks;
}

static int
by_key(const void *pa, const void *pb, void *arg)
{
	const struct hg_profile *p = arg;
	const char *sort = hg_config_str(p->config, "profiling.rules.sort");
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const uint64_t x = key_of(&p->costs[a], sort), y = key_of(&p->costs[b], sort);

	return x != y ? (x > y ? -1 : 1) : (a > b) - (a < b);
}

static void
sort(struct hg_profile *p)
{
	p->n = 0;
	p->total = 0;
	for (uint32_t i = 0; p->rules != NULL && i < p->rules->n_rules; i++) {
		p->total += p->costs[i].ticks;
		if (p->costs[i].checks > 0)
			p->order[p->n++] = i;
	}
	qsort_r(p->order, p->n, sizeof(*p->order), by_key, p);
}

static const struct hg_rule_info *
info_of(const struct hg_profile *p, uint32_t rule)
{
	return &p->rules->texts[p->rules->rules[rule].text];
}

static double
share(const struct hg_profile *p, const struct cost *c)
{
	return p->total == 0 ? 0 : (double)(c->ticks * 10000 / p->total) / 100.0;
}

void
hg_profile_print(struct hg_profile *p, FILE *out)
{
	const uint64_t limit = (uint64_t)hg_config_int(p->config, "profiling.rules.limit");

	sort(p);
	fprintf(out, "%12s %7s %10s %10s %10s %10s  sid\n", hg_say("ns, all"), "%", hg_say("checks"),
		hg_say("matches"), hg_say("ns, mean"), hg_say("ns, most"));
	for (uint32_t i = 0; i < p->n && (limit == 0 || i < limit); i++) {
		const struct cost *c = &p->costs[p->order[i]];
		const struct hg_rule_info *t = info_of(p, p->order[i]);

		fprintf(out,
			"%12" PRIu64 " %7.2f %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
			"  %" PRIu32 " %s\n",
			c->ticks, share(p, c), c->checks, c->matches, mean(c->ticks, c->checks), c->most,
			t->sid, t->msg);
	}
	fprintf(out, hg_say("%u rules were looked at, of %u\n"), p->n,
		p->rules == NULL ? 0 : p->rules->n_rules);
}

static void
write_rule(const struct hg_profile *p, uint32_t rule, struct hg_json *j)
{
	const struct cost *c = &p->costs[rule];
	const struct hg_rule_info *t = info_of(p, rule);
	const uint64_t misses = c->checks - c->matches;

	hg_json_open(j);
	hg_json_u64(j, "signature_id", t->sid);
	hg_json_u64(j, "gid", t->gid);
	hg_json_u64(j, "rev", t->rev);
	hg_json_u64(j, "checks", c->checks);
	hg_json_u64(j, "matches", c->matches);
	hg_json_u64(j, "ticks_total", c->ticks);
	hg_json_u64(j, "ticks_max", c->most);
	hg_json_u64(j, "ticks_avg", mean(c->ticks, c->checks));
	hg_json_u64(j, "ticks_avg_match", mean(c->ticks_matched, c->matches));
	hg_json_u64(j, "ticks_avg_nomatch", mean(c->ticks - c->ticks_matched, misses));
	hg_json_double(j, "percent", share(p, c));
	hg_json_close(j);
}

#define RULE_MOST 512 /* bytes of one rule's record */

static int
write_record(const struct hg_profile *p, FILE *f)
{
	const uint64_t limit = (uint64_t)hg_config_int(p->config, "profiling.rules.limit");
	const uint32_t n = limit == 0 || limit > p->n ? p->n : (uint32_t)limit;
	const size_t size = 4096 + (size_t)n * RULE_MOST;
	char *line = malloc(size), stamp[40];
	const time_t now = time(NULL);
	struct hg_span done;
	struct hg_json j;
	struct tm tm;

	if (line == NULL)
		return -ENOMEM;
	strftime(stamp, sizeof(stamp), "%FT%T%z", localtime_r(&now, &tm));
	j = hg_json_of(line, size);
	hg_json_open(&j);
	hg_json_cstr(&j, "timestamp", stamp);
	hg_json_cstr(&j, "sort", hg_config_str(p->config, "profiling.rules.sort"));
	hg_json_u64(&j, "ticks_per_second", 1000000000);
	hg_json_u64(&j, "ticks_total", p->total);
	hg_json_array_at(&j, "rules");
	for (uint32_t i = 0; i < n; i++)
		write_rule(p, p->order[i], &j);
	hg_json_array_end(&j);
	hg_json_close(&j);
	done = hg_json_done(&j);
	fprintf(f, "%.*s\n", (int)done.len, (const char *)done.p);
	free(line);
	return 0;
}

int
hg_profile_write(struct hg_profile *p, const char *folder, struct hg_error *err)
{
	const char *name = hg_config_str(p->config, "profiling.rules.filename");
	char path[4096];
	FILE *f;
	int r;

	sort(p);
	snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : folder, name[0] == '/' ? "" : "/", name);
	f = fopen(path, hg_config_bool(p->config, "profiling.rules.append") ? "a" : "w");
	if (f == NULL)
		return hg_error_errno(err, "cannot write '%s'", path);
	r = write_record(p, f);
	if (fclose(f) != 0)
		return hg_error_errno(err, "cannot write '%s'", path);
	return r < 0 ? hg_error_set(err, r, "no memory to write '%s'", path) : 0;
}
