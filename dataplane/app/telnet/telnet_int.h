/* telnet_int: shared by the NVT (nvt.c), the options (option.c), the record (log.c) and the decoder (telnet.c).
 *
 * Three kinds of transactions: the session, which lives as long as the connection and bears record and anomalies; a turn, what
 * one side says until the other says something: lines, options, variables, which rules see at once; and a command with what
 * the server answered (follow.c).
 */
#ifndef HG_APP_TELNET_TELNET_INT_H
#define HG_APP_TELNET_TELNET_INT_H

#include "app/telnet/command.h"
#include "app/telnet/prompt.h"
#include "app/telnet/screen.h"
#include "app/telnet/telnet.h"
#include "app/transcript.h"

#define HG_TELNET_LINE 4096
#define HG_TELNET_SB 1024
#define HG_TELNET_OPTIONS 64
#define HG_TELNET_ENVIRON 32
#define HG_TELNET_ENVIRON_LEN 256
#define HG_TELNET_VALUES 64 /* of a turn; more begin another */
#define HG_TELNET_USER 128u
#define HG_TELNET_OFFERED 16
#define HG_TELNET_SECRET 128u     /* bytes of a password that are compared */
#define HG_TELNET_PENDING 32u     /* lines typed ahead of what the server has shown */
#define HG_TELNET_WAIT 64u        /* lines of output in which a typed one may turn up */
#define HG_TELNET_COMMANDS 10000u /* with a record of their own */
#define HG_TELNET_HEAD 512u       /* bytes of an answer that a record shows */
#define HG_TELNET_ANSWER 3u       /* lines behind a password that speak of it */
#define HG_TELNET_STRANGE 4096u   /* bytes without a sign of Telnet after which nothing is followed */
#define HG_TELNET_AYT 20u
#define HG_TELNET_TOGGLES 16u /* of one option */

/* Progress of a direction. */
enum { HG_TELNET_OPEN = 1, HG_TELNET_COMPLETE };

enum {
	HG_IAC_SE = 240,
	HG_IAC_DM = 242,
	HG_IAC_BRK = 243,
	HG_IAC_IP = 244,
	HG_IAC_AYT = 246,
	HG_IAC_EC = 247,
	HG_IAC_EL = 248,
	HG_IAC_SB = 250,
	HG_IAC_WILL = 251,
	HG_IAC_WONT = 252,
	HG_IAC_DO = 253,
	HG_IAC_DONT = 254,
	HG_IAC = 255,
	HG_IAC_FIRST = 236, /* EOF: the lowest command there is */
};

enum {
	HG_TELOPT_ECHO = 1,
	HG_TELOPT_TTYPE = 24,
	HG_TELOPT_NAWS = 31,
	HG_TELOPT_TSPEED = 32,
	HG_TELOPT_LINEMODE = 34,
	HG_TELOPT_XDISPLOC = 35,
	HG_TELOPT_OLD_ENVIRON = 36,
	HG_TELOPT_AUTHENTICATION = 37,
	HG_TELOPT_ENCRYPT = 38,
	HG_TELOPT_NEW_ENVIRON = 39,
	HG_TELOPT_START_TLS = 46,
};

enum hg_telnet_buffer {
	HG_TELNET_DATA,
	HG_TELNET_OPTION,
	HG_TELNET_ENV,
	HG_TELNET_TURN_BUFFERS, /* the above are values of turns */
	HG_TELNET_USER_BUFFER = HG_TELNET_TURN_BUFFERS,
	HG_TELNET_COMMAND_BUFFER,
	HG_TELNET_OUTPUT_BUFFER,
	HG_TELNET_TERMINAL_BUFFER,
	HG_TELNET_BUFFERS
};

/* Rows behind the buffers. */
enum {
	HG_TELNET_FRAME_PDU = HG_TELNET_BUFFERS,
	HG_TELNET_FRAME_CTL,
	HG_TELNET_FRAME_DATA,
	HG_TELNET_FRAME_STREAM,
	HG_TELNET_ROWS
};

enum hg_telnet_anomaly {
	HG_TELNET_IAC_TRUNCATED,
	HG_TELNET_BAD_COMMAND,
	HG_TELNET_SB_LONG,
	HG_TELNET_SB_BROKEN,
	HG_TELNET_LINE_LONG,
	HG_TELNET_MANY_OPTIONS,
	HG_TELNET_MANY_ENVIRON,
	HG_TELNET_BAD_ENVIRON,
	HG_TELNET_ENVIRON_DASH,
	HG_TELNET_ENVIRON_LOADER,
	HG_TELNET_LONG_KEY,
	HG_TELNET_MANY_SLC,
	HG_TELNET_MISSING,
	HG_TELNET_USER_BYPASS,
	HG_TELNET_SB_OPEN,
	HG_TELNET_ERASE_FIRST,
	HG_TELNET_AYT_FLOOD,
	HG_TELNET_BAD_SLC,
	HG_TELNET_OPTION_LOOP,
	HG_TELNET_URGENT_IN_SB,
	HG_TELNET_MANY_COMMANDS,
	HG_TELNET_TYPED_AHEAD,
	HG_TELNET_ANOMALIES
};

