/* The tree of parts: which part a line belongs to, and what its header says about its body. */
#include "app/mime/mime_int.h"

/* ---- life ---- */

struct hg_mime_part *
hg_mime_add_part(struct hg_mime *m, struct hg_mime_part *parent)
{
	struct hg_mime_part *part = m->n_parts == HG_MIME_PARTS
		? NULL
		: hg_arena_take0(&m->tx->arena, sizeof(struct hg_mime_part));

	if (part == NULL)
		return NULL;
	m->n_parts++;
	if (parent == NULL)
		return part;
	if (parent->last_child == NULL)
		parent->child = part;
	else
		parent->last_child->next = part;
	parent->last_child = part;
	return part;
}

struct hg_mime *
hg_mime_open(struct hg_tx *tx, enum hg_dir dir, const struct hg_mime_config *config)
{
	struct hg_mime *m = hg_arena_take0(&tx->arena, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->tx = tx;
	m->dir = (uint8_t)dir;
	m->config = config;
	m->root = hg_mime_add_part(m, NULL);
	if (m->root == NULL)
		return NULL;
	m->root->text = true;
	m->levels[0].part = m->root;
	m->depth = 1;
	hg_buf_init(&m->value, tx->app->mem, config->value_most);
	hg_buf_init(&m->text, tx->app->mem, HG_MIME_LINE);
	return m;
}

void
hg_mime_close(struct hg_mime *m)
{
	if (m == NULL)
		return;
	hg_mime_digest_end(m, false);
	hg_buf_fini(&m->value);
	hg_buf_fini(&m->text);
}

/* Nothing more is read: there is no level for what follows. */
void
hg_mime_give_up(struct hg_mime *m, enum hg_mime_odd why)
{
	hg_mime_note(m, why);
	hg_mime_body_end(m, false);
	m->phase = HG_MIME_PARSE_ERROR;
}

bool
hg_mime_push(struct hg_mime *m, bool message)
{
	struct hg_mime_part *part =
		m->depth == HG_MIME_DEPTH ? NULL : hg_mime_add_part(m, hg_mime_top(m)->part);

	if (part == NULL) {
		hg_mime_give_up(m, HG_MIME_MANY_PARTS);
		return false;
	}
	part->text = message;
	m->levels[m->depth++] = (struct hg_mime_level){ .part = part, .message = message };
	m->phase = HG_MIME_HEADER_READY;
	return true;
}

/* The message itself stays. */
static bool
pop(struct hg_mime *m)
{
	if (m->depth == 1) {
		hg_mime_give_up(m, HG_MIME_UNPARSED);
		return false;
	}
	m->depth--;
	return true;
}

/* ---- a header is complete ---- */

static bool
find_value(const struct hg_mime_part *part, struct hg_span name, struct hg_span *out)
{
	const struct hg_mime_field *f = hg_mime_find(part, name);

	*out = f == NULL ? HG_SPAN_NONE : f->value;
	return f != NULL;
}

static bool
holds(struct hg_span s, struct hg_span what)
{
	return hg_mime_search(s, what) != SIZE_MAX;
}

static void
take_name(struct hg_mime *m, struct hg_mime_part *part, struct hg_span value, struct hg_span parameter)
{
	uint8_t name[HG_MIME_NAME];
	size_t len;

	if (part->attachment || !hg_mime_parameter(m, value, parameter, name, &len))
		return;
	part->attachment = true;
	if (len > HG_MIME_NAME)
		hg_mime_note(m, HG_MIME_LONG_FILE_NAME);
	part->name = hg_span_keep(&m->tx->arena, hg_span(name, HG_MIN(len, (size_t)HG_MIME_NAME)));
}

/* false: it is too long to be followed. */
static bool
take_boundary(struct hg_mime *m, struct hg_span type)
{
	uint8_t text[HG_MIME_NAME];
	size_t len;

	if (!hg_mime_parameter(m, type, HG_BYTES("boundary"), text, &len))
		return true;
	m->first_child = true;
	if (len > HG_MIME_BOUNDARY) {
		hg_mime_note(m, HG_MIME_LONG_BOUNDARY);
		hg_mime_give_up(m, HG_MIME_UNPARSED);
		return false;
	}
	hg_mime_top(m)->boundary = hg_span_keep(&m->tx->arena, hg_span(text, len));
	return true;
}

/* The type without its parameters. */
static struct hg_span
short_type(struct hg_span type)
{
	size_t n = 0;

	type = hg_span_trim(type);
	while (n < type.len && type.p[n] != ';' && type.p[n] != ' ' && type.p[n] != '\r' && type.p[n] != '\n')
		n++;
	return hg_span_sub(type, 0, n);
}

static void
header_done(struct hg_mime *m)
{
	struct hg_mime_part *part = hg_mime_top(m)->part;
	struct hg_span value, type;

	if (!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_TREE)) {
		hg_mime_read_part(m);
		return;
	}
	if (find_value(part, HG_BYTES("content-transfer-encoding"), &value)) {
		part->base64 = holds(value, HG_BYTES("base64"));
		part->quoted_printable = !part->base64 && holds(value, HG_BYTES("quoted-printable"));
	}
	if (find_value(part, HG_BYTES("content-disposition"), &value))
		take_name(m, part, value, HG_BYTES("filename"));
	if (!find_value(part, HG_BYTES("content-type"), &value) || !take_boundary(m, value))
		return;
	take_name(m, part, value, HG_BYTES("name"));
	type = short_type(value);
	part->text |= holds(type, HG_BYTES("text/plain")) || holds(type, HG_BYTES("text/html"));
	if (holds(type, HG_BYTES("message/")))
		hg_mime_push(m, true);
}

