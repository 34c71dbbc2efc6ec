/* Targets: their parts and their normal form (peer-semantics 4.2). */
#include "app/http/http_int.h"

/* -2: no port; else 0 … 65535 */
static int32_t
parse_port(struct hg_span s)
{
	int32_t n = 0;

	s = hg_span_trim(s);
	if (s.len == 0 || s.len > 8)
		return -2;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -2;
		n = n * 10 + (s.p[i] - '0');
	}
	return n > 0 && n <= UINT16_MAX ? n : -2;
}

/* A host that is there has bytes of its own, although perhaps none. */
bool
hg_http_uri_hostport(struct hg_span text, struct hg_span *host, int32_t *port)
{
	size_t end;

	text = hg_span_trim(text);
	*host = HG_SPAN_NONE;
	*port = -1;
	if (text.len == 0)
		return false;
	if (text.p[0] == '[') {
		end = hg_span_find(text, 0, ']');
		if (end == SIZE_MAX)
			return false;
		end++;
	} else {
		end = hg_span_find(text, 0, ':');
		end = HG_MIN(end, text.len);
	}
	*host = hg_span_trim(hg_span_sub(text, 0, end));
	text = hg_span_from(text, end);
	if (text.len > 0)
		*port = text.p[0] == ':' ? parse_port(hg_span_from(text, 1)) : -2;
	return hg_http_uri_host_ok(*host) && *port != -2;
}

/* Labels of letters, digits, hyphen and underscore, 63 at most each; or an address in brackets. */
bool
hg_http_uri_host_ok(struct hg_span host)
{
	size_t label = 0;

	if (host.len == 0 || host.len > 255)
		return false;
	if (host.p[0] == '[') {
		for (size_t i = 1; i + 1 < host.len; i++)
			if (hg_hex_digit(host.p[i]) < 0 && host.p[i] != ':' && host.p[i] != '.')
				return false;
		return host.len > 3;
	}
	for (size_t i = 0; i < host.len; i++) {
		uint8_t c = hg_lower(host.p[i]);

		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') ||
			++label > 63)
			return false;
	}
	return true;
}

static void
split_authority(struct hg_span authority, struct hg_http_uri *u)
{
	size_t at = SIZE_MAX;

	u->has_authority = true;
	for (size_t i = 0; i < authority.len; i++)
		if (authority.p[i] == '@')
			at = i;
	if (at != SIZE_MAX) {
		u->user = hg_span_sub(authority, 0, at);
		authority = hg_span_from(authority, at + 1);
	}
	hg_http_uri_hostport(authority, &u->host, &u->port);
	if (u->host.p == NULL)
		u->host = authority;
}

static size_t
find_any(struct hg_span s, const char *set)
{
	size_t i = 0;

	while (i < s.len && (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL))
		i++;
	return i;
}

void
hg_http_uri_split(struct hg_span raw, struct hg_http_uri *out)
{
	struct hg_span rest = raw;
	size_t n;

	*out = (struct hg_http_uri){ .port = -1 };
	while (rest.len > 0 && rest.p[rest.len - 1] == ' ')
		rest.len--;
	out->has_path = rest.len > 0;
	if (rest.len > 0 && rest.p[0] != '/') {
		n = hg_span_find(rest, 0, ':');
		if (n != SIZE_MAX) {
			out->scheme = hg_span_sub(rest, 0, n);
			rest = hg_span_from(rest, n + 1);
		}
	}
	if (out->scheme.len > 0 && rest.len >= 2 && rest.p[0] == '/' && rest.p[1] == '/' &&
		(rest.len == 2 || rest.p[2] != '/')) {
		rest = hg_span_from(rest, 2);
		n = find_any(rest, "/?#");
		split_authority(hg_span_sub(rest, 0, n), out);
		rest = hg_span_from(rest, n);
	}
	n = find_any(rest, "?#");
	out->path = hg_span_sub(rest, 0, n);
	rest = hg_span_from(rest, n);
	if (rest.len > 0 && rest.p[0] == '?') {
		n = find_any(rest, "#");
		out->has_query = true;
		out->query = hg_span_sub(rest, 1, n - 1);
		rest = hg_span_from(rest, n);
	}
	if (rest.len > 0) {
		out->has_fragment = true;
		out->fragment = hg_span_from(rest, 1);
	}
}

/* %HH or %uHHHH at s.p[0]; returns how many bytes it takes, 0: neither. */
static size_t
decode_one(struct hg_span s, uint8_t *out)
{
	uint32_t code = 0;

	if (s.len >= 6 && hg_lower(s.p[1]) == 'u') {
		for (unsigned i = 2; i < 6; i++) {
			if (hg_hex_digit(s.p[i]) < 0)
				return 0;
			code = code << 4 | (uint32_t)hg_hex_digit(s.p[i]);
		}
		*out = hg_http_best_fit(code);
		return 6;
	}
	if (s.len < 3 || hg_hex_digit(s.p[1]) < 0 || hg_hex_digit(s.p[2]) < 0)
		return 0;
	*out = (uint8_t)(hg_hex_digit(s.p[1]) << 4 | hg_hex_digit(s.p[2]));
	return 3;
}

