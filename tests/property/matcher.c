/* matcher: the engine against a slow matcher, over random rules and payloads.
 *
 * usage: matcher [--seed N] [--groups N] [--payloads N] [--write FOLDER]
 *
 * A group is RULES rules over one alphabet and the payloads made for them. Group g of seed N is group 0 of seed N + g,
 * so a pair that differs is run again by the seed that is printed with it and --groups 1. --write puts rules and payloads
 * into FOLDER (matcher.rules, matcher.pcap; packet n carries payload n) for other engines; only rules on payload alone.
 *
 * The engine's whole path: text, compiler, Hyperscan, detection on a packet that carries the payload and a transaction
 * whose buffer holds the same bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "detect/detect.h"
#include "engine/load.h"
#include "matcher.h"

#define RULES 32
#define BATCH 64 /* groups compiled together */
#define PORT_FIRST 1024
#define PORT_STEP 20 /* a rule on so many ports stands among those that every packet is scanned for */
#define SHOWN 10     /* differing pairs that are printed */

struct group {
	uint64_t seed;
	struct alphabet alphabet;
	struct rule rules[RULES];
	bool refused[RULES];
};

struct arguments {
	uint64_t seed;
	unsigned groups, payloads;
	const char *write;
};

struct test {
	struct arguments args;
	struct group groups[BATCH];
	unsigned n_groups;
	FILE *rules, *capture;
	uint64_t pairs, matches, differences, too_long, n_rules, n_refused;

	struct hg_config *config;
	struct hg_settings settings;
	struct hg_mem *mem;
	struct hg_streams *streams;
	struct hg_apps *apps;
	struct hg_detect *detect;
	struct hg_app_catalog catalog;
	struct hg_snapshot *snapshot;
	struct hg_detect_seat *seat;
	/* the packet and what hangs on it */
	struct hg_decoder decoder;
	struct payload payload;
};

/* ---- the engine ---- */

static struct hg_span carried; /* what the buffer of the transaction at hand holds */

static bool
get_carried(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	(void)tx;
	(void)dir;
	(void)row;
	(void)eof;
	*out = (struct hg_view){ .data = carried, .complete = true };
	return index == 0;
}

static int
open_engine(struct test *t, struct hg_error *err)
{
	const struct hg_options o = { .verb = HG_VERB_REPLAY };
	int r = hg_load_config(&o, &t->config, &t->settings, err);

	if (r == 0)
		r = hg_mem_open(&t->mem, (size_t)64 << 20, false, err);
	if (r == 0)
		r = hg_streams_open(&t->streams, &t->settings.stream, t->mem, err);
	if (r == 0)
		r = hg_apps_open(&t->apps, &t->settings.apps, t->config, t->mem, NULL, err);
	t->settings.detect.suricata7 = true;
	t->settings.detect.alert_max = HG_ALERTS_MAX;
	if (r == 0)
		r = hg_detect_open(&t->detect, &t->settings.detect, t->apps, t->streams, t->mem, err);
	hg_app_catalog(&t->catalog);
	t->decoder = *hg_app_decoder_of(HG_PROTO_DNS);
	t->decoder.get = get_carried;
	return r;
}

static void
on_refused(void *arg, const struct hg_error *why, uint32_t sid)
{
	struct test *t = arg;

	t->n_refused++;
	t->groups[(sid - 1) / RULES].refused[(sid - 1) % RULES] = true;
	if (getenv("MATCHER_REFUSED") != NULL)
		printf("# refused %u: %s\n", sid, why->text);
}

static int
compile(struct test *t, struct hg_error *err)
{
	const struct hg_compile_config config = { .config = t->config,
		.catalog = &t->catalog.catalog,
		.protos_enabled = t->settings.protos_enabled,
		.suricata7 = true,
		.refused = on_refused,
		.arg = t };
	char path[] = "/tmp/matcher-XXXXXX", text[2048];
	const char *files[] = { path };
	int fd = mkstemp(path), r;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (f == NULL)
		return hg_error_errno(err, "cannot write '%s'", path);
	for (unsigned g = 0; g < t->n_groups; g++)
		for (unsigned i = 0; i < RULES; i++)
			fwrite(text, 1, matcher_text(&t->groups[g].rules[i], text, sizeof(text)), f);
	fclose(f);
	r = hg_compile(&t->snapshot, files, 1, &config, err);
	unlink(path);
	if (r == 0)
		r = hg_detect_seat_open(&t->seat, t->snapshot, err);
	if (r == 0)
		hg_detect_adopt(t->detect, t->seat);
	return r;
}

