#include "engine/diagnose.h"

#include <stdlib.h>

#include "base/json.h"

#define LINE_MOST 16384

/* A path as a URI: all bytes but those that may stand in one. */
static void
put_uri(struct hg_json *j, const char *file)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	char *path = realpath(file, NULL);
	char uri[3 * 4096 + 8] = "file://";
	size_t n = strlen(uri);

	for (const char *p = path == NULL ? file : path; *p != '\0' && n + 4 < sizeof(uri); p++) {
		if (strchr(kept, *p) != NULL)
			uri[n++] = *p;
		else
			n += (size_t)snprintf(uri + n, sizeof(uri) - n, "%%%02X", (unsigned char)*p);
	}
	free(path);
	hg_json_plain(j, "uri", hg_span(uri, n));
}

static void
put_position(struct hg_json *j, const char *name, uint32_t line, uint32_t character)
{
	hg_json_open_at(j, name);
	hg_json_u64(j, "line", line);
	hg_json_u64(j, "character", character);
	hg_json_close(j);
}

/* What has no place of its own stands at the file's begin. */
static void
put_range(struct hg_json *j, const struct hg_error *err)
{
	const uint32_t line = err->line == 0 ? 0 : err->line - 1;
	const bool known = err->to16 > err->from16;
	const uint32_t from = known ? err->from16 : err->column == 0 ? 0 : err->column - 1;

	hg_json_open_at(j, "range");
	put_position(j, "start", line, from);
	put_position(j, "end", line, known ? err->to16 : from);
	hg_json_close(j);
}

static void
put_data(struct hg_json *j, const struct hg_error *err, uint32_t sid)
{
	if (err->near[0] == '\0' && sid == 0)
		return;
	hg_json_open_at(j, "data");
	if (err->near[0] != '\0')
		hg_json_cstr(j, "replacement", err->near);
	if (sid != 0)
		hg_json_u64(j, "sid", sid);
	hg_json_close(j);
}

void
hg_diagnose(FILE *out, const struct hg_error *err, enum hg_severity severity, uint32_t sid)
{
	char line[LINE_MOST];
	struct hg_json j = hg_json_of(line, sizeof(line));
	struct hg_span text;

	hg_json_open(&j);
	if (err->file[0] != '\0') {
		put_uri(&j, err->file);
		hg_json_cstr(&j, "path", err->file);
	}
	put_range(&j, err);
	hg_json_u64(&j, "severity", severity);
	hg_json_cstr(&j, "code", err->kind == NULL ? "configuration" : err->kind);
	hg_json_cstr(&j, "source", "hangu");
	hg_json_cstr(&j, "message", err->text);
	put_data(&j, err, sid);
	hg_json_close(&j);
	text = hg_json_done(&j);
	fprintf(out, "%.*s\n", (int)text.len, (const char *)text.p);
}
