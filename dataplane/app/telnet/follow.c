/* What the user does: lines are put together out of the client's keys and of what the server shows of them.
 *
 * A server that echoes has the last word: it has completed names, fetched lines out of the history and moved the cursor. So a line
 * that the client has entered waits until the server ends the line on which it was begun. What such a server does not show was
 * hidden on purpose. Where echo was not agreed, the keys are the line.
 *
 * Nothing is followed before the connection has proved to be Telnet: a negotiation in front of all text, or a prompt for a name or
 * a password in front of everything that the client says.
 */
#include "app/telnet/telnet_int.h"
#include "app/veil.h"

enum { CANCEL = 3, END = 4, QUIT = 28, STOP = 26 };

static const struct hg_telnet_own *
own_of(const struct hg_app *app)
{
	return &app->ctx->own;
}

static uint16_t
columns_of(const struct hg_telnet *t)
{
	return t->session != NULL && t->session->has_window ? t->session->columns : 0;
}

/* The server has promised to show what is typed. */
static bool
is_echoing(const struct hg_telnet *t)
{
	const struct hg_telnet_session *s = t->session;

	for (unsigned i = 0; s != NULL && i < s->n_options; i++)
		if (s->options[i].option == HG_TELOPT_ECHO && s->options[i].side == HG_TO_CLIENT)
			return s->options[i].will && !s->options[i].dont;
	return false;
}

void
hg_telnet_end_command(struct hg_telnet *t)
{
	struct hg_telnet_command *c = t->follow.command;

	if (c == NULL)
		return;
	t->follow.command = NULL;
	c->over = true;
	hg_tx_progress(&c->tx, HG_TO_SERVER, HG_TELNET_COMPLETE);
	hg_tx_progress(&c->tx, HG_TO_CLIENT, HG_TELNET_COMPLETE);
}

static bool
may_have_record(struct hg_app *app)
{
	struct hg_telnet *t = app->state;

	if (t->session == NULL)
		return false;
	if (t->session->commands++ < HG_TELNET_COMMANDS)
		return true;
	hg_telnet_anomaly(t, HG_TO_SERVER, HG_TELNET_MANY_COMMANDS);
	return false;
}

static void
begin_command(struct hg_app *app, const struct hg_telnet_asked *asked, struct hg_span text,
	enum hg_telnet_source source)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	struct hg_telnet_command *c;

	hg_telnet_end_command(t);
	hg_telnet_rises(app, text);
	c = may_have_record(app) ? (struct hg_telnet_command *)hg_tx_new(app) : NULL;
	if (c == NULL)
		return;
	c->kind = HG_TELNET_COMMAND;
	c->source = (uint8_t)source;
	c->number = t->session->commands;
	c->text = hg_span_keep(&c->tx.arena, text);
	c->prompt = hg_span_keep(&c->tx.arena, hg_span_trim(hg_span(asked->text, asked->len)));
	c->user = hg_span_keep(&c->tx.arena, hg_span(f->user, f->user_len));
	c->login_user = hg_span_keep(&c->tx.arena, hg_span(f->login_user, f->login_user_len));
	c->danger = hg_telnet_danger_of(text);
	f->command = c;
	hg_tx_progress(&c->tx, HG_TO_CLIENT, HG_TELNET_OPEN);
	hg_tx_progress(&c->tx, HG_TO_SERVER, HG_TELNET_OPEN);
	hg_tx_wake(&c->tx, HG_TO_SERVER);
}

static void
take_command(struct hg_app *app, const struct hg_telnet_asked *asked, struct hg_span text,
	enum hg_telnet_source source)
{
	struct hg_telnet *t = app->state;

	if (text.len == 0)
		return;
	if (t->follow.phase == HG_TELNET_IN && !t->follow.tried)
		begin_command(app, asked, text, source);
	else if (t->follow.tried && t->follow.others < UINT8_MAX)
		t->follow.others++;
}

static bool
is_stars(struct hg_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '*' && text.p[i] != ' ')
			return false;
	return text.len > 0;
}

/* A line is known: typed, and what was shown of it. */
static void
take_line(struct hg_app *app, const struct hg_telnet_asked *asked, struct hg_span typed, struct hg_span shown,
	enum hg_telnet_source source)
{
	const bool secret = asked->asks == HG_ASKS_PASSWORD || asked->asks == HG_ASKS_NEW_PASSWORD;
	const bool starred = is_stars(shown) && !is_stars(typed);

