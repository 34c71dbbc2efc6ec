/* Logins by forms: which fields of a request's body are a user and a password, by their names, and whether the answer let it in.
 *
 * The first FORM_KEPT bytes of bodies that are forms by their type (urlencoded, multipart, JSON) are kept until the answer.
 * What a site answers is its own affair: the record says by `confidence` and `evidence` what the result goes by. */
#include <stdio.h>

#include "app/http/http_int.h"

#define FORM_KEPT 4096
#define VALUE_MAX 512
#define PAIRS_MAX 256

enum kind { URLENCODED, MULTIPART, JSON };

struct hg_http_form {
	uint8_t kind; /* enum kind */
	uint16_t len;
	struct hg_span boundary;
	uint8_t bytes[FORM_KEPT];
};

struct found {
	const struct hg_decoder_ctx *ctx;
	struct hg_span user, secret;
	unsigned pairs;
	uint8_t text[2][VALUE_MAX];
};

void
hg_http_form_open(struct hg_http_tx *tx)
{
	struct hg_span type, boundary = HG_SPAN_NONE;
	enum kind kind;

	if (tx->msg[HG_TO_SERVER].length_kind == HG_HTTP_NO_BODY ||
		!hg_http_get(tx, HG_TO_SERVER, HG_HTTP_CONTENT_TYPE, &type))
		return;
	if (hg_span_starts_nocase(type, HG_BYTES("application/x-www-form-urlencoded")))
		kind = URLENCODED;
	else if (hg_http_boundary(type, &boundary))
		kind = MULTIPART;
	else if (hg_span_starts_nocase(type, HG_BYTES("application/json")))
		kind = JSON;
	else
		return;
	tx->form = hg_arena_take(&tx->base.arena, sizeof(*tx->form));
	if (tx->form == NULL)
		return;
	tx->form->kind = (uint8_t)kind;
	tx->form->len = 0;
	tx->form->boundary = boundary;
}

void
hg_http_form_add(struct hg_http_tx *tx, struct hg_span bytes)
{
	struct hg_http_form *f = tx->form;
	const size_t n = HG_MIN(bytes.len, (size_t)(FORM_KEPT - f->len));

	if (n > 0)
		memcpy(f->bytes + f->len, bytes.p, n);
	f->len = (uint16_t)(f->len + n);
}

/* ---- fields ---- */

static bool
is_listed(const struct hg_http_names *names, struct hg_span name)
{
	for (unsigned i = 0; i < names->n; i++)
		if (hg_span_eq_nocase(name, hg_span_str(names->name[i])))
			return true;
	return false;
}

/* The first of each kind counts. Its text is where `text` is decoded to next. */
static void
take_pair(struct found *f, struct hg_span name, struct hg_span value)
{
	const bool user = is_listed(&f->ctx->form_users, name),
		   secret = is_listed(&f->ctx->form_secrets, name);
	struct hg_span *to = user ? &f->user : &f->secret;

	f->pairs++;
	if ((!user && !secret) || to->p != NULL)
		return;
	value = hg_span_sub(value, 0, VALUE_MAX);
	memcpy(f->text[secret], value.p == NULL ? (const uint8_t *)"" : value.p, value.len);
	*to = hg_span(f->text[secret], value.len);
}

