#include "rules/lang/content.h"

#include <errno.h>

#include "rules/lang/number.h"
#include "rules/lang/text.h"

/* Bytes in hex from *at (behind the opening bar) on; *at ends behind the closing one. */
static int
unescape_hex(struct hg_span in, size_t *at, uint8_t *bytes, size_t *n, struct hg_error *err)
{
	size_t open = *at - 1, i = *at;
	int high = -1;

	for (; i < in.len && in.p[i] != '|'; i++) {
		int digit = hg_hex_digit(in.p[i]);

		if (in.p[i] == ' ')
			continue;
		if (digit < 0)
			return hg_part_error(err, i, "'%c' is no hex digit", in.p[i]);
		if (high < 0) {
			high = digit;
			continue;
		}
		bytes[(*n)++] = (uint8_t)(high << 4 | digit);
		high = -1;
	}
	if (i == in.len)
		return hg_part_error(err, open, "a '|' that is not closed");
	if (high >= 0)
		return hg_part_error(err, i, "an odd number of hex digits");
	*at = i + 1;
	return 0;
}

int
hg_content_unescape(struct hg_span in, uint8_t *bytes, size_t *len, struct hg_error *err)
{
	size_t i = 0, n = 0;

	while (i < in.len) {
		uint8_t c = in.p[i++];
		int r;

		if (c == '|') {
			r = unescape_hex(in, &i, bytes, &n, err);
			if (r != 0)
				return r;
			continue;
		}
		if (c == '"' || c == ';')
			return hg_part_error(err, i - 1, "'%c' in a pattern must be escaped", c);
		if (c == '\\') {
			if (i == in.len || memchr("\";:\\", in.p[i], 4) == NULL)
				return hg_part_error(err, i - 1, "a backslash escapes only \" ; : and \\");
			c = in.p[i++];
		}
		bytes[n++] = c;
	}
	*len = n;
	return 0;
}

int
hg_content_parse(struct hg_span value, bool *negated, uint8_t *bytes, size_t *len, struct hg_error *err)
{
	const uint8_t *begin = value.p;
	struct hg_span inner;
	int r;

	value = hg_span_trim(value);
	*negated = hg_negation_take(&value);
	r = hg_parse_quoted(value, &inner, err);
	if (r != 0) {
		if (err != NULL)
			err->column += (uint32_t)(value.p - begin);
		return r;
	}
	r = hg_content_unescape(inner, bytes, len, err);
	if (r == 0 && *len == 0)
		r = hg_part_error(err, 0, "an empty pattern");
	if (r != 0 && err != NULL)
		err->column += (uint32_t)(inner.p - begin);
	return r;
}
