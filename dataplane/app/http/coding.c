/* Content-Encoding of a message: app/coding.h reads and undoes it. */
#include "app/http/http_int.h"

static void
entity(struct hg_tx *tx, enum hg_dir dir, struct hg_span bytes)
{
	hg_http_body_entity((struct hg_http_tx *)tx, dir, bytes);
}

/* What the header alone tells is told of answers, as with the peer. */
static void
fault(struct hg_tx *base, enum hg_dir dir, enum hg_coding_fault f)
{
	static const uint8_t rows[HG_CODING_FAULTS] = { [HG_CODING_BAD_DEFLATE] = HG_HTTP_GZIP_FAILED,
		[HG_CODING_BAD_BROTLI] = HG_HTTP_BROTLI_FAILED,
		[HG_CODING_BAD_ZSTD] = HG_HTTP_ZSTD_FAILED,
		[HG_CODING_NO_MEMORY] = HG_HTTP_CODING_MEMORY,
		[HG_CODING_BOMB] = HG_HTTP_BOMB,
		[HG_CODING_MANY] = HG_HTTP_ENCODING_LAYERS,
		[HG_CODING_STRANGE] = HG_HTTP_ABNORMAL_CE };
	struct hg_http_tx *tx = (struct hg_http_tx *)base;
	const bool header = f == HG_CODING_MANY || f == HG_CODING_STRANGE;

	hg_http_anomaly(hg_http_of(tx), tx, header ? HG_TO_CLIENT : dir, rows[f]);
}

static const struct hg_coding_user user = { entity, fault };

void
hg_http_coding_open(struct hg_http_tx *tx, enum hg_dir dir)
{
	const struct hg_coding_how how = { &user,
		hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_CODING_FEW) ? HG_CODING_LIKE_HTTP1
									     : HG_CODING_RIGHT,
		tx->base.ctx->layers, tx->base.ctx->bomb_limit };
	struct hg_span encodings;

	if (hg_http_get(tx, dir, HG_HTTP_CONTENT_ENCODING, &encodings))
		tx->msg[dir].coding = hg_coding_open(&tx->base, dir, &how, encodings);
}

void
hg_http_coding_close(struct hg_http_message *m)
{
	hg_coding_close(m->coding);
	m->coding = NULL;
}

void
hg_http_coding_finish(struct hg_http_message *m)
{
	hg_coding_finish(m->coding);
	hg_http_coding_close(m);
}
