/* Names of files as receivers show them: RFC 2231 and encoded words undone, in UTF-8; and what is odd about them. */
#include "app/mime/mime_int.h"
#include "base/charset.h"
#include "base/utf8.h"

#define SECTIONS 64 /* of a parameter that RFC 2231 parts */
#define RAW 1024    /* bytes of a name before it is converted */

/* ---- RFC 2231 ---- */

struct sections {
	struct hg_span plain, whole;   /* name=, name*= */
	struct hg_span part[SECTIONS]; /* name*0=, or name*0*= */
	uint64_t coded;
};

/* What stands behind the name, in sections: nothing, '*', '*N', '*N*'. */
static void
note_section(struct sections *s, struct hg_span mark, struct hg_span value)
{
	unsigned n = 0;
	size_t i = 1;

	if (mark.len == 0) {
		s->plain = value;
		return;
	}
	if (mark.p[0] != '*')
		return;
	if (mark.len == 1) {
		s->whole = value;
		return;
	}
	for (; i < mark.len && mark.p[i] >= '0' && mark.p[i] <= '9' && n < SECTIONS; i++)
		n = n * 10 + (unsigned)(mark.p[i] - '0');
	if (n >= SECTIONS || i == 1 || (i < mark.len && (mark.p[i] != '*' || i + 1 != mark.len)))
		return;
	s->part[n] = value;
	if (i < mark.len)
		s->coded |= UINT64_C(1) << n;
}

static void
find_sections(struct hg_span value, struct hg_span name, struct sections *s)
{
	const size_t semicolon = hg_span_find(value, 0, ';');
	struct hg_span list = hg_span_from(value, semicolon == SIZE_MAX ? value.len : semicolon + 1), n, v;

	while (hg_mime_take_parameter(&list, &n, &v))
		if (hg_span_starts_nocase(n, name))
			note_section(s, hg_span_from(hg_span_trim(n), name.len), hg_span_trim(v));
}

struct raw {
	uint8_t bytes[RAW];
	size_t n;
	const struct hg_charset_name *charset;
};

static void
put_decoded(struct raw *r, struct hg_span s)
{
	for (size_t i = 0; i < s.len && r->n < RAW; i++) {
		const bool escape = s.p[i] == '%' && i + 2 < s.len && hg_hex_digit(s.p[i + 1]) >= 0 &&
			hg_hex_digit(s.p[i + 2]) >= 0;

		r->bytes[r->n++] =
			escape ? (uint8_t)(hg_hex_digit(s.p[i + 1]) << 4 | hg_hex_digit(s.p[i + 2])) : s.p[i];
		i += escape ? 2 : 0;
	}
}

/* charset'language'text */
static struct hg_span
take_charset(struct raw *r, struct hg_span s)
{
	const size_t first = hg_span_find(s, 0, '\''),
		     second = first == SIZE_MAX ? SIZE_MAX : hg_span_find(s, first + 1, '\'');

	if (second == SIZE_MAX)
		return s;
	r->charset = hg_charset_named(hg_span_sub(s, 0, first));
	return hg_span_from(s, second + 1);
}

static void
put_sections(struct raw *r, const struct sections *s)
{
	for (unsigned i = 0; i < SECTIONS && s->part[i].p != NULL; i++) {
		struct hg_span v = s->part[i];
		const size_t room = RAW - r->n;

		if ((s->coded >> i & 1) != 0) {
			put_decoded(r, i == 0 ? take_charset(r, v) : v);
			continue;
		}
		v = hg_span_sub(v, 0, room);
		memcpy(r->bytes + r->n, v.p, v.len);
		r->n += v.len;
	}
}

/* ---- in UTF-8 ---- */

static void
set_text(struct hg_mime_name *name, struct hg_span utf8)
{
	struct hg_span kept = hg_span_sub(utf8, 0, sizeof(name->text));

	/* A character is not cut. */
	while (kept.len < utf8.len && kept.len > 0 && (utf8.p[kept.len] & 0xc0) == 0x80)
		kept.len--;
	memcpy(name->text, kept.p, kept.len);
	name->len = kept.len;
	name->cut = kept.len < utf8.len;
}

static void
set_raw(struct hg_mime_name *name, struct raw *r)
{
	uint8_t utf8[RAW * 3];
	bool bad;
	size_t n;

	if (r->charset != NULL) {
		n = hg_charset_to_utf8(r->charset, hg_span(r->bytes, r->n), utf8, sizeof(utf8), &bad);
		name->decoded = true;
	} else {
		n = hg_mime_words(hg_span(r->bytes, r->n), utf8, sizeof(utf8), &name->decoded);
	}
	set_text(name, hg_span(utf8, n));
}

bool
hg_mime_name_of(struct hg_span value, struct hg_span parameter, struct hg_mime_name *name)
{
	struct sections s = { .coded = 0 };
	struct raw r = { .n = 0 };

	*name = (struct hg_mime_name){ .len = 0 };
	find_sections(value, parameter, &s);
	if (s.whole.p != NULL)
		put_decoded(&r, take_charset(&r, s.whole));
	else if (s.part[0].p != NULL)
		put_sections(&r, &s);
	else if (s.plain.p != NULL)
		put_sections(&r, &(struct sections){ .part = { s.plain } });
	else
		return false;
	name->twice = s.plain.p != NULL && (s.whole.p != NULL || s.part[0].p != NULL);
	set_raw(name, &r);
	return true;
}

