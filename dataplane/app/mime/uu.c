/* Files in uuencode among lines of a text (POSIX uuencode): each is a file of the transaction and a part below the text. */
#include "app/mime/mime_int.h"

static void
close_part(struct hg_mime *m, bool whole)
{
	struct hg_mime_part *part = m->uu.part;

	m->uu.part = NULL;
	if (part == NULL)
		return;
	hg_mime_look_end(m, part, &m->uu.look);
	if (part->file == NULL || part->file->state != HG_FILE_OPEN)
		return;
	hg_file_close(m->tx->app->files, part->file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
	m->files_closed++;
}

/* "begin", a mode of three or four digits, a name. */
static struct hg_span
name_behind_begin(struct hg_span line)
{
	size_t digits = 0;

	if (!hg_span_starts(line, HG_BYTES("begin ")))
		return HG_SPAN_NONE;
	line = hg_span_from(line, 6);
	while (digits < line.len && line.p[digits] >= '0' && line.p[digits] <= '7')
		digits++;
	if (digits < 3 || digits > 4 || digits >= line.len || line.p[digits] != ' ')
		return HG_SPAN_NONE;
	return hg_span_sub(hg_span_trim(hg_span_from(line, digits)), 0, HG_MIME_NAME);
}

static bool
begin_part(struct hg_mime *m, struct hg_mime_part *carrier, struct hg_span line)
{
	const struct hg_span name = name_behind_begin(line);
	uint8_t utf8[HG_MIME_NAME];
	bool changed;
	size_t n;

	if (name.len == 0)
		return false;
	m->uu.part = hg_mime_add_part(m, carrier);
	if (m->uu.part == NULL) {
		hg_mime_note(m, HG_MIME_MANY_PARTS);
		return false;
	}
	n = hg_mime_words(name, utf8, sizeof(utf8), &changed);
	m->uu.part->name = hg_span_keep(&m->tx->arena, hg_span(utf8, n));
	m->uu.part->attachment = m->uu.part->begun = true;
	m->uu.part->coding = HG_BYTES("uuencode");
	hg_mime_look_at_name(m, m->uu.part->name);
	m->uu.part->file = hg_tx_file_open(m->tx, m->uu.part->name, (enum hg_dir)m->dir, &m->config->limits);
	return true;
}

static unsigned
six(struct hg_span line, size_t at)
{
	return at < line.len ? (line.p[at] - 32u) & 63 : 0;
}

/* Its first character says how many bytes it has. */
static void
take_line(struct hg_mime *m, struct hg_span line)
{
	struct hg_mime_part *part = m->uu.part;
	const size_t n = line.len == 0 ? 0 : six(line, 0);
	uint8_t bytes[66];

	for (size_t i = 0, at = 1; i < n; i += 3, at += 4) {
		const unsigned bits = six(line, at) << 18 | six(line, at + 1) << 12 | six(line, at + 2) << 6 |
			six(line, at + 3);

		bytes[i] = (uint8_t)(bits >> 16);
		bytes[i + 1] = (uint8_t)(bits >> 8);
		bytes[i + 2] = (uint8_t)bits;
	}
	part->size += n;
	if (part->file != NULL)
		hg_file_append(m->tx->app->files, part->file, hg_span(bytes, n));
	hg_mime_look(m, part, &m->uu.look, hg_span(bytes, n));
}

/* Nothing but characters of the coding, and not more of them than it says: else it is text, which must not hide there. */
static bool
is_coded(struct hg_span line)
{
	if (line.len == 0 || line.len > 1 + (six(line, 0) + 2) / 3 * 4 + 1)
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	return true;
}

bool
hg_mime_uu_line(struct hg_mime *m, struct hg_mime_part *carrier, struct hg_span line)
{
	if (m->uu.part == NULL)
		return begin_part(m, carrier, line);
	if (hg_span_eq(line, HG_BYTES("end"))) {
		close_part(m, true);
		return true;
	}
	if (!is_coded(line)) {
		close_part(m, false);
		return false;
	}
	take_line(m, line);
	return true;
}

void
hg_mime_uu_end(struct hg_mime *m)
{
	close_part(m, false);
}
