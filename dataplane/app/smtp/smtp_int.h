/* smtp_int: shared by the client's commands (command.c) and data (data.c), the server's replies (reply.c) and what
 * they say about a transaction (answer.c), logins (login.c), the record (log.c), rows and buffers (rows.c), configuration
 * (config.c) and the decoder (smtp.c).
 *
 * A transaction is a mail with the commands in front of it: from the first command behind a mail to the end of the next.
 */
#ifndef HG_APP_SMTP_SMTP_INT_H
#define HG_APP_SMTP_SMTP_INT_H

#include "app/mime/mime.h"
#include "app/piece.h"
#include "app/sasl.h"
#include "app/smtp/smtp.h"

#define HG_SMTP_LINE HG_PIECE   /* of a line are looked at as one */
#define HG_SMTP_COMMANDS 65535  /* that wait for their reply */
#define HG_SMTP_RECIPIENTS 1024 /* of a mail that are remembered */
#define HG_SMTP_UNANSWERED 64   /* mails of a connection that wait for the server's last word */
#define HG_SMTP_TEXT 256        /* bytes of a reply's text that records show */
#define HG_SMTP_EXTENSIONS 32   /* of a server that are remembered */

/* Progress of a direction. */
enum { HG_SMTP_ENVELOPE = 1, HG_SMTP_HEADER, HG_SMTP_COMPLETE };

enum hg_smtp_anomaly {
	HG_SMTP_INVALID_REPLY,
	HG_SMTP_UNMATCHED_REPLY,
	HG_SMTP_COMMANDS_EXCEEDED,
	HG_SMTP_REPLY_EXCEEDED,
	HG_SMTP_PIPELINED,
	HG_SMTP_BDAT_EXCEEDED,
	HG_SMTP_NO_WELCOME,
	HG_SMTP_TLS_REJECTED,
	HG_SMTP_DATA_REJECTED,
	HG_SMTP_FAILED_CHANGE,
	HG_SMTP_MIME_FAILED,
	HG_SMTP_MIME_MALFORMED,
	HG_SMTP_MIME_BASE64,
	HG_SMTP_MIME_QP,
	HG_SMTP_MIME_LINE,
	HG_SMTP_MIME_CODED_LINE,
	HG_SMTP_MIME_FIELD,
	HG_SMTP_MIME_VALUE,
	HG_SMTP_MIME_BOUNDARY,
	HG_SMTP_MIME_FILE_NAME,
	HG_SMTP_DUPLICATE,
	HG_SMTP_UNPARSABLE,
	HG_SMTP_TRUNCATED,
	HG_SMTP_MANY_RECIPIENTS,
	HG_SMTP_MANY_PARTS,
	HG_SMTP_MANY_FIELDS,
	HG_SMTP_MANY_URLS,
	HG_SMTP_MISSING,
	HG_SMTP_INJECTED,
	HG_SMTP_ODD_END,
	HG_SMTP_OTHER_SENDER,
	HG_SMTP_FINDING,
	HG_SMTP_ANOMALIES = HG_SMTP_FINDING + HG_MIME_FINDINGS
};
extern const struct hg_anomaly_row hg_smtp_anomalies[HG_SMTP_ANOMALIES];

enum hg_smtp_buffer {
	HG_SMTP_FILE_DATA,
	HG_SMTP_FILE_NAME,
	HG_SMTP_FILE_TYPE,
	HG_SMTP_FILE_SIZE,
	HG_SMTP_FILE_DIGEST,
	HG_SMTP_FRAME_STREAM = HG_SMTP_FILE_DIGEST + HG_FILE_DIGESTS,
	HG_SMTP_HELO,
	HG_SMTP_MAIL_FROM,
	HG_SMTP_RCPT_TO,
	HG_SMTP_EMAIL_FROM,
	HG_SMTP_EMAIL_TO,
	HG_SMTP_EMAIL_CC,
	HG_SMTP_EMAIL_SUBJECT,
	HG_SMTP_EMAIL_DATE,
	HG_SMTP_EMAIL_ID,
	HG_SMTP_EMAIL_MAILER,
	HG_SMTP_EMAIL_RECEIVED,
	HG_SMTP_EMAIL_URL,
	HG_SMTP_BUFFERS
};
extern const struct hg_buffer_row hg_smtp_buffers[HG_SMTP_BUFFERS];

