/* Who comes in: USER, PASS and ACCT, and what they are answered (RFC 959 5.4). The second digit of a reply says whether it is about
 * logging in: x3z. Natively names are taken in the order of the answers, as commands may be sent ahead. */
#include "app/ftp/ftp_int.h"

static bool
is_about_login(struct hg_span reply)
{
	return reply.len >= 3 && reply.p[1] == '3';
}

bool
hg_ftp_is_guest(struct hg_span user, struct hg_span secret)
{
	return (hg_span_eq_nocase(user, HG_BYTES("anonymous")) || hg_span_eq_nocase(user, HG_BYTES("ftp"))) &&
		hg_span_find(secret, 0, '@') != SIZE_MAX;
}

static struct hg_span
argument_of(const struct hg_ftp_tx *tx)
{
	struct hg_span argument;

	hg_ftp_argument(tx->name, tx->line, false, &argument);
	return argument.len == 0 ? HG_BYTES("") : argument;
}

static void
forget_secret(struct hg_ftp *s)
{
	if (s->secret.block != NULL)
		explicit_bzero(s->secret.block, s->secret.size);
	hg_buf_clear(&s->secret);
}

static void
tell(struct hg_app *app, const struct hg_ftp_tx *tx, struct hg_span secret, struct hg_span code,
	enum hg_login_result result)
{
	struct hg_ftp *s = app->state;
	const bool named = tx != NULL && tx->command == HG_FTP_USER_CMD;
	const struct hg_span user = hg_span(s->user, s->user_len);
	const bool guest = !named && hg_ftp_is_guest(user, secret);

	hg_app_login(app,
		&(struct hg_login_seen){ .user = user,
			.secret = named || guest ? HG_SPAN_NONE : secret,
			.credentials = named ? HG_BYTES("")
				: guest      ? secret
					     : HG_SPAN_NONE,
			.email = guest ? secret : HG_SPAN_NONE,
			.account = guest ? "anonymous" : NULL,
			.mechanism = named ? "none"
				: guest    ? "anonymous"
					   : "password",
			.code = code,
			.result = (uint8_t)result });
	if (s->session != NULL)
		s->session->session->logins[result]++;
	forget_secret(s);
}

/* Another directory begins with another user. */
static void
come_in(struct hg_ftp *s)
{
	s->in = true;
	hg_buf_clear(&s->cwd);
	if (s->session != NULL)
		s->session->session->user =
			hg_span_keep(&s->session->tx.arena, hg_span(s->user, s->user_len));
}

static void
leave(struct hg_ftp *s)
{
	s->in = false;
	hg_buf_clear(&s->cwd);
}

static void
take_name(struct hg_app *app, const struct hg_ftp_tx *tx)
{
	struct hg_ftp *s = app->state;
	const struct hg_span user = argument_of(tx);

	s->user_len = (uint8_t)HG_MIN(user.len, HG_FTP_USER);
	memcpy(s->user, user.p, s->user_len);
	leave(s);
}

/* 332: the password was good, and the account decides. */
static void
keep_secret(struct hg_ftp *s, struct hg_span secret)
{
	forget_secret(s);
	hg_buf_append(&s->secret, hg_span_sub(secret, 0, HG_FTP_SECRET));
}

/* The secret that an answer is about: a password, also behind the account that it wanted. */
static struct hg_span
secret_of(const struct hg_ftp *s, const struct hg_ftp_tx *tx)
{
	if (tx->command == HG_FTP_PASS)
		return argument_of(tx);
	return hg_buf_len(&s->secret) > 0 ? hg_buf_span(&s->secret) : HG_SPAN_NONE;
}

void
hg_ftp_logged(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span reply)
{
	struct hg_ftp *s = app->state;
	const struct hg_span code = hg_span_sub(reply, 0, 3);
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES);

	if (tx->command == HG_FTP_REIN && reply.p[0] == '2')
		leave(s);
	if (tx->command == HG_FTP_USER_CMD && !peer)
		take_name(app, tx);
	if (tx->command != HG_FTP_USER_CMD && tx->command != HG_FTP_PASS &&
		(tx->command != HG_FTP_ACCT || s->in))
		return;
	tx->claimed = hg_span_keep(&tx->tx.arena, hg_span(s->user, s->user_len));
	tx->guest = tx->secret && tx->command == HG_FTP_PASS &&
		hg_ftp_is_guest(hg_span(s->user, s->user_len), argument_of(tx));
	if (reply.p[0] == '2' && (is_about_login(reply) || tx->command != HG_FTP_USER_CMD)) {
		tell(app, tx, secret_of(s, tx), code, HG_LOGIN_SUCCESS);
		come_in(s);
	} else if (reply.p[0] >= '4' && is_about_login(reply)) {
		tell(app, tx, secret_of(s, tx), code, HG_LOGIN_FAILURE);
	} else if (reply.p[0] == '3' && tx->command == HG_FTP_PASS) {
		keep_secret(s, argument_of(tx));
	} else if (reply.p[0] >= '4' && tx->command != HG_FTP_USER_CMD) {
		tell(app, tx, secret_of(s, tx), code, HG_LOGIN_UNKNOWN);
	}
}

void
hg_ftp_login_lost(struct hg_app *app, const struct hg_ftp_tx *tx)
{
	if (tx->command == HG_FTP_USER_CMD)
		take_name(app, tx);
	else if (tx->command == HG_FTP_PASS)
		tell(app, tx, argument_of(tx), HG_SPAN_NONE, HG_LOGIN_UNKNOWN);
}

void
hg_ftp_login_end(struct hg_app *app)
{
	struct hg_ftp *s = app->state;

	if (hg_buf_len(&s->secret) > 0)
		tell(app, NULL, hg_buf_span(&s->secret), HG_BYTES("332"), HG_LOGIN_UNKNOWN);
}
