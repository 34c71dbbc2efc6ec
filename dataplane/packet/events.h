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

/* Of a packet: so many are told, repeated ones included, as the peer has it; first ones are told anyway. */
#define HG_EVENTS_TOLD 15

struct hg_event_set {
	uint64_t w[HG_EVENT_WORDS];
	bool any;
	uint8_t n_told, n_repeats;
	uint16_t repeats[HG_EVENTS_TOLD]; /* enum hg_event, in addition to its bit */
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

/* The same of an event that each of several places in a packet has for itself. */
static inline void
hg_event_raise_each(struct hg_event_set *s, enum hg_event e)
{
	if (hg_event_has(s, e)) {
		if (s->n_told >= HG_EVENTS_TOLD)
			return;
		s->repeats[s->n_repeats++] = (uint16_t)e;
	}
	s->n_told++;
	hg_event_raise(s, e);
}

/* "ipv4.trunc_pkt" or "3whs_ack_in_wrong_dir"; e < HG_EVENTS. */
const char *hg_event_name(enum hg_event e);
/* Sentence for the documentation. */
const char *hg_event_doc(enum hg_event e);

#endif