/* Where a direction stands in the NVT's grammar. */
enum hg_telnet_phase {
	HG_NVT_DATA,
	HG_NVT_CR,
	HG_NVT_IAC,
	HG_NVT_VERB,
	HG_NVT_SB,
	HG_NVT_SB_DATA,
	HG_NVT_SB_IAC
};

struct hg_telnet_side {
	uint8_t phase, verb;
	bool truncated; /* the rest of a line that is too long is passed over */
	bool sb_truncated, tls;
	bool spoken; /* data, not only commands */
	uint8_t ayt;
	struct hg_buf line, sb; /* sb: option first, doubled IAC made single */
	uint64_t bytes;
	uint32_t lines;
};

struct hg_telnet_option {
	uint8_t option, side; /* side: enum hg_dir of the packets of who performs it */
	bool will, wont, do_, dont;
	uint8_t toggles;
};

struct hg_telnet_var {
	struct hg_span name, value;
	bool user;
};

/* What option AUTHENTICATION has come to. */
struct hg_telnet_authentication {
	uint8_t n_offered, offered[HG_TELNET_OFFERED]; /* types that the server takes */
	uint8_t type;                                  /* that the client uses */
	bool used, open;                               /* open: and the server has not decided */
	uint8_t result;                                /* enum hg_login_result */
	struct hg_span user, domain, host;
};

struct hg_telnet_session {
	struct hg_tx tx;
	uint8_t kind;
	struct hg_telnet_option options[HG_TELNET_OPTIONS];
	struct hg_telnet_var environ[HG_TELNET_ENVIRON];
	uint8_t n_options, n_environ;
	bool encrypted, has_window;
	uint8_t encrypted_by; /* option */
	bool has_cipher[HG_DIRS];
	uint8_t cipher[HG_DIRS]; /* type of ENCRYPT, by who encrypts */
	struct hg_telnet_authentication authentication;
	uint16_t columns, rows;
	struct hg_span terminal, speed, display;
	uint64_t bytes[HG_DIRS];
	uint32_t lines[HG_DIRS];
	uint32_t commands, hidden, data_marks;
	uint32_t logins[3];  /* by enum hg_login_result */
	struct hg_span user; /* who was in last */
	bool transcribed;
	uint8_t transcript[HG_TRANSCRIPT_ID]; /* what it is named by */
};

struct hg_telnet_turn {
	struct hg_tx tx;
	uint8_t kind;
	uint8_t n;
	uint8_t of[HG_TELNET_VALUES];  /* enum hg_telnet_buffer */
	bool hidden[HG_TELNET_VALUES]; /* not for records */
	struct hg_span value[HG_TELNET_VALUES];
};

/* How a command is known: the server showed the line; the client typed it and the server was not to show it; it was to and
 * was not seen to. */
enum hg_telnet_source { HG_TELNET_ECHOED, HG_TELNET_TYPED, HG_TELNET_UNECHOED };

struct hg_telnet_command {
	struct hg_tx tx;
	uint8_t kind;
	uint8_t source;
	bool over; /* the answer is whole */
	uint32_t number;
	uint32_t danger; /* bits of enum hg_telnet_danger */
	struct hg_span text, prompt, user, login_user;
	uint64_t output_bytes;
	uint8_t *head; /* HG_TELNET_HEAD bytes; NULL: none */
	uint32_t head_len;
};

/* All have the size of the largest. */
union hg_telnet_tx {
	struct hg_tx tx;
	struct hg_telnet_session session;
	struct hg_telnet_turn turn;
	struct hg_telnet_command command;
};

/* Where a line was begun: what stood in front of it. */
struct hg_telnet_asked {
	uint8_t asks, len; /* enum hg_telnet_asks; of text */
	bool shown;        /* the line it stands on is still the one that is shown */
	bool whole;        /* text is all of it */
	uint32_t cells;
	uint8_t text[HG_TELNET_PROMPT];
};

/* A line that was entered and that the server has not shown. */
struct hg_telnet_entered {
	struct hg_telnet_entered *next;
	struct hg_telnet_asked asked;
	uint32_t size, len, waits;
	uint8_t text[];
};

enum hg_telnet_phase_of_user { HG_TELNET_OUT, HG_TELNET_NAMED, HG_TELNET_IN };

