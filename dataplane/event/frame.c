/* EVE frame: pieces of the stream or datagram as decoders name them; the same object stands in alerts of rules on frames. */
#include "event/event_int.h"

/* How far it has come: while it is open also what the decoder has not been given yet. */
static uint64_t
length_of(const struct hg_packet *p, const struct hg_app_frame *f)
{
	struct hg_stream_view v;
	uint64_t end;

	if (f->length != HG_FRAME_OPEN)
		return f->length;
	if (p->proto != HG_IP_TCP || p->flow->stream == NULL)
		return f->have;
	hg_stream_view(p->flow, &v);
	end = v.size[f->dir] == 0 ? 0 : v.size[f->dir] - 1;
	return HG_MAX(f->have, end > f->offset ? end - f->offset : 0);
}

static struct hg_span
bytes_of(struct hg_events *e, const struct hg_packet *p, const struct hg_app_frame *f, uint32_t most)
{
	const struct hg_span bytes = hg_span_sub(hg_buf_span(&f->bytes), 0, HG_MIN(most, HG_EVENT_PAYLOAD));

	if (bytes.len == 0 || p->proto != HG_IP_TCP)
		return bytes;
	memcpy(e->payload, bytes.p, bytes.len);
	hg_event_veil_stream(e, p->flow, (enum hg_dir)f->dir, f->offset, e->payload, bytes.len);
	return hg_span(e->payload, bytes.len);
}

void
hg_event_frame_object(struct hg_events *e, struct hg_json *j, const struct hg_packet *p,
	const struct hg_app_frame *f, uint32_t most)
{
	const struct hg_span name =
		hg_span_str(hg_app_decoder_of((enum hg_proto)f->proto)->buffers[f->row].name);
	const struct hg_span bytes = bytes_of(e, p, f, most);

	hg_json_open_at(j, "frame");
	hg_json_plain(j, "type", hg_span_from(name, hg_span_find(name, 0, '.') + 1));
	hg_json_u64(j, "id", f->id);
	hg_json_cstr(j, "direction", f->dir == HG_TO_SERVER ? "toserver" : "toclient");
	if (p->proto == HG_IP_TCP)
		hg_json_u64(j, "stream_offset", f->offset);
	hg_json_u64(j, "length", length_of(p, f));
	hg_json_bool(j, "complete", hg_app_frame_complete(f));
	if (f->seen == 0) {
		hg_json_base64(j, "payload", bytes);
		hg_event_text(e, j, "payload_printable", bytes);
	}
	if (f->tx != 0)
		hg_json_u64(j, "tx_id", f->tx - 1);
	hg_json_close(j);
}

static void
write(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, const struct hg_app_frame *f)
{
	struct hg_event_head head = {
		.type = "frame", .time = p->time, .flow = p->flow, .packet = p, .rules = rules
	};
	struct hg_json j = hg_event_begin(e, &head);

	hg_event_app_proto(&j, p->flow, NULL);
	hg_event_frame_object(e, &j, p, f, e->config.frame_payload);
	hg_event_end(e, &j, HG_EVE_FRAME);
}

/* Each once, with the first packet of its direction that finds bytes of it. Where detection does not look, this was the look. */
void
hg_event_frames(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	struct hg_app *app = p->flow->app;

	for (struct hg_app_frame *f = app->frames[p->dir]; f != NULL; f = f->next) {
		if (!f->logged && f->have > 0)
			write(e, p, rules, f);
		f->logged = true;
		f->looked_at |= hg_app_frame_due(app, f);
	}
}
