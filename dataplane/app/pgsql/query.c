/* Queries, statements, and the answers to them. */
#include "app/pgsql/pgsql_int.h"
#include "app/sql.h"
#include "app/veil.h"

/* ---- who waits ---- */

static struct hg_pgsql_wait *
oldest(struct hg_pgsql *s)
{
	return s->n_waiting == 0 ? NULL : &s->waiting[s->first];
}

static void
settle(struct hg_pgsql *s)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, s->waiting[s->first].tx);

	s->first = (s->first + 1) % HG_PGSQL_WAITING;
	s->n_waiting--;
	if (tx != NULL)
		hg_tx_end(&tx->base);
}

void
hg_pgsql_settle_all(struct hg_pgsql *s)
{
	hg_pgsql_login_ready(s);
	while (s->n_waiting > 0)
		settle(s);
}

static void
wait_for_answer(struct hg_pgsql *s, const struct hg_pgsql_tx *tx, enum hg_pgsql_kind kind)
{
	if (s->n_waiting == HG_PGSQL_WAITING) {
		if (s->spoke[HG_TO_CLIENT])
			hg_pgsql_odd(hg_pgsql_tx_of(s, oldest(s)->tx), HG_TO_SERVER, HG_PGSQL_TOO_MANY);
		settle(s);
	}
	s->waiting[(s->first + s->n_waiting) % HG_PGSQL_WAITING] =
		(struct hg_pgsql_wait){ .tx = tx == NULL ? UINT64_MAX : tx->base.id, .kind = (uint8_t)kind };
	s->n_waiting++;
}

static bool
ends_at_ready(uint8_t kind)
{
	return kind == HG_PGSQL_QUERY || kind == HG_PGSQL_CALL || kind == HG_PGSQL_SYNC;
}

/* ---- statements by their names ---- */

static struct hg_keyed_key
key_of(struct hg_span name)
{
	return (struct hg_keyed_key){ .session = hg_hash(&HG_HASH_KEY_REPLAY, name.p, name.len),
		.message = name.len };
}

static void
learn(struct hg_pgsql *s, struct hg_span name, struct hg_span text)
{
	const struct hg_keyed_key key = key_of(name);
	struct hg_keyed_slot *slot = hg_keyed_put(&s->statements, &key);

	if (slot != NULL && hg_keyed_add_text(&s->statements, slot, name, HG_PGSQL_PREPARED))
		hg_keyed_add_text(&s->statements, slot, text, HG_PGSQL_PREPARED);
}

/* The slot's text is the name and the text: a hash alone would let one statement take another one's. */
static struct hg_span
text_of(struct hg_pgsql *s, struct hg_span name)
{
	const struct hg_keyed_key key = key_of(name);
	const struct hg_keyed_slot *slot = hg_keyed_find(&s->statements, &key);

	if (slot == NULL || !hg_span_starts(hg_keyed_text_of(slot), name))
		return HG_SPAN_NONE;
	return hg_span_from(hg_keyed_text_of(slot), name.len);
}

static void
bind(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	const struct hg_span portal = hg_pgsql_text(&r), name = hg_pgsql_text(&r);

	hg_pgsql_note(&s->portal, portal);
	hg_pgsql_note(&s->bound, text_of(s, name));
}

/* ---- what the client says ---- */

static struct hg_pgsql_tx *
begin(struct hg_pgsql *s, enum hg_pgsql_kind kind)
{
	struct hg_pgsql_tx *tx = hg_pgsql_begin(s, kind);

	if (tx != NULL) {
		tx->cut = hg_head_cut(&s->head[HG_TO_SERVER]);
		tx->user = hg_pgsql_keep(tx, hg_buf_span(&s->user));
		tx->database = hg_pgsql_keep(tx, hg_buf_span(&s->database));
	}
	return tx;
}

