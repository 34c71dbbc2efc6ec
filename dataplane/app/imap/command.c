/* The client's commands: a line, and where it ends in the length of a literal, so many bytes and another line (RFC 9051 4.3). */
#include "app/imap/imap_int.h"

static const struct {
	const char *name;
	uint8_t verb;
} verbs[] = { { "capability", HG_IMAP_PLAIN }, { "noop", HG_IMAP_PLAIN }, { "logout", HG_IMAP_LOGOUT },
	{ "starttls", HG_IMAP_STARTTLS }, { "authenticate", HG_IMAP_AUTHENTICATE },
	{ "login", HG_IMAP_LOGIN }, { "select", HG_IMAP_SELECT }, { "examine", HG_IMAP_SELECT },
	{ "create", HG_IMAP_ON_NAME }, { "delete", HG_IMAP_ON_NAME }, { "rename", HG_IMAP_ON_NAME },
	{ "subscribe", HG_IMAP_ON_NAME }, { "unsubscribe", HG_IMAP_ON_NAME }, { "list", HG_IMAP_PLAIN },
	{ "lsub", HG_IMAP_PLAIN }, { "xlist", HG_IMAP_PLAIN }, { "status", HG_IMAP_ON_NAME },
	{ "append", HG_IMAP_APPEND }, { "check", HG_IMAP_ON_MAILBOX }, { "close", HG_IMAP_CLOSE },
	{ "unselect", HG_IMAP_CLOSE }, { "expunge", HG_IMAP_EXPUNGE }, { "search", HG_IMAP_ON_MAILBOX },
	{ "sort", HG_IMAP_ON_MAILBOX }, { "thread", HG_IMAP_ON_MAILBOX }, { "fetch", HG_IMAP_FETCH },
	{ "store", HG_IMAP_STORE }, { "copy", HG_IMAP_COPY }, { "move", HG_IMAP_COPY },
	{ "idle", HG_IMAP_IDLE }, { "id", HG_IMAP_ID }, { "namespace", HG_IMAP_PLAIN },
	{ "enable", HG_IMAP_PLAIN }, { "compress", HG_IMAP_COMPRESS }, { "getquota", HG_IMAP_PLAIN },
	{ "getquotaroot", HG_IMAP_ON_NAME }, { "setquota", HG_IMAP_PLAIN }, { "getacl", HG_IMAP_ON_NAME },
	{ "setacl", HG_IMAP_ON_NAME }, { "deleteacl", HG_IMAP_ON_NAME }, { "listrights", HG_IMAP_ON_NAME },
	{ "myrights", HG_IMAP_ON_NAME }, { "getmetadata", HG_IMAP_PLAIN }, { "setmetadata", HG_IMAP_ON_NAME },
	{ "notify", HG_IMAP_PLAIN }, { "language", HG_IMAP_PLAIN }, { "unauthenticate", HG_IMAP_PLAIN },
	{ "genurlauth", HG_IMAP_PLAIN }, { "urlfetch", HG_IMAP_PLAIN } };

enum hg_imap_verb
hg_imap_verb_of(struct hg_span word)
{
	for (unsigned i = 0; i < HG_COUNT(verbs); i++)
		if (hg_span_eq_nocase(word, hg_span_str(verbs[i].name)))
			return (enum hg_imap_verb)verbs[i].verb;
	return HG_IMAP_UNKNOWN;
}

static size_t
word_len(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ')
		n++;
	return n;
}

/* RFC 9051 9: tags are atoms without a plus; one without a letter or a digit counts nothing. */
static bool
is_tag(struct hg_span s)
{
	bool counts = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || strchr("(){%*\"\\+", s.p[i]) != NULL)
			return false;
		counts |= (s.p[i] >= '0' && s.p[i] <= '9') ||
			(hg_lower(s.p[i]) >= 'a' && hg_lower(s.p[i]) <= 'z');
	}
	return counts && s.len <= HG_IMAP_TAG;
}

