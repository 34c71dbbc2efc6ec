/* Names that rules and operators use: buffers, malformations, settings. */
#include "app/pop3/pop3_int.h"

#define AT_ONCE      \
	{            \
		0, 0 \
	}
#define OPEN                               \
	{                                  \
		HG_POP3_OPEN, HG_POP3_OPEN \
	}
#define OVER                                       \
	{                                          \
		HG_POP3_COMPLETE, HG_POP3_COMPLETE \
	}

const struct hg_buffer_row hg_pop3_buffers[HG_POP3_BUFFERS] = {
	[HG_POP3_COMMAND] = { "pop3.command", HG_SIDE_SERVER, OPEN, 0, 4,
		"a command's name, as it was sent" },
	[HG_POP3_ARG] = { "pop3.arg", HG_SIDE_SERVER, OPEN, 0, 2,
		"what stands behind a command's name, without blanks at its ends; of PASS the password" },
	[HG_POP3_RESPONSE] = { "pop3.response", HG_SIDE_CLIENT, OVER, 0, 2,
		"the first line of a reply, without its end" },
	[HG_POP3_FILE_DATA] = { "file.data", HG_SIDE_CLIENT, AT_ONCE,
		HG_BUFFER_FILE | HG_BUFFER_GROWING | HG_BUFFER_MULTI, 2,
		"bytes of a file that a message carries, decoded" },
	[HG_POP3_FILE_NAME] = { "file.name", HG_SIDE_CLIENT, AT_ONCE, HG_BUFFER_FILE | HG_BUFFER_MULTI, 2,
		"name of a file that a message carries" },
	[HG_POP3_FILE_TYPE] = HG_FILE_TYPE_ROW(0, 0, HG_BUFFER_MULTI),
	[HG_POP3_FILE_SIZE] = { "filesize", HG_SIDE_CLIENT, AT_ONCE, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,
		"size of a whole file that a message carries, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(HG_POP3_FILE_DIGEST, AT_ONCE),
	HG_MESSAGE_FIELD_ROWS(HG_POP3_FIELD, HG_SIDE_CLIENT),
	[HG_POP3_FRAME_STREAM] = HG_FRAME_STREAM("pop3"),
};

const struct hg_anomaly_row hg_pop3_anomalies[HG_POP3_ANOMALIES] = {
	[HG_POP3_LINE_LONG] = { "line_too_long",
		"a command has more than 8192 bytes, or a reply's first line more than 4096: the rest is not "
		"read" },
	[HG_POP3_UNKNOWN_COMMAND] = { "unknown_command", "a command that no RFC knows" },
	[HG_POP3_BAD_REPLY] = { "invalid_response", "a reply begins with neither +OK nor -ERR" },
	[HG_POP3_UNASKED] = { "response_without_command", "the server says +OK and was asked nothing" },
	[HG_POP3_EARLY] = { "data_before_login",
		"the server shows a mailbox to somebody who has not logged in" },
	[HG_POP3_INJECTION] = { "stls_injection",
		"a command follows STLS before its reply: servers may take it for one inside TLS "
		"(CVE-2011-0411)" },
	[HG_POP3_MANY_COMMANDS] = { "too_many_commands",
		"more than 256 commands wait for their reply: the first ones are told without" },
	[HG_POP3_MISSING] = { "data_missing",
		"bytes are missing: who waits for a reply in front of the gap gets none" },
	HG_MESSAGE_ODDITY_ROWS(HG_POP3_ODDITIES),
};

const struct hg_config_key hg_pop3_keys[HG_POP3_KEYS] = { HG_MESSAGE_KEY_ROWS("app-layer.protocols.pop3.") };

void
hg_pop3_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config)
{
	hg_message_configure(&ctx->message, config, hg_pop3_keys);
}
