/* Where the bytes come from: a TCP flow's stream, or the payload of a datagram. */
#include "app/app_int.h"

#define SIDE(dir) (1u << (dir))

static bool
is_turned(const struct hg_flow *f)
{
	return (f->flags & HG_FLOW_REVERSED) != 0;
}

/* Everything the stream has for a direction, which becomes the other one when identification turns the flow. What identification does not understand yet stays in the stream untouched, so
 * that it comes again when the other direction has shown the protocol. */
static void
pull(struct hg_apps *a, struct hg_packet *p, enum hg_dir *side)
{
	enum hg_dir dir = *side;
	struct hg_stream_bytes in;
	struct hg_flow *f = p->flow;

	while (hg_stream_next(p, dir, &in)) {
		const bool turned = is_turned(f);
		size_t n = hg_app_input(a, p, dir, &in, false);

		if (is_turned(f) != turned)
			*side = dir = !dir;
		if (n == 0 && !in.eof && f->app != NULL &&
			(f->app->decoder == NULL || hg_app_defers(f->app, dir)))
			return;
		hg_stream_take(f, dir, n);
		if (in.eof || (n < in.data.len && f->app->decoder != NULL))
			return;
	}
}

/* The protocol is known from one side, and the other has bytes that nobody understood. */
static bool
is_ready(const struct hg_flow *f, enum hg_dir dir)
{
	return f->app != NULL && !f->app->failed && f->app_proto > HG_PROTO_FAILED &&
		f->app_proto_dir[dir] == HG_PROTO_UNKNOWN;
}

/* One direction, and the other when this one has told the protocol: what came first is decoded first. */
static void
serve(struct hg_apps *a, struct hg_packet *p, enum hg_dir dir)
{
	enum hg_dir other;

	pull(a, p, &dir);
	other = !dir;
	if (!is_ready(p->flow, other))
		return;
	hg_stream_again(p->flow, other);
	pull(a, p, &other);
	p->flow->app->id_first = (uint8_t)(dir + 1);
	hg_stream_again(p->flow, dir);
	pull(a, p, &dir);
}

static void
feed_stream(struct hg_apps *a, struct hg_packet *p, unsigned sides)
{
	const bool opposite = (sides & SIDE(!p->dir)) != 0, own = (sides & SIDE(p->dir)) != 0;

	if (opposite)
		serve(a, p, !p->dir);
	if (own)
		serve(a, p, (enum hg_dir)p->dir);
	if (p->flow->app != NULL && p->flow->app->failed) {
		hg_stream_disable_app(p->flow, HG_TO_SERVER);
		hg_stream_disable_app(p->flow, HG_TO_CLIENT);
	}
}

void
hg_app_feed(struct hg_apps *a, struct hg_packet *p, unsigned sides)
{
	if (p->flow == NULL)
		return;
	if (p->flow->app != NULL)
		p->flow->app->flow_anomalies_packet = 0;
	if (p->proto == HG_IP_UDP) {
		struct hg_stream_bytes in = { .data = hg_packet_payload(p) };

		if (in.data.len > 0)
			hg_app_input(a, p, (enum hg_dir)p->dir, &in, true);
	} else if (p->flow->stream != NULL) {
		feed_stream(a, p, sides);
	}
}

void
hg_app_finish(struct hg_apps *a, struct hg_packet *p)
{
	struct hg_stream_bytes in = { .eof = true };
	struct hg_flow *f = p->flow;

	if (f == NULL)
		return;
	if (f->app != NULL) {
		f->app->flow_anomalies_packet = 0;
		f->app->updated = 0;
	}
	if (f->stream != NULL)
		serve(a, p, (enum hg_dir)p->dir);
	if (f->app != NULL && (f->app->ended & SIDE(p->dir)) == 0)
		hg_app_input(a, p, (enum hg_dir)p->dir, &in, f->stream == NULL);
}

void
hg_app_trigger_raw(struct hg_app *app, enum hg_dir dir)
{
	if (app->flow->stream != NULL)
		hg_stream_trigger_raw(app->flow, dir);
}

void
hg_app_encrypted(struct hg_app *app)
{
	app->flow->flags |= HG_FLOW_NO_PAYLOAD;
	if (app->flow->stream == NULL)
		return;
	hg_stream_disable_raw(app->flow, HG_TO_SERVER);
	hg_stream_disable_raw(app->flow, HG_TO_CLIENT);
}
