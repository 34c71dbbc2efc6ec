/* Where credentials stand in the text of a client: commands of FTP, SMTP, POP3 and IMAP; fields and forms of HTTP. One byte
 * after the other, and nothing is taken back. */
#include "app/veil.h"

#include "app/mask.h"

enum { VERBS_FTP = 1, VERBS_SMTP = 2, VERBS_POP3 = 4, VERBS_IMAP = 8 };
enum hides { NOTHING, LINE, BASE64, SCHEME, VALUE, STRING };
enum line { PLAIN, AUTH, APOP, IMAP_LOGIN, CONTENT_TYPE, DISPOSITION };

bool
hg_veil_reader_open(struct hg_veil_reader *r, uint8_t proto)
{
	*r = (struct hg_veil_reader){ 0 };
	switch (proto) {
	case HG_PROTO_FTP:
		r->verbs = VERBS_FTP;
		return true;
	case HG_PROTO_SMTP:
		r->verbs = VERBS_SMTP;
		return true;
	case HG_PROTO_POP3:
		r->verbs = VERBS_POP3;
		return true;
	case HG_PROTO_IMAP:
		r->verbs = VERBS_IMAP;
		return true;
	case HG_PROTO_HTTP:
		r->http = true;
		return true;
	case HG_PROTO_UNKNOWN:
	case HG_PROTO_FAILED:
		r->verbs = VERBS_FTP | VERBS_SMTP | VERBS_POP3 | VERBS_IMAP;
		r->http = true;
		return true;
	default:
		return false;
	}
}

/* ---- words ---- */

static struct hg_span
token(const struct hg_veil_reader *r)
{
	return r->n > HG_VEIL_TOKEN ? HG_SPAN_NONE : hg_span(r->token, r->n);
}

static bool
is(const struct hg_veil_reader *r, struct hg_span word)
{
	return hg_span_eq_nocase(token(r), word);
}

/* A value that is hidden stands behind this name. */
static bool
is_secret(const struct hg_veil_reader *r)
{
	const struct hg_span name = token(r);

	return hg_mask_is_password(name) || (r->query && hg_mask_is_token(name));
}

