/* Fields of a message, and numbers that its frames carry. */
#include "app/http2/http2_int.h"

#define FIRST_ROOM 16

static const struct hg_span names[HG_HTTP2_KNOWN] = {
	[HG_HTTP2_METHOD] = HG_BYTES(":method"),
	[HG_HTTP2_PATH] = HG_BYTES(":path"),
	[HG_HTTP2_AUTHORITY] = HG_BYTES(":authority"),
	[HG_HTTP2_STATUS] = HG_BYTES(":status"),
	[HG_HTTP2_HOST] = HG_BYTES("host"),
	[HG_HTTP2_COOKIE] = HG_BYTES("cookie"),
	[HG_HTTP2_SET_COOKIE] = HG_BYTES("set-cookie"),
	[HG_HTTP2_USER_AGENT] = HG_BYTES("user-agent"),
	[HG_HTTP2_ACCEPT] = HG_BYTES("accept"),
	[HG_HTTP2_ACCEPT_LANGUAGE] = HG_BYTES("accept-language"),
	[HG_HTTP2_ACCEPT_ENCODING] = HG_BYTES("accept-encoding"),
	[HG_HTTP2_CONNECTION] = HG_BYTES("connection"),
	[HG_HTTP2_CONTENT_TYPE] = HG_BYTES("content-type"),
	[HG_HTTP2_CONTENT_LENGTH] = HG_BYTES("content-length"),
	[HG_HTTP2_CONTENT_ENCODING] = HG_BYTES("content-encoding"),
	[HG_HTTP2_CONTENT_DISPOSITION] = HG_BYTES("content-disposition"),
	[HG_HTTP2_CONTENT_RANGE] = HG_BYTES("content-range"),
	[HG_HTTP2_REFERER] = HG_BYTES("referer"),
	[HG_HTTP2_LOCATION] = HG_BYTES("location"),
	[HG_HTTP2_SERVER] = HG_BYTES("server"),
	[HG_HTTP2_TRANSFER_ENCODING] = HG_BYTES("transfer-encoding"),
	[HG_HTTP2_ETAG] = HG_BYTES("etag"),
};

/* Names are in small letters, except those of a request of HTTP/1. */
static enum hg_http2_known
known_name(struct hg_span name)
{
	for (unsigned i = 1; i < HG_HTTP2_KNOWN; i++)
		if (hg_span_eq_nocase(name, names[i]))
			return i;
	return HG_HTTP2_OTHER;
}

/* Room for one more; false: the caps are reached, or no memory. */
static struct hg_http2_header *
append(struct hg_http2_tx *tx, enum hg_dir dir, size_t bytes)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->n_headers == HG_HTTP2_HEADERS || bytes > HG_HTTP2_FIELDS - m->field_bytes) {
		m->too_many = true;
		return NULL;
	}
	if (m->n_headers == m->room) {
		const uint16_t room = m->room == 0 ? FIRST_ROOM : (uint16_t)(m->room * 2);
		struct hg_http2_header *more = hg_arena_take(&tx->base.arena, room * sizeof(*more));

		if (more == NULL) {
			m->too_many = true;
			return NULL;
		}
		if (m->n_headers > 0)
			memcpy(more, m->headers, m->n_headers * sizeof(*more));
		m->headers = more;
		m->room = room;
	}
	m->field_bytes += (uint32_t)bytes;
	m->version++;
	m->headers[m->n_headers] = (struct hg_http2_header){ 0 };
	return &m->headers[m->n_headers++];
}

bool
hg_http2_add(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span name, struct hg_span value)
{
	struct hg_http2_header *header = append(tx, dir, name.len + value.len);

	if (header == NULL)
		return false;
	header->known = (uint8_t)known_name(name);
	header->name = hg_span_keep(&tx->base.arena, name);
	header->value = hg_span_keep(&tx->base.arena, value);
	if (header->name.len == name.len && header->value.len == value.len)
		return true;
	tx->msg[dir].n_headers--;
	tx->msg[dir].too_many = true;
	return false;
}

