/* The decoder: lines of both sides to those who understand them, and the life of transactions. */
#include "app/smtp/smtp_int.h"

/* A rule without a direction sees what is odd about a mail in both. */
void
hg_smtp_odd(struct hg_smtp *s, enum hg_dir dir, enum hg_smtp_anomaly row)
{
	struct hg_tx *tx = s->tx == NULL ? NULL : &s->tx->base;

	if (tx == NULL || (row >= HG_SMTP_INJECTED && hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_FINDINGS)))
		return;
	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_NAMED_AGAIN) &&
		hg_tx_has_anomaly(tx, dir, (uint8_t)row) && tx->n_anomalies < HG_TX_ANOMALIES)
		tx->anomalies[tx->n_anomalies++] = (struct hg_tx_anomaly){ (uint8_t)row, (uint8_t)dir };
	hg_tx_anomaly(tx, dir, (uint8_t)row);
	tx->anomaly_bits[!dir][row >> 6] |= UINT64_C(1) << (row & 63);
	hg_tx_touch(tx, !dir);
}

void
hg_smtp_done(struct hg_smtp *s)
{
	if (s->tx == NULL || s->tx->done)
		return;
	s->tx->done = true;
	if (s->tx->awaited)
		hg_tx_progress(&s->tx->base, HG_TO_SERVER, HG_SMTP_COMPLETE);
	else
		hg_tx_end(&s->tx->base);
}

bool
hg_smtp_wait(struct hg_smtp *s, enum hg_smtp_command command)
{
	struct hg_span waiting = hg_buf_span(&s->waiting);
	const uint8_t kind = (uint8_t)(command | (s->loose ? HG_SMTP_LOOSE : 0));
	const uint8_t before =
		waiting.len == 0 ? HG_SMTP_OTHER : waiting.p[waiting.len - 1] & (uint8_t)~HG_SMTP_LOOSE;

	if (before == HG_SMTP_STARTTLS)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_INJECTED);
	if (before == HG_SMTP_STARTTLS || before == HG_SMTP_DATA)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_PIPELINED);
	if (hg_buf_append(&s->waiting, hg_span(&kind, 1))) {
		s->quits += command == HG_SMTP_QUIT;
		return true;
	}
	hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_COMMANDS_EXCEEDED);
	return false;
}

bool
hg_smtp_cut(struct hg_piece *line)
{
	if (line->text.len + line->end.len < HG_SMTP_LINE)
		return false;
	line->text = hg_span(line->text.p, HG_SMTP_LINE);
	return true;
}

/* ---- the client ---- */

/* The rest of a command that was too long is nothing, whatever the command began. */
static bool
take_client_line(struct hg_smtp *s, struct hg_piece line)
{
	bool cut;

	if (s->skipping) {
		s->skipping = line.end.len == 0;
		return true;
	}
	if (s->data && s->current == HG_SMTP_DATA)
		return hg_smtp_data_line(s, &line);
	if (!line.first)
		return true;
	s->skipping = line.end.len == 0;
	cut = hg_smtp_cut(&line);
	if (!hg_smtp_command(s, &line))
		return false;
	if (cut)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_TRUNCATED);
	return true;
}

static bool
is_in_chunk(const struct hg_smtp *s)
{
	return s->data && s->current == HG_SMTP_BDAT && !s->skipping;
}

static enum hg_feed
feed_client(struct hg_smtp *s, struct hg_span in)
{
	struct hg_piece line;

	while (in.len > 0) {
		if (is_in_chunk(s)) {
			if (!hg_smtp_chunk(s, &in))
				return HG_FEED_ERROR;
			continue;
		}
		if (!hg_piece_take(&s->lines[HG_TO_SERVER], &in, &line))
			break;
		if (!take_client_line(s, line))
			return HG_FEED_ERROR;
	}
	return HG_FEED_OK;
}

/* ---- the server ---- */

static enum hg_feed
feed_server(struct hg_smtp *s, struct hg_span *in)
{
	struct hg_piece line;
	enum hg_feed r = HG_FEED_OK;

	while (r == HG_FEED_OK && in->len > 0 && hg_piece_take(&s->lines[HG_TO_CLIENT], in, &line))
		r = hg_smtp_reply(s, line);
	return r;
}

/* ---- for app/ ---- */

