/* What receivers read differently (RFC 9112 11.2): each kind has its event, and a record lists those of its transaction as
 * `ambiguous`. Nothing here changes how a message is read; other.c looks at what another reading would find. */
#include "app/http/http_int.h"

#include "app/parameter.h"

#define EXTENSION_MAX 256
#define CHUNK_DIGITS 8
#define RANGES_MAX 50

/* Those of this file, and those that the peer has a name for. */
static const uint8_t kinds[] = { HG_HTTP_TE_AND_CL, HG_HTTP_CL_REPEATED, HG_HTTP_CL_ODD, HG_HTTP_TE_ODD,
	HG_HTTP_CHUNK_ODD, HG_HTTP_CHUNK_OVERFLOW, HG_HTTP_CHUNK_LF, HG_HTTP_CHUNK_END_ODD,
	HG_HTTP_CHUNK_EXTENSION_LONG, HG_HTTP_TRAILER_FRAMING, HG_HTTP_NAME_BLANK, HG_HTTP_NAME_LONG,
	HG_HTTP_OBS_FOLD, HG_HTTP_BARE_CR, HG_HTTP_LF_ONLY, HG_HTTP_NUL, HG_HTTP_HOST_TWICE,
	HG_HTTP_LINE_BLANKS, HG_HTTP_VERSION_ODD, HG_HTTP_METHOD_CASE, HG_HTTP_OTHER_READING,
	HG_HTTP_OTHER_CUT, HG_HTTP_REQUEST_TE, HG_HTTP_RESPONSE_TE, HG_HTTP_REQUEST_CL, HG_HTTP_RESPONSE_CL,
	HG_HTTP_REQUEST_CL_TWICE, HG_HTTP_RESPONSE_CL_TWICE, HG_HTTP_REQUEST_CHUNK_LEN,
	HG_HTTP_RESPONSE_CHUNK_LEN, HG_HTTP_HOST_AMBIGUOUS, HG_HTTP_REQUEST_HEADER_INVALID,
	HG_HTTP_RESPONSE_HEADER_INVALID, HG_HTTP_REQUEST_FOLDING, HG_HTTP_RESPONSE_FOLDING,
	HG_HTTP_METHOD_DELIM, HG_HTTP_URI_DELIM, HG_HTTP_LEADING_WHITESPACE, HG_HTTP_ABNORMAL_TE,
	HG_HTTP_CHUNKED_OLD, HG_HTTP_BODY_UNEXPECTED, HG_HTTP_RESPONSE_UNEXPECTED, HG_HTTP_DOUBLE_ENCODED,
	HG_HTTP_CHARSET_ODD };

static bool
is_named(const struct hg_http *h)
{
	return !hg_as_peer(h->app->suricata7, HG_DIFF_HTTP_ONE_READING);
}

void
hg_http_odd(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_anomaly row)
{
	if (tx != NULL && is_named(h) && !hg_tx_has_anomaly(&tx->base, dir, (uint8_t)row))
		hg_http_anomaly(h, tx, dir, row);
}

/* ---- the request line ---- */

static bool
is_method_in_small_letters(struct hg_span method)
{
	uint8_t upper[20];

	if (method.len > sizeof(upper) || hg_http_is_method(method))
		return false;
	for (size_t i = 0; i < method.len; i++)
		upper[i] = method.p[i] >= 'a' && method.p[i] <= 'z' ? method.p[i] - 32 : method.p[i];
	return hg_http_is_method(hg_span(upper, method.len));
}

/* Is there more than a blank behind one word of the line? */
static bool
has_more_blanks(struct hg_span line, struct hg_span word)
{
	const uint8_t *end = word.p + word.len;

	return end + 1 < line.p + line.len && hg_is_blank(end[0]) && hg_is_blank(end[1]);
}

static bool
ends_in_lf_only(struct hg_span line)
{
	return line.len > 0 && line.p[line.len - 1] == '\n' &&
		(line.len == 1 || line.p[line.len - 2] != '\r');
}

void
hg_http_ambiguous_line(struct hg_http *h, struct hg_http_tx *tx, struct hg_span line)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_SERVER];

	if (!is_named(h))
		return;
	if (ends_in_lf_only(line))
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_LF_ONLY);
	if (hg_span_find(m->line, 0, '\r') != SIZE_MAX)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_BARE_CR);
	if (hg_span_find(m->line, 0, '\0') != SIZE_MAX)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_NUL);
	if (has_more_blanks(m->line, tx->method) || has_more_blanks(m->line, tx->uri_raw))
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_LINE_BLANKS);
	if (m->version == HG_HTTP_INVALID)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_VERSION_ODD);
	if (is_method_in_small_letters(tx->method))
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_METHOD_CASE);
}