/* What a reply is about. */
enum hg_smtp_command {
	HG_SMTP_OTHER,
	HG_SMTP_HELLO,
	HG_SMTP_FROM,
	HG_SMTP_RCPT,
	HG_SMTP_QUIT,
	HG_SMTP_STARTTLS,
	HG_SMTP_DATA,
	HG_SMTP_BDAT,
	HG_SMTP_RSET,
	HG_SMTP_AUTH,
	HG_SMTP_MAIL, /* the mail behind DATA */
	HG_SMTP_LAST, /* BDAT … LAST */
};

/* With it: the command belongs to no transaction. */
#define HG_SMTP_LOOSE 0x80u

/* A reply: its code (0: it was not seen) and the text of its first line, which begins with the enhanced code if it has one. */
struct hg_smtp_answer {
	uint16_t code;
	struct hg_span text;
};

struct hg_smtp_address {
	struct hg_smtp_address *next;
	struct hg_span text;
	struct hg_smtp_answer answer;
};

struct hg_smtp_extension {
	struct hg_smtp_extension *next;
	struct hg_span text;
};

/* What came of AUTH. */
struct hg_smtp_auth {
	const char *mechanism; /* NULL: unknown */
	struct hg_span user;
	uint16_t code;
	uint8_t result; /* enum hg_login_result */
	bool seen;
};

struct hg_smtp_tx {
	struct hg_tx base;
	bool done, has_data;
	bool odd_told; /* what is odd about the message so far was named */
	struct hg_span helo, from;
	struct hg_span parameters; /* of MAIL */
	struct hg_smtp_address *to, *to_last,
		*to_answered;                /* to_answered: the last one that has its answer */
	const struct hg_smtp_address *asked; /* of which rules have asked last */
	uint32_t n_to, chunks, asked_index;
	uint64_t data_bytes; /* of the message, dots of the transport apart */
	/* what the server says, natively */
	struct hg_smtp_tx *behind; /* begun after it, while its last word is awaited */
	struct hg_span banner, queue;
	struct hg_smtp_extension *extensions, *extensions_last;
	uint32_t n_extensions;
	struct hg_smtp_answer from_answer, answer; /* to MAIL; to the message */
	struct hg_smtp_auth auth;
	bool awaited;  /* it stands in the list of those that wait for it */
	bool starttls; /* TLS was agreed upon */
	bool doubtful; /* it stands behind an end of data that servers see differently */
	bool lossy;    /* bytes are missing */
	struct hg_mime *mime;
	struct hg_file *raw;  /* the message as it came, where that is asked for */
	struct hg_pieces cut; /* lines of chunks */
};

struct hg_smtp_login {
	bool open;  /* AUTH was sent and waits for the last word */
	bool asked; /* the server wants a line that is no command */
	struct hg_sasl sasl;
};

struct hg_smtp {
	struct hg_app *app;
	struct hg_smtp_tx *tx; /* the newest; NULL: none, or it is gone */
	struct hg_pieces lines[HG_DIRS];
	struct hg_buf waiting;       /* enum hg_smtp_command of those without reply, oldest first */
	struct hg_buf helo;          /* what the client calls itself */
	struct hg_buf banner;        /* the greeting, until there is a transaction */
	struct hg_smtp_tx *awaiting; /* the oldest one that waits for the server's last word */
	uint32_t n_awaiting;
	uint32_t quits;           /* of the commands that wait */
	uint32_t given_up;        /* last words to come that nobody waits for any more */
	struct hg_smtp_auth auth; /* of the last login that worked, its user in who */
	struct hg_buf who;
	bool listing;               /* the line before was of the same reply */
	bool loose;                 /* the command at hand belongs to no transaction */
	bool bare;                  /* the last line of the mail ended with LF alone */
	bool doubtful;              /* an end of data was one that servers see differently */
	bool named;                 /* it has */
	uint8_t current;            /* enum hg_smtp_command */
	bool mailed;                /* there was a transaction */
	bool data;                  /* the client's bytes are a mail */
	bool skipping;              /* the rest of a command that is too long is passed over */
	bool welcomed;              /* the server's greeting is over */
	bool multiline;             /* inside a reply of several lines */
	bool pipelining;            /* the server offers it */
	bool to_tls;                /* TLS follows */
	bool lost;                  /* bytes of the mail are missing, perhaps its end */
	bool chunk_last;            /* BDAT … LAST */
	uint64_t chunk;             /* bytes of the chunk */
	uint64_t chunk_at;          /* of them that came */
	uint64_t sent, sent_before; /* bytes of the client; those in front of the transaction */
	uint32_t files_closed;      /* of the message, seen so far */
	struct hg_smtp_login login;
};

