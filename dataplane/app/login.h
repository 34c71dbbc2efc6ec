/* login: what decoders tell of logins, and what becomes of it: figures for anomaly/, a record `login` for event/.
 *
 * A decoder calls hg_app_login() once for each attempt, when its end is known or it is known that it stays unknown. The call
 * copies what it needs; the secret itself is kept nowhere. Logins of a packet live until the next feed.
 */
#ifndef HG_APP_LOGIN_H
#define HG_APP_LOGIN_H

#include "app/secret.h"

struct hg_app;
struct hg_apps;

enum hg_login_result { HG_LOGIN_UNKNOWN, HG_LOGIN_SUCCESS, HG_LOGIN_FAILURE };

/* How the result is known: by the protocol's own answer; by text that servers print; by what happened afterwards. */
enum hg_login_confidence { HG_LOGIN_CERTAIN, HG_LOGIN_LIKELY, HG_LOGIN_GUESSED };

/* What a decoder has seen of an attempt. Spans that are NULL were not seen. */
struct hg_login_seen {
	struct hg_span user, domain;
	struct hg_span secret; /* as it was typed: length, weakness and tag are made of it */
	struct hg_span
		credentials; /* the same when the same was tried, in place of a secret that cannot be read */
	const char *mechanism;      /* "password", "plain", "ntlm" …; NULL: unknown */
	struct hg_span code;        /* the server's answer as a code of its protocol */
	struct hg_span client;      /* the client's software */
	struct hg_span workstation; /* as the client calls itself */
	struct hg_span service;     /* that a ticket is for */
	struct hg_span email;       /* given in place of a password, as guests do */
	const char *account;        /* "anonymous", "guest": nobody's, or everybody's; NULL: somebody's */
	const char *evidence;       /* what the result is known by, in a word or two; NULL: the code */
	uint8_t result;             /* enum hg_login_result */
	uint8_t confidence;         /* enum hg_login_confidence */
	bool encrypted;             /* the channel was */
};

void hg_app_login(struct hg_app *app, const struct hg_login_seen *seen);

/* For records of a decoder's own. */
const struct hg_secrets *hg_app_secrets(const struct hg_app *app);
/* Passwords in records give way to HG_SECRET_MASK. */
bool hg_app_masks(const struct hg_app *app);
/* A URL as records show it: hg_mask_url() where they are masked. */
struct hg_span hg_app_url(const struct hg_app *app, struct hg_span url, uint8_t to[HG_MASK_URL]);

#define HG_LOGINS 64         /* of a packet; more are counted only */
#define HG_LOGIN_TEXT 16384  /* bytes of all their texts; what finds no room is cut */
#define HG_LOGIN_MEMBER 256u /* of one text */

struct hg_login {
	uint64_t credentials; /* hash of what was tried */
	uint64_t bytes;       /* of the flow since its login before */
	uint32_t packets;
	uint32_t attempt; /* 1, 2, 3 … of the flow */
	uint8_t result, confidence;
	bool encrypted, cut; /* cut: some text is not whole */
	uint8_t proto;       /* enum hg_proto */
	struct hg_secret secret;
	const char *mechanism, *evidence;
	const char *account;
	struct hg_span user, domain, code, client, workstation, service, email;
};

/* The logins told since the last call, all of one flow; they live until the next feed. */
const struct hg_login *hg_app_logins(struct hg_apps *a, unsigned *n);

/* The members of a record's object "login". */
void hg_login_log(const struct hg_login *login, struct hg_json *j);
/* The object "logins" of a session's record: how many, by enum hg_login_result. */
void hg_login_log_counts(const uint32_t counts[3], struct hg_json *j);

#endif
