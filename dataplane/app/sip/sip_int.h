/* sip_int: what the files of this folder share.
 *
 * A message says itself whether it is a request; either end sends both. Natively a transaction is a request with its final response,
 * found by the branch of the topmost Via, Call-ID and CSeq (RFC 3261 17.1.3, 17.2.3); a provisional response is one of its own, and
 * so is a response whose request was not seen. compat suricata7: each message is one.
 */
#ifndef HG_APP_SIP_SIP_INT_H
#define HG_APP_SIP_SIP_INT_H

#include "app/keyed.h"
#include "app/sip/sip.h"

#define HG_SIP_METHOD 32u   /* bytes of a method */
#define HG_SIP_HEAD 16384u  /* bytes of a start line with its fields, over TCP */
#define HG_SIP_BODY 49152u  /* … of a body that is read */
#define HG_SIP_SHOWN 1024u  /* … of a text in records */
#define HG_SIP_MEDIA 4u     /* streams of a session description */
#define HG_SIP_SECRET 2048u /* bytes of an Authorization that are kept until its answer */

enum { HG_SIP_DONE = 1 };

enum hg_sip_anomaly {
	HG_SIP_INCOMPLETE,
	HG_SIP_INVALID,
	HG_SIP_MISSING_FIELD,
	HG_SIP_TWICE,
	HG_SIP_OTHER_METHOD,
	HG_SIP_LENGTH,
	HG_SIP_PASSWORD,
	HG_SIP_LONG,
	HG_SIP_GAP,
	HG_SIP_TOO_MANY,
	HG_SIP_ANOMALIES
};

/* Header fields that are read (RFC 3261 20). */
enum hg_sip_field {
	HG_SIP_VIA,
	HG_SIP_FROM,
	HG_SIP_TO,
	HG_SIP_CALL_ID,
	HG_SIP_CSEQ,
	HG_SIP_CONTENT_LENGTH,
	HG_SIP_CONTENT_TYPE,
	HG_SIP_CONTACT,
	HG_SIP_EXPIRES,
	HG_SIP_USER_AGENT,
	HG_SIP_SERVER,
	HG_SIP_AUTHORIZATION,
	HG_SIP_PROXY_AUTHORIZATION,
	HG_SIP_AUTHENTICATE,
	HG_SIP_PROXY_AUTHENTICATE,
	HG_SIP_FIELDS
};

/* A message as it lies in the input. */
struct hg_sip_message {
	bool request;
	struct hg_span line; /* without its end */
	struct hg_span method, uri, version, code, reason;
	struct hg_span field[HG_SIP_FIELDS]; /* the first of its name; p == NULL: there is none */
	uint32_t twice;                      /* bits of those that came again with another value */
	size_t line_len, headers_len;        /* with their ends; without the empty line */
	struct hg_span body;
};

enum hg_sip_read { HG_SIP_READ, HG_SIP_READ_MORE, HG_SIP_READ_BAD };

struct hg_sip_media {
	struct hg_span text, address; /* `audio 49170 RTP/AVP 0`; of the stream, or of the session */
	uint16_t port;
};

/* RFC 8866 */
struct hg_sip_sdp {
	bool seen;
	uint8_t n_media;
	struct hg_span origin, name, connection;
	struct hg_sip_media media[HG_SIP_MEDIA];
};

/* What was sent in a direction; spans of the transaction's arena. */
struct hg_sip_part {
	bool seen, request;
	uint16_t status; /* of a response */
	struct hg_span line, method, uri, version, code, reason;
	struct hg_span field[HG_SIP_FIELDS];
	struct hg_sip_sdp sdp;
};

struct hg_sip_tx {
	struct hg_tx base;
	struct hg_sip_part part[HG_DIRS];
	bool challenged; /* credentials were given */
	bool basic;
	uint8_t login;    /* enum hg_login_result + 1; 0: nothing is told of one */
	uint32_t repeats; /* the request came again */
	struct hg_span user, realm;
};

struct hg_sip_stream {
	size_t scanned; /* of what waits: no end of the head lies there */
	size_t need;    /* the message has so many bytes; 0: not known yet */
	uint64_t skip;  /* of a body that is not read */
	bool lost;      /* a start line is looked for */
};

struct hg_sip {
	struct hg_sip_stream stream[HG_DIRS];
	struct hg_keyed waiting; /* requests without their final response: transaction, Authorization */
};

/* read.c: a message from its first byte on. */
enum hg_sip_read hg_sip_read(struct hg_span in, struct hg_sip_message *m);
bool hg_sip_is_start(struct hg_span line); /* without its end */
void hg_sip_fields(struct hg_span headers, struct hg_sip_message *m);
/* Content-Length; false: there is none, or it is no number. */
bool hg_sip_length(const struct hg_sip_message *m, uint64_t *n);

/* strict.c: a message as the peer reads one. */
enum hg_sip_read hg_sip_read_strict(enum hg_dir dir, struct hg_span in, struct hg_sip_message *m);

/* value.c */
struct hg_sip_address {
	struct hg_span name, uri, tag;
};
struct hg_sip_address hg_sip_address(struct hg_span value);
/* The value of `name=` among parameters parted by `sep`, without its quotes; p == NULL: not there. */
struct hg_span hg_sip_parameter(struct hg_span list, uint8_t sep, struct hg_span name);
/* The password of the first URI in a text; p == NULL: none. */
struct hg_span hg_sip_password(struct hg_span text);
struct hg_span hg_sip_word(struct hg_span *rest); /* the next one between blanks; moves */

/* sdp.c */
void hg_sip_read_sdp(struct hg_arena *arena, const struct hg_sip_message *m, struct hg_sip_sdp *sdp);

/* transaction.c */
void hg_sip_take(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m);
void hg_sip_odd(struct hg_app *app, enum hg_dir dir, enum hg_sip_anomaly row);

/* login.c: of the request, and what its answer says of it; auth is the Authorization that was kept. */
struct hg_span hg_sip_credentials(const struct hg_sip_message *m, bool *proxy);
void hg_sip_note_user(struct hg_sip_tx *tx, struct hg_span auth);
/* Tells the login; enum hg_login_result + 1, 0: the answer says nothing of it. */
uint8_t hg_sip_login(struct hg_app *app, struct hg_span auth, bool proxy, uint16_t status,
	const struct hg_sip_message *answer, struct hg_span agent);

/* log.c */
void hg_sip_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_sip_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
