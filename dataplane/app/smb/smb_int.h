/* smb_int: what the parts of the decoder share.
 *
 * frame.c cuts messages out of the stream; message1.c and message2.c read them and call what all versions share: open.c
 * (transactions), kept.c, file.c, pipe.c, auth.c. Everything that a message refers to is found in one table (app/keyed.h).
 */
#ifndef HG_APP_SMB_SMB_INT_H
#define HG_APP_SMB_SMB_INT_H

#include "app/dcerpc/dcerpc.h"
#include "app/keyed.h"
#include "app/smb/smb.h"
#include "base/reader.h"

#define HG_SMB_COMPLETE 1
#define HG_SMB_FRAME ((size_t)1024 * 1024) /* of a message that is held until it is whole */
#define HG_SMB_EARLY 512 /* of a READ or WRITE with more data, after which it is begun with */
#define HG_SMB_DIALECTS 64
#define HG_SMB_NAME 4096 /* bytes of a name, as it is sent */

enum hg_smb_anomaly {
	HG_SMB_INTERNAL,
	HG_SMB_MALFORMED,
	HG_SMB_BAD_NTLMSSP,
	HG_SMB_NTLMSSP_ORDER,
	HG_SMB_BAD_DIALECTS,
	HG_SMB_MAX_READ,
	HG_SMB_MAX_WRITE,
	HG_SMB_READ_REQUEST_LARGE,
	HG_SMB_READ_LARGE,
	HG_SMB_READ_QUEUE_SIZE,
	HG_SMB_READ_QUEUE_COUNT,
	HG_SMB_WRITE_LARGE,
	HG_SMB_WRITE_QUEUE_SIZE,
	HG_SMB_WRITE_QUEUE_COUNT,
	HG_SMB_RESPONSE_TO_SERVER,
	HG_SMB_REQUEST_TO_CLIENT,
	HG_SMB_MANY_TXS,
	HG_SMB_FILE_OVERLAP,
	HG_SMB_LONG_MESSAGE,
	HG_SMB_LONG_STUB,
	HG_SMB_ADMIN_SHARE,
	HG_SMB_NULL_SESSION,
	HG_SMB_GUEST,
	HG_SMB_OLD_VERSION,
	HG_SMB_OLD_NTLM,
	HG_SMB_EXEC_PIPE,
	HG_SMB_EXEC_SERVICE,
	HG_SMB_EXEC_TASK,
	HG_SMB_REPLICATION,
	HG_SMB_MASS_RENAME,
	HG_SMB_MASS_DELETE,
	HG_SMB_MASS_REWRITE,
	HG_SMB_MANY_SESSIONS,
	HG_SMB_BAD_COMPRESSION,
	HG_SMB_COMPRESSION_SIZE,
	HG_SMB_COMPRESSION_RATIO,
	HG_SMB_ANOMALIES
};

enum hg_smb_row {
	HG_SMB_SHARE = HG_DCERPC_ROWS,
	HG_SMB_NAMED_PIPE,
	HG_SMB_USER,
	HG_SMB_DOMAIN,
	HG_SMB_PATH,
	HG_SMB_OPERATION,
	HG_SMB_WHO,
	HG_SMB_FILE_DATA,
	HG_SMB_FILE_NAME,
	HG_SMB_FILE_TYPE,
	HG_SMB_FILE_SIZE,
	HG_SMB_FILE_DIGEST,
	HG_SMB_FRAME_NBSS_PDU = HG_SMB_FILE_DIGEST + HG_FILE_DIGESTS,
	HG_SMB_FRAME_NBSS_HDR,
	HG_SMB_FRAME_NBSS_DATA,
	HG_SMB_FRAME_SMB1, /* pdu, hdr, data; so the others */
	HG_SMB_FRAME_SMB2 = HG_SMB_FRAME_SMB1 + 3,
	HG_SMB_FRAME_SMB3 = HG_SMB_FRAME_SMB2 + 3,
	HG_SMB_ROWS = HG_SMB_FRAME_SMB3 + 3
};

