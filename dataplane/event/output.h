/* output: finished lines from workers to wherever they go.
 *
 * Every producer has a sink of its own that writes into a ring and never waits: a line that finds no room is refused and
 * counted. One thread takes lines out of all rings, gives each at once to the subscribers of the event socket, and puts it
 * into the queue of each configured sink (outlet.c), whose own thread may wait. The output thread sleeps when there is
 * nothing; the first line wakes it. While lines come it naps a millisecond between them, which alerts end. All functions are the main thread's, the sinks one producer's each.
 */
#ifndef HG_EVENT_OUTPUT_H
#define HG_EVENT_OUTPUT_H

#include "event/outlet.h"
#include "event/sink.h"
#include "event/subscribers.h"

#define HG_OUTPUT_SINKS 8      /* eve-logs of a configuration */
#define HG_OUTPUT_PRODUCERS 64 /* workers, and one for the main thread */

/* A type of records and the sinks that it goes to, a bit each. */
struct hg_output_type {
	const char *name;
	uint32_t sinks;
};
#define HG_OUTPUT_TYPES 64

struct hg_output_config {
	size_t ring;   /* bytes of each producer */
	bool realtime; /* the output thread hurries */
	unsigned n_sinks;
	struct hg_sink_config sinks[HG_OUTPUT_SINKS];
	unsigned n_types;
	struct hg_output_type types[HG_OUTPUT_TYPES]; /* those that some sink lists; others go to all */
	bool events;                                  /* the event socket */
	char events_path[108];
	struct hg_subscribers_config subscribers;
};

/* `outputs`, `output`, `event-socket`; what the configuration holds is pointed to, and so is *oc. */
int hg_output_config_read(struct hg_output_config *oc, const struct hg_config *c, struct hg_error *err);

struct hg_output;

int hg_output_open(
	struct hg_output **ret, const struct hg_output_config *c, unsigned producers, struct hg_error *err);
struct hg_sink *hg_output_sink(struct hg_output *o, unsigned producer);
int hg_output_start(struct hg_output *o, struct hg_error *err);
void hg_output_reopen(struct hg_output *o);

/* All that was written goes out within so many milliseconds; what does not is counted as lost. Producers have stopped. */
void hg_output_stop(struct hg_output *o, unsigned ms);
void hg_output_close(struct hg_output *o); /* stopped, or never started; may be NULL */

struct hg_output_stats {
	uint64_t written, lost, queued; /* lines of producers */
	struct hg_subscribers_stats subscribers;
	unsigned n_sinks;
	struct hg_outlet_stats sinks[HG_OUTPUT_SINKS], all_sinks;
};
void hg_output_stats(const struct hg_output *o, struct hg_output_stats *s);

#endif
