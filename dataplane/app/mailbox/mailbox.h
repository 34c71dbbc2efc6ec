/* mailbox: what POP3 and IMAP have in common: mail that a server hands out or takes, and its settings.
 *
 * A message is bytes of a transaction, cut anywhere; lines of it go to the MIME reader (app/mime/mime.h), whose files and fields
 * are those of the transaction. All memory is the worker's or the transaction's, bounded. One owner thread.
 */
#ifndef HG_APP_MAILBOX_MAILBOX_H
#define HG_APP_MAILBOX_MAILBOX_H

#include "app/mime/mime.h"
#include "app/piece.h"
#include "app/sasl.h"

#define HG_MESSAGE_KEYS 6

struct hg_message_config {
	bool decode;
	uint32_t fields; /* that records show, by their place in hg_mime_logged */
	struct hg_mime_config mime;
};

/* `prefix` ends in a point, keys in the order of hg_message_configure: HG_MESSAGE_KEY_ROWS of the same prefix. */
void hg_message_configure(
	struct hg_message_config *m, const struct hg_config *config, const struct hg_config_key keys[]);

#define HG_MESSAGE_KEY_ROWS(prefix)                                                                       \
	{ prefix "mime.decode-mime", HG_CONFIG_BOOL, "yes", NULL, NULL,                                   \
		"read messages: fields, parts, files, URLs" },                                            \
		{ prefix "mime.header-value-depth", HG_CONFIG_SIZE, "2000", NULL, "bytes",                \
			"how much of a header field's value is kept; at most 65536" },                    \
		{ prefix "mime.extract-urls", HG_CONFIG_BOOL, "yes", NULL, NULL, "note URLs in texts" },  \
		{ prefix "inspected-tracker.content-limit", HG_CONFIG_SIZE, "100000", NULL, "bytes",      \
			"how much of a file rules may see; 0: all" },                                     \
		{ prefix "inspected-tracker.content-inspect-min-size", HG_CONFIG_SIZE, "32768", NULL,     \
			"bytes", "a file is shown to rules when so much of it is there, or at its end" }, \
	{                                                                                                 \
		prefix "inspected-tracker.content-inspect-window", HG_CONFIG_SIZE, "4096", NULL, "bytes", \
			"how much of what they have seen is shown again in front of more"                 \
	}

/* Rows of what is odd about a message, from FIRST on. */
#define HG_MESSAGE_OF_PEER 8
#define HG_MESSAGE_ODDITIES (HG_MESSAGE_OF_PEER + HG_MIME_FINDINGS)
#define HG_MESSAGE_ODDITY_ROWS(FIRST)                                                                     \
	[FIRST] = { "mime_parse_failed", "a message's parts cannot be followed" },                        \
	[(FIRST) + 1] = { "mime_malformed_msg", "a message ends inside a part" },                         \
	[(FIRST) + 2] = { "mime_long_boundary",                                                           \
		"a boundary is longer than 254 bytes, and is not followed" },                             \
	[(FIRST) + 3] = { "mime_long_filename", "a file's name is longer than 255 bytes, and is cut" },   \
	[(FIRST) + 4] = { "mime_long_header_value",                                                       \
		"a field's value is longer than mime.header-value-depth, and is cut" },                   \
	[(FIRST) + 5] = { "too_many_parts",                                                               \
		"more than 1024 parts, or 32 inside each other: the rest of the message is not looked "   \
		"into" },                                                                                 \
	[(FIRST) + 6] = { "too_many_fields",                                                              \
		"a message has more than 1024 header fields: the others are not kept" },                  \
	[(FIRST) + 7] = { "too_many_urls", "a message has more than 256 URLs: the others are not kept" }, \
	HG_MIME_FINDING_ROWS((FIRST) + HG_MESSAGE_OF_PEER)

/* Rows of its fields, from FIRST on; there when the transaction is complete in the direction of the message. */
#define HG_MESSAGE_FIELDS 9
#define HG_MESSAGE_FIELD_ROW(name_, sides_, doc_)                 \
	{                                                         \
		name_, sides_, { 2, 2 }, HG_BUFFER_MULTI, 2, doc_ \
	}
#define HG_MESSAGE_FIELD_ROWS(FIRST, SIDES)                                                                 \
	[FIRST] = HG_MESSAGE_FIELD_ROW("email.from", SIDES, "field From, as people read it"),               \
	[(FIRST) + 1] = HG_MESSAGE_FIELD_ROW("email.to", SIDES, "field To, as people read it"),             \
	[(FIRST) + 2] = HG_MESSAGE_FIELD_ROW("email.cc", SIDES, "field Cc, as people read it"),             \
	[(FIRST) + 3] = HG_MESSAGE_FIELD_ROW("email.subject", SIDES, "field Subject, as people read it"),   \
	[(FIRST) + 4] = HG_MESSAGE_FIELD_ROW("email.date", SIDES, "field Date"),                            \
	[(FIRST) + 5] = HG_MESSAGE_FIELD_ROW("email.message_id", SIDES, "field Message-ID"),                \
	[(FIRST) + 6] = HG_MESSAGE_FIELD_ROW("email.x_mailer", SIDES, "field X-Mailer"),                    \
	[(FIRST) + 7] = HG_MESSAGE_FIELD_ROW("email.received", SIDES, "fields Received, the newest first"), \
	[(FIRST) + 8] = HG_MESSAGE_FIELD_ROW("email.url", SIDES, "URLs of all texts")

struct hg_message {
	struct hg_tx *tx; /* NULL: none is read */
	struct hg_mime *mime;
	struct hg_pieces lines;
	uint64_t bytes; /* of it, so far */
	uint8_t dir;
	uint8_t odd_first; /* row of the transaction's decoder */
	bool gap;          /* bytes are missing */
	bool whole;        /* its end has come, and nothing is missing */
	bool over;
};

/* A zeroed *m; odd_first: where the decoder's rows of HG_MESSAGE_ODDITY_ROWS begin. */
void hg_message_open(struct hg_message *m, struct hg_tx *tx, enum hg_dir dir,
	const struct hg_message_config *config, uint8_t odd_first);
void hg_message_bytes(struct hg_message *m, struct hg_span bytes);
void hg_message_line(struct hg_message *m, const struct hg_piece *line); /* in place of bytes */
void hg_message_gap(struct hg_message *m, uint64_t bytes);
void hg_message_end(struct hg_message *m, bool whole);
void hg_message_close(struct hg_message *m); /* what lies outside the arena */
/* Value `index` of a field, by its place in HG_MESSAGE_FIELD_ROWS. */
bool hg_message_field(const struct hg_message *m, unsigned field, uint32_t index, struct hg_view *out);
/* The object `email`, where there is one. */
void hg_message_log(
	const struct hg_message *m, const struct hg_message_config *config, bool in_alert, struct hg_json *j);

#endif
