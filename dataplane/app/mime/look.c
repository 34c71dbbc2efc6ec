/* Inside attachments, while they pass: names of a ZIP's entries, an OLE file's directory, words of a PDF. Nothing is unpacked; what
 * is looked at at a time is one record, so that memory and time do not depend on what a file says about itself. */
#include "app/mime/mime_int.h"
#include "base/reader.h"

enum { LOCAL = 26, CENTRAL = 42 };            /* bytes of a ZIP's records behind their signatures */
enum { OLE_BLOCK = 128, OLE_LOOKED_AT = 67 }; /* of an entry of the directory */
#define MEGA (UINT64_C(1) << 20)

static bool
ends_with(struct hg_span s, struct hg_span tail)
{
	return s.len >= tail.len && hg_span_eq_nocase(hg_span_from(s, s.len - tail.len), tail);
}

/* ---- ZIP (APPNOTE 4.3) ---- */

static void
keep_entry(struct hg_mime *m, struct hg_mime_part *part, struct hg_span name)
{
	struct hg_mime_entry *e;

	if (part->n_entries == HG_MIME_ENTRIES)
		return;
	e = hg_arena_take0(&m->tx->arena, sizeof(*e));
	if (e == NULL)
		return;
	e->name = hg_span_keep(&m->tx->arena, name);
	e->next = part->entries;
	part->entries = e;
	part->n_entries++;
}

static bool
is_archive_name(struct hg_span extension)
{
	static const char *const names[] = { "zip", "rar", "7z", "gz", "iso", "img", "cab", "tar", "vhd" };

	for (size_t i = 0; i < HG_COUNT(names); i++)
		if (hg_span_eq_nocase(extension, hg_span_str(names[i])))
			return true;
	return false;
}

static void
judge_entry(struct hg_mime_part *part, struct hg_span name)
{
	const struct hg_span extension = hg_mime_extension(name);

	if (hg_span_eq(name, HG_BYTES("[Content_Types].xml")))
		part->kind = HG_MIME_OOXML;
	else if (hg_span_eq(name, HG_BYTES("AndroidManifest.xml")))
		part->kind = HG_MIME_APK;
	else if (part->kind == HG_MIME_ZIP && hg_span_eq(name, HG_BYTES("META-INF/MANIFEST.MF")))
		part->kind = HG_MIME_JAR;
	else if (part->kind == HG_MIME_ZIP && hg_span_eq(name, HG_BYTES("META-INF/manifest.xml")))
		part->kind = HG_MIME_ODF;
	if (ends_with(name, HG_BYTES("vbaProject.bin")))
		part->flags |= HG_MIME_HAS_MACRO;
	if (hg_mime_is_program(extension))
		part->flags |= HG_MIME_HAS_PROGRAM;
	if (is_archive_name(extension))
		part->flags |= HG_MIME_HAS_ARCHIVE;
}

/* The record and its name are there. */
static void
take_record(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l)
{
	const bool local = l->fixed == LOCAL;
	const unsigned flags = hg_le16(l->record + (local ? 2 : 4));
	const struct hg_span name = hg_span(l->record + l->fixed, l->need - (size_t)l->fixed);

	if ((flags & 1) != 0)
		part->flags |= HG_MIME_IS_ENCRYPTED;
	judge_entry(part, name);
	if (local) {
		keep_entry(m, part, name);
		return;
	}
	l->unpacked += hg_le32(l->record + 20);
	if (l->unpacked > 100 * MEGA && l->unpacked / 200 > l->at)
		part->flags |= HG_MIME_IS_BOMB;
}

static void
begin_record(struct hg_mime_look *l, unsigned fixed)
{
	l->fixed = l->need = (uint8_t)fixed;
	l->have = 0;
	l->sign = 0;
}

static void
zip_byte(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l, uint8_t c)
{
	if (l->need == 0) {
		l->sign = l->sign << 8 | c;
		if (l->sign == 0x504b0304)
			begin_record(l, LOCAL);
		else if (l->sign == 0x504b0102)
			begin_record(l, CENTRAL);
		return;
	}
	l->record[l->have++] = c;
	if (l->have == l->fixed)
		l->need = (uint8_t)(l->fixed +
			HG_MIN(hg_le16(l->record + (l->fixed == LOCAL ? 22 : 24)), HG_MIME_ENTRY_NAME));
	if (l->have < l->need || l->have < l->fixed)
		return;
	take_record(m, part, l);
	l->need = 0;
}

/* ---- OLE (MS-CFB 2.6.1) ---- */

static bool
is_named(const struct hg_mime_look *l, const char *name)
{
	const size_t n = strlen(name);

	if (hg_le16(l->record + 64) != 2 * (n + 1))
		return false;
	for (size_t i = 0; i < n; i++)
		if (l->record[2 * i] != (uint8_t)name[i] || l->record[2 * i + 1] != 0)
			return false;
	return true;
}

static void
take_directory_entry(struct hg_mime_part *part, const struct hg_mime_look *l)
{
	const uint8_t type = l->record[66];

	if (type != 1 && type != 2)
		return;
	if (is_named(l, "VBA") || is_named(l, "_VBA_PROJECT") || is_named(l, "Macros") ||
		is_named(l, "_VBA_PROJECT_CUR"))
		part->flags |= HG_MIME_HAS_MACRO;
	if (is_named(l, "EncryptedPackage"))
		part->flags |= HG_MIME_IS_ENCRYPTED;
	if (is_named(l, "\001Ole10Native"))
		part->flags |= HG_MIME_HAS_OBJECT;
}

