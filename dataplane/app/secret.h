/* secret: what records say of a password instead of the password.
 *
 * Its length, whether it is a weak one, and a tag: the first 8 bytes of an HMAC under a key of this box, by which an auditor
 * sees that a password was used again or tried on many users, and nothing else. Contexts are made at start; no memory later.
 * One owner thread.
 */
#ifndef HG_APP_SECRET_H
#define HG_APP_SECRET_H

#include <openssl/evp.h>

#include "app/mask.h"
#include "base/error.h"
#include "base/json.h"

#define HG_SECRET_MASK "***"
#define HG_SECRET_KEY 64 /* bytes at most */
#define HG_SECRET_TAG 8

enum hg_secret_digest { HG_SECRET_SHA256, HG_SECRET_SM3, HG_SECRET_NO_TAG };

enum hg_secret_mask {
	HG_SECRET_MASK_AUTO, /* as the peer does under its name, else yes */
	HG_SECRET_MASK_YES,
	HG_SECRET_MASK_NO
};

struct hg_secrets_config {
	uint8_t digest, mask;
	uint8_t key_len; /* 0: the key that all replays share */
	uint8_t key[HG_SECRET_KEY];
	struct hg_mask_names names; /* of parameters that are secrets, beside those that are known */
};

enum hg_secret_weak {
	HG_SECRET_NOT_WEAK,
	HG_SECRET_EMPTY,
	HG_SECRET_IS_USER,
	HG_SECRET_DIGITS,
	HG_SECRET_LISTED, /* passwords that are tried first, and those that devices come with */
};

struct hg_secret {
	bool seen, tagged;
	uint8_t weak; /* enum hg_secret_weak */
	uint32_t len;
	uint8_t tag[HG_SECRET_TAG];
};

struct hg_secrets {
	EVP_MD_CTX *inner, *outer, *work; /* NULL: no tags */
	bool masked;
	struct hg_mask_names names;
};

int hg_secrets_open(
	struct hg_secrets *s, const struct hg_secrets_config *c, bool suricata7, struct hg_error *err);
void hg_secrets_close(struct hg_secrets *s);

/* RFC 4648 4, as credentials come: all of it, padding may be missing. SIZE_MAX: it is none, or too long. */
size_t hg_secret_base64(struct hg_span text, uint8_t *to, size_t size);

/* What may be said of a secret; a NULL span was not seen. */
struct hg_secret hg_secret_of(const struct hg_secrets *s, struct hg_span user, struct hg_span secret);

/* Members pw_len, pw_weak, pw_weak_reason and pw_tag; none of a secret that was not seen. */
void hg_secret_log(const struct hg_secret *secret, struct hg_json *j);

#endif