/* Kinds of keys in the table. */
enum hg_smb_kind {
	HG_SMB_KEY_TX = 1,   /* a request that waits for its answer */
	HG_SMB_KEY_NAME,     /* name of a CREATE that waits */
	HG_SMB_KEY_READ,     /* offset (value) and handle (text) of a READ that waits */
	HG_SMB_KEY_HANDLE,   /* name of an open file or pipe */
	HG_SMB_KEY_TREE,     /* share; flag: for pipes */
	HG_SMB_KEY_FILE,     /* a file that is being transferred; call: direction */
	HG_SMB_KEY_CALL,     /* a DCERPC call */
	HG_SMB_KEY_FRAGMENT, /* answer of a pipe whose rest has to be read */
	HG_SMB_KEY_TRANS,    /* SMB1: handle (text) that a transaction is about */
	HG_SMB_KEY_IFACES,   /* interfaces (text) that are bound over a pipe */
};

enum hg_smb_type {
	HG_SMB_OTHER,
	HG_SMB_NEGOTIATE,
	HG_SMB_SESSION,
	HG_SMB_TREE,
	HG_SMB_CREATE,
	HG_SMB_FILE,
	HG_SMB_RENAME,
	HG_SMB_SET_INFO,
	HG_SMB_CALL,
	HG_SMB_IOCTL,
	HG_SMB_SUMMARY, /* of a session; no message's */
};

/* What a message does, in both versions; names in operation.c. */
enum hg_smb_op {
	HG_SMB_OP_NONE,
	HG_SMB_OP_NEGOTIATE,
	HG_SMB_OP_LOGIN,
	HG_SMB_OP_LOGOFF,
	HG_SMB_OP_CONNECT,
	HG_SMB_OP_DISCONNECT,
	HG_SMB_OP_OPEN,
	HG_SMB_OP_CREATE,
	HG_SMB_OP_OVERWRITE,
	HG_SMB_OP_MKDIR,
	HG_SMB_OP_CLOSE,
	HG_SMB_OP_READ,
	HG_SMB_OP_WRITE,
	HG_SMB_OP_RENAME,
	HG_SMB_OP_LINK,
	HG_SMB_OP_DELETE,
	HG_SMB_OP_UNDELETE,
	HG_SMB_OP_LIST,
	HG_SMB_OP_QUERY,
	HG_SMB_OP_SET_SECURITY,
	HG_SMB_OP_SET_ATTRIBUTES,
	HG_SMB_OP_SET_SIZE,
	HG_SMB_OP_SET_INFO,
	HG_SMB_OP_LOCK,
	HG_SMB_OP_FLUSH,
	HG_SMB_OP_NOTIFY,
	HG_SMB_OP_IOCTL,
	HG_SMB_OP_CALL,
	HG_SMB_OP_CANCEL,
	HG_SMB_OP_ECHO,
	HG_SMB_OP_BREAK,
	HG_SMB_OPS
};

/* Who sends or answers what, in both versions. */
struct hg_smb_head {
	uint8_t version;
	uint16_t command;
	bool response;
	bool related, async;
	bool dos; /* SMB1: the status is one of DOS: class, 0, code */
	bool unicode;
	bool is_signed;
	uint16_t credits; /* asked for, or granted */
	uint32_t status;
	uint64_t session, message;
	uint32_t tree;
};

/* Some text that is kept as long as a session. */
#define HG_SMB_WORD 128

struct hg_smb_word {
	uint8_t len;
	uint8_t text[HG_SMB_WORD];
};

/* What was done in a session and succeeded; failures apart. */
struct hg_smb_tally {
	uint32_t opens, creates, lists, renames, deletes, security, calls, denied;
	uint32_t reads, writes; /* files */
	uint64_t bytes[HG_DIRS];
	uint32_t retyped;   /* renames that changed the extension */
	uint32_t rewritten; /* files that were written over one handle with what was read before */
};

/* A session and who it belongs to. */
struct hg_smb_session {
	struct hg_smb_session *next; /* the one asked for last stands first */
	uint64_t id;
	struct hg_smb_word user, domain, host, service;
	const char *mechanism; /* NULL: its login was not seen */
	bool guest, anonymous;
	bool service_made; /* a service was created over its pipes */
	struct hg_smb_tally all;
	struct hg_smb_tally window; /* since that time: renames, deletes, rewrites only */
	hg_time since;
	uint8_t told; /* in the window: bits of what was an anomaly already */
};

/* Figures of a connection. */
struct hg_smb_traffic {
	uint32_t messages[HG_DIRS], with_signature[HG_DIRS], encrypted[HG_DIRS], compressed[HG_DIRS];
	uint64_t encrypted_bytes[HG_DIRS];
	uint64_t wire[HG_DIRS], plain[HG_DIRS]; /* of what is compressed: as it came, and what it became */
	uint32_t credits_asked, credits_granted;
	uint32_t pending, cancelled, breaks;
};

