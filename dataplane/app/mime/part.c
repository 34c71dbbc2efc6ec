/* What a part's header says about its body, as receivers read it, and where parts begin and end. */
#include "app/mime/mime_int.h"

#define TYPE 127 /* bytes of a type, a charset and a coding that records show */

static struct hg_span
value_of(struct hg_mime *m, const struct hg_mime_part *part, struct hg_span name)
{
	struct hg_span value = HG_SPAN_NONE;
	unsigned n = 0;

	for (const struct hg_mime_field *f = part->fields; f != NULL; f = f->next) {
		if (!hg_span_eq(f->name, name))
			continue;
		if (n++ == 0)
			value = f->value;
		else
			hg_mime_note(m, HG_MIME_TWO_FIELDS);
	}
	return value;
}

static struct hg_span
short_value(struct hg_mime *m, struct hg_span value)
{
	struct hg_span s = hg_span_trim(value);
	size_t n = 0;

	while (n < s.len && n < TYPE && s.p[n] != ';' && s.p[n] > ' ')
		n++;
	return n == 0 ? HG_SPAN_NONE : hg_span_keep(&m->tx->arena, hg_span_sub(s, 0, n));
}

/* ---- transfer coding ---- */

static void
read_coding(struct hg_mime *m, struct hg_mime_part *part)
{
	static const char *const plain[] = { "7bit", "8bit", "binary" };
	const struct hg_span value = value_of(m, part, HG_BYTES("content-transfer-encoding"));
	bool known;

	if (value.p == NULL)
		return;
	part->coding = short_value(m, value);
	part->base64 = hg_mime_search(value, HG_BYTES("base64")) != SIZE_MAX;
	part->quoted_printable =
		!part->base64 && hg_mime_search(value, HG_BYTES("quoted-printable")) != SIZE_MAX;
	known = part->base64 || part->quoted_printable || hg_mime_search(value, HG_BYTES("uue")) != SIZE_MAX;
	for (size_t i = 0; i < HG_COUNT(plain); i++)
		known |= hg_span_eq_nocase(part->coding, hg_span_str(plain[i]));
	if (!known)
		hg_mime_note(m, HG_MIME_UNKNOWN_CODING);
}

/* ---- names ---- */

static struct hg_span
take_name(struct hg_mime *m, struct hg_mime_part *part, struct hg_span value, struct hg_span parameter)
{
	struct hg_mime_name name;

	if (value.p == NULL || !hg_mime_name_of(value, parameter, &name))
		return HG_SPAN_NONE;
	part->decoded_name |= name.decoded;
	if (name.cut)
		hg_mime_note(m, HG_MIME_LONG_FILE_NAME);
	return hg_span_keep(&m->tx->arena, hg_span(name.text, name.len));
}

static void
read_names(struct hg_mime *m, struct hg_mime_part *part, struct hg_span disposition, struct hg_span type)
{
	const struct hg_span first = take_name(m, part, disposition, HG_BYTES("filename"));
	const struct hg_span second = take_name(m, part, type, HG_BYTES("name"));

	part->attachment = first.p != NULL || second.p != NULL;
	part->name = first.p != NULL ? first : second;
	if (part->attachment)
		hg_mime_look_at_name(m, part->name);
	if (first.p == NULL || second.p == NULL || hg_span_eq(first, second))
		return;
	part->other_name = second;
	hg_mime_look_at_name(m, second);
	hg_mime_note(m, HG_MIME_TWO_NAMES);
}

/* ---- type ---- */

static bool
is_type(const struct hg_mime_part *part, struct hg_span head)
{
	return hg_span_starts_nocase(part->type, head);
}

/* false: it is too long to be followed. */
static bool
read_boundary(struct hg_mime *m, struct hg_span type)
{
	struct hg_mime_level *level = hg_mime_top(m);
	struct hg_mime_name name;

	if (!hg_mime_name_of(type, HG_BYTES("boundary"), &name)) {
		level->guess = hg_span_starts_nocase(hg_span_trim(type), HG_BYTES("multipart/"));
		if (level->guess)
			hg_mime_note(m, HG_MIME_NO_BOUNDARY);
		return true;
	}
	if (name.cut || name.len > HG_MIME_BOUNDARY) {
		hg_mime_note(m, HG_MIME_LONG_BOUNDARY);
		hg_mime_give_up(m, HG_MIME_UNPARSED);
		return false;
	}
	level->boundary = hg_span_keep(&m->tx->arena, hg_span(name.text, name.len));
	return true;
}

/* Of several types the one with a boundary: receivers differ in which they take. */
static struct hg_span
type_of(struct hg_mime *m, const struct hg_mime_part *part)
{
	const struct hg_span last = value_of(m, part, HG_BYTES("content-type"));

	for (const struct hg_mime_field *f = part->fields; f != NULL; f = f->next)
		if (hg_span_eq(f->name, HG_BYTES("content-type")) &&
			hg_mime_search(f->value, HG_BYTES("boundary")) != SIZE_MAX)
			return f->value;
	return last;
}