static struct hg_span
unescape(struct hg_span s, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len && n < VALUE_MAX; i++) {
		const bool escape = s.p[i] == '%' && i + 2 < s.len && hg_hex_digit(s.p[i + 1]) >= 0 &&
			hg_hex_digit(s.p[i + 2]) >= 0;

		if (escape) {
			out[n++] = (uint8_t)(hg_hex_digit(s.p[i + 1]) << 4 | hg_hex_digit(s.p[i + 2]));
			i += 2;
		} else {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return hg_span(out, n);
}

static void
read_urlencoded(struct found *f, struct hg_span s)
{
	uint8_t name[VALUE_MAX], value[VALUE_MAX];

	while (s.len > 0 && f->pairs < PAIRS_MAX) {
		const size_t end = hg_span_find(s, 0, '&');
		const struct hg_span pair = hg_span_sub(s, 0, end);
		const size_t equals = hg_span_find(pair, 0, '=');

		if (equals != SIZE_MAX)
			take_pair(f, unescape(hg_span_sub(pair, 0, equals), name),
				unescape(hg_span_from(pair, equals + 1), value));
		s = end == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(s, end + 1);
	}
}

static size_t
put_utf8(uint8_t *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (uint8_t)(0xe0 | c >> 12);
	out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c & 0x3f));
	return 3;
}

static unsigned
hex4(struct hg_span s)
{
	unsigned c = 0;

	for (size_t i = 0; i < 4; i++)
		c = i < s.len && hg_hex_digit(s.p[i]) >= 0 ? c << 4 | (unsigned)hg_hex_digit(s.p[i]) : 0xfffd;
	return c & 0xffff;
}

/* The string behind the quote at the front of *s, which is taken. */
static struct hg_span
take_string(struct hg_span *s, uint8_t *out)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	size_t n = 0, i;

	for (i = 1; i < s->len && s->p[i] != '"'; i++) {
		const char *known;

		if (n + 3 > VALUE_MAX)
			continue;
		if (s->p[i] != '\\' || i + 1 == s->len) {
			out[n++] = s->p[i];
		} else if (s->p[++i] == 'u') {
			n += put_utf8(out + n, hex4(hg_span_from(*s, i + 1)));
			i += 4;
		} else {
			known = s->p[i] == '\0' ? NULL : strchr(from, s->p[i]);
			out[n++] = known == NULL ? s->p[i] : (uint8_t)to[known - from];
		}
	}
	*s = hg_span_from(*s, HG_MIN(i + 1, s->len));
	return hg_span(out, n);
}

/* Members with strings as values, however deep. */
static void
read_json(struct found *f, struct hg_span s)
{
	uint8_t name[VALUE_MAX], value[VALUE_MAX];

	while (f->pairs < PAIRS_MAX) {
		const size_t quote = hg_span_find(s, 0, '"');
		struct hg_span key;

		if (quote == SIZE_MAX)
			return;
		s = hg_span_from(s, quote);
		key = take_string(&s, name);
		s = hg_http_skip_space(s);
		if (s.len == 0 || s.p[0] != ':')
			continue;
		s = hg_http_skip_space(hg_span_from(s, 1));
		if (s.len > 0 && s.p[0] == '"')
			take_pair(f, key, take_string(&s, value));
	}
}

struct hg_span
hg_http_json_string(struct hg_http_tx *tx, struct hg_span s, struct hg_span name)
{
	uint8_t key[VALUE_MAX], value[VALUE_MAX];
	size_t quote;

	while ((quote = hg_span_find(s, 0, '"')) != SIZE_MAX) {
		struct hg_span k;

		s = hg_span_from(s, quote);
		k = take_string(&s, key);
		s = hg_http_skip_space(s);
		if (s.len == 0 || s.p[0] != ':')
			continue;
		s = hg_http_skip_space(hg_span_from(s, 1));
		if (s.len > 0 && s.p[0] == '"') {
			struct hg_span v = take_string(&s, value);

			if (hg_span_eq(k, name))
				return hg_span_keep(&tx->base.arena, v);
		}
	}
	return HG_SPAN_NONE;
}

static size_t
find_text(struct hg_span s, struct hg_span text)
{
	for (size_t at = hg_span_find(s, 0, text.p[0]); at != SIZE_MAX;
		at = hg_span_find(s, at + 1, text.p[0]))
		if (hg_span_starts(hg_span_from(s, at), text))
			return at;
	return SIZE_MAX;
}

