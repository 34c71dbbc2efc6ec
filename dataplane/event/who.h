/* who: which user was seen to log in at a host, for the records of that host's other connections (ADR 0028).
 *
 * A table of fixed size, all workers' together. A slot is read and written without a lock: its number is odd while somebody writes,
 * who reads meanwhile knows nobody, and who cannot write lets it be. In a replay users are noted apart and put into the table at
 * the beginning of the next second of packets, while nobody reads, in an order that does not depend on the number of workers.
 */
#ifndef HG_EVENT_WHO_H
#define HG_EVENT_WHO_H

#include "app/app.h"

#define HG_WHO_NAME 64 /* bytes of a name; what is longer is cut */
#define HG_WHO_NOTES 256

struct hg_who_config {
	uint32_t hosts;
	uint32_t timeout; /* seconds since the login */
	struct hg_hash_key key;
};

/* Without padding: hashed as bytes. */
struct hg_who_host {
	struct hg_addr addr;
	uint16_t vlan[HG_VLANS]; /* outer first; 0 where addresses of all VLANs are one network */
	uint8_t family, none;
};

struct hg_who_user {
	struct hg_who_host host;
	hg_time since;
	uint8_t proto, confidence; /* enum hg_proto, enum hg_login_confidence */
	bool shared;               /* somebody else logged in there, too, within the timeout */
	uint8_t len;
	char name[HG_WHO_NAME];
};

struct hg_who;

int hg_who_open(struct hg_who **ret, const struct hg_who_config *c, struct hg_error *err);
void hg_who_close(struct hg_who *w);                              /* may be NULL */
void hg_who_reset(struct hg_who *w);                              /* nobody reads or writes */
void hg_who_key(struct hg_who *w, const struct hg_hash_key *key); /* while it is empty */

enum hg_who_answer { HG_WHO_KEPT, HG_WHO_REPLACED, HG_WHO_BUSY };
/* The later one of two at a host stays; REPLACED: another host has made room. */
enum hg_who_answer hg_who_put(struct hg_who *w, const struct hg_who_user *u);
/* Who had logged in at the host by `now`; false: nobody that is known. */
bool hg_who_find(const struct hg_who *w, const struct hg_who_host *host, hg_time now, struct hg_who_user *u);

/* What a part of the flow table has learnt within a second of packets. */
struct hg_who_notes {
	unsigned n;
	struct hg_who_user users[HG_WHO_NOTES];
};

#endif