/* An escape that is left in the path: whoever decodes once more gets another one. In queries addresses stand escaped twice often. */
void
hg_http_ambiguous_path(struct hg_http *h, struct hg_http_tx *tx)
{
	for (size_t i = 0; i + 2 < tx->path.len; i++) {
		if (tx->path.p[i] != '%' || hg_hex_digit(tx->path.p[i + 1]) < 0 ||
			hg_hex_digit(tx->path.p[i + 2]) < 0)
			continue;
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_DOUBLE_ENCODED);
		return;
	}
}

/* ---- header lines ---- */

static unsigned
count(struct hg_span s, uint8_t c)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

bool
hg_http_ambiguous_head(struct hg_http *h, struct hg_span lines, unsigned n, unsigned crlf)
{
	return is_named(h) && (crlf < n || count(lines, '\r') > crlf || count(lines, '\0') > 0);
}

void
hg_http_ambiguous_head_line(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_http_tx *tx = h->side[dir].tx;
	const bool lf = ends_in_lf_only(line), crlf = !lf && line.len > 1 && line.p[line.len - 1] == '\n';

	if (lf)
		hg_http_odd(h, tx, dir, HG_HTTP_LF_ONLY);
	if (count(line, '\r') > crlf)
		hg_http_odd(h, tx, dir, HG_HTTP_BARE_CR);
	if (count(line, '\0') > 0)
		hg_http_odd(h, tx, dir, HG_HTTP_NUL);
}

void
hg_http_ambiguous_name(struct hg_http *h, enum hg_dir dir, struct hg_span name, bool blank)
{
	if (blank)
		hg_http_odd(h, h->side[dir].tx, dir, HG_HTTP_NAME_BLANK);
	if (name.len > HG_HTTP_LOGGED_NAME)
		hg_http_odd(h, h->side[dir].tx, dir, HG_HTTP_NAME_LONG);
}

void
hg_http_ambiguous_trailer(struct hg_http *h, enum hg_dir dir, enum hg_http_known known)
{
	if (known == HG_HTTP_CONTENT_LENGTH || known == HG_HTTP_TRANSFER_ENCODING || known == HG_HTTP_HOST ||
		known == HG_HTTP_AUTHORIZATION || known == HG_HTTP_CONTENT_ENCODING ||
		known == HG_HTTP_COOKIE)
		hg_http_odd(h, h->side[dir].tx, dir, HG_HTTP_TRAILER_FRAMING);
}

static unsigned
count_tokens(struct hg_span list)
{
	return list.len == 0 ? 0 : count(list, ',') + 1;
}

/* CVE-2011-3192 (ranges), CVE-2022-31813 (fields that Connection takes away). */
void
hg_http_odd_request(struct hg_http *h, struct hg_http_tx *tx)
{
	static const struct hg_span kept[] = { HG_BYTES("host"), HG_BYTES("cookie"),
		HG_BYTES("authorization"), HG_BYTES("content-length"), HG_BYTES("x-forwarded-for"),
		HG_BYTES("x-real-ip"), HG_BYTES("forwarded"), HG_BYTES("x-forwarded-host"),
		HG_BYTES("x-forwarded-proto") };
	struct hg_span value;

	if (!is_named(h))
		return;
	hg_http_target_break(h, tx);
	if (hg_http_get(tx, HG_TO_SERVER, HG_HTTP_RANGES, &value) && count_tokens(value) > RANGES_MAX)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_RANGE_LIST);
	if (hg_http_get(tx, HG_TO_SERVER, HG_HTTP_EXPECT, &value) &&
		!hg_span_eq_nocase(value, HG_BYTES("100-continue")))
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_EXPECT_ODD);
	if (!hg_http_get(tx, HG_TO_SERVER, HG_HTTP_CONNECTION, &value) ||
		hg_span_eq_nocase(value, HG_BYTES("keep-alive")) ||
		hg_span_eq_nocase(value, HG_BYTES("close")))
		return;
	for (size_t i = 0; i < HG_COUNT(kept); i++)
		if (hg_http_has_token(value, kept[i]))
			hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_HOP_BY_HOP);
}