/* A Word file mostly begins with its document, whose second word of flags says that it is encrypted (MS-DOC 2.5.2). */
static void
ole_byte(struct hg_mime_part *part, struct hg_mime_look *l, uint8_t c)
{
	const unsigned place = (unsigned)(l->at % OLE_BLOCK);

	if (place < OLE_LOOKED_AT)
		l->record[place] = c;
	if (place != OLE_LOOKED_AT - 1 || l->at < 512)
		return;
	if (l->at < 512 + OLE_BLOCK && hg_le16(l->record) == 0xa5ec && (l->record[11] & 1) != 0)
		part->flags |= HG_MIME_IS_ENCRYPTED;
	take_directory_entry(part, l);
}

/* ---- PDF ---- */

static void
take_word(struct hg_mime_part *part, struct hg_span word)
{
	static const char *const active[] = { "JavaScript", "JS", "Launch" };

	if (hg_span_eq(word, HG_BYTES("Encrypt")))
		part->flags |= HG_MIME_IS_ENCRYPTED;
	if (hg_span_eq(word, HG_BYTES("EmbeddedFile")))
		part->flags |= HG_MIME_HAS_OBJECT;
	for (size_t i = 0; i < HG_COUNT(active); i++)
		if (hg_span_eq(word, hg_span_str(active[i])))
			part->flags |= HG_MIME_HAS_SCRIPT;
}

static void
pdf_byte(struct hg_mime_part *part, struct hg_mime_look *l, uint8_t c)
{
	const bool letter = hg_lower(c) >= 'a' && hg_lower(c) <= 'z';

	if (l->need != 0 && letter && l->have < 16) {
		l->record[l->have++] = c;
		return;
	}
	if (l->need != 0 && !letter)
		take_word(part, hg_span(l->record, l->have));
	l->need = c == '/';
	l->have = 0;
}

/* ---- what its first bytes say ---- */

/* RAR 4 says it in the flags of its headers, RAR 5 by a header in front of all others. */
static void
look_at_rar(struct hg_mime_part *part, struct hg_span head)
{
	const uint8_t *p = head.p;

	if (head.len < 32)
		return;
	if (p[6] == 0 && p[9] == 0x73)
		part->flags |=
			(p[10] & 0x80) != 0 || (p[22] == 0x74 && (p[23] & 4) != 0) ? HG_MIME_IS_ENCRYPTED : 0;
	else if (p[6] == 1 && p[13] == 4)
		part->flags |= HG_MIME_IS_ENCRYPTED;
}

static void
walk(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l, struct hg_span s)
{
	const uint8_t kind = l->kind;

	if (kind != HG_MIME_ZIP && kind != HG_MIME_OLE && kind != HG_MIME_PDF) {
		l->at += s.len;
		if (kind == HG_MIME_TNEF && l == &m->look)
			hg_mime_tnef(m, part, s);
		return;
	}
	for (size_t i = 0; i < s.len; i++, l->at++) {
		if (kind == HG_MIME_ZIP)
			zip_byte(m, part, l, s.p[i]);
		else if (kind == HG_MIME_OLE)
			ole_byte(part, l, s.p[i]);
		else
			pdf_byte(part, l, s.p[i]);
	}
}

static void
decide(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l)
{
	const struct hg_span head = hg_span(l->head, l->head_len);

	l->decided = true;
	l->kind = part->kind = hg_mime_kind_of(head);
	if (hg_mime_is_archive(l->kind))
		part->flags |= HG_MIME_IS_ARCHIVE;
	if (l->kind == HG_MIME_RAR)
		look_at_rar(part, head);
	walk(m, part, l, head);
}

void
hg_mime_look(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l, struct hg_span s)
{
	if (!l->decided) {
		const size_t n = HG_MIN(s.len, HG_MIME_HEAD - (size_t)l->head_len);

		memcpy(l->head + l->head_len, s.p, n);
		l->head_len = (uint16_t)(l->head_len + n);
		s = hg_span_from(s, n);
		if (l->head_len < HG_MIME_HEAD)
			return;
		decide(m, part, l);
	}
	walk(m, part, l, s);
}

/* Where its records begin is not known any more. */
void
hg_mime_look_gap(struct hg_mime *m)
{
	m->look.decided = true;
	m->look.kind = HG_MIME_UNKNOWN;
	hg_mime_tnef_end(m, false);
	hg_mime_uu_end(m);
}

void
hg_mime_look_end(struct hg_mime *m, struct hg_mime_part *part, struct hg_mime_look *l)
{
	if (!l->decided)
		decide(m, part, l);
	if (part->kind >= HG_MIME_OOXML)
		part->flags &= (uint16_t)~HG_MIME_IS_ARCHIVE;
	if (hg_mime_breaks_promise(part->name, part->kind))
		hg_mime_note(m, HG_MIME_OTHER_TYPE);
	if ((part->flags & HG_MIME_HAS_MACRO) != 0)
		hg_mime_note(m, HG_MIME_MACRO);
	if ((part->flags & HG_MIME_IS_ENCRYPTED) != 0)
		hg_mime_note(m, HG_MIME_ENCRYPTED);
	if (part->kind == HG_MIME_EXE || part->kind == HG_MIME_LNK ||
		(part->flags & HG_MIME_HAS_PROGRAM) != 0)
		hg_mime_note(m, HG_MIME_PROGRAM);
	*l = (struct hg_mime_look){ .at = 0 };
}
