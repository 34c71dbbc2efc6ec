/* content-encoding of a message: app/coding.h reads and undoes it. */
#include "app/http2/http2_int.h"

static void
entity(struct hg_tx *tx, enum hg_dir dir, struct hg_span bytes)
{
	hg_http2_entity((struct hg_http2_tx *)tx, dir, bytes);
}

static void
fault(struct hg_tx *tx, enum hg_dir dir, enum hg_coding_fault f)
{
	static const uint8_t rows[HG_CODING_FAULTS] = { [HG_CODING_BAD_DEFLATE] =
								HG_HTTP2_FAILED_DECOMPRESSION,
		[HG_CODING_BAD_BROTLI] = HG_HTTP2_FAILED_DECOMPRESSION,
		[HG_CODING_BAD_ZSTD] = HG_HTTP2_FAILED_DECOMPRESSION,
		[HG_CODING_NO_MEMORY] = HG_HTTP2_CODING_MEMORY,
		[HG_CODING_BOMB] = HG_HTTP2_BOMB,
		[HG_CODING_MANY] = HG_HTTP2_CODING_LAYERS,
		[HG_CODING_STRANGE] = HG_HTTP2_CODING_STRANGE };

	hg_http2_odd((struct hg_http2_tx *)tx, dir, rows[f]);
}

static const struct hg_coding_user user = { entity, fault };

void
hg_http2_coding_open(struct hg_http2_tx *tx, enum hg_dir dir)
{
	const struct hg_coding_how how = { &user,
		hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP2_CODING) ? HG_CODING_LIKE_HTTP2
									  : HG_CODING_RIGHT,
		HG_HTTP2_LAYERS, hg_http2_ctx(tx)->bomb_limit };
	struct hg_span encodings;

	if (tx->msg[dir].coding == NULL && hg_http2_get(tx, dir, HG_HTTP2_CONTENT_ENCODING, &encodings))
		tx->msg[dir].coding = hg_coding_open(&tx->base, dir, &how, encodings);
}

void
hg_http2_coding_close(struct hg_http2_message *m)
{
	hg_coding_close(m->coding);
	m->coding = NULL;
}
