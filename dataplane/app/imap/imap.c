/* The IMAP decoder: its life, its buffers. */
#include "app/imap/imap_int.h"

static bool
begins_midstream(const struct hg_app *app)
{
	struct hg_stream_view view;

	if (app->flow->stream == NULL)
		return false;
	hg_stream_view(app->flow, &view);
	return view.midstream;
}

static void
open(struct hg_app *app)
{
	struct hg_imap *s = app->state;

	s->app = app;
	s->session = (struct hg_imap_tx *)hg_tx_new_session(app);
	s->client.tx = s->client.message = s->mail.tx = UINT64_MAX;
	hg_pieces_init(&s->client.lines, app->mem);
	hg_pieces_init(&s->server.lines, app->mem);
	hg_buf_init(&s->client.text, app->mem, HG_IMAP_COMMAND);
	hg_buf_init(&s->mail.head, app->mem, HG_IMAP_HEAD);
	hg_sasl_init(&s->sasl, app->mem);
	hg_buf_init(&s->user, app->mem, HG_LOGIN_MEMBER);
	hg_buf_init(&s->selected, app->mem, 2 * (size_t)HG_IMAP_NAME);
	hg_buf_init(&s->selected_raw, app->mem, HG_IMAP_NAME);
	hg_buf_init(&s->greeting, app->mem, HG_IMAP_SHOWN);
	hg_buf_init(&s->capa, app->mem, HG_IMAP_SHOWN);
	hg_buf_init(&s->id, app->mem, 2 * HG_LOGIN_MEMBER + 1);
	s->sum.midstream = s->greeted = s->server.blind = s->client.doubtful = begins_midstream(app);
}

static void
close(struct hg_app *app)
{
	struct hg_imap *s = app->state;

	hg_imap_compress_close(s);
	hg_pieces_fini(&s->client.lines);
	hg_pieces_fini(&s->server.lines);
	hg_buf_fini(&s->client.text);
	hg_buf_fini(&s->mail.head);
	hg_sasl_fini(&s->sasl);
	hg_buf_fini(&s->user);
	hg_buf_fini(&s->selected);
	hg_buf_fini(&s->selected_raw);
	hg_buf_fini(&s->greeting);
	hg_buf_fini(&s->capa);
	hg_buf_fini(&s->id);
}

/* What was begun of messages is over, as far as it came. */
static void
cut_messages(struct hg_imap *s)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, s->client.message);

	hg_imap_mail_end(s, s->mail.done);
	if (tx == NULL)
		return;
	hg_message_end(&tx->message, false);
	hg_tx_end(&tx->base);
}

static struct hg_span
feed_server(struct hg_imap *s, struct hg_span in)
{
	if (!s->sum.compressed)
		in = hg_imap_server(s, in);
	if (s->sum.compressed && in.len > 0) {
		hg_imap_inflate(s, HG_TO_CLIENT, in);
		in = HG_SPAN_NONE;
	}
	return in;
}

static void
feed_client(struct hg_imap *s, struct hg_span in)
{
	if (s->sum.compressed)
		hg_imap_inflate(s, HG_TO_SERVER, in);
	else
		hg_imap_client(s, in);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_imap *s = app->state;
	struct hg_span rest = HG_SPAN_NONE;

	*taken = in.len;
	if (s->deaf)
		return HG_FEED_OK;
	s->sum.spoke[dir] = true;
	if (dir == HG_TO_SERVER)
		feed_client(s, in);
	else
		rest = feed_server(s, in);
	if (s->deaf)
		hg_imap_hide_all(s);
	if (!s->sum.to_tls)
		return HG_FEED_OK;
	*taken = in.len - rest.len;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_imap *s = app->state;

	if (s->deaf)
		return true;
	s->sum.spoke[dir] = s->sum.gaps[dir] = true;
	hg_imap_odd(s, dir, HG_IMAP_MISSING);
	if (s->sum.compressed)
		hg_imap_inflate_gap(s, dir);
	else if (dir == HG_TO_SERVER)
		hg_imap_client_gap(s, bytes);
	else
		hg_imap_server_gap(s, bytes);
	return true;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_imap *s = app->state;

	s->ended |= (uint8_t)(1u << dir);
	if (s->deaf || s->ended != HG_SIDE_BOTH)
		return;
	cut_messages(s);
	hg_imap_settle_all(s);
	hg_imap_end_session(s);
}

