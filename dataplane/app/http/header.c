/* Header lines: copied once a group of whole lines, folded, parted into names and values, found again by name. */
#include "app/http/http_int.h"

#define GROUP_LINES 64 /* copied together */

struct name_row {
	struct hg_span name;
	uint8_t known;
};

/* By length, so that a name is compared with three others at most. */
static const struct name_row names_4[] = { { HG_BYTES("host"), HG_HTTP_HOST },
	{ HG_BYTES("etag"), HG_HTTP_ETAG } };
static const struct name_row names_6[] = { { HG_BYTES("accept"), HG_HTTP_ACCEPT },
	{ HG_BYTES("cookie"), HG_HTTP_COOKIE }, { HG_BYTES("server"), HG_HTTP_SERVER },
	{ HG_BYTES("expect"), HG_HTTP_EXPECT } };
static const struct name_row names_5[] = { { HG_BYTES("range"), HG_HTTP_RANGES } };
static const struct name_row names_9[] = { { HG_BYTES("forwarded"), HG_HTTP_FORWARDED },
	{ HG_BYTES("x-real-ip"), HG_HTTP_REAL_IP } };
static const struct name_row names_7[] = { { HG_BYTES("referer"), HG_HTTP_REFERER },
	{ HG_BYTES("upgrade"), HG_HTTP_UPGRADE } };
static const struct name_row names_8[] = { { HG_BYTES("location"), HG_HTTP_LOCATION } };
static const struct name_row names_10[] = { { HG_BYTES("user-agent"), HG_HTTP_USER_AGENT },
	{ HG_BYTES("connection"), HG_HTTP_CONNECTION }, { HG_BYTES("set-cookie"), HG_HTTP_SET_COOKIE } };
static const struct name_row names_12[] = { { HG_BYTES("content-type"), HG_HTTP_CONTENT_TYPE } };
static const struct name_row names_13[] = { { HG_BYTES("content-range"), HG_HTTP_CONTENT_RANGE },
	{ HG_BYTES("authorization"), HG_HTTP_AUTHORIZATION } };
static const struct name_row names_14[] = { { HG_BYTES("content-length"), HG_HTTP_CONTENT_LENGTH } };
static const struct name_row names_15[] = { { HG_BYTES("accept-encoding"), HG_HTTP_ACCEPT_ENCODING },
	{ HG_BYTES("accept-language"), HG_HTTP_ACCEPT_LANGUAGE },
	{ HG_BYTES("x-forwarded-for"), HG_HTTP_FORWARDED_FOR } };
static const struct name_row names_16[] = { { HG_BYTES("content-encoding"), HG_HTTP_CONTENT_ENCODING } };
static const struct name_row names_17[] = { { HG_BYTES("transfer-encoding"), HG_HTTP_TRANSFER_ENCODING } };
static const struct name_row names_19[] = { { HG_BYTES("content-disposition"), HG_HTTP_CONTENT_DISPOSITION },
	{ HG_BYTES("proxy-authorization"), HG_HTTP_PROXY_AUTHORIZATION } };

#define ROWS(n) [n] = { names_##n, HG_COUNT(names_##n) }
static const struct {
	const struct name_row *rows;
	unsigned n;
} by_length[20] = { ROWS(4), ROWS(5), ROWS(6), ROWS(7), ROWS(8), ROWS(9), ROWS(10), ROWS(12), ROWS(13),
	ROWS(14), ROWS(15), ROWS(16), ROWS(17), ROWS(19) };

enum hg_http_known
hg_http_known_name(struct hg_span name)
{
	if (name.len >= HG_COUNT(by_length))
		return HG_HTTP_OTHER;
	for (unsigned i = 0; i < by_length[name.len].n; i++)
		if (hg_span_eq_nocase(name, by_length[name.len].rows[i].name))
			return by_length[name.len].rows[i].known;
	return HG_HTTP_OTHER;
}

/* FNV-1a over the lower-cased name: chains are short because headers are capped. */
static uint32_t
name_hash(struct hg_span name)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ hg_lower(name.p[i])) * 16777619u;
	return hash;
}

const struct hg_http_header *
hg_http_find(const struct hg_http_message *m, enum hg_http_known known)
{
	return m->known[known] == 0 ? NULL : &m->headers[m->known[known] - 1];
}

