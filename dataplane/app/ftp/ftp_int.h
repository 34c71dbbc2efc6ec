/* ftp_int: shared by the decoder of the control connection (ftp.c), its commands (command.c, name.c), replies (reply.c) and
 * addresses (address.c), the data connection (data.c) and the records (log.c).
 *
 * A transaction is a command with its replies, or a reply that nobody asked for. The state of a flow remembers the port that
 * was agreed upon; a command that moves a file announces the connection that will carry it (hg_flow_expect).
 */
#ifndef HG_APP_FTP_FTP_INT_H
#define HG_APP_FTP_FTP_INT_H

#include "app/ftp/ftp.h"
#include "base/line.h"

#define HG_FTP_LINE 4096    /* bytes of a line, its end among them: from so many on it is too long */
#define HG_FTP_REPLIES 1024 /* lines of replies kept a transaction */
#define HG_FTP_REPLY_BYTES 49152
#define HG_FTP_USER 128
#define HG_FTP_PATIENCE (30 * HG_SEC) /* a data connection that was announced is waited for */

/* Progress of a direction. */
enum { HG_FTP_OPEN = 1, HG_FTP_COMPLETE };

/* Commands that mean something here; the others have a name only. */
enum hg_ftp_command {
	HG_FTP_NONE, /* no command, or none that is known */
	HG_FTP_OTHER,
	HG_FTP_USER_CMD,
	HG_FTP_PASS,
	HG_FTP_AUTH,
	HG_FTP_PASV,
	HG_FTP_EPSV,
	HG_FTP_PORT,
	HG_FTP_EPRT,
	HG_FTP_RETR,
	HG_FTP_STOR,
	HG_FTP_APPE,
	HG_FTP_STOU,
};

enum hg_ftp_buffer { HG_FTP_BOUNCE, HG_FTP_BUFFERS };
enum hg_ftp_data_buffer {
	HG_FTP_DATA_COMMAND,
	HG_FTP_DATA_FILE,
	HG_FTP_DATA_NAME,
	HG_FTP_DATA_TYPE,
	HG_FTP_DATA_SIZE,
	HG_FTP_DATA_DIGEST,
	HG_FTP_DATA_BUFFERS = HG_FTP_DATA_DIGEST + HG_FILE_DIGESTS
};

/* Values of ftpdata_command. */
enum { HG_FTP_READS = 1, HG_FTP_WRITES };

enum hg_ftp_anomaly {
	HG_FTP_REQUEST_LONG,
	HG_FTP_RESPONSE_LONG,
	HG_FTP_MANY_REPLIES,
	HG_FTP_MISSING,
	HG_FTP_ANOMALIES
};

struct hg_ftp_reply {
	struct hg_ftp_reply *next;
	struct hg_span text;
};

struct hg_ftp_tx {
	struct hg_tx tx;
	struct hg_ftp_tx *next_open; /* commands without their last reply, oldest first */
	bool open, done, active, bounces;
	bool truncated, reply_truncated;
	uint8_t command; /* enum hg_ftp_command */
	uint16_t asked;  /* port in its PORT or EPRT; 0: none */
	uint16_t port;   /* that was agreed upon; 0: none */
	uint16_t n_replies;
	uint32_t reply_bytes;
	struct hg_span name; /* in capitals; empty: no command, or one without a name */
	struct hg_span line; /* begins with the name; without blanks at its end */
	struct hg_ftp_reply *replies, *last_reply;
};

/* What a line of the client says. */
struct hg_ftp_request {
	uint8_t command;
	struct hg_span name, line;
};

struct hg_ftp {
	struct hg_lines lines[HG_DIRS];
	struct hg_ftp_tx *open, *open_last; /* without their last reply */
	struct hg_ftp_tx *multiline;        /* in whose reply of several lines the server is */
	uint8_t multiline_code[3];
	uint8_t command; /* of the newest line, enum hg_ftp_command */
	uint16_t asked;  /* port in the newest PORT or EPRT; 0: none */
	uint16_t port;   /* of the next data connection; 0: none is agreed upon */
	bool active;     /* the server opens it */
	bool to_tls;     /* the server has agreed: TLS follows */
	uint8_t user_len;
	uint8_t user[HG_FTP_USER];
};

/* Names a malformation; rules of both directions see it, as with the peer. */
void hg_ftp_name(struct hg_ftp_tx *tx, enum hg_dir dir, enum hg_ftp_anomaly row);
/* Replies are waited for. */
void hg_ftp_wait(struct hg_ftp *s, struct hg_ftp_tx *tx);
void hg_ftp_forget(struct hg_ftp *s, struct hg_ftp_tx *tx);
/* Nothing more is waited for: complete, answered or not. */
void hg_ftp_settle(struct hg_ftp *s, struct hg_ftp_tx *tx);

/* name.c: natively the first word of a line, as the peer one of its names anywhere in it. false: there is no command. What it
 * makes stands in `room` or is constant. */
#define HG_FTP_NAME 16
bool
hg_ftp_request_read(struct hg_span line, bool as_peer, uint8_t room[HG_FTP_NAME], struct hg_ftp_request *out);
/* The line without Telnet's commands, in `room` if there are any. */
struct hg_span hg_ftp_plain(struct hg_span line, uint8_t room[HG_FTP_LINE]);
/* What stands behind the name; false: nothing does, not even a blank. */
bool hg_ftp_argument(struct hg_span name, struct hg_span line, bool as_peer, struct hg_span *out);

/* command.c, reply.c: a line of the client, of the server */
enum hg_feed hg_ftp_command(struct hg_app *app, const struct hg_line *line);
void hg_ftp_reply(struct hg_app *app, const struct hg_line *line);
bool hg_ftp_is_long(const struct hg_line *line);

/* address.c: ports; 0: the text names none */
uint16_t hg_ftp_port(struct hg_span line, bool as_peer);
uint16_t hg_ftp_eprt(struct hg_span line, bool as_peer);
uint16_t hg_ftp_pasv(struct hg_span reply, bool as_peer);
uint16_t hg_ftp_epsv(struct hg_span reply, bool as_peer);
/* A PORT that names another host than its sender. */
bool hg_ftp_bounces(struct hg_span line, const struct hg_addr *sender);

/* What hg_expectation.arg tells. */
static inline uint32_t
hg_ftp_arg(enum hg_ftp_command command, enum hg_dir dir)
{
	return (uint32_t)command << 1 | (uint32_t)dir;
}

/* log.c */
void hg_ftp_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
void hg_ftp_data_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);

struct hg_ftp_data_tx {
	struct hg_tx tx;
	uint8_t command; /* enum hg_ftp_command */
	uint8_t dir;     /* in which the file goes */
	struct hg_file *file;
	struct hg_span name;
};

#endif
