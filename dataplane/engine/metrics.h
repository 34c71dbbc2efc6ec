/* metrics: all counters as Prometheus' text, by HTTP on a local socket or port: `GET /metrics`.
 *
 * In the main thread's poll loop, like the control socket, and from the same hg_control_ops.
 */
#ifndef HG_ENGINE_METRICS_H
#define HG_ENGINE_METRICS_H

#include "engine/control.h"

struct hg_metrics;

/* listen: 127.0.0.1:9100, [::1]:9100, or the path of a socket; `ops` stays the caller's. */
int hg_metrics_open(
	struct hg_metrics **ret, const char *listen, const struct hg_control_ops *ops, struct hg_error *err);
void hg_metrics_close(struct hg_metrics *m); /* may be NULL */
int hg_metrics_fd(const struct hg_metrics *m);
void hg_metrics_serve(struct hg_metrics *m);

#endif
