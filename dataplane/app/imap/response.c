/* The server's responses: untagged ones, what it asks for, the end of a command. */
#include "app/imap/imap_int.h"

static size_t
word_len(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ' && s.p[n] != '(')
		n++;
	return n;
}

/* Takes the next word. */
static struct hg_span
word_of(struct hg_span *rest)
{
	struct hg_span word;

	*rest = hg_span_skip_blanks(*rest);
	word = hg_span_sub(*rest, 0, word_len(*rest));
	*rest = hg_span_from(*rest, word.len);
	return word;
}

static enum hg_imap_status
status_of(struct hg_span word)
{
	if (hg_span_eq_nocase(word, HG_BYTES("OK")))
		return HG_IMAP_OK;
	if (hg_span_eq_nocase(word, HG_BYTES("NO")))
		return HG_IMAP_NO;
	return hg_span_eq_nocase(word, HG_BYTES("BAD")) ? HG_IMAP_BAD : HG_IMAP_NONE;
}

bool
hg_imap_is_greeting(struct hg_span line)
{
	static const char *const words[] = { "ok", "preauth", "bye" };
	struct hg_span word;

	if (!hg_span_starts(line, HG_BYTES("* ")))
		return false;
	line = hg_span_from(line, 2);
	word = word_of(&line);
	for (unsigned i = 0; i < HG_COUNT(words); i++)
		if (hg_span_eq_nocase(word, hg_span_str(words[i])))
			return true;
	return false;
}

/* ---- untagged responses ---- */

/* Known; of those that show something of a mailbox `early` says so. */
static const struct {
	const char *name;
	bool numbered, early;
} untagged[] = { { "ok", false, false }, { "no", false, false }, { "bad", false, false },
	{ "bye", false, false }, { "preauth", false, false }, { "capability", false, false },
	{ "enabled", false, false }, { "list", false, true }, { "lsub", false, true },
	{ "xlist", false, true }, { "status", false, true }, { "search", false, true },
	{ "esearch", false, true }, { "sort", false, true }, { "thread", false, true },
	{ "flags", false, false }, { "namespace", false, false }, { "id", false, false },
	{ "quota", false, false }, { "quotaroot", false, false }, { "acl", false, false },
	{ "listrights", false, false }, { "myrights", false, false }, { "metadata", false, false },
	{ "annotation", false, false }, { "vanished", false, true }, { "language", false, false },
	{ "comparator", false, false }, { "genurlauth", false, false }, { "urlfetch", false, true },
	{ "exists", true, true }, { "recent", true, true }, { "expunge", true, true },
	{ "fetch", true, true } };

static void
name_early(struct hg_imap *s)
{
	if (s->sum.spoke[HG_TO_SERVER] && !s->entered && !s->sum.preauth && !s->sum.midstream &&
		!s->sum.gaps[HG_TO_SERVER] && !s->sum.gaps[HG_TO_CLIENT])
		hg_imap_odd(s, HG_TO_CLIENT, HG_IMAP_EARLY);
}

/* Of a side that is seen alone nobody knows what was asked. */
static void
name_unknown(struct hg_imap *s)
{
	if (s->sum.spoke[HG_TO_SERVER])
		hg_imap_odd(s, HG_TO_CLIENT, HG_IMAP_UNKNOWN_RESPONSE);
}

static bool
is_number(struct hg_span word, uint32_t *n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
		v = v > UINT32_MAX ? v : v * 10 + (uint64_t)(word.p[i] - '0');
	}
	*n = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
	return word.len > 0;
}

static void
keep_line(struct hg_buf *b, struct hg_span text)
{
	hg_buf_clear(b);
	hg_buf_append(b, hg_span_sub(hg_span_trim(text), 0, HG_IMAP_SHOWN));
}

/* Codes may stand in any status: [CAPABILITY …] */
static void
take_code(struct hg_imap *s, struct hg_span text)
{
	const size_t end = hg_span_find(text, 0, ']');

	if (hg_span_starts_nocase(text, HG_BYTES("[CAPABILITY ")) && end != SIZE_MAX)
		keep_line(&s->capa, hg_span_sub(text, 12, end - 12));
}

