#include "app/transcript.h"

#include <stdio.h>

#include "app/app_int.h"
#include "base/text.h"
#include "base/utf8.h"

#define PIECE 512u /* bytes of output in one event */
#define LINE 4096u

void
hg_apps_transcripts(struct hg_apps *a, struct hg_desk *desk)
{
	a->transcripts = desk;
	if (desk != NULL)
		hg_desk_reset(desk);
}

bool
hg_transcript_wanted(const struct hg_app *app)
{
	return app->apps != NULL && app->apps->transcripts != NULL;
}

static void
lose(struct hg_app *app, struct hg_transcript *t)
{
	app->apps->stats.transcripts_lost++;
	t->open = false;
	t->over = true;
}

static void
put(struct hg_app *app, struct hg_transcript *t, struct hg_span line)
{
	if (!t->open)
		return;
	t->bytes += line.len;
	if (!hg_desk_put(app->apps->transcripts, t->slot, line))
		lose(app, t);
}

static hg_time
now_of(const struct hg_app *app)
{
	return app->packet == NULL ? 0 : app->packet->time;
}

static void
put_event(struct hg_app *app, struct hg_transcript *t, char kind, struct hg_span text)
{
	const uint64_t usec = (now_of(app) < t->begin ? 0 : now_of(app) - t->begin) / HG_USEC;
	char line[LINE];
	const int n = snprintf(line, sizeof(line), "[%llu.%06llu,\"%c\",",
		(unsigned long long)(usec / 1000000), (unsigned long long)(usec % 1000000), kind);
	struct hg_json j = hg_json_of(line + n, sizeof(line) - (size_t)n - 2);
	struct hg_span quoted;

	hg_json_item_str(&j, text);
	quoted = hg_json_done(&j);
	if (quoted.len == 0)
		return;
	memcpy(line + n + quoted.len, "]\n", 2);
	put(app, t, hg_span(line, (size_t)n + quoted.len + 2));
}

/* The same in every replay, another one for each session. */
static bool
make_id(struct hg_app *app, struct hg_transcript *t)
{
	const struct hg_flow *f = app->flow;
	char text[2 * HG_ADDR_TEXT + 96], from[HG_ADDR_TEXT], to[HG_ADDR_TEXT];
	const size_t n = hg_addr_text(hg_flow_client_addr(f), f->key.family, from);
	const size_t m = hg_addr_text(hg_flow_server_addr(f), f->key.family, to);
	const int len = snprintf(text, sizeof(text), "%llu %llu %.*s %u %.*s %u", (unsigned long long)f->id,
		(unsigned long long)t->begin, (int)n, from, hg_flow_client_port(f), (int)m, to,
		hg_flow_server_port(f));

	return hg_digest(&app->apps->digests, HG_DIGEST_SHA256, hg_span(text, (size_t)len), t->id);
}

static void
put_head(
	struct hg_app *app, struct hg_transcript *t, uint16_t columns, uint16_t rows, struct hg_span terminal)
{
	char line[LINE];
	struct hg_json j = hg_json_of(line, sizeof(line) - 1);
	struct hg_span head;

	hg_json_open(&j);
	hg_json_u64(&j, "version", 2);
	hg_json_u64(&j, "width", columns == 0 ? 80 : columns);
	hg_json_u64(&j, "height", rows == 0 ? 24 : rows);
	hg_json_u64(&j, "timestamp", t->begin / HG_SEC);
	hg_json_open_at(&j, "env");
	hg_json_str(&j, "TERM", hg_span_sub(terminal, 0, 64));
	hg_json_close(&j);
	hg_json_close(&j);
	head = hg_json_done(&j);
	line[head.len] = '\n';
	put(app, t, hg_span(line, head.len + 1));
}

bool
hg_transcript_begin(
	struct hg_app *app, struct hg_transcript *t, uint16_t columns, uint16_t rows, struct hg_span terminal)
{
	uint32_t number;