enum hg_probe
hg_imap_probe_client(struct hg_span in)
{
	const size_t tag = word_len(in);
	const struct hg_span rest = hg_span_from(in, tag + 1), word = hg_span_sub(rest, 0, word_len(rest));

	if (!is_tag(hg_span_sub(in, 0, tag)))
		return in.len == 0 ? HG_PROBE_MORE : HG_PROBE_NO;
	if (tag == in.len)
		return HG_PROBE_MORE;
	if (in.p[tag] != ' ')
		return HG_PROBE_NO;
	if (word.len < rest.len)
		return hg_imap_verb_of(word) == HG_IMAP_UNKNOWN ? HG_PROBE_NO : HG_PROBE_YES;
	for (unsigned i = 0; i < HG_COUNT(verbs); i++)
		if (hg_span_starts_nocase(hg_span_str(verbs[i].name), word))
			return HG_PROBE_MORE;
	return HG_PROBE_NO;
}

/* ---- arguments ---- */

static struct hg_span
keep_name(struct hg_imap *s, struct hg_imap_tx *tx, struct hg_span raw, struct hg_span *kept_raw)
{
	uint8_t text[HG_IMAP_NAME * 2];
	size_t n;

	raw = hg_span_sub(raw, 0, HG_IMAP_NAME);
	n = hg_imap_name(raw, text, sizeof(text));
	if (n == SIZE_MAX) {
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_BAD_NAME);
		return hg_span_keep(&tx->base.arena, raw);
	}
	if (!hg_span_eq(raw, hg_span(text, n)))
		*kept_raw = hg_span_keep(&tx->base.arena, raw);
	return hg_span_keep(&tx->base.arena, hg_span(text, n));
}

/* BODY[]<0.65536>: how much of a message is asked for at a time. */
static uint64_t
asked_of(struct hg_span args)
{
	const size_t open = hg_span_find(args, 0, '<'),
		     point = open == SIZE_MAX ? SIZE_MAX : hg_span_find(args, open, '.');
	uint64_t n = 0;

	if (point == SIZE_MAX)
		return 0;
	for (size_t i = point + 1; i < args.len && args.p[i] >= '0' && args.p[i] <= '9' && n < UINT32_MAX;
		i++)
		n = n * 10 + (uint64_t)(args.p[i] - '0');
	return n;
}

static void
read_names(struct hg_imap *s, struct hg_imap_tx *tx)
{
	uint8_t text[HG_IMAP_NAME];
	struct hg_span rest = tx->args, word;
	const bool second = tx->verb == HG_IMAP_COPY;

	if (tx->verb >= HG_IMAP_FETCH && tx->verb <= HG_IMAP_CLOSE) {
		tx->mailbox = hg_span_keep(&tx->base.arena, hg_buf_span(&s->selected));
		if (hg_buf_len(&s->selected_raw) > 0)
			tx->mailbox_raw = hg_span_keep(&tx->base.arena, hg_buf_span(&s->selected_raw));
	}
	if (!second && tx->verb != HG_IMAP_ON_NAME && tx->verb != HG_IMAP_SELECT &&
		tx->verb != HG_IMAP_APPEND)
		return;
	if (!hg_imap_token(&rest, text, sizeof(text), &word) ||
		(second && !hg_imap_token(&rest, text, sizeof(text), &word)))
		return;
	if (second)
		tx->target = keep_name(s, tx, word, &tx->target_raw);
	else
		tx->mailbox = keep_name(s, tx, word, &tx->mailbox_raw);
}

static void
read_sasl(struct hg_imap *s, const struct hg_imap_tx *tx)
{
	uint8_t text[64];
	struct hg_span rest = tx->args, name;

	if (!hg_imap_token(&rest, text, sizeof(text), &name))
		return;
	hg_sasl_begin(&s->sasl, name, hg_span_trim(rest));
	s->auth_open = true;
	s->auth_asked = false;
}

