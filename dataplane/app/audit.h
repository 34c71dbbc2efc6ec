/* audit: the object `audit` of a record, the same in every protocol: who did what to which object, with what result.
 *
 * A decoder fills it in one function, `audit` of struct hg_decoder, which is asked once for each record of a transaction, behind
 * its log function, and for records of files. It is given a zeroed struct hg_audit and says what it knows:
 *
 *	static bool
 *	hg_x_audit(const struct hg_tx *tx, unsigned record, struct hg_audit *a)
 *	{
 *		a->class_ = HG_AUDIT_COMMAND;
 *		a->action = command;                 // the verb, as the protocol spells it
 *		a->object = path;                    // what it was done to
 *		a->result = hg_audit_result_of(code >= 200, code < 400);
 *		a->reason = hg_audit_number(a, code);
 *		return true;
 *	}
 *
 * Rules: a result comes from the server's reply and is never guessed (HG_AUDIT_UNKNOWN, and the envelope says why: a gap,
 * encryption, no reply). `user` is filled only where the transaction names its own; all others get the flow's best known user,
 * which hg_app_login() teaches: the last one whose login succeeded, else the last one whose login has an unknown answer.
 * `incomplete` is set when bytes of the transaction are missing or a limit cut it; texts that a limit cut are named by
 * hg_audit_cut(). No memory of its own: spans live as long as the transaction, or in a->text.
 *
 * What else stands in the object (start, end, zones, tenant) comes from event/. A transaction's user is settled when it is complete
 * in both directions: a later login of the flow does not change it, however the stream was cut.
 */
#ifndef HG_APP_AUDIT_H
#define HG_APP_AUDIT_H

#include "base/json.h"
#include "base/time.h"

struct hg_app;
struct hg_login_seen;
struct hg_tx;

enum hg_audit_class {
	HG_AUDIT_NO_CLASS,
	HG_AUDIT_LOGIN,
	HG_AUDIT_LOGOUT,
	HG_AUDIT_COMMAND,
	HG_AUDIT_FILE,
	HG_AUDIT_MAIL,
	HG_AUDIT_QUERY, /* of a database */
	HG_AUDIT_WEB,
	HG_AUDIT_NAME, /* of DNS */
	HG_AUDIT_SESSION,
	HG_AUDIT_ADMIN,
	HG_AUDIT_CLASSES
};

/* How the user is known; AUTO: by what the decoder says (PROTOCOL), or as the flow's is. */
enum hg_audit_user {
	HG_AUDIT_USER_AUTO,
	HG_AUDIT_USER_PROTOCOL,
	HG_AUDIT_USER_CERT,
	HG_AUDIT_USER_FORM,
	HG_AUDIT_USER_XFF,
};

enum hg_audit_result { HG_AUDIT_UNKNOWN, HG_AUDIT_SUCCESS, HG_AUDIT_FAILURE };

/* What became of a password that belongs to the record. */
enum hg_audit_secret { HG_AUDIT_NO_SECRET, HG_AUDIT_MASKED, HG_AUDIT_HASHED };

#define HG_AUDIT_CUTS 8
#define HG_AUDIT_TEXT 24

struct hg_audit_cut {
	const char *field; /* its name in the record */
	uint64_t len;      /* before it was cut */
};

struct hg_audit {
	uint8_t class_;   /* enum hg_audit_class */
	uint8_t user_src; /* enum hg_audit_user */
	uint8_t result;   /* enum hg_audit_result */
	uint8_t secret;   /* enum hg_audit_secret */
	bool own_user;    /* the flow's user does not speak for it: many users share the connection */
	bool incomplete;
	bool opaque; /* what would tell the result is encrypted */
	uint8_t n_cuts;
	struct hg_span user, action, object;
	struct hg_span reason; /* the server's code or words */
	struct hg_audit_cut cuts[HG_AUDIT_CUTS];
	char text[HG_AUDIT_TEXT]; /* room for a reason */
};

/* A reply was seen, and it is good. */
static inline uint8_t
hg_audit_result_of(bool seen, bool good)
{
	return seen ? (good ? HG_AUDIT_SUCCESS : HG_AUDIT_FAILURE) : HG_AUDIT_UNKNOWN;
}

/* A number as text in a->text; as long as *a stays where it is. */
struct hg_span hg_audit_number(struct hg_audit *a, uint64_t n);
/* The record shows less of `field` than was sent. */
void hg_audit_cut(struct hg_audit *a, const char *field, uint64_t len);

/* --- for app/ and event/ --- */

#define HG_APP_USERS 8 /* that a flow remembers; the last of them stays */

/* A user that a flow has learnt; it stays as it is until the flow goes. */
struct hg_app_user {
	struct hg_app_user *next; /* the one before */
	hg_time since;
	uint16_t len;
	uint8_t proto;      /* enum hg_proto */
	uint8_t src;        /* enum hg_audit_user */
	bool certain;       /* the login succeeded */
	uint8_t confidence; /* enum hg_login_confidence */
	char name[];
};

void hg_app_learn_user(struct hg_app *app, const struct hg_login_seen *seen);
void hg_app_forget_users(struct hg_app *app); /* the flow goes */
/* Who the transaction is of: settled when it is complete, before that the flow's. NULL: nobody is known. */
const struct hg_app_user *hg_tx_user(const struct hg_tx *tx);

const char *hg_audit_class_name(uint8_t class_);
const char *hg_audit_user_name(uint8_t user_src);
const char *hg_audit_result_name(uint8_t result);

#endif