/* ---- lines of a body ---- */

/* A part inside a message that has no boundary of its own ends with that message. */
static bool
leave_message(struct hg_mime *m)
{
	if (!hg_mime_top(m)->message || hg_mime_top(m)->boundary.len > 0)
		return true;
	if (m->depth > 1 && m->levels[m->depth - 2].boundary.len > 0)
		return true;
	return pop(m);
}

static bool
end_parts(struct hg_mime *m)
{
	m->rootless = m->depth == 1;
	if (!pop(m))
		return false;
	if (hg_mime_top(m)->message && hg_mime_top(m)->boundary.len > 0 && !pop(m))
		return false;
	m->phase = HG_MIME_BODY_END_BOUND;
	return true;
}

/* line begins with two hyphens and holds the boundary, of so many bytes. */
static void
take_boundary_line(struct hg_mime *m, struct hg_span line, size_t boundary)
{
	struct hg_span rest = hg_span_from(line, boundary + 2);

	if (m->phase != HG_MIME_BODY_END_BOUND)
		hg_mime_body_end(m, true);
	if (!leave_message(m))
		return;
	if (hg_span_starts(rest, HG_BYTES("--"))) {
		end_parts(m);
	} else if (m->first_child) {
		m->first_child = false;
		hg_mime_push(m, false);
	} else if (pop(m)) {
		hg_mime_push(m, false);
	}
}

/* The boundary that may end the part: its own for its children, else that of what it lies in. */
static struct hg_span
boundary_for(struct hg_mime *m)
{
	unsigned i = m->depth;

	if (m->phase == HG_MIME_BODY_END_BOUND)
		i--;
	for (; i > 0; i--)
		if (m->levels[i - 1].boundary.p != NULL)
			return m->levels[i - 1].boundary;
	return HG_SPAN_NONE;
}

/* With the peer wherever it stands in a line that begins with two hyphens. */
static bool
is_boundary(const struct hg_mime *m, struct hg_span line, struct hg_span boundary)
{
	if (!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_BOUNDARY))
		return hg_span_starts(hg_span_from(line, 2), boundary);
	for (size_t i = 0; i + 2 + boundary.len <= line.len; i++)
		if (line.p[i] == '-' && line.p[i + 1] == '-' &&
			hg_span_eq_nocase(hg_span_sub(line, i + 2, boundary.len), boundary))
			return true;
	return false;
}

/* A line that begins with two hyphens. */
static bool
takes_boundary(struct hg_mime *m, struct hg_span text)
{
	struct hg_span boundary;

	if (!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_TREE))
		return hg_mime_boundary(m, text);
	boundary = boundary_for(m);
	if (boundary.p == NULL || !is_boundary(m, text, boundary))
		return false;
	take_boundary_line(m, text, boundary.len);
	return true;
}

static void
take_body(struct hg_mime *m, struct hg_span text, struct hg_span end, bool first)
{

	if (m->digest == 0)
		hg_mime_digest_line(m, text, end);
	if (first && text.len == 0 && end.len > 0 &&
		(m->phase == HG_MIME_BODY_END_BOUND ||
			(m->phase == HG_MIME_HEADER_DONE && m->config->base64 &&
				hg_mime_top(m)->part->base64)))
		return;
	if (first && hg_span_starts(text, HG_BYTES("--")) && takes_boundary(m, text)) {
		m->passed_over = true;
		return;
	}
	m->phase = HG_MIME_BODY_STARTED;
	hg_mime_body_line(m, text, end);
}

