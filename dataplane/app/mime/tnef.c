/* Attachments inside winmail.dat (MS-OXTNEF 2.1): attributes one behind the other; those of an attachment follow one that begins it.
 * Each becomes a file of the transaction and a part below the one that carries it. */
#include "app/mime/mime_int.h"
#include "base/reader.h"

enum { SIGNATURE = 6, HEADER = 9, CHECKSUM = 2 };
enum { ATTACHMENT_BEGINS = 0x00069002, TITLE = 0x00018010, DATA = 0x0006800f };

static void
close_part(struct hg_mime *m, bool whole)
{
	struct hg_mime_tnef *t = &m->tnef;
	struct hg_file *file = t->part == NULL ? NULL : t->part->file;

	if (t->part != NULL)
		hg_mime_look_end(m, t->part, &t->look);
	if (file != NULL && file->state == HG_FILE_OPEN) {
		hg_file_close(m->tx->app->files, file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
		m->files_closed++;
	}
	t->part = NULL;
}

static void
begin_part(struct hg_mime *m, struct hg_mime_part *carrier)
{
	close_part(m, true);
	m->tnef.part = hg_mime_add_part(m, carrier);
	if (m->tnef.part == NULL) {
		hg_mime_note(m, HG_MIME_MANY_PARTS);
		return;
	}
	m->tnef.part->attachment = true;
	m->tnef.part->begun = true;
}

/* It mostly stands in front of the bytes, but need not. */
static void
take_title(struct hg_mime *m)
{
	struct hg_mime_tnef *t = &m->tnef;
	const struct hg_span title = hg_span(t->title, t->title_len);
	uint8_t utf8[HG_MIME_NAME];
	bool changed;
	size_t n;

	if (t->part == NULL || t->title_len == 0)
		return;
	n = hg_mime_words(hg_span_sub(title, 0, hg_span_find(title, 0, '\0')), utf8, sizeof(utf8), &changed);
	t->part->name = hg_span_keep(&m->tx->arena, hg_span(utf8, n));
	hg_mime_look_at_name(m, t->part->name);
	if (t->part->file != NULL)
		t->part->file->name = t->part->name;
}

static void
take_data(struct hg_mime *m, struct hg_span s)
{
	struct hg_mime_tnef *t = &m->tnef;
	const uint32_t room = HG_MIME_NAME - t->title_len;

	if (t->attribute == TITLE) {
		s = hg_span_sub(s, 0, room);
		memcpy(t->title + t->title_len, s.p, s.len);
		t->title_len = (uint16_t)(t->title_len + s.len);
	}
	if (t->attribute != DATA || t->part == NULL)
		return;
	if (t->part->file == NULL)
		t->part->file =
			hg_tx_file_open(m->tx, t->part->name, (enum hg_dir)m->dir, &m->config->limits);
	if (t->part->file != NULL)
		hg_file_append(m->tx->app->files, t->part->file, s);
	t->part->size += s.len;
	hg_mime_look(m, t->part, &t->look, s);
}

static void
begin_attribute(struct hg_mime *m, struct hg_mime_part *carrier)
{
	struct hg_mime_tnef *t = &m->tnef;

	t->attribute = hg_le32(t->header + 1);
	t->left = hg_le32(t->header + 5);
	t->have = 0;
	t->skip = CHECKSUM;
	t->title_len = t->attribute == TITLE ? 0 : t->title_len;
	if (t->attribute == ATTACHMENT_BEGINS)
		begin_part(m, carrier);
}

void
hg_mime_tnef(struct hg_mime *m, struct hg_mime_part *carrier, struct hg_span s)
{
	struct hg_mime_tnef *t = &m->tnef;

	if (!t->begun) {
		t->begun = true;
		t->skip = SIGNATURE;
	}
	while (s.len > 0) {
		size_t n;

		if (t->left > 0) {
			n = HG_MIN(s.len, (size_t)t->left);
			take_data(m, hg_span_sub(s, 0, n));
			t->left -= (uint32_t)n;
			if (t->left == 0 && t->attribute == TITLE)
				take_title(m);
		} else if (t->skip > 0) {
			n = HG_MIN(s.len, (size_t)t->skip);
			t->skip -= (uint8_t)n;
		} else {
			n = 1;
			t->header[t->have++] = s.p[0];
			if (t->have == HEADER)
				begin_attribute(m, carrier);
		}
		s = hg_span_from(s, n);
	}
}

void
hg_mime_tnef_end(struct hg_mime *m, bool whole)
{
	if (!m->tnef.begun)
		return;
	close_part(m, whole && m->tnef.left == 0);
	m->tnef = (struct hg_mime_tnef){ .begun = false };
}
