/* heap: counts calls of the heap, those of libraries too, while packets pass.
 *
 * usage: heap RULES SET... -- CAPTURE...      SET: KEY=VALUE of the configuration
 *
 * All frames are read first. They pass once to warm up, then again in a fresh state, with every call counted. All the time
 * the worker takes up rules anew, as in a reload: from one of two seats to the other and back.
 * Calls from within libmagic do not count.
 * Prints TAP; where the calls came from stands in front of the case.
 */
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/load.h"
#include "engine/libcrypto.h"
#include "engine/worker.h"
#include "port/capture/capture.h"

#define BURST 32
#define RELOAD 4 /* bursts from one exchange of rules to the next */
#define SHOWN 8

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

static bool counting;
static unsigned long calls;

/* Each way to the heap is shown once. */
static void
show(void *const *callers, int n)
{
	static uintptr_t shown[SHOWN];
	uintptr_t way = 0;

	for (int i = 0; i < n; i++)
		way = way * 31 + (uintptr_t)callers[i];
	for (unsigned i = 0; i < SHOWN; i++) {
		if (shown[i] == way)
			return;
		if (shown[i] != 0)
			continue;
		shown[i] = way;
		fprintf(stderr, "a call from\n");
		backtrace_symbols_fd(callers, n, 2);
		return;
	}
}

static void
count(void)
{
	void *callers[12];

	if (!counting)
		return;
	counting = false;
	calls++;
	show(callers, backtrace(callers, 12));
	counting = true;
}

void *
malloc(size_t size)
{
	count();
	return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	count();
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	count();
	return __libc_realloc(p, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	count();
	return __libc_memalign(align, size);
}

int
posix_memalign(void **out, size_t align, size_t size)
{
	count();
	*out = __libc_memalign(align, size);
	return *out == NULL ? 12 : 0;
}

void
free(void *p)
{
	if (p != NULL)
		count();
	__libc_free(p);
}

/* What libmagic takes is known and stands in ADR 0020; it is asked through this door alone. */
struct magic_set;
const char *__real_magic_buffer(struct magic_set *m, const void *bytes, size_t len);
const char *__wrap_magic_buffer(struct magic_set *m, const void *bytes, size_t len);

const char *
__wrap_magic_buffer(struct magic_set *m, const void *bytes, size_t len)
{
	const bool before = counting;
	const char *text;

	counting = false;
	text = __real_magic_buffer(m, bytes, len);
	counting = before;
	return text;
}

static struct hg_frame *all;
static size_t n_all, room;
static size_t lines;

static void
keep(const struct hg_frame *f)
{
	uint8_t *copy = malloc(f->len + 1);

	if (n_all == room) {
		room = room == 0 ? 1024 : room * 2;
		all = realloc(all, room * sizeof(*all));
	}
	if (copy == NULL || all == NULL)
		abort();
	memcpy(copy, f->data, f->len);
	all[n_all] = *f;
	all[n_all++].data = copy;
}

static int
read_capture(const char *path, struct hg_error *err)
{
	struct hg_frame frames[BURST];
	struct hg_port *port;
	int n = hg_capture_open(&port, path, err);

	if (n < 0)
		return n;
	while ((n = hg_port_receive(port, frames, BURST, err)) > 0)
		for (int i = 0; i < n; i++)
			keep(&frames[i]);
	hg_port_close(port);
	return n;
}

static void
pass(struct hg_worker *w, struct hg_detect_seat *const seats[2])
{
	for (size_t at = 0; at < n_all; at += BURST) {
		if (at / BURST % RELOAD == 0)
			hg_worker_adopt(w, seats[at / BURST / RELOAD % 2]);
		hg_worker_burst(w, all + at, (unsigned)HG_MIN(n_all - at, (size_t)BURST));
	}
	hg_worker_finish(w);
}

static bool
take_line(struct hg_sink *s, struct hg_span line)
{
	(void)s;
	lines += line.len > 0;
	return true;
}

static int
run(struct hg_options *o, struct hg_error *err)
{
	struct hg_sink sink = { .write = take_line };
	struct hg_settings settings = { 0 };
	struct hg_config *config = NULL;
	struct hg_snapshot *rules = NULL;
	struct hg_detect_seat *seats[2] = { NULL };
	struct hg_worker *w = NULL;
	struct hg_refusals refusals = { 0 };
	int r = hg_load_config(o, &config, &settings, err);

	if (r == 0)
		r = hg_load_rules(o, config, &settings, NULL, &rules, &refusals, err);
	if (r == 0)
		r = hg_detect_seat_open(&seats[0], rules, err);
	if (r == 0)
		r = hg_detect_seat_open(&seats[1], rules, err);
	if (r == 0)
		r = hg_worker_open(&w, &settings, config, seats[0], NULL, &sink, err);
	for (unsigned i = 0; i < o->n_captures && r == 0; i++)
		r = read_capture(o->captures[i], err);
	if (r == 0) {
		pass(w, seats);
		hg_worker_reset(w, &sink);
		lines = 0;
		counting = true;
		pass(w, seats);
		counting = false;
	}
	hg_worker_close(w);
	hg_detect_seat_close(seats[0]);
	hg_detect_seat_close(seats[1]);
	hg_snapshot_close(rules);
	hg_settings_close(&settings);
	hg_config_close(config);
	return r;
}

int
main(int argc, char **argv)
{
	const char *words[16] = { NULL };
	struct hg_options o = { .verb = HG_VERB_REPLAY, .rules = words, .n_rules = 1, .sets = words + 1 };
	struct hg_error err = { 0 };
	void *warm[1];
	int i = 1;

	hg_libcrypto_init();
	backtrace(warm, 1); /* loads what it needs */
	for (; i < argc && i <= 16 && argv[i][0] != '-'; i++)
		words[i - 1] = argv[i];
	if (i < 2 || i >= argc)
		return 2;
	o.n_sets = (unsigned)i - 2;
	o.captures = argv + i + 1;
	o.n_captures = (unsigned)(argc - i - 1);
	if (run(&o, &err) < 0) {
		fprintf(stderr, "heap: %s\n", err.text);
		return 1;
	}
	printf("%lu calls of the heap, %zu frames, %zu records\n", calls, n_all, lines);
	return calls > 0 || lines == 0;
}