static void
show_text(struct hg_pgsql *s, struct hg_pgsql_tx *tx, struct hg_span text)
{
	if (tx == NULL)
		return;
	tx->length = text.len;
	tx->text = hg_span_keep(&tx->base.arena, text);
	tx->shown = hg_app_masks(s->app) ? hg_sql_masked(&tx->base.arena, tx->text) : tx->text;
}

/* COPY … FROM PROGRAM runs a command on the server's host. */
static bool
copies_program(struct hg_span text)
{
	return hg_span_starts_nocase(hg_span_trim(text), HG_BYTES("copy")) &&
		hg_span_has_nocase(text, HG_BYTES(" program "));
}

static void
take_text(struct hg_pgsql *s, struct hg_pgsql_tx *tx, struct hg_span text)
{
	const struct hg_head *h = &s->head[HG_TO_SERVER];
	struct hg_sql sql = hg_sql_of(text);
	struct hg_span secret;

	while (hg_sql_secret(&sql, &secret))
		hg_app_veil_at(
			s->app, HG_TO_SERVER, h->at + (uint64_t)(secret.p - hg_head_span(h).p), secret.len);
	show_text(s, tx, text);
	if (tx != NULL && tx->cut)
		tx->length = h->length - (uint64_t)(text.p - hg_head_span(h).p);
	if (copies_program(text))
		hg_pgsql_odd(tx, HG_TO_SERVER, HG_PGSQL_COPY_PROGRAM);
}

/* A text that is cut has no end. */
static struct hg_span
read_text(const struct hg_pgsql *s, struct hg_reader *r)
{
	const struct hg_span rest = hg_span(r->p, hg_reader_left(r));

	if (hg_head_cut(&s->head[HG_TO_SERVER]) && hg_span_find(rest, 0, '\0') == SIZE_MAX)
		return hg_read_rest(r);
	return hg_pgsql_text(r);
}

static bool
take_query(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_pgsql_tx *tx = begin(s, HG_PGSQL_QUERY);

	take_text(s, tx, read_text(s, &r));
	wait_for_answer(s, tx, HG_PGSQL_QUERY);
	if (tx != NULL)
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_PGSQL_DONE);
	return !hg_reader_failed(&r);
}

static bool
take_parse(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_pgsql_tx *tx = begin(s, HG_PGSQL_PARSE);
	const struct hg_span name = hg_pgsql_text(&r), text = read_text(s, &r);

	if (tx != NULL)
		tx->name = hg_pgsql_keep(tx, name);
	take_text(s, tx, text);
	learn(s, name, text);
	wait_for_answer(s, tx, HG_PGSQL_PARSE);
	if (tx != NULL)
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_PGSQL_DONE);
	return !hg_reader_failed(&r);
}

static bool
take_execute(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_pgsql_tx *tx = begin(s, HG_PGSQL_EXECUTE);
	const struct hg_span portal = hg_pgsql_text(&r);

	if (tx != NULL)
		tx->name = hg_pgsql_keep(tx, portal);
	if (hg_span_eq(portal, hg_buf_span(&s->portal)) && hg_buf_len(&s->bound) > 0)
		show_text(s, tx, hg_buf_span(&s->bound));
	wait_for_answer(s, tx, HG_PGSQL_EXECUTE);
	if (tx != NULL)
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_PGSQL_DONE);
	return !hg_reader_failed(&r) || hg_head_cut(&s->head[HG_TO_SERVER]);
}

bool
hg_pgsql_said(struct hg_pgsql *s, uint8_t type, struct hg_span body)
{
	struct hg_pgsql_tx *tx;

	switch (type) {
	case 'p':
		if (s->login != UINT64_MAX || s->trying)
			hg_pgsql_password(s, body);
		return true;
	case 'Q':
		return take_query(s, body);
	case 'P':
		return take_parse(s, body);
	case 'B':
		bind(s, body);
		return true;
	case 'E':
		return take_execute(s, body);
	case 'F':
		tx = begin(s, HG_PGSQL_CALL);
		wait_for_answer(s, tx, HG_PGSQL_CALL);
		if (tx != NULL)
			hg_tx_progress(&tx->base, HG_TO_SERVER, HG_PGSQL_DONE);
		return true;
	case 'S':
		wait_for_answer(s, NULL, HG_PGSQL_SYNC);
		return true;
	case 'X':
		tx = begin(s, HG_PGSQL_TERMINATE);
		if (tx != NULL)
			hg_tx_end(&tx->base);
		return true;
	default:
		return type == 'C' || type == 'D' || type == 'H' || type == 'd' || type == 'c' || type == 'f';
	}
}

