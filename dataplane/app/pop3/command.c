/* The client's commands, and which of them wait for their reply. */
#include "app/pop3/pop3_int.h"

static const struct {
	const char *name;
	bool many;  /* a reply of success has several lines … */
	bool alone; /* … if there is no argument */
} verbs[HG_POP3_VERBS] = {
	[HG_POP3_USER] = { "user", false, false },
	[HG_POP3_PASS] = { "pass", false, false },
	[HG_POP3_APOP] = { "apop", false, false },
	[HG_POP3_AUTH] = { "auth", true, true },
	[HG_POP3_STLS] = { "stls", false, false },
	[HG_POP3_LISTS_CAPA] = { "capa", true, false },
	[HG_POP3_STAT] = { "stat", false, false },
	[HG_POP3_LIST] = { "list", true, true },
	[HG_POP3_UIDL] = { "uidl", true, true },
	[HG_POP3_RETR] = { "retr", true, false },
	[HG_POP3_TOP] = { "top", true, false },
	[HG_POP3_DELE] = { "dele", false, false },
	[HG_POP3_NOOP] = { "noop", false, false },
	[HG_POP3_RSET] = { "rset", false, false },
	[HG_POP3_QUIT] = { "quit", false, false },
};

/* Known, and nothing is read out of them. */
static const char *const others[] = { "lang", "utf8", "last", "xtnd", "rpop", "xsender", "xuidl" };

enum hg_pop3_verb
hg_pop3_verb_of(struct hg_span word)
{
	for (unsigned i = HG_POP3_OTHER + 1; i < HG_POP3_VERBS; i++)
		if (hg_span_eq_nocase(word, hg_span_str(verbs[i].name)))
			return (enum hg_pop3_verb)i;
	return HG_POP3_OTHER;
}

static bool
is_known(enum hg_pop3_verb verb, struct hg_span word)
{
	for (unsigned i = 0; verb == HG_POP3_OTHER && i < HG_COUNT(others); i++)
		if (hg_span_eq_nocase(word, hg_span_str(others[i])))
			return true;
	return verb != HG_POP3_OTHER;
}

static struct hg_span
word_of(struct hg_span line)
{
	size_t n = 0;

	while (n < line.len && !hg_is_blank(line.p[n]) && line.p[n] != '\r' && line.p[n] != '\n')
		n++;
	return hg_span_sub(line, 0, n);
}

enum hg_probe
hg_pop3_probe_client(struct hg_span in)
{
	const struct hg_span word = word_of(in);
	bool open = false;

	for (unsigned i = HG_POP3_OTHER + 1; i < HG_POP3_VERBS; i++) {
		const struct hg_span name = hg_span_str(verbs[i].name);

		if (word.len < in.len && hg_span_eq_nocase(word, name))
			return HG_PROBE_YES;
		open |= word.len == in.len && hg_span_starts_nocase(name, word);
	}
	return open ? HG_PROBE_MORE : HG_PROBE_NO;
}

/* ---- who waits ---- */

struct hg_pop3_tx *
hg_pop3_tx_of(struct hg_pop3 *s, const struct hg_pop3_wait *w)
{
	return w == NULL || w->tx == UINT64_MAX ? NULL : (struct hg_pop3_tx *)hg_tx_find(s->app, w->tx);
}

struct hg_pop3_wait *
hg_pop3_oldest(struct hg_pop3 *s)
{
	return s->n_waiting == 0 ? NULL : &s->waiting[s->first];
}

static bool
is_login(const struct hg_pop3_wait *w)
{
	return w->verb == HG_POP3_PASS || w->verb == HG_POP3_APOP || (w->verb == HG_POP3_AUTH && !w->many);
}

static void
end_command(struct hg_pop3 *s, const struct hg_pop3_wait *w)
{
	struct hg_pop3_tx *tx = hg_pop3_tx_of(s, w);

	if (is_login(w) && (tx == NULL || !tx->replied))
		hg_pop3_login_over(s, w, HG_LOGIN_UNKNOWN);
	if (tx != NULL) {
		if (tx->has_message)
			hg_message_end(&tx->message, false);
		hg_tx_end(&tx->base);
	}
}

void
hg_pop3_settle(struct hg_pop3 *s)
{
	const struct hg_pop3_wait *w = hg_pop3_oldest(s);

	if (w == NULL)
		return;
	end_command(s, w);
	s->now = NULL;
	s->inside = s->lost = false;
	s->first = (s->first + 1) % HG_POP3_WAITING;
	s->n_waiting--;
}

void
hg_pop3_settle_all(struct hg_pop3 *s)
{
	while (s->n_waiting > 0)
		hg_pop3_settle(s);
}