/* ---- lengths ---- */

static bool
is_plain_number(struct hg_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0 && s.len <= 19 && (s.p[0] != '0' || s.len == 1);
}

/* Codings by name, chunked once and at the end. */
static bool
is_plain_list(struct hg_span list)
{
	static const struct hg_span codings[] = { HG_BYTES("gzip"), HG_BYTES("x-gzip"), HG_BYTES("deflate"),
		HG_BYTES("compress"), HG_BYTES("x-compress") };
	bool chunked = false, known = true;

	while (list.p != NULL && known && !chunked) {
		const size_t comma = hg_span_find(list, 0, ',');
		const struct hg_span one = hg_span_trim(hg_span_sub(list, 0, comma));

		chunked = hg_span_eq_nocase(one, HG_BYTES("chunked"));
		known = chunked;
		for (size_t i = 0; i < HG_COUNT(codings); i++)
			known |= hg_span_eq_nocase(one, codings[i]);
		list = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(list, comma + 1);
	}
	return chunked && list.p == NULL;
}

/* Further numbers of a list in Content-Length: what some take for the length. */
static void
note_list(struct hg_http_tx *tx, struct hg_span cl, uint64_t first)
{
	uint64_t n;

	for (size_t comma = hg_span_find(cl, 0, ','); comma != SIZE_MAX;
		comma = hg_span_find(cl, comma + 1, ','))
		if (hg_http_parse_length(hg_span_from(cl, comma + 1), &n) && n != first)
			hg_http_other_length(tx, n);
}

static void
check_length(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, struct hg_span cl)
{
	const struct hg_http_message *m = &tx->msg[dir];
	uint64_t n;

	if (hg_span_find(cl, 0, ',') != SIZE_MAX)
		hg_http_odd(h, tx, dir, HG_HTTP_CL_REPEATED);
	else if (!is_plain_number(cl))
		hg_http_odd(h, tx, dir, HG_HTTP_CL_ODD);
	if (dir == HG_TO_CLIENT)
		return;
	if (m->known[HG_HTTP_TRANSFER_ENCODING] != 0 && hg_http_parse_length(cl, &n))
		hg_http_other_length(tx, n);
	note_list(tx, cl, m->content_length);
	if (!is_plain_number(cl))
		hg_http_other_lines(tx);
	/* Servers leave such a body where it is, and read it as the next request (CL.0). */
	if (m->content_length > 0 &&
		(hg_span_eq(tx->method, HG_BYTES("GET")) || hg_span_eq(tx->method, HG_BYTES("HEAD"))))
		hg_http_other_length(tx, 0);
}

void
hg_http_ambiguous_length(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir)
{
	const struct hg_http_message *m = &tx->msg[dir];
	struct hg_span te, cl;

	if (!is_named(h))
		return;
	if (hg_http_get(tx, dir, HG_HTTP_CONTENT_LENGTH, &cl)) {
		if (m->known[HG_HTTP_TRANSFER_ENCODING] != 0)
			hg_http_odd(h, tx, dir, HG_HTTP_TE_AND_CL);
		check_length(h, tx, dir, cl);
	}
	if (!hg_http_get(tx, dir, HG_HTTP_TRANSFER_ENCODING, &te))
		return;
	if (!is_plain_list(te))
		hg_http_odd(h, tx, dir, HG_HTTP_TE_ODD);
	if (dir == HG_TO_SERVER && m->length_kind != HG_HTTP_CHUNKED)
		hg_http_other_chunked(tx);
}

/* ---- chunks ---- */

static void
name_chunk(struct hg_http *h, enum hg_dir dir, enum hg_http_anomaly row)
{
	hg_http_odd(h, h->side[dir].tx, dir, row);
	if (dir == HG_TO_SERVER && h->side[dir].tx != NULL)
		hg_http_other_lines(h->side[dir].tx);
}

static void
check_size(struct hg_http *h, enum hg_dir dir, struct hg_span size)
{
	size_t digits = 0, zeros = 0;

	while (digits < size.len && hg_hex_digit(size.p[digits]) >= 0)
		digits++;
	while (zeros + 1 < digits && size.p[zeros] == '0')
		zeros++;
	if (digits - zeros > CHUNK_DIGITS)
		name_chunk(h, dir, HG_HTTP_CHUNK_OVERFLOW);
	while (size.len > digits && hg_is_blank(size.p[size.len - 1]))
		size.len--;
	if (digits == 0 || digits < size.len || zeros > 0)
		name_chunk(h, dir, HG_HTTP_CHUNK_ODD);
}

