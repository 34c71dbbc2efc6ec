/* http2_int: what the files of this folder share.
 *
 * A flow has two sides, each a run of frames. A transaction is a stream: a request and its response; every frame that belongs
 * to no open stream (SETTINGS, PING, GOAWAY, windows of the connection) is a transaction of its own, over at once. Header
 * blocks go through HPACK (hpack.c) as they come; names and values lie in the transaction's arena.
 */
#ifndef HG_APP_HTTP2_HTTP2_INT_H
#define HG_APP_HTTP2_HTTP2_INT_H

#include "app/coding.h"
#include "app/http2/http2.h"
#include "app/join.h"

#include "base/reader.h"

#define HG_HTTP2_HEAD 9       /* bytes of a frame header */
#define HG_HTTP2_WHOLE 65536  /* all frames but DATA are read whole; longer ones are passed over */
#define HG_HTTP2_HEADERS 1024 /* fields kept of a message */
#define HG_HTTP2_FIELDS 65536 /* … and bytes of them */
#define HG_HTTP2_VALUES 64    /* numbers of one kind (windows, settings …) kept of a message */
#define HG_HTTP2_CHAINS 64    /* streams by number, power of two */
#define HG_HTTP2_LOGGED_NAME 255
#define HG_HTTP2_LOGGED_VALUE 2047
#define HG_HTTP2_LAYERS 2     /* codings undone, one inside the other */
#define HG_HTTP2_HANDED 65536 /* bytes of a request that an upgrade hands over */

enum hg_http2_frame_type {
	HG_HTTP2_DATA,
	HG_HTTP2_HEADERS_FRAME,
	HG_HTTP2_PRIORITY,
	HG_HTTP2_RST_STREAM,
	HG_HTTP2_SETTINGS,
	HG_HTTP2_PUSH_PROMISE,
	HG_HTTP2_PING,
	HG_HTTP2_GOAWAY,
	HG_HTTP2_WINDOW_UPDATE,
	HG_HTTP2_CONTINUATION,
	HG_HTTP2_FRAME_TYPES
};

enum {
	HG_HTTP2_END_STREAM = 1,
	HG_HTTP2_ACK = 1,
	HG_HTTP2_END_HEADERS = 4,
	HG_HTTP2_PADDED = 8,
	HG_HTTP2_PRIO = 32
};

enum hg_http2_progress {
	HG_HTTP2_AT_START,
	HG_HTTP2_AT_HEADERS, /* fields are there; those of an interim response are followed by others */
	HG_HTTP2_AT_BODY,
	HG_HTTP2_AT_END, /* the stream is closed, in both directions */
};

struct hg_http2_frame {
	uint32_t length;
	uint8_t type, flags;
	uint32_t stream;
};

/* Fields that the decoder or a buffer asks for by name; names are in small letters (RFC 9113 8.2). */
enum hg_http2_known {
	HG_HTTP2_OTHER,
	HG_HTTP2_METHOD,
	HG_HTTP2_PATH,
	HG_HTTP2_AUTHORITY,
	HG_HTTP2_STATUS,
	HG_HTTP2_HOST,
	HG_HTTP2_COOKIE,
	HG_HTTP2_SET_COOKIE,
	HG_HTTP2_USER_AGENT,
	HG_HTTP2_ACCEPT,
	HG_HTTP2_ACCEPT_LANGUAGE,
	HG_HTTP2_ACCEPT_ENCODING,
	HG_HTTP2_CONNECTION,
	HG_HTTP2_CONTENT_TYPE,
	HG_HTTP2_CONTENT_LENGTH,
	HG_HTTP2_CONTENT_ENCODING,
	HG_HTTP2_CONTENT_DISPOSITION,
	HG_HTTP2_CONTENT_RANGE,
	HG_HTTP2_REFERER,
	HG_HTTP2_LOCATION,
	HG_HTTP2_SERVER,
	HG_HTTP2_TRANSFER_ENCODING,
	HG_HTTP2_ETAG,
	HG_HTTP2_KNOWN
};

struct hg_http2_header {
	struct hg_span name, value;
	struct hg_span whole; /* "name: value", once asked for */
	uint32_t update;      /* of the table's size, which stands here instead of a field */
	bool is_update;
	uint8_t known;
};

/* Numbers of one kind, in network order, as buffers show them. */
struct hg_http2_values {
	uint8_t *bytes;
	uint16_t n, room;
};

