/* Secrets of a flow by their places, and copies of its bytes without them. */
#include "app/veil.h"

#include "app/app_int.h"

#define READ_AGAIN 65536 /* bytes in front of an alert's that are read for it at most */

struct place {
	uint64_t from, to;
};

struct hg_veils {
	struct hg_veil_reader reader;
	bool reads;    /* the reader knows the protocol */
	uint8_t proto; /* it was opened for */
	uint64_t read; /* of what the client says: so much was fed */
	uint8_t n[HG_DIRS];
	struct place at[HG_DIRS][HG_VEILS]; /* by `from`, apart */
};

/* ---- places ---- */

static void
take_out(struct hg_veils *v, enum hg_dir dir, unsigned i)
{
	memmove(&v->at[dir][i], &v->at[dir][i + 1], (v->n[dir] - i - 1u) * sizeof(struct place));
	v->n[dir]--;
}

/* The two that are nearest become one. */
static void
join(struct hg_veils *v, enum hg_dir dir)
{
	struct place *at = v->at[dir];
	unsigned best = 0;

	for (unsigned i = 1; i + 1 < v->n[dir]; i++)
		if (at[i + 1].from - at[i].to < at[best + 1].from - at[best].to)
			best = i;
	at[best].to = at[best + 1].to;
	take_out(v, dir, best + 1);
}

static void
note(struct hg_app *app, struct hg_veils *v, enum hg_dir dir, struct place p)
{
	struct place *at = v->at[dir];
	unsigned i = v->n[dir];

	while (i > 0 && at[i - 1].to >= p.from) {
		i--;
		if (at[i].from > p.to)
			continue;
		p = (struct place){ HG_MIN(p.from, at[i].from), HG_MAX(p.to, at[i].to) };
		take_out(v, dir, i);
	}
	if (v->n[dir] == HG_VEILS) {
		join(v, dir);
		app->apps->stats.veils_joined++;
	}
	for (i = v->n[dir]; i > 0 && at[i - 1].from > p.from; i--)
		at[i] = at[i - 1];
	at[i] = p;
	v->n[dir]++;
}

static struct hg_veils *
veils_of(struct hg_app *app)
{
	if (app->veils == NULL && app->apps != NULL && app->apps->config.veil) {
		app->veils = hg_mem_take0(app->mem, sizeof(*app->veils));
		app->apps->stats.memory_refused += app->veils == NULL;
	}
	return app->veils;
}

void
hg_app_veil_at(struct hg_app *app, enum hg_dir dir, uint64_t from, uint64_t len)
{
	struct hg_veils *v = veils_of(app);

	if (v != NULL && len > 0)
		note(app, v, dir, (struct place){ from, from + len });
}

uint64_t
hg_app_offset(const struct hg_app *app, const uint8_t *at)
{
	return app->fed_at + (uint64_t)(at - app->fed_now.p);
}

void
hg_app_veil(struct hg_app *app, enum hg_dir dir, const uint8_t *at, size_t len)
{
	const struct hg_span fed = app->fed_now;

	if (fed.p != NULL && at >= fed.p && at + len <= fed.p + fed.len)
		hg_app_veil_at(app, dir, hg_app_offset(app, at), len);
}

/* ---- what is fed ---- */

static bool
is_read(const struct hg_app *app)
{
	struct hg_veil_reader r;

	return app->apps->config.veil && app->flow->key.proto == HG_IP_TCP &&
		(app->decoder->awaits_secret != NULL ||
			hg_veil_reader_open(&r, (uint8_t)app->decoder->proto));
}

static void
read_fed(struct hg_app *app, struct hg_veils *v, struct hg_span in)
{
	struct hg_veil_run run;
	size_t at = 0;

	while (hg_veil_next(&v->reader, in, &at, &run))
		note(app, v, HG_TO_SERVER, (struct place){ app->fed_at + run.first, app->fed_at + run.end });
}

