/* wire: Suricata's control protocol from the client's side: one line of JSON out, one line back. Owner: one thread. */
#ifndef HG_LINKAGE_WIRE_H
#define HG_LINKAGE_WIRE_H

#include <jansson.h>

#include "base/error.h"
#include "linkage/io/loop.h"

struct hg_wire {
	struct hg_watch watch; /* first: a watch is its wire */
	struct hg_loop *loop;
	bool waiting; /* for the socket to take more */
	char *out, *in;
	size_t out_len, out_sent, out_room, in_len, in_room;
	/* A whole line has come; root NULL: the connection is gone, why says how. The wire is closed then. */
	void (*heard)(struct hg_wire *w, json_t *root, const char *why);
};

int hg_wire_open(struct hg_wire *w, struct hg_loop *loop, const char *path, struct hg_error *err);
void hg_wire_close(struct hg_wire *w); /* without a call of heard */

/* Room for a line of n bytes, which hg_wire_send sends; NULL: no memory. */
char *hg_wire_room(struct hg_wire *w, size_t n);
void hg_wire_send(struct hg_wire *w, size_t n);

#endif
