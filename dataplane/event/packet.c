/* EVE packet: one that a tag wants, with its bytes. */
#include "event/event_int.h"

void
hg_event_tagged(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	struct hg_event_head head = { .type = "packet",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_PACKET,
		.rules = rules };
	struct hg_json j = hg_event_begin(e, &head);
	struct hg_json_mark mark = hg_json_mark(&j);

	hg_event_packet_bytes(e, &j, p, UINT32_MAX);
	if (j.overflown)
		hg_json_rewind(&j, mark);
	hg_event_end(e, &j, HG_EVE_PACKET);
}