enum hg_http2_kind {
	HG_HTTP2_KIND_ERROR,    /* 4 bytes each */
	HG_HTTP2_KIND_PRIORITY, /* 1 */
	HG_HTTP2_KIND_WINDOW,   /* 4 */
	HG_HTTP2_KIND_UPDATE,   /* 8 */
	HG_HTTP2_KIND_SETTING,  /* 6: identifier, value */
	HG_HTTP2_KINDS
};

enum hg_http2_built {
	HG_HTTP2_BUILT_HEADER,
	HG_HTTP2_BUILT_RAW,
	HG_HTTP2_BUILT_NAMES,
	HG_HTTP2_BUILT_LINE,
	HG_HTTP2_BUILT
};

/* One direction of a transaction. */
struct hg_http2_message {
	struct hg_http2_header *headers;
	uint16_t n_headers, room;
	uint32_t field_bytes;
	uint16_t version; /* counts changes of the fields: what was put together before is stale */
	uint16_t frames;  /* types seen, a bit each */
	bool too_many;    /* fields or values: the rest is not kept */
	bool final;       /* fields of a final response are there, or the request's */
	bool ended;       /* END_STREAM, or given up */
	bool goaway;      /* the error stands in a GOAWAY */
	bool body_seen;
	struct hg_http2_values values[HG_HTTP2_KINDS];
	uint16_t built_of[HG_HTTP2_BUILT];
	struct hg_span built[HG_HTTP2_BUILT];
	struct hg_span joined[HG_HTTP2_KNOWN]; /* of names that stand several times */
	uint16_t joined_of[HG_HTTP2_KNOWN];
	uint64_t wire, entity; /* bytes of the body as sent, and with its coding undone */
	struct hg_coding *coding;
	struct hg_file *file;
	struct hg_join_part *part; /* the file is a part of this one */
};

struct hg_http2_tx {
	struct hg_tx base;
	struct hg_http2_tx *next_stream; /* chain of the streams that are open */
	uint32_t stream;
	bool chained;
	bool upgraded; /* its request was one of HTTP/1 */
	struct hg_span hostname;
	struct hg_http2_message msg[HG_DIRS];
};

enum hg_http2_phase { HG_HTTP2_PREFACE, HG_HTTP2_FRAME, HG_HTTP2_BODY, HG_HTTP2_SKIP, HG_HTTP2_LOST };

struct hg_http2_hpack; /* hpack.c */

struct hg_http2_side {
	uint8_t phase;
	bool ended;
	bool deaf; /* fields cannot be read any more: the table is lost */
	struct hg_http2_frame frame;
	uint32_t left;         /* of the frame in work, padding included */
	uint32_t pad;          /* at its end */
	uint32_t block_stream; /* a header block is open; 0: none */
	uint64_t block_tx;     /* … of that transaction: id + 1; 0: of none */
	uint32_t block_bytes;
	bool block_begins, block_ends_stream, block_promises;
	uint32_t newest; /* the highest stream opened */
	uint32_t resets; /* streams that this side reset, less those that went to their end */
	struct hg_http2_hpack *hpack;
};

/* State of a flow. */
struct hg_http2 {
	struct hg_app *app;
	struct hg_http2_side side[HG_DIRS];
	struct hg_http2_tx *chains[HG_HTTP2_CHAINS];
	uint32_t open; /* streams in chains */
};

struct hg_decoder_ctx {
	uint32_t max_streams, max_table, max_reassembly;
	uint32_t max_resets;
	uint32_t bomb_limit;
	struct hg_inspect_limits limits[HG_DIRS];
	struct hg_join_limits joins;
};

enum hg_http2_anomaly {
	HG_HTTP2_INVALID_FRAME_HEADER,
	HG_HTTP2_INVALID_MAGIC,
	HG_HTTP2_INVALID_FRAME_DATA,
	HG_HTTP2_INVALID_HEADER,
	HG_HTTP2_INVALID_FRAME_LENGTH,
	HG_HTTP2_EXTRA_HEADER_DATA,
	HG_HTTP2_LONG_FRAME,
	HG_HTTP2_STREAM_REUSE,
	HG_HTTP2_INVALID_UPGRADE,
	HG_HTTP2_FAILED_DECOMPRESSION,
	HG_HTTP2_INVALID_RANGE,
	HG_HTTP2_INTEGER_OVERFLOW,
	HG_HTTP2_MANY_STREAMS,
	HG_HTTP2_AUTHORITY_MISMATCH,
	HG_HTTP2_USERINFO,
	HG_HTTP2_REASSEMBLY_LIMIT,
	HG_HTTP2_MANY_HEADERS,
	HG_HTTP2_MANY_FRAMES,
	HG_HTTP2_RAPID_RESET,
	HG_HTTP2_BLOCK_BROKEN_OFF,
	HG_HTTP2_BOMB,
	HG_HTTP2_SMUGGLED,
	HG_HTTP2_CODING_MEMORY,
	HG_HTTP2_CODING_LAYERS,
	HG_HTTP2_CODING_STRANGE,
	HG_HTTP2_LENGTH,
	HG_HTTP2_ANOMALIES
};
extern const struct hg_anomaly_row hg_http2_anomalies[HG_HTTP2_ANOMALIES];

