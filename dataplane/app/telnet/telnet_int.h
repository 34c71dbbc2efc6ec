/* telnet_int: shared by the NVT (nvt.c), the options (option.c), the record (log.c) and the decoder (telnet.c).
 *
 * Two kinds of transactions: the session, which lives as long as the connection and bears record and anomalies;
 * and a turn, what one side says until the other says something: lines, options, variables. Rules see each at once.
 */
#ifndef HG_APP_TELNET_TELNET_INT_H
#define HG_APP_TELNET_TELNET_INT_H

#include "app/telnet/telnet.h"

#define HG_TELNET_LINE 4096
#define HG_TELNET_SB 1024
#define HG_TELNET_OPTIONS 64
#define HG_TELNET_ENVIRON 32
#define HG_TELNET_ENVIRON_LEN 256
#define HG_TELNET_VALUES 64 /* of a turn; more begin another */

/* Progress of a direction. */
enum { HG_TELNET_OPEN = 1, HG_TELNET_COMPLETE };

enum {
	HG_IAC_SE = 240,
	HG_IAC_SB = 250,
	HG_IAC_WILL = 251,
	HG_IAC_WONT = 252,
	HG_IAC_DO = 253,
	HG_IAC_DONT = 254,
	HG_IAC = 255,
	HG_IAC_FIRST = 236, /* EOF: the lowest command there is */
};

enum {
	HG_TELOPT_TTYPE = 24,
	HG_TELOPT_NAWS = 31,
	HG_TELOPT_TSPEED = 32,
	HG_TELOPT_LINEMODE = 34,
	HG_TELOPT_XDISPLOC = 35,
	HG_TELOPT_OLD_ENVIRON = 36,
	HG_TELOPT_ENCRYPT = 38,
	HG_TELOPT_NEW_ENVIRON = 39,
	HG_TELOPT_START_TLS = 46,
};

enum hg_telnet_buffer { HG_TELNET_DATA, HG_TELNET_OPTION, HG_TELNET_ENV, HG_TELNET_BUFFERS };

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
	struct hg_buf line, sb; /* sb: option first, doubled IAC made single */
	uint64_t bytes;
	uint32_t lines;
};

struct hg_telnet_option {
	uint8_t option, side; /* side: enum hg_dir of the packets of who performs it */
	bool will, wont, do_, dont;
};

struct hg_telnet_var {
	struct hg_span name, value;
	bool user;
};

struct hg_telnet_session {
	struct hg_tx tx;
	bool session; /* true */
	struct hg_telnet_option options[HG_TELNET_OPTIONS];
	struct hg_telnet_var environ[HG_TELNET_ENVIRON];
	uint8_t n_options, n_environ;
	bool encrypted, has_window;
	uint16_t columns, rows;
	struct hg_span terminal, speed, display;
	uint64_t bytes[HG_DIRS];
	uint32_t lines[HG_DIRS];
};

struct hg_telnet_turn {
	struct hg_tx tx;
	bool session; /* false */
	uint8_t n;
	uint8_t kind[HG_TELNET_VALUES]; /* enum hg_telnet_buffer */
	struct hg_span value[HG_TELNET_VALUES];
};

/* Both have the size of the larger. */
union hg_telnet_tx {
	struct hg_tx tx;
	struct hg_telnet_session session;
	struct hg_telnet_turn turn;
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
	bool opaque;    /* cipher text from here on: bytes are counted only */
	bool to_tls;    /* both sides have agreed: TLS follows */
};

static inline bool
hg_telnet_is_session(const struct hg_tx *tx)
{
	return ((const struct hg_telnet_session *)tx)->session;
}

void hg_telnet_anomaly(struct hg_telnet *t, enum hg_dir dir, enum hg_telnet_anomaly row);
void hg_telnet_value(struct hg_app *app, enum hg_dir dir, enum hg_telnet_buffer kind, struct hg_span value);

/* nvt.c: bytes of a direction; returns how many are taken (all, unless TLS follows). */
size_t hg_telnet_nvt(struct hg_app *app, enum hg_dir dir, struct hg_span in);
void hg_telnet_end_line(struct hg_app *app, enum hg_dir dir);

/* option.c */
void hg_telnet_negotiate(struct hg_app *app, enum hg_dir dir, uint8_t verb, uint8_t option);
void hg_telnet_subnegotiation(struct hg_app *app, enum hg_dir dir, struct hg_span sb);
const char *hg_telnet_option_name(uint8_t option, char buf[4]);

/* frame.c: frames of what nvt.c has taken, which is all or part of what feed was given. */
void hg_telnet_frames(struct hg_app *app, enum hg_dir dir, struct hg_span in);

/* log.c */
void hg_telnet_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_telnet_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);

#endif
