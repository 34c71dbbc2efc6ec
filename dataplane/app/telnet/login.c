/* Who comes in, and who becomes somebody else: Telnet has no answers, only text. What a server prints behind a password, and what
 * it asks for next, is the evidence; where there is none the result stays unknown. */
#include "app/telnet/telnet_int.h"

static struct hg_telnet_follow *
follow_of(struct hg_app *app)
{
	return &((struct hg_telnet *)app->state)->follow;
}

static uint8_t
keep(uint8_t *to, struct hg_span text, size_t size)
{
	const size_t n = HG_MIN(text.len, size);

	if (n > 0)
		memcpy(to, text.p, n);
	return (uint8_t)n;
}

static void
come_in(struct hg_app *app)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	if (f->rising != NULL && f->rise_user_len > 0) {
		f->user_len = keep(f->user, hg_span(f->rise_user, f->rise_user_len), sizeof(f->user));
	} else if (f->rising == NULL) {
		f->login_user_len = keep(f->login_user, hg_span(f->user, f->user_len), sizeof(f->login_user));
		if (t->session != NULL)
			t->session->user = hg_span_keep(&t->session->tx.arena, hg_span(f->user, f->user_len));
	}
	f->phase = HG_TELNET_IN;
}

/* sudo wants to know again who it is; what enable and super ask for belongs to nobody. */
static struct hg_span
whose(const struct hg_telnet_follow *f)
{
	if (f->rising == NULL || strcmp(f->rising, "sudo") == 0 || strcmp(f->rising, "doas") == 0)
		return hg_span(f->user, f->user_len);
	return hg_span(f->rise_user, f->rise_user_len);
}

static void
decide(struct hg_app *app, enum hg_login_result result, enum hg_login_confidence confidence,
	const char *evidence)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;
	const bool rises = f->rising != NULL;
	const struct hg_span user = whose(f);
	const char *mechanism = rises ? f->rising : f->has_secret ? "password" : "none";

	hg_app_login(app,
		&(struct hg_login_seen){ .user = user.len > 0 ? user : HG_SPAN_NONE,
			.secret = f->has_secret ? hg_span(f->secret, f->secret_len) : HG_SPAN_NONE,
			.mechanism = mechanism,
			.evidence = evidence,
			.result = (uint8_t)result,
			.confidence = (uint8_t)confidence });
	if (t->session != NULL)
		t->session->logins[result]++;
	f->untold = false;
	explicit_bzero(f->secret, f->secret_len);
	f->secret_len = 0;
	f->tried = f->has_secret = false;
	if (result == HG_LOGIN_SUCCESS) {
		come_in(app);
		f->rising = NULL;
	} else if (!rises) {
		f->phase = f->user_len > 0 ? HG_TELNET_NAMED : HG_TELNET_OUT;
	}
}

/* Behind a password: the prompt at which the client goes on. */
static void
judge_tried(struct hg_app *app, enum hg_telnet_asks asks, bool blank)
{
	switch (asks) {
	case HG_ASKS_USER:
		decide(app, HG_LOGIN_FAILURE, HG_LOGIN_LIKELY, "login prompt again");
		break;
	case HG_ASKS_PASSWORD:
		decide(app, HG_LOGIN_FAILURE, HG_LOGIN_GUESSED, "password prompt again");
		break;
	case HG_ASKS_NEW_PASSWORD:
		decide(app, HG_LOGIN_SUCCESS, HG_LOGIN_GUESSED, "prompt for a new password");
		break;
	case HG_ASKS_COMMAND:
		decide(app, HG_LOGIN_SUCCESS, HG_LOGIN_LIKELY, "command prompt");
		break;
	case HG_ASKS_OTHER:
	case HG_ASKS_KEY:
		if (!blank && follow_of(app)->others >= 2)
			decide(app, HG_LOGIN_SUCCESS, HG_LOGIN_GUESSED, "input went on");
		break;
	}
}

/* su of root asks for nothing: that it was somebody else's prompt says that it came about. */
static bool
has_another_prompt(const struct hg_telnet_follow *f)
{
	return f->command != NULL &&
		!hg_span_eq(hg_span_trim(hg_span(f->now.text, f->now.len)), f->command->prompt);
}

