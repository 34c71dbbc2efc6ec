/* http_int: what the files of this folder share.
 *
 * A flow has two sides, each with a phase and the beginning of a line that has not ended. A transaction has two messages.
 * Header bytes are copied once, in groups of whole lines, into the transaction's arena; names and values are spans there.
 * Bodies go through codings (coding.c) to their sink (body.c): a file, or a window of their own, or both.
 */
#ifndef HG_APP_HTTP_HTTP_INT_H
#define HG_APP_HTTP_HTTP_INT_H

#include "app/http/http.h"
#include "app/coding.h"
#include "app/join.h"
#include "base/addr.h"
#include "base/time.h"

/* The peer's numbers; rules and the record depend on them (peer-semantics 1.8). */
enum hg_http_progress {
	HG_HTTP_AT_START,
	HG_HTTP_AT_LINE,
	HG_HTTP_AT_HEADERS,
	HG_HTTP_AT_BODY,
	HG_HTTP_AT_TRAILER,
	HG_HTTP_AT_END,
};

enum hg_http_phase {
	HG_HTTP_IDLE,       /* between messages: blank lines are skipped */
	HG_HTTP_LINE,       /* request line, status line */
	HG_HTTP_OLD,        /* behind a request line without a version: headers may follow, or nothing */
	HG_HTTP_HEAD,       /* header lines */
	HG_HTTP_BODY,       /* `left` bytes */
	HG_HTTP_BODY_CLOSE, /* up to the end of the direction */
	HG_HTTP_CHUNK_SIZE,
	HG_HTTP_CHUNK_DATA, /* `left` bytes */
	HG_HTTP_CHUNK_END,  /* line end behind a chunk */
	HG_HTTP_TRAILER,
	HG_HTTP_AFTER,  /* as the peer: what follows in the same piece may still belong to the message */
	HG_HTTP_WAIT,   /* CONNECT: nothing is read before the answer */
	HG_HTTP_PROBE,  /* in a tunnel, as the peer: it is HTTP or not */
	HG_HTTP_TUNNEL, /* bytes of another protocol */
	HG_HTTP_LOST,   /* behind missing bytes: up to a line that begins a message */
	HG_HTTP_PHASES
};

/* What a step of a phase did with its input. */
enum hg_http_step {
	HG_HTTP_MORE,   /* all input is used up, or kept */
	HG_HTTP_GO,     /* go on with the (new) phase */
	HG_HTTP_HOLD,   /* leave the rest where it is: the other side decides */
	HG_HTTP_FAIL,   /* cannot go on */
	HG_HTTP_CHANGE, /* another protocol begins */
};

/* Headers that the decoder or a buffer asks for by name. */
enum hg_http_known {
	HG_HTTP_OTHER,
	HG_HTTP_HOST,
	HG_HTTP_COOKIE,
	HG_HTTP_SET_COOKIE,
	HG_HTTP_USER_AGENT,
	HG_HTTP_ACCEPT,
	HG_HTTP_ACCEPT_LANGUAGE,
	HG_HTTP_ACCEPT_ENCODING,
	HG_HTTP_CONNECTION,
	HG_HTTP_CONTENT_TYPE,
	HG_HTTP_CONTENT_LENGTH,
	HG_HTTP_CONTENT_ENCODING,
	HG_HTTP_CONTENT_DISPOSITION,
	HG_HTTP_CONTENT_RANGE,
	HG_HTTP_ETAG,
	HG_HTTP_TRANSFER_ENCODING,
	HG_HTTP_REFERER,
	HG_HTTP_LOCATION,
	HG_HTTP_SERVER,
	HG_HTTP_AUTHORIZATION,
	HG_HTTP_PROXY_AUTHORIZATION,
	HG_HTTP_UPGRADE,
	HG_HTTP_FORWARDED_FOR,
	HG_HTTP_FORWARDED,
	HG_HTTP_REAL_IP,
	HG_HTTP_RANGES,
	HG_HTTP_EXPECT,
	HG_HTTP_KNOWN
};