static void
take_untagged(struct hg_imap *s, struct hg_span rest)
{
	struct hg_span word = word_of(&rest);
	struct hg_imap_wait *w;
	struct hg_imap_tx *tx;
	uint32_t number = 0;
	const bool numbered = is_number(word, &number);
	unsigned i = 0;

	if (numbered)
		word = word_of(&rest);
	while (i < HG_COUNT(untagged) &&
		(untagged[i].numbered != numbered || !hg_span_eq_nocase(word, hg_span_str(untagged[i].name))))
		i++;
	if (i == HG_COUNT(untagged)) {
		name_unknown(s);
		return;
	}
	if (untagged[i].early)
		name_early(s);
	if (hg_span_eq_nocase(word, HG_BYTES("fetch"))) {
		hg_imap_fetch_begin(s, number);
		hg_imap_fetch_text(s, rest);
	} else if (hg_span_eq_nocase(word, HG_BYTES("exists"))) {
		w = hg_imap_wait_first(s, HG_IMAP_SELECT);
		tx = w == NULL ? NULL : hg_imap_tx_of(s, w->tx);
		if (tx != NULL)
			tx->exists = number;
	} else if (hg_span_eq_nocase(word, HG_BYTES("expunge"))) {
		s->sum.expunged++;
	} else if (hg_span_eq_nocase(word, HG_BYTES("capability"))) {
		keep_line(&s->capa, rest);
	} else if (!numbered &&
		(status_of(word) != HG_IMAP_NONE || hg_span_eq_nocase(word, HG_BYTES("bye")))) {
		s->server.plain = true;
		take_code(s, hg_span_skip_blanks(rest));
	}
}

static void
greet(struct hg_imap *s, struct hg_span rest)
{
	const struct hg_span word = word_of(&rest);

	s->greeted = s->server.plain = true;
	s->sum.preauth = hg_span_eq_nocase(word, HG_BYTES("preauth"));
	keep_line(&s->greeting, rest);
	take_code(s, hg_span_skip_blanks(rest));
}

/* ---- the end of a command ---- */

static void
note_success(struct hg_imap *s, struct hg_imap_tx *tx, uint8_t verb)
{
	switch ((enum hg_imap_verb)verb) {
	case HG_IMAP_SELECT:
		s->sum.mailboxes++;
		hg_imap_mail_forget(s);
		hg_buf_clear(&s->selected);
		hg_buf_clear(&s->selected_raw);
		if (tx != NULL) {
			hg_buf_append(&s->selected, tx->mailbox);
			hg_buf_append(&s->selected_raw, tx->mailbox_raw);
		}
		break;
	case HG_IMAP_CLOSE:
		hg_imap_mail_forget(s);
		hg_buf_clear(&s->selected);
		hg_buf_clear(&s->selected_raw);
		break;
	case HG_IMAP_STORE:
		s->sum.deleted += tx != NULL && hg_imap_deletes(tx);
		break;
	case HG_IMAP_COPY:
		s->sum.copied++;
		break;
	case HG_IMAP_LOGOUT:
		s->sum.logout = true;
		break;
	case HG_IMAP_STARTTLS:
		s->sum.to_tls = true;
		break;
	case HG_IMAP_COMPRESS:
		hg_imap_compress(s);
		break;
	default:
		break;
	}
}

static void
end_command(struct hg_imap *s, struct hg_imap_wait *w, enum hg_imap_status status, struct hg_span line,
	struct hg_span text)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, w->tx);
	const uint8_t verb = w->verb;

	if (verb == HG_IMAP_STARTTLS)
		s->sum.starttls = true;
	hg_imap_client_refused(s, w->tx);
	if (tx != NULL) {
		tx->status = (uint8_t)status;
		tx->line = hg_span_keep(&tx->base.arena, line);
		tx->text = hg_span_from(tx->line, (size_t)(text.p - line.p));
	}
	if (verb == HG_IMAP_IDLE)
		s->idle = false;
	if ((verb == HG_IMAP_LOGIN || verb == HG_IMAP_AUTHENTICATE) && status != HG_IMAP_BAD)
		hg_imap_login_over(s, w, status == HG_IMAP_OK ? HG_LOGIN_SUCCESS : HG_LOGIN_FAILURE);
	else if (verb == HG_IMAP_AUTHENTICATE)
		s->auth_open = s->auth_asked = false;
	if (status == HG_IMAP_OK)
		note_success(s, tx, verb);
	hg_imap_settle(s, w);
}

