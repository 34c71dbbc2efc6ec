#include "app_drive.h"

#include <stdio.h>
#include <stdlib.h>

#define RECORDS (256 * 1024)

struct hg_stream {
	struct hg_buf held[HG_DIRS];
	size_t shown[HG_DIRS]; /* of held */
	uint64_t offset[HG_DIRS], gap[HG_DIRS];
	bool news[HG_DIRS], eof[HG_DIRS], off[HG_DIRS];
};

struct drive {
	struct hg_mem *mem;
	struct hg_files *files;
	struct hg_apps *apps;
	struct hg_flow flow;
	struct hg_stream stream;
	struct hg_packet packet;
	bool udp, keep, quiet, logins;
	size_t n;
	char records[RECORDS];
};

/* --- the part of stream/ that app/ uses --- */

bool
hg_stream_next(struct hg_packet *p, enum hg_dir dir, struct hg_stream_bytes *out)
{
	struct hg_stream *s = p->flow->stream;

	if (!s->news[dir] || s->off[dir])
		return false;
	*out = (struct hg_stream_bytes){ hg_buf_span(&s->held[dir]), s->offset[dir], s->gap[dir],
		s->offset[dir] == 0, s->eof[dir], false };
	s->gap[dir] = 0;
	s->news[dir] = false;
	s->shown[dir] = hg_buf_len(&s->held[dir]);
	return true;
}

void
hg_stream_take(struct hg_flow *f, enum hg_dir dir, size_t n)
{
	f->stream->offset[dir] += n;
	f->stream->news[dir] = n > 0 && n < hg_buf_len(&f->stream->held[dir]);
	f->stream->shown[dir] -= n;
	hg_buf_consume(&f->stream->held[dir], n);
}

void
hg_stream_again(struct hg_flow *f, enum hg_dir dir)
{
	f->stream->news[dir] = hg_buf_len(&f->stream->held[dir]) > 0 || f->stream->eof[dir];
}

bool
hg_stream_has_more(const struct hg_flow *f, enum hg_dir dir)
{
	return !f->stream->off[dir] && hg_buf_len(&f->stream->held[dir]) > f->stream->shown[dir];
}

void
hg_stream_disable_app(struct hg_flow *f, enum hg_dir dir)
{
	f->stream->off[dir] = true;
}

void
hg_stream_trigger_raw(struct hg_flow *f, enum hg_dir dir)
{
	(void)f;
	(void)dir;
}

void
hg_stream_min_inspect(struct hg_flow *f, enum hg_dir dir, uint32_t bytes)
{
	(void)f;
	(void)dir;
	(void)bytes;
}

void
hg_stream_disable_raw(struct hg_flow *f, enum hg_dir dir)
{
	(void)f;
	(void)dir;
}

struct hg_span
hg_stream_held(const struct hg_flow *f, enum hg_dir dir, uint64_t offset)
{
	(void)f;
	(void)dir;
	(void)offset;
	return HG_SPAN_NONE;
}

bool
hg_stream_reverse(struct hg_packet *p)
{
	(void)p;
	return false;
}

enum hg_tcp_state
hg_stream_state(const struct hg_flow *f)
{
	(void)f;
	return HG_TCP_CLOSED;
}

void
hg_stream_view(const struct hg_flow *f, struct hg_stream_view *out)
{
	*out = (struct hg_stream_view){ .state = HG_TCP_CLOSED };
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		out->flags[dir] = f->stream->eof[dir] ? HG_TCP_FIN : 0;
}

uint64_t
hg_stream_granted(const struct hg_flow *f, enum hg_dir dir)
{
	(void)f;
	(void)dir;
	return 65535;
}

void
hg_stream_set_depth(struct hg_flow *f, uint64_t depth)
{
	(void)f;
	(void)depth;
}

/* --- the driver --- */

static void
begin(struct drive *d, const struct drive_setup *s)
{
	d->udp = s->udp;
	d->logins = s->logins;
	d->flow.key.proto = s->udp ? HG_IP_UDP : HG_IP_TCP;
	d->flow.key.family = 4;
	d->flow.key.port[0] = 40000;
	d->flow.key.port[1] = s->port;
	d->flow.stream = s->udp ? NULL : &d->stream;
	d->packet.flow = &d->flow;
	d->packet.proto = d->flow.key.proto;
}

struct drive *
drive_open(const struct drive_setup *s)
{
	struct drive *d = calloc(1, sizeof(*d));
	struct hg_apps_config c = {
		.max_tx = 1000, .tx_memory = 1 << 20, .identify_max = 100000, .suricata7 = s->suricata7
	};

	if (d == NULL || hg_mem_open(&d->mem, (size_t)64 << 20, false, NULL) < 0 ||
		hg_files_open(&d->files, HG_HASH_MD5, 16, NULL) < 0 ||
		hg_apps_open(&d->apps, &c, NULL, d->mem, d->files, NULL) < 0)
		abort();
	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_init(&d->stream.held[i], d->mem, 512 * 1024);
	begin(d, s);
	return d;
}

void
drive_quiet(struct drive *d)
{
	d->quiet = true;
}

uint64_t
drive_again(struct drive *d, const struct drive_setup *s)
{
	const uint64_t made = d->flow.app == NULL ? 0 : d->flow.app->tx_next;
	struct hg_stream fresh = { 0 };

	hg_app_free(d->apps, &d->flow);
	for (unsigned i = 0; i < HG_DIRS; i++) {
		hg_buf_clear(&d->stream.held[i]);
		fresh.held[i] = d->stream.held[i];
	}
	d->stream = fresh;
	d->flow = (struct hg_flow){ 0 };
	d->packet = (struct hg_packet){ 0 };
	begin(d, s);
	return made;
}

