/* ftp_int: shared by the decoder of the control connection (ftp.c), its commands (command.c, name.c), replies (reply.c),
 * addresses (address.c), logins (login.c) and paths (path.c), the data connection (data.c, coding.c, note.c) and the records (log.c).
 *
 * A transaction is a command with its replies, or a reply that nobody asked for; natively also the session, which lives as long as
 * the connection. The state of a flow remembers what was agreed upon for the next data connection; a command that moves a file
 * announces it (hg_flow_expect), and natively it tells its end to who announced it.
 */
#ifndef HG_APP_FTP_FTP_INT_H
#define HG_APP_FTP_FTP_INT_H

#include "app/deflate.h"
#include "app/ftp/ftp.h"
#include "base/buf.h"
#include "base/line.h"

#define HG_FTP_LINE 4096    /* bytes of a line, its end among them: from so many on it is too long */
#define HG_FTP_REPLIES 1024 /* lines of replies kept a transaction */
#define HG_FTP_REPLY_BYTES 49152
#define HG_FTP_USER 128
#define HG_FTP_SECRET 256
#define HG_FTP_PATH 1024
#define HG_FTP_LOOK_AHEAD 16          /* commands that wait, among which a reply out of turn finds its own */
#define HG_FTP_PRIVILEGED 1024        /* ports below it are of services */
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
	HG_FTP_LIST,
	HG_FTP_NLST,
	HG_FTP_MLSD,
	HG_FTP_LPRT,
	HG_FTP_LPSV,
	HG_FTP_ACCT,
	HG_FTP_REIN,
	HG_FTP_CWD,
	HG_FTP_CDUP,
	HG_FTP_PWD,
	HG_FTP_MKD,
	HG_FTP_RNFR,
	HG_FTP_RNTO,
	HG_FTP_DELE,
	HG_FTP_RMD,
	HG_FTP_OF_FILE, /* tells of the file that it names */
	HG_FTP_REST,
	HG_FTP_TYPE,
	HG_FTP_MODE_CMD,
	HG_FTP_ABOR,
};

enum hg_ftp_buffer {
	HG_FTP_BOUNCE,
	HG_FTP_COMMAND_NAME,
	HG_FTP_COMMAND_DATA,
	HG_FTP_REPLY,
	HG_FTP_CODE,
	HG_FTP_MODE,
	HG_FTP_DYNAMIC_PORT,
	HG_FTP_RECEIVED,
	HG_FTP_WHO,
	HG_FTP_WHERE,
	HG_FTP_BUFFERS
};
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
	HG_FTP_PORT_OTHER_HOST,
	HG_FTP_PORT_PRIVILEGED,
	HG_FTP_PASV_OTHER_HOST,
	HG_FTP_BEHIND_AUTH,
	HG_FTP_BEFORE_LOGIN,
	HG_FTP_TRAVERSAL,
	HG_FTP_LONG_ARGUMENT,
	HG_FTP_BARE_LF,
	HG_FTP_BARE_CR,
	HG_FTP_TELNET_INSIDE,
	HG_FTP_NUL,
	HG_FTP_DATA_REFUSED,
	HG_FTP_ANOMALIES
};

struct hg_ftp_reply {
	struct hg_ftp_reply *next;
	struct hg_span text;
};

/* A place where a data connection goes. */
struct hg_ftp_where {
	uint16_t port;  /* 0: the text names none */
	uint8_t family; /* 4, 6; 0: no address */
	struct hg_addr addr;
};

/* What a data connection has carried, as it tells the control connection. */
struct hg_ftp_carried {
	uint64_t flow_id, bytes;
	uint32_t entries; /* of a listing */
	uint8_t command;  /* enum hg_ftp_command */
	bool whole;
};

/* A session from its first byte on. */
struct hg_ftp_summary {
	struct hg_span user;                       /* who was in last */
	uint32_t logins[3];                        /* by enum hg_login_result */
	uint32_t commands, refused;                /* refused: answered by 4yz or 5yz */
	uint32_t uploads, downloads, listings;     /* that the server says are done */
	uint64_t up_bytes, down_bytes, list_bytes; /* of data connections that were seen */
	uint64_t duration;                         /* ms */
	bool tls;
};

struct hg_ftp_cursor {
	const struct hg_ftp_reply *reply;
	uint32_t index;
};