/* Who is in, what was typed and what is shown (follow.c, login.c). */
struct hg_telnet_follow {
	struct hg_telnet_line shown, typed;
	struct hg_telnet_escape shown_escape, typed_escape;
	bool believed, given_up;
	bool typing, whole;
	uint8_t phase;
	bool untold;             /* a name was sent, and no attempt with it is told */
	bool tried, has_secret;  /* what was sent waits for the server's word */
	uint8_t answers, others; /* lines since: of the server, of the client at prompts that say nothing */
	struct hg_telnet_asked now;
	struct hg_telnet_entered *first, *last;
	uint32_t n_entered;
	const char *rising; /* by what the client wants to become somebody else; NULL: it does not */
	uint8_t user[HG_TELNET_USER], login_user[HG_TELNET_USER], rise_user[HG_TELNET_USER];
	uint8_t secret[HG_TELNET_SECRET];
	uint8_t user_len, login_user_len, rise_user_len, secret_len;
	struct hg_transcript transcript;
	bool transcript_begun;
	uint32_t line_bytes;               /* of the server since its last end of line */
	uint32_t unproved;                 /* of the server, without a sign of Telnet */
	struct hg_telnet_command *command; /* whose answer comes */
};

/* Where a direction stands in its frames (frame.c). */
struct hg_telnet_unit {
	uint8_t phase, last; /* last byte of data */
	bool torn;           /* bytes are missing: what had begun is over */
};

struct hg_telnet {
	struct hg_telnet_session *session; /* NULL: no memory; the decoder goes on without */
	struct hg_telnet_turn *turn;       /* that may get more values */
	struct hg_telnet_side side[HG_DIRS];
	struct hg_telnet_unit unit[HG_DIRS];
	uint8_t dialog; /* how far the login is, for frames */
	struct hg_telnet_follow follow;
	uint8_t ended; /* HG_SIDE_* */
	bool opaque;   /* cipher text from here on: bytes are counted only */
	bool to_tls;   /* both sides have agreed: TLS follows */
};

enum hg_telnet_kind { HG_TELNET_TURN, HG_TELNET_SESSION, HG_TELNET_COMMAND };

static inline enum hg_telnet_kind
hg_telnet_kind_of(const struct hg_tx *tx)
{
	return ((const struct hg_telnet_session *)tx)->kind;
}

struct hg_decoder_ctx {
	struct hg_telnet_own own;
};

void hg_telnet_anomaly(struct hg_telnet *t, enum hg_dir dir, enum hg_telnet_anomaly row);
void hg_telnet_value(struct hg_app *app, enum hg_dir dir, enum hg_telnet_buffer kind, struct hg_span value);

/* nvt.c: bytes of a direction; returns how many are taken (all, unless TLS follows). */
size_t hg_telnet_nvt(struct hg_app *app, enum hg_dir dir, struct hg_span in);
void hg_telnet_end_line(struct hg_app *app, enum hg_dir dir);

/* option.c */
void hg_telnet_negotiate(struct hg_app *app, enum hg_dir dir, uint8_t verb, uint8_t option);
void hg_telnet_subnegotiation(struct hg_app *app, enum hg_dir dir, struct hg_span sb);
const char *hg_telnet_option_name(uint8_t option, char buf[4]);
const char *hg_telnet_cipher_name(uint8_t type, char buf[4]);

/* authentication.c */
void hg_telnet_authentication(struct hg_app *app, enum hg_dir dir, uint8_t verb, struct hg_span in);
void
hg_telnet_authentication_end(struct hg_app *app, const char *why); /* the server's word will not be seen */
const char *hg_telnet_authentication_name(uint8_t type, char buf[4]);

/* frame.c: frames of what nvt.c has taken, which is all or part of what feed was given. */
void hg_telnet_frames(struct hg_app *app, enum hg_dir dir, struct hg_span in);
/* follow.c: keys of the client, its ends of lines, what the server shows. */
void hg_telnet_typed(struct hg_app *app, struct hg_span keys);
void hg_telnet_entered(struct hg_app *app);
bool hg_telnet_is_hidden(const struct hg_telnet *t); /* what is being typed: a password, or perhaps one */
bool hg_telnet_awaits_secret(struct hg_app *app);    /* its line is one, whatever it says */
void hg_telnet_cancelled(struct hg_app *app);        /* what was typed is given up */
void hg_telnet_shown(struct hg_app *app, struct hg_span output);
void hg_telnet_follow_gap(struct hg_app *app);
void hg_telnet_follow_end(struct hg_app *app); /* nothing more can be read of either side */
void hg_telnet_follow_fini(struct hg_app *app);
void hg_telnet_end_command(struct hg_telnet *t);

/* login.c */
void hg_telnet_prompted(struct hg_app *app, enum hg_telnet_asks asks, bool blank);
void hg_telnet_named(struct hg_app *app, struct hg_span user);
void hg_telnet_secret(struct hg_app *app, struct hg_span secret, enum hg_telnet_asks asks);
void hg_telnet_answered(struct hg_app *app, struct hg_span line);
void hg_telnet_authenticated(struct hg_app *app, struct hg_span user);
void hg_telnet_rises(struct hg_app *app, struct hg_span command);
void hg_telnet_login_end(struct hg_app *app, const char *why);

/* config.c */
#define HG_TELNET_KEYS 5
extern const struct hg_config_key hg_telnet_keys[HG_TELNET_KEYS];
void hg_telnet_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

/* log.c */
bool hg_telnet_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_telnet_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_telnet_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);

#endif
