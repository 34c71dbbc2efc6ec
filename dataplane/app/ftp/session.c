/* The session: a transaction of its own, natively, from the first byte to the end, which counts what the others did. */
#include "app/ftp/ftp_int.h"

void
hg_ftp_session_open(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	hg_buf_init(&s->cwd, app->mem, HG_FTP_PATH);
	hg_buf_init(&s->renamed, app->mem, HG_FTP_PATH);
	hg_buf_init(&s->secret, app->mem, HG_FTP_SECRET);
	s->type = s->next_type = 'A';
	s->mode = s->next_mode = 'S';
	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_RECORD))
		return;
	s->session = (struct hg_ftp_tx *)hg_tx_new_session(app);
	if (s->session == NULL)
		return;
	s->session->session = hg_arena_take0(&s->session->tx.arena, sizeof(*s->session->session));
	if (s->session->session == NULL) {
		hg_tx_end(&s->session->tx);
		s->session->tx.logged = true;
		s->session = NULL;
	}
}

void
hg_ftp_session_close(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	if (s->secret.block != NULL)
		explicit_bzero(s->secret.block, s->secret.size);
	hg_buf_fini(&s->cwd);
	hg_buf_fini(&s->renamed);
	hg_buf_fini(&s->secret);
}

/* What was not answered any more. */
static void
end_waiting(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	for (const struct hg_ftp_tx *tx = s->open; tx != NULL; tx = tx->next_open) {
		hg_ftp_login_lost(app, tx);
		hg_ftp_session_count(s, tx, HG_SPAN_NONE);
	}
	hg_ftp_login_end(app);
}

void
hg_ftp_session_end(struct hg_app *app, enum hg_dir dir)
{
	struct hg_ftp *s = app->state;

	s->ended |= (uint8_t)(1u << dir);
	if (s->ended == HG_SIDE_BOTH && !hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		end_waiting(app);
	if (s->session == NULL)
		return;
	s->session->session->tls = s->to_tls;
	s->session->session->duration = (uint64_t)(app->packet->time - app->flow->first) / HG_MSEC;
	hg_tx_progress(&s->session->tx, dir, HG_FTP_COMPLETE);
}

void
hg_ftp_session_count(struct hg_ftp *s, const struct hg_ftp_tx *tx, struct hg_span reply)
{
	struct hg_ftp_summary *sum = s->session == NULL ? NULL : s->session->session;

	if (sum == NULL || tx->line.len == 0)
		return;
	sum->commands++;
	sum->refused += reply.len > 0 && reply.p[0] >= '4';
	if (reply.len == 0 || reply.p[0] != '2')
		return;
	sum->downloads += tx->command == HG_FTP_RETR;
	sum->uploads += hg_ftp_moves(tx->command) && tx->command != HG_FTP_RETR;
	sum->listings += hg_ftp_lists(tx->command);
}

void
hg_ftp_session_carried(struct hg_app *app, const struct hg_ftp_carried *c)
{
	struct hg_ftp *s = app->decoder == &hg_ftp ? app->state : NULL;
	struct hg_ftp_summary *sum = s == NULL || s->session == NULL ? NULL : s->session->session;

	if (sum == NULL)
		return;
	if (hg_ftp_lists(c->command))
		sum->list_bytes += c->bytes;
	else if (c->command == HG_FTP_RETR)
		sum->down_bytes += c->bytes;
	else
		sum->up_bytes += c->bytes;
	if (s->transfer == NULL || s->transfer->has_carried || s->transfer->command != c->command)
		return;
	s->transfer->carried = *c;
	s->transfer->has_carried = true;
}

void
hg_ftp_name_once(struct hg_ftp *s, struct hg_ftp_tx *tx, enum hg_dir dir, enum hg_ftp_anomaly row)
{
	if ((s->named & 1u << row) == 0)
		hg_ftp_name(tx, dir, row);
	s->named |= 1u << row;
}
