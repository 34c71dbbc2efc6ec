/* The POP3 decoder: its life, its buffers. */
#include "app/pop3/pop3_int.h"

#define IDS ((size_t)HG_POP3_IDS * (HG_POP3_ID + 1))

void
hg_pop3_odd(struct hg_pop3 *s, enum hg_dir dir, enum hg_pop3_anomaly row)
{
	if (s->session != NULL)
		hg_tx_anomaly(&s->session->base, dir, (uint8_t)row);
}

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
	struct hg_pop3 *s = app->state;

	s->app = app;
	s->session = (struct hg_pop3_tx *)hg_tx_new_session(app);
	if (s->session != NULL)
		s->session->session = true;
	hg_lines_init(&s->commands, app->mem, HG_POP3_LINE);
	hg_pieces_init(&s->replies, app->mem);
	hg_sasl_init(&s->sasl, app->mem);
	hg_buf_init(&s->user, app->mem, HG_LOGIN_MEMBER);
	hg_buf_init(&s->ids, app->mem, IDS);
	hg_buf_init(&s->capa, app->mem, HG_POP3_SHOWN);
	hg_buf_init(&s->welcome, app->mem, HG_POP3_SHOWN);
	s->sum.midstream = s->greeted = s->unsure = begins_midstream(app);
}

static void
close(struct hg_app *app)
{
	struct hg_pop3 *s = app->state;

	hg_lines_fini(&s->commands);
	hg_pieces_fini(&s->replies);
	hg_sasl_fini(&s->sasl);
	hg_buf_fini(&s->user);
	hg_buf_fini(&s->ids);
	hg_buf_fini(&s->capa);
	hg_buf_fini(&s->welcome);
	hg_mem_give(app->mem, s->places, HG_POP3_IDS * sizeof(*s->places));
}

/* Another protocol on this port, or one that looks like this at first. */
static void
go_deaf(struct hg_pop3 *s)
{
	s->deaf = true;
	if (s->session != NULL)
		s->session->hidden = true;
	for (uint32_t i = 0; i < s->n_waiting; i++) {
		struct hg_pop3_tx *tx = hg_pop3_tx_of(s, &s->waiting[(s->first + i) % HG_POP3_WAITING]);

		if (tx == NULL)
			continue;
		tx->hidden = true;
		hg_tx_end(&tx->base);
	}
	s->n_waiting = 0;
}

static void
feed_client(struct hg_pop3 *s, struct hg_span in)
{
	struct hg_line line;

	while (!s->deaf && hg_line_take(&s->commands, &in, &line))
		hg_pop3_command(s, &line);
}

static void
feed_server(struct hg_pop3 *s, struct hg_span *in)
{
	struct hg_piece line;

	while (!s->deaf && !s->sum.to_tls && in->len > 0 && hg_piece_take(&s->replies, in, &line)) {
		const bool begins = !s->greeted && !hg_pop3_is_reply(line.text);

		if (begins)
			s->deaf = true;
		else
			hg_pop3_reply(s, &line);
	}
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_pop3 *s = app->state;
	struct hg_span rest = in;

	*taken = in.len;
	if (s->deaf)
		return HG_FEED_OK;
	s->sum.spoke[dir] = true;
	if (dir == HG_TO_SERVER)
		feed_client(s, in);
	else
		feed_server(s, &rest);
	if (s->deaf)
		go_deaf(s);
	if (!s->sum.to_tls)
		return HG_FEED_OK;
	*taken = in.len - rest.len;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_pop3 *s = app->state;

	if (s->deaf)
		return true;
	s->sum.spoke[dir] = s->sum.gaps[dir] = true;
	hg_pop3_odd(s, dir, HG_POP3_MISSING);
	if (dir == HG_TO_SERVER)
		hg_pop3_command_gap(s);
	else
		hg_pop3_reply_gap(s, bytes);
	return true;
}

/* What is shown at the end, in memory that lives as long as the transaction. */
static void
end_session(struct hg_pop3 *s)
{
	struct hg_pop3_tx *tx = s->session;
	struct hg_pop3_sum *sum = tx == NULL ? NULL : hg_arena_take(&tx->base.arena, sizeof(*sum));

	if (sum == NULL)
		return;
	*sum = s->sum;
	if (s->entered)
		sum->user = hg_span_keep(&tx->base.arena, hg_buf_span(&s->user));
	sum->welcome = hg_span_keep(&tx->base.arena, hg_buf_span(&s->welcome));
	sum->capa = hg_span_keep(&tx->base.arena, hg_buf_span(&s->capa));
	tx->sum = sum;
	hg_tx_end(&tx->base);
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_pop3 *s = app->state;

	s->ended |= (uint8_t)(1u << dir);
	if (s->deaf || (s->ended & HG_SIDE_CLIENT) == 0)
		return;
	hg_pop3_name_unasked(s);
	if (dir == HG_TO_CLIENT || !s->sum.spoke[HG_TO_CLIENT])
		hg_pop3_settle_all(s);
	if (s->ended == HG_SIDE_BOTH)
		end_session(s);
}

