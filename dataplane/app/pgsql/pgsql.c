/* The PostgreSQL decoder: its life, and where messages begin and end. */
#include "app/pgsql/pgsql_int.h"

#define STARTUP_MARK 4 /* the length, which counts itself */
#define MARK 5         /* the type, and the length */
#define LENGTH 4

struct hg_pgsql_tx *
hg_pgsql_begin(struct hg_pgsql *s, enum hg_pgsql_kind kind)
{
	struct hg_pgsql_tx *tx = (struct hg_pgsql_tx *)hg_tx_new(s->app);

	if (tx != NULL)
		tx->kind = (uint8_t)kind;
	return tx;
}

struct hg_pgsql_tx *
hg_pgsql_tx_of(struct hg_pgsql *s, uint64_t id)
{
	return id == UINT64_MAX ? NULL : (struct hg_pgsql_tx *)hg_tx_find(s->app, id);
}

void
hg_pgsql_odd(struct hg_pgsql_tx *tx, enum hg_dir dir, enum hg_pgsql_anomaly row)
{
	if (tx != NULL)
		hg_tx_anomaly(&tx->base, dir, (uint8_t)row);
}

struct hg_span
hg_pgsql_text(struct hg_reader *r)
{
	const struct hg_span rest = hg_span(r->p, hg_reader_left(r));
	const struct hg_span text = hg_read_span(r, hg_span_find(rest, 0, '\0'));

	hg_read_skip(r, 1);
	return text;
}

struct hg_span
hg_pgsql_keep(struct hg_pgsql_tx *tx, struct hg_span s)
{
	if (s.len > HG_PGSQL_NAME)
		tx->cut = true;
	return hg_span_keep(&tx->base.arena, hg_span_sub(s, 0, HG_PGSQL_NAME));
}

void
hg_pgsql_note(struct hg_buf *b, struct hg_span s)
{
	hg_buf_clear(b);
	hg_buf_append(b, hg_span_sub(s, 0, b->cap));
}

/* Fields, each with a letter in front. */
void
hg_pgsql_error(struct hg_pgsql_tx *tx, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);

	if (tx == NULL)
		return;
	tx->status = HG_PGSQL_ERR;
	while (hg_reader_left(&r) > 0 && r.p[0] != '\0') {
		const uint8_t field = hg_read_u8(&r);
		const struct hg_span text = hg_pgsql_text(&r);

		if (hg_reader_failed(&r))
			return;
		if (field == 'V' || (field == 'S' && tx->severity.len == 0))
			tx->severity = hg_pgsql_keep(tx, text);
		else if (field == 'C')
			tx->code = hg_pgsql_keep(tx, text);
		else if (field == 'M')
			tx->message = hg_span_keep(&tx->base.arena, hg_span_sub(text, 0, 2 * HG_PGSQL_NAME));
	}
}

static void
each_buf(struct hg_pgsql *s, struct hg_mem *mem)
{
	struct hg_buf *const bufs[] = { &s->user, &s->database, &s->program, &s->secret, &s->portal,
		&s->bound };

	for (unsigned i = 0; i < HG_COUNT(bufs); i++) {
		if (mem != NULL)
			hg_buf_init(bufs[i], mem, bufs[i] == &s->bound ? HG_PGSQL_PREPARED : HG_PGSQL_NAME);
		else
			hg_buf_fini(bufs[i]);
	}
}

static void
pgsql_open(struct hg_app *app)
{
	struct hg_pgsql *s = app->state;

	s->app = app;
	s->login = UINT64_MAX;
	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_head_init(&s->head[d], app->mem, HG_PGSQL_TEXT);
	each_buf(s, app->mem);
	hg_keyed_init(&s->statements, app->mem);
}

static void
pgsql_close(struct hg_app *app)
{
	struct hg_pgsql *s = app->state;

	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_head_fini(&s->head[d]);
	each_buf(s, NULL);
	hg_keyed_fini(&s->statements);
}

/* ---- messages ---- */

static size_t
mark_of(const struct hg_pgsql *s, enum hg_dir dir)
{
	return dir == HG_TO_SERVER && !s->started ? STARTUP_MARK : MARK;
}

/* The mark is there: how long is the message? */
static bool
follow(struct hg_pgsql *s, enum hg_dir dir, const struct hg_span *in)
{
	struct hg_head *h = &s->head[dir];
	struct hg_reader r = hg_reader_of(hg_span(h->mark + h->n_mark - LENGTH, LENGTH));
	const uint32_t length = hg_read_u32be(&r);

	if (length < LENGTH)
		return false;
	hg_head_follow(h, s->app, length - LENGTH, in);
	return true;
}

