#include "base/json.h"

#include "base/json_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_MOST 63

/* Two digits at a time, not terminated. */
static const char pairs[100][2] = {
	{ '0', '0' },
	{ '0', '1' },
	{ '0', '2' },
	{ '0', '3' },
	{ '0', '4' },
	{ '0', '5' },
	{ '0', '6' },
	{ '0', '7' },
	{ '0', '8' },
	{ '0', '9' },
	{ '1', '0' },
	{ '1', '1' },
	{ '1', '2' },
	{ '1', '3' },
	{ '1', '4' },
	{ '1', '5' },
	{ '1', '6' },
	{ '1', '7' },
	{ '1', '8' },
	{ '1', '9' },
	{ '2', '0' },
	{ '2', '1' },
	{ '2', '2' },
	{ '2', '3' },
	{ '2', '4' },
	{ '2', '5' },
	{ '2', '6' },
	{ '2', '7' },
	{ '2', '8' },
	{ '2', '9' },
	{ '3', '0' },
	{ '3', '1' },
	{ '3', '2' },
	{ '3', '3' },
	{ '3', '4' },
	{ '3', '5' },
	{ '3', '6' },
	{ '3', '7' },
	{ '3', '8' },
	{ '3', '9' },
	{ '4', '0' },
	{ '4', '1' },
	{ '4', '2' },
	{ '4', '3' },
	{ '4', '4' },
	{ '4', '5' },
	{ '4', '6' },
	{ '4', '7' },
	{ '4', '8' },
	{ '4', '9' },
	{ '5', '0' },
	{ '5', '1' },
	{ '5', '2' },
	{ '5', '3' },
	{ '5', '4' },
	{ '5', '5' },
	{ '5', '6' },
	{ '5', '7' },
	{ '5', '8' },
	{ '5', '9' },
	{ '6', '0' },
	{ '6', '1' },
	{ '6', '2' },
	{ '6', '3' },
	{ '6', '4' },
	{ '6', '5' },
	{ '6', '6' },
	{ '6', '7' },
	{ '6', '8' },
	{ '6', '9' },
	{ '7', '0' },
	{ '7', '1' },
	{ '7', '2' },
	{ '7', '3' },
	{ '7', '4' },
	{ '7', '5' },
	{ '7', '6' },
	{ '7', '7' },
	{ '7', '8' },
	{ '7', '9' },
	{ '8', '0' },
	{ '8', '1' },
	{ '8', '2' },
	{ '8', '3' },
	{ '8', '4' },
	{ '8', '5' },
	{ '8', '6' },
	{ '8', '7' },
	{ '8', '8' },
	{ '8', '9' },
	{ '9', '0' },
	{ '9', '1' },
	{ '9', '2' },
	{ '9', '3' },
	{ '9', '4' },
	{ '9', '5' },
	{ '9', '6' },
	{ '9', '7' },
	{ '9', '8' },
	{ '9', '9' },
};

struct hg_json
hg_json_of(char *buf, size_t size)
{
	return (struct hg_json){ .begin = buf, .p = buf, .end = buf + size };
}

struct hg_span
hg_json_done(struct hg_json *j)
{
	return j->overflown ? HG_SPAN_NONE : hg_span(j->begin, (size_t)(j->p - j->begin));
}

static void
put(struct hg_json *j, const char *text, size_t n)
{
	char *p = hg_json_room(j, n);

	if (p != NULL)
		memcpy(p, text, n);
}

/* The comma in front of a member or element, if one came before it on this level. */
static void
separate(struct hg_json *j)
{
	uint64_t bit = 1ull << j->depth;

	if (j->comma & bit)
		put(j, ",", 1);
	j->comma |= bit;
}

/* Comma, "name": in one piece, with one look at the room. */
static void
begin_member(struct hg_json *j, const char *name)
{
	const size_t n = strlen(name), comma = j->comma >> j->depth & 1;
	char *p = hg_json_room(j, comma + n + 3);

	j->comma |= 1ull << j->depth;
	if (p == NULL)
		return;
	p[0] = ',';
	p += comma;
	p[0] = '"';
	memcpy(p + 1, name, n);
	p[n + 1] = '"';
	p[n + 2] = ':';
}

static void
deeper(struct hg_json *j, const char *bracket)
{
	if (j->depth == DEPTH_MOST) {
		j->overflown = true;
		return;
	}
	put(j, bracket, 1);
	j->depth++;
	j->comma &= ~(1ull << j->depth);
}

static void
shallower(struct hg_json *j, const char *bracket)
{
	if (j->depth > 0)
		j->depth--;
	put(j, bracket, 1);
}

void
hg_json_open(struct hg_json *j)
{
	separate(j);
	deeper(j, "{");
}

void
hg_json_open_at(struct hg_json *j, const char *name)
{
	begin_member(j, name);
	deeper(j, "{");
}

void
hg_json_close(struct hg_json *j)
{
	shallower(j, "}");
}

void
hg_json_array_at(struct hg_json *j, const char *name)
{
	begin_member(j, name);
	deeper(j, "[");
}

void
hg_json_array(struct hg_json *j)
{
	separate(j);
	deeper(j, "[");
}

