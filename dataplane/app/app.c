/* A flow's application state: bytes of a direction through identification to the decoder, and its end. */
#include "base/start.h"
#include "app/app_int.h"

#include <errno.h>

#define SIDE(dir) (1u << (dir))

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

void
hg_app_event(struct hg_app *app, enum hg_applayer_event e)
{
	app->apps->stats.applayer[e]++;
	app->flow_anomalies |= (uint16_t)(1u << e);
	app->flow_anomalies_packet |= (uint16_t)(1u << e);
}

struct hg_app *
hg_app_make(struct hg_apps *a, struct hg_flow *f)
{
	struct hg_app *app = f->app;

	if (app != NULL)
		return app;
	app = hg_mem_take0(a->mem, sizeof(*app));
	if (app == NULL) {
		a->stats.memory_refused++;
		return NULL;
	}
	app->apps = a;
	app->mem = a->mem;
	app->flow = f;
	app->flows = f->table;
	app->files = a->files;
	app->ips = a->config.ips;
	app->compat = a->config.compat_suricata7;
	f->app = app;
	return app;
}

static void
close_decoder(struct hg_app *app)
{
	if (app->decoder == NULL || app->state == NULL)
		return;
	if (app->decoder->close != NULL)
		app->decoder->close(app);
	hg_mem_give(app->mem, app->state, app->decoder->state_size);
	app->state = NULL;
}

/* Parsing ends; what was seen so far keeps its records. */
static struct hg_app_counts *
counts_of(const struct hg_app *app, uint8_t proto)
{
	return &app->apps->stats.proto[app->flow->key.proto == HG_IP_UDP][proto];
}

static void
give_up(struct hg_app *app)
{
	if (app->failed)
		return;
	app->failed = true;
	app->updated |= HG_SIDE_BOTH;
	app->apps->stats.failed++;
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		tx->updated[HG_TO_SERVER] = tx->updated[HG_TO_CLIENT] = true;
}

static void
give_up_identifying(struct hg_app *app)
{
	struct hg_flow *f = app->flow;

	if (app->expect == HG_PROTO_TLS)
		hg_app_event(app, HG_APPLAYER_NO_TLS);
	if (!is_known(f->app_proto)) {
		counts_of(app, HG_PROTO_FAILED)->flows += f->app_proto != HG_PROTO_FAILED;
		f->app_proto = HG_PROTO_FAILED;
	}
	for (unsigned d = 0; d < HG_DIRS; d++)
		if (f->app_proto_dir[d] == HG_PROTO_UNKNOWN)
			f->app_proto_dir[d] = HG_PROTO_FAILED;
	give_up(app);
}

/* The flow's protocol is known: from here on its decoder gets the bytes. */
static void
adopt(struct hg_app *app, struct hg_packet *p, uint8_t proto, bool udp)
{
	const struct hg_protocol *row = hg_app_protocol(app->apps, proto);
	struct hg_flow *f = app->flow;

	if (f->app_proto == proto && app->decoder != NULL)
		return;
	if (app->expect != HG_PROTO_UNKNOWN && app->expect != proto)
		hg_app_event(app, app->expect == HG_PROTO_TLS ? HG_APPLAYER_NO_TLS : HG_APPLAYER_UNEXPECTED);
	app->expect = HG_PROTO_UNKNOWN;
	f->app_proto = proto;
	p->flags |= HG_PKT_PROTO_CHANGED;
	counts_of(app, proto)->flows++;
	if (row == NULL || row->decoder->feed == NULL || row->enabled[udp] != HG_DECODE_YES) {
		return; /* nothing to parse: its bytes are passed over, the other direction is identified all the same */
	}
	if (row->decoder->state_size != 0) {
		app->state = hg_mem_take0(app->mem, row->decoder->state_size);
		if (app->state == NULL) {
			app->apps->stats.memory_refused++;
			give_up(app);
			return;
		}
	}
	app->decoder = row->decoder;
	app->ctx = row->ctx;
	app->fed = false;
	if (app->decoder->open != NULL)
		app->decoder->open(app);
}

/* This direction was identified. */
static void
settle(struct hg_app *app, struct hg_packet *p, enum hg_dir dir, uint8_t proto, bool udp)
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
	if (app->decoder != NULL && app->decoder->first_to_server && !app->fed && !udp &&
		!f->app_proto_orig && app->id_first == HG_TO_CLIENT + 1 && dir == HG_TO_CLIENT &&
		app->seen[HG_TO_SERVER] == 0) {
		hg_app_event(app, HG_APPLAYER_WRONG_FIRST);
		give_up(app);
	}
}

