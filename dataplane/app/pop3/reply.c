/* The server's replies: which command each is about, and what it brings. */
#include "app/pop3/pop3_int.h"

enum kind { NONE, OK, ERR, ASKS };

static bool
is_word(struct hg_span line, struct hg_span word)
{
	return hg_span_starts_nocase(line, word) && (line.len == word.len || hg_is_blank(line.p[word.len]));
}

static enum kind
kind_of(struct hg_span line)
{
	if (is_word(line, HG_BYTES("+OK")))
		return OK;
	if (is_word(line, HG_BYTES("-ERR")))
		return ERR;
	return is_word(line, HG_BYTES("+")) ? ASKS : NONE;
}

bool
hg_pop3_is_reply(struct hg_span line)
{
	return kind_of(line) != NONE;
}

/* ---- lines behind a reply ---- */

/* Two numbers, as LIST and STAT give them. */
static unsigned
read_numbers(struct hg_span text, uint64_t numbers[2])
{
	unsigned n = 0;

	while (n < 2) {
		uint64_t v = 0;
		size_t i = 0;

		text = hg_span_skip_blanks(text);
		for (; i < text.len && text.p[i] >= '0' && text.p[i] <= '9' && i < 18; i++)
			v = v * 10 + (uint64_t)(text.p[i] - '0');
		if (i == 0)
			break;
		numbers[n++] = v;
		text = hg_span_from(text, i);
	}
	return n;
}

static void
take_size(struct hg_pop3 *s, struct hg_span text)
{
	uint64_t numbers[2];

	if (read_numbers(text, numbers) != 2)
		return;
	s->sum.listed++;
	s->sum.octets += numbers[1];
}

static void
take_id(struct hg_pop3 *s, struct hg_span text)
{
	const size_t blank = hg_span_find(text, 0, ' ');
	const struct hg_span id = blank == SIZE_MAX ? HG_SPAN_NONE : hg_span_trim(hg_span_from(text, blank));
	uint64_t numbers[2];
	uint8_t len;

	if (read_numbers(text, numbers) == 0 || numbers[0] == 0 || numbers[0] > HG_POP3_IDS || id.len == 0 ||
		id.len > HG_POP3_ID)
		return;
	if (s->places == NULL)
		s->places = hg_mem_take0(s->app->mem, HG_POP3_IDS * sizeof(*s->places));
	len = (uint8_t)id.len;
	if (s->places == NULL || hg_buf_len(&s->ids) + 1 + len > s->ids.cap)
		return;
	if (hg_buf_append(&s->ids, hg_span(&len, 1)) && hg_buf_append(&s->ids, id))
		s->places[numbers[0] - 1] = (uint32_t)(hg_buf_len(&s->ids) - len);
}

static void
take_capability(struct hg_pop3 *s, struct hg_span text)
{
	if (s->sum.n_capa == HG_POP3_CAPA || hg_buf_len(&s->capa) + text.len + 1 > s->capa.cap)
		return;
	if (hg_buf_append(&s->capa, text) && hg_buf_append(&s->capa, HG_BYTES("\n")))
		s->sum.n_capa++;
}

static void
end_lines(struct hg_pop3 *s, struct hg_pop3_tx *tx)
{
	if (tx != NULL && tx->has_message) {
		hg_message_end(&tx->message, tx->verb == HG_POP3_RETR);
		s->sum.fetched_bytes += tx->verb == HG_POP3_RETR ? tx->message.bytes : 0;
	}
	hg_pop3_settle(s);
}

/* A dot in front of a line was put there by the server (RFC 1939 3). */
static void
take_message(struct hg_pop3_tx *tx, const struct hg_piece *line)
{
	struct hg_piece bare = *line;

	if (line->first && line->text.len > 0 && line->text.p[0] == '.')
		bare.text = hg_span_from(line->text, 1);
	if (tx->has_message)
		hg_message_line(&tx->message, &bare);
}