/* out may be in. */
size_t
hg_http_uri_decode(struct hg_span in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.len) {
		size_t step = in.p[i] == '%' ? decode_one(hg_span_from(in, i), &out[n]) : 0;

		if (step == 0) {
			out[n] = in.p[i];
			step = 1;
		}
		i += step;
		n++;
	}
	return n;
}

/* Escapes, backslashes, runs of slashes; out may be in. */
static size_t
decode_path(struct hg_span in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.len) {
		uint8_t c = in.p[i];
		size_t step = c == '%' ? decode_one(hg_span_from(in, i), &c) : 0;

		i += step == 0 ? 1 : step;
		if (c == '\\')
			c = '/';
		if (c == '/' && n > 0 && out[n - 1] == '/')
			continue;
		out[n++] = c;
	}
	return n;
}

/* Bytes of the sequence that c begins; 0: none does. */
static size_t
utf8_length(uint8_t c)
{
	if (c < 0x80)
		return 1;
	if (c < 0xc0 || c > 0xf4)
		return 0;
	return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
}

/* Surrogates and what lies beyond Unicode show in the second byte. */
static bool
utf8_goes_on(uint8_t first, size_t at, uint8_t c)
{
	uint8_t last = at > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return c >= 0x80 && c <= last;
}

/* One UTF-8 sequence, overlong ones included. Returns the bytes that are done with; *code '?': they are none; 0: s ends inside. */
static size_t
utf8_one(struct hg_span s, uint32_t *code)
{
	size_t n = utf8_length(s.p[0]), i;

	*code = '?';
	if (n == 0)
		return 1;
	for (i = 1; i < n && i < s.len; i++)
		if (!utf8_goes_on(s.p[0], i, s.p[i]))
			return i;
	if (i < n)
		return 0;
	*code = n == 1 ? s.p[0] : s.p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++)
		*code = *code << 6 | (s.p[i] & 0x3fu);
	return n;
}

static size_t
map_utf8(uint8_t *path, size_t len)
{
	size_t n = 0, i = 0;

	while (i < len && path[i] < 0x80)
		i++;
	for (n = i; i < len;) {
		uint32_t code;
		size_t step = utf8_one(hg_span(path + i, len - i), &code);

		if (step == 0)
			break;
		path[n++] = hg_http_best_fit(code);
		i += step;
	}
	return n;
}

/* RFC 3986 5.2.4 in place: the output never overtakes the input. */
static size_t
remove_dots(uint8_t *p, size_t len)
{
	size_t i = 0, n = 0;

	while (i < len) {
		struct hg_span in = hg_span(p + i, len - i);

		if (hg_span_starts(in, HG_BYTES("../"))) {
			i += 3;
		} else if (hg_span_starts(in, HG_BYTES("./"))) {
			i += 2;
		} else if (hg_span_starts(in, HG_BYTES("/./"))) {
			i += 2;
		} else if (hg_span_eq(in, HG_BYTES("/."))) {
			p[n++] = '/';
			break;
		} else if (hg_span_starts(in, HG_BYTES("/../")) || hg_span_eq(in, HG_BYTES("/.."))) {
			while (n > 0 && p[--n] != '/')
				;
			if (in.len == 3) {
				p[n++] = '/';
				break;
			}
			i += 3;
		} else if (hg_span_eq(in, HG_BYTES(".")) || hg_span_eq(in, HG_BYTES(".."))) {
			break;
		} else {
			do
				p[n++] = p[i++];
			while (i < len && p[i] != '/');
		}
	}
	return n;
}

static bool
again(size_t (*decode)(struct hg_span in, uint8_t *out), uint8_t *at, size_t *len)
{
	size_t n = decode(hg_span(at, *len), at);
	bool changed = n != *len;

	*len = n;
	return changed;
}

size_t
hg_http_uri_normalise(
	const struct hg_http_uri *u, uint8_t *out, size_t *path_len, struct hg_http_decode_flags *flags)
{
	size_t n = decode_path(u->path, out), query;

	flags->changed_again = flags->twice_path && again(decode_path, out, &n);
	n = remove_dots(out, map_utf8(out, n));
	*path_len = n;
	if (u->has_query) {
		out[n++] = '?';
		query = hg_http_uri_decode(u->query, out + n);
		if (flags->twice_query && again(hg_http_uri_decode, out + n, &query))
			flags->changed_again = true;
		n += query;
	}
	if (u->has_fragment) {
		out[n++] = '#';
		n += hg_http_uri_decode(u->fragment, out + n);
	}
	return n;
}
