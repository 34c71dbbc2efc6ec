/* COMPRESS=DEFLATE (RFC 4978): from the next byte of either side on, one bare stream of deflate a direction. */
#include "app/imap/imap_int.h"

#define BOMB_RATIO 1024

void
hg_imap_compress(struct hg_imap *s)
{
	s->sum.compressed = true;
	for (unsigned d = 0; d < HG_DIRS; d++) {
		s->deflate[d] = hg_deflate_open(s->app->mem, HG_DEFLATE_BARE);
		s->opaque[d] = s->deflate[d] == NULL;
		s->sum.opaque |= s->opaque[d];
	}
}

void
hg_imap_compress_close(struct hg_imap *s)
{
	for (unsigned d = 0; d < HG_DIRS; d++) {
		hg_deflate_close(s->deflate[d], s->app->mem);
		s->deflate[d] = NULL;
	}
}

void
hg_imap_inflate_gap(struct hg_imap *s, enum hg_dir dir)
{
	s->opaque[dir] = s->sum.opaque = true;
	hg_deflate_close(s->deflate[dir], s->app->mem);
	s->deflate[dir] = NULL;
}

static void
give_up(struct hg_imap *s, enum hg_dir dir, enum hg_imap_anomaly why)
{
	hg_imap_odd(s, dir, why);
	hg_imap_inflate_gap(s, dir);
}

static bool
is_bomb(const struct hg_imap *s, enum hg_dir dir)
{
	const uint64_t out = hg_deflate_total(s->deflate[dir]);

	return out > s->app->ctx->bomb_limit && out / BOMB_RATIO > s->packed[dir];
}

void
hg_imap_inflate(struct hg_imap *s, enum hg_dir dir, struct hg_span in)
{
	struct hg_deflate *f = s->deflate[dir];

	s->packed[dir] += in.len;
	for (bool full = false; f != NULL && (full || in.len > 0);) {
		const enum hg_deflate_result r = hg_deflate_run(f, &in);

		full = hg_deflate_is_full(f);
		if (dir == HG_TO_SERVER)
			hg_imap_client(s, hg_deflate_block(f));
		else
			hg_imap_server(s, hg_deflate_block(f));
		hg_deflate_take(f);
		if (is_bomb(s, dir)) {
			give_up(s, dir, HG_IMAP_BOMB);
			return;
		}
		if (r != HG_DEFLATE_MORE) {
			give_up(s, dir, HG_IMAP_BAD_DEFLATE);
			return;
		}
	}
}