/* ---- what the server answers ---- */

static void
complete(struct hg_pgsql *s, const struct hg_pgsql_wait *w, struct hg_span body)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, w->tx);
	struct hg_reader r = hg_reader_of(body);

	if (tx != NULL) {
		tx->status = HG_PGSQL_OK;
		tx->tag = hg_pgsql_keep(tx, hg_pgsql_text(&r));
	}
	if (w->kind == HG_PGSQL_EXECUTE)
		settle(s);
}

static void
fail(struct hg_pgsql *s, const struct hg_pgsql_wait *w, struct hg_span body)
{
	hg_pgsql_error(hg_pgsql_tx_of(s, w->tx), body);
	if (!ends_at_ready(w->kind))
		settle(s);
}

static void
parsed(struct hg_pgsql *s, const struct hg_pgsql_wait *w)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, w->tx);

	if (tx != NULL)
		tx->status = HG_PGSQL_OK;
	settle(s);
}

static void
count_row(struct hg_pgsql *s, const struct hg_pgsql_wait *w)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, w->tx);

	if (tx == NULL)
		return;
	tx->has_rows = true;
	tx->rows++;
}

/* Whatever stands in front of it was passed over. */
static void
ready(struct hg_pgsql *s)
{
	bool last = false;

	hg_pgsql_login_ready(s);
	while (s->n_waiting > 0 && !last) {
		last = ends_at_ready(oldest(s)->kind);
		settle(s);
	}
}

static void
answer_waiting(struct hg_pgsql *s, uint8_t type, struct hg_span body)
{
	const struct hg_pgsql_wait *w = oldest(s);
	const bool rows = w != NULL && (w->kind == HG_PGSQL_QUERY || w->kind == HG_PGSQL_EXECUTE);

	if (w == NULL || w->kind == HG_PGSQL_SYNC)
		return;
	if (type == 'E')
		fail(s, w, body);
	else if (type == '1' && w->kind == HG_PGSQL_PARSE)
		parsed(s, w);
	else if (type == 'D' && rows)
		count_row(s, w);
	else if ((type == 'C' || type == 'I' || type == 's') && rows)
		complete(s, w, body);
	else if (type == 'V' && w->kind == HG_PGSQL_CALL)
		complete(s, w, HG_SPAN_NONE);
}

static void
take_process(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_pgsql_tx *tx = hg_pgsql_tx_of(s, s->login);
	struct hg_reader r = hg_reader_of(body);
	const uint32_t process = hg_read_u32be(&r);

	if (tx == NULL || hg_reader_failed(&r))
		return;
	tx->process = process;
	tx->has_process = true;
}

bool
hg_pgsql_answer(struct hg_pgsql *s, uint8_t type, struct hg_span body)
{
	static const char types[] = "123ACDEGHIKNRSTVWZcdnstv";

	if (memchr(types, type, sizeof(types) - 1) == NULL)
		return false;
	switch (type) {
	case 'R':
		return hg_pgsql_authentication(s, body);
	case 'S':
		hg_pgsql_parameter(s, body);
		return true;
	case 'K':
		take_process(s, body);
		return true;
	case 'Z':
		ready(s);
		return true;
	case 'E':
		if (s->login != UINT64_MAX || s->trying) {
			hg_pgsql_login_error(s, body);
			return true;
		}
		break;
	default:
		break;
	}
	answer_waiting(s, type, body);
	return true;
}
