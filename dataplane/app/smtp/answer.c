/* What the server says about a transaction: each reply is put down to the command that it answers, however many wait.
 *
 * Replies come in the order of commands, and a transaction's last one is that to its message: so those that wait stand in a
 * list, and the oldest is the one that is spoken of.
 */
#include "app/smtp/smtp_int.h"

enum { OK = 250, GOODBYE = 221, REFUSED = 400 };

/* ---- those that wait ---- */

void
hg_smtp_await(struct hg_smtp *s, struct hg_smtp_tx *tx)
{
	struct hg_smtp_tx **link = &s->awaiting;

	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_ANSWERS))
		return;
	if (s->n_awaiting == HG_SMTP_UNANSWERED) {
		hg_smtp_settle(s, s->awaiting);
		s->given_up++;
	}
	while (*link != NULL)
		link = &(*link)->behind;
	*link = tx;
	tx->awaited = true;
	s->n_awaiting++;
}

void
hg_smtp_forget(struct hg_smtp *s, struct hg_smtp_tx *tx)
{
	struct hg_smtp_tx **link = &s->awaiting;

	if (!tx->awaited)
		return;
	while (*link != tx)
		link = &(*link)->behind;
	*link = tx->behind;
	tx->behind = NULL;
	tx->awaited = false;
	s->n_awaiting--;
}

void
hg_smtp_settle(struct hg_smtp *s, struct hg_smtp_tx *tx)
{
	hg_smtp_forget(s, tx);
	hg_tx_end(&tx->base);
}

void
hg_smtp_settle_done(struct hg_smtp *s)
{
	s->given_up = 0;
	while (s->awaiting != NULL && s->awaiting->done)
		hg_smtp_settle(s, s->awaiting);
}

/* ---- what is said ---- */

static struct hg_span
text_of(struct hg_span line)
{
	return hg_span_sub(hg_span_trim(hg_span_from(line, 4)), 0, HG_SMTP_TEXT);
}

/* Of several lines the first one tells. */
static void
note(const struct hg_smtp *s, struct hg_smtp_tx *tx, struct hg_smtp_answer *answer, unsigned code,
	struct hg_span line)
{
	if (s->listing)
		return;
	answer->code = (uint16_t)code;
	answer->text = hg_span_keep(&tx->base.arena, text_of(line));
}

static struct hg_span
word_behind(struct hg_span text, struct hg_span mark)
{
	const size_t at = hg_mime_search(text, mark);
	struct hg_span rest;
	size_t n = 0;

	if (at == SIZE_MAX)
		return HG_SPAN_NONE;
	rest = hg_span_skip_blanks(hg_span_from(text, at + mark.len));
	while (n < rest.len && rest.p[n] > ' ' && rest.p[n] != ']' && rest.p[n] != ',' && rest.p[n] != ';')
		n++;
	return hg_span_sub(rest, 0, n);
}

static struct hg_span
word_before(struct hg_span text, struct hg_span mark)
{
	const size_t at = hg_mime_search(text, mark);
	size_t from;

	if (at == SIZE_MAX)
		return HG_SPAN_NONE;
	text = hg_span_trim(hg_span_sub(text, 0, at));
	for (from = text.len; from > 0 && text.p[from - 1] > ' '; from--)
		;
	return hg_span_from(text, from);
}

/* Under which the server's own log has the mail: Postfix and its kin, Exim, Exchange, qmail; Sendmail and OpenSMTPD. */
static struct hg_span
queue_id(struct hg_span text)
{
	static const char *const marks[] = { "queued as ", "id=", "internalid=", " qp " };
	struct hg_span found = HG_SPAN_NONE;

	for (size_t i = 0; i < HG_COUNT(marks) && found.len == 0; i++)
		found = word_behind(text, hg_span_str(marks[i]));
	return found.len > 0 ? found : word_before(text, HG_BYTES(" message accepted"));
}

static void
note_message(const struct hg_smtp *s, struct hg_smtp_tx *tx, unsigned code, struct hg_span line)
{
	struct hg_span id;

	note(s, tx, &tx->answer, code, line);
	if (tx->queue.p != NULL || code >= REFUSED)
		return;
	id = queue_id(text_of(line));
	if (id.len > 0)
		tx->queue = hg_span_keep(&tx->base.arena, id);
}

