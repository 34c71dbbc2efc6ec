#include "check.h"

#include <jansson.h>

#include "event/counters.h"
#include "event/output.h"

struct names {
	unsigned n, repeated, nameless;
	char seen[HG_COUNTERS_MAX][80];
};

static void
note_name(void *arg, const struct hg_counter *c)
{
	struct names *s = arg;

	s->nameless += strchr(c->name, '.') == NULL || c->unit[0] == '\0' || c->doc[0] == '\0';
	for (unsigned i = 0; i < s->n; i++)
		s->repeated += strcmp(s->seen[i], c->name) == 0;
	if (s->n < HG_COUNTERS_MAX)
		strncpy(s->seen[s->n], c->name, sizeof(s->seen[0]) - 1);
	s->n++;
}

static void
test_counters_have_each_a_name_of_its_own(void)
{
	static struct names s;

	hg_counters_each(note_name, &s);
	hg_check_bool("there is room for all", s.n > 200 && s.n <= HG_COUNTERS_MAX, true);
	hg_check_u64("repeated", s.repeated, 0);
	hg_check_u64("without name, unit or sentence", s.nameless, 0);
}

static struct {
	struct hg_decode_stats decode;
	struct hg_stream_stats stream;
	struct hg_flow_stats flow;
	struct hg_detect_stats detect;
	struct hg_apps_stats apps;
	struct hg_event_stats event;
	struct hg_reject_stats reject;
	struct hg_output_stats output;
} worker;

static const struct hg_counter_sources sources = { &worker.decode, &worker.stream, &worker.flow,
	&worker.detect, &worker.apps, &worker.event, &worker.reject, &worker.output };

static void
test_counters_of_workers_are_added_and_the_highest_kept(void)
{
	static uint64_t values[HG_COUNTERS_MAX];

	memset(&worker, 0, sizeof(worker));
	worker.decode.frames = 3;
	worker.decode.largest = 1500;
	worker.apps.proto[1][HG_PROTO_DNS].txs = 2;
	worker.decode.event[HG_EV_IPV4_TRUNC_PKT] = 5;
	hg_counters_add(values, &sources);
	worker.decode.frames = 4;
	worker.decode.largest = 60;
	hg_counters_add(values, &sources);
	hg_check_u64("sum", hg_counters_value(values, "decoder.pkts"), 7);
	hg_check_u64("highest", hg_counters_value(values, "decoder.max_pkt_size"), 1500);
	hg_check_u64("protocol", hg_counters_value(values, "app_layer.tx.dns_udp"), 4);
	hg_check_u64("malformation", hg_counters_value(values, "decoder.event.ipv4.trunc_pkt"), 10);
	hg_check_u64("no such counter", hg_counters_value(values, "decoder.none"), 0);
}

static void
write_more(void *arg, struct hg_json *j)
{
	hg_json_u64(j, arg, 1);
}

static void
test_counters_nest_by_their_dots_with_each_object_once(void)
{
	static char more_name[] = "engines";
	static uint64_t values[HG_COUNTERS_MAX];
	static char buf[HG_EVENT_LINE];
	const struct hg_counters_more more = { "detect", write_more, more_name };

	memset(&worker, 0, sizeof(worker));
	worker.decode.frames = 4;
	worker.decode.bytes = 400;
	memset(values, 0, sizeof(values));
	hg_counters_add(values, &sources);
	for (unsigned ips = 0; ips < 2; ips++) {
		struct hg_json j = hg_json_of(buf, sizeof(buf));
		struct hg_span line;
		json_error_t why;
		json_t *root;

		hg_json_open(&j);
		hg_counters_write(&j, values, ips, &more);
		hg_json_close(&j);
		line = hg_json_done(&j);
		root = json_loadb((const char *)line.p, line.len, JSON_REJECT_DUPLICATES, &why);
		hg_check_bool("one object, no key twice", root != NULL, true);
		hg_check_bool("ips", json_object_get(root, "ips") != NULL, ips);
		hg_check_u64("mean size",
			(uint64_t)json_integer_value(
				json_object_get(json_object_get(root, "decoder"), "avg_pkt_size")),
			100);
		hg_check_bool("more of an object",
			json_object_get(json_object_get(root, "detect"), "engines") != NULL, true);
		json_decref(root);
	}
}

HG_TESTS("event_counters", HG_TEST(test_counters_have_each_a_name_of_its_own),
	HG_TEST(test_counters_of_workers_are_added_and_the_highest_kept),
	HG_TEST(test_counters_nest_by_their_dots_with_each_object_once))
