/* Where the bytes come from: a TCP flow's stream, or the payload of a datagram. */
#include "app/app_int.h"

#define SIDE(dir) (1u << (dir))

/* Its FIN is not its end yet? */
static bool
ends_early(const struct hg_apps *a, const struct hg_packet *p, const struct hg_stream_bytes *in)
{
	return hg_as_peer(a->config.suricata7, HG_DIFF_APP_END) && in->eof && !in->depth &&
		(p->flags & HG_PKT_PSEUDO) == 0 && hg_stream_state(p->flow) != HG_TCP_CLOSED;
}

/* Once the end has come it is shown, to bytes that wait and to a direction without any. */
static void
end_late(const struct hg_apps *a, struct hg_flow *f, enum hg_dir dir)
{
	if (hg_as_peer(a->config.suricata7, HG_DIFF_APP_END) && f->app != NULL &&
		(f->app->ended & SIDE(dir)) == 0)
		hg_stream_again(f, dir);
}

static bool
is_turned(const struct hg_flow *f)
{
	return (f->flags & HG_FLOW_REVERSED) != 0;
}

/* Everything the stream has for a direction, which becomes the other one when identification turns the flow. What
 * identification does not understand yet stays in the stream untouched, so that it comes again when the other direction
 * has shown the protocol. answered: only what it has seen, which the other direction went on behind. */
static void
pull(struct hg_apps *a, struct hg_packet *p, enum hg_dir *side, bool answered)
{
	enum hg_dir dir = *side;
	struct hg_stream_bytes in;
	struct hg_flow *f = p->flow;

	if (f->app != NULL)
		f->app->answered = answered;
	while (hg_stream_next(p, dir, &in)) {
		const bool turned = is_turned(f), early = ends_early(a, p, &in);
		size_t n;

		if (answered)
			in.data = hg_span_sub(in.data, 0, f->app->seen[dir]);
		in.eof = in.eof && !early && !answered;
		n = in.data.len == 0 && in.gap == 0 && early ? 0 : hg_app_input(a, p, dir, &in, false);
		if (is_turned(f) != turned)
			*side = dir = !dir;
		if (n == 0 && !in.eof && f->app != NULL &&
			(f->app->decoder == NULL || hg_app_defers(f->app, dir)))
			return;
		hg_stream_take(f, dir, n);
		if (in.eof || answered || (n < in.data.len && f->app->decoder != NULL))
			return;
	}
}

/* One direction; when it has told the protocol and the other one spoke first, that one before it. */
static void
show(struct hg_apps *a, struct hg_packet *p, enum hg_dir dir, bool answered)
{
	struct hg_flow *f = p->flow;
	enum hg_dir other;

	pull(a, p, &dir, answered);
	if (f->app == NULL || !hg_settle_turns(f->app, dir))
		return;
	other = !dir;
	hg_stream_again(f, other);
	pull(a, p, &other, answered);
	hg_settle_turned(f->app);
	if (hg_settle_waits(f->app, other)) {
		hg_stream_again(f, other);
		pull(a, p, &other, true);
		hg_stream_again(f, other);
	}
	hg_stream_again(f, dir);
	pull(a, p, &dir, answered);
}

/* Bytes of the other direction that wait to be understood were sent before these: they go first, with what can be said about
 * them. What ends there or begins here, as encryption does, must not depend on how many were waited for. */
static void
serve(struct hg_apps *a, struct hg_packet *p, enum hg_dir dir)
{
	struct hg_flow *f = p->flow;
	const bool turned = is_turned(f);

	if (f->app != NULL && hg_settle_waits(f->app, !dir) && hg_stream_has_more(f, dir)) {
		hg_stream_again(f, !dir);
		show(a, p, !dir, true);
		hg_stream_again(f, HG_TO_SERVER);
		hg_stream_again(f, HG_TO_CLIENT);
	}
	show(a, p, is_turned(f) == turned ? dir : !dir, false);
}

static void
feed_stream(struct hg_apps *a, struct hg_packet *p, unsigned sides)
{
	const bool opposite = (sides & SIDE(!p->dir)) != 0, own = (sides & SIDE(p->dir)) != 0;
	struct hg_app *app;

	if ((p->flags & HG_PKT_IN_STREAM) != 0 && (app = hg_app_make(a, p->flow)) != NULL &&
		app->id_first == 0)
		app->id_first = (uint8_t)(p->dir + 1);
	if (p->flow->app != NULL && !p->flow->app->closed && hg_stream_state(p->flow) == HG_TCP_CLOSED) {
		p->flow->app->closed = true;
		end_late(a, p->flow, HG_TO_SERVER);
		end_late(a, p->flow, HG_TO_CLIENT);
	}
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
	if (p->flow->app != NULL) {
		p->flow->app->flow_anomalies_packet = 0;
		hg_frames_prune(p->flow->app);
	}
	if (p->proto == HG_IP_UDP) {
		struct hg_stream_bytes in = { .data = hg_packet_payload(p) };

		if (in.data.len > 0)
			hg_app_input(a, p, (enum hg_dir)p->dir, &in, true);
	} else if (p->flow->stream != NULL) {
		feed_stream(a, p, sides);
	}
}

void
hg_app_pass(struct hg_flow *f)
{
	if (f->app != NULL)
		f->app->flow_anomalies_packet = 0;
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
		hg_frames_prune(f->app);
	}
	if (f->stream != NULL) {
		end_late(a, f, (enum hg_dir)p->dir);
		serve(a, p, (enum hg_dir)p->dir);
	}
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

void
hg_app_over(struct hg_app *app)
{
	hg_app_encrypted(app);
	if (app->flow->stream == NULL)
		return;
	hg_stream_disable_app(app->flow, HG_TO_SERVER);
	hg_stream_disable_app(app->flow, HG_TO_CLIENT);
	app->over = true;
}

void
hg_app_approach(const struct hg_flow *f)
{
	const struct hg_app *app = f->app;

	if (app == NULL)
		return;
	__builtin_prefetch(app->state, 1);
	__builtin_prefetch(app->txs_last, 1);
	__builtin_prefetch(app->work, 1);
}

bool
hg_app_is_over(struct hg_flow *f)
{
	const bool over = f->app != NULL && f->app->over;

	if (over)
		f->app->over = false;
	return over;
}
