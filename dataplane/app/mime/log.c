/* EVE `email` (peer-semantics 7.4). */
#include <stdio.h>

#include "base/utf8.h"
#include "app/mime/mime_int.h"

enum { SHOW_ONE, SHOW_LIST, SHOW_ALL };

static const struct {
	const char *name; /* of the field */
	uint8_t how;
} logged[HG_MIME_LOGGED] = {
	{ "reply-to", SHOW_ONE },
	{ "bcc", SHOW_LIST },
	{ "message-id", SHOW_ONE },
	{ "subject", SHOW_ONE },
	{ "x-mailer", SHOW_ONE },
	{ "user-agent", SHOW_ONE },
	{ "received", SHOW_ALL },
	{ "x-originating-ip", SHOW_ONE },
	{ "in-reply-to", SHOW_ONE },
	{ "references", SHOW_ONE },
	{ "importance", SHOW_ONE },
	{ "priority", SHOW_ONE },
	{ "sensitivity", SHOW_ONE },
	{ "organization", SHOW_ONE },
	{ "content-md5", SHOW_ONE },
	{ "date", SHOW_ONE },
};

const char *const hg_mime_logged[HG_MIME_LOGGED] = { "reply_to", "bcc", "message_id", "subject", "x_mailer",
	"user_agent", "received", "x_originating_ip", "in_reply_to", "references", "importance", "priority",
	"sensitivity", "organization", "content_md5", "date" };

/* Where the first address of the list ends: a comma in quotes ends none, nor does one at its front. */
static size_t
address_len(struct hg_span s)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < s.len && (n == 0 || quoted || s.p[n] != ','); n++)
		if (s.p[n] == '"')
			quoted = !quoted;
	return n;
}

/* The peer shows no text that is no UTF-8. */
static bool
is_shown(const struct hg_mime *m, struct hg_span text)
{
	return !hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_TEXT) || hg_utf8_valid(text);
}

static void
write_text(const struct hg_mime *m, struct hg_json *j, const char *key, struct hg_span text)
{
	if (is_shown(m, text) && hg_mime_fits(j))
		hg_json_str(j, key, hg_span_sub(text, 0, HG_MIME_SHOWN));
}

/* Natively as people read it, and as it came beside that. */
static void
write_field(const struct hg_mime *m, struct hg_json *j, const char *key, struct hg_mime_field *f)
{
	const struct hg_span text = hg_mime_text(m, f);
	char raw[24];

	write_text(m, j, key, text);
	if (text.p == f->value.p)
		return;
	snprintf(raw, sizeof(raw), "%s_raw", key);
	write_text(m, j, raw, f->value);
}

static void
write_item(const struct hg_mime *m, struct hg_json *j, struct hg_span text)
{
	if (is_shown(m, text) && hg_mime_fits(j))
		hg_json_item_str(j, hg_span_sub(text, 0, HG_MIME_SHOWN));
}

/* Commas inside encoded words end nothing: what they hold is undone behind the cut. */
static bool
write_address(const struct hg_mime *m, struct hg_json *j, struct hg_span text)
{
	uint8_t utf8[HG_MIME_SHOWN];
	bool changed;
	size_t n;

	if (hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_WORDS)) {
		write_item(m, j, text);
		return false;
	}
	n = hg_mime_words(hg_span_sub(text, 0, HG_MIME_SHOWN / 2), utf8, sizeof(utf8), &changed);
	write_item(m, j, changed ? hg_span(utf8, n) : text);
	return changed;
}

static void
write_list(const struct hg_mime *m, struct hg_json *j, const char *key, struct hg_span value)
{
	const struct hg_span all = value;
	bool changed = false;
	char raw[24];

	hg_json_array_at(j, key);
	for (value = hg_span_skip_blanks(value); value.len > 0; value = hg_span_skip_blanks(value)) {
		size_t n = address_len(value);

		changed |= write_address(m, j, hg_span_sub(value, 0, n));
		value = hg_span_from(value, n + 1);
	}
	hg_json_array_end(j);
	if (!changed)
		return;
	snprintf(raw, sizeof(raw), "%s_raw", key);
	write_text(m, j, raw, all);
}

static void
write_all(const struct hg_mime *m, struct hg_json *j, const char *key, struct hg_span name)
{
	if (hg_mime_find(m->root, name) == NULL)
		return;
	hg_json_array_at(j, key);
	for (const struct hg_mime_field *f = m->root->fields; f != NULL; f = f->next)
		if (hg_span_eq(f->name, name))
			write_item(m, j, f->value);
	hg_json_array_end(j);
}

static void
write_more(const struct hg_mime *m, uint32_t more, struct hg_json *j)
{
	for (unsigned i = 0; i < HG_MIME_LOGGED; i++) {
		struct hg_span name = hg_span_str(logged[i].name);
		struct hg_mime_field *f = hg_mime_find_field(m->root, name);

		if ((more >> i & 1) == 0)
			continue;
		if (logged[i].how == SHOW_ALL)
			write_all(m, j, hg_mime_logged[i], name);
		else if (f != NULL && logged[i].how == SHOW_LIST)
			write_list(m, j, hg_mime_logged[i], f->value);
		else if (f != NULL)
			write_field(m, j, hg_mime_logged[i], f);
	}
}

