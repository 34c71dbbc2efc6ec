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
	HG_SMB_ANOMALIES
};

enum hg_smb_row {
	HG_SMB_SHARE = HG_DCERPC_ROWS,
	HG_SMB_NAMED_PIPE,
	HG_SMB_USER,
	HG_SMB_DOMAIN,
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
};

/* Who sends or answers what, in both versions. */
struct hg_smb_head {
	uint8_t version;
	uint16_t command;
	bool response;
	bool related, async;
	bool dos; /* SMB1: the status is one of DOS: class, 0, code */
	bool unicode;
	uint32_t status;
	uint64_t session, message;
	uint32_t tree;
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
};

#define HG_SMB_KEYS 8

struct hg_decoder_ctx {
	uint32_t max_tx;
	uint64_t depth;               /* of the stream; 0: no limit */
	uint64_t max_read, max_write; /* 0: no limit */
	uint64_t queue_size
		[HG_DIRS]; /* bytes that wait for those before them, a file; by the file's direction */
	uint32_t queue_count[HG_DIRS];
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
struct hg_span hg_smb_bare(struct hg_arena *arena, struct hg_span text); /* a copy without NUL bytes */
/* What is open and older waits for nothing any more in that direction. */
void hg_smb_abandon(struct hg_app *app, enum hg_dir dir, uint64_t before);

/* ---- kept.c: what both versions keep ---- */

/* A CREATE; its name, as it is sent, is that of the handle in the answer. */
void hg_smb_ask_create(struct hg_app *app, const struct hg_smb_head *h, struct hg_span name,
	uint32_t disposition, uint32_t options);
/* The share that a TREE_CONNECT has opened, until it is closed. */
void hg_smb_keep_tree(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb_tx *tx);
void hg_smb_drop_tree(struct hg_app *app, const struct hg_smb_head *h);
/* Created, accessed, modified, changed: from hundreds of nanoseconds since 1601 to seconds since 1970, 0 before. */
void hg_smb_read_times(struct hg_reader *r, uint32_t times[4]);

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
void hg_smb_pipe_request(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);
void hg_smb_pipe_response(
	struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span data);

/* ---- auth.c ---- */

void hg_smb_auth(struct hg_app *app, struct hg_smb_tx *tx, struct hg_span blob);
void hg_smb_auth_result(struct hg_app *app, const struct hg_smb_tx *tx);

/* ---- config.c, log.c, names.c, status.c ---- */

extern const struct hg_config_key hg_smb_keys[HG_SMB_KEYS];
void hg_smb_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);
void hg_smb_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_smb1_command_name(uint8_t command, char buf[48]); /* false: it has none */
void hg_smb2_command_name(uint16_t command, char buf[48]);
const char *hg_smb_dialect_name(uint16_t dialect, char buf[8]);
const char *hg_smb_status_name(uint32_t code); /* NULL: none */
const char *hg_smb_dos_name(uint8_t class, uint16_t code);
void hg_smb_function_name(uint32_t function, char buf[48]);

#endif
