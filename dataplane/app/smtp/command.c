/* The client's commands. */
#include "app/smtp/smtp_int.h"

/* ---- transactions ---- */

static void
keep_helo(struct hg_smtp *s)
{
	if (s->named && s->tx->helo.p == NULL)
		s->tx->helo = hg_span_keep(&s->tx->base.arena, hg_buf_span(&s->helo));
}

/* Behind a mail they begin nothing; with the peer they do when nothing is left to do about it. */
static bool
begins_none(const struct hg_smtp *s, struct hg_span line)
{
	if (s->tx == NULL && (!s->mailed || hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_QUIT)))
		return false;
	return hg_span_starts_nocase(line, HG_BYTES("rset")) || hg_span_starts_nocase(line, HG_BYTES("quit"));
}

void
hg_smtp_begin(struct hg_smtp *s, struct hg_span line)
{
	if ((s->tx != NULL && !s->tx->done) || begins_none(s, line))
		return;
	s->mailed = true;
	s->tx = (struct hg_smtp_tx *)hg_tx_new(s->app);
	s->files_closed = 0;
	s->sent_before = s->sent;
	if (s->app->flow->stream != NULL)
		hg_stream_min_inspect(s->app->flow, HG_TO_SERVER, s->app->ctx->mime.limits.min);
	if (s->tx == NULL)
		return;
	hg_pieces_init(&s->tx->cut, s->app->mem);
	hg_smtp_await(s, s->tx);
	keep_helo(s);
	hg_smtp_auth_of(s, s->tx);
	/* Whoever waited for the answer knows how many mails there were. */
	s->doubtful &= hg_buf_len(&s->waiting) > 0;
	s->tx->doubtful = s->doubtful;
	if (hg_buf_len(&s->banner) > 0)
		s->tx->banner = hg_span_keep(&s->tx->base.arena, hg_buf_span(&s->banner));
	hg_buf_clear(&s->banner);
}

/* ---- what commands say ---- */

/* The word behind the command's name and one more byte; what follows it are parameters (RFC 1870). */
static struct hg_span
word_behind(struct hg_span line, size_t name)
{
	struct hg_span rest = hg_span_from(line, name + 1);

	while (rest.len > 0 && rest.p[0] == ' ')
		rest = hg_span_from(rest, 1);
	return hg_span_sub(rest, 0, hg_span_find(rest, 0, ' '));
}

static bool
take_helo(struct hg_smtp *s, struct hg_span line)
{
	s->current = HG_SMTP_HELLO;
	if (s->named) {
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_DUPLICATE);
		return true;
	}
	s->named = true;
	hg_buf_append(&s->helo, word_behind(line, 4));
	if (s->tx != NULL)
		keep_helo(s);
	return true;
}

static bool
take_mail(struct hg_smtp *s, struct hg_span line)
{
	struct hg_span word = word_behind(line, 9);

	s->current = HG_SMTP_FROM;
	if (s->tx == NULL)
		return true;
	if (s->tx->from.p != NULL) {
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_DUPLICATE);
		return true;
	}
	s->tx->from = hg_span_keep(&s->tx->base.arena, word);
	line = hg_span_sub(hg_span_from(line, (size_t)(word.p - line.p) + word.len), 0, HG_SMTP_TEXT);
	s->tx->parameters = hg_span_keep(&s->tx->base.arena, hg_span_trim(line));
	return true;
}

static bool
take_rcpt(struct hg_smtp *s, struct hg_span line)
{
	struct hg_smtp_tx *tx = s->tx;
	struct hg_smtp_address *a;

	s->current = HG_SMTP_OTHER; /* of one that is not kept the answer is not either */
	if (tx == NULL)
		return true;
	if (tx->n_to == HG_SMTP_RECIPIENTS) {
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_MANY_RECIPIENTS);
		return true;
	}
	a = hg_arena_take0(&tx->base.arena, sizeof(*a));
	if (a == NULL)
		return true;
	a->text = hg_span_keep(&tx->base.arena, word_behind(line, 7));
	if (tx->to_last == NULL)
		tx->to = a;
	else
		tx->to_last->next = a;
	tx->to_last = a;
	tx->n_to++;
	s->current = HG_SMTP_RCPT;
	return true;
}