void
hg_http_ambiguous_chunk(struct hg_http *h, enum hg_dir dir, struct hg_span line)
{
	struct hg_http_tx *tx = h->side[dir].tx;
	const struct hg_span text = hg_http_chomp(line);
	const size_t semicolon = hg_span_find(text, 0, ';');

	if (tx == NULL || !is_named(h))
		return;
	if (ends_in_lf_only(line) || hg_span_find(text, 0, '\r') != SIZE_MAX)
		name_chunk(h, dir, HG_HTTP_CHUNK_LF);
	check_size(h, dir, hg_span_sub(text, 0, semicolon));
	if (semicolon != SIZE_MAX && text.len - semicolon > EXTENSION_MAX)
		name_chunk(h, dir, HG_HTTP_CHUNK_EXTENSION_LONG);
	if (tx->other != NULL && dir == HG_TO_SERVER)
		hg_http_other_add(tx, line);
	h->side[dir].chunk_end = 0;
}

/* Behind the data: CR LF and nothing else. 0: nothing came so far; 1: CR; 2: something else. */
void
hg_http_ambiguous_chunk_end(struct hg_http *h, enum hg_dir dir, struct hg_span bytes)
{
	struct hg_http_side *s = &h->side[dir];

	if (s->tx == NULL || !is_named(h))
		return;
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.p[i] == '\n' && s->chunk_end == 0)
			name_chunk(h, dir, HG_HTTP_CHUNK_LF);
		else if (bytes.p[i] == '\n' && s->chunk_end == 2)
			name_chunk(h, dir, HG_HTTP_CHUNK_END_ODD);
		else if (bytes.p[i] != '\n')
			s->chunk_end = bytes.p[i] == '\r' && s->chunk_end == 0 ? 1 : 2;
	}
	if (s->tx->other != NULL && dir == HG_TO_SERVER)
		hg_http_other_add(s->tx, bytes);
}

/* ---- bodies ---- */

void
hg_http_ambiguous_text(struct hg_http *h, struct hg_http_tx *tx)
{
	static const struct hg_span families[] = { HG_BYTES("utf-7"), HG_BYTES("utf7"), HG_BYTES("utf-16"),
		HG_BYTES("utf16"), HG_BYTES("utf-32"), HG_BYTES("utf32"), HG_BYTES("ucs-2"),
		HG_BYTES("ucs-4"), HG_BYTES("cp037"), HG_BYTES("ibm037"), HG_BYTES("cp500"),
		HG_BYTES("ibm500"), HG_BYTES("cp1047"), HG_BYTES("ibm1047"), HG_BYTES("unicode"),
		HG_BYTES("iso-10646-ucs") };
	struct hg_span type, charset;

	if (!is_named(h) || !hg_http_get(tx, HG_TO_CLIENT, HG_HTTP_CONTENT_TYPE, &type) ||
		!hg_app_parameter(type, HG_BYTES("charset"), &charset))
		return;
	for (size_t i = 0; i < HG_COUNT(families); i++)
		if (hg_span_starts_nocase(charset, families[i]))
			hg_http_odd(h, tx, HG_TO_CLIENT, HG_HTTP_CHARSET_ODD);
}

/* ---- the record ---- */

void
hg_http_log_ambiguous(const struct hg_http_tx *tx, struct hg_json *j)
{
	const struct hg_json_mark mark = hg_json_mark(j);
	bool any = false;

	if ((tx->base.n_anomalies == 0 && !tx->other_reading) ||
		hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_ONE_READING))
		return;
	hg_json_array_at(j, "ambiguous");
	for (size_t i = 0; i < HG_COUNT(kinds); i++) {
		if (!hg_tx_has_anomaly(&tx->base, HG_TO_SERVER, kinds[i]))
			continue;
		hg_json_item_cstr(j, hg_http_anomalies[kinds[i]].name);
		any = true;
	}
	if (any)
		hg_json_array_end(j);
	else
		hg_json_rewind(j, mark);
	if (tx->other_reading)
		hg_json_bool(j, "other_reading", true);
}