struct hg_decoder_ctx {
	struct hg_mime_config mime;
	struct hg_mime_digests digests;
	bool decode, raw;
	bool subject_md5, body_md5; /* records show them */
	uint32_t extended, custom;  /* fields that records show, by their place in hg_mime_logged */
};
#define HG_SMTP_KEYS 15
extern const struct hg_config_key hg_smtp_keys[HG_SMTP_KEYS];
void hg_smtp_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);
void hg_smtp_release(struct hg_decoder_ctx *ctx);

/* smtp.c */
void hg_smtp_odd(struct hg_smtp *s, enum hg_dir dir, enum hg_smtp_anomaly row);
void hg_smtp_done(struct hg_smtp *s);                               /* the transaction is complete */
bool hg_smtp_wait(struct hg_smtp *s, enum hg_smtp_command command); /* false: too many wait */

/* smtp.c: what is said of a line that is too long is said of its first bytes, the end included; false: it is short enough. */
bool hg_smtp_cut(struct hg_piece *line);

/* command.c */
/* Makes sure that there is a transaction for a line of the client. */
void hg_smtp_begin(struct hg_smtp *s, struct hg_span line);
bool hg_smtp_command(struct hg_smtp *s, const struct hg_piece *line); /* false: cannot go on */

/* data.c */
void hg_smtp_data_begin(struct hg_smtp *s);
void hg_smtp_data_refused(struct hg_smtp *s);
bool hg_smtp_data_line(struct hg_smtp *s, const struct hg_piece *line); /* false: cannot go on */
/* A chunk is announced; bytes of it off *rest, false: cannot go on. */
void hg_smtp_chunk_begin(struct hg_smtp *s);
bool hg_smtp_chunk(struct hg_smtp *s, struct hg_span *rest);
void hg_smtp_data_gap(struct hg_smtp *s, uint64_t bytes);
void hg_smtp_data_cut(struct hg_smtp *s); /* nothing more comes */
void hg_smtp_data_close(struct hg_app *app, struct hg_smtp_tx *tx);

/* answer.c: a reply natively is put down to the transaction of its command. */
void hg_smtp_await(struct hg_smtp *s, struct hg_smtp_tx *tx);  /* a new one */
void hg_smtp_settle(struct hg_smtp *s, struct hg_smtp_tx *tx); /* nothing more is said about it */
void hg_smtp_settle_done(struct hg_smtp *s);                   /* … about those whose last line has come */
void hg_smtp_forget(struct hg_smtp *s, struct hg_smtp_tx *tx);
void hg_smtp_answer(struct hg_smtp *s, uint8_t waiting, unsigned code, struct hg_span line);
void hg_smtp_answer_lost(
	struct hg_smtp *s, unsigned code, struct hg_span line); /* to a mail whose end is missing */
void hg_smtp_goodbye(struct hg_smtp *s, unsigned code);         /* in front of an answer: is it QUIT's? */
void hg_smtp_greeting(struct hg_smtp *s, struct hg_span line);

/* reply.c */
enum hg_feed hg_smtp_reply(struct hg_smtp *s, struct hg_piece line);

/* buffer.c */
bool
hg_smtp_get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out);

/* login.c */
void hg_smtp_auth_of(struct hg_smtp *s, struct hg_smtp_tx *tx); /* whose mail it is */
void hg_smtp_auth(struct hg_smtp *s, struct hg_span arguments);
void hg_smtp_auth_line(struct hg_smtp *s, struct hg_span line);
void hg_smtp_auth_reply(struct hg_smtp *s, unsigned code);

/* audit.c */
bool hg_smtp_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

/* log.c */
void hg_smtp_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);

#endif