static bool
take_starttls(struct hg_smtp *s, struct hg_span line)
{
	(void)line;
	s->current = HG_SMTP_STARTTLS;
	return true;
}

static bool
take_data(struct hg_smtp *s, struct hg_span line)
{
	(void)line;
	s->current = HG_SMTP_DATA;
	hg_smtp_data_begin(s);
	return true;
}

/* Size and LAST; false: no size. */
static bool
take_bdat(struct hg_smtp *s, struct hg_span line)
{
	struct hg_span rest = hg_span_from(line, 4);
	uint64_t size = 0;

	if (rest.len == 0 || rest.p[0] != ' ')
		return false;
	while (rest.len > 0 && rest.p[0] == ' ')
		rest = hg_span_from(rest, 1);
	if (rest.len == 0)
		return false;
	for (; rest.len > 0 && rest.p[0] >= '0' && rest.p[0] <= '9'; rest = hg_span_from(rest, 1))
		size = size > UINT32_MAX ? size : size * 10 + (uint64_t)(rest.p[0] - '0');
	s->current = HG_SMTP_BDAT;
	s->chunk = size;
	s->chunk_last = hg_span_eq_nocase(hg_span_trim(rest), HG_BYTES("last"));
	if (s->tx != NULL)
		s->tx->chunks++;
	if (!hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_CHUNKS))
		s->chunk_at = 0;
	s->data = true;
	hg_smtp_chunk_begin(s);
	return true;
}

static bool
take_rset(struct hg_smtp *s, struct hg_span line)
{
	(void)line;
	s->current = HG_SMTP_RSET;
	s->chunk_at = 0;
	if (!hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_RSET))
		hg_smtp_done(s);
	return true;
}

static bool
take_quit(struct hg_smtp *s, struct hg_span line)
{
	(void)line;
	s->current = HG_SMTP_QUIT;
	return true;
}

static bool
take_auth(struct hg_smtp *s, struct hg_span line)
{
	s->current = HG_SMTP_AUTH;
	hg_smtp_auth(s, hg_span_from(line, 5));
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct hg_smtp *s, struct hg_span line);
} commands[] = {
	{ "starttls", take_starttls },
	{ "data", take_data },
	{ "bdat", take_bdat },
	{ "helo", take_helo },
	{ "ehlo", take_helo },
	{ "mail from", take_mail },
	{ "rcpt to", take_rcpt },
	{ "rset", take_rset },
	{ "auth ", take_auth },
	{ "quit", take_quit },
};

/* A DATA behind one that has no answer yet is none. */
static bool
is_second_data(const struct hg_smtp *s, struct hg_span line)
{
	return s->tx != NULL && s->tx->has_data && hg_span_starts_nocase(line, HG_BYTES("data"));
}

/* What its reply is about. */
static enum hg_smtp_command
awaited(const struct hg_smtp *s)
{
	return s->current == HG_SMTP_BDAT && s->chunk_last ? HG_SMTP_LAST : (enum hg_smtp_command)s->current;
}

bool
hg_smtp_command(struct hg_smtp *s, const struct hg_piece *line)
{
	hg_smtp_begin(s, line->text);
	s->sent += line->text.len + line->end.len;
	s->loose = s->tx == NULL || s->tx->done;
	if (!s->welcomed)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_NO_WELCOME);
	if (s->login.asked) {
		hg_smtp_auth_line(s, line->text);
		return hg_smtp_wait(s, HG_SMTP_AUTH);
	}
	if (is_second_data(s, line->text)) {
		s->current = HG_SMTP_DATA;
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_UNPARSABLE);
		return true;
	}
	for (size_t i = 0; i < HG_COUNT(commands); i++) {
		if (!hg_span_starts_nocase(line->text, hg_span_str(commands[i].name)))
			continue;
		return commands[i].take(s, line->text) && hg_smtp_wait(s, awaited(s));
	}
	s->current = HG_SMTP_OTHER;
	return hg_smtp_wait(s, HG_SMTP_OTHER);
}
