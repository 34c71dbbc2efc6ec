/* Which protocol a flow speaks, out of what each of its directions shows, and what is odd about that (peer-semantics 6.1).
 * The first direction that is recognised names the protocol; the other one follows it, agrees, or is at odds. */
#include "app/app_int.h"

#define CHANGE_MOST 4096 /* bytes looked at for the protocol that follows another one */

const struct hg_anomaly_row hg_applayer_events[HG_APPLAYER_EVENTS] = {
	[HG_APPLAYER_MISMATCH] = { "applayer_mismatch_protocol_both_directions",
		"the two directions speak different protocols" },
	[HG_APPLAYER_WRONG_FIRST] = { "applayer_wrong_direction_first_data",
		"the server spoke first in a protocol where the client does" },
	[HG_APPLAYER_ONE_DIRECTION] = { "applayer_detect_protocol_only_one_direction",
		"only one direction shows which protocol is spoken" },
	[HG_APPLAYER_SKIPPED] = { "applayer_proto_detection_skipped",
		"much data came and no protocol was recognised" },
	[HG_APPLAYER_NO_TLS] = { "applayer_no_tls_after_starttls", "TLS was agreed upon and did not come" },
	[HG_APPLAYER_UNEXPECTED] = { "applayer_unexpected_protocol",
		"another protocol came than the one announced" },
};

static bool
is_known(uint8_t proto)
{
	return proto != HG_PROTO_UNKNOWN && proto != HG_PROTO_FAILED;
}

/* The flow's protocol, as far as it is settled now. */
static uint8_t
proto_of(const struct hg_app *app)
{
	return app->changing ? HG_PROTO_UNKNOWN : app->flow->app_proto;
}

static bool
client_begins(enum hg_proto proto)
{
	const struct hg_decoder *d = hg_app_decoder_of(proto);

	return d != NULL && d->first_to_server;
}

/* Its decoder is settled, whatever the other direction says. */
static bool
is_decoded(const struct hg_app *app)
{
	return (app->fed || app->id_turned) && app->decoder != NULL;
}

static bool
is_done(const struct hg_app *app, enum hg_dir dir)
{
	return (app->id_state[dir] & HG_ID_DONE) == HG_ID_DONE;
}

void
hg_app_event(struct hg_app *app, enum hg_applayer_event e)
{
	app->apps->stats.applayer[e]++;
	app->flow_anomalies |= (uint16_t)(1u << e);
	app->flow_anomalies_packet |= (uint16_t)(1u << e);
}

/* Another protocol than the one announced, or none at all. */
static void
note_unexpected(struct hg_app *app, uint8_t proto)
{
	if (app->expect == HG_PROTO_UNKNOWN || app->expect == proto)
		return;
	hg_app_event(app, HG_APPLAYER_UNEXPECTED);
	if (app->expect == HG_PROTO_TLS)
		hg_app_event(app, HG_APPLAYER_NO_TLS);
	app->expect = HG_PROTO_UNKNOWN;
}

/* No protocol is looked for any more and none is decoded. */
static void
give_up(struct hg_app *app)
{
	struct hg_flow *f = app->flow;

	note_unexpected(app, HG_PROTO_FAILED);
	hg_app_counts(app, HG_PROTO_FAILED)->flows += f->app_proto != HG_PROTO_FAILED;
	f->app_proto = HG_PROTO_FAILED;
	app->changing = false;
	for (unsigned d = 0; d < HG_DIRS; d++)
		if (f->app_proto_dir[d] == HG_PROTO_UNKNOWN)
			f->app_proto_dir[d] = HG_PROTO_FAILED;
	hg_app_give_up(app);
}