void
hg_telnet_prompted(struct hg_app *app, enum hg_telnet_asks asks, bool blank)
{
	struct hg_telnet_follow *f = follow_of(app);

	if (f->tried) {
		judge_tried(app, asks, blank);
	} else if (asks == HG_ASKS_COMMAND) {
		if (f->untold)
			decide(app, HG_LOGIN_SUCCESS, HG_LOGIN_LIKELY, "command prompt");
		/* Without a login: a device that asks for none, or its login was not seen. */
		f->phase = HG_TELNET_IN;
		if (f->rising != NULL && f->rise_user_len > 0 && has_another_prompt(f))
			f->user_len = keep(f->user, hg_span(f->rise_user, f->rise_user_len), sizeof(f->user));
		f->rising = NULL;
	}
	if (asks != HG_ASKS_USER)
		return;
	if (f->untold)
		decide(app, HG_LOGIN_FAILURE, HG_LOGIN_LIKELY, "login prompt again");
	f->phase = HG_TELNET_OUT;
	f->rising = NULL;
	f->user_len = f->login_user_len = 0;
}

void
hg_telnet_named(struct hg_app *app, struct hg_span user)
{
	struct hg_telnet_follow *f = follow_of(app);

	user = hg_span_trim(user);
	if (user.len == 0)
		return;
	f->user_len = keep(f->user, user, sizeof(f->user));
	f->phase = HG_TELNET_NAMED;
	f->untold = true;
}

void
hg_telnet_secret(struct hg_app *app, struct hg_span secret, enum hg_telnet_asks asks)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	if (t->session != NULL)
		t->session->hidden++;
	/* What is set, and what a program inside the session asks for, opens nothing here. */
	if (asks == HG_ASKS_NEW_PASSWORD || (f->phase == HG_TELNET_IN && f->rising == NULL))
		return;
	if (f->tried)
		decide(app, HG_LOGIN_UNKNOWN, HG_LOGIN_GUESSED, "no answer in front of the next one");
	f->secret_len = keep(f->secret, secret, sizeof(f->secret));
	f->tried = f->has_secret = true;
	f->answers = f->others = 0;
}

/* A whole line of the server. */
void
hg_telnet_answered(struct hg_app *app, struct hg_span line)
{
	struct hg_telnet_follow *f = follow_of(app);
	uint8_t text[2 * HG_TELNET_PROMPT];
	struct hg_span plain;
	const char *words;

	if (!f->tried || f->answers >= HG_TELNET_ANSWER)
		return;
	/* The first words say it. */
	plain = hg_telnet_plain(hg_span_sub(line, 0, HG_TELNET_PROMPT), text);
	if (plain.len == 0)
		return;
	f->answers++;
	words = hg_telnet_says(&app->ctx->own, HG_WORDS_FAILURE, plain);
	/* A command that somebody has become somebody for may be denied what it wants. */
	if (words != NULL && (f->rising == NULL || strcmp(words, "permission denied") != 0)) {
		decide(app, HG_LOGIN_FAILURE, HG_LOGIN_LIKELY, words);
		return;
	}
	words = f->rising != NULL ? NULL : hg_telnet_says(&app->ctx->own, HG_WORDS_SUCCESS, plain);
	if (words != NULL)
		decide(app, HG_LOGIN_SUCCESS, HG_LOGIN_LIKELY, words);
}

static bool
leaves(struct hg_span command)
{
	static const char *const words[] = { "exit", "logout", "quit" };

	for (size_t i = 0; i < HG_COUNT(words); i++)
		if (hg_span_eq(hg_span_trim(command), hg_span_str(words[i])))
			return true;
	return false;
}

void
hg_telnet_rises(struct hg_app *app, struct hg_span command)
{
	struct hg_telnet_follow *f = follow_of(app);
	const struct hg_telnet_rise rise = hg_telnet_rise_of(command);

	f->rising = rise.asks ? rise.how : NULL;
	f->rise_user_len = 0;
	if (f->rising != NULL && strcmp(f->rising, "su") == 0)
		f->rise_user_len = keep(
			f->rise_user, rise.user.len > 0 ? rise.user : HG_BYTES("root"), sizeof(f->rise_user));
	if (leaves(command))
		f->user_len = keep(f->user, hg_span(f->login_user, f->login_user_len), sizeof(f->user));
}

/* The server knows who it is without a password, and may ask for one all the same. */
void
hg_telnet_authenticated(struct hg_app *app, struct hg_span user)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_follow *f = &t->follow;

	if (user.len == 0)
		return;
	f->user_len = keep(f->user, user, sizeof(f->user));
	f->login_user_len = keep(f->login_user, user, sizeof(f->login_user));
	f->phase = HG_TELNET_NAMED;
	f->untold = false;
	if (t->session != NULL)
		t->session->user = hg_span_keep(&t->session->tx.arena, user);
}

void
hg_telnet_login_end(struct hg_app *app, const char *why)
{
	struct hg_telnet_follow *f = follow_of(app);

	hg_telnet_authentication_end(app, why);

	if (f->tried || f->untold)
		decide(app, HG_LOGIN_UNKNOWN, HG_LOGIN_GUESSED, why);
	f->phase = HG_TELNET_OUT;
}