/* Which rules of the group alert on the payload. */
static void
ask_engine(struct test *t, unsigned g, bool answers[RULES])
{
	struct hg_flow flow = { .app_proto = HG_PROTO_DNS, .app_proto_dir = { HG_PROTO_DNS, HG_PROTO_DNS } };
	struct hg_app app = { .decoder = &t->decoder, .flow = &flow, .mem = t->mem };
	struct hg_tx tx = {
		.app = &app, .decoder = &t->decoder, .sides = HG_SIDE_SERVER, .updated = { true }
	};
	struct hg_packet p = { .data = t->payload.bytes,
		.len = (uint32_t)t->payload.len,
		.family = 4,
		.proto = HG_IP_UDP,
		.l4 = 1,
		.sport = 999,
		.dport = t->groups[g].rules[0].port,
		.payload_len = (uint32_t)t->payload.len,
		.flow = &flow };
	const struct hg_alert *alerts;
	unsigned n;

	carried = hg_span(t->payload.bytes, t->payload.len);
	flow.app = &app;
	app.txs = app.txs_last = app.work = app.work_last = &tx;
	hg_arena_init(&tx.arena, t->mem, 0);
	tx.progress[HG_TO_SERVER] = t->decoder.complete[HG_TO_SERVER];
	hg_detect_run(t->detect, &p);
	alerts = hg_detect_alerts(t->detect, &n);
	for (unsigned i = 0; i < n; i++)
		answers[(t->snapshot->rules[alerts[i].rule].sid - 1) % RULES] = true;
	hg_arena_reset(&tx.arena);
}

/* ---- the comparison ---- */

static void
show(const struct test *t, const struct group *g, unsigned rule, bool engine)
{
	char text[2048];

	printf("# seed %" PRIu64 " --groups 1: the engine says %s, the slow matcher %s\n# ", g->seed,
		engine ? "yes" : "no", engine ? "no" : "yes");
	fwrite(text, 1, matcher_text(&g->rules[rule], text, sizeof(text)), stdout);
	printf("# payload ");
	for (size_t i = 0; i < t->payload.len; i++)
		printf("%02x", t->payload.bytes[i]);
	printf("\n");
}

static void
compare(struct test *t, unsigned n)
{
	const struct group *g = &t->groups[n];
	bool answers[RULES] = { false };

	ask_engine(t, n, answers);
	for (unsigned i = 0; i < RULES; i++) {
		enum slow_answer slow;

		if (g->refused[i])
			continue;
		slow = matcher_slow(&g->rules[i], hg_span(t->payload.bytes, t->payload.len));
		t->pairs++;
		t->matches += answers[i];
		if (slow == SLOW_TOO_LONG)
			t->too_long++;
		else if ((slow == SLOW_YES) != answers[i] && t->differences++ < SHOWN)
			show(t, g, i, answers[i]);
	}
}

/* ---- for other engines ---- */

static void
put(FILE *f, const void *p, size_t n)
{
	fwrite(p, 1, n, f);
}

static int
open_files(struct test *t)
{
	const uint32_t head[6] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, HG_LINK_RAW };
	char path[512];

	snprintf(path, sizeof(path), "%s/matcher.rules", t->args.write);
	t->rules = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/matcher.pcap", t->args.write);
	t->capture = fopen(path, "w");
	if (t->rules == NULL || t->capture == NULL)
		return -1;
	put(t->capture, head, sizeof(head));
	return 0;
}

/* Every packet is a flow of its own. */
static void
write_packet(struct test *t, uint16_t port, uint32_t number)
{
	const uint16_t len = (uint16_t)(28 + t->payload.len), source = (uint16_t)(2000 + number % 60000);
	const uint8_t head[28] = { 0x45, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, 0, 64, HG_IP_UDP, 0,
		0, 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number, 192, 0, 2, 1,
		(uint8_t)(source >> 8), (uint8_t)source, (uint8_t)(port >> 8), (uint8_t)port, 0,
		(uint8_t)(8 + t->payload.len), 0, 0 };
	const uint32_t record[4] = { 1700000000, number, len, len };

	put(t->capture, record, sizeof(record));
	put(t->capture, head, sizeof(head));
	put(t->capture, t->payload.bytes, t->payload.len);
}

static void
write_rules(struct test *t)
{
	char text[2048];

	for (unsigned g = 0; g < t->n_groups; g++)
		for (unsigned i = 0; i < RULES; i++)
			if (t->groups[g].rules[i].n_lists == 1 && !t->groups[g].rules[i].lists[0].buffer)
				put(t->rules, text, matcher_text(&t->groups[g].rules[i], text, sizeof(text)));
}