/* RFC 2971: ("name" "x" "version" "1"): x 1. */
static void
read_id(struct hg_imap *s, struct hg_span args)
{
	static const char *const wanted[] = { "name", "version" };
	uint8_t text[2][HG_LOGIN_MEMBER];
	struct hg_span rest = args.len < 2 ? HG_SPAN_NONE : hg_span_sub(args, 1, args.len - 2), key, value;

	if (args.len < 2 || args.p[0] != '(')
		return;
	hg_buf_clear(&s->id);
	while (hg_imap_token(&rest, text[0], sizeof(text[0]), &key) &&
		hg_imap_token(&rest, text[1], sizeof(text[1]), &value))
		for (unsigned i = 0; i < HG_COUNT(wanted); i++) {
			if (!hg_span_eq_nocase(key, hg_span_str(wanted[i])))
				continue;
			if (hg_buf_len(&s->id) > 0)
				hg_buf_append(&s->id, HG_BYTES(" "));
			hg_buf_append(&s->id, value);
		}
}

static void
end_command(struct hg_imap *s)
{
	struct hg_imap_client *c = &s->client;
	struct hg_imap_tx *tx = hg_imap_tx_of(s, c->tx);

	c->inside = false;
	if (tx == NULL)
		return;
	tx->args = hg_span_keep(&tx->base.arena, hg_span_trim(hg_buf_span(&c->text)));
	tx->cut |= c->cut;
	read_names(s, tx);
	if (tx->verb == HG_IMAP_AUTHENTICATE)
		read_sasl(s, tx);
	if (tx->verb == HG_IMAP_FETCH)
		s->asked = asked_of(tx->args);
	if (tx->verb == HG_IMAP_ID)
		read_id(s, tx->args);
	s->idle |= tx->verb == HG_IMAP_IDLE;
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_IMAP_COMPLETE);
}

/* ---- literals ---- */

/* Is there a mailbox in front of the literal? Then it is a message. */
static bool
is_message(const struct hg_imap_client *c)
{
	struct hg_span rest = hg_buf_span(&c->text), word;
	uint8_t text[HG_IMAP_NAME];

	return c->verb == HG_IMAP_APPEND && hg_imap_token(&rest, text, sizeof(text), &word);
}

static void
end_message(struct hg_imap *s, bool whole)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, s->client.message);

	s->client.message = UINT64_MAX;
	s->sum.appended += whole;
	if (tx == NULL)
		return;
	tx->hidden = s->client.waits && tx->message.bytes == 0; /* the server did not want it */
	hg_message_end(&tx->message, whole);
	s->sum.appended_bytes += whole ? tx->message.bytes : 0;
	hg_tx_end(&tx->base);
}

static void
begin_message(struct hg_imap *s)
{
	struct hg_imap_client *c = &s->client;
	const struct hg_imap_tx *command = hg_imap_tx_of(s, c->tx);
	struct hg_imap_tx *tx = hg_imap_message(s, HG_TO_SERVER);
	struct hg_span rest = hg_buf_span(&c->text), word;
	uint8_t text[HG_IMAP_NAME];

	c->message = UINT64_MAX;
	if (tx == NULL)
		return;
	c->message = tx->base.id;
	if (command != NULL) {
		tx->tag = hg_span_keep(&tx->base.arena, command->tag);
		tx->command = hg_span_keep(&tx->base.arena, command->command);
	}
	if (hg_imap_token(&rest, text, sizeof(text), &word))
		tx->mailbox = keep_name(s, tx, word, &tx->mailbox_raw);
}

/* Literals become quoted strings of the command, so that what follows is read the same way. */
static void
quote(struct hg_imap_client *c, struct hg_span bytes)
{
	for (size_t i = 0; i < bytes.len && !c->cut; i++) {
		if (bytes.p[i] == '"' || bytes.p[i] == '\\')
			c->cut |= !hg_buf_append(&c->text, HG_BYTES("\\"));
		c->cut |= !hg_buf_append(&c->text, hg_span(&bytes.p[i], 1));
	}
}

