/* Names that rules use: buffers, malformations (the peer's, then our own caps). */
#include "app/smtp/smtp_int.h"

#define AT_ONCE      \
	{            \
		0, 0 \
	}

#define ENVELOPE(name, flags, doc)                                           \
	{                                                                    \
		name, HG_SIDE_SERVER, { HG_SMTP_ENVELOPE, 0 }, flags, 2, doc \
	}
#define HEADER(name, doc)                                              \
	{                                                              \
		name, HG_SIDE_SERVER, { HG_SMTP_HEADER, 0 }, 0, 2, doc \
	}

const struct hg_buffer_row hg_smtp_buffers[HG_SMTP_BUFFERS] = {
	[HG_SMTP_FILE_DATA] = { "file.data", HG_SIDE_SERVER, { 0, 0 },
		HG_BUFFER_FILE | HG_BUFFER_GROWING | HG_BUFFER_MULTI, 2,
		"bytes of a file that the mail carries, decoded" },
	[HG_SMTP_FILE_NAME] = { "file.name", HG_SIDE_SERVER, { 0, 0 }, HG_BUFFER_FILE | HG_BUFFER_MULTI, 2,
		"name of a file that the mail carries" },
	[HG_SMTP_FILE_TYPE] = HG_FILE_TYPE_ROW(0, 0, HG_BUFFER_MULTI),
	[HG_SMTP_FILE_SIZE] = { "filesize", HG_SIDE_SERVER, { 0, 0 }, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,
		"size of a whole file that the mail carries, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(HG_SMTP_FILE_DIGEST, AT_ONCE),
	[HG_SMTP_FRAME_STREAM] = HG_FRAME_STREAM("smtp"),
	[HG_SMTP_HELO] = ENVELOPE("smtp.helo", 0, "what the client calls itself"),
	[HG_SMTP_MAIL_FROM] =
		ENVELOPE("smtp.mail_from", 0, "the address behind MAIL FROM, as it stands there"),
	[HG_SMTP_RCPT_TO] =
		ENVELOPE("smtp.rcpt_to", HG_BUFFER_MULTI, "the addresses behind RCPT TO, one value each"),
	[HG_SMTP_EMAIL_FROM] = HEADER("email.from", "field From, as people read it"),
	[HG_SMTP_EMAIL_TO] = HEADER("email.to", "field To, as people read it"),
	[HG_SMTP_EMAIL_CC] = HEADER("email.cc", "field Cc, as people read it"),
	[HG_SMTP_EMAIL_SUBJECT] = HEADER("email.subject", "field Subject, as people read it"),
	[HG_SMTP_EMAIL_DATE] = HEADER("email.date", "field Date"),
	[HG_SMTP_EMAIL_ID] = HEADER("email.message_id", "field Message-ID"),
	[HG_SMTP_EMAIL_MAILER] = HEADER("email.x_mailer", "field X-Mailer"),
	[HG_SMTP_EMAIL_RECEIVED] = { "email.received", HG_SIDE_SERVER, { HG_SMTP_HEADER, 0 }, HG_BUFFER_MULTI,
		2, "fields Received, one value each, the newest first" },
	[HG_SMTP_EMAIL_URL] = { "email.url", HG_SIDE_SERVER, { HG_SMTP_COMPLETE, 0 }, HG_BUFFER_MULTI, 2,
		"URLs in texts of the mail, one value each, in small letters" },
};

const struct hg_anomaly_row hg_smtp_anomalies[HG_SMTP_ANOMALIES] = {
	[HG_SMTP_INVALID_REPLY] = { "invalid_reply",
		"a reply has no code that is one, or the greeting is none" },
	[HG_SMTP_UNMATCHED_REPLY] = { "unable_to_match_reply_with_request",
		"never seen: replies without a command are passed over" },
	[HG_SMTP_COMMANDS_EXCEEDED] = { "max_command_line_len_exceeded",
		"65535 commands wait for their reply" },
	[HG_SMTP_REPLY_EXCEEDED] = { "max_reply_line_len_exceeded", "never seen: see truncated_line" },
	[HG_SMTP_PIPELINED] = { "invalid_pipelined_sequence",
		"a command follows DATA or STARTTLS before their reply" },
	[HG_SMTP_BDAT_EXCEEDED] = { "bdat_chunk_len_exceeded",
		"more bytes than BDAT said, as the peer counts them" },
	[HG_SMTP_NO_WELCOME] = { "no_server_welcome_message",
		"the client sends a command before the server's greeting" },
	[HG_SMTP_TLS_REJECTED] = { "tls_rejected", "STARTTLS was refused" },
	[HG_SMTP_DATA_REJECTED] = { "data_command_rejected", "DATA was refused" },
	[HG_SMTP_FAILED_CHANGE] = { "failed_protocol_change", "never seen: a change to TLS does not fail" },
	[HG_SMTP_MIME_FAILED] = { "mime_parse_failed", "the message's parts cannot be followed" },
	[HG_SMTP_MIME_MALFORMED] = { "mime_malformed_msg", "the message ends inside a part" },
	[HG_SMTP_MIME_BASE64] = { "mime_invalid_base64",
		"never seen: what is no base64 is passed over, as receivers do" },
	[HG_SMTP_MIME_QP] = { "mime_invalid_qp", "an escape of quoted-printable is none" },
	[HG_SMTP_MIME_LINE] = { "mime_long_line", "a line of the message is longer than 998 bytes" },
	[HG_SMTP_MIME_CODED_LINE] = { "mime_long_enc_line",
		"a line of base64 or quoted-printable is longer than 76 bytes" },
	[HG_SMTP_MIME_FIELD] = { "mime_long_header_name", "a field's name is longer than 75 bytes" },
	[HG_SMTP_MIME_VALUE] = { "mime_long_header_value",
		"a field's value is longer than mime.header-value-depth, and is cut" },
	[HG_SMTP_MIME_BOUNDARY] = { "mime_long_boundary",
		"a boundary is longer than 254 bytes, and is not followed" },
	[HG_SMTP_MIME_FILE_NAME] = { "mime_long_filename",
		"a file's name is longer than 255 bytes, and is cut" },
	[HG_SMTP_DUPLICATE] = { "duplicate_fields", "HELO comes twice, or MAIL FROM in one transaction" },
	[HG_SMTP_UNPARSABLE] = { "unparsable_content", "DATA comes again before the mail" },
	[HG_SMTP_TRUNCATED] = { "truncated_line", "a line is longer than 4096 bytes, and is cut" },
	[HG_SMTP_MANY_RECIPIENTS] = { "too_many_recipients",
		"a mail has more than 1024 recipients: the others are not kept" },
	[HG_SMTP_MANY_PARTS] = { "too_many_parts",
		"more than 1024 parts, or 32 inside each other: the rest of the mail is not looked into" },
	[HG_SMTP_MANY_FIELDS] = { "too_many_fields",
		"a mail has more than 1024 header fields: the others are not kept" },
	[HG_SMTP_MANY_URLS] = { "too_many_urls", "a mail has more than 256 URLs: the others are not kept" },
	[HG_SMTP_MISSING] = { "data_missing", "bytes are missing: a line is lost" },
	[HG_SMTP_INJECTED] = { "starttls_injection",
		"bytes in clear follow STARTTLS before its answer: a server may take them as sent over TLS "
		"(CVE-2011-0411)" },
	[HG_SMTP_ODD_END] = { "eod_nonstandard",
		"a dot stands between line ends that are not both CR LF: some servers end the mail there, "
		"others "
		"do not (CVE-2023-51764)" },
	[HG_SMTP_OTHER_SENDER] = { "sender_mismatch",
		"From and MAIL FROM are of different organisations, and the mail tells no reason: it is of "
		"no "
		"list, Sender is not of MAIL FROM's, MAIL FROM does not just take bounces" },
	HG_MIME_FINDING_ROWS(HG_SMTP_FINDING),
};
