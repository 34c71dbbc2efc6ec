/* tls: the client's side of TLS on a connected socket, for sinks; never waits longer than it is told. */
#ifndef HG_EVENT_TLS_H
#define HG_EVENT_TLS_H

#include <sys/types.h>

#include "base/error.h"
#include "base/span.h"

struct hg_tls_config {
	const char *ca, *cert,
		*key; /* PEM files; NULL: the system's authorities; no certificate of our own */
	bool verify;  /* the other side's certificate and name */
};

struct hg_tls;         /* what connections share */
struct hg_tls_session; /* one connection */

int hg_tls_open(struct hg_tls **ret, const struct hg_tls_config *c, struct hg_error *err);
void hg_tls_close(struct hg_tls *t); /* may be NULL */

/* The socket stays the caller's. */
int hg_tls_connect(struct hg_tls_session **ret, struct hg_tls *t, int fd, const char *host, int ms,
	struct hg_error *err);
void hg_tls_disconnect(struct hg_tls_session *s); /* may be NULL */

/* What could be sent within `ms` milliseconds, 0 included; < 0: the connection is over. After 0 the same bytes must come again. */
ssize_t hg_tls_send(struct hg_tls_session *s, struct hg_span bytes, int ms, struct hg_error *err);
bool hg_tls_is_closed(struct hg_tls_session *s); /* reads and drops what the other side says */

#endif