struct hg_smb_tx {
	struct hg_tx tx;
	uint8_t version, type;
	uint16_t command;
	bool has_status, dos;
	uint32_t status;
	uint64_t session;
	uint32_t tree;
	struct hg_span name;      /* CREATE, SET_INFO: file; TREE: share; RENAME: from */
	struct hg_span other;     /* RENAME: to; TREE: service asked for */
	struct hg_span service;   /* TREE: service of the answer */
	struct hg_span os[2];     /* SESSION of SMB1: native system of request and response */
	struct hg_span lm[2];     /* … and LAN manager */
	bool has_host[2];         /* os and lm were sent */
	bool directory, deleting; /* CREATE, SET_INFO */
	bool pipe;                /* TREE */
	uint8_t handle[16];
	uint8_t handle_len; /* 0: none, 2 SMB1, 16 SMB2 */
	uint32_t times[4];  /* CREATE: created, accessed, modified, changed; seconds since 1970 */
	uint64_t size;
	uint32_t
		number; /* CREATE: disposition; IOCTL: function; TREE: type of share; SET_INFO: sub-command << 16 | level */
	uint16_t dialect; /* that was spoken when it was complete */
	struct hg_span dialect1;
	/* NEGOTIATE */
	uint32_t max_read, max_write;
	struct hg_span *dialects;
	uint16_t n_dialects;
	uint8_t guids[2][16]; /* client's, server's */
	bool has_guid[2];
	/* SESSION */
	bool ntlmssp, has_version;
	struct hg_span domain, user, host;
	uint8_t os_version[8];
	struct hg_span realm, *names; /* Kerberos ticket */
	uint8_t n_names;
	bool kerberos;
	/* FILE */
	struct hg_smb_transfer *transfer;
	/* CALL */
	struct hg_dcerpc_call call;
	bool has_call;
	/* natively: who does what to which file, and how much of it */
	uint8_t op; /* enum hg_smb_op */
	bool is_signed, async, related;
	bool guest, anonymous; /* SESSION */
	uint8_t ntlm;          /* SESSION: 1 and 2: version of the answer to the challenge, 3: LM */
	const char *mechanism; /* SESSION */
	struct hg_span who, who_domain;
	struct hg_span share, path, target; /* target: that a RENAME gives it */
	struct hg_span pattern;             /* LIST */
	uint32_t entries;                   /* LIST: in the answer */
	uint64_t moved;                     /* FILE: bytes of READs or WRITEs … */
	uint32_t moves;                     /* … of so many */
	bool rewrites;                      /* FILE: what is written was read before over the same handle */
	uint32_t facts;                     /* bits of enum hg_smb_anomaly - HG_SMB_ADMIN_SHARE */
	const struct hg_smb_session *of;    /* SUMMARY: in the arena */
	const struct hg_smb_traffic *traffic;
};

/* What is left of a message that is followed while it comes. */
struct hg_smb_side {
	uint64_t left;   /* bytes of file data */
	uint64_t skip;   /* bytes behind it that nobody looks at */
	uint64_t file;   /* id of the transaction that the data belong to, + 1; 0: none */
	uint64_t offset; /* in the file, of the next byte */
	bool lost;       /* behind a gap: the next header is looked for */
	bool missing;    /* bytes have been missing … */
	uint64_t open;   /* … and what was opened before, up to this id, may wait for them */
};

struct hg_smb {
	struct hg_keyed table;
	struct hg_smb_side side[HG_DIRS];
	uint64_t oldest; /* no open transaction has an id below */
	uint32_t n_open;
	uint16_t dialect;     /* of SMB2 */
	uint8_t dialect1[48]; /* of SMB1, as text */
	uint8_t dialect1_len;
	uint64_t negotiate; /* id of the negotiation that waits, + 1 */
	uint32_t max_read, max_write;
	uint8_t chain[HG_DIRS][16]; /* handle that related messages mean */
	uint64_t chain_create;      /* message id of the CREATE of the chain; all ones: none */
	struct hg_smb_session *sessions;
	uint32_t n_sessions;
	struct hg_smb_traffic traffic;
	uint8_t ended; /* HG_SIDE_* whose end was seen */
	bool old_told; /* that SMB1 is spoken */
};

