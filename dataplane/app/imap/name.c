/* Words of arguments, and names of mailboxes. */
#include "app/imap/imap_int.h"
#include "base/utf8.h"

static bool
ends_word(uint8_t c)
{
	return hg_is_blank(c) || c == '(' || c == ')';
}

/* A list in parentheses is one word, as it stands. */
static size_t
list_len(struct hg_span s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		depth += s.p[i] == '(';
		if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.len;
}

static size_t
quoted_len(struct hg_span s, uint8_t *to, size_t size, size_t *n)
{
	size_t i = 1;

	for (*n = 0; i < s.len && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		if (*n < size)
			to[(*n)++] = s.p[i];
	}
	return HG_MIN(i + 1, s.len);
}

bool
hg_imap_token(struct hg_span *rest, uint8_t *to, size_t size, struct hg_span *token)
{
	size_t n = 0, len;

	*rest = hg_span_skip_blanks(*rest);
	if (rest->len == 0)
		return false;
	if (rest->p[0] == '"') {
		len = quoted_len(*rest, to, size, &n);
		*token = hg_span(to, n);
	} else if (rest->p[0] == '(') {
		len = list_len(*rest);
		*token = hg_span_sub(*rest, 0, len);
	} else {
		while (n < rest->len && !ends_word(rest->p[n]))
			n++;
		len = HG_MAX(n, (size_t)1);
		*token = hg_span_sub(*rest, 0, len);
	}
	*rest = hg_span_from(*rest, len);
	return true;
}

/* RFC 3501 5.1.3: base64 of UTF-16 between & and -, with a comma for the slash and without padding. */
static size_t
shifted(struct hg_span text, uint8_t *to, size_t size)
{
	uint8_t coded[HG_IMAP_NAME], units[HG_IMAP_NAME];
	size_t n;

	if (text.len > sizeof(coded))
		return SIZE_MAX;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '/' || text.p[i] == '=')
			return SIZE_MAX;
		coded[i] = text.p[i] == ',' ? '/' : text.p[i];
	}
	n = hg_secret_base64(hg_span(coded, text.len), units, sizeof(units));
	if (n == SIZE_MAX || n % 2 != 0)
		return SIZE_MAX;
	return hg_utf16_to_utf8(hg_span(units, n), false, to, size);
}

size_t
hg_imap_name(struct hg_span raw, uint8_t *to, size_t size)
{
	size_t n = 0, end, len;

	for (size_t i = 0; i < raw.len && n < size; i++) {
		if (raw.p[i] != '&') {
			to[n++] = raw.p[i];
			continue;
		}
		end = hg_span_find(raw, i, '-');
		if (end == SIZE_MAX)
			return SIZE_MAX;
		if (end == i + 1) {
			to[n++] = '&';
		} else {
			len = shifted(hg_span_sub(raw, i + 1, end - i - 1), to + n, size - n);
			if (len == SIZE_MAX)
				return SIZE_MAX;
			n += len;
		}
		i = end;
	}
	return n;
}
