#include "check.h"

#include "event/output.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket.h"

#define LONG_ENOUGH 20000 /* ms */
#define GOT_MOST ((size_t)1 << 20)

/* A sink that writes into memory and fails as it is told. */
static struct memory {
	unsigned refuse_connect, fail_send; /* so many times */
	size_t most;                        /* bytes a send takes; 0: all */
	unsigned connects;
	size_t len, whole; /* what came; up to where lines were whole when it failed last */
	char got[GOT_MOST];
} memory;

static int
init(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	(void)state;
	(void)c;
	(void)err;
	return 0;
}

static int
connect_memory(void *state, struct hg_error *err)
{
	(void)state;
	memory.connects++;
	if (memory.refuse_connect == 0)
		return 0;
	memory.refuse_connect--;
	return hg_error_set(err, -ECONNREFUSED, "refused");
}

static int
send_lines(void *state, struct hg_batch *b, struct hg_error *err)
{
	const struct hg_span rest = hg_batch_rest(b);
	const size_t n = memory.most == 0 ? rest.len : HG_MIN(rest.len, memory.most);

	(void)state;
	if (memory.len + n > GOT_MOST)
		return hg_error_set(err, -ENOSPC, "full");
	memcpy(memory.got + memory.len, rest.p, n);
	memory.len += n;
	hg_batch_sent(b, n);
	if (memory.fail_send == 0)
		return 0;
	memory.fail_send--;
	return hg_error_set(err, -EPIPE, "broken");
}

/* A reader of a broken stream drops the half line at its end. */
static void
disconnect(void *state)
{
	(void)state;
	while (memory.len > 0 && memory.got[memory.len - 1] != '\n')
		memory.len--;
}

static const struct hg_sink_kind in_memory = {
	.filetype = "memory",
	.size = 1,
	.init = init,
	.connect = connect_memory,
	.send = send_lines,
	.disconnect = disconnect,
};

static struct hg_output *
open_output(struct hg_output_config *c, size_t ring, size_t queue, unsigned producers)
{
	struct hg_output *o = NULL;

	memset(c, 0, sizeof(*c));
	c->ring = ring;
	c->n_sinks = 1;
	c->sinks[0] =
		(struct hg_sink_config){ .kind = &in_memory, .name = "memory", .prefix = "", .queue = queue };
	CU_ASSERT_FATAL(hg_output_open(&o, c, producers, NULL) == 0);
	CU_ASSERT_FATAL(hg_output_start(o, NULL) == 0);
	return o;
}

static unsigned
write_numbers(struct hg_sink *s, unsigned producer, unsigned count)
{
	unsigned refused = 0;
	char line[64];

	for (unsigned i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "%u %u", producer, i);
		refused += !s->write(s, hg_span_str(line));
	}
	return refused;
}

/* How many lines came; each producer's go up by one. */
static unsigned
count_lines(unsigned producers)
{
	unsigned next[4] = { 0 }, lines = 0, bad = 0;
	const char *p = memory.got, *end;

	for (; p < memory.got + memory.len &&
		(end = memchr(p, '\n', (size_t)(memory.got + memory.len - p))) != NULL;
		p = end + 1) {
		unsigned producer = 4, number = 0;

		bad += sscanf(p, "%u %u\n", &producer, &number) != 2 || producer >= producers ||
			number != next[producer]++;
		lines++;
	}
	hg_check_u64("lines that are not whole or not in order", bad, 0);
	hg_check_u64("nothing behind the last line", (uint64_t)(memory.got + memory.len - p), 0);
	return lines;
}

struct writer {
	struct hg_sink *sink;
	unsigned producer, refused;
	pthread_t thread;
};

static void *
run_writer(void *arg)
{
	struct writer *w = arg;

	w->refused = write_numbers(w->sink, w->producer, 5000);
	return NULL;
}

