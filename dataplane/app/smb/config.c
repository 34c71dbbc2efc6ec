/* Settings, under the names that operators know: app-layer.protocols.smb. */
#include "app/smb/smb_int.h"

#define MOST_TXS 512
#define MOST_PIECES 64
#define MOST_PLAIN (UINT64_C(16) << 20)
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
	{ KEY("max-decompressed-size"), HG_CONFIG_SIZE, "8mb", NULL, "bytes",
		"what a compressed message may become, at most 16 MiB; a larger one is an anomaly and passed "
		"over" },
	{ KEY("decompression-ratio"), HG_CONFIG_INT, "2048", "0..1048576", NULL,
		"bytes that all compressed messages of a direction may become for each byte of them, behind "
		"the "
		"first 64 MiB; 0: no limit" },
	{ KEY("mass-rename"), HG_CONFIG_INT, "20", "0..1000000", NULL,
		"files that a session renames to another extension, or reads and writes over, before that is "
		"an "
		"anomaly; 0: never" },
	{ KEY("mass-delete"), HG_CONFIG_INT, "100", "0..1000000", NULL,
		"files that a session deletes before that is an anomaly; 0: never" },
	{ KEY("mass-seconds"), HG_CONFIG_INT, "60", "1..86400", "seconds", "… within this time" },
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
		.queue_count = { 64, 64 },
		.plain_most = 8 << 20,
		.plain_ratio = 2048,
		.mass_rename = 20,
		.mass_delete = 100,
		.mass_seconds = 60 };
	if (c == NULL)
		return;
	ctx->max_tx = (uint32_t)HG_MIN(hg_config_int(c, KEY("max-tx")), MOST_TXS);
	ctx->depth = hg_config_size(c, KEY("stream-depth"));
	ctx->max_read = hg_config_size(c, KEY("max-read-size"));
	ctx->max_write = hg_config_size(c, KEY("max-write-size"));
	ctx->queue_size[HG_TO_CLIENT] = hg_config_size(c, KEY("max-read-queue-size"));
	ctx->queue_size[HG_TO_SERVER] = hg_config_size(c, KEY("max-write-queue-size"));
	ctx->queue_count[HG_TO_CLIENT] = pieces_of(c, KEY("max-read-queue-cnt"));
	ctx->plain_most = HG_MIN(hg_config_size(c, KEY("max-decompressed-size")), MOST_PLAIN);
	ctx->plain_ratio = (uint64_t)hg_config_int(c, KEY("decompression-ratio"));
	ctx->mass_rename = (uint32_t)hg_config_int(c, KEY("mass-rename"));
	ctx->mass_delete = (uint32_t)hg_config_int(c, KEY("mass-delete"));
	ctx->mass_seconds = (uint32_t)hg_config_int(c, KEY("mass-seconds"));
	ctx->queue_count[HG_TO_SERVER] = pieces_of(c, KEY("max-write-queue-cnt"));
}
