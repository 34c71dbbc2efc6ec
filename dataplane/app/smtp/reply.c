/* The server's replies: which command each is about, and what it changes. */
#include "app/smtp/smtp_int.h"

enum { READY = 220, LOGGED_IN = 235, OK = 250, GO_ON = 354 };

/* Those that the peer knows. */
static bool
is_old_code(unsigned code)
{
	static const uint16_t codes[] = { 211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 450, 451,
		452, 455, 500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555 };

	for (size_t i = 0; i < HG_COUNT(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* 0: it is none (RFC 5321 4.2). */
static unsigned
code_of(const struct hg_smtp *s, struct hg_span line)
{
	unsigned code = 0;

	if (line.len < 3)
		return 0;
	for (unsigned i = 0; i < 3; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return 0;
		code = code * 10 + (unsigned)(line.p[i] - '0');
	}
	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_REPLIES))
		return is_old_code(code) ? code : 0;
	return code >= 200 && code < 600 ? code : 0;
}

/* The server's first words. */
static void
greet(struct hg_smtp *s, unsigned code, struct hg_span line)
{
	hg_smtp_greeting(s, line);
	if (!s->multiline)
		s->welcomed = true;
	if (code != READY)
		hg_smtp_odd(s, HG_TO_CLIENT, HG_SMTP_INVALID_REPLY);
}

static enum hg_feed
begin_tls(struct hg_smtp *s)
{
	s->to_tls = true;
	if (hg_pieces_rest(&s->lines[HG_TO_SERVER]).len > 0)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_INJECTED);
	if (s->tx != NULL)
		s->tx->starttls = true;
	hg_app_expect(s->app, HG_PROTO_TLS);
	hg_smtp_done(s);
	hg_smtp_settle_done(s);
	return HG_FEED_CHANGE;
}

/* What the reply to that command changes. */
static enum hg_feed
answer(struct hg_smtp *s, enum hg_smtp_command command, unsigned code)
{
	switch (command) {
	case HG_SMTP_STARTTLS:
		if (code == READY)
			return begin_tls(s);
		hg_smtp_odd(s, HG_TO_CLIENT, HG_SMTP_TLS_REJECTED);
		break;
	case HG_SMTP_DATA:
		if (code == GO_ON)
			s->data = true;
		else
			hg_smtp_data_refused(s);
		break;
	case HG_SMTP_RSET:
		if (code == OK && !s->multiline && hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_RSET))
			hg_smtp_done(s);
		break;
	case HG_SMTP_AUTH:
		if (!s->multiline)
			hg_smtp_auth_reply(s, code);
		break;
	default:
		break;
	}
	return HG_FEED_OK;
}

/* A server that answers a mail whose end was lost has seen it. */
static void
end_lost(struct hg_smtp *s, unsigned code, struct hg_span line)
{
	if (!s->lost || code == GO_ON)
		return;
	hg_smtp_data_cut(s);
	hg_smtp_done(s);
	hg_smtp_answer_lost(s, code, line);
}

/* The peer does not look at the last line. */
static bool
offers_pipelining(const struct hg_smtp *s, struct hg_span line, unsigned code)
{
	if (!s->welcomed || code != OK ||
		(!s->multiline && hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_PIPELINING)))
		return false;
	return hg_span_starts_nocase(hg_span_from(line, 4), HG_BYTES("pipelining"));
}

static enum hg_feed
take_reply(struct hg_smtp *s, struct hg_span line, unsigned code)
{
	struct hg_span waiting;
	enum hg_feed r;

	hg_smtp_goodbye(s, code);
	waiting = hg_buf_span(&s->waiting);
	if (waiting.len == 0) {
		if (!s->welcomed)
			greet(s, code, line);
		else
			end_lost(s, code, line);
		return HG_FEED_OK;
	}
	/* DATA still waits in the peer's eyes when its answer comes in several lines; the first one tells. */
	hg_smtp_answer(s, waiting.p[0], code, line);
	r = answer(s, (enum hg_smtp_command)(waiting.p[0] & ~HG_SMTP_LOOSE), code);
	if (offers_pipelining(s, line, code))
		s->pipelining = true;
	if (!s->multiline)
		hg_buf_consume(&s->waiting, 1);
	return r;
}

/* The peer reads no more behind what it does not know. */
static enum hg_feed
bad_reply(struct hg_smtp *s)
{
	hg_smtp_odd(s, HG_TO_CLIENT, HG_SMTP_INVALID_REPLY);
	return hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_REPLIES) ? HG_FEED_ERROR : HG_FEED_OK;
}

enum hg_feed
hg_smtp_reply(struct hg_smtp *s, struct hg_piece line)
{
	unsigned code;
	bool cut;

	if (!line.first)
		return hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_REPLIES) ? bad_reply(s) : HG_FEED_OK;
	cut = hg_smtp_cut(&line);
	code = code_of(s, line.text);
	/* What was tried is judged, whatever else becomes of the connection. */
	if (code == 0 && line.text.len >= 3)
		hg_smtp_auth_reply(s, line.text.p[0] == '5' ? 535 : 0);
	if (line.text.len >= 3)
		s->multiline = line.text.len > 3 && line.text.p[3] == '-';
	if (code == 0)
		return bad_reply(s);
	if (cut)
		hg_smtp_odd(s, HG_TO_CLIENT, HG_SMTP_TRUNCATED);
	return take_reply(s, line.text, code);
}
