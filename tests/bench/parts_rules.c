/* What rules cost: patterns of many looked for together, and programs of candidates, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parts.h"

#include "detect/detect_int.h"
#include "engine/load.h"
#include "engine/worker.h"

#define SEGMENT 1400
#define PLACE 700 /* of what the programs look for */
#define MANY 2000
#define SHARE 8

static const char *const sets[] = { "hangu-cloud", "hangu-events", "hangu-ftp", "hangu-limits", "hangu-mail",
	"hangu-network", "hangu-telnet", "hangu-web", "hangu-windows" };

/* What stands in the middle of the segment that programs look into, behind text of all kinds of words. */
static const char found[] = "\x02\x01user=alpha; path=/srv/beta/gamma.cgi; size=1234\r\n";

/* A rule of one program each; whether it matches there. */
static const struct program {
	const char *what, *options;
	bool matches;
	unsigned share; /* of the rounds; 0: all */
} programs[] = {
	{ "content in the middle of 1,400 bytes", "content:\"user=alpha\";", true },
	{ "content that is not there", "content:\"user=omega\";", false },
	{ "content, nocase", "content:\"USER=Alpha\"; nocase;", true },
	{ "four relative contents",
		"content:\"user=\"; content:\"path=\"; distance:0; content:\"beta\"; within:20; "
		"content:\".cgi\"; distance:0; within:10;",
		true },
	{ "relative contents, tried at each of 200 words", "content:\" \"; content:\"zzzz\"; within:8;",
		false, 64 },
	{ "content, and pcre behind it",
		"content:\"path=\"; pcre:\"/^.[a-z]+.[a-z]+.[a-z.]+. size=[0-9]+/R\";", true },
	{ "pcre over all of it", "pcre:\"/size=[0-9]{4,}\\r\\n/\";", true },
	{ "byte_test and isdataat behind content",
		"content:\"user=alpha\"; byte_test:1,=,1,-11,relative; isdataat:20,relative;", true },
	{ "byte_jump and content behind content",
		"content:\"|02 01|user\"; byte_jump:1,-6,relative; content:\"path\"; distance:0;", true },
};

struct looker {
	struct hg_worker *w;
	struct hg_config *config;
	struct hg_settings settings;
	struct hg_sink sink;
	struct hg_snapshot *rules;
	struct hg_detect_seat *seat;
	struct hg_packet packet;
	uint8_t bytes[SEGMENT];
	const struct hg_prog *prog; /* at hand */
	uint64_t sum;
};

static bool
no_line(struct hg_sink *s, struct hg_span line)
{
	(void)s;
	(void)line;
	return true;
}

static uint32_t
draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

/* Words of letters, as pages and mails have them. */
static void
make_text(uint8_t *bytes, size_t n)
{
	uint32_t state = 1;

	for (size_t i = 0; i < n; i++)
		bytes[i] = draw(&state, 7) == 0 ? ' ' : (uint8_t)('a' + draw(&state, 26));
}

static int
open_looker(struct looker *l, const char **files, unsigned n, struct hg_error *err)
{
	const char *config[] = { "rules.cache=no", "flow.max=4096" };
	const struct hg_options o = { .verb = HG_VERB_REPLAY,
		.rules = files,
		.n_rules = n,
		.sets = config,
		.n_sets = HG_COUNT(config) };
	struct hg_refusals refusals = { 0 };
	int r = hg_load_config(&o, &l->config, &l->settings, err);

	l->sink.write = no_line;
	if (r == 0)
		r = hg_load_rules(&o, l->config, &l->settings, NULL, &l->rules, &refusals, err);
	if (r == 0 && refusals.n > 0)
		r = hg_error_set(err, -EINVAL, "%u rules are refused", refusals.n);
	hg_refusals_free(&refusals);
	if (r == 0)
		r = hg_detect_seat_open(&l->seat, l->rules, err);
	if (r == 0)
		r = hg_worker_open(&l->w, &l->settings, l->config, l->seat, NULL, &l->sink, err);
	make_text(l->bytes, sizeof(l->bytes));
	l->packet = (struct hg_packet){ .proto = HG_IP_TCP,
		.family = 4,
		.src.b[0] = 203, /* of those outside */
		.dst.b[0] = 10,
		.sport = 40000,
		.dport = 80,
		.data = l->bytes,
		.payload_len = sizeof(l->bytes) };
	return r;
}

static void
close_looker(struct looker *l)
{
	hg_worker_close(l->w);
	hg_detect_seat_close(l->seat);
	hg_snapshot_close(l->rules);
	hg_settings_close(&l->settings);
	hg_config_close(l->config);
}

/* ---- patterns of all rules ---- */

static void
run_payload(void *arg, unsigned rounds)
{
	struct looker *l = arg;
	struct hg_detect *d = l->w->detect;

	while (rounds-- > 0) {
		hg_candidates_domain(d, &l->rules->payload[HG_L4_TCP][HG_TO_SERVER], &l->packet,
			hg_packet_payload(&l->packet), HG_AT_ANY);
		l->sum += d->seat->candidates.summary[0];
		hg_candidates_clear(&d->seat->candidates);
	}
}

/* As many bytes as a line or a header has, in each buffer that some rule looks into. */
static void
run_buffers(void *arg, unsigned rounds)
{
	static const char value[] = "/catalog/items/view.php?id=1234&name=value&lang=en";
	struct looker *l = arg;
	struct hg_detect *d = l->w->detect;
	const struct hg_input_list *list = &d->seat->lists[HG_PROTO_HTTP][HG_TO_SERVER];

	while (rounds-- > 0) {
		for (uint16_t i = 0; i < list->n; i++)
			hg_candidates_slot(d, &l->rules->inputs_index[list->inputs[i]], hg_span_str(value));
		l->sum += d->seat->candidates.summary[0];
		hg_candidates_clear(&d->seat->candidates);
	}
}

