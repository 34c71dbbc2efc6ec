/* store: leases and the journal of decisions, in SQLite, so that nothing decided is lost.
 *
 * The thread that decides queues what is to be written and goes on; a thread of the store's own gathers for two milliseconds,
 * makes one transaction of all that is queued (WAL, synchronous=FULL), then appends the journal's lines to the log of records. What a submit
 * carried is durable once hg_store_durable() has reached its number. The journal is a chain: each row has the SHA-256
 * over the row before it and itself.
 */
#ifndef HG_LINKAGE_STORE_H
#define HG_LINKAGE_STORE_H

#include "linkage/policy/admit.h"

/* A lease as it is kept. */
struct hg_store_lease {
	struct hg_net net;
	enum hg_origin origin;
	uint64_t id;
	int64_t granted, expires; /* microseconds since 1970; expires 0: until lifted */
	int64_t ended;            /* 0: lives */
	uint32_t ttl, level, gid, sid;
	uint64_t flow_id;
	char targets[128]; /* their names, each with a blank behind it */
	char why[48];
};

struct hg_store;

/* log_path may be NULL. Errors name the file. */
int hg_store_open(struct hg_store **ret, const char *path, const char *log_path, struct hg_error *err);
void hg_store_close(struct hg_store *s); /* writes what is queued first */

/* Every lease, before the first submit. */
typedef void (*hg_store_each)(void *ctx, const struct hg_store_lease *lease);
int hg_store_load(struct hg_store *s, hg_store_each each, void *ctx, struct hg_error *err);

/* Every target of an address whose record that it is enforced stands in the journal, without one that it was withdrawn. */
typedef void (*hg_store_each_told)(void *ctx, const struct hg_net *net, const char *target);
int hg_store_load_told(struct hg_store *s, hg_store_each_told each, void *ctx, struct hg_error *err);

bool hg_store_flag(struct hg_store *s, const char *name); /* before the first submit */

void hg_store_put(struct hg_store *s, const struct hg_store_lease *lease);
void hg_store_forget(struct hg_store *s, const struct hg_net *net, enum hg_origin origin);
void hg_store_told(struct hg_store *s, const struct hg_net *net, const char *target, bool enforced);
void hg_store_set_flag(struct hg_store *s, const char *name, bool value);
void
hg_store_forget_older(struct hg_store *s, int64_t leases, int64_t journal); /* ended, written before then */

/* A record of the journal and the log; it holds its own number. */
uint64_t hg_store_next(const struct hg_store *s);
void hg_store_journal(struct hg_store *s, int64_t at, struct hg_span line);

uint64_t hg_store_submit(struct hg_store *s); /* the number that all queued so far will be durable with */
uint64_t hg_store_durable(const struct hg_store *s);
int hg_store_fd(const struct hg_store *s);      /* readable when that has risen */
void hg_store_heard(struct hg_store *s);        /* it was noticed */
bool hg_store_behind(const struct hg_store *s); /* commits fail, or far too much waits */
void hg_store_reopen_log(struct hg_store *s);

/* Follows the chain of a store; how many records, and the first that does not fit (0: all do). */
int hg_store_verify(const char *path, uint64_t *records, uint64_t *broken, struct hg_error *err);

#endif