	if (asked->asks == HG_ASKS_USER)
		hg_telnet_named(app, shown.len > 0 ? shown : typed);
	else if (secret || starred || (source == HG_TELNET_UNECHOED && typed.len > 0))
		hg_telnet_secret(app, typed, asked->asks);
	else
		take_command(app, asked, source == HG_TELNET_TYPED && shown.len == 0 ? typed : shown, source);
}

/* --- the client --- */

static void
look_at_prompt(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	uint8_t text[HG_TELNET_LINE], plain[2 * HG_TELNET_PROMPT];
	struct hg_span prompt = hg_span(text, hg_telnet_line_text(&f->shown, 0, text, sizeof(text)));

	f->now = (struct hg_telnet_asked){ .shown = true, .whole = true, .cells = f->shown.at };
	if (prompt.len > HG_TELNET_PROMPT) {
		prompt = hg_span_from(prompt, prompt.len - HG_TELNET_PROMPT);
		f->now.whole = false;
	}
	f->now.len = (uint8_t)prompt.len;
	memcpy(f->now.text, text + (prompt.p - text), prompt.len);
	prompt = hg_telnet_plain(prompt, plain);
	f->now.asks = (uint8_t)hg_telnet_asks(own_of(app), prompt);
	if (f->now.asks != HG_ASKS_KEY)
		hg_telnet_prompted(app, f->now.asks, prompt.len == 0);
}

/* A prompt in front of everything the client says is as good as a negotiation. */
static bool
believe(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	uint8_t text[HG_TELNET_PROMPT], plain[2 * HG_TELNET_PROMPT];
	struct hg_span prompt;
	enum hg_telnet_asks asks;

	if (f->believed)
		return true;
	prompt = hg_span(text, hg_telnet_line_text(&f->shown, 0, text, sizeof(text)));
	prompt = hg_telnet_plain(prompt, plain);
	asks = hg_telnet_asks(own_of(app), prompt);
	f->believed = !t->side[HG_TO_SERVER].spoken && t->side[HG_TO_CLIENT].spoken &&
		(asks == HG_ASKS_USER || asks == HG_ASKS_PASSWORD);
	f->given_up = !f->believed;
	return f->believed;
}

static void
drop_first(struct hg_app *app)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;
	struct hg_telnet_entered *e = f->first;

	f->first = e->next;
	if (f->first == NULL)
		f->last = NULL;
	f->n_entered--;
	explicit_bzero(e->text, e->len);
	hg_mem_give(app->mem, e, e->size);
}

/* A server that hides a line may hide its end, too: then there stands a prompt behind the place, and nothing of the line. */
static void
take_hidden(struct hg_app *app)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;
	struct hg_telnet_entered *e = f->first;
	uint8_t text[HG_TELNET_LINE], plain[2 * HG_TELNET_PROMPT];
	struct hg_span shown;

	if (e == NULL || f->n_entered > 1 || !e->asked.shown || e->len == 0)
		return;
	shown = hg_span(text, hg_telnet_line_text(&f->shown, e->asked.cells, text, sizeof(text)));
	if (hg_span_has(shown, hg_span(e->text, e->len)) ||
		hg_telnet_asks(own_of(app), hg_telnet_plain(shown, plain)) == HG_ASKS_OTHER)
		return;
	take_line(app, &e->asked, hg_span(e->text, e->len), HG_SPAN_NONE, HG_TELNET_UNECHOED);
	drop_first(app);
}

/* The first key of a line. False: it is none, but one that a program waits for. */
static bool
begin_line(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	take_hidden(app);
	if (f->n_entered > 0) {
		/* Typed ahead: nobody knows yet behind what it will stand. */
		f->now = (struct hg_telnet_asked){ .asks = HG_ASKS_OTHER };
	} else {
		look_at_prompt(app);
		if (f->now.asks == HG_ASKS_KEY)
			return false;
		hg_telnet_end_command(t);
	}
	f->typing = true;
	return true;
}

bool
hg_telnet_is_hidden(const struct hg_telnet *t)
{
	const struct hg_telnet_follow *f = &t->follow;

	if (!f->typing || f->given_up)
		return false;
	return f->now.asks == HG_ASKS_PASSWORD || f->now.asks == HG_ASKS_NEW_PASSWORD ||
		(f->phase != HG_TELNET_IN && f->n_entered > 0);
}