#define HG_HTTP_LINE_MAX 18000  /* a line, or a folded header, longer than this ends parsing */
#define HG_HTTP_OLD_JUNK 16     /* more behind a line without a version are headers */
#define HG_HTTP_FOLDED_MAX 4096 /* lines folded to a header that is longer are dropped */
#define HG_HTTP_HEADERS_MAX 1024
#define HG_HTTP_REPEATS_MAX 64 /* values joined to earlier ones of their name, a message */
#define HG_HTTP_CHAINS 16
#define HG_HTTP_PROXIES 64      /* networks of trusted proxies */
#define HG_HTTP_NAMES 32        /* fields of forms that a setting may list */
#define HG_HTTP_CUSTOM 48       /* headers that records show by name */
#define HG_HTTP_LOGGED_NAME 255 /* bytes of a name in a list of headers */
#define HG_HTTP_LOGGED_VALUE 2047
#define HG_HTTP_MESSAGES_MAX 512 /* named malformations a flow */
#define HG_HTTP_NOTED 32         /* and a piece of input */

enum hg_http_built {
	HG_HTTP_BUILT_HEADER,
	HG_HTTP_BUILT_RAW,
	HG_HTTP_BUILT_NAMES,
	HG_HTTP_BUILT_START,
	HG_HTTP_BUILT
};

#define HG_HTTP_OTHER_KEPT 8192 /* bytes of a body that are read otherwise */
#define HG_HTTP_OTHERS_MAX 64   /* transactions of other readings, a flow */

struct hg_http_value {
	struct hg_http_value *next;
	struct hg_span text;
};

struct hg_http_header {
	struct hg_span name, value;
	struct hg_http_value *more, *more_last; /* further values of the same name, not joined yet */
	struct hg_span whole;                   /* "Name: value", once asked for */
	uint32_t hash;
	uint16_t next; /* in its chain: index + 1 */
	uint8_t known;
	bool repeated;
};

struct hg_http_piece {
	struct hg_http_piece *next;
	struct hg_span bytes;
};

struct hg_http_other;     /* other.c */
struct hg_http_form;      /* form.c */
struct hg_http_multipart; /* multipart.c */

/* What the message says of a file that it sends. */
struct hg_http_upload {
	struct hg_http_upload *next;
	const struct hg_file *file;
	struct hg_span field, type; /* of the form, and of what is in it; empty: not told */
};

enum hg_http_version { HG_HTTP_NONE, HG_HTTP_INVALID, HG_HTTP_0_9, HG_HTTP_1_0, HG_HTTP_1_1, HG_HTTP_2_0 };
enum hg_http_length {
	HG_HTTP_NO_BODY,
	HG_HTTP_BY_LENGTH,
	HG_HTTP_CHUNKED,
	HG_HTTP_BY_CLOSE,
	HG_HTTP_BAD_LENGTH
};

/* One direction of a transaction. */
struct hg_http_message {
	struct hg_span line;
	struct hg_span protocol;
	uint8_t version;     /* enum hg_http_version */
	uint8_t length_kind; /* enum hg_http_length */
	bool body_seen;      /* the sink of the body is set up */
	bool body_ended;
	bool limit_passed; /* more body came than is kept */
	bool raw_asked;    /* raw inspection was asked for because of this body */
	bool too_many;     /* headers: the rest is not kept */
	uint16_t repeats;
	uint32_t version_of_headers; /* counts changes: what was rebuilt before is stale */
	uint16_t n_headers, room;
	struct hg_http_header *headers;
	uint16_t chains[HG_HTTP_CHAINS];      /* other names, by hash: index + 1 */
	uint16_t known[HG_HTTP_KNOWN];        /* index + 1 */
	struct hg_http_piece *raw, *raw_last; /* header bytes as received, blank line included */
	struct hg_span built[HG_HTTP_BUILT];  /* rebuilt when asked for */
	uint32_t built_of[HG_HTTP_BUILT];     /* version_of_headers they were made of, + 1 */
	uint64_t wire;                        /* body bytes as transferred, chunk framing included */
	uint64_t entity;                      /* after codings */
	uint64_t content_length;
	struct hg_coding *coding;
	struct hg_body body; /* when no file carries it */
	struct hg_file *file;
	struct hg_join_part *part; /* the file is a part of this one */
	struct hg_http_multipart *multipart;
};

