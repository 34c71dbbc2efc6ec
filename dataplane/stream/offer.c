/* SYNs and SYN/ACKs besides the first one: an end, or somebody else, tries again with other terms. */
#include "stream/stream_int.h"

#define KEPT_OPTIONS (HG_TCPOPT_TS | HG_TCPOPT_WSCALE | HG_TCPOPT_SACK_OK)

struct hg_offer
hg_offer_of(const struct hg_packet *p)
{
	return (struct hg_offer){ .seq = p->tcp.seq,
		.ack = p->tcp.ack,
		.stamp = p->tcp.ts_val,
		.second = second_of(p),
		.window = p->tcp.window,
		.wscale = p->tcp.wscale,
		.options = p->tcp.options & KEPT_OPTIONS };
}

bool
hg_offer_add(struct hg_turn *t, const struct hg_offer *o, unsigned most, enum hg_event full)
{
	struct hg_stream *ss = t->ss;

	if (ss->n_offers >= most)
		return refuse(t, full);
	if (ss->n_offers == ss->room_offers) {
		const unsigned room = HG_MIN(most, ss->room_offers == 0 ? 4u : 2u * ss->room_offers);
		struct hg_offer *more = hg_mem_take(t->all->mem, room * sizeof(*more));

		if (more == NULL)
			return false;
		if (ss->n_offers > 0)
			memcpy(more, ss->offers, ss->n_offers * sizeof(*more));
		hg_mem_give(t->all->mem, ss->offers, ss->room_offers * sizeof(*more));
		ss->offers = more;
		ss->room_offers = (uint8_t)room;
	}
	ss->offers[ss->n_offers++] = *o;
	return true;
}

void
hg_offers_drop(struct hg_stream *ss)
{
	hg_mem_give(ss->all->mem, ss->offers, ss->room_offers * sizeof(*ss->offers));
	ss->offers = NULL;
	ss->n_offers = ss->room_offers = 0;
}