static void
tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_pop3 *s = app->decoder == &hg_pop3 ? app->state : NULL;
	struct hg_pop3_tx *tx = (struct hg_pop3_tx *)base;

	if (s != NULL && s->now == tx)
		s->now = NULL;
	if (s != NULL && s->session == tx)
		s->session = NULL;
	if (tx->has_message)
		hg_message_close(&tx->message);
}

/* The greeting, or any reply of a connection whose begin was missed; the server's side is asked where it spoke first, or on the
 * protocol's port. */
static enum hg_probe
probe_server(struct hg_span in)
{
	static const struct hg_span words[] = { HG_BYTES("+OK"), HG_BYTES("-ERR") };

	for (unsigned i = 0; i < HG_COUNT(words); i++) {
		const struct hg_span word = words[i], begin = hg_span_sub(in, 0, word.len);

		if (in.len <= word.len && hg_span_eq(hg_span_sub(word, 0, in.len), in))
			return HG_PROBE_MORE;
		if (hg_span_eq(begin, word))
			return hg_is_blank(in.p[word.len]) || in.p[word.len] == '\r' || in.p[word.len] == '\n'
				? HG_PROBE_YES
				: HG_PROBE_NO;
	}
	return HG_PROBE_NO;
}

static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)udp;
	return dir == HG_TO_SERVER ? hg_pop3_probe_client(in) : probe_server(in);
}

/* ---- buffers ---- */

static bool
get_text(const struct hg_pop3_tx *tx, uint16_t row, struct hg_view *out)
{
	struct hg_span value = tx->command;

	if (tx->session)
		return false;
	if (row == HG_POP3_ARG)
		value = tx->arg;
	else if (row == HG_POP3_RESPONSE)
		value = tx->line;
	*out = (struct hg_view){ value, 0, true };
	return value.p != NULL;
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	switch (row) {
	case HG_POP3_COMMAND:
	case HG_POP3_ARG:
	case HG_POP3_RESPONSE:
		return index == 0 && get_text((struct hg_pop3_tx *)tx, row, out);
	case HG_POP3_FILE_DATA:
		return hg_tx_file_view(tx, dir, index, eof, tx->app->ips, out);
	case HG_POP3_FILE_NAME:
		return hg_tx_file_name(tx, dir, index, out);
	case HG_POP3_FILE_TYPE:
		return hg_tx_file_type(tx, dir, index, out);
	case HG_POP3_FILE_SIZE:
		return hg_tx_file_size(tx, dir, index, out);
	default:
		if (row >= HG_POP3_FIELD)
			return ((const struct hg_pop3_tx *)tx)->has_message &&
				hg_message_field(&((const struct hg_pop3_tx *)tx)->message,
					row - HG_POP3_FIELD, index, out);
		return hg_tx_file_digest(tx, dir, HG_FILE_DIGEST(row, HG_POP3_FILE_DIGEST), index, out);
	}
}

static void
inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	if (row == HG_POP3_FILE_DATA)
		hg_tx_files_inspected(tx, dir);
}

const struct hg_decoder hg_pop3 = {
	.name = "pop3",
	.proto = HG_PROTO_POP3,
	.tcp = true,
	.gap_ok = true,
	.greets = true,
	.ports = { 110 },
	.probe = probe,
	.complete = { HG_POP3_COMPLETE, HG_POP3_COMPLETE },
	.state_size = sizeof(struct hg_pop3),
	.tx_size = sizeof(struct hg_pop3_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = hg_pop3_buffers,
	.n_buffers = HG_COUNT(hg_pop3_buffers),
	.anomalies = hg_pop3_anomalies,
	.n_anomalies = HG_COUNT(hg_pop3_anomalies),
	.get = get,
	.inspected = inspected,
	.log = hg_pop3_log,
	.log_record = hg_pop3_log_record,
	.audit = hg_pop3_audit,
	.log_tx_id = true,
	.event_type = "pop3",
	.files_last = true,
	.config_keys = hg_pop3_keys,
	.n_config_keys = HG_POP3_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_pop3_configure,
};