enum { HG_HTTP_NAMED_COLON = 1, HG_HTTP_NAMED_INVALID = 2, HG_HTTP_NAMED_FOLDING = 4 };

struct hg_http_tx {
	struct hg_tx base;
	struct hg_http_tx *next_waiting;
	bool waiting;       /* for its response */
	bool phantom;       /* a response whose request was not seen */
	bool old;           /* HTTP/0.9 */
	bool other_reading; /* out of bytes that are none in the reading that counts */
	bool connect, head, upgraded;
	uint8_t continues; /* 100-continue answers */
	uint8_t named;     /* HG_HTTP_NAMED_*: named once a transaction, whatever the direction */
	struct hg_span method, uri_raw, uri;
	struct hg_span path;     /* normalised, name of a file; NULL: the target has none */
	struct hg_span hostname; /* without port */
	struct hg_span host_raw;
	int32_t port; /* -1: none; as the peer has it 0 before the headers are complete */
	int32_t uri_port;
	struct hg_span uri_host;
	struct hg_span status, reason;
	uint16_t code;
	struct hg_http_form *form; /* what is kept of a body that may be a login */
	struct hg_span user, form_user;
	const char *auth_scheme;
	uint8_t auth_result; /* enum hg_login_result + 1; 0: nothing was told */
	bool form_login;
	uint8_t interim;      /* answers 1xx in front of the answer */
	hg_time asked, began; /* when the request ended and the answer began; 0: not seen */
	struct hg_http_upload *uploads, *uploads_last;
	struct hg_http_other *other; /* bytes of the request's body that may be read otherwise */
	struct hg_http_message msg[HG_DIRS];
};

struct hg_http_side {
	uint8_t phase;
	bool ended;
	bool handed;  /* `part` was handed out as a line and is dropped at the next call */
	bool fold;    /* `folding` holds the pending header */
	bool pending; /* a header line waits for the byte behind it */
	bool stray;   /* inside a line that answers nothing: whatever its rest looks like, it belongs to it */
	uint8_t chunk_end;           /* of what stands behind a chunk: nothing yet, CR, something else */
	bool first;                  /* it is one that no other was folded to */
	struct hg_span pending_line; /* in the arena of tx */
	struct hg_buf part;          /* the beginning of a line */
	struct hg_buf folding;       /* a header of several lines */
	struct hg_http_tx *tx;       /* in work */
	uint64_t left;
	uint64_t last; /* id + 1 of the transaction that was in work before */
	bool settled;  /* a message has ended since the frame of one was looked after */
	bool framed;   /* a frame is open */
	bool owned;    /* … and its transaction is known */
};

/* State of a flow. */
struct hg_http {
	struct hg_app *app;
	struct hg_http_side side[HG_DIRS];
	struct hg_http_tx *waiting, *waiting_last; /* requests without a response, oldest first */
	struct hg_http_tx *unasked;                /* bytes that answer nothing come in; NULL: none do */
	uint16_t messages;                         /* malformations named so far */
	uint64_t answered;                         /* responses that are complete */
	bool shadow;                               /* what is read now is another reading */
	uint8_t n_others;                          /* transactions of such readings so far */
	uint8_t n_noted; /* as the peer: given to a transaction when the piece is done */
	uint8_t noted[HG_HTTP_NOTED];
};

struct hg_http_body_config {
	struct hg_inspect_limits limits;
};

struct hg_http_names {
	unsigned n;
	char name[HG_HTTP_NAMES][32];
};

struct hg_http_net {
	struct hg_addr addr;
	uint8_t family, bits;
};

