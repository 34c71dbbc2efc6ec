/* imap_int: shared by the client's commands (command.c), the server's responses (response.c), what FETCH brings (fetch.c), logins
 * (login.c), compression (compress.c), names of mailboxes (name.c), the queue of commands (session.c), the records (log.c), rows and
 * settings (rows.c) and the decoder (imap.c).
 *
 * Transactions: a command with its responses; a message that is fetched or appended, of one side; the connection, the session, which
 * bears its record and the anomalies.
 */
#ifndef HG_APP_IMAP_IMAP_INT_H
#define HG_APP_IMAP_IMAP_INT_H

#include "app/deflate.h"
#include "app/imap/imap.h"
#include "app/mailbox/mailbox.h"

#define HG_IMAP_COMMAND 16384 /* bytes of a command, its literals included and messages not */
#define HG_IMAP_SHOWN 1024    /* bytes of an argument or a response that records show */
#define HG_IMAP_TAG 32        /* bytes of a tag */
#define HG_IMAP_WAITING 128   /* commands that wait for their end */
#define HG_IMAP_NAME 512      /* bytes of a mailbox's name */
#define HG_IMAP_WORD 256      /* bytes of an item of FETCH */
#define HG_IMAP_HEAD 32768    /* bytes of a header that is kept for the text behind it */
#define HG_IMAP_ITEMS 32      /* of what a FETCH brings that its record lists */
#define HG_IMAP_MARK 24       /* bytes of a literal's length, with its braces */

/* Progress of a direction. */
enum { HG_IMAP_OPEN = 1, HG_IMAP_COMPLETE = 2 };

enum hg_imap_anomaly {
	HG_IMAP_LINE_LONG,
	HG_IMAP_LITERAL_BIG,
	HG_IMAP_NO_TAG,
	HG_IMAP_UNKNOWN_COMMAND,
	HG_IMAP_UNKNOWN_RESPONSE,
	HG_IMAP_UNASKED,
	HG_IMAP_EARLY,
	HG_IMAP_INJECTION,
	HG_IMAP_NUL,
	HG_IMAP_BAD_NAME,
	HG_IMAP_MANY_COMMANDS,
	HG_IMAP_UNJOINED,
	HG_IMAP_BOMB,
	HG_IMAP_BAD_DEFLATE,
	HG_IMAP_MISSING,
	HG_IMAP_ODDITIES,
	HG_IMAP_ANOMALIES = HG_IMAP_ODDITIES + HG_MESSAGE_ODDITIES
};

enum hg_imap_buffer {
	HG_IMAP_COMMAND_NAME,
	HG_IMAP_ARG,
	HG_IMAP_MAILBOX,
	HG_IMAP_RESPONSE,
	HG_IMAP_FILE_DATA,
	HG_IMAP_FILE_NAME,
	HG_IMAP_FILE_TYPE,
	HG_IMAP_FILE_SIZE,
	HG_IMAP_FILE_DIGEST,
	HG_IMAP_FIELD = HG_IMAP_FILE_DIGEST + HG_FILE_DIGESTS,
	HG_IMAP_FRAME_STREAM = HG_IMAP_FIELD + HG_MESSAGE_FIELDS,
	HG_IMAP_BUFFERS
};
extern const struct hg_buffer_row hg_imap_buffers[HG_IMAP_BUFFERS];
extern const struct hg_anomaly_row hg_imap_anomalies[HG_IMAP_ANOMALIES];

enum hg_imap_verb {
	HG_IMAP_UNKNOWN,
	HG_IMAP_PLAIN,   /* known, and nothing is read out of it */
	HG_IMAP_ON_NAME, /* its first argument is a mailbox */
	HG_IMAP_LOGIN,
	HG_IMAP_AUTHENTICATE,
	HG_IMAP_STARTTLS,
	HG_IMAP_COMPRESS,
	HG_IMAP_SELECT,
	HG_IMAP_APPEND,
	HG_IMAP_FETCH,
	HG_IMAP_STORE,
	HG_IMAP_COPY,
	HG_IMAP_EXPUNGE,
	HG_IMAP_ON_MAILBOX, /* of the one that is selected */
	HG_IMAP_CLOSE,
	HG_IMAP_LOGOUT,
	HG_IMAP_IDLE,
	HG_IMAP_ID
};

enum hg_imap_status { HG_IMAP_NONE, HG_IMAP_OK, HG_IMAP_NO, HG_IMAP_BAD };

/* For the record of a session. */
struct hg_imap_sum {
	struct hg_span user, greeting, capa, id; /* kept at the end */
	bool midstream, preauth, starttls, to_tls, compressed, opaque, logout;
	bool spoke[HG_DIRS], gaps[HG_DIRS];
	uint32_t logins[3]; /* by enum hg_login_result */
	uint32_t commands, mailboxes, fetched, appended, deleted, expunged, copied;
	uint64_t fetched_bytes, appended_bytes;
};