static struct hg_http_header *
find_same(const struct hg_http_message *m, struct hg_span name, enum hg_http_known known, uint32_t hash)
{
	if (known != HG_HTTP_OTHER)
		return m->known[known] == 0 ? NULL : &m->headers[m->known[known] - 1];
	for (uint16_t i = m->chains[hash % HG_HTTP_CHAINS]; i != 0; i = m->headers[i - 1].next)
		if (m->headers[i - 1].hash == hash && hg_span_eq_nocase(m->headers[i - 1].name, name))
			return &m->headers[i - 1];
	return NULL;
}

static bool
make_room(struct hg_http_tx *tx, struct hg_http_message *m)
{
	uint16_t room = m->room == 0 ? 16 : (uint16_t)(m->room * 2);
	struct hg_http_header *more;

	if (m->n_headers < m->room)
		return true;
	more = hg_arena_take(&tx->base.arena, room * sizeof(*more));
	if (more == NULL)
		return false;
	if (m->n_headers > 0)
		memcpy(more, m->headers, m->n_headers * sizeof(*more));
	m->headers = more;
	m->room = room;
	return true;
}

/* Another value of a name that is there: kept in a chain and joined when somebody asks. Content-Length is only compared. */
static void
repeat(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, struct hg_http_header *first,
	struct hg_span value)
{
	struct hg_http_message *m = &tx->msg[dir];
	struct hg_http_value *v;
	uint64_t a = 0, b = 0;

	if (first->known == HG_HTTP_HOST)
		hg_http_odd(h, tx, dir, HG_HTTP_HOST_TWICE);
	else if (first->known == HG_HTTP_TRANSFER_ENCODING)
		hg_http_odd(h, tx, dir, HG_HTTP_TE_ODD);
	if (first->known == HG_HTTP_CONTENT_LENGTH) {
		bool ok = hg_http_parse_length(first->value, &a) && hg_http_parse_length(value, &b);

		hg_http_odd(h, tx, dir, HG_HTTP_CL_REPEATED);
		if (ok && a != b && dir == HG_TO_SERVER)
			hg_http_other_length(tx, b);
		if (!ok || a != b)
			hg_http_anomaly(h, tx, dir,
				dir == HG_TO_SERVER ? HG_HTTP_REQUEST_CL_TWICE : HG_HTTP_RESPONSE_CL_TWICE);
		return;
	}
	if (first->repeated && m->repeats++ >= HG_HTTP_REPEATS_MAX)
		return;
	first->repeated = true;
	v = hg_arena_take(&tx->base.arena, sizeof(*v));
	if (v == NULL)
		return;
	*v = (struct hg_http_value){ NULL, value };
	if (first->more == NULL)
		first->more = v;
	else
		first->more_last->next = v;
	first->more_last = v;
	first->whole = HG_SPAN_NONE;
	m->version_of_headers++;
}

struct hg_span
hg_http_value(struct hg_http_tx *tx, struct hg_http_header *header)
{
	size_t len = header->value.len;
	uint8_t *out, *p;

	if (header->more == NULL)
		return header->value;
	for (struct hg_http_value *v = header->more; v != NULL; v = v->next)
		len += 2 + v->text.len;
	out = p = hg_arena_take(&tx->base.arena, len);
	if (out == NULL)
		return header->value;
	memcpy(p, header->value.p, header->value.len);
	p += header->value.len;
	for (struct hg_http_value *v = header->more; v != NULL; v = v->next) {
		memcpy(p, ", ", 2);
		memcpy(p + 2, v->text.p, v->text.len);
		p += 2 + v->text.len;
	}
	header->more = header->more_last = NULL;
	header->value = hg_span(out, len);
	return header->value;
}

static size_t
put(uint8_t *out, size_t at, size_t size, struct hg_span text)
{
	if (text.len > 0 && text.len <= size - at)
		memcpy(out + at, text.p, text.len);
	return text.len <= size - at ? at + text.len : SIZE_MAX;
}

size_t
hg_http_request_field(const struct hg_tx *base, struct hg_span name, uint8_t *out, size_t size)
{
	const struct hg_http_message *m = &((const struct hg_http_tx *)base)->msg[HG_TO_SERVER];
	const enum hg_http_known known = hg_http_known_name(name);
	const struct hg_http_header *found =
		find_same(m, name, known, known == HG_HTTP_OTHER ? name_hash(name) : 0);
	size_t n = found == NULL ? SIZE_MAX : put(out, 0, size, found->value);

	for (const struct hg_http_value *v = n == SIZE_MAX ? NULL : found->more; v != NULL; v = v->next) {
		n = put(out, n, size, HG_BYTES(", "));
		n = n == SIZE_MAX ? n : put(out, n, size, v->text);
		if (n == SIZE_MAX)
			break;
	}
	return n;
}

