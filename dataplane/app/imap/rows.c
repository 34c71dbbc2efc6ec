/* Names that rules and operators use: buffers, malformations, settings. */
#include "app/imap/imap_int.h"

#define AT_ONCE      \
	{            \
		0, 0 \
	}
#define OPEN                               \
	{                                  \
		HG_IMAP_OPEN, HG_IMAP_OPEN \
	}
#define OVER                                       \
	{                                          \
		HG_IMAP_COMPLETE, HG_IMAP_COMPLETE \
	}

const struct hg_buffer_row hg_imap_buffers[HG_IMAP_BUFFERS] = {
	[HG_IMAP_COMMAND_NAME] = { "imap.command", HG_SIDE_SERVER, OPEN, 0, 4,
		"a command's name, as it was sent, without tag and UID" },
	[HG_IMAP_ARG] = { "imap.arg", HG_SIDE_SERVER, OVER, 0, 2,
		"a command's arguments; literals as quoted strings, messages left out; of LOGIN the "
		"password, too" },
	[HG_IMAP_MAILBOX] = { "imap.mailbox", HG_SIDE_SERVER, OVER, 0, 2,
		"the mailbox that a command names, or that is selected, as UTF-8" },
	[HG_IMAP_RESPONSE] = { "imap.response", HG_SIDE_CLIENT, OVER, 0, 2,
		"the line that ends a command, without its end" },
	[HG_IMAP_FILE_DATA] = { "file.data", HG_SIDE_BOTH, AT_ONCE,
		HG_BUFFER_FILE | HG_BUFFER_GROWING | HG_BUFFER_MULTI, 2,
		"bytes of a file that a message carries, decoded" },
	[HG_IMAP_FILE_NAME] = { "file.name", HG_SIDE_BOTH, AT_ONCE, HG_BUFFER_FILE | HG_BUFFER_MULTI, 2,
		"name of a file that a message carries" },
	[HG_IMAP_FILE_TYPE] = HG_FILE_TYPE_ROW(0, 0, HG_BUFFER_MULTI),
	[HG_IMAP_FILE_SIZE] = { "filesize", HG_SIDE_BOTH, AT_ONCE, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,
		"size of a whole file that a message carries, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(HG_IMAP_FILE_DIGEST, AT_ONCE),
	HG_MESSAGE_FIELD_ROWS(HG_IMAP_FIELD, HG_SIDE_BOTH),
	[HG_IMAP_FRAME_STREAM] = HG_FRAME_STREAM("imap"),
};

const struct hg_anomaly_row hg_imap_anomalies[HG_IMAP_ANOMALIES] = {
	[HG_IMAP_LINE_LONG] = { "line_too_long",
		"a command has more than 16384 bytes: the rest is not read" },
	[HG_IMAP_LITERAL_BIG] = { "literal_too_big",
		"a literal is announced with more bytes than literal-limit, or than an argument may have" },
	[HG_IMAP_NO_TAG] = { "command_without_tag", "a line of the client begins with no tag" },
	[HG_IMAP_UNKNOWN_COMMAND] = { "unknown_command", "a command that no RFC knows" },
	[HG_IMAP_UNKNOWN_RESPONSE] = { "unknown_response",
		"a line of the server is no response that RFCs know" },
	[HG_IMAP_UNASKED] = { "response_without_command", "the server ends a command that was not sent" },
	[HG_IMAP_EARLY] = { "data_before_login",
		"the server shows a mailbox to somebody who has not logged in" },
	[HG_IMAP_INJECTION] = { "starttls_injection",
		"a command follows STARTTLS before its end: servers may take it for one inside TLS "
		"(CVE-2011-0411)" },
	[HG_IMAP_NUL] = { "nul_in_command", "a NUL stands in a command's line (CVE-2019-11500)" },
	[HG_IMAP_BAD_NAME] = { "invalid_mailbox_name",
		"a mailbox's name is no modified UTF-7: it is shown as it is" },
	[HG_IMAP_MANY_COMMANDS] = { "too_many_commands",
		"more than 128 commands wait for their end: the first ones are told without" },
	[HG_IMAP_UNJOINED] = { "partial_not_joined",
		"a piece of a message does not follow the one before: it is not looked into" },
	[HG_IMAP_BOMB] = { "compression_bomb",
		"a compressed direction grows out of all proportion: it is not inflated any more" },
	[HG_IMAP_BAD_DEFLATE] = { "failed_decompression",
		"a compressed direction is no deflate: it is not inflated any more" },
	[HG_IMAP_MISSING] = { "data_missing", "bytes are missing: what stood in them is not told" },
	HG_MESSAGE_ODDITY_ROWS(HG_IMAP_ODDITIES),
};

#define IMAP "app-layer.protocols.imap."

const struct hg_config_key hg_imap_keys[HG_IMAP_KEYS] = { HG_MESSAGE_KEY_ROWS(IMAP),
	{ IMAP "literal-limit", HG_CONFIG_SIZE, "64mb", NULL, "bytes",
		"literals that are announced with more are named literal_too_big" },
	{ IMAP "compression-bomb-limit", HG_CONFIG_SIZE, "1mb", NULL, "bytes",
		"bytes of a direction behind COMPRESS that may come out whatever went in" } };

void
hg_imap_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config)
{
	hg_message_configure(&ctx->message, config, hg_imap_keys);
	ctx->literal_most =
		config == NULL ? UINT64_C(64) << 20 : hg_config_size(config, IMAP "literal-limit");
	ctx->bomb_limit =
		config == NULL ? UINT64_C(1) << 20 : hg_config_size(config, IMAP "compression-bomb-limit");
}
