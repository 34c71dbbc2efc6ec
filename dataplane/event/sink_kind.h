/* sink_kind: what a sink of the output thread is, one row a `filetype`. A new one is one file that gives a row, and its
 * place in sink_kinds.c.
 *
 * A sink lives in a thread of its own (outlet.c), which may wait, though never longer than HG_SINK_WAIT at a time. The
 * outlet keeps a batch of lines until the sink has said that they are gone, reconnects when it fails, and counts.
 */
#ifndef HG_EVENT_SINK_KIND_H
#define HG_EVENT_SINK_KIND_H

#include "base/config.h"

#define HG_SINK_WAIT 200            /* milliseconds in one call of send */
#define HG_SINK_CONNECT_WAIT 3000   /* milliseconds of one attempt to connect */
#define HG_SINK_TEXT ((size_t)4096) /* room that framing may take besides the line */

/* Lines as the sink frames them, one behind the other. */
#define HG_BATCH_LINES 512
#define HG_BATCH_BYTES ((size_t)256 << 10)
struct hg_batch {
	unsigned n, done;            /* lines, and those of them that are gone */
	size_t sent;                 /* bytes that a stream has taken */
	size_t ends[HG_BATCH_LINES]; /* where each ends; the next begins there */
	uint8_t bytes[HG_BATCH_BYTES];
};

static inline struct hg_span
hg_batch_line(const struct hg_batch *b, unsigned i)
{
	const size_t from = i == 0 ? 0 : b->ends[i - 1];

	return hg_span(b->bytes + from, b->ends[i] - from);
}

/* What a stream has still to take. */
static inline struct hg_span
hg_batch_rest(const struct hg_batch *b)
{
	return hg_span(b->bytes + b->sent, b->n == 0 ? 0 : b->ends[b->n - 1] - b->sent);
}

static inline void
hg_batch_sent(struct hg_batch *b, size_t bytes)
{
	b->sent += bytes;
	while (b->done < b->n && b->ends[b->done] <= b->sent)
		b->done++;
}

/* An `eve-log` of the configuration; texts are the configuration's. */
struct hg_sink_config {
	const struct hg_sink_kind *kind;
	const struct hg_config *config;
	const struct hg_config_node *node;  /* what stands below eve-log */
	char name[160];                     /* for people: "regular file /var/log/hangu/eve.json" */
	char path[512];                     /* of a file or socket */
	const char *prefix;                 /* in front of each line */
	size_t queue;                       /* bytes */
	const struct hg_config_node *types; /* lists the records that it gets; NULL: all */
};

/* Values of this eve-log by schema, `key` as below outputs.eve-log. */
const char *hg_sink_str(const struct hg_sink_config *c, const char *key);
int64_t hg_sink_int(const struct hg_sink_config *c, const char *key);
uint64_t hg_sink_size(const struct hg_sink_config *c, const char *key);
bool hg_sink_bool(const struct hg_sink_config *c, const char *key);
/* "eve-log: sentence" with the place of the key. */
int
hg_sink_refuse(const struct hg_sink_config *c, const char *key, struct hg_error *err, const char *sentence);

/* Of lines that were done. */
struct hg_sink_report {
	uint64_t failed;  /* did not arrive, since the last report */
	uint64_t pending; /* may still fail */
	uint64_t outages; /* times that the other side went away, since the last report */
	bool down;        /* it is away */
};

struct hg_sink_kind {
	const char *filetype;
	size_t size; /* of its state, which begins as zero bytes */
	/* At start, in the main thread: reads its keys; what is an operator's mistake is an error here. */
	int (*init)(void *state, const struct hg_sink_config *c, struct hg_error *err);
	int (*connect)(void *state, struct hg_error *err);
	/* Sends lines from b->done on and moves it, or nothing when the other side is slow; < 0: the connection is over. */
	int (*send)(void *state, struct hg_batch *b, struct hg_error *err);
	void (*disconnect)(void *state); /* also of one that is not connected */
	void (*fini)(void *state);       /* NULL: nothing to do */
	/* A line with its frame into `out`, which has room for it and HG_SINK_TEXT; how long it is. NULL: prefix, line,
	 * newline. */
	size_t (*frame)(void *state, struct hg_span line, uint8_t *out);
	/* What it knows of lines that were done, asked after each send and every HG_SINK_WAIT; NULL: they have arrived. */
	void (*report)(void *state, struct hg_sink_report *r);
	/* At the end, with some time left: waits for what is under way. NULL: nothing ever is. */
	void (*settle)(void *state, int ms);
	bool reopens; /* reopen closes it and connects anew */
};

/* prefix and line, for sinks whose messages need no end. */
size_t hg_sink_bare(const char *prefix, struct hg_span line, uint8_t *out);

/* What stands behind `key` in the beginning of a record, as "\"event_type\":\"", up to the next quote; empty: it is not there. */
struct hg_span hg_sink_value(struct hg_span line, const char *key);

const struct hg_sink_kind *hg_sink_kind_find(const char *filetype);

extern const struct hg_sink_kind hg_sink_regular;
extern const struct hg_sink_kind hg_sink_unix_stream;
extern const struct hg_sink_kind hg_sink_unix_dgram;
extern const struct hg_sink_kind hg_sink_syslog;
extern const struct hg_sink_kind hg_sink_redis;
extern const struct hg_sink_kind hg_sink_kafka;

#endif
