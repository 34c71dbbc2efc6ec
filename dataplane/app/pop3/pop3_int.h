/* pop3_int: shared by the client's commands (command.c), the server's replies (reply.c), logins (login.c), the records (log.c), rows
 * and settings (rows.c) and the decoder (pop3.c).
 *
 * A command with its reply is a transaction, and so is the connection: the session, which bears its record and the anomalies.
 */
#ifndef HG_APP_POP3_POP3_INT_H
#define HG_APP_POP3_POP3_INT_H

#include "app/mailbox/mailbox.h"
#include "app/pop3/pop3.h"
#include "base/line.h"

#define HG_POP3_LINE 8192   /* bytes of a client's line that are read */
#define HG_POP3_SHOWN 1024  /* … of an argument or a reply that records show */
#define HG_POP3_WAITING 256 /* commands that wait for their reply */
#define HG_POP3_IDS 1024    /* messages whose unique ids are remembered */
#define HG_POP3_ID 70       /* bytes of one (RFC 1939 7) */
#define HG_POP3_CAPA 32
#define HG_POP3_MARKED 64 /* deleted messages that the record of a session names */

/* Progress of a direction. */
enum { HG_POP3_OPEN = 1, HG_POP3_COMPLETE = 2 };

enum hg_pop3_anomaly {
	HG_POP3_LINE_LONG,
	HG_POP3_UNKNOWN_COMMAND,
	HG_POP3_BAD_REPLY,
	HG_POP3_UNASKED,
	HG_POP3_EARLY,
	HG_POP3_INJECTION,
	HG_POP3_MANY_COMMANDS,
	HG_POP3_MISSING,
	HG_POP3_ODDITIES,
	HG_POP3_ANOMALIES = HG_POP3_ODDITIES + HG_MESSAGE_ODDITIES
};

enum hg_pop3_buffer {
	HG_POP3_COMMAND,
	HG_POP3_ARG,
	HG_POP3_RESPONSE,
	HG_POP3_FILE_DATA,
	HG_POP3_FILE_NAME,
	HG_POP3_FILE_TYPE,
	HG_POP3_FILE_SIZE,
	HG_POP3_FILE_DIGEST,
	HG_POP3_FIELD = HG_POP3_FILE_DIGEST + HG_FILE_DIGESTS,
	HG_POP3_FRAME_STREAM = HG_POP3_FIELD + HG_MESSAGE_FIELDS,
	HG_POP3_BUFFERS
};
extern const struct hg_buffer_row hg_pop3_buffers[HG_POP3_BUFFERS];
extern const struct hg_anomaly_row hg_pop3_anomalies[HG_POP3_ANOMALIES];

enum hg_pop3_verb {
	HG_POP3_OTHER,
	HG_POP3_USER,
	HG_POP3_PASS,
	HG_POP3_APOP,
	HG_POP3_AUTH,
	HG_POP3_STLS,
	HG_POP3_LISTS_CAPA,
	HG_POP3_STAT,
	HG_POP3_LIST,
	HG_POP3_UIDL,
	HG_POP3_RETR,
	HG_POP3_TOP,
	HG_POP3_DELE,
	HG_POP3_NOOP,
	HG_POP3_RSET,
	HG_POP3_QUIT,
	HG_POP3_VERBS
};

/* For the record of a session. */
struct hg_pop3_sum {
	struct hg_span user, welcome, capa; /* capa: lines, each with LF; kept at the end */
	bool midstream;                     /* the begin of the connection was not seen */
	bool spoke[HG_DIRS], gaps[HG_DIRS];
	bool apop;         /* the greeting offers it */
	bool stls, to_tls; /* asked for; TLS follows */
	bool stat_seen, quit;
	uint8_t n_capa;
	uint32_t logins[3]; /* by enum hg_login_result */
	uint32_t commands, listed, fetched, tops, marked, erased;
	uint64_t octets, fetched_bytes;
	uint32_t marks[HG_POP3_MARKED];
};