#define HG_SMB_KEYS 13

struct hg_decoder_ctx {
	uint32_t max_tx;
	uint64_t depth;               /* of the stream; 0: no limit */
	uint64_t max_read, max_write; /* 0: no limit */
	uint64_t queue_size
		[HG_DIRS]; /* bytes that wait for those before them, a file; by the file's direction */
	uint32_t queue_count[HG_DIRS];
	uint64_t plain_most;  /* bytes that a compressed message may become */
	uint64_t plain_ratio; /* … and all of a direction for each byte that came; 0: no limit */
	uint32_t mass_rename, mass_delete, mass_seconds; /* 0: never */
};

/* ---- open.c: transactions and the table ---- */

struct hg_keyed_key hg_smb_key(const struct hg_smb_head *h, enum hg_smb_kind kind);
struct hg_keyed_key
hg_smb_key_handle(const struct hg_smb_head *h, enum hg_smb_kind kind, struct hg_span handle);
/* NULL: no memory, or max-tx and none to give up. */
struct hg_smb_tx *hg_smb_open(struct hg_app *app, const struct hg_smb_head *h, enum hg_smb_type type);
/* … that the answer with the same message id ends. */
struct hg_smb_tx *hg_smb_ask(struct hg_app *app, const struct hg_smb_head *h, enum hg_smb_type type);
struct hg_smb_tx *hg_smb_asked(struct hg_app *app, const struct hg_smb_head *h);
void hg_smb_answer(struct hg_smb_tx *tx, const struct hg_smb_head *h);
void hg_smb_done(struct hg_smb_tx *tx, enum hg_dir dir);
void hg_smb_status(struct hg_smb_tx *tx, const struct hg_smb_head *h);
/* An anomaly of no transaction in particular has one of its own. */
void hg_smb_report(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, enum hg_smb_anomaly row);
/* A copy for records: UTF-8 of what comes in UTF-16; with the peer, and of other text, without NUL bytes. */
struct hg_span hg_smb_name(struct hg_smb_tx *tx, struct hg_span text, bool unicode);
/* What is open and older waits for nothing any more in that direction. */
void hg_smb_abandon(struct hg_app *app, enum hg_dir dir, uint64_t before);

/* ---- kept.c: what both versions keep ---- */

/* A CREATE; its name, as it is sent, is that of the handle in the answer. */
void hg_smb_ask_create(struct hg_app *app, const struct hg_smb_head *h, struct hg_span name,
	uint32_t disposition, uint32_t options);
/* What the server has done: 0 superseded, 1 opened, 2 created, 3 overwritten. */
void hg_smb_note_created(struct hg_smb_tx *tx, uint32_t action);
/* The share that a TREE_CONNECT has opened, until it is closed. */
void hg_smb_keep_tree(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb_tx *tx);
void hg_smb_drop_tree(struct hg_app *app, const struct hg_smb_head *h);
/* Created, accessed, modified, changed: from hundreds of nanoseconds since 1601 to seconds since 1970, 0 before. */
void hg_smb_read_times(struct hg_reader *r, uint32_t times[4]);

/* ---- who.c: sessions, natively; nothing is kept when the records are the peer's ---- */

#define HG_SMB_SESSIONS \
	32 /* of a connection; past them the one that was not asked for the longest gives way */

struct hg_smb_session *hg_smb_session_find(struct hg_app *app, uint64_t id);
/* A login was accepted. */
void hg_smb_session_begin(struct hg_app *app, struct hg_smb_tx *tx);
/* It is over: what was done in it is told. */
void hg_smb_session_end(struct hg_app *app, uint64_t id);
void hg_smb_sessions_end(struct hg_app *app);
void hg_smb_sessions_free(struct hg_app *app);
/* It is counted: signatures, credits, what waits. */
void hg_smb_note_message(struct hg_app *app, enum hg_dir dir, const struct hg_smb_head *h);
/* Who sends it and to which share. */
void hg_smb_note_who(struct hg_app *app, const struct hg_smb_head *h, struct hg_smb_tx *tx);
/* The path of what the message is about; with a name of a file, or NULL for the share itself. */
void hg_smb_note_path(struct hg_smb_tx *tx, struct hg_span name);
void hg_smb_note_target(struct hg_smb_tx *tx, struct hg_span name);

/* ---- watch.c: what is complete, counted and judged; natively ---- */

