/* control: linkd's own socket, for `hangu-linkd ctl`. A line of JSON asks, a line answers.
 *
 *   {"command":"add","arguments":{...}}   ->   {"return":"OK","message":...}
 *
 * Who may connect is said by the socket's mode. Clients have a cap, each one request at a time.
 */
#ifndef HG_LINKAGE_CONTROL_H
#define HG_LINKAGE_CONTROL_H

#include <jansson.h>

#include "base/error.h"
#include "base/time.h"
#include "linkage/io/loop.h"

#define HG_CLIENTS 16
#define HG_REQUEST_MOST ((size_t)1 << 20)

struct hg_control;

struct hg_client {
	struct hg_watch watch; /* first: a watch is its client */
	struct hg_control *control;
	char *in, *out;
	size_t in_len, in_room, out_len, out_sent;
	json_t *answer;   /* waits until what it tells of is durable */
	uint64_t durable; /* number of the submit that it waits for */
};

struct hg_control {
	struct hg_watch watch;
	struct hg_loop *loop;
	char path[108];
	struct hg_client clients[HG_CLIENTS];
	/* Makes the answer's message; sets *ok and, where the answer must wait, *changes. */
	json_t *(*serve)(void *ctx, const char *command, const json_t *arguments, bool *ok, bool *changes);
	void *ctx;
};

int hg_control_open(struct hg_control *c, struct hg_loop *loop, const char *path, struct hg_error *err);
void hg_control_close(struct hg_control *c);

/* Requests so far are in the submit of this number; answers up to the durable one go out. */
void hg_control_submitted(struct hg_control *c, uint64_t number);
void hg_control_durable(struct hg_control *c, uint64_t number);

#endif
