/* Limits. */
#include "app/http2/http2_int.h"

#define KEY(name) "app-layer.protocols.http2." name

const struct hg_config_key hg_http2_keys[HG_HTTP2_KEYS] = {
	{ KEY("max-streams"), HG_CONFIG_INT, "4096", "1..65536", NULL,
		"streams of a connection that are open at once" },
	{ KEY("max-table-size"), HG_CONFIG_INT, "65536", "4096..65536", "bytes",
		"bytes that a table of header fields may hold" },
	{ KEY("max-reassembly-size"), HG_CONFIG_SIZE, "102400", NULL, NULL,
		"bytes of a header block, compressed, whose fields are kept" },
	{ KEY("max-resets"), HG_CONFIG_INT, "100", "0..1000000", NULL,
		"streams reset before they were answered that are one rapid_reset; 0: none is" },
	{ KEY("compression-bomb-limit"), HG_CONFIG_SIZE, "1048576", NULL, NULL,
		"bytes of a body with its coding undone past which 2048 times its size is a bomb" },
};

static uint32_t
int_of(const struct hg_config *c, const char *key, uint32_t initial)
{
	return c == NULL ? initial : (uint32_t)hg_config_int(c, key);
}

static uint32_t
size_of(const struct hg_config *c, const char *key, uint32_t initial)
{
	const uint64_t n = c == NULL ? initial : hg_config_size(c, key);

	return (uint32_t)HG_MIN(n, (uint64_t)UINT32_MAX);
}

void
hg_http2_configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	ctx->max_streams = int_of(c, KEY("max-streams"), 4096);
	ctx->max_table = int_of(c, KEY("max-table-size"), 65536);
	ctx->max_reassembly = size_of(c, KEY("max-reassembly-size"), 102400);
	ctx->max_resets = int_of(c, KEY("max-resets"), 100);
	ctx->bomb_limit = size_of(c, KEY("compression-bomb-limit"), 1024 * 1024);
	ctx->joins.memory = size_of(c, "app-layer.protocols.http.byterange.memcap", 100 * 1024 * 1024);
	ctx->joins.timeout = int_of(c, "app-layer.protocols.http.byterange.timeout", 60) * HG_SEC;
	for (unsigned d = 0; d < HG_DIRS; d++)
		ctx->limits[d] = (struct hg_inspect_limits){ .limit = 0, .min = 0, .window = 16384 };
}