void hg_smb_watch(struct hg_app *app, struct hg_smb_tx *tx);
/* Bytes of a file went by. */
void hg_smb_watch_moved(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, uint64_t bytes);
/* A fact is an anomaly and stands in the record. */
void hg_smb_fact(struct hg_smb_tx *tx, enum hg_dir dir, enum hg_smb_anomaly row);

/* ---- operation.c ---- */

enum hg_smb_op hg_smb_op_of(uint8_t version, uint16_t command);
const char *hg_smb_op_name(uint8_t op); /* NULL: none */

/* ---- compress.c: [MS-SMB2] 2.2.42; in: from the protocol's four bytes on ---- */

void hg_smb_compressed(struct hg_app *app, enum hg_dir dir, struct hg_span in);

/* ---- frame.c ---- */

enum hg_feed hg_smb_feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken);
bool hg_smb_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes);

/* ---- message1.c, message2.c: one whole message, or as much as there is of one; more: bytes of it that are still to come ---- */

bool hg_smb1_message(struct hg_app *app, enum hg_dir dir, struct hg_span in);
bool hg_smb1_early(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t more);
bool hg_smb2_message(struct hg_app *app, enum hg_dir dir, struct hg_span in);
bool hg_smb2_early(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t more);
bool hg_smb2_head(struct hg_span in, struct hg_smb_head *h, uint32_t *next);
void hg_smb2_request(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more);
void hg_smb2_response(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more);

/* ---- file.c ---- */

/* Data of a READ or WRITE: what is there of `length` bytes at `offset`. Files or pipes, as the tree and the handle say. */
struct hg_smb_data {
	struct hg_span handle, bytes;
	uint64_t offset, length;
	uint64_t more; /* bytes of the message that are still to come */
};
void hg_smb_transfer(
	struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, const struct hg_smb_data *d);
/* Must the whole message be there first? */
bool hg_smb_whole(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, struct hg_span handle,
	struct hg_span bytes);
/* More of the data that the side waits for. */
void hg_smb_continue(struct hg_app *app, enum hg_dir dir, struct hg_span bytes);
void hg_smb_missing(struct hg_app *app, enum hg_dir dir, uint64_t bytes);
void
hg_smb_close_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir);
void hg_smb_end_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir);
void hg_smb_truncate_files(struct hg_app *app, enum hg_dir dir); /* nothing more comes */
void hg_smb_transfer_free(struct hg_app *app, struct hg_smb_tx *tx);

/* ---- pipe.c ---- */

/* Does DCERPC go over the handle? data: what is sent there. */
bool
hg_smb_is_pipe(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);
bool hg_smb_looks_like_call(struct hg_span data);
/* … over a tree that was not seen: what is sent tells, and from then on the peer takes it for one of pipes. */
bool hg_smb_takes_call(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);
void hg_smb_pipe_request(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);
void hg_smb_pipe_response(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);

/* ---- auth.c ---- */

void hg_smb_auth(struct hg_app *app, struct hg_smb_tx *tx, struct hg_span blob);
/* SMB1 without GSS: answers to the challenge, that for LM before the one for NTLM, which has `nt` bytes. */
void hg_smb_auth_old(struct hg_smb_tx *tx, struct hg_span answers, size_t nt);
/* The answer to it; guest and anonymous say as whom the server let him in. */
void hg_smb_auth_result(struct hg_app *app, struct hg_smb_tx *tx, const struct hg_smb_head *h);

/* ---- config.c, log.c, names.c, status.c ---- */

extern const struct hg_config_key hg_smb_keys[HG_SMB_KEYS];
void hg_smb_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);
void hg_smb_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j);
/* record.c: what native records add to the peer's. */
void hg_smb_log_more(const struct hg_smb_tx *tx, struct hg_json *j);
bool hg_smb_audit(const struct hg_tx *base, unsigned record, struct hg_audit *a); /* audit.c */
void hg_smb_log_summary(const struct hg_smb_tx *tx, struct hg_json *j);
bool hg_smb1_command_name(uint8_t command, char buf[48]); /* false: it has none */
void hg_smb2_command_name(uint16_t command, char buf[48]);
const char *hg_smb_dialect_name(uint16_t dialect, char buf[8]);
const char *hg_smb_status_name(uint32_t code); /* NULL: none */
const char *hg_smb_dos_name(uint8_t class, uint16_t code, bool peer);
void hg_smb_function_name(uint32_t function, char buf[48]);

#endif
