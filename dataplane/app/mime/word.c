/* Text of fields as people read it, in UTF-8: encoded words (RFC 2047), and bytes that stand there as they are. */
#include "app/mime/mime_int.h"
#include "base/base64.h"
#include "base/charset.h"
#include "base/text.h"
#include "base/utf8.h"

#define RAW 4096 /* bytes of neighbouring words that are put together */

struct words {
	uint8_t *to;
	size_t size, n;
	const struct hg_charset_name *charset; /* of the words so far; NULL: there are none */
	size_t raw_len;
	bool changed;
	uint8_t raw[RAW];
};

/* A character may be split between two words: their bytes are put together first. */
static void
flush(struct words *w)
{
	bool bad; /* then U+FFFD stands there: records show the value as it came, too */

	if (w->charset == NULL)
		return;
	w->n += hg_charset_to_utf8(
		w->charset, hg_span(w->raw, w->raw_len), w->to + w->n, w->size - w->n, &bad);
	w->raw_len = 0;
	w->charset = NULL;
}

static void
put_plain(struct words *w, struct hg_span text)
{
	const size_t n = HG_MIN(text.len, w->size - w->n);

	if (text.len == 0)
		return;
	flush(w);
	if (hg_charset_of(text) == HG_CHARSET_GB18030) {
		w->n += hg_gb18030_to_utf8(text, w->to + w->n, w->size - w->n);
		w->changed = true;
		return;
	}
	memcpy(w->to + w->n, text.p, n);
	w->n += n;
}

static void
put_raw(struct words *w, uint8_t c)
{
	if (w->raw_len < RAW)
		w->raw[w->raw_len++] = c;
}

static void
put_q(struct words *w, struct hg_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		const int high = i + 2 < s.len ? hg_hex_digit(s.p[i + 1]) : -1;
		const int low = i + 2 < s.len ? hg_hex_digit(s.p[i + 2]) : -1;

		if (s.p[i] == '=' && high >= 0 && low >= 0) {
			put_raw(w, (uint8_t)(high << 4 | low));
			i += 2;
		} else {
			put_raw(w, s.p[i] == '_' ? ' ' : s.p[i]);
		}
	}
}

static void
put_b(struct words *w, struct hg_span s)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < s.len; i++) {
		const int value = hg_base64_value(s.p[i]);

		if (value < 0)
			continue;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		put_raw(w, (uint8_t)(bits >> have));
	}
}

struct word {
	const struct hg_charset_name *charset;
	struct hg_span text;
	uint8_t coding; /* 'b', 'q' */
	size_t len;     /* all of it */
};

/* =?charset?coding?text?= at the front of s. */
static bool
take_word(struct hg_span s, struct word *word)
{
	size_t charset, end;

	if (!hg_span_starts(s, HG_BYTES("=?")))
		return false;
	charset = hg_span_find(s, 2, '?');
	if (charset == SIZE_MAX || charset + 2 >= s.len || s.p[charset + 2] != '?')
		return false;
	word->coding = hg_lower(s.p[charset + 1]);
	for (end = hg_span_find(s, charset + 3, '?'); end != SIZE_MAX; end = hg_span_find(s, end + 1, '?'))
		if (end + 1 < s.len && s.p[end + 1] == '=')
			break;
	if (end == SIZE_MAX || (word->coding != 'b' && word->coding != 'q'))
		return false;
	word->charset = hg_charset_named(hg_span_sub(s, 2, charset - 2));
	word->text = hg_span_sub(s, charset + 3, end - charset - 3);
	word->len = end + 2;
	return word->charset != NULL;
}

static void
put_word(struct words *w, const struct word *word)
{
	if (w->charset != NULL && w->charset != word->charset)
		flush(w);
	w->charset = word->charset;
	w->changed = true;
	if (word->coding == 'b')
		put_b(w, word->text);
	else
		put_q(w, word->text);
}

static bool
is_blank_only(struct hg_span s)
{
	return hg_span_trim(s).len == 0;
}

struct hg_span
hg_mime_text(const struct hg_mime *m, struct hg_mime_field *field)
{
	uint8_t utf8[HG_MIME_SHOWN * 2];
	bool changed;
	size_t n;

	if (field->text.p != NULL || hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_WORDS))
		return field->text.p != NULL ? field->text : field->value;
	n = hg_mime_words(hg_span_sub(field->value, 0, HG_MIME_SHOWN), utf8, sizeof(utf8), &changed);
	if (changed)
		field->text = hg_span_keep(&m->tx->arena, hg_span(utf8, n));
	if (field->text.p == NULL)
		field->text = field->value;
	return field->text;
}

size_t
hg_mime_words(struct hg_span value, uint8_t *to, size_t size, bool *changed)
{
	struct words w = { .to = to, .size = size };
	size_t from = 0, at = 0, broken = 0;
	struct word word;

	while ((at = hg_span_find(value, at, '=')) != SIZE_MAX) {
		const struct hg_span plain = hg_span_sub(value, from, at - from);

		/* What looks like one and is none is searched to its end: only so often. */
		if (broken == HG_MIME_BROKEN_WORDS || !take_word(hg_span_from(value, at), &word)) {
			broken += hg_span_starts(hg_span_from(value, at), HG_BYTES("=?"));
			at++;
			continue;
		}
		if (w.charset == NULL || !is_blank_only(plain))
			put_plain(&w, plain);
		put_word(&w, &word);
		from = at = at + word.len;
	}
	put_plain(&w, hg_span_from(value, from));
	flush(&w);
	*changed = w.changed;
	return w.n;
}