void
drive_close(struct drive *d)
{
	hg_app_free(d->apps, &d->flow);
	for (unsigned i = 0; i < HG_DIRS; i++)
		hg_buf_fini(&d->stream.held[i]);
	hg_apps_close(d->apps);
	hg_files_close(d->files);
	hg_mem_close(d->mem);
	free(d);
}

static void
add_line(struct drive *d, struct hg_span line)
{
	if (line.len == 0)
		line = hg_span_str("…");
	if (d->n + line.len + 2 > RECORDS)
		return;
	memcpy(d->records + d->n, line.p, line.len);
	d->n += line.len;
	d->records[d->n++] = '\n';
	d->records[d->n] = '\0';
}

static void
write_record(struct drive *d, const struct hg_tx *tx, unsigned i, bool *more)
{
	static char buf[64 * 1024];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	hg_json_open(&j);
	if (tx->decoder->log_record != NULL) {
		*more = tx->decoder->log_record(tx, i, &j);
		if (!*more)
			return;
	} else if (tx->decoder->log != NULL) {
		tx->decoder->log(tx, false, HG_TO_SERVER, &j);
		*more = false;
	} else {
		*more = false;
		return;
	}
	hg_json_close(&j);
	add_line(d, hg_json_done(&j));
}

static void
write_tx(struct drive *d, struct hg_tx *tx)
{
	bool more = true;

	for (unsigned i = 0; i < tx->n_anomalies; i++) {
		char line[100];
		int n = snprintf(line, sizeof(line), "{\"anomaly\":\"%s\"}",
			tx->decoder->anomalies[tx->anomalies[i].id].name);

		add_line(d, hg_span(line, (size_t)n));
	}
	for (unsigned i = 0; more && !tx->unlogged; i++)
		write_record(d, tx, i, &more);
}

static void
write_logins(struct drive *d)
{
	static char buf[16 * 1024];
	unsigned n;
	const struct hg_login *logins = hg_app_logins(d->apps, &n);

	for (unsigned i = 0; i < n; i++) {
		struct hg_json j = hg_json_of(buf, sizeof(buf));

		hg_json_open(&j);
		hg_json_open_at(&j, "login");
		hg_login_log(&logins[i], &j);
		hg_json_close(&j);
		hg_json_close(&j);
		add_line(d, hg_json_done(&j));
	}
}

static void
settle(struct drive *d)
{
	struct hg_app *app = d->flow.app;

	if (d->logins)
		write_logins(d);
	for (struct hg_tx *tx = app == NULL ? NULL : app->work; tx != NULL; tx = tx->next_work) {
		for (unsigned i = 0; i < HG_DIRS; i++)
			if (hg_tx_complete(tx, (enum hg_dir)i))
				tx->inspected |= (uint8_t)(1u << i);
		tx->updated[HG_TO_SERVER] = tx->updated[HG_TO_CLIENT] = false;
		if (tx->logged || !hg_tx_complete(tx, HG_TO_SERVER) || !hg_tx_complete(tx, HG_TO_CLIENT))
			continue;
		if (!d->quiet)
			write_tx(d, tx);
		tx->logged = true;
		for (struct hg_file *f = tx->files; f != NULL; f = f->next)
			f->logged = true;
	}
	if (app != NULL && !d->keep)
		hg_app_prune(app, true);
}

void
drive_feed(struct drive *d, enum hg_dir dir, struct hg_span bytes)
{
	d->packet.dir = (uint8_t)dir;
	d->packet.data = bytes.p;
	d->packet.payload_len = (uint32_t)bytes.len;
	d->packet.number++;
	if (!d->udp) {
		if (!d->stream.off[dir])
			hg_buf_append(&d->stream.held[dir], bytes);
		d->stream.news[dir] = true;
	}
	hg_app_feed(d->apps, &d->packet, 1u << dir);
	settle(d);
}

void
drive_gap(struct drive *d, enum hg_dir dir, uint64_t bytes)
{
	/* What waits in front of the gap will never be whole. */
	hg_buf_clear(&d->stream.held[dir]);
	d->stream.shown[dir] = 0;
	d->stream.gap[dir] += bytes;
}

void
drive_finish(struct drive *d)
{
	for (unsigned i = 0; i < HG_DIRS; i++) {
		d->packet.dir = (uint8_t)i;
		d->packet.data = NULL;
		d->packet.payload_len = 0;
		d->stream.eof[i] = d->stream.news[i] = true;
		hg_app_finish(d->apps, &d->packet);
	}
	settle(d);
}

const char *
drive_records(const struct drive *d)
{
	return d->records;
}

struct hg_flow *
drive_flow(struct drive *d)
{
	return &d->flow;
}

struct hg_apps *
drive_apps(struct drive *d)
{
	return d->apps;
}

void
drive_keep(struct drive *d)
{
	d->keep = true;
}

bool
drive_buffer(struct hg_tx *tx, enum hg_dir dir, const char *name, uint32_t index, struct hg_view *out)
{
	for (uint16_t i = 0; i < tx->decoder->n_buffers; i++)
		if (strcmp(tx->decoder->buffers[i].name, name) == 0)
			return tx->decoder->get(tx, dir, i, index, false, out);
	return false;
}