struct hg_decoder_ctx {
	struct hg_http_body_config body[HG_DIRS];
	uint8_t layers; /* content codings undone, at most */
	bool double_decode_path, double_decode_query;
	uint32_t header_limit;
	uint32_t bomb_limit;
	struct hg_join_limits joins;
	bool inline_always, inline_auto;
	bool extended; /* records show method, status, length … */
	bool all_headers[HG_DIRS];
	struct hg_http_names form_users, form_secrets; /* fields of forms by which somebody logs in */
	unsigned n_proxies;
	struct hg_http_net proxies[HG_HTTP_PROXIES]; /* who may say for whom they ask */
	unsigned n_custom;
	char custom[HG_HTTP_CUSTOM][40];
};

/* config.c */
#define HG_HTTP_KEYS 31
extern const struct hg_config_key hg_http_keys[HG_HTTP_KEYS];
void hg_http_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config);

/* tx.c */
struct hg_http_tx *hg_http_tx_open(struct hg_http *h);
void hg_http_tx_close(struct hg_app *app, struct hg_tx *tx);
struct hg_http_tx *hg_http_tx_answered(struct hg_http *h); /* the oldest waiting one; NULL: none */
void hg_http_wait(struct hg_http *h, struct hg_http_tx *tx);
/* The message is over: its body is closed, progress is complete, the side is idle. A line that was taken stays. */
void hg_http_settle(struct hg_http *h, enum hg_dir dir);
void hg_http_end(struct hg_http *h, enum hg_dir dir);       /* and what is held of a line is dropped */
void hg_http_done(struct hg_http *h, enum hg_dir dir);      /* its framing says that it is over */
struct hg_http_tx *hg_http_last_request(struct hg_http *h); /* NULL: gone */

/* request.c, response.c: phases that read lines */
bool
hg_http_start(struct hg_http *h, enum hg_dir dir); /* a message begins; false: no transaction to be had */
enum hg_http_step hg_http_request_idle(struct hg_http *h, struct hg_span *rest);
enum hg_http_step hg_http_response_idle(struct hg_http *h, struct hg_span *rest);
enum hg_http_step hg_http_request_line(struct hg_http *h, struct hg_span line);
/* rest: what follows the line in this piece */
enum hg_http_step hg_http_response_line(struct hg_http *h, struct hg_span line, struct hg_span rest);
enum hg_http_step hg_http_request_old(struct hg_http *h, struct hg_span *rest);
enum hg_http_step hg_http_request_headers(struct hg_http *h);
bool hg_http_opens_tunnel(const struct hg_http_tx *tx);               /* the answer to a CONNECT */
void hg_http_request_go_on(struct hg_http *h, struct hg_http_tx *tx); /* a CONNECT that waits is answered */
enum hg_http_step hg_http_response_headers(struct hg_http *h);
enum hg_http_step hg_http_request_after(struct hg_http *h, struct hg_span *rest);
enum hg_http_step hg_http_response_after(struct hg_http *h, struct hg_span *rest);
bool hg_http_start_response(struct hg_http *h);
enum hg_http_version hg_http_version(struct hg_span protocol);
bool hg_http_is_method(struct hg_span text); /* a method that the peer knows */
bool hg_http_looks_like_status(struct hg_span line);
/* Bytes behind an answer that no request waits for and that begin no other one: taken at once, natively; false: they are none. */
bool hg_http_response_stray(struct hg_http *h, struct hg_span *rest);
void hg_http_response_stray_end(struct hg_http *h); /* an answer begins, bytes are missing, or all is over */
bool hg_http_begins_message(enum hg_dir dir, struct hg_span line);

