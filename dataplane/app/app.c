/* A flow's application state: bytes of a direction through identification (settle.c) to the decoder, and its end. */
#include "base/start.h"
#include "app/app_int.h"
#include "app/veil.h"

#include <errno.h>

#define SIDE(dir) (1u << (dir))

struct hg_app_counts *
hg_app_counts(const struct hg_app *app, uint8_t proto)
{
	return &app->apps->stats.proto[app->flow->key.proto == HG_IP_UDP][proto];
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
	app->suricata7 = a->config.suricata7;
	f->app = app;
	return app;
}

static struct hg_app **
listeners_of(struct hg_apps *a, uint64_t flow_id)
{
	return &a->listeners[hg_hash(&HG_HASH_KEY_REPLAY, &flow_id, sizeof(flow_id)) % HG_APP_LISTENERS];
}

void
hg_app_listen(struct hg_app *app)
{
	struct hg_app **chain = listeners_of(app->apps, app->flow->id);

	if (app->listens)
		return;
	app->next_listener = *chain;
	*chain = app;
	app->listens = true;
}

struct hg_app *
hg_app_announcer(struct hg_app *app)
{
	const uint64_t id = app->flow->parent_id;
	struct hg_app *l = id == 0 ? NULL : *listeners_of(app->apps, id);

	while (l != NULL && l->flow->id != id)
		l = l->next_listener;
	return l;
}

static void
stop_listening(struct hg_app *app)
{
	struct hg_app **link;

	if (!app->listens)
		return;
	link = listeners_of(app->apps, app->flow->id);
	while (*link != app)
		link = &(*link)->next_listener;
	*link = app->next_listener;
	app->listens = false;
}

void
hg_app_close_decoder(struct hg_app *app)
{
	stop_listening(app);
	if (app->decoder != NULL && app->state != NULL) {
		if (app->decoder->close != NULL)
			app->decoder->close(app);
		hg_mem_give(app->mem, app->state, app->decoder->state_size);
		app->apps->stats.held[app->decoder->proto] -= app->decoder->state_size;
	}
	app->state = NULL;
	app->decoder = NULL;
}

void
hg_app_give_up(struct hg_app *app)
{
	if (app->failed)
		return;
	app->broken_off = app->txs_last != NULL &&
		!(hg_tx_complete(app->txs_last, HG_TO_SERVER) && hg_tx_complete(app->txs_last, HG_TO_CLIENT));
	app->failed = true;
	app->updated |= HG_SIDE_BOTH;
	app->apps->stats.failed++;
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		tx->updated[HG_TO_SERVER] = tx->updated[HG_TO_CLIENT] = true;
	hg_tx_work_all(app);
}

/* Another protocol begins: the old one's transactions are over, identification starts anew. Until it succeeds the flow is
 * one of the old protocol to rules and records. */
static void
change(struct hg_app *app)
{
	struct hg_flow *f = app->flow;

	for (unsigned d = 0; d < HG_DIRS; d++)
		if (app->decoder->finish != NULL && (app->ended & SIDE(d)) == 0)
			app->decoder->finish(app, (enum hg_dir)d);
	hg_tx_abandon(app);
	hg_app_close_decoder(app);
	hg_frames_leave(app);
	f->app_proto_orig = f->app_proto;
	f->app_proto_expected = app->expect;
	app->changing = true;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		f->app_proto_dir[d] = HG_PROTO_UNKNOWN;
		app->id_state[d] = 0;
		app->id_refused[d] = 0;
		app->seen[d] = 0;
	}
}

/* What was missing before the protocol was known counts when it is. */
static void
take_gap(struct hg_app *app, enum hg_dir dir)
{
	uint64_t bytes = app->gap[dir];

	app->gap[dir] = 0;
	hg_app_counts(app, app->decoder->proto)->gaps++;
	if (!app->decoder->gap_ok || app->decoder->gap == NULL || !app->decoder->gap(app, dir, bytes))
		hg_app_give_up(app);
}

