/* Values of header fields: addresses, parameters, URIs (RFC 3261 19.1, 20.10, 25.1). */
#include "app/sip/sip_int.h"

/* The first c outside of quotes. */
static size_t
find_bare(struct hg_span s, uint8_t c)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == c)
			return i;
	}
	return SIZE_MAX;
}

static struct hg_span
unquoted(struct hg_span s)
{
	s = hg_span_trim(s);
	return s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"' ? hg_span_sub(s, 1, s.len - 2) : s;
}

struct hg_span
hg_sip_parameter(struct hg_span list, uint8_t sep, struct hg_span name)
{
	while (list.len > 0) {
		const size_t end = find_bare(list, sep);
		const struct hg_span one = hg_span_trim(hg_span_sub(list, 0, end));
		const size_t equals = hg_span_find(one, 0, '=');

		if (equals != SIZE_MAX && hg_span_eq_nocase(hg_span_trim(hg_span_sub(one, 0, equals)), name))
			return unquoted(hg_span_from(one, equals + 1));
		list = hg_span_from(list, end == SIZE_MAX ? list.len : end + 1);
	}
	return HG_SPAN_NONE;
}

struct hg_sip_address
hg_sip_address(struct hg_span value)
{
	const size_t open = find_bare(value, '<');
	struct hg_sip_address a = { 0 };
	struct hg_span rest;

	if (open == SIZE_MAX) {
		const size_t end = hg_span_find(value, 0, ';');

		a.uri = hg_span_trim(hg_span_sub(value, 0, end));
		rest = hg_span_from(value, end);
	} else {
		const size_t close = hg_span_find(value, open, '>');

		a.name = unquoted(hg_span_sub(value, 0, open));
		a.uri = hg_span_sub(value, open + 1, close == SIZE_MAX ? SIZE_MAX : close - open - 1);
		rest = hg_span_from(value, close);
	}
	a.tag = hg_sip_parameter(rest, ';', HG_BYTES("tag"));
	return a;
}

/* What stands behind the scheme of the first SIP URI; nothing: there is none. */
static struct hg_span
behind_scheme(struct hg_span text)
{
	for (size_t at = 0; (at = hg_span_find(text, at, ':')) != SIZE_MAX; at++) {
		const struct hg_span head = hg_span_sub(text, 0, at);

		if ((at >= 3 && hg_span_eq_nocase(hg_span_from(head, at - 3), HG_BYTES("sip"))) ||
			(at >= 4 && hg_span_eq_nocase(hg_span_from(head, at - 4), HG_BYTES("sips"))))
			return hg_span_from(text, at + 1);
	}
	return HG_SPAN_NONE;
}

/* Up to what ends a URI wherever it stands. */
static struct hg_span
uri_of(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ' && s.p[n] != '>' && s.p[n] != '"' && s.p[n] != '<')
		n++;
	return hg_span_sub(s, 0, n);
}

struct hg_span
hg_sip_password(struct hg_span text)
{
	const struct hg_span uri = uri_of(behind_scheme(text));
	const size_t at = hg_span_find(uri, 0, '@');
	const struct hg_span user = hg_span_sub(uri, 0, at);
	const size_t colon = hg_span_find(user, 0, ':');

	if (at == SIZE_MAX || colon == SIZE_MAX || colon + 1 == user.len)
		return HG_SPAN_NONE;
	return hg_span_from(user, colon + 1);
}

struct hg_span
hg_sip_word(struct hg_span *rest)
{
	struct hg_span s = hg_span_trim(*rest), word;
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ')
		n++;
	word = hg_span_sub(s, 0, n);
	*rest = hg_span_trim(hg_span_from(s, n));
	return word;
}