/* ---- what is odd about them ---- */

static bool
is_one_of(struct hg_span s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hg_span_eq_nocase(s, hg_span_str(names[i])))
			return true;
	return false;
}

/* Takes the last extension off *name, blanks around it apart. */
static struct hg_span
take_extension(struct hg_span *name)
{
	struct hg_span s = hg_span_trim(*name);
	size_t n = s.len;

	while (n > 0 && s.p[n - 1] != '.')
		n--;
	if (n == 0)
		return HG_SPAN_NONE;
	*name = hg_span_sub(s, 0, n - 1);
	return hg_span_trim(hg_span_from(s, n));
}

bool
hg_mime_is_program(struct hg_span extension)
{
	static const char *const names[] = { "exe", "scr", "com", "pif", "bat", "cmd", "cpl", "dll", "jar",
		"js", "jse", "vbs", "vbe", "wsf", "wsh", "hta", "lnk", "ps1", "msi", "reg", "chm", "sh",
		"apk" };

	return is_one_of(extension, names, HG_COUNT(names));
}

struct hg_span
hg_mime_extension(struct hg_span name)
{
	return take_extension(&name);
}

static bool
is_document(struct hg_span extension)
{
	static const char *const names[] = { "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf",
		"jpg", "jpeg", "png", "gif", "bmp", "htm", "html", "csv", "zip", "rar", "7z", "mp3", "mp4",
		"wps", "et", "ofd" };

	return is_one_of(extension, names, HG_COUNT(names));
}

/* Characters that turn the direction of what follows (U+202A to 202E, U+2066 to 2069, U+200E and 200F). */
static bool
turns(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

void
hg_mime_look_at_name(struct hg_mime *m, struct hg_span name)
{
	struct hg_span left = name, last;
	uint32_t point;

	for (struct hg_span s = name; s.len > 0; s = hg_span_from(s, HG_MAX(hg_utf8_len(s), (size_t)1)))
		if (hg_utf8_next(s, &point) != 0 && turns(point))
			hg_mime_note(m, HG_MIME_TURNED_NAME);
	last = take_extension(&left);
	if (hg_mime_is_program(last) && is_document(take_extension(&left)))
		hg_mime_note(m, HG_MIME_TWO_EXTENSIONS);
}

/* ---- addresses ---- */

/* Where the first address stands: in angles if there are any. */
static struct hg_span
first_address(struct hg_span value)
{
	bool quoted = false;

	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '"')
			quoted = !quoted;
		else if (value.p[i] == '<' && !quoted)
			return hg_span_sub(value, i + 1, hg_span_find(hg_span_from(value, i + 1), 0, '>'));
		else if (value.p[i] == ',' && !quoted)
			return hg_span_sub(value, 0, i);
	}
	return value;
}

static bool
is_domain(uint8_t c)
{
	return (hg_lower(c) >= 'a' && hg_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
		c >= 0x80;
}

static struct hg_span
behind_last_at(struct hg_span s)
{
	size_t at = s.len, n = 0;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at == 0)
		return HG_SPAN_NONE;
	s = hg_span_from(s, at);
	while (n < s.len && is_domain(s.p[n]))
		n++;
	return hg_span_sub(s, 0, n);
}

struct hg_span
hg_mime_domain(struct hg_span value)
{
	return behind_last_at(first_address(value));
}

/* … or one below the other. */
static bool
is_same_domain(struct hg_span a, struct hg_span b)
{
	if (a.len < b.len)
		return is_same_domain(b, a);
	return hg_span_eq_nocase(hg_span_from(a, a.len - b.len), b) &&
		(a.len == b.len || a.p[a.len - b.len - 1] == '.');
}

/* The last `n` labels; all when there are fewer. */
static struct hg_span
last_labels(struct hg_span domain, unsigned n)
{
	size_t at = domain.len;

	while (at > 0 && (domain.p[at - 1] != '.' || --n > 0))
		at--;
	return hg_span_from(domain, at);
}

static bool
is_kind(struct hg_span label)
{
	static const char *const kinds[] = { "ac", "co", "com", "edu", "go", "gov", "ne", "net", "or",
		"org" };

	for (unsigned i = 0; i < HG_COUNT(kinds); i++)
		if (hg_span_eq_nocase(label, hg_span_str(kinds[i])))
			return true;
	return false;
}

static struct hg_span
organisation_of(struct hg_span domain)
{
	const struct hg_span two = last_labels(domain, 2), last = last_labels(domain, 1);
	const struct hg_span kind = hg_span_sub(two, 0, hg_span_find(two, 0, '.'));

	return last.len == 2 && is_kind(kind) ? last_labels(domain, 3) : two;
}

bool
hg_mime_same_organisation(struct hg_span a, struct hg_span b)
{
	return hg_span_eq_nocase(organisation_of(a), organisation_of(b));
}

void
hg_mime_look_at_sender(struct hg_mime *m, struct hg_span from)
{
	const struct hg_span address = first_address(from);
	const struct hg_span shown = hg_span_sub(from, 0, (size_t)(address.p - from.p));
	const struct hg_span said = behind_last_at(shown), real = behind_last_at(address);

	if (said.len > 2 && real.len > 0 && hg_span_find(said, 0, '.') != SIZE_MAX &&
		!is_same_domain(said, real))
		hg_mime_note(m, HG_MIME_NAME_ADDRESS);
}