static void
test_output_carries_lines_of_several_producers_in_order(void)
{
	struct hg_output_config c;
	struct hg_output *o;
	struct writer w[3];
	struct hg_output_stats s;

	memset(&memory, 0, sizeof(memory));
	o = open_output(&c, (size_t)1 << 20, (size_t)4 << 20, 3);
	for (unsigned i = 0; i < 3; i++) {
		w[i] = (struct writer){ .sink = hg_output_sink(o, i), .producer = i };
		CU_ASSERT_FATAL(pthread_create(&w[i].thread, NULL, run_writer, &w[i]) == 0);
	}
	for (unsigned i = 0; i < 3; i++) {
		pthread_join(w[i].thread, NULL);
		hg_check_u64("refused", w[i].refused, 0);
	}
	hg_output_stop(o, LONG_ENOUGH);
	hg_check_u64("lines", count_lines(3), 15000);
	hg_output_stats(o, &s);
	hg_check_u64("handed over", s.written, 15000);
	hg_check_u64("written", s.sinks[0].written, 15000);
	hg_check_u64("lost", s.lost + s.sinks[0].lost + s.sinks[0].queued, 0);
	hg_output_close(o);
}

static void
test_output_sends_a_half_line_again_from_its_beginning(void)
{
	static const size_t rows[] = { 1, 3, 7, 10 };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_output_config c;
		struct hg_output *o;
		struct hg_output_stats s;

		memset(&memory, 0, sizeof(memory));
		memory.most = rows[i];
		memory.fail_send = 2;
		memory.refuse_connect = 1;
		o = open_output(&c, (size_t)1 << 20, (size_t)1 << 20, 1);
		hg_check_u64("refused", write_numbers(hg_output_sink(o, 0), 0, 20), 0);
		hg_output_stop(o, LONG_ENOUGH);
		hg_check_u64("lines", count_lines(1), 20);
		hg_output_stats(o, &s);
		hg_check_u64("reconnects", s.sinks[0].reconnects, 3);
		hg_check_u64("connects", memory.connects, 4);
		hg_check_u64("written", s.sinks[0].written, 20);
		hg_output_close(o);
	}
}

static void
test_output_counts_what_the_end_leaves_behind(void)
{
	struct hg_output_config c;
	struct hg_output *o;
	struct hg_output_stats s;
	unsigned refused;

	memset(&memory, 0, sizeof(memory));
	memory.refuse_connect = UINT32_MAX;
	o = open_output(&c, 4096, 4096, 1);
	refused = write_numbers(hg_output_sink(o, 0), 0, 50000);
	hg_output_stop(o, 1);
	hg_output_stats(o, &s);
	hg_check_u64("refused", s.lost, refused);
	hg_check_u64("handed over", s.written, 50000 - refused);
	hg_check_u64("written", s.sinks[0].written + memory.len, 0);
	hg_check_u64("all that reached the sink's queue, or did not fit, is lost", s.sinks[0].lost + s.queued,
		s.written);
	hg_output_close(o);
}

/* The event socket by itself, in this thread. */
struct hearing {
	struct hg_subscribers *s;
	int epoll;
	char folder[32], path[64];
};

#define FIRST 5

