/* multipart/form-data in requests (RFC 7578, RFC 2046 5.1): parts with a file name become files while they pass.
 *
 * The body is cut into lines at LF; a line end is held back until the next line shows that it is no boundary. Lines longer
 * than the reader's room are handed on in pieces, so memory is bounded whatever comes.
 */
#include "app/http/http_int.h"
#include "app/parameter.h"

#define BOUNDARY_MAX 200
#define NAME_MAX_LEN 512
#define SAID_MAX 128
#define HEADER_ROOM 2048

enum part_state { PREAMBLE, PART_HEADER, PART_DATA, EPILOGUE };

struct hg_http_multipart {
	uint8_t state;
	bool mid_line; /* the line's beginning was handed on: it is no boundary */
	bool finished;
	bool has_name, name_cut, got_data;
	uint8_t end_len; /* line end held back, 0 … 2 */
	uint8_t end[2];
	uint16_t boundary_len;
	uint8_t boundary[BOUNDARY_MAX + 2]; /* with the two hyphens */
	uint16_t name_len;
	uint8_t name[NAME_MAX_LEN];
	uint8_t field_len, type_len;
	uint8_t field[SAID_MAX], type[SAID_MAX]; /* what the part says of itself */
	uint16_t line_len;
	uint8_t line[HEADER_ROOM]; /* beginning of a line that has not ended */
	struct hg_file *file;
};

bool
hg_http_boundary(struct hg_span content_type, struct hg_span *out)
{
	return hg_span_starts_nocase(content_type, HG_BYTES("multipart/form-data")) &&
		hg_app_parameter(content_type, HG_BYTES("boundary"), out) && out->len > 0 &&
		out->len <= BOUNDARY_MAX;
}

bool
hg_http_filename(struct hg_span value, struct hg_span *out)
{
	return hg_app_parameter(value, HG_BYTES("filename"), out);
}

bool
hg_http_part_name(struct hg_span head, struct hg_span *out)
{
	return hg_app_parameter(head, HG_BYTES("name"), out);
}

void
hg_http_multipart_open(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span boundary)
{
	struct hg_http_multipart *p = hg_mem_take0(tx->base.app->mem, sizeof(*p));

	if (p == NULL)
		return;
	memcpy(p->boundary, "--", 2);
	memcpy(p->boundary + 2, boundary.p, boundary.len);
	p->boundary_len = (uint16_t)(boundary.len + 2);
	tx->msg[dir].multipart = p;
}

void
hg_http_multipart_close(struct hg_app *app, struct hg_http_message *m)
{
	hg_mem_give(app->mem, m->multipart, sizeof(*m->multipart));
	m->multipart = NULL;
}

static void
end_part(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir, bool whole)
{
	if (p->file != NULL) {
		/* an empty line is data of length 0 */
		if (!p->got_data && p->end_len == 0)
			hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_MULTIPART_NO_DATA);
		hg_file_close(tx->base.app->files, p->file, whole ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
	}
	p->file = NULL;
	p->has_name = p->got_data = false;
	p->field_len = p->type_len = 0;
	p->end_len = 0;
}

static void
take_data(struct hg_http_tx *tx, struct hg_http_multipart *p, struct hg_span data)
{
	if (p->file == NULL || data.len == 0)
		return;
	p->got_data = true;
	hg_file_append(tx->base.app->files, p->file, data);
}

static void
begin_data(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir)
{
	struct hg_span name;

	p->state = PART_DATA;
	if (!p->has_name)
		return;
	if (p->name_cut)
		hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_FILE_NAME_LONG);
	name = hg_span_keep(&tx->base.arena, hg_span(p->name, p->name_len));
	p->file = hg_tx_file_open(&tx->base, name, dir, &tx->base.ctx->body[dir].limits);
	hg_http_upload(tx, p->file, hg_span(p->field, p->field_len), hg_span(p->type, p->type_len));
}

static uint8_t
keep_said(uint8_t to[SAID_MAX], struct hg_span text)
{
	const size_t n = HG_MIN(text.len, (size_t)SAID_MAX);

	if (n > 0)
		memcpy(to, text.p, n);
	return (uint8_t)n;
}

static void
take_disposition(struct hg_http_multipart *p, struct hg_span value)
{
	struct hg_span name;

	if (hg_http_part_name(value, &name))
		p->field_len = keep_said(p->field, name);
	if (!hg_http_filename(value, &name))
		return;
	p->has_name = true;
	p->name_cut = name.len > NAME_MAX_LEN;
	p->name_len = (uint16_t)HG_MIN(name.len, (size_t)NAME_MAX_LEN);
	memcpy(p->name, name.p, p->name_len);
}

