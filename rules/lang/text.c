#include "rules/lang/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "rules/lang/inflate_int.h"

/* A physical line that was handed out: from which byte of the text on, which line of the file. */
struct stretch {
	size_t at;
	uint32_t line;
};

struct block {
	struct block *next;
	size_t used, size;
};

struct hg_text {
	char name[256];
	uint8_t *bytes;
	size_t len, at;
	uint32_t line; /* of the byte at `at` */
	struct stretch *stretches;
	size_t n, room;
	struct block *blocks;
};

static int
make(struct hg_text **ret, const char *name, uint8_t *bytes, size_t len, struct hg_error *err)
{
	struct hg_text *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		free(bytes);
		return hg_error_set(err, -ENOMEM, "no memory for a text");
	}
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->bytes = bytes;
	t->len = len;
	t->line = 1;
	*ret = t;
	return 0;
}

int
hg_text_open(struct hg_text **ret, const char *path, struct hg_error *err)
{
	uint8_t *bytes;
	size_t len;
	int r = hg_inflate_file(path, HG_TEXT_MAX, &bytes, &len, err);

	return r != 0 ? r : make(ret, path, bytes, len, err);
}

int
hg_text_of(struct hg_text **ret, const char *name, struct hg_span bytes, struct hg_error *err)
{
	uint8_t *copy = malloc(bytes.len + 1);

	if (copy == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a text");
	if (bytes.len > 0)
		memcpy(copy, bytes.p, bytes.len);
	return make(ret, name, copy, bytes.len, err);
}

void
hg_text_close(struct hg_text *t)
{
	if (t == NULL)
		return;
	while (t->blocks != NULL) {
		struct block *b = t->blocks;

		t->blocks = b->next;
		free(b);
	}
	free(t->stretches);
	free(t->bytes);
	free(t);
}

const char *
hg_text_name(const struct hg_text *t)
{
	return t->name;
}

static bool
remember(struct hg_text *t, size_t at)
{
	if (t->n == t->room) {
		size_t room = t->room == 0 ? 64 : 2 * t->room;
		struct stretch *v = realloc(t->stretches, room * sizeof(*v));

		if (v == NULL)
			return false;
		t->stretches = v;
		t->room = room;
	}
	t->stretches[t->n++] = (struct stretch){ at, t->line };
	return true;
}

/* The next physical line, without its end; t->line is its number until the next call moves on. */
static struct hg_span
physical(struct hg_text *t)
{
	struct hg_span all = hg_span(t->bytes, t->len);
	size_t end = hg_span_find(all, t->at, '\n');
	struct hg_span line = hg_span_sub(all, t->at, (end == SIZE_MAX ? t->len : end) - t->at);

	t->at = end == SIZE_MAX ? t->len : end + 1;
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Whether the line goes on with the next: blanks may stand behind the backslash. */
static bool
continues(struct hg_span *line)
{
	struct hg_span s = *line;

	while (s.len > 0 && hg_is_blank(s.p[s.len - 1]))
		s.len--;
	if (s.len == 0 || s.p[s.len - 1] != '\\')
		return false;
	line->len = s.len - 1;
	return true;
}

bool
hg_text_line(struct hg_text *t, struct hg_span *line)
{
	while (t->at < t->len) {
		struct hg_span part = physical(t);
		size_t from = (size_t)(part.p - t->bytes), to;
		struct hg_span body = hg_span_trim(part);
		bool more;

		if (body.len == 0 || body.p[0] == '#') {
			t->line++;
			continue;
		}
		more = continues(&part);
		to = from + part.len;
		if (!remember(t, from))
			return false;
		t->line++;
		while (more && t->at < t->len) {
			part = physical(t);
			more = continues(&part);
			if (!remember(t, to))
				return false;
			memmove(t->bytes + to, part.p, part.len);
			to += part.len;
			t->line++;
		}
		*line = hg_span(t->bytes + from, to - from);
		return true;
	}
	return false;
}

void
hg_text_place(const struct hg_text *t, const uint8_t *p, uint32_t *line, uint32_t *column)
{
	size_t at = (size_t)(p - t->bytes), low = 0, high = t->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (t->stretches[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	*line = low == 0 ? 1 : t->stretches[low - 1].line;
	*column = (uint32_t)(low == 0 ? at : at - t->stretches[low - 1].at) + 1;
}

void *
hg_text_take(struct hg_text *t, size_t size)
{
	struct block *b = t->blocks;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (b == NULL || b->size - b->used < size) {
		size_t room = HG_MAX(size, (size_t)256 << 10);

		b = calloc(1, ((sizeof(*b) + 15) & ~(size_t)15) + room);
		if (b == NULL)
			return NULL;
		b->size = room;
		b->next = t->blocks;
		t->blocks = b;
	}
	p = (uint8_t *)b + ((sizeof(*b) + 15) & ~(size_t)15) + b->used;
	b->used += size;
	return p;
}

/* The word that stands at the beginning of the bytes; a sign that is none stands alone. */
static uint32_t
word_of(struct hg_span s)
{
	uint32_t n = 0;

	while (n < s.len && !hg_is_blank(s.p[n]) && memchr(",;:\"()[]|", s.p[n], 10) == NULL)
		n++;
	return n == 0 && s.len > 0 ? 1 : n;
}

/* Units of UTF-16 in UTF-8, as editors count columns. */
static uint32_t
units16(const uint8_t *p, size_t n)
{
	uint32_t units = 0;

	for (size_t i = 0; i < n; i++)
		units += (p[i] & 0xc0) == 0x80 ? 0 : p[i] >= 0xf0 ? 2 : 1;
	return units;
}

int
hg_text_blame(const struct hg_text *t, struct hg_span part, struct hg_error *err)
{
	const uint8_t *p;
	uint32_t line, column, end_line, end_column, length;

	if (err == NULL)
		return -EINVAL;
	p = part.p + HG_MIN(err->column > 0 ? err->column - 1 : 0, part.len);
	length = err->length != 0  ? err->length
		: err->column == 0 ? (uint32_t)part.len
				   : word_of(hg_span(p, (size_t)(part.p + part.len - p)));
	hg_text_place(t, p, &line, &column);
	/* What goes on in the next line is shown up to the end of the first. */
	for (; length > 1; length--) {
		hg_text_place(t, p + length - 1, &end_line, &end_column);
		if (end_line == line)
			break;
	}
	hg_error_at(err, t->name, line, column);
	err->length = length;
	err->from16 = units16(p - (column - 1), column - 1);
	err->to16 = err->from16 + units16(p, length);
	return err->code;
}

int
hg_part_error(struct hg_error *err, size_t offset, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;

	if (err == NULL)
		return -EINVAL;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hg_error_set(err, -EINVAL, "%s", text);
	hg_error_at(err, "", 0, (uint32_t)offset + 1);
	return -EINVAL;
}
