/* mysql_int: what the files of this folder share. Names of packets and flags are those of MySQL's manual, "Client/Server Protocol".
 *
 * A transaction is a login (the greeting, who logs in, the answer), or a command with all its results. The client numbers packets:
 * a command has 0, its first answer the number behind its last packet's.
 */
#ifndef HG_APP_MYSQL_MYSQL_INT_H
#define HG_APP_MYSQL_MYSQL_INT_H

#include "app/head.h"
#include "app/mysql/mysql.h"
#include "base/reader.h"

#define HG_MYSQL_TEXT 8192  /* bytes of a packet that are read */
#define HG_MYSQL_NAME 256   /* of a name that is kept */
#define HG_MYSQL_WAITING 32 /* commands without their answer */

enum { HG_MYSQL_OPEN = 1, HG_MYSQL_DONE };

/* Capabilities. */
enum {
	HG_MYSQL_CLIENT_MYSQL = 1u << 0, /* unset: MariaDB */
	HG_MYSQL_WITH_DB = 1u << 3,
	HG_MYSQL_COMPRESS = 1u << 5,
	HG_MYSQL_PROTOCOL_41 = 1u << 9,
	HG_MYSQL_SSL = 1u << 11,
	HG_MYSQL_SECURE = 1u << 15,
	HG_MYSQL_PLUGIN = 1u << 19,
	HG_MYSQL_ATTRIBUTES = 1u << 20,
	HG_MYSQL_LENENC = 1u << 21,
	HG_MYSQL_NO_EOF = 1u << 24,
	HG_MYSQL_ZSTD = 1u << 26,
	HG_MYSQL_QUERY_ATTRIBUTES = 1u << 27,
};

enum hg_mysql_command {
	HG_MYSQL_QUIT = 1,
	HG_MYSQL_INIT_DB,
	HG_MYSQL_QUERY,
	HG_MYSQL_FIELD_LIST,
	HG_MYSQL_CREATE_DB,
	HG_MYSQL_DROP_DB,
	HG_MYSQL_STATISTICS = 9,
	HG_MYSQL_CHANGE_USER = 17,
	HG_MYSQL_BINLOG_DUMP,
	HG_MYSQL_TABLE_DUMP,
	HG_MYSQL_STMT_PREPARE = 22,
	HG_MYSQL_STMT_EXECUTE,
	HG_MYSQL_STMT_LONG_DATA,
	HG_MYSQL_STMT_CLOSE,
	HG_MYSQL_STMT_FETCH = 28,
	HG_MYSQL_BINLOG_DUMP_GTID = 30,
	HG_MYSQL_COMMANDS = 32,
	HG_MYSQL_BULK_EXECUTE = 0xfa, /* MariaDB */
};

enum hg_mysql_anomaly {
	HG_MYSQL_MALFORMED,
	HG_MYSQL_LOGIN_FAILED,
	HG_MYSQL_EMPTY_PASSWORD,
	HG_MYSQL_CLEAR_PASSWORD,
	HG_MYSQL_OLD_PASSWORD,
	HG_MYSQL_LOCAL_FILE,
	HG_MYSQL_FILE_UNASKED,
	HG_MYSQL_UNKNOWN_COMMAND,
	HG_MYSQL_TOO_MANY,
	HG_MYSQL_ANOMALIES
};

enum {
	HG_MYSQL_VERSION,
	HG_MYSQL_USER,
	HG_MYSQL_COMMAND,
	HG_MYSQL_STATEMENT,
	HG_MYSQL_ERROR,
	HG_MYSQL_STREAM,
	HG_MYSQL_BUFFERS
};

enum hg_mysql_status { HG_MYSQL_UNANSWERED, HG_MYSQL_OK, HG_MYSQL_ERR };

struct hg_mysql_tx {
	struct hg_tx base;
	bool login;   /* of a connection, or CHANGE_USER */
	bool greeted; /* it holds the server's greeting */
	bool tls, compressed;
	bool cut; /* a packet is not read to its end */
	uint8_t command;
	uint8_t status; /* enum hg_mysql_status */
	bool has_rows, has_affected, has_statement_id;
	uint16_t code;
	uint32_t connection_id, statement_id;
	uint64_t length; /* of the statement */
	uint64_t rows, columns, affected;
	struct hg_span version, server_plugin; /* of the greeting */
	struct hg_span user, database, plugin;
	struct hg_span program, library, library_version, os;
	struct hg_span text, shown; /* a statement or a name; as records show it */
	struct hg_span file;        /* that the server asks the client for */
	struct hg_span sqlstate, message;
};

