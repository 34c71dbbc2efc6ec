/* pgsql_int: what the files of this folder share. Names of messages are those of PostgreSQL's manual, "Frontend/Backend Protocol".
 *
 * A transaction is a login, a query in one message, or a statement that is parsed or executed. They wait in the order in which the
 * server answers them; what ends a query, or Sync, ends all in front of it, as the server passes over them behind an error.
 */
#ifndef HG_APP_PGSQL_PGSQL_INT_H
#define HG_APP_PGSQL_PGSQL_INT_H

#include "app/head.h"
#include "app/keyed.h"
#include "app/pgsql/pgsql.h"
#include "base/reader.h"

#define HG_PGSQL_TEXT 8192     /* bytes of a message that are read */
#define HG_PGSQL_NAME 256      /* of a name that is kept */
#define HG_PGSQL_PREPARED 1024 /* of a statement's text, which is known again when it is executed */
#define HG_PGSQL_WAITING 64

enum { HG_PGSQL_OPEN = 1, HG_PGSQL_DONE };

/* Codes in place of a version, and the version. */
enum { HG_PGSQL_CANCEL = 80877102, HG_PGSQL_SSL = 80877103, HG_PGSQL_GSS = 80877104, HG_PGSQL_MAJOR = 3 };

enum hg_pgsql_kind {
	HG_PGSQL_LOGIN,
	HG_PGSQL_QUERY,
	HG_PGSQL_CALL,
	HG_PGSQL_PARSE,
	HG_PGSQL_EXECUTE,
	HG_PGSQL_TERMINATE,
	HG_PGSQL_CANCELS,
	HG_PGSQL_SYNC, /* no transaction */
};

enum hg_pgsql_anomaly {
	HG_PGSQL_MALFORMED,
	HG_PGSQL_LOGIN_FAILED,
	HG_PGSQL_EMPTY_PASSWORD,
	HG_PGSQL_CLEAR_PASSWORD,
	HG_PGSQL_COPY_PROGRAM,
	HG_PGSQL_TOO_MANY,
	HG_PGSQL_ANOMALIES
};

enum {
	HG_PGSQL_BUFFER_USER,
	HG_PGSQL_BUFFER_COMMAND,
	HG_PGSQL_BUFFER_QUERY,
	HG_PGSQL_BUFFER_ERROR,
	HG_PGSQL_STREAM,
	HG_PGSQL_BUFFERS
};

enum hg_pgsql_status { HG_PGSQL_UNANSWERED, HG_PGSQL_OK, HG_PGSQL_ERR };

struct hg_pgsql_tx {
	struct hg_tx base;
	uint8_t kind;   /* enum hg_pgsql_kind */
	uint8_t status; /* enum hg_pgsql_status */
	bool tls, gss, replication, cut;
	bool has_process, has_rows;
	uint32_t process;      /* of the server that the connection has */
	uint16_t minor;        /* of the protocol's version */
	uint64_t rows, length; /* length: of the query */
	const char *mechanism;
	struct hg_span user, database, program, version;
	struct hg_span name, text, shown; /* name of a statement; text as it is, and as records show it */
	struct hg_span tag;               /* of the last CommandComplete */
	struct hg_span severity, code, message;
};

struct hg_pgsql_wait {
	uint64_t tx; /* UINT64_MAX: none */
	uint8_t kind;
};

struct hg_pgsql {
	struct hg_app *app;
	struct hg_head head[HG_DIRS];
	uint8_t ended;
	bool spoke[HG_DIRS];
	bool started; /* the startup message has come */
	bool asks;    /* for TLS or GSS, and waits */
	bool to_tls, opaque;
	bool trying;       /* to log in */
	bool clear, empty; /* the password is asked for as it is; what came is nothing */
	const char *mechanism;
	uint64_t login; /* UINT64_MAX: none under way */
	struct hg_buf user, database, program, secret;
	struct hg_buf portal, bound; /* that was bound last, and the text behind it */
	struct hg_keyed statements;  /* name: text */
	struct hg_pgsql_wait waiting[HG_PGSQL_WAITING];
	uint32_t first, n_waiting;
};

/* pgsql.c */
struct hg_pgsql_tx *hg_pgsql_begin(struct hg_pgsql *s, enum hg_pgsql_kind kind);
struct hg_pgsql_tx *hg_pgsql_tx_of(struct hg_pgsql *s, uint64_t id);
void hg_pgsql_odd(struct hg_pgsql_tx *tx, enum hg_dir dir, enum hg_pgsql_anomaly row);
struct hg_span hg_pgsql_text(struct hg_reader *r); /* up to a NUL, which must be there */
struct hg_span hg_pgsql_keep(struct hg_pgsql_tx *tx, struct hg_span s);
void hg_pgsql_note(struct hg_buf *b, struct hg_span s);
void hg_pgsql_error(struct hg_pgsql_tx *tx, struct hg_span body);

/* login.c; false: it does not follow the protocol. */
bool hg_pgsql_startup(struct hg_pgsql *s, struct hg_span body);
void hg_pgsql_password(struct hg_pgsql *s, struct hg_span body);
bool hg_pgsql_authentication(struct hg_pgsql *s, struct hg_span body);
void hg_pgsql_parameter(struct hg_pgsql *s, struct hg_span body);
void hg_pgsql_login_error(struct hg_pgsql *s, struct hg_span body);
void hg_pgsql_login_ready(struct hg_pgsql *s); /* the session begins, or nothing more comes */

/* query.c */
bool hg_pgsql_said(struct hg_pgsql *s, uint8_t type, struct hg_span body);
bool hg_pgsql_answer(struct hg_pgsql *s, uint8_t type, struct hg_span body);
void hg_pgsql_settle_all(struct hg_pgsql *s);

/* probe.c */
enum hg_probe hg_pgsql_probe(enum hg_dir dir, struct hg_span in, bool udp);

/* log.c */
const char *hg_pgsql_command_name(uint8_t kind);
void hg_pgsql_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_pgsql_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

/* rows.c */
extern const struct hg_buffer_row hg_pgsql_buffers[HG_PGSQL_BUFFERS];
extern const struct hg_anomaly_row hg_pgsql_anomalies[HG_PGSQL_ANOMALIES];

#endif
