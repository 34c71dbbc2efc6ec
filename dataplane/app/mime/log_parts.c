/* What the record says of each part, and what was found in the message. */
#include <stdio.h>

#include "base/text.h"
#include "app/mime/mime_int.h"

#define PATH 160 /* bytes of a part's place in the tree */

static const struct hg_anomaly_row findings[HG_MIME_FINDINGS] = { HG_MIME_FINDING_ROWS(0) };

static void
write_flags(const struct hg_mime_part *part, struct hg_json *j)
{
	static const char *const names[] = { "archive", "encrypted", "macro", "program_inside",
		"archive_inside", "script", "object", "bomb" };

	if (part->flags == 0)
		return;
	hg_json_array_at(j, "flags");
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if ((part->flags >> i & 1) != 0)
			hg_json_item_cstr(j, names[i]);
	hg_json_array_end(j);
}

static void
write_entries(const struct hg_mime_part *part, struct hg_json *j)
{
	if (part->entries == NULL)
		return;
	hg_json_array_at(j, "entries");
	for (const struct hg_mime_entry *e = part->entries; e != NULL; e = e->next)
		hg_json_item_str(j, e->name);
	hg_json_array_end(j);
}

/* By its digests its own record is found, or by its name and its place among the files of the transaction. */
static void
write_file(const struct hg_file *file, struct hg_json *j)
{
	static const char *const names[] = { "md5", "sha1", "sha256", "sm3" };
	static const uint8_t sizes[] = { 16, 20, 32, 32 };
	static const char *const states[] = { "OPEN", "CLOSED", "TRUNCATED", "ERROR" };

	if (file == NULL)
		return;
	hg_json_cstr(j, "state", states[file->state]);
	hg_json_u64(j, "file", file->id);
	if (file->gaps)
		hg_json_bool(j, "gaps", true);
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if ((file->digests >> i & 1) != 0)
			hg_json_hex(j, names[i], hg_span(file->digest[i], sizes[i]), '\0');
}

static void
write_part(const struct hg_mime_part *part, const char *path, struct hg_json *j)
{
	const char *kind = hg_mime_kind_name(part->kind);

	hg_json_open(j);
	hg_json_cstr(j, "path", path);
	if (part->type.len > 0)
		hg_json_str(j, "type", part->type);
	if (part->charset.len > 0)
		hg_json_str(j, "charset", part->charset);
	if (part->coding.len > 0)
		hg_json_str(j, "encoding", part->coding);
	if (part->name.len > 0)
		hg_json_text(j, "filename", part->name);
	if (part->other_name.len > 0)
		hg_json_str(j, "other_name", part->other_name);
	if (kind != NULL)
		hg_json_cstr(j, "real_type", kind);
	if (part->begun)
		hg_json_u64(j, "size", part->size);
	write_file(part->file, j);
	write_flags(part, j);
	write_entries(part, j);
	hg_json_close(j);
}

/* A text that says nothing about itself is the mail. */
static bool
is_told(const struct hg_mime_part *part)
{
	return part->attachment || (part->child == NULL && part->type.len > 0);
}

static void
write_parts(const struct hg_mime *m, struct hg_json *j)
{
	const struct hg_mime_part *above[HG_MIME_DEPTH + 1], *part = m->root;
	size_t ends[HG_MIME_DEPTH + 1] = { 0 };
	unsigned number[HG_MIME_DEPTH + 1] = { 1 }, depth = 0;
	char path[PATH] = "1";

	while (part != NULL && hg_mime_fits(j)) {
		if (is_told(part))
			write_part(part, path, j);
		if (part->child != NULL && depth < HG_MIME_DEPTH) {
			above[depth] = part;
			/* The message itself has no number where it has parts (RFC 3501 6.4.5). */
			ends[depth + 1] = depth == 0 ? 0 : strlen(path);
			number[++depth] = 1;
			part = part->child;
		} else {
			while (depth > 0 && part->next == NULL)
				part = above[--depth];
			part = depth == 0 ? NULL : part->next;
			number[depth]++;
		}
		snprintf(path + ends[depth], sizeof(path) - ends[depth], "%s%u", ends[depth] > 0 ? "." : "",
			number[depth]);
	}
}

void
hg_mime_log_parts(const struct hg_mime *m, struct hg_json *j)
{
	struct hg_json_mark mark = hg_json_mark(j);
	char *empty;

	hg_json_array_at(j, "parts");
	empty = j->p;
	write_parts(m, j);
	if (j->p == empty && !j->overflown)
		hg_json_rewind(j, mark);
	else
		hg_json_array_end(j);
	if (m->odd >> HG_MIME_FIRST_FINDING == 0)
		return;
	hg_json_array_at(j, "findings");
	for (unsigned i = 0; i < HG_MIME_FINDINGS; i++)
		if ((m->odd >> (HG_MIME_FIRST_FINDING + i) & 1) != 0)
			hg_json_item_cstr(j, findings[i].name);
	hg_json_array_end(j);
}