bool
hg_telnet_awaits_secret(struct hg_app *app)
{
	const struct hg_telnet *t = app->state;
	const struct hg_telnet_follow *f = &t->follow;
	uint8_t text[HG_TELNET_LINE], plain[2 * HG_TELNET_PROMPT];
	struct hg_span prompt;
	enum hg_telnet_asks asks;

	if (f->typing || f->given_up)
		return hg_telnet_is_hidden(t);
	prompt = hg_span(text, hg_telnet_line_text(&f->shown, 0, text, sizeof(text)));
	prompt = hg_span_from(prompt, prompt.len > HG_TELNET_PROMPT ? prompt.len - HG_TELNET_PROMPT : 0);
	asks = hg_telnet_asks(own_of(app), hg_telnet_plain(prompt, plain));
	return asks == HG_ASKS_PASSWORD || asks == HG_ASKS_NEW_PASSWORD;
}

void
hg_telnet_cancelled(struct hg_app *app)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;

	hg_telnet_line_clear(&f->typed);
	f->typing = false;
}

static void
take_key(struct hg_app *app, const uint8_t *at)
{
	const uint8_t c = *at;
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;

	if (!f->typing && !begin_line(app))
		return;
	if (hg_telnet_is_hidden(app->state))
		hg_app_veil(app, HG_TO_SERVER, at, 1);
	if (c == CANCEL || c == STOP || c == QUIT || (c == END && f->typed.len == 0))
		hg_telnet_cancelled(app);
	else
		hg_telnet_key(&f->typed, &f->typed_escape, app->mem, c);
}

void
hg_telnet_typed(struct hg_app *app, struct hg_span keys)
{
	struct hg_telnet *t = app->state;

	if (t->follow.given_up || !believe(app))
		return;
	for (size_t i = 0; i < keys.len && !t->follow.whole; i++)
		take_key(app, &keys.p[i]);
}

static void
keep_entered(struct hg_app *app, struct hg_span typed)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	const uint32_t size = (uint32_t)(sizeof(struct hg_telnet_entered) + typed.len);
	struct hg_telnet_entered *e = f->n_entered == HG_TELNET_PENDING ? NULL : hg_mem_take(app->mem, size);

	if (e == NULL) {
		hg_telnet_anomaly(t, HG_TO_SERVER, HG_TELNET_TYPED_AHEAD);
		return;
	}
	*e = (struct hg_telnet_entered){ .asked = f->now, .size = size, .len = (uint32_t)typed.len };
	if (typed.len > 0)
		memcpy(e->text, typed.p, typed.len);
	if (f->last != NULL)
		f->last->next = e;
	else
		f->first = e;
	f->last = e;
	f->n_entered++;
}

/* What was begun on this line has to be looked for from now on. */
static void
leave_line(struct hg_telnet_follow *f)
{
	f->now.shown = false;
	for (struct hg_telnet_entered *e = f->first; e != NULL; e = e->next)
		e->asked.shown = false;
	hg_telnet_next_line(&f->shown);
	f->line_bytes = 0;
}

/* No echo was agreed: the keys are the line, unless the server has shown them and more. The line ends with the key. */
static void
take_unpromised(struct hg_app *app, struct hg_span typed)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;
	uint8_t buf[HG_TELNET_LINE];
	struct hg_span shown = HG_SPAN_NONE;

	if (f->now.shown)
		shown = hg_span_trim(
			hg_span(buf, hg_telnet_line_text(&f->shown, f->now.cells, buf, sizeof(buf))));
	if (!hg_span_starts(shown, typed))
		shown = HG_SPAN_NONE;
	take_line(app, &f->now, typed, shown, shown.len > 0 ? HG_TELNET_ECHOED : HG_TELNET_TYPED);
	leave_line(f);
}

void
hg_telnet_entered(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	uint8_t text[HG_TELNET_LINE];
	struct hg_span typed;

	if (f->given_up || !believe(app) || f->whole || (!f->typing && !begin_line(app)))
		return;
	typed = hg_span(text, hg_telnet_line_text(&f->typed, 0, text, sizeof(text)));
	if (is_echoing(t) || f->n_entered > 0)
		keep_entered(app, typed);
	else
		take_unpromised(app, typed);
	explicit_bzero(text, typed.len);
	hg_telnet_cancelled(app);
}