void
hg_json_array_end(struct hg_json *j)
{
	shallower(j, "]");
}

void
hg_json_str(struct hg_json *j, const char *name, struct hg_span value)
{
	begin_member(j, name);
	hg_json_quote(j, value);
}

void
hg_json_str_begin(struct hg_json *j, const char *name)
{
	begin_member(j, name);
	put(j, "\"", 1);
}

void
hg_json_str_more(struct hg_json *j, struct hg_span piece)
{
	hg_json_escape(j, piece);
}

void
hg_json_str_end(struct hg_json *j)
{
	put(j, "\"", 1);
}

void
hg_json_plain(struct hg_json *j, const char *name, struct hg_span text)
{
	char *p;

	begin_member(j, name);
	p = hg_json_room(j, text.len + 2);
	if (p == NULL)
		return;
	p[0] = '"';
	memcpy(p + 1, text.p, text.len);
	p[text.len + 1] = '"';
}

void
hg_json_cstr(struct hg_json *j, const char *name, const char *value)
{
	hg_json_str(j, name, hg_span_str(value));
}

static void
put_u64(struct hg_json *j, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	for (; value >= 100; value /= 100) {
		at -= 2;
		memcpy(digits + at, pairs[value % 100], 2);
	}
	if (value >= 10) {
		at -= 2;
		memcpy(digits + at, pairs[value], 2);
	} else {
		digits[--at] = (char)('0' + value);
	}
	put(j, digits + at, sizeof(digits) - at);
}

void
hg_json_u64(struct hg_json *j, const char *name, uint64_t value)
{
	begin_member(j, name);
	put_u64(j, value);
}

void
hg_json_i64(struct hg_json *j, const char *name, int64_t value)
{
	begin_member(j, name);
	if (value < 0)
		put(j, "-", 1);
	put_u64(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
hg_json_bool(struct hg_json *j, const char *name, bool value)
{
	begin_member(j, name);
	put(j, value ? "true" : "false", value ? 4 : 5);
}

/* The shortest of 15 to 17 digits that reads back as the same number; a whole one keeps ".0", so that a consumer's
 * type does not change from record to record. JSON has no infinities: null. */
void
hg_json_double(struct hg_json *j, const char *name, double value)
{
	char text[40];
	int n = 0;

	begin_member(j, name);
	if (!isfinite(value)) {
		put(j, "null", 4);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(text, sizeof(text) - 2, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	put(j, text, (size_t)n);
	if (strpbrk(text, ".e") == NULL)
		put(j, ".0", 2);
}

void
hg_json_item_str(struct hg_json *j, struct hg_span value)
{
	separate(j);
	hg_json_quote(j, value);
}

void
hg_json_item_cstr(struct hg_json *j, const char *value)
{
	hg_json_item_str(j, hg_span_str(value));
}

void
hg_json_item_u64(struct hg_json *j, uint64_t value)
{
	separate(j);
	put_u64(j, value);
}

void
hg_json_raw(struct hg_json *j, struct hg_span members)
{
	if (members.len == 0)
		return;
	separate(j);
	put(j, (const char *)members.p, members.len);
}

void
hg_json_hex(struct hg_json *j, const char *name, struct hg_span bytes, char sep)
{
	size_t step = sep == '\0' ? 2 : 3;
	char *p;

	begin_member(j, name);
	if (bytes.len > (size_t)(j->end - j->p) / 2) {
		j->overflown = true;
		return;
	}
	p = hg_json_room(j, bytes.len == 0 ? 2 : 2 + bytes.len * step - (step - 2));
	if (p == NULL)
		return;
	*p++ = '"';
	for (size_t i = 0; i < bytes.len; i++) {
		if (i > 0 && sep != '\0')
			*p++ = sep;
		*p++ = hg_json_digits[bytes.p[i] >> 4];
		*p++ = hg_json_digits[bytes.p[i] & 15];
	}
	*p = '"';
}

/* RFC 4648 section 4, with padding. */
void
hg_json_base64(struct hg_json *j, const char *name, struct hg_span bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *p;

	begin_member(j, name);
	if (bytes.len > (size_t)(j->end - j->p)) {
		j->overflown = true;
		return;
	}
	p = hg_json_room(j, 2 + (bytes.len + 2) / 3 * 4);
	if (p == NULL)
		return;
	*p++ = '"';
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t v = (uint32_t)bytes.p[i] << 16;

		v |= left > 1 ? (uint32_t)bytes.p[i + 1] << 8 : 0;
		v |= left > 2 ? bytes.p[i + 2] : 0;
		*p++ = alphabet[v >> 18];
		*p++ = alphabet[v >> 12 & 63];
		*p++ = left > 1 ? alphabet[v >> 6 & 63] : '=';
		*p++ = left > 2 ? alphabet[v & 63] : '=';
	}
	*p = '"';
}

struct hg_json_mark
hg_json_mark(const struct hg_json *j)
{
	return (struct hg_json_mark){ j->p, j->comma, j->depth, j->overflown };
}

void
hg_json_rewind(struct hg_json *j, struct hg_json_mark m)
{
	j->p = m.p;
	j->comma = m.comma;
	j->depth = m.depth;
	j->overflown = m.overflown;
}
