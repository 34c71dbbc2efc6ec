/* worker: the pipeline of one core, and everything a packet meets on its way.
 *
 * Owns one of each stage; workers share nothing that is written while packets pass. The front half works on a burst as
 * columns, the back half takes packets one by one in order of arrival, each to its end (ADR 0002). One thread.
 */
#ifndef HG_ENGINE_WORKER_H
#define HG_ENGINE_WORKER_H

#include "app/app.h"
#include "block/block.h"
#include "detect/detect.h"
#include "engine/settings.h"
#include "event/counters.h"
#include "event/event.h"
#include "flow/flow.h"
#include "packet/packet.h"
#include "port/port.h"
#include "stream/stream.h"

#define HG_BURST_MAX 64

/* Whose turn it is where workers share state (crew.c); a worker that is alone has none. */
struct hg_worker_turn {
	unsigned every, first; /* the worker has the parts first, first + every … */
	struct hg_detect_shared *shared;
	void (*step)(void *arg, unsigned part); /* the ends of this part's flows come now */
	void (*wait)(void *arg);                /* come back when all that is earlier is done */
	/* NULL: somebody else asks the meters. A second has begun, or (last) the capture has ended: comes back when they
	 * were asked. */
	void (*judge)(void *arg, hg_time now, bool last);
	void *arg;
};

/* What bounds the answers of our own (reject.h). */
struct hg_worker_rejects {
	uint32_t rate, in_second;
	hg_time second;
	struct hg_reject_stats stats;
};

struct hg_worker {
	struct hg_mem *mem;
	struct hg_decode *decode;
	struct hg_block *block; /* given by whoever runs it live; NULL: nobody is shut out */
	struct hg_flows *flows[HG_FLOW_PARTS];
	unsigned parts;
	struct hg_streams *streams;
	struct hg_files *files;
	struct hg_typer
		*typer; /* NULL: the configuration does not ask for types; rules may, and bring their own */
	struct hg_apps *apps;
	struct hg_detect *detect;
	struct hg_meter *meters[HG_FLOW_PARTS]; /* NULL: switched off, or of another worker */
	struct hg_events *events;
	const struct hg_snapshot *rules; /* NULL: none */
	struct hg_worker_turn turn;
	bool ips, suricata7;
	/* Where answers of our own go; NULL: nowhere, as in a replay. The frame at hand is what they answer. */
	struct hg_port *port;
	const struct hg_frame *frame;
	struct hg_worker_rejects rejects;
	hg_time begin, now; /* first and latest packet time */
	uint64_t pseudo_packets, flows_ended;
	struct hg_packet packets[HG_BURST_MAX * HG_FRAME_PACKETS];
};

/* seat NULL: no rules; it is this worker's alone, and lives longer. turn NULL: it is alone and has all parts. */
int hg_worker_open(struct hg_worker **ret, const struct hg_settings *settings, const struct hg_config *config,
	struct hg_detect_seat *seat, const struct hg_worker_turn *turn, struct hg_sink *sink,
	struct hg_error *err);
void hg_worker_close(struct hg_worker *w);

/* Where its files are stored; NULL: nowhere. */
void hg_worker_store(struct hg_worker *w, struct hg_desk *desk);
/* Where transcripts of its sessions go; NULL: nowhere. */
void hg_worker_transcripts(struct hg_worker *w, struct hg_desk *desk);

/* At most HG_BURST_MAX frames, in order of arrival; says which to drop. */
void hg_worker_burst(struct hg_worker *w, struct hg_frame *frames, unsigned n);

/* One packet that was decoded elsewhere; now: the latest time of all packets so far. */
void hg_worker_packet(struct hg_worker *w, struct hg_packet *p, hg_time now);
/* A second has begun: flows whose time is up end. */
void hg_worker_tick(struct hg_worker *w, hg_time now);

/* The capture has ended: every flow gets its last packets and its record. */
void hg_worker_finish(struct hg_worker *w);

/* Takes up other rules between two bursts; flows go on with them, and nothing looks at the seat before. */
void hg_worker_adopt(struct hg_worker *w, struct hg_detect_seat *seat);

/* It has more frames than it can take, or has no longer: flows that begin get engine.overload-policy. */
void hg_worker_overloaded(struct hg_worker *w, bool overloaded);

/* Adds what its stages have counted. */
void hg_worker_count(const struct hg_worker *w, uint64_t values[HG_COUNTERS_MAX]);

/* Fresh state, records into another sink: the next capture of a replay. After finish. */
void hg_worker_reset(struct hg_worker *w, struct hg_sink *sink);

#endif