static void
note_recipient(struct hg_smtp *s, struct hg_smtp_tx *tx, unsigned code, struct hg_span line)
{
	struct hg_smtp_address *to = tx->to_answered == NULL ? tx->to : tx->to_answered->next;

	if (to == NULL)
		return;
	note(s, tx, &to->answer, code, line);
	if (!s->multiline)
		tx->to_answered = to;
}

/* The first line is the server's name (RFC 5321 4.1.1.1). */
static void
note_extension(struct hg_smtp *s, struct hg_smtp_tx *tx, struct hg_span line)
{
	struct hg_smtp_extension *e;

	if (!s->listing || tx->n_extensions == HG_SMTP_EXTENSIONS)
		return;
	e = hg_arena_take0(&tx->base.arena, sizeof(*e));
	if (e == NULL)
		return;
	e->text = hg_span_keep(&tx->base.arena, text_of(line));
	if (tx->extensions_last == NULL)
		tx->extensions = e;
	else
		tx->extensions_last->next = e;
	tx->extensions_last = e;
	tx->n_extensions++;
}

static void
note_about(struct hg_smtp *s, struct hg_smtp_tx *tx, enum hg_smtp_command command, unsigned code,
	struct hg_span line)
{
	switch (command) {
	case HG_SMTP_HELLO:
		if (code == OK)
			note_extension(s, tx, line);
		break;
	case HG_SMTP_FROM:
		note(s, tx, &tx->from_answer, code, line);
		break;
	case HG_SMTP_RCPT:
		note_recipient(s, tx, code, line);
		break;
	case HG_SMTP_DATA:
		if (code >= REFUSED)
			note(s, tx, &tx->answer, code, line);
		break;
	case HG_SMTP_BDAT:
		if (code >= REFUSED)
			note_message(s, tx, code, line);
		break;
	case HG_SMTP_MAIL:
	case HG_SMTP_LAST:
		note_message(s, tx, code, line);
		break;
	default:
		break;
	}
}

static bool
is_last_word(uint8_t command)
{
	return command == HG_SMTP_MAIL || command == HG_SMTP_LAST || command == HG_SMTP_RSET;
}

/* A command has its whole answer, or will have none. */
static void
answered(struct hg_smtp *s, uint8_t waiting)
{
	s->quits -= (waiting & ~HG_SMTP_LOOSE) == HG_SMTP_QUIT;
	if ((waiting & HG_SMTP_LOOSE) != 0 || !is_last_word(waiting))
		return;
	if (s->given_up > 0)
		s->given_up--;
	else if (s->awaiting != NULL && s->awaiting->done)
		hg_smtp_settle(s, s->awaiting);
}

void
hg_smtp_answer(struct hg_smtp *s, uint8_t waiting, unsigned code, struct hg_span line)
{
	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_ANSWERS))
		return;
	if ((waiting & HG_SMTP_LOOSE) == 0 && s->given_up == 0 && s->awaiting != NULL)
		note_about(s, s->awaiting, (enum hg_smtp_command)waiting, code, line);
	s->listing = s->multiline;
	if (!s->multiline)
		answered(s, waiting);
}

/* What stands in front of QUIT were no commands to the server: it has taken them for lines of a mail. */
void
hg_smtp_goodbye(struct hg_smtp *s, unsigned code)
{
	struct hg_span waiting = hg_buf_span(&s->waiting);
	size_t n = 0;

	if (code != GOODBYE || s->quits == 0 || hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_ANSWERS))
		return;
	while (n < waiting.len && (waiting.p[n] & ~HG_SMTP_LOOSE) != HG_SMTP_QUIT)
		answered(s, waiting.p[n++]);
	hg_buf_consume(&s->waiting, n);
}

void
hg_smtp_answer_lost(struct hg_smtp *s, unsigned code, struct hg_span line)
{
	struct hg_smtp_tx *tx = s->tx;

	if (tx == NULL || !tx->awaited)
		return;
	note_message(s, tx, code, line);
	s->listing = s->multiline;
	if (!s->multiline)
		hg_smtp_settle(s, tx);
}

void
hg_smtp_greeting(struct hg_smtp *s, struct hg_span line)
{
	if (!hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_ANSWERS) && hg_buf_len(&s->banner) == 0)
		hg_buf_append(&s->banner, text_of(line));
}