static void
write_addresses(const struct hg_mime *m, struct hg_json *j)
{
	static const char *const lists[] = { "to", "cc" };
	struct hg_mime_field *f = hg_mime_find_field(m->root, HG_BYTES("from"));

	if (f != NULL)
		write_field(m, j, "from", f);
	for (unsigned i = 0; i < HG_COUNT(lists); i++) {
		f = hg_mime_find_field(m->root, hg_span_str(lists[i]));
		if (f != NULL)
			write_list(m, j, lists[i], f->value);
	}
}

/* ---- parts ---- */

/* The next part in the order of the message below `top`; NULL: it was the last. path holds those above it. */
static const struct hg_mime_part *
next_part(const struct hg_mime_part *part, const struct hg_mime_part *path[HG_MIME_DEPTH], unsigned *depth,
	bool deep)
{
	if (part->child != NULL && (deep || *depth == 0) && *depth < HG_MIME_DEPTH) {
		path[(*depth)++] = part;
		return part->child;
	}
	while (*depth > 0 && part->next == NULL)
		part = path[--*depth];
	return *depth > 0 ? part->next : NULL;
}

typedef void (*write_part)(const struct hg_mime_part *part, struct hg_json *j);

static void
write_urls(const struct hg_mime_part *part, struct hg_json *j)
{
	for (const struct hg_mime_url *u = part->urls; u != NULL && hg_mime_fits(j); u = u->next)
		hg_json_item_str(j, u->text);
}

static void
write_attachment(const struct hg_mime_part *part, struct hg_json *j)
{
	if (part->attachment && part->name.len > 0 && hg_mime_fits(j))
		hg_json_item_str(j, part->name);
}

/* An array of what `write` has to say about each part; none if that is nothing. */
static void
write_parts(const struct hg_mime_part *top, bool with_top, bool deep, const char *key, write_part write,
	struct hg_json *j)
{
	const struct hg_mime_part *path[HG_MIME_DEPTH], *part = top;
	struct hg_json_mark mark = hg_json_mark(j);
	unsigned depth = 0;
	char *empty;

	hg_json_array_at(j, key);
	empty = j->p;
	if (with_top)
		write(top, j);
	while ((part = next_part(part, path, &depth, deep)) != NULL)
		write(part, j);
	if (j->p == empty && !j->overflown)
		hg_json_rewind(j, mark);
	else
		hg_json_array_end(j);
}

static uint8_t
flags_of(const struct hg_mime_part *part)
{
	uint8_t flags = 0;

	for (const struct hg_mime_url *u = part->urls; u != NULL; u = u->next)
		flags |= u->flags;
	return flags;
}

/* The peer's names for it: IPv4 counts as IPv6. */
static void
write_flags_as_peer(const struct hg_mime_part *top, struct hg_json *j)
{
	uint8_t flags = flags_of(top);

	if (top->urls == NULL)
		return;
	hg_json_bool(j, "has_ipv6_url", (flags & (HG_MIME_URL_IPV4 | HG_MIME_URL_IPV6)) != 0);
	hg_json_bool(j, "has_ipv4_url", false);
	hg_json_bool(j, "has_exe_url", (flags & HG_MIME_URL_EXE) != 0);
}

static void
write_flags(const struct hg_mime *m, struct hg_json *j)
{
	const struct hg_mime_part *path[HG_MIME_DEPTH], *part = m->root;
	unsigned depth = 0;
	uint8_t flags = 0;

	if (m->n_urls == 0)
		return;
	for (; part != NULL; part = next_part(part, path, &depth, true))
		flags |= flags_of(part);
	hg_json_bool(j, "has_ipv6_url", (flags & HG_MIME_URL_IPV6) != 0);
	hg_json_bool(j, "has_ipv4_url", (flags & HG_MIME_URL_IPV4) != 0);
	hg_json_bool(j, "has_exe_url", (flags & HG_MIME_URL_EXE) != 0);
}

void
hg_mime_log(const struct hg_mime *m, uint32_t more, struct hg_json *j)
{
	bool deep = !hg_as_peer(m->tx->app->suricata7, HG_DIFF_SMTP_PARTS);
	const struct hg_mime_part *top = deep ? m->root : hg_mime_current(m);

	hg_json_cstr(j, "status", hg_mime_status(m));
	write_addresses(m, j);
	if (deep)
		write_flags(m, j);
	else
		write_flags_as_peer(top, j);
	write_parts(top, deep, deep, "attachment", write_attachment, j);
	write_parts(top, true, deep, "url", write_urls, j);
	write_more(m, more, j);
	if (!hg_as_peer(m->tx->app->suricata7, HG_DIFF_MIME_INSIDE))
		hg_mime_log_parts(m, j);
}

void
hg_mime_log_digests(
	const struct hg_mime *m, const struct hg_mime_digests *d, bool subject, bool body, struct hg_json *j)
{
	const struct hg_mime_field *f = hg_mime_find(m->root, HG_BYTES("subject"));
	uint8_t md5[16];

	if (subject && f != NULL && hg_mime_digest(d, f->value, md5))
		hg_json_hex(j, "subject_md5", hg_span(md5, sizeof(md5)), '\0');
	if (body && m->has_digest && m->phase == HG_MIME_PARSE_DONE)
		hg_json_hex(j, "body_md5", hg_span(m->md5, sizeof(m->md5)), '\0');
}