void
hg_http2_add_update(struct hg_http2_tx *tx, enum hg_dir dir, uint32_t size)
{
	struct hg_http2_header *header = append(tx, dir, 0);

	if (header != NULL) {
		header->update = size;
		header->is_update = true;
	}
	hg_http2_note(tx, dir, HG_HTTP2_KIND_UPDATE, size);
}

unsigned
hg_http2_width(enum hg_http2_kind kind)
{
	static const uint8_t widths[HG_HTTP2_KINDS] = {
		[HG_HTTP2_KIND_ERROR] = 4,
		[HG_HTTP2_KIND_PRIORITY] = 1,
		[HG_HTTP2_KIND_WINDOW] = 4,
		[HG_HTTP2_KIND_UPDATE] = 8,
		[HG_HTTP2_KIND_SETTING] = 6,
	};

	return widths[kind];
}

void
hg_http2_note(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_kind kind, uint64_t value)
{
	struct hg_http2_values *v = &tx->msg[dir].values[kind];
	const unsigned width = hg_http2_width(kind);
	uint8_t *to;

	if (v->n == HG_HTTP2_VALUES) {
		hg_http2_odd(tx, dir, HG_HTTP2_MANY_FRAMES);
		return;
	}
	if (v->n == v->room) {
		const uint16_t room = v->room == 0 ? 4 : (uint16_t)(v->room * 2);
		uint8_t *more = hg_arena_take(&tx->base.arena, (size_t)room * width);

		if (more == NULL)
			return;
		if (v->n > 0)
			memcpy(more, v->bytes, (size_t)v->n * width);
		v->bytes = more;
		v->room = room;
	}
	to = v->bytes + (size_t)v->n++ * width;
	for (unsigned i = 0; i < width; i++)
		to[i] = (uint8_t)(value >> 8 * (width - 1 - i));
}

const struct hg_http2_header *
hg_http2_header(const struct hg_http2_message *m, enum hg_http2_known known)
{
	for (unsigned i = m->n_headers; i-- > 0;)
		if (m->headers[i].known == known)
			return &m->headers[i];
	return NULL;
}

static bool
is_named(const struct hg_http2_tx *tx, const struct hg_http2_header *header, enum hg_http2_known known)
{
	return header->known == known &&
		(hg_span_eq(header->name, names[known]) ||
			!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_CAPITALS));
}

/* RFC 9113 8.2.3: pieces of a cookie are parted by semicolons. */
static bool
join(struct hg_http2_tx *tx, struct hg_http2_message *m, enum hg_http2_known known, size_t len,
	struct hg_span *out)
{
	const char glue = known == HG_HTTP2_COOKIE ? ';' : ',';
	uint8_t *p = hg_arena_take(&tx->base.arena, len), *to = p;

	if (p == NULL)
		return false;
	for (unsigned i = 0; i < m->n_headers; i++) {
		const struct hg_http2_header *header = &m->headers[i];

		if (!is_named(tx, header, known))
			continue;
		if (to != p) {
			*to++ = (uint8_t)glue;
			*to++ = ' ';
		}
		if (header->value.len > 0)
			memcpy(to, header->value.p, header->value.len);
		to += header->value.len;
	}
	*out = hg_span(p, (size_t)(to - p));
	return true;
}

bool
hg_http2_get(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_known known, struct hg_span *out)
{
	struct hg_http2_message *m = &tx->msg[dir];
	size_t len = 0;
	unsigned n = 0;

	if (m->joined_of[known] == m->version && m->joined[known].p != NULL) {
		*out = m->joined[known];
		return true;
	}
	for (unsigned i = 0; i < m->n_headers; i++) {
		if (!is_named(tx, &m->headers[i], known))
			continue;
		*out = m->headers[i].value;
		len += out->len + 2;
		n++;
	}
	if (n == 0)
		return false;
	if (n > 1 && known != HG_HTTP2_STATUS && !join(tx, m, known, len, out))
		return false;
	m->joined[known] = *out;
	m->joined_of[known] = m->version;
	return true;
}