bool
hg_http_get(struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_known known, struct hg_span *out)
{
	struct hg_http_message *m = &tx->msg[dir];

	if (m->known[known] == 0)
		return false;
	*out = hg_http_value(tx, &m->headers[m->known[known] - 1]);
	return true;
}

struct hg_span
hg_http_comparable(struct hg_http_tx *tx, struct hg_span text)
{
	uint8_t *out;
	size_t n = 0;

	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_NUL_IGNORED) ||
		hg_span_find(text, 0, '\0') == SIZE_MAX)
		return text;
	out = hg_arena_take(&tx->base.arena, text.len);
	for (size_t i = 0; out != NULL && i < text.len; i++)
		if (text.p[i] != '\0')
			out[n++] = text.p[i];
	return hg_span(out, n);
}

bool
hg_http_has_token(struct hg_span list, struct hg_span token)
{
	while (list.len > 0) {
		size_t comma = hg_span_find(list, 0, ',');

		if (hg_span_eq_nocase(hg_span_trim(hg_span_sub(list, 0, comma)), token))
			return true;
		if (comma == SIZE_MAX)
			return false;
		list = hg_span_from(list, comma + 1);
	}
	return false;
}

void
hg_http_forget_headers(struct hg_http_message *m)
{
	m->n_headers = 0;
	m->raw = m->raw_last = NULL;
	m->repeats = 0;
	m->version_of_headers++;
	memset(m->chains, 0, sizeof(m->chains));
	memset(m->known, 0, sizeof(m->known));
}

static enum hg_http_known
known_without_nul(struct hg_http *h, struct hg_http_message *m, struct hg_span name)
{
	uint8_t text[HG_COUNT(by_length)];
	enum hg_http_known known;
	size_t n = 0;

	if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_NUL_IGNORED) ||
		hg_span_find(name, 0, '\0') == SIZE_MAX)
		return hg_http_known_name(name);
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] != '\0' && n == sizeof(text))
			return HG_HTTP_OTHER;
		if (name.p[i] != '\0')
			text[n++] = name.p[i];
	}
	known = hg_http_known_name(hg_span(text, n));
	return m->known[known] == 0 ? known : HG_HTTP_OTHER;
}

static void
add(struct hg_http *h, enum hg_dir dir, struct hg_span name, struct hg_span value)
{
	struct hg_http_tx *tx = h->side[dir].tx;
	struct hg_http_message *m = &tx->msg[dir];
	enum hg_http_known known = known_without_nul(h, m, name);
	struct hg_http_header *same;
	uint32_t hash;

	if (h->side[dir].phase == HG_HTTP_TRAILER && known != HG_HTTP_OTHER) {
		hg_http_ambiguous_trailer(h, dir, known);
		if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_TRAILER_FIELDS))
			known = HG_HTTP_OTHER;
	}
	hash = known == HG_HTTP_OTHER ? name_hash(name) : 0;
	same = find_same(m, name, known, hash);
	if (same != NULL) {
		repeat(h, tx, dir, same, value);
		return;
	}
	if (m->n_headers >= hg_http_ctx(h)->header_limit) {
		if (!m->too_many)
			hg_http_anomaly(h, tx, dir,
				dir == HG_TO_SERVER ? HG_HTTP_REQUEST_HEADERS : HG_HTTP_RESPONSE_HEADERS);
		m->too_many = true;
		return;
	}
	if (!make_room(tx, m))
		return;
	m->headers[m->n_headers] = (struct hg_http_header){
		.name = name, .value = value, .hash = hash, .known = (uint8_t)known
	};
	m->n_headers++;
	m->version_of_headers++;
	if (known != HG_HTTP_OTHER) {
		m->known[known] = m->n_headers;
	} else {
		m->headers[m->n_headers - 1].next = m->chains[hash % HG_HTTP_CHAINS];
		m->chains[hash % HG_HTTP_CHAINS] = m->n_headers;
	}
}

