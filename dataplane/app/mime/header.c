/* Header fields, and parameters inside their values. */
#include <stdio.h>

#include "app/mime/mime_int.h"

#define SECTIONS 64 /* of a parameter that RFC 2231 parts */

static bool
is_printable(uint8_t c)
{
	return c > ' ' && c < 0x7f && c != ':';
}

/* Length of the name that a line begins with; 0: the line begins no field. */
static size_t
name_of(struct hg_span line)
{
	size_t n = 0;

	while (n < line.len && is_printable(line.p[n]))
		n++;
	return n < line.len && line.p[n] == ':' ? n : 0;
}

static void
add_value(struct hg_mime *m, struct hg_span text)
{
	size_t room = m->config->value_most - HG_MIN(hg_buf_len(&m->value), (size_t)m->config->value_most);

	if (text.len > room)
		hg_mime_note(m, HG_MIME_LONG_VALUE);
	hg_buf_append(&m->value, hg_span_sub(text, 0, room));
}

static struct hg_span
keep_small(struct hg_mime *m, struct hg_span text)
{
	uint8_t *p = hg_arena_take(&m->tx->arena, text.len);

	if (p == NULL)
		return HG_SPAN_NONE;
	for (size_t i = 0; i < text.len; i++)
		p[i] = hg_lower(text.p[i]);
	return hg_span(p, text.len);
}

/* A field without a value is not remembered. */
void
hg_mime_header_end(struct hg_mime *m)
{
	struct hg_mime_field *f;
	struct hg_span name = m->field;

	m->field = HG_SPAN_NONE;
	if (name.p == NULL || hg_buf_len(&m->value) == 0)
		return;
	if (m->n_fields == HG_MIME_FIELDS) {
		hg_mime_note(m, HG_MIME_MANY_FIELDS);
		return;
	}
	f = hg_arena_take0(&m->tx->arena, sizeof(*f));
	if (f == NULL)
		return;
	m->n_fields++;
	f->name = name;
	f->value = hg_span_keep(&m->tx->arena, hg_buf_span(&m->value));
	f->next = hg_mime_top(m)->part->fields;
	hg_mime_top(m)->part->fields = f;
}

static void
begin_field(struct hg_mime *m, struct hg_span line, size_t name)
{
	struct hg_span value = hg_span_from(line, name + 1);

	if (name > HG_MIME_FIELD_MOST)
		hg_mime_note(m, HG_MIME_LONG_FIELD);
	hg_mime_header_end(m);
	hg_buf_clear(&m->value);
	m->phase = HG_MIME_HEADER_STARTED;
	m->field = keep_small(m, hg_span_sub(line, 0, name));
	while (value.len > 0 && value.p[0] == ' ')
		value = hg_span_from(value, 1);
	add_value(m, value);
}

/* More of a value begins with a blank (RFC 5322 2.2.3). */
static bool
ends_header(const struct hg_mime *m, struct hg_span line)
{
	return !hg_is_blank(line.p[0]) && !hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_SEPARATOR);
}

static void
look_for_cr(struct hg_mime *m, struct hg_span line)
{
	if (hg_span_find(line, 0, '\r') != SIZE_MAX)
		hg_mime_note(m, HG_MIME_BARE_CR);
}

bool
hg_mime_header_line(struct hg_mime *m, struct hg_span line)
{
	size_t name = name_of(line);

	if (name > 0) {
		look_for_cr(m, line);
		begin_field(m, line, name);
	} else if (line.len == 0) {
		hg_mime_header_end(m);
		m->phase = HG_MIME_HEADER_DONE;
	} else if (m->phase == HG_MIME_HEADER_STARTED && !ends_header(m, line)) {
		look_for_cr(m, line);
		add_value(m, line);
	} else {
		return false;
	}
	return true;
}

/* ---- parameters ---- */

static bool
is_space(uint8_t c)
{
	return hg_is_blank(c) || c == '\r' || c == '\n';
}

static struct hg_span
skip_space(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && is_space(s.p[n]))
		n++;
	return hg_span_from(s, n);
}

/* In quotes, or up to the semicolon; false: the quotes have no end. */
static bool
take_value(struct hg_span *s, struct hg_span *value)
{
	size_t end;

	if (s->len > 0 && s->p[0] == '"') {
		end = hg_span_find(*s, 1, '"');
		if (end == SIZE_MAX)
			return false;
		*value = hg_span_sub(*s, 1, end - 1);
		*s = hg_span_from(*s, end + 1);
		return true;
	}
	*value = hg_span_sub(*s, 0, hg_span_find(*s, 0, ';'));
	*s = hg_span_from(*s, value->len);
	return true;
}

bool
hg_mime_take_parameter(struct hg_span *s, struct hg_span *name, struct hg_span *value)
{
	size_t eq;

	*s = skip_space(*s);
	eq = hg_span_find(*s, 0, '=');
	if (eq == SIZE_MAX)
		return false;
	*name = hg_span_sub(*s, 0, eq);
	*s = hg_span_from(*s, eq + 1);
	if (!take_value(s, value))
		return false;
	*s = skip_space(*s);
	if (s->len > 0 && s->p[0] == ';')
		*s = hg_span_from(*s, 1);
	return true;
}

/* The last one of that name. */
static bool
find_parameter(struct hg_span list, struct hg_span name, struct hg_span *out)
{
	struct hg_span n, v;
	bool found = false;

	while (hg_mime_take_parameter(&list, &n, &v))
		if (hg_span_eq(n, name)) {
			*out = v;
			found = true;
		}
	return found;
}

static void
append(uint8_t buf[HG_MIME_NAME], size_t *len, struct hg_span s)
{
	size_t room = *len < HG_MIME_NAME ? HG_MIME_NAME - *len : 0, n = HG_MIN(room, s.len);

	if (n > 0)
		memcpy(buf + *len, s.p, n);
	*len += s.len;
}

bool
hg_mime_parameter(const struct hg_mime *m, struct hg_span value, struct hg_span name,
	uint8_t buf[HG_MIME_NAME], size_t *len)
{
	size_t semicolon = hg_span_find(value, 0, ';');
	struct hg_span list = hg_span_from(value, semicolon == SIZE_MAX ? value.len : semicolon + 1), v;
	unsigned section = 0;

	*len = 0;
	if (find_parameter(list, name, &v)) {
		append(buf, len,
			hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_BLANKS) ? v : hg_span_trim(v));
		return true;
	}
	for (; section < SECTIONS; section++) {
		char text[24];
		int n = snprintf(text, sizeof(text), "%.*s*%u", (int)HG_MIN(name.len, (size_t)12),
			(const char *)name.p, section);

		if (!find_parameter(list, hg_span(text, (size_t)n), &v))
			break;
		append(buf, len, v);
	}
	return section > 0;
}