/* --- the server --- */

/* Is this the line that was entered first? *shown: what stands behind the prompt. */
static bool
finds(struct hg_telnet_entered *e, struct hg_span line, const struct hg_telnet_line *cells, uint8_t *buf,
	struct hg_span *shown)
{
	const struct hg_telnet_asked *a = &e->asked;

	*shown = HG_SPAN_NONE;
	if (a->shown) {
		*shown = hg_span(buf, hg_telnet_line_text(cells, a->cells, buf, HG_TELNET_LINE));
		return true;
	}
	if (a->whole && a->len > 0 && hg_span_starts(line, hg_span(a->text, a->len))) {
		*shown = hg_span_from(line, a->len);
		return true;
	}
	if (e->len > 0 && line.len >= e->len && memcmp(line.p + line.len - e->len, e->text, e->len) == 0) {
		*shown = hg_span_from(line, line.len - e->len);
		return true;
	}
	return a->asks == HG_ASKS_PASSWORD || a->asks == HG_ASKS_NEW_PASSWORD || a->asks == HG_ASKS_USER;
}

static void
note_ahead(struct hg_app *app, struct hg_telnet_entered *e, struct hg_span line)
{
	const size_t n = line.len >= e->len ? line.len - e->len : 0;
	const struct hg_span prompt = hg_span_sub(
		line, n > HG_TELNET_PROMPT ? n - HG_TELNET_PROMPT : 0, HG_MIN(n, HG_TELNET_PROMPT));
	uint8_t plain[2 * HG_TELNET_PROMPT];

	e->asked.len = (uint8_t)prompt.len;
	memcpy(e->asked.text, prompt.p, prompt.len);
	e->asked.asks = (uint8_t)hg_telnet_asks(own_of(app), hg_telnet_plain(prompt, plain));
	hg_telnet_prompted(app, e->asked.asks, prompt.len == 0);
}

/* A password that was typed ahead is not shown behind its prompt either. */
static void
note_hidden(struct hg_app *app, struct hg_telnet_entered *e, struct hg_span line)
{
	uint8_t plain[2 * HG_TELNET_PROMPT];
	const enum hg_telnet_asks asks = hg_telnet_asks(own_of(app), hg_telnet_plain(line, plain));

	if (asks == HG_ASKS_PASSWORD || asks == HG_ASKS_NEW_PASSWORD)
		e->asked.asks = (uint8_t)asks;
}

/* The line that was entered first was hidden with its end, when behind its place stand a prompt and the one that was entered next. */
static bool
is_hidden_by_next(const struct hg_app *app, const struct hg_telnet_entered *e, struct hg_span shown)
{
	const struct hg_telnet_entered *next = e->next;
	uint8_t plain[2 * HG_TELNET_PROMPT];
	struct hg_span front;

	if (!e->asked.shown || e->len == 0 || next == NULL || next->len == 0 || shown.len <= next->len ||
		hg_span_has(shown, hg_span(e->text, e->len)))
		return false;
	front = hg_span_sub(shown, 0, shown.len - next->len);
	return memcmp(shown.p + front.len, next->text, next->len) == 0 &&
		hg_telnet_asks(own_of(app), hg_telnet_plain(front, plain)) != HG_ASKS_OTHER;
}

static bool
take_echo(struct hg_app *app, struct hg_span line)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	struct hg_telnet_entered *e = f->first;
	uint8_t buf[HG_TELNET_LINE];
	struct hg_span shown;

	if (!e->asked.shown && e->asked.len == 0)
		note_hidden(app, e, line);
	if (!finds(e, line, &f->shown, buf, &shown)) {
		if (++e->waits < HG_TELNET_WAIT)
			return false;
		/* It was never shown: whatever it was, it is not told. */
		drop_first(app);
		return false;
	}
	if (is_hidden_by_next(app, e, shown)) {
		take_line(app, &e->asked, hg_span(e->text, e->len), HG_SPAN_NONE, HG_TELNET_UNECHOED);
		drop_first(app);
		e = f->first;
		if (!finds(e, line, &f->shown, buf, &shown))
			return false;
	}
	if (!e->asked.shown && e->asked.len == 0 && shown.len > 0)
		note_ahead(app, e, line);
	shown = hg_span_trim(shown);
	take_line(app, &e->asked, hg_span(e->text, e->len), shown,
		shown.len > 0           ? HG_TELNET_ECHOED
			: is_echoing(t) ? HG_TELNET_UNECHOED
					: HG_TELNET_TYPED);
	drop_first(app);
	return true;
}

