/* Bodies: transfer codings undone (RFC 2045 6.7, 6.8), bytes into the part's file or, of texts, into lines with URLs. */
#include "app/mime/mime_int.h"
#include "base/base64.h"

/* ---- where decoded bytes go ---- */

static void
scan_text(struct hg_mime *m, struct hg_mime_part *part)
{
	if (hg_buf_len(&m->text) > 0)
		hg_mime_urls(m, part, hg_buf_span(&m->text));
	hg_buf_clear(&m->text);
}

/* Lines longer than the room are looked at in pieces. */
static void
put_text(struct hg_mime *m, struct hg_mime_part *part, struct hg_span s)
{
	while (s.len > 0) {
		size_t room = HG_MIME_LINE - hg_buf_len(&m->text), n = 0;

		while (n < s.len && s.p[n] != '\r' && s.p[n] != '\n')
			n++;
		if (hg_buf_len(&m->text) == 0 && n < s.len) {
			hg_mime_urls(m, part, hg_span_sub(s, 0, n));
			s = hg_span_from(s, n + 1);
			continue;
		}
		if (!hg_buf_append(&m->text, hg_span_sub(s, 0, HG_MIN(n, room))))
			return;
		if (n <= room && n == s.len)
			return;
		scan_text(m, part);
		s = hg_span_from(s, n <= room ? n + 1 : room);
	}
}

static void
put(struct hg_mime *m, struct hg_mime_part *part, struct hg_span s)
{
	if (s.len == 0)
		return;
	part->size += s.len;
	if (part->file != NULL)
		hg_file_append(m->tx->app->files, part->file, s);
	if (part->attachment && !hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_INSIDE))
		hg_mime_look(m, part, &m->look, s);
	if (part->text && !part->attachment && m->config->urls)
		put_text(m, part, s);
}

static void
begin(struct hg_mime *m, struct hg_mime_part *part)
{
	if (part->begun)
		return;
	part->begun = true;
	if (part->attachment)
		part->file = hg_tx_file_open(m->tx, part->name, (enum hg_dir)m->dir, &m->config->limits);
}

/* ---- base64 ---- */

/* What the characters gathered so far stand for; returns the number of bytes. */
static size_t
flush_quad(struct hg_mime *m, uint8_t out[3])
{
	unsigned n = m->quad_len > m->quad_pad + 1u ? m->quad_len - m->quad_pad - 1u : 0;

	out[0] = (uint8_t)(m->quad[0] << 2 | m->quad[1] >> 4);
	out[1] = (uint8_t)(m->quad[1] << 4 | m->quad[2] >> 2);
	out[2] = (uint8_t)(m->quad[2] << 6 | m->quad[3]);
	m->quad_len = m->quad_pad = 0;
	memset(m->quad, 0, sizeof(m->quad));
	return n;
}

/* Whole quads without padding or anything else between; returns how many characters were used up. */
static size_t
put_quads(struct hg_span text, uint8_t *out, size_t room)
{
	size_t i = 0;

	for (size_t n = 0; i + 4 <= text.len && n + 3 <= room; i += 4, n += 3) {
		const uint8_t *c = text.p + i;
		const int a = hg_base64_value(c[0]), b = hg_base64_value(c[1]), d = hg_base64_value(c[2]),
			  e = hg_base64_value(c[3]);

		if ((a | b | d | e) < 0)
			break;
		out[n] = (uint8_t)(a << 2 | b >> 4);
		out[n + 1] = (uint8_t)(b << 4 | d >> 2);
		out[n + 2] = (uint8_t)(d << 6 | e);
	}
	return i;
}

static void
note_junk(struct hg_mime *m, uint8_t c)
{
	if (!hg_is_blank(c) && c != '\r' && c != '\n')
		hg_mime_note(m, HG_MIME_JUNK_BASE64);
}

/* Receivers pass over what is no base64. Returns the number of bytes. */
static size_t
put_character(struct hg_mime *m, uint8_t c, uint8_t out[3])
{
	const bool pads = c == '=';
	const int value = pads ? 0 : hg_base64_value(c);

	if (value < 0 || (m->padded && !pads))
		note_junk(m, c);
	if (value < 0)
		return 0;
	m->padded |= pads;
	m->quad_pad += pads;
	m->quad[m->quad_len++] = (uint8_t)value;
	return m->quad_len == 4 ? flush_quad(m, out) : 0;
}

static void
put_base64(struct hg_mime *m, struct hg_mime_part *part, struct hg_span text)
{
	uint8_t out[384];
	size_t n = 0;

	while (text.len > 0) {
		const size_t used =
			m->quad_len == 0 && !m->padded ? put_quads(text, out + n, sizeof(out) - n) : 0;

		n += used / 4 * 3;
		text = hg_span_from(text, used);
		if (n > sizeof(out) - 3) {
			put(m, part, hg_span(out, n));
			n = 0;
		}
		if (text.len > 0)
			n += put_character(m, text.p[0], out + n);
		text = hg_span_from(text, 1);
	}
	put(m, part, hg_span(out, n));
}