/* Unidentified and no more means in this direction. */
static void
settle_unknown(struct hg_app *app, struct hg_packet *p, enum hg_dir dir, bool udp)
{
	struct hg_flow *f = app->flow;
	uint8_t other = f->app_proto_dir[!dir];
	uint64_t limit = app->apps->config.identify_max;

	if (is_known(other)) {
		f->app_proto_dir[dir] = udp ? other : HG_PROTO_FAILED;
		hg_app_event(app, HG_APPLAYER_ONE_DIRECTION);
		adopt(app, p, other, udp);
	} else if (udp) {
		f->app_proto_dir[dir] = HG_PROTO_FAILED;
		if (f->app_proto == HG_PROTO_UNKNOWN) {
			f->app_proto = HG_PROTO_FAILED;
			counts_of(app, HG_PROTO_FAILED)->flows++;
		}
	} else if ((app->id_state[!dir] & HG_ID_DONE) == HG_ID_DONE) {
		give_up_identifying(app);
	} else if (app->seen[dir] > limit) {
		give_up_identifying(app);
	}
}

enum step { STEP_WAIT, STEP_FEED, STEP_PASS };

static enum step
step_of(const struct hg_app *app, enum hg_dir dir)
{
	if (app->flow->app_proto_dir[dir] == HG_PROTO_UNKNOWN && !app->failed)
		return STEP_WAIT;
	return app->failed || app->decoder == NULL ? STEP_PASS : STEP_FEED;
}

/* What was noted about the directions so far, when they turn out to be the other way round. Who spoke first stays: nobody
 * can tell what was missed in front of it. */
static void
swap_sides(struct hg_app *app)
{
	const uint8_t state = app->id_state[HG_TO_SERVER];
	const size_t seen = app->seen[HG_TO_SERVER];

	app->id_state[HG_TO_SERVER] = app->id_state[HG_TO_CLIENT];
	app->id_state[HG_TO_CLIENT] = state;
	app->seen[HG_TO_SERVER] = app->seen[HG_TO_CLIENT];
	app->seen[HG_TO_CLIENT] = seen;
}

/* What is to be done with this direction's bytes: look again when there are more, decode, pass over. */
static enum step
identify(
	struct hg_app *app, struct hg_packet *p, enum hg_dir *dir, const struct hg_stream_bytes *in, bool udp)
{
	struct hg_flow *f = app->flow;
	enum hg_proto proto;
	bool reverse;

	if (app->failed || f->app_proto_dir[*dir] != HG_PROTO_UNKNOWN || in->data.len == 0)
		return step_of(app, *dir);
	if (app->id_first == 0)
		app->id_first = (uint8_t)(*dir + 1);
	app->seen[*dir] = in->data.len;
	proto = hg_identify(app, *dir, in->data, udp, &reverse);
	if (proto != HG_PROTO_UNKNOWN) {
		if (reverse && udp)
			hg_flow_reverse(f, p);
		if (reverse && (udp || hg_stream_reverse(p))) {
			swap_sides(app);
			*dir = !*dir;
		}
		settle(app, p, *dir, (uint8_t)proto, udp);
	} else if (udp || (in->eof && !app->compat) || (app->id_state[*dir] & HG_ID_DONE) == HG_ID_DONE) {
		app->id_state[*dir] |= HG_ID_DONE;
		settle_unknown(app, p, *dir, udp);
	} else if (app->seen[*dir] > app->apps->config.identify_max) {
		hg_app_event(app, HG_APPLAYER_SKIPPED);
		give_up_identifying(app);
	}
	return step_of(app, *dir);
}

/* Another protocol begins: the old one's transactions are over, identification starts anew. */
static void
change(struct hg_app *app)
{
	struct hg_flow *f = app->flow;

	for (unsigned d = 0; d < HG_DIRS; d++)
		if (app->decoder->finish != NULL && (app->ended & SIDE(d)) == 0)
			app->decoder->finish(app, (enum hg_dir)d);
	hg_tx_abandon(app);
	close_decoder(app);
	f->app_proto_orig = f->app_proto;
	f->app_proto_expected = app->expect;
	f->app_proto = HG_PROTO_UNKNOWN;
	app->decoder = NULL;
	app->fed = false;
	app->id_first = 0;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		f->app_proto_dir[d] = HG_PROTO_UNKNOWN;
		app->id_state[d] = 0;
		app->seen[d] = 0;
	}
}

static bool
take_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	if (app->failed)
		return false;
	counts_of(app, app->decoder == NULL ? HG_PROTO_UNKNOWN : app->decoder->proto)->gaps++;
	if (app->decoder == NULL) {
		give_up_identifying(app);
		return false;
	}
	if (app->decoder->gap_ok && app->decoder->gap != NULL && app->decoder->gap(app, dir, bytes))
		return true;
	give_up(app);
	return false;
}

bool
hg_app_defers(const struct hg_app *app, enum hg_dir dir)
{
	enum hg_dir other = !dir;

	return app->decoder != NULL && !app->fed && app->id_first == other + 1 && app->seen[other] > 0 &&
		app->flow->app_proto_dir[other] == HG_PROTO_UNKNOWN;
}