/* A list of parts, or a message, must have no coding (RFC 2045 6.4): the former is read without, the latter is a file. */
static void
read_shape(struct hg_mime *m, struct hg_mime_part *part, bool attached)
{
	const bool coded = part->base64 || part->quoted_printable;
	const bool list = is_type(part, HG_BYTES("multipart/")),
		   message = is_type(part, HG_BYTES("message/"));

	if (coded && (list || message))
		hg_mime_note(m, HG_MIME_CODED_PARTS);
	if (list) {
		part->base64 = part->quoted_printable = false;
		part->attachment = false;
	} else if (message && !coded) {
		hg_mime_push(m, true);
	} else {
		part->text |= part->type.len == 0 || is_type(part, HG_BYTES("text/")); /* RFC 2045 5.2 */
		if (!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_UNNAMED))
			part->attachment |= attached || (part->type.len > 0 && !part->text);
	}
}

static void
look_at_sender(struct hg_mime *m)
{
	struct hg_mime_field *from = hg_mime_find_field(m->root, HG_BYTES("from"));

	if (from != NULL)
		hg_mime_look_at_sender(m, hg_mime_text(m, from));
}

void
hg_mime_read_part(struct hg_mime *m)
{
	struct hg_mime_part *part = hg_mime_top(m)->part;
	const struct hg_span disposition = value_of(m, part, HG_BYTES("content-disposition"));
	const struct hg_span type = type_of(m, part);
	const bool attached = hg_span_starts_nocase(hg_span_trim(disposition), HG_BYTES("attachment"));
	struct hg_mime_name charset;

	read_coding(m, part);
	read_names(m, part, disposition, type);
	part->type = short_value(m, type);
	if (type.p != NULL && hg_mime_name_of(type, HG_BYTES("charset"), &charset))
		part->charset = short_value(m, hg_span(charset.text, charset.len));
	if (type.p != NULL && !read_boundary(m, type))
		return;
	read_shape(m, part, attached);
	if (part == m->root)
		look_at_sender(m);
}

/* ---- boundaries (RFC 2046 5.1.1) ---- */

enum match { NO, BEGINS, ENDS, ALMOST };

/* Nothing but blanks may follow. */
static enum match
match(struct hg_span line, struct hg_span boundary)
{
	struct hg_span rest;

	if (!hg_span_starts(hg_span_from(line, 2), boundary))
		return NO;
	rest = hg_span_from(line, 2 + boundary.len);
	if (hg_span_trim(rest).len == 0)
		return BEGINS;
	if (hg_span_starts(rest, HG_BYTES("--")) && hg_span_trim(hg_span_from(rest, 2)).len == 0)
		return ENDS;
	return ALMOST;
}

/* The boundary of the innermost part that has this one; 0: none. */
static unsigned
find_level(struct hg_mime *m, struct hg_span line, enum match *how)
{
	bool almost = false;

	for (unsigned i = m->depth; i > 0; i--) {
		struct hg_mime_level *level = &m->levels[i - 1];

		if (level->guess && hg_span_trim(line).len > 2) {
			level->boundary = hg_span_keep(&m->tx->arena,
				hg_span_sub(hg_span_trim(hg_span_from(line, 2)), 0, HG_MIME_BOUNDARY));
			level->guess = false;
		}
		if (level->boundary.p == NULL)
			continue;
		*how = match(line, level->boundary);
		if (*how == BEGINS || *how == ENDS)
			return i;
		almost |= *how == ALMOST && level->boundary.len > 0;
	}
	if (almost)
		hg_mime_note(m, HG_MIME_ALMOST_BOUNDARY);
	return 0;
}

/* Those inside are over, too. */
static void
leave_to(struct hg_mime *m, unsigned depth)
{
	for (unsigned i = depth + 1; i <= m->depth; i++)
		if (m->levels[i - 1].boundary.p != NULL && !m->levels[i - 1].closed)
			hg_mime_note(m, HG_MIME_UNCLOSED);
	m->depth = depth;
}

bool
hg_mime_boundary(struct hg_mime *m, struct hg_span line)
{
	enum match how;
	const unsigned level = find_level(m, line, &how);

	if (level == 0)
		return false;
	hg_mime_body_end(m, true);
	leave_to(m, level);
	if (how == ENDS) {
		hg_mime_top(m)->closed = true;
		m->phase = HG_MIME_BODY_END_BOUND;
		return true;
	}
	if (hg_mime_top(m)->closed)
		hg_mime_note(m, HG_MIME_BEHIND_END);
	hg_mime_push(m, false);
	return true;
}
