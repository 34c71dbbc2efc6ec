/* Settings, under the names that operators know: app-layer.protocols.smb. */
#include "app/smb/smb_int.h"

#define MOST_TXS 512
#define MOST_PIECES 64
#define KEY(name) "app-layer.protocols.smb." name

const struct hg_config_key hg_smb_keys[HG_SMB_KEYS] = {
	{ KEY("max-tx"), HG_CONFIG_INT, "512", "1..1048576", NULL,
		"open transactions of a connection, at most 512; past them the oldest is given up" },
	{ KEY("stream-depth"), HG_CONFIG_SIZE, "0", NULL, "bytes",
		"how far a direction of SMB is followed, when that is farther than stream.reassembly.depth; "
		"0: to its end" },
	{ KEY("max-read-size"), HG_CONFIG_SIZE, "16mb", NULL, "bytes",
		"a longer READ is an anomaly and its data is passed over; 0: no limit" },
	{ KEY("max-write-size"), HG_CONFIG_SIZE, "16mb", NULL, "bytes",
		"a longer WRITE is an anomaly and its data is passed over; 0: no limit" },
	{ KEY("max-read-queue-size"), HG_CONFIG_SIZE, "16mb", NULL, "bytes",
		"data of a file that was read out of order and waits for what stands before it" },
	{ KEY("max-read-queue-cnt"), HG_CONFIG_INT, "64", "0..1048576", NULL,
		"… in so many pieces; 0 and more than 64 mean 64" },
	{ KEY("max-write-queue-size"), HG_CONFIG_SIZE, "16mb", NULL, "bytes",
		"data of a file that was written out of order and waits for what stands before it" },
	{ KEY("max-write-queue-cnt"), HG_CONFIG_INT, "64", "0..1048576", NULL,
		"… in so many pieces; 0 and more than 64 mean 64" },
};

static uint32_t
pieces_of(const struct hg_config *c, const char *key)
{
	int64_t n = hg_config_int(c, key);

	return n == 0 || n > MOST_PIECES ? MOST_PIECES : (uint32_t)n;
}

void
hg_smb_configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	*ctx = (struct hg_decoder_ctx){ .max_tx = 512,
		.max_read = 16 << 20,
		.max_write = 16 << 20,
		.queue_size = { 16 << 20, 16 << 20 },
		.queue_count = { 64, 64 } };
	if (c == NULL)
		return;
	ctx->max_tx = (uint32_t)HG_MIN(hg_config_int(c, KEY("max-tx")), MOST_TXS);
	ctx->depth = hg_config_size(c, KEY("stream-depth"));
	ctx->max_read = hg_config_size(c, KEY("max-read-size"));
	ctx->max_write = hg_config_size(c, KEY("max-write-size"));
	ctx->queue_size[HG_TO_CLIENT] = hg_config_size(c, KEY("max-read-queue-size"));
	ctx->queue_size[HG_TO_SERVER] = hg_config_size(c, KEY("max-write-queue-size"));
	ctx->queue_count[HG_TO_CLIENT] = pieces_of(c, KEY("max-read-queue-cnt"));
	ctx->queue_count[HG_TO_SERVER] = pieces_of(c, KEY("max-write-queue-cnt"));
}