/* ---- quoted-printable ---- */

struct output {
	struct hg_mime *m;
	struct hg_mime_part *part;
	uint8_t bytes[256];
	size_t n;
};

static void
flush(struct output *o)
{
	put(o->m, o->part, hg_span(o->bytes, o->n));
	o->n = 0;
}

static void
put_byte(struct output *o, uint8_t c)
{
	o->bytes[o->n++] = c;
	if (o->n == sizeof(o->bytes))
		flush(o);
}

/* With the peer capitals only, as RFC 2045 6.7 has it. */
static int
digit_of(const struct hg_mime *m, uint8_t c)
{
	return c >= 'a' && hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_QP) ? -1 : hg_hex_digit(c);
}

/* An escape that is none loses its sign. */
static void
drop_escape(struct output *o)
{
	hg_mime_note(o->m, HG_MIME_BAD_QP);
	if (o->m->escape == HG_MIME_ESCAPE_HALF)
		put_byte(o, o->m->escape_high);
	o->m->escape = HG_MIME_PLAIN;
}

static void
put_quoted(struct output *o, uint8_t c)
{
	struct hg_mime *m = o->m;
	int digit = digit_of(m, c);

	if (m->escape != HG_MIME_PLAIN && digit < 0)
		drop_escape(o);
	if (m->escape == HG_MIME_ESCAPE_HALF) {
		put_byte(o, (uint8_t)(digit_of(m, m->escape_high) << 4 | digit));
		m->escape = HG_MIME_PLAIN;
	} else if (m->escape == HG_MIME_ESCAPE) {
		m->escape_high = c;
		m->escape = HG_MIME_ESCAPE_HALF;
	} else if (c == '=') {
		m->escape = HG_MIME_ESCAPE;
	} else {
		put_byte(o, c);
	}
}

/* A sign at the end of the line joins it with the next one. */
static void
put_quoted_line(struct hg_mime *m, struct hg_mime_part *part, struct hg_span text, bool ended)
{
	struct output o = { .m = m, .part = part };

	for (size_t i = 0; i < text.len; i++)
		put_quoted(&o, text.p[i]);
	if (ended && m->escape == HG_MIME_ESCAPE_HALF)
		drop_escape(&o);
	if (ended && m->escape == HG_MIME_PLAIN) {
		put_byte(&o, '\r');
		put_byte(&o, '\n');
	}
	if (ended)
		m->escape = HG_MIME_PLAIN;
	flush(&o);
}

/* ---- lines ---- */

/* Whole lines of texts only; one that is no file's may hold URLs. */
static bool
is_uu(struct hg_mime *m, struct hg_mime_part *part, struct hg_span text, struct hg_span end)
{
	return part->text && !part->attachment && end.len > 0 && m->line_len == text.len &&
		!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_INSIDE) && hg_mime_uu_line(m, part, text);
}

void
hg_mime_body_line(struct hg_mime *m, struct hg_span text, struct hg_span end)
{
	struct hg_mime_part *part = hg_mime_top(m)->part;
	bool base64 = part->base64 && m->config->base64;
	bool quoted = part->quoted_printable && m->config->quoted_printable;

	begin(m, part);
	if ((base64 || quoted) && m->line_len > HG_MIME_CODED_MOST)
		hg_mime_note(m, HG_MIME_LONG_CODED);
	if (base64) {
		put_base64(m, part, text);
	} else if (quoted) {
		if (text.len > 0 || m->escape != HG_MIME_PLAIN)
			put_quoted_line(m, part, text, end.len > 0);
		else
			put(m, part, end);
	} else if (is_uu(m, part, text, end)) {
		return;
	} else {
		put(m, part, hg_span(m->end, m->end_len));
		put(m, part, text);
		m->end_len = (uint8_t)end.len;
		if (end.len > 0)
			memcpy(m->end, end.p, end.len);
	}
}

void
hg_mime_body_end(struct hg_mime *m, bool whole)
{
	struct hg_mime_part *part = hg_mime_top(m)->part;
	struct hg_app *app = m->tx->app;
	uint8_t out[3];
	size_t n;

	if (whole)
		begin(m, part);
	n = flush_quad(m, out);
	put(m, part, hg_span(out, n));
	scan_text(m, part);
	m->escape = HG_MIME_PLAIN;
	m->end_len = 0;
	m->padded = false;
	if (part->attachment && part->begun && !hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_INSIDE)) {
		hg_mime_look_end(m, part, &m->look);
		hg_mime_tnef_end(m, whole);
	}
	hg_mime_uu_end(m);
	if (part->file == NULL || part->file->state != HG_FILE_OPEN)
		return;
	hg_file_close(app->files, part->file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
	m->files_closed++;
}