/* RFC 9110 5.6.2: what a name is made of. One bit a character from 0x20 on. */
static bool
is_token(struct hg_span s)
{
	static const uint32_t allowed[8] = { 0, 0x03ff6cfau, 0xc7fffffeu, 0x57ffffffu, 0, 0, 0, 0 };

	for (size_t i = 0; i < s.len; i++)
		if ((allowed[s.p[i] >> 5] >> (s.p[i] & 31) & 1) == 0)
			return false;
	return true;
}

static struct hg_span
trim_blanks(struct hg_span s)
{
	while (s.len > 0 && hg_is_blank(s.p[0]))
		s = hg_span_from(s, 1);
	while (s.len > 0 && hg_is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Once a transaction, for both of its messages together. */
static void
name_once(struct hg_http *h, enum hg_dir dir, uint8_t kind, enum hg_http_anomaly request,
	enum hg_http_anomaly response)
{
	struct hg_http_tx *tx = h->side[dir].tx;

	if ((tx->named & kind) == 0)
		hg_http_anomaly(h, tx, dir, dir == HG_TO_SERVER ? request : response);
	tx->named |= kind;
}

/* A name that is all of the line keeps the line in sight of rules. */
static void
take_without_colon(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	name_once(h, dir, HG_HTTP_NAMED_COLON, HG_HTTP_REQUEST_MISSING_COLON, HG_HTTP_RESPONSE_MISSING_COLON);
	if (dir == HG_TO_CLIENT)
		h->side[dir].tx->named |= HG_HTTP_NAMED_INVALID;
	add(h, dir, hg_span(line.p, 0), trim_blanks(line));
}

static bool
ends_name(enum hg_dir dir, uint8_t c)
{
	return dir == HG_TO_SERVER ? hg_is_blank(c) : hg_http_is_space(c);
}

/* A whole logical line without its end; lives in the transaction's arena. */
static void
split(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_span name;
	size_t colon = hg_span_find(line, 0, ':');

	if (colon == SIZE_MAX ||
		(dir == HG_TO_SERVER && hg_span_find(hg_span_sub(line, 0, colon), 0, '\0') != SIZE_MAX)) {
		take_without_colon(h, dir, line);
		return;
	}
	name = hg_span_sub(line, 0, colon);
	while (name.len > 0 && ends_name(dir, name.p[name.len - 1]))
		name.len--;
	if (colon == 0 || name.len < colon || !is_token(name))
		name_once(h, dir, HG_HTTP_NAMED_INVALID, HG_HTTP_REQUEST_HEADER_INVALID,
			HG_HTTP_RESPONSE_HEADER_INVALID);
	if (name.len < colon || name.len > HG_HTTP_LOGGED_NAME)
		hg_http_ambiguous_name(h, dir, name, name.len < colon);
	add(h, dir, name, trim_blanks(hg_span_from(line, colon + 1)));
}

/* The pending line is whole: nothing that follows is folded to it. */
static void
settle_pending(struct hg_http *h, enum hg_dir dir)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_span line = s->pending_line;

	if (!s->pending)
		return;
	s->pending = false;
	if (s->fold) {
		s->fold = false;
		line = hg_span_keep(&s->tx->base.arena, hg_buf_span(&s->folding));
		hg_buf_clear(&s->folding);
		if (line.p == NULL)
			return;
	}
	split(h, dir, line);
}

static struct hg_span
folded_so_far(const struct hg_http_side *s)
{
	return s->fold ? hg_buf_span(&s->folding) : s->pending_line;
}

/* What grows beyond reason is dropped. */
static void
fold(struct hg_http_side *s, struct hg_span line)
{
	if (folded_so_far(s).len >= HG_HTTP_FOLDED_MAX)
		return;
	if (!s->fold) {
		hg_buf_clear(&s->folding);
		s->fold = hg_buf_append(&s->folding, s->pending_line);
		s->first = false;
	}
	hg_buf_append(&s->folding, line);
}

static bool
is_folding(uint8_t c)
{
	return hg_is_blank(c) || c == '\0';
}

static struct hg_span
without_folding(struct hg_span line)
{
	while (line.len > 0 && is_folding(line.p[0]))
		line = hg_span_from(line, 1);
	return line;
}

/* RFC 9112 5.2; browsers take a folded line with a colon as a header of its own. */
static void
take_folded(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_http_side *s = &h->side[dir];
	bool own = s->pending && dir == HG_TO_CLIENT && s->tx->msg[dir].version == HG_HTTP_1_1 &&
		hg_span_find(line, 0, ':') != SIZE_MAX && hg_span_find(folded_so_far(s), 0, ':') != SIZE_MAX;

	hg_http_odd(h, s->tx, dir, HG_HTTP_OBS_FOLD);
	if (s->pending && !own) {
		fold(s, line);
		return;
	}
	name_once(h, dir, HG_HTTP_NAMED_FOLDING, HG_HTTP_REQUEST_FOLDING, HG_HTTP_RESPONSE_FOLDING);
	settle_pending(h, dir);
	s->pending = true;
	s->first = false;
	s->pending_line = own ? hg_span_from(line, 1) : without_folding(line);
}

/* An empty line that does not end the headers folds, too. */
static void
take_line(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_http_side *s = &h->side[dir];

	line = hg_http_chomp(line);
	if (line.len == 0 && s->first)
		settle_pending(h, dir);
	if (line.len == 0 || is_folding(line.p[0])) {
		take_folded(h, dir, line);
		return;
	}
	settle_pending(h, dir);
	s->pending = s->first = true;
	s->pending_line = line;
}

/* As the peer: the line at the end of a piece of a response is whole, whatever the next piece begins with. */
void
hg_http_head_pause(struct hg_http *h)
{
	struct hg_http_side *s = &h->side[HG_TO_CLIENT];

	if (s->pending && s->first && !s->fold && hg_http_line_held(s).len == 0)
		settle_pending(h, HG_TO_CLIENT);
}

static void
keep_piece(struct hg_http_tx *tx, struct hg_http_message *m, struct hg_span bytes)
{
	struct hg_http_piece *piece;

	m->version_of_headers++;
	if (m->raw_last != NULL && m->raw_last->bytes.p + m->raw_last->bytes.len == bytes.p) {
		m->raw_last->bytes.len += bytes.len;
		return;
	}
	piece = hg_arena_take(&tx->base.arena, sizeof(*piece));
	if (piece == NULL)
		return;
	*piece = (struct hg_http_piece){ NULL, bytes };
	if (m->raw == NULL)
		m->raw = piece;
	else
		m->raw_last->next = piece;
	m->raw_last = piece;
}

/* CR alone ends header lines of responses. */
static enum hg_http_line_end
ends_of(enum hg_dir dir)
{
	return dir == HG_TO_SERVER ? HG_HTTP_ENDS_LF : HG_HTTP_ENDS_LONE_CR;
}

/* The line that ends headers: empty; as the peer has it also one blank in front of more that is no empty line. */
static bool
is_last(const struct hg_http *h, enum hg_dir dir, struct hg_span line, struct hg_span behind)
{
	if (hg_http_is_blank_line(line) || hg_span_eq(line, HG_BYTES("\r\n\r\n")))
		return line.p[line.len - 1] == '\n';
	return hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_HEAD_BY_PIECE) && dir == HG_TO_CLIENT &&
		line.len == 2 && hg_is_blank(line.p[0]) && line.p[1] == '\n' && behind.len > 0 &&
		behind.p[0] != '\n';
}

