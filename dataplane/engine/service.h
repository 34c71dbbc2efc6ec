/* service: a local server inside the poll loop of the main thread: connections, their input and answers.
 *
 * A protocol is one function over the bytes that a client has sent. Clients, their input and the work of one call are
 * bounded, nothing waits: a client that sends without end, or does not read, harms only itself; when there are too many the one
 * that has been quiet longest has to go. One thread.
 */
#ifndef HG_ENGINE_SERVICE_H
#define HG_ENGINE_SERVICE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/span.h"

#define HG_SERVICE_CLIENTS 32
#define HG_SERVICE_STATE 64

struct hg_service;
struct hg_client;

struct hg_protocol {
	size_t input_most; /* bytes that a client may have sent without a message being whole */
	/* Whether a message is whole; how many bytes it took, 0: not yet, -1: nothing sensible can come any more. Answers by
	 * hg_client_answer, or later (hg_client_wait). At most one message a call. */
	ssize_t (*input)(void *arg, struct hg_client *c, struct hg_span in);
};

int hg_service_open(struct hg_service **ret, const struct hg_protocol *p, void *arg, struct hg_error *err);
void hg_service_close(struct hg_service *s); /* may be NULL */

/* Takes over a socket that listens; `path` is removed in the end (NULL: none). */
int hg_service_listen(struct hg_service *s, int listening, const char *path, struct hg_error *err);

int hg_service_fd(const struct hg_service *s); /* readable: time to serve */
void hg_service_serve(struct hg_service *s);
void hg_service_push(struct hg_service *s); /* sends answers that were given outside of serve */
/* Answers go out for so many milliseconds at most: before the end. */
void hg_service_settle(struct hg_service *s, int ms);

void *hg_client_state(struct hg_client *c); /* HG_SERVICE_STATE bytes, zero at first */
void hg_client_answer(struct hg_client *c, struct hg_span bytes);
void hg_client_end(struct hg_client *c); /* after its answer */

/* The answer comes later: nothing more is read of it until then. */
void hg_client_wait(struct hg_client *c);
/* The clients that wait, one after the other; c NULL: the first. */
struct hg_client *hg_service_waiting(struct hg_service *s, struct hg_client *c);

#endif