/* The flow's protocol is known: from here on its decoder gets the bytes. */
static void
adopt(struct hg_app *app, struct hg_packet *p, uint8_t proto, bool udp)
{
	const struct hg_protocol *row = hg_app_protocol(app->apps, proto);
	struct hg_flow *f = app->flow;

	if (proto_of(app) == proto && app->decoder != NULL)
		return;
	note_unexpected(app, proto);
	hg_app_close_decoder(app);
	app->expect = HG_PROTO_UNKNOWN;
	app->changing = false;
	f->app_proto = proto;
	p->flags |= HG_PKT_PROTO_CHANGED;
	hg_app_counts(app, proto)->flows++;
	if (row == NULL || row->decoder->feed == NULL || row->enabled[udp] != HG_DECODE_YES ||
		(row->decoder->greets && hg_as_peer(app->suricata7, HG_DIFF_APP_MAILBOXES)))
		return; /* its bytes are passed over; the other direction is identified all the same */
	if (row->decoder->state_size != 0) {
		app->state = hg_mem_take0(app->mem, row->decoder->state_size);
		if (app->state == NULL) {
			app->apps->stats.memory_refused++;
			hg_app_give_up(app);
			return;
		}
	}
	app->decoder = row->decoder;
	app->ctx = row->ctx;
	app->tx_first = app->tx_next;
	if (app->decoder->open != NULL)
		app->decoder->open(app);
	hg_buf_fini(&app->handed);
}

/* This direction was identified. At odds with the other: who has been decoded stays, else the server is believed. */
static void
found(struct hg_app *app, struct hg_packet *p, enum hg_dir dir, uint8_t proto, bool udp)
{
	struct hg_flow *f = app->flow;
	uint8_t other = f->app_proto_dir[!dir], winner = proto;

	f->app_proto_dir[dir] = proto;
	if (is_known(other) && other != proto) {
		hg_app_event(app, HG_APPLAYER_MISMATCH);
		if (app->fed || udp || dir == HG_TO_SERVER)
			winner = other;
	}
	adopt(app, p, winner, udp);
	if (!udp && !hg_settle_turns(app, dir))
		hg_settle_turned(app);
}

static void
missed_datagram(struct hg_app *app, struct hg_packet *p, enum hg_dir dir)
{
	struct hg_flow *f = app->flow;
	uint8_t other = f->app_proto_dir[!dir];

	f->app_proto_dir[dir] = is_known(other) ? other : HG_PROTO_FAILED;
	if (is_known(other))
		adopt(app, p, other, true);
	if (f->app_proto != HG_PROTO_UNKNOWN)
		return;
	f->app_proto = HG_PROTO_FAILED;
	hg_app_counts(app, HG_PROTO_FAILED)->flows++;
}

/* What a sender may have under way is waited for, in any case identify_max. */
static uint64_t
limit_of(const struct hg_app *app, enum hg_dir dir)
{
	return HG_MAX(app->apps->config.identify_max, hg_stream_granted(app->flow, dir));
}

/* Neither direction is known. So much has been kept for their sake that it is time to let go? */
static void
let_go(struct hg_app *app)
{
	bool much = false;

	if (is_done(app, HG_TO_SERVER) && is_done(app, HG_TO_CLIENT)) {
		give_up(app);
		return;
	}
	for (unsigned d = 0; d < HG_DIRS; d++) {
		uint64_t most = limit_of(app, (enum hg_dir)d);
		bool probes_done = (app->id_state[!d] & HG_ID_PROBES_DONE) != 0;

		much |= app->seen[d] > 2 * most;
		much |= app->seen[d] > most && is_done(app, (enum hg_dir)d) &&
			(app->seen[!d] == 0 || probes_done);
	}
	if (!much)
		return;
	hg_app_event(app, HG_APPLAYER_SKIPPED);
	give_up(app);
}