/* ---- groups ---- */

static void
make_group(struct group *g, uint64_t seed, unsigned index, struct chance *c)
{
	c->state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	for (unsigned i = 0; i < 8; i++)
		chance_next(c);
	*g = (struct group){ .seed = seed, .alphabet = matcher_alphabet(c) };
	for (unsigned i = 0; i < RULES; i++) {
		struct rule *r = &g->rules[i];

		r->sid = 1 + index * RULES + i;
		r->port = (uint16_t)(PORT_FIRST + index * PORT_STEP);
		r->port_to = (uint16_t)(r->port + (i % 4 == 3 ? PORT_STEP - 1 : 0));
		matcher_make_rule(c, g->alphabet, r);
	}
}

static int
run_batch(struct test *t, uint64_t seed, struct hg_error *err)
{
	struct chance chances[BATCH];
	uint32_t number = 0;
	int r;

	for (unsigned g = 0; g < t->n_groups; g++)
		make_group(&t->groups[g], seed + g, g, &chances[g]);
	t->n_rules += t->n_groups * RULES;
	r = compile(t, err);
	if (t->rules != NULL)
		write_rules(t);
	for (unsigned g = 0; g < t->n_groups && r == 0; g++) {
		for (unsigned i = 0; i < t->args.payloads; i++) {
			matcher_make_payload(&chances[g], t->groups[g].alphabet,
				&t->groups[g].rules[i % RULES], &t->payload);
			compare(t, g);
			if (t->capture != NULL)
				write_packet(t, t->groups[g].rules[0].port, number++);
		}
	}
	hg_detect_adopt(t->detect, NULL);
	hg_detect_seat_close(t->seat);
	t->seat = NULL;
	hg_snapshot_close(t->snapshot);
	t->snapshot = NULL;
	for (unsigned g = 0; g < t->n_groups; g++)
		for (unsigned i = 0; i < RULES; i++)
			matcher_free_rule(&t->groups[g].rules[i]);
	return r;
}

static int
run(struct test *t, struct hg_error *err)
{
	int r = open_engine(t, err);

	for (unsigned done = 0; done < t->args.groups && r == 0; done += t->n_groups) {
		t->n_groups = HG_MIN(t->args.groups - done, BATCH);
		r = run_batch(t, t->args.seed + done, err);
	}
	hg_detect_close(t->detect);
	hg_apps_close(t->apps);
	hg_streams_close(t->streams);
	hg_mem_close(t->mem);
	hg_settings_close(&t->settings);
	hg_config_close(t->config);
	return r;
}

static bool
read_arguments(struct arguments *a, int argc, char **argv)
{
	*a = (struct arguments){ .seed = 1, .groups = BATCH, .payloads = 64 };
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0)
			a->seed = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--groups") == 0)
			a->groups = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--payloads") == 0)
			a->payloads = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--write") == 0)
			a->write = argv[i + 1];
		else
			return false;
	}
	/* What is written are the rules of one set. */
	return argc % 2 == 1 && (a->write == NULL || a->groups <= BATCH);
}

static void
result(unsigned n, bool ok, const char *title)
{
	printf("%sok %u - %s\n", ok ? "" : "not ", n, title);
}

int
main(int argc, char **argv)
{
	struct test *t = calloc(1, sizeof(*t));
	struct hg_error err = { 0 };

	if (t == NULL || !read_arguments(&t->args, argc, argv) ||
		(t->args.write != NULL && open_files(t) < 0)) {
		fprintf(stderr, "usage: matcher [--seed N] [--groups N] [--payloads N] [--write FOLDER]\n");
		return 2;
	}
	if (run(t, &err) < 0) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	printf("1..3\n# seed %" PRIu64 ": %" PRIu64 " rules, %" PRIu64 " refused; %" PRIu64 " pairs, %" PRIu64
	       " match, %" PRIu64 " beyond the limit of steps, %" PRIu64 " differ\n",
		t->args.seed, t->n_rules, t->n_refused, t->pairs, t->matches, t->too_long, t->differences);
	result(1, t->differences == 0, "the engine answers as the slow matcher does");
	result(2, t->n_refused * 10 < t->n_rules, "nine rules of ten load");
	result(3, t->matches * 20 > t->pairs && t->too_long * 100 < t->pairs,
		"one pair of twenty matches, few take too long");
	if (t->rules != NULL)
		fclose(t->rules);
	if (t->capture != NULL)
		fclose(t->capture);
	free(t);
	return 0;
}