static void
open(struct hg_app *app)
{
	struct hg_smtp *s = app->state;

	s->app = app;
	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_pieces_init(&s->lines[d], app->mem);
	hg_buf_init(&s->waiting, app->mem, HG_SMTP_COMMANDS);
	hg_buf_init(&s->helo, app->mem, HG_SMTP_LINE);
	hg_buf_init(&s->banner, app->mem, HG_SMTP_TEXT);
	hg_buf_init(&s->who, app->mem, HG_LOGIN_MEMBER);
	hg_sasl_init(&s->login.sasl, app->mem);
}

static void
close(struct hg_app *app)
{
	struct hg_smtp *s = app->state;

	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_pieces_fini(&s->lines[d]);
	hg_buf_fini(&s->waiting);
	hg_buf_fini(&s->helo);
	hg_buf_fini(&s->banner);
	hg_buf_fini(&s->who);
	hg_sasl_fini(&s->login.sasl);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_smtp *s = app->state;
	struct hg_span rest = in;
	enum hg_feed r = dir == HG_TO_SERVER ? feed_client(s, in) : feed_server(s, &rest);

	*taken = dir == HG_TO_SERVER ? in.len : in.len - rest.len;
	return r;
}

/* The line that is broken is lost. In the server's direction nobody knows how many replies are: what was sent is taken as
 * answered, DATA as accepted. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_smtp *s = app->state;
	struct hg_span waiting = hg_buf_span(&s->waiting);

	if (hg_as_peer(app->suricata7, HG_DIFF_SMTP_GAPS))
		return false;
	hg_pieces_drop(&s->lines[dir]);
	hg_smtp_odd(s, dir, HG_SMTP_MISSING);
	if (s->tx != NULL)
		s->tx->lossy = true;
	if (dir == HG_TO_SERVER) {
		s->skipping = !s->data;
		hg_smtp_data_gap(s, bytes);
		return true;
	}
	s->welcomed = true;
	s->multiline = s->login.open = s->login.asked = false;
	if (waiting.len > 0 && (waiting.p[waiting.len - 1] & ~HG_SMTP_LOOSE) == HG_SMTP_DATA)
		s->data = true;
	hg_buf_clear(&s->waiting);
	s->quits = 0;
	hg_smtp_settle_done(s);
	return true;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_smtp *s = app->state;

	if (dir == HG_TO_SERVER && !s->to_tls)
		hg_smtp_data_cut(s);
}

static void
tx_close(struct hg_app *app, struct hg_tx *tx)
{
	struct hg_smtp *s = app->decoder == &hg_smtp ? app->state : NULL;

	if (s != NULL)
		hg_smtp_forget(s, (struct hg_smtp_tx *)tx);
	if (s != NULL && (struct hg_tx *)s->tx == tx)
		s->tx = NULL;
	hg_smtp_data_close(app, (struct hg_smtp_tx *)tx);
}

/* ---- buffers ---- */

static void
inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	if (row == HG_SMTP_FILE_DATA)
		hg_tx_files_inspected(tx, dir);
}

#define CLIENT_SAYS(text)                                           \
	{                                                           \
		HG_BYTES(text), 0, HG_TO_SERVER, true, false, false \
	}

static const struct hg_magic magics[] = { CLIENT_SAYS("EHLO"), CLIENT_SAYS("HELO"), CLIENT_SAYS("QUIT") };

const struct hg_decoder hg_smtp = {
	.name = "smtp",
	.proto = HG_PROTO_SMTP,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_SMTP_COMPLETE, HG_SMTP_COMPLETE },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.state_size = sizeof(struct hg_smtp),
	.tx_size = sizeof(struct hg_smtp_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = hg_smtp_buffers,
	.n_buffers = HG_COUNT(hg_smtp_buffers),
	.anomalies = hg_smtp_anomalies,
	.n_anomalies = HG_COUNT(hg_smtp_anomalies),
	.loud_anomalies = true,
	.get = hg_smtp_get,
	.inspected = inspected,
	.log = hg_smtp_log,
	.audit = hg_smtp_audit,
	.event_type = "smtp",
	.log_tx_id = true,
	.files_last = true,
	.config_keys = hg_smtp_keys,
	.n_config_keys = HG_SMTP_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_smtp_configure,
	.release = hg_smtp_release,
};
