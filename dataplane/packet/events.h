/* events: every malformation and every protocol violation below the applications, one row each.
 *
 * HG_DECODE_EVENTS names what decode finds (rules: decode-event:NAME; EVE: "decoder.NAME"), HG_STREAM_EVENTS what the TCP
 * engine finds (stream-event:NAME; "stream.NAME"). Names are the peer's where it has one (peer-semantics, Appendix A
 * and 5.1). An id is a position: decode events first, stream events behind them, one space.
 */
#ifndef HG_PACKET_EVENTS_H
#define HG_PACKET_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/event_rows.h"

enum hg_event {
#define X(id, name, doc) HG_EV_##id,
	HG_DECODE_EVENTS(X) HG_DECODE_EVENTS_END,
	HG_DECODE_EVENTS_LAST = HG_DECODE_EVENTS_END - 1, /* stream events go on where decode events end */
	HG_STREAM_EVENTS(X)
#undef X
		HG_EVENTS
};

#define HG_EVENT_WORDS 5

struct hg_event_set {
	uint64_t w[HG_EVENT_WORDS];
	bool any;
};

static inline void
hg_event_raise(struct hg_event_set *s, enum hg_event e)
{
	s->w[e >> 6] |= UINT64_C(1) << (e & 63);
	s->any = true;
}

static inline bool
hg_event_has(const struct hg_event_set *s, enum hg_event e)
{
	return s->w[e >> 6] >> (e & 63) & 1;
}

/* "ipv4.trunc_pkt" or "3whs_ack_in_wrong_dir"; e < HG_EVENTS. */
const char *hg_event_name(enum hg_event e);
/* Sentence for the documentation. */
const char *hg_event_doc(enum hg_event e);

#endif