struct hg_imap_item {
	uint32_t number, uid;
	struct hg_span section;
	uint64_t bytes;
};

enum hg_imap_kind { HG_IMAP_OF_SESSION, HG_IMAP_OF_COMMAND, HG_IMAP_OF_MESSAGE };

struct hg_imap_tx {
	struct hg_tx base;
	uint8_t kind; /* enum hg_imap_kind */
	uint8_t verb, status;
	bool hidden; /* it belongs to another protocol, or nobody knows whether it was one */
	bool by_uid, cut, compressed;
	const struct hg_imap_sum *sum; /* of a session that is over */
	struct hg_span user, mailbox, mailbox_raw, tag, command;
	/* of a command */
	struct hg_span args, target, target_raw, line, text;
	uint32_t exists, n_items, messages;
	uint64_t bytes;
	struct hg_imap_item *items;
	/* of a message */
	bool has_message;
	uint32_t number, uid;
	struct hg_span section;
	struct hg_message message;
};

/* A command without its end. */
struct hg_imap_wait {
	uint64_t tx; /* id; UINT64_MAX: there was no room for one */
	uint8_t verb;
	uint8_t tag_len;
	bool doubtful; /* bytes were missing in front of it: a server that answers it proves it */
	uint8_t tag[HG_IMAP_TAG];
};

/* A literal that is being read, of either side. */
struct hg_imap_literal {
	bool open;
	uint64_t left;
};

struct hg_imap_client {
	struct hg_pieces lines;
	struct hg_buf text;         /* the command behind its tag, literals as quoted strings */
	uint8_t mark[HG_IMAP_MARK]; /* the last bytes of the line */
	uint8_t mark_len;
	bool inside;      /* a command that goes on behind a literal */
	bool cut, quotes; /* quotes: the literal goes into the text */
	bool passing;     /* a line of no use */
	bool waits;       /* for the server to ask for the literal */
	bool doubtful;
	struct hg_imap_literal literal;
	uint64_t tx, message; /* the command's and its message's; UINT64_MAX: none */
	uint8_t verb;
};

/* Items of a FETCH response, cut anywhere. */
struct hg_imap_scan {
	uint16_t depth;
	bool quoted, escaped, bracket, string;
	uint8_t value; /* the next word is the value of what */
	uint16_t word_len, item_len;
	uint8_t word[HG_IMAP_WORD], item[HG_IMAP_WORD];
};

struct hg_imap_server {
	struct hg_pieces lines;
	uint8_t mark[HG_IMAP_MARK];
	uint8_t mark_len;
	bool inside, blind; /* blind: behind missing bytes, until a command's end shows where we are */
	bool fetch;         /* the response is one of FETCH */
	bool plain;         /* … is text: no literal stands in it */
	struct hg_imap_literal literal;
	uint8_t into; /* where the literal goes: enum hg_imap_part */
	uint32_t number, uid;
	uint64_t size;
	bool body;      /* the response has brought some of a message */
	bool last;      /* … and it was the last of it */
	uint64_t piece; /* bytes of the literal so far */
	struct hg_imap_scan scan;
};

/* The message that FETCH brings, and the header that may belong to what comes next. */
struct hg_imap_mail {
	uint64_t tx; /* UINT64_MAX: none */
	bool partial;
	bool done; /* all of it has come; the response goes on */
	uint32_t number, uid;
	uint64_t next; /* offset of the piece that is missing */
	struct hg_buf head;
	uint32_t head_number;
	uint16_t head_len;
	uint8_t head_section[HG_IMAP_WORD];
	bool has_head;
};

struct hg_imap {
	struct hg_app *app;
	struct hg_imap_tx *session;
	struct hg_imap_client client;
	struct hg_imap_server server;
	struct hg_imap_mail mail;
	struct hg_imap_wait waiting[HG_IMAP_WAITING]; /* oldest first */
	uint32_t n_waiting;
	bool believed, deaf, greeted, entered, idle;
	uint8_t ended; /* HG_SIDE_* */
	bool auth_open, auth_asked;
	bool unasked; /* the server has ended a command that nobody saw, unless bytes of the client are missing */
	struct hg_sasl sasl;
	uint64_t asked; /* bytes that the newest FETCH wants of a message at most; 0: all */
	struct hg_buf user, selected, selected_raw;
	struct hg_buf greeting, capa, id;
	struct hg_deflate *deflate[HG_DIRS];
	uint64_t packed[HG_DIRS]; /* bytes that went in */
	bool opaque[HG_DIRS];     /* what cannot be inflated */
	struct hg_imap_sum sum;
};

