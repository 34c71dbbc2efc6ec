/* ldap_int: what the files of this folder share.
 *
 * A transaction is a request with its last response, found by message id; entries of a search are counted. Of a message its head is
 * read, which holds all that is told of it; what stands behind is passed over.
 */
#ifndef HG_APP_LDAP_LDAP_INT_H
#define HG_APP_LDAP_LDAP_INT_H

#include "app/keyed.h"
#include "app/ldap/ldap.h"
#include "app/sasl.h"
#include "base/ber.h"

#define HG_LDAP_HEAD 8192u      /* bytes of a message that are read */
#define HG_LDAP_MOST (1u << 26) /* a longer message is none */
#define HG_LDAP_TEXT 1024u      /* bytes of a text in records */
#define HG_LDAP_NAMES 16u       /* attributes of a request that are named */
#define HG_LDAP_DEPTH 16u       /* of a filter */

enum { HG_LDAP_DONE = 1 };

/* RFC 4511 4.2 to 4.13: tags of operations. */
enum hg_ldap_op {
	HG_LDAP_BIND = 0x60,
	HG_LDAP_BIND_RESPONSE = 0x61,
	HG_LDAP_UNBIND = 0x42,
	HG_LDAP_SEARCH = 0x63,
	HG_LDAP_ENTRY = 0x64,
	HG_LDAP_SEARCH_DONE = 0x65,
	HG_LDAP_MODIFY = 0x66,
	HG_LDAP_MODIFY_RESPONSE = 0x67,
	HG_LDAP_ADD = 0x68,
	HG_LDAP_ADD_RESPONSE = 0x69,
	HG_LDAP_DELETE = 0x4a,
	HG_LDAP_DELETE_RESPONSE = 0x6b,
	HG_LDAP_MODIFY_DN = 0x6c,
	HG_LDAP_MODIFY_DN_RESPONSE = 0x6d,
	HG_LDAP_COMPARE = 0x6e,
	HG_LDAP_COMPARE_RESPONSE = 0x6f,
	HG_LDAP_ABANDON = 0x50,
	HG_LDAP_REFERENCE = 0x73,
	HG_LDAP_EXTENDED = 0x77,
	HG_LDAP_EXTENDED_RESPONSE = 0x78,
	HG_LDAP_INTERMEDIATE = 0x79,
};

enum { HG_LDAP_SUCCESS = 0, HG_LDAP_SASL_GOES_ON = 14 };

enum hg_ldap_anomaly {
	HG_LDAP_MALFORMED,
	HG_LDAP_UNASKED,
	HG_LDAP_ID_TWICE,
	HG_LDAP_UNAUTHENTICATED,
	HG_LDAP_DEEP_FILTER,
	HG_LDAP_MISSING,
	HG_LDAP_TOO_MANY,
	HG_LDAP_ANOMALIES
};

/* An attribute of a request, and what MODIFY does with it. */
struct hg_ldap_name {
	struct hg_span text;
	uint8_t change; /* RFC 4511 4.6: add, delete, replace, increment */
};

struct hg_ldap_tx {
	struct hg_tx base;
	uint32_t id;
	uint8_t op, answer; /* enum hg_ldap_op; 0: not seen */
	bool incomplete;    /* of the request its head was read */
	bool anonymous, simple, starts_tls;
	bool goes_on;          /* a bind of several steps, and not the last of them */
	uint8_t login;         /* enum hg_login_result + 1; 0: nothing is told of one */
	uint8_t numbers[2][4]; /* operation, result: network order, for rules */
	uint32_t version, scope, deref, size_limit, time_limit, abandoned;
	bool types_only, delete_old;
	struct hg_span dn, mechanism, filter, rdn, superior, oid, value;
	uint8_t n_names;
	bool more_names;
	struct hg_ldap_name names[HG_LDAP_NAMES];
	/* of the answer */
	uint32_t code, entries, references;
	struct hg_span matched, message, answer_oid;
};

struct hg_ldap {
	struct hg_keyed waiting; /* message id: transaction */
	uint64_t skip[HG_DIRS];  /* of a message whose head was read */
	struct hg_sasl sasl;
	bool sasl_open; /* the mechanism in it goes on */
	bool sealed;    /* a SASL mechanism was agreed: what is no message from here on is protected */
	bool opaque;    /* nothing can be read any more */
	bool to_tls;
};

/* A value that may be cut where the head ends. false: not even its head is there. */
bool hg_ldap_take(struct hg_reader *r, uint8_t *tag, struct hg_span *value);
bool hg_ldap_is_request(uint8_t op);
struct hg_span hg_ldap_keep(struct hg_ldap_tx *tx, struct hg_span text);

/* request.c, response.c: an operation; cut: bytes of it lie behind the head. false: it is malformed. */
bool hg_ldap_request(struct hg_app *app, uint32_t id, uint8_t op, struct hg_span body, bool cut);
bool hg_ldap_response(struct hg_app *app, uint32_t id, uint8_t op, struct hg_span body, bool cut);

/* filter.c: as text (RFC 4515), at most HG_LDAP_TEXT bytes; false: it is nested too deeply or malformed. */
bool hg_ldap_filter(uint8_t tag, struct hg_span value, uint8_t out[HG_LDAP_TEXT], size_t *len);

/* login.c: of a bind, and when it is answered. */
void hg_ldap_bind(struct hg_app *app, struct hg_ldap_tx *tx, uint8_t tag, struct hg_span choice);
void hg_ldap_bound(struct hg_app *app, struct hg_ldap_tx *tx);

/* log.c */
const char *hg_ldap_code_name(uint32_t code); /* NULL: none */
void hg_ldap_log(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
bool hg_ldap_audit(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

#endif