static void
tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_imap *s = app->decoder == &hg_imap ? app->state : NULL;
	struct hg_imap_tx *tx = (struct hg_imap_tx *)base;

	if (s != NULL && s->session == tx)
		s->session = NULL;
	if (tx->has_message)
		hg_message_close(&tx->message);
}

/* The greeting (RFC 9051 7.1), or how any other untagged response begins. */
static enum hg_probe
probe_server(struct hg_span in)
{
	const size_t end = hg_span_find(in, 2, ' ');

	if (!hg_span_eq(hg_span_sub(in, 0, 2), hg_span_sub(HG_BYTES("* "), 0, in.len)))
		return HG_PROBE_NO;
	if (end == SIZE_MAX)
		return in.len < 12 && hg_span_find(in, 0, '\n') == SIZE_MAX ? HG_PROBE_MORE : HG_PROBE_NO;
	return hg_imap_is_greeting(in) ? HG_PROBE_YES : HG_PROBE_NO;
}

static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)udp;
	return dir == HG_TO_SERVER ? hg_imap_probe_client(in) : probe_server(in);
}

/* ---- buffers ---- */

static bool
get_text(const struct hg_imap_tx *tx, uint16_t row, struct hg_view *out)
{
	struct hg_span value = tx->command;

	if (row == HG_IMAP_ARG)
		value = tx->args;
	else if (row == HG_IMAP_MAILBOX)
		value = tx->target.len > 0 ? tx->target : tx->mailbox;
	else if (row == HG_IMAP_RESPONSE)
		value = tx->line;
	*out = (struct hg_view){ value, 0, true };
	return value.p != NULL && (row != HG_IMAP_MAILBOX || value.len > 0);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_imap_tx *tx = (const struct hg_imap_tx *)base;

	switch (row) {
	case HG_IMAP_COMMAND_NAME:
	case HG_IMAP_ARG:
	case HG_IMAP_MAILBOX:
	case HG_IMAP_RESPONSE:
		return index == 0 && tx->kind == HG_IMAP_OF_COMMAND && get_text(tx, row, out);
	case HG_IMAP_FILE_DATA:
		return hg_tx_file_view(base, dir, index, eof, base->app->ips, out);
	case HG_IMAP_FILE_NAME:
		return hg_tx_file_name(base, dir, index, out);
	case HG_IMAP_FILE_TYPE:
		return hg_tx_file_type(base, dir, index, out);
	case HG_IMAP_FILE_SIZE:
		return hg_tx_file_size(base, dir, index, out);
	default:
		if (row >= HG_IMAP_FIELD)
			return tx->has_message &&
				hg_message_field(&tx->message, row - HG_IMAP_FIELD, index, out);
		return hg_tx_file_digest(base, dir, HG_FILE_DIGEST(row, HG_IMAP_FILE_DIGEST), index, out);
	}
}

static void
inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	if (row == HG_IMAP_FILE_DATA)
		hg_tx_files_inspected(tx, dir);
}

static const struct hg_magic magics[] = { { HG_BYTES("1 capability"), 0, HG_TO_SERVER, true, false, false } };

const struct hg_decoder hg_imap = {
	.name = "imap",
	.proto = HG_PROTO_IMAP,
	.tcp = true,
	.gap_ok = true,
	.greets = true,
	.ports = { 143 },
	.probe = probe,
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.complete = { HG_IMAP_COMPLETE, HG_IMAP_COMPLETE },
	.state_size = sizeof(struct hg_imap),
	.tx_size = sizeof(struct hg_imap_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = hg_imap_buffers,
	.n_buffers = HG_COUNT(hg_imap_buffers),
	.anomalies = hg_imap_anomalies,
	.n_anomalies = HG_COUNT(hg_imap_anomalies),
	.get = get,
	.inspected = inspected,
	.log = hg_imap_log,
	.log_record = hg_imap_log_record,
	.audit = hg_imap_audit,
	.log_tx_id = true,
	.event_type = "imap",
	.files_last = true,
	.config_keys = hg_imap_keys,
	.n_config_keys = HG_IMAP_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_imap_configure,
};