/* Nothing in this direction's bytes so far. */
static void
missed(struct hg_app *app, enum hg_dir dir, const struct hg_stream_bytes *in)
{
	struct hg_flow *f = app->flow;
	uint8_t other = f->app_proto_dir[!dir];

	if (other == HG_PROTO_UNKNOWN && app->changing) {
		/* What was promised is excluded at once; whether it is something else may take more bytes. */
		if (in->data.len >= CHANGE_MOST || in->eof ||
			(is_done(app, dir) &&
				hg_identify_excludes(app->apps, (enum hg_proto)app->expect, dir, in->data)))
			give_up(app);
	} else if (other == HG_PROTO_UNKNOWN) {
		let_go(app);
	} else if (!app->fed && client_begins((enum hg_proto)other) && dir == HG_TO_CLIENT) {
		give_up(app);
	} else if (is_done(app, dir)) {
		f->app_proto_dir[dir] = HG_PROTO_FAILED;
		if (other != HG_PROTO_FAILED)
			hg_app_event(app, HG_APPLAYER_ONE_DIRECTION);
		app->fed = true;
	} else if (in->eof || (app->answered && is_decoded(app))) {
		f->app_proto_dir[dir] = f->app_proto;
	}
}

static enum hg_step
step_of(const struct hg_app *app, enum hg_dir dir)
{
	bool open = app->flow->app_proto_dir[dir] == HG_PROTO_UNKNOWN;

	if (app->failed)
		return HG_STEP_PASS;
	if (open && (app->id_state[dir] & HG_ID_GAP) == 0)
		return HG_STEP_WAIT;
	if (open && !is_known(proto_of(app)))
		return HG_STEP_WAIT;
	return app->decoder == NULL ? HG_STEP_PASS : HG_STEP_FEED;
}

/* What was noted about the directions so far, when they turn out to be the other way round. Who spoke first stays: nobody
 * can tell what was missed in front of it. */
static void
swap_sides(struct hg_app *app)
{
	const uint8_t state = app->id_state[HG_TO_SERVER];
	const uint32_t refused = app->id_refused[HG_TO_SERVER];
	const uint64_t seen = app->seen[HG_TO_SERVER];

	app->id_state[HG_TO_SERVER] = app->id_state[HG_TO_CLIENT];
	app->id_state[HG_TO_CLIENT] = state;
	app->id_refused[HG_TO_SERVER] = app->id_refused[HG_TO_CLIENT];
	app->id_refused[HG_TO_CLIENT] = refused;
	app->seen[HG_TO_SERVER] = app->seen[HG_TO_CLIENT];
	app->seen[HG_TO_CLIENT] = seen;
}

static enum hg_step
settle_datagram(struct hg_app *app, struct hg_packet *p, enum hg_dir *dir, struct hg_span in)
{
	bool reverse;
	enum hg_proto proto = hg_identify(app, *dir, in, true, true, &reverse);

	if (proto == HG_PROTO_UNKNOWN) {
		app->id_state[*dir] |= HG_ID_DONE;
		missed_datagram(app, p, *dir);
		return step_of(app, *dir);
	}
	if (reverse) {
		hg_flow_reverse(app->flow, p);
		swap_sides(app);
		*dir = !*dir;
	}
	found(app, p, *dir, (uint8_t)proto, true);
	return step_of(app, *dir);
}

/* The peer takes the end of a direction for the first bytes of what was announced, and then misses those. */
static void
end_without_bytes(struct hg_app *app, const struct hg_packet *p, enum hg_dir dir)
{
	struct hg_flow *f = app->flow;

	if (app->failed || f->app_proto != HG_PROTO_UNKNOWN || app->seen[HG_TO_SERVER] > 0 ||
		app->seen[HG_TO_CLIENT] > 0 || !hg_as_peer(app->suricata7, HG_DIFF_APP_ANNOUNCED_EMPTY) ||
		!hg_flow_meet(f, dir, p->time))
		return;
	f->parent_id = 0;
	f->app_proto_dir[HG_TO_SERVER] = f->app_proto_dir[HG_TO_CLIENT] = f->expected_proto;
	hg_app_event(app, HG_APPLAYER_WRONG_FIRST);
	give_up(app);
}

/* What was announced cannot be recognised by its bytes: it begins with those that come next. */
static void
take_over(struct hg_app *app, struct hg_packet *p)
{
	const struct hg_decoder *d = app->changing ? hg_app_decoder_of((enum hg_proto)app->expect) : NULL;

	if (d == NULL || !d->takes_over)
		return;
	app->flow->app_proto_dir[HG_TO_SERVER] = app->flow->app_proto_dir[HG_TO_CLIENT] = (uint8_t)d->proto;
	adopt(app, p, (uint8_t)d->proto, false);
}

