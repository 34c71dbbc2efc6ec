/* krb5_int: what the files of this folder share.
 *
 * A transaction is a request with its answer; under compat suricata7 each message is one. Answers do not name their request
 * where it can be read, so the oldest one of the kind that waits has it. What waits is kept apart from transactions, as logins
 * need it in either case.
 */
#ifndef HG_APP_KRB5_KRB5_INT_H
#define HG_APP_KRB5_KRB5_INT_H

#include "app/krb5/krb5.h"

#include "base/ber.h"
#include "base/buf.h"

#define HG_KRB5_RECORD 131072   /* bytes of a message over TCP; a longer one is none */
#define HG_KRB5_RECORD_7 100000 /* … with the peer */
#define HG_KRB5_PARTS 64        /* components of a name that are kept */
#define HG_KRB5_LIST 32         /* kinds of padata and encryptions of a request that are kept */
#define HG_KRB5_WAITING 64      /* requests without an answer that are remembered */
#define HG_KRB5_MEMBER 256      /* bytes of each text of such a request, as records of logins show no more */
#define HG_KRB5_TEXT 32         /* of a name that is made of a number, with its end */

enum { HG_KRB5_DONE = 1 };

/* Application tags, which are the types of messages, too (RFC 4120 5.10). */
enum hg_krb5_type {
	HG_KRB5_AS_REQ = 10,
	HG_KRB5_AS_REP = 11,
	HG_KRB5_TGS_REQ = 12,
	HG_KRB5_TGS_REP = 13,
	HG_KRB5_AP_REQ = 14,
	HG_KRB5_AP_REP = 15,
	HG_KRB5_ERROR = 30,
};

/* Codes of errors that the decoder judges by (RFC 4120 7.5.9, RFC 6113 6). */
enum {
	HG_KRB5_PREAUTH_REQUIRED = 25,
	HG_KRB5_TOO_BIG = 52,
	HG_KRB5_WRONG_REALM = 68,
	HG_KRB5_PREAUTH_EXPIRED = 90,
	HG_KRB5_MORE_PREAUTH = 91,
};

/* As a message shows it: spans live as long as the message. */
struct hg_krb5_message {
	uint8_t type; /* enum hg_krb5_type */
	bool has_cname, has_realm, has_sname;
	struct hg_span cname, sname; /* strings of the principal, one element each */
	struct hg_span realm;
	/* of requests */
	struct hg_span padata, etypes; /* elements */
	struct hg_span from, till;
	uint32_t options, nonce;
	/* of answers */
	int32_t etype, ticket_etype;
	int32_t code;
	struct hg_span words;
};

struct hg_krb5_name {
	bool known;
	uint8_t n;
	struct hg_span text;   /* components with `/` between them */
	struct hg_span *parts; /* of it */
};

struct hg_krb5_names {
	struct hg_krb5_name cname, sname;
	bool has_realm;
	struct hg_span realm;
};

struct hg_krb5_list {
	uint8_t n;
	int32_t *values;
};

struct hg_krb5_tx {
	struct hg_tx base;
	uint8_t request, answer; /* enum hg_krb5_type; 0: was not seen */
	uint8_t failed;          /* the request that the peer names beside an error; 0: none */
	struct hg_krb5_names asked, told;
	uint8_t numbers[4][4]; /* by row of buffers.c: network order, for rules */
	struct hg_krb5_list padata, etypes;
	struct hg_span from, till, for_user;
	uint32_t options, nonce;
	int32_t etype, ticket_etype, code;
	struct hg_span words;
};

/* A request that waits for its answer. */
struct hg_krb5_waiting {
	struct hg_krb5_waiting *next;
	uint64_t tx;
	uint32_t nonce;
	uint8_t type;
	bool preauth;
	const char *mechanism;
	uint16_t user_len, realm_len, service_len;
	uint8_t text[]; /* user, realm, service */
};

/* Of a direction over TCP (RFC 4120 7.2.2). */
struct hg_krb5_side {
	uint8_t mark[4];
	uint8_t n_mark; /* bytes of it that came */
	bool torn;      /* bytes of the message are missing */
	bool over;      /* compat suricata7: of a direction one message is read */
	uint32_t left;  /* bytes of the message to come */
	struct hg_buf body;
};

struct hg_krb5 {
	struct hg_krb5_side side[HG_DIRS];
	struct hg_krb5_waiting *waiting; /* oldest first */
	uint8_t n_waiting;
	uint8_t last_request; /* as the peer remembers it for errors */
};

enum hg_krb5_anomaly {
	HG_KRB5_MALFORMED,
	HG_KRB5_WEAK,
	HG_KRB5_WEAK_ASKED,
	HG_KRB5_WEAK_TICKET,
	HG_KRB5_NO_PREAUTH,
	HG_KRB5_TOO_MANY,
	HG_KRB5_ANOMALIES
};

enum {
	HG_KRB5_ROW_TYPE,
	HG_KRB5_ROW_CODE,
	HG_KRB5_ROW_TICKET,
	HG_KRB5_ROW_CNAME,
	HG_KRB5_ROW_SNAME,
	HG_KRB5_ROWS
};
#define HG_KRB5_NUMBER_ANSWER 3 /* in numbers: the type of the answer beside that of the request */

/* message.c. The head: the application tag; 0: the message is another one; -1: there is none. */
int hg_krb5_type_of(struct hg_span in);
/* One of AS, TGS and KRB-ERROR. false: it does not follow RFC 4120. any_text: names may be no UTF-8. */
bool hg_krb5_read(struct hg_span in, uint8_t type, bool any_text, struct hg_krb5_message *m);
bool hg_krb5_principal(struct hg_span in, bool any_text, struct hg_span *strings);
bool hg_krb5_int(struct hg_span bytes, int32_t *n);

/* exchange.c: a message, or a datagram. false: what is said is not Kerberos. */
bool hg_krb5_take(struct hg_app *app, enum hg_dir dir, struct hg_span in);

/* waiting.c: requests until they are answered, and the logins that they are. */
bool hg_krb5_is_again(const struct hg_krb5 *s, const struct hg_krb5_message *m);
/* false: another one had to give way; *lost is its transaction. */
bool hg_krb5_wait(struct hg_app *app, const struct hg_krb5_tx *tx, uint64_t *lost);
/* The oldest that the answer fits, taken out of the list; NULL: none. It is the caller's. */
struct hg_krb5_waiting *hg_krb5_answered(struct hg_krb5 *s, uint8_t answer);
void hg_krb5_login(struct hg_app *app, const struct hg_krb5_waiting *w, const struct hg_krb5_tx *answer);
void hg_krb5_unanswered(struct hg_app *app); /* no answer comes any more */
void hg_krb5_forget(struct hg_app *app, struct hg_krb5_waiting *w);

/* names.c */
bool hg_krb5_is_weak(int32_t etype);
const char *hg_krb5_type_name(uint8_t type);
const char *hg_krb5_etype_name(int32_t etype, char out[HG_KRB5_TEXT]);
const char *hg_krb5_code_name(const struct hg_app *app, int32_t code, char out[HG_KRB5_TEXT]);
const char *hg_krb5_padata_name(int32_t kind, char out[HG_KRB5_TEXT]);
/* The client has shown that it knows its secret, or does so within what is encrypted; *mechanism: by what. */
bool hg_krb5_proves(int32_t padata, const char **mechanism);

/* log.c */
void hg_krb5_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_krb5_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