/* As the peer: bytes behind a line of a response that browsers take for a part of its end: CR behind LF alone; and behind
 * such a line the blank one may come twice. */
static size_t
odd_end(struct hg_span rest, size_t at, size_t end)
{
	if (end - at == 2 && at >= 2 && rest.p[at - 1] == '\r' && rest.p[at - 2] == '\n' &&
		rest.p[at] == '\r')
		return hg_span_starts(hg_span_from(rest, end), HG_BYTES("\r\n")) ? 2 : 0;
	return end < rest.len && rest.p[end] == '\r' && rest.p[end - 1] == '\n' && end - at > 1 &&
			rest.p[end - 2] != '\r'
		? 1
		: 0;
}

/* Whole lines at the beginning of rest, at most GROUP_LINES, the last one included; their ends in ends. */
static unsigned
find_group(
	const struct hg_http *h, enum hg_dir dir, struct hg_span rest, size_t ends[GROUP_LINES], bool *last)
{
	bool odd = dir == HG_TO_CLIENT && hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_HEAD_BY_PIECE);
	size_t at = 0;
	unsigned n = 0;

	*last = false;
	while (n < GROUP_LINES && !*last) {
		size_t end = hg_http_line_end(rest, at, 0, ends_of(dir));

		if (end == SIZE_MAX)
			break;
		end += odd ? odd_end(rest, at, end) : 0;
		ends[n++] = end;
		*last = is_last(h, dir, hg_span_sub(rest, at, end - at), hg_span_from(rest, end));
		at = end;
	}
	return n;
}