static void
add(struct hg_veil_reader *r, uint8_t c)
{
	if (r->n < HG_VEIL_TOKEN)
		r->token[r->n] = (char)c;
	r->n = (uint8_t)HG_MIN(r->n + 1, HG_VEIL_TOKEN + 1);
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* ---- commands ---- */

/* How many lines the client has still to say behind AUTH and a mechanism. */
static uint8_t
lines_of(const struct hg_veil_reader *r)
{
	if (is(r, HG_BYTES("TLS")) || is(r, HG_BYTES("SSL")))
		return 0;
	return is(r, HG_BYTES("PLAIN")) || is(r, HG_BYTES("CRAM-MD5")) || is(r, HG_BYTES("XOAUTH2")) ||
			is(r, HG_BYTES("OAUTHBEARER"))
		? 1
		: 2;
}

static void
first_word(struct hg_veil_reader *r)
{
	if (r->verbs & (VERBS_FTP | VERBS_POP3) && is(r, HG_BYTES("PASS")))
		r->hides = LINE;
	else if (r->verbs & VERBS_FTP && is(r, HG_BYTES("ACCT")))
		r->hides = LINE;
	else if (r->verbs & (VERBS_SMTP | VERBS_POP3) && is(r, HG_BYTES("AUTH")))
		r->line = AUTH;
	else if (r->verbs & VERBS_POP3 && is(r, HG_BYTES("APOP")))
		r->line = APOP;
	else
		r->dull = !(r->verbs & VERBS_IMAP) && !r->http;
}

static void
second_word(struct hg_veil_reader *r)
{
	if (r->verbs & VERBS_IMAP && is(r, HG_BYTES("LOGIN")))
		r->line = IMAP_LOGIN;
	else if (r->verbs & VERBS_IMAP && is(r, HG_BYTES("AUTHENTICATE")))
		r->line = AUTH;
	else if (r->line == PLAIN)
		r->dull = !r->http;
}

/* The word behind AUTH, AUTHENTICATE: what is behind it in the line saves one of those to come. */
static void
mechanism(struct hg_veil_reader *r)
{
	r->secrets = lines_of(r);
	r->hides = r->secrets > 0 ? LINE : NOTHING;
	r->secrets -= r->secrets > 0;
}

static void
end_of_word(struct hg_veil_reader *r)
{
	const unsigned mech = r->verbs == VERBS_IMAP ? 2 : 1;

	if (r->line == AUTH && r->word >= mech)
		mechanism(r);
	else if ((r->line == APOP && r->word == 1) || (r->line == IMAP_LOGIN && r->word == 2))
		r->hides = LINE;
	else if (r->verbs != 0 && r->word == 0)
		first_word(r);
	else if (r->verbs != 0 && r->word == 1)
		second_word(r);
	r->word = (uint8_t)HG_MIN(r->word + 1, 8);
}

/* AUTH LOGIN without more: its lines are still to come. */
static void
end_of_command(struct hg_veil_reader *r)
{
	const unsigned mech = r->verbs == VERBS_IMAP ? 2 : 1;

	if (r->line == AUTH && r->hides == NOTHING && r->word == mech && r->n > 0)
		r->secrets = lines_of(r);
	/* A literal (RFC 9051 4.3): the text is the next line, with what follows it. */
	if (r->line == IMAP_LOGIN && r->last == '}')
		r->secrets = 1;
}

/* ---- HTTP ---- */

static void
field_name(struct hg_veil_reader *r)
{
	r->field = true;
	if (is(r, HG_BYTES("Authorization")) || is(r, HG_BYTES("Proxy-Authorization"))) {
		r->hides = SCHEME;
	} else if (is(r, HG_BYTES("Content-Type"))) {
		r->line = CONTENT_TYPE;
		r->form = false;
	} else if (is(r, HG_BYTES("Content-Disposition"))) {
		r->line = DISPOSITION;
		r->part = false;
	} else {
		r->dull = !r->form && !is(r, HG_BYTES("Referer"));
	}
}

static void
end_of_token(struct hg_veil_reader *r, uint8_t c)
{
	const bool names = (r->form || r->query) && is_secret(r);

	if (r->line == CONTENT_TYPE &&
		(is(r, HG_BYTES("x-www-form-urlencoded")) || is(r, HG_BYTES("form-data")) ||
			is(r, HG_BYTES("json"))))
		r->form = true;
	if (c == ':' && r->word == 0 && r->line == PLAIN && !r->key && !r->field)
		field_name(r);
	else if (c == '=' && names)
		r->hides = VALUE;
	else if (c == '"' && r->key && r->colon)
		r->hides = STRING;
	if (c == '?')
		r->query = true;
	if (c == '"' && r->line == DISPOSITION)
		r->part |= is_secret(r);
	if (c == '"')
		r->key = r->hides == NOTHING && r->form && is_secret(r);
	else if (c == ':')
		r->colon = r->key;
	else if (!is_blank(c))
		r->key = false;
	if (c != ':' && !is_blank(c))
		r->colon = false;
}

static bool
parts(uint8_t c)
{
	return is_blank(c) || c == '&' || c == '?' || c == '=' || c == '"' || c == ':' || c == ',' ||
		c == ';' || c == '/' || c == '{' || c == '}' || c == '+';
}

/* ---- bytes ---- */

static void
end_of_line(struct hg_veil_reader *r)
{
	const bool login = r->line == IMAP_LOGIN;
	const bool blank = r->word == 0 && r->n == 0 && !r->dull && r->hides == NOTHING && r->last == '\n';

	if (r->http)
		end_of_token(r, '\n');
	if (r->verbs != 0)
		end_of_command(r);
	if (r->http && blank && r->part) {
		r->part = false;
		r->secrets = 1;
	}
	r->hides = r->secrets == 0 ? NOTHING : r->http || login ? LINE : BASE64;
	r->line = r->secrets > 0 && login ? IMAP_LOGIN : PLAIN;
	r->secrets -= r->secrets > 0;
	r->word = r->n = 0;
	r->query = r->key = r->colon = r->escaped = r->dull = r->field = false;
}

static bool
is_base64(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
		c == '/' || c == '=' || c == '*';
}

/* What is hidden ends with this byte, which is seen. */
static bool
shows(struct hg_veil_reader *r)
{
	r->hides = NOTHING;
	r->n = 0;
	return false;
}

/* Is the byte one of a secret, when something is hidden? */
static bool
hidden(struct hg_veil_reader *r, uint8_t c)
{
	switch ((enum hides)r->hides) {
	case LINE:
		return true;
	case BASE64:
		return is_base64(c) || shows(r);
	case SCHEME:
		/* The scheme is seen, what is behind it is not. */
		if (is_blank(c) && r->n > 0)
			r->hides = LINE;
		else if (!is_blank(c))
			r->n = 1;
		return false;
	case VALUE:
		return (c != '&' && !is_blank(c)) || shows(r);
	case STRING:
		if (c == '"' && !r->escaped)
			return shows(r);
		r->escaped = c == '\\' && !r->escaped;
		return true;
	case NOTHING:
		break;
	}
	return false;
}

static void
seen(struct hg_veil_reader *r, uint8_t c)
{
	const bool ends = is_blank(c) || (r->http && parts(c));

	if (r->http && ends)
		end_of_token(r, c);
	if (is_blank(c) && r->n > 0)
		end_of_word(r);
	if (ends)
		r->n = 0;
	else
		add(r, c);
	/* Lines of HTTP without a word at their front that means something. */
	if (r->verbs == 0 && r->n > HG_VEIL_TOKEN && !r->form && r->word == 0 && r->line == PLAIN)
		r->dull = true;
}

static bool
step(struct hg_veil_reader *r, uint8_t c)
{
	bool secret = false;

	if (c == '\n') {
		end_of_line(r);
	} else if (c != '\r') {
		if (r->hides != NOTHING)
			secret = hidden(r, c);
		else
			seen(r, c);
	}
	if (c != '\r')
		r->last = c;
	return secret;
}

/* To the end of a line in which nothing is looked for. */
static size_t
skip(const struct hg_veil_reader *r, struct hg_span in, size_t at)
{
	const uint8_t *end;

	if (!r->dull || r->hides != NOTHING || at == in.len)
		return at;
	end = memchr(in.p + at, '\n', in.len - at);
	return end == NULL ? in.len : (size_t)(end - in.p);
}

bool
hg_veil_next(struct hg_veil_reader *r, struct hg_span in, size_t *at, struct hg_veil_run *run)
{
	bool any = false;

	while (*at < in.len) {
		const bool secret = step(r, in.p[*at]);

		if (secret && !any)
			run->first = *at;
		else if (!secret && any)
			break;
		any |= secret;
		run->end = ++*at;
		if (!any)
			*at = skip(r, in, *at);
	}
	/* The byte behind a run was read. */
	*at += *at < in.len;
	return any;
}

void
hg_veil_reader_lost(struct hg_veil_reader *r)
{
	const bool form = r->form;

	r->secrets = 0;
	end_of_line(r);
	r->part = false;
	r->secrets = 0;
	r->hides = NOTHING;
	r->form = form;
}