size_t
hg_http2_request_field(const struct hg_tx *base, struct hg_span name, uint8_t *out, size_t size)
{
	const struct hg_http2_message *m = &((const struct hg_http2_tx *)base)->msg[HG_TO_SERVER];

	for (unsigned i = m->n_headers; i-- > 0;) {
		const struct hg_span value = m->headers[i].value;

		if (!hg_span_eq_nocase(m->headers[i].name, name))
			continue;
		if (value.len > 0 && value.len <= size)
			memcpy(out, value.p, value.len);
		return value.len <= size ? value.len : SIZE_MAX;
	}
	return SIZE_MAX;
}

static bool
is_interim(const struct hg_http2_message *m)
{
	const struct hg_http2_header *status = hg_http2_header(m, HG_HTTP2_STATUS);

	return status != NULL && status->value.len == 3 && status->value.p[0] == '1';
}

/* The host of an authority: no user in front, no port behind, in small letters. */
static struct hg_span
host_of(struct hg_http2_tx *tx, struct hg_span text)
{
	size_t end, at = hg_span_find(text, 0, '@');
	uint8_t *p;

	if (at != SIZE_MAX)
		text = hg_span_from(text, at + 1);
	end = text.len > 0 && text.p[0] == '[' ? hg_span_find(text, 0, ']') : 0;
	end = hg_span_find(text, end == SIZE_MAX ? 0 : end, ':');
	text = hg_span_sub(text, 0, end);
	p = hg_arena_take(&tx->base.arena, text.len + 1);
	for (size_t i = 0; p != NULL && i < text.len; i++)
		p[i] = hg_lower(text.p[i]);
	return p == NULL ? HG_SPAN_NONE : hg_span(p, text.len);
}

static void
settle_host(struct hg_http2_tx *tx)
{
	const struct hg_http2_message *m = &tx->msg[HG_TO_SERVER];
	const struct hg_http2_header *authority = hg_http2_header(m, HG_HTTP2_AUTHORITY),
				     *host = hg_http2_header(m, HG_HTTP2_HOST);

	if (authority == NULL && host == NULL)
		return;
	tx->hostname = host_of(tx, authority != NULL ? authority->value : host->value);
	if (authority != NULL && hg_span_find(authority->value, 0, '@') != SIZE_MAX)
		hg_http2_odd(tx, HG_TO_SERVER, HG_HTTP2_USERINFO);
	if (authority != NULL && host != NULL && !hg_span_eq_nocase(authority->value, host->value))
		hg_http2_odd(tx, HG_TO_SERVER, HG_HTTP2_AUTHORITY_MISMATCH);
}

static bool
holds_line(struct hg_span s)
{
	return hg_span_find(s, 0, '\r') != SIZE_MAX || hg_span_find(s, 0, '\n') != SIZE_MAX ||
		hg_span_find(s, 0, '\0') != SIZE_MAX;
}

/* RFC 9113 8.2: what a gateway to HTTP/1 would take for the end of a field, or of the message (request smuggling). */
static void
check_smuggling(struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_http2_message *m = &tx->msg[dir];
	bool odd = hg_http2_header(m, HG_HTTP2_TRANSFER_ENCODING) != NULL ||
		hg_http2_header(m, HG_HTTP2_CONNECTION) != NULL;

	for (unsigned i = 0; i < m->n_headers && !odd; i++)
		odd = holds_line(m->headers[i].name) || holds_line(m->headers[i].value);
	if (odd && !tx->upgraded)
		hg_http2_odd(tx, dir, HG_HTTP2_SMUGGLED);
}

void
hg_http2_headers_end(struct hg_http2_tx *tx, enum hg_dir dir, bool promise)
{
	struct hg_http2_message *m = &tx->msg[dir];

	if (m->too_many)
		hg_http2_odd(tx, dir, HG_HTTP2_MANY_HEADERS);
	check_smuggling(tx, dir);
	if (dir == HG_TO_SERVER && !m->final)
		settle_host(tx);
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_FIELDS_LATE))
		hg_tx_progress(&tx->base, dir, HG_HTTP2_AT_HEADERS);
	if (promise || m->final || (dir == HG_TO_CLIENT && is_interim(m)))
		return;
	m->final = true;
	hg_http2_coding_open(tx, dir);
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_FIELDS_LATE))
		hg_tx_progress(&tx->base, dir, HG_HTTP2_AT_BODY);
}