/* Values that came by one name stand together from here on, whoever looks first. */
static void
join_repeated(struct hg_http_tx *tx, struct hg_http_message *m)
{
	for (unsigned i = 0; i < m->n_headers; i++)
		hg_http_value(tx, &m->headers[i]);
}

/* Nothing that begins with this byte is folded to the line before it; CR may be all of a line, which is. */
static bool
begins_own_line(const struct hg_http *h, uint8_t c)
{
	return !is_folding(c) && (c != '\r' || hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_HEAD_BY_PIECE));
}

/* What is odd about a line is told behind what the line in front of it was found to be, however they came. */
static void
note_oddities(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	if (begins_own_line(h, line.p[0]))
		settle_pending(h, dir);
	hg_http_ambiguous_head_line(h, dir, line);
}

static enum hg_http_step
take_group(
	struct hg_http *h, enum hg_dir dir, struct hg_span group, const size_t *ends, unsigned n, bool last)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_span kept = hg_span_keep(&s->tx->base.arena, group);
	unsigned crlf = 0;
	size_t at = 0;
	bool odd;

	if (kept.p == NULL)
		return HG_HTTP_FAIL;
	keep_piece(s->tx, &s->tx->msg[dir], kept);
	if (s->phase == HG_HTTP_TRAILER && s->tx->other != NULL)
		hg_http_other_add(s->tx, group);
	for (unsigned i = 0; i < n; i++)
		crlf += ends[i] > 1 && kept.p[ends[i] - 1] == '\n' && kept.p[ends[i] - 2] == '\r';
	odd = hg_http_ambiguous_head(h, kept, n, crlf);
	for (unsigned i = 0; i < n - last; i++) {
		if (ends[i] - at > HG_HTTP_LINE_MAX)
			return hg_http_too_long(h, dir);
		if (odd)
			note_oddities(h, dir, hg_span_sub(kept, at, ends[i] - at));
		take_line(h, dir, hg_span_sub(kept, at, ends[i] - at));
		at = ends[i];
	}
	if (!last)
		return HG_HTTP_GO;
	if (odd)
		note_oddities(h, dir, hg_span_from(kept, at));
	settle_pending(h, dir);
	join_repeated(s->tx, &s->tx->msg[dir]);
	if (s->phase == HG_HTTP_TRAILER) {
		hg_http_done(h, dir);
		return HG_HTTP_GO;
	}
	return dir == HG_TO_SERVER ? hg_http_request_headers(h) : hg_http_response_headers(h);
}

enum hg_http_step
hg_http_head_line(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	return take_group(h, dir, line, &line.len, 1, is_last(h, dir, line, HG_SPAN_NONE));
}

enum hg_http_step
hg_http_head(struct hg_http *h, enum hg_dir dir, struct hg_span *rest)
{
	struct hg_http_side *s = &h->side[dir];
	bool whole = hg_http_line_held(s).len == 0, last;
	size_t ends[GROUP_LINES];
	struct hg_span line;
	enum hg_http_step step;
	unsigned n;

	if (s->pending && whole && begins_own_line(h, rest->p[0]))
		settle_pending(h, dir);
	n = whole ? find_group(h, dir, *rest, ends, &last) : 0;
	if (n > 0) {
		struct hg_span group = hg_span_sub(*rest, 0, ends[n - 1]);

		*rest = hg_span_from(*rest, group.len);
		return take_group(h, dir, group, ends, n, last);
	}
	step = hg_http_line_step(h, dir, rest, ends_of(dir), &line);
	if (step != HG_HTTP_GO)
		return step;
	return hg_http_head_line(h, dir, line);
}

void
hg_http_head_finish(struct hg_http *h, enum hg_dir dir)
{
	struct hg_http_side *s = &h->side[dir];
	struct hg_span rest = hg_http_line_rest(s);

	if (s->tx == NULL)
		return;
	if (rest.len > 0) {
		struct hg_span kept = hg_span_keep(&s->tx->base.arena, rest);

		if (kept.p != NULL) {
			keep_piece(s->tx, &s->tx->msg[dir], kept);
			if (!hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_HEAD_CUT_OFF))
				take_line(h, dir, kept);
		}
	}
	settle_pending(h, dir);
	join_repeated(s->tx, &s->tx->msg[dir]);
}