/* tx.c */
struct hg_http2_tx *hg_http2_find(struct hg_http2 *h, uint32_t stream);
/* The stream's transaction, made when it is new; NULL: no room. */
struct hg_http2_tx *hg_http2_open(struct hg_http2 *h, enum hg_dir dir, uint32_t stream);
/* One frame by itself, over at once. */
struct hg_http2_tx *hg_http2_alone(struct hg_http2 *h, enum hg_dir dir);
/* Nothing more comes of the direction (END_STREAM); the stream is closed when the other one has ended, too. */
void hg_http2_end(struct hg_http2_tx *tx, enum hg_dir dir, bool whole);
void hg_http2_close(struct hg_http2_tx *tx); /* reset, or given up */
void hg_http2_tx_close(struct hg_app *app, struct hg_tx *tx);
void hg_http2_odd(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_anomaly row);
/* NULL: nothing carries it; it is counted with a transaction of its own then. */
void hg_http2_event(struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_anomaly row);

/* frame.c: the payload of every frame but DATA */
void hg_http2_take(struct hg_http2 *h, enum hg_dir dir, struct hg_span payload);
bool hg_http2_settings(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span payload);

/* hpack.c */
void hg_http2_block(
	struct hg_http2 *h, struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span fragment, bool final);
void hg_http2_hpack_close(struct hg_app *app, struct hg_http2_side *s);

/* header.c */
bool hg_http2_add(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span name, struct hg_span value);
void hg_http2_add_update(struct hg_http2_tx *tx, enum hg_dir dir, uint32_t size);
void hg_http2_note(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_kind kind, uint64_t value);
unsigned hg_http2_width(enum hg_http2_kind kind);
const struct hg_http2_header *
hg_http2_header(const struct hg_http2_message *m, enum hg_http2_known known); /* the last one; NULL: none */
bool hg_http2_get(struct hg_http2_tx *tx, enum hg_dir dir, enum hg_http2_known known,
	struct hg_span *out); /* all of the name, joined */
/* The last field of that name. */
size_t hg_http2_request_field(const struct hg_tx *base, struct hg_span name, uint8_t *out, size_t size);
/* The block is whole; promise: a request that the server made up, whose response follows in the same direction. */
void hg_http2_headers_end(struct hg_http2_tx *tx, enum hg_dir dir, bool promise);

/* body.c */
void hg_http2_data(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span data);
void hg_http2_entity(struct hg_http2_tx *tx, enum hg_dir dir, struct hg_span data);
void hg_http2_data_gap(struct hg_http2_tx *tx, enum hg_dir dir, uint64_t bytes);
void hg_http2_data_end(struct hg_http2_tx *tx, enum hg_dir dir, bool whole);

/* tx NULL: the message is gone. */
void hg_http2_leave_join(struct hg_app *app, struct hg_http2_message *m, struct hg_http2_tx *tx);

/* coding.c */
void hg_http2_coding_open(struct hg_http2_tx *tx, enum hg_dir dir);
void hg_http2_coding_close(struct hg_http2_message *m);

/* upgrade.c: what HTTP/1 handed over */
void hg_http2_upgrade(struct hg_http2 *h);

/* buffers.c */
#define HG_HTTP2_BUFFERS 43
extern const struct hg_buffer_row hg_http2_buffers[HG_HTTP2_BUFFERS];
bool hg_http2_buffer(
	struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out);
void hg_http2_inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row);

/* log.c */
bool hg_http2_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_http2_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_http2_log_record(const struct hg_tx *tx, unsigned i, struct hg_json *j);

/* config.c */
#define HG_HTTP2_KEYS 5
extern const struct hg_config_key hg_http2_keys[HG_HTTP2_KEYS];
void hg_http2_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

static inline const struct hg_decoder_ctx *
hg_http2_ctx(const struct hg_http2_tx *tx)
{
	return tx->base.ctx;
}

#endif