struct hg_pop3_tx {
	struct hg_tx base;
	bool session;
	bool hidden;                   /* it belongs to another protocol */
	const struct hg_pop3_sum *sum; /* of a session that is over */
	/* of a command */
	uint8_t verb;
	bool replied, ok, cut;                           /* cut: a line was longer than what is read */
	struct hg_span command, arg, line, status, text; /* line: the reply's first; the others are of it */
	struct hg_span user, id;                         /* whose mailbox; the unique id of its message */
	uint32_t number;                                 /* of its message; 0: none */
	uint32_t lines;                                  /* behind the status */
	bool has_message;
	struct hg_message message;
};

/* A command without its reply. */
struct hg_pop3_wait {
	uint64_t tx; /* id; UINT64_MAX: there was no room for one */
	uint8_t verb;
	bool many; /* a reply of success has several lines */
};

struct hg_pop3 {
	struct hg_app *app;
	struct hg_pop3_tx *session; /* NULL: there was no room for it, or it is gone */
	struct hg_lines commands;
	struct hg_pieces replies;
	struct hg_pop3_wait waiting[HG_POP3_WAITING]; /* a ring */
	uint32_t first, n_waiting;
	bool believed;          /* a side has said what only this protocol says */
	bool deaf;              /* it is another one: nothing is told */
	bool greeted;           /* the server's first reply was read, or is not to be had */
	bool unsure;            /* replies may belong to commands that nobody saw */
	bool pipelined;         /* a command was answered while another one waited */
	bool torn;              /* what follows missing bytes may be the rest of a line */
	bool unasked, strange;  /* a reply, a line that nobody asked for, unless a command is missing */
	bool inside;            /* the oldest command's reply has begun and has more lines */
	bool lost;              /* … whose end may be among missing bytes */
	uint8_t ended;          /* HG_SIDE_* */
	struct hg_pop3_tx *now; /* whose message is being read */

	bool auth_open, auth_asked; /* AUTH waits for its end; for a line of the client */
	struct hg_sasl sasl;
	bool entered; /* somebody is logged in */
	struct hg_buf user, secret;
	bool has_user;

	struct hg_buf ids;     /* unique ids: a byte of length, then the text */
	uint32_t *places;      /* where that of a message begins; 0: unknown */
	struct hg_buf capa;    /* lines, parted by LF */
	struct hg_buf welcome; /* the greeting's text */
	struct hg_pop3_sum sum;
};

struct hg_decoder_ctx {
	struct hg_message_config message;
};

#define HG_POP3_KEYS HG_MESSAGE_KEYS
extern const struct hg_config_key hg_pop3_keys[HG_POP3_KEYS];
void hg_pop3_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

/* pop3.c: what is odd about the session. */
void hg_pop3_odd(struct hg_pop3 *s, enum hg_dir dir, enum hg_pop3_anomaly row);

/* command.c */
enum hg_pop3_verb hg_pop3_verb_of(struct hg_span word);
/* Does a client of this protocol begin so? */
enum hg_probe hg_pop3_probe_client(struct hg_span in);
void hg_pop3_command(struct hg_pop3 *s, const struct hg_line *line);
struct hg_pop3_tx *hg_pop3_tx_of(struct hg_pop3 *s, const struct hg_pop3_wait *w); /* NULL: none */
struct hg_pop3_wait *hg_pop3_oldest(struct hg_pop3 *s);                            /* NULL: none waits */
/* The oldest command is over, with its reply or without. */
void hg_pop3_settle(struct hg_pop3 *s);
void hg_pop3_settle_all(struct hg_pop3 *s);
void hg_pop3_command_gap(struct hg_pop3 *s);

/* reply.c: a line of the server. */
bool hg_pop3_is_reply(struct hg_span line);
void hg_pop3_reply(struct hg_pop3 *s, const struct hg_piece *line);
void hg_pop3_reply_gap(struct hg_pop3 *s, uint64_t bytes);
/* No command is missing: what nobody has asked for is named. */
void hg_pop3_name_unasked(struct hg_pop3 *s);

/* login.c */
void hg_pop3_login_said(struct hg_pop3 *s, enum hg_pop3_verb verb, struct hg_span arg);
void hg_pop3_login_line(struct hg_pop3 *s, struct hg_span line);
void hg_pop3_login_over(struct hg_pop3 *s, const struct hg_pop3_wait *w, enum hg_login_result result);

/* log.c */
void hg_pop3_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_pop3_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);
bool hg_pop3_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