/* header.c */
enum hg_http_step hg_http_head(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
/* One whole line that was taken already. */
enum hg_http_step hg_http_head_line(struct hg_http *h, enum hg_dir dir, struct hg_span line);
void hg_http_head_pause(struct hg_http *h);                   /* the piece of a response ends */
void hg_http_head_finish(struct hg_http *h, enum hg_dir dir); /* what is there of headers that will not end */
enum hg_http_known hg_http_known_name(struct hg_span name);
const struct hg_http_header *hg_http_find(const struct hg_http_message *m, enum hg_http_known known);
struct hg_span hg_http_value(struct hg_http_tx *tx, struct hg_http_header *header); /* joined */
/* Value of a known header; false: not there. */
bool hg_http_get(struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_known known, struct hg_span *out);
size_t hg_http_request_field(const struct hg_tx *base, struct hg_span name, uint8_t *out, size_t size);
struct hg_span
hg_http_comparable(struct hg_http_tx *tx, struct hg_span text);    /* text, or a copy without NUL */
bool hg_http_has_token(struct hg_span list, struct hg_span token); /* comma list, nocase */
void hg_http_forget_headers(struct hg_http_message *m);            /* behind a 100 (Continue) */

/* line.c */
enum hg_http_line { HG_HTTP_LINE_MORE, HG_HTTP_LINE_WHOLE, HG_HTTP_LINE_LONG };
/* What else than LF ends a line: nothing; CR before anything but LF; CR before anything but CR and LF. */
enum hg_http_line_end { HG_HTTP_ENDS_LF, HG_HTTP_ENDS_CR, HG_HTTP_ENDS_LONE_CR };
/* The next line of *rest with its end; lives until the next call or until rest is gone. */
enum hg_http_line hg_http_line_take(
	struct hg_http_side *s, struct hg_span *rest, enum hg_http_line_end ends, struct hg_span *line);
/* The same where a line must be had to go on: GO with it, else what to return; FAIL is one too long, which is named. */
enum hg_http_step hg_http_line_step(struct hg_http *h, enum hg_dir dir, struct hg_span *rest,
	enum hg_http_line_end ends, struct hg_span *line);
/* Where the line ends that goes on at `from`, with `before` bytes in front of s: behind its last byte; SIZE_MAX: not in s. */
size_t hg_http_line_end(struct hg_span s, size_t from, size_t before, enum hg_http_line_end ends);
struct hg_span
hg_http_line_held(const struct hg_http_side *s);          /* the beginning of a line that has not ended */
struct hg_span hg_http_line_rest(struct hg_http_side *s); /* what is there of a line that will not end */
void hg_http_line_drop(struct hg_http_side *s);
struct hg_span hg_http_chomp(struct hg_span line);
bool hg_http_is_space(uint8_t c); /* blank, tab, LF, VT, FF, CR */
struct hg_span hg_http_skip_space(struct hg_span s);
struct hg_span hg_http_take_word(struct hg_span *s); /* up to white space */
bool hg_http_is_blank_line(struct hg_span line);     /* LF or CR LF */
enum hg_http_step hg_http_too_long(struct hg_http *h, enum hg_dir dir);

/* uri.c, bestfit.c */
struct hg_http_uri {
	struct hg_span scheme, user, host, path, query, fragment;
	int32_t port; /* -1: none; -2: not a port */
	bool has_path, has_query, has_fragment, has_authority, host_invalid;
};
size_t hg_http_uri_decode(struct hg_span in, uint8_t *out); /* escapes; out holds in.len bytes */
void hg_http_uri_split(struct hg_span raw, struct hg_http_uri *out);
/* host[:port]; false: no valid host. */
bool hg_http_uri_hostport(struct hg_span text, struct hg_span *host, int32_t *port);
bool hg_http_uri_host_ok(struct hg_span host);
uint8_t hg_http_best_fit(uint32_t code); /* a code point as one byte of Windows-1252; '?': none is like it */
struct hg_http_decode_flags {
	bool twice_path, twice_query;
	bool changed_again; /* out: a second decoding changed something */
};
/* Normal form into out, which holds raw.len bytes; returns its length. path_len: how much of it is the path. */
size_t hg_http_uri_normalise(
	const struct hg_http_uri *u, uint8_t *out, size_t *path_len, struct hg_http_decode_flags *flags);

/* body.c */
enum hg_http_step hg_http_body(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
enum hg_http_step hg_http_body_close(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
enum hg_http_step hg_http_chunk_size(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
enum hg_http_step hg_http_chunk_end(struct hg_http *h, enum hg_dir dir, struct hg_span *rest);
void hg_http_body_data(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, struct hg_span data);
void
hg_http_body_entity(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span data); /* behind the codings */
void hg_http_body_gap(struct hg_http_tx *tx, enum hg_dir dir, uint64_t bytes);
void hg_http_body_end(struct hg_http_tx *tx, enum hg_dir dir, bool whole);
/* For the record; field and type are copied. */
void
hg_http_upload(struct hg_http_tx *tx, const struct hg_file *file, struct hg_span field, struct hg_span type);
/* tx NULL: the message is gone. */
void hg_http_leave_join(struct hg_app *app, struct hg_http_message *m, struct hg_http_tx *tx);
/* Bytes behind the end of a message that begin no other: shown to rules, in no record. */
void hg_http_request_stray(struct hg_http_tx *tx, struct hg_span data); /* behind a request that has ended */
bool hg_http_parse_length(struct hg_span text, uint64_t *out);
struct hg_http_range {
	uint64_t start, end, size;
	bool has_range, has_size;
};
/* RFC 9110 14.4, whatever the unit */
bool hg_http_parse_range(struct hg_span text, struct hg_http_range *out);
enum hg_http_chunk { HG_HTTP_CHUNK_OK, HG_HTTP_CHUNK_EMPTY, HG_HTTP_CHUNK_BAD };
enum hg_http_chunk hg_http_parse_chunk_size(struct hg_span line, uint64_t *out, bool *extension);
/* The body that rules see as request_body or response_body; NULL: none. */
struct hg_body *hg_http_body_of(struct hg_http_message *m);

/* coding.c */
void hg_http_coding_open(struct hg_http_tx *tx, enum hg_dir dir); /* as the message's header says */
void hg_http_coding_finish(struct hg_http_message *m);
void hg_http_coding_close(struct hg_http_message *m);

/* multipart.c */
bool hg_http_boundary(struct hg_span content_type, struct hg_span *out);
void hg_http_multipart_open(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span boundary);
void hg_http_multipart_feed(struct hg_http_tx *tx, enum hg_dir dir, struct hg_span in);
void hg_http_multipart_finish(struct hg_http_tx *tx, enum hg_dir dir, bool whole);
void hg_http_multipart_close(struct hg_app *app, struct hg_http_message *m);
bool hg_http_part_name(struct hg_span head, struct hg_span *out); /* name of a part */
/* filename of a Content-Disposition; false: none. */
bool hg_http_filename(struct hg_span value, struct hg_span *out);

/* buffers.c */
#define HG_HTTP_BUFFERS 40
#define HG_HTTP_FRAME_REQUEST 37 /* + the direction: the response */
extern const struct hg_buffer_row hg_http_buffers[HG_HTTP_BUFFERS];
bool hg_http_buffer(
	struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out);
void hg_http_inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row);

/* auth.c */
struct hg_http_credentials {
	const char *scheme;
	struct hg_span value, user, domain,
		secret; /* value: behind the scheme; the others live with the transaction */
	bool answers;   /* the last message of an NTLM handshake */
};
/* false: none, or of a scheme that is not known */
bool hg_http_credentials(struct hg_http_tx *tx, enum hg_http_known field, struct hg_http_credentials *c);

/* form.c */
void hg_http_form_open(struct hg_http_tx *tx);
void hg_http_form_add(struct hg_http_tx *tx, struct hg_span bytes);
void hg_http_form_login(struct hg_http *h, struct hg_http_tx *tx, struct hg_login_seen *seen);
/* The first member of that name that is a string, at any depth. */
struct hg_span hg_http_json_string(struct hg_http_tx *tx, struct hg_span s, struct hg_span name);
/* upgrade.c */
/* Is what the client and the server switch to known here? Then what its decoder must know is handed over. */
bool hg_http_hand_over(struct hg_http *h, struct hg_http_tx *tx);

/* login.c */
struct hg_span hg_http_auth_parameter(struct hg_span list, struct hg_span name); /* NULL: not there */
void hg_http_login(
	struct hg_http *h, struct hg_http_tx *tx); /* the answer tells whether its credentials were good */

/* record.c */
void hg_http_log_more(const struct hg_http_tx *tx, bool in_alert, struct hg_json *j);

/* log.c */
bool hg_http_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);
void hg_http_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);

enum hg_http_anomaly {
	HG_HTTP_UNKNOWN_ERROR,
	HG_HTTP_GZIP_FAILED,
	HG_HTTP_REQUEST_MISSING_COLON,
	HG_HTTP_RESPONSE_MISSING_COLON,
	HG_HTTP_REQUEST_CHUNK_LEN,
	HG_HTTP_RESPONSE_CHUNK_LEN,
	HG_HTTP_REQUEST_TE,
	HG_HTTP_RESPONSE_TE,
	HG_HTTP_REQUEST_CL,
	HG_HTTP_RESPONSE_CL,
	HG_HTTP_REQUEST_CL_TWICE,
	HG_HTTP_RESPONSE_CL_TWICE,
	HG_HTTP_CONTINUE_TWICE,
	HG_HTTP_UNMATCHED_RESPONSE,
	HG_HTTP_SERVER_PORT,
	HG_HTTP_AUTHORITY_PORT,
	HG_HTTP_REQUEST_HEADER_INVALID,
	HG_HTTP_RESPONSE_HEADER_INVALID,
	HG_HTTP_MISSING_HOST,
	HG_HTTP_HOST_AMBIGUOUS,
	HG_HTTP_REQUEST_FOLDING,
	HG_HTTP_RESPONSE_FOLDING,
	HG_HTTP_REQUEST_TOO_LONG,
	HG_HTTP_RESPONSE_TOO_LONG,
	HG_HTTP_PORT_MISMATCH,
	HG_HTTP_URI_HOST,
	HG_HTTP_HEADER_HOST,
	HG_HTTP_METHOD_DELIM,
	HG_HTTP_URI_DELIM,
	HG_HTTP_LEADING_WHITESPACE,
	HG_HTTP_ENCODING_LAYERS,
	HG_HTTP_ABNORMAL_CE,
	HG_HTTP_AUTH,
	HG_HTTP_REQUEST_REPETITION,
	HG_HTTP_RESPONSE_REPETITION,
	HG_HTTP_BYTERANGES,
	HG_HTTP_ABNORMAL_TE,
	HG_HTTP_CHUNKED_OLD,
	HG_HTTP_INVALID_PROTOCOL,
	HG_HTTP_INVALID_STATUS,
	HG_HTTP_LINE_INCOMPLETE,
	HG_HTTP_DOUBLE_ENCODED,
	HG_HTTP_LINE_INVALID,
	HG_HTTP_BODY_UNEXPECTED,
	HG_HTTP_LZMA_LIMIT,
	HG_HTTP_BOMB,
	HG_HTTP_RANGE,
	HG_HTTP_CHUNK_EXTENSION,
	HG_HTTP_REQUEST_HEADERS,
	HG_HTTP_RESPONSE_HEADERS,
	HG_HTTP_MULTIPART_ERROR,
	HG_HTTP_MULTIPART_NO_DATA,
	HG_HTTP_MULTIPART_HEADER,
	HG_HTTP_TOO_MANY,
	HG_HTTP_FAILED_CHANGE,
	HG_HTTP_FILE_NAME_LONG,
	HG_HTTP_BROTLI_FAILED,
	HG_HTTP_ZSTD_FAILED,
	HG_HTTP_CODING_MEMORY,
	HG_HTTP_TE_AND_CL,
	HG_HTTP_CL_REPEATED,
	HG_HTTP_CL_ODD,
	HG_HTTP_TE_ODD,
	HG_HTTP_CHUNK_ODD,
	HG_HTTP_CHUNK_OVERFLOW,
	HG_HTTP_CHUNK_LF,
	HG_HTTP_CHUNK_END_ODD,
	HG_HTTP_CHUNK_EXTENSION_LONG,
	HG_HTTP_TRAILER_FRAMING,
	HG_HTTP_NAME_BLANK,
	HG_HTTP_NAME_LONG,
	HG_HTTP_OBS_FOLD,
	HG_HTTP_BARE_CR,
	HG_HTTP_LF_ONLY,
	HG_HTTP_NUL,
	HG_HTTP_HOST_TWICE,
	HG_HTTP_LINE_BLANKS,
	HG_HTTP_VERSION_ODD,
	HG_HTTP_METHOD_CASE,
	HG_HTTP_OTHER_READING,
	HG_HTTP_OTHER_CUT,
	HG_HTTP_RANGE_LIST,
	HG_HTTP_HOP_BY_HOP,
	HG_HTTP_INTERIM_FLOOD,
	HG_HTTP_EXPECT_ODD,
	HG_HTTP_TARGET_LINE_BREAK,
	HG_HTTP_SPLITTING,
	HG_HTTP_RESPONSE_UNEXPECTED,
	HG_HTTP_CHARSET_ODD,
	HG_HTTP_ANOMALIES
};
extern const struct hg_anomaly_row hg_http_anomalies[HG_HTTP_ANOMALIES];

/* ambiguous.c: what receivers read differently; nothing as the peer has it */
void hg_http_ambiguous_line(struct hg_http *h, struct hg_http_tx *tx, struct hg_span line);
/* Is anything odd about these whole lines of a head? n: how many; crlf: how many end so. */
bool hg_http_ambiguous_head(struct hg_http *h, struct hg_span lines, unsigned n, unsigned crlf);
void hg_http_ambiguous_head_line(struct hg_http *h, enum hg_dir dir, struct hg_span line);
void hg_http_ambiguous_name(struct hg_http *h, enum hg_dir dir, struct hg_span name, bool blank);
void hg_http_ambiguous_path(struct hg_http *h, struct hg_http_tx *tx);
void hg_http_ambiguous_text(struct hg_http *h, struct hg_http_tx *tx); /* the charset of an answer */
void hg_http_ambiguous_length(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir);
void hg_http_ambiguous_chunk(struct hg_http *h, enum hg_dir dir, struct hg_span line);
void hg_http_ambiguous_chunk_end(struct hg_http *h, enum hg_dir dir, struct hg_span bytes);
void hg_http_ambiguous_trailer(struct hg_http *h, enum hg_dir dir, enum hg_http_known known);
/* splitting.c: the target holds a line break. */
void hg_http_target_break(struct hg_http *h, struct hg_http_tx *tx);
/* The answer has a header that the target holds behind a line break: somebody else writes its lines. */
void hg_http_splitting(struct hg_http *h, struct hg_http_tx *tx);
/* A malformation that the peer does not name. */
void hg_http_odd(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_anomaly row);
void hg_http_odd_request(struct hg_http *h, struct hg_http_tx *tx); /* fields that are abused */
void hg_http_log_ambiguous(const struct hg_http_tx *tx, struct hg_json *j);

/* other.c: the body of a request as others may read it */
void hg_http_other_length(struct hg_http_tx *tx, uint64_t length); /* in another reading it ends there */
void hg_http_other_chunked(struct hg_http_tx *tx);                 /* … with the last chunk */
void hg_http_other_lines(struct hg_http_tx *tx);                   /* … anywhere in front of a line */
void hg_http_other_add(struct hg_http_tx *tx, struct hg_span bytes);
bool hg_http_other_begins(struct hg_span s);                      /* … it looks like a request */
void hg_http_other_end(struct hg_http *h, struct hg_http_tx *tx); /* the request is over */

/* http.c: requests of another reading, as transactions of their own */
void hg_http_shadow(struct hg_http *h, struct hg_span bytes);

void hg_http_name_again(struct hg_http_tx *tx); /* a step of the request is over */
/* What was noted while a piece of input was worked on goes to the transaction that the peer gives it to. */
void hg_http_tell(struct hg_http *h, enum hg_dir dir);
/* Names a malformation of the transaction; rules of both directions see it, as with the peer. */
void hg_http_anomaly(struct hg_http *h, struct hg_http_tx *tx, enum hg_dir dir, enum hg_http_anomaly row);

static inline const struct hg_decoder_ctx *
hg_http_ctx(const struct hg_http *h)
{
	return h->app->ctx;
}

static inline struct hg_http *
hg_http_of(const struct hg_http_tx *tx)
{
	return tx->base.app->state;
}

#endif