static void
take_header(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir, struct hg_span line)
{
	const size_t colon = hg_span_find(line, 0, ':');
	const struct hg_span name = hg_span_trim(hg_span_sub(line, 0, colon));

	if (line.len == 0) {
		begin_data(tx, p, dir);
		return;
	}
	if (colon == SIZE_MAX) {
		hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_MULTIPART_HEADER);
		return;
	}
	if (hg_span_eq_nocase(name, HG_BYTES("content-disposition")))
		take_disposition(p, hg_span_from(line, colon + 1));
	else if (hg_span_eq_nocase(name, HG_BYTES("content-type")))
		p->type_len = keep_said(p->type, hg_span_trim(hg_span_from(line, colon + 1)));
}

static bool
take_boundary(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir, struct hg_span line)
{
	if (!hg_span_starts(line, hg_span(p->boundary, p->boundary_len)))
		return false;
	end_part(tx, p, dir, true);
	p->state = PART_HEADER;
	if (hg_span_starts(hg_span_from(line, p->boundary_len), HG_BYTES("--")))
		p->state = EPILOGUE;
	return true;
}

/* text: a line, or a piece of one; end: its line end, empty for a piece. first: text begins the line. */
static void
take_piece(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir, struct hg_span text,
	struct hg_span end, bool first)
{
	if (p->state == EPILOGUE || (first && take_boundary(tx, p, dir, text)))
		return;
	if (p->state == PART_HEADER) {
		if (first)
			take_header(tx, p, dir, text);
	} else if (p->state == PART_DATA) {
		take_data(tx, p, hg_span(p->end, p->end_len));
		take_data(tx, p, text);
		p->end_len = (uint8_t)end.len;
		memcpy(p->end, end.p, end.len);
	}
}

/* A whole line with its LF. */
static void
take_line(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir, struct hg_span line)
{
	size_t end = line.len > 1 && line.p[line.len - 2] == '\r' ? 2 : 1;

	take_piece(tx, p, dir, hg_span_sub(line, 0, line.len - end), hg_span_from(line, line.len - end),
		!p->mid_line);
	p->mid_line = false;
}

/* The line does not fit: its beginning goes on alone. The last byte stays, it may be the CR of the end. */
static void
spill(struct hg_http_tx *tx, struct hg_http_multipart *p, enum hg_dir dir)
{
	uint8_t last = p->line[p->line_len - 1];

	take_piece(tx, p, dir, hg_span(p->line, (size_t)p->line_len - 1), hg_span(p->line, 0), !p->mid_line);
	p->mid_line = true;
	p->line[0] = last;
	p->line_len = 1;
}

void
hg_http_multipart_feed(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span in)
{
	struct hg_http_multipart *p = tx->msg[dir].multipart;

	while (in.len > 0 && !p->finished) {
		size_t at = hg_span_find(in, 0, '\n'), n;

		if (p->line_len == 0 && at < HEADER_ROOM) {
			take_line(tx, p, dir, hg_span_sub(in, 0, at + 1));
			in = hg_span_from(in, at + 1);
			continue;
		}
		if (p->line_len == HEADER_ROOM)
			spill(tx, p, dir);
		n = HG_MIN(at == SIZE_MAX ? in.len : at + 1, (size_t)(HEADER_ROOM - p->line_len));
		memcpy(p->line + p->line_len, in.p, n);
		p->line_len = (uint16_t)(p->line_len + n);
		in = hg_span_from(in, n);
		if (p->line[p->line_len - 1] == '\n') {
			take_line(tx, p, dir, hg_span(p->line, p->line_len));
			p->line_len = 0;
		}
	}
}

void
hg_http_multipart_finish(struct hg_http_tx *tx, enum hg_dir dir, bool whole)
{
	struct hg_http_multipart *p = tx->msg[dir].multipart;

	if (p->finished)
		return;
	if (p->line_len > 0)
		take_piece(tx, p, dir, hg_span(p->line, p->line_len), hg_span(p->line, 0), !p->mid_line);
	p->line_len = 0;
	if (whole && p->state != EPILOGUE && !hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_NAMED_LESS))
		hg_http_anomaly(hg_http_of(tx), tx, dir, HG_HTTP_MULTIPART_ERROR);
	end_part(tx, p, dir, p->state == EPILOGUE);
	p->finished = true;
}