struct hg_ftp_tx {
	struct hg_tx tx;
	struct hg_ftp_summary *session; /* it is none of commands and replies */
	struct hg_ftp_tx *next_open;    /* commands without their last reply, oldest first */
	bool open, done, active, bounces;
	bool truncated, reply_truncated;
	bool announced; /* its data connection is waited for */
	bool likely;    /* the path is as the names say: links are not known */
	bool secret;    /* what stands behind the name is not for records */
	bool guest;     /* … of a guest: no password but an address of mail */
	bool has_carried;
	uint8_t command; /* enum hg_ftp_command */
	uint16_t asked;  /* port in its PORT or EPRT; 0: none */
	uint16_t port;   /* that was agreed upon; 0: none */
	uint16_t n_replies;
	uint32_t reply_bytes;
	struct hg_span name; /* in capitals; empty: no command, or one without a name */
	struct hg_span line; /* begins with the name; without blanks at its end */
	struct hg_ftp_reply *replies, *last_reply;
	struct hg_ftp_cursor cursor[2]; /* of rules, in lines of replies and in codes */
	uint8_t port_bytes[2];          /* as rules compare it */
	struct hg_ftp_where where;      /* natively: what PORT asks for or PASV answers */
	struct hg_span claimed;         /* whose password it is */
	struct hg_span user;            /* who was in when it was answered */
	struct hg_span path, from;      /* absolute; from: of what RNTO renames */
	uint64_t offset;                /* at which the file begins */
	uint8_t type, mode;             /* of the transfer, as TYPE and MODE have them */
	struct hg_ftp_carried carried;
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
	/* natively */
	struct hg_ftp_tx *session;    /* NULL: as the peer, or no memory */
	struct hg_ftp_tx *transfer;   /* the newest that announced a connection, as long as it is there */
	struct hg_buf cwd;            /* absolute; empty: nobody knows */
	struct hg_buf renamed;        /* path that RNFR named, with 350 */
	struct hg_buf secret;         /* that was good and wants an account, too */
	uint64_t offset;              /* that REST asked for */
	uint8_t type, mode;           /* agreed upon */
	uint8_t next_type, next_mode; /* … or asked for */
	uint32_t auths;               /* AUTH that are not answered */
	uint8_t ended;                /* HG_SIDE_* */
	uint32_t moving;              /* commands that change the directory and are not answered */
	uint32_t named;               /* bits of anomalies that are named once a session */
	bool asked_anything;          /* the client has said something */
	bool greeted;                 /* it was seen from its beginning */
	bool in;                      /* somebody is logged in */
	bool likely;                  /* so is cwd */
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
enum hg_probe hg_ftp_probe(enum hg_dir dir, struct hg_span in, bool udp);
/* Digits at its front, at most what fits. */
uint64_t hg_ftp_number(struct hg_span text);
#define HG_FTP_IAC 255 /* begins a command of Telnet (RFC 854) */
/* The line without Telnet's commands, in `room` if there are any. */
struct hg_span hg_ftp_plain(struct hg_span line, uint8_t room[HG_FTP_LINE]);
/* What stands behind the name; false: nothing does, not even a blank. */
bool hg_ftp_argument(struct hg_span name, struct hg_span line, bool as_peer, struct hg_span *out);

/* command.c, reply.c: a line of the client, of the server */
enum hg_feed hg_ftp_command(struct hg_app *app, const struct hg_line *line);
void hg_ftp_reply(struct hg_app *app, const struct hg_line *line);
bool hg_ftp_has_code(struct hg_span reply); /* three digits */
bool hg_ftp_is_long(const struct hg_line *line);

bool hg_ftp_moves(uint8_t command); /* a file */
bool hg_ftp_lists(uint8_t command);
bool hg_ftp_changes_dir(uint8_t command);
/* The file that a command names, as it names it; false: it needs a name and has none. */
bool hg_ftp_names_file(uint8_t command, struct hg_span name, struct hg_span line, struct hg_span *file);
void hg_ftp_announce(struct hg_app *app, uint8_t command, struct hg_span name, struct hg_ftp_tx *tx);

/* address.c: places; port 0: the text names none */
struct hg_ftp_where hg_ftp_port(struct hg_span line, bool as_peer);
struct hg_ftp_where hg_ftp_eprt(struct hg_span line, bool as_peer);
struct hg_ftp_where hg_ftp_pasv(struct hg_span reply, bool as_peer);
struct hg_ftp_where hg_ftp_epsv(struct hg_span reply, bool as_peer);
/* Natively only: RFC 1639, of the command and the answer alike. */
struct hg_ftp_where hg_ftp_long_address(struct hg_span text);
/* It is the address, or none that is told apart: no address, 0.0.0.0. */
bool hg_ftp_is_there(const struct hg_ftp_where *w, const struct hg_addr *addr, uint8_t family);
/* A PORT that names another host than its sender. */
bool hg_ftp_bounces(struct hg_span line, const struct hg_addr *sender);

/* login.c: who comes in */
void hg_ftp_logged(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span reply);
/* Nobody will hear what became of it. */
void hg_ftp_login_lost(struct hg_app *app, const struct hg_ftp_tx *tx);
void hg_ftp_login_end(struct hg_app *app);
/* A guest gives an address in place of a password. */
bool hg_ftp_is_guest(struct hg_span user, struct hg_span secret);

/* path.c: where an argument leads from a directory (empty: unknown). false: nobody can say. climbs: above the root, or far up from
 * an unknown place. */
bool hg_ftp_resolve(struct hg_span cwd, struct hg_span argument, uint8_t room[HG_FTP_PATH],
	struct hg_span *out, bool *climbs);
/* The path in quotes of a 257 (RFC 959, appendix II), in `room`; false: there is none. */
bool hg_ftp_quoted(struct hg_span reply, uint8_t room[HG_FTP_PATH], struct hg_span *out);
/* The answered command's path, and what it does to the directory. */
void hg_ftp_walk(struct hg_app *app, struct hg_ftp_tx *tx, struct hg_span reply);
/* The argument without options of ls, which are no names. */
struct hg_span hg_ftp_file_in(uint8_t command, struct hg_span argument);
/* The path of a name, as far as it can be said before its command is answered; in `room`. */
struct hg_span hg_ftp_path_ahead(const struct hg_ftp *s, struct hg_span name, uint8_t room[HG_FTP_PATH]);

/* session.c */
void hg_ftp_session_open(struct hg_app *app);
void hg_ftp_session_close(struct hg_app *app);
void hg_ftp_session_end(struct hg_app *app, enum hg_dir dir);
void hg_ftp_session_count(struct hg_ftp *s, const struct hg_ftp_tx *tx, struct hg_span reply);
void hg_ftp_session_carried(struct hg_app *app, const struct hg_ftp_carried *c);
/* Named, but once a session: it is in every line of those who do so. */
void hg_ftp_name_once(struct hg_ftp *s, struct hg_ftp_tx *tx, enum hg_dir dir, enum hg_ftp_anomaly row);

/* buffers.c */
extern const struct hg_buffer_row hg_ftp_buffers[];
bool
hg_ftp_get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out);