/* A body has begun without an empty line in front of it. */
static void
end_header(struct hg_mime *m)
{
	if (m->phase != HG_MIME_HEADER_STARTED)
		return;
	hg_mime_note(m, HG_MIME_NO_SEPARATOR);
	hg_mime_header_end(m);
	m->phase = HG_MIME_HEADER_DONE;
	header_done(m);
}

/* ---- for who carries the mail ---- */

void
hg_mime_line(struct hg_mime *m, struct hg_span text, struct hg_span end, bool first)
{
	if (m->phase >= HG_MIME_PARSE_DONE)
		return;
	/* From the first line of a body on, headers of parts included. */
	if (m->digest != 0)
		hg_mime_digest_line(m, text, end);
	m->line_len = (first ? 0 : m->line_len) + (uint32_t)HG_MIN(text.len, (size_t)HG_MIME_LINE);
	if (m->line_len > HG_MIME_LINE_MOST) {
		hg_mime_note(m, HG_MIME_LONG_LINE);
		m->line_len = HG_MIME_LINE_MOST + 1;
	}
	if (first)
		m->passed_over = false;
	if (m->passed_over)
		return;
	if (!hg_mime_in_header(m)) {
		take_body(m, text, end, first);
	} else if (!hg_mime_header_line(m, text)) {
		end_header(m);
		take_body(m, text, end, first);
	} else if (m->phase == HG_MIME_HEADER_DONE) {
		header_done(m);
	} else {
		m->passed_over = true;
	}
}

/* A line that is broken by the gap is no boundary and no field. */
void
hg_mime_gap(struct hg_mime *m, uint64_t bytes)
{
	struct hg_mime_part *part = hg_mime_top(m)->part;

	m->passed_over = false;
	m->quad_len = m->quad_pad = 0;
	m->escape = HG_MIME_PLAIN;
	hg_buf_clear(&m->text);
	hg_mime_look_gap(m);
	if (part->file != NULL)
		hg_file_gap(m->tx->app->files, part->file, bytes);
}

/* Its level is that of a part, or natively a list of parts has begun and not ended. */
static bool
ends_inside(const struct hg_mime *m)
{
	if (hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_TREE))
		return m->depth > 1;
	for (unsigned i = 0; i + 1 < m->depth; i++)
		if (m->levels[i].boundary.p != NULL && !m->levels[i].closed)
			return true;
	return false;
}

void
hg_mime_finish(struct hg_mime *m, bool whole)
{
	if (m->phase >= HG_MIME_PARSE_DONE)
		return;
	if (hg_mime_in_header(m))
		hg_mime_header_end(m);
	hg_mime_body_end(m, whole);
	hg_mime_digest_end(m, whole);
	if (!whole)
		return;
	while (hg_mime_top(m)->message)
		m->depth--;
	if (ends_inside(m))
		hg_mime_note(m, HG_MIME_MALFORMED);
	m->phase = HG_MIME_PARSE_DONE;
}

bool
hg_mime_in_header(const struct hg_mime *m)
{
	return m->phase <= HG_MIME_HEADER_STARTED;
}

uint32_t
hg_mime_odd(const struct hg_mime *m)
{
	return m->odd;
}

uint32_t
hg_mime_files_closed(const struct hg_mime *m)
{
	return m->files_closed;
}

const struct hg_file *
hg_mime_file(const struct hg_mime *m)
{
	return m->levels[m->depth - 1].part->file;
}

bool
hg_mime_is_shown(const struct hg_mime *m)
{
	return !m->rootless || !hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_ROOTLESS);
}

const char *
hg_mime_status(const struct hg_mime *m)
{
	static const char *const names[HG_MIME_PHASES] = { "HEADER_READY", "HEADER_STARTED", "HEADER_DONE",
		"BODY_STARTED", "BODY_END_BOUND", "PARSE_DONE", "PARSE_ERROR" };

	return names[m->phase];
}

const struct hg_mime_part *
hg_mime_root(const struct hg_mime *m)
{
	return m->root;
}

const struct hg_mime_part *
hg_mime_current(const struct hg_mime *m)
{
	return m->levels[m->depth - 1].part;
}

struct hg_mime_field *
hg_mime_find_field(const struct hg_mime_part *part, struct hg_span name)
{
	for (struct hg_mime_field *f = part->fields; f != NULL; f = f->next)
		if (hg_span_eq(f->name, name))
			return f;
	return NULL;
}

const struct hg_mime_field *
hg_mime_find(const struct hg_mime_part *part, struct hg_span name)
{
	return hg_mime_find_field(part, name);
}