static void
open_hearing(struct hearing *h, unsigned most)
{
	struct hg_subscribers_config c = { .most = most, .queue = 1, .mode = 0600, .path = h->path };

	snprintf(h->folder, sizeof(h->folder), "/tmp/hg-unit-XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(h->folder) != NULL);
	snprintf(h->path, sizeof(h->path), "%s/e.sock", h->folder);
	h->epoll = epoll_create1(0);
	CU_ASSERT_FATAL(hg_subscribers_open(&h->s, &c, NULL) == 0);
	CU_ASSERT_FATAL(hg_subscribers_watch(h->s, h->epoll, FIRST, NULL) == 0);
}

static void
close_hearing(struct hearing *h)
{
	hg_subscribers_close(h->s);
	hg_check_bool("its name is gone", access(h->path, F_OK) < 0, true);
	rmdir(h->folder);
	close(h->epoll);
}

static void
look(struct hearing *h)
{
	struct epoll_event events[8];
	const int n = epoll_wait(h->epoll, events, 8, 0);

	for (int i = 0; i < n; i++)
		hg_subscribers_event(h->s, events[i].data.u32, events[i].events);
}

static int
subscribe(struct hearing *h)
{
	int fd = -1;

	CU_ASSERT_FATAL(hg_socket_connect(&fd, h->path, SOCK_STREAM, NULL) == 0);
	look(h);
	return fd;
}

static size_t
hear(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = recv(fd, buf + len, size - len, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	return len;
}

static void
test_subscribers_number_lines_and_skip_what_was_lost(void)
{
	struct hearing h;
	char buf[256];
	int a, b;

	open_hearing(&h, 2);
	hg_subscribers_put(h.s, HG_BYTES("{\"n\":0}"));
	a = subscribe(&h);
	hg_subscribers_put(h.s, HG_BYTES("{\"n\":1}"));
	hg_subscribers_skip(h.s, 2);
	b = subscribe(&h);
	hg_subscribers_put(h.s, HG_BYTES("{\"n\":2}"));
	hg_subscribers_flush(h.s);
	hg_check_span("from when it came", hg_span(buf, hear(a, buf, sizeof(buf))),
		HG_BYTES("{\"n\":1,\"seq\":1}\n{\"n\":2,\"seq\":4}\n"));
	hg_check_span("a number of its own", hg_span(buf, hear(b, buf, sizeof(buf))),
		HG_BYTES("{\"n\":2,\"seq\":1}\n"));
	close(subscribe(&h));
	hg_check_u64("one too many", hg_subscribers_stats(h.s).refused, 1);
	close(a);
	look(&h);
	hg_check_u64("one has gone", hg_subscribers_stats(h.s).connected, 1);
	close(b);
	close_hearing(&h);
}

/* Reads lines to their end and counts them; the numbers may have gaps, and `seq` is n + 1. */
static unsigned
read_numbers(struct hearing *h, int fd, unsigned last, unsigned *bad)
{
	static char buf[4 << 20];
	unsigned lines = 0, n = 0, seq = 0;
	size_t len = 0;

	while (n != last && len < sizeof(buf)) {
		size_t more;

		hg_subscribers_flush(h->s);
		more = hear(fd, buf + len, sizeof(buf) - len);
		if (more == 0)
			break;
		len += more;
		look(h);
	}
	for (char *p = buf; p < buf + len; lines++) {
		char *end = memchr(p, '\n', (size_t)(buf + len - p));

		if (end == NULL)
			break;
		*bad += sscanf(p, "{\"n\":%u,\"seq\":%u}", &n, &seq) != 2 || seq != n + 1;
		p = end + 1;
	}
	return lines;
}

static void
test_subscribers_lose_what_finds_no_room_and_go_on(void)
{
	struct hearing h;
	unsigned bad = 0, count = 0, heard;
	char line[64];
	int fd;

	open_hearing(&h, 1);
	fd = subscribe(&h);
	while (hg_subscribers_stats(h.s).lost < 10) {
		snprintf(line, sizeof(line), "{\"n\":%u}", count++);
		hg_subscribers_put(h.s, hg_span_str(line));
		hg_subscribers_flush(h.s);
	}
	hg_check_bool("it is owed something", hg_subscribers_drained(h.s), false);
	heard = read_numbers(&h, fd, UINT32_MAX, &bad);
	hg_check_u64("all but the lost", heard, count - 10);
	hg_check_bool("nothing is owed", hg_subscribers_drained(h.s), true);
	snprintf(line, sizeof(line), "{\"n\":%u}", count);
	hg_subscribers_put(h.s, hg_span_str(line));
	heard = read_numbers(&h, fd, count, &bad);
	hg_check_u64("the next comes", heard, 1);
	hg_check_u64("wrong numbers", bad, 0);
	close(fd);
	close_hearing(&h);
}

HG_TESTS("event_output", HG_TEST(test_output_carries_lines_of_several_producers_in_order),
	HG_TEST(test_output_sends_a_half_line_again_from_its_beginning),
	HG_TEST(test_output_counts_what_the_end_leaves_behind),
	HG_TEST(test_subscribers_number_lines_and_skip_what_was_lost),
	HG_TEST(test_subscribers_lose_what_finds_no_room_and_go_on))
