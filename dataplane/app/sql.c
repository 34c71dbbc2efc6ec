#include "app/sql.h"
#include "app/secret.h"

enum { OTHER, SET, PASSWORD, LEADS /* BY, AS: to a password behind IDENTIFIED */ };

#define SECRETS 16 /* of a statement that are replaced one by one; the text ends with the last of them */

static bool
is_letter(uint8_t c)
{
	const uint8_t l = hg_lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

static uint8_t
meaning_of(struct hg_span word)
{
	if (hg_span_eq_nocase(word, HG_BYTES("set")))
		return SET;
	if (hg_mask_is_password(word))
		return PASSWORD;
	return hg_span_eq_nocase(word, HG_BYTES("by")) || hg_span_eq_nocase(word, HG_BYTES("as")) ? LEADS
												  : OTHER;
}

/* N'…', E'…': a word that belongs to the literal says nothing. */
static void
take_word(struct hg_sql *s)
{
	const size_t from = s->at;
	struct hg_span word;

	while (s->at < s->text.len && is_letter(s->text.p[s->at]))
		s->at++;
	word = hg_span_sub(s->text, from, s->at - from);
	if (word.len == 1 && s->at < s->text.len && s->text.p[s->at] == '\'')
		return;
	s->identified |= hg_span_eq_nocase(word, HG_BYTES("identified"));
	if (s->words == 1 && s->last == SET && hg_span_eq_nocase(word, HG_BYTES("password")))
		s->set_password = true;
	s->last = meaning_of(word);
	s->equals = false;
	s->words = (uint8_t)HG_MIN(s->words + 1, UINT8_MAX);
}

/* Behind the opening quote; a quote within is doubled, or stands behind a backslash. */
static struct hg_span
take_literal(struct hg_sql *s)
{
	const uint8_t quote = s->text.p[s->at++];
	const size_t from = s->at;

	for (; s->at < s->text.len; s->at++) {
		const bool twice = s->at + 1 < s->text.len && s->text.p[s->at + 1] == quote;

		if (s->text.p[s->at] == '\\')
			s->at++;
		else if (s->text.p[s->at] == quote && !twice)
			break;
		else if (s->text.p[s->at] == quote)
			s->at++;
	}
	s->at = HG_MIN(s->at, s->text.len);
	return hg_span_sub(s->text, from, s->at++ - from);
}

static bool
is_secret(const struct hg_sql *s)
{
	return s->last == PASSWORD || (s->last == LEADS && s->identified) || (s->set_password && s->equals);
}

bool
hg_sql_secret(struct hg_sql *s, struct hg_span *secret)
{
	while (s->at < s->text.len) {
		const uint8_t c = s->text.p[s->at];

		if (is_letter(c)) {
			take_word(s);
		} else if (c == '\'' || c == '"') {
			const bool found = is_secret(s);

			*secret = take_literal(s);
			s->last = OTHER;
			s->equals = false;
			if (found)
				return true;
		} else {
			s->equals |= c == '=';
			if (c == ';')
				*s = (struct hg_sql){ .text = s->text, .at = s->at };
			else if (c == ',')
				s->last = OTHER;
			s->at++;
		}
	}
	return false;
}

static size_t
copy(uint8_t *to, size_t n, struct hg_span s)
{
	if (s.len > 0)
		memcpy(to + n, s.p, s.len);
	return n + s.len;
}

struct hg_span
hg_sql_masked(struct hg_arena *a, struct hg_span text)
{
	const struct hg_span mask = HG_BYTES(HG_SECRET_MASK);
	struct hg_sql s = hg_sql_of(text);
	struct hg_span secret;
	uint8_t *to = NULL;
	size_t n = 0, done = 0;
	unsigned found = 0;

	while (found < SECRETS && hg_sql_secret(&s, &secret)) {
		const size_t from = (size_t)(secret.p - text.p);

		if (found++ == 0 && (to = hg_arena_take(a, text.len + SECRETS * mask.len)) == NULL)
			return HG_SPAN_NONE;
		n = copy(to, n, hg_span_sub(text, done, from - done));
		n = copy(to, n, mask);
		done = from + secret.len;
	}
	if (found == 0)
		return text;
	if (found < SECRETS)
		n = copy(to, n, hg_span_from(text, done));
	return hg_span(to, n);
}
