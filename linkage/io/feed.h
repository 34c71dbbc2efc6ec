/* feed: the engine's event socket. Connects, reads lines, hands out alerts, notices what was lost; connects again. */
#ifndef HG_LINKAGE_FEED_H
#define HG_LINKAGE_FEED_H

#include "base/line.h"
#include "base/time.h"
#include "linkage/io/loop.h"
#include "linkage/policy/alert.h"

#define HG_FEED_LINE ((size_t)1 << 20) /* longer lines are none */

struct hg_feed {
	struct hg_watch watch; /* first: a watch is its feed */
	struct hg_loop *loop;
	char path[108];
	struct hg_mem *mem;
	struct hg_lines lines;
	hg_time retry_at;
	bool told_down;
	uint64_t told_lost;
	hg_time told_at;
	uint64_t seq; /* of the last line; 0: none since the connection was made */
	struct {
		uint64_t lines, alerts, bad, gaps, lost, connects;
	} counts;
	void (*heard)(void *ctx, const struct hg_alert *a);
	void *ctx;
};

int hg_feed_open(struct hg_feed *f, struct hg_loop *loop, const char *path, struct hg_error *err);
void hg_feed_close(struct hg_feed *f);
void hg_feed_tick(struct hg_feed *f, hg_time now);

/* What came off the socket; for tests. */
void hg_feed_bytes(struct hg_feed *f, struct hg_span bytes);

#endif
