/* subscribers: the event socket. Every line goes to everyone who is connected, at once, with a number as its last key:
 * "seq":1 is the first one after connecting. Each has a queue; what finds no room is lost for this subscriber alone, and
 * its number is skipped, so that the gap is noticed. What a subscriber writes is not read.
 *
 * The output thread's, but for open, close and stats. Never waits.
 */
#ifndef HG_EVENT_SUBSCRIBERS_H
#define HG_EVENT_SUBSCRIBERS_H

#include "base/error.h"
#include "base/span.h"

#define HG_SUBSCRIBERS_MAX 256

struct hg_subscribers;

struct hg_subscribers_config {
	const char *path;
	unsigned most;
	size_t queue; /* bytes of each, rounded up to a power of two */
	uint32_t mode;
};

int
hg_subscribers_open(struct hg_subscribers **ret, const struct hg_subscribers_config *c, struct hg_error *err);
void hg_subscribers_close(struct hg_subscribers *s); /* the socket's name goes too; may be NULL */

/* Its sockets come back from epoll with data.u32 from `first` on, HG_SUBSCRIBERS_MAX + 1 numbers. */
int hg_subscribers_watch(struct hg_subscribers *s, int epoll, uint32_t first, struct hg_error *err);
void hg_subscribers_event(struct hg_subscribers *s, uint32_t which, uint32_t events);

void hg_subscribers_put(struct hg_subscribers *s, struct hg_span line);
void hg_subscribers_skip(struct hg_subscribers *s, uint64_t lines); /* that were lost before they came here */
void hg_subscribers_flush(struct hg_subscribers *s);                /* what was put goes out */
bool hg_subscribers_drained(const struct hg_subscribers *s);

struct hg_subscribers_stats {
	uint64_t connected, refused, sent, lost; /* now; ever; lines, each counted once a subscriber */
};
struct hg_subscribers_stats hg_subscribers_stats(const struct hg_subscribers *s);

#endif
