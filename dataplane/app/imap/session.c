/* Commands that wait for their end, and the session's transaction. */
#include "app/imap/imap_int.h"

void
hg_imap_odd(struct hg_imap *s, enum hg_dir dir, enum hg_imap_anomaly row)
{
	if (s->session != NULL)
		hg_tx_anomaly(&s->session->base, dir, (uint8_t)row);
}

void
hg_imap_name_unasked(struct hg_imap *s)
{
	if (s->unasked)
		hg_imap_odd(s, HG_TO_CLIENT, HG_IMAP_UNASKED);
	s->unasked = false;
}

struct hg_imap_tx *
hg_imap_tx_of(struct hg_imap *s, uint64_t id)
{
	return id == UINT64_MAX ? NULL : (struct hg_imap_tx *)hg_tx_find(s->app, id);
}

/* ---- the queue ---- */

static bool
is_login(uint8_t verb)
{
	return verb == HG_IMAP_LOGIN || verb == HG_IMAP_AUTHENTICATE;
}

void
hg_imap_settle(struct hg_imap *s, struct hg_imap_wait *w)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, w->tx);
	const bool told = tx != NULL && tx->status != HG_IMAP_NONE;

	if (is_login(w->verb) && !told && !w->doubtful)
		hg_imap_login_over(s, w, HG_LOGIN_UNKNOWN);
	if (s->client.inside && s->client.tx == w->tx)
		hg_imap_client_refused(s, w->tx);
	if (tx != NULL) {
		tx->hidden |= w->doubtful && !told;
		hg_tx_end(&tx->base);
	}
	s->n_waiting--;
	memmove(w, w + 1, (size_t)(&s->waiting[s->n_waiting] - w) * sizeof(*w));
}

void
hg_imap_settle_all(struct hg_imap *s)
{
	while (s->n_waiting > 0)
		hg_imap_settle(s, &s->waiting[0]);
}

void
hg_imap_hide_all(struct hg_imap *s)
{
	for (uint32_t i = 0; i < s->n_waiting; i++) {
		struct hg_imap_tx *tx = hg_imap_tx_of(s, s->waiting[i].tx);

		if (tx == NULL)
			continue;
		tx->hidden = true;
		hg_tx_end(&tx->base);
	}
	s->n_waiting = 0;
	if (s->session != NULL)
		s->session->hidden = true;
}

struct hg_imap_wait *
hg_imap_wait_add(struct hg_imap *s, struct hg_span tag, enum hg_imap_verb verb)
{
	struct hg_imap_wait *w;

	if (s->n_waiting == HG_IMAP_WAITING) {
		if (s->sum.spoke[HG_TO_CLIENT])
			hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_MANY_COMMANDS);
		hg_imap_settle(s, &s->waiting[0]);
	}
	w = &s->waiting[s->n_waiting++];
	*w = (struct hg_imap_wait){ .tx = UINT64_MAX,
		.verb = (uint8_t)verb,
		.tag_len = (uint8_t)HG_MIN(tag.len, (size_t)HG_IMAP_TAG),
		.doubtful = s->client.doubtful };
	memcpy(w->tag, tag.p, w->tag_len);
	return w;
}

/* Tags may be used again: the oldest is answered first. */
struct hg_imap_wait *
hg_imap_wait_of(struct hg_imap *s, struct hg_span tag)
{
	for (uint32_t i = 0; i < s->n_waiting; i++)
		if (hg_span_eq(hg_span(s->waiting[i].tag, s->waiting[i].tag_len),
			    hg_span_sub(tag, 0, HG_IMAP_TAG)))
			return &s->waiting[i];
	return NULL;
}

struct hg_imap_wait *
hg_imap_wait_first(struct hg_imap *s, enum hg_imap_verb verb)
{
	for (uint32_t i = 0; i < s->n_waiting; i++)
		if (s->waiting[i].verb == verb)
			return &s->waiting[i];
	return NULL;
}

/* ---- literals ---- */

void
hg_imap_mark(uint8_t mark[HG_IMAP_MARK], uint8_t *len, const struct hg_piece *line)
{
	const size_t n = HG_MIN(line->text.len, (size_t)HG_IMAP_MARK);
	size_t keep = line->first ? 0 : HG_MIN((size_t)*len, HG_IMAP_MARK - n);

	memmove(mark, mark + *len - keep, keep);
	memcpy(mark + keep, line->text.p + line->text.len - n, n);
	*len = (uint8_t)(keep + n);
}

enum hg_imap_announced
hg_imap_announced(struct hg_span mark, uint64_t *bytes, size_t *len)
{
	size_t at = mark.len, digits;
	bool at_once;

	if (at < 3 || mark.p[at - 1] != '}')
		return HG_IMAP_NO_LITERAL;
	at--;
	at_once = mark.p[at - 1] == '+' || mark.p[at - 1] == '-';
	at -= at_once;
	digits = at;
	while (at > 0 && mark.p[at - 1] >= '0' && mark.p[at - 1] <= '9')
		at--;
	if (at == digits || at == 0 || mark.p[at - 1] != '{')
		return HG_IMAP_NO_LITERAL;
	*bytes = 0;
	for (size_t i = at; i < digits; i++)
		*bytes = *bytes > UINT64_MAX / 16 ? *bytes : *bytes * 10 + (uint64_t)(mark.p[i] - '0');
	at--;
	if (at > 0 && mark.p[at - 1] == '~')
		at--;
	*len = mark.len - at;
	return at_once ? HG_IMAP_LITERAL_AT_ONCE : HG_IMAP_LITERAL;
}

/* ---- transactions ---- */

struct hg_imap_tx *
hg_imap_message(struct hg_imap *s, enum hg_dir dir)
{
	struct hg_imap_tx *tx = (struct hg_imap_tx *)hg_tx_new(s->app);

	if (tx == NULL)
		return NULL;
	tx->kind = HG_IMAP_OF_MESSAGE;
	tx->base.sides = (uint8_t)(1u << dir);
	tx->has_message = true;
	tx->compressed = s->sum.compressed;
	if (s->entered)
		tx->user = hg_span_keep(&tx->base.arena, hg_buf_span(&s->user));
	hg_message_open(&tx->message, &tx->base, dir, &s->app->ctx->message, HG_IMAP_ODDITIES);
	hg_tx_progress(&tx->base, dir, HG_IMAP_OPEN);
	return tx;
}

static struct hg_span
keep(struct hg_imap_tx *tx, const struct hg_buf *b)
{
	return hg_span_keep(&tx->base.arena, hg_buf_span(b));
}

/* What is shown at the end, in memory that lives as long as the transaction. */
void
hg_imap_end_session(struct hg_imap *s)
{
	struct hg_imap_tx *tx = s->session;
	struct hg_imap_sum *sum = tx == NULL ? NULL : hg_arena_take(&tx->base.arena, sizeof(*sum));

	hg_imap_name_unasked(s);
	if (sum == NULL)
		return;
	*sum = s->sum;
	if (s->entered)
		sum->user = keep(tx, &s->user);
	sum->greeting = keep(tx, &s->greeting);
	sum->capa = keep(tx, &s->capa);
	sum->id = keep(tx, &s->id);
	tx->sum = sum;
	hg_tx_end(&tx->base);
}