static bool
take_message(struct hg_pgsql *s, enum hg_dir dir)
{
	const struct hg_head *h = &s->head[dir];
	const struct hg_span body = hg_head_span(h);

	if (dir == HG_TO_CLIENT)
		return hg_pgsql_answer(s, h->mark[0], body);
	if (h->n_mark == STARTUP_MARK)
		return hg_pgsql_startup(s, body);
	return hg_pgsql_said(s, h->mark[0], body);
}

/* A byte answers SSLRequest and GSSENCRequest; servers of old times send an error instead. */
static void
take_consent(struct hg_pgsql *s, struct hg_span *in)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, s->login);
	const uint8_t said = in->p[0];

	s->asks = false;
	if (said != 'S' && said != 'N' && said != 'G')
		return;
	*in = hg_span_from(*in, 1);
	if (said == 'N')
		return;
	s->to_tls = said == 'S';
	s->opaque = said == 'G';
	if (tx != NULL) {
		tx->tls = s->to_tls;
		tx->gss = s->opaque;
	}
	hg_pgsql_login_ready(s);
}

/* A client that begins with TLS has got the server's consent, whether or not it was seen. */
static bool
begins_tls(struct hg_pgsql *s, enum hg_dir dir, struct hg_span in)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, s->login);

	if (dir != HG_TO_SERVER || !s->asks || s->head[dir].n_mark > 0 || in.len == 0 || in.p[0] != 0x16)
		return false;
	s->to_tls = true;
	if (tx != NULL)
		tx->tls = true;
	hg_pgsql_login_ready(s);
	return true;
}

static bool
read_messages(struct hg_pgsql *s, enum hg_dir dir, struct hg_span *in)
{
	struct hg_head *h = &s->head[dir];

	while (!s->opaque && !s->to_tls && !begins_tls(s, dir, *in)) {
		if (dir == HG_TO_CLIENT && s->asks && in->len > 0) {
			take_consent(s, in);
			continue;
		}
		if (!h->follows && !hg_head_mark(h, mark_of(s, dir), in))
			break;
		if (!h->follows && !follow(s, dir, in))
			return false;
		if (!hg_head_body(h, in))
			break;
		if (!take_message(s, dir))
			return false;
		hg_head_done(h);
	}
	return true;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_pgsql *s = app->state;
	struct hg_span rest = in;

	*taken = in.len;
	s->spoke[dir] = true;
	if (!read_messages(s, dir, &rest)) {
		hg_tx_refuse(app, dir, HG_PGSQL_MALFORMED);
		hg_pgsql_settle_all(s);
		return HG_FEED_ERROR;
	}
	if (!s->to_tls)
		return HG_FEED_OK;
	*taken = in.len - rest.len;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

/* Missing bytes of a message end where it does; elsewhere nobody knows where one begins. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_pgsql *s = app->state;

	s->spoke[dir] = true;
	if (s->opaque || hg_head_gap(&s->head[dir], bytes))
		return true;
	hg_pgsql_settle_all(s);
	return false;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_pgsql *s = app->state;

	s->ended |= (uint8_t)(1u << dir);
	if ((s->ended & HG_SIDE_CLIENT) != 0 || !s->spoke[HG_TO_CLIENT])
		hg_pgsql_settle_all(s);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_pgsql_tx *tx = (const struct hg_pgsql_tx *)base;
	struct hg_span value = tx->message;
	bool has = tx->status == HG_PGSQL_ERR;

	(void)dir;
	(void)eof;
	if (row == HG_PGSQL_BUFFER_COMMAND) {
		value = hg_span_str(hg_pgsql_command_name(tx->kind));
		has = tx->kind != HG_PGSQL_LOGIN;
	} else if (row != HG_PGSQL_BUFFER_ERROR) {
		value = row == HG_PGSQL_BUFFER_USER ? tx->user : tx->text;
		has = value.len > 0;
	}
	*out = (struct hg_view){ .data = value, .complete = true };
	return has && index == 0;
}

const struct hg_decoder hg_pgsql = {
	.name = "pgsql",
	.proto = HG_PROTO_PGSQL,
	.tcp = true,
	.gap_ok = true,
	.unknown_over = HG_OVER_TCP,
	.complete = { HG_PGSQL_DONE, HG_PGSQL_DONE },
	.ports = { 5432 },
	.probe = hg_pgsql_probe,
	.probe_any = true,
	.state_size = sizeof(struct hg_pgsql),
	.tx_size = sizeof(struct hg_pgsql_tx),
	.open = pgsql_open,
	.close = pgsql_close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.buffers = hg_pgsql_buffers,
	.n_buffers = HG_COUNT(hg_pgsql_buffers),
	.anomalies = hg_pgsql_anomalies,
	.n_anomalies = HG_COUNT(hg_pgsql_anomalies),
	.get = get,
	.log = hg_pgsql_log,
	.audit = hg_pgsql_audit,
	.log_tx_id = true,
	.event_type = "pgsql",
};