static size_t
decode(struct hg_app *app, struct hg_packet *p, enum hg_dir dir, struct hg_span in)
{
	size_t taken = 0;
	enum hg_feed r;

	if (in.len == 0)
		return 0;
	app->fed = true;
	app->updated |= (uint8_t)SIDE(dir);
	r = app->decoder->feed(app, dir, in, &taken);
	if (r == HG_FEED_ERROR) {
		counts_of(app, app->decoder->proto)->errors++;
		give_up(app);
		hg_exception_apply(p, app->apps->config.error_policy, HG_DROP_APP_ERROR, app->ips);
		return in.len;
	}
	if (r == HG_FEED_CHANGE)
		change(app);
	return taken;
}

static void
end_direction(struct hg_app *app, enum hg_dir dir)
{
	if ((app->ended & SIDE(dir)) != 0)
		return;
	if (!app->failed && app->decoder != NULL && app->decoder->finish != NULL)
		app->decoder->finish(app, dir);
	app->ended |= (uint8_t)SIDE(dir);
	app->updated |= (uint8_t)SIDE(dir);
}

size_t
hg_app_input(
	struct hg_apps *a, struct hg_packet *p, enum hg_dir dir, const struct hg_stream_bytes *in, bool udp)
{
	struct hg_app *app = hg_app_make(a, p->flow);
	size_t done = 0;
	bool waits = false;

	if (app == NULL)
		return in->data.len;
	app->packet = p;
	if (in->gap != 0)
		take_gap(app, dir, in->gap);
	while (!app->failed && (done < in->data.len || in->eof)) {
		struct hg_stream_bytes rest = *in;
		enum step step;
		size_t n;

		rest.data = hg_span_from(in->data, done);
		step = identify(app, p, &dir, &rest, udp);
		waits = step == STEP_WAIT ? app->seen[dir] > 0 : !udp && hg_app_defers(app, dir);
		if (step == STEP_PASS) {
			app->fed = true;
			done = in->data.len;
		}
		if (step != STEP_FEED || waits)
			break;
		n = decode(app, p, dir, rest.data);
		done += n;
		if (n == 0 || app->decoder != NULL)
			break;
	}
	if (in->eof && !waits)
		end_direction(app, dir);
	app->packet = NULL;
	return app->failed || udp || (in->eof && !waits) ? in->data.len : done;
}

void
hg_app_expect(struct hg_app *app, enum hg_proto next)
{
	app->expect = (uint8_t)next;
}

void
hg_app_free(struct hg_apps *a, struct hg_flow *f)
{
	struct hg_app *app = f->app;

	if (app == NULL)
		return;
	hg_tx_free_all(app);
	close_decoder(app);
	hg_mem_give(a->mem, app, sizeof(*app));
	f->app = NULL;
}

int
hg_apps_open(struct hg_apps **ret, const struct hg_apps_config *c, const struct hg_config *config,
	struct hg_mem *mem, struct hg_files *files, struct hg_error *err)
{
	struct hg_apps *a = hg_start_take(sizeof(*a));

	if (a == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the protocol decoders");
	a->config = *c;
	a->mem = mem;
	a->files = files;
	for (unsigned i = 0; hg_app_decoder(i) != NULL; i++) {
		size_t size = hg_app_decoder(i)->ctx_size;

		a->protocols[i].ctx = size == 0 ? NULL : hg_start_take(size);
		if (size != 0 && a->protocols[i].ctx == NULL) {
			hg_apps_close(a);
			return hg_error_set(err, -ENOMEM, "no memory for the configuration of %s",
				hg_app_decoder(i)->name);
		}
	}
	hg_registry_configure(a, config);
	*ret = a;
	return 0;
}

void
hg_apps_close(struct hg_apps *a)
{
	if (a == NULL)
		return;
	for (unsigned i = 0; i < HG_APP_DECODERS; i++) {
		if (a->protocols[i].ctx != NULL && hg_app_decoder(i)->release != NULL)
			hg_app_decoder(i)->release(a->protocols[i].ctx);
		hg_start_give(a->protocols[i].ctx);
	}
	hg_start_give(a);
}

void
hg_apps_asked(struct hg_apps *a, enum hg_proto proto, uint16_t row)
{
	const struct hg_protocol *p = hg_app_protocol(a, proto);

	if (p != NULL && p->decoder->asked != NULL)
		p->decoder->asked(p->ctx, row);
}

void
hg_apps_reset(struct hg_apps *a)
{
	memset(&a->stats, 0, sizeof(a->stats));
}

const struct hg_apps_stats *
hg_apps_stats(const struct hg_apps *a)
{
	return &a->stats;
}
