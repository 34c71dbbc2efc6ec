/* MD5 of bodies and fields. Contexts are begun once at start: how many mails are digested at a time is bounded. */
#include <openssl/evp.h>

#include "app/mime/mime_int.h"

void
hg_mime_digests_open(struct hg_mime_digests *d)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "MD5", NULL);

	for (unsigned i = 0; md != NULL && i < HG_MIME_DIGESTS; i++) {
		d->ctx[i] = EVP_MD_CTX_new();
		if (d->ctx[i] != NULL && EVP_DigestInit_ex(d->ctx[i], md, NULL) != 1) {
			EVP_MD_CTX_free(d->ctx[i]);
			d->ctx[i] = NULL;
		}
	}
	EVP_MD_free(md);
}

void
hg_mime_digests_close(struct hg_mime_digests *d)
{
	for (unsigned i = 0; i < HG_MIME_DIGESTS; i++)
		EVP_MD_CTX_free(d->ctx[i]);
}

/* Index + 1 of one that is free; 0: none. The last one is for fields. */
static uint8_t
take(struct hg_mime_digests *d)
{
	for (unsigned i = 0; i < HG_MIME_DIGESTS - 1; i++)
		if (!d->taken[i] && d->ctx[i] != NULL && EVP_DigestInit_ex(d->ctx[i], NULL, NULL) == 1) {
			d->taken[i] = true;
			return (uint8_t)(i + 1);
		}
	return 0;
}

void
hg_mime_digest_line(struct hg_mime *m, struct hg_span text, struct hg_span end)
{
	struct hg_mime_digests *d = m->config->digests;

	if (d == NULL || m->digest_over)
		return;
	if (m->digest == 0)
		m->digest = take(d);
	if (m->digest == 0) {
		m->digest_over = true;
		return;
	}
	EVP_DigestUpdate(d->ctx[m->digest - 1], text.p, text.len);
	EVP_DigestUpdate(d->ctx[m->digest - 1], end.p, end.len);
}

void
hg_mime_digest_end(struct hg_mime *m, bool whole)
{
	struct hg_mime_digests *d = m->config->digests;

	m->digest_over = true;
	if (m->digest == 0)
		return;
	m->has_digest = whole && EVP_DigestFinal_ex(d->ctx[m->digest - 1], m->md5, NULL) == 1;
	d->taken[m->digest - 1] = false;
	m->digest = 0;
}

bool
hg_mime_digest(const struct hg_mime_digests *d, struct hg_span bytes, uint8_t out[16])
{
	EVP_MD_CTX *ctx = d == NULL ? NULL : d->ctx[HG_MIME_DIGESTS - 1];

	return ctx != NULL && EVP_DigestInit_ex(ctx, NULL, NULL) == 1 &&
		EVP_DigestUpdate(ctx, bytes.p, bytes.len) == 1 && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}