static void
take_line(struct hg_pop3 *s, const struct hg_piece *line)
{
	const struct hg_pop3_wait *w = hg_pop3_oldest(s);

	if (line->first && line->end.len > 0 && hg_span_eq(line->text, HG_BYTES("."))) {
		end_lines(s, hg_pop3_tx_of(s, w));
		return;
	}
	if (s->now != NULL) {
		s->now->lines += line->first;
		take_message(s->now, line);
	}
	if (!line->first)
		return;
	if (w->verb == HG_POP3_LIST)
		take_size(s, line->text);
	else if (w->verb == HG_POP3_UIDL)
		take_id(s, line->text);
	else if (w->verb == HG_POP3_LISTS_CAPA)
		take_capability(s, line->text);
}

/* ---- replies ---- */

static void
greet(struct hg_pop3 *s, struct hg_span line, enum kind kind)
{
	const size_t blank = hg_span_find(line, 0, ' ');
	const struct hg_span text = blank == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(line, blank + 1);
	const size_t stamp = hg_span_find(text, 0, '<');

	s->greeted = true;
	if (kind == NONE || kind == ASKS) {
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_BAD_REPLY);
		return;
	}
	hg_buf_append(&s->welcome, hg_span_sub(text, 0, HG_POP3_SHOWN));
	s->sum.apop = stamp != SIZE_MAX && hg_span_find(text, stamp, '@') != SIZE_MAX &&
		hg_span_find(text, stamp, '>') != SIZE_MAX;
}

/* What a command of a mailbox has brought about. */
static void
note_success(
	struct hg_pop3 *s, const struct hg_pop3_wait *w, const struct hg_pop3_tx *tx, struct hg_span text)
{
	uint64_t numbers[2];

	switch ((enum hg_pop3_verb)w->verb) {
	case HG_POP3_STAT:
		s->sum.stat_seen = read_numbers(text, numbers) == 2;
		if (s->sum.stat_seen) {
			s->sum.listed = (uint32_t)HG_MIN(numbers[0], (uint64_t)UINT32_MAX);
			s->sum.octets = numbers[1];
		}
		break;
	case HG_POP3_LIST:
		if (w->many) {
			s->sum.listed = 0;
			s->sum.octets = 0;
		}
		break;
	case HG_POP3_UIDL:
		if (w->many) {
			hg_buf_clear(&s->ids);
			if (s->places != NULL)
				memset(s->places, 0, HG_POP3_IDS * sizeof(*s->places));
		}
		break;
	case HG_POP3_LISTS_CAPA:
		hg_buf_clear(&s->capa);
		s->sum.n_capa = 0;
		break;
	case HG_POP3_RETR:
		s->sum.fetched++;
		break;
	case HG_POP3_TOP:
		s->sum.tops++;
		break;
	case HG_POP3_DELE:
		if (s->sum.marked < HG_POP3_MARKED)
			s->sum.marks[s->sum.marked] = tx == NULL ? 0 : tx->number;
		s->sum.marked++;
		break;
	case HG_POP3_RSET:
		s->sum.marked = 0;
		break;
	case HG_POP3_QUIT:
		s->sum.quit = true;
		s->sum.erased = s->sum.marked;
		break;
	case HG_POP3_STLS:
		s->sum.to_tls = true;
		break;
	default:
		break;
	}
}

static bool
is_of_mailbox(uint8_t verb)
{
	return verb >= HG_POP3_STAT && verb <= HG_POP3_DELE;
}

static void
begin_lines(struct hg_pop3 *s, const struct hg_pop3_wait *w, struct hg_pop3_tx *tx)
{
	s->inside = true;
	s->now = tx;
	if (tx == NULL || (w->verb != HG_POP3_RETR && w->verb != HG_POP3_TOP))
		return;
	tx->has_message = true;
	hg_message_open(&tx->message, &tx->base, HG_TO_CLIENT, &s->app->ctx->message, HG_POP3_ODDITIES);
}

