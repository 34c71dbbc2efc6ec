/* app: a decoder under any bytes in any pieces.
 *
 * An input is steps: a byte (1: from the server; 2: bytes are missing in front of it), then a piece. It is fed as
 * it is and, where the protocol is a stream, cut anew: both must give the same records, unless bytes are missing. All
 * buffers are asked for on the way.
 */
#ifndef HG_TESTS_FUZZ_APP_H
#define HG_TESTS_FUZZ_APP_H

#include "app_drive.h"
#include "fuzz.h"

static inline void
fuzz_app_look(struct drive *d)
{
	struct hg_app *app = drive_flow(d)->app;
	struct hg_view view;
	uint64_t h = 0;

	for (struct hg_tx *tx = app == NULL ? NULL : app->txs; tx != NULL; tx = tx->next)
		for (uint16_t row = 0; row < tx->decoder->n_buffers; row++)
			for (unsigned dir = 0; dir < HG_DIRS; dir++)
				for (uint32_t i = 0; i < 3; i++)
					if (!(tx->decoder->buffers[row].flags & HG_BUFFER_FRAME) &&
						tx->decoder->buffers[row].sides >> dir & 1 &&
						tx->progress[dir] >=
							tx->decoder->buffers[row].progress[dir] &&
						tx->decoder->get(tx, (enum hg_dir)dir, row, i, false, &view))
						h = fuzz_hash(h, view.data.p, view.data.len);
}

static inline void
fuzz_app_feed(struct drive *d, enum hg_dir dir, struct hg_span bytes, unsigned chunk)
{
	do {
		size_t n = chunk == 0 || chunk > bytes.len ? bytes.len : chunk;

		drive_feed(d, dir, hg_span_sub(bytes, 0, n));
		bytes = hg_span_from(bytes, n);
		fuzz_app_look(d);
	} while (bytes.len > 0);
}

static inline struct drive *
fuzz_app_run(const struct drive_setup *setup, struct hg_span in, unsigned chunk, bool *gaps)
{
	struct drive *d = drive_open(setup);
	const struct hg_decoder *decoder;
	struct hg_reader r = hg_reader_of(in);

	for (unsigned i = 0; (decoder = hg_app_decoder(i)) != NULL; i++)
		for (uint16_t row = 0; row < decoder->n_buffers; row++)
			hg_apps_asked(drive_apps(d), decoder->proto, row);
	while (hg_reader_left(&r) > 3) {
		uint8_t op = hg_read_u8(&r);

		if (op & 2 && !setup->udp) {
			drive_gap(d, op & 1, 1 + (op >> 2));
			*gaps = true;
		}
		fuzz_app_feed(d, op & 1, fuzz_piece(&r), chunk);
	}
	drive_finish(d);
	return d;
}

/* DNS's probe judges as much of the first message as there is: what is none to the end may begin as one. */
static inline bool
fuzz_app_may_differ(struct drive *a, struct drive *b)
{
	const struct hg_flow *f = drive_flow(a), *g = drive_flow(b);

	return hg_flow_server_port(f) == 53 &&
		(f->app_proto != g->app_proto ||
			memcmp(f->app_proto_dir, g->app_proto_dir, sizeof(f->app_proto_dir)) != 0);
}

/* Lines, whatever their order: where many transactions are open, which of them is complete first depends on the pieces. So it is
 * with a request that only another reading finds (HTTP): it waits for nobody. */
static inline uint64_t
fuzz_app_lines(const char *records)
{
	uint64_t sum = 0;

	for (const char *end; (end = strchr(records, '\n')) != NULL; records = end + 1)
		sum += fuzz_hash(1, records, (size_t)(end - records));
	return sum;
}

static inline bool
fuzz_app_same(const struct drive_setup *setup, const struct drive *a, const struct drive *b)
{
	if (setup->unordered || strstr(drive_records(a), "\"other_reading\":") != NULL)
		return fuzz_app_lines(drive_records(a)) == fuzz_app_lines(drive_records(b));
	return strcmp(drive_records(a), drive_records(b)) == 0;
}

static inline int
fuzz_app(const struct drive_setup *setup, const uint8_t *data, size_t size)
{
	struct hg_span in = hg_span(data, size < 65536 ? size : 65536);
	bool gaps = false;
	struct drive *whole = fuzz_app_run(setup, in, 0, &gaps), *cut;

	if (!setup->udp) {
		cut = fuzz_app_run(setup, in, size % 7 + 1, &gaps);
		fuzz_require(gaps || fuzz_app_may_differ(whole, cut) || fuzz_app_same(setup, whole, cut),
			"whole:\n%s\nby %zu:\n%s", drive_records(whole), size % 7 + 1, drive_records(cut));
		drive_close(cut);
	}
	drive_close(whole);
	return 0;
}

#endif