void
hg_veils_taken(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_veils *v;

	if (dir != HG_TO_SERVER || app->apps == NULL || !is_read(app))
		return;
	v = veils_of(app);
	if (v == NULL)
		return;
	if (v->proto != app->decoder->proto) {
		v->proto = (uint8_t)app->decoder->proto;
		v->reads = hg_veil_reader_open(&v->reader, v->proto);
	} else if (v->read != app->fed_at) {
		hg_veil_reader_lost(&v->reader);
	}
	v->read = app->fed_at + in.len;
	if (v->reads)
		read_fed(app, v, in);
}

void
hg_veils_free(struct hg_app *app)
{
	if (app->veils != NULL)
		hg_mem_give(app->mem, app->veils, sizeof(*app->veils));
	app->veils = NULL;
}

/* ---- copies ---- */

static void
hide(uint8_t *bytes, size_t from, size_t to)
{
	memset(bytes + from, HG_VEIL_BYTE, to - from);
}

static void
hide_places(const struct hg_veils *v, enum hg_dir dir, uint64_t at, uint8_t *bytes, size_t len)
{
	for (unsigned i = 0; i < v->n[dir]; i++) {
		const struct place p = v->at[dir][i];

		if (p.to > at && p.from < at + len)
			hide(bytes, p.from > at ? (size_t)(p.from - at) : 0,
				(size_t)(HG_MIN(p.to, at + len) - at));
	}
}

/* What lies in front of the copy and was not fed. */
static void
read_between(const struct hg_flow *f, struct hg_veil_reader *r, uint64_t from, uint64_t to)
{
	if (to - from > READ_AGAIN) {
		hg_veil_reader_lost(r);
		from = to - READ_AGAIN;
	}
	while (from < to) {
		const struct hg_span held = hg_stream_held(f, HG_TO_SERVER, from);
		const struct hg_span in = hg_span_sub(held, 0, (size_t)HG_MIN((uint64_t)held.len, to - from));
		struct hg_veil_run run;
		size_t at = 0;

		if (in.len == 0) {
			hg_veil_reader_lost(r);
			return;
		}
		while (hg_veil_next(r, in, &at, &run))
			;
		from += in.len;
	}
}

/* The decoder waits for a secret: the rest of the line is one. */
static void
hide_line(uint8_t *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] != '\r' && bytes[n] != '\n')
		n++;
	hide(bytes, 0, n);
}

/* Nothing of it was fed yet. */
static void
hide_new(const struct hg_flow *f, struct hg_veil_reader *r, uint64_t read, uint64_t at, uint8_t *bytes,
	size_t len)
{
	struct hg_veil_run run;
	size_t n = 0;

	if (f != NULL && f->stream != NULL && read < at)
		read_between(f, r, read, at);
	while (hg_veil_next(r, hg_span(bytes, len), &n, &run))
		hide(bytes, run.first, run.end);
}

static bool
awaits_secret(const struct hg_flow *f)
{
	struct hg_app *app = f == NULL ? NULL : f->app;

	return app != NULL && app->decoder != NULL && app->state != NULL &&
		app->decoder->awaits_secret != NULL && app->decoder->awaits_secret(app);
}

void
hg_veil_cover(const struct hg_flow *f, enum hg_dir dir, uint64_t at, uint8_t *bytes, size_t len)
{
	const struct hg_veils *v = f == NULL || f->app == NULL ? NULL : f->app->veils;
	const uint64_t read = v == NULL ? 0 : v->read;
	struct hg_veil_reader r;
	size_t old;

	if (v != NULL)
		hide_places(v, dir, at, bytes, len);
	if (dir != HG_TO_SERVER)
		return;
	old = read > at ? (size_t)HG_MIN(read - at, (uint64_t)len) : 0;
	if (old == len)
		return;
	if (awaits_secret(f)) {
		hide_line(bytes + old, len - old);
		return;
	}
	if (v != NULL && v->reads)
		r = v->reader;
	else if (!hg_veil_reader_open(&r, f == NULL ? HG_PROTO_UNKNOWN : f->app_proto))
		return;
	hide_new(f, &r, read, at + old, bytes + old, len - old);
}