static size_t
decode(struct hg_app *app, struct hg_packet *p, enum hg_dir dir, struct hg_span in, uint64_t at)
{
	size_t taken = 0;
	enum hg_feed r;

	if (in.len == 0)
		return 0;
	app->updated |= (uint8_t)SIDE(dir);
	app->fed_now = in;
	app->fed_at = at;
	if ((app->streamed & SIDE(dir)) == 0)
		hg_frames_stream(app, dir);
	r = app->decoder->feed(app, dir, in, &taken);
	hg_frames_grow(app, dir, r == HG_FEED_ERROR ? in.len : taken);
	hg_veils_taken(app, dir, hg_span_sub(in, 0, r == HG_FEED_ERROR ? in.len : taken));
	if (r == HG_FEED_ERROR || r == HG_FEED_REFUSED) {
		hg_app_counts(app, app->decoder->proto)->errors++;
		if (r == HG_FEED_ERROR)
			hg_app_give_up(app);
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
	hg_frames_end(app, dir);
	app->ended |= (uint8_t)SIDE(dir);
	app->updated |= (uint8_t)SIDE(dir);
	hg_tx_work_all(app);
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
	app->bare_end = in->data.len == 0;
	app->depth_reached = in->depth;
	if (in->gap != 0)
		hg_settle_gap(app, dir, in->gap);
	while (!app->failed && (done < in->data.len || in->eof || app->gap[dir] != 0)) {
		struct hg_stream_bytes rest = *in;
		enum hg_step step;
		size_t n;

		rest.data = hg_span_from(in->data, done);
		step = hg_settle(app, p, &dir, &rest, udp);
		waits = !udp && (step == HG_STEP_WAIT ? app->seen[dir] > 0 : hg_app_defers(app, dir));
		if (step == HG_STEP_WAIT || waits)
			break;
		app->fed |= rest.data.len > 0;
		if (step == HG_STEP_PASS || app->decoder == NULL) {
			done = in->data.len;
			break;
		}
		if (app->gap[dir] != 0)
			take_gap(app, dir);
		n = app->failed ? rest.data.len : decode(app, p, dir, rest.data, in->offset + done);
		done += n;
		if (n == 0 || app->decoder != NULL)
			break;
	}
	if (in->eof && !waits)
		end_direction(app, dir);
	if (in->eof && !waits && in->depth)
		app->beyond |= (uint8_t)SIDE(dir);
	app->packet = NULL;
	return app->failed || udp || (in->eof && !waits) ? in->data.len : done;
}

void
hg_app_expect(struct hg_app *app, enum hg_proto next)
{
	app->expect = (uint8_t)next;
}

bool
hg_app_hand(struct hg_app *app, struct hg_span bytes)
{
	if (app->handed.mem == NULL)
		hg_buf_init(&app->handed, app->mem, HG_APP_HANDED);
	if (hg_buf_append(&app->handed, bytes))
		return true;
	hg_buf_fini(&app->handed);
	return false;
}

struct hg_span
hg_app_handed(const struct hg_app *app)
{
	return hg_buf_span(&app->handed);
}

void
hg_app_free(struct hg_apps *a, struct hg_flow *f)
{
	struct hg_app *app = f->app;

	if (app == NULL)
		return;
	hg_frames_free(app);
	hg_tx_free_all(app);
	hg_app_close_decoder(app);
	hg_buf_fini(&app->handed);
	hg_app_forget_users(app);
	hg_veils_free(app);
	hg_mem_give(a->mem, app, sizeof(*app));
	f->app = NULL;
}

int
hg_apps_open(struct hg_apps **ret, const struct hg_apps_config *c, const struct hg_config *config,
	struct hg_mem *mem, struct hg_files *files, struct hg_error *err)
{
	struct hg_apps *a = hg_start_take(sizeof(*a));
	int r;

	if (a == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the protocol decoders");
	a->config = *c;
	a->mem = mem;
	a->files = files;
	a->joins.hash = c->hash_key;
	r = hg_secrets_open(&a->secrets, &c->secrets, c->suricata7, err);
	if (r < 0) {
		hg_start_give(a);
		return r;
	}
	hg_digests_open(&a->digests);
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
	hg_secrets_close(&a->secrets);
	hg_digests_close(&a->digests);
	hg_start_give(a);
}

void
hg_apps_asked(struct hg_apps *a, enum hg_proto proto, uint16_t row)
{
	const struct hg_protocol *p = hg_app_protocol(a, proto);

	if (p == NULL)
		return;
	if (row < p->decoder->n_buffers && p->decoder->buffers[row].flags & HG_BUFFER_FRAME)
		a->frames[proto] |= UINT64_C(1) << (row & 63);
	else if (p->decoder->asked != NULL)
		p->decoder->asked(p->ctx, row);
}

void
hg_apps_reset(struct hg_apps *a)
{
	memset(&a->stats, 0, sizeof(a->stats));
	a->n_logins = 0;
	a->joins = (struct hg_joins){ .hash = a->config.hash_key };
}

const struct hg_apps_stats *
hg_apps_stats(const struct hg_apps *a)
{
	return &a->stats;
}