/* A tag that waits for an answer shows where we are, whatever was missing. */
static void
take_tagged(struct hg_imap *s, struct hg_span line)
{
	struct hg_span rest = line;
	const struct hg_span tag = word_of(&rest);
	const enum hg_imap_status status = status_of(word_of(&rest));
	struct hg_imap_wait *w = hg_imap_wait_of(s, tag);

	if (w != NULL && status != HG_IMAP_NONE) {
		rest = hg_span_skip_blanks(rest);
		if (w->doubtful)
			s->client.doubtful = false;
		s->server.blind = false;
		take_code(s, rest);
		end_command(s, w, status, line, rest);
	} else if (!s->server.blind && status != HG_IMAP_NONE) {
		if (s->sum.spoke[HG_TO_SERVER] && !s->sum.midstream && !s->sum.gaps[HG_TO_SERVER])
			s->unasked = true;
	} else if (!s->server.blind) {
		name_unknown(s);
	}
}

/* ---- lines ---- */

static void
begin_response(struct hg_imap *s, struct hg_span line)
{
	struct hg_imap_server *v = &s->server;

	v->fetch = false;
	v->plain = v->blind;
	if (hg_span_starts(line, HG_BYTES("* "))) {
		if (!s->greeted)
			greet(s, hg_span_from(line, 2));
		else if (!v->blind)
			take_untagged(s, hg_span_from(line, 2));
	} else if (line.len > 0 && line.p[0] == '+') {
		v->plain = true;
		s->client.waits = false;
		s->auth_asked = s->auth_open;
	} else if (line.len > 0) {
		v->plain = true;
		take_tagged(s, line);
	}
}

static void
take_line(struct hg_imap *s, const struct hg_piece *line)
{
	struct hg_imap_server *v = &s->server;
	uint64_t bytes;
	size_t mark;

	hg_imap_mark(v->mark, &v->mark_len, line);
	if (line->first && !v->inside)
		begin_response(s, line->text);
	else if (v->fetch)
		hg_imap_fetch_text(s, line->text);
	if (line->end.len == 0)
		return;
	v->inside = !v->plain &&
		hg_imap_announced(hg_span(v->mark, v->mark_len), &bytes, &mark) != HG_IMAP_NO_LITERAL;
	if (v->inside) {
		v->literal = (struct hg_imap_literal){ bytes > 0, bytes };
		if (bytes > s->app->ctx->literal_most)
			hg_imap_odd(s, HG_TO_CLIENT, HG_IMAP_LITERAL_BIG);
		if (v->fetch)
			hg_imap_fetch_literal(s, bytes);
		if (v->fetch && bytes == 0)
			hg_imap_fetch_literal_end(s);
	} else if (v->fetch) {
		hg_imap_fetch_end(s);
		v->fetch = false;
	}
}

static void
take_literal(struct hg_imap *s, struct hg_span *in)
{
	struct hg_imap_server *v = &s->server;
	const struct hg_span bytes = hg_span_sub(*in, 0, (size_t)HG_MIN((uint64_t)in->len, v->literal.left));

	*in = hg_span_from(*in, bytes.len);
	v->literal.left -= bytes.len;
	if (v->fetch)
		hg_imap_fetch_bytes(s, bytes);
	if (v->literal.left > 0)
		return;
	v->literal.open = false;
	if (v->fetch)
		hg_imap_fetch_literal_end(s);
}

/* Another protocol, before anything was said of this one. */
static bool
is_foreign(const struct hg_imap *s, const struct hg_piece *line)
{
	return !s->greeted && line->first && !hg_imap_is_greeting(line->text);
}

struct hg_span
hg_imap_server(struct hg_imap *s, struct hg_span in)
{
	const bool compressed = s->sum.compressed;
	struct hg_piece line;

	while (in.len > 0 && !s->deaf && !s->sum.to_tls && s->sum.compressed == compressed) {
		if (s->server.literal.open) {
			take_literal(s, &in);
		} else if (hg_piece_take(&s->server.lines, &in, &line)) {
			s->deaf = is_foreign(s, &line);
			if (!s->deaf)
				take_line(s, &line);
		}
	}
	return in;
}

/* Inside a literal what is missing is known by its length. */
void
hg_imap_server_gap(struct hg_imap *s, uint64_t bytes)
{
	struct hg_imap_server *v = &s->server;

	hg_pieces_drop(&v->lines);
	s->greeted = true;
	if (v->literal.open && bytes <= v->literal.left) {
		v->literal.left -= bytes;
		if (v->fetch)
			hg_imap_fetch_gap(s, bytes);
		v->literal.open = v->literal.left > 0;
		if (!v->literal.open && v->fetch)
			hg_imap_fetch_literal_end(s);
		return;
	}
	hg_imap_mail_end(s, false);
	v->literal.open = v->inside = v->fetch = false;
	v->blind = true;
}
