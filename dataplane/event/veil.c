/* Bytes as they came, but for passwords (app/veil.h). */
#include "event/event_int.h"

#include "app/veil.h"

void
hg_event_veil_stream(const struct hg_events *e, const struct hg_flow *f, enum hg_dir dir, uint64_t at,
	uint8_t *bytes, size_t len)
{
	if (e->config.veil && len > 0)
		hg_veil_cover(f, dir, at, bytes, len);
}

/* Of a packet outside of a session nothing is known but what stands in it. */
void
hg_event_veil_payload(const struct hg_events *e, const struct hg_packet *p, uint8_t *bytes, size_t len)
{
	uint64_t at = 0;

	if (p->proto != HG_IP_TCP)
		return;
	if (hg_stream_offset(p, &at))
		hg_event_veil_stream(e, p->flow, p->dir, at, bytes, len);
	else
		hg_event_veil_stream(e, NULL, HG_TO_SERVER, 0, bytes, len);
}