enum hg_step
hg_settle(
	struct hg_app *app, struct hg_packet *p, enum hg_dir *dir, const struct hg_stream_bytes *in, bool udp)
{
	enum hg_proto proto;
	bool reverse, late, left;

	if (in->data.len > 0 && !app->failed)
		take_over(app, p);
	if (in->eof && in->data.len == 0 && !udp)
		end_without_bytes(app, p, *dir);
	if (app->failed || app->flow->app_proto_dir[*dir] != HG_PROTO_UNKNOWN || in->data.len == 0 ||
		(app->id_state[*dir] & HG_ID_GAP) != 0)
		return step_of(app, *dir);
	if (udp)
		return settle_datagram(app, p, dir, in->data);
	if (app->id_first == 0)
		app->id_first = (uint8_t)(*dir + 1);
	app->seen[*dir] = in->data.len;
	proto = hg_identify(app, *dir, in->data, false, in->eof || app->answered, &reverse);
	if (proto != HG_PROTO_UNKNOWN) {
		if (reverse && hg_stream_reverse(p)) {
			swap_sides(app);
			*dir = !*dir;
		}
		found(app, p, *dir, (uint8_t)proto, false);
		return step_of(app, *dir);
	}
	late = in->eof && !is_done(app, *dir);
	left = late && hg_as_peer(app->suricata7, HG_DIFF_APP_UNDECIDED);
	if (late && !left)
		app->id_state[*dir] |= HG_ID_DONE;
	if (left && hg_stream_state(app->flow) == HG_TCP_CLOSED && app->decoder != NULL &&
		!app->decoder->closes) {
		if (!(p->flags & HG_PKT_PSEUDO))
			return HG_STEP_WAIT;
		left = false;
	}
	missed(app, *dir, in);
	return left && is_known(proto_of(app)) ? HG_STEP_PASS : step_of(app, *dir);
}

void
hg_settle_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	app->gap[dir] += bytes;
	if (app->failed || app->flow->app_proto_dir[dir] != HG_PROTO_UNKNOWN)
		return;
	app->id_state[dir] |= HG_ID_DONE | HG_ID_GAP;
	hg_app_counts(app, HG_PROTO_UNKNOWN)->gaps++;
	if (app->changing || is_done(app, !dir))
		give_up(app);
}

bool
hg_settle_waits(const struct hg_app *app, enum hg_dir dir)
{
	if (app->failed || app->seen[dir] == 0 || app->flow->app_proto_dir[dir] != HG_PROTO_UNKNOWN ||
		(app->id_state[dir] & HG_ID_GAP) != 0 || hg_as_peer(app->suricata7, HG_DIFF_APP_UNDECIDED))
		return false;
	return is_decoded(app) || (app->id_state[dir] & HG_ID_PROBES_DONE) == 0;
}

bool
hg_settle_turns(const struct hg_app *app, enum hg_dir dir)
{
	return !app->fed && !app->failed && !app->id_turned && app->id_first == !dir + 1 &&
		is_known(proto_of(app)) && app->flow->app_proto_dir[dir] != HG_PROTO_UNKNOWN;
}

void
hg_settle_turned(struct hg_app *app)
{
	app->id_turned = true;
	if (app->fed || app->failed || !client_begins((enum hg_proto)proto_of(app)) ||
		app->id_first != HG_TO_CLIENT + 1)
		return;
	hg_app_event(app, HG_APPLAYER_WRONG_FIRST);
	give_up(app);
}

bool
hg_app_defers(const struct hg_app *app, enum hg_dir dir)
{
	if (hg_settle_turns(app, dir))
		return true;
	/* The client's first bytes are not understood yet, and a protocol in which it begins can't do without them. */
	return !app->fed && !app->failed && dir == HG_TO_CLIENT && app->id_first == HG_TO_SERVER + 1 &&
		client_begins((enum hg_proto)proto_of(app));
}