static void
make_word(char *word, uint32_t *state)
{
	const unsigned n = 6 + draw(state, 18);

	for (unsigned i = 0; i < n; i++)
		word[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[draw(state, 36)];
	word[n] = '\0';
}

/* Contents of random words, as many_rules.py makes them. */
static int
write_many(void)
{
	const int fd = memfd_create("many", 0);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");
	uint32_t state = 1;

	for (unsigned i = 0; f != NULL && i < MANY; i++) {
		char a[32], b[32];

		make_word(a, &state);
		make_word(b, &state);
		fprintf(f,
			i % 2 == 0 ? "alert tcp $EXTERNAL_NET any -> $HOME_NET any (content:\"%s\"; "
				     "content:\"%s\"; distance:0; sid:%u;)\n"
				   : "alert http any any -> any any (http.uri; content:\"/%s\"; http.host; "
				     "content:\"%s\"; sid:%u;)\n",
			a, b, i + 1);
	}
	if (f == NULL || fclose(f) != 0)
		return -1;
	return fd;
}

static int
open_many(const struct table *t, struct looker *l, struct hg_error *err)
{
	char paths[HG_COUNT(sets) + 1][512];
	const char *files[HG_COUNT(sets) + 1] = { t->rules };
	const int fd = t->rules == NULL ? write_many() : -1;
	unsigned n = 0;
	int r;

	if (t->rules != NULL)
		return open_looker(l, files, 1, err);
	for (; n < HG_COUNT(sets); n++)
		snprintf(paths[n], sizeof(paths[n]), "%s/rules/sets/%s.rules", HG_SOURCE_ROOT, sets[n]);
	snprintf(paths[n++], sizeof(paths[0]), "/proc/self/fd/%d", fd);
	for (unsigned i = 0; i < n; i++)
		files[i] = paths[i];
	r = open_looker(l, files, n, err);
	close(fd);
	return r;
}

static int
measure_prefilter(const struct table *t, struct hg_error *err)
{
	struct looker *l = calloc(1, sizeof(*l));
	int r = l == NULL ? hg_error_set(err, -ENOMEM, "no memory") : open_many(t, l, err);

	if (r == 0) {
		const unsigned buffers = l->seat->lists[HG_PROTO_HTTP][HG_TO_SERVER].n;
		const struct part parts[] = {
			{ "patterns of all rules in 1,400 bytes to port 80", "packet", run_payload, l, SHARE,
				1 },
			{ "… in 50 bytes of the buffers of an HTTP request", "buffer", run_buffers, l,
				SHARE * HG_MAX(buffers, 1u), HG_MAX(buffers, 1u) },
		};

		hg_detect_run(l->w->detect, &l->packet); /* which finds out whose rules they are */
		table_run(t, parts, HG_COUNT(parts));
	}
	if (l != NULL)
		close_looker(l);
	free(l);
	return r;
}

/* ---- programs of candidates ---- */

static bool
look(struct looker *l)
{
	struct hg_matcher *m = &l->w->detect->matcher;

	hg_match_begin(m);
	return hg_match(m, l->prog, hg_span(l->bytes, sizeof(l->bytes)), 0, true);
}

static void
run_program(void *arg, unsigned rounds)
{
	struct looker *l = arg;

	while (rounds-- > 0)
		l->sum += look(l);
}

/* The programs as rules, by number. */
static int
write_rules(void)
{
	const int fd = memfd_create("rules", 0);

	for (unsigned i = 0; fd >= 0 && i < HG_COUNT(programs); i++)
		dprintf(fd, "alert tcp any any -> any any (%s sid:%u;)\n", programs[i].options, i + 1);
	return fd;
}

static int
measure_program(const struct table *t, struct looker *l, const struct program *p, struct hg_error *err)
{
	const uint32_t sid = (uint32_t)(p - programs) + 1;
	const struct part part = { p->what, "look", run_program, l, HG_MAX(p->share, 1u), 1 };

	l->prog = NULL;
	for (uint32_t i = 0; i < l->rules->n_rules; i++)
		if (l->rules->rules[i].sid == sid)
			l->prog = &l->rules->rules[i].payload;
	if (l->prog == NULL || look(l) != p->matches)
		return hg_error_set(err, -EINVAL, "%s: it does not match as it should", p->what);
	table_run(t, &part, 1);
	return 0;
}

static int
measure_programs(const struct table *t, struct hg_error *err)
{
	struct looker *l = calloc(1, sizeof(*l));
	const int fd = write_rules();
	char path[32];
	const char *file = path;
	int r;

	if (l == NULL || fd < 0)
		return hg_error_set(err, -ENOMEM, "no memory");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = open_looker(l, &file, 1, err);
	memcpy(l->bytes + PLACE, found, sizeof(found) - 1);
	for (size_t i = 0; r == 0 && i < HG_COUNT(programs); i++)
		r = measure_program(t, l, &programs[i], err);
	close_looker(l);
	close(fd);
	free(l);
	return r;
}

int
parts_of_rules(const struct table *t)
{
	struct hg_error err = { 0 };
	int r = measure_prefilter(t, &err);

	if (r == 0)
		r = measure_programs(t, &err);
	if (r < 0)
		fprintf(stderr, "parts: %s\n", err.text);
	return r;
}