static void
add_output(struct hg_app *app, struct hg_span line)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;
	struct hg_telnet_command *c = f->command;
	uint32_t n;

	if (c == NULL)
		return;
	c->output_bytes += f->line_bytes;
	if (c->head == NULL)
		c->head = hg_arena_take(&c->tx.arena, HG_TELNET_HEAD);
	if (c->head == NULL || c->head_len == HG_TELNET_HEAD)
		return;
	n = HG_MIN((uint32_t)line.len, HG_TELNET_HEAD - c->head_len);
	if (n > 0)
		memcpy(c->head + c->head_len, line.p, n);
	c->head_len += n;
	if (c->head_len < HG_TELNET_HEAD)
		c->head[c->head_len++] = '\n';
	hg_tx_touch(&c->tx, HG_TO_CLIENT);
}

static void
end_shown_line(struct hg_app *app)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;
	uint8_t text[HG_TELNET_LINE];
	const struct hg_span line = hg_span(text, hg_telnet_line_text(&f->shown, 0, text, sizeof(text)));

	if (f->first == NULL || !take_echo(app, line)) {
		add_output(app, line);
		hg_telnet_answered(app, line);
	}
	leave_line(f);
}

static void
transcribe(struct hg_app *app, struct hg_span output)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	const struct hg_telnet_session *s = t->session;

	if (!f->believed || f->given_up || s == NULL || !hg_transcript_wanted(app))
		return;
	if (!f->transcript_begun)
		hg_transcript_begin(app, &f->transcript, s->columns, s->rows, s->terminal);
	f->transcript_begun = true;
	hg_transcript_output(app, &f->transcript, output);
}

static void
end_transcript(struct hg_app *app)
{
	struct hg_telnet *t = app->state;

	if (!hg_transcript_end(app, &t->follow.transcript) || t->session == NULL)
		return;
	t->session->transcribed = true;
	memcpy(t->session->transcript, t->follow.transcript.id, sizeof(t->session->transcript));
}

void
hg_telnet_shown(struct hg_app *app, struct hg_span output)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	transcribe(app, output);
	for (size_t i = 0; i < output.len && !f->given_up; i++) {
		f->given_up = !f->believed && ++f->unproved > HG_TELNET_STRANGE;
		f->line_bytes++;
		if (hg_telnet_show(
			    &f->shown, &f->shown_escape, app->mem, columns_of(t), output.p[i], &f->whole))
			end_shown_line(app);
	}
}

/* --- ends --- */

void
hg_telnet_follow_gap(struct hg_app *app)
{
	struct hg_telnet *t = app->state;

	while (t->follow.first != NULL)
		drop_first(app);
	hg_telnet_cancelled(app);
	hg_telnet_line_clear(&t->follow.shown);
	t->follow.shown_escape = t->follow.typed_escape = (struct hg_telnet_escape){ 0 };
}

void
hg_telnet_follow_end(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	if (f->believed && !f->given_up) {
		const bool over = f->first == NULL && !f->typing;

		/* A name that was sent counts, whether or not it was shown. */
		if (f->first != NULL && f->first->asked.asks == HG_ASKS_USER)
			hg_telnet_named(app, hg_span(f->first->text, f->first->len));
		else if (f->first != NULL && f->first->asked.asks == HG_ASKS_PASSWORD)
			hg_telnet_secret(app, hg_span(f->first->text, f->first->len), HG_ASKS_PASSWORD);
		while (f->first != NULL)
			drop_first(app);
		if (over)
			look_at_prompt(app);
		hg_telnet_login_end(app, "the connection ended");
	}
	hg_telnet_end_command(t);
	end_transcript(app);
	f->given_up = true;
}

void
hg_telnet_follow_fini(struct hg_app *app)
{
	struct hg_telnet_follow *f = &((struct hg_telnet *)app->state)->follow;

	end_transcript(app);
	while (f->first != NULL)
		drop_first(app);
	hg_telnet_line_fini(&f->shown, app->mem);
	hg_telnet_line_fini(&f->typed, app->mem);
	explicit_bzero(f->secret, sizeof(f->secret));
}