static void
answer(struct hg_pop3 *s, struct hg_pop3_wait *w, struct hg_span line, bool ok)
{
	struct hg_pop3_tx *tx = hg_pop3_tx_of(s, w);
	const size_t status = ok ? 3 : 4;
	const struct hg_span text = hg_span_skip_blanks(hg_span_from(line, status));

	if (tx != NULL) {
		tx->replied = true;
		tx->ok = ok;
		tx->line = hg_span_keep(&tx->base.arena, line);
		tx->status = hg_span_sub(tx->line, 0, status);
		tx->text = hg_span_skip_blanks(hg_span_from(tx->line, status));
	}
	if (w->verb == HG_POP3_PASS || w->verb == HG_POP3_APOP || (w->verb == HG_POP3_AUTH && !w->many))
		hg_pop3_login_over(s, w, ok ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE);
	if (ok && is_of_mailbox(w->verb) && !s->entered && !s->sum.midstream && !s->sum.gaps[HG_TO_SERVER] &&
		!s->sum.gaps[HG_TO_CLIENT])
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_EARLY);
	if (ok)
		note_success(s, w, tx, text);
	if (ok && w->many)
		begin_lines(s, w, tx);
	else
		hg_pop3_settle(s);
}

static void
take_reply(struct hg_pop3 *s, struct hg_span line)
{
	const enum kind kind = kind_of(line);
	struct hg_pop3_wait *w = hg_pop3_oldest(s);

	if (!s->greeted) {
		greet(s, line, kind);
		return;
	}
	if (s->unsure)
		return;
	if (s->torn && kind == NONE) {
		hg_pop3_settle_all(s);
		s->unsure = true;
		return;
	}
	s->torn = false;
	if (w == NULL) {
		s->unasked |= kind == OK; /* a server that ends what is idle says -ERR */
		s->strange |= kind == NONE || kind == ASKS;
	} else if (kind == ASKS && w->verb == HG_POP3_AUTH) {
		s->auth_asked = s->auth_open;
	} else if (kind == NONE || kind == ASKS) {
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_BAD_REPLY);
	} else {
		s->pipelined |= s->n_waiting > 1;
		answer(s, w, line, kind == OK);
	}
}

void
hg_pop3_name_unasked(struct hg_pop3 *s)
{
	if (s->unasked && s->sum.spoke[HG_TO_SERVER])
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_UNASKED);
	if (s->strange && s->sum.spoke[HG_TO_SERVER])
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_BAD_REPLY);
	s->unasked = s->strange = false;
}

/* The end of what the server was saying is lost, and it has gone on to the next reply. */
static bool
has_gone_on(const struct hg_pop3 *s, const struct hg_piece *line)
{
	const enum kind kind = line->first ? kind_of(line->text) : NONE;

	return s->lost && s->n_waiting > 1 && (kind == OK || kind == ERR);
}

void
hg_pop3_reply(struct hg_pop3 *s, const struct hg_piece *line)
{
	if (s->inside && has_gone_on(s, line))
		hg_pop3_settle(s);
	if (s->inside) {
		take_line(s, line);
		return;
	}
	if (!line->first)
		return;
	if (line->end.len == 0)
		hg_pop3_odd(s, HG_TO_CLIENT, HG_POP3_LINE_LONG);
	take_reply(s, line->text);
}

/* Within a message its end may be among what is missing. Else the client has got, in what is missing, the reply to the command in front of
 * its last one; where more of them wait, it is one that does not wait for replies, and nobody knows which are missing. */
void
hg_pop3_reply_gap(struct hg_pop3 *s, uint64_t bytes)
{
	hg_pieces_drop(&s->replies);
	s->greeted = true;
	if (!s->inside) {
		s->pipelined |= s->n_waiting > 2;
		while (s->n_waiting > (s->pipelined ? 0u : 1u))
			hg_pop3_settle(s);
		s->unsure |= s->pipelined;
		s->torn = true;
		return;
	}
	s->lost = true;
	if (s->now != NULL && s->now->has_message)
		hg_message_gap(&s->now->message, bytes);
}