static void
read_part(struct found *f, struct hg_span part)
{
	const size_t blank = find_text(part, HG_BYTES("\r\n\r\n"));
	struct hg_span head = hg_span_sub(part, 0, blank), name, value;

	if (blank == SIZE_MAX || hg_http_filename(head, &name) || !hg_http_part_name(head, &name))
		return;
	value = hg_span_from(part, blank + 4);
	if (value.len >= 2 && value.p[value.len - 2] == '\r')
		value.len -= 2;
	take_pair(f, name, value);
}

static void
read_multipart(struct found *f, struct hg_span s, struct hg_span boundary)
{
	struct hg_span part = HG_SPAN_NONE;

	while (f->pairs < PAIRS_MAX) {
		const size_t at = find_text(s, HG_BYTES("--"));

		if (at == SIZE_MAX)
			return;
		if (part.p == NULL)
			part = s;
		s = hg_span_from(s, at + 2);
		if (!hg_span_starts(s, boundary))
			continue;
		read_part(f, hg_span(part.p, (size_t)(s.p - 2 - part.p)));
		s = hg_span_from(s, boundary.len);
		part = HG_SPAN_NONE;
	}
}

/* ---- the answer ---- */

static bool
names_a_login(struct hg_span s)
{
	static const struct hg_span words[] = { HG_BYTES("login"), HG_BYTES("signin"), HG_BYTES("logon"),
		HG_BYTES("error"), HG_BYTES("fail"), HG_BYTES("denied"), HG_BYTES("invalid") };

	for (size_t at = 0; at < s.len; at++)
		for (size_t i = 0; i < HG_COUNT(words); i++)
			if (hg_span_starts_nocase(hg_span_from(s, at), words[i]))
				return true;
	return false;
}

static void
judge(struct hg_http_tx *tx, struct hg_login_seen *seen)
{
	struct hg_span location;

	if (tx->code == 401) {
		seen->result = HG_LOGIN_FAILURE;
	} else if (tx->code == 400 || tx->code == 403 || tx->code == 422 || tx->code == 429) {
		seen->result = HG_LOGIN_FAILURE;
		seen->confidence = HG_LOGIN_LIKELY;
		seen->evidence = "status";
	} else if (tx->code >= 300 && tx->code < 400 &&
		hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_LOCATION, &location)) {
		seen->result = names_a_login(location) ? HG_LOGIN_FAILURE : HG_LOGIN_SUCCESS;
		seen->confidence = HG_LOGIN_LIKELY;
		seen->evidence = "redirect";
	} else if (tx->code >= 200 && tx->code < 300 &&
		hg_http_find(&tx->msg[HG_TO_CLIENT], HG_HTTP_SET_COOKIE) != NULL) {
		seen->result = HG_LOGIN_SUCCESS;
		seen->confidence = HG_LOGIN_GUESSED;
		seen->evidence = "cookie";
	}
}

void
hg_http_form_login(struct hg_http *h, struct hg_http_tx *tx, struct hg_login_seen *seen)
{
	const struct hg_http_form *form = tx->form;
	struct found f;
	struct hg_span all;

	if (form == NULL)
		return;
	tx->form = NULL;
	all = hg_span(form->bytes, form->len);
	f.ctx = hg_http_ctx(h);
	f.user = f.secret = HG_SPAN_NONE;
	f.pairs = 0;
	if (form->kind == URLENCODED)
		read_urlencoded(&f, all);
	else if (form->kind == JSON)
		read_json(&f, all);
	else
		read_multipart(&f, all, form->boundary);
	if (f.user.p == NULL || f.secret.p == NULL)
		return;
	tx->form_user = hg_span_keep(&tx->base.arena, f.user);
	tx->form_login = true;
	seen->mechanism = "form";
	seen->user = f.user;
	seen->secret = f.secret;
	seen->result = HG_LOGIN_UNKNOWN;
	judge(tx, seen);
	hg_app_login(h->app, seen);
}
