/* Transactions: a request and its response. Responses answer requests in order (RFC 9112 9.3.2). */
#include "app/http/http_int.h"

struct hg_http_tx *
hg_http_tx_open(struct hg_http *h)
{
	struct hg_http_tx *tx = (struct hg_http_tx *)hg_tx_new(h->app);

	if (tx == NULL)
		return NULL;
	tx->uri_port = -1;
	tx->port = hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_PORT_LATE) ? 0 : -1;
	return tx;
}

static void
close_message(struct hg_app *app, struct hg_http_message *m)
{
	hg_http_coding_close(m);
	if (m->body_seen)
		hg_body_fini(&m->body);
	hg_http_multipart_close(app, m);
	hg_http_leave_join(app, m, NULL);
}

static void
unlink_waiting(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_tx *before = NULL;

	for (struct hg_http_tx *t = h->waiting; t != NULL; before = t, t = t->next_waiting) {
		if (t != tx)
			continue;
		if (before == NULL)
			h->waiting = t->next_waiting;
		else
			before->next_waiting = t->next_waiting;
		if (h->waiting_last == t)
			h->waiting_last = before;
		break;
	}
	tx->waiting = false;
}

/* A header line that waits for what may be folded to it lies in the transaction's memory and goes with it. */
static void
leave(struct hg_http_side *s)
{
	s->tx = NULL;
	s->pending = s->fold = false;
}

void
hg_http_tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_http_tx *tx = (struct hg_http_tx *)base;

	for (unsigned d = 0; d < HG_DIRS; d++)
		close_message(app, &tx->msg[d]);
	if (app->state == NULL || app->decoder != base->decoder)
		return;
	struct hg_http *h = app->state;

	if (tx->waiting)
		unlink_waiting(h, tx);
	if (h->unasked == tx)
		h->unasked = NULL;
	for (unsigned d = 0; d < HG_DIRS; d++)
		if (h->side[d].tx == tx)
			leave(&h->side[d]);
}

void
hg_http_wait(struct hg_http *h, struct hg_http_tx *tx)
{
	if (h->side[HG_TO_CLIENT].ended)
		return;
	tx->waiting = true;
	tx->next_waiting = NULL;
	if (h->waiting == NULL)
		h->waiting = tx;
	else
		h->waiting_last->next_waiting = tx;
	h->waiting_last = tx;
}

struct hg_http_tx *
hg_http_tx_answered(struct hg_http *h)
{
	struct hg_http_tx *tx = h->waiting;

	if (tx != NULL)
		unlink_waiting(h, tx);
	return tx;
}

void
hg_http_settle(struct hg_http *h, enum hg_dir dir)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_http_tx *tx = s->tx;

	s->phase = HG_HTTP_IDLE;
	s->settled = true;
	leave(s);
	s->left = 0;
	h->answered += dir == HG_TO_CLIENT;
	if (tx == NULL)
		return;
	if (dir == HG_TO_SERVER && tx->old && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_OLD_IS_LAST))
		s->phase = HG_HTTP_TUNNEL;
	s->last = tx->base.id + 1;
	if (dir == HG_TO_SERVER)
		hg_http_name_again(tx);
	hg_http_body_end(tx, dir, true);
	hg_tx_progress(&tx->base, dir, HG_HTTP_AT_END);
	if (dir == HG_TO_SERVER && h->app->packet != NULL)
		tx->asked = h->app->packet->time;
	if (tx->other_reading)
		hg_tx_end(&tx->base);
	if (tx->other != NULL && dir == HG_TO_SERVER)
		hg_http_other_end(h, tx);
	hg_app_trigger_raw(h->app, dir);
}

void
hg_http_end(struct hg_http *h, enum hg_dir dir)
{
	hg_http_line_drop(&h->side[dir]);
	hg_http_settle(h, dir);
}

void
hg_http_done(struct hg_http *h, enum hg_dir dir)
{
	if (h->side[dir].tx != NULL && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_BODY_BY_PIECE)) {
		hg_http_line_drop(&h->side[dir]);
		h->side[dir].phase = HG_HTTP_AFTER;
	} else {
		hg_http_end(h, dir);
	}
}

struct hg_http_tx *
hg_http_last_request(struct hg_http *h)
{
	uint64_t id = h->side[HG_TO_SERVER].last;

	return id == 0 ? NULL : (struct hg_http_tx *)hg_tx_find(h->app, id - 1);
}
