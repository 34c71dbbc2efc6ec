/* websocket_int: what the files of this folder share.
 *
 * Each direction is a run of frames. A transaction is a message of one side: the frames of a text or binary message, or one
 * control frame, which may stand between them. Payloads are unmasked and inflated as they come and shown in windows.
 */
#ifndef HG_APP_WEBSOCKET_WEBSOCKET_INT_H
#define HG_APP_WEBSOCKET_WEBSOCKET_INT_H

#include "app/websocket/websocket.h"

#include "base/reader.h"

enum hg_websocket_opcode {
	HG_WEBSOCKET_CONTINUATION = 0,
	HG_WEBSOCKET_TEXT = 1,
	HG_WEBSOCKET_BINARY = 2,
	HG_WEBSOCKET_CLOSE = 8, /* from here on control frames */
	HG_WEBSOCKET_PING = 9,
	HG_WEBSOCKET_PONG = 10,
};

/* The upper bits of a frame's first byte. */
enum { HG_WEBSOCKET_FIN = 0x80, HG_WEBSOCKET_COMPRESSED = 0x40, HG_WEBSOCKET_RESERVED = 0x30 };

enum hg_websocket_progress { HG_WEBSOCKET_AT_START, HG_WEBSOCKET_AT_PAYLOAD, HG_WEBSOCKET_AT_END };

struct hg_websocket_tx {
	struct hg_tx base;
	uint8_t opcode, flags; /* of the first frame; FIN once the last one is there */
	bool has_mask;
	uint8_t mask[4]; /* of the first frame */
	uint64_t wire;   /* bytes of payload, as sent */
	struct hg_body body;
};

struct hg_websocket_inflate; /* inflate.c */

struct hg_websocket_frame {
	uint8_t first, mask[4];
	bool masked;
	uint64_t length;
};

struct hg_websocket_side {
	struct hg_websocket_frame frame;
	bool inside;                     /* a payload is being read */
	uint64_t left;                   /* … so much of it is to come */
	uint64_t crossed;                /* … and so much was there */
	struct hg_websocket_tx *tx;      /* of the frame in work */
	struct hg_websocket_tx *message; /* whose other frames are to come */
	bool deaf;                       /* compressed messages cannot be followed any more */
	bool no_context;                 /* each message is compressed by itself */
	struct hg_websocket_inflate *inflate;
};

/* State of a flow. */
struct hg_websocket {
	struct hg_app *app;
	bool deflate; /* permessage-deflate was agreed upon (RFC 7692) */
	struct hg_websocket_side side[HG_DIRS];
};

struct hg_decoder_ctx {
	uint32_t bomb_limit;
	struct hg_inspect_limits limits;
};

enum hg_websocket_anomaly {
	HG_WEBSOCKET_SKIPPED,
	HG_WEBSOCKET_REASSEMBLY,
	HG_WEBSOCKET_BROKEN_OFF,
	HG_WEBSOCKET_RESERVED_BITS,
	HG_WEBSOCKET_UNKNOWN_OPCODE,
	HG_WEBSOCKET_INVALID_CONTROL,
	HG_WEBSOCKET_INVALID_MASK,
	HG_WEBSOCKET_INVALID_LENGTH,
	HG_WEBSOCKET_FAILED_DECOMPRESSION,
	HG_WEBSOCKET_BOMB,
	HG_WEBSOCKET_ANOMALIES
};

/* inflate.c */
bool
hg_websocket_inflate(struct hg_websocket *h, struct hg_websocket_tx *tx, enum hg_dir dir, struct hg_span in);
void hg_websocket_inflate_end(struct hg_websocket *h, struct hg_websocket_tx *tx, enum hg_dir dir);
void hg_websocket_inflate_close(struct hg_app *app, struct hg_websocket_side *s);

/* log.c */
void hg_websocket_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_websocket_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
