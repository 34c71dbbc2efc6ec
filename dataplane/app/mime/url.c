/* URLs in lines of text. */
#include "base/addr.h"
#include "app/mime/mime_int.h"

const struct hg_mime_url *
hg_mime_url(const struct hg_mime *m, uint32_t index)
{
	const struct hg_mime_url *u = m->last_url;

	for (; u != NULL && index > 0; index--)
		u = u->of_message;
	return u;
}

size_t
hg_mime_search(struct hg_span s, struct hg_span needle)
{
	if (needle.len == 0)
		return SIZE_MAX;
	for (size_t i = 0; i + needle.len <= s.len; i++)
		if (hg_lower(s.p[i]) == hg_lower(needle.p[0]) &&
			hg_span_eq_nocase(hg_span_sub(s, i, needle.len), needle))
			return i;
	return SIZE_MAX;
}

static bool
ends_url(uint8_t c)
{
	return c == ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ']' || c == '\t';
}

static bool
is_program(struct hg_span url)
{
	static const char *const endings[] = { ".exe", ".vbs", ".bin", ".cmd", ".bat", ".jar", ".js" };

	for (size_t i = 0; i < HG_COUNT(endings); i++) {
		struct hg_span ending = hg_span_str(endings[i]);
		size_t at = hg_mime_search(url, ending);

		if (at != SIZE_MAX && (at + ending.len == url.len || url.p[at + ending.len] == '?'))
			return true;
	}
	return false;
}

static uint8_t
flags_of(struct hg_span url)
{
	struct hg_addr addr;
	uint8_t family, flags = is_program(url) ? HG_MIME_URL_EXE : 0;

	if (!hg_addr_parse(hg_span_sub(url, 0, hg_span_find(url, 0, '/')), &addr, &family))
		return flags;
	return flags | (family == 4 ? HG_MIME_URL_IPV4 : HG_MIME_URL_IPV6);
}

static bool
is_known(const struct hg_mime_part *part, struct hg_span url)
{
	for (const struct hg_mime_url *u = part->urls; u != NULL; u = u->next)
		if (hg_span_eq_nocase(u->text, url))
			return true;
	return false;
}

static void
add(struct hg_mime *m, struct hg_mime_part *part, struct hg_span url, size_t scheme)
{
	struct hg_mime_url *u;
	uint8_t *text;

	if (url.len == 0 || is_known(part, url))
		return;
	if (m->n_urls == HG_MIME_URLS) {
		hg_mime_note(m, HG_MIME_MANY_URLS);
		return;
	}
	u = hg_arena_take0(&m->tx->arena, sizeof(*u));
	text = hg_arena_take(&m->tx->arena, url.len);
	if (u == NULL || text == NULL)
		return;
	for (size_t i = 0; i < url.len; i++)
		text[i] = hg_lower(url.p[i]);
	u->text = hg_span(text, url.len);
	u->flags = flags_of(hg_span_from(u->text, scheme));
	u->next = part->urls;
	part->urls = u;
	u->of_message = m->last_url;
	m->last_url = u;
	m->n_urls++;
}

/* The end of the first word behind what ends URLs. */
static size_t
word_end(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && ends_url(s.p[n]))
		n++;
	while (n < s.len && !ends_url(s.p[n]))
		n++;
	return n;
}

static void
find_scheme(struct hg_mime *m, struct hg_mime_part *part, struct hg_span line, struct hg_span scheme)
{
	const bool as_peer = hg_as_peer(m->tx->app->suricata7, HG_DIFF_SMTP_PARTS);
	size_t at;

	while ((at = hg_mime_search(line, scheme)) != SIZE_MAX) {
		struct hg_span url = hg_span_from(line, m->config->url_schemes ? at : at + scheme.len);
		size_t n = 0, host = m->config->url_schemes && !as_peer ? scheme.len : 0;

		while (n < url.len && !ends_url(url.p[n]))
			n++;
		add(m, part, hg_span_sub(url, 0, n), host);
		if (n == 0 && hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_EMPTY_URL))
			n = word_end(url);
		line = hg_span_from(url, HG_MAX(n, (size_t)1));
	}
}

void
hg_mime_urls(struct hg_mime *m, struct hg_mime_part *part, struct hg_span line)
{
	for (unsigned i = 0; i < m->config->n_schemes; i++)
		find_scheme(m, part, line, hg_span_str(m->config->schemes[i]));
}
