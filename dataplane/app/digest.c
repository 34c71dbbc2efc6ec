#include "app/digest.h"

enum hg_wanted
hg_digest_wanted(const struct hg_config *c, const char *key)
{
	const char *text = c == NULL ? NULL : hg_config_str(c, key);
	bool on;

	if (text == NULL || !hg_config_parse_bool(text, &on))
		return HG_WANTED_AUTO;
	return on ? HG_WANTED_YES : HG_WANTED_NO;
}

void
hg_digests_open(struct hg_digests *d)
{
	static const char *const names[HG_DIGEST_KINDS] = { "MD5", "SHA1", "SHA256" };

	for (unsigned i = 0; i < HG_DIGEST_KINDS; i++) {
		EVP_MD *md = EVP_MD_fetch(NULL, names[i], NULL);

		d->ctx[i] = md == NULL ? NULL : EVP_MD_CTX_new();
		if (d->ctx[i] != NULL && EVP_DigestInit_ex(d->ctx[i], md, NULL) != 1) {
			EVP_MD_CTX_free(d->ctx[i]);
			d->ctx[i] = NULL;
		}
		EVP_MD_free(md);
	}
}

void
hg_digests_close(struct hg_digests *d)
{
	for (unsigned i = 0; i < HG_DIGEST_KINDS; i++)
		EVP_MD_CTX_free(d->ctx[i]);
}

bool
hg_digest(const struct hg_digests *d, enum hg_digest_kind kind, struct hg_span bytes, uint8_t out[32])
{
	EVP_MD_CTX *md = d->ctx[kind];

	return md != NULL && EVP_DigestInit_ex(md, NULL, NULL) == 1 &&
		EVP_DigestUpdate(md, bytes.p, bytes.len) == 1 && EVP_DigestFinal_ex(md, out, NULL) == 1;
}
