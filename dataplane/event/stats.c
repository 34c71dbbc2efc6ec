#include "event/counters.h"
#include "event/event_int.h"

struct engines {
	struct hg_events *events;
	const struct hg_stats_view *view;
};

/* The peer can have several detection engines and lists them; here is one. */
static void
write_engines(void *arg, struct hg_json *j)
{
	const struct engines *x = arg;

	hg_json_array_at(j, "engines");
	hg_json_open(j);
	hg_json_u64(j, "id", 0);
	hg_event_time(x->events, j, "last_reload", x->view->rules_time);
	hg_json_u64(j, "rules_loaded", x->view->rules_loaded);
	hg_json_u64(j, "rules_failed", x->view->rules_failed);
	hg_json_u64(j, "rules_skipped", x->view->rules_skipped);
	hg_json_close(j);
	hg_json_array_end(j);
}

void
hg_event_stats_record(struct hg_events *e, const struct hg_stats_view *v)
{
	struct hg_json j = hg_json_of(e->line, sizeof(e->line));
	struct engines engines = { e, v };
	const struct hg_counters_more more = { "detect", write_engines, &engines };

	if (!e->config.stats)
		return;
	hg_json_open(&j);
	hg_event_time(e, &j, "timestamp", v->now);
	hg_json_cstr(&j, "event_type", "stats");
	hg_json_open_at(&j, "stats");
	hg_json_u64(&j, "uptime", (v->now - v->begin) / HG_SEC);
	hg_counters_write(&j, v->values, e->config.ips, &more);
	hg_json_close(&j);
	hg_event_end(e, &j, HG_EVE_STATS);
}