static void
end_literal(struct hg_imap *s)
{
	struct hg_imap_client *c = &s->client;

	c->literal.open = false;
	if (c->quotes)
		c->cut |= !hg_buf_append(&c->text, HG_BYTES("\""));
	else
		end_message(s, true);
}

static void
begin_literal(struct hg_imap *s, uint64_t bytes, size_t mark, bool waits)
{
	struct hg_imap_client *c = &s->client;

	hg_buf_cut(&c->text, HG_MIN(mark, hg_buf_len(&c->text)));
	c->literal = (struct hg_imap_literal){ true, bytes };
	c->waits = waits;
	c->quotes = !is_message(c);
	if (bytes > s->app->ctx->literal_most || (c->quotes && bytes > HG_IMAP_COMMAND))
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_LITERAL_BIG);
	if (c->quotes)
		c->cut |= !hg_buf_append(&c->text, HG_BYTES("\""));
	else
		begin_message(s);
	if (bytes == 0)
		end_literal(s);
}

static void
take_literal(struct hg_imap *s, struct hg_span *in)
{
	struct hg_imap_client *c = &s->client;
	const struct hg_span bytes = hg_span_sub(*in, 0, (size_t)HG_MIN((uint64_t)in->len, c->literal.left));
	struct hg_imap_tx *tx;

	*in = hg_span_from(*in, bytes.len);
	c->literal.left -= bytes.len;
	if (c->quotes) {
		quote(c, bytes);
	} else {
		tx = hg_imap_tx_of(s, s->client.message);
		if (tx != NULL)
			hg_message_bytes(&tx->message, bytes);
	}
	if (c->literal.left == 0)
		end_literal(s);
}

void
hg_imap_client_refused(struct hg_imap *s, uint64_t tx)
{
	struct hg_imap_client *c = &s->client;

	if (!c->inside || c->tx != tx || (c->literal.open && !c->waits))
		return;
	if (c->literal.open && !c->quotes)
		end_message(s, false);
	c->literal.open = false;
	hg_buf_cut(&c->text, c->quotes && hg_buf_len(&c->text) > 0);
	end_command(s);
}

/* ---- lines ---- */

static bool
begin_command(struct hg_imap *s, struct hg_span line, size_t *head)
{
	const size_t tag_len = word_len(line);
	const struct hg_span tag = hg_span_sub(line, 0, tag_len);
	struct hg_span rest = hg_span_skip_blanks(hg_span_from(line, tag_len)), word;
	struct hg_imap_client *c = &s->client;
	struct hg_imap_wait *w;
	struct hg_imap_tx *tx;
	enum hg_imap_verb verb;
	bool by_uid;

	word = hg_span_sub(rest, 0, word_len(rest));
	by_uid = hg_span_eq_nocase(word, HG_BYTES("uid"));
	if (by_uid) {
		rest = hg_span_skip_blanks(hg_span_from(rest, word.len));
		word = hg_span_sub(rest, 0, word_len(rest));
	}
	verb = hg_imap_verb_of(word);
	if (verb == HG_IMAP_UNKNOWN && (!s->believed || c->doubtful)) {
		s->deaf |= !s->believed;
		return false;
	}
	if (!is_tag(tag) || word.len == 0) {
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_NO_TAG);
		return false;
	}
	s->believed = true;
	if (verb == HG_IMAP_UNKNOWN)
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_UNKNOWN_COMMAND);
	if (hg_imap_wait_first(s, HG_IMAP_STARTTLS) != NULL)
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_INJECTION);
	s->sum.commands++;
	w = hg_imap_wait_add(s, tag, verb);
	tx = (struct hg_imap_tx *)hg_tx_new(s->app);
	c->inside = true;
	c->verb = (uint8_t)verb;
	c->tx = tx == NULL ? UINT64_MAX : tx->base.id;
	w->tx = c->tx;
	*head = (size_t)(word.p - line.p) + word.len;
	if (tx == NULL)
		return true;
	tx->kind = HG_IMAP_OF_COMMAND;
	tx->verb = (uint8_t)verb;
	tx->by_uid = by_uid;
	tx->compressed = s->sum.compressed;
	tx->tag = hg_span_keep(&tx->base.arena, tag);
	tx->command = hg_span_keep(&tx->base.arena, word);
	if (s->entered)
		tx->user = hg_span_keep(&tx->base.arena, hg_buf_span(&s->user));
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_IMAP_OPEN);
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_IMAP_OPEN);
	return true;
}

