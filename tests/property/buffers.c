/* buffers: every buffer of every transaction of a capture, at the moment the transaction goes.
 *
 * usage: buffers CAPTURE...      one line each: capture, flow, transaction, direction, buffer, index, length, hash of the bytes
 *
 * The linker puts what stands here in front of hg_app_prune and hg_app_free (--wrap), so the engine is that of the
 * program. Growing buffers (bodies, files) are left out: they are seen in windows; the files' own hashes tell of them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/load.h"
#include "engine/worker.h"
#include "port/capture/capture.h"

void __real_hg_app_prune(struct hg_app *app, bool detection);
void __real_hg_app_free(struct hg_apps *a, struct hg_flow *f);
void __wrap_hg_app_prune(struct hg_app *app, bool detection);
void __wrap_hg_app_free(struct hg_apps *a, struct hg_flow *f);

static uint64_t
hash(struct hg_span s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static void
show_buffer(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	const struct hg_buffer_row *b = &tx->decoder->buffers[row];
	struct hg_view view;

	if (!(b->sides & 1u << dir) || b->flags & (HG_BUFFER_GROWING | HG_BUFFER_FRAME))
		return;
	for (uint32_t i = 0; tx->decoder->get(tx, dir, row, i, true, &view); i++) {
		printf("%" PRIu64 " %s %" PRIu64 " %u %s %" PRIu32 " %zu %016" PRIx64 "\n", tx->app->flow->id,
			tx->decoder->name, tx->id, dir, b->name, i, view.data.len, hash(view.data));
		if (!(b->flags & HG_BUFFER_MULTI))
			return;
	}
}

static void
show(struct hg_tx *tx)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		for (uint16_t row = 0; row < tx->decoder->n_buffers; row++)
			show_buffer(tx, (enum hg_dir)dir, row);
}

void
__wrap_hg_app_prune(struct hg_app *app, bool detection)
{
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		if (tx->logged && hg_tx_complete(tx, HG_TO_SERVER) && hg_tx_complete(tx, HG_TO_CLIENT))
			show(tx);
	__real_hg_app_prune(app, detection);
}

void
__wrap_hg_app_free(struct hg_apps *a, struct hg_flow *f)
{
	for (struct hg_tx *tx = f->app == NULL ? NULL : f->app->txs; tx != NULL; tx = tx->next)
		show(tx);
	__real_hg_app_free(a, f);
}

static bool
no_line(struct hg_sink *s, struct hg_span line)
{
	(void)s;
	(void)line;
	return true;
}

static int
replay(struct hg_worker *w, const char *path, struct hg_error *err)
{
	struct hg_frame frames[HG_BURST_MAX];
	struct hg_port *port;
	int n = hg_capture_open(&port, path, err);

	if (n < 0)
		return n;
	while ((n = hg_port_receive(port, frames, HG_BURST_MAX, err)) > 0)
		hg_worker_burst(w, frames, (unsigned)n);
	hg_port_close(port);
	hg_worker_finish(w);
	return n;
}

int
main(int argc, char **argv)
{
	struct hg_options o = { .verb = HG_VERB_REPLAY };
	struct hg_sink sink = { .write = no_line };
	struct hg_settings settings = { 0 };
	struct hg_config *config = NULL;
	struct hg_worker *w = NULL;
	struct hg_error err = { 0 };
	int r = hg_load_config(&o, &config, &settings, &err);

	if (r == 0)
		r = hg_worker_open(&w, &settings, config, NULL, NULL, &sink, &err);
	for (int i = 1; i < argc && r == 0; i++) {
		printf("capture %s\n", argv[i]);
		r = replay(w, argv[i], &err);
		hg_worker_reset(w, &sink);
	}
	if (r < 0)
		fprintf(stderr, "buffers: %s\n", err.text);
	hg_worker_close(w);
	hg_settings_close(&settings);
	hg_config_close(config);
	return r < 0;
}