/* A client that does not wait for so many replies gets the first ones told without. */
static void
wait_for_reply(struct hg_pop3 *s, const struct hg_pop3_tx *tx, enum hg_pop3_verb verb, struct hg_span arg)
{
	if (s->n_waiting == HG_POP3_WAITING) {
		if (s->sum.spoke[HG_TO_CLIENT])
			hg_pop3_odd(s, HG_TO_SERVER, HG_POP3_MANY_COMMANDS);
		s->unsure = true;
		hg_pop3_settle(s);
	}
	s->waiting[(s->first + s->n_waiting) % HG_POP3_WAITING] =
		(struct hg_pop3_wait){ .tx = tx == NULL ? UINT64_MAX : tx->base.id,
			.verb = (uint8_t)verb,
			.many = verbs[verb].many && (!verbs[verb].alone || arg.len == 0) };
	s->n_waiting++;
}

/* ---- a command ---- */

static uint32_t
number_of(struct hg_span arg)
{
	uint64_t n = 0;

	for (size_t i = 0; i < arg.len && arg.p[i] >= '0' && arg.p[i] <= '9' && n <= UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(arg.p[i] - '0');
	return n > UINT32_MAX ? 0 : (uint32_t)n;
}

static struct hg_span
id_of(const struct hg_pop3 *s, uint32_t number)
{
	const struct hg_span ids = hg_buf_span(&s->ids);
	uint32_t at;

	if (s->places == NULL || number == 0 || number > HG_POP3_IDS)
		return HG_SPAN_NONE;
	at = s->places[number - 1];
	return at == 0 ? HG_SPAN_NONE : hg_span_sub(ids, at, ids.p[at - 1]);
}

static struct hg_pop3_tx *
begin(struct hg_pop3 *s, enum hg_pop3_verb verb, struct hg_span word, struct hg_span arg, bool cut)
{
	struct hg_pop3_tx *tx = (struct hg_pop3_tx *)hg_tx_new(s->app);

	s->sum.commands++;
	if (tx == NULL)
		return NULL;
	tx->verb = (uint8_t)verb;
	tx->cut = cut;
	tx->command = hg_span_keep(&tx->base.arena, word);
	tx->arg = hg_span_keep(&tx->base.arena, arg);
	if (s->entered || (verb == HG_POP3_PASS && s->has_user))
		tx->user = hg_span_keep(&tx->base.arena, hg_buf_span(&s->user));
	if (verb == HG_POP3_RETR || verb == HG_POP3_TOP || verb == HG_POP3_DELE) {
		tx->number = number_of(arg);
		tx->id = hg_span_keep(&tx->base.arena, id_of(s, tx->number));
	}
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_POP3_COMPLETE);
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_POP3_OPEN);
	return tx;
}

static bool
waits_for_tls(const struct hg_pop3 *s)
{
	for (uint32_t i = 0; i < s->n_waiting; i++)
		if (s->waiting[(s->first + i) % HG_POP3_WAITING].verb == HG_POP3_STLS)
			return true;
	return false;
}

/* A line of credentials, not a command? Where the server is not seen, nobody says so: then a word that is no command is one. */
static bool
is_credentials(const struct hg_pop3 *s, enum hg_pop3_verb verb)
{
	return s->auth_asked || (s->auth_open && !s->sum.spoke[HG_TO_CLIENT] && verb == HG_POP3_OTHER);
}

/* It is not this protocol: what was taken for a command is told nowhere. */
static bool
believe(struct hg_pop3 *s, enum hg_pop3_verb verb, struct hg_span word)
{
	if (s->believed)
		return true;
	s->believed = is_known(verb, word);
	s->deaf = !s->believed;
	return s->believed;
}

void
hg_pop3_command(struct hg_pop3 *s, const struct hg_line *line)
{
	const struct hg_span word = word_of(line->text);
	const struct hg_span arg = hg_span_trim(hg_span_from(line->text, word.len));
	const enum hg_pop3_verb verb = hg_pop3_verb_of(word);
	struct hg_pop3_tx *tx;

	if (line->truncated)
		hg_pop3_odd(s, HG_TO_SERVER, HG_POP3_LINE_LONG);
	if (is_credentials(s, verb)) {
		hg_pop3_login_line(s, line->text);
		return;
	}
	if (!believe(s, verb, word))
		return;
	if (!is_known(verb, word))
		hg_pop3_odd(s, HG_TO_SERVER, HG_POP3_UNKNOWN_COMMAND);
	if (waits_for_tls(s))
		hg_pop3_odd(s, HG_TO_SERVER, HG_POP3_INJECTION);
	hg_pop3_name_unasked(s);
	if (!s->pipelined && s->n_waiting == 0)
		s->unsure = false;
	tx = begin(s, verb, word, arg, line->truncated);
	wait_for_reply(s, tx, verb, arg);
	hg_pop3_login_said(s, verb, arg);
	s->sum.stls |= verb == HG_POP3_STLS;
}

/* Nobody knows how many commands are missing: what the server says until the next one may be about them. */
void
hg_pop3_command_gap(struct hg_pop3 *s)
{
	hg_lines_drop(&s->commands);
	s->auth_asked = s->unasked = s->strange = false;
	for (uint32_t i = 1; s->inside && i < s->n_waiting; i++)
		end_command(s, &s->waiting[(s->first + i) % HG_POP3_WAITING]);
	if (s->inside)
		s->n_waiting = 1;
	else
		hg_pop3_settle_all(s);
	s->unsure = true;
}