struct hg_decoder_ctx {
	struct hg_message_config message;
	uint64_t literal_most, bomb_limit;
};

#define HG_IMAP_KEYS (HG_MESSAGE_KEYS + 2)
extern const struct hg_config_key hg_imap_keys[HG_IMAP_KEYS];
void hg_imap_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

/* session.c */
void hg_imap_odd(struct hg_imap *s, enum hg_dir dir, enum hg_imap_anomaly row);
struct hg_imap_tx *hg_imap_tx_of(struct hg_imap *s, uint64_t id); /* NULL: none */
struct hg_imap_wait *hg_imap_wait_add(struct hg_imap *s, struct hg_span tag, enum hg_imap_verb verb);
struct hg_imap_wait *hg_imap_wait_of(struct hg_imap *s, struct hg_span tag);        /* NULL: none */
struct hg_imap_wait *hg_imap_wait_first(struct hg_imap *s, enum hg_imap_verb verb); /* NULL: none */
void hg_imap_settle(struct hg_imap *s, struct hg_imap_wait *w); /* it is over; w is another one then */
void hg_imap_settle_all(struct hg_imap *s);
void hg_imap_hide_all(struct hg_imap *s);
void hg_imap_end_session(struct hg_imap *s);
void hg_imap_name_unasked(struct hg_imap *s); /* no command is missing */
/* A transaction of a message. */
struct hg_imap_tx *hg_imap_message(struct hg_imap *s, enum hg_dir dir);
/* The length that a line announces at its end. `mark`: its last bytes. */
enum hg_imap_announced { HG_IMAP_NO_LITERAL, HG_IMAP_LITERAL, HG_IMAP_LITERAL_AT_ONCE };
enum hg_imap_announced hg_imap_announced(struct hg_span mark, uint64_t *bytes, size_t *len);
/* Keeps the last bytes of a line. */
void hg_imap_mark(uint8_t mark[HG_IMAP_MARK], uint8_t *len, const struct hg_piece *line);

/* name.c */
/* The next word of arguments, without quotes and their escapes, into `to`; false: there is none. */
bool hg_imap_token(struct hg_span *rest, uint8_t *to, size_t size, struct hg_span *token);
/* Modified UTF-7 (RFC 3501 5.1.3) as UTF-8, in so many bytes; SIZE_MAX: it is none. */
size_t hg_imap_name(struct hg_span raw, uint8_t *to, size_t size);

/* command.c */
enum hg_imap_verb hg_imap_verb_of(struct hg_span word);
enum hg_probe hg_imap_probe_client(struct hg_span in);
void hg_imap_client(struct hg_imap *s, struct hg_span in);
void hg_imap_client_gap(struct hg_imap *s, uint64_t bytes);
/* The server has refused what it was to get a literal for. */
void hg_imap_client_refused(struct hg_imap *s, uint64_t tx);

/* response.c; returns what it has not taken: TLS or compression begins there. */
struct hg_span hg_imap_server(struct hg_imap *s, struct hg_span in);
void hg_imap_server_gap(struct hg_imap *s, uint64_t bytes);
bool hg_imap_is_greeting(struct hg_span line);

/* fetch.c */
enum hg_imap_part { HG_IMAP_PART_NONE, HG_IMAP_PART_MAIL, HG_IMAP_PART_HEAD };
void hg_imap_fetch_begin(struct hg_imap *s, uint32_t number);
void hg_imap_fetch_text(struct hg_imap *s, struct hg_span text);
void hg_imap_fetch_literal(struct hg_imap *s, uint64_t bytes);
void hg_imap_fetch_bytes(struct hg_imap *s, struct hg_span bytes);
void hg_imap_fetch_literal_end(struct hg_imap *s);
void hg_imap_fetch_gap(struct hg_imap *s, uint64_t bytes);
void hg_imap_fetch_end(struct hg_imap *s);
void hg_imap_mail_end(struct hg_imap *s, bool whole); /* of the one that is open */
void hg_imap_mail_forget(struct hg_imap *s);          /* another mailbox: numbers mean others */

/* login.c */
void hg_imap_login_over(struct hg_imap *s, const struct hg_imap_wait *w, enum hg_login_result result);

/* compress.c */
void hg_imap_compress(struct hg_imap *s);
void hg_imap_inflate(struct hg_imap *s, enum hg_dir dir, struct hg_span in);
void hg_imap_inflate_gap(struct hg_imap *s, enum hg_dir dir); /* the window is lost */
void hg_imap_compress_close(struct hg_imap *s);

/* log.c */
bool hg_imap_deletes(const struct hg_imap_tx *tx); /* STORE sets the flag \Deleted */
void hg_imap_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_imap_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);
bool hg_imap_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