/* note.c: what hg_expectation.note tells the data connection, in words of FTP's own. */
struct hg_ftp_note {
	struct hg_span name, path, user;
	uint64_t offset;
	uint8_t type, mode;
};
#define HG_FTP_NOTE (HG_FTP_LINE + HG_FTP_PATH + HG_FTP_USER + 16)
struct hg_span hg_ftp_note_write(const struct hg_ftp_note *n, uint8_t room[HG_FTP_NOTE]);
bool hg_ftp_note_read(struct hg_span bytes, struct hg_ftp_note *n); /* spans into bytes */

/* coding.c: what a data connection carries, as it came, to hg_ftp_data_carry() as the file has it. */
enum hg_ftp_data_anomaly {
	HG_FTP_DATA_BAD_DEFLATE,
	HG_FTP_DATA_BOMB,
	HG_FTP_DATA_BEHIND_EOF,
	HG_FTP_DATA_ANOMALIES
};
struct hg_ftp_coding {
	struct hg_deflate *inflate; /* NULL: not yet */
	uint8_t head[3], have;      /* of a block */
	uint32_t left;              /* bytes of the block to come */
	uint64_t out;               /* that were deflated */
	bool over, broken;          /* over: the coding says so */
};
struct hg_ftp_data_tx;
void
hg_ftp_coding_feed(struct hg_app *app, struct hg_ftp_coding *c, struct hg_ftp_data_tx *tx, struct hg_span in);
bool hg_ftp_coding_is_whole(const struct hg_ftp_coding *c, const struct hg_ftp_data_tx *tx);
void hg_ftp_coding_close(struct hg_ftp_coding *c, struct hg_mem *mem);
void hg_ftp_data_carry(struct hg_app *app, struct hg_ftp_data_tx *tx, struct hg_span plain);

/* What hg_expectation.arg tells. */
static inline uint32_t
hg_ftp_arg(enum hg_ftp_command command, enum hg_dir dir)
{
	return (uint32_t)command << 1 | (uint32_t)dir;
}

/* log.c */
void hg_ftp_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
void hg_ftp_data_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
const char *hg_ftp_data_command(uint8_t command); /* that needs a data connection */
bool hg_ftp_audit(const struct hg_tx *tx, unsigned record, struct hg_audit *a);
bool hg_ftp_data_audit(const struct hg_tx *tx, unsigned record, struct hg_audit *a);

struct hg_ftp_data_tx {
	struct hg_tx tx;
	uint8_t command; /* enum hg_ftp_command */
	uint8_t dir;     /* in which the file goes */
	uint8_t type, mode;
	bool whole, gaps;
	struct hg_file *file;
	struct hg_span name, path, user;
	uint64_t offset, bytes; /* bytes: as they were sent */
	uint32_t entries;       /* lines of a listing */
};

#endif