/* Lines that are no commands: credentials, the end of IDLE. Where the server is not seen, nobody says that it asked. */
static bool
take_other(struct hg_imap *s, struct hg_span line)
{
	if (s->idle && hg_span_eq_nocase(line, HG_BYTES("done"))) {
		s->idle = false;
		return true;
	}
	if (!s->auth_asked &&
		!(s->auth_open && !s->sum.spoke[HG_TO_CLIENT] && hg_span_find(line, 0, ' ') == SIZE_MAX))
		return false;
	s->auth_asked = false;
	if (!hg_span_eq(line, HG_BYTES("*")))
		hg_sasl_line(&s->sasl, line);
	return true;
}

/* The first piece of a line; false: nothing of the line is of use. */
static bool
begin_line(struct hg_imap *s, struct hg_piece *line)
{
	struct hg_imap_client *c = &s->client;
	size_t head = 0;

	if (c->inside)
		return true;
	if (line->text.len == 0 || take_other(s, line->text) || !begin_command(s, line->text, &head))
		return false;
	hg_buf_clear(&c->text);
	c->cut = false;
	line->text = hg_span_from(line->text, head);
	return true;
}

static void
take_line(struct hg_imap *s, struct hg_piece *line)
{
	struct hg_imap_client *c = &s->client;
	enum hg_imap_announced how;
	uint64_t bytes;
	size_t mark;

	hg_imap_mark(c->mark, &c->mark_len, line);
	hg_imap_name_unasked(s);
	if (line->first)
		c->passing = !begin_line(s, line);
	if (c->passing)
		return;
	if (hg_span_find(line->text, 0, '\0') != SIZE_MAX)
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_NUL);
	if (!c->cut && !hg_buf_append(&c->text, line->text)) {
		c->cut = true;
		hg_imap_odd(s, HG_TO_SERVER, HG_IMAP_LINE_LONG);
	}
	if (line->end.len == 0)
		return;
	how = hg_imap_announced(hg_span(c->mark, c->mark_len), &bytes, &mark);
	if (how == HG_IMAP_NO_LITERAL)
		end_command(s);
	else
		begin_literal(s, bytes, mark, how == HG_IMAP_LITERAL);
}

void
hg_imap_client(struct hg_imap *s, struct hg_span in)
{
	struct hg_piece line;

	while (in.len > 0 && !s->deaf) {
		if (s->client.literal.open)
			take_literal(s, &in);
		else if (hg_piece_take(&s->client.lines, &in, &line))
			take_line(s, &line);
	}
}

/* Inside a message what is missing is known by its length. Behind other gaps nobody knows whether a line is a command: the server
 * shows it by answering. */
void
hg_imap_client_gap(struct hg_imap *s, uint64_t bytes)
{
	struct hg_imap_client *c = &s->client;
	struct hg_imap_tx *tx = hg_imap_tx_of(s, s->client.message);

	hg_pieces_drop(&c->lines);
	s->unasked = false;
	if (c->literal.open && bytes <= c->literal.left) {
		c->literal.left -= bytes;
		if (!c->quotes && tx != NULL)
			hg_message_gap(&tx->message, bytes);
		c->cut |= c->quotes;
		if (c->literal.left == 0)
			end_literal(s);
		return;
	}
	if (c->literal.open && !c->quotes)
		end_message(s, false);
	c->literal.open = c->inside = s->auth_asked = s->idle = false;
	c->doubtful = true;
}