	*t = (struct hg_transcript){ .begin = now_of(app) };
	t->slot = make_id(app, t) ? hg_desk_begin(app->apps->transcripts, &number) : -1;
	if (t->slot < 0) {
		lose(app, t);
		return false;
	}
	t->open = true;
	app->apps->stats.transcripts++;
	put_head(app, t, columns, rows, terminal);
	return t->open;
}

/* What is there may be the first bytes of a character: of UTF-8, or else of GB18030. */
static bool
may_go_on(struct hg_span s)
{
	const uint8_t lead = s.p[0];
	const size_t want = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	size_t tails = 1;
	uint32_t point;

	while (tails < s.len && (s.p[tails] & 0xc0) == 0x80)
		tails++;
	if (tails == s.len && s.len < want)
		return true;
	return s.len < 4 && lead >= 0x81 && lead != 0xff && hg_gb18030_next(s, &point) == 0 &&
		(s.len == 1 || (s.p[1] >= '0' && s.p[1] <= '9'));
}

/* A character of UTF-8, or of GB18030 made one, at the front; returns how many bytes it took. 0: more are needed. */
static size_t
take_character(struct hg_span s, bool last, uint8_t to[4], size_t *len)
{
	size_t n = hg_utf8_len(s);
	uint32_t point;

	*len = n;
	if (n > 0) {
		memcpy(to, s.p, n);
		return n;
	}
	if (!last && may_go_on(s))
		return 0;
	n = hg_gb18030_next(s, &point);
	if (n > 1) {
		*len = hg_gb18030_to_utf8(hg_span_sub(s, 0, n), to, 4);
		return n;
	}
	memcpy(to, "\xef\xbf\xbd", 3);
	*len = 3;
	return 1;
}

static void
put_piece(struct hg_app *app, struct hg_transcript *t, struct hg_span in, bool last)
{
	uint8_t text[3 * (PIECE + sizeof(t->part))];
	size_t n = 0;

	while (in.len > 0) {
		uint8_t one[4];
		size_t len;
		const size_t taken = take_character(in, last, one, &len);

		if (taken == 0)
			break;
		memcpy(text + n, one, len);
		n += len;
		in = hg_span_from(in, taken);
	}
	t->part_len = (uint8_t)in.len;
	if (in.len > 0)
		memmove(t->part, in.p, in.len);
	if (n > 0)
		put_event(app, t, 'o', hg_span(text, n));
}

void
hg_transcript_output(struct hg_app *app, struct hg_transcript *t, struct hg_span bytes)
{
	uint8_t piece[PIECE + sizeof(t->part)];

	while (bytes.len > 0 && t->open && !t->over) {
		const size_t had = t->part_len, n = HG_MIN(bytes.len, (size_t)PIECE);

		memcpy(piece, t->part, had);
		memcpy(piece + had, bytes.p, n);
		bytes = hg_span_from(bytes, n);
		put_piece(app, t, hg_span(piece, had + n), false);
		if (t->bytes < app->apps->config.transcript_most || !t->open)
			continue;
		t->over = true;
		app->apps->stats.transcripts_cut++;
		put_event(app, t, 'm', HG_BYTES("cut here"));
	}
}

void
hg_transcript_resize(struct hg_app *app, struct hg_transcript *t, uint16_t columns, uint16_t rows)
{
	char text[16];
	const int n = snprintf(text, sizeof(text), "%ux%u", columns, rows);

	if (t->open && !t->over)
		put_event(app, t, 'r', hg_span(text, (size_t)n));
}

bool
hg_transcript_end(struct hg_app *app, struct hg_transcript *t)
{
	const size_t n = t->part_len;
	uint8_t part[sizeof(t->part)];

	if (!t->open || app->apps->transcripts == NULL)
		return false;
	memcpy(part, t->part, n);
	if (!t->over)
		put_piece(app, t, hg_span(part, n), true);
	if (!t->open)
		return false;
	t->open = false;
	t->over = true;
	if (hg_desk_end(app->apps->transcripts, t->slot, t->id))
		return true;
	app->apps->stats.transcripts_lost++;
	return false;
}