enum hg_mysql_phase { HG_MYSQL_GREETING, HG_MYSQL_LOGIN, HG_MYSQL_AUTH, HG_MYSQL_READY };

struct hg_mysql_wait {
	uint64_t tx; /* UINT64_MAX: none */
	uint8_t command, answer /* number of the first packet of its answer */;
};

/* Where in an answer the server is. */
enum hg_mysql_part { HG_MYSQL_FIRST, HG_MYSQL_DEFINITIONS, HG_MYSQL_ROWS };

struct hg_mysql {
	struct hg_app *app;
	struct hg_head head[HG_DIRS];
	uint8_t phase; /* enum hg_mysql_phase */
	uint8_t ended;
	bool spoke[HG_DIRS];
	bool opaque; /* compressed: nothing more is read */
	bool to_tls;
	uint32_t server_caps, caps; /* caps: what both have */
	uint64_t login;             /* id of the transaction of a login that is under way; UINT64_MAX: none */
	bool trying;                /* somebody has said who he is, and waits for the answer */
	bool empty;                 /* the last answer of the client to a challenge */
	bool switched;              /* the server asked for another plugin, and waits */
	struct hg_buf user, database, plugin, program, secret;
	struct hg_mysql_wait waiting[HG_MYSQL_WAITING];
	uint32_t first, n_waiting;
	uint8_t part; /* enum hg_mysql_part */
	bool again;   /* another result of the same command */
	bool file;    /* the client sends a file */
	uint64_t definitions;
};

/* mysql.c */
struct hg_mysql_tx *hg_mysql_begin(struct hg_mysql *s);
struct hg_mysql_tx *hg_mysql_tx_of(struct hg_mysql *s, uint64_t id);
void hg_mysql_odd(struct hg_mysql_tx *tx, enum hg_dir dir, enum hg_mysql_anomaly row);

/* packet.c: pieces of packets */
uint64_t hg_mysql_lenenc(struct hg_reader *r);
struct hg_span hg_mysql_counted(struct hg_reader *r); /* of lenenc bytes */
struct hg_span hg_mysql_text(struct hg_reader *r);    /* up to a NUL, or the end */
struct hg_span hg_mysql_keep(struct hg_mysql_tx *tx, struct hg_span s);
void hg_mysql_note(struct hg_buf *b, struct hg_span s); /* in place of what it held */
/* The answers OK, ERR and EOF, their first byte included; status: what OK and EOF say. */
void hg_mysql_ok(struct hg_mysql_tx *tx, struct hg_span body, uint16_t *status);
void hg_mysql_err(struct hg_mysql_tx *tx, struct hg_span body);

/* auth.c: false: what came does not follow the protocol. */
bool hg_mysql_greeting(struct hg_mysql *s, struct hg_span body);
bool hg_mysql_login(struct hg_mysql *s, struct hg_span body);
void hg_mysql_change_user(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body);
void hg_mysql_auth_said(struct hg_mysql *s, struct hg_span body);
bool hg_mysql_auth_answer(struct hg_mysql *s, struct hg_span body);
void hg_mysql_login_over(struct hg_mysql *s, enum hg_login_result result);

/* command.c */
bool hg_mysql_command_begins(struct hg_mysql *s, struct hg_span body, uint8_t number);
void hg_mysql_settle(struct hg_mysql *s); /* the oldest command is over */
void hg_mysql_settle_all(struct hg_mysql *s);
const char *hg_mysql_command_name(uint8_t command); /* NULL: unknown */

/* reply.c */
bool hg_mysql_reply(struct hg_mysql *s, struct hg_span body, uint8_t number);

/* probe.c */
enum hg_probe hg_mysql_probe(enum hg_dir dir, struct hg_span in, bool udp);

/* log.c */
void hg_mysql_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_mysql_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

/* rows.c */
extern const struct hg_buffer_row hg_mysql_buffers[HG_MYSQL_BUFFERS];
extern const struct hg_anomaly_row hg_mysql_anomalies[HG_MYSQL_ANOMALIES];

#endif
