/* port: where frames come from and, inline, leave again: devices or a capture file, without saying which.
 *
 * A port is opened by its kind (capture/capture.h, dpdk/devices.h) and closed here. It hands out frames in bursts; their
 * bytes stay the port's and live until they are released or the next are received; until then they may be changed where
 * they lie, and inline go on as they are then. One thread a port, no locks.
 */
#ifndef HG_PORT_PORT_H
#define HG_PORT_PORT_H

#include "base/error.h"
#include "base/span.h"
#include "base/time.h"

struct hg_port;

struct hg_frame {
	const uint8_t *data;
	uint32_t len;      /* bytes at data */
	uint32_t wire_len; /* as it was on the wire; never less than len */
	hg_time time;      /* 0 .. INT64_MAX, so that differences fit a signed number */
	uint64_t number;   /* 1-based packet number in the capture; of the port for a device */
	uint16_t link;     /* LINKTYPE_ value (tcpdump.org/linktypes.html) */
	uint8_t device;    /* it came in by, in the order of the configuration; 0 for a capture */
	bool drop;         /* set before release: inline it goes no further */
};

/* Up to max (>= 1) frames; returns how many, 0 at the end of a capture or when devices have none now, -errno with err
 * filled on failure. After the end or a failure every further call gives 0. */
int hg_port_receive(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err);

/* The frames of the last receive, all of them: inline, those not marked `drop` are sent on, in order. */
void hg_port_release(struct hg_port *p, const struct hg_frame *frames, unsigned n);

/* A frame of our own, copied: back to where `cause`, one of the last receive, came from, or on to where it goes.
 * false: it could not be sent. */
bool hg_port_send(struct hg_port *p, const struct hg_frame *cause, bool back, struct hg_span bytes);

/* Sleeps until frames have come, `also` is readable (then 1), or so many ns have passed. -ENOTSUP, at once: this port cannot tell. */
int hg_port_wait(struct hg_port *p, int also, uint64_t ns);

/* Has any of its sources (devices, say) given as many frames as it was asked for, when it was last asked? Then it has more.
 * false of a port that cannot tell. */
bool hg_port_crowded(const struct hg_port *p);

/* Why the frames ended early, one sentence without a final full stop; NULL: nothing to warn of. Known once receive
 * has given 0; lives as long as the port. */
const char *hg_port_warning(const struct hg_port *p);

/* File bytes read and to be read, for a progress display; total is 0 when nobody knows it (a pipe, a device). */
void hg_port_progress(const struct hg_port *p, uint64_t *done, uint64_t *total);

void hg_port_close(struct hg_port *p); /* p may be NULL */

#endif
