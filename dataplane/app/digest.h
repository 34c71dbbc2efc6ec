/* digest: hashes by which decoders name what they saw (JA3, JA4, HASSH, certificates).
 *
 * Contexts are made once, at start; a digest takes no memory. One owner thread.
 */
#ifndef HG_APP_DIGEST_H
#define HG_APP_DIGEST_H

#include <openssl/evp.h>

#include "base/config.h"

/* A fingerprint is made of everything, when a rule asks for it, never: yes, auto, no in the configuration. */
enum hg_wanted { HG_WANTED_AUTO, HG_WANTED_YES, HG_WANTED_NO };
/* c NULL: auto. */
enum hg_wanted hg_digest_wanted(const struct hg_config *c, const char *key);

enum hg_digest_kind { HG_DIGEST_MD5, HG_DIGEST_SHA1, HG_DIGEST_SHA256, HG_DIGEST_KINDS };

struct hg_digests {
	EVP_MD_CTX *ctx[HG_DIGEST_KINDS]; /* NULL: the library does not have it */
};

void hg_digests_open(struct hg_digests *d);
void hg_digests_close(struct hg_digests *d);

/* false: there is none. */
bool hg_digest(const struct hg_digests *d, enum hg_digest_kind kind, struct hg_span bytes, uint8_t out[32]);

#endif
